//! What was used against what the baseline expects, row by row, and where its period is chosen.

use super::scatter::ends_of;
use super::told::Told;
use super::words::Word;
use crate::chart::axis::{Axis, instant};
use crate::chart::plot::Plot;
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table};
use millwatt::analysis::baseline::{LeftOut, Role, Row};
use millwatt::time::Period;
use millwatt::units::Energy;

const NAME: &str = "baseline.expected";
const HEIGHT: f64 = 280.0;

pub(super) fn section(told: &Told<'_>) -> Node {
    let title = title(told);
    let drawing = drawing(told, &title);
    let aid = told.text(Word::ExpectedAid).to_owned();
    let section = Section::new(NAME, title, aid, drawing).controls(controls(told));
    let section = section.coverage(told.coverage()).table(table(told));
    let method = told.fill(Word::ExpectedMethod, &[told.one(), told.one()]);
    told.view.section(section.method(method))
}

fn title(told: &Told<'_>) -> String {
    let Some(account) = &told.study.account else {
        let period = told.study.baseline.map_or_else(String::new, |period| told.dates(period));
        return told.fill(Word::ExpectedOnly, &[&period]);
    };
    let word =
        if account.used <= account.expected { Word::ExpectedLess } else { Word::ExpectedMore };
    let figures = [told.count(account.rows), told.kwh(account.used), told.kwh(account.expected)];
    told.fill(word, &figures.each_ref().map(String::as_str))
}

/// Buttons for those who do not drag: parts of the record, and back to the site's own.
pub(super) fn controls(told: &Told<'_>) -> Node {
    let group = node("div").class("picker").with("role", "group");
    let group = group.with("aria-label", told.text(Word::ChooseBaseline));
    let button = |word: Word| {
        let button = node("button").with("type", "button").with("data-act", "brush:baseline");
        button.text(told.text(word))
    };
    let part = |word: Word, share: usize| {
        let rows = &told.study.rows;
        let last = (rows.len() / share).checked_sub(1)?;
        let period = Period::new(rows.first()?.period.from, rows.get(last)?.period.to);
        let window =
            format!("{}..{}", period.from.unix_milliseconds(), period.to.unix_milliseconds());
        let is_chosen = told.view.choice.baseline == Some(period);
        Some(button(word).with("data-to", window).with("aria-pressed", is_chosen))
    };
    let parts = [part(Word::FirstThird, 3), part(Word::FirstHalf, 2)];
    let reset = button(Word::ResetBaseline);
    let is_chosen = told.view.choice.baseline.is_some();
    group.children(parts.into_iter().flatten()).children(is_chosen.then_some(reset))
}

fn drawing(told: &Told<'_>, title: &str) -> Node {
    let rows = &told.study.rows;
    let Some(hull) = hull(rows) else { return node("div") };
    let zone = told.view.model.site.zone_rules();
    let room = told.view.room();
    let across = Axis::time(hull, zone, told.view.choice.language, room);
    let (low, high) = ends_of(rows.iter().flat_map(reach).chain([0.0]));
    let up = Axis::linear(low, high, "kWh", |value| told.view.number(value));
    let (low, high) = up.ends();
    let mut plot = Plot::new(room, HEIGHT, across, up, title);
    if let Some(period) = told.study.baseline {
        let (from, to) = (instant(period.from.max(hull.from)), instant(period.to.min(hull.to)));
        let label = format!("{} · {}", told.text(Word::BaselinePeriod), told.dates(period));
        plot = plot.bar("shaded", from, to, low, high, &label);
        plot = plot.name("told", from, low, told.text(Word::BaselinePeriod));
    }
    for row in rows.iter().filter(|row| row.left_out.is_some()) {
        plot = plot.unmeasured(instant(row.period.from), instant(row.period.to));
    }
    for run in rows.chunk_by(|one, other| one.expected.is_some() == other.expected.is_some()) {
        plot = plot.band("band", run.iter().flat_map(band));
    }
    plot = plot.steps("line baseline", steps(rows, |row| row.expected.map(|one| one.energy)));
    plot = plot.steps("line energy", steps(rows, |row| row.used.filter(|_| is_measured(row))));
    named(told, plot, rows).brush("baseline").finish()
}

