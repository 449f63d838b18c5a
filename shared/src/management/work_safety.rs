//! Work safety (ISO 45001): accidents against hours worked.

use crate::decimal::Decimal;

/// Accidents with lost time for so many hours worked; `None` when nobody worked.
///
/// `base` is the convention and stands beside the figure: 1,000,000 hours internationally, 200,000 with
/// OSHA.
///
/// # Example
/// ```
/// use millwatt::management::work_safety::injury_frequency;
/// assert_eq!(injury_frequency(2, 400_000, 1_000_000).expect("worked").to_string(), "5");
/// assert_eq!(injury_frequency(2, 400_000, 200_000).expect("worked").to_string(), "1");
/// ```
#[must_use]
pub fn injury_frequency(lost_time_injuries: u32, hours: u64, base: u64) -> Option<Decimal> {
    Decimal::quotient(i128::from(lost_time_injuries) * i128::from(base), hours.into(), 6)
}

/// Days lost for so many hours worked; `None` when nobody worked.
///
/// # Example
/// ```
/// use millwatt::management::work_safety::severity_rate;
/// assert_eq!(severity_rate(30, 400_000, 1_000).expect("worked").to_string(), "0.075");
/// ```
#[must_use]
pub fn severity_rate(lost_days: u32, hours: u64, base: u64) -> Option<Decimal> {
    Decimal::quotient(i128::from(lost_days) * i128::from(base), hours.into(), 6)
}
