//! Electricity against output: the line, whether it may be called a baseline, and what it says.

use super::month::Month;
use super::table::{Bill, Bills};
use millwatt::energy::panel::Panel;
use millwatt::energy::regression::{Coefficient, Design, Fit, Moments, NoFit, Term};
use millwatt::energy::rules::{Check, Criterion, Rules};
use millwatt::finding::Severity;

/// The rules that decide.
pub const RULES: Rules<'static> = Rules::SEP;

/// A band holds the base load in nine of ten cases.
pub const CONFIDENCE: f64 = 0.9;

/// Why there is no line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NoModel {
    /// Fewer than three months have energy and output.
    TooFew,
    /// The output is the same in every month.
    SameOutput,
    /// The energy is the same in every month.
    SameUse,
    /// Numbers beyond all reason.
    Unfit(NoFit),
}

/// A line through the months.
#[derive(Debug, Clone)]
pub struct Model {
    /// The base load: kWh a month without any output.
    pub intercept: Coefficient,
    /// kWh for a unit of output.
    pub slope: Coefficient,
    /// Its figures as a whole.
    pub panel: Panel,
    /// The rules held against it.
    pub checks: Vec<Check>,
    /// Half the width of the base load's band.
    pub band: f64,
    /// kWh above the line, month by month; negative below it.
    residuals: Vec<f64>,
}

/// The line, and which months it was made from.
#[derive(Debug, Clone)]
pub struct Baseline {
    /// Months with energy and output.
    pub months: Vec<Month>,
    /// How many a baseline needs.
    pub needed: usize,
    /// Months of the file's stretch that lack energy or output.
    pub lacking: Vec<Month>,
    /// The month whose bill makes it enough once `lacking` is entered; `None` when those suffice.
    pub enough_with: Option<Month>,
    /// The line or why there is none.
    pub model: Result<Model, NoModel>,
}

/// A limit of a rule set.
pub fn limit(rules: &Rules<'_>, criterion: Criterion) -> Option<f64> {
    rules.limits.iter().find(|limit| limit.criterion == criterion).map(|limit| limit.value)
}

/// Thousandths as a model takes them.
fn units(thousandths: i128) -> f64 {
    thousandths as f64 / 1_000.0
}

fn is_constant(values: &[f64]) -> bool {
    values.iter().all(|value| Some(value) == values.first())
}

impl Baseline {
    /// Of all bills of a file.
    pub fn of(bills: &Bills) -> Self {
        let rows: Vec<&Bill> =
            bills.bills.iter().filter(|bill| bill.used_and_made().is_some()).collect();
        let months: Vec<Month> = rows.iter().map(|bill| bill.month).collect();
        let pairs = rows.iter().filter_map(|bill| bill.used_and_made());
        let (used, output): (Vec<f64>, Vec<f64>) =
            pairs.map(|(kwh, output)| (units(kwh), units(output))).unzip();
        let lacking: Vec<Month> =
            bills.first().until(bills.last()).filter(|month| !months.contains(month)).collect();
        let needed = limit(&RULES, Criterion::Rows).map_or(0, |rows| rows as usize);
        let short = needed.saturating_sub(months.len() + lacking.len());
        let later = i32::try_from(short).unwrap_or(i32::MAX);
        Self {
            enough_with: (short > 0).then(|| bills.last().plus(later)),
            model: Model::of(&used, &output),
            months,
            needed,
            lacking,
        }
    }

    /// Whether there are months enough.
    pub fn is_long_enough(&self) -> bool {
        self.months.len() >= self.needed
    }

    /// The line, where the rules let it be called a baseline.
    pub fn valid(&self) -> Option<&Model> {
        self.model.as_ref().ok().filter(|model| model.is_valid())
    }

    /// kWh above the line in some months, those below it not set off.
    pub fn above_the_line(&self, since: Month) -> Option<f64> {
        let model = self.model.as_ref().ok()?;
        let rows = self.months.iter().zip(&model.residuals);
        let above = rows.filter(|(month, residual)| **month >= since && **residual > 0.0);
        Some(above.map(|(_, residual)| residual).sum())
    }
}

