//! The score sheet of technology level and capability.

use super::form::{Bounds, Entry, Form, Group as Lines, Item, group_head};
use super::held::Held;
use super::score::{self, Accounts, LABOUR, sheet};
use super::words::Word;
use crate::chart::bars::{Part, stacked};
use crate::chart::clipped;
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table};
use millwatt::management::circular_17::{CRITERIA, Group, Row, SHEET, Total, score};
use millwatt::{Decimal, Name};

/// What the sheet is worth in all.
const WHOLE: i64 = 100;

/// What criteria 5 and 8 are computed from.
const ACCOUNTS: [(&str, Word); 4] = [
    ("value", Word::ProductionValue),
    ("material", Word::MaterialCost),
    ("workers", Word::Workers),
    ("norm", Word::Norm),
];

/// From how many points on a class begins, and the coefficient that goes with it.
const CLASSES: [(&str, Word); 4] = [
    ("class1", Word::ClassMedium),
    ("class2", Word::ClassFair),
    ("class3", Word::ClassAdvanced),
    ("coherence", Word::Coherence),
];

fn entry(name: impl std::fmt::Display) -> String {
    format!("compliance.circular17.{name}")
}

const fn head(group: Group) -> (&'static str, Word) {
    match group {
        Group::T => ("T", Word::GroupT),
        Group::E => ("E", Word::GroupE),
        Group::O => ("O", Word::GroupO),
        Group::R => ("R", Word::GroupR),
        Group::I => ("I", Word::GroupI),
    }
}

