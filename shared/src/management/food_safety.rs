//! Food safety: how long and how far a critical limit was passed (ISO 22000).

use crate::decimal::{Decimal, div_round};
use crate::reading::{Quality, Sample};
use crate::time::Span;

/// The limits of a control point, in the raw integers of its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CriticalLimits {
    /// Below this is out; `None` when there is no lower limit.
    pub lower: Option<i64>,
    /// Above this is out; `None` when there is no upper limit.
    pub upper: Option<i64>,
}

impl CriticalLimits {
    /// How far a value is out of the limits; zero within.
    const fn beyond(&self, value: i64) -> i128 {
        match (self.lower, self.upper) {
            (Some(lower), _) if value < lower => lower as i128 - value as i128,
            (_, Some(upper)) if value > upper => value as i128 - upper as i128,
            _ => 0,
        }
    }
}

/// Folds samples of a control point, oldest first, into excursions.
///
/// A value holds until the next sample, if that is at most one and a half grid steps away.
///
/// # Missing data
/// Time that no sample speaks for is neither in nor out: [`Excursions::known`] tells how much is known.
/// # Example
/// A dryer that must stay at or above 75 °C, in tenths of a degree, a sample a minute:
/// ```
/// use millwatt::management::food_safety::{CriticalLimits, Excursions};
/// use millwatt::reading::{Quality, Sample};
/// use millwatt::time::{Instant, Span};
/// let limits = CriticalLimits { lower: Some(750), upper: None };
/// let mut dryer = Excursions::new(limits, Span::from_minutes(1));
/// for (minute, value) in (0..).zip([760, 745, 730, 751, 749, 755]) {
///     let at = Instant::from_unix_milliseconds(minute * 60_000);
///     dryer.fold(Sample { at, value, quality: Quality::Good });
/// }
/// assert_eq!((dryer.count(), dryer.time_out()), (2, Span::from_minutes(3)));
/// assert_eq!(dryer.degree_minutes(1).to_string(), "2.6"); // 0.5 + 2.0 + 0.1 °C·min
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excursions {
    limits: CriticalLimits,
    longest: Span,
    last: Option<Sample>,
    was_out: bool,
    out: Span,
    known: Span,
    /// Raw units × milliseconds.
    area: i128,
    worst: i128,
    count: u32,
}

impl Excursions {
    /// Of a control point whose channel has a grid.
    #[must_use]
    pub const fn new(limits: CriticalLimits, every: Span) -> Self {
        let longest = Span::from_milliseconds(every.milliseconds().saturating_mul(3) / 2);
        Self {
            limits,
            longest,
            last: None,
            was_out: false,
            out: Span::ZERO,
            known: Span::ZERO,
            area: 0,
            worst: 0,
            count: 0,
        }
    }

    /// One more sample.
    pub fn fold(&mut self, sample: Sample) {
        let Some(last) = self.last.replace(sample) else {
            return;
        };
        let span = sample.at - last.at;
        if last.quality == Quality::Suspect || span > self.longest || span <= Span::ZERO {
            self.was_out = false;
            return;
        }
        self.known = self.known + span;
        let beyond = self.limits.beyond(last.value);
        if beyond > 0 {
            self.count = self.count.saturating_add(u32::from(!self.was_out));
            self.out = self.out + span;
            self.area += beyond * i128::from(span.milliseconds());
            self.worst = self.worst.max(beyond);
        }
        self.was_out = beyond > 0;
    }

    /// How often a limit was passed.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// How long it was passed, together.
    #[must_use]
    pub const fn time_out(&self) -> Span {
        self.out
    }

    /// How long the value is known.
    #[must_use]
    pub const fn known(&self) -> Span {
        self.known
    }

    /// The area beyond the limit: degrees × minutes, where a raw unit is 10^−`places` degrees.
    #[must_use]
    pub fn degree_minutes(&self, places: u8) -> Decimal {
        // Three places more than the raw unit's, of what a minute's 60,000 ms leave.
        Decimal::new(div_round(self.area.saturating_mul(1_000), 60_000), places.saturating_add(3))
    }

    /// The farthest that any value was beyond a limit.
    #[must_use]
    pub const fn worst(&self, places: u8) -> Decimal {
        Decimal::new(self.worst, places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Instant;

    #[test]
    fn a_gap_is_neither_in_nor_out() {
        let limits = CriticalLimits { lower: None, upper: Some(10) };
        let mut point = Excursions::new(limits, Span::from_minutes(1));
        for (minute, value) in [(0, 20), (1, 20), (9, 20), (10, 5)] {
            let at = Instant::from_unix_milliseconds(minute * 60_000);
            point.fold(Sample { at, value, quality: Quality::Good });
        }
        assert_eq!((point.count(), point.time_out()), (2, Span::from_minutes(2)));
        assert_eq!((point.known(), point.worst(0)), (Span::from_minutes(2), Decimal::new(10, 0)));
    }
}
