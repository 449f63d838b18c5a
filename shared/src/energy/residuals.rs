//! What one pass along a model's rows finds.

use super::panel::Extreme;
use super::regression::Fit;
use crate::numeric::DoubleDouble;

/// Sums over residuals in the order of the rows, and the rows that stand out.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Residuals {
    pub sum: DoubleDouble,
    pub squares: DoubleDouble,
    /// Squares of the steps from one residual to the next.
    pub steps: DoubleDouble,
    /// Products of neighbours.
    pub neighbours: DoubleDouble,
    pub leverage: Option<Extreme>,
    /// Cook's distance before it is divided by what all rows share.
    pub influence: Option<Extreme>,
}

impl Residuals {
    pub fn of(fit: &Fit<'_>) -> Self {
        let mut found = Self::default();
        let mut before: Option<f64> = None;
        for row in 0..fit.rows() {
            let values = fit.centred(row);
            let exact = fit.residual_of(row, &values);
            found.sum += exact;
            found.squares += exact.squared();
            let residual = exact.to_f64();
            if let Some(before) = before.replace(residual) {
                found.steps += DoubleDouble::sum(residual, -before).squared();
                found.neighbours += DoubleDouble::product(residual, before);
            }
            let leverage = fit.leverage_of(&values);
            keep_larger(&mut found.leverage, row, leverage);
            keep_larger(&mut found.influence, row, pull(residual, leverage));
        }
        found
    }
}

/// Cook's distance before it is divided by what all rows share.
pub(super) fn pull(residual: f64, leverage: f64) -> f64 {
    let rest = 1.0 - leverage;
    residual * residual * leverage / (rest * rest)
}

fn keep_larger(largest: &mut Option<Extreme>, row: usize, value: f64) {
    if largest.is_none_or(|largest| value > largest.value) {
        *largest = Some(Extreme { row, value });
    }
}
