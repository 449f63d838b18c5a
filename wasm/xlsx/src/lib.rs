//! Tables as a workbook for spreadsheets.
//!
//! Apart from the page, because its library weighs as much as the page: the browser loads it when
//! someone asks for a workbook. Text is written as text, so that no cell is ever a formula; plain
//! decimals become numbers.

use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use wasm_bindgen::prelude::*;

/// Sheets by name, each a table of rows of cells; the first row holds the heads.
pub type Sheets = Vec<(String, Vec<Vec<String>>)>;

/// A workbook of [`Sheets`] that `postcard` wrote.
///
/// # Errors
/// A sentence for the reader.
#[wasm_bindgen]
pub fn book(sheets: &[u8]) -> Result<Vec<u8>, JsValue> {
    let sheets: Sheets = postcard::from_bytes(sheets)
        .map_err(|_| JsValue::from_str("the tables did not reach the workbook whole"))?;
    workbook(&sheets).map_err(|error| JsValue::from_str(&error.to_string()))
}

/// The bytes of a workbook.
///
/// # Errors
/// What the format cannot hold.
pub fn workbook(sheets: &Sheets) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let bold = Format::new().set_bold();
    let mut names = Vec::new();
    for (name, rows) in sheets {
        let name = fitting(name, &names);
        let sheet = workbook.add_worksheet();
        sheet.set_name(&name)?;
        sheet.set_freeze_panes(1, 0)?;
        fill(sheet, rows, &bold)?;
        names.push(name);
    }
    workbook.save_to_buffer()
}

fn fill(sheet: &mut Worksheet, rows: &[Vec<String>], bold: &Format) -> Result<(), XlsxError> {
    for (row, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            match figure(cell) {
                _ if row == 0 => sheet.write_string_with_format(row, column, cell, bold)?,
                Some(figure) => sheet.write_number(row, column, figure)?,
                None => sheet.write_string(row, column, cell)?,
            };
        }
    }
    sheet.autofit();
    Ok(())
}

/// A plain decimal: digits, one point, a sign in front; at most 15 digits, which is what a spreadsheet keeps.
fn figure(cell: &str) -> Option<f64> {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let is_plain = digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let count = digits.bytes().filter(u8::is_ascii_digit).count();
    if is_plain && count <= 15 { cell.parse().ok() } else { None }
}

/// A name that a workbook takes and that no other sheet has: 31 letters, none of `[]:*?/\`.
fn fitting(name: &str, taken: &[String]) -> String {
    let plain = name.replace(['[', ']', ':', '*', '?', '/', '\\', '\''], " ");
    let begin: String = plain.trim().chars().take(27).collect();
    let begin = if begin.is_empty() { "sheet".to_owned() } else { begin };
    let is_free =
        |name: &String| taken.iter().all(|other| other.to_lowercase() != name.to_lowercase());
    let numbered = (2..).map(|number| format!("{begin} {number}"));
    let mut wanted = std::iter::once(begin.clone()).chain(numbered);
    wanted.find(is_free).unwrap_or(begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(row: &[&str]) -> Vec<String> {
        row.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn a_workbook_is_a_zip_of_its_sheets() {
        let rows = vec![cells(&["name", "value"]), cells(&["=1+1", "12.5"]), cells(&["a"])];
        let sheets = vec![("a/b".to_owned(), rows.clone()), ("A B".to_owned(), rows)];
        let bytes = workbook(&sheets).expect("a workbook");
        assert_eq!(&bytes[..2], b"PK");
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        assert_eq!(figure("-12.5"), Some(-12.5));
        for text in ["=1", "1e9", "12 kWh", "", "-", "1.2.3", "1234567890123456", "0x1"] {
            assert_eq!(figure(text), None, "{text}");
        }
    }

    #[test]
    fn names_of_sheets_are_short_and_differ() {
        let long = "x".repeat(60);
        assert_eq!(fitting(&long, &[]).len(), 27);
        assert_eq!(fitting("a:b", &["A B".to_owned()]), "a b 2");
        assert_eq!(fitting("", &[]), "sheet");
    }
}
