//! Use against what it depends on: the rows, the model's line and its band.

use super::told::Told;
use super::words::Word;
use crate::chart::Room;
use crate::chart::axis::Axis;
use crate::chart::plot::Plot;
use crate::format;
use crate::node::Node;
use crate::view::{Cell, Section, Table};
use millwatt::Decimal;
use millwatt::analysis::baseline::{Column, Fitted, Model, Point, Role, Row, Study};
use millwatt::energy::regression::Coefficient;
use millwatt::site::Driver;

const NAME: &str = "baseline.scatter";
const HEIGHT: f64 = 240.0;
/// Most dots that are drawn; of more rows every second, third … one.
const MOST_DOTS: usize = 800;
/// Most dots that are named.
const MOST_NAMED: usize = 4;
/// Beyond so many standard errors of the forecast a row is far off.
const FAR: i128 = 3;

/// A row as a dot.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Dot {
    row: usize,
    /// The driver's figure.
    x: f64,
    /// Its use in kWh with the other drivers at their means, less adjustments.
    y: f64,
    is_far: bool,
}

pub(super) fn section(told: &Told<'_>, model: &Model) -> Node {
    let along = model.main_driver().map_or(0, |driver| driver.column);
    let Some(column) = told.study.columns.get(along) else {
        return told.view.missing(NAME, &told.fill(Word::ScatterMissing, &[&told.gravest()]));
    };
    let title = title(told, model, column);
    let aid = told.fill(Word::ScatterAid, &[told.one(), told.one()]);
    let aid = match model.drivers.len() {
        0 | 1 => aid,
        _ => format!("{aid} {}", told.text(Word::ScatterOthers)),
    };
    let dots = dots(told.study, model, along);
    let drawing = drawing(told, model, column, &dots, &title);
    let section = Section::new(NAME, title, aid, drawing).half();
    let section = section.coverage(told.coverage()).table(table(told, model));
    told.view.section(section.method(told.text(Word::ScatterMethod).to_owned()))
}

fn title(told: &Told<'_>, model: &Model, column: &Column) -> String {
    let kwh = |value: f64| format::with_unit(&told.short(value), "kWh");
    let base = kwh(model.intercept.value);
    let Some(driver) = model.main_driver() else {
        return told.fill(Word::ScatterMean, &[told.one(), &base]);
    };
    let name = told.driver_named(&column.name);
    let slope = kwh(driver.coefficient.value);
    let is_warmth = matches!(Driver::named(&column.name), Some(Driver::Temperature(_)));
    if is_warmth || model.intercept.value < 0.0 || driver.coefficient.value < 0.0 {
        return told.fill(Word::ScatterWarmth, &[&column.unit, &name, &slope, told.one(), &base]);
    }
    told.fill(Word::ScatterSlope, &[&column.unit, &name, &slope, told.one(), &base])
}

/// The rows of baseline and reporting period that count, as dots.
fn dots(study: &Study, model: &Model, along: usize) -> Vec<Dot> {
    let dot = |(row, of): (usize, &Row)| {
        let x = study.columns.get(along)?.value(row)?.to_f64();
        let used = (of.used? - of.adjustment).kwh().to_f64();
        let others = model.drivers.iter().filter(|driver| driver.column != along);
        let apart = others.map(|driver| apart(study, driver, row)).sum::<Option<f64>>()?;
        let deviation = of.deviation()?.milliwatt_hours().saturating_abs();
        let is_far = deviation > of.expected?.deviation.milliwatt_hours().saturating_mul(FAR);
        Some(Dot { row, x, y: used - apart, is_far })
    };
    let shown = study.rows.iter().enumerate().filter(|(_, row)| row.role != Role::Outside);
    shown.filter_map(dot).collect()
}

/// What a driver adds to a row beyond what its mean would.
fn apart(study: &Study, driver: &Fitted, row: usize) -> Option<f64> {
    let value = study.columns.get(driver.column)?.value(row)?.to_f64();
    Some(driver.coefficient.value * (value - driver.range.mean))
}

