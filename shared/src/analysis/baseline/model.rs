//! Every model that the drivers allow, the one that is used, and what it expects.

use alloc::string::String;
use alloc::vec::Vec;

use super::drivers::Column;
use super::rows::Expectation;
use crate::energy::panel::{Panel, Range};
use crate::energy::regression::{Coefficient, Design, Expected, Fit, Moments, NoFit, Term};
use crate::energy::rules::{Check, Criterion, Rules};
use crate::energy::subsets;
use crate::finding::Severity;
use crate::time::Every;
use crate::units::Energy;

/// The rules by which a model may be used.
pub const RULES: Rules<'static> = Rules::SEP;
/// Bands hold nine of ten.
pub const CONFIDENCE: f64 = 0.9;
/// What stands for the model without drivers among the names of models.
pub const MEAN: &str = "mean";
/// Places at which a model's line is drawn.
const POINTS: u32 = 33;

/// What became of a model that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome {
    /// It may be used.
    Valid(Panel),
    /// The rules allow it, but it says that more work needs less energy.
    Falls {
        /// Its figures.
        panel: Panel,
        /// The driver whose coefficient is negative: its place among the study's columns.
        column: usize,
    },
    /// The rules refuse it.
    Refused {
        /// Its figures.
        panel: Panel,
        /// The first limit that it breaks.
        check: Check,
    },
    /// There is no such model.
    NoFit(NoFit),
}

/// A model that was tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Its drivers: bit 0 is the study's first column.
    pub chosen: u16,
    /// What became of it.
    pub outcome: Outcome,
}

impl Candidate {
    /// Its figures, where there is a model.
    #[must_use]
    pub const fn panel(&self) -> Option<&Panel> {
        match &self.outcome {
            Outcome::Valid(panel)
            | Outcome::Falls { panel, .. }
            | Outcome::Refused { panel, .. } => Some(panel),
            Outcome::NoFit(_) => None,
        }
    }

    /// Whether it may be used.
    #[must_use]
    pub const fn is_valid(&self) -> bool {
        matches!(self.outcome, Outcome::Valid(_))
    }

    /// Its drivers' places among the study's columns.
    pub fn columns(&self) -> impl Iterator<Item = usize> + use<> {
        places(self.chosen)
    }

    /// How well it explains; less than anything without a model.
    fn explains(&self) -> f64 {
        let known = self.panel().map(|panel| panel.adjusted_r2).filter(|r2| !r2.is_nan());
        known.unwrap_or(f64::NEG_INFINITY)
    }
}

/// The places of the bits that are set.
pub(super) fn places(chosen: u16) -> impl Iterator<Item = usize> + use<> {
    (0..16).filter(move |place| chosen >> place & 1 == 1)
}

/// The name of a model: its drivers' names with `+` between them, [`MEAN`] without any.
pub(super) fn label(columns: &[Column], chosen: u16) -> String {
    if chosen == 0 {
        return MEAN.into();
    }
    let names: Vec<&str> = places(chosen)
        .filter_map(|place| columns.get(place))
        .map(|one| one.name.as_str())
        .collect();
    names.join("+")
}

/// The model of a name, in whatever order the drivers stand; `None` where a driver is not among the columns.
pub(super) fn named(columns: &[Column], wanted: &str) -> Option<u16> {
    if wanted == MEAN {
        return Some(0);
    }
    let mut all = 1..1_u16 << columns.len().min(15);
    all.find(|chosen| label(columns, *chosen) == wanted).or_else(|| {
        let mut names = wanted.split(['+', ',', ' ']).filter(|name| !name.is_empty());
        let chosen = names.try_fold(0_u16, |bits, name| {
            let place = columns.iter().take(16).position(|column| column.name == name)?;
            Some(bits | 1 << place)
        });
        chosen.filter(|chosen| *chosen > 0)
    })
}

/// A driver in the model that is used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fitted {
    /// Its place among the study's columns.
    pub column: usize,
    /// Energy for one of it, and how sure that is.
    pub coefficient: Coefficient,
    /// What the baseline has seen of it.
    pub range: Range,
    /// Its mean in the reporting period.
    pub reported: Option<f64>,
}

