//! Workbooks by a writer that was not written here: dates as cells, figures of 15 digits, cells that are no number.

use millwatt::time::{Instant, Span};
use millwatt_gateway::import::{
    ImportError, Imported, Map, read_csv, read_workbook, suggest_workbook,
};
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::path::{Path, PathBuf};

/// The serial number of 2026-03-01 in a workbook.
const MARCH: f64 = 46_082.0;

const MAP: &str = r#"
sheet = "Data"
[time]
column = "Time"
format = "excel"
zone = "+07:00"
stamp = "end"
[[channel]]
column = "Used"
asset = "mill"
quantity = "active_energy"
kind = "amount"
unit = "kWh"
"#;

fn written(
    folder: &Path,
    fill: impl Fn(&mut Worksheet, &Format) -> Result<(), XlsxError>,
) -> PathBuf {
    let (mut book, path) = (Workbook::new(), folder.join("history.xlsx"));
    let date = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    book.add_worksheet().write_string(0, 0, "not this one").expect("a cell");
    let sheet = book.add_worksheet().set_name("Data").expect("a name");
    fill(sheet, &date).expect("cells");
    book.save(&path).expect("a file");
    path
}

/// Quarters of an hour below their names, in the third row and from the second column on.
fn quarters(sheet: &mut Worksheet, date: &Format) -> Result<(), XlsxError> {
    sheet.write_string(2, 1, "Time")?.write_string(2, 2, "Used")?.write_string(2, 3, "Note")?;
    let mut moment = MARCH;
    for row in 0..960 {
        moment += 1.0 / 96.0;
        sheet.write_number_with_format(3 + row, 1, moment, date)?;
        sheet.write_number(3 + row, 2, 0.1 + 0.2)?;
    }
    sheet.write_string(13, 2, "meter away")?;
    sheet.write_string(14, 2, " 0.5 ")?;
    sheet.write_string(15, 1, "sunday")?;
    Ok(())
}

fn import(path: &Path, map: &str) -> Result<Imported, ImportError> {
    read_workbook(path, &Map::parse("map.toml", map).expect("a good map"))
}

#[test]
fn a_sheet_is_read_below_its_names_and_bad_cells_are_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), quarters);
    let imported = import(&path, MAP).expect("a good sheet");
    let report = &imported.report;
    println!("{report}");
    assert_eq!(imported.every, Span::from_minutes(15));
    assert_eq!((report.rows, report.imported, report.unreadable), (960, 958, 2));
    let troubles: Vec<_> = report.troubles.iter().map(|trouble| trouble.line).collect();
    assert_eq!(troubles, [14, 16]);
    assert_eq!(report.troubles[0].reason, "column C `Used`: `meter away` is no number");
    assert!(report.troubles[1].reason.starts_with("column B: `sunday` is no date cell"));
    assert!(report.to_string().contains("row 14: column C"), "{report}");
    let samples = &imported.channels[0].samples;
    let march = Instant::from_unix_milliseconds(1_772_298_000_000);
    assert_eq!(samples[0].at, march + Span::from_minutes(15));
    assert_eq!(samples[957].at, march + Span::from_minutes(14_400));
    assert_eq!((samples[0].value, samples[9].value, samples[10].value), (3, 3, 5));
    // 957 × 0.3 + 0.5; no digit of 0.30000000000000004 is kept.
    assert_eq!(report.channels[0].total.as_deref(), Some("287.6"));
    assert_eq!(report.channels[0].decimals, 1);
}

#[test]
fn texts_are_stamps_by_the_maps_pattern_and_date_cells_need_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), |sheet, date| {
        sheet.write_string(0, 0, "Time")?.write_string(0, 1, "Used")?;
        sheet.write_string(1, 0, "01/03/2026 00:15")?.write_number(1, 1, 1)?;
        sheet.write_number_with_format(2, 0, MARCH + 1.0 / 48.0, date)?.write_number(2, 1, 2)?;
        sheet.write_number(3, 0, MARCH)?.write_number(3, 1, 3)?;
        Ok(())
    });
    let imported = import(&path, &MAP.replace("excel", "%d/%m/%Y %H:%M")).expect("a good sheet");
    let values: Vec<_> = imported.channels[0].samples.iter().map(|sample| sample.value).collect();
    assert_eq!((values, imported.report.unreadable), (vec![1, 2], 1));
}

#[test]
fn a_workbook_that_cannot_be_meant_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), quarters);
    let why = |map: String| import(&path, &map).expect_err("a mistake").to_string();
    let other = why(MAP.replace("\"Data\"", "\"Dat\""));
    assert!(other.contains("has no sheet `Dat`; its sheets are `Sheet1`, `Data`"), "{other}");
    let unnamed = why(MAP.replace("sheet = \"Data\"", ""));
    assert!(unnamed.contains("name one in the map"), "{unnamed}");
    let column = why(MAP.replace("\"Used\"", "\"Use\""));
    assert!(column.contains("no column `Use`; its columns are: Time, Used, Note"), "{column}");
    let text = folder.path().join("text.xlsx");
    std::fs::write(&text, "Time,Used\n").expect("a file");
    let error = import(&text, MAP).expect_err("no workbook").to_string();
    assert!(error.contains("no XLSX workbook"), "{error}");
    let missing = import(&folder.path().join("none.xlsx"), MAP).expect_err("no file").to_string();
    assert!(missing.contains("cannot be read"), "{missing}");
}

#[test]
fn a_suggested_map_needs_but_asset_and_zone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = written(folder.path(), quarters);
    let first = suggest_workbook(&path).expect("the first sheet has a name");
    assert!(first.contains("sheet = \"Sheet1\"") && first.contains("not this one"), "{first}");
    let alone = folder.path().join("alone.xlsx");
    let mut book = Workbook::new();
    let date = Format::new().set_num_format("dd/mm/yyyy hh:mm");
    quarters(book.add_worksheet(), &date).expect("cells");
    book.save(&alone).expect("a file");
    let map = suggest_workbook(&alone).expect("a map");
    let map = map.replace("zone = \"\"", "zone = \"+07:00\"");
    let map = map.replace("asset = \"\"", "asset = \"mill\"");
    let imported = import(&alone, &map).expect("a good sheet");
    assert_eq!((imported.channels.len(), imported.report.imported), (1, 958), "{map}");
}

#[test]
fn a_table_of_csv_has_no_date_cells() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("history.csv");
    std::fs::write(&path, "Time,Used\n46082.5,1\n").expect("a file");
    let map = Map::parse("map.toml", MAP).expect("a good map");
    let error = read_csv(&path, &map).expect_err("no pattern").to_string();
    assert!(error.contains("no date cell of a workbook"), "{error}");
}
