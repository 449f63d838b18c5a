//! A CSV file of readings to the samples of its channels.

use super::column::Column;
use super::error::ImportError;
use super::instants::{Placed, commonest_step, end_of, place};
use super::map::{End, Map};
use super::merge::{Cells, Merged, gaps, merge};
use super::midnight::{Decision, Mark, decide};
use super::number::Number;
use super::report::{ImportReport, Trouble, note};
use super::stamp::{Sort, Stamp, naive};
use super::text::{Row, Text};
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Kind, Quantity, Scale};
use millwatt::time::{Instant, Span};
use std::path::Path;

/// The readings of a file.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The interval of its rows.
    pub every: Span,
    /// Its channels, as the map orders them.
    pub channels: Vec<ImportedChannel>,
    /// What was found.
    pub report: ImportReport,
}

/// A channel and its samples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedChannel {
    /// `asset.quantity`, with `-l1` to `-l3` for a phase.
    pub name: String,
    /// The asset's short name.
    pub asset: String,
    /// What it measures.
    pub quantity: Quantity,
    /// Phase 1 to 3, or 0 for the whole.
    pub phase: u8,
    /// How its values relate.
    pub kind: Kind,
    /// The size of its integers.
    pub scale: Scale,
    /// The unit as the map writes it.
    pub unit: String,
    /// Oldest first, each instant once.
    pub samples: Vec<Sample>,
}

/// What is counted while rows are read.
#[derive(Default)]
struct Tally {
    rows: usize,
    unreadable: usize,
    unreadable_values: usize,
    troubles: Vec<Trouble>,
}

impl Tally {
    fn lose_row(&mut self, line: usize, reason: String) {
        self.unreadable += 1;
        note(&mut self.troubles, line, reason);
    }

    fn lose_value(&mut self, line: usize, reason: String) {
        self.unreadable_values += 1;
        note(&mut self.troubles, line, reason);
    }
}

/// Rows that could be read, in file order.
#[derive(Default)]
struct Table {
    lines: Vec<usize>,
    stamps: Vec<Stamp>,
    numbers: Vec<Option<Number>>,
}

/// Reads a CSV file of readings by a map.
///
/// # Missing data
/// An empty field gives no sample; rows that are not there are counted, never invented.
///
/// # Errors
/// When nothing of the file can be taken; single bad rows are counted in the report instead.
pub fn read_csv(path: &Path, map: &Map) -> Result<Imported, ImportError> {
    let text = Text::read(path)?;
    let mut tally = Tally::default();
    let (mut table, mut columns) = read_rows(&text, map, &mut tally)?;
    let commonest = commonest_step(&table.stamps);
    let every = map.time.every.map(Span::milliseconds).or(commonest);
    let Some(every) = every.filter(|_| !table.lines.is_empty()) else {
        return Err(nothing(&text.file, tally));
    };
    let midnight = settle_midnights(&mut table.stamps, map, every);
    let placed = place(&table.stamps, map.time.zone, every);
    let rows = rows_in_time(&table, &placed, map, &mut tally);
    if rows.is_empty() {
        return Err(nothing(&text.file, tally));
    }
    let mut cells = scale(&table, &mut columns, &mut tally);
    let merged = merge(rows, &mut cells);
    let every = Span::from_milliseconds(every);
    let channels: Vec<_> = (0..)
        .zip(&columns)
        .map(|(number, column)| channel(map, every, column, &merged, &cells, number))
        .collect();
    let mut report = report(text.file, tally, midnight, &placed, &merged, map, every);
    for (row, kept) in &merged.conflicts {
        let reason = format!("another value than in line {}", table.lines[*kept]);
        note(&mut report.conflicts, table.lines[*row], reason);
    }
    report.other_step_ms = commonest.filter(|step| *step != every.milliseconds());
    report.channels = (columns.iter().zip(&channels))
        .map(|(column, channel)| {
            let sum = channel.samples.iter().map(|sample| i128::from(sample.value)).sum();
            column.report(channel.samples.len(), sum)
        })
        .collect();
    report.rounded = report.channels.iter().map(|channel| channel.rounded).sum();
    Ok(Imported { every, channels, report })
}

/// Why a file gives nothing.
fn nothing(file: &str, tally: Tally) -> ImportError {
    let file = file.to_owned();
    match tally.troubles.into_iter().next() {
        None if tally.rows == 0 => ImportError::Empty { file },
        Some(first) if tally.rows == tally.unreadable => ImportError::NothingRead {
            file,
            rows: tally.rows,
            first: format!("line {}: {}", first.line, first.reason),
        },
        _ => ImportError::NoStep { file },
    }
}

fn read_rows<'a>(
    text: &Text,
    map: &'a Map,
    tally: &mut Tally,
) -> Result<(Table, Vec<Column<'a>>), ImportError> {
    let mut rows = text.rows(map.delimiter)?;
    let time = rows.column(&map.time.column, "[time] column")?;
    let mut columns = Vec::new();
    for channel in &map.channels {
        let place = rows.column(&channel.column, "[[channel]] column")?;
        columns.push(Column::new(channel, place, map.decimal));
    }
    let (width, mut table) = (rows.header.len(), Table::default());
    while let Some(row) = rows.next()? {
        tally.rows += 1;
        let stamp = row.shape(width).and_then(|()| map.time.format.stamp(&row.field(time)));
        match stamp {
            Ok(stamp) => read_row(&row, stamp, &mut columns, &mut table, tally),
            Err(reason) => tally.lose_row(row.line, reason),
        }
    }
    Ok((table, columns))
}

