//! `MAP.toml` for series: which of them becomes which channel.

use super::super::error::ImportError;
use super::super::map::{
    self, ChannelColumn, ChannelPart, End, Midnight, TimeColumn, Wrong, channels, decimal,
    wall_zone, wrong,
};
use super::super::stamp::StampFormat;
use super::super::zone::WallZone;
use super::clock::Clock;
use super::point::{Series, write_series};
use crate::site_file::words::Duration;
use crate::site_file::{KindWord, QuantityWord};
use millwatt::time::Span;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use toml::Spanned;

/// Which series become which channels.
#[derive(Debug, Clone)]
pub struct SeriesMap {
    /// Before the decimals.
    pub decimal: char,
    /// How stamps are written, where it is not plain.
    pub format: Option<StampFormat>,
    /// By which zone stamps are meant, where it is not the site's.
    pub zone: Option<WallZone>,
    /// Which end of an interval stamps of amounts name.
    pub stamp: End,
    /// The interval, where the map gives it.
    pub every: Option<Span>,
    /// The series that are taken.
    pub channels: Vec<SeriesChannel>,
}

/// `[[channel]]`.
#[derive(Debug, Clone)]
pub struct SeriesChannel {
    /// Which series.
    pub choice: Choice,
    /// What it becomes.
    pub column: ChannelColumn,
}

