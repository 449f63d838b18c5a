//! OEE and its factors, as ratios of sums over planned time.

use crate::decimal::Decimal;
use crate::production::State;
use crate::time::Span;
use crate::units::Amount;
use crate::usage::share;

/// Time by state within planned time. Merges in any order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct MachineTime {
    states: [Span; State::ALL.len()],
}

impl MachineTime {
    /// Adds a stretch of one state.
    pub fn fold(&mut self, state: State, span: Span) {
        let slot = &mut self.states[state as usize];
        *slot = *slot + span;
    }

    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        State::ALL.into_iter().for_each(|state| self.fold(state, other.of(state)));
    }

    /// Time in one state.
    #[must_use]
    pub const fn of(&self, state: State) -> Span {
        self.states[state as usize]
    }

    /// Time whose state is known.
    #[must_use]
    pub fn known(&self) -> Span {
        self.states.into_iter().sum()
    }

    /// Running time over the planned time whose state is known; `None` when none is.
    ///
    /// # Source
    /// ISO 22400-2 as rendered in the public OWL model of its KPIs: availability = APT / PBT.
    ///
    /// `DIFFERENCE`: planned time whose state nobody measured stands in neither term; coverage
    /// tells how much that is.
    #[must_use]
    pub fn availability(&self) -> Option<Decimal> {
        (self.known() > Span::ZERO).then(|| share(self.of(State::Running), self.known()))
    }
}

/// Good and rejected product within planned time. Merges in any order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Product that passed.
    pub good: Amount,
    /// Product that did not.
    pub reject: Amount,
}

impl Tally {
    /// Everything made.
    #[must_use]
    pub fn made(&self) -> Amount {
        self.good + self.reject
    }

    /// Ideal time for what was made over running time; may pass 1, and is shown so. `None` when
    /// the machine did not run or no ideal cycle is known.
    ///
    /// # Source
    /// ISO 22400-2, as above: effectiveness = PRU × PQ / APT.
    #[must_use]
    pub fn performance(&self, ideal_cycle: Span, time: &MachineTime) -> Option<Decimal> {
        over_time(self.made(), ideal_cycle, time.of(State::Running))
    }

    /// Good over made; `None` when nothing was made.
    ///
    /// # Source
    /// ISO 22400-2, as above: quality ratio = GQ / PQ.
    #[must_use]
    pub fn quality(&self) -> Option<Decimal> {
        Decimal::quotient(self.good.thousandths(), self.made().thousandths(), 6)
    }

    /// Overall equipment effectiveness: ideal time for good product over planned time of known
    /// state, which is availability × performance × quality.
    ///
    /// # Example
    /// ```
    /// use millwatt::production::{MachineTime, State, Tally};
    /// use millwatt::{time::Span, units::Amount};
    /// let mut time = MachineTime::default();
    /// time.fold(State::Running, Span::from_minutes(300));
    /// time.fold(State::Idle, Span::from_minutes(100));
    /// let tally = Tally { good: Amount::from_thousandths(270_000), reject: Amount::from_thousandths(10_000) };
    /// let cycle = Span::from_minutes(1);
    /// let shown = |figure: Option<millwatt::Decimal>| figure.expect("measured").rounded(4).to_string();
    /// assert_eq!(shown(time.availability()), "0.75");
    /// assert_eq!(shown(tally.performance(cycle, &time)), "0.9333");
    /// assert_eq!(shown(tally.quality()), "0.9643");
    /// assert_eq!(shown(tally.oee(cycle, &time)), "0.675"); // 270 good minutes of 400
    /// ```
    #[must_use]
    pub fn oee(&self, ideal_cycle: Span, time: &MachineTime) -> Option<Decimal> {
        over_time(self.good, ideal_cycle, time.known())
    }
}

/// amount × cycle / time; `None` without a cycle or without time.
fn over_time(amount: Amount, cycle: Span, time: Span) -> Option<Decimal> {
    let ideal = amount.thousandths().checked_mul(cycle.milliseconds().into())?;
    let whole = i128::from(time.milliseconds()).checked_mul(1_000)?;
    (cycle > Span::ZERO).then(|| Decimal::quotient(ideal, whole, 6)).flatten()
}
