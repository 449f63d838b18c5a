//! What an import found in a file, for people (`Display`) and for scripts (`Serialize`).

use super::midnight::Decision;
use super::zone::plain;
use chrono::{DateTime, FixedOffset};
use millwatt::time::Span;
use serde::Serialize;
use std::fmt;

/// How many troubles and gaps are named; all are counted.
const MOST_NAMED: usize = 10;

/// A line, row or value that could not be read, in whole or in part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// Counted from 1.
    pub line: usize,
    /// Why.
    pub reason: String,
}

/// A stretch of the grid without rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The stamp of the last row before it.
    pub after: DateTime<FixedOffset>,
    /// The stamp of the first row behind it.
    pub before: DateTime<FixedOffset>,
    /// Points of the grid between them.
    pub points: usize,
}

/// What became of one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChannelReport {
    /// Its name.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// Decimals kept.
    pub decimals: u8,
    /// Samples read.
    pub samples: usize,
    /// Fields without a value.
    pub empty: usize,
    /// Fields that hold no number.
    pub unreadable: usize,
    /// Values that had more decimals than are kept.
    pub rounded: usize,
    /// For amounts: the sum of all samples, exact, in `unit`.
    pub total: Option<String>,
}

/// What an import found in a file of readings.
///
/// Every row is counted once: `rows` = `imported` + `duplicate` + `conflicting` + `empty` +
/// `unreadable`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// The file as it was named.
    pub file: String,
    /// What rows are counted in: `line`, `row` of a sheet, `value`.
    pub place: &'static str,
    /// Rows below the column names.
    pub rows: usize,
    /// Rows of which at least one value was taken.
    pub imported: usize,
    /// Rows that say again what another said.
    pub duplicate: usize,
    /// Rows that contradict another of the same instant, which stands.
    pub conflicting: usize,
    /// The first of them.
    pub conflicts: Vec<Trouble>,
    /// Rows with a stamp and no value.
    pub empty: usize,
    /// Rows of which nothing could be read.
    pub unreadable: usize,
    /// Fields that could not be read in rows that else were.
    pub unreadable_values: usize,
    /// The first lines that could not be read.
    pub troubles: Vec<Trouble>,
    /// Rows that go back in time, or forward where the newest stand first.
    pub out_of_order: usize,
    /// Whether the newest rows stand first.
    pub newest_first: bool,
    /// Points of the grid between the first and the last row that have none.
    pub missing: usize,
    /// The first stretches of them.
    pub gaps: Vec<Gap>,
    /// Rows in an hour that the wall clock showed twice, told apart by their order.
    pub ambiguous: usize,
    /// Values that had more decimals than are kept.
    pub rounded: usize,
    /// The interval, in milliseconds.
    pub every_ms: i64,
    /// The commonest step between rows, in milliseconds, where it is not the interval.
    pub other_step_ms: Option<i64>,
    /// The first stamp.
    pub first: Option<DateTime<FixedOffset>>,
    /// The last stamp.
    pub last: Option<DateTime<FixedOffset>>,
    /// What 00:00 was taken for.
    pub midnight: Decision,
    /// What became of each channel.
    pub channels: Vec<ChannelReport>,
}

/// What an import found in a file of events.
///
/// Every row is counted once: `rows` = `imported` + `duplicate` + `unreadable`.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct EventReport {
    /// The file as it was named.
    pub file: String,
    /// Rows below the column names.
    pub rows: usize,
    /// Events taken.
    pub imported: usize,
    /// Rows that are the same as another in every column.
    pub duplicate: usize,
    /// Rows that could not be read.
    pub unreadable: usize,
    /// The first of them.
    pub troubles: Vec<Trouble>,
    /// Rows that go back in time.
    pub out_of_order: usize,
    /// Stamps in an hour that the wall clock showed twice, taken for the first time.
    pub ambiguous: usize,
    /// Quantities that had more than three decimals.
    pub rounded: usize,
}

/// Most characters of a reason: it quotes the file, which may hold anything.
const MOST_CHARACTERS: usize = 300;

/// Keeps the first troubles.
pub(super) fn note(troubles: &mut Vec<Trouble>, line: usize, reason: String) {
    if troubles.len() < MOST_NAMED {
        let plain = |c: char| if c.is_control() { ' ' } else { c };
        let reason = reason.chars().take(MOST_CHARACTERS).map(plain).collect();
        troubles.push(Trouble { line, reason });
    }
}

