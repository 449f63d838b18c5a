//! The validity panel: what a model of energy must show before anyone believes it.

use super::regression::Fit;
use super::residuals::pull;
use crate::numeric::DoubleDouble;

/// A row and a number of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Extreme {
    /// Which row.
    pub row: usize,
    /// How large.
    pub value: f64,
}

/// The range of a driver over the rows of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    /// The smallest value.
    pub least: f64,
    /// The largest value.
    pub most: f64,
    /// The mean.
    pub mean: f64,
    /// The standard deviation, over rows − 1.
    pub deviation: f64,
}

impl Range {
    /// Whether a model may be used where a driver's mean is `mean`: within what it has seen, or
    /// within three standard deviations of its mean.
    ///
    /// # Source
    /// DOE Superior Energy Performance, valid model requirements of its EnPI tools.
    /// # Example
    /// ```
    /// use millwatt::energy::panel::Range;
    /// let leaf = Range { least: 10.0, most: 30.0, mean: 20.0, deviation: 5.0 };
    /// assert!(leaf.allows(34.9) && leaf.allows(5.1) && !leaf.allows(35.1));
    /// ```
    #[must_use]
    pub fn allows(&self, mean: f64) -> bool {
        let near = 3.0 * self.deviation;
        (self.least.min(self.mean - near)..=self.most.max(self.mean + near)).contains(&mean)
    }
}

/// The figures of a model as a whole; those of each term are its
/// [coefficients](super::regression::Coefficient).
///
/// # Units and shape
/// `residual_deviation` and `mean_used` in the energy's unit; the rest are plain numbers.
/// # Missing data
/// A figure that has no meaning is `None`: a model without error has no autocorrelation, a mean of zero
/// no relative error.
/// # Source
/// Textbook definitions, as statsmodels computes them (shown by a golden file); CV(RMSE) over rows less
/// parameters, as ASHRAE Guideline 14 is generally quoted; NMBE positive when the model expects too much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Panel {
    /// How many rows the model was made from.
    pub rows: usize,
    /// Coefficients and searched parameters.
    pub parameters: usize,
    /// The share of the variation that the model explains; of the sum of squares in a model without
    /// intercept.
    pub r2: f64,
    /// The same, less what chance alone would explain.
    pub adjusted_r2: f64,
    /// Explained over unexplained variance; infinite in a model without error.
    pub f: f64,
    /// The probability of so large an F if no term had influence.
    pub f_p: f64,
    /// √(Σ residual² / (rows − parameters)).
    pub residual_deviation: f64,
    /// The mean energy of a row.
    pub mean_used: f64,
    /// Residual deviation over mean energy.
    pub cv_rmse: Option<f64>,
    /// Σ (expected − used) / (rows × mean energy).
    pub nmbe: Option<f64>,
    /// About 2 when residuals are independent, towards 0 when each is like the one before.
    pub durbin_watson: Option<f64>,
    /// The correlation of residuals with those of the row before.
    pub lag_1: Option<f64>,
    /// The row that pulls the model most.
    pub most_leverage: Option<Extreme>,
    /// The row without which the model would change most, by Cook's distance.
    pub most_influence: Option<Extreme>,
}

impl Panel {
    /// The panel of a model.
    #[must_use]
    pub fn of(fit: &Fit<'_>) -> Self {
        let residuals = &fit.residuals;
        let mean_used = fit.mean_used();
        let relative = |value: f64| (mean_used != 0.0).then(|| value / mean_used);
        let residual_deviation = fit.residual_deviation();
        let (f, f_p) = variance_ratio(fit);
        let error = fit.error();
        let by_error = |sum: DoubleDouble| (error > 0.0).then(|| sum.to_f64() / error);
        let shared = fit.shared_by_influences();
        Self {
            rows: fit.rows(),
            parameters: fit.parameters(),
            r2: (DoubleDouble::ONE - fit.unexplained_share()).to_f64(),
            adjusted_r2: adjusted_r2(fit),
            f,
            f_p,
            residual_deviation,
            mean_used,
            cv_rmse: relative(residual_deviation),
            nmbe: relative(-residuals.sum.to_f64() / fit.rows() as f64),
            durbin_watson: by_error(residuals.steps),
            lag_1: by_error(residuals.neighbours),
            most_leverage: residuals.leverage,
            most_influence: residuals
                .influence
                .filter(|_| error > 0.0)
                .map(|most| Extreme { value: most.value / shared, ..most }),
        }
    }
}

/// 1 − (1 − R²)(n − 1)/(n − p), with n in place of n − 1 in a model without intercept.
fn adjusted_r2(fit: &Fit<'_>) -> f64 {
    let free = (fit.rows() - usize::from(fit.has_intercept())) as f64;
    let factor = DoubleDouble::from(free) / DoubleDouble::from(fit.freedom() as f64);
    (DoubleDouble::ONE - fit.unexplained_share() * factor).to_f64()
}

fn variance_ratio(fit: &Fit<'_>) -> (f64, f64) {
    let explaining = fit.parameters() - usize::from(fit.has_intercept());
    if explaining == 0 {
        return (0.0, 1.0);
    }
    let unexplained = fit.unexplained_share();
    let model = (DoubleDouble::ONE - unexplained) / DoubleDouble::from(explaining as f64);
    let residual = unexplained / DoubleDouble::from(fit.freedom() as f64);
    let f = if residual.to_f64() > 0.0 { (model / residual).to_f64() } else { f64::INFINITY };
    (f, fit.fisher().upper(f))
}

impl Fit<'_> {
    /// Cook's distance of a row: above about 1 the model hangs on it.
    #[must_use]
    pub fn influence(&self, row: usize) -> f64 {
        pull(self.residual(row), self.leverage(row)) / self.shared_by_influences()
    }

    /// Coefficients times the variance of the residuals: what Cook's distances have in common.
    fn shared_by_influences(&self) -> f64 {
        let coefficients = self.terms() + usize::from(self.has_intercept());
        coefficients as f64 * self.error() / self.freedom() as f64
    }

    /// The range of its `term`-th term over its rows.
    #[must_use]
    pub fn range(&self, term: usize) -> Option<Range> {
        let column = self.term(term)?;
        let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut sum = DoubleDouble::ZERO;
        for row in 0..self.rows() {
            let value = column.value(row);
            sum += value;
            (least, most) = (least.min(value.to_f64()), most.max(value.to_f64()));
        }
        let mean = sum / DoubleDouble::from(self.rows() as f64);
        let about = |row| (column.value(row) - mean).squared();
        let squares: DoubleDouble = (0..self.rows()).map(about).sum();
        let deviation = (squares / DoubleDouble::from((self.rows() - 1).max(1) as f64)).sqrt();
        Some(Range { least, most, mean: mean.to_f64(), deviation: deviation.to_f64() })
    }
}
