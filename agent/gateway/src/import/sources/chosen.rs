//! The figures of the series that a map names, up to the samples of their channels.

use super::super::column::Column;
use super::super::error::ImportError;
use super::super::instants::wavering_step;
use super::super::map::TimeColumn;
use super::super::report::{Trouble, note};
use super::super::table::{Origin, Table, Tally, assemble};
use super::super::zone::WallZone;
use super::map::{Choice, SeriesMap};
use super::point::{Point, Series, Sink, Told};
use super::{ImportedSeries, SeriesReport};
use std::collections::BTreeSet;
use std::path::Path;
use std::slice;

/// Most series whose names are kept for messages.
const MOST_NAMES: usize = 1_000;

/// Most names in a message.
const MOST_NAMED: usize = 20;

/// Takes what a map names.
pub(super) struct Chosen<'m> {
    time: TimeColumn,
    tracks: Vec<Track<'m>>,
    values: usize,
    other_values: usize,
    last_other: Option<Series<'static>>,
    others: BTreeSet<String>,
    unreadable: usize,
    troubles: Vec<Trouble>,
}

/// A channel and the series that it takes.
struct Track<'m> {
    choice: &'m Choice,
    column: Column<'m>,
    series: Option<Series<'static>>,
    /// Another series that the map's words fit.
    other: Option<String>,
    table: Table,
    tally: Tally,
}

impl<'m> Chosen<'m> {
    /// Nothing yet; stamps without an offset are meant by `zone` where the map names none.
    pub fn new(map: &'m SeriesMap, zone: WallZone) -> Self {
        let track = |channel: &'m super::SeriesChannel| {
            let called = format!("series `{}`", channel.column.column);
            Track {
                choice: &channel.choice,
                column: Column::new(&channel.column, 0, called, map.decimal),
                series: None,
                other: None,
                table: Table::default(),
                tally: Tally::default(),
            }
        };
        Self {
            time: map.time(zone),
            tracks: map.channels.iter().map(track).collect(),
            values: 0,
            other_values: 0,
            last_other: None,
            others: BTreeSet::new(),
            unreadable: 0,
            troubles: Vec::new(),
        }
    }

    /// The samples of all channels.
    ///
    /// # Errors
    /// When a series is not there, is not the only one that is meant, or nothing can be taken.
    pub fn imported(self, path: &Path, told: &Told) -> Result<ImportedSeries, ImportError> {
        let file = path.display().to_string();
        self.check(&file, told)?;
        let mut channels = Vec::new();
        let mut report = SeriesReport {
            file: file.clone(),
            place: told.place,
            values: self.values,
            other_values: self.other_values,
            other_series: self.others.into_iter().take(MOST_NAMED).collect(),
            unreadable: self.unreadable,
            troubles: self.troubles,
            refused: Vec::new(),
            channels: Vec::new(),
        };
        let mut first = None;
        for mut track in self.tracks {
            let name = track.series.map(|series| series.to_string()).unwrap_or_default();
            let origin = Origin {
                file: format!("{file}: {name}"),
                place: told.place,
                time: &self.time,
                begins: told.begins,
            };
            let step = wavering_step(&track.table.stamps);
            let column = slice::from_mut(&mut track.column);
            match assemble(&origin, track.table, column, track.tally, step) {
                Ok(imported) => {
                    channels.extend(imported.channels);
                    report.channels.push(imported.report);
                }
                Err(error) => {
                    report.refused.push(error.to_string());
                    first.get_or_insert(error);
                }
            }
        }
        match first {
            Some(error) if channels.is_empty() => Err(error),
            _ => Ok(ImportedSeries { channels, report }),
        }
    }

    /// Whether each channel has one series.
    fn check(&self, file: &str, told: &Told) -> Result<(), ImportError> {
        if let (0, Some(first)) = (self.values, self.troubles.first()) {
            return Err(ImportError::NothingRead {
                file: file.to_owned(),
                rows: self.unreadable,
                first: format!("{} {}: {}", told.place, first.line, first.reason),
            });
        }
        for track in &self.tracks {
            let (file, wanted) = (file.to_owned(), track.choice.to_string());
            match (&track.series, &track.other) {
                (None, _) => {
                    let known = self.known();
                    let more = known.len().saturating_sub(MOST_NAMED);
                    let known = known.into_iter().take(MOST_NAMED).collect();
                    return Err(ImportError::NoSeries { file, wanted, known, more });
                }
                (Some(first), Some(other)) => {
                    let (first, other) = (first.to_string(), other.clone());
                    return Err(ImportError::SeveralSeries { file, wanted, first, other });
                }
                (Some(_), None) => {}
            }
        }
        Ok(())
    }

    /// The names of all series, as far as they are kept.
    fn known(&self) -> BTreeSet<String> {
        let taken = self.tracks.iter().filter_map(|track| track.series.as_ref());
        self.others.iter().cloned().chain(taken.map(Series::to_string)).collect()
    }
}

impl Track<'_> {
    fn take(&mut self, series: &Series<'_>, point: Point<'_>) {
        match &self.series {
            None => self.series = Some(series.owned()),
            Some(taken) if taken.is(series) => {}
            Some(_) => {
                self.other.get_or_insert_with(|| series.to_string());
                return;
            }
        }
        self.tally.rows += 1;
        let column = slice::from_mut(&mut self.column);
        self.table.take(point.place, point.at, column, &mut self.tally, |column| {
            column.read(point.value)
        });
    }
}

impl Sink for Chosen<'_> {
    fn point(&mut self, series: &Series<'_>, point: Point<'_>) {
        self.values += 1;
        let mut taken = false;
        for track in self.tracks.iter_mut().filter(|track| track.choice.fits(series)) {
            taken = true;
            track.take(series, point);
        }
        if taken {
            return;
        }
        self.other_values += 1;
        let again = self.last_other.as_ref().is_some_and(|last| last.is(series));
        if !again && self.others.len() < MOST_NAMES {
            self.others.insert(series.to_string());
            self.last_other = Some(series.owned());
        }
    }

    fn trouble(&mut self, place: usize, reason: String) {
        self.unreadable += 1;
        note(&mut self.troubles, place, reason);
    }
}
