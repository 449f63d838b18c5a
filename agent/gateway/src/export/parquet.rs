//! Apache Parquet: one long table, a row a reading or an event, for pandas, DuckDB, Polars and whatever else reads columns.
//!
//! | column of readings | type | |
//! |---|---|---|
//! | `time` | TIMESTAMP, milliseconds, UTC | the site's zone stands in the file's metadata, `millwatt.zone` |
//! | `asset`, `channel`, `quantity`, `unit` | STRING | as in the CSV form |
//! | `value` | DECIMAL(18, places); null for a state | exact; as many places as the finest channel of the file |
//! | `state` | STRING; null for a number | `running` |
//! | `quality` | STRING | `good`, `estimated`, `suspect` |
//!
//! A value is a decimal and not a double because sums of decimals are exact, which this export promises. The places are the site's, not
//! the data's, so that the files of its days are one table. A file with a number of more than 18 digits has DECIMAL(38, places).
//!
//! # Source
//! Apache Parquet, LogicalTypes and Encodings. Compressed with gzip, which every reader has and which needs no further code here.

use std::io::{self, Write};
use std::sync::Arc;

use ::parquet::basic::{Compression, Encoding, GzipLevel};
use ::parquet::data_type::{
    ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int64Type,
};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use ::parquet::schema::parser::parse_message_type;
use ::parquet::schema::types::ColumnPath;

use super::{Row, Selection, Value, quantity};
use crate::import::word;
use crate::unit;
use millwatt::Decimal;
use millwatt::decimal::{MOST_PLACES, power_of_ten};
use millwatt::event::Event;
use millwatt::site::Site;

/// Whether this program writes Parquet.
pub(super) const IS_BUILT: bool = true;

/// Rows of a group, which wait in memory.
const MOST_ROWS: usize = 1 << 17;
/// Rows that are handed to the encoder at once.
const BATCH: usize = 1_024;
/// Digits of a decimal in 8 bytes, and in 16.
const NARROW: u32 = 18;
const WIDE: u32 = 38;
/// Bytes of a wide decimal.
const WIDE_BYTES: usize = 16;

/// Writes readings; gives how many there were.
pub(super) fn readings(selection: Selection<'_>, out: &mut (impl Write + Send)) -> io::Result<u64> {
    let places = selection.tracks().map(|track| unit::places(track.channel)).max().unwrap_or(0);
    let places = u8::try_from(places).unwrap_or(0).min(MOST_PLACES);
    let rows = || selection.tracks().flat_map(|track| selection.rows(track));
    let digits = Digits::of(places, rows().filter_map(|row| number(&row)));
    let columns: [Column<Row<'_>>; 8] = [
        Column { name: "time", get: Get::Instant(|row| Some(row.sample.at.unix_milliseconds())) },
        Column { name: "asset", get: Get::Text(|row| Some(row.asset)) },
        Column { name: "channel", get: Get::Text(|row| Some(row.channel.name)) },
        Column { name: "quantity", get: Get::Text(|row| Some(row.quantity())) },
        Column { name: "unit", get: Get::Text(|row| Some(row.channel.unit)) },
        Column { name: "value", get: Get::Number(number) },
        Column { name: "state", get: Get::Text(state) },
        Column { name: "quality", get: Get::Text(|row| Some(row.quality())) },
    ];
    write(selection.site, out, &columns, digits, rows())
}

/// Writes events; gives how many there were.
pub(super) fn events(selection: Selection<'_>, out: &mut (impl Write + Send)) -> io::Result<u64> {
    let digits = Digits::of(3, selection.events().map(|event| quantity(&event)));
    let columns: [Column<Event<'_>>; 8] = [
        Column { name: "time", get: Get::Instant(|event| Some(event.at.unix_milliseconds())) },
        Column { name: "until", get: Get::Instant(|event| Some(event.until?.unix_milliseconds())) },
        Column { name: "kind", get: Get::Text(|event| Some(word(event.kind))) },
        Column { name: "asset", get: Get::Text(|event| Some(event.asset)) },
        Column { name: "product", get: Get::Text(|event| Some(event.product)) },
        Column { name: "quantity", get: Get::Number(|event| Some(quantity(event))) },
        Column { name: "unit", get: Get::Text(|event| Some(event.unit)) },
        Column { name: "note", get: Get::Text(|event| Some(event.note)) },
    ];
    write(selection.site, out, &columns, digits, selection.events())
}

