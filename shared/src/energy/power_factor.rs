//! Power factor of a billing period.

use crate::decimal::Decimal;
use crate::units::{Energy, ReactiveEnergy};

/// cos φ of a period: active energy over the root of the squares of active and reactive energy.
///
/// Taken from energies of the whole period, never as a mean of samples.
///
/// # Units and shape
/// A number from 0 to 1, to a millionth.
/// # Missing data
/// `None` when neither energy flowed.
/// # Source
/// cos φ = Ap / √(Ap² + Aq²) over the billing cycle, as Circular 15/2014/TT-BCT's charge uses it;
/// lagging reactive energy only.
/// # Example
/// ```
/// use millwatt::energy::power_factor;
/// use millwatt::units::{Energy, ReactiveEnergy};
/// let factor = power_factor(Energy::from_milliwatt_hours(400), ReactiveEnergy::from_millivar_hours(300));
/// assert_eq!(factor.expect("energy flowed").to_string(), "0.8");
/// ```
#[must_use]
pub fn power_factor(active: Energy, reactive: ReactiveEnergy) -> Option<Decimal> {
    let (active, reactive) = (active.milliwatt_hours() as f64, reactive.millivar_hours() as f64);
    let apparent = libm::sqrt(active * active + reactive * reactive);
    (apparent > 0.0).then(|| Decimal::from_f64(active / apparent, 6)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_flowed_is_unknown() {
        assert_eq!(power_factor(Energy::ZERO, ReactiveEnergy::ZERO), None);
    }
}
