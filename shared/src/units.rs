//! Quantities as newtypes over exact integers: the unit stands in the constructor and the reader.
//!
//! Each holds thousandths of its small unit (mWh, mW, g …) in an `i128`: the sum of every reading
//! that a site can produce stays exact, so sums merge in any order to the same bits.
//! Addition wraps at ±1.7 × 10^38, far beyond any sum of 64-bit readings.

use crate::decimal::Decimal;
use core::ops::{Add, AddAssign, Sub};

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, $from:ident, $read:ident, $small:literal,
     $shown:ident, $places:literal, $unit:literal) => {
        $(#[$doc])*
        #[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name(i128);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);

            #[doc = concat!("From a whole number of ", $small, ".")]
            #[must_use]
            pub const fn $from(value: i128) -> Self {
                Self(value)
            }

            #[doc = concat!("The whole number of ", $small, ".")]
            #[must_use]
            pub const fn $read(self) -> i128 {
                self.0
            }

            #[doc = concat!("The exact figure in ", $unit, ".")]
            #[must_use]
            pub const fn $shown(self) -> Decimal {
                Decimal::new(self.0, $places)
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0.wrapping_add(other.0))
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0.wrapping_sub(other.0))
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                *self = *self + other;
            }
        }

        impl core::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self::ZERO, Add::add)
            }
        }
    };
}

quantity!(
    /// Active electrical energy.
    Energy, from_milliwatt_hours, milliwatt_hours, "milliwatt-hours", kwh, 6, "kWh"
);
quantity!(
    /// Reactive electrical energy; lagging and leading are kept apart by the caller.
    ReactiveEnergy, from_millivar_hours, millivar_hours, "millivar-hours", kvarh, 6, "kvarh"
);
quantity!(
    /// Active electrical power.
    Power, from_milliwatts, milliwatts, "milliwatts", kw, 6, "kW"
);
quantity!(
    /// An amount of product, material or fuel: thousandths of the unit it is counted or weighed in.
    Amount, from_thousandths, thousandths, "thousandths of a unit", units, 3, "its unit"
);
quantity!(
    /// Money in thousandths of the site's currency.
    Money, from_thousandths, thousandths, "thousandths of the currency unit", units, 3, "the currency"
);

quantity!(
    /// Primary energy as an equivalent mass of oil.
    OilEquivalent, from_milligrams, milligrams, "milligrams of oil", toe, 9, "TOE"
);
quantity!(
    /// Heat of a fuel.
    Heat, from_kilojoules, kilojoules, "kilojoules", gigajoules, 6, "GJ"
);
quantity!(
    /// Greenhouse gas, as carbon dioxide.
    Carbon, from_milligrams, milligrams, "milligrams of CO₂e", tonnes, 9, "t CO₂e"
);

impl Energy {
    /// The nearest energy to a model's figure in kWh; `None` for what is no number or too large.
    #[must_use]
    pub fn from_kwh(kwh: f64) -> Option<Self> {
        Decimal::from_f64(kwh, 6).map(|figure| Self(figure.units()))
    }

    /// The mean power that delivers this energy in `span`; `None` for an empty span.
    #[must_use]
    pub fn mean_power(self, span: crate::time::Span) -> Option<Power> {
        let span = i128::from(span.milliseconds());
        let scaled = self.0.checked_mul(crate::time::MILLISECONDS_AN_HOUR)?;
        (span > 0).then(|| Power(crate::decimal::div_round(scaled, span)))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::time::Span;
    use std::string::ToString;

    #[test]
    fn a_quarter_hour_of_157_18_kwh_is_628_72_kw() {
        let energy = Energy::from_milliwatt_hours(157_180_000);
        let power = energy.mean_power(Span::from_minutes(15));
        assert_eq!(power.map(|p| p.kw().to_string()).as_deref(), Some("628.72"));
        assert_eq!(energy.mean_power(Span::ZERO), None);
    }

    #[test]
    fn sums_do_not_depend_on_the_order() {
        let parts = [3, -7, 11_000_000_000_000_000_000, 5].map(Energy::from_milliwatt_hours);
        let forward: Energy = parts.into_iter().sum();
        let backward: Energy = parts.into_iter().rev().sum();
        assert_eq!(forward, backward);
    }
}
