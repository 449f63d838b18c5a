//! Energy performance indicators against a baseline: ratios, and four ways to compare two periods.
//!
//! Each comparison gives the *SEnPI*: energy used over energy expected for the same work; 0.9 is an
//! improvement of a tenth.
//!
//! # Source
//! The methods by which the Superior Energy Performance protocol adjusts for changed conditions, as
//! commonly described; the protocol's text was not read.

/// Energy over the work that it did: a ratio indicator. `None` without work.
///
/// Over several periods take the ratio of the sums, never the mean of ratios.
///
/// # Example
/// ```
/// use millwatt::energy::enpi::ratio;
/// assert_eq!(ratio(1_450.0, 2_500.0), Some(0.58)); // kWh a kg of made tea
/// assert_eq!(ratio(1_450.0, 0.0), None);
/// ```
#[must_use]
pub fn ratio(used: f64, work: f64) -> Option<f64> {
    (work > 0.0).then(|| used / work)
}

/// Forecast: the baseline's model expects what the reporting period would have used.
///
/// # Example
/// ```
/// use millwatt::energy::enpi::{forecast, improvement};
/// let senpi = forecast(91_000.0, 100_000.0).expect("something was expected");
/// assert!((improvement(senpi) - 0.09).abs() < 1e-15);
/// ```
#[must_use]
pub fn forecast(used_reporting: f64, expected_reporting: f64) -> Option<f64> {
    ratio(used_reporting, expected_reporting)
}

/// Backcast: the reporting period's model expects what the baseline period would use today.
///
/// # Example
/// ```
/// use millwatt::energy::enpi::backcast;
/// assert_eq!(backcast(45_000.0, 50_000.0), Some(0.9));
/// ```
#[must_use]
pub fn backcast(expected_baseline: f64, used_baseline: f64) -> Option<f64> {
    ratio(expected_baseline, used_baseline)
}

/// Energy used and expected in one period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Compared {
    /// What was used.
    pub used: f64,
    /// What a model expects.
    pub expected: f64,
}

/// Chaining: a model of a period between the two, forwards to the one and back to the other.
///
/// # Example
/// ```
/// use millwatt::energy::enpi::{chaining, Compared};
/// let now = Compared { used: 95.0, expected: 100.0 };
/// let then = Compared { used: 125.0, expected: 120.0 };
/// assert!((chaining(now, then).expect("both") - 0.95 * 0.96).abs() < 1e-15);
/// ```
#[must_use]
pub fn chaining(reporting: Compared, baseline: Compared) -> Option<f64> {
    let forwards = forecast(reporting.used, reporting.expected)?;
    Some(forwards * backcast(baseline.expected, baseline.used)?)
}

/// Standard conditions: both periods' models at the same agreed conditions.
///
/// # Example
/// ```
/// use millwatt::energy::enpi::standard_conditions;
/// assert_eq!(standard_conditions(80.0, 100.0), Some(0.8));
/// ```
#[must_use]
pub fn standard_conditions(expected_by_reporting: f64, expected_by_baseline: f64) -> Option<f64> {
    ratio(expected_by_reporting, expected_by_baseline)
}

/// The improvement that a SEnPI tells: 1 − SEnPI.
#[must_use]
pub fn improvement(senpi: f64) -> f64 {
    1.0 - senpi
}