impl Fitted {
    /// Whether the model has seen conditions like those of the reporting period; `None` where it has no rows.
    #[must_use]
    pub fn is_within(&self) -> Option<bool> {
        self.reported.map(|mean| self.range.allows(mean))
    }
}

/// A place on a model's line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The driver's figure.
    pub driver: f64,
    /// The energy expected there, kWh.
    pub energy: f64,
    /// Half the width of the band that holds nine of ten rows, kWh.
    pub band: f64,
}

/// The model that is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its drivers: bit 0 is the study's first column; none for the mean.
    pub chosen: u16,
    /// Its drivers in the order of the columns.
    pub drivers: Vec<Fitted>,
    /// The base load of a row; the mean where there are no drivers.
    pub intercept: Coefficient,
    /// Its figures as a whole.
    pub panel: Panel,
    /// Every limit held against it: [`RULES`] and what warns of scatter.
    pub checks: Vec<Check>,
    /// Which of `drivers` its line is drawn along: the one of the largest t.
    pub along: usize,
    /// The line, the other drivers at their means; empty for the mean.
    pub line: Vec<Point>,
}

impl Model {
    /// The limits that refuse it.
    pub fn refusals(&self) -> impl Iterator<Item = &Check> {
        let failed = self.checks.iter().filter(|check| !check.passes);
        failed.filter(|check| check.severity == Severity::Disqualifies)
    }

    /// The driver that its line is drawn along.
    #[must_use]
    pub fn main_driver(&self) -> Option<&Fitted> {
        self.drivers.get(self.along)
    }
}

/// The rows of a baseline, in kWh and in each driver's unit.
#[derive(Debug, Clone, Default)]
pub(super) struct Data {
    pub used: Vec<f64>,
    pub columns: Vec<Vec<f64>>,
}

/// Everything that fitting found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub candidates: Vec<Candidate>,
    pub model: Model,
    /// What the model expects of each row of the study.
    pub expected: Vec<Option<Expectation>>,
}

/// Tries every combination of drivers and takes the one that is wanted, else the best that may be used, else the best
/// of a single driver, else the mean.
///
/// `columns`: the study's, of which `data` holds the rows of the baseline.
pub(super) fn fit(
    data: &Data,
    columns: &[Column],
    rows: usize,
    wanted: Option<u16>,
    every: Every,
) -> Result<Found, NoFit> {
    let terms: Vec<Term<'_>> = data.columns.iter().map(|column| Term::Value(column)).collect();
    let moments = Moments::of(&data.used, Design::new(&terms))?;
    let candidates = tried(&moments, columns);
    let chosen = wanted.unwrap_or_else(|| preferred(&candidates));
    let (chosen, fit) = match moments.fit_of(chosen) {
        Ok(fit) => (chosen, fit),
        Err(_) => (0, moments.fit_of(0)?),
    };
    let expected = expectations(&fit, columns, chosen, rows);
    Ok(Found { candidates, model: model(&fit, columns, chosen, every)?, expected })
}

fn preferred(candidates: &[Candidate]) -> u16 {
    let single = |one: &&Candidate| one.panel().is_some() && one.chosen.count_ones() == 1;
    let valid = candidates.iter().find(|one| one.is_valid());
    valid.or_else(|| candidates.iter().find(single)).map_or(0, |one| one.chosen)
}

/// All models, the best first: those that may be used before the others, by adjusted R².
fn tried(moments: &Moments<'_>, columns: &[Column]) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    subsets::best(moments, &RULES, |tried| {
        let outcome = match tried.outcome {
            Err(reason) => Outcome::NoFit(reason),
            Ok((panel, Some(check))) => Outcome::Refused { panel, check },
            Ok((panel, None)) => match falling(moments, columns, tried.chosen) {
                Some(column) => Outcome::Falls { panel, column },
                None => Outcome::Valid(panel),
            },
        };
        candidates.push(Candidate { chosen: tried.chosen, outcome });
    });
    candidates.sort_by(|one, other| {
        let valid = other.is_valid().cmp(&one.is_valid());
        let explains = other.explains().total_cmp(&one.explains());
        let terms = one.chosen.count_ones().cmp(&other.chosen.count_ones());
        valid.then(explains).then(terms).then(one.chosen.cmp(&other.chosen))
    });
    candidates
}

