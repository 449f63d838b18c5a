//! What reactive power costs, and what capacitors would save.

use crate::decimal::{Decimal, div_round};
use crate::units::{Money, Power};

/// A power factor to two places and the surcharge in hundredths of a percent.
pub type Step = (u8, u16);

/// A table of surcharges by power factor, with the document that sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReactiveCharge<'a> {
    /// Power factor × 100 and surcharge × 10,000, from the highest factor down.
    pub steps: &'a [Step],
    /// The surcharge × 10,000 below the last step.
    pub below: u16,
    /// From this demand on it applies.
    pub demand: Power,
    /// The document that sets it.
    pub source: &'a str,
}

impl ReactiveCharge<'static> {
    /// The table of Circular 15/2014/TT-BCT.
    pub const CIRCULAR_15_2014: Self = Self {
        steps: &[
            (90, 0),
            (89, 112),
            (88, 227),
            (87, 345),
            (86, 465),
            (85, 588),
            (84, 714),
            (83, 843),
            (82, 976),
            (81, 1_111),
            (80, 1_250),
            (79, 1_392),
            (78, 1_538),
            (77, 1_688),
            (76, 1_842),
            (75, 2_000),
            (74, 2_162),
            (73, 2_329),
            (72, 2_500),
            (71, 2_676),
            (70, 2_857),
            (69, 3_043),
            (68, 3_235),
            (67, 3_433),
            (66, 3_636),
            (65, 3_846),
            (64, 4_063),
            (63, 4_286),
            (62, 4_516),
            (61, 4_754),
            (60, 5_000),
        ],
        below: 5_254,
        demand: Power::from_milliwatts(40_000_000),
        source: "Circular 15/2014/TT-BCT, table of k% as printed by EVN",
    };
}

impl ReactiveCharge<'_> {
    /// The surcharge on a power factor, as a share of the money for active energy before tax.
    ///
    /// The factor is rounded to two places first, as bills do.
    ///
    /// # Example
    /// ```
    /// use millwatt::energy::reactive::ReactiveCharge;
    /// use millwatt::Decimal;
    /// let table = ReactiveCharge::CIRCULAR_15_2014;
    /// assert_eq!(table.share(Decimal::new(846, 3)).to_string(), "0.0588"); // 0.85
    /// assert_eq!(table.share(Decimal::new(97, 2)).to_string(), "0");
    /// assert_eq!(table.share(Decimal::new(41, 2)).to_string(), "0.5254");
    /// ```
    #[must_use]
    pub fn share(&self, power_factor: Decimal) -> Decimal {
        let rounded = power_factor.rounded(2);
        let hundredths = rounded.units() * crate::decimal::power_of_ten(2 - rounded.places());
        let step = self.steps.iter().find(|(factor, _)| hundredths >= i128::from(*factor));
        Decimal::new(step.map_or(self.below, |(_, share)| *share).into(), 4)
    }

    /// What it adds to a bill: the share of the money for active energy before tax.
    ///
    /// Lagging reactive energy only; the [power factor](super::power_factor()) is the cycle's.
    ///
    /// # Example
    /// ```
    /// use millwatt::energy::reactive::ReactiveCharge;
    /// use millwatt::{units::Money, Decimal};
    /// let active = Money::from_thousandths(20_000_000_000); // 20 million đồng
    /// let charge = ReactiveCharge::CIRCULAR_15_2014.charge(Decimal::new(8, 1), active);
    /// assert_eq!(charge.units().to_string(), "2500000");
    /// ```
    #[must_use]
    pub fn charge(&self, power_factor: Decimal, active: Money) -> Money {
        let share = self.share(power_factor).units();
        Money::from_thousandths(div_round(active.thousandths().saturating_mul(share), 10_000))
    }

    /// Whether it applies to a site: by its registered demand, or by its actual demand in three billing
    /// cycles running.
    #[must_use]
    pub fn applies(&self, registered: Power, last_peaks: &[Power]) -> bool {
        let last_three = last_peaks.len().checked_sub(3).and_then(|from| last_peaks.get(from..));
        registered >= self.demand
            || last_three.is_some_and(|peaks| peaks.iter().all(|peak| *peak >= self.demand))
    }
}

/// Reactive power that capacitors must give to lift the power factor of a load.
///
/// # Units and shape
/// `active`: the load; the result in the same unit, as kvar for kW. `None` when a factor is not between
/// 0 and 1, or the load already has the wanted one.
/// # Source
/// Qc = P (tan φ1 − tan φ2).
/// # Example
/// ```
/// use millwatt::energy::reactive::compensation;
/// let kvar = compensation(100.0, 0.70, 0.95).expect("0.70 is below 0.95");
/// assert!((kvar - 69.15).abs() < 0.005);
/// ```
#[must_use]
pub fn compensation(active: f64, power_factor: f64, wanted: f64) -> Option<f64> {
    let tangent = |factor: f64| libm::sqrt(1.0 - factor * factor) / factor;
    let possible = power_factor > 0.0 && power_factor < wanted && wanted <= 1.0;
    possible.then(|| active * (tangent(power_factor) - tangent(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// k = (0.9 / cos φ − 1) × 100, cos φ to two places and at least 0.59.
    #[test]
    fn the_table_is_its_closed_form() {
        let table = ReactiveCharge::CIRCULAR_15_2014;
        for hundredths in 59..=90_i128 {
            let closed = div_round(90 * 10_000 - hundredths * 10_000, hundredths);
            assert_eq!(table.share(Decimal::new(hundredths, 2)).units(), closed, "{hundredths}");
        }
        assert_eq!(table.share(Decimal::new(30, 2)), table.share(Decimal::new(59, 2)));
    }

    #[test]
    fn three_cycles_over_forty_kilowatts_make_it_apply() {
        let kilowatts = |peaks: [i128; 3]| peaks.map(|kw| Power::from_milliwatts(kw * 1_000_000));
        let table = ReactiveCharge::CIRCULAR_15_2014;
        assert!(table.applies(Power::ZERO, &kilowatts([40, 41, 55])));
        assert!(!table.applies(Power::ZERO, &kilowatts([39, 41, 55])));
        assert!(!table.applies(Power::ZERO, &kilowatts([40, 41, 55])[..2]));
        assert!(table.applies(kilowatts([40, 0, 0])[0], &[]));
    }

    #[test]
    fn nothing_to_compensate() {
        assert_eq!(compensation(100.0, 0.95, 0.9), None);
        assert_eq!(compensation(100.0, 0.0, 0.9), None);
    }
}
