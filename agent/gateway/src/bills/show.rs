//! The bills as a page of text.

use super::Report;
use super::account::{Carrier, MonthAccount};
use super::baseline::{CONFIDENCE, Model};
use super::format::{UNKNOWN, aligned};
use super::plan::Line;
use super::sentences::{effort, sure, verdict, what, why, worth};
use super::table::Bill;
use super::words::Text;
use crate::language::Language;
use millwatt::Decimal;
use millwatt::units::Money;

/// The page in a language.
pub fn text(report: &Report, language: Language) -> String {
    let mut page = Page { report, language, text: String::new() };
    page.months();
    page.totals();
    page.per_output();
    page.baseline();
    page.plan();
    page.notes();
    page.sources();
    page.text
}

/// A page that grows.
struct Page<'a> {
    report: &'a Report,
    language: Language,
    text: String,
}

/// A figure that may be missing, of one month.
fn of_month(top: Option<i128>, bottom: Option<i128>, places: u8) -> Option<Decimal> {
    top.zip(bottom).and_then(|(top, bottom)| Decimal::quotient(top, bottom, places))
}

impl Page<'_> {
    fn put(&mut self, key: Text, figures: &[&str]) {
        let line = key.fill(self.language, figures);
        self.text.push_str(&line);
        self.text.push('\n');
    }

    /// A title, below an empty line.
    fn title(&mut self, key: Text, figures: &[&str]) {
        self.text.push('\n');
        self.put(key, figures);
    }

    /// A figure with its sentence, where it is known.
    fn put_known(&mut self, key: Text, value: Option<Decimal>, places: u8) {
        if let Some(value) = value {
            let (figure, report) = (self.language.figure(value, places), self.report);
            self.put(key, &[&figure, &report.bills.unit]);
        }
    }

    fn months(&mut self) {
        let (report, language) = (self.report, self.language);
        let bills = &report.bills;
        let count = bills.bills.len().to_string();
        let [first, last] = [bills.first(), bills.last()].map(|month| month.shown(language));
        self.put(Text::Heading, &[&bills.file, &count, &first, &last]);
        let mut rows = vec![self.column_names()];
        let months = bills.bills.iter().zip(&report.account.months);
        rows.extend(months.map(|(bill, month)| self.row(bill, month)));
        self.text.push('\n');
        self.text.push_str(&aligned(&rows));
    }

    fn column_names(&self) -> Vec<String> {
        let unit = self.report.bills.unit.as_str();
        let word = |key: Text| key.of(self.language).to_owned();
        vec![
            word(Text::Month),
            "kWh".to_owned(),
            "đ/kWh".to_owned(),
            Text::OutputIn.fill(self.language, &[unit]),
            format!("kWh/{unit}"),
            format!("đ/{unit}"),
            "cos φ".to_owned(),
            "TOE".to_owned(),
            "tCO2e".to_owned(),
        ]
    }

    fn row(&self, bill: &Bill, month: &MonthAccount) -> Vec<String> {
        let language = self.language;
        let amount = |value: Option<i128>| {
            language.maybe(value.map(|thousandths| Decimal::new(thousandths, 3)), 1)
        };
        vec![
            bill.month.shown(language),
            amount(bill.kwh),
            language.maybe(of_month(bill.cost, bill.kwh, 3), 0),
            amount(bill.output),
            language.maybe(of_month(bill.kwh, bill.output, 6), 3),
            language.maybe(of_month(bill.cost, bill.output, 3), 0),
            language.maybe(month.power_factor, 2),
            language.maybe(month.oil.map(|oil| oil.toe()), 2),
            language.maybe(month.fossil.map(|carbon| carbon.tonnes()), 2),
        ]
    }

    fn totals(&mut self) {
        self.title(Text::Totals, &[]);
        let report = self.report;
        let account = &report.account;
        for carrier in &account.carriers {
            self.carrier(carrier);
        }
        let (cost, price) = (account.cost, self.language.maybe(account.price, 0));
        if cost.months > 0 {
            let paid = self.language.money(Money::from_thousandths(cost.thousandths));
            self.put(Text::TotalCost, &[&paid, &price, &cost.months.to_string()]);
        }
        if account.fuel_cost.months > 0 {
            let fuel_cost = account.fuel_cost;
            let paid = self.language.money(Money::from_thousandths(fuel_cost.thousandths));
            self.put(Text::TotalFuelCost, &[&paid, &fuel_cost.months.to_string()]);
        }
        if let Some(output) = account.output.figure() {
            let made = self.language.figure(output, 1);
            let months = account.output.months.to_string();
            self.put(Text::TotalOutput, &[&made, &report.bills.unit, &months]);
        }
        self.energy();
        self.carbon();
        self.reactive();
    }

    fn carrier(&mut self, carrier: &Carrier) {
        let Some(amount) = carrier.amount.figure() else { return };
        let (name, unit) = self.name_and_unit(carrier);
        let share = self.report.account.oil_share(carrier).map_or(0.0, |share| share.to_f64());
        let figures = [
            self.language.figure(amount, 1),
            carrier.amount.months.to_string(),
            self.language.figure(carrier.burnt.oil.toe(), 2),
            self.language.percent(share),
        ];
        let [amount, months, oil, share] = &figures;
        self.put(Text::TotalCarrier, &[&name, amount, &unit, months, oil, share]);
    }

    fn name_and_unit(&self, carrier: &Carrier) -> (String, String) {
        let fuel = carrier.fuel.and_then(|fuel| self.report.factors.fuels.get(fuel));
        match fuel {
            Some(fuel) => (fuel.name(self.language).to_owned(), fuel.unit.clone()),
            None => (Text::Electricity.of(self.language).to_owned(), "kWh".to_owned()),
        }
    }

    /// `whole` or the number of months that are.
    fn wholeness(&self, months: usize) -> String {
        let all = self.report.bills.bills.len();
        if months == all {
            return String::new();
        }
        Text::AtLeast.fill(self.language, &[&months.to_string(), &all.to_string()])
    }

    fn energy(&mut self) {
        let report = self.report;
        let account = &report.account;
        let oil = self.language.figure(account.burnt.oil.toe(), 3);
        let whole = self.wholeness(account.oil_months);
        self.put(Text::TotalOil, &[&oil, &whole]);
        let year = account.designated;
        let [from, to] = [year.from, year.to].map(|month| month.shown(self.language));
        let oil = self.language.figure(year.oil.toe(), 3);
        let share = self.language.percent(year.share.to_f64());
        let months = year.months.to_string();
        self.put(Text::Designated, &[&from, &to, &oil, &share, &months]);
    }

    fn carbon(&mut self) {
        let report = self.report;
        let account = &report.account;
        let whole = self.wholeness(account.carbon_months);
        let fossil = self.language.figure(account.burnt.fossil.tonnes(), 3);
        let biogenic = self.language.figure(account.burnt.biogenic.tonnes(), 3);
        self.put(Text::TotalCarbon, &[&fossil, &whole, &biogenic]);
    }

    fn reactive(&mut self) {
        let report = self.report;
        let account = &report.account;
        let Some(factor) = account.power_factor else { return };
        let factor = self.language.figure(factor, 3);
        let charged = account.months.iter().filter(|month| month.is_charged()).count().to_string();
        let paid = self.language.money(Money::from_thousandths(account.charge.thousandths));
        let applies = match account.is_charge_proved {
            true => Text::ChargeProved,
            false => Text::ChargeDepends,
        };
        let applies = applies.of(self.language);
        let months = account.kvarh.months.to_string();
        self.put(Text::TotalReactive, &[&factor, &months, &charged, &paid, applies]);
    }

    fn per_output(&mut self) {
        let report = self.report;
        let per = report.account.per_output;
        if report.account.output.months == 0 {
            return;
        }
        self.title(Text::PerOutput, &[&report.bills.unit]);
        self.put_known(Text::PerKwh, per.kwh, 3);
        self.put_known(Text::PerCost, per.cost, 0);
        self.put_known(Text::PerEnergyCost, per.energy_cost, 0);
        let is_fuel = |carrier: &&Carrier| carrier.fuel.is_some();
        for carrier in report.account.carriers.iter().filter(is_fuel) {
            self.fuel_per_output(carrier);
        }
        self.put_known(Text::PerOil, per.oil, 4);
        self.put_known(Text::PerFossil, per.fossil, 4);
        self.put_known(Text::PerBiogenic, per.biogenic, 4);
    }

    /// Tonnes are told as kilograms: a unit of output takes little.
    fn fuel_per_output(&mut self, carrier: &Carrier) {
        let Some(per) = carrier.per_output else { return };
        let (name, fuel_unit) = self.name_and_unit(carrier);
        let (per, fuel_unit) = match fuel_unit.as_str() {
            "t" => (Decimal::new(per.units() * 1_000, per.places()), "kg"),
            other => (per, other),
        };
        let (figure, report) = (self.language.figure(per, 3), self.report);
        self.put(Text::PerFuel, &[&figure, fuel_unit, &name, &report.bills.unit]);
    }

    fn baseline(&mut self) {
        let report = self.report;
        let baseline = &report.baseline;
        let title = match baseline.valid() {
            Some(_) => Text::BaselineTitle,
            None => Text::NoBaselineTitle,
        };
        self.title(title, &[&baseline.months.len().to_string()]);
        if let Ok(model) = &baseline.model {
            self.model(model);
        }
        for (_, sentence) in verdict(report, self.language) {
            self.put(Text::Point, &[&sentence]);
        }
    }

    fn model(&mut self, model: &Model) {
        let (report, language) = (self.report, self.language);
        let sign = if model.slope.value < 0.0 { "−" } else { "+" };
        let base = language.number(model.intercept.value, 0);
        let slope = language.number(model.slope.value.abs(), 4);
        self.put(Text::Equation, &[&base, sign, &slope, &report.bills.unit]);
        let panel = &model.panel;
        let cv = panel.cv_rmse.map_or_else(|| UNKNOWN.to_owned(), |cv| language.percent(cv));
        let [r2, f] = [panel.r2, panel.f].map(|figure| language.number(figure, 3));
        let [f_p, p] = [panel.f_p, model.slope.p].map(|p| language.probability(p));
        self.put(Text::PanelLine, &[&r2, &f, &f_p, &p, &cv]);
        self.base_load(model);
    }

    fn base_load(&mut self, model: &Model) {
        let (Some(base), Some(share)) = (model.base(), model.base_share()) else { return };
        let language = self.language;
        let figures = [base, model.band].map(|kwh| language.number(kwh, 0));
        let [kwh, band] = &figures;
        let confidence = language.percent(CONFIDENCE);
        self.put(Text::BaseLoad, &[kwh, band, &confidence, &language.percent(share)]);
        if let Some(price) = self.report.account.price {
            let money = language.number(base * price.to_f64(), 0);
            self.put(Text::BaseLoadMoney, &[&money, &language.figure(price, 0)]);
        }
    }

    fn plan(&mut self) {
        self.title(Text::PlanTitle, &[]);
        let report = self.report;
        for (number, line) in (1..).zip(&report.plan) {
            self.line(number, line);
        }
        if report.plan.is_empty() {
            self.put(Text::PlanEmpty, &[]);
        }
    }

    fn line(&mut self, number: usize, line: &Line) {
        let (report, language) = (self.report, self.language);
        self.put(Text::PlanWhat, &[&number.to_string(), &what(report, line, language)]);
        self.put(Text::PlanWhy, &[&why(report, line, language)]);
        self.put(Text::PlanWorth, &[&worth(report, line, language)]);
        self.put(Text::PlanEffort, &[effort(line).of(language)]);
        self.put(Text::PlanSure, &[sure(line).of(language)]);
    }

    fn notes(&mut self) {
        let report = self.report;
        if report.notes.is_empty() {
            return;
        }
        self.title(Text::NotesTitle, &[]);
        for note in &report.notes {
            let text = note.text(&report.factors, self.language);
            self.put(Text::Point, &[&text]);
        }
    }

    fn sources(&mut self) {
        let report = self.report;
        self.title(Text::SourcesTitle, &[&report.factors.file]);
        for (name, source) in report.sources(self.language) {
            self.put(Text::Source, &[&name, source]);
        }
    }
}
