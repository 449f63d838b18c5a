//! What use can depend on, as columns: one exact figure a row, or none where it is not known.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::reported::{Reported, Thing};
use super::rows::{Walk, each_part, hull, suffices};
use super::temperature::{degree_days, means};
use crate::calendar::{Planned, Stops, planned_time};
use crate::decimal::Decimal;
use crate::event::{Event, EventKind};
use crate::production::Stretches;
use crate::production::state::{State, states};
use crate::reading::ChannelId;
use crate::series::Series;
use crate::site::{AssetId, Driver, Quantity, Site};
use crate::time::{Instant, Period, Span};
use crate::usage::{Usage, share};

/// Most drivers that are tried together when a site names none: 63 models.
pub const MOST_TRIED: usize = 6;
/// Most drivers of a study: 255 models.
pub const MOST_DRIVERS: usize = 8;

/// A driver's figures, one a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The driver's name: see [`Driver`].
    pub name: String,
    /// Its unit as people write it.
    pub unit: String,
    /// Its figures; `None` where it is not known.
    pub values: Vec<Option<Decimal>>,
}

impl Column {
    /// Its figure in a row.
    #[must_use]
    pub fn value(&self, row: usize) -> Option<Decimal> {
        self.values.get(row).copied().flatten()
    }

    /// Whether it counts something of which more needs more energy.
    pub(super) fn is_work(&self) -> bool {
        !matches!(Driver::named(&self.name), None | Some(Driver::Temperature(_)))
    }

    /// Whether energy for one of it is a ratio that people compare.
    pub(super) fn is_amount(&self) -> bool {
        let driver = Driver::named(&self.name);
        matches!(driver, Some(Driver::Output | Driver::OutputOf(_) | Driver::RawMaterial(_)))
    }
}

/// Where columns come from.
#[derive(Debug)]
pub(super) struct Sources<'s, 'a, S> {
    site: &'s Site<'a>,
    series: &'s S,
    rows: &'s [Period],
    reported: Reported,
    /// Planned time of each row; `None` where the site states no shifts.
    planned: Option<Vec<Span>>,
}

impl<'s, 'a, S: Series> Sources<'s, 'a, S> {
    pub fn new(site: &'s Site<'a>, series: &'s S, rows: &'s [Period]) -> Self {
        let reported = Reported::of(series, rows);
        let planned = (!site.shifts.is_empty()).then(|| planned(site, series, rows));
        Self { site, series, rows, reported, planned }
    }

    /// The names of what the record holds and use may depend on, the likeliest first. Fuel and running time are
    /// left to those who name them: they are part of what should be saved.
    pub fn available(&self) -> Vec<String> {
        let mut names = Vec::new();
        if self.output_counter().is_some() || self.reported.thing(EventKind::Output, "").is_some() {
            names.push("output".to_owned());
        }
        names.extend(
            self.reported.named(EventKind::RawMaterial).map(|one| format!("raw:{}", one.product)),
        );
        if self.reported.named(EventKind::Output).nth(1).is_some() {
            let products = self.reported.named(EventKind::Output);
            names.extend(products.map(|one| format!("output:{}", one.product)));
        }
        if self.planned.is_some() {
            names.push("shifts".to_owned());
        }
        let assets = self.site.numbered_assets();
        let thermometers = assets.filter(|(id, _)| self.thermometer(*id).is_some());
        names.extend(thermometers.map(|(_, asset)| format!("temperature:{}", asset.id)));
        names.truncate(MOST_TRIED);
        names
    }

    /// The column of a name; `None` when it is none, or nothing of it was ever recorded.
    pub fn column(&self, name: &str) -> Option<Column> {
        let driver = Driver::named(name)?;
        let (unit, values) = match driver {
            Driver::Output => self.output()?,
            Driver::OutputOf(product) => self.amounts(EventKind::Output, product)?,
            Driver::RawMaterial(material) => self.amounts(EventKind::RawMaterial, material)?,
            Driver::Fuel(fuel) => self.amounts(EventKind::Fuel, fuel)?,
            Driver::Shifts => ("h", self.shifts()?),
            Driver::Runtime(asset) => ("h", self.running(self.site.asset_named(asset)?)?),
            Driver::Temperature(_) | Driver::Cooling(..) | Driver::Heating(..) => {
                self.warmth(&driver)?
            }
        };
        Some(Column { name: name.to_owned(), unit: unit.to_owned(), values })
    }

