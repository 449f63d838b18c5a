//! Productivity: value added by people and capital, and growth that neither explains.

use crate::decimal::Decimal;
use crate::units::Money;

/// A year of a firm.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    /// What production is worth.
    pub output_value: Money,
    /// What was bought for it: material, energy, services.
    pub intermediate_cost: Money,
    /// Fixed assets at their mean value.
    pub capital: Money,
    /// Income of labour.
    pub labour_income: Money,
    /// People at work on average, in thousandths.
    pub workers_thousandths: i64,
}

impl Year {
    /// Value added: output less what was bought.
    #[must_use]
    pub fn value_added(&self) -> Money {
        self.output_value - self.intermediate_cost
    }

    /// Value added a worker, in currency; `None` without workers.
    ///
    /// # Source
    /// VA / L; criterion 8 of Circular 17/2019/TT-BKHCN takes output value less cost of raw material as
    /// value added, which is narrower.
    /// # Example
    /// ```
    /// use millwatt::management::productivity::Year;
    /// use millwatt::units::Money;
    /// let million = |millions: i128| Money::from_thousandths(millions * 1_000_000_000);
    /// let year = Year { output_value: million(9_000), intermediate_cost: million(5_400),
    ///     capital: million(6_000), labour_income: million(2_400), workers_thousandths: 30_000 };
    /// assert_eq!(year.labour_productivity().expect("people").to_string(), "120000000");
    /// assert_eq!(year.capital_productivity().expect("assets").to_string(), "0.6");
    /// assert_eq!(year.labour_share().expect("value").rounded(4).to_string(), "0.6667");
    /// ```
    #[must_use]
    pub fn labour_productivity(&self) -> Option<Decimal> {
        Decimal::quotient(self.value_added().thousandths(), self.workers_thousandths.into(), 3)
    }

    /// Value added for one of capital.
    #[must_use]
    pub fn capital_productivity(&self) -> Option<Decimal> {
        ratio(self.value_added(), self.capital)
    }

    /// Capital a worker, in currency.
    #[must_use]
    pub fn capital_intensity(&self) -> Option<Decimal> {
        Decimal::quotient(self.capital.thousandths(), self.workers_thousandths.into(), 3)
    }

    /// Value added for one of output.
    #[must_use]
    pub fn value_added_ratio(&self) -> Option<Decimal> {
        ratio(self.value_added(), self.output_value)
    }

    /// The share of value added that labour earns: the weight in [`tfp_growth`].
    #[must_use]
    pub fn labour_share(&self) -> Option<Decimal> {
        ratio(self.labour_income, self.value_added())
    }
}

fn ratio(part: Money, whole: Money) -> Option<Decimal> {
    Decimal::quotient(part.thousandths(), whole.thousandths(), 6)
}

/// Growth of total factor productivity and what the factors gave, all as shares a year (0.05 is 5 %).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// What capital gave: (1 − labour share) × its growth.
    pub by_capital: f64,
    /// What labour gave: labour share × its growth.
    pub by_labour: f64,
    /// What is left of the growth of value added.
    pub tfp: f64,
}

/// Growth accounting. The weight is named, since sources swap its letter: `labour_share` is labour income
/// over value added, 0 to 1.
///
/// For one small firm a single year is noise: take the mean of three, and deflate value added first.
///
/// # Source
/// The APO method as used in Vietnam: gTFP = gVA − (1 − sL) gK − sL gL.
/// # Example
/// ```
/// use millwatt::management::productivity::tfp_growth;
/// let growth = tfp_growth(0.08, 0.10, 0.02, 0.7);
/// assert!((growth.tfp - 0.036).abs() < 1e-15); // 8 % − 0.3 × 10 % − 0.7 × 2 %
/// ```
#[must_use]
pub fn tfp_growth(value_added: f64, capital: f64, labour: f64, labour_share: f64) -> Growth {
    let by_capital = (1.0 - labour_share) * capital;
    let by_labour = labour_share * labour;
    Growth { by_capital, by_labour, tfp: value_added - by_capital - by_labour }
}