fn number(row: &Row<'_>) -> Option<Decimal> {
    match row.value() {
        Value::Number(number) => Some(number),
        Value::State(_) => None,
    }
}

fn state<'a>(row: &'a Row<'_>) -> Option<&'a str> {
    match row.value() {
        Value::Number(_) => None,
        Value::State(state) => Some(state),
    }
}

/// A column of a table whose rows are `R`.
struct Column<R> {
    name: &'static str,
    get: Get<R>,
}

/// What a row has in it.
enum Get<R> {
    /// Milliseconds of Unix time.
    Instant(fn(&R) -> Option<i64>),
    Text(for<'r> fn(&'r R) -> Option<&'r str>),
    Number(fn(&R) -> Option<Decimal>),
}

impl<R> Column<R> {
    fn schema(&self, Digits { places, most }: Digits) -> String {
        let name = self.name;
        match self.get {
            Get::Instant(_) => format!("optional int64 {name} (TIMESTAMP(MILLIS,true));"),
            Get::Text(_) => format!("optional binary {name} (STRING);"),
            Get::Number(_) if most == NARROW => {
                format!("optional int64 {name} (DECIMAL({most},{places}));")
            }
            Get::Number(_) => {
                format!(
                    "optional fixed_len_byte_array({WIDE_BYTES}) {name} (DECIMAL({most},{places}));"
                )
            }
        }
    }

    fn write(
        &self,
        rows: &[R],
        digits: Digits,
        writer: &mut SerializedColumnWriter<'_>,
    ) -> Result<(), ParquetError> {
        match self.get {
            Get::Instant(get) => {
                let (values, levels) = present(rows, |row| Ok(get(row)))?;
                writer.typed::<Int64Type>().write_batch(&values, Some(&levels), None)
            }
            Get::Text(get) => {
                let mut last = ByteArray::from("");
                let (values, levels) =
                    present(rows, |row| Ok(get(row).map(|t| shared(t, &mut last))))?;
                writer.typed::<ByteArrayType>().write_batch(&values, Some(&levels), None)
            }
            Get::Number(get) if digits.most == NARROW => {
                let (values, levels) =
                    present(rows, |row| get(row).map(|n| digits.narrow(n)).transpose())?;
                writer.typed::<Int64Type>().write_batch(&values, Some(&levels), None)
            }
            Get::Number(get) => {
                let (values, levels) =
                    present(rows, |row| get(row).map(|n| digits.wide(n)).transpose())?;
                writer.typed::<FixedLenByteArrayType>().write_batch(&values, Some(&levels), None)
            }
        }?;
        Ok(())
    }
}

/// The values that there are, and for each row whether it has one.
fn present<R, T>(
    rows: &[R],
    mut get: impl FnMut(&R) -> Result<Option<T>, ParquetError>,
) -> Result<(Vec<T>, Vec<i16>), ParquetError> {
    let (mut values, mut levels) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let value = get(row)?;
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    Ok((values, levels))
}

/// A text's bytes, those of the row before where it is the same: names repeat.
fn shared(text: &str, last: &mut ByteArray) -> ByteArray {
    if last.data() != text.as_bytes() {
        *last = ByteArray::from(text);
    }
    last.clone()
}

/// How a table's numbers stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Digits {
    /// Behind the point.
    places: u8,
    /// In all: [`NARROW`] or [`WIDE`].
    most: u32,
}

impl Digits {
    fn of(places: u8, numbers: impl Iterator<Item = Decimal>) -> Self {
        let narrow = Self { places, most: NARROW };
        let is_wide = |number: Decimal| narrow.narrow(number).is_err();
        if numbers.into_iter().any(is_wide) { Self { places, most: WIDE } } else { narrow }
    }

