//! An energy baseline from a whole record: rows, drivers, every model, its validity, and what was saved.
//!
//! A [`Study`] cuts the record into local days, weeks or months, takes the main meter's energy and every driver of
//! each, makes a model of the rows of the baseline period, and holds the rows of the reporting period against it. The
//! page, `millwatt baseline` and an auditor's script read the same study: its [`figures`](Study::figures) have names.
//!
//! # Units and shape
//! Energy and drivers are exact until the model; floats begin with it, in a fixed order. What leaves a study is exact
//! again: [`Energy`], [`Decimal`].
//! # Missing data
//! A row counts when at least 95 % of its energy was measured and each driver of the model is known; the others are
//! left out, counted and named. What people report is zero on a day without planned work, and unknown on a day with
//! some that nobody reported. A study without a valid model claims nothing: [`Verdict::NoClaim`], and its
//! [findings](Finding) say what is missing.
//! # Source
//! Model and validity: [`regression`](crate::energy::regression), [`RULES`]. Saving: [`uncertainty`]. Changes of the
//! factory: [`adjustment`](crate::energy::adjustment); they are taken out of the baseline's use before the model is
//! made and added to what it expects, so that the running sum of a baseline ends at zero.
//!
//! [`uncertainty`]: crate::energy::uncertainty
//! # Example
//! Twenty days of a site that uses 50 kWh and half a kWh for a kilogram; on the fifteenth a fan is switched off at
//! night, which saves 10 kWh a day:
//! ```
//! use millwatt::analysis::baseline::{Question, Study, Verdict};
//! use millwatt::evaluate::Slices;
//! use millwatt::event::{Event, EventKind};
//! use millwatt::reading::{Quality, Sample};
//! use millwatt::site::{Asset, AssetId, Channel, Facts, Kind, Quantity, Scale, Site};
//! use millwatt::time::{Instant, Period, Span};
//!
//! let day = |count: i64| Instant::from_unix_milliseconds(count * 86_400_000);
//! let kilograms = |count: i64| 200 + count * 7 % 10 * 20;
//! let watt_hours = |count: i64| {
//!     let noise = if count % 2 == 0 { 1_000 } else { -1_000 };
//!     50_000 + 500 * kilograms(count) + noise - if count < 14 { 0 } else { 10_000 }
//! };
//! let used: Vec<Sample> = (0..20)
//!     .map(|count| Sample { at: day(count + 1), value: watt_hours(count), quality: Quality::Good })
//!     .collect();
//! let made: Vec<Event> = (0..20)
//!     .map(|count| Event { at: day(count), until: None, kind: EventKind::Output, asset: "", product: "tea",
//!         thousandths: kilograms(count) * 1_000, unit: "kg", note: "" })
//!     .collect();
//! # let asset = Asset { id: "main", name: "Main", parent: None, machine: false, rated_milliwatts: 0,
//! #     idle_milliwatts: 0, running_milliwatts: 0, ideal_cycle: Span::ZERO, minor_stop: Span::ZERO,
//! #     dwell: Span::ZERO };
//! # let channel = Channel { name: "main.active_energy", asset: AssetId(0), quantity: Quantity::ActiveEnergy,
//! #     phase: 0, kind: Kind::Amount, scale: Scale(0), unit: "Wh", every: Span::DAY, modulus: 0 };
//! # let (assets, channels) = ([asset], [channel]);
//! # let site = Site { name: "", zone: "UTC", currency: "VND", main: Some(AssetId(0)), output: None,
//! #     output_unit: "kg", offsets: &[], shifts: &[], tariffs: &[], bands: &[], assets: &assets,
//! #     channels: &channels, facts: Facts::NONE };
//! let series = Slices { channels: &[&used], events: &made };
//! let record = Period::new(day(0), day(20));
//! let study = Study::new(&site, &series, &Question { record, reporting: record, baseline: None, drivers: None });
//!
//! let model = study.model.as_ref().expect("fourteen days are enough");
//! assert_eq!(study.label(model.chosen), "output");
//! assert!((model.drivers[0].coefficient.value - 0.5).abs() < 0.01); // kWh a kg
//! assert!((model.intercept.value - 50.0).abs() < 3.0); // kWh a day
//! let account = study.account.expect("six days after the baseline");
//! assert_eq!((account.rows, account.verdict), (6, Verdict::Verified));
//! assert!((account.saving().kwh().to_f64() - 60.0).abs() < 3.0);
//! ```