/// Keeps the first gaps.
pub(super) fn note_gap(gaps: &mut Vec<Gap>, gap: Gap) {
    if gaps.len() < MOST_NAMED {
        gaps.push(gap);
    }
}

/// A span as people write it: `15min`, `1h`, `1d`.
fn span(milliseconds: i64) -> String {
    let units = [("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000)];
    let fits = |(_, unit): &(&str, i64)| milliseconds != 0 && milliseconds % unit == 0;
    units.into_iter().find(fits).map_or_else(
        || format!("{milliseconds}ms"),
        |(word, unit)| format!("{}{word}", milliseconds / unit),
    )
}

impl ImportReport {
    /// The interval.
    #[must_use]
    pub const fn every(&self) -> Span {
        Span::from_milliseconds(self.every_ms)
    }

    fn write_rows(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} rows read, {} imported, {} duplicate, {} conflicting, {} empty, {} unreadable",
            self.file,
            self.rows,
            self.imported,
            self.duplicate,
            self.conflicting,
            self.empty,
            self.unreadable
        )?;
        if self.conflicting > 0 {
            writeln!(f, "  conflicting: of two values for one instant the first stands")?;
            write_troubles(f, self.place, self.conflicting, &self.conflicts)?;
        }
        if let (Some(first), Some(last)) = (&self.first, &self.last) {
            let (first, last) = (plain(first), plain(last));
            writeln!(f, "  stamps {first} to {last}, every {}", span(self.every_ms))?;
        }
        if let Some(step) = self.other_step_ms {
            let step = span(step);
            writeln!(f, "  the map's `every` is not the file's commonest step, {step}")?;
        }
        writeln!(f, "  midnight: {}", self.midnight)
    }

    fn write_order(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.newest_first { "newest first, " } else { "" };
        writeln!(f, "  out of order: {order}{} rows, sorted", self.out_of_order)?;
        if self.ambiguous > 0 {
            let rows = self.ambiguous;
            writeln!(f, "  {rows} rows in an hour that came twice, told apart by their order")?;
        }
        writeln!(f, "  missing: {} points of the grid have no row", self.missing)?;
        for gap in &self.gaps {
            let (after, before) = (plain(&gap.after), plain(&gap.before));
            writeln!(f, "    {} between {after} and {before}", gap.points)?;
        }
        let named: usize = self.gaps.iter().map(|gap| gap.points).sum();
        if named < self.missing {
            writeln!(f, "    … and {} more", self.missing - named)?;
        }
        Ok(())
    }
}

pub(super) fn write_troubles(
    f: &mut fmt::Formatter<'_>,
    place: &str,
    all: usize,
    troubles: &[Trouble],
) -> fmt::Result {
    for trouble in troubles {
        writeln!(f, "    {place} {}: {}", trouble.line, trouble.reason)?;
    }
    if all > troubles.len() {
        writeln!(f, "    … and {} more", all - troubles.len())?;
    }
    Ok(())
}

impl fmt::Display for ChannelReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} values", self.name, self.samples)?;
        if let Some(total) = &self.total {
            write!(f, ", total {total} {}", self.unit)?;
        }
        for (count, what) in
            [(self.empty, "empty"), (self.unreadable, "unreadable"), (self.rounded, "rounded")]
        {
            if count > 0 {
                write!(f, ", {count} {what}")?;
            }
        }
        if self.rounded > 0 {
            write!(f, " to {} decimals", self.decimals)?;
        }
        Ok(())
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_rows(f)?;
        self.write_order(f)?;
        let unreadable = self.unreadable + self.unreadable_values;
        if unreadable > 0 {
            let values = self.unreadable_values;
            writeln!(f, "  unreadable: {} rows, {values} single values", self.unreadable)?;
            write_troubles(f, self.place, unreadable, &self.troubles)?;
        }
        for channel in &self.channels {
            writeln!(f, "  {channel}")?;
        }
        Ok(())
    }
}

impl fmt::Display for EventReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} rows read, {} imported, {} duplicate, {} unreadable",
            self.file, self.rows, self.imported, self.duplicate, self.unreadable
        )?;
        write_troubles(f, "line", self.unreadable, &self.troubles)?;
        for (count, what) in [
            (self.out_of_order, "rows out of order, sorted"),
            (self.ambiguous, "stamps in an hour that came twice, taken for the first time"),
            (self.rounded, "quantities rounded to 3 decimals"),
        ] {
            if count > 0 {
                writeln!(f, "  {count} {what}")?;
            }
        }
        Ok(())
    }
}
