//! Time by the six exclusive states of SEMI E10, and the ratios drawn from them.
//!
//! # Source
//! The six states and that only unscheduled downtime counts as failed, from public summaries of SEMI
//! E10; the standard's own text was not read.

use super::reliability::{Convention, Failures};
use crate::decimal::Decimal;
use crate::time::Span;
use crate::usage::share;

/// A state of SEMI E10.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EquipmentState {
    /// Doing what it is for.
    Productive,
    /// Able to, but without product, operator or order.
    Standby,
    /// Used for experiments.
    Engineering,
    /// Down as planned.
    ScheduledDown,
    /// Failed.
    UnscheduledDown,
    /// Not to be used: shutdown, holidays.
    NonScheduled,
}

/// Time by state, and how often it failed. Merges in any order.
///
/// # Example
/// ```
/// use millwatt::production::semi_e10::{EquipmentState::*, EquipmentTime};
/// use millwatt::time::Span;
/// let mut week = EquipmentTime::default();
/// for (state, hours) in [(Productive, 90), (Standby, 18), (ScheduledDown, 6), (UnscheduledDown, 6),
///     (NonScheduled, 48)] {
///     week.fold(state, Span::from_minutes(hours * 60));
/// }
/// week.failed();
/// assert_eq!(week.operations_time(), Span::from_minutes(120 * 60));
/// assert_eq!(week.uptime().expect("scheduled").to_string(), "0.9"); // 108 of 120 hours
/// assert_eq!(week.utilisation().expect("time passed").rounded(4).to_string(), "0.5357");
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct EquipmentTime {
    states: [Span; 6],
    failures: u32,
}

impl EquipmentTime {
    /// Adds time in one state.
    pub fn fold(&mut self, state: EquipmentState, span: Span) {
        let slot = &mut self.states[state as usize];
        *slot = *slot + span;
    }

    /// Counts a failure.
    pub fn failed(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        self.states.iter_mut().zip(other.states).for_each(|(mine, theirs)| *mine = *mine + theirs);
        self.failures = self.failures.saturating_add(other.failures);
    }

    /// Time in one state.
    #[must_use]
    pub const fn of(&self, state: EquipmentState) -> Span {
        self.states[state as usize]
    }

    /// All time.
    #[must_use]
    pub fn total(&self) -> Span {
        self.states.into_iter().sum()
    }

    /// All time but what is not scheduled.
    #[must_use]
    pub fn operations_time(&self) -> Span {
        self.total() - self.of(EquipmentState::NonScheduled)
    }

    /// Time in which it could be used: productive, standby and engineering.
    #[must_use]
    pub fn uptime_span(&self) -> Span {
        use EquipmentState::{Engineering, Productive, Standby};
        [Productive, Standby, Engineering].map(|state| self.of(state)).into_iter().sum()
    }

    /// Uptime over operations time.
    #[must_use]
    pub fn uptime(&self) -> Option<Decimal> {
        let whole = self.operations_time();
        (whole > Span::ZERO).then(|| share(self.uptime_span(), whole))
    }

    /// Productive time over all time.
    #[must_use]
    pub fn utilisation(&self) -> Option<Decimal> {
        let whole = self.total();
        (whole > Span::ZERO).then(|| share(self.of(EquipmentState::Productive), whole))
    }

    /// Productive time between failures and unscheduled downtime a failure.
    #[must_use]
    pub fn failures(&self) -> Failures {
        Failures {
            operating: self.of(EquipmentState::Productive),
            repair: self.of(EquipmentState::UnscheduledDown),
            failures: self.failures,
        }
    }

    /// Mean productive time between failures, in hours.
    #[must_use]
    pub fn mtbf(&self) -> Option<Decimal> {
        self.failures().mtbf(Convention::PerFailure)
    }
}
