//! A change in words and as JSON numbers.

use serde_json::{Map, Value, json};

use super::Watched;
use crate::language::{Language, texts};
use millwatt::Decimal;
use millwatt::energy::cusum::Direction;
use millwatt::time::{Instant, Span, Zone};
use millwatt_agent::alarm::{Change, Death, Numbers, Turn};

texts! {
    IdleRaised: "{} chạy không tải đã {} phút trong giờ làm việc, từ {}{}",
        "{} has been idling for {} min of planned time, since {}{}";
    IdleCleared: "{} không còn chạy không tải; đã {} phút trong giờ làm việc, từ {}{}",
        "{} idles no longer; it did for {} min of planned time, since {}{}";
    IdleEnergy: "; đã tốn {} kWh", "; {} kWh drawn";
    PeakRaised: "{}: công suất trung bình của khung {} – {} sẽ đạt {} kW, giới hạn là {} kW{}",
        "{}: the demand window {} – {} is heading for {} kW, the limit is {} kW{}";
    PeakShed: "; cần cắt ngay {} kW", "; switch off {} kW now";
    PeakCleared: "{}: khung {} – {} đã kết thúc ở {} kW, giới hạn là {} kW{}",
        "{}: the demand window {} – {} has ended at {} kW, the limit is {} kW{}";
    FactorRaised: "{}: hệ số công suất {} thấp hơn {}, tải {} kW{}",
        "{}: power factor {}, below {}, at {} kW{}";
    FactorCapacitors: "; cần bù {} kvar", "; {} kvar of capacitors would mend it";
    FactorCleared: "{}: hệ số công suất {} không còn thấp (giới hạn {}), tải {} kW{}",
        "{}: power factor {} is no longer low (limit {}), at {} kW{}";
    CusumUp: "{}: từ {} đã dùng nhiều hơn đường cơ sở, tổng lệch {} kWh, giới hạn {} kWh",
        "{}: since {} more is used than the baseline expects, in sum {} kWh, the limit is {} kWh";
    CusumDown: "{}: từ {} đã dùng ít hơn đường cơ sở, tổng lệch {} kWh, giới hạn {} kWh",
        "{}: since {} less is used than the baseline expects, in sum {} kWh, the limit is {} kWh";
    CusumCleared: "{}: mức lệch khỏi đường cơ sở từ {} đã hết, tổng còn {} kWh, giới hạn {} kWh",
        "{}: the deviation from the baseline since {} is over, its sum is {} kWh, the limit is {} kWh";
    Silent: "{}: không nhận được số liệu của công tơ từ {}, đã {} phút; kiểm tra nguồn và dây tín hiệu",
        "{}: nothing from its meter since {}, for {} min; check its supply and its wires";
    Stuck: "{}: số đếm của công tơ đứng yên từ {}, đã {} phút, lẽ ra phải tăng {} kWh; kiểm tra công tơ",
        "{}: the meter's register stands still since {}, for {} min, and should have counted {} kWh; check the meter";
    Answers: "{}: công tơ đã có số liệu trở lại sau {} phút (từ {})",
        "{}: its meter is back after {} min (since {})";
    LimitsRaised: "{}: {} {}; ngoài giới hạn đã {} phút, xa nhất {} {}",
        "{}: {} {}; out of its limits for {} min, by up to {} {}";
    LimitsCleared: "{}: {} {}; đã trở lại trong giới hạn sau {} phút ở ngoài, xa nhất {} {}",
        "{}: {} {}; inside its limits again after {} min outside, by up to {} {}";
    Unknown: "không rõ", "unknown";
}

/// A figure as people read it.
fn figure(value: Decimal, places: u8, language: Language) -> String {
    let text = value.rounded(places).to_string();
    match language {
        Language::Vietnamese => text.replace('.', ","),
        Language::English => text,
    }
}

fn in_minutes(span: Span) -> Decimal {
    Decimal::new(millwatt::decimal::div_round(i128::from(span.milliseconds()), 6), 4)
}

/// `2026-11-23 08:05`, local time.
fn clock(zone: Zone<'_>, at: Instant) -> String {
    let local = zone.local(at);
    let (date, minute) = (local.date, local.minute_of_day);
    let (hour, minute) = (minute / 60, minute % 60);
    format!("{:04}-{:02}-{:02} {hour:02}:{minute:02}", date.year, date.month, date.day)
}

/// A value in its channel's own unit: the core has it in the unit of the quantity.
fn in_unit(value: Decimal, exponent: i8) -> Decimal {
    let power = millwatt::decimal::power_of_ten(exponent.unsigned_abs());
    match exponent {
        ..0 => Decimal::new(value.units().saturating_mul(power), value.places()),
        _ => Decimal::new(value.units(), value.places().saturating_add(exponent.unsigned_abs())),
    }
}