impl Model {
    fn of(used: &[f64], output: &[f64]) -> Result<Self, NoModel> {
        if used.len() < 3 {
            return Err(NoModel::TooFew);
        }
        if is_constant(used) {
            return Err(NoModel::SameUse);
        }
        let terms = [Term::Value(output)];
        let moments = Moments::of(used, Design::new(&terms)).map_err(NoModel::Unfit)?;
        let fit = moments.fit().map_err(|reason| match reason {
            NoFit::Constant { .. } => NoModel::SameOutput,
            other => NoModel::Unfit(other),
        })?;
        let (Some(intercept), Some(slope)) = (fit.intercept(), fit.coefficient(0)) else {
            return Err(NoModel::TooFew);
        };
        Ok(Self::from_fit(&fit, intercept, slope))
    }

    fn from_fit(fit: &Fit<'_>, intercept: Coefficient, slope: Coefficient) -> Self {
        let panel = Panel::of(fit);
        let mut checks = Vec::new();
        RULES.check(fit, &panel, |check| checks.push(check));
        let band = fit.student().quantile(CONFIDENCE) * intercept.standard_error;
        let residuals = (0..fit.rows()).map(|row| fit.residual(row)).collect();
        Self { intercept, slope, panel, checks, band, residuals }
    }

    /// Rules that refuse it.
    pub fn refusals(&self) -> impl Iterator<Item = &Check> {
        self.failures().filter(|check| check.severity == Severity::Disqualifies)
    }

    /// Rules that it breaks, warnings included.
    pub fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| !check.passes)
    }

    /// Whether no rule refuses it and more output costs more energy.
    pub fn is_valid(&self) -> bool {
        self.refusals().next().is_none() && !self.falls()
    }

    /// Whether more output goes with less energy: a mix-up of columns more often than a fact.
    pub const fn falls(&self) -> bool {
        self.slope.value <= 0.0
    }

    /// kWh a month without output, where the line shows some.
    pub fn base(&self) -> Option<f64> {
        (self.intercept.value > 0.0).then_some(self.intercept.value)
    }

    /// The base load's share of the use.
    pub fn base_share(&self) -> Option<f64> {
        self.base().map(|base| base / self.panel.mean_used)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1,000 kWh and half a kWh a unit, 10 kWh above and below in turn.
    fn made(months: usize) -> (Vec<f64>, Vec<f64>) {
        let output: Vec<f64> = (0..months).map(|month| 2_000.0 + 300.0 * month as f64).collect();
        let scatter = |month: usize| if month.is_multiple_of(2) { 10.0 } else { -10.0 };
        let used = output.iter().enumerate();
        (used.map(|(month, output)| 1_000.0 + output / 2.0 + scatter(month)).collect(), output)
    }

    #[test]
    fn twelve_months_on_a_line_are_a_baseline_and_eleven_are_not() {
        let (used, output) = made(12);
        let model = Model::of(&used, &output).expect("a line");
        assert!(model.is_valid() && (model.slope.value - 0.5).abs() < 0.01);
        assert!(model.base().is_some_and(|base| (base - 1_000.0).abs() < 20.0));
        let model = Model::of(&used[1..], &output[1..]).expect("a line");
        assert!(!model.is_valid());
        assert!(model.refusals().all(|check| check.criterion == Criterion::Rows));
    }

    #[test]
    fn what_gives_no_line_says_why() {
        let (used, output) = made(12);
        let refused = |used: &[f64], output: &[f64]| Model::of(used, output).map(|_| ()).err();
        assert_eq!(refused(&used[..2], &output[..2]), Some(NoModel::TooFew));
        assert_eq!(refused(&[5.0; 12], &output), Some(NoModel::SameUse));
        assert_eq!(refused(&used, &[7.0; 12]), Some(NoModel::SameOutput));
        let fallen: Vec<f64> = output.iter().map(|output| 9_000.0 - output).collect();
        assert!(!Model::of(&used, &fallen).expect("a line").is_valid());
    }
}
