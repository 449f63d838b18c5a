//! Tables: commas, points, CRLF; a text that a spreadsheet would compute gets an apostrophe.

use std::io::{self, Write};

use super::{Row, Value, quantity};
use crate::figures::local_time;
use crate::import::word;
use millwatt::event::Event;
use millwatt::time::{Instant, Zone};

pub(super) const READING: [&str; 7] =
    ["time", "asset", "channel", "quantity", "unit", "value", "quality"];
/// As `millwatt import --events` takes them.
pub(super) const EVENT: [&str; 8] =
    ["time", "kind", "asset", "product", "quantity", "unit", "until", "note"];

pub(super) fn head(out: &mut impl Write, columns: &[&str]) -> io::Result<()> {
    write!(out, "{}\r\n", columns.join(","))
}

pub(super) fn reading(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    let time = local_time(row.zone, row.sample.at);
    let [asset, channel, quantity] = [row.asset, row.channel.name, row.quantity()].map(cell);
    let unit = cell(row.channel.unit);
    write!(out, "{time},{asset},{channel},{quantity},{unit},")?;
    match row.value() {
        Value::Number(number) => write!(out, "{number}")?,
        Value::State(state) => write!(out, "{state}")?,
    }
    write!(out, ",{}\r\n", row.quality())
}

pub(super) fn event(out: &mut impl Write, event: &Event<'_>, zone: Zone<'_>) -> io::Result<()> {
    let wall = |at: Instant| {
        // Without the offset: the import takes the site's zone.
        local_time(zone, at).chars().take("2026-01-31T06:00:00".len()).collect::<String>()
    };
    let until = event.until.map(wall).unwrap_or_default();
    let quantity = quantity(event);
    let [asset, product, unit, note] =
        [event.asset, event.product, event.unit, event.note].map(cell);
    let (time, kind) = (wall(event.at), word(event.kind));
    write!(out, "{time},{kind},{asset},{product},{quantity},{unit},{until},{note}\r\n")
}

/// A text as a cell.
fn cell(text: &str) -> String {
    let first = text.trim_start_matches([' ', '\u{a0}', '\u{200b}', '\u{feff}']).chars().next();
    let is_formula = matches!(
        first,
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠')
    );
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\r', '\n']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn no_cell_computes_and_none_breaks_the_table() {
        assert_eq!(cell("chè xanh"), "chè xanh");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("\u{feff}@SUM(A1)"), "'\u{feff}@SUM(A1)");
        assert_eq!(cell("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
    }
}
