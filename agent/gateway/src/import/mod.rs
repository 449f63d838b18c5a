//! History that people already have: CSV files of readings and of events, workbooks, and what other
//! programs have kept, read strictly, counted row by row and said what was done with each.
//!
//! Nothing is written here. [`read_csv`] and [`read_workbook`] give the samples of each channel, sorted
//! by time, [`read_series`] those of another program's series, and [`read_events`] the events; all with
//! a report that accounts for every row.
//!
//! - Values are decimal text made into integers; no float comes between. Where a file holds binary
//!   figures, the shortest text that gives them back stands for them.
//! - An amount belongs to the instant that ends its interval; counters, gauges and states stay at
//!   their stamp.
//! - A row that cannot be read is counted, named with its line, and left out. Nothing is guessed.

mod column;
mod csv_file;
mod error;
mod events;
mod instants;
pub mod map;
mod merge;
mod midnight;
pub(crate) mod number;
mod report;
pub mod sources;
mod stamp;
mod table;
pub(crate) mod text;
mod workbook;
mod zone;

pub use csv_file::read_csv;
pub use error::ImportError;
pub use events::{ImportedEvents, OwnedEvent, read_events, word};
pub use map::Map;
pub use midnight::{Decision, Evidence, Ground};
pub use report::{ChannelReport, EventReport, Gap, ImportReport, Trouble};
pub use sources::{ImportedSeries, SeriesMap, SeriesReport, Source, read_series, suggest};
pub use stamp::StampFormat;
pub use table::{Imported, ImportedChannel};
pub use workbook::{read_workbook, suggest_workbook};
pub use zone::WallZone;
