//! `MAP.toml`: what the columns of a CSV file or of a workbook's sheet mean, read strictly and judged
//! before use.

use super::error::{ImportError, bad_zone};
use super::stamp::StampFormat;
use super::zone::WallZone;
use crate::site_file::words::Duration;
use crate::site_file::{KindWord, QuantityWord};
use crate::unit;
use millwatt::production::State;
use millwatt::site::{Kind, Quantity};
use millwatt::time::Span;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

/// Most decimals that a channel may keep.
const MOST_DECIMALS: u8 = 12;

/// What the columns of a file mean.
#[derive(Debug, Clone)]
pub struct Map {
    /// Between the fields.
    pub delimiter: u8,
    /// Before the decimals.
    pub decimal: char,
    /// For a workbook: the sheet, where it is not the only one.
    pub sheet: Option<String>,
    /// The column of stamps.
    pub time: TimeColumn,
    /// The columns of values.
    pub channels: Vec<ChannelColumn>,
}

/// `[time]`.
#[derive(Debug, Clone)]
pub struct TimeColumn {
    /// Its name.
    pub column: String,
    /// How stamps are written.
    pub format: StampFormat,
    /// By which zone they are meant.
    pub zone: WallZone,
    /// Which end of an interval they stamp.
    pub stamp: End,
    /// The interval, where the map gives it.
    pub every: Option<Span>,
    /// What a stamp of 00:00 means.
    pub midnight: Midnight,
}

/// Which end of its interval a stamp names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Its last moment.
    End,
    /// Its first moment.
    Begin,
}

/// What a stamp of 00:00 means.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Midnight {
    /// Decide from the grid.
    #[default]
    Auto,
    /// It carries the date of the day that ends.
    NextDay,
    /// It begins the day of its date.
    SameDay,
}

/// `[[channel]]`.
#[derive(Debug, Clone)]
pub struct ChannelColumn {
    /// The column's name.
    pub column: String,
    /// The channel's name, `asset.quantity`, with `-l1` to `-l3` for a phase.
    pub name: String,
    /// The asset's short name.
    pub asset: String,
    /// What it measures.
    pub quantity: Quantity,
    /// How its values relate.
    pub kind: Kind,
    /// The unit as it was written.
    pub unit: String,
    /// That unit's power of ten of the quantity's own.
    pub exponent: i8,
    /// How many decimals are kept, where the map says so.
    pub decimals: Option<u8>,
    /// Phase 1 to 3, or 0 for the whole.
    pub phase: u8,
    /// For states: the file's words and the codes they stand for.
    pub states: BTreeMap<String, i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MapFile {
    delimiter: Option<Spanned<String>>,
    decimal: Option<Spanned<String>>,
    sheet: Option<String>,
    time: TimePart,
    #[serde(default, rename = "channel")]
    channels: Vec<Spanned<ChannelPart>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TimePart {
    column: String,
    format: Spanned<String>,
    zone: Option<Spanned<String>>,
    stamp: End,
    every: Option<Duration>,
    #[serde(default)]
    midnight: Midnight,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelPart {
    pub column: String,
    pub asset: Spanned<String>,
    pub quantity: QuantityWord,
    pub kind: Spanned<KindWord>,
    pub unit: Option<Spanned<String>>,
    pub decimals: Option<Spanned<u8>>,
    pub phase: Option<Spanned<u8>>,
    #[serde(default)]
    pub states: BTreeMap<String, Spanned<String>>,
}

/// A place in the text, and what is wrong there.
pub(super) type Wrong = (Option<Range<usize>>, String);

pub(super) fn wrong<T>(at: &Spanned<T>, message: impl Display) -> Wrong {
    (Some(at.span()), message.to_string())
}

impl Map {
    /// Reads and judges a map.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place, its key and what was expected.
    pub fn read(path: &Path) -> Result<Self, ImportError> {
        read_file(path, Self::parse)
    }

    /// As [`read`](Self::read), from text; `file` is its name for messages.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place, its key and what was expected.
    pub fn parse(file: &str, text: &str) -> Result<Self, ImportError> {
        parse(file, text, judge)
    }
}

/// Reads a map's text and has it parsed.
pub(super) fn read_file<T>(
    path: &Path,
    parse: impl Fn(&str, &str) -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    let file = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => parse(&file, &text),
        Err(error) => {
            let why = error.to_string();
            Err(ImportError::Unreadable { file, why })
        }
    }
}

/// Parses TOML and judges it; what is wrong gets its place.
pub(super) fn parse<F: DeserializeOwned, T>(
    file: &str,
    text: &str,
    judge: impl Fn(F) -> Result<T, Wrong>,
) -> Result<T, ImportError> {
    let map = toml::from_str::<F>(text).map_err(|error| {
        let message = error.message().replace('\n', " ");
        let key = error.span().and_then(|span| key_at(text, span.start));
        let message = match key {
            Some(key) if !message.contains(&format!("`{key}`")) => {
                format!("`{key}`: {message}")
            }
            _ => message,
        };
        (error.span(), message)
    });
    map.and_then(judge).map_err(|(span, message)| ImportError::Map {
        file: file.to_owned(),
        place: span.map(|span| place(text, span.start)),
        message,
    })
}

/// Line and column of a place in the text, counted from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[start..].chars().count() + 1)
}

/// The key whose value stands at a place of the text.
fn key_at(text: &str, at: usize) -> Option<&str> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let (key, _) = text.get(start..)?.lines().next()?.split_once('=')?;
    Some(key.trim())
}

