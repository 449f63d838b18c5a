//! A CSV file of what people reported: output, weighings, stops, people, bills, notes.

use super::error::ImportError;
use super::number;
use super::report::{EventReport, note};
use super::stamp::{Stamp, StampFormat, naive};
use super::text::{Row, Rows, Text};
use super::zone::{Shown, WallZone};
use millwatt::event::{Event, EventKind};
use millwatt::time::Instant;
use std::collections::HashMap;
use std::path::Path;

/// The columns that are understood, the first two needed.
const COLUMNS: [&str; 8] =
    ["time", "kind", "asset", "product", "quantity", "unit", "until", "note"];
const COLUMN_LIST: &str = "time, kind, asset, product, quantity, unit, until, note";

/// How stamps may be written.
const FORMATS: [&str; 5] =
    ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"];

/// Words for kinds, and whether one says nothing without a quantity.
const KINDS: [(&str, EventKind, bool); 11] = [
    ("output", EventKind::Output, true),
    ("reject", EventKind::Reject, true),
    ("raw-material", EventKind::RawMaterial, true),
    ("fuel", EventKind::Fuel, true),
    ("stop", EventKind::Stop, false),
    ("people", EventKind::People, true),
    ("bill", EventKind::Bill, true),
    ("note", EventKind::Note, false),
    ("meter-removed", EventKind::MeterRemoved, true),
    ("meter-installed", EventKind::MeterInstalled, true),
    ("meter-factor", EventKind::MeterFactor, true),
];

/// The word of a kind.
#[must_use]
pub fn word(kind: EventKind) -> &'static str {
    KINDS.iter().find(|(_, known, _)| *known == kind).map_or("note", |(word, _, _)| word)
}

/// The events of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedEvents {
    /// Oldest first; those of one instant in the order of the file.
    pub events: Vec<OwnedEvent>,
    /// What was found.
    pub report: EventReport,
}

/// An [`Event`] that owns its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEvent {
    /// When it happened or began.
    pub at: Instant,
    /// When it ended, for what lasts.
    pub until: Option<Instant>,
    /// What it says.
    pub kind: EventKind,
    /// Short name of the asset, empty for the whole site.
    pub asset: String,
    /// What was made, burnt or received; for stops, the reason.
    pub product: String,
    /// How much, in thousandths of `unit`.
    pub thousandths: i64,
    /// The unit as people write it.
    pub unit: String,
    /// In their words.
    pub note: String,
}

impl OwnedEvent {
    /// Lent, as the log takes it.
    #[must_use]
    pub fn as_event(&self) -> Event<'_> {
        Event {
            at: self.at,
            until: self.until,
            kind: self.kind,
            asset: &self.asset,
            product: &self.product,
            thousandths: self.thousandths,
            unit: &self.unit,
            note: &self.note,
        }
    }
}

/// Reads a CSV file of events whose stamps are local in `zone`, an IANA name or an offset.
///
/// Columns are found by name in any order. A file with semicolons has decimal commas, as
/// spreadsheets write it where the comma is decimal.
///
/// # Errors
/// When nothing of the file can be taken; single bad rows are counted in the report instead.
pub fn read_events(path: &Path, zone: &str) -> Result<ImportedEvents, ImportError> {
    let wall = zone.parse().map_err(|()| ImportError::Zone { zone: zone.to_owned() })?;
    let text = Text::read(path)?;
    let semicolons = text.first_line().contains(&b';');
    let (delimiter, decimal) = if semicolons { (b';', ',') } else { (b',', '.') };
    let mut rows = text.rows(delimiter)?;
    let reader = Reader::new(&text.file, &rows, wall, decimal)?;
    let mut report = EventReport { file: text.file.clone(), ..EventReport::default() };
    let mut events: Vec<OwnedEvent> = Vec::new();
    let mut known: HashMap<Instant, Vec<usize>> = HashMap::new();
    let mut latest = Instant::MIN;
    while let Some(row) = rows.next()? {
        report.rows += 1;
        match reader.event(&row, &mut report) {
            Err(reason) => {
                report.unreadable += 1;
                note(&mut report.troubles, row.line, reason);
            }
            Ok(event) => {
                let known = known.entry(event.at).or_default();
                if known.iter().any(|place| events[*place] == event) {
                    report.duplicate += 1;
                    continue;
                }
                known.push(events.len());
                report.out_of_order += usize::from(event.at < latest);
                latest = event.at;
                events.push(event);
            }
        }
    }
    report.imported = events.len();
    refuse_nothing(&report)?;
    events.sort_by_key(|event| event.at);
    Ok(ImportedEvents { events, report })
}

