//! A record cut into local days, weeks or months, and the energy of each.

use alloc::vec;
use alloc::vec::Vec;

use crate::decimal::Decimal;
use crate::evaluate::intervals_within;
use crate::finding::Findings;
use crate::interval::Interval;
use crate::reading::ChannelId;
use crate::series::Series;
use crate::site::Site;
use crate::time::{Date, Every, Instant, Period, Span, Zone};
use crate::units::Energy;
use crate::usage::{Usage, coverage_findings};

/// Most rows of a study; of a longer record the newest are taken.
pub const MOST_ROWS: usize = 20_000;

/// Which part of a study a row belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The model is made from it.
    Baseline,
    /// It is held against the model.
    Reporting,
    /// Neither: it is shown, and counts in no figure.
    Outside,
}

impl Role {
    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Reporting => "reporting",
            Self::Outside => "outside",
        }
    }
}

/// Why a row counts in no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Less than 95 % of its energy was measured.
    LowCoverage,
    /// A driver of the model is not known.
    Driver {
        /// The driver's place among the study's columns.
        column: usize,
    },
}

/// What a model expects of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// What it expects, adjustments included.
    pub energy: Energy,
    /// Half the width of the band that holds nine of ten such rows.
    pub band: Energy,
    /// The standard error of a single such row.
    pub deviation: Energy,
}

/// A local day, week or month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// When.
    pub period: Period,
    /// What the main meter used; `None` where nothing of it is known.
    pub used: Option<Energy>,
    /// The share of it that was measured.
    pub coverage: Decimal,
    /// What dated changes of the factory add to it.
    pub adjustment: Energy,
    /// What it is for.
    pub role: Role,
    /// Why it counts in no figure, if it does not.
    pub left_out: Option<LeftOut>,
    /// What the model expects, where its drivers are known.
    pub expected: Option<Expectation>,
    /// Σ (used − expected) from the first row on that counts; `None` in a row that does not.
    pub cusum: Option<Energy>,
}

impl Row {
    const fn of(period: Period) -> Self {
        Self {
            period,
            used: None,
            coverage: Decimal::new(0, 6),
            adjustment: Energy::ZERO,
            role: Role::Outside,
            left_out: Some(LeftOut::LowCoverage),
            expected: None,
            cusum: None,
        }
    }

    /// Used less expected, where both are known and the row counts.
    #[must_use]
    pub fn deviation(&self) -> Option<Energy> {
        let (used, expected) = self.used.zip(self.expected)?;
        self.left_out.is_none().then(|| used - expected.energy)
    }
}

/// Whether so much was measured that a row may count.
pub(super) fn suffices(coverage: Decimal) -> bool {
    coverage_findings(coverage) == Findings::NONE
}

/// The rows of a record: whole local days, weeks or months, with the energy of a channel.
pub(super) fn rows<S: Series>(
    site: &Site<'_>,
    series: &S,
    channel: ChannelId,
    record: Period,
    every: Every,
) -> Vec<Row> {
    let periods = cuts(record, every, site.zone_rules());
    let mut usages = vec![Usage::default(); periods.len()];
    each_part(site, series, channel, &periods, |row, part| {
        if let Some(usage) = usages.get_mut(row) {
            usage.fold(part);
        }
    });
    let filled = |(period, usage): (&Period, &Usage)| {
        let coverage = usage.coverage(*period);
        let left_out = (!suffices(coverage)).then_some(LeftOut::LowCoverage);
        let used = usage.total().map(Energy::from_milliwatt_hours);
        Row { used, coverage, left_out, ..Row::of(*period) }
    };
    periods.iter().zip(&usages).map(filled).collect()
}

/// The whole days, weeks, months or years that a record touches, the newest of them.
fn cuts(record: Period, every: Every, zone: Zone<'_>) -> Vec<Period> {
    if record.from >= record.to {
        return Vec::new();
    }
    let longest = Span::DAY.times(i64::try_from(MOST_ROWS).unwrap_or(i64::MAX));
    let from = record.from.max(record.to - longest);
    let last = zone.local(record.to - Span::from_milliseconds(1)).date;
    let first = begin(zone.local(from).date, every);
    let whole = Period::new(zone.instant(first, 0), zone.instant(next(last, every), 0));
    whole.every(every, zone).take(MOST_ROWS).collect()
}

