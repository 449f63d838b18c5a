//! Effectiveness of every machine: OEE and its factors, worst first.

use super::account::Account;
use super::words::Word;
use super::{Chapter, MOST_ROWS, lower, millionths};
use crate::chart::at;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::{Decimal, Name};

const NAME: &str = "machines.oee";
const FACTORS: [Name; 6] =
    [Name::Oee, Name::Availability, Name::Performance, Name::Quality, Name::Nee, Name::Teep];

impl Chapter<'_> {
    pub(super) fn oee(&self) -> Node {
        let mut rows: Vec<&Account<'_>> = self.accounts.iter().collect();
        rows.sort_by_key(|account| {
            let oee = self.factor(Name::Oee, account);
            let standby = self.factor(Name::Availability, account);
            (oee.is_none(), oee.map(millionths), standby.map(millionths))
        });
        let worst = rows.first().and_then(|worst| Some((*worst, self.factor(Name::Oee, worst)?)));
        let Some((worst, oee)) = worst else {
            return self.view.missing(NAME, self.view.text(Key::NoOee));
        };
        let title = self.oee_title(worst, oee);
        let shown = self.factor_table(rows.iter().take(MOST_ROWS).copied());
        let exact = rows.iter().map(|account| self.factor_row(account));
        let table = Table::new(self.factor_heads()).rows(exact);
        let aid = self.view.text(Word::OeeAid).to_owned();
        let section = Section::new(NAME, title, aid, shown).table(table);
        let section = section.coverage(self.oee_coverage(worst));
        self.view.section(section.method(self.view.text(Word::OeeMethod).to_owned()))
    }

    fn factor(&self, name: Name, account: &Account<'_>) -> Option<Decimal> {
        self.value(name, account.asset.id, "")
    }

    /// The lowest of all, and which factor pulls it down most.
    fn oee_title(&self, worst: &Account<'_>, oee: Decimal) -> String {
        let factors = [Name::Availability, Name::Performance, Name::Quality];
        let known = factors.into_iter().filter_map(|name| Some((name, self.factor(name, worst)?)));
        let weakest = known.min_by_key(|(_, value)| millionths(*value));
        let oee = self.view.percent(oee);
        match weakest {
            Some((name, value)) => {
                let factor = lower(&self.factor_word(name));
                let value = self.view.percent(value);
                self.view.fill(Word::OeeTitle, &[worst.asset.name, &oee, &factor, &value])
            }
            None => self.view.fill(Key::OeeTitle, &[worst.asset.name, &oee]),
        }
    }

    fn factor_word(&self, name: Name) -> String {
        let text = match name {
            Name::Availability => self.view.text(Key::Availability),
            Name::Performance => self.view.text(Key::Performance),
            Name::Quality => self.view.text(Key::Quality),
            Name::Nee => "NEE",
            Name::Teep => "TEEP",
            _ => "OEE",
        };
        text.to_owned()
    }

    fn factor_heads(&self) -> Vec<String> {
        let asset = self.view.text(Key::Asset).to_owned();
        [asset].into_iter().chain(FACTORS.map(|name| self.factor_word(name))).collect()
    }

    fn factor_row(&self, account: &Account<'_>) -> Vec<Cell> {
        let cells = FACTORS.map(|name| self.percent_cell(self.factor(name, account)));
        [Cell::from(account.asset.name)].into_iter().chain(cells).collect()
    }

    fn factor_table<'r>(&self, rows: impl Iterator<Item = &'r Account<'r>>) -> Node {
        let heads = self.factor_heads();
        let heads = heads.iter().map(|text| node("th").with("scope", "col").text(text));
        let rows = rows.map(|account| {
            let name = node("th").with("scope", "row").text(account.asset.name);
            let bars = FACTORS.map(|name| self.factor_bar(name, self.factor(name, account)));
            node("tr").child(name).children(bars)
        });
        let table = node("table").class("factors");
        let table = table.child(node("thead").child(node("tr").children(heads)));
        let table = table.child(node("tbody").children(rows));
        node("div").class("scroll").with("tabindex", "0").child(table)
    }

    /// A share as a number with a bar under it.
    fn factor_bar(&self, name: Name, value: Option<Decimal>) -> Node {
        let Some(value) = value else { return node("td").text(self.unknown()) };
        let width = at((value.to_f64() * 100.0).clamp(0.0, 100.0));
        let bar = node("rect").with("width", width).with("height", "6");
        let bar = bar.class(if name == Name::Oee { "ink" } else { "energy" });
        let track = node("rect").with("width", "100").with("height", "6").class("track");
        let svg = node("svg").with("viewBox", "0 0 100 6").with("preserveAspectRatio", "none");
        let svg = svg.with("aria-hidden", "true").class("meter").child(track).child(bar);
        node("td").child(node("span").text(self.view.percent(value))).child(svg)
    }

    /// How much is known of the lowest, and which machines have no OEE.
    fn oee_coverage(&self, worst: &Account<'_>) -> String {
        let figure = self.figure(Name::Oee, worst.asset.id, "");
        let share = figure.map_or_else(String::new, |figure| self.view.percent(figure.coverage));
        let covered = self.view.fill(Word::StatesKnown, &[worst.asset.name, &share]);
        let without = self.accounts.iter().filter(|one| self.factor(Name::Oee, one).is_none());
        let names: Vec<&str> = without.map(|account| account.asset.name).collect();
        if names.is_empty() {
            return covered;
        }
        let some = names.iter().take(6).copied().collect::<Vec<_>>().join(", ");
        let count = names.len().to_string();
        format!("{covered} {}", self.view.fill(Word::WithoutOee, &[&count, &some]))
    }
}
