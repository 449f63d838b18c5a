//! Action plans: what a decision should save, what it verifiably did, and when it has paid.

use super::cusum::Direction;
use super::uncertainty::Saving;
use crate::decimal::Decimal;
use crate::numeric::StudentT;
use crate::time::Instant;
use crate::units::{Energy, Money};

/// A decision to save energy, as an ISO 50001 action plan lists it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action<'a> {
    /// What is done.
    pub what: &'a str,
    /// When it was decided; savings are verified from here on.
    pub decided: Instant,
    /// What it costs, once.
    pub investment: Money,
    /// What it should save in a year.
    pub expected_energy: Energy,
    /// What that is worth in a year.
    pub expected_money: Money,
}

impl Action<'_> {
    /// Months until the investment is paid back by the expected saving, without interest; `None` when
    /// nothing is saved.
    ///
    /// # Example
    /// ```
    /// use millwatt::energy::action::Action;
    /// use millwatt::{time::Instant, units::{Energy, Money}};
    /// let million = |millions: i128| Money::from_thousandths(millions * 1_000_000_000);
    /// let insulate = Action { what: "insulate the dryer", decided: Instant::MIN,
    ///     investment: million(155), expected_energy: Energy::ZERO, expected_money: million(490) };
    /// assert_eq!(insulate.payback_months().expect("it saves").rounded(1).to_string(), "3.8");
    /// ```
    #[must_use]
    pub fn payback_months(&self) -> Option<Decimal> {
        let saved = self.expected_money.thousandths();
        let investment = self.investment.thousandths().checked_mul(12)?;
        (saved > 0).then(|| Decimal::quotient(investment, saved, 6)).flatten()
    }
}

/// What became of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The saving is larger than its uncertainty.
    Verified,
    /// The uncertainty is larger than the saving: more rows or a better model are needed.
    NotProved,
    /// More is used than before, beyond the uncertainty.
    Worse,
}

/// Whether a measured saving since the decision stands above its uncertainty.
///
/// # Example
/// ```
/// use millwatt::energy::action::{verdict, Verdict};
/// use millwatt::energy::uncertainty::Saving;
/// assert_eq!(verdict(&Saving { energy: 900.0, band: 400.0 }), Verdict::Verified);
/// assert_eq!(verdict(&Saving { energy: 300.0, band: 400.0 }), Verdict::NotProved);
/// ```
#[must_use]
pub fn verdict(saving: &Saving) -> Verdict {
    if saving.is_proved() {
        Verdict::Verified
    } else if -saving.energy > saving.band {
        Verdict::Worse
    } else {
        Verdict::NotProved
    }
}

/// The trend of an indicator over equal periods: its change a period and whether that is more than
/// chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Change from one period to the next, by least squares.
    pub a_period: f64,
    /// The probability of so large a slope by chance.
    pub p: f64,
}

impl Trend {
    /// Which way it goes, at a level of significance; `None` when it may be chance.
    #[must_use]
    pub fn direction(&self, alpha: f64) -> Option<Direction> {
        let way = if self.a_period > 0.0 { Direction::Up } else { Direction::Down };
        (self.p < alpha && self.a_period != 0.0).then_some(way)
    }
}

/// The trend of an indicator; `None` for fewer than three periods.
///
/// # Example
/// ```
/// use millwatt::energy::action::trend;
/// use millwatt::energy::cusum::Direction;
/// let kwh_a_kg = [0.62, 0.61, 0.61, 0.60, 0.58, 0.57];
/// let trend = trend(&kwh_a_kg).expect("six months");
/// assert!((trend.a_period + 0.01).abs() < 1e-3);
/// assert_eq!(trend.direction(0.05), Some(Direction::Down));
/// ```
#[must_use]
pub fn trend(figures: &[f64]) -> Option<Trend> {
    let rows = figures.len() as f64;
    if figures.len() < 3 {
        return None;
    }
    let (mean_row, mean) = ((rows - 1.0) / 2.0, figures.iter().sum::<f64>() / rows);
    let places = (0..figures.len()).map(|row| row as f64 - mean_row);
    let with_row: f64 = places.clone().zip(figures).map(|(row, y)| row * (y - mean)).sum();
    let of_row: f64 = places.clone().map(|row| row * row).sum();
    let a_period = with_row / of_row;
    let miss = |(row, y): (f64, &f64)| y - mean - a_period * row;
    let error: f64 = places.zip(figures).map(miss).map(|miss| miss * miss).sum();
    let t = a_period / libm::sqrt(error / (rows - 2.0) / of_row);
    let p = StudentT::new(figures.len() as u32 - 2).two_sided(t);
    a_period.is_finite().then_some(Trend { a_period, p })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_before_is_worse_and_flat_is_no_trend() {
        assert_eq!(verdict(&Saving { energy: -900.0, band: 400.0 }), Verdict::Worse);
        assert_eq!(trend(&[1.0, 2.0]), None);
        let flat = trend(&[2.0; 5]).expect("five periods");
        assert_eq!((flat.a_period, flat.direction(0.05)), (0.0, None));
        assert_eq!(trend(&[f64::NAN; 5]), None);
    }
}
