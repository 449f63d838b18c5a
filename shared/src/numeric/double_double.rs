//! Numbers of about 31 digits as the sum of two doubles.

use core::cmp::Ordering;
use core::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// The unevaluated sum of two doubles, the second at most half a unit in the last place of the first.
///
/// A relative error of a sum, product or quotient is below 2^−100. Values beyond 10^290 overflow.
///
/// # Source
/// T. J. Dekker, "A floating-point technique for extending the available precision", Numerische
/// Mathematik 18 (1971): error-free sums and products by splitting, without a fused multiply-add.
/// # Example
/// ```
/// use millwatt::numeric::DoubleDouble;
/// let third = DoubleDouble::from(1.0) / DoubleDouble::from(3.0);
/// let rest = DoubleDouble::from(1.0) - third - third - third;
/// assert!(rest.to_f64().abs() < 1e-31);
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct DoubleDouble {
    high: f64,
    low: f64,
}

/// 2^27 + 1: cuts a double of 53 bits into two of 26.
const SPLITTER: f64 = 134_217_729.0;

/// a + b and the part that rounding lost.
const fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let part = sum - a;
    (sum, (a - (sum - part)) + (b - part))
}

/// The same for |a| ≥ |b|.
const fn quick_two_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

const fn split(a: f64) -> (f64, f64) {
    let shifted = SPLITTER * a;
    let high = shifted - (shifted - a);
    (high, a - high)
}

/// a × b and the part that rounding lost.
const fn two_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    let ((a_high, a_low), (b_high, b_low)) = (split(a), split(b));
    let lost = ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low;
    (product, lost)
}

impl DoubleDouble {
    /// Nothing.
    pub const ZERO: Self = Self { high: 0.0, low: 0.0 };
    /// One.
    pub const ONE: Self = Self { high: 1.0, low: 0.0 };
    /// The natural logarithm of 2.
    pub const LN_2: Self = Self { high: core::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };
    /// The natural logarithm of 2π.
    pub const LN_TAU: Self =
        Self { high: 1.837_877_066_409_345_6, low: -7.756_588_316_134_483e-17 };

    /// The sum of two doubles, exactly.
    #[must_use]
    pub const fn sum(a: f64, b: f64) -> Self {
        let (high, low) = two_sum(a, b);
        Self { high, low }
    }

    /// The product of two doubles, exactly.
    #[must_use]
    pub const fn product(a: f64, b: f64) -> Self {
        let (high, low) = two_product(a, b);
        Self { high, low }
    }

    /// The nearest double.
    #[must_use]
    pub const fn to_f64(self) -> f64 {
        self.high
    }

    /// What the nearest double leaves out.
    #[must_use]
    pub const fn rest(self) -> f64 {
        self.low
    }

    /// Whether it is a number, not an overflow.
    #[must_use]
    pub const fn is_finite(self) -> bool {
        self.high.is_finite() && self.low.is_finite()
    }

    /// Its square.
    #[must_use]
    pub fn squared(self) -> Self {
        self * self
    }

    /// Times a double.
    #[must_use]
    pub const fn times(self, factor: f64) -> Self {
        let (product, lost) = two_product(self.high, factor);
        let (high, low) = quick_two_sum(product, lost + self.low * factor);
        Self { high, low }
    }

    /// Times a power of two, exactly.
    const fn scaled(self, power_of_two: f64) -> Self {
        Self { high: self.high * power_of_two, low: self.low * power_of_two }
    }

    /// A whole power; zero to the zeroth is one.
    #[must_use]
    pub fn power(self, exponent: u32) -> Self {
        let (mut result, mut base, mut rest) = (Self::ONE, self, exponent);
        while rest > 0 {
            if rest & 1 == 1 {
                result = result * base;
            }
            base = base.squared();
            rest >>= 1;
        }
        result
    }

    /// The square root; zero for what is not positive.
    #[must_use]
    pub fn sqrt(self) -> Self {
        if self.high <= 0.0 {
            return Self::ZERO;
        }
        let guess = libm::sqrt(self.high);
        let error = (self - Self::product(guess, guess)).high;
        let (high, low) = quick_two_sum(guess, error / (2.0 * guess));
        Self { high, low }
    }

    /// e to this power; zero where that is too small for a double, infinite where it would pass
    /// 10^290.
    #[must_use]
    pub fn exp(self) -> Self {
        /// The argument is halved this often, and the result squared as often.
        const HALVINGS: u32 = 8;
        const TERMS: u32 = 10;
        if self.high < -745.0 {
            return Self::ZERO;
        }
        if self.high > 667.0 {
            return Self { high: f64::INFINITY, low: 0.0 };
        }
        let doublings = libm::rint(self.high / Self::LN_2.high);
        let rest = (self - Self::LN_2.times(doublings)).scaled(1.0 / f64::from(1_u32 << HALVINGS));
        // e^x − 1 by its series, innermost term first.
        let mut less_one = Self::ZERO;
        for term in (1..=TERMS).rev() {
            less_one = (rest + rest * less_one) / Self::from(f64::from(term));
        }
        for _ in 0..HALVINGS {
            less_one = less_one.scaled(2.0) + less_one.squared();
        }
        (Self::ONE + less_one).scaled_by_exponent(doublings as i32)
    }

    /// Times 2^`exponent`, in two steps so that neither factor overflows by itself.
    fn scaled_by_exponent(self, exponent: i32) -> Self {
        let half = exponent / 2;
        self.scaled(libm::scalbn(1.0, half)).scaled(libm::scalbn(1.0, exponent - half))
    }