fn drawing(told: &Told<'_>, model: &Model, column: &Column, dots: &[Dot], title: &str) -> Node {
    let number = |value: f64| told.view.number(value);
    let xs = dots.iter().map(|dot| dot.x).chain(model.line.iter().map(|point| point.driver));
    let ends = model.line.iter().flat_map(|point| [low_of(point), point.energy + point.band]);
    let (left, right) = ends_of(xs);
    let (low, high) = ends_of(dots.iter().map(|dot| dot.y).chain(ends).chain([0.0]));
    let across = Axis::linear(left, right, &column.unit, number);
    let up = Axis::linear(low, high, "kWh", number);
    let mut plot = Plot::new(Room::NARROW, HEIGHT, across, up, title);
    plot =
        plot.band("band", model.line.iter().map(|at| (at.driver, low_of(at), at.energy + at.band)));
    plot = plot.line("line baseline", model.line.iter().map(|at| (at.driver, Some(at.energy))));
    if model.line.is_empty() {
        plot = plot.level("line baseline", model.intercept.value, told.text(Word::Expected));
    }
    let every = dots.len().div_ceil(MOST_DOTS).max(1);
    for dot in dots.iter().enumerate().filter(|(place, dot)| place % every == 0 || dot.is_far) {
        plot = point(told, plot, dot.1);
    }
    for dot in dots.iter().filter(|dot| dot.is_far).take(MOST_NAMED) {
        plot = plot.name("told", dot.x, dot.y, &day(told, dot.row));
    }
    plot.finish()
}

fn point(told: &Told<'_>, plot: Plot, dot: &Dot) -> Plot {
    let role = told.study.rows.get(dot.row).map(|row| row.role);
    let class = match (role, dot.is_far) {
        (Some(Role::Baseline), false) => "ring",
        (Some(Role::Baseline), true) => "ring far",
        (_, false) => "energy",
        (_, true) => "energy far",
    };
    let hint = told.study.rows.get(dot.row).map_or_else(String::new, |row| hint(told, row, dot));
    plot.point(class, dot.x, dot.y, &hint)
}

fn hint(told: &Told<'_>, row: &Row, dot: &Dot) -> String {
    let used = row.used.map_or_else(String::new, |used| told.kwh(used));
    let date = told.date(row.period.from);
    format!("{date} · {} · {used} · {}", told.short(dot.x), told.role(row.role))
}

fn day(told: &Told<'_>, row: usize) -> String {
    let zone = told.view.model.site.zone_rules();
    let date = |row: &Row| format::day(zone.local(row.period.from).date, told.view.choice.language);
    told.study.rows.get(row).map_or_else(String::new, date)
}

/// The lower end of the model's band; nothing is used below zero.
fn low_of(point: &Point) -> f64 {
    let low = point.energy - point.band;
    if point.energy < 0.0 { low } else { low.max(0.0) }
}

/// The least and the most of some figures; 0 to 1 without any.
pub(super) fn ends_of(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (least, most) = values
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), one| {
            (least.min(one), most.max(one))
        });
    if least <= most { (least, most) } else { (0.0, 1.0) }
}

fn table(told: &Told<'_>, model: &Model) -> Table {
    let heads = [
        Word::Term,
        Word::Coefficient,
        Word::StandardError,
        Word::TValue,
        Word::PValue,
        Word::Seen,
        Word::ReportedMean,
    ];
    let base = if model.drivers.is_empty() { Word::MeanUse } else { Word::BaseLoad };
    let base =
        term(told, told.fill(base, &[told.one()]), &model.intercept, ["–".into(), "–".into()]);
    let drivers = model.drivers.iter().map(|driver| {
        let range = [driver.range.least, driver.range.most].map(|value| told.short(value));
        let seen = told.fill(Word::FromTo, &[&range[0], &range[1]]);
        let reported = driver.reported.map_or_else(|| "–".to_owned(), |mean| told.short(mean));
        term(told, told.driver(driver.column), &driver.coefficient, [seen, reported])
    });
    let rows: Vec<Vec<Cell>> = [base].into_iter().chain(drivers).collect();
    Table::new(heads.map(|word| told.text(word))).rows(rows)
}

fn term(told: &Told<'_>, name: String, of: &Coefficient, rest: [String; 2]) -> Vec<Cell> {
    let figure = |value: f64| match Decimal::from_f64(value, 9) {
        Some(exact) => Cell::figure(exact, told.short(value)),
        None => "∞".into(),
    };
    let [seen, reported] = rest;
    vec![
        name.into(),
        figure(of.value),
        figure(of.standard_error),
        figure(of.t),
        told.probability(of.p).into(),
        seen.into(),
        reported.into(),
    ]
}

#[cfg(test)]
mod tests {
    use super::ends_of;

    #[test]
    fn ends_hold_all_that_is_a_number() {
        assert_eq!(ends_of([3.0, f64::NAN, -1.0].into_iter()), (-1.0, 3.0));
        assert_eq!(ends_of([].into_iter()), (0.0, 1.0));
    }
}
