//! Every model that was tried, the best first, and the choice among them.

use super::told::Told;
use super::words::Word;
use super::{AUTOMATIC, MODEL};
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table};
use millwatt::Decimal;
use millwatt::analysis::baseline::{Candidate, MEAN, Model, Outcome, RULES};

const NAME: &str = "baseline.models";
/// Most models that have a button; the table has all.
const MOST_SHOWN: usize = 8;

pub(super) fn section(told: &Told<'_>, model: &Model) -> Node {
    let candidates = &told.study.candidates;
    if candidates.is_empty() {
        return told.view.missing(NAME, told.text(Word::ModelsNone)).class("half");
    }
    let valid = candidates.iter().filter(|one| one.is_valid()).count();
    let figures = [candidates.len().to_string(), valid.to_string(), told.model(model.chosen)];
    let title = told.fill(Word::ModelsTitle, &figures.each_ref().map(String::as_str));
    let aid = told.text(Word::ModelsAid).to_owned();
    let section = Section::new(NAME, title, aid, chooser(told, model)).controls(automatic(told));
    let section = section.half().table(table(told)).coverage(told.coverage());
    told.view.section(section.method(told.fill(Word::ModelsMethod, &[RULES.name])))
}

/// The button that leaves the choice to the program.
fn automatic(told: &Told<'_>) -> Node {
    let chosen = told.view.choice.option(MODEL).unwrap_or(AUTOMATIC);
    let button = button(AUTOMATIC, chosen == AUTOMATIC).text(told.text(Word::Automatic));
    node("div").class("picker").child(button)
}

fn button(name: &str, is_pressed: bool) -> Node {
    let button = node("button").with("type", "button");
    button.with("data-act", format!("set:{MODEL}={name}")).with("aria-pressed", is_pressed)
}

fn chooser(told: &Told<'_>, model: &Model) -> Node {
    let candidates = &told.study.candidates;
    let in_use = |one: &&Candidate| one.chosen == model.chosen;
    let first = candidates.iter().take(MOST_SHOWN);
    // The one in use is shown wherever it stands.
    let shown: Vec<&Candidate> =
        first.chain(candidates.iter().skip(MOST_SHOWN).filter(in_use)).collect();
    let rows = shown.iter().map(|one| choice(told, one.chosen, model, &outcome(told, one)));
    let mean = choice(told, 0, model, "");
    let rest = candidates.len().saturating_sub(shown.len());
    let more = node("p").class("note").text(told.fill(Word::ModelsMore, &[&rest.to_string()]));
    let list = node("ul").class("models").children(rows).child(mean);
    node("div").child(list).children((rest > 0).then_some(more))
}

/// One model with what became of it and a button to take it.
fn choice(told: &Told<'_>, chosen: u16, model: &Model, outcome: &str) -> Node {
    let is_used = chosen == model.chosen;
    let label = told.study.label(chosen);
    let name = if chosen == 0 { MEAN } else { label.as_str() };
    let word = if is_used { Word::InUse } else { Word::Use };
    let button = button(name, is_used).text(told.text(word));
    let button = button.with("aria-label", format!("{}: {}", told.text(word), told.model(chosen)));
    let said = node("span").text(format!("{} {outcome}", told.model(chosen)));
    node("li").child(button).child(said)
}

/// How well a model explains, and whether it may be used.
fn outcome(told: &Told<'_>, one: &Candidate) -> String {
    let explains = one.panel().map(|panel| format!("R² {}", told.places(panel.adjusted_r2, 3)));
    let said = [explains, Some(verdict(told, one))].into_iter().flatten();
    format!("· {}", said.collect::<Vec<_>>().join(" · "))
}

fn verdict(told: &Told<'_>, one: &Candidate) -> String {
    match &one.outcome {
        Outcome::Valid(_) => told.text(Word::MayBeUsed).to_owned(),
        Outcome::Falls { column, .. } => told.fill(Word::RefusedFalls, &[&told.driver(*column)]),
        Outcome::Refused { check, .. } => {
            let driver = check.term.and_then(|term| one.columns().nth(term));
            let criterion = match driver {
                Some(column) => format!("{} ({})", check.criterion.name(), told.driver(column)),
                None => check.criterion.name().to_owned(),
            };
            let figures = [criterion, told.short(check.value), told.short(check.limit)];
            told.fill(Word::RefusedBy, &figures.each_ref().map(String::as_str))
        }
        Outcome::NoFit(reason) => told.no_fit(reason, one.chosen),
    }
}

fn table(told: &Told<'_>) -> Table {
    let heads = [Word::ModelHead, Word::AdjustedHead, Word::CvHead, Word::OutcomeHead];
    let figure = |value: Option<f64>| match value.and_then(|value| Decimal::from_f64(value, 9)) {
        Some(exact) => Cell::figure(exact, told.view.exact(exact.rounded(4))),
        None => "–".into(),
    };
    let rows = told.study.candidates.iter().map(|one| {
        let panel = one.panel();
        vec![
            Cell::from(told.model(one.chosen)),
            figure(panel.map(|panel| panel.adjusted_r2)),
            figure(panel.and_then(|panel| panel.cv_rmse)),
            verdict(told, one).into(),
        ]
    });
    Table::new(heads.map(|word| told.text(word))).rows(rows)
}
