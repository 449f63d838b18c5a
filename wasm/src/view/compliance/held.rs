//! What the record holds of a stretch of time that a law asks about.

use crate::view::View;
use millwatt::archive::Archive;
use millwatt::site::{Asset, Channel, Quantity, Site};
use millwatt::time::{Date, Instant, Period, Span, Zone};
use millwatt::{Decimal, Indicator, Name, evaluate};

/// Fewest days that are believed to stand for a year.
const LEAST_DAYS: i64 = 7;
/// Days of twelve months.
const TWELVE_MONTHS: i64 = 365;

/// A site whose main meter, output and reports alone are evaluated: a year of it is quick to compute.
#[derive(Debug)]
pub(in crate::view) struct Narrow<'a> {
    site: Site<'a>,
    assets: Vec<Asset<'a>>,
    channels: Vec<Channel<'a>>,
}

impl<'a> Narrow<'a> {
    /// Leaves the machines of a site aside.
    pub fn of(site: Site<'a>) -> Self {
        let assets = site.assets.iter().map(|asset| Asset { machine: false, ..*asset }).collect();
        let is_kept = |channel: &Channel<'_>| {
            let asset = Some(channel.asset);
            let counts = matches!(channel.quantity, Quantity::GoodCount | Quantity::RejectCount);
            asset == site.main || (asset == site.output && counts)
        };
        let kept = |channel: &Channel<'a>| match is_kept(channel) {
            true => *channel,
            false => Channel { quantity: Quantity::Other, ..*channel },
        };
        Self { site, assets, channels: site.channels.iter().map(kept).collect() }
    }

    fn figures<'f>(&'f self, archive: &'f Archive, period: Period) -> Vec<Indicator<'f>> {
        let whole: Site<'f> = self.site;
        let site = Site { assets: &self.assets, channels: &self.channels, ..whole };
        let mut figures = Vec::new();
        evaluate(&site, archive, period, |figure| figures.push(figure));
        figures
    }
}

/// A stretch of time, the whole days of it that the record holds, and their figures.
#[derive(Debug)]
pub(in crate::view) struct Held<'h> {
    /// What is asked about.
    pub asked: Period,
    /// What the record holds of it.
    pub held: Period,
    /// Every figure of the site and its main meter over that.
    pub figures: Vec<Indicator<'h>>,
}

impl<'h> Held<'h> {
    /// A figure; `asset` empty for the whole site.
    pub fn figure(&self, name: Name, asset: &str, part: &str) -> Option<&Indicator<'h>> {
        self.figures.iter().find(|figure| {
            let found = (figure.asset.unwrap_or(""), figure.part.unwrap_or(""));
            figure.name == name && found == (asset, part)
        })
    }

    /// Its value.
    pub fn value(&self, name: Name, asset: &str, part: &str) -> Option<Decimal> {
        self.figure(name, asset, part).and_then(|figure| figure.value)
    }

    /// The figures of a name that have a part: fuels, bands.
    pub fn parts(&self, name: Name) -> impl Iterator<Item = &Indicator<'h>> {
        self.figures.iter().filter(move |figure| figure.name == name && figure.part.is_some())
    }

    /// Days that the record holds, and that are asked about.
    pub fn days(&self) -> (i64, i64) {
        (days(self.held), days(self.asked))
    }

    /// Whether it holds all of them.
    pub fn is_whole(&self) -> bool {
        self.held == self.asked
    }

    /// A sum of the days held as all days would have it, in proportion; `None` where they are too few.
    pub fn in_full(&self, value: Decimal) -> Option<Decimal> {
        let (held, asked) = self.days();
        if held < LEAST_DAYS {
            return None;
        }
        let units = value.units().checked_mul(asked.into())?;
        let units = Decimal::quotient(units, held.into(), 0)?.units();
        Some(Decimal::new(units, value.places()))
    }
}

/// How many days a stretch of whole days has; one of a clock change counts as one.
pub(in crate::view) const fn days(period: Period) -> i64 {
    let length = period.to.unix_milliseconds().saturating_sub(period.from.unix_milliseconds());
    let day = Span::DAY.milliseconds();
    length.saturating_add(day / 2).div_euclid(day)
}

/// The last instant inside a period.
fn last(period: Period) -> Instant {
    period.to - Span::from_milliseconds(1)
}

/// The calendar year in which a period ends.
pub(in crate::view) fn year_of(zone: Zone<'_>, period: Period) -> Period {
    let year = zone.local(last(period)).date.year;
    let first = |year| zone.instant(Date { year, month: 1, day: 1 }, 0);
    Period::new(first(year), first(year.saturating_add(1)))
}

/// The twelve months up to the record's last day.
pub(in crate::view) fn twelve_months(zone: Zone<'_>, record: Period) -> Period {
    let next = zone.local(last(record)).date.plus_days(1);
    Period::new(zone.instant(next.plus_days(-TWELVE_MONTHS), 0), zone.instant(next, 0))
}

/// The local days that a record touches.
fn whole_days(zone: Zone<'_>, record: Period) -> Period {
    let next = zone.local(last(record)).date.plus_days(1);
    Period::new(zone.day_start(record.from), zone.instant(next, 0))
}

impl View<'_> {
    /// What the record holds of a stretch; `None` where they do not meet.
    pub(in crate::view) fn held<'h>(
        &'h self,
        narrow: &'h Narrow<'h>,
        asked: Period,
    ) -> Option<Held<'h>> {
        let zone = self.model.site.zone_rules();
        let held = asked.overlap(whole_days(zone, self.model.record))?;
        let figures = match held == self.model.period {
            true => self.model.indicators.clone(),
            false => narrow.figures(self.archive, held),
        };
        Some(Held { asked, held, figures })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::time::Offset;

    const HANOI: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];

    fn at(year: i32, month: u8, day: u8) -> Instant {
        Zone::new(&HANOI).instant(Date { year, month, day }, 0)
    }

    #[test]
    fn years_and_months_are_whole_local_days() {
        let zone = Zone::new(&HANOI);
        let april = Period::new(at(2026, 4, 6), at(2026, 5, 6));
        assert_eq!(year_of(zone, april), Period::new(at(2026, 1, 1), at(2027, 1, 1)));
        let to_new_year = Period::new(at(2026, 12, 1), at(2027, 1, 1));
        assert_eq!(year_of(zone, to_new_year).to, at(2027, 1, 1), "the end is not inside");
        let months = twelve_months(zone, Period::new(april.from, april.to - Span::from_minutes(1)));
        assert_eq!(months, Period::new(at(2025, 5, 6), at(2026, 5, 6)));
        assert_eq!(days(months), 365);
    }

    #[test]
    fn a_sum_is_carried_to_the_whole_year_only_from_a_week_on() {
        let held = |days: i64| Held {
            asked: Period::new(at(2026, 1, 1), at(2027, 1, 1)),
            held: Period::new(at(2026, 4, 6), at(2026, 4, 6) + Span::DAY.times(days)),
            figures: Vec::new(),
        };
        let sum = Decimal::new(40_000, 4);
        assert_eq!(held(30).in_full(sum).map(|sum| sum.to_string()).as_deref(), Some("48.6667"));
        assert_eq!(held(6).in_full(sum), None);
        assert_eq!(held(30).days(), (30, 365));
    }
}
