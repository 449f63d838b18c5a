//! A sheet of an XLSX workbook: the same table as a CSV file, its dates as cells of their own kind.
//!
//! A workbook keeps numbers as binary figures of 64 bits, of which 15 decimal digits mean something;
//! what stands behind them (0.1 + 0.2 = 0.30000000000000004) is left away, as its programs do when they
//! show them. A formula counts with the value that was saved with it.

use super::column::{Column, Field};
use super::error::ImportError;
use super::instants::commonest_step;
use super::map::Map;
use super::number::shortest;
use super::sources::{guess, quoted};
use super::stamp::{Stamp, milliseconds};
use super::table::{Imported, Origin, Table, Tally, assemble};
use calamine::{DataRef, ExcelDateTime, ExcelDateTimeType, Reader as _, Xlsx, XlsxCellReader};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

/// Most bytes of a workbook.
const MOST_BYTES: u64 = 1 << 28;

/// Days from the first day of workbooks to 1970, and how much later some begin to count.
const DAYS_TO_1970: f64 = 25_569.0;
const DAYS_TO_1904: f64 = 1_462.0;

/// A workbook's stamp so near to a whole second means it: sums of fractions of a day drift.
const DRIFT: i64 = 20;

type Book = Xlsx<BufReader<File>>;
type Cells<'a> = XlsxCellReader<'a, BufReader<File>>;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Text(String),
    Number(f64),
    /// A moment on the wall.
    Moment(i64),
    /// Something that is neither, in words.
    Other(String),
}

/// A cell with its column.
type Cell = (u32, Content);

/// Cells of a row that are not empty, by column.
type Row = Vec<Cell>;

/// Reads a sheet of readings by a map.
///
/// # Missing data
/// An empty cell gives no sample; rows that are not there are counted, never invented.
///
/// # Errors
/// When nothing of the sheet can be taken; single bad rows are counted in the report instead.
pub fn read_workbook(path: &Path, map: &Map) -> Result<Imported, ImportError> {
    let mut book = open(path)?;
    let sheet = sheet(path, &book, map.sheet.as_deref())?;
    let file = format!("{}, sheet `{sheet}`", path.display());
    let mut rows = Rows::of(&mut book, &sheet, &file)?;
    let mut tally = Tally::default();
    let (table, mut columns) = read_rows(&mut rows, map, &mut tally)?;
    drop(rows);
    let step = commonest_step(&table.stamps);
    let origin = Origin { file, place: "row", time: &map.time, begins: false };
    assemble(&origin, table, &mut columns, tally, step)
}

/// A map with a channel for each column of numbers, to be edited.
///
/// # Errors
/// When the file is no workbook, or has no columns below names.
pub fn suggest_workbook(path: &Path) -> Result<String, ImportError> {
    let mut book = open(path)?;
    let sheet = sheet(path, &book, book.sheet_names().first().map(String::as_str))?;
    let file = format!("{}, sheet `{sheet}`", path.display());
    let mut rows = Rows::of(&mut book, &sheet, &file)?;
    let first = rows.next()?.map(|(_, row)| row).unwrap_or_default();
    let named = |column: u32| rows.names.iter().find(|(known, _)| *known == column);
    let is_moment = |cell: &&(u32, Content)| matches!(cell.1, Content::Moment(_));
    let time = first.iter().find(is_moment).and_then(|(column, _)| named(*column));
    let format = if time.is_some() { "excel" } else { "%Y-%m-%d %H:%M" };
    let Some((_, time)) = time.or(rows.names.first()) else {
        return Err(ImportError::Empty { file: file.clone() });
    };
    let mut text = format!(
        "# Columns of {file}. Keep the channels that are wanted and name an asset of the site in each;\n\
         # quantity, kind and unit are guesses.\n\
         sheet = {}\n\n[time]\ncolumn = {}\nformat = \"{format}\"\nzone = \"\"\nstamp = \"end\"\n",
        quoted(&sheet),
        quoted(time)
    );
    for (column, content) in &first {
        if let (Content::Number(_), Some((_, name))) = (content, named(*column)) {
            let rows = guess(&[name], "", true).rows();
            text += &format!("\n[[channel]]\ncolumn = {}\n{rows}\n", quoted(name));
        }
    }
    Ok(text)
}

fn open(path: &Path) -> Result<Book, ImportError> {
    let file = path.display().to_string();
    let read = |why: String| ImportError::Unreadable { file: file.clone(), why };
    let opened = File::open(path).map_err(|error| read(error.to_string()))?;
    let length = opened.metadata().map_err(|error| read(error.to_string()))?.len();
    if length > MOST_BYTES {
        let message = "is larger than 256 MB; save its sheet as CSV and import that".to_owned();
        return Err(ImportError::Content { file, message });
    }
    Xlsx::new(BufReader::new(opened)).map_err(|error| {
        let message = format!(
            "is no XLSX workbook that can be read ({error}); save it again as .xlsx without a \
             password, or as CSV"
        );
        ImportError::Content { file: file.clone(), message }
    })
}

