//! What other programs have kept: InfluxDB, Prometheus, Home Assistant, emoncms.
//!
//! A reader turns a file into figures of named series, one by one; the map says which series becomes
//! which channel, and the samples go the same way as those of a CSV file. Only figures that the map
//! names stay in memory.

mod chosen;
mod clock;
mod emoncms;
mod found;
mod guess;
mod home_assistant;
mod home_assistant_json;
mod line_protocol;
mod lines;
mod map;
mod phpfina;
mod point;
mod prometheus;
mod prometheus_json;
mod report;

pub use line_protocol::Precision;
pub use map::{Choice, SeriesChannel, SeriesMap};
pub use report::SeriesReport;

pub(super) use found::quoted;
pub(super) use guess::guess;

use super::error::ImportError;
use super::table::ImportedChannel;
use super::zone::WallZone;
use chosen::Chosen;
use clock::Clock;
use found::Found;
use point::{Sink, Told};
use std::path::Path;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// InfluxDB's line protocol, its stamps counted in a unit.
    LineProtocol(Precision),
    /// Prometheus: exposition text with stamps, or the JSON of a query.
    Prometheus,
    /// Home Assistant's statistics or history: CSV, or the JSON of its API.
    HomeAssistant,
    /// A feed of emoncms: CSV, JSON, or its own PHPFina files.
    Emoncms,
}

/// The samples of a file and what was found.
#[derive(Debug, Clone)]
pub struct ImportedSeries {
    /// The channels, as the map orders them.
    pub channels: Vec<ImportedChannel>,
    /// What was found.
    pub report: SeriesReport,
}

/// Reads the series that a map names; stamps without an offset are meant by `zone` where the map names
/// none.
///
/// # Missing data
/// NaN, null and an empty field give no sample; figures that are not there are counted, never invented.
///
/// # Errors
/// When the file is not what it was said to be, a series of the map is not in it or nothing of it can be
/// taken; single bad lines are counted in the report instead.
pub fn read_series(
    path: &Path,
    source: Source,
    map: &SeriesMap,
    zone: WallZone,
) -> Result<ImportedSeries, ImportError> {
    let mut chosen = Chosen::new(map, zone);
    let told = source.read(path, &map.clock(), &mut chosen)?;
    chosen.imported(path, &told)
}

/// A map with a channel for each series of a file, to be edited: what can be known is filled in, what
/// is a guess is said to be one, and the asset is left empty.
///
/// # Errors
/// When the file is not what it was said to be or holds no series.
pub fn suggest(path: &Path, source: Source) -> Result<String, ImportError> {
    let mut found = Found::default();
    source.read(path, &Clock::default(), &mut found)?;
    found.map(path, source)
}

impl Source {
    fn read(self, path: &Path, clock: &Clock, sink: &mut dyn Sink) -> Result<Told, ImportError> {
        match self {
            Self::LineProtocol(precision) => line_protocol::read(path, precision, sink),
            Self::Prometheus => prometheus::read(path, clock, sink),
            Self::HomeAssistant => home_assistant::read(path, clock, sink),
            Self::Emoncms => emoncms::read(path, clock, sink),
        }
    }

    /// The words by which its users know a series, its labels and its field.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::LineProtocol(_) => ("measurement", "tags"),
            Self::Prometheus => ("metric", "labels"),
            Self::HomeAssistant => ("statistic_id", "labels"),
            Self::Emoncms => ("feed", "labels"),
        }
    }
}
