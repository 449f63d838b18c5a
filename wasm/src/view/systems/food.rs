//! Food safety (ISO 22000): how often, how long and how far a critical limit was passed.

use super::words::Word;
use super::{Page, Systems};
use crate::view::Section;
use crate::view::compliance::form::{Bounds, Entry, Group, Item};
use millwatt::decimal::power_of_ten;
use millwatt::management::food_safety::{CriticalLimits, Excursions};
use millwatt::reading::{ChannelId, Sample};
use millwatt::site::{Channel, Quantity, Scale};
use millwatt::time::Span;
use millwatt::{Decimal, Series};

const NAME: &str = "systems.iso22000";
/// Temperatures that people keep food at or treat it with.
const CELSIUS: Bounds = Bounds { least: -273, most: 2_000 };
/// Most control points that are shown.
const MOST: usize = 12;

/// Decimal places of a channel's whole numbers; those of a coarser one are spread to whole degrees.
fn places(scale: Scale) -> u8 {
    scale.0.min(0).unsigned_abs()
}

/// A limit in the whole numbers of a channel; `up` where what lies between two of them is out below.
fn raw(limit: Decimal, places: u8, up: bool) -> Option<i64> {
    let scaled = limit.units().checked_mul(power_of_ten(places))?;
    let one = power_of_ten(limit.places());
    let below = scaled.div_euclid(one);
    let rest = scaled.rem_euclid(one);
    i64::try_from(below + i128::from(up && rest > 0)).ok()
}

/// What a control point's samples say of its limits.
fn judged(
    samples: impl Iterator<Item = Sample>,
    channel: &Channel<'_>,
    lower: Option<Decimal>,
    upper: Option<Decimal>,
) -> Excursions {
    let places = places(channel.scale);
    let limits = CriticalLimits {
        lower: lower.and_then(|limit| raw(limit, places, true)),
        upper: upper.and_then(|limit| raw(limit, places, false)),
    };
    let spread = i64::try_from(power_of_ten(channel.scale.0.max(0).unsigned_abs()));
    let spread = spread.unwrap_or(i64::MAX);
    let mut point = Excursions::new(limits, channel.every);
    for sample in samples {
        point.fold(Sample { value: sample.value.saturating_mul(spread), ..sample });
    }
    point
}

impl Systems<'_> {
    pub(super) fn food(&self) -> Page {
        let channels = (0..).map(ChannelId).zip(self.model.site.channels);
        let points: Vec<_> =
            channels.filter(|(_, channel)| channel.quantity == Quantity::Temperature).collect();
        if points.is_empty() {
            return (self.missing(NAME, self.text(Word::NoTemperature)), (0, 0));
        }
        let shown = points.iter().take(MOST).map(|(id, channel)| self.control_point(*id, channel));
        let (groups, found): (Vec<Group>, Vec<Option<Excursions>>) = shown.unzip();
        let answered = self.answered(&groups);
        let title = self.food_title(points.len(), &found);
        let section =
            Section::new(NAME, title, self.text(Word::FoodAid).to_owned(), self.sheet(&groups));
        let section = section.coverage(self.of_what());
        (self.section(section.method(self.text(Word::FoodMethod).to_owned())), answered)
    }

    fn food_title(&self, points: usize, found: &[Option<Excursions>]) -> String {
        let judged = || found.iter().flatten();
        let count: u64 = judged().map(|point| u64::from(point.count())).sum();
        let out: Span = judged().map(Excursions::time_out).sum();
        let figures = [judged().count(), points].map(|count| count.to_string());
        let [judged, points] = figures.each_ref().map(String::as_str);
        match (judged, count) {
            ("0", _) => self.fill(Word::FoodNoLimits, &[points]),
            (_, 0) => self.fill(Word::FoodKept, &[judged, points]),
            _ => {
                let (_, out) = self.lasted(out);
                self.fill(Word::FoodTitle, &[&count.to_string(), judged, &out])
            }
        }
    }

    /// Its limits, and what the period's samples say of them; `None` without limits.
    fn control_point(&self, id: ChannelId, channel: &Channel<'_>) -> (Group, Option<Excursions>) {
        let asset = self.model.site.asset(channel.asset).map_or("", |asset| asset.name);
        let entry = |end: &str| format!("systems.limit.{}.{end}", channel.name);
        let field = |end: &str, label: Word| {
            Item::field(entry(end), self.text(label).to_owned(), Entry::Number(CELSIUS))
        };
        let lower = self.entered(&entry("lower"), CELSIUS);
        let upper = self.entered(&entry("upper"), CELSIUS);
        let period = self.model.period;
        let inside = |sample: &Sample| period.from <= sample.at && sample.at < period.to;
        let samples = self.archive.samples(id, period).filter(inside);
        let has_limit = lower.is_some() || upper.is_some();
        let found = has_limit.then(|| judged(samples, channel, lower, upper));
        let known = found.filter(|point| point.known() > Span::ZERO);
        let mut items = vec![field("lower", Word::Lower), field("upper", Word::Upper)];
        items.extend(self.excursions(known.as_ref(), has_limit, places(channel.scale)));
        ((asset.to_owned(), items), known)
    }

    fn excursions(&self, point: Option<&Excursions>, has_limit: bool, places: u8) -> [Item; 4] {
        let lacks = if has_limit { Word::NoSamples } else { Word::NeedsLimits };
        let line = |label: Word, figure: Option<(Decimal, String)>| {
            self.line(label, figure, self.text(lacks))
        };
        let count = |point: &Excursions| self.brief(Decimal::new(point.count().into(), 0), "");
        let area = |point: &Excursions| self.brief(point.degree_minutes(places), "°C·min");
        let known = |point: &Excursions| {
            let (known, told) = self.lasted(point.known());
            let (_, out) = self.lasted(point.time_out());
            (known, format!("{out} / {told}"))
        };
        let worst = |point: &Excursions| self.brief(point.worst(places), "°C");
        [
            line(Word::Excursions, point.map(count)),
            line(Word::TimeOut, point.map(known)),
            line(Word::Area, point.map(area)),
            line(Word::Worst, point.map(worst)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::reading::Quality;
    use millwatt::site::{AssetId, Kind};
    use millwatt::time::Instant;

    #[test]
    fn limits_between_two_steps_of_a_channel_are_out_where_they_should_be() {
        let limit = Decimal::new(7_505, 2);
        assert_eq!((raw(limit, 1, true), raw(limit, 1, false)), (Some(751), Some(750)));
        let frost = Decimal::new(-185, 1);
        assert_eq!((raw(frost, 0, true), raw(frost, 0, false)), (Some(-18), Some(-19)));
        assert_eq!(raw(Decimal::new(75, 0), 1, true), Some(750));
    }

    #[test]
    fn a_coarse_channel_is_judged_in_degrees() {
        let channel = Channel {
            name: "oven.temperature",
            asset: AssetId(0),
            quantity: Quantity::Temperature,
            phase: 0,
            kind: Kind::Gauge,
            scale: Scale(1),
            unit: "°C",
            every: Span::from_minutes(1),
            modulus: 0,
        };
        let sample = |(minute, value): (i64, i64)| Sample {
            at: Instant::from_unix_milliseconds(minute * 60_000),
            value,
            quality: Quality::Good,
        };
        let samples = (0..).zip([9, 7, 9]).map(sample);
        let point = judged(samples, &channel, Some(Decimal::new(80, 0)), None);
        assert_eq!((point.count(), point.time_out()), (1, Span::from_minutes(1)));
        assert_eq!(point.worst(places(channel.scale)).to_string(), "10");
    }
}
