//! Productivity of labour and capital, and growth that neither explains, from the accounts of four years.

use super::words::Word;
use super::years::{Accounts, Step, grown, mean};
use super::{Page, Systems};
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::Section;
use crate::view::compliance::form::{Bounds, Entry, thousandths};
use millwatt::Decimal;
use millwatt::management::productivity::Year;
use millwatt::units::Money;

/// How many years are compared: three steps, of which the mean is told.
const YEARS: usize = 4;

/// What is entered of a year.
const ENTERED: [(&str, Word); 6] = [
    ("output", Word::OutputValue),
    ("input", Word::IntermediateCost),
    ("capital", Word::Capital),
    ("labour", Word::LabourIncome),
    ("workers", Word::Workers),
    ("prices", Word::Prices),
];
/// Those without which there is no figure; prices are 100 where nobody enters any.
const NEEDED: usize = 5;

/// How a figure of a year is told.
#[derive(Clone, Copy)]
enum Told {
    Money,
    Share,
    Ratio,
}

type Figure = fn(&Year) -> Option<Decimal>;

/// What a year's accounts come to.
const FIGURES: [(Word, Figure, Told); 5] = [
    (Word::LabourProductivity, Year::labour_productivity, Told::Money),
    (Word::CapitalProductivity, Year::capital_productivity, Told::Ratio),
    (Word::CapitalIntensity, Year::capital_intensity, Told::Money),
    (Word::ValueAddedRatio, Year::value_added_ratio, Told::Share),
    (Word::LabourShare, Year::labour_share, Told::Share),
];

type Share = fn(&Step) -> f64;

/// What one step of growth is made of.
const STEPS: [(Word, Share); 4] = [
    (Word::GrowthValueAdded, |step| step.value_added),
    (Word::GrowthByCapital, |step| step.growth.by_capital),
    (Word::GrowthByLabour, |step| step.growth.by_labour),
    (Word::GrowthTfp, |step| step.growth.tfp),
];

impl Systems<'_> {
    pub(super) fn productivity(&self) -> Page {
        let last = self.year;
        let years: Vec<i32> =
            (1..=YEARS as i32).rev().map(|back| last.saturating_sub(back)).collect();
        let accounts: Vec<Option<Accounts>> =
            years.iter().map(|year| self.accounts(*year)).collect();
        let steps: Vec<Option<Step>> = accounts
            .iter()
            .zip(accounts.iter().skip(1))
            .map(|(before, after)| grown(before.as_ref()?, after.as_ref()?))
            .collect();
        let title = self.productivity_title(&years, &accounts, &steps);
        let table = self.entries_of(&years);
        let table = table.child(self.figures_of(&accounts)).child(self.growth_of(&steps));
        let drawing = node("div").class("scroll matrix").with("tabindex", "0").child(table);
        let aid = self.text(Word::ProductivityAid).to_owned();
        let section = Section::new("systems.productivity", title, aid, drawing);
        let method = self.text(Word::ProductivityMethod).to_owned();
        let known = accounts.iter().flatten().count() * NEEDED;
        (self.section(section.method(method)), (known, YEARS * NEEDED))
    }

    fn entry_of(year: i32, name: &str) -> String {
        format!("systems.productivity.{year}.{name}")
    }

    /// The accounts of a year, where all that is needed was entered.
    fn accounts(&self, year: i32) -> Option<Accounts> {
        let number = |name: &str| self.entered(&Self::entry_of(year, name), Bounds::ANY);
        let money = |name: &str| Some(Money::from_thousandths(thousandths(number(name)?)));
        let prices = number("prices").map_or(100.0, Decimal::to_f64);
        let year = Year {
            output_value: money("output")?,
            intermediate_cost: money("input")?,
            capital: money("capital")?,
            labour_income: money("labour")?,
            workers_thousandths: i64::try_from(thousandths(number("workers")?)).ok()?,
        };
        (prices > 0.0).then_some(Accounts { year, prices })
    }

    fn productivity_title(
        &self,
        years: &[i32],
        accounts: &[Option<Accounts>],
        steps: &[Option<Step>],
    ) -> String {
        if let Some(tfp) = mean(steps).and_then(|mean| Decimal::from_f64(mean, 6)) {
            return self.fill(Word::ProductivityTitle, &[&self.percent(tfp)]);
        }
        let latest = years.iter().zip(accounts).rev().find_map(|(year, accounts)| {
            Some((year, accounts.as_ref()?.year.labour_productivity()?))
        });
        match latest {
            Some((year, value)) => {
                self.fill(Word::ProductivityPart, &[&year.to_string(), &self.money(value)])
            }
            None => self.text(Word::ProductivityUnknown).to_owned(),
        }
    }

    /// The table's head, and a row of fields for each thing entered.
    fn entries_of(&self, years: &[i32]) -> Node {
        let head = |text: String| node("th").with("scope", "col").text(text);
        let heads = [self.text(Word::OfYear).to_owned()].into_iter();
        let heads = heads.chain(years.iter().map(i32::to_string)).map(head);
        let rows = ENTERED.map(|(name, label)| {
            let label = match name {
                "workers" | "prices" => self.text(label).to_owned(),
                _ => format!("{} ({})", self.text(label), self.model.site.currency),
            };
            let cells = years.iter().map(|year| {
                let told = format!("{label}, {year}");
                self.cell(&Self::entry_of(*year, name), &told, &Entry::Number(Bounds::ANY))
            });
            let name = node("th").with("scope", "row").text(&label);
            node("tr").child(name).children(cells)
        });
        let table = node("table").child(node("thead").child(node("tr").children(heads)));
        table.child(node("tbody").children(rows))
    }

    fn figures_of(&self, accounts: &[Option<Accounts>]) -> Node {
        let rows = FIGURES.map(|(label, figure, told)| {
            let cells = accounts.iter().map(|accounts| {
                let value = accounts.as_ref().and_then(|accounts| figure(&accounts.year));
                self.told(value.map(|value| match told {
                    Told::Money => (value, self.money(value)),
                    Told::Share => self.share(value),
                    Told::Ratio => self.brief(value, ""),
                }))
            });
            let name = node("th").with("scope", "row").text(self.text(label));
            node("tr").child(name).children(cells)
        });
        node("tbody").children(rows)
    }

    /// A row for each part of growth; the first year has none.
    fn growth_of(&self, steps: &[Option<Step>]) -> Node {
        let rows = STEPS.map(|(label, part)| {
            let cells = steps.iter().map(|step| {
                let value = step.as_ref().and_then(|step| Decimal::from_f64(part(step), 6));
                self.told(value.map(|value| self.share(value)))
            });
            let name = node("th").with("scope", "row").text(self.text(label));
            node("tr").child(name).child(node("td").text("–")).children(cells)
        });
        node("tbody").children(rows)
    }

    fn told(&self, figure: Option<(Decimal, String)>) -> Node {
        match figure {
            Some((exact, shown)) => node("td").with("data-value", exact).text(shown),
            None => node("td").class("hand").text(self.text(Key::Unknown)),
        }
    }
}
