//! Meters against each other and against the bill; which uses matter.

use crate::decimal::Decimal;
use crate::units::Energy;

/// Energy of the main meter that no sub-meter saw, as a share of it; negative when sub-meters together
/// saw more, which says that one of them is wrong. `None` when the main meter saw nothing.
///
/// # Example
/// ```
/// use millwatt::energy::balance::unmetered;
/// use millwatt::units::Energy;
/// let kwh = |kwh: i128| Energy::from_milliwatt_hours(kwh * 1_000_000);
/// let share = unmetered(kwh(1_000), &[kwh(420), kwh(380), kwh(80)]);
/// assert_eq!(share.expect("used").to_string(), "0.12");
/// ```
#[must_use]
pub fn unmetered(main: Energy, subs: &[Energy]) -> Option<Decimal> {
    let known: Energy = subs.iter().copied().sum();
    Decimal::quotient((main - known).milliwatt_hours(), main.milliwatt_hours(), 6)
}

/// How a bill compares with the meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reconciled {
    /// (measured − billed) / billed.
    pub difference: Decimal,
    /// Whether it is within the tolerance.
    pub agrees: bool,
}

/// A bill held against the meter over the bill's own period; `None` for a bill without energy.
///
/// # Source
/// `tolerance`: ±2 % is usual among auditors; a site sets its own.
/// # Example
/// ```
/// use millwatt::energy::balance::reconcile;
/// use millwatt::{units::Energy, Decimal};
/// let kwh = |kwh: i128| Energy::from_milliwatt_hours(kwh * 1_000_000);
/// let two_percent = Decimal::new(2, 2);
/// let bill = reconcile(kwh(10_150), kwh(10_000), two_percent).expect("a bill");
/// assert_eq!((bill.difference.to_string().as_str(), bill.agrees), ("0.015", true));
/// ```
#[must_use]
pub fn reconcile(measured: Energy, billed: Energy, tolerance: Decimal) -> Option<Reconciled> {
    let missed = (measured - billed).milliwatt_hours();
    let difference = Decimal::quotient(missed, billed.milliwatt_hours(), 6)?;
    let scale = crate::decimal::power_of_ten(18 - tolerance.places());
    let limit = tolerance.units().saturating_mul(scale);
    let found = difference.units().saturating_mul(crate::decimal::power_of_ten(12));
    Some(Reconciled { difference, agrees: found.abs() <= limit })
}

/// Sorts uses by energy, the largest first, and returns how many of them make up a share of all: the
/// significant energy uses.
///
/// # Units and shape
/// `order` is filled with places in `uses` and must be as long; places beyond the shorter of both are
/// left alone. Equal uses keep their order.
/// # Source
/// Pareto's rule of 80 %, as auditors use it for the uses of ISO 50001, 6.3; the limit is the site's.
/// # Example
/// ```
/// use millwatt::energy::balance::significant;
/// use millwatt::{units::Energy, Decimal};
/// let uses = [30, 500, 120, 350].map(|kwh| Energy::from_milliwatt_hours(kwh * 1_000_000));
/// let mut order = [0; 4];
/// let count = significant(&uses, Decimal::new(8, 1), &mut order);
/// assert_eq!((order, count), ([1, 3, 2, 0], 2)); // 850 of 1,000
/// ```
pub fn significant(uses: &[Energy], share: Decimal, order: &mut [usize]) -> usize {
    let count = uses.len().min(order.len());
    let (uses, order) = (&uses[..count], &mut order[..count]);
    order.iter_mut().enumerate().for_each(|(place, slot)| *slot = place);
    order.sort_unstable_by_key(|place| (core::cmp::Reverse(uses[*place]), *place));
    let all: Energy = uses.iter().copied().sum();
    let wanted = all.milliwatt_hours().saturating_mul(share.units());
    let one = crate::decimal::power_of_ten(share.places());
    let mut sum = Energy::ZERO;
    for (rank, place) in order.iter().enumerate() {
        sum += uses[*place];
        if sum.milliwatt_hours().saturating_mul(one) >= wanted {
            return rank + 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sub_meters_that_see_more_than_all_are_shown_so() {
        let mwh = Energy::from_milliwatt_hours;
        assert_eq!(unmetered(mwh(100), &[mwh(110)]), Some(Decimal::new(-100_000, 6)));
        assert_eq!(unmetered(Energy::ZERO, &[mwh(1)]), None);
        assert_eq!(reconcile(mwh(1), Energy::ZERO, Decimal::new(2, 2)), None);
        assert_eq!(significant(&[], Decimal::new(8, 1), &mut []), 0);
    }

    #[test]
    fn the_tolerance_itself_agrees() {
        let mwh = Energy::from_milliwatt_hours;
        let agrees = |measured| reconcile(mwh(measured), mwh(10_000), Decimal::new(2, 2));
        assert!(agrees(9_800).is_some_and(|bill| bill.agrees));
        assert!(agrees(10_201).is_some_and(|bill| !bill.agrees));
    }
}
