//! How sure a saving is: fractional savings uncertainty.

use super::panel::Panel;
use crate::numeric::StudentT;

/// The part of the formula that depends on how often rows come; from a fit to many buildings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polynomial<'a> {
    /// Factor of the square of the months reported.
    pub square: f64,
    /// Factor of the months reported.
    pub linear: f64,
    /// The rest.
    pub constant: f64,
    /// Where it comes from.
    pub source: &'a str,
}

impl Polynomial<'static> {
    /// For a row a month.
    pub const MONTHLY: Self = Self {
        square: -0.000_22,
        linear: 0.033_06,
        constant: 0.940_54,
        source: "eemeter 2, savings error bands, monthly (read in its code)",
    };
    /// For a row a day.
    pub const DAILY: Self = Self {
        square: -0.000_24,
        linear: 0.035_35,
        constant: 1.002_86,
        source: "eemeter 2, savings error bands, daily (read in its code)",
    };
    /// Guideline 14's single factor in place of the polynomial.
    pub const CONSTANT: Self = Self {
        square: 0.0,
        linear: 0.0,
        constant: 1.26,
        source: "ASHRAE Guideline 14, recalled, not read",
    };
}

impl Polynomial<'_> {
    fn at(&self, months: f64) -> f64 {
        self.square * months * months + self.linear * months + self.constant
    }
}

/// The reporting period of a saving.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reported {
    /// What the baseline expects for the whole reporting period.
    pub expected: f64,
    /// What was used.
    pub used: f64,
    /// Rows of the reporting period.
    pub rows: usize,
    /// Months it lasts.
    pub months: f64,
}

/// A saving and its band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Saving {
    /// Expected less used, in the energy's unit; negative when more was used.
    pub energy: f64,
    /// Half the width of the band around it, at the confidence asked for.
    pub band: f64,
}

impl Saving {
    /// The band over the saving's size; `None` when nothing was saved or lost.
    #[must_use]
    pub fn fraction(&self) -> Option<f64> {
        (self.energy != 0.0).then(|| self.band / libm::fabs(self.energy))
    }

    /// Whether the saving is more than its own uncertainty: only then may a trend be shown.
    #[must_use]
    pub fn is_proved(&self) -> bool {
        self.energy > self.band
    }
}

/// Rows that count as independent when each resembles the one before: n (1 − ρ)/(1 + ρ).
///
/// # Example
/// ```
/// use millwatt::energy::uncertainty::independent_rows;
/// assert_eq!(independent_rows(12, 0.5), 4.0);
/// ```
#[must_use]
pub fn independent_rows(rows: usize, lag_1: f64) -> f64 {
    rows as f64 * (1.0 - lag_1) / (1.0 + lag_1)
}

/// Fewer independent rows than this prove nothing. Our choice.
pub const LEAST_INDEPENDENT_ROWS: f64 = 3.0;

/// The saving of a reporting period against a baseline, with its band.
///
/// `None` when the baseline has too few independent rows to claim anything, no relative error, or the
/// reporting period no rows.
///
/// # Units and shape
/// `confidence`: two-sided, 0.9 for a band that holds nine of ten. Energy as in the panel.
/// # Source
/// band = E · t · (aM² + bM + c) · CV(RMSE) · √((n/n′)(1 + 2/n′)/m), with n′ as
/// [`independent_rows`]; eemeter 2, shown against its own figures by a golden file.
/// # Example
/// ```
/// use millwatt::energy::panel::Panel;
/// use millwatt::energy::regression::{Design, Moments, Term};
/// use millwatt::energy::uncertainty::{saving, Polynomial, Reported};
/// let leaf: [f64; 12] = core::array::from_fn(|month| (20 + month * 7 % 12) as f64);
/// let used: [f64; 12] = core::array::from_fn(|month| 90.0 + 3.0 * leaf[month] + (month * 5 % 4) as f64);
/// let terms = [Term::Value(&leaf)];
/// let moments = Moments::of(&used, Design::new(&terms))?;
/// let panel = Panel::of(&moments.fit()?);
/// let reported = Reported { expected: 2_000.0, used: 1_900.0, rows: 12, months: 12.0 };
/// let saved = saving(&panel, &reported, &Polynomial::MONTHLY, 0.9).expect("rows are independent");
/// assert_eq!(saved.energy, 100.0);
/// assert!(saved.is_proved() && saved.band > 5.0);
/// # Ok::<(), millwatt::energy::regression::NoFit>(())
/// ```
#[must_use]
pub fn saving(
    panel: &Panel,
    reported: &Reported,
    polynomial: &Polynomial<'_>,
    confidence: f64,
) -> Option<Saving> {
    let rows = panel.rows as f64;
    let lag_1 = panel.lag_1.unwrap_or(0.0).clamp(-0.999, 0.999);
    let independent = independent_rows(panel.rows, lag_1);
    if independent < LEAST_INDEPENDENT_ROWS || reported.rows == 0 {
        return None;
    }
    let freedom = u32::try_from(panel.rows.saturating_sub(panel.parameters)).unwrap_or(u32::MAX);
    let t = StudentT::new(freedom).quantile(confidence);
    let scatter = rows / independent * (1.0 + 2.0 / independent) / reported.rows as f64;
    let relative = t * polynomial.at(reported.months) * panel.cv_rmse? * libm::sqrt(scatter);
    let band = libm::fabs(reported.expected * relative);
    Some(Saving { energy: reported.expected - reported.used, band })
}