impl Form<'_> {
    fn account(&self, name: &str) -> Option<Decimal> {
        self.entered(&entry(name), Bounds::ANY)
    }

    fn accounts(&self) -> Accounts {
        Accounts {
            value: self.account("value"),
            material: self.account("material"),
            workers: self.account("workers"),
            norm: self.account("norm"),
        }
    }

    pub(super) fn circular17(&self, held: Option<&Held<'_>>) -> Node {
        let accounts = self.accounts();
        let number = |criterion: u8, what: &str, bound: u8| {
            let name = entry(format_args!("{criterion}.{what}"));
            self.entered(&name, Bounds::to(bound.into()))
        };
        let name = |criterion: u8| self.typed(&entry(format_args!("{criterion}.name")));
        let rows = sheet(name, number, accounts.proposed());
        let total = score(&rows, None);
        let title = self.score_title(&total);
        let bars = (total.points.units() > 0).then(|| self.by_group(&rows, &title));
        let sheet = self.sheet(&self.what_is_known(&accounts, held));
        let drawing = node("div").children(bars).child(sheet);
        let mark = node("p").class("note").text(self.text(Word::Unchecked));
        let drawing = drawing.child(self.criteria(&rows, &accounts)).child(mark);
        let aid = self.text(Word::ScoreAid).to_owned();
        let section = Section::new("compliance.circular17", title, aid, drawing);
        let section = section.coverage(self.text(Word::Unchecked).to_owned());
        let section = section.table(self.group_table(&rows));
        self.section(section.method(self.text(Word::ScoreMethod).to_owned()))
    }

    fn score_title(&self, total: &Total) -> String {
        let points = self.exact(total.points);
        if total.is_provisional() {
            return self.fill(Word::Provisional, &[&points, &total.open.to_string()]);
        }
        let class = self.class_of(total.points);
        self.fill(Word::ScoreTotal, &[&points, self.text(class)])
    }

    /// The class by the limits that were entered; no limit is built in.
    fn class_of(&self, points: Decimal) -> Word {
        let bounds = Bounds::to(WHOLE);
        let limit = |(name, _): (&str, Word)| self.entered(&entry(name), bounds);
        let [medium, fair, advanced, _] = CLASSES.map(limit);
        let Some(((medium, fair), advanced)) = medium.zip(fair).zip(advanced) else {
            return Word::NoClass;
        };
        let reaches = |limit: Decimal| points.to_f64() >= limit.to_f64();
        match (reaches(advanced), reaches(fair), reaches(medium)) {
            (true, _, _) => Word::ClassAdvanced,
            (_, true, _) => Word::ClassFair,
            (_, _, true) => Word::ClassMedium,
            _ => Word::ClassLow,
        }
    }

    /// What each group has of what it can give.
    fn by_group(&self, rows: &[Row<'_>; CRITERIA], title: &str) -> Node {
        let room = self.room();
        let bars = Group::ALL.map(|group| {
            let (letter, word) = head(group);
            let points = score(rows, Some(group)).points;
            let (given, most) = (points.to_f64(), f64::from(group.most()));
            let told = self.of_most(points, group);
            let part =
                |value: f64, class| Part { value: value.max(0.0), class, hint: told.clone() };
            let parts = vec![part(given, "energy"), part(most - given, "track")];
            let name = clipped(&format!("{letter} · {}", self.text(word)), room.names - 8.0);
            (name, parts, told)
        });
        stacked(room, &bars, title)
    }

    fn of_most(&self, points: Decimal, group: Group) -> String {
        format!("{} / {}", self.exact(points), group.most())
    }

    fn group_table(&self, rows: &[Row<'_>; CRITERIA]) -> Table {
        let heads = [Word::GroupHead, Word::Points, Word::Most, Word::Open];
        let lines = Group::ALL.map(|group| {
            let (letter, word) = head(group);
            let total = score(rows, Some(group));
            vec![
                Cell::from(format!("{letter} · {}", self.text(word))),
                Cell::figure(total.points, self.exact(total.points)),
                group.most().to_string().into(),
                total.open.to_string().into(),
            ]
        });
        Table::new(heads.map(|word| self.text(word))).rows(lines)
    }

    /// What criteria 5 and 8 are computed from, and what a class is read from.
    fn what_is_known(&self, accounts: &Accounts, held: Option<&Held<'_>>) -> Vec<Lines> {
        let field = |(name, label): (&str, Word), bounds| {
            let label = match name {
                "value" | "material" | "norm" => {
                    format!("{} ({})", self.text(label), self.model.site.currency)
                }
                _ => self.text(label).to_owned(),
            };
            Item::field(entry(name), label, Entry::Number(bounds))
        };
        let cost = held.and_then(|held| {
            held.in_full(held.value(Name::EnergyCost, "", "")?).filter(|cost| cost.units() > 0)
        });
        let share = cost.and_then(|cost| accounts.energy_share(cost));
        let label = |word: Word| self.text(word).to_owned();
        let cost = cost.map(|cost| (cost, self.money(cost)));
        let share = share.map(|share| (share, self.percent(share)));
        let labour = accounts.labour_productivity().map(|value| (value, self.money(value)));
        let lacks = self.text(Word::NeedsAccounts);
        let mut items: Vec<Item> = ACCOUNTS.map(|one| field(one, Bounds::ANY)).into();
        items.extend([
            Item::figure(label(Word::YearlyCost), cost, self.text(Word::NeedsCost)),
            Item::figure(label(Word::EnergyShare), share, lacks),
            Item::figure(label(Word::LabourProductivity), labour, lacks),
        ]);
        let classes = CLASSES.map(|one| field(one, Bounds::to(WHOLE))).into();
        vec![(label(Word::AccountsHead), items), (label(Word::ClassesHead), classes)]
    }

    fn criteria(&self, rows: &[Row<'_>; CRITERIA], accounts: &Accounts) -> Node {
        let heads = [Word::Criterion, Word::Most, Word::Points];
        let heads = heads.map(|word| node("th").with("scope", "col").text(self.text(word)));
        let table = node("table").class("sheet prose");
        let mut table = table.child(node("thead").child(node("tr").children(heads)));
        for group in Group::ALL {
            let (letter, word) = head(group);
            let told = self.of_most(score(rows, Some(group)).points, group);
            let title = format!("{letter} · {}: {told}", self.text(word));
            let numbered = (1..).zip(rows).filter(|(number, _)| group.criteria().contains(number));
            let lines = numbered.map(|(number, row)| self.criterion(number, row, accounts));
            let body = node("tbody").child(group_head(&title, 3)).children(lines);
            table = table.child(body);
        }
        table
    }

    /// One criterion: its words and most points where public pages give them, fields where not.
    fn criterion(&self, number: u8, row: &Row<'_>, accounts: &Accounts) -> Node {
        let place = usize::from(number) - 1;
        let is_known = SHEET.get(place).is_some_and(|shipped| !shipped.asks.is_empty());
        let of = |what: Word| self.fill(what, &[&number.to_string()]);
        let named = |what: &str| entry(format_args!("{number}.{what}"));
        let name = node("th").with("scope", "row").text(format!("{number}. "));
        let (name, most) = if is_known {
            let most = row.most.map_or_else(String::new, |most| most.to_string());
            (name.text(row.asks).text(" †"), node("td").text(most))
        } else {
            let label = node("label").class("quiet").with("for", named("name"));
            let label = label.text(of(Word::CriterionName));
            let words = self.control(&named("name"), &Entry::Line);
            let bounds = Bounds::to(score::group(number).most().into());
            let most = self.cell(&named("most"), &of(Word::CriterionMost), &Entry::Number(bounds));
            (name.child(label).child(words), most)
        };
        let bounds = Bounds::to(score::most(number, row).into());
        let points =
            self.cell(&named("points"), &of(Word::CriterionPoints), &Entry::Number(bounds));
        let proposed = accounts.proposed().filter(|_| number == LABOUR);
        let proposed = proposed.map(|points| {
            let points = self.exact(Decimal::new(points.into(), 2));
            node("p").class("note").text(self.fill(Word::Proposed, &[&points]))
        });
        node("tr").child(name).child(most).child(points.children(proposed))
    }
}
