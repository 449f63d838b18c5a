//! Names, numbers and findings of a study in the reader's language.

use super::words::Word;
use crate::format;
use crate::view::View;
use crate::words::Text;
use millwatt::Decimal;
use millwatt::analysis::baseline::{Finding, LeftOut, Role, Study};
use millwatt::energy::regression::NoFit;
use millwatt::finding::Severity;
use millwatt::site::Driver;
use millwatt::time::{Every, Instant, Period, Span};
use millwatt::units::Energy;

/// The page and the study that a section tells of.
#[derive(Clone, Copy)]
pub(super) struct Told<'v> {
    pub view: &'v View<'v>,
    pub study: &'v Study,
}

impl Told<'_> {
    pub fn text(&self, word: impl Text) -> &'static str {
        self.view.text(word)
    }

    pub fn fill(&self, word: impl Text, figures: &[&str]) -> String {
        self.view.fill(word, figures)
    }

    fn unknown(&self) -> String {
        self.text(crate::strings::Key::Unknown).to_owned()
    }

    pub fn kwh(&self, energy: Energy) -> String {
        self.view.kwh(energy.kwh())
    }

    /// The size of an energy, without its sign.
    pub fn size(&self, energy: Energy) -> String {
        let size = Energy::from_milliwatt_hours(energy.milliwatt_hours().saturating_abs());
        self.kwh(size)
    }

    /// A float to three significant digits, small ones too.
    pub fn short(&self, value: f64) -> String {
        let language = self.view.choice.language;
        let Some(figure) = Decimal::from_f64(value, 9) else { return self.unknown() };
        match value.abs() {
            size if size == 0.0 || size >= 1.0 => format::short(figure, language),
            size => {
                let places = (2.0 - size.log10().floor()).clamp(2.0, 9.0);
                format::places(figure, places as u8, language)
            }
        }
    }

    /// A float with some places.
    pub fn places(&self, value: f64, places: u8) -> String {
        let figure = Decimal::from_f64(value, 9);
        figure.map_or_else(
            || self.unknown(),
            |figure| format::places(figure, places, self.view.choice.language),
        )
    }

    pub fn share(&self, value: f64) -> String {
        Decimal::from_f64(value, 6).map_or_else(|| self.unknown(), |share| self.view.percent(share))
    }

    /// A probability; what is very small is only said to be so.
    pub fn probability(&self, value: f64) -> String {
        if value < 0.001 { format!("< {}", self.places(0.001, 3)) } else { self.places(value, 3) }
    }

    /// A day, week, month or year.
    pub fn one(&self) -> &'static str {
        self.text(match self.study.every {
            Every::Day => Word::Day,
            Every::Week => Word::Week,
            Every::Month => Word::Month,
            Every::Year => Word::Year,
        })
    }

    /// So many of them.
    pub fn count(&self, rows: usize) -> String {
        let word = match self.study.every {
            Every::Day => Word::Days,
            Every::Week => Word::Weeks,
            Every::Month => Word::Months,
            Every::Year => Word::Years,
        };
        self.fill(word, &[&rows.to_string()])
    }

    pub fn date(&self, at: Instant) -> String {
        self.view.date(at)
    }

    /// From its first day to its last.
    pub fn dates(&self, period: Period) -> String {
        let last = period.to - Span::from_milliseconds(1);
        self.fill(Word::FromTo, &[&self.date(period.from), &self.date(last)])
    }

    pub fn role(&self, role: Role) -> &'static str {
        self.text(match role {
            Role::Baseline => Word::BaselinePeriod,
            Role::Reporting => Word::ReportingPeriod,
            Role::Outside => Word::OutsidePeriod,
        })
    }

    fn asset(&self, id: &str) -> String {
        let name = self.view.model.asset_name(id);
        if name.is_empty() { id.to_owned() } else { name.to_owned() }
    }

    /// The name that people read of a driver's stable one.
    pub fn driver_named(&self, name: &str) -> String {
        let degrees = |base: f64| format::with_unit(&self.view.number(base), "°C");
        match Driver::named(name) {
            None => name.to_owned(),
            Some(Driver::Output) => self.text(Word::Output).to_owned(),
            Some(Driver::Shifts) => self.text(Word::Shifts).to_owned(),
            Some(Driver::OutputOf(product)) => self.fill(Word::OutputOf, &[product]),
            Some(Driver::RawMaterial(material)) => self.fill(Word::Raw, &[material]),
            Some(Driver::Fuel(fuel)) => self.fill(Word::Fuel, &[fuel]),
            Some(Driver::Runtime(asset)) => self.fill(Word::Runtime, &[&self.asset(asset)]),
            Some(Driver::Temperature(asset)) => self.fill(Word::Temperature, &[&self.asset(asset)]),
            Some(Driver::Cooling(asset, base)) => {
                self.fill(Word::Cooling, &[&self.asset(asset), &degrees(base)])
            }
            Some(Driver::Heating(asset, base)) => {
                self.fill(Word::Heating, &[&self.asset(asset), &degrees(base)])
            }
        }
    }

    /// The name that people read of a driver by its place.
    pub fn driver(&self, column: usize) -> String {
        self.study
            .columns
            .get(column)
            .map_or_else(String::new, |column| self.driver_named(&column.name))
    }

    /// The drivers of a model.
    pub fn model(&self, chosen: u16) -> String {
        let places = (0..self.study.columns.len()).filter(|place| chosen >> place & 1 == 1);
        let names: Vec<String> = places.map(|column| self.driver(column)).collect();
        if names.is_empty() { self.text(Word::MeanModel).to_owned() } else { names.join(" + ") }
    }

    /// Why there is no model.
    pub fn no_fit(&self, reason: &NoFit, chosen: u16) -> String {
        // A term's place counts all columns that were tried.
        let named = |term: usize| match self.driver(term) {
            name if name.is_empty() => self.model(chosen),
            name => name,
        };
        match *reason {
            NoFit::TooFewRows { rows, parameters } => {
                self.fill(Word::TooFewRows, &[&rows.to_string(), &parameters.to_string()])
            }
            NoFit::Constant { term } => self.fill(Word::ConstantDriver, &[&named(term)]),
            NoFit::Collinear { term, .. } => self.fill(Word::RepeatedDriver, &[&named(term)]),
            NoFit::LengthsDiffer { .. } | NoFit::NotFinite { .. } | NoFit::TooManyTerms { .. } => {
                self.text(Word::NoNumber).to_owned()
            }
        }
    }

    /// A finding as a sentence.
    pub fn finding(&self, finding: &Finding) -> String {
        match finding {
            Finding::NoMeter => self.text(Word::NoMeter).to_owned(),
            Finding::NoDrivers => self.text(Word::NoDrivers).to_owned(),
            Finding::NotRecorded => self.text(Word::NotRecorded).to_owned(),
            Finding::ShortRecord { rows, needed } => self.short_record(*rows, *needed),
            Finding::FewRows { rows, needed } => {
                self.fill(Word::FewRows, &[&self.count(*rows), &self.count(*needed)])
            }
            Finding::UnknownDriver { name } => self.fill(Word::UnknownDriver, &[name]),
            Finding::SparseDriver { name, rows, of } => {
                let name = self.driver_named(name);
                self.fill(Word::SparseDriver, &[&name, &rows.to_string(), &self.count(*of)])
            }
            Finding::ManyDrivers { rest } => self.fill(Word::ManyDrivers, &[&rest.to_string()]),
            Finding::NoModel(reason) => self.fill(Word::NoModel, &[&self.no_fit(reason, 0)]),
            Finding::Refused { limits } => self.fill(Word::Refused, &[&limits.to_string()]),
            Finding::Falls { name } => self.fill(Word::Falls, &[&self.driver_named(name)]),
            Finding::OutOfRange { name, mean, least, most } => {
                let [mean, least, most] = [mean, least, most].map(|value| self.short(*value));
                self.fill(Word::OutOfRange, &[&self.driver_named(name), &mean, &least, &most])
            }
            Finding::NothingReported { rows: 0 } => self.fill(Word::NothingAfter, &[self.one()]),
            Finding::NothingReported { rows } => {
                self.fill(Word::NothingMeasured, &[self.one(), &self.count(*rows)])
            }
            Finding::FewIndependentRows { rows } => {
                self.fill(Word::FewIndependent, &[&self.places(*rows, 1)])
            }
            Finding::Provisional { rows } => self.fill(Word::Provisional, &[&self.count(*rows)]),
            Finding::ShortBaseline { days } => {
                self.fill(Word::ShortBaseline, &[&self.fill(Word::Days, &[&days.to_string()])])
            }
            Finding::LeftOut { role, cause, rows } => self.left_out(*role, *cause, *rows),
        }
    }

    fn left_out(&self, role: Role, cause: LeftOut, rows: usize) -> String {
        let (count, role) = (self.count(rows), self.role(role));
        match cause {
            LeftOut::LowCoverage => self.fill(Word::LeftOutCoverage, &[&count, role]),
            LeftOut::Driver { column } => {
                self.fill(Word::LeftOutDriver, &[&count, role, &self.driver(column)])
            }
        }
    }

    /// What is missing, and about when there will be enough of it.
    fn short_record(&self, rows: usize, needed: usize) -> String {
        let lacking = i64::try_from(needed.saturating_sub(rows)).unwrap_or(0);
        let days = match self.study.every {
            Every::Day => 1,
            Every::Week => 7,
            Every::Month => 31,
            Every::Year => 366,
        };
        let enough = self.view.model.record.to + Span::DAY.times(lacking.saturating_mul(days));
        let figures = [self.count(rows), self.count(needed), self.date(enough)];
        let [rows, needed, enough] = figures.each_ref().map(String::as_str);
        self.fill(Word::ShortRecord, &[rows, needed, enough])
    }

    /// The gravest finding.
    pub fn gravest(&self) -> String {
        let disqualifies = |finding: &&Finding| finding.severity() == Severity::Disqualifies;
        let findings = &self.study.findings;
        let gravest = findings.iter().find(disqualifies).or(findings.first());
        gravest.map_or_else(String::new, |finding| self.finding(finding))
    }

    /// How many rows count, of the baseline and of the reporting period.
    pub fn coverage(&self) -> String {
        let of = |role: Role| {
            let rows = || self.study.rows.iter().filter(|row| row.role == role);
            let counting = rows().filter(|row| row.left_out.is_none()).count();
            let figures = [counting.to_string(), self.count(rows().count())];
            self.fill(Word::CountedOf, &[&figures[0], &figures[1], self.role(role)])
        };
        format!("{} {}", of(Role::Baseline), of(Role::Reporting))
    }
}
