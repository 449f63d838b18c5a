//! Dated changes of the factory that no driver tells.

use super::told::Told;
use super::words::Word;
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table};
use millwatt::analysis::baseline::Adjustment;
use millwatt::time::Instant;
use millwatt::units::Energy;

pub(super) fn section(told: &Told<'_>) -> Node {
    const NAME: &str = "baseline.adjustments";
    let adjustments = &told.study.adjustments;
    if adjustments.is_empty() {
        return told.view.missing(NAME, told.text(Word::NoAdjustments)).class("half");
    }
    let added: Energy = adjustments.iter().map(|one| one.reported).sum();
    let figures = [adjustments.len().to_string(), told.kwh(added)];
    let title = told.fill(Word::AdjustmentsTitle, &[&figures[0], &figures[1]]);
    let heads =
        [Word::WhenHead, Word::ADayHead, Word::InPeriodHead, Word::NoteHead, Word::SourceHead];
    let rows = adjustments.iter().map(|one| row(told, one));
    let table = Table::new(heads.map(|word| told.text(word))).rows(rows).shown();
    let scroll = node("div").class("scroll").with("tabindex", "0").child(table);
    let section = Section::new(NAME, title, told.text(Word::AdjustmentsAid).to_owned(), scroll);
    told.view.section(section.method(told.text(Word::AdjustmentsMethod).to_owned()))
}

fn row(told: &Told<'_>, one: &Adjustment) -> Vec<Cell> {
    let when = match one.period.to {
        Instant::MAX => told.fill(Word::Since, &[&told.date(one.period.from)]),
        _ => told.dates(one.period),
    };
    let figure = |energy: Energy| Cell::figure(energy.kwh(), told.view.exact(energy.kwh()));
    vec![
        when.into(),
        figure(one.a_day),
        figure(one.reported),
        one.note.as_str().into(),
        one.source.as_str().into(),
    ]
}