fn judge(map: MapFile) -> Result<Map, Wrong> {
    let missing = "no [[channel]] is given; write one for each column to be imported";
    let named = map.channels.into_iter().map(|part| (part.span(), part.into_inner()));
    Ok(Map {
        channels: channels(named, missing)?,
        delimiter: delimiter(map.delimiter.as_ref())?,
        decimal: decimal(map.decimal.as_ref())?,
        sheet: map.sheet,
        time: time(map.time)?,
    })
}

/// The channels of a map, each with a name of its own.
pub(super) fn channels(
    parts: impl Iterator<Item = (Range<usize>, ChannelPart)>,
    missing: &str,
) -> Result<Vec<ChannelColumn>, Wrong> {
    let mut channels: Vec<ChannelColumn> = Vec::new();
    for (span, part) in parts {
        let channel = channel(part).map_err(|(at, message)| {
            let at = at.unwrap_or_else(|| span.clone());
            (Some(at), message)
        })?;
        if channels.iter().any(|known| known.name == channel.name) {
            let name = &channel.name;
            let message = format!(
                "`{}`: a channel `{name}` stands above already; \
                 give one of them another asset, quantity or phase",
                channel.column
            );
            return Err((Some(span), message));
        }
        channels.push(channel);
    }
    if channels.is_empty() { Err((None, missing.to_owned())) } else { Ok(channels) }
}

fn delimiter(text: Option<&Spanned<String>>) -> Result<u8, Wrong> {
    let Some(text) = text else {
        return Ok(b',');
    };
    match text.get_ref().as_bytes() {
        [byte] if !byte.is_ascii_alphanumeric() && !b"\"\n\r".contains(byte) => Ok(*byte),
        _ => {
            let expected = "expected one character such as \",\", \";\" or \"\\t\"";
            Err(wrong(text, format!("`delimiter` = `{}`: {expected}", text.get_ref())))
        }
    }
}

pub(super) fn decimal(text: Option<&Spanned<String>>) -> Result<char, Wrong> {
    let Some(text) = text else {
        return Ok('.');
    };
    match text.get_ref().as_str() {
        "." => Ok('.'),
        "," => Ok(','),
        other => Err(wrong(text, format!("`decimal` = `{other}`: expected \".\" or \",\""))),
    }
}

fn time(part: TimePart) -> Result<TimeColumn, Wrong> {
    let format = StampFormat::new(part.format.get_ref());
    let format = format.map_err(|message| wrong(&part.format, message))?;
    let zone = match &part.zone {
        Some(zone) => wall_zone(zone)?,
        None if format.is_absolute() => WallZone::Named(chrono_tz::UTC),
        None => {
            let message = "`zone` is missing in [time]; these stamps are local, \
                           expected an IANA name such as Asia/Bangkok, or an offset such as +07:00";
            return Err(wrong(&part.format, message));
        }
    };
    Ok(TimeColumn {
        column: part.column,
        format,
        zone,
        stamp: part.stamp,
        every: part.every.map(|every| every.0),
        midnight: part.midnight,
    })
}