    fn output_counter(&self) -> Option<ChannelId> {
        self.site.channel_of(self.site.output?, Quantity::GoodCount)
    }

    fn thermometer(&self, asset: AssetId) -> Option<ChannelId> {
        self.site.channel_of(asset, Quantity::Temperature)
    }

    /// What the output asset counted, or else what people reported: as the indicator `output` has it.
    fn output(&self) -> Option<(&str, Vec<Option<Decimal>>)> {
        match self.output_counter() {
            Some(counter) => Some((self.site.output_unit, self.counted(counter))),
            None => self.amounts(EventKind::Output, ""),
        }
    }

    fn counted(&self, counter: ChannelId) -> Vec<Option<Decimal>> {
        let mut usages = vec![Usage::default(); self.rows.len()];
        each_part(self.site, self.series, counter, self.rows, |row, part| {
            if let Some(usage) = usages.get_mut(row) {
                usage.fold(part);
            }
        });
        let known = |(row, usage): (&Period, &Usage)| {
            let sum = usage.total().filter(|_| suffices(usage.coverage(*row)))?;
            Some(Decimal::new(sum, 3))
        };
        self.rows.iter().zip(&usages).map(known).collect()
    }

    fn amounts(&self, kind: EventKind, product: &str) -> Option<(&str, Vec<Option<Decimal>>)> {
        let thing: &Thing = self.reported.thing(kind, product)?;
        let amounts = thing.amounts(self.planned.as_deref()).into_iter();
        Some((thing.unit.as_str(), amounts.map(|amount| Some(amount?.units())).collect()))
    }

    fn shifts(&self) -> Option<Vec<Option<Decimal>>> {
        let planned = self.planned.as_ref()?;
        Some(planned.iter().map(|span| Some(span.hours())).collect())
    }

    /// Hours for which an asset ran; `None` when nothing tells its states.
    fn running(&self, asset: AssetId) -> Option<Vec<Option<Decimal>>> {
        let spans = states(self.site, self.series, asset, hull(self.rows))?;
        let dwell = self.site.asset(asset)?.dwell;
        let mut times = vec![(Span::ZERO, Span::ZERO); self.rows.len()];
        let mut walk = Walk::new(self.rows);
        for stretch in Stretches::new(spans, dwell) {
            walk.cut(stretch.period, |row, part| {
                let Some((running, known)) = times.get_mut(row) else { return };
                *known = *known + part.span();
                if stretch.state == State::Running {
                    *running = *running + part.span();
                }
            });
        }
        let hours = |(row, (running, known)): (&Period, &(Span, Span))| {
            suffices(share(*known, row.span())).then(|| running.hours())
        };
        Some(self.rows.iter().zip(&times).map(hours).collect())
    }

    fn warmth(&self, driver: &Driver<'_>) -> Option<(&'static str, Vec<Option<Decimal>>)> {
        let channel = self.thermometer(self.site.asset_named(driver.asset()?)?)?;
        let of = |cuts: &[Period]| means(self.site, self.series, channel, cuts);
        let zone = self.site.zone_rules();
        let beyond =
            |base: f64, is_cooling: bool| degree_days(self.rows, zone, base, is_cooling, of);
        Some(match *driver {
            Driver::Cooling(_, base) => ("°C·d", beyond(base, true)),
            Driver::Heating(_, base) => ("°C·d", beyond(base, false)),
            _ => ("°C", of(self.rows)),
        })
    }
}

