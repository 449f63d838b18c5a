//! The page as a tree, from a model and a language.

mod cards;
mod energy;
mod figures;
mod machines;
mod sentences;

use crate::chart::Room;
use crate::format::{self, full_day};
use crate::model::Model;
use crate::node::{Node, node};
use crate::strings::{Key, Language};
use millwatt::Decimal;
use millwatt::time::{Instant, Span};

/// What the reader has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// The record's last local day.
    LastDay,
    /// Its last seven.
    Days7,
    /// Its last thirty.
    Days30,
    /// The calendar month of its last day.
    Month,
    /// All of it.
    Whole,
    /// From one date to another.
    Free,
}

impl Preset {
    /// Those that have a button, with their word and the name in `data-act`.
    pub const BUTTONS: [(Self, Key, &'static str); 5] = [
        (Self::LastDay, Key::LastDay, "day"),
        (Self::Days7, Key::Days7, "week"),
        (Self::Days30, Key::Days30, "days30"),
        (Self::Month, Key::ThisMonth, "month"),
        (Self::Whole, Key::Whole, "whole"),
    ];
}

/// What every part of the page needs to know.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// What is shown.
    pub model: &'a Model<'a>,
    /// In which language.
    pub language: Language,
    /// Which period was chosen.
    pub preset: Preset,
    /// How much room charts have.
    pub room: Room,
    /// Whether a server stands behind the page.
    pub live: bool,
}

impl View<'_> {
    /// The whole page.
    #[must_use]
    pub fn page(&self) -> Node {
        let page = node("div").class("page").child(self.header());
        let page = page.child(self.sentences()).child(self.cards());
        page.children(self.energy_sections())
            .children(self.machine_sections())
            .child(self.coverage_section())
            .child(self.figures_section())
            .child(self.method_section())
    }

    fn text(&self, key: Key) -> &'static str {
        key.text(self.language)
    }

    fn fill(&self, key: Key, figures: &[&str]) -> String {
        key.fill(self.language, figures)
    }

    fn kwh(&self, value: Decimal) -> String {
        format::with_unit(&format::short(value, self.language), "kWh")
    }

    fn kw(&self, value: Decimal) -> String {
        format::with_unit(&format::short(value, self.language), "kW")
    }

    fn money(&self, value: Decimal) -> String {
        format::money(value, self.model.site.currency, self.language)
    }

    fn percent(&self, value: Decimal) -> String {
        format::percent(value, self.language)
    }

    fn number(&self, value: f64) -> String {
        Decimal::from_f64(value, 3)
            .map_or_else(String::new, |value| format::exact(value, self.language))
    }

    fn date(&self, at: Instant) -> String {
        full_day(self.model.site.zone_rules().local(at).date, self.language)
    }

    fn last_date(&self) -> Instant {
        self.model.period.to - Span::from_milliseconds(1)
    }

    fn header(&self) -> Node {
        let site = self.model.site;
        let other = match self.language {
            Language::Vietnamese => ("en", "English"),
            Language::English => ("vi", "Tiếng Việt"),
        };
        let switch = node("button").with("type", "button").with("data-act", other.0);
        let switch = switch.with("lang", other.0).class("switch").text(other.1);
        let mut bar =
            node("div").class("bar").child(node("p").class("kind").text(self.text(Key::Title)));
        if self.live {
            let save = node("a").with("href", "report.html").with("download", "report.html");
            bar = bar.child(save.class("button").text(self.text(Key::Save)));
        }
        let period =
            format!("{} – {}", self.date(self.model.period.from), self.date(self.last_date()));
        node("header")
            .child(bar.child(switch))
            .child(node("h1").text(site.name))
            .child(node("p").class("period").text(format!("{} · {}", period, site.zone)))
            .child(self.picker())
    }

    fn picker(&self) -> Node {
        let zone = self.model.site.zone_rules();
        let button = |(preset, key, act): (Preset, Key, &'static str)| {
            let pressed = if self.preset == preset { "true" } else { "false" };
            let button = node("button").with("type", "button").with("data-act", act);
            button.with("aria-pressed", pressed).text(self.text(key))
        };
        let iso = |at| format::iso(zone.local(at).date);
        let last_recorded = self.model.record.to - Span::from_milliseconds(1);
        let input = |act: &'static str, key, value| {
            let input = node("input").with("type", "date").with("data-act", act);
            let input = input.with("value", iso(value)).with("min", iso(self.model.record.from));
            let input = input.with("max", iso(last_recorded));
            node("label").text(self.text(key)).text(" ").child(input)
        };
        node("div")
            .class("picker")
            .with("role", "group")
            .with("aria-label", self.text(Key::Period))
            .children(Preset::BUTTONS.map(button))
            .child(input("from", Key::From, self.model.period.from))
            .child(input("to", Key::To, self.last_date()))
    }

    /// A section whose title states what was found.
    fn section(&self, title: String, aid: String, drawing: Node, table: Option<Node>) -> Node {
        let figure = node("figure").child(drawing).child(node("figcaption").text(aid));
        let section = node("section").child(node("h2").text(title)).child(figure);
        match table {
            None => section,
            Some(table) => {
                let summary = node("summary").text(self.text(Key::Table));
                let scroll = node("div").class("scroll").child(table);
                section.child(node("details").child(summary).child(scroll))
            }
        }
    }

    /// A section that has nothing to draw, and says why.
    fn missing(&self, key: Key) -> Node {
        node("section").child(node("p").class("missing").text(self.text(key)))
    }

    fn table(&self, heads: &[String], rows: Vec<Vec<String>>) -> Node {
        let head = |text: &String| node("th").with("scope", "col").text(text);
        let row = |cells: Vec<String>| {
            node("tr").children(cells.into_iter().enumerate().map(|(place, cell)| {
                if place == 0 {
                    node("th").with("scope", "row").text(cell)
                } else {
                    node("td").text(cell)
                }
            }))
        };
        node("table")
            .child(node("thead").child(node("tr").children(heads.iter().map(head))))
            .child(node("tbody").children(rows.into_iter().map(row)))
    }

    fn method_section(&self) -> Node {
        let section = node("section").class("method");
        let mut section = section
            .child(node("h2").text(self.text(Key::MethodTitle)))
            .child(node("p").text(self.text(Key::Method)))
            .child(node("p").text(self.text(Key::NotProved)));
        if self.model.damaged > 0 {
            let bytes = self.model.damaged.to_string();
            section = section.child(node("p").text(self.fill(Key::Damaged, &[&bytes])));
        }
        section.children(self.model.site.tariffs.iter().map(|tariff| {
            let since = self.date(tariff.since);
            node("p").text(format!("{since}: {}", tariff.source))
        }))
    }
}
