//! A workbook: a sheet an asset, a row an instant, a column a channel with its unit, and the quality of what stands in the row.
//!
//! Times are dates of the spreadsheet on the site's wall; where clocks go back, rows stay in order and an hour comes twice. Numbers
//! are numbers up to the fifteen digits that a spreadsheet keeps, and text beyond. Names are text, never formulas. A sheet that
//! is full goes on in the next. Rows wait on the disk, not in memory.

use std::io::{self, Write};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::grid::Grid;
use super::{Row, Selection, Track, Value, quantity};
use crate::figures::local_time;
use crate::import::word;
use millwatt::Decimal;
use millwatt::reading::Quality;
use millwatt::time::{Instant, Zone};

/// Rows of a sheet below its heads.
const MOST_ROWS: usize = (1 << 20) - 1;
/// Digits that a spreadsheet keeps.
const MOST_DIGITS: usize = 15;
/// 1970-01-01 as a spreadsheet counts days.
const UNIX_DAY: f64 = 25_569.0;
/// The days that every spreadsheet shows: from 1 March 1900, before which they differ, to the end of 9999.
const DAYS: std::ops::Range<f64> = 61.0..2_958_466.0;
const DAY_MS: f64 = 86_400_000.0;

/// Writes readings; gives how many there were.
pub(super) fn readings(
    selection: Selection<'_>,
    folder: &Path,
    out: &mut (impl Write + Send),
) -> io::Result<u64> {
    let mut book = Book::new(selection, folder).map_err(told)?;
    let mut tracks: Vec<_> = selection.tracks().collect();
    let mut count = 0;
    while let Some(first) = tracks.first().copied() {
        let of_asset = |track: &Track<'_>| track.channel.asset == first.channel.asset;
        let (same, rest) = tracks.into_iter().partition::<Vec<_>, _>(of_asset);
        let name = first.asset.map_or("", |asset| asset.name);
        count += book.asset(selection, name, &same, MOST_ROWS).map_err(told)?;
        tracks = rest;
    }
    book.save(out).map_err(told)?;
    Ok(count)
}

/// Writes events; gives how many there were.
pub(super) fn events(
    selection: Selection<'_>,
    folder: &Path,
    out: &mut (impl Write + Send),
) -> io::Result<u64> {
    let mut book = Book::new(selection, folder).map_err(told)?;
    let count = book.events(selection, MOST_ROWS).map_err(told)?;
    book.save(out).map_err(told)?;
    Ok(count)
}

fn told(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        XlsxError::ZipError(error) => error.into(),
        error => io::Error::other(error.to_string()),
    }
}

struct Book<'a> {
    workbook: Workbook,
    names: Vec<String>,
    zone: Zone<'a>,
    zone_name: &'a str,
    head: Format,
    date: Format,
}

impl<'a> Book<'a> {
    fn new(selection: Selection<'a>, folder: &Path) -> Result<Self, XlsxError> {
        let mut workbook = Workbook::new();
        workbook.set_tempdir(folder)?;
        let (head, date) = (Format::new().set_bold(), Format::new());
        let date = date.set_num_format("yyyy-mm-dd hh:mm:ss");
        let (zone, zone_name) = (selection.site.zone_rules(), selection.site.zone);
        Ok(Self { workbook, names: Vec::new(), zone, zone_name, head, date })
    }

    fn save(mut self, out: &mut (impl Write + Send)) -> Result<(), XlsxError> {
        if self.names.is_empty() {
            self.workbook.add_worksheet().write_string(0, 0, "nothing in this period")?;
        }
        self.workbook.save_to_writer(out)
    }

