//! A CSV file of readings.

use super::column::{Column, Field};
use super::error::ImportError;
use super::instants::commonest_step;
use super::map::Map;
use super::table::{Imported, Origin, Table, Tally, assemble};
use super::text::Text;
use std::path::Path;

/// Reads a CSV file of readings by a map.
///
/// # Missing data
/// An empty field gives no sample; rows that are not there are counted, never invented.
///
/// # Errors
/// When nothing of the file can be taken; single bad rows are counted in the report instead.
pub fn read_csv(path: &Path, map: &Map) -> Result<Imported, ImportError> {
    let text = Text::read(path)?;
    let mut tally = Tally::default();
    let (table, mut columns) = read_rows(&text, map, &mut tally)?;
    let step = commonest_step(&table.stamps);
    let origin = Origin { file: text.file, place: "line", time: &map.time, begins: false };
    assemble(&origin, table, &mut columns, tally, step)
}

fn read_rows<'a>(
    text: &Text,
    map: &'a Map,
    tally: &mut Tally,
) -> Result<(Table, Vec<Column<'a>>), ImportError> {
    let mut rows = text.rows(map.delimiter)?;
    let time = rows.column(&map.time.column, "[time] column")?;
    let mut columns = Vec::new();
    for channel in &map.channels {
        let place = rows.column(&channel.column, "[[channel]] column")?;
        let called = format!("column `{}`", channel.column);
        columns.push(Column::new(channel, place, called, map.decimal));
    }
    let (width, mut table) = (rows.header.len(), Table::default());
    while let Some(row) = rows.next()? {
        tally.rows += 1;
        let stamp = row.shape(width).and_then(|()| map.time.format.stamp(&row.field(time)));
        match stamp {
            Ok(stamp) => table.take(row.line, stamp, &mut columns, tally, |column| {
                column.read(Field::Text(&row.field(column.place)))
            }),
            Err(reason) => tally.lose_row(row.line, reason),
        }
    }
    Ok((table, columns))
}
