//! Rule sets that say when a model may be used: limits as data, each with its source.

use super::panel::Panel;
use super::regression::{Fit, MOST_TERMS};
use crate::finding::Severity;

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// Rows the model was made from.
    Rows,
    /// The p-value of the model's F.
    ModelP,
    /// The p-value of each term.
    EveryTermP,
    /// The smallest p-value of any term.
    BestTermP,
    /// The size of each term's t.
    TermT,
    /// R².
    R2,
    /// CV(RMSE).
    CvRmse,
    /// The size of NMBE.
    Nmbe,
    /// The variance inflation of each term.
    Vif,
    /// Durbin and Watson's statistic, not too low.
    DurbinWatson,
    /// Cook's distance of the row that matters most.
    Influence,
}

impl Criterion {
    /// The stable name, as GLOSSARY has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Rows => "rows",
            Self::ModelP => "model_p",
            Self::EveryTermP => "every_term_p",
            Self::BestTermP => "best_term_p",
            Self::TermT => "term_t",
            Self::R2 => "r2",
            Self::CvRmse => "cv_rmse",
            Self::Nmbe => "nmbe",
            Self::Vif => "vif",
            Self::DurbinWatson => "durbin_watson",
            Self::Influence => "influence",
        }
    }

    /// Whether values must be at least the limit; else at most.
    const fn is_floor(self) -> bool {
        matches!(self, Self::Rows | Self::TermT | Self::R2 | Self::DurbinWatson)
    }
}

/// One limit of a rule set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// What is looked at.
    pub criterion: Criterion,
    /// The limit: a floor for rows, t, R² and Durbin–Watson, a ceiling for the rest.
    pub value: f64,
    /// Whether a model beyond it is refused or only warned of.
    pub severity: Severity,
}

const fn refuses(criterion: Criterion, value: f64) -> Limit {
    Limit { criterion, value, severity: Severity::Disqualifies }
}

const fn warns(criterion: Criterion, value: f64) -> Limit {
    Limit { criterion, value, severity: Severity::Warns }
}

/// Limits under a name, with the document that sets them. A site may write its own.
///
/// # Example
/// ```
/// use millwatt::energy::panel::Panel;
/// use millwatt::energy::regression::{Design, Moments, Term};
/// use millwatt::energy::rules::{Criterion, Rules};
/// let leaf = [1.0, 2.0, 3.0, 4.0];
/// let used = [640.0, 1_130.0, 1_670.0, 2_160.0];
/// let terms = [Term::Value(&leaf)];
/// let moments = Moments::of(&used, Design::new(&terms))?;
/// let model = moments.fit()?;
/// let refused = Rules::SEP.first_refusal(&model, &Panel::of(&model)).expect("four rows are few");
/// assert_eq!((refused.criterion, refused.value, refused.limit), (Criterion::Rows, 4.0, 12.0));
/// # Ok::<(), millwatt::energy::regression::NoFit>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules<'a> {
    /// The name that people know it by.
    pub name: &'a str,
    /// The document, and how far it was read.
    pub source: &'a str,
    /// Its limits.
    pub limits: &'a [Limit],
}

/// A limit beside the figure it was held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Check {
    /// What was looked at.
    pub criterion: Criterion,
    /// The term, for limits that hold for each.
    pub term: Option<usize>,
    /// The figure.
    pub value: f64,
    /// The limit.
    pub limit: f64,
    /// What failing it means.
    pub severity: Severity,
    /// Whether the figure is within it.
    pub passes: bool,
}