pub(super) fn wall_zone(zone: &Spanned<String>) -> Result<WallZone, Wrong> {
    let name = zone.get_ref();
    name.parse().map_err(|()| wrong(zone, bad_zone("zone", name)))
}

fn channel(part: ChannelPart) -> Result<ChannelColumn, Wrong> {
    let quantity = part.quantity.value();
    let exponent = exponent(quantity, part.unit.as_ref())?;
    let phase = number(part.phase.as_ref(), "phase", 1..=3)?.unwrap_or(0);
    let decimals = number(part.decimals.as_ref(), "decimals", 0..=MOST_DECIMALS)?;
    let asset = asset(part.asset)?;
    let word = part.quantity.word();
    Ok(ChannelColumn {
        name: match phase {
            0 => format!("{asset}.{word}"),
            phase => format!("{asset}.{word}-l{phase}"),
        },
        column: part.column,
        asset,
        quantity,
        kind: kind(quantity, &part.kind)?,
        unit: part.unit.map(Spanned::into_inner).unwrap_or_default(),
        exponent,
        decimals: if quantity == Quantity::MachineState { Some(0) } else { decimals },
        phase,
        states: states(quantity, part.states)?,
    })
}

fn exponent(quantity: Quantity, given: Option<&Spanned<String>>) -> Result<i8, Wrong> {
    let exponent = unit::exponent(quantity, given.map_or("", |unit| unit.get_ref()));
    exponent.map_err(|message| (given.map(Spanned::span), message))
}

fn number(
    given: Option<&Spanned<u8>>,
    key: &str,
    range: std::ops::RangeInclusive<u8>,
) -> Result<Option<u8>, Wrong> {
    let Some(given) = given else {
        return Ok(None);
    };
    let number = *given.get_ref();
    if range.contains(&number) {
        return Ok(Some(number));
    }
    let (least, most) = (range.start(), range.end());
    Err(wrong(given, format!("`{key}` = {number}: expected {least} to {most}")))
}

fn asset(given: Spanned<String>) -> Result<String, Wrong> {
    let asset = given.get_ref();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    if asset.is_empty() || asset.len() > 32 || !asset.chars().all(allowed) {
        let expected =
            "expected the `id` of an asset of the site, of the letters a-z, digits, - and _";
        return Err(wrong(&given, format!("`asset` = `{asset}`: {expected}")));
    }
    Ok(given.into_inner())
}

fn kind(quantity: Quantity, given: &Spanned<KindWord>) -> Result<Kind, Wrong> {
    let kind = given.get_ref().value();
    let possible = unit::kinds(quantity);
    if possible.contains(&kind) {
        return Ok(kind);
    }
    let words: Vec<_> = possible.iter().map(|kind| kind_word(*kind)).collect();
    let (word, words) = (kind_word(kind), words.join(", "));
    Err(wrong(given, format!("`kind` = `{word}` does not fit this quantity; expected: {words}")))
}

/// The word for a kind, as in a map.
pub(super) const fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Amount => "amount",
        Kind::Gauge => "gauge",
        Kind::State => "state",
    }
}

fn states(
    quantity: Quantity,
    given: BTreeMap<String, Spanned<String>>,
) -> Result<BTreeMap<String, i64>, Wrong> {
    let mut codes = BTreeMap::new();
    for (text, word) in given {
        if quantity != Quantity::MachineState {
            return Err(wrong(&word, "`states` belongs to quantity = \"state\" alone"));
        }
        let Some(state) = State::named(word.get_ref()) else {
            let known: Vec<_> = State::ALL.iter().map(|state| state.name()).collect();
            let (name, known) = (word.get_ref(), known.join(", "));
            let message = format!("`states`: `{name}` is unknown; expected one of: {known}");
            return Err(wrong(&word, message));
        };
        codes.insert(text, state.code());
    }
    Ok(codes)
}