/// The sheet that is meant: the map's, or the only one.
fn sheet(path: &Path, book: &Book, asked: Option<&str>) -> Result<String, ImportError> {
    let names = book.sheet_names();
    let found = match asked {
        Some(asked) => names.iter().find(|name| *name == asked),
        None => names.first().filter(|_| names.len() == 1),
    };
    found.cloned().ok_or_else(|| {
        let names = names.join("`, `");
        let message = match asked {
            Some(asked) => format!("has no sheet `{asked}`; its sheets are `{names}`"),
            None => format!("has the sheets `{names}`; name one in the map, as sheet = \"…\""),
        };
        ImportError::Content { file: path.display().to_string(), message }
    })
}

/// The rows of a sheet one by one, below its column names.
struct Rows<'a> {
    cells: Cells<'a>,
    file: &'a str,
    /// The first cell of the row behind the one that was given last.
    ahead: Option<(u32, (u32, Content))>,
    /// Whether the last cell was given: the reader must not be asked again.
    has_ended: bool,
    /// The names of the columns, by column.
    names: Vec<(u32, String)>,
}

impl<'a> Rows<'a> {
    fn of(book: &'a mut Book, sheet: &str, file: &'a str) -> Result<Self, ImportError> {
        let cells = book.worksheet_cells_reader(sheet).map_err(|error| broken(file, &error))?;
        let mut rows = Self { cells, file, ahead: None, has_ended: false, names: Vec::new() };
        let Some((_, names)) = rows.next()? else {
            return Err(ImportError::Empty { file: file.to_owned() });
        };
        let name = |(column, content): (u32, Content)| match content {
            Content::Text(name) => Some((column, name.trim().to_owned())),
            Content::Number(number) => Some((column, digits(number))),
            Content::Moment(_) | Content::Other(_) => None,
        };
        rows.names = names.into_iter().filter_map(name).collect();
        Ok(rows)
    }

    /// The next row that is not empty, with its number in the sheet, counted from 1.
    fn next(&mut self) -> Result<Option<(usize, Row)>, ImportError> {
        let mut row = Row::new();
        let mut number = None;
        if let Some((line, cell)) = self.ahead.take() {
            number = Some(line);
            row.push(cell);
        }
        while let Some((line, cell)) = self.cell()? {
            if *number.get_or_insert(line) != line {
                self.ahead = Some((line, cell));
                break;
            }
            row.push(cell);
        }
        Ok(number.map(|line| (line as usize + 1, row)))
    }

    /// The next cell that is not empty, with its row counted from 0.
    fn cell(&mut self) -> Result<Option<(u32, Cell)>, ImportError> {
        while !self.has_ended {
            let cell = self.cells.next_cell().map_err(|error| broken(self.file, &error))?;
            let Some(cell) = cell else {
                self.has_ended = true;
                break;
            };
            let (row, column) = cell.get_position();
            if let Some(content) = content(cell.get_value()) {
                return Ok(Some((row, (column, content))));
            }
        }
        Ok(None)
    }

    /// The place of a column.
    fn column(&self, name: &str, key: &'static str) -> Result<u32, ImportError> {
        let mut places = self.names.iter().filter(|(_, known)| known == name);
        match (places.next(), places.next()) {
            (Some((place, _)), None) => Ok(*place),
            _ => Err(ImportError::Column {
                file: self.file.to_owned(),
                column: name.to_owned(),
                key,
                known: self.names.iter().map(|(_, name)| name.clone()).collect(),
            }),
        }
    }
}

fn broken(file: &str, error: &impl std::fmt::Display) -> ImportError {
    let message = format!("breaks off ({error}); nothing was imported, save the workbook again");
    ImportError::Content { file: file.to_owned(), message }
}

fn read_rows<'m>(
    rows: &mut Rows<'_>,
    map: &'m Map,
    tally: &mut Tally,
) -> Result<(Table, Vec<Column<'m>>), ImportError> {
    let time = rows.column(&map.time.column, "[time] column")?;
    let mut columns = Vec::new();
    for channel in &map.channels {
        let place = rows.column(&channel.column, "[[channel]] column")?;
        let called = format!("column {} `{}`", letters(place), channel.column);
        columns.push(Column::new(channel, place as usize, called, map.decimal));
    }
    let mut table = Table::default();
    while let Some((line, row)) = rows.next()? {
        tally.rows += 1;
        let cell = |place: u32| row.iter().find(|(known, _)| *known == place).map(|(_, it)| it);
        match stamp(cell(time), map) {
            Ok(stamp) => table.take(line, stamp, &mut columns, tally, |column| {
                let found = row.iter().find(|(known, _)| *known as usize == column.place);
                read_cell(column, found.map(|(_, content)| content))
            }),
            Err(reason) => {
                tally.lose_row(line, format!("column {}: {reason}", letters(time)));
            }
        }
    }
    Ok((table, columns))
}