impl Rules<'static> {
    /// DOE Superior Energy Performance, for monthly data.
    pub const SEP: Self = Self {
        name: "DOE SEP",
        source: "LBNL EnPI Lite, valid model requirements (read); twelve months, VIF, Durbin-Watson \
                 and Cook are ours",
        limits: &[
            refuses(Criterion::Rows, 12.0),
            refuses(Criterion::ModelP, 0.10),
            refuses(Criterion::EveryTermP, 0.20),
            refuses(Criterion::BestTermP, 0.10),
            refuses(Criterion::R2, 0.5),
            warns(Criterion::Vif, 10.0),
            warns(Criterion::DurbinWatson, 1.0),
            warns(Criterion::Influence, 1.0),
        ],
    };

    /// ASHRAE Guideline 14, calibrated limits for monthly data.
    pub const ASHRAE_14_MONTHLY: Self = Self {
        name: "ASHRAE 14, monthly",
        source: "Guideline 14 as quoted by public calibration guides: CV(RMSE) 15 %, NMBE 5 % (the \
                 guideline itself not read)",
        limits: &[
            refuses(Criterion::CvRmse, 0.15),
            refuses(Criterion::Nmbe, 0.05),
            warns(Criterion::R2, 0.75),
            warns(Criterion::Vif, 10.0),
        ],
    };

    /// ASHRAE Guideline 14, calibrated limits for hourly data.
    pub const ASHRAE_14_HOURLY: Self = Self {
        name: "ASHRAE 14, hourly",
        source: "Guideline 14 as quoted by public calibration guides: CV(RMSE) 30 %, NMBE 10 % (the \
                 guideline itself not read)",
        limits: &[
            refuses(Criterion::CvRmse, 0.30),
            refuses(Criterion::Nmbe, 0.10),
            warns(Criterion::R2, 0.75),
            warns(Criterion::Vif, 10.0),
        ],
    };

    /// The guide values of the International Performance Measurement and Verification Protocol.
    pub const IPMVP: Self = Self {
        name: "IPMVP",
        source: "recalled guide values, R2 0.75 and |t| 2: check against the protocol before citing",
        limits: &[
            refuses(Criterion::TermT, 2.0),
            warns(Criterion::R2, 0.75),
            warns(Criterion::Vif, 10.0),
        ],
    };
}

impl Rules<'_> {
    /// Holds every limit against a model and hands each [`Check`] to `each`; limits for terms once a
    /// term. A figure that the model does not have is not checked.
    pub fn check(&self, fit: &Fit<'_>, panel: &Panel, mut each: impl FnMut(Check)) {
        let mut coefficients = [None; MOST_TERMS];
        coefficients.iter_mut().enumerate().for_each(|(term, slot)| *slot = fit.coefficient(term));
        let terms = || coefficients.iter().flatten().enumerate();
        for limit in self.limits {
            let mut held = |term, value: f64| each(limit.against(term, value));
            match limit.criterion {
                Criterion::EveryTermP => terms().for_each(|(term, c)| held(Some(term), c.p)),
                Criterion::TermT => terms().for_each(|(term, c)| held(Some(term), libm::fabs(c.t))),
                Criterion::Vif => terms().for_each(|(term, c)| held(Some(term), c.vif)),
                Criterion::BestTermP => {
                    held(None, terms().fold(1.0, |best, (_, c)| f64::min(best, c.p)));
                }
                _ => whole(limit.criterion, panel).into_iter().for_each(|value| held(None, value)),
            }
        }
    }

    /// The first limit that refuses a model, in the order of the limits; `None` when it may be used.
    #[must_use]
    pub fn first_refusal(&self, fit: &Fit<'_>, panel: &Panel) -> Option<Check> {
        let mut first = None;
        self.check(fit, panel, |check| {
            if !check.passes && check.severity == Severity::Disqualifies {
                first.get_or_insert(check);
            }
        });
        first
    }
}

/// The figure of a criterion that speaks of the model as a whole.
fn whole(criterion: Criterion, panel: &Panel) -> Option<f64> {
    match criterion {
        Criterion::Rows => Some(panel.rows as f64),
        Criterion::ModelP => Some(panel.f_p),
        Criterion::R2 => Some(panel.r2),
        Criterion::CvRmse => panel.cv_rmse.map(libm::fabs),
        Criterion::Nmbe => panel.nmbe.map(libm::fabs),
        Criterion::DurbinWatson => panel.durbin_watson,
        Criterion::Influence => panel.most_influence.map(|extreme| extreme.value),
        Criterion::EveryTermP | Criterion::BestTermP | Criterion::TermT | Criterion::Vif => None,
    }
}

impl Limit {
    fn against(&self, term: Option<usize>, value: f64) -> Check {
        let &Self { criterion, value: limit, severity } = self;
        let passes = if criterion.is_floor() { value >= limit } else { value <= limit };
        Check { criterion, term, value, limit, severity, passes }
    }
}
