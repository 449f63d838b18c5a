//! An archive as dense bytes: the manifest, a block a day, the events.

use alloc::vec::Vec;

use super::{Archive, Run, Track};
use crate::reading::{ChannelId, Quality, Sample};
use crate::time::{Instant, Period, Span};
use crate::wire::bytes::Writer;
use crate::wire::frame::HEAD;
use crate::wire::{BlockWriter, Frame, FrameKind, Stamp};

impl Archive {
    /// The log's content within a period, both ends included, as frames; in what a report carries.
    #[must_use]
    pub fn pack(&self, period: Period) -> Vec<u8> {
        let mut packed = Packed::default();
        self.pack_into(period, &mut packed);
        packed.bytes
    }

    /// All of the log's content as a page that stands for the frames from `first` to `last`, so many; every
    /// frame of it carries the stamp of the last.
    #[must_use]
    pub fn compact(&self, first: Stamp, last: Stamp, frames: u64) -> Vec<u8> {
        let mut packed = Packed { stamp: Some(last), ..Packed::default() };
        let mut payload = Vec::new();
        for stamp in [first, last] {
            payload.extend(stamp.epoch.to_le_bytes());
            payload.extend(stamp.sequence.to_le_bytes());
        }
        payload.extend(frames.to_le_bytes());
        packed.frame(FrameKind::Compacted, &payload);
        self.pack_into(Period::new(Instant::MIN, Instant::MAX), &mut packed);
        packed.bytes
    }

    /// Whether another archive has the same readings and events under the same manifest.
    #[must_use]
    pub fn holds_the_same(&self, other: &Self) -> bool {
        let samples = |archive: &Self, place: usize| -> Vec<Sample> {
            let track = archive.places.get(place).and_then(|place| archive.tracks.get(*place));
            track.map(|track| track.samples().collect()).unwrap_or_default()
        };
        self.manifest == other.manifest
            && self.events == other.events
            && self.length() == other.length()
            && (0..self.places.len()).all(|place| samples(self, place) == samples(other, place))
    }

    fn pack_into(&self, period: Period, packed: &mut Packed) {
        packed.frame(FrameKind::Manifest, &self.manifest);
        let mut next = self.first_sample_from(period.from);
        while let Some(at) = next.filter(|at| *at <= period.to) {
            let midnight = at.floor(Span::DAY);
            let day = Period::new(midnight, midnight + Span::DAY);
            let end = day.to.min(period.to + Span::from_milliseconds(1));
            self.pack_day(Period::new(day.from.max(period.from), end), packed);
            next = if day.to > at { self.first_sample_from(day.to) } else { None };
        }
        let events = self.events.iter().filter(|(at, _)| period.from <= *at && *at <= period.to);
        let events: Vec<u8> = events.flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        packed.frame(FrameKind::Events, &events);
    }

    fn first_sample_from(&self, at: Instant) -> Option<Instant> {
        let first = |track: &Track| {
            let run = track.runs.partition_point(|run| run.last() < at);
            track.runs.get(run).map(|run| run.at(run.before(at)))
        };
        self.tracks.iter().filter_map(first).min()
    }

    fn pack_day(&self, day: Period, packed: &mut Packed) {
        let mut buffer = Vec::new();
        let columns: Vec<_> = self.columns(day).collect();
        if columns.is_empty() {
            return;
        }
        let values: usize = columns.iter().map(|column| column.values.len()).sum();
        // A value takes less than 12 bytes, a column's head less than 64.
        buffer.resize(8 + values * 12 + columns.len() * 64, 0);
        let written = BlockWriter::new(day.from, &mut buffer).and_then(|mut block| {
            for Part { channel, quality, start, step, values } in columns {
                block.column(channel, quality, start, step, values)?;
            }
            Ok(block.payload().len())
        });
        buffer.truncate(written.expect("the buffer holds the largest form of every column"));
        packed.frame(FrameKind::Readings, &buffer);
    }

    fn columns(&self, day: Period) -> impl Iterator<Item = Part<'_>> {
        let tracks = (0..).map(ChannelId).zip(&self.places);
        tracks.flat_map(move |(channel, place)| {
            let runs = &self.tracks[*place].runs;
            let first = runs.partition_point(|run| run.last() < day.from);
            let inside = runs[first..].iter().take_while(move |run| run.start < day.to);
            inside.filter_map(move |run| Part::of(channel, run, day))
        })
    }
}

/// The part of a run that lies in a day.
struct Part<'a> {
    channel: ChannelId,
    quality: Quality,
    start: Instant,
    step: Span,
    values: &'a [i64],
}

impl<'a> Part<'a> {
    fn of(channel: ChannelId, run: &'a Run, day: Period) -> Option<Self> {
        let from = run.before(day.from);
        let values = run.values.get(from..run.before(day.to))?;
        let (quality, start, step) = (run.quality, run.at(from), run.step);
        (!values.is_empty()).then_some(Self { channel, quality, start, step, values })
    }
}

#[derive(Default)]
struct Packed {
    bytes: Vec<u8>,
    /// Of every frame; without it they are counted.
    stamp: Option<Stamp>,
    sequence: u64,
}

impl Packed {
    fn frame(&mut self, kind: FrameKind, payload: &[u8]) {
        self.sequence += 1;
        let stamp = self.stamp.unwrap_or(Stamp { epoch: 0, sequence: self.sequence });
        let frame = Frame { stamp, kind, payload };
        let place = self.bytes.len();
        self.bytes.resize(place + HEAD + payload.len(), 0);
        let written = frame.emit(&mut Writer::new(&mut self.bytes[place..]));
        written.expect("a day's block stays below the largest payload");
    }
}