    /// A number in units of the last place, exactly.
    fn units(self, number: Decimal) -> Result<i128, ParquetError> {
        let units = self.places.checked_sub(number.places()).and_then(|more| {
            let units = number.units().checked_mul(power_of_ten(more))?;
            (units.unsigned_abs() < 10_u128.pow(self.most)).then_some(units)
        });
        units.ok_or_else(|| {
            let most = self.most;
            ParquetError::General(format!(
                "{number} has more than the {most} digits that a decimal holds; choose csv or json"
            ))
        })
    }

    fn narrow(self, number: Decimal) -> Result<i64, ParquetError> {
        let units = self.units(number)?;
        Ok(i64::try_from(units).expect("18 digits fit"))
    }

    fn wide(self, number: Decimal) -> Result<FixedLenByteArray, ParquetError> {
        let bytes: [u8; WIDE_BYTES] = self.units(number)?.to_be_bytes();
        Ok(ByteArray::from(bytes.to_vec()).into())
    }
}

fn write<R>(
    site: &Site<'_>,
    out: &mut (impl Write + Send),
    columns: &[Column<R>],
    digits: Digits,
    rows: impl Iterator<Item = R>,
) -> io::Result<u64> {
    write_groups(site, out, columns, digits, rows).map_err(told)
}

fn write_groups<R>(
    site: &Site<'_>,
    out: &mut (impl Write + Send),
    columns: &[Column<R>],
    digits: Digits,
    mut rows: impl Iterator<Item = R>,
) -> Result<u64, ParquetError> {
    let fields: Vec<String> = columns.iter().map(|column| column.schema(digits)).collect();
    let schema = parse_message_type(&format!("message millwatt {{ {} }}", fields.join(" ")))?;
    let properties = properties(site, columns, digits);
    let mut file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
    let mut count = 0;
    loop {
        let group: Vec<R> = rows.by_ref().take(MOST_ROWS).collect();
        if group.is_empty() {
            break;
        }
        count += group.len() as u64;
        let mut writer = file.next_row_group()?;
        for column in columns {
            let mut cells = writer.next_column()?.expect("the schema has these columns");
            for rows in group.chunks(BATCH) {
                column.write(rows, digits, &mut cells)?;
            }
            cells.close()?;
        }
        writer.close()?;
    }
    file.close()?;
    Ok(count)
}

fn properties<R>(site: &Site<'_>, columns: &[Column<R>], digits: Digits) -> WriterProperties {
    let about = [("millwatt.site", site.name), ("millwatt.zone", site.zone)];
    let about = about.map(|(key, value)| KeyValue::new(key.to_owned(), value.to_owned()));
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::GZIP(GzipLevel::default()))
        .set_key_value_metadata(Some(about.to_vec()));
    for Column { name, get } in columns {
        let is_integer = match get {
            Get::Instant(_) => true,
            Get::Number(_) => digits.most == NARROW,
            Get::Text(_) => false,
        };
        if is_integer {
            let path = ColumnPath::from(*name);
            properties = properties
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    properties.build()
}

fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        ParquetError::General(message) => io::Error::other(message),
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_digits_or_is_refused() {
        let narrow = Digits { places: 3, most: NARROW };
        assert_eq!(narrow.narrow(Decimal::new(-125, 1)).ok(), Some(-12_500));
        let long = Decimal::new(i128::from(i64::MAX), 0);
        let wide = Digits::of(3, [Decimal::new(1, 3), long].into_iter());
        assert_eq!((wide, narrow.narrow(long).is_err()), (Digits { places: 3, most: WIDE }, true));
        let bytes = wide.wide(long).expect("fits");
        let exact = i128::from(i64::MAX) * 1_000;
        assert_eq!(bytes.data(), exact.to_be_bytes());
        let longest = wide.wide(Decimal::new(i128::MAX, 0)).expect_err("39 digits and three");
        assert!(longest.to_string().contains("choose csv or json"), "{longest}");
    }
}
