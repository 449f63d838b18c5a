//! Readings and events out of a log, for other programs: every value to its last digit, nothing added up, nothing invented.
//!
//! What goes out is a copy that anybody may change: the record that proves itself is the signed log.

mod csv;
mod json;
mod line_protocol;

use std::io::{self, Write};

use crate::unit;

use millwatt::archive::Archive;
use millwatt::event::Event;
use millwatt::production::state::State;
use millwatt::reading::{ChannelId, Quality, Sample};
use millwatt::site::{Channel, Kind, Site};
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
}

impl Form {
    /// The form that a file's name ends with.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name.rsplit_once('.')?.1 {
            "csv" => Some(Self::Csv),
            "json" | "jsonl" | "ndjson" => Some(Self::Json),
            "lp" => Some(Self::LineProtocol),
            _ => None,
        }
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

/// Writes the readings of a period, channel by channel, both ends included: they bound what a counter counted. Gives
/// how many there were.
///
/// # Errors
/// The writer's.
pub fn readings(
    archive: &Archive,
    site: &Site<'_>,
    period: Period,
    wanted: &Wanted,
    form: Form,
    out: &mut impl Write,
) -> io::Result<u64> {
    if form == Form::Csv {
        csv::head(out, &csv::READING)?;
    }
    let mut count = 0;
    for (number, channel) in (0..).zip(site.channels) {
        let asset = site.assets.get(usize::from(channel.asset.0)).map_or("", |asset| asset.id);
        if !wanted.takes(channel, asset) {
            continue;
        }
        let samples = archive.samples(ChannelId(number), period);
        for sample in samples.filter(|sample| sample.at >= period.from && sample.at <= period.to) {
            let row = Row { sample, zone: site.zone_rules(), asset, channel };
            match form {
                Form::Csv => csv::reading(out, &row)?,
                Form::Json => json::reading(out, &row)?,
                Form::LineProtocol => line_protocol::reading(out, &row)?,
            }
            count += 1;
        }
    }
    Ok(count)
}

/// Writes the events that begin in a period, as `millwatt import --events` takes them. Gives how many there were.
///
/// # Errors
/// The writer's; line protocol has no place for events.
pub fn events(
    archive: &Archive,
    site: &Site<'_>,
    period: Period,
    wanted: &Wanted,
    form: Form,
    out: &mut impl Write,
) -> io::Result<u64> {
    if form == Form::Csv {
        csv::head(out, &csv::EVENT)?;
    }
    let is_wanted = |event: &Event<'_>| {
        wanted.assets.is_empty() || wanted.assets.iter().any(|id| id == event.asset)
    };
    let mut count = 0;
    for event in archive.events(period).filter(is_wanted) {
        match form {
            Form::Csv => csv::event(out, &event, site.zone_rules())?,
            Form::Json => json::event(out, &event, site.zone_rules())?,
            Form::LineProtocol => {
                let why = "line protocol has no place for events; choose csv or json";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
            }
        }
        count += 1;
    }
    Ok(count)
}
