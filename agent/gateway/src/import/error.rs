//! Why a file could not be imported at all; what is wrong with single rows stands in the report.

use std::fmt;

/// Nothing of the file was taken; each says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportError {
    /// The file cannot be opened or read.
    Unreadable {
        /// The file as it was named.
        file: String,
        /// What the system says.
        why: String,
    },
    /// The file is not text in UTF-8.
    Encoding {
        /// The file as it was named.
        file: String,
    },
    /// The map says something that cannot be meant.
    Map {
        /// The map as it was named.
        file: String,
        /// Line and column, where some are to blame.
        place: Option<(usize, usize)>,
        /// The key, what is wrong with it and what was expected.
        message: String,
    },
    /// A column that was asked for is not there, or is there twice.
    Column {
        /// The file as it was named.
        file: String,
        /// The column that was asked for.
        column: String,
        /// Where it was asked for, as in `[[channel]] column`.
        key: &'static str,
        /// The columns there are.
        known: Vec<String>,
    },
    /// The file has a column that means nothing here.
    UnknownColumn {
        /// The file as it was named.
        file: String,
        /// The column.
        column: String,
        /// The columns that are understood.
        accepted: &'static str,
    },
    /// There is no header, or no row below it.
    Empty {
        /// The file as it was named.
        file: String,
    },
    /// Not one row could be read.
    NothingRead {
        /// The file as it was named.
        file: String,
        /// How many rows it has.
        rows: usize,
        /// What was wrong with the first.
        first: String,
    },
    /// The interval is not given and the rows do not show it.
    NoStep {
        /// The file as it was named.
        file: String,
    },
    /// The file is not what it was said to be, or breaks off.
    Content {
        /// The file as it was named.
        file: String,
        /// What is wrong with it and what to do.
        message: String,
    },
    /// A series that was asked for is not there.
    NoSeries {
        /// The file as it was named.
        file: String,
        /// The series, as the map has it.
        wanted: String,
        /// The first series there are.
        known: Vec<String>,
        /// How many more there are.
        more: usize,
    },
    /// What was asked for fits more than one series.
    SeveralSeries {
        /// The file as it was named.
        file: String,
        /// The series, as the map has it.
        wanted: String,
        /// The first that it fits.
        first: String,
        /// Another that it fits.
        other: String,
    },
    /// There is no such zone.
    Zone {
        /// What was given.
        zone: String,
    },
}

impl std::error::Error for ImportError {}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, why } => {
                write!(f, "{file} cannot be read ({why}); name an existing file")
            }
            Self::Encoding { file } => write!(
                f,
                "{file} is not UTF-8 text; save it again as \"CSV UTF-8\" and import that"
            ),
            Self::Map { file, place, message } => map(f, file, *place, message),
            Self::Column { file, column, key, known } => columns(f, file, column, key, known),
            Self::UnknownColumn { file, column, accepted } => write!(
                f,
                "{file}: the column `{column}` means nothing here; rename or remove it, \
                 understood are: {accepted}"
            ),
            Self::Empty { file } => {
                write!(f, "{file} has no rows; expected a line of column names and rows below it")
            }
            Self::NothingRead { file, rows, first } => write!(
                f,
                "{file}: none of its {rows} rows could be read; the first: {first}; \
                 nothing was imported, correct the map or the file"
            ),
            Self::NoStep { file } => write!(
                f,
                "{file}: its rows do not show how long an interval is; \
                 write `every` in [time], such as every = \"15min\""
            ),
            Self::Content { file, message } => write!(f, "{file}: {message}"),
            Self::NoSeries { file, wanted, known, more } => {
                no_series(f, file, wanted, known, *more)
            }
            Self::SeveralSeries { file, wanted, first, other } => write!(
                f,
                "{file}: `{wanted}` of the map fits several series: `{first}` and `{other}`; \
                 add a field or labels that tell them apart, and where both are one meter's, \
                 import each with a map of its own"
            ),
            Self::Zone { zone } => write!(f, "{}", bad_zone("zone", zone)),
        }
    }
}

/// The sentence for a zone that does not exist.
pub(super) fn bad_zone(key: &str, zone: &str) -> String {
    format!(
        "`{key}` = `{zone}` is no zone; \
         expected an IANA name such as Asia/Bangkok, or an offset such as +07:00"
    )
}

fn map(
    f: &mut fmt::Formatter<'_>,
    file: &str,
    place: Option<(usize, usize)>,
    message: &str,
) -> fmt::Result {
    match place {
        Some((line, column)) => write!(f, "{file}, line {line}, column {column}: {message}"),
        None => write!(f, "{file}: {message}"),
    }
}

fn no_series(
    f: &mut fmt::Formatter<'_>,
    file: &str,
    wanted: &str,
    known: &[String],
    more: usize,
) -> fmt::Result {
    if known.is_empty() {
        return write!(f, "{file} has no series at all; is it the file that was meant?");
    }
    write!(f, "{file} has no series `{wanted}`; its series are: {}", known.join(", "))?;
    if more > 0 {
        write!(f, " and {more} more")?;
    }
    write!(f, " — name one of them in [[channel]], as `--suggest` writes them")
}

fn columns(
    f: &mut fmt::Formatter<'_>,
    file: &str,
    column: &str,
    key: &str,
    known: &[String],
) -> fmt::Result {
    if known.iter().any(|name| name == column) {
        return write!(
            f,
            "{file} has the column `{column}` more than once; give each a name of its own"
        );
    }
    let list = known.join(", ");
    write!(
        f,
        "{file} has no column `{column}`; its columns are: {list} — name one of them in {key}"
    )?;
    if known.len() == 1 {
        write!(f, ", or set `delimiter` if that is really several")?;
    }
    Ok(())
}
