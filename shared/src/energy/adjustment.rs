//! Which period a baseline is made from, and what is added to it when the factory itself changed.

use crate::decimal::div_round;
use crate::time::{Instant, Period, Zone};
use crate::units::Energy;

/// Which period a baseline is made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaselinePeriod {
    /// This one, until somebody decides otherwise.
    Free(Period),
    /// So many whole months before the reporting period.
    Sliding {
        /// How many.
        months: u16,
    },
}

impl BaselinePeriod {
    /// The baseline period that belongs to a reporting period.
    ///
    /// # Example
    /// ```
    /// use millwatt::energy::adjustment::BaselinePeriod;
    /// use millwatt::time::{Date, Period, Zone};
    /// let zone = Zone::new(&[]);
    /// let first = |year, month| zone.instant(Date { year, month, day: 1 }, 0);
    /// let march = Period::new(first(2026, 3), first(2026, 4));
    /// let year_before = BaselinePeriod::Sliding { months: 12 }.before(march, zone);
    /// assert_eq!(year_before, Period::new(first(2025, 3), first(2026, 3)));
    /// ```
    #[must_use]
    pub fn before(&self, reporting: Period, zone: Zone<'_>) -> Period {
        match *self {
            Self::Free(period) => period,
            Self::Sliding { months } => {
                let month = zone.local(reporting.from).date.plus_months(0);
                let from = month.plus_months(-i32::from(months));
                Period::new(zone.instant(from, 0), zone.instant(month, 0))
            }
        }
    }
}

/// A change of the factory that no driver tells: a new line, a second shift, another roof.
///
/// It raises or lowers what the baseline expects, from a date on, by so much energy a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct NonRoutine<'a> {
    /// When it begins and ends; [`Instant::MAX`] when it stays.
    pub period: Period,
    /// What it adds to each day of 24 hours; negative when it takes away.
    pub a_day: Energy,
    /// What changed, in words.
    pub note: &'a str,
    /// How its size is known.
    pub source: &'a str,
}

impl NonRoutine<'_> {
    /// What it adds within a period, to a milliwatt-hour.
    #[must_use]
    pub fn within(&self, period: Period) -> Energy {
        let shared = self.period.overlap(period).map_or(0, |shared| shared.span().milliseconds());
        let day = i128::from(crate::time::Span::DAY.milliseconds());
        let scaled = self.a_day.milliwatt_hours().saturating_mul(shared.into());
        Energy::from_milliwatt_hours(div_round(scaled, day))
    }

    /// The same change, ended: what is dated is never deleted.
    #[must_use]
    pub const fn ended(self, at: Instant) -> Self {
        Self { period: Period::new(self.period.from, at), ..self }
    }
}

/// What all adjustments add to the expectation of a period.
///
/// # Example
/// ```
/// use millwatt::energy::adjustment::{adjustment, NonRoutine};
/// use millwatt::time::{Instant, Period, Span};
/// use millwatt::units::Energy;
/// let start = Instant::from_unix_milliseconds(0);
/// let second_dryer = NonRoutine { period: Period::new(start + Span::DAY, Instant::MAX),
///     a_day: Energy::from_milliwatt_hours(96_000_000), note: "second dryer", source: "its own meter" };
/// let two_days = Period::new(start, start + Span::DAY.times(2));
/// assert_eq!(adjustment(&[second_dryer], two_days).kwh().to_string(), "96");
/// ```
#[must_use]
pub fn adjustment(changes: &[NonRoutine<'_>], period: Period) -> Energy {
    changes.iter().map(|change| change.within(period)).sum()
}

/// Whether a static factor changed so much that an adjustment is due: by more than a tenth.
///
/// # Source
/// The trigger of a public ISO 50001 gap checklist; a site may set its own `limit`.
/// # Example
/// ```
/// use millwatt::energy::adjustment::is_due;
/// assert!(is_due(1_000.0, 1_150.0, 0.1) && !is_due(1_000.0, 1_050.0, 0.1));
/// ```
#[must_use]
pub fn is_due(baseline: f64, now: f64, limit: f64) -> bool {
    libm::fabs(now - baseline) > limit * libm::fabs(baseline)
}
