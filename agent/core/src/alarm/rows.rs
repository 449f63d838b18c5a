//! Rows of a fixed length of two counters side by side, as a power factor or a baseline needs them.

use millwatt::interval::{Interval, Rule};
use millwatt::time::{Instant, Period, Span, Zone};

/// What two counters gained in one row, in thousandths of their units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub from: Instant,
    pub amounts: [i128; 2],
    known: [Span; 2],
    is_done: bool,
}

impl Row {
    const fn new(from: Instant) -> Self {
        Self { from, amounts: [0; 2], known: [Span::ZERO; 2], is_done: false }
    }

    /// Adds the part of an interval that falls into this row, if the amount is known for just that part.
    fn add(&mut self, which: usize, interval: &Interval, part: &Interval) {
        let is_whole = part.period == interval.period;
        let is_sum = matches!(interval.rule, Rule::AcrossGap | Rule::Transient);
        let side = (self.amounts.get_mut(which), self.known.get_mut(which));
        let is_known = interval.rule.is_measured() || is_whole && is_sum;
        if let (true, (Some(amount), Some(known))) = (is_known, side) {
            *amount += part.amount;
            *known = *known + part.period.span();
        }
    }

    fn is_complete(&self, every: Span, needs: [bool; 2]) -> bool {
        let mut sides = self.known.iter().zip(needs);
        !self.is_done && sides.all(|(known, is_needed)| !is_needed || *known >= every)
    }
}

/// The row that fills and the one before it, which the other counter may not have finished yet.
///
/// # Missing data
/// A row of which any part is unknown is never complete and is left out. A sum across a gap counts where the gap
/// lies within the row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rows {
    every: Span,
    needs: [bool; 2],
    older: Row,
    newer: Row,
}

impl Rows {
    /// Rows of a length, on the wall clock's multiples of it; `needs` says which of the counters there are.
    pub const fn new(every: Span, needs: [bool; 2]) -> Self {
        let mut none = Row::new(Instant::MIN);
        none.is_done = true;
        Self { every, needs, older: none, newer: none }
    }

    /// One more interval of a counter, 0 or 1.
    pub fn add(&mut self, which: usize, interval: &Interval, zone: Zone<'_>) {
        let last = interval.period.to - Span::from_milliseconds(1);
        let last = (last + zone.offset(last)).floor(self.every) - zone.offset(last);
        if last + self.every.times(2) < self.older.from {
            // The clock was set back.
            *self = Self::new(self.every, self.needs);
        }
        // Rows before these two are of no more use, however long the interval.
        for from in [last - self.every, last] {
            let Some(part) = interval.within(Period::new(from, from + self.every)) else {
                continue;
            };
            if let Some(row) = self.row(from) {
                row.add(which, interval, &part);
            }
        }
    }

    /// The row that begins at an instant, made where it is the next; none where it is long past.
    fn row(&mut self, from: Instant) -> Option<&mut Row> {
        if from > self.newer.from {
            (self.older, self.newer) = (self.newer, Row::new(from));
        }
        if from == self.newer.from {
            return Some(&mut self.newer);
        }
        Some(&mut self.older).filter(|older| older.from == from)
    }

    /// The next complete row, each once and in the order of time.
    pub fn take(&mut self) -> Option<Row> {
        let Self { every, needs, older, newer } = self;
        let row = if older.is_complete(*every, *needs) {
            older
        } else if older.is_done && newer.is_complete(*every, *needs) {
            newer
        } else {
            return None;
        };
        row.is_done = true;
        Some(*row)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::plant::at;
    use super::*;
    use std::vec::Vec;

    fn interval(from: i64, to: i64, amount: i128, rule: Rule) -> Interval {
        Interval { period: Period::new(at(from), at(to)), amount, rule }
    }

    fn fold(rows: &mut Rows, which: usize, interval: Interval) -> Vec<(Instant, [i128; 2])> {
        rows.add(which, &interval, Zone::new(&[]));
        core::iter::from_fn(|| rows.take()).map(|row| (row.from, row.amounts)).collect()
    }

    #[test]
    fn a_row_is_told_when_both_counters_have_passed_it() {
        let mut rows = Rows::new(Span::from_minutes(10), [true; 2]);
        assert_eq!(fold(&mut rows, 0, interval(0, 10, 5, Rule::Measured)), []);
        assert_eq!(fold(&mut rows, 0, interval(10, 15, 7, Rule::Measured)), []);
        let got = fold(&mut rows, 1, interval(0, 10, 3, Rule::Measured));
        assert_eq!(got, [(at(0), [5, 3])]);
    }

    #[test]
    fn a_row_with_an_unknown_part_is_left_out() {
        let mut rows = Rows::new(Span::from_minutes(10), [true, false]);
        assert_eq!(fold(&mut rows, 0, interval(3, 10, 5, Rule::Measured)), [], "begun too late");
        let got = fold(&mut rows, 0, interval(10, 20, 6, Rule::AcrossGap));
        assert_eq!(got, [], "the row before it stands in its way until the next");
        let got = fold(&mut rows, 0, interval(20, 24, 1, Rule::Measured));
        assert_eq!(got, [(at(10), [6, 0])], "the gap lies within");
        let got = fold(&mut rows, 0, interval(24, 32, 1, Rule::AcrossGap));
        assert_eq!(got, [], "the gap lies across an edge");
        let got = fold(&mut rows, 0, interval(32, 40, 1, Rule::Broken));
        assert_eq!(got, []);
    }

    #[test]
    fn years_without_a_sample_cost_no_time() {
        let mut rows = Rows::new(Span::from_seconds(1), [true, false]);
        let years = 60_000_000;
        assert_eq!(fold(&mut rows, 0, interval(0, years, 1, Rule::AcrossGap)), []);
        let got = fold(&mut rows, 0, interval(5, 6, 60, Rule::Measured));
        assert_eq!(got.len(), 2, "the clock was set back; of 60 rows the last two are kept");
    }
}
