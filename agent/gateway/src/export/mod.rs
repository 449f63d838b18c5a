//! Readings and events out of a log, for other programs: every value to its last digit, nothing added up, nothing invented.
//!
//! What goes out is a copy that anybody may change: the record that proves itself is the signed log.

mod csv;
mod grid;
mod json;
mod line_protocol;
#[cfg_attr(not(feature = "parquet"), path = "no_parquet.rs")]
mod parquet;
mod xlsx;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::unit;

use millwatt::archive::Archive;
use millwatt::event::Event;
use millwatt::production::state::State;
use millwatt::reading::{ChannelId, Quality, Sample};
use millwatt::site::{Asset, Channel, Kind, Site};
use millwatt::time::{Period, Zone};
use millwatt::{Decimal, Series as _};

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// A table with commas; no cell is a formula
    Csv,
    /// One JSON object a line
    Json,
    /// InfluxDB's line protocol, for readings
    LineProtocol,
    /// A workbook for spreadsheets: a sheet an asset, a row an instant, a column a channel
    Xlsx,
    /// Apache Parquet, one long table for pandas or DuckDB
    Parquet,
}

impl Form {
    /// The form that a file's name ends with.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "lp" => Some(Self::LineProtocol),
            "xlsx" => Some(Self::Xlsx),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Whether it can go to a screen or through a pipe.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Csv | Self::Json | Self::LineProtocol)
    }

    /// Why this program does not write it, and how to get one that does; `None` where it does.
    #[must_use]
    pub fn missing(self) -> Option<&'static str> {
        (self == Self::Parquet && !parquet::IS_BUILT).then_some(NO_PARQUET)
    }
}

/// What is taken: all where nothing is named.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Names of channels, `mill.active_energy`.
    pub channels: Vec<String>,
    /// Short names of assets.
    pub assets: Vec<String>,
}

impl Wanted {
    /// What is named here and not in the site.
    #[must_use]
    pub fn unknown(&self, site: &Site<'_>) -> Option<String> {
        let known = |name: &&String| site.channels.iter().any(|channel| channel.name == **name);
        let asset = |id: &&String| site.assets.iter().any(|asset| asset.id == **id);
        let channels = self.channels.iter().find(|name| !known(name)).map(|name| {
            let names: Vec<_> = site.channels.iter().map(|channel| channel.name).collect();
            format!("there is no channel `{name}`; there are {}", names.join(", "))
        });
        channels.or_else(|| {
            self.assets.iter().find(|id| !asset(id)).map(|id| {
                let ids: Vec<_> = site.assets.iter().map(|asset| asset.id).collect();
                format!("there is no asset `{id}`; there are {}", ids.join(", "))
            })
        })
    }

    fn takes(&self, channel: &Channel<'_>, asset: &str) -> bool {
        let is_in = |names: &[String], name: &str| {
            names.is_empty() || names.iter().any(|wanted| wanted == name)
        };
        is_in(&self.channels, channel.name) && is_in(&self.assets, asset)
    }
}

/// An event's quantity.
fn quantity(event: &Event<'_>) -> Decimal {
    Decimal::new(i128::from(event.thousandths), 3)
}

/// A reading as it goes out.
struct Row<'a> {
    sample: Sample,
    zone: Zone<'a>,
    asset: &'a str,
    channel: &'a Channel<'a>,
}

/// What a reading says.
enum Value {
    Number(Decimal),
    /// A machine's state.
    State(&'static str),
}

impl Row<'_> {
    fn value(&self) -> Value {
        let state = (self.channel.kind == Kind::State).then(|| State::from_code(self.sample.value));
        match state.flatten() {
            Some(state) => Value::State(state.name()),
            None => Value::Number(unit::shifted(self.sample.value, unit::places(self.channel))),
        }
    }

    /// `active_energy`, with its phase.
    fn quantity(&self) -> &str {
        self.channel.name.split_once('.').map_or(self.channel.name, |(_, quantity)| quantity)
    }

    const fn quality(&self) -> &'static str {
        match self.sample.quality {
            Quality::Good => "good",
            Quality::Estimated => "estimated",
            Quality::Suspect => "suspect",
        }
    }
}

/// What goes out of a log.
#[derive(Clone, Copy)]
pub struct Selection<'a> {
    /// The log.
    pub archive: &'a Archive,
    /// Its site.
    pub site: &'a Site<'a>,
    /// From when to when.
    pub period: Period,
    /// Whose.
    pub wanted: &'a Wanted,
}

/// A channel that is wanted.
#[derive(Clone, Copy)]
struct Track<'a> {
    number: ChannelId,
    channel: &'a Channel<'a>,
    /// Its asset; `None` where the manifest names none.
    asset: Option<&'a Asset<'a>>,
}

impl<'a> Track<'a> {
    fn asset_id(&self) -> &'a str {
        self.asset.map_or("", |asset| asset.id)
    }
}