fn read_cell(
    column: &mut Column<'_>,
    content: Option<&Content>,
) -> Result<Option<super::number::Number>, String> {
    match content {
        None => column.read(Field::Text("")),
        Some(Content::Text(text)) => column.read(Field::Text(text.trim())),
        Some(Content::Number(number)) => {
            let text = digits(*number);
            column.read(Field::Double(text.parse().unwrap_or(*number), &text))
        }
        Some(Content::Moment(_)) => column.read(Field::Text("a date")),
        Some(Content::Other(words)) => column.read(Field::Text(words)),
    }
}

fn stamp(content: Option<&Content>, map: &Map) -> Result<Stamp, String> {
    match content {
        None => map.time.format.stamp(""),
        Some(Content::Text(text)) => map.time.format.stamp(text.trim()),
        Some(Content::Number(number)) => map.time.format.stamp(&digits(*number)),
        Some(Content::Moment(wall)) => Ok(Stamp::on_the_wall(*wall)),
        Some(Content::Other(words)) => Err(format!("`{words}` is no stamp")),
    }
}

/// What stands in a cell; `None` when it is empty.
fn content(cell: &DataRef<'_>) -> Option<Content> {
    Some(match cell {
        DataRef::Empty => return None,
        DataRef::Int(number) => Content::Text(number.to_string()),
        DataRef::Float(number) => Content::Number(*number),
        DataRef::String(text) if text.trim().is_empty() => return None,
        DataRef::SharedString(text) if text.trim().is_empty() => return None,
        DataRef::String(text) => Content::Text(text.clone()),
        DataRef::SharedString(text) => Content::Text((*text).to_owned()),
        DataRef::Bool(value) => Content::Text(value.to_string()),
        DataRef::DateTime(moment) => wall(moment).map_or_else(
            || Content::Other(format!("the span {}", moment.as_f64())),
            Content::Moment,
        ),
        DataRef::DateTimeIso(text) => match text.parse::<chrono::NaiveDateTime>() {
            Ok(wall) => Content::Moment(milliseconds(wall)),
            Err(_) => Content::Text(text.clone()),
        },
        DataRef::DurationIso(text) => Content::Other(format!("the span {text}")),
        DataRef::Error(error) => Content::Other(format!("the error {error}")),
    })
}

/// The milliseconds since 1970 of a moment on the wall; `None` for a span of time and before 1970.
fn wall(moment: &ExcelDateTime) -> Option<i64> {
    let serial = moment.as_f64();
    let later = *moment == ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, true);
    let days = serial - DAYS_TO_1970 + if later { DAYS_TO_1904 } else { 0.0 };
    if !moment.is_datetime() || !(0.0..3_000_000.0).contains(&days) {
        return None;
    }
    let wall = (days * 86_400_000.0).round() as i64;
    let off = (wall + 500).rem_euclid(1_000) - 500;
    Some(if off.abs() <= DRIFT { wall - off } else { wall })
}

/// The 15 decimal digits of a figure that mean something.
fn digits(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    shortest(rounded)
}

/// A column's letters, as workbooks show them: A, Z, AA.
fn letters(column: u32) -> String {
    let (mut rest, mut letters) = (column.saturating_add(1), Vec::new());
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or_default()));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_digits_stand_for_a_figure() {
        for (number, text) in
            [(0.1 + 0.2, "0.3"), (1234567.89, "1234567.89"), (-4.0, "-4"), (2.5e-9, "2.5e-9")]
        {
            assert_eq!(digits(number), text);
        }
    }

    #[test]
    fn columns_have_their_letters() {
        let known = [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")];
        for (column, text) in known {
            assert_eq!(letters(column), text);
        }
    }

    #[test]
    fn moments_are_on_the_wall_and_drift_is_mended() {
        let at =
            |serial, later| wall(&ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, later));
        // 2026-01-01 is day 46,023 of workbooks.
        assert_eq!(at(46_023.0, false), Some(1_767_225_600_000));
        assert_eq!(at(46_023.0 - 1_462.0, true), Some(1_767_225_600_000));
        let quarters = (0..35_040).fold(46_023.0, |day, _| day + 1.0 / 96.0);
        assert_eq!(at(quarters, false), Some(1_767_225_600_000 + 365 * 86_400_000));
        assert_eq!(at(46_023.000_005, false), Some(1_767_225_600_432), "no drift");
        assert_eq!(at(0.5, false), None);
        let span = ExcelDateTime::new(46_023.5, ExcelDateTimeType::TimeDelta, false);
        assert_eq!(wall(&span), None);
    }
}