fn read_row(
    row: &Row<'_>,
    stamp: Stamp,
    columns: &mut [Column<'_>],
    table: &mut Table,
    tally: &mut Tally,
) {
    let start = table.numbers.len();
    let mut reasons = Vec::new();
    for column in columns {
        let number = column.read(&row.field(column.place));
        table.numbers.push(number.unwrap_or_else(|reason| {
            reasons.push(reason);
            None
        }));
    }
    let some = table.numbers.iter().skip(start).any(Option::is_some);
    if !some && !reasons.is_empty() {
        table.numbers.truncate(start);
        return tally.lose_row(row.line, reasons.join("; "));
    }
    for reason in reasons {
        tally.lose_value(row.line, reason);
    }
    table.lines.push(row.line);
    table.stamps.push(stamp);
}

/// Decides what 00:00 means and moves the stamps accordingly.
fn settle_midnights(stamps: &mut [Stamp], map: &Map, step: i64) -> Decision {
    let mark = |stamp: &Stamp| Mark { wall: stamp.wall, open: stamp.sort == Sort::Midnight };
    let marks: Vec<Mark> = stamps.iter().map(mark).collect();
    let decision = decide(map.time.midnight, &marks, step);
    for (stamp, mark) in stamps.iter_mut().zip(marks) {
        stamp.wall = mark.decided(decision.midnight);
    }
    decision
}

/// The rows that have an instant, with their place in the table.
fn rows_in_time(
    table: &Table,
    placed: &Placed,
    map: &Map,
    tally: &mut Tally,
) -> Vec<(Instant, usize)> {
    let mut rows = Vec::new();
    for (row, at) in placed.at.iter().enumerate() {
        match at {
            Some(at) => rows.push((*at, row)),
            None => {
                let (wall, zone) = (naive(table.stamps[row].wall), map.time.zone);
                let reason = format!("{wall} never was in {zone}: the clock was put forward");
                tally.lose_row(table.lines[row], reason);
            }
        }
    }
    rows
}

/// Numbers to the integers that are kept.
fn scale(table: &Table, columns: &mut [Column<'_>], tally: &mut Tally) -> Cells {
    let width = columns.len();
    let mut values = Vec::with_capacity(table.numbers.len());
    for (line, numbers) in table.lines.iter().zip(table.numbers.chunks(width)) {
        for (column, number) in columns.iter_mut().zip(numbers) {
            let value = number.map(|number| column.scaled(number)).transpose();
            values.push(value.unwrap_or_else(|reason| {
                tally.lose_value(*line, reason);
                None
            }));
        }
    }
    Cells { width, values }
}

fn channel(
    map: &Map,
    every: Span,
    column: &Column<'_>,
    merged: &Merged,
    cells: &Cells,
    number: usize,
) -> ImportedChannel {
    let from = column.map;
    let begins = from.kind == Kind::Amount && map.time.stamp == End::Begin;
    let sample = |(at, row): &(Instant, usize)| {
        let value = cells.row(*row)[number]?;
        let at = if begins { end_of(*at, every, map.time.zone) } else { *at };
        Some(Sample { at, value, quality: Quality::Good })
    };
    let decimals = i8::try_from(column.decimals()).unwrap_or(i8::MAX);
    ImportedChannel {
        name: from.name.clone(),
        asset: from.asset.clone(),
        quantity: from.quantity,
        phase: from.phase,
        kind: from.kind,
        scale: Scale(from.exponent.saturating_sub(decimals)),
        unit: from.unit.clone(),
        samples: merged.rows.iter().filter_map(sample).collect(),
    }
}

fn report(
    file: String,
    mut tally: Tally,
    midnight: Decision,
    placed: &Placed,
    merged: &Merged,
    map: &Map,
    every: Span,
) -> ImportReport {
    tally.troubles.sort_by_key(|trouble| trouble.line);
    let every_ms = every.milliseconds();
    let (missing, gaps) = gaps(&merged.rows, every_ms, map.time.zone);
    let local = |row: Option<&(Instant, usize)>| row.map(|(at, _)| map.time.zone.local(*at));
    ImportReport {
        file,
        rows: tally.rows,
        imported: merged.imported,
        duplicate: merged.duplicate,
        conflicting: merged.conflicting,
        conflicts: Vec::new(),
        empty: merged.empty,
        unreadable: tally.unreadable,
        unreadable_values: tally.unreadable_values,
        troubles: tally.troubles,
        out_of_order: placed.out_of_order,
        newest_first: placed.newest_first,
        missing,
        gaps,
        ambiguous: placed.ambiguous,
        rounded: 0,
        every_ms,
        other_step_ms: None,
        first: local(merged.rows.first()),
        last: local(merged.rows.last()),
        midnight,
        channels: Vec::new(),
    }
}
