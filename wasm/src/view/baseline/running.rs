//! The running sum of deviations, and when it bent.

use super::expected::hull;
use super::scatter::ends_of;
use super::told::Told;
use super::words::Word;
use crate::chart::Room;
use crate::chart::axis::{Axis, instant};
use crate::chart::plot::Plot;
use crate::format;
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table};
use millwatt::Decimal;
use millwatt::analysis::baseline::{DatedChange, Role, Row};

const NAME: &str = "baseline.cusum";
const HEIGHT: f64 = 240.0;

pub(super) fn section(told: &Told<'_>) -> Node {
    let title = match told.study.changes.last() {
        None => told.text(Word::CusumFlat).to_owned(),
        Some(change) => {
            let word = if step(change) < 0.0 { Word::CusumDown } else { Word::CusumUp };
            told.fill(word, &[&told.date(change.at), told.one(), &size(told, change)])
        }
    };
    let sentences = told.study.changes.iter().map(|change| sentence(told, change));
    let list = node("ul").children(sentences.map(|text| node("li").text(text)));
    let list = (!told.study.changes.is_empty()).then_some(list);
    let drawing = node("div").child(drawing(told, &title)).children(list);
    let aid = told.text(Word::CusumAid).to_owned();
    let section = Section::new(NAME, title, aid, drawing).half();
    let section = section.coverage(told.coverage()).table(table(told));
    told.view.section(section.method(told.text(Word::CusumMethod).to_owned()))
}

/// By how much a row's use moved, kWh.
fn step(change: &DatedChange) -> f64 {
    change.after - change.before
}

fn size(told: &Told<'_>, change: &DatedChange) -> String {
    format::with_unit(&told.short(step(change).abs()), "kWh")
}

fn sentence(told: &Told<'_>, change: &DatedChange) -> String {
    let word = if step(change) < 0.0 { Word::ChangeDown } else { Word::ChangeUp };
    let figures = [told.date(change.at), size(told, change), told.share(change.explains)];
    told.fill(word, &[&figures[0], told.one(), &figures[1], &figures[2]])
}

/// The sum at a row's end, in kWh.
fn sum(row: &Row) -> Option<f64> {
    row.cusum.map(|sum| sum.kwh().to_f64())
}

fn drawing(told: &Told<'_>, title: &str) -> Node {
    let rows = &told.study.rows;
    let Some(hull) = hull(rows) else { return node("div") };
    let zone = told.view.model.site.zone_rules();
    let (room, language) = (Room::NARROW, told.view.choice.language);
    let across = Axis::time(hull, zone, language, room);
    let (low, high) = ends_of(rows.iter().filter_map(sum).chain([0.0]));
    let up = Axis::linear(low, high, "kWh", |value| told.view.number(value));
    let (low, high) = up.ends();
    let mut plot = Plot::new(room, HEIGHT, across, up, title);
    if let Some(period) = told.study.baseline {
        let (from, to) = (instant(period.from.max(hull.from)), instant(period.to.min(hull.to)));
        let label = told.text(Word::BaselinePeriod);
        plot = plot.bar("shaded", from, to, low, high, label).name("told", from, low, label);
    }
    for row in rows.iter().filter(|row| row.left_out.is_some()) {
        plot = plot.unmeasured(instant(row.period.from), instant(row.period.to));
    }
    // Rows that do not count leave the sum where it was.
    let known = rows.iter().filter_map(|row| Some((instant(row.period.to), Some(sum(row)?))));
    plot = plot.line("line energy", [(instant(hull.from), Some(0.0))].into_iter().chain(known));
    for change in &told.study.changes {
        plot = plot.mark(instant(change.at), &format::day(zone.local(change.at).date, language));
    }
    let last = rows.last().map_or(hull.to, |row| row.period.from);
    plot.name("told", instant(last), low, told.text(Word::CusumSign)).finish()
}

fn table(told: &Told<'_>) -> Table {
    let heads = [Word::PeriodHead, Word::DeviationHead, Word::SumHead].map(|word| told.text(word));
    let shown = told.study.rows.iter().filter(|row| row.role != Role::Outside);
    let figure = |value: Option<Decimal>| match value {
        Some(value) => Cell::figure(value, told.view.exact(value.rounded(3))),
        None => told.text(crate::strings::Key::Unknown).into(),
    };
    Table::new(heads).rows(shown.map(|row| {
        let deviation = row.deviation().map(|one| one.kwh());
        vec![
            told.date(row.period.from).into(),
            figure(deviation),
            figure(row.cusum.map(|sum| sum.kwh())),
        ]
    }))
}
