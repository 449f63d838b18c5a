//! The draft of a year's report on the use of energy: what the data answer is filled in.

use super::form::{Bounds, Entry, Form, Group, Item, over};
use super::held::Held;
use super::words::Word;
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::time::Date;
use millwatt::{Decimal, Indicator, Name};

/// Who and what the facility is: these stay from year to year.
const FACILITY: [(&str, Word); 9] = [
    ("name", Word::Facility),
    ("tax", Word::TaxCode),
    ("sector", Word::Sector),
    ("address", Word::Address),
    ("contact", Word::Contact),
    ("owner", Word::OwnerKind),
    ("began", Word::Began),
    ("manager", Word::EnergyManager),
    ("audit", Word::LastAudit),
];

/// Electricity that no meter of a log tells.
const ELECTRICITY: [(&str, Word); 3] =
    [("transformer", Word::Transformer), ("generated", Word::Generated), ("sold", Word::Sold)];

/// What was done, and what will be.
const MEASURES: [(&str, Word, Entry); 5] = [
    ("renewable", Word::Renewable, Entry::Line),
    ("done", Word::MeasuresDone, Entry::Lines),
    ("invested", Word::Invested, Entry::Number(Bounds::ANY)),
    ("saved", Word::Saved, Entry::Number(Bounds::ANY)),
    ("planned", Word::MeasuresPlanned, Entry::Lines),
];

/// A draft under way.
struct Draft<'d, 'f> {
    form: &'d Form<'f>,
    held: &'d Held<'d>,
    year: i32,
}

impl Form<'_> {
    /// The draft, and how many of its lines are answered of how many.
    pub(super) fn annual(&self, held: Option<&Held<'_>>) -> (Node, (usize, usize)) {
        let Some(held) = held else {
            return (self.missing("compliance.annual", self.text(Word::NoYear)), (0, 0));
        };
        let year = self.model.site.zone_rules().local(held.asked.from).date.year;
        let draft = Draft { form: self, held, year };
        let groups = draft.groups();
        let answered = self.answered(&groups);
        (draft.section(&groups, answered), answered)
    }
}

impl Draft<'_, '_> {
    fn section(&self, groups: &[Group], (known, of): (usize, usize)) -> Node {
        let form = self.form;
        let year = self.year.to_string();
        let due = Date { year: self.year.saturating_add(1), month: 1, day: 15 };
        let due = format::full_day(due, form.choice.language);
        let figures = [year, known.to_string(), of.to_string(), due];
        let title = form.fill(Word::AnnualTitle, &figures.each_ref().map(String::as_str));
        let carriers = self.carriers().shown().class("all");
        let carriers = node("div").class("scroll").with("tabindex", "0").child(carriers);
        let head = node("h4").text(self.marked(Word::CarriersHead));
        let mark = node("p").class("note").text(form.text(Word::Unchecked));
        let drawing = node("div").child(form.sheet(groups)).child(head).child(carriers).child(mark);
        let aid = form.text(Word::AnnualAid).to_owned();
        let section = Section::new("compliance.annual", title, aid, drawing);
        let section = section.coverage(self.coverage());
        form.section(section.method(form.text(Word::AnnualMethod).to_owned()))
    }

    /// How much of the year the figures are of.
    fn coverage(&self) -> String {
        let (held, asked) = self.held.days();
        let (held, asked) = (held.to_string(), asked.to_string());
        if self.held.is_whole() {
            return self.form.fill(Word::WholeYear, &[&asked]);
        }
        let last = self.held.held.to - millwatt::time::Span::from_milliseconds(1);
        let (from, to) = (self.form.date(self.held.held.from), self.form.date(last));
        self.form.fill(Word::PartOfYear, &[&held, &asked, &from, &to])
    }

    /// Words with the mark of what was not held against the law.
    fn marked(&self, word: Word) -> String {
        format!("{} †", self.form.text(word))
    }

    /// The name of an entry of this year.
    fn yearly(&self, name: &str) -> String {
        format!("compliance.annual.{}.{name}", self.year)
    }

    fn groups(&self) -> Vec<Group> {
        let group = |head: Word, items: Vec<Item>| (self.form.text(head).to_owned(), items);
        vec![
            group(Word::FacilityHead, self.facility()),
            group(Word::ProductionHead, self.production()),
            group(Word::ElectricityHead, self.electricity()),
            group(Word::SpecificHead, self.specific()),
            group(Word::MeasuresHead, self.measures()),
        ]
    }

    fn facility(&self) -> Vec<Item> {
        let site = self.form.model.site.name;
        let item = |(name, label): (&str, Word)| {
            let full = format!("compliance.annual.{name}");
            let shown = (name == "name" && !site.is_empty()).then(|| site.to_owned());
            Item { shown, ..Item::field(full, self.marked(label), Entry::Line) }
        };
        FACILITY.map(item).into()
    }

    /// A figure of the data; where they have none, a field for it.
    fn known(&self, name: &str, label: String, figure: Option<(Decimal, String)>) -> Item {
        match figure {
            Some(_) => Item::figure(label, figure, ""),
            None => Item::field(self.yearly(name), label, Entry::Number(Bounds::ANY)),
        }
    }

    fn shown(&self, value: Decimal, unit: &str) -> (Decimal, String) {
        let short = format::short(value, self.form.choice.language);
        (value, format::with_unit(&short, unit))
    }