/// A change for people.
pub(super) fn sentence(
    watched: &Watched,
    change: &Change,
    zone: Zone<'_>,
    language: Language,
) -> String {
    let figure = |value: Decimal, places: u8| figure(value, places, language);
    let minutes = |span: Span| figure(in_minutes(span), 1);
    let (since, is_raised) = (clock(zone, change.since), change.turn == Turn::Raised);
    let either = |raised: Text, cleared: Text| if is_raised { raised } else { cleared };
    // What is said only where there is such a number.
    let also = |text: Text, value: Option<Decimal>| {
        value.map_or(String::new(), |value| text.fill(language, &[&figure(value, 2)]))
    };
    let (text, figures): (Text, Vec<String>) = match change.numbers {
        Numbers::Idle { planned, energy } => (
            either(Text::IdleRaised, Text::IdleCleared),
            vec![
                minutes(planned),
                since,
                also(Text::IdleEnergy, energy.map(|energy| energy.kwh())),
            ],
        ),
        Numbers::Peak { projected, limit, shed, window } => (
            either(Text::PeakRaised, Text::PeakCleared),
            vec![
                clock(zone, window.from),
                clock(zone, window.to),
                figure(projected.kw(), 1),
                figure(limit.kw(), 1),
                also(Text::PeakShed, shed.map(|shed| shed.kw())),
            ],
        ),
        Numbers::PowerFactor { factor, limit, load, capacitors } => (
            either(Text::FactorRaised, Text::FactorCleared),
            vec![
                factor.map_or(Text::Unknown.of(language).to_owned(), |factor| figure(factor, 2)),
                figure(limit, 3),
                figure(load.kw(), 1),
                also(Text::FactorCapacitors, capacitors),
            ],
        ),
        Numbers::Cusum { direction, sum, limit } => {
            let raised = match direction {
                Direction::Up => Text::CusumUp,
                Direction::Down => Text::CusumDown,
            };
            let figures = vec![since, figure(sum.kwh(), 1), figure(limit.kwh(), 1)];
            (either(raised, Text::CusumCleared), figures)
        }
        Numbers::Dead { lasted, .. } if !is_raised => (Text::Answers, vec![minutes(lasted), since]),
        Numbers::Dead { death: Death::Silent, lasted, .. } => {
            (Text::Silent, vec![since, minutes(lasted)])
        }
        Numbers::Dead { death: Death::Stuck, lasted, expected } => {
            let expected = expected.map_or(String::new(), |energy| figure(energy.kwh(), 2));
            (Text::Stuck, vec![since, minutes(lasted), expected])
        }
        Numbers::Limits { value, beyond, lasted, .. } => {
            let (unit, exponent) = &watched.unit;
            let shown = |value| figure(in_unit(value, *exponent), 2);
            let (value, beyond) = (shown(value), shown(beyond));
            let figures = vec![value, unit.clone(), minutes(lasted), beyond, unit.clone()];
            (either(Text::LimitsRaised, Text::LimitsCleared), figures)
        }
    };
    let figures = std::iter::once(watched.name.as_str()).chain(figures.iter().map(String::as_str));
    text.fill(language, &figures.collect::<Vec<_>>())
}

/// A change for programs: an object of numbers, each with its unit in its name.
pub(super) fn numbers(watched: &Watched, change: &Change, zone: Zone<'_>) -> Value {
    let number = |value: Decimal| json!(value.rounded(6).to_f64());
    let rows: Vec<(&str, Option<Value>)> = match change.numbers {
        Numbers::Idle { planned, energy } => vec![
            ("planned_min", Some(number(in_minutes(planned)))),
            ("energy_kwh", energy.map(|energy| number(energy.kwh()))),
        ],
        Numbers::Peak { projected, limit, shed, window } => vec![
            ("projected_kw", Some(number(projected.kw()))),
            ("limit_kw", Some(number(limit.kw()))),
            ("shed_kw", shed.map(|shed| number(shed.kw()))),
            ("window_from", Some(json!(crate::figures::local_time(zone, window.from)))),
            ("window_to", Some(json!(crate::figures::local_time(zone, window.to)))),
        ],
        Numbers::PowerFactor { factor, limit, load, capacitors } => vec![
            ("power_factor", factor.map(number)),
            ("limit", Some(number(limit))),
            ("load_kw", Some(number(load.kw()))),
            ("capacitors_kvar", capacitors.map(number)),
        ],
        Numbers::Cusum { direction, sum, limit } => vec![
            ("direction", Some(json!(if direction == Direction::Up { "up" } else { "down" }))),
            ("sum_kwh", Some(number(sum.kwh()))),
            ("limit_kwh", Some(number(limit.kwh()))),
        ],
        Numbers::Dead { death, lasted, expected } => vec![
            ("death", Some(json!(death.name()))),
            ("lasted_min", Some(number(in_minutes(lasted)))),
            ("expected_kwh", expected.map(|expected| number(expected.kwh()))),
        ],
        Numbers::Limits { value, beyond, lasted, area } => {
            let (unit, exponent) = &watched.unit;
            let shown = |value| Some(number(in_unit(value, *exponent)));
            vec![
                ("value", shown(value)),
                ("beyond", shown(beyond)),
                ("unit", Some(json!(unit))),
                ("lasted_min", Some(number(in_minutes(lasted)))),
                ("area_unit_min", shown(area)),
            ]
        }
    };
    let rows = rows.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(rows.collect::<Map<_, _>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_the_comma_of_their_readers() {
        assert_eq!(figure(Decimal::new(12_345, 3), 1, Language::Vietnamese), "12,3");
        assert_eq!(figure(Decimal::new(12_000, 3), 1, Language::English), "12");
        assert_eq!(in_minutes(Span::from_seconds(90)).to_string(), "1.5");
    }

    #[test]
    fn a_value_is_shown_in_its_own_unit() {
        assert_eq!(in_unit(Decimal::new(3_000, 0), 3).to_string(), "3", "W as kW");
        assert_eq!(in_unit(Decimal::new(230, 0), -3).to_string(), "230000", "V as mV");
        assert_eq!(in_unit(Decimal::new(75_500, 3), 0).to_string(), "75.5");
    }
}
