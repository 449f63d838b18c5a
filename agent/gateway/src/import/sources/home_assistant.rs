//! Home Assistant: its statistics, an hour to a row, or the history that its page exports.
//!
//! A row of statistics is stamped with the beginning of its hour; `sum` (a counter that begins anywhere)
//! and `state` (what the meter showed) are those of its end, `mean`, `min` and `max` those of the whole
//! hour: all of them belong to the end of the hour here. A row of history is a moment.

use super::super::column::Field;
use super::super::error::ImportError;
use super::super::text::{Row, Rows, Text};
use super::clock::Clock;
use super::home_assistant_json;
use super::lines::whole;
use super::point::{Point, Series, Sink, Told};
use std::path::Path;

/// The figures of a row of statistics.
pub(super) const FIGURES: [&str; 5] = ["sum", "state", "mean", "min", "max"];

/// How the database's statistics become a file that can be read here.
const STATISTICS: &str = "sqlite3 -header -csv home-assistant_v2.db \
    \"SELECT m.statistic_id, s.start_ts, s.sum, s.state, s.mean, s.min, s.max, \
    m.unit_of_measurement FROM statistics s JOIN statistics_meta m ON m.id = s.metadata_id \
    ORDER BY s.start_ts\" > statistics.csv";

/// Reads a file.
pub(super) fn read(path: &Path, clock: &Clock, sink: &mut dyn Sink) -> Result<Told, ImportError> {
    let file = path.display().to_string();
    let bytes = whole(path)?;
    if bytes.starts_with(b"SQLite format 3\0") {
        let message =
            format!("is a database; write its statistics into a file with\n  {STATISTICS}");
        return Err(ImportError::Content { file, message });
    }
    if bytes.trim_ascii_start().starts_with(b"{") {
        return home_assistant_json::read(file, &bytes, clock, sink);
    }
    read_rows(&Text::of(file, bytes)?, clock, sink)
}

/// Where the columns of a file are.
struct Places {
    name: usize,
    stamp: usize,
    unit: Option<usize>,
    figures: Vec<(&'static str, usize)>,
    begins: bool,
}

impl Places {
    fn of(text: &Text, rows: &Rows<'_>) -> Result<Self, ImportError> {
        let place = |names: &[&str]| {
            names.iter().find_map(|name| rows.header.iter().position(|known| known == name))
        };
        let figures = FIGURES.into_iter().filter_map(|name| Some((name, place(&[name])?)));
        let figures: Vec<_> = figures.collect();
        let ends = place(&["end_ts", "end"]);
        let begins = place(&["start_ts", "start"]);
        let moment = place(&["last_changed", "last_updated"]);
        let name = place(&["statistic_id", "entity_id"]);
        let (Some(name), Some(stamp), false) =
            (name, ends.or(begins).or(moment), figures.is_empty())
        else {
            let message = format!(
                "has the columns {}; expected statistic_id or entity_id, start_ts, start or \
                 last_changed, and some of sum, state, mean, min, max; from the database, \
                 they come with\n  {STATISTICS}",
                rows.header.join(", ")
            );
            return Err(ImportError::Content { file: text.file.clone(), message });
        };
        let unit = place(&["unit_of_measurement", "unit"]);
        let begins = ends.is_none() && begins.is_some();
        Ok(Self { name, stamp, unit, figures, begins })
    }
}

fn read_rows(text: &Text, clock: &Clock, sink: &mut dyn Sink) -> Result<Told, ImportError> {
    let mut rows = text.rows(delimiter(text.first_line()))?;
    let places = Places::of(text, &rows)?;
    let width = rows.header.len();
    while let Some(row) = rows.next()? {
        let taken = row.shape(width).and_then(|()| take(&row, &places, clock, sink));
        if let Err(reason) = taken {
            sink.trouble(row.line, reason);
        }
    }
    Ok(Told { place: "line", begins: places.begins })
}

fn take(row: &Row<'_>, places: &Places, clock: &Clock, sink: &mut dyn Sink) -> Result<(), String> {
    let at = clock.stamp(&row.field(places.stamp))?;
    let mut series = Series::named(row.field(places.name));
    series.unit = places.unit.map(|unit| row.field(unit)).unwrap_or_default();
    let one = places.figures.len() == 1;
    for (figure, place) in &places.figures {
        let value = row.field(*place);
        // Statistics leave empty what a sensor does not have; history says when it was away.
        if value.is_empty() && !one {
            continue;
        }
        series.field = (*figure).into();
        let value = Field::Text(known(&value));
        sink.point(&series, Point { place: row.line, at, value });
    }
    Ok(())
}

/// A value's text, empty where the sensor was away.
fn known(value: &str) -> &str {
    if ["unavailable", "unknown", "None"].contains(&value) { "" } else { value }
}

/// The commonest of the characters that may stand between columns.
fn delimiter(header: &[u8]) -> u8 {
    let count = |byte: u8| header.iter().filter(|known| **known == byte).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|byte| count(*byte)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_apart_by_what_stands_between_most_of_them() {
        assert_eq!(delimiter(b"statistic_id,start,sum"), b',');
        assert_eq!(delimiter(b"statistic_id\tstart\tsum, all"), b'\t');
        assert_eq!(delimiter(b"statistic_id;start"), b';');
        assert_eq!(delimiter(b"one"), b',');
    }
}