    fn asset(
        &mut self,
        selection: Selection<'a>,
        name: &str,
        tracks: &[Track<'a>],
        most: usize,
    ) -> Result<u64, XlsxError> {
        let mut heads = vec![format!("time ({})", self.zone_name)];
        heads.extend(tracks.iter().map(|track| with_unit(track.channel.name, track.channel.unit)));
        heads.push("quality".to_owned());
        let mut grid = Grid::new(selection, tracks.iter().copied()).peekable();
        let formats: Vec<_> = tracks.iter().map(format).collect();
        let mut count = 0;
        while grid.peek().is_some() {
            let (sheet, date, zone) = self.sheet(name, &heads)?;
            for (line, (at, cells)) in (1..).zip(grid.by_ref().take(most)) {
                write_time(sheet, (line, 0), (at, zone), date)?;
                count += write_cells(sheet, line, &cells, &formats)?;
            }
        }
        Ok(count)
    }

    fn events(&mut self, selection: Selection<'a>, most: usize) -> Result<u64, XlsxError> {
        let zone = self.zone_name;
        let mut heads = vec![format!("time ({zone})"), format!("until ({zone})")];
        let others = ["kind", "asset", "product", "quantity", "unit", "note"];
        heads.extend(others.map(str::to_owned));
        let (mut events, mut count) = (selection.events().peekable(), 0);
        while events.peek().is_some() {
            let (sheet, date, zone) = self.sheet("events", &heads)?;
            for (line, event) in (1..).zip(events.by_ref().take(most)) {
                write_time(sheet, (line, 0), (event.at, zone), date)?;
                if let Some(until) = event.until {
                    write_time(sheet, (line, 1), (until, zone), date)?;
                }
                let before = [word(event.kind), event.asset, event.product];
                for (column, text) in (2..).zip(before).chain([(6, event.unit), (7, event.note)]) {
                    sheet.write_string(line, column, text)?;
                }
                write_number(sheet, (line, 5), quantity(&event), &Format::new())?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// A further sheet with its heads, and what its dates need.
    fn sheet(
        &mut self,
        name: &str,
        heads: &[String],
    ) -> Result<(&mut Worksheet, &Format, Zone<'a>), XlsxError> {
        let name = fitting(name, &self.names);
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(&name)?;
        sheet.set_freeze_panes(1, 1)?;
        for (column, head) in (0..).zip(heads) {
            let width = head.chars().count().clamp(12, 40) as f64 + 1.0;
            sheet.set_column_width(column, if column == 0 { width.max(22.0) } else { width })?;
            sheet.write_string_with_format(0, column, head, &self.head)?;
        }
        self.names.push(name);
        Ok((sheet, &self.date, self.zone))
    }
}

fn write_cells(
    sheet: &mut Worksheet,
    line: u32,
    cells: &[Option<Row<'_>>],
    formats: &[Format],
) -> Result<u64, XlsxError> {
    let (mut count, mut doubts) = (0, Vec::new());
    for ((column, row), format) in (1..).zip(cells).zip(formats) {
        let Some(row) = row else { continue };
        match row.value() {
            Value::Number(number) => write_number(sheet, (line, column), number, format)?,
            Value::State(state) => {
                sheet.write_string(line, column, state)?;
            }
        }
        if row.sample.quality != Quality::Good {
            doubts.push(format!("{}: {}", row.channel.name, row.quality()));
        }
        count += 1;
    }
    let quality = if doubts.is_empty() { "good".to_owned() } else { doubts.join("; ") };
    let last = u16::try_from(cells.len() + 1).map_err(|_| XlsxError::RowColumnLimitError)?;
    sheet.write_string(line, last, quality)?;
    Ok(count)
}

fn write_number(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    number: Decimal,
    format: &Format,
) -> Result<(), XlsxError> {
    match figure(number) {
        Some(figure) => sheet.write_number_with_format(line, column, figure, format)?,
        None => sheet.write_string(line, column, number.to_string())?,
    };
    Ok(())
}

fn write_time(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    (at, zone): (Instant, Zone<'_>),
    format: &Format,
) -> Result<(), XlsxError> {
    let wall = at.unix_milliseconds().saturating_add(zone.offset(at).milliseconds());
    let day = wall as f64 / DAY_MS + UNIX_DAY;
    if DAYS.contains(&day) {
        sheet.write_number_with_format(line, column, day, format)?;
    } else {
        sheet.write_string(line, column, local_time(zone, at))?;
    }
    Ok(())
}

/// A number that a spreadsheet keeps to its last digit.
fn figure(number: Decimal) -> Option<f64> {
    let text = number.to_string();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits <= MOST_DIGITS { text.parse().ok() } else { None }
}

/// All the places that a channel has.
fn format(track: &Track<'_>) -> Format {
    let places = crate::unit::places(track.channel).clamp(0, 15);
    let zeros = "0".repeat(usize::from(places.unsigned_abs()));
    Format::new().set_num_format(if places > 0 { format!("0.{zeros}") } else { "0".to_owned() })
}

fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_owned() } else { format!("{name} ({unit})") }
}

/// A name that a workbook takes and that no other sheet has: 31 letters, none of `[]:*?/\'`, and not the reserved one.
fn fitting(name: &str, taken: &[String]) -> String {
    let is_bad = |c: char| c.is_control() || "[]:*?/\\'".contains(c);
    let plain = name.replace(is_bad, " ");
    // Spreadsheets count UTF-16; a space and five digits may follow.
    let mut units = 0;
    let begin = plain.trim().chars().take_while(|c| {
        units += c.len_utf16();
        units <= 25
    });
    let begin = match begin.collect::<String>().trim() {
        "" => "sheet".to_owned(),
        begin => begin.to_owned(),
    };
    let is_free = |name: &String| {
        let lower = name.to_lowercase();
        lower != "history" && taken.iter().all(|other| other.to_lowercase() != lower)
    };
    let numbered = (2_u32..).map(|number| format!("{begin} {number}"));
    let mut wanted = std::iter::once(begin.clone()).chain(numbered);
    wanted.find(is_free).unwrap_or(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_numbers_as_long_as_no_digit_is_lost() {
        assert_eq!(figure(Decimal::new(-12_500, 3)), Some(-12.5));
        assert_eq!(figure(Decimal::new(999_999_999_999_999, 3)), Some(999_999_999_999.999));
        assert_eq!(figure(Decimal::new(1_234_567_890_123_456, 3)), None);
        assert_eq!(figure(Decimal::new(0, 3)), Some(0.0));
    }

    #[test]
    fn names_of_sheets_are_short_and_differ() {
        assert_eq!(fitting("=1+1: a/b", &[]), "=1+1  a b");
        assert_eq!(fitting("Mill", &["mill".to_owned(), "mill 2".to_owned()]), "Mill 3");
        assert_eq!(
            (fitting("'", &[]), fitting("History", &[])),
            ("sheet".into(), "History 2".into())
        );
        assert!(fitting(&"\u{1f525}".repeat(40), &[]).encode_utf16().count() <= 25);
    }
}