/// The first driver that counts work and has a negative coefficient.
fn falling(moments: &Moments<'_>, columns: &[Column], chosen: u16) -> Option<usize> {
    let fit = moments.fit_of(chosen).ok()?;
    let falls = |(term, column): &(usize, usize)| {
        let is_work = columns.get(*column).is_some_and(Column::is_work);
        is_work && fit.coefficient(*term).is_some_and(|slope| slope.value < 0.0)
    };
    (0..).zip(places(chosen)).find(falls).map(|(_, column)| column)
}

fn model(fit: &Fit<'_>, columns: &[Column], chosen: u16, every: Every) -> Result<Model, NoFit> {
    let panel = Panel::of(fit);
    let fitted = |(term, column): (usize, usize)| {
        let (coefficient, range) = fit.coefficient(term).zip(fit.range(term))?;
        Some(Fitted { column, coefficient, range, reported: None })
    };
    let drivers: Vec<Fitted> = (0..).zip(places(chosen)).filter_map(fitted).collect();
    let sizes = drivers.iter().map(|driver| libm::fabs(driver.coefficient.t)).enumerate();
    let largest = sizes.max_by(|(_, one), (_, other)| one.total_cmp(other));
    let along = largest.map_or(0, |(place, _)| place);
    let intercept = fit
        .intercept()
        .ok_or(NoFit::TooFewRows { rows: fit.rows(), parameters: fit.parameters() })?;
    let checks = checks(fit, &panel, every);
    let line = line(fit, columns, &drivers, along);
    Ok(Model { chosen, drivers, intercept, panel, checks, along, line })
}

/// The rules, and the scatter that Guideline 14 lets a calibrated model have. It sets limits for months and for hours:
/// days and weeks are held against those for hours, as a warning.
fn checks(fit: &Fit<'_>, panel: &Panel, every: Every) -> Vec<Check> {
    let mut checks = Vec::new();
    RULES.check(fit, panel, |check| checks.push(check));
    let scatter = match every {
        Every::Day | Every::Week => Rules::ASHRAE_14_HOURLY,
        Every::Month | Every::Year => Rules::ASHRAE_14_MONTHLY,
    };
    scatter.check(fit, panel, |check| {
        if matches!(check.criterion, Criterion::CvRmse | Criterion::Nmbe) {
            checks.push(Check { severity: Severity::Warns, ..check });
        }
    });
    checks
}

/// The model's line along one driver, over all that the study has seen of it.
fn line(fit: &Fit<'_>, columns: &[Column], drivers: &[Fitted], along: usize) -> Vec<Point> {
    let Some(column) = drivers.get(along).and_then(|driver| columns.get(driver.column)) else {
        return Vec::new();
    };
    let seen = || column.values.iter().flatten().map(|value| value.to_f64());
    let (least, most) =
        (seen().fold(f64::INFINITY, f64::min), seen().fold(f64::NEG_INFINITY, f64::max));
    let t = fit.student().quantile(CONFIDENCE);
    let point = |step: u32| {
        let driver = least + (most - least) * f64::from(step) / f64::from(POINTS - 1);
        let value = |(place, fitted): (usize, &Fitted)| {
            if place == along { driver } else { fitted.range.mean }
        };
        let values: Vec<f64> = drivers.iter().enumerate().map(value).collect();
        let expected = fit.expect(&values)?;
        Some(Point { driver, energy: expected.energy, band: t * expected.of_row })
    };
    (0..POINTS).filter_map(point).collect()
}

/// What a model expects of each row of the study; `None` where a driver of it is not known.
fn expectations(
    fit: &Fit<'_>,
    columns: &[Column],
    chosen: u16,
    rows: usize,
) -> Vec<Option<Expectation>> {
    let t = fit.student().quantile(CONFIDENCE);
    let own: Vec<&Column> = places(chosen).filter_map(|place| columns.get(place)).collect();
    let of_row = |row: usize| {
        let values = own.iter().map(|column| Some(column.value(row)?.to_f64()));
        let values: Vec<f64> = values.collect::<Option<_>>()?;
        expectation(&fit.expect(&values)?, t)
    };
    (0..rows).map(of_row).collect()
}

