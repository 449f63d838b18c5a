//! How often machines fail and how long repair takes, by either convention.

use crate::decimal::{Decimal, div_round};
use crate::time::Span;

/// By what the sum of times is divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convention {
    /// By the number of failures, as maintenance practice does.
    PerFailure,
    /// By the number of failures plus one, as ISO 22400-2 is generally quoted.
    PlusOne,
}

impl Convention {
    /// The stable name, shown beside the figure.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PerFailure => "per_failure",
            Self::PlusOne => "iso_22400_plus_one",
        }
    }

    fn mean(self, sum: Span, failures: u32) -> Option<Decimal> {
        let count = i128::from(failures) + i128::from(self == Self::PlusOne);
        (failures > 0).then(|| {
            let milliseconds = i128::from(sum.milliseconds());
            let millionths = milliseconds.saturating_mul(1_000_000);
            Decimal::new(div_round(millionths, count * crate::time::MILLISECONDS_AN_HOUR), 6)
        })
    }
}

/// Operation, failures and repair of a machine. Merges in any order.
///
/// # Missing data
/// Without a failure there is no mean: `None`, "no failure", never infinity.
/// # Source
/// MTBF = operating time / failures, MTTR = repair time / failures; ISO 22400-2's sums of TBF, TTF and
/// TTR over FE + 1, from its public OWL rendering. Operating time is production and set-up, no delays.
/// # Example
/// ```
/// use millwatt::production::{Convention, Failures};
/// use millwatt::time::Span;
/// let hours = |hours: i64| Span::from_minutes(hours * 60);
/// let press = Failures { operating: hours(450), repair: hours(9), failures: 3 };
/// let shown = |figure: Option<millwatt::Decimal>| figure.map(|hours| hours.to_string());
/// assert_eq!(shown(press.mtbf(Convention::PerFailure)).as_deref(), Some("150"));
/// assert_eq!(shown(press.mtbf(Convention::PlusOne)).as_deref(), Some("112.5"));
/// assert_eq!(shown(press.mttr(Convention::PerFailure)).as_deref(), Some("3"));
/// assert_eq!(Failures::default().mtbf(Convention::PerFailure), None);
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    /// Time in production and set-up.
    pub operating: Span,
    /// Time in repair.
    pub repair: Span,
    /// How often it failed.
    pub failures: u32,
}

impl Failures {
    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        self.operating = self.operating + other.operating;
        self.repair = self.repair + other.repair;
        self.failures = self.failures.saturating_add(other.failures);
    }

    /// Mean operating time between failures, in hours.
    #[must_use]
    pub fn mtbf(&self, convention: Convention) -> Option<Decimal> {
        convention.mean(self.operating, self.failures)
    }

    /// Mean time to restoration, in hours.
    #[must_use]
    pub fn mttr(&self, convention: Convention) -> Option<Decimal> {
        convention.mean(self.repair, self.failures)
    }

    /// Mean time to failure, in hours: for what is replaced and not repaired, the time that each was in
    /// use until it failed.
    #[must_use]
    pub fn mttf(&self, convention: Convention) -> Option<Decimal> {
        self.mtbf(convention)
    }

    /// The share of time that failures left: MTBF / (MTBF + MTTR).
    #[must_use]
    pub fn inherent_availability(&self) -> Option<Decimal> {
        let whole = i128::from((self.operating + self.repair).milliseconds());
        Decimal::quotient(self.operating.milliseconds().into(), whole, 6)
    }
}
