//! Quality: yields, defects by opportunity, and whether a process can hold its limits.

use crate::decimal::Decimal;

/// Defects in a million opportunities; `None` without opportunities.
///
/// # Source
/// DPMO = defects / (units × opportunities a unit) × 10^6.
/// # Example
/// ```
/// use millwatt::management::quality::defects_per_million;
/// assert_eq!(defects_per_million(130, 1_000, 5).expect("units").to_string(), "26000");
/// ```
#[must_use]
pub fn defects_per_million(defects: u64, units: u64, opportunities: u32) -> Option<Decimal> {
    let chances = i128::from(units).checked_mul(opportunities.into())?;
    Decimal::quotient(i128::from(defects) * 1_000_000, chances, 6)
}

/// What entered a step and what passed it at the first try.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// Units that entered.
    pub entered: u64,
    /// Units that passed without rework.
    pub passed: u64,
}

impl Step {
    /// First-pass yield; `None` when nothing entered.
    #[must_use]
    pub fn first_pass_yield(&self) -> Option<Decimal> {
        Decimal::quotient(self.passed.into(), self.entered.into(), 6)
    }
}

/// Rolled throughput yield: the chance of a unit to pass every step at the first try.
///
/// `None` when a step saw nothing.
/// # Example
/// ```
/// use millwatt::management::quality::{rolled_throughput_yield, Step};
/// let line = [Step { entered: 100, passed: 90 }, Step { entered: 90, passed: 72 }];
/// assert_eq!(rolled_throughput_yield(&line).expect("both ran").to_string(), "0.72");
/// ```
#[must_use]
pub fn rolled_throughput_yield(steps: &[Step]) -> Option<Decimal> {
    let all_ran = steps.iter().all(|step| step.entered > 0);
    let product = steps
        .iter()
        .fold(1.0, |product, step| product * (step.passed as f64 / step.entered.max(1) as f64));
    all_ran.then(|| Decimal::from_f64(product, 6)).flatten()
}

/// Exact moments of a measured characteristic. Merges in any order.
///
/// # Units and shape
/// Whole numbers of any one unit below 2^40, as a gauge's scaled integers are; limits in the same.
/// # Missing data
/// Fewer than two values, or values that never differ, have no capability.
/// # Source
/// Cp = (USL − LSL) / 6s, Cpk = min(USL − x̄, x̄ − LSL) / 3s, s over n − 1. ISO 22400-2 calls the same over
/// a short run Cm and Cmk.
/// # Example
/// The example of NIST/SEMATECH's handbook: limits 8 and 20, mean 16, s 2.
/// ```
/// use millwatt::management::quality::Capability;
/// let mut process = Capability::default();
/// [14_000, 16_000, 18_000].iter().for_each(|thousandths| process.fold(*thousandths));
/// let (lower, upper) = (8_000, 20_000);
/// assert_eq!(process.potential(lower, upper).expect("it varies").to_string(), "1");
/// assert_eq!(process.actual(lower, upper).expect("it varies").rounded(4).to_string(), "0.6667");
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Capability {
    count: i128,
    sum: i128,
    squares: i128,
}

impl Capability {
    /// One more value.
    pub fn fold(&mut self, value: i64) {
        let value = i128::from(value);
        self.count += 1;
        self.sum += value;
        self.squares = self.squares.wrapping_add(value * value);
    }

    /// Adds what another part found.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.squares = self.squares.wrapping_add(other.squares);
    }

    fn deviation(&self) -> Option<f64> {
        let spread =
            self.count.checked_mul(self.squares)?.checked_sub(self.sum.checked_mul(self.sum)?)?;
        let below = self.count.checked_mul(self.count - 1)?;
        (self.count > 1 && spread > 0).then(|| libm::sqrt(spread as f64 / below as f64))
    }

    /// Cp: what the process could hold if it were centred.
    #[must_use]
    pub fn potential(&self, lower: i64, upper: i64) -> Option<Decimal> {
        let width = (i128::from(upper) - i128::from(lower)) as f64;
        Decimal::from_f64(width / (6.0 * self.deviation()?), 6)
    }

    /// Cpk: what it holds as it is.
    #[must_use]
    pub fn actual(&self, lower: i64, upper: i64) -> Option<Decimal> {
        let mean = self.sum as f64 / self.count as f64;
        let nearest = f64::min(upper as f64 - mean, mean - lower as f64);
        Decimal::from_f64(nearest / (3.0 * self.deviation()?), 6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_never_varies_has_no_capability() {
        let mut still = Capability::default();
        assert_eq!(still.potential(0, 1), None);
        (0..3).for_each(|_| still.fold(7));
        assert_eq!((still.potential(0, 10), still.actual(0, 10)), (None, None));
        assert_eq!(rolled_throughput_yield(&[Step::default()]), None);
        assert_eq!(defects_per_million(1, 0, 9), None);
    }
}