mod account;
mod change;
mod drivers;
mod figures;
mod finding;
mod judge;
mod model;
mod reported;
mod rows;
mod temperature;

pub use account::{Account, Verdict, Worth};
pub use change::{DatedChange, MOST_CHANGES};
pub use drivers::{Column, MOST_DRIVERS, MOST_TRIED};
pub use figures::Figure;
pub use finding::Finding;
pub use model::{CONFIDENCE, Candidate, Fitted, MEAN, Model, Outcome, Point, RULES};
pub use rows::{Expectation, LeftOut, MOST_ROWS, Role, Row};

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::decimal::Decimal;
use crate::energy::adjustment::adjustment;
use crate::energy::rules::Criterion;
use crate::reading::ChannelId;
use crate::series::Series;
use crate::site::{Baseline, Quantity, Site};
use crate::time::{Every, Period};
use crate::units::Energy;
use drivers::Sources;
use model::{Data, Found};

/// Fewest rows of a baseline that nobody stated.
pub const LEAST_ROWS: usize = 14;

/// What a study is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question<'q> {
    /// All that the log holds.
    pub record: Period,
    /// What is held against the baseline; its rows inside the baseline are not.
    pub reporting: Period,
    /// The baseline's period, instead of the site's own.
    pub baseline: Option<Period>,
    /// The model to use: names of drivers with `+`, a comma or a space between them, or [`MEAN`]; the best that may be
    /// used if absent.
    pub drivers: Option<&'q str>,
}

/// Who chose the baseline's period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The site states it.
    Stated,
    /// Whoever asked.
    Chosen,
    /// Nobody: it is the first third of the record, at least [`LEAST_ROWS`] rows.
    Provisional,
}

impl Origin {
    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Chosen => "chosen",
            Self::Provisional => "provisional",
        }
    }
}

/// A dated change of the factory that the study takes into account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// When.
    pub period: Period,
    /// What it adds to each day.
    pub a_day: Energy,
    /// What it adds to the rows of the account.
    pub reported: Energy,
    /// What changed, in words.
    pub note: String,
    /// How its size is known.
    pub source: String,
}

/// Energy for one of something, over the rows that count: a ratio indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ratio {
    /// What it is divided by: its place among the study's columns.
    pub column: usize,
    /// Of the baseline, kWh a unit.
    pub baseline: Option<Decimal>,
    /// Of the reporting period, kWh a unit.
    pub reporting: Option<Decimal>,
}

/// A baseline and what it says; see the [module](self).
#[derive(Debug, Clone, PartialEq)]
pub struct Study {
    /// How long a row is.
    pub every: Every,
    /// Who chose the baseline's period.
    pub origin: Origin,
    /// The baseline's period; `None` where the record is too short for any.
    pub baseline: Option<Period>,
    /// What is held against it.
    pub reporting: Period,
    /// The improvement that the site wants, tenths of a percent; 0 for none.
    pub target_per_mille: u16,
    /// Why this baseline, in the site's words.
    pub note: String,
    /// The drivers that were tried.
    pub columns: Vec<Column>,
    /// The rows of the whole record, oldest first.
    pub rows: Vec<Row>,
    /// Every model, the best first.
    pub candidates: Vec<Candidate>,
    /// The one that is used.
    pub model: Option<Model>,
    /// When use left the model, oldest first.
    pub changes: Vec<DatedChange>,
    /// What the reporting period used against it.
    pub account: Option<Account>,
    /// Energy for one of the first driver that is an amount.
    pub ratio: Option<Ratio>,
    /// Dated changes of the factory.
    pub adjustments: Vec<Adjustment>,
    /// What weakens it.
    pub findings: Vec<Finding>,
}

