//! Peak demand: the largest mean power of a fixed window.

use crate::interval::Interval;
use crate::time::{Instant, Period, Span, Zone};
use crate::units::{Energy, Power};

/// The largest window so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peak {
    /// Mean power of the window.
    pub power: Power,
    /// When the window begins.
    pub begins: Instant,
}

/// Folds intervals, oldest first, into the peak of fixed windows that begin on the wall clock's
/// multiples of their length.
///
/// # Missing data
/// Only windows whose whole length was measured count; a window with a gap has no mean.
///
/// # Source
/// Electricity billing practice: demand is the mean of a fixed 15 or 30 minute window.
///
/// # Example
/// ```
/// use millwatt::energy::Demand;
/// use millwatt::interval::{Interval, Rule};
/// use millwatt::time::{Instant, Period, Span, Zone};
/// let mut demand = Demand::new(Span::from_minutes(15), Zone::new(&[]));
/// let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
/// for (from, milliwatt_hours) in [(0, 2_000_000), (15, 3_500_000)] {
///     demand.fold(&Interval { period: Period::new(at(from), at(from + 15)),
///         amount: milliwatt_hours, rule: Rule::Measured });
/// }
/// let peak = demand.peak().expect("two whole windows");
/// assert_eq!((peak.power.kw().to_string().as_str(), peak.begins), ("14", at(15)));
/// ```
#[derive(Debug, Clone)]
pub struct Demand<'a> {
    window: Span,
    zone: Zone<'a>,
    current: Period,
    energy: Energy,
    measured: Span,
    most: Option<(Energy, Instant)>,
    whole_windows: u32,
}

impl<'a> Demand<'a> {
    /// Windows of a length that divides the hour.
    #[must_use]
    pub const fn new(window: Span, zone: Zone<'a>) -> Self {
        let none = Period::new(Instant::MIN, Instant::MIN);
        let (energy, measured) = (Energy::ZERO, Span::ZERO);
        Self { window, zone, current: none, energy, measured, most: None, whole_windows: 0 }
    }

    /// One more interval.
    #[inline]
    pub fn fold(&mut self, interval: &Interval) {
        if self.current.from <= interval.period.from && interval.period.to <= self.current.to {
            return self.take(interval);
        }
        let mut rest = *interval;
        while rest.period.from < rest.period.to {
            if rest.period.from >= self.current.to {
                self.current = self.window_at(rest.period.from);
                (self.energy, self.measured) = (Energy::ZERO, Span::ZERO);
            }
            let end = rest.period.to.min(self.current.to);
            if let Some(part) = interval.within(Period::new(rest.period.from, end)) {
                self.take(&part);
            }
            rest.period.from = end;
        }
    }

    /// When the window of the last interval ends.
    pub(crate) const fn window_ends(&self) -> Instant {
        self.current.to
    }

    fn window_at(&self, at: Instant) -> Period {
        let offset = self.zone.offset(at);
        let from = (at + offset).floor(self.window) - offset;
        Period::new(from, from + self.window)
    }

    #[inline]
    fn take(&mut self, part: &Interval) {
        if !part.rule.is_measured() {
            return;
        }
        self.energy += Energy::from_milliwatt_hours(part.amount);
        self.measured = self.measured + part.period.span();
        if self.measured < self.window {
            return;
        }
        self.whole_windows = self.whole_windows.saturating_add(1);
        if self.most.is_none_or(|(most, _)| self.energy > most) {
            self.most = Some((self.energy, self.current.from));
        }
    }

    /// Adds what another part of the period found, cut from this one at a window's edge; of equal peaks
    /// the earlier stays.
    pub fn merge(&mut self, other: &Self) {
        self.whole_windows = self.whole_windows.saturating_add(other.whole_windows);
        let rank = |most: &(Energy, Instant)| (most.0, core::cmp::Reverse(most.1));
        self.most = self.most.into_iter().chain(other.most).max_by_key(rank);
    }

    /// The largest whole window; `None` when there was none.
    #[must_use]
    pub fn peak(&self) -> Option<Peak> {
        let (energy, begins) = self.most?;
        Some(Peak { power: energy.mean_power(self.window)?, begins })
    }

    /// The time that whole windows cover.
    #[must_use]
    pub const fn measured_time(&self) -> Span {
        self.window.times(self.whole_windows as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Rule;

    fn fold(demand: &mut Demand<'_>, from: i64, to: i64, amount: i128, rule: Rule) {
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        demand.fold(&Interval { period: Period::new(at(from), at(to)), amount, rule });
    }

    #[test]
    fn a_window_with_a_gap_has_no_mean() {
        let mut demand = Demand::new(Span::from_minutes(15), Zone::new(&[]));
        fold(&mut demand, 0, 7, 9_000_000, Rule::Measured);
        fold(&mut demand, 7, 9, 9_000_000, Rule::AcrossGap);
        fold(&mut demand, 9, 15, 9_000_000, Rule::Measured);
        assert_eq!(demand.peak(), None);
        fold(&mut demand, 15, 30, 1_000, Rule::Measured);
        assert_eq!(demand.measured_time(), Span::from_minutes(15));
    }

    #[test]
    fn an_hourly_interval_is_spread_over_its_windows() {
        let mut demand = Demand::new(Span::from_minutes(15), Zone::new(&[]));
        fold(&mut demand, 0, 60, 4_000_000, Rule::Measured);
        let power = demand.peak().map(|peak| peak.power);
        assert_eq!(power, Some(Power::from_milliwatts(4_000_000)));
    }
}
