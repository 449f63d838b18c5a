//! Exact decimal figures, the last form of every indicator.

use core::fmt;

/// A whole number of units of 10^−`places`: what an indicator is worth, exactly as it is printed.
///
/// Figures leave the crate in this form so that a terminal, a page and a node print the same digits.
///
/// # Example
/// ```
/// use millwatt::Decimal;
/// let used = Decimal::new(65_404_640_000, 6);
/// assert_eq!(used.to_string(), "65404.64");
/// assert_eq!(used.rounded(0).to_string(), "65405");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    units: i128,
    places: u8,
}

/// Most places a [`Decimal`] carries: 10^18 still leaves twenty digits before the point.
pub const MOST_PLACES: u8 = 18;

/// 10^`exponent` as an integer; exponents above 38 give the largest power an `i128` holds.
#[must_use]
pub const fn power_of_ten(exponent: u8) -> i128 {
    10_i128.pow(if exponent > 38 { 38 } else { exponent as u32 })
}

impl Decimal {
    /// `units` × 10^−`places`; more than [`MOST_PLACES`] places are rounded away.
    #[must_use]
    pub const fn new(units: i128, places: u8) -> Self {
        if places <= MOST_PLACES {
            return Self { units, places };
        }
        let units = div_round(units, power_of_ten(places - MOST_PLACES));
        Self { units, places: MOST_PLACES }
    }

    /// `numerator` / `denominator`, rounded to `places`; `None` when the denominator is zero
    /// or the quotient does not fit.
    #[must_use]
    pub fn quotient(numerator: i128, denominator: i128, places: u8) -> Option<Self> {
        let scaled = numerator.checked_mul(power_of_ten(places))?;
        (denominator != 0).then(|| Self::new(div_round(scaled, denominator), places))
    }

    /// The nearest decimal to a float; `None` for NaN, infinities and values too large.
    #[must_use]
    pub fn from_f64(value: f64, places: u8) -> Option<Self> {
        let scaled = libm::rint(value * power_of_ten(places) as f64);
        (libm::fabs(scaled) < 1e30).then_some(Self::new(scaled as i128, places))
    }

    /// The number of units of the last place.
    #[must_use]
    pub const fn units(self) -> i128 {
        self.units
    }

    /// How many digits stand behind the point.
    #[must_use]
    pub const fn places(self) -> u8 {
        self.places
    }

    /// The nearest decimal with at most `places` places, halves away from zero.
    #[must_use]
    pub const fn rounded(self, places: u8) -> Self {
        if places >= self.places {
            return self;
        }
        Self { units: div_round(self.units, power_of_ten(self.places - places)), places }
    }

    /// The nearest float, for drawing only.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.units as f64 / power_of_ten(self.places) as f64
    }
}

/// `numerator` / `denominator` to the nearest integer, halves away from zero.
///
/// # Panics
/// When the denominator is zero: callers check.
#[must_use]
pub const fn div_round(numerator: i128, denominator: i128) -> i128 {
    let quotient = numerator / denominator;
    let rest = (numerator % denominator).unsigned_abs();
    if rest < denominator.unsigned_abs() - rest {
        return quotient;
    }
    if (numerator < 0) == (denominator < 0) { quotient + 1 } else { quotient - 1 }
}

/// Plain digits with a point and no trailing zeros: `-12.5`, `0`, `959636.71`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut units, mut places) = (self.units.unsigned_abs(), self.places);
        while places > 0 && units.is_multiple_of(10) {
            units /= 10;
            places -= 1;
        }
        if self.units < 0 {
            f.write_str("-")?;
        }
        let one = power_of_ten(places).unsigned_abs();
        write!(f, "{}", units / one)?;
        if places > 0 {
            write!(f, ".{:0width$}", units % one, width = usize::from(places))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(div_round(5, 2), 3);
        assert_eq!(div_round(-5, 2), -3);
        assert_eq!(div_round(4, 3), 1);
        assert_eq!(div_round(-4, 3), -1);
        assert_eq!(div_round(i128::MAX, 1), i128::MAX);
    }

    #[test]
    fn prints_without_trailing_zeros() {
        assert_eq!(Decimal::new(-12_500, 3).to_string(), "-12.5");
        assert_eq!(Decimal::new(0, 6).to_string(), "0");
        assert_eq!(Decimal::new(7, 3).to_string(), "0.007");
    }

    #[test]
    fn quotient_of_nothing_is_unknown() {
        assert_eq!(Decimal::quotient(1, 0, 3), None);
        assert_eq!(Decimal::quotient(2, 3, 4).map(|d| d.to_string()).as_deref(), Some("0.6667"));
    }

    #[test]
    fn floats_that_are_no_numbers_are_unknown() {
        assert_eq!(Decimal::from_f64(f64::NAN, 3), None);
        assert_eq!(Decimal::from_f64(0.894_427_191, 6).map(|d| d.units()), Some(894_427));
    }
}
