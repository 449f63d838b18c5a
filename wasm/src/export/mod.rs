//! What leaves the page as a file.

pub mod csv;
pub mod json;
pub mod tables;

use crate::format;
use crate::view::View;
use millwatt::Indicator;
use millwatt::time::{Instant, Zone};

/// A file for the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its name: of letters, digits and hyphens only, whatever the site is called.
    pub name: String,
    /// Its MIME type.
    pub kind: &'static str,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// Marks tables that become a workbook before they are a file.
pub const TABLES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The file that a reader asks for: `csv` or `json` with every indicator of the period, `events` with
/// what was entered, `xlsx`
/// with every table of the page.
#[must_use]
pub fn file(view: &View<'_>, wish: &str) -> Option<File> {
    let (end, kind, bytes) = match wish {
        "csv" => ("csv", "text/csv", csv::indicators(view)),
        "json" => ("json", "application/json", json::indicators(view)),
        "events" => ("csv", "text/csv", view.events().into_bytes()),
        "xlsx" => ("xlsx", TABLES, tables::sheets(view)),
        _ => return None,
    };
    let name =
        if wish == "events" { format!("events-{}", named(view, end)) } else { named(view, end) };
    Some(File { name, kind, bytes })
}

/// Site and period, as a file's name can hold them, and how it ends.
#[must_use]
pub fn named(view: &View<'_>, end: &str) -> String {
    let zone = view.model.site.zone_rules();
    let date = |at| format::iso(zone.local(at).date);
    let (from, to) = (view.model.period.from, view.last_date());
    format!("{}-{}-{}.{end}", plain(view.model.site.name), date(from), date(to))
}

/// A name in letters that every file system takes; Vietnamese ones lose their marks.
#[must_use]
pub fn plain(name: &str) -> String {
    let mut out = String::new();
    for letter in name.to_lowercase().chars().map(unmarked) {
        if letter.is_ascii_alphanumeric() {
            out.push(letter);
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        if out.len() >= 40 {
            break;
        }
    }
    let out = out.trim_end_matches('-');
    if out.is_empty() { "millwatt".to_owned() } else { out.to_owned() }
}

fn unmarked(letter: char) -> char {
    const MARKED: [(&str, char); 7] = [
        ("áàảãạăắằẳẵặâấầẩẫậ", 'a'),
        ("éèẻẽẹêếềểễệ", 'e'),
        ("íìỉĩị", 'i'),
        ("óòỏõọôốồổỗộơớờởỡợ", 'o'),
        ("úùủũụưứừửữự", 'u'),
        ("ýỳỷỹỵ", 'y'),
        ("đ", 'd'),
    ];
    let found = MARKED.iter().find(|(marked, _)| marked.contains(letter));
    found.map_or(letter, |(_, plain)| *plain)
}

/// An instant as local time with its offset: `2026-01-31T06:00:00+07:00`.
fn local_time(zone: Zone<'_>, at: Instant) -> String {
    let offset = zone.offset(at).milliseconds() / 60_000;
    let local = zone.local(at);
    let (minute, second) = (local.minute_of_day, at.unix_milliseconds().rem_euclid(60_000) / 1_000);
    let sign = if offset < 0 { '-' } else { '+' };
    format!(
        "{}T{:02}:{:02}:{second:02}{sign}{:02}:{:02}",
        format::iso(local.date),
        minute / 60,
        minute % 60,
        offset.abs() / 60,
        offset.abs() % 60
    )
}

/// The stable words of what stands against a figure.
fn findings<'a>(indicator: &'a Indicator<'_>) -> impl Iterator<Item = &'static str> + 'a {
    indicator.findings.iter().map(|finding| finding.cause.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(plain("Xưởng chè xanh Bản Liền (mô phỏng)"), "xuong-che-xanh-ban-lien-mo-phong");
        assert_eq!(plain("../../etc/passwd\u{202e}"), "etc-passwd");
        assert_eq!(plain("茶"), "millwatt");
    }
}
