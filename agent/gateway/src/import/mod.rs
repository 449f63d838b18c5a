//! History that people already have: CSV files of readings and of events, read strictly, counted
//! row by row and said what was done with each.
//!
//! Nothing is written here. [`read_csv`] gives the samples of each channel, sorted by time, and
//! [`read_events`] the events; both with a report that accounts for every row.
//!
//! - Values are decimal text made into integers; no float comes between.
//! - An amount belongs to the instant that ends its interval; counters, gauges and states stay at
//!   their stamp.
//! - A row that cannot be read is counted, named with its line, and left out. Nothing is guessed.

mod column;
mod error;
mod events;
mod instants;
pub mod map;
mod merge;
mod midnight;
pub(crate) mod number;
mod report;
mod stamp;
mod table;
pub(crate) mod text;
mod zone;

pub use error::ImportError;
pub use events::{ImportedEvents, OwnedEvent, read_events};
pub use map::Map;
pub use midnight::{Decision, Evidence, Ground};
pub use report::{ChannelReport, EventReport, Gap, ImportReport, Trouble};
pub use stamp::StampFormat;
pub use table::{Imported, ImportedChannel, read_csv};
pub use zone::WallZone;
