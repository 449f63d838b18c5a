//! Sheets that the data fill as far as they can, and people the rest.

use super::entry;
use super::words::Word;
use crate::chart::clipped;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::View;
use crate::view::actions::Entries;
use millwatt::Decimal;
use millwatt::decimal::power_of_ten;
use std::ops::Deref;

/// Room for what was typed in the sentence about it.
const QUOTED: f64 = 260.0;

/// Between which numbers an entry may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) struct Bounds {
    /// The least.
    pub least: i64,
    /// The most; `i64::MAX` for no bound.
    pub most: i64,
}

impl Bounds {
    /// Any amount.
    pub const ANY: Self = Self::to(i64::MAX);

    /// From zero.
    pub const fn to(most: i64) -> Self {
        Self { least: 0, most }
    }
}

/// What a person gives for a line.
#[derive(Debug, Clone)]
pub(in crate::view) enum Entry {
    /// Nothing: the data answer.
    Nothing,
    /// Nothing either, but the data lack something: what, and how to get it.
    Lacks(String),
    /// A line of words.
    Line,
    /// Several lines.
    Lines,
    /// A number.
    Number(Bounds),
}

/// One line of a sheet.
#[derive(Debug, Clone)]
pub(in crate::view) struct Item {
    /// Its whole name among entries; empty where nothing is entered.
    pub name: String,
    /// What it is about.
    pub label: String,
    /// What the data say.
    pub shown: Option<String>,
    /// The exact figure behind that.
    pub exact: Option<Decimal>,
    /// What a person gives.
    pub entry: Entry,
}

impl Item {
    /// A line that a person fills in.
    pub fn field(name: String, label: String, entry: Entry) -> Self {
        Self { name, label, shown: None, exact: None, entry }
    }

    /// A line that the data fill in; `lacks` says what is missing where they cannot.
    pub fn figure(label: String, figure: Option<(Decimal, String)>, lacks: &str) -> Self {
        let entry = match figure {
            Some(_) => Entry::Nothing,
            None => Entry::Lacks(lacks.to_owned()),
        };
        let (exact, shown) = figure.unzip();
        Self { name: String::new(), label, shown, exact, entry }
    }
}

/// Lines under a head of their own.
pub(in crate::view) type Group = (String, Vec<Item>);

/// The view with what people entered.
#[derive(Debug)]
pub(in crate::view) struct Form<'f> {
    view: &'f View<'f>,
    entries: Entries<'f>,
}

impl<'f> Deref for Form<'f> {
    type Target = View<'f>;

    fn deref(&self) -> &View<'f> {
        self.view
    }
}

impl<'f> Form<'f> {
    /// Looks up what was entered.
    pub fn new(view: &'f View<'f>) -> Self {
        Self { view, entries: view.entries() }
    }