fn expectation(expected: &Expected, t: f64) -> Option<Expectation> {
    Some(Expectation {
        energy: Energy::from_kwh(expected.energy)?,
        band: Energy::from_kwh(t * expected.of_row)?,
        deviation: Energy::from_kwh(expected.of_row)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decimal::Decimal;

    fn column(name: &str, values: &[i128]) -> Column {
        let values = values.iter().map(|value| Some(Decimal::new(*value, 3))).collect();
        Column { name: name.into(), unit: "kg".into(), values }
    }

    /// The first case of the golden file `regression.json`: statsmodels 0.15.0 on twelve months.
    const LEAF: [f64; 12] = [
        57_737.0, 53_679.0, 20_108.0, 51_972.0, 55_937.0, 25_869.0, 38_123.0, 43_344.0, 59_563.0,
        45_824.0, 45_937.0, 22_486.0,
    ];
    const USED: [f64; 12] = [
        87_455.0, 75_472.0, 42_659.0, 79_680.0, 82_164.0, 45_439.0, 64_311.0, 59_384.0, 82_127.0,
        65_789.0, 64_253.0, 49_500.0,
    ];

    fn found(wanted: Option<u16>) -> Found {
        let data = Data { used: USED.to_vec(), columns: alloc::vec![LEAF.to_vec()] };
        let thousandths = LEAF.map(|kg| (kg * 1_000.0) as i128);
        let columns = [column("raw:leaf", &thousandths)];
        fit(&data, &columns, 12, wanted, Every::Month).expect("a model")
    }

    #[test]
    fn the_model_is_that_of_statsmodels() {
        let found = found(None);
        let model = &found.model;
        assert_eq!((model.chosen, found.candidates.len()), (1, 1));
        assert!(found.candidates[0].is_valid() && model.refusals().next().is_none());
        assert!((model.intercept.value - 20_925.015_383_624_83).abs() < 1e-6);
        assert!((model.drivers[0].coefficient.value - 1.051_008_233_902_063).abs() < 1e-12);
        assert!((model.panel.r2 - 0.924_780_338_463_566_9).abs() < 1e-13);
        // Durbin and Watson's 2.03 from there, CV(RMSE) 6.6 %: no warning either.
        assert!(model.checks.iter().all(|check| check.passes), "{:?}", model.checks);
    }

    #[test]
    fn the_mean_is_a_model_that_the_rules_refuse() {
        let found = found(Some(0));
        let mean: f64 = USED.iter().sum::<f64>() / 12.0;
        assert!((found.model.intercept.value - mean).abs() < 1e-9);
        assert!(found.model.refusals().next().is_some() && found.model.line.is_empty());
        let expected = found.expected.iter().flatten().next().expect("every row has one");
        assert_eq!(Some(expected.energy), Energy::from_kwh(mean));
    }

    #[test]
    fn more_work_that_needs_less_energy_is_told_and_not_used() {
        let data = Data {
            used: LEAF.map(|kg| 90_000.0 - kg + kg % 97.0).to_vec(),
            columns: alloc::vec![LEAF.to_vec()],
        };
        let columns = [column("output", &[0; 12])];
        let found = fit(&data, &columns, 12, None, Every::Month).expect("a model");
        assert!(matches!(found.candidates[0].outcome, Outcome::Falls { column: 0, .. }));
        assert_eq!(found.model.chosen, 1, "it is shown, and refused by the study");
    }

    #[test]
    fn models_have_names_in_any_order() {
        let columns = [column("output", &[]), column("raw:a+b", &[]), column("shifts", &[])];
        assert_eq!(label(&columns, 0b110), "raw:a+b+shifts");
        assert_eq!(named(&columns, "raw:a+b+shifts"), Some(0b110));
        assert_eq!(named(&columns, "shifts,output"), Some(0b101));
        assert_eq!(named(&columns, "mean"), Some(0));
        assert_eq!((named(&columns, "sun"), named(&columns, "")), (None, None));
    }
}