impl<'a> Selection<'a> {
    fn tracks(self) -> impl Iterator<Item = Track<'a>> {
        let tracks = (0..).zip(self.site.channels).map(move |(number, channel)| {
            let asset = self.site.assets.get(usize::from(channel.asset.0));
            Track { number: ChannelId(number), channel, asset }
        });
        tracks.filter(move |track| self.wanted.takes(track.channel, track.asset_id()))
    }

    /// Both ends included: they bound what a counter counted.
    fn rows(self, Track { number, channel, asset }: Track<'a>) -> impl Iterator<Item = Row<'a>> {
        let (Period { from, to }, zone) = (self.period, self.site.zone_rules());
        let asset = asset.map_or("", |asset| asset.id);
        let samples = self.archive.samples(number, self.period);
        let inside = samples.filter(move |sample| sample.at >= from && sample.at <= to);
        inside.map(move |sample| Row { sample, zone, asset, channel })
    }

    fn events(self) -> impl Iterator<Item = Event<'a>> {
        let assets = &self.wanted.assets;
        let is_wanted =
            |event: &Event<'_>| assets.is_empty() || assets.iter().any(|id| id == event.asset);
        self.archive.events(self.period).filter(is_wanted)
    }
}

/// Writes readings, channel by channel. Gives how many there were.
///
/// # Errors
/// The writer's; a workbook needs [`to_file`].
pub fn readings(
    selection: Selection<'_>,
    form: Form,
    out: &mut (impl Write + Send),
) -> io::Result<u64> {
    if form == Form::Parquet {
        return parquet::readings(selection, out);
    }
    if form == Form::Csv {
        csv::head(out, &csv::READING)?;
    }
    let mut count = 0;
    for row in selection.tracks().flat_map(|track| selection.rows(track)) {
        match form {
            Form::Csv => csv::reading(out, &row)?,
            Form::Json => json::reading(out, &row)?,
            Form::LineProtocol => line_protocol::reading(out, &row)?,
            Form::Xlsx | Form::Parquet => return Err(refused(NO_TEXT)),
        }
        count += 1;
    }
    Ok(count)
}

/// Writes the events that begin in a period, as `millwatt import --events` takes them. Gives how many there were.
///
/// # Errors
/// The writer's; line protocol has no place for events.
pub fn events(
    selection: Selection<'_>,
    form: Form,
    out: &mut (impl Write + Send),
) -> io::Result<u64> {
    if form == Form::Parquet {
        return parquet::events(selection, out);
    }
    if form == Form::Csv {
        csv::head(out, &csv::EVENT)?;
    }
    let mut count = 0;
    for event in selection.events() {
        match form {
            Form::Csv => csv::event(out, &event, selection.site.zone_rules())?,
            Form::Json => json::event(out, &event, selection.site.zone_rules())?,
            Form::LineProtocol => return Err(refused(NO_EVENTS)),
            Form::Xlsx | Form::Parquet => return Err(refused(NO_TEXT)),
        }
        count += 1;
    }
    Ok(count)
}

/// A record of JSON, as [`Form::Json`] writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// What a meter said.
    Reading(String),
    /// What somebody reported.
    Event(String),
}

/// Readings by their instants, then events.
pub fn records<'a>(selection: Selection<'a>) -> impl Iterator<Item = Record> + 'a {
    let rows = grid::Grid::new(selection, selection.tracks());
    let rows = rows.flat_map(|(_, cells)| cells.into_iter().flatten());
    let readings = rows.map(|row| Record::Reading(text(|out| json::reading(out, &row))));
    let zone = selection.site.zone_rules();
    let events = selection.events();
    readings
        .chain(events.map(move |event| Record::Event(text(|out| json::event(out, &event, zone)))))
}

/// A line without its end.
fn text(write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> String {
    let mut line = Vec::new();
    write(&mut line).expect("memory takes it");
    String::from_utf8_lossy(line.trim_ascii_end()).into_owned()
}

const NO_EVENTS: &str = "line protocol has no place for events; choose csv, json, xlsx or parquet";
const NO_PARQUET: &str = "this program was built without Parquet; build it with \
    `cargo build --release -p millwatt-gateway --features parquet`, or choose another form";
const NO_TEXT: &str = "a workbook is no text; it needs a file";

fn refused(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, why)
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// What meters said.
    Readings,
    /// What people reported.
    Events,
}

/// Writes a file in any form; what does not fit in memory meanwhile goes into a folder, under no name. Gives how many
/// readings or events there were.
///
/// # Errors
/// The file's and the folder's.
pub fn to_file(
    selection: Selection<'_>,
    (content, form): (Content, Form),
    file: &File,
    folder: &Path,
) -> io::Result<u64> {
    let mut out = BufWriter::new(file);
    let count = match (content, form) {
        (Content::Readings, Form::Xlsx) => xlsx::readings(selection, folder, &mut out),
        (Content::Events, Form::Xlsx) => xlsx::events(selection, folder, &mut out),
        (Content::Readings, _) => readings(selection, form, &mut out),
        (Content::Events, _) => events(selection, form, &mut out),
    }?;
    out.flush()?;
    Ok(count)
}
