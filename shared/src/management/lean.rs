//! Lean: the pace that customers ask for, and how long work waits.
//!
//! # Source
//! Textbook definitions; no standard sets them.

use crate::decimal::{Decimal, div_round};
use crate::time::Span;
use crate::units::Amount;
use crate::usage::share;

/// Takt: the time in which one unit must be made to meet demand; `None` without demand.
///
/// # Example
/// ```
/// use millwatt::management::lean::takt;
/// use millwatt::{time::Span, units::Amount};
/// let a_shift = takt(Span::from_minutes(450), Amount::from_thousandths(900_000));
/// assert_eq!(a_shift, Some(Span::from_seconds(30)));
/// ```
#[must_use]
pub fn takt(available: Span, demand: Amount) -> Option<Span> {
    each(available, demand)
}

/// Cycle time as it was: running time for one unit made; `None` when nothing was made.
#[must_use]
pub fn cycle_time(running: Span, made: Amount) -> Option<Span> {
    each(running, made)
}

fn each(time: Span, amount: Amount) -> Option<Span> {
    let scaled = i128::from(time.milliseconds()) * 1_000;
    let units = amount.thousandths();
    let milliseconds = (units > 0).then(|| div_round(scaled, units))?;
    i64::try_from(milliseconds).ok().map(Span::from_milliseconds)
}

/// Lead time by Little's law: work in process over throughput; `None` without throughput.
///
/// # Example
/// ```
/// use millwatt::management::lean::lead_time;
/// use millwatt::{time::Span, units::Amount};
/// let kilograms = |kg: i128| Amount::from_thousandths(kg * 1_000);
/// // 600 kg under way, 150 kg finished in a day.
/// assert_eq!(lead_time(kilograms(600), kilograms(150), Span::DAY), Some(Span::DAY.times(4)));
/// ```
#[must_use]
pub fn lead_time(in_process: Amount, finished: Amount, within: Span) -> Option<Span> {
    let scaled = in_process.thousandths().checked_mul(within.milliseconds().into())?;
    let units = finished.thousandths();
    let milliseconds = (units > 0).then(|| div_round(scaled, units))?;
    i64::try_from(milliseconds).ok().map(Span::from_milliseconds)
}

/// Value-added ratio: time in which a unit gains value over its lead time.
///
/// # Example
/// ```
/// use millwatt::management::lean::value_added_ratio;
/// use millwatt::time::Span;
/// let ratio = value_added_ratio(Span::from_minutes(54), Span::DAY.times(3));
/// assert_eq!(ratio.expect("it took time").to_string(), "0.0125");
/// ```
#[must_use]
pub fn value_added_ratio(value_added: Span, lead_time: Span) -> Option<Decimal> {
    (lead_time > Span::ZERO).then(|| share(value_added, lead_time))
}

/// Changeovers: what must wait for the machine to stand (internal) and what need not (external).
///
/// # Example
/// ```
/// use millwatt::management::lean::Changeovers;
/// use millwatt::time::Span;
/// let mut month = Changeovers::default();
/// month.fold(Span::from_minutes(40), Span::from_minutes(15));
/// month.fold(Span::from_minutes(30), Span::from_minutes(15));
/// assert_eq!(month.mean(), Some(Span::from_minutes(50)));
/// assert_eq!(month.internal_share().expect("two").to_string(), "0.7");
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Changeovers {
    internal: Span,
    external: Span,
    count: u32,
}

impl Changeovers {
    /// Adds one.
    pub fn fold(&mut self, internal: Span, external: Span) {
        self.internal = self.internal + internal;
        self.external = self.external + external;
        self.count = self.count.saturating_add(1);
    }

    /// The mean of one; `None` when there was none.
    #[must_use]
    pub fn mean(&self) -> Option<Span> {
        let all = (self.internal + self.external).milliseconds();
        (self.count > 0).then(|| Span::from_milliseconds(all / i64::from(self.count)))
    }

    /// The share for which the machine stood.
    #[must_use]
    pub fn internal_share(&self) -> Option<Decimal> {
        value_added_ratio(self.internal, self.internal + self.external)
    }
}

/// On time and in full: orders that were both, of all.
///
/// # Example
/// ```
/// use millwatt::management::lean::on_time_in_full;
/// assert_eq!(on_time_in_full(47, 50).expect("orders").to_string(), "0.94");
/// ```
#[must_use]
pub fn on_time_in_full(kept: u32, orders: u32) -> Option<Decimal> {
    Decimal::quotient(kept.into(), orders.into(), 6)
}
