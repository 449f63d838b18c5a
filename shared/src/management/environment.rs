//! Environment (ISO 14001): what a unit of product costs the air.

use crate::decimal::Decimal;
use crate::units::{Amount, Carbon};

/// Greenhouse gas for a unit of output, in kilograms of CO₂e; `None` without output.
///
/// Fossil carbon only: what biomass gives off is told apart.
///
/// # Example
/// ```
/// use millwatt::management::environment::emission_intensity;
/// use millwatt::units::{Amount, Carbon};
/// let month = Carbon::from_milligrams(13_184_000_000); // 13.184 t
/// let made_tea = Amount::from_thousandths(32_000_000); // 32,000 kg
/// assert_eq!(emission_intensity(month, made_tea).expect("made").to_string(), "0.412");
/// ```
#[must_use]
pub fn emission_intensity(emitted: Carbon, output: Amount) -> Option<Decimal> {
    // Milligrams by thousandths are grams by unit; a kilogram is three places further.
    let grams = Decimal::quotient(emitted.milligrams(), output.thousandths(), 6)?;
    Some(Decimal::new(grams.units(), 9).rounded(6))
}