fn refuse_nothing(report: &EventReport) -> Result<(), ImportError> {
    let file = report.file.clone();
    match report.troubles.first() {
        _ if report.imported > 0 => Ok(()),
        None => Err(ImportError::Empty { file }),
        Some(first) => Err(ImportError::NothingRead {
            file,
            rows: report.rows,
            first: format!("line {}: {}", first.line, first.reason),
        }),
    }
}

/// How the rows of one file are read.
struct Reader {
    zone: WallZone,
    decimal: char,
    width: usize,
    places: [Option<usize>; COLUMNS.len()],
    formats: Vec<StampFormat>,
}

impl Reader {
    fn new(
        file: &str,
        rows: &Rows<'_>,
        zone: WallZone,
        decimal: char,
    ) -> Result<Self, ImportError> {
        for column in &rows.header {
            if !COLUMNS.contains(&column.as_str()) {
                return Err(ImportError::UnknownColumn {
                    file: file.to_owned(),
                    column: column.clone(),
                    accepted: COLUMN_LIST,
                });
            }
        }
        let mut places = [None; COLUMNS.len()];
        for (number, (name, place)) in COLUMNS.iter().zip(&mut places).enumerate() {
            let needed = number < 2;
            if needed || rows.header.iter().any(|known| known == name) {
                *place = Some(rows.column(name, "the first line")?);
            }
        }
        let formats = FORMATS.iter().filter_map(|format| StampFormat::new(format).ok()).collect();
        Ok(Self { zone, decimal, width: rows.header.len(), places, formats })
    }

    fn event(&self, row: &Row<'_>, report: &mut EventReport) -> Result<OwnedEvent, String> {
        row.shape(self.width)?;
        let [time, kind, asset, product, quantity, unit, until, note] =
            self.places.map(|place| place.map(|place| row.field(place)).unwrap_or_default());
        let (word, kind, needed) = kind_named(&kind)?;
        let (at, twice) = self.instant("time", &time)?;
        let (until, until_twice) = match until.is_empty() {
            true => (None, false),
            false => self.instant("until", &until).map(|(at, twice)| (Some(at), twice))?,
        };
        if until.is_some_and(|until| until < at) {
            return Err("`until` is before `time`".to_owned());
        }
        if needed && quantity.is_empty() {
            return Err(format!("`quantity` is empty; `{word}` says nothing without it"));
        }
        let (thousandths, rounded) = self.thousandths(&quantity)?;
        report.ambiguous += usize::from(twice) + usize::from(until_twice);
        report.rounded += usize::from(rounded);
        Ok(OwnedEvent {
            at,
            until,
            kind,
            asset: asset.into_owned(),
            product: product.into_owned(),
            thousandths,
            unit: unit.into_owned(),
            note: note.into_owned(),
        })
    }

    /// The instant of a local stamp, the first where there are two, and whether there are.
    fn instant(&self, key: &str, text: &str) -> Result<(Instant, bool), String> {
        let stamp = self.formats.iter().find_map(|format| format.stamp(text).ok());
        let Some(Stamp { wall, .. }) = stamp else {
            let expected = "expected a stamp such as 2026-01-31 07:30, or a date";
            return Err(format!("`{key}` = `{text}`: {expected}"));
        };
        match self.zone.shown(naive(wall)) {
            Shown::Once(at) => Ok((at, false)),
            Shown::Twice(first, _) => Ok((first, true)),
            Shown::Never => {
                let zone = self.zone;
                Err(format!("`{key}` = {text} never was in {zone}: the clock was put forward"))
            }
        }
    }

    /// A quantity in thousandths, and whether it had more digits than that.
    fn thousandths(&self, text: &str) -> Result<(i64, bool), String> {
        if text.is_empty() {
            return Ok((0, false));
        }
        let number = number::parse(text, self.decimal, 3);
        let number = number.map_err(|reason| format!("`quantity`: {reason}"))?;
        let thousandths = number.scaled(3);
        let large = || format!("`quantity`: `{text}` is too large a number");
        Ok((thousandths.ok_or_else(large)?, number.rounded()))
    }
}

fn kind_named(text: &str) -> Result<(&'static str, EventKind, bool), String> {
    KINDS.into_iter().find(|(word, _, _)| *word == text).ok_or_else(|| {
        let words = KINDS.map(|(word, _, _)| word).join(", ");
        format!("`kind` = `{text}`: expected one of: {words}")
    })
}