    /// The natural logarithm, to about 27 digits; minus infinity for what is not positive.
    #[must_use]
    pub fn ln(self) -> Self {
        /// Terms of the series that need both doubles, and all of them.
        const WIDE: usize = 8;
        const ALL: usize = 21;
        const INVERSES: [DoubleDouble; ALL] = inverses_of_odd();
        if self.high <= 0.0 {
            return Self { high: f64::NEG_INFINITY, low: 0.0 };
        }
        // A mantissa between 1/√2 and √2, whose logarithm is 2 artanh((m − 1)/(m + 1)).
        let (mantissa, exponent) = libm::frexp(self.high);
        let exponent = exponent - i32::from(mantissa < core::f64::consts::FRAC_1_SQRT_2);
        let mantissa = self.scaled_by_exponent(-exponent);
        let ratio = (mantissa - Self::ONE) / (mantissa + Self::ONE);
        let square = ratio.squared();
        let (first, last) = INVERSES.split_at(WIDE);
        let tail = last.iter().rev().fold(0.0, |sum, inverse| sum * square.high + inverse.high);
        let series =
            first.iter().rev().fold(Self::from(tail), |sum, inverse| sum * square + *inverse);
        Self::LN_2.times(f64::from(exponent)) + ratio.scaled(2.0) * series
    }
}

/// 1, 1/3, 1/5 …
const fn inverses_of_odd<const COUNT: usize>() -> [DoubleDouble; COUNT] {
    let mut inverses = [DoubleDouble::ZERO; COUNT];
    let mut place = 0;
    while place < COUNT {
        let odd = (2 * place + 1) as f64;
        let high = 1.0 / odd;
        let (product, lost) = two_product(high, odd);
        inverses[place] = DoubleDouble { high, low: ((1.0 - product) - lost) / odd };
        place += 1;
    }
    inverses
}

impl From<f64> for DoubleDouble {
    fn from(value: f64) -> Self {
        Self { high: value, low: 0.0 }
    }
}

impl Add for DoubleDouble {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (high, lost) = two_sum(self.high, other.high);
        let (low, lost_low) = two_sum(self.low, other.low);
        let (high, lost) = quick_two_sum(high, lost + low);
        let (high, low) = quick_two_sum(high, lost + lost_low);
        Self { high, low }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + (-other)
    }
}

impl Neg for DoubleDouble {
    type Output = Self;
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Mul for DoubleDouble {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let (product, lost) = two_product(self.high, other.high);
        let cross = self.high * other.low + self.low * other.high;
        let (high, low) = quick_two_sum(product, lost + cross);
        Self { high, low }
    }
}

impl Div for DoubleDouble {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let rest = self - other.times(first);
        let second = rest.high / other.high;
        let rest = rest - other.times(second);
        let third = rest.high / other.high;
        let (high, low) = quick_two_sum(first, second);
        Self { high, low } + Self::from(third)
    }
}

impl AddAssign for DoubleDouble {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for DoubleDouble {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl core::iter::Sum for DoubleDouble {
    fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
        items.fold(Self::ZERO, Add::add)
    }
}

impl PartialOrd for DoubleDouble {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.high.partial_cmp(&other.high)? {
            Ordering::Equal => self.low.partial_cmp(&other.low),
            different => Some(different),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(got: DoubleDouble, expected: DoubleDouble) {
        let error = ((got - expected) / expected).to_f64().abs();
        assert!(error < 1e-29, "{got:?} is {error:e} away from {expected:?}");
    }

    #[test]
    fn exp_and_ln_know_their_constants() {
        // e to 33 digits, cut in two doubles.
        let e = DoubleDouble { high: core::f64::consts::E, low: 1.445_646_891_729_250_2e-16 };
        close(DoubleDouble::ONE.exp(), e);
        close(DoubleDouble::from(2.0).ln(), DoubleDouble::LN_2);
        close(
            DoubleDouble::from(-600.0).exp() * DoubleDouble::from(600.0).exp(),
            DoubleDouble::ONE,
        );
    }

    #[test]
    fn powers_of_ten_are_exact_while_they_fit() {
        let ten = DoubleDouble::from(10.0);
        assert_eq!(ten.power(22).to_f64(), 1e22);
        assert_eq!(DoubleDouble::ZERO.power(0), DoubleDouble::ONE);
        close(ten.power(30) / ten.power(29), ten);
    }

    #[test]
    fn edges_are_numbers_or_say_so() {
        assert_eq!(DoubleDouble::from(-1.0).sqrt(), DoubleDouble::ZERO);
        assert!(!DoubleDouble::ZERO.ln().is_finite());
        assert_eq!(DoubleDouble::from(-800.0).exp(), DoubleDouble::ZERO);
        assert!(!DoubleDouble::from(800.0).exp().is_finite());
    }

    proptest! {
        #[test]
        fn sums_and_products_of_whole_numbers_are_exact(a in -(1_i64 << 52)..1 << 52, b in -(1_i64 << 52)..1 << 52) {
            let product = DoubleDouble::product(a as f64, b as f64);
            let exact = i128::from(a) * i128::from(b);
            prop_assert_eq!(product.high as i128 + product.low as i128, exact);
            let sum = DoubleDouble::from(a as f64) + DoubleDouble::from(b as f64);
            prop_assert_eq!(sum.to_f64(), (a + b) as f64);
        }

        #[test]
        fn roots_logarithms_and_quotients_go_back(value in 1e-9_f64..1e9, other in 1e-9_f64..1e9) {
            let (value, other) = (DoubleDouble::from(value), DoubleDouble::from(other));
            close(value.sqrt().squared(), value);
            close(value.ln().exp(), value);
            close(value / other * other, value);
        }
    }
}
