//! Tables for spreadsheets, in which no cell is ever a formula.

use super::{findings, local_time};
use crate::view::View;
use crate::words::Language;
use csv::{Terminator, WriterBuilder};
use millwatt::Indicator;

/// Tells spreadsheets that the file is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Every indicator of the period to its last digit.
#[must_use]
pub fn indicators(view: &View<'_>) -> Vec<u8> {
    table(indicator_rows(view), view.choice.language)
}

/// The same as rows, the first with the heads.
pub fn indicator_rows(view: &View<'_>) -> impl Iterator<Item = Vec<String>> {
    const HEADS: [&str; 9] =
        ["name", "asset", "asset_name", "part", "value", "unit", "coverage", "findings", "begins"];
    let rows = view.model.indicators.iter().map(move |indicator| row(view, indicator));
    [HEADS.map(str::to_owned).to_vec()].into_iter().chain(rows)
}

fn row(view: &View<'_>, indicator: &Indicator<'_>) -> Vec<String> {
    let asset = indicator.asset.unwrap_or_default();
    let zone = view.model.site.zone_rules();
    vec![
        indicator.name.word().to_owned(),
        asset.to_owned(),
        view.model.asset_name(asset).to_owned(),
        indicator.part.unwrap_or_default().to_owned(),
        indicator.value.map(|value| value.to_string()).unwrap_or_default(),
        indicator.unit.to_string(),
        indicator.coverage.to_string(),
        findings(indicator).collect::<Vec<_>>().join(" "),
        indicator.begins.map(|at| local_time(zone, at)).unwrap_or_default(),
    ]
}

/// Rows as a file that spreadsheets of the language's countries open: commas and decimal points in
/// English, semicolons and decimal commas in Vietnamese. Text that a spreadsheet would compute gets an
/// apostrophe.
#[must_use]
pub fn table(rows: impl IntoIterator<Item = Vec<String>>, language: Language) -> Vec<u8> {
    let is_vietnamese = language == Language::Vietnamese;
    let mut writer = WriterBuilder::new()
        .delimiter(if is_vietnamese { b';' } else { b',' })
        .terminator(Terminator::CRLF)
        .flexible(true)
        .from_writer(MARK.to_vec());
    for row in rows {
        let cells = row.iter().map(|cell| match is_figure(cell) {
            true if is_vietnamese => cell.replace('.', ","),
            true => cell.clone(),
            false => harmless(cell),
        });
        // Writing to memory cannot fail.
        let _ = writer.write_record(cells.collect::<Vec<_>>());
    }
    writer.into_inner().unwrap_or_default()
}

/// Whether a cell is a plain decimal: digits, one point, a sign in front.
fn is_figure(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or(cell);
    let points = digits.bytes().filter(|byte| *byte == b'.').count();
    points <= 1
        && digits.starts_with(|first: char| first.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

fn harmless(cell: &str) -> String {
    let first = cell.trim_start_matches([' ', '\u{a0}', '\u{200b}', '\u{feff}']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => {
            format!("'{cell}")
        }
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str], language: Language) -> String {
        let row = cells.iter().map(|cell| (*cell).to_owned()).collect();
        let bytes = table([row], language);
        String::from_utf8(bytes[MARK.len()..].to_vec()).expect("UTF-8")
    }

    #[test]
    fn no_cell_is_a_formula() {
        let cells = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1", "-1.5", "-x"];
        let expected = "'=1+1,'+cmd|' /C calc'!A0,'@SUM(A1),'\t=1,' =1,-1.5,'-x\r\n";
        assert_eq!(written(&cells, Language::English), expected);
    }

    #[test]
    fn each_language_has_its_decimal_mark() {
        assert_eq!(written(&["1234.5", "a;b"], Language::Vietnamese), "1234,5;\"a;b\"\r\n");
        assert_eq!(written(&["1234.5", "1.2.3"], Language::English), "1234.5,1.2.3\r\n");
    }
}
