//! The time model of ISO 22400-2 and the effectiveness of equipment against each of its bases.

use super::effectiveness::{MachineTime, Tally};
use super::state::State;
use crate::decimal::Decimal;
use crate::time::Span;
use crate::usage::share;

/// Times of a work unit over a period, the longest first.
///
/// Filled from states by [`TimeModel::of`], or by hand from a production log.
///
/// # Source
/// The elements of ISO 22400-2 in its public OWL rendering; states are mapped as OPC 40001-1, annex C,
/// does: production is executing, set-up is set-up, delay is everything else within an order.
/// # Example
/// A day of 24 h, 16 of them planned; 12 h production, 1 h set-up, 3 h delays; 660 good of 700, a minute
/// each at best.
/// ```
/// use millwatt::production::{Tally, TimeModel};
/// use millwatt::{time::Span, units::Amount};
/// let hours = |hours: i64| Span::from_minutes(hours * 60);
/// let day = TimeModel { calendar: hours(24), planned_operation: hours(20), planned_busy: hours(16),
///     production: hours(12), setup: hours(1), delay: hours(3) };
/// let made = Tally { good: Amount::from_thousandths(660_000), reject: Amount::from_thousandths(40_000) };
/// let cycle = Span::from_minutes(1);
/// let shown = |figure: Option<millwatt::Decimal>| figure.expect("planned").rounded(4).to_string();
/// assert_eq!(shown(day.oee(&made, cycle)), "0.6875"); // 660 of 960 minutes
/// assert_eq!(shown(day.nee(&made, cycle)), "0.7448"); // set-up is no loss: × 13/12
/// assert_eq!(shown(day.ooe(&made, cycle)), "0.55");   // of 1,200
/// assert_eq!(shown(day.teep(&made, cycle)), "0.4583"); // of 1,440
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct TimeModel {
    /// All time.
    pub calendar: Span,
    /// POT: time in which the plant is open.
    pub planned_operation: Span,
    /// PBT: the same less planned downtime.
    pub planned_busy: Span,
    /// APT: time in which value was added.
    pub production: Span,
    /// AUST: set-up.
    pub setup: Span,
    /// ADET: stops that made an order longer.
    pub delay: Span,
}

impl TimeModel {
    /// From states within planned time. Planned time whose state is unknown stands in no element, so
    /// that busy time is what is known.
    #[must_use]
    pub fn of(time: &MachineTime, planned_operation: Span, calendar: Span) -> Self {
        let (production, setup) = (time.of(State::Running), time.of(State::Setup));
        let planned_busy = time.known();
        let delay = planned_busy - production - setup;
        Self { calendar, planned_operation, planned_busy, production, setup, delay }
    }

    /// AUPT: production and set-up.
    #[must_use]
    pub fn processing(&self) -> Span {
        self.production + self.setup
    }

    /// AUBT: processing and delays.
    #[must_use]
    pub fn busy(&self) -> Span {
        self.processing() + self.delay
    }

    /// Overall equipment effectiveness: ideal time for good product over busy time as planned.
    #[must_use]
    pub fn oee(&self, made: &Tally, ideal_cycle: Span) -> Option<Decimal> {
        self.against(self.planned_busy, made, ideal_cycle)
    }

    /// Net equipment effectiveness, which does not count set-up as a loss: processing time in place of
    /// production time in its availability.
    #[must_use]
    pub fn nee(&self, made: &Tally, ideal_cycle: Span) -> Option<Decimal> {
        let oee_units = ideal(made, ideal_cycle)?;
        let processing = i128::from(self.processing().milliseconds());
        let base = i128::from(self.planned_busy.milliseconds())
            .checked_mul(i128::from(self.production.milliseconds()))?
            .checked_mul(1_000)?;
        Decimal::quotient(oee_units.checked_mul(processing)?, base, 6)
    }

    /// Overall operations effectiveness: over all time in which the plant is open.
    ///
    /// # Source
    /// The base differs between authors; this one is planned operation time.
    #[must_use]
    pub fn ooe(&self, made: &Tally, ideal_cycle: Span) -> Option<Decimal> {
        self.against(self.planned_operation, made, ideal_cycle)
    }

    /// Total effective equipment performance: over all time.
    #[must_use]
    pub fn teep(&self, made: &Tally, ideal_cycle: Span) -> Option<Decimal> {
        self.against(self.calendar, made, ideal_cycle)
    }

    fn against(&self, base: Span, made: &Tally, ideal_cycle: Span) -> Option<Decimal> {
        let base = i128::from(base.milliseconds()).checked_mul(1_000)?;
        Decimal::quotient(ideal(made, ideal_cycle)?, base, 6)
    }

    /// AUST / AUPT.
    #[must_use]
    pub fn setup_rate(&self) -> Option<Decimal> {
        part(self.setup, self.processing())
    }

    /// APT / (APT + ADET).
    #[must_use]
    pub fn technical_efficiency(&self) -> Option<Decimal> {
        part(self.production, self.production + self.delay)
    }

    /// APT / AUBT.
    #[must_use]
    pub fn utilisation_efficiency(&self) -> Option<Decimal> {
        part(self.production, self.busy())
    }

    /// AUBT / PBT.
    #[must_use]
    pub fn allocation_efficiency(&self) -> Option<Decimal> {
        part(self.busy(), self.planned_busy)
    }
}

fn part(part: Span, whole: Span) -> Option<Decimal> {
    (whole > Span::ZERO).then(|| share(part, whole))
}

/// Ideal time for good product in microseconds; `None` without an ideal cycle.
fn ideal(made: &Tally, cycle: Span) -> Option<i128> {
    let ideal = made.good.thousandths().checked_mul(cycle.milliseconds().into())?;
    (cycle > Span::ZERO).then_some(ideal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Amount;

    #[test]
    fn nothing_planned_has_no_effectiveness() {
        let made = Tally { good: Amount::from_thousandths(1_000), reject: Amount::ZERO };
        let empty = TimeModel::default();
        let cycle = Span::from_seconds(1);
        assert_eq!((empty.oee(&made, cycle), empty.nee(&made, cycle)), (None, None));
        assert_eq!((empty.teep(&made, cycle), empty.setup_rate()), (None, None));
        let open = TimeModel { planned_busy: Span::from_seconds(9), ..empty };
        assert_eq!(open.oee(&made, Span::ZERO), None);
    }

    #[test]
    fn known_time_is_partitioned() {
        let mut time = MachineTime::default();
        for (state, minutes) in State::ALL.into_iter().zip([7, 11, 13, 300, 17]) {
            time.fold(state, Span::from_minutes(minutes));
        }
        let model = TimeModel::of(&time, Span::from_minutes(400), Span::DAY);
        assert_eq!(model.busy(), time.known());
        assert_eq!(model.delay, Span::from_minutes(7 + 11 + 17));
        assert_eq!(model.allocation_efficiency(), Some(Decimal::new(1_000_000, 6)));
    }
}
