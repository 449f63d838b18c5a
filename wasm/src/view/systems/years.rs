//! Growth of productivity from the accounts of successive years.

use millwatt::Decimal;
use millwatt::management::productivity::{Growth, Year, tfp_growth};

/// A year's accounts, and its prices against any one year's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Accounts {
    pub year: Year,
    pub prices: f64,
}

/// Growth from one year to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// Of value added, at the prices of one year.
    pub value_added: f64,
    /// What capital and labour gave of it, and what is left.
    pub growth: Growth,
}

/// Growth between two years, with the mean of their labour shares; `None` where value added, capital or workers
/// are not above zero, or labour earned more than was added.
pub(super) fn grown(before: &Accounts, after: &Accounts) -> Option<Step> {
    let rate = |of: fn(&Accounts) -> f64| {
        let (then, now) = (of(before), of(after));
        (then > 0.0 && now > 0.0).then(|| now / then - 1.0)
    };
    let real = |one: &Accounts| one.year.value_added().units().to_f64() / one.prices;
    let value_added = rate(real)?;
    let capital = rate(|one| one.year.capital.units().to_f64())?;
    let labour = rate(|one| one.year.workers_thousandths as f64)?;
    let share = |one: &Accounts| one.year.labour_share().map(Decimal::to_f64);
    let share = (share(before)? + share(after)?) / 2.0;
    let growth = tfp_growth(value_added, capital, labour, share);
    (0.0..=1.0).contains(&share).then_some(Step { value_added, growth })
}

/// The mean growth of total factor productivity; `None` where any step is not known.
pub(super) fn mean(steps: &[Option<Step>]) -> Option<f64> {
    let sum = steps.iter().try_fold(0.0, |sum, step| Some(sum + step.as_ref()?.growth.tfp))?;
    (!steps.is_empty()).then(|| sum / steps.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::units::Money;

    fn year(value: i128, capital: i128, workers: i64, prices: f64) -> Accounts {
        let million = |millions: i128| Money::from_thousandths(millions * 1_000_000_000);
        let year = Year {
            output_value: million(value + 1_000),
            intermediate_cost: million(1_000),
            capital: million(capital),
            labour_income: million(value / 2),
            workers_thousandths: workers * 1_000,
        };
        Accounts { year, prices }
    }

    #[test]
    fn what_neither_factor_explains_is_left() {
        let (before, after) = (year(1_000, 500, 20, 1.0), year(1_100, 550, 20, 1.0));
        let step = grown(&before, &after).expect("both years made something");
        // 10 % less half of 10 % of capital.
        assert!((step.value_added - 0.1).abs() < 1e-12);
        assert!((step.growth.tfp - 0.05).abs() < 1e-12);
        assert_eq!(mean(&[Some(step), None]), None);
        assert!(mean(&[Some(step)]).is_some_and(|mean| (mean - 0.05).abs() < 1e-12));
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn prices_that_rose_are_no_growth() {
        let (before, after) = (year(1_000, 500, 20, 1.0), year(1_100, 500, 20, 1.1));
        let step = grown(&before, &after).expect("both years made something");
        assert!(step.value_added.abs() < 1e-12);
        let loss = year(-100, 500, 20, 1.0);
        assert_eq!(grown(&before, &loss), None);
        assert_eq!(grown(&before, &year(1_000, 0, 20, 1.0)), None);
    }
}