/// The day on which the week, month or year of a date begins.
fn begin(date: Date, every: Every) -> Date {
    match every {
        Every::Day => date,
        Every::Week => date.plus_days(-i64::from(date.weekday().index())),
        Every::Month => date.plus_months(0),
        Every::Year => Date { month: 1, day: 1, ..date },
    }
}

/// The day on which the next begins.
fn next(date: Date, every: Every) -> Date {
    match every {
        Every::Day => date.plus_days(1),
        Every::Week => begin(date, every).plus_days(7),
        Every::Month => date.plus_months(1),
        Every::Year => Date { year: date.year.saturating_add(1), month: 1, day: 1 },
    }
}

/// Hands every part of a channel's intervals that falls into a row to `each`, in time order.
pub(super) fn each_part<S: Series>(
    site: &Site<'_>,
    series: &S,
    channel: ChannelId,
    rows: &[Period],
    mut each: impl FnMut(usize, &Interval),
) {
    let mut walk = Walk::new(rows);
    for interval in intervals_within(site, series, channel, hull(rows)) {
        walk.cut(interval.period, |row, part| {
            interval.within(part).iter().for_each(|part| each(row, part));
        });
    }
}

/// From the first row's beginning to the last one's end.
pub(super) fn hull(rows: &[Period]) -> Period {
    let empty = Period::new(Instant::MIN, Instant::MIN);
    let ends = rows.first().zip(rows.last());
    ends.map_or(empty, |(first, last)| Period::new(first.from, last.to))
}

/// The row that an instant falls into.
pub(super) fn row_of(rows: &[Period], at: Instant) -> Option<usize> {
    let row = rows.partition_point(|row| row.to <= at);
    rows.get(row).filter(|period| period.from <= at).map(|_| row)
}

/// Cuts stretches that come in time order at the edges of rows.
#[derive(Debug)]
pub(super) struct Walk<'r> {
    rows: &'r [Period],
    next: usize,
}

impl<'r> Walk<'r> {
    pub const fn new(rows: &'r [Period]) -> Self {
        Self { rows, next: 0 }
    }

    /// Calls `each` with every part of a stretch and its row; later calls must not go back in time.
    pub fn cut(&mut self, stretch: Period, mut each: impl FnMut(usize, Period)) {
        while let Some(row) = self.rows.get(self.next) {
            if row.from >= stretch.to {
                return;
            }
            if let Some(part) = row.overlap(stretch) {
                each(self.next, part);
            }
            if row.to > stretch.to {
                return;
            }
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Offset;

    const HANOI: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];

    fn day(month: u8, day: u8) -> Instant {
        Zone::new(&HANOI).instant(Date { year: 2026, month, day }, 0)
    }

    #[test]
    fn rows_are_whole_whatever_the_record_begins_with() {
        let record = Period::new(day(3, 2) - Span::from_minutes(1), day(3, 4));
        let cut = |every| cuts(record, every, Zone::new(&HANOI));
        let days = [Period::new(day(3, 1), day(3, 2)), Period::new(day(3, 2), day(3, 3))];
        assert_eq!(cut(Every::Day)[..2], days);
        assert_eq!(cut(Every::Day).len(), 3);
        // 1 March 2026 is a Sunday.
        assert_eq!(cut(Every::Week)[0], Period::new(day(2, 23), day(3, 2)));
        assert_eq!(cut(Every::Month), [Period::new(day(3, 1), day(4, 1))]);
        assert!(cuts(Period::new(day(3, 4), day(3, 4)), Every::Day, Zone::new(&[])).is_empty());
    }

    #[test]
    fn a_record_of_all_time_has_a_bounded_number_of_rows() {
        let all = Period::new(Instant::MIN, day(3, 4));
        assert!(cuts(all, Every::Day, Zone::new(&HANOI)).len() <= MOST_ROWS);
    }

    #[test]
    fn stretches_are_cut_at_every_edge_they_cross() {
        let at = |hour: i64| Instant::from_unix_milliseconds(hour * 3_600_000);
        let rows = [Period::new(at(0), at(10)), Period::new(at(10), at(20))];
        let mut walk = Walk::new(&rows);
        let mut parts = Vec::new();
        for (from, to) in [(-5, 3), (3, 12), (12, 25)] {
            walk.cut(Period::new(at(from), at(to)), |row, part| {
                parts.push((row, part.span().milliseconds() / 3_600_000));
            });
        }
        assert_eq!(parts, [(0, 3), (0, 7), (1, 2), (1, 8)]);
        assert_eq!((row_of(&rows, at(10)), row_of(&rows, at(20))), (Some(1), None));
    }
}