    /// Words that were entered.
    pub fn typed(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A number that was entered, where it is one within its bounds.
    pub fn entered(&self, name: &str, bounds: Bounds) -> Option<Decimal> {
        self.judged(name, bounds).ok().flatten()
    }

    /// The same, or a sentence that says what is wrong.
    fn judged(&self, name: &str, bounds: Bounds) -> Result<Option<Decimal>, String> {
        let Some(text) = self.typed(name) else { return Ok(None) };
        let quoted = clipped(text, QUOTED);
        let Some(number) = entry::read(text, self.choice.language) else {
            return Err(self.fill(Word::NotANumber, &[&quoted]));
        };
        let whole = |bound: i64| self.exact(Decimal::new(bound.into(), 0));
        match number.to_f64() {
            value if value < bounds.least as f64 => {
                Err(self.fill(Word::TooSmall, &[&quoted, &whole(bounds.least)]))
            }
            value if value > bounds.most as f64 => {
                Err(self.fill(Word::TooLarge, &[&quoted, &whole(bounds.most)]))
            }
            _ => Ok(Some(number)),
        }
    }

    /// Whether data or a person answer a line.
    pub fn is_answered(&self, item: &Item) -> bool {
        item.shown.is_some()
            || match item.entry {
                Entry::Nothing | Entry::Lacks(_) => false,
                Entry::Line | Entry::Lines => self.typed(&item.name).is_some(),
                Entry::Number(bounds) => self.entered(&item.name, bounds).is_some(),
            }
    }

    /// How many lines are answered, of how many.
    pub fn answered(&self, groups: &[Group]) -> (usize, usize) {
        let items = || groups.iter().flat_map(|(_, items)| items);
        (items().filter(|item| self.is_answered(item)).count(), items().count())
    }

    /// What a person enters under a name.
    pub fn control(&self, name: &str, entry: &Entry) -> Node {
        let named =
            |control: Node| control.with("id", name).with("data-act", format!("edit:{name}"));
        let typed = self.typed(name).unwrap_or_default();
        match entry {
            Entry::Nothing => node("span"),
            Entry::Lacks(words) => node("span").class("missing").text(words),
            Entry::Line => named(node("input").with("type", "text")).with("value", typed),
            Entry::Lines => named(node("textarea").with("rows", "2")).text(typed),
            Entry::Number(bounds) => {
                let judged = self.judged(name, *bounds);
                let shown = match &judged {
                    Ok(Some(number)) => self.exact(*number),
                    _ => typed.to_owned(),
                };
                let input = named(node("input").with("type", "text")).with("value", shown);
                let input = input.with("inputmode", "decimal").with("data-number", "");
                let wrong = judged
                    .err()
                    .map(|told| node("p").class("missing").with("role", "alert").text(told));
                let input =
                    if wrong.is_some() { input.with("aria-invalid", "true") } else { input };
                node("div").child(input).children(wrong)
            }
        }
    }

    /// The same in a table's cell whose row and head alone say what it is: `label` is for those who cannot
    /// see them.
    pub fn cell(&self, name: &str, label: &str, entry: &Entry) -> Node {
        let label = node("label").class("quiet").with("for", name).text(label);
        node("td").child(label).child(self.control(name, entry))
    }

    /// A sheet of lines: what it is about, what the data say, what a person enters.
    pub fn sheet(&self, groups: &[Group]) -> Node {
        let heads = [Word::Topic, Word::FromData, Word::ToEnter];
        let heads = heads.map(|word| node("th").with("scope", "col").text(self.text(word)));
        let table = node("table").class("sheet prose");
        let table = table.child(node("thead").child(node("tr").children(heads)));
        table.children(groups.iter().map(|(head, items)| {
            let head = (!head.is_empty()).then(|| group_head(head, 3));
            node("tbody").children(head).children(items.iter().map(|item| self.line(item)))
        }))
    }

    fn line(&self, item: &Item) -> Node {
        let is_field = !matches!(item.entry, Entry::Nothing | Entry::Lacks(_));
        let name = node("th").with("scope", "row");
        let name = match is_field {
            true => name.child(node("label").with("for", &item.name).text(&item.label)),
            false => name.text(&item.label),
        };
        let figure = match (&item.shown, item.exact) {
            (Some(shown), Some(exact)) => node("td").with("data-value", exact).text(shown),
            (Some(shown), None) => node("td").text(shown),
            (None, _) if is_field => node("td").class("by-hand").text(self.text(Word::ByHand)),
            (None, _) => node("td").class("hand").text(self.text(Key::Unknown)),
        };
        let given = match item.entry {
            Entry::Nothing => None,
            _ => Some(self.control(&item.name, &item.entry)),
        };
        node("tr").child(name).child(figure).child(node("td").children(given))
    }
}

/// A row that heads the rows below it.
pub(in crate::view) fn group_head(head: &str, columns: u8) -> Node {
    let head = node("th").with("scope", "rowgroup").with("colspan", columns).text(head);
    node("tr").class("group").child(head)
}

/// One figure over another; `None` where there is nothing to divide by.
pub(in crate::view) fn over(one: Decimal, other: Decimal, places: u8) -> Option<Decimal> {
    let numerator = one.units().checked_mul(power_of_ten(other.places()))?;
    let denominator = other.units().checked_mul(power_of_ten(one.places()))?;
    Decimal::quotient(numerator, denominator, places)
}

/// A figure in thousandths, as amounts and money count.
pub(in crate::view) fn thousandths(value: Decimal) -> i128 {
    let value = value.rounded(3);
    value.units().saturating_mul(power_of_ten(3_u8.saturating_sub(value.places())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_different_places_divide() {
        let (one, other) = (Decimal::new(15, 1), Decimal::new(300, 2));
        assert_eq!(over(one, other, 3).map(|share| share.to_string()).as_deref(), Some("0.5"));
        assert_eq!(over(one, Decimal::new(0, 2), 3), None);
        assert_eq!((thousandths(one), thousandths(Decimal::new(12_345, 4))), (1_500, 1_235));
    }
}