/// Planned time of each row, less the planned stops of the whole site.
fn planned<S: Series>(site: &Site<'_>, series: &S, rows: &[Period]) -> Vec<Span> {
    /// More of them than any factory announces.
    const MOST: usize = 4_096;
    let until = Period::new(Instant::MIN, hull(rows).to);
    let is_stop = |event: &Event<'_>| event.kind == EventKind::Stop && event.asset.is_empty();
    let stops: Vec<Event<'_>> = series.events(until).filter(is_stop).take(MOST).collect();
    let of_row = |row: &Period| {
        let own = Stops::of("", stops.iter().copied(), *row);
        planned_time(Planned::new(site.zone_rules(), site.shifts, *row).without(own))
    };
    rows.iter().map(of_row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Slices;
    use crate::reading::{Quality, Sample};
    use crate::site::{Asset, Channel, Facts, Kind, Scale, Shift};
    use crate::time::Weekdays;

    const HOUR: i64 = 3_600_000;

    fn at(hour: i64) -> Instant {
        Instant::from_unix_milliseconds(hour * HOUR)
    }

    fn asset() -> Asset<'static> {
        Asset {
            id: "mill",
            name: "Mill",
            parent: None,
            machine: true,
            rated_milliwatts: 0,
            idle_milliwatts: 0,
            running_milliwatts: 0,
            ideal_cycle: Span::ZERO,
            minor_stop: Span::ZERO,
            dwell: Span::ZERO,
        }
    }

    fn channel(quantity: Quantity, kind: Kind, scale: i8) -> Channel<'static> {
        Channel {
            name: "",
            asset: AssetId(0),
            quantity,
            phase: 0,
            kind,
            scale: Scale(scale),
            unit: "",
            every: Span::from_minutes(60),
            modulus: 0,
        }
    }

    fn site<'a>(
        assets: &'a [Asset<'a>],
        channels: &'a [Channel<'a>],
        shifts: &'a [Shift<'a>],
    ) -> Site<'a> {
        Site {
            name: "",
            zone: "UTC",
            currency: "",
            main: None,
            output: Some(AssetId(0)),
            output_unit: "kg",
            offsets: &[],
            shifts,
            tariffs: &[],
            bands: &[],
            assets,
            channels,
            facts: Facts::NONE,
        }
    }

    fn samples(values: impl Iterator<Item = i64>) -> Vec<Sample> {
        let sample = |(hour, value)| Sample { at: at(hour), value, quality: Quality::Good };
        (0..).zip(values).map(sample).collect()
    }

    fn shown(column: &Column) -> Vec<Option<String>> {
        use alloc::string::ToString;
        column.values.iter().map(|value| value.map(|value| value.to_string())).collect()
    }

    #[test]
    fn counts_hours_and_degrees_come_from_their_channels() {
        let assets = [asset()];
        let channels = [
            channel(Quantity::GoodCount, Kind::Counter, 0),
            channel(Quantity::MachineState, Kind::State, 0),
            channel(Quantity::Temperature, Kind::Gauge, -1),
        ];
        let shifts = [Shift { name: "", days: Weekdays::ALL, start: 360, end: 840 }];
        let site = site(&assets, &channels, &shifts);
        // Two days: 5 an hour; running from 6 to 14; 20 °C by night and 30 °C from 6 to 18.
        let counts = samples((0..=48).map(|hour| hour * 5));
        let codes =
            samples((0..=48).map(|hour| if (6..14).contains(&(hour % 24)) { 3 } else { 0 }));
        let degrees =
            samples((0..=48).map(|hour| if (6..18).contains(&(hour % 24)) { 300 } else { 200 }));
        let series = Slices { channels: &[&counts, &codes, &degrees], events: &[] };
        let rows =
            [Period::new(at(0), at(24)), Period::new(at(24), at(48)), Period::new(at(48), at(72))];
        let sources = Sources::new(&site, &series, &rows);
        assert_eq!(sources.available(), ["output", "shifts", "temperature:mill"]);
        let column = |name: &str| shown(&sources.column(name).expect("is recorded"));
        let known = |text: &str| vec![Some(text.to_owned()), Some(text.to_owned()), None];
        assert_eq!(column("output"), known("120"));
        assert_eq!(column("runtime:mill"), known("8"));
        assert_eq!(column("temperature:mill"), known("25"));
        assert_eq!(column("cooling:mill:22.5"), known("2.5"));
        assert_eq!(column("heating:mill:26"), known("1"));
        assert_eq!(
            column("shifts"),
            [Some("8".to_owned()), Some("8".to_owned()), Some("8".to_owned())]
        );
        for name in ["raw:leaf", "fuel:wood", "runtime:none", "cooling:none:3", "sun"] {
            assert!(sources.column(name).is_none(), "{name}");
        }
    }

    #[test]
    fn a_planned_stop_of_the_whole_site_takes_its_hours() {
        let shifts = [Shift { name: "", days: Weekdays::ALL, start: 0, end: 600 }];
        let site = site(&[], &[], &shifts);
        let stop = |asset: &'static str, from, to| Event {
            at: at(from),
            until: Some(at(to)),
            kind: EventKind::Stop,
            asset,
            product: Stops::REASON,
            thousandths: 0,
            unit: "",
            note: "",
        };
        let events = [stop("", 2, 5), stop("mill", 6, 8)];
        let series = Slices { channels: &[], events: &events };
        let rows = [Period::new(at(0), at(24))];
        assert_eq!(planned(&site, &series, &rows), [Span::from_minutes(7 * 60)]);
    }
}