/// Words beside the two lines, at the last row that has both.
fn named(told: &Told<'_>, plot: Plot, rows: &[Row]) -> Plot {
    let both = |row: &&Row| row.deviation().is_some();
    let Some(last) = rows.iter().rfind(both) else { return plot };
    let (Some(used), Some(expected)) = (last.used, last.expected) else { return plot };
    let (used, expected) = (used.kwh().to_f64(), expected.energy.kwh().to_f64());
    // Where the lines run into each other, words would too: the reading aid tells them apart.
    if (plot.y(used) - plot.y(expected)).abs() < 16.0 {
        return plot;
    }
    let x = instant(last.period.from);
    let plot = plot.name("line-name", x, used, told.text(Word::Actual));
    plot.name("line-name", x, expected, told.text(Word::Expected))
}

/// From the first row's beginning to the last one's end.
pub(super) fn hull(rows: &[Row]) -> Option<Period> {
    Some(Period::new(rows.first()?.period.from, rows.last()?.period.to))
}

const fn is_measured(row: &Row) -> bool {
    !matches!(row.left_out, Some(LeftOut::LowCoverage))
}

fn kwh(energy: Energy) -> f64 {
    energy.kwh().to_f64()
}

/// The ends of a row's band; nothing is used below zero.
fn band_of(row: &Row) -> Option<(f64, f64)> {
    let one = row.expected?;
    let (low, high) = (one.energy - one.band, one.energy + one.band);
    let low = if one.energy < Energy::ZERO { low } else { low.max(Energy::ZERO) };
    Some((kwh(low), kwh(high)))
}

/// The figures of a row that must have room.
fn reach(row: &Row) -> impl Iterator<Item = f64> + use<> {
    let used = row.used.filter(|_| is_measured(row)).map(kwh);
    let ends = band_of(row).map(|(low, high)| [low, high]);
    used.into_iter().chain(ends.into_iter().flatten())
}

/// The band of a row, at its beginning and its end.
fn band(row: &Row) -> impl Iterator<Item = (f64, f64, f64)> + use<> {
    let (from, to) = (instant(row.period.from), instant(row.period.to));
    band_of(row).into_iter().flat_map(move |(low, high)| [(from, low, high), (to, low, high)])
}

/// A staircase over the rows, and its end.
fn steps(rows: &[Row], figure: impl Fn(&Row) -> Option<Energy>) -> Vec<(f64, Option<f64>)> {
    let mut steps: Vec<_> =
        rows.iter().map(|row| (instant(row.period.from), figure(row).map(kwh))).collect();
    let last = rows.last().map(|row| (instant(row.period.to), figure(row).map(kwh)));
    steps.extend(last);
    steps
}

fn table(told: &Told<'_>) -> Table {
    let heads = [
        Word::PeriodHead,
        Word::PartHead,
        Word::UsedHead,
        Word::ExpectedHead,
        Word::BandHead,
        Word::DeviationHead,
        Word::SumHead,
    ];
    let shown = told.study.rows.iter().filter(|row| row.role != Role::Outside);
    Table::new(heads.map(|word| told.text(word))).rows(shown.map(|row| cells(told, row)))
}

fn cells(told: &Told<'_>, row: &Row) -> Vec<Cell> {
    let figure = |energy: Option<Energy>| match energy {
        Some(energy) => Cell::figure(energy.kwh(), told.view.exact(energy.kwh().rounded(3))),
        None => told.text(crate::strings::Key::Unknown).into(),
    };
    vec![
        told.date(row.period.from).into(),
        told.role(row.role).into(),
        figure(row.used),
        figure(row.expected.map(|one| one.energy)),
        figure(row.expected.map(|one| one.band)),
        figure(row.deviation()),
        figure(row.cusum),
    ]
}
