//! Rows of stamps and values to the samples of channels: what all kinds of files come through.

use super::column::Column;
use super::error::ImportError;
use super::instants::{Placed, end_of, place};
use super::map::{End, TimeColumn};
use super::merge::{Cells, Merged, gaps, merge};
use super::midnight::{Decision, Mark, decide};
use super::number::Number;
use super::report::{ImportReport, Trouble, note};
use super::stamp::{Sort, Stamp, naive};
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Kind, Quantity, Scale};
use millwatt::time::{Instant, Span};

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
    /// The interval of its samples.
    pub every: Span,
    /// Oldest first, each instant once.
    pub samples: Vec<Sample>,
}

/// A file as the report tells of it, and how its stamps are meant.
pub(super) struct Origin<'a> {
    /// As it was named.
    pub file: String,
    /// What its rows are counted in: `line`, `row`, `value`.
    pub place: &'static str,
    /// The zone, the end that a stamp names, the interval.
    pub time: &'a TimeColumn,
    /// Whether stamps name the beginning of an interval for all kinds of values, not amounts alone.
    pub begins: bool,
}

/// What is counted while rows are read.
#[derive(Default)]
pub(super) struct Tally {
    /// Rows met.
    pub rows: usize,
    unreadable: usize,
    unreadable_values: usize,
    troubles: Vec<Trouble>,
}

impl Tally {
    /// Counts a row of which nothing can be read.
    pub fn lose_row(&mut self, line: usize, reason: String) {
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
pub(super) struct Table {
    lines: Vec<usize>,
    /// One for each row.
    pub stamps: Vec<Stamp>,
    numbers: Vec<Option<Number>>,
}

impl Table {
    /// Takes the fields of a row, as `read` gives them for each column.
    pub fn take(
        &mut self,
        line: usize,
        stamp: Stamp,
        columns: &mut [Column<'_>],
        tally: &mut Tally,
        mut read: impl FnMut(&mut Column<'_>) -> Result<Option<Number>, String>,
    ) {
        let start = self.numbers.len();
        let mut reasons = Vec::new();
        for column in columns {
            let number = read(column);
            self.numbers.push(number.unwrap_or_else(|reason| {
                reasons.push(reason);
                None
            }));
        }
        let some = self.numbers.iter().skip(start).any(Option::is_some);
        if !some && !reasons.is_empty() {
            self.numbers.truncate(start);
            return tally.lose_row(line, reasons.join("; "));
        }
        for reason in reasons {
            tally.lose_value(line, reason);
        }
        self.lines.push(line);
        self.stamps.push(stamp);
    }
}

/// Brings rows in order of time, each instant once, and says what became of them.
///
/// `step` is the file's own interval, as far as its stamps show one.
///
/// # Errors
/// When nothing is left, or no interval is known.
pub(super) fn assemble(
    origin: &Origin<'_>,
    mut table: Table,
    columns: &mut [Column<'_>],
    mut tally: Tally,
    step: Option<i64>,
) -> Result<Imported, ImportError> {
    let every = origin.time.every.map(Span::milliseconds).or(step);
    let Some(every) = every.filter(|_| !table.lines.is_empty()) else {
        return Err(nothing(origin, tally));
    };
    let midnight = settle_midnights(&mut table.stamps, origin.time, every);
    let placed = place(&table.stamps, origin.time.zone, every);
    let rows = rows_in_time(&table, &placed, origin.time, &mut tally);
    if rows.is_empty() {
        return Err(nothing(origin, tally));
    }
    let mut cells = scale(&table, columns, &mut tally);
    let merged = merge(rows, &mut cells);
    let every = Span::from_milliseconds(every);
    let channels: Vec<_> = (0..)
        .zip(&*columns)
        .map(|(number, column)| channel(origin, every, column, &merged, &cells, number))
        .collect();
    let mut report = report(origin, tally, midnight, &placed, &merged, every);
    for (row, kept) in &merged.conflicts {
        let reason = format!("another value than in {} {}", origin.place, table.lines[*kept]);
        note(&mut report.conflicts, table.lines[*row], reason);
    }
    report.other_step_ms = step.filter(|step| *step != every.milliseconds());
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
fn nothing(origin: &Origin<'_>, tally: Tally) -> ImportError {
    let file = origin.file.clone();
    match tally.troubles.into_iter().next() {
        None if tally.rows == 0 => ImportError::Empty { file },
        Some(first) if tally.rows == tally.unreadable => ImportError::NothingRead {
            file,
            rows: tally.rows,
            first: format!("{} {}: {}", origin.place, first.line, first.reason),
        },
        _ => ImportError::NoStep { file },
    }
}

/// Decides what 00:00 means and moves the stamps accordingly.
fn settle_midnights(stamps: &mut [Stamp], time: &TimeColumn, step: i64) -> Decision {
    let mark = |stamp: &Stamp| Mark { wall: stamp.wall, open: stamp.sort == Sort::Midnight };
    let marks: Vec<Mark> = stamps.iter().map(mark).collect();
    let decision = decide(time.midnight, &marks, step);
    for (stamp, mark) in stamps.iter_mut().zip(marks) {
        stamp.wall = mark.decided(decision.midnight);
    }
    decision
}

/// The rows that have an instant, with their place in the table.
fn rows_in_time(
    table: &Table,
    placed: &Placed,
    time: &TimeColumn,
    tally: &mut Tally,
) -> Vec<(Instant, usize)> {
    let mut rows = Vec::new();
    for (row, at) in placed.at.iter().enumerate() {
        match at {
            Some(at) => rows.push((*at, row)),
            None => {
                let (wall, zone) = (naive(table.stamps[row].wall), time.zone);
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
    origin: &Origin<'_>,
    every: Span,
    column: &Column<'_>,
    merged: &Merged,
    cells: &Cells,
    number: usize,
) -> ImportedChannel {
    let from = column.map;
    let time = origin.time;
    let begins = origin.begins || (from.kind == Kind::Amount && time.stamp == End::Begin);
    let sample = |(at, row): &(Instant, usize)| {
        let value = cells.row(*row)[number]?;
        let at = if begins { end_of(*at, every, time.zone) } else { *at };
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
        every,
        samples: merged.rows.iter().filter_map(sample).collect(),
    }
}

fn report(
    origin: &Origin<'_>,
    mut tally: Tally,
    midnight: Decision,
    placed: &Placed,
    merged: &Merged,
    every: Span,
) -> ImportReport {
    tally.troubles.sort_by_key(|trouble| trouble.line);
    let every_ms = every.milliseconds();
    let zone = origin.time.zone;
    let (missing, gaps) = gaps(&merged.rows, every_ms, zone);
    let local = |row: Option<&(Instant, usize)>| row.map(|(at, _)| zone.local(*at));
    ImportReport {
        file: origin.file.clone(),
        place: origin.place,
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