impl Study {
    /// Makes the study of a record.
    #[must_use]
    pub fn new<S: Series>(site: &Site<'_>, series: &S, question: &Question<'_>) -> Self {
        let statement = statement(site, question.reporting);
        let mut study = Self::empty(statement, question);
        let main = site.main.and_then(|main| site.channel_of(main, Quantity::ActiveEnergy));
        let Some(main) = main else {
            study.findings.push(Finding::NoMeter);
            return study;
        };
        study.rows = rows::rows(site, series, main, question.record, study.every);
        for row in &mut study.rows {
            row.adjustment = adjustment(site.facts.adjustments, row.period);
        }
        study.place(statement, question);
        if study.baseline.is_none() {
            return study;
        }
        let periods: Vec<Period> = study.rows.iter().map(|row| row.period).collect();
        let sources = Sources::new(site, series, &periods);
        study.take_columns(&sources, statement, question);
        study.fit(question);
        study.conclude(site, series, main);
        study
    }

    fn empty(statement: Option<&Baseline<'_>>, question: &Question<'_>) -> Self {
        Self {
            every: statement.map_or(Every::Day, |stated| stated.every),
            origin: Origin::Provisional,
            baseline: None,
            reporting: question.reporting,
            target_per_mille: statement.map_or(0, |stated| stated.target_per_mille),
            note: statement.map_or("", |stated| stated.note).to_owned(),
            columns: Vec::new(),
            rows: Vec::new(),
            candidates: Vec::new(),
            model: None,
            changes: Vec::new(),
            account: None,
            ratio: None,
            adjustments: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Chooses the baseline's period and gives every row its role.
    fn place(&mut self, statement: Option<&Baseline<'_>>, question: &Question<'_>) {
        let is_held = |period: Period| period.overlap(question.record).is_some();
        (self.origin, self.baseline) = match (question.baseline, statement) {
            (Some(chosen), _) => (Origin::Chosen, Some(chosen)),
            (None, Some(stated)) if is_held(stated.period) => (Origin::Stated, Some(stated.period)),
            (None, stated) => {
                self.findings.extend(stated.map(|_| Finding::NotRecorded));
                (Origin::Provisional, self.first_third())
            }
        };
        let Some(baseline) = self.baseline else {
            let rows = self.rows.iter().filter(|row| row.left_out.is_none()).count();
            return self.findings.push(Finding::ShortRecord { rows, needed: LEAST_ROWS + 1 });
        };
        for row in &mut self.rows {
            row.role = match row.period {
                period if is_within(period, baseline) => Role::Baseline,
                period if period.overlap(baseline).is_some() => Role::Outside,
                period if is_within(period, question.reporting) => Role::Reporting,
                _ => Role::Outside,
            };
        }
    }

    fn first_third(&self) -> Option<Period> {
        let measured = || self.rows.iter().filter(|row| row.left_out.is_none());
        let count = measured().count();
        let rows = (count / 3).max(LEAST_ROWS);
        let (first, last) = measured().next().zip(measured().nth(rows - 1))?;
        (count > rows).then(|| Period::new(first.period.from, last.period.to))
    }

    fn take_columns<S: Series>(
        &mut self,
        sources: &Sources<'_, '_, S>,
        statement: Option<&Baseline<'_>>,
        question: &Question<'_>,
    ) {
        let stated = statement.map_or("", |stated| stated.drivers).split(' ');
        let mut names: Vec<String> =
            stated.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if names.is_empty() {
            names = sources.available();
        }
        let mut columns: Vec<Column> = self.columns_of(sources, &names);
        let wanted = question.drivers.filter(|wanted| model::named(&columns, wanted).is_none());
        let more = wanted.unwrap_or_default().split(['+', ',', ' ']);
        let more = more.filter(|name| !name.is_empty() && !names.iter().any(|known| known == name));
        let more: Vec<String> = more.map(str::to_owned).collect();
        // What is asked for goes before what is only tried.
        let rest = (columns.len() + more.len()).saturating_sub(MOST_DRIVERS);
        columns.truncate(MOST_DRIVERS.saturating_sub(more.len()));
        columns.extend(self.columns_of(sources, &more).into_iter().take(MOST_DRIVERS));
        if rest > 0 {
            self.findings.push(Finding::ManyDrivers { rest });
        }
        self.columns = columns;
        self.columns.truncate(MOST_DRIVERS);
        if self.columns.is_empty() {
            self.findings.push(Finding::NoDrivers);
        }
    }

    /// The columns of some names that are known in three quarters of the baseline's rows and more.
    fn columns_of<S: Series>(
        &mut self,
        sources: &Sources<'_, '_, S>,
        names: &[String],
    ) -> Vec<Column> {
        let mut columns = Vec::new();
        for name in names {
            let Some(column) = sources.column(name) else {
                self.findings.push(Finding::UnknownDriver { name: name.clone() });
                continue;
            };
            let measured = || self.baseline_rows().map(|(place, _)| place);
            let (of, rows) =
                (measured().count(), measured().filter(|row| column.value(*row).is_some()).count());
            if rows * 4 < of * 3 {
                self.findings.push(Finding::SparseDriver { name: name.clone(), rows, of });
            } else {
                columns.push(column);
            }
        }
        columns
    }

    /// Rows of the baseline that count, with their places among the rows: what the model is made from.
    pub fn baseline_rows(&self) -> impl Iterator<Item = (usize, &Row)> {
        let rows = self.rows.iter().enumerate();
        rows.filter(|(_, row)| row.role == Role::Baseline && row.left_out.is_none())
    }

    fn fit(&mut self, question: &Question<'_>) {
        let every_column: Vec<usize> = (0..self.columns.len()).collect();
        self.leave_out(Role::Baseline, &every_column);
        let data = self.data();
        let needed = RULES.limits.iter().find(|limit| limit.criterion == Criterion::Rows);
        let needed = needed.map_or(0, |limit| limit.value as usize);
        if data.used.len() < needed {
            self.findings.push(Finding::FewRows { rows: data.used.len(), needed });
        }
        let wanted = question.drivers.and_then(|wanted| model::named(&self.columns, wanted));
        match model::fit(&data, &self.columns, self.rows.len(), wanted, self.every) {
            Ok(found) => self.take(found),
            Err(reason) => self.findings.push(Finding::NoModel(reason)),
        }
    }

    /// Leaves out rows of a role in which a driver is not known.
    fn leave_out(&mut self, role: Role, columns: &[usize]) {
        let unknown: Vec<Option<usize>> =
            (0..self.rows.len()).map(|row| self.unknown_in(row, columns)).collect();
        for (row, unknown) in self.rows.iter_mut().zip(unknown) {
            if row.role == role && row.left_out.is_none() {
                row.left_out = unknown.map(|column| LeftOut::Driver { column });
            }
        }
    }

    /// The first of some columns that is not known in a row.
    fn unknown_in(&self, row: usize, columns: &[usize]) -> Option<usize> {
        let value = |column: usize| self.columns.get(column).and_then(|one| one.value(row));
        columns.iter().copied().find(|column| value(*column).is_none())
    }

    fn data(&self) -> Data {
        let mut data = Data { used: Vec::new(), columns: vec![Vec::new(); self.columns.len()] };
        for (place, row) in self.baseline_rows() {
            let values: Option<Vec<Decimal>> =
                self.columns.iter().map(|column| column.value(place)).collect();
            let Some((used, values)) = row.used.zip(values) else { continue };
            data.used.push((used - row.adjustment).kwh().to_f64());
            let slots = data.columns.iter_mut().zip(values);
            slots.for_each(|(column, value)| column.push(value.to_f64()));
        }
        data
    }

    fn take(&mut self, found: Found) {
        let Found { candidates, mut model, expected } = found;
        let chosen: Vec<usize> = model::places(model.chosen).collect();
        self.leave_out(Role::Reporting, &chosen);
        self.leave_out(Role::Outside, &chosen);
        for (row, expected) in self.rows.iter_mut().zip(expected) {
            row.expected =
                expected.map(|one| Expectation { energy: one.energy + row.adjustment, ..one });
        }
        for driver in &mut model.drivers {
            driver.reported = self.reported_mean(driver.column);
        }
        self.candidates = candidates;
        self.sum_up(&model);
        self.model = Some(model);
    }

    /// The mean of a driver over the rows of the account.
    fn reported_mean(&self, column: usize) -> Option<f64> {
        let column = self.columns.get(column)?;
        let rows = self.rows.iter().enumerate().filter(|(_, row)| account::counts(row));
        let values = rows.filter_map(|(place, _)| column.value(place)).map(Decimal::to_f64);
        let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), one| (sum + one, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    }

    /// The running sum, and when its slope changed.
    fn sum_up(&mut self, model: &Model) {
        let mut sum = Energy::ZERO;
        let (mut places, mut deviations) = (Vec::new(), Vec::new());
        for (place, row) in self.rows.iter_mut().enumerate() {
            let Some(deviation) = row.deviation() else { continue };
            sum += deviation;
            row.cusum = Some(sum);
            places.push(place);
            deviations.push(deviation.kwh().to_f64());
        }
        let lag_1 = model.panel.lag_1.unwrap_or(0.0);
        let steps = change::steps(&deviations, model.panel.residual_deviation, lag_1);
        let dated = |step: change::Step| {
            let row = *places.get(step.place)?;
            let at = self.rows.get(row)?.period.from;
            let (before, after, explains) = (step.before, step.after, step.explains);
            Some(DatedChange { row, at, before, after, explains })
        };
        self.changes = steps.into_iter().filter_map(dated).collect();
    }

    fn conclude<S: Series>(&mut self, site: &Site<'_>, series: &S, main: ChannelId) {
        self.judge();
        self.ratio = self.ratio();
        self.adjustments = self.adjustments(site);
        let Some(model) = &self.model else { return };
        let worth = account::worth(site, series, main, &self.rows);
        let may_claim = !self.disqualified();
        let panel = &model.panel;
        self.account = account::account(&self.rows, panel, self.every, worth, may_claim);
    }

    fn adjustments(&self, site: &Site<'_>) -> Vec<Adjustment> {
        let counting = || self.rows.iter().filter(|row| account::counts(row));
        let taken = site.facts.adjustments.iter().map(|change| Adjustment {
            period: change.period,
            a_day: change.a_day,
            reported: counting().map(|row| change.within(row.period)).sum(),
            note: change.note.to_owned(),
            source: change.source.to_owned(),
        });
        taken.collect()
    }

    /// The name of a model: its drivers' names with `+` between them, [`MEAN`] without any.
    #[must_use]
    pub fn label(&self, chosen: u16) -> String {
        model::label(&self.columns, chosen)
    }
}

/// The site's baseline for a reporting period: the latest that begins before it ends, else the first.
fn statement<'s, 'a>(site: &'s Site<'a>, reporting: Period) -> Option<&'s Baseline<'a>> {
    let stated = site.facts.baselines;
    let begun = stated.iter().rev().find(|baseline| baseline.period.from < reporting.to);
    begun.or(stated.first())
}

fn is_within(row: Period, whole: Period) -> bool {
    whole.from <= row.from && row.to <= whole.to
}

#[cfg(test)]
mod tests;