    /// A figure of the main meter, with its unit.
    fn of_meter(&self, name: Name, part: &str) -> Option<(Decimal, String)> {
        let figure = self.held.figure(name, self.form.model.main(), part)?;
        Some(self.shown(figure.value?, &figure.unit.to_string()))
    }

    fn money(&self, value: Decimal) -> (Decimal, String) {
        (value, self.form.money(value))
    }

    fn production(&self) -> Vec<Item> {
        let unit = self.form.model.site.output_unit;
        let made = self.held.value(Name::Output, "", "").map(|made| self.shown(made, unit));
        let capacity = self.marked(Word::Capacity);
        vec![
            Item::field(self.yearly("product"), self.marked(Word::Product), Entry::Line),
            Item::field(self.yearly("capacity"), capacity, Entry::Number(Bounds::ANY)),
            self.known("output", self.marked(Word::Made), made),
        ]
    }

    fn electricity(&self) -> Vec<Item> {
        let main = self.form.model.main();
        let used = self.of_meter(Name::Energy, "");
        let mut items = vec![self.known("electricity", self.marked(Word::Purchased), used)];
        let bands = self.held.parts(Name::EnergyByBand);
        let bands = bands.filter(|band| band.asset.unwrap_or("") == main);
        for (place, band) in bands.enumerate() {
            let name = band.part.unwrap_or("");
            let label = format!("{} †", self.form.fill(Word::InBand, &[self.form.band_name(name)]));
            let energy = self.of_meter(Name::EnergyByBand, name);
            items.push(self.known(&format!("band{place}"), label, energy));
        }
        let peak = self.of_meter(Name::PeakDemand15, "");
        items.push(self.known("peak", self.marked(Word::MostDemand), peak));
        items.push(self.known("price", self.marked(Word::MeanPrice), self.mean_price()));
        items.extend(ELECTRICITY.map(|(name, label)| {
            Item::field(self.yearly(name), self.marked(label), Entry::Number(Bounds::ANY))
        }));
        items
    }

    /// Money before tax over energy; nothing where no tariff prices it.
    fn mean_price(&self) -> Option<(Decimal, String)> {
        let main = self.form.model.main();
        let cost =
            self.held.value(Name::CostBeforeTax, main, "").filter(|cost| cost.units() > 0)?;
        let price = over(cost, self.held.value(Name::Energy, main, "")?, 2)?;
        Some((price, format!("{}/kWh", self.form.money(price))))
    }

    fn specific(&self) -> Vec<Item> {
        let figure = |figure: &Indicator<'_>| {
            figure.value.map(|value| self.shown(value, &figure.unit.to_string()))
        };
        let electricity = self.held.figure(Name::SpecificEnergy, "", "").and_then(figure);
        let lacks = self.form.text(Key::NeedsOutput);
        let mut items =
            vec![Item::figure(self.marked(Word::SpecificElectricity), electricity, lacks)];
        items.extend(self.held.parts(Name::SpecificFuel).map(|fuel| {
            let name = self.form.carrier(fuel.part.unwrap_or(""));
            let label = format!("{} †", self.form.fill(Word::SpecificFuel, &[name]));
            Item::figure(label, figure(fuel), lacks)
        }));
        items
    }

    fn measures(&self) -> Vec<Item> {
        let item = |(name, label, entry): (&str, Word, Entry)| {
            Item::field(self.yearly(name), self.marked(label), entry)
        };
        MEASURES.map(item).into()
    }

    /// Electricity and fuels: how much, what it counts for, what it cost.
    fn carriers(&self) -> Table {
        let form = self.form;
        let heads = [
            form.text(Word::Carrier),
            form.text(Word::Amount),
            form.text(Key::Unit),
            "TOE",
            form.text(Word::CostHead),
        ];
        let main = form.model.main();
        let energy = self.held.value(Name::Energy, main, "");
        let cost = self.held.value(Name::Cost, main, "").filter(|cost| cost.units() > 0);
        let electricity = self.carrier_row("electricity", energy, "kWh", cost);
        let fuels = self.held.parts(Name::FuelUse).map(|fuel| {
            let name = fuel.part.unwrap_or("");
            let cost = self.held.value(Name::FuelCost, "", name);
            self.carrier_row(name, fuel.value, &fuel.unit.to_string(), cost)
        });
        let all = vec![
            Cell::from(form.text(Word::InAll)),
            "".into(),
            "".into(),
            self.toe(""),
            self.cell(self.held.value(Name::EnergyCost, "", "").map(|cost| self.money(cost))),
        ];
        Table::new(heads).rows([electricity]).rows(fuels).rows([all])
    }

    fn carrier_row(
        &self,
        name: &str,
        amount: Option<Decimal>,
        unit: &str,
        cost: Option<Decimal>,
    ) -> Vec<Cell> {
        vec![
            self.form.carrier(name).into(),
            self.cell(amount.map(|amount| self.shown(amount, ""))),
            unit.into(),
            self.toe(name),
            self.cell(cost.map(|cost| self.money(cost))),
        ]
    }

    fn toe(&self, part: &str) -> Cell {
        self.cell(self.held.value(Name::OilEquivalent, "", part).map(|toe| self.shown(toe, "")))
    }

    fn cell(&self, figure: Option<(Decimal, String)>) -> Cell {
        match figure {
            Some((exact, shown)) => Cell::figure(exact, shown),
            None => self.form.text(Key::Unknown).into(),
        }
    }
}