/// What a series must be called to be taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Its measurement, metric, statistic or feed; any, where it is not said.
    pub name: Option<String>,
    /// Labels or tags that it must have; others do not matter.
    pub labels: BTreeMap<String, String>,
    /// Its field; any, where it is not said.
    pub field: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesMapFile {
    decimal: Option<Spanned<String>>,
    #[serde(default)]
    time: TimePart,
    #[serde(default, rename = "channel")]
    channels: Vec<Spanned<SeriesPart>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TimePart {
    format: Option<Spanned<String>>,
    zone: Option<Spanned<String>>,
    stamp: Option<End>,
    every: Option<Duration>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SeriesPart {
    #[serde(alias = "measurement", alias = "metric", alias = "statistic_id", alias = "feed")]
    series: Option<String>,
    #[serde(default, alias = "tags")]
    labels: BTreeMap<String, String>,
    field: Option<String>,
    asset: Spanned<String>,
    quantity: QuantityWord,
    kind: Spanned<KindWord>,
    unit: Option<Spanned<String>>,
    decimals: Option<Spanned<u8>>,
    phase: Option<Spanned<u8>>,
    #[serde(default)]
    states: BTreeMap<String, Spanned<String>>,
}

impl SeriesPart {
    fn split(self) -> (Choice, ChannelPart) {
        let choice = Choice { name: self.series, labels: self.labels, field: self.field };
        let part = ChannelPart {
            column: choice.to_string(),
            asset: self.asset,
            quantity: self.quantity,
            kind: self.kind,
            unit: self.unit,
            decimals: self.decimals,
            phase: self.phase,
            states: self.states,
        };
        (choice, part)
    }
}

impl SeriesMap {
    /// Reads and judges a map.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place, its key and what was expected.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        map::read_file(path, Self::parse)
    }

    /// As [`read`](Self::read), from text; `file` is its name for messages.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place, its key and what was expected.
    pub fn parse(file: &str, text: &str) -> Result<Self, ImportError> {
        map::parse(file, text, judge)
    }

    /// How its stamps are read.
    pub(super) fn clock(&self) -> Clock {
        Clock { format: self.format.clone() }
    }

    /// Its stamps, as the pipeline of tables takes them.
    pub(super) fn time(&self, zone: WallZone) -> TimeColumn {
        TimeColumn {
            column: String::new(),
            format: self.format.clone().unwrap_or(StampFormat::UnixMilliseconds),
            zone: self.zone.unwrap_or(zone),
            stamp: self.stamp,
            every: self.every,
            midnight: Midnight::SameDay,
        }
    }
}

fn judge(file: SeriesMapFile) -> Result<SeriesMap, Wrong> {
    let missing = "no [[channel]] is given; write one for each series to be imported, \
                   `millwatt import --suggest` writes them all";
    let (mut choices, mut parts) = (Vec::new(), Vec::new());
    for channel in file.channels {
        let span = channel.span();
        let (choice, part) = channel.into_inner().split();
        choices.push(choice);
        parts.push((span, part));
    }
    let columns = channels(parts.into_iter(), missing)?;
    let channels = choices.into_iter().zip(columns);
    Ok(SeriesMap {
        decimal: decimal(file.decimal.as_ref())?,
        format: file.time.format.as_ref().map(format).transpose()?,
        zone: file.time.zone.as_ref().map(wall_zone).transpose()?,
        stamp: file.time.stamp.unwrap_or(End::End),
        every: file.time.every.map(|every| every.0),
        channels: channels.map(|(choice, column)| SeriesChannel { choice, column }).collect(),
    })
}

fn format(text: &Spanned<String>) -> Result<StampFormat, Wrong> {
    match StampFormat::new(text.get_ref()) {
        Ok(StampFormat::Excel) => Err(wrong(text, "`format` = `excel` belongs to a workbook")),
        Ok(format) => Ok(format),
        Err(message) => Err(wrong(text, message)),
    }
}

impl Choice {
    /// Whether a series is meant.
    pub(super) fn fits(&self, series: &Series<'_>) -> bool {
        let has = |(key, value): (&String, &String)| {
            series.labels.iter().any(|(known, held)| known == key && held == value)
        };
        self.name.as_ref().is_none_or(|name| *name == series.name)
            && self.field.as_ref().is_none_or(|field| *field == series.field)
            && self.labels.iter().all(has)
    }
}

/// As its users write it: `power{room="hall"} watts`.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.labels.iter().map(|(key, value)| (&**key, &**value));
        let field = self.field.as_deref().unwrap_or_default();
        write_series(f, self.name.as_deref().unwrap_or("(any)"), labels, field)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
[time]
every = "10s"

[[channel]]
measurement = "meters"
tags = { device = "main" }
field = "kwh"
asset = "main"
quantity = "active_energy"
kind = "counter"
unit = "kWh"
"#;

    #[test]
    fn a_series_is_chosen_by_name_field_and_some_of_its_labels() {
        let map = SeriesMap::parse("map.toml", GOOD).expect("a good map");
        let choice = &map.channels[0].choice;
        let mut series = Series::named("meters");
        series.labels = vec![("site".into(), "a".into()), ("device".into(), "main".into())];
        series.field = "kwh".into();
        assert!(choice.fits(&series));
        assert_eq!(choice.to_string(), "meters{device=\"main\"} kwh");
        assert!(!choice.fits(&Series { field: "kw".into(), ..series.clone() }));
        assert!(!choice.fits(&Series { name: "meter".into(), ..series.clone() }));
        assert!(!choice.fits(&Series { labels: Vec::new(), ..series }));
    }

    #[test]
    fn the_words_of_all_programs_are_understood() {
        for words in [["series", "labels"], ["metric", "labels"], ["statistic_id", "labels"]] {
            let text = GOOD.replace("measurement", words[0]).replace("tags", words[1]);
            assert!(SeriesMap::parse("map.toml", &text).is_ok(), "{words:?}");
        }
        let twice = GOOD.replace("[[channel]]", "[[channel]]\nseries = \"meters\"");
        assert!(SeriesMap::parse("map.toml", &twice).is_err());
    }

    #[test]
    fn a_bad_map_is_refused_at_its_place() {
        let cases = [
            ("10s", "soon", "line 3", "is not a span such as"),
            ("every = \"10s\"", "format = \"excel\"", "line 3", "belongs to a workbook"),
            ("field", "column", "line 8", "unknown field `column`"),
            ("\"main\"\nquantity", "\"\"\nquantity", "line 9", "expected the `id` of an asset"),
            ("\"main\" }", "7 }", "line 7", "expected a string"),
        ];
        for (good, bad, place, what) in cases {
            let text = GOOD.replacen(good, bad, 1);
            let error = SeriesMap::parse("map.toml", &text).expect_err(bad).to_string();
            assert!(error.contains(place) && error.contains(what), "{bad}: {error}");
        }
    }
}
