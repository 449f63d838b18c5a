//! The validity panel in plain language: each check with its number, its limit and what to do.

use super::is_of_account;
use super::told::Told;
use super::words::Word;
use crate::node::{Node, node};
use crate::view::Section;
use millwatt::analysis::baseline::{Model, RULES};
use millwatt::energy::rules::{Check, Criterion, Rules};
use millwatt::finding::Severity;
use millwatt::time::Every;

pub(super) fn section(told: &Told<'_>, model: &Model) -> Node {
    let required = || checks_of(model, Severity::Disqualifies);
    let broken = required().filter(|check| !check.passes).count();
    let count = required().count().to_string();
    let title = match broken {
        0 => told.fill(Word::PanelValid, &[&count, &told.share(model.panel.r2)]),
        _ => told.fill(Word::PanelInvalid, &[&broken.to_string(), &count]),
    };
    let warnings = checks_of(model, Severity::Warns).map(|check| line(told, model, check));
    let required = required().map(|check| line(told, model, check));
    let notes = told.study.findings.iter().map(|finding| {
        let is_grave = finding.severity() == Severity::Disqualifies;
        let word = if is_grave { Word::Failed } else { Word::Warned };
        mark(told, word, told.finding(finding))
    });
    let drawing = node("div").class("checks");
    let drawing = drawing.children(group(told, Word::Required, required.collect()));
    let drawing = drawing.children(group(told, Word::Warnings, warnings.collect()));
    let drawing = drawing.children(group(told, Word::DataNotes, notes.collect()));
    let aid = told.text(Word::PanelAid).to_owned();
    let section = Section::new("baseline.panel", title, aid, drawing).coverage(told.coverage());
    let section = told.view.section(section.half().method(method(told)));
    section.child(told.figures(|figure| !is_of_account(figure)))
}

fn checks_of(model: &Model, severity: Severity) -> impl Iterator<Item = &Check> {
    model.checks.iter().filter(move |check| check.severity == severity)
}

/// A list under its head; nothing where it is empty.
fn group(told: &Told<'_>, head: Word, lines: Vec<Node>) -> Option<Node> {
    if lines.is_empty() {
        return None;
    }
    let head = node("p").child(node("strong").text(told.text(head)));
    Some(node("div").child(head).child(node("ul").children(lines)))
}

fn line(told: &Told<'_>, model: &Model, check: &Check) -> Node {
    let sentence = sentence(told, model, check);
    if check.passes {
        return mark(told, Word::Passed, sentence);
    }
    let word = if check.severity == Severity::Disqualifies { Word::Failed } else { Word::Warned };
    mark(told, word, format!("{sentence} {}", told.text(remedy(check.criterion))))
}

/// A sentence behind the word that says how it stands.
fn mark(told: &Told<'_>, word: Word, sentence: String) -> Node {
    let class = match word {
        Word::Passed => "good",
        Word::Failed => "down",
        _ => "idle",
    };
    let stands = node("strong").class(class).text(told.text(word));
    node("li").child(stands).text(": ").text(sentence)
}

fn sentence(told: &Told<'_>, model: &Model, check: &Check) -> String {
    let driver = check.term.and_then(|term| model.drivers.get(term));
    let name = driver.map_or_else(String::new, |driver| told.driver(driver.column));
    let plain = |places| [told.places(check.value, places), told.places(check.limit, places)];
    let share = || [told.share(check.value), told.share(check.limit)];
    let chance = || [told.probability(check.value), told.places(check.limit, 2)];
    let (word, [value, limit]) = match check.criterion {
        Criterion::Rows => (Word::CheckRows, plain(0)),
        Criterion::ModelP => (Word::CheckModelP, chance()),
        Criterion::EveryTermP => (Word::CheckTermP, chance()),
        Criterion::BestTermP => (Word::CheckBestP, chance()),
        Criterion::TermT => (Word::CheckTermT, plain(2)),
        Criterion::R2 => (Word::CheckR2, share()),
        Criterion::CvRmse => (Word::CheckCv, share()),
        Criterion::Nmbe => (Word::CheckNmbe, share()),
        Criterion::Vif => (Word::CheckVif, plain(1)),
        Criterion::DurbinWatson => (Word::CheckDurbin, plain(2)),
        Criterion::Influence => (Word::CheckInfluence, plain(2)),
    };
    match check.criterion {
        Criterion::EveryTermP | Criterion::TermT | Criterion::Vif => {
            told.fill(word, &[&name, &value, &limit])
        }
        Criterion::Influence => told.fill(word, &[&influential(told, model), &value, &limit]),
        _ => told.fill(word, &[&value, &limit]),
    }
}

/// The date of the row that pulls the model most.
fn influential(told: &Told<'_>, model: &Model) -> String {
    let place = model.panel.most_influence.map(|most| most.row);
    let row = place.and_then(|place| told.study.baseline_rows().nth(place));
    row.map_or_else(String::new, |(_, row)| told.date(row.period.from))
}

/// What to do about a check that failed.
const fn remedy(criterion: Criterion) -> Word {
    match criterion {
        Criterion::Rows => Word::DoRows,
        Criterion::ModelP | Criterion::BestTermP | Criterion::R2 => Word::DoDriver,
        Criterion::EveryTermP | Criterion::TermT | Criterion::Vif => Word::DoDrop,
        Criterion::CvRmse | Criterion::Nmbe => Word::DoScatter,
        Criterion::DurbinWatson => Word::DoChange,
        Criterion::Influence => Word::DoInfluence,
    }
}

fn method(told: &Told<'_>) -> String {
    let scatter = match told.study.every {
        Every::Day | Every::Week => Rules::ASHRAE_14_HOURLY.source,
        Every::Month | Every::Year => Rules::ASHRAE_14_MONTHLY.source,
    };
    told.fill(Word::PanelMethod, &[RULES.name, RULES.source, scatter])
}
