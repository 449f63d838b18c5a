//! What to do: opportunities ranked by money, each with its evidence, and the action plan.

mod entry;
mod events;
mod evidence;
mod fields;
mod lacking;
mod method;
mod model;
mod plan;
mod ranking;
mod say;
mod verified;
mod words;

use super::{Section, View};
use crate::node::{Node, node};
pub(super) use entry::Status;
pub(super) use events::Entries;
use millwatt::analysis::opportunity::Kind;
pub(super) use model::{Row, about, days, sums};
use words::Word;

/// How many opportunities have a section of their own; the others stand in the table.
const SHOWN: usize = 8;

/// Names of those sections, by rank.
const SECTIONS: [&str; SHOWN] = [
    "actions.first",
    "actions.second",
    "actions.third",
    "actions.fourth",
    "actions.fifth",
    "actions.sixth",
    "actions.seventh",
    "actions.eighth",
];

impl View<'_> {
    pub(super) fn actions(&self) -> Node {
        let rows = self.opportunities();
        let actions: Vec<&Row<'_>> = rows.iter().filter(|row| row.is_action()).collect();
        let mut sections: Vec<Node> = Vec::new();
        sections.extend(self.ranking(&actions));
        let shown = SECTIONS.into_iter().zip(&actions);
        sections.extend(shown.map(|(name, row)| self.opportunity(name, row)));
        sections.extend(self.lacking(&rows));
        sections.extend(self.plan(&actions));
        self.chapter(&self.actions_title(&rows), sections)
    }

    fn actions_title(&self, rows: &[Row<'_>]) -> String {
        let saving: Vec<&Row<'_>> = rows.iter().filter(|row| self.worth(row).is_some()).collect();
        let Some(first) = saving.first() else {
            return match rows.len() {
                0 => self.text(Word::ChapterNothing).to_owned(),
                count => self.fill(Word::ChapterTold, &[&count.to_string()]),
            };
        };
        let (energy, money) = sums(rows);
        let total = match money.thousandths() {
            0 => self.kwh(about(energy.kwh())),
            _ => self.money(about(money.units())),
        };
        let worth = self.worth(first).unwrap_or_default();
        let first = format!("{} ({worth})", self.what(first));
        self.fill(Word::ChapterMoney, &[&saving.len().to_string(), &total, &first])
    }

    /// One opportunity: what to do and what it saves, the evidence, what people enter.
    fn opportunity(&self, name: &'static str, row: &Row<'_>) -> Node {
        let title = self.headline(row);
        let drawing = self.evidence(row, &title);
        let section = Section::new(name, title, self.aid(row), drawing).half();
        let section = section.coverage(self.measured(row)).method(self.method_of(row));
        let section = self.evidence_table(row).into_iter().fold(section, Section::table);
        let section = self.evidence_legend(row).into_iter().fold(section, Section::legend);
        let section = match row.found.kind {
            Kind::PeakShift => section.controls(self.movable()),
            _ => section,
        };
        let planned = node("summary").text(self.text(Word::PlanIt));
        let planned = node("details").child(planned).child(self.fields(row));
        self.section(section).child(planned)
    }
}
