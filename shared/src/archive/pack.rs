//! An archive as dense bytes: the manifest, a block a day, the events.

use alloc::vec::Vec;

use super::block::{Stretch, written};
use super::relate::LEAST;
use super::{Archive, Run, Track};
use crate::reading::{ChannelId, Sample};
use crate::time::{Instant, Period, Span};
use crate::wire::bytes::Writer;
use crate::wire::frame::HEAD;
use crate::wire::{Clock, Frame, FrameKind, Stamp};

impl Archive {
    /// All of the log's content as a page that stands for other frames; what belongs before the manifest and
    /// after the readings is given as it is. Channels that only an earlier manifest named are left out: what is
    /// compacted must stand under one.
    #[must_use]
    pub fn compact(
        &self,
        stands_for: &StandsFor,
        before: &[Part<'_>],
        after: &[Part<'_>],
    ) -> Vec<u8> {
        let StandsFor { first, last, frames } = *stands_for;
        let mut packed = Packed { stamp: last, bytes: Vec::new() };
        let mut payload = Vec::new();
        for stamp in [first, last] {
            payload.extend(stamp.epoch.to_le_bytes());
            payload.extend(stamp.sequence.to_le_bytes());
        }
        payload.extend(frames.to_le_bytes());
        packed.frame(FrameKind::Compacted, &payload);
        before.iter().for_each(|(kind, payload)| packed.frame(*kind, payload));
        self.pack_into(&mut packed);
        after.iter().for_each(|(kind, payload)| packed.frame(*kind, payload));
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

    fn pack_into(&self, packed: &mut Packed) {
        packed.frame(FrameKind::Manifest, &self.manifest);
        let mut next = self.first_sample_from(Instant::MIN);
        while let Some(at) = next {
            let midnight = at.floor(Span::DAY);
            let day = Period::new(midnight, midnight + Span::DAY);
            self.pack_day(day, packed);
            next = if day.to > at { self.first_sample_from(day.to) } else { None };
        }
        let events: Vec<u8> = self.events.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
        if !events.is_empty() {
            packed.frame(FrameKind::Events, &events);
        }
    }

    fn first_sample_from(&self, at: Instant) -> Option<Instant> {
        let first = |track: &Track| {
            let run = track.runs.partition_point(|run| run.last() < at);
            track.runs.get(run).map(|run| run.at(run.before(at)))
        };
        self.tracks.iter().filter_map(first).min()
    }

    fn pack_day(&self, day: Period, packed: &mut Packed) {
        let mut stretches: Vec<_> = self.columns(day).collect();
        // Long columns on one grid stand together: it is stated once, and they may tell each other.
        stretches.sort_by_key(|stretch| {
            let count = stretch.values.len();
            (count >= LEAST).then_some((stretch.start, stretch.step, count))
        });
        if !stretches.is_empty() {
            let payload = written(day.from, &stretches);
            let payload = payload.expect("the buffer holds the largest form of every column");
            packed.frame(FrameKind::Readings, &payload);
        }
    }

    fn columns(&self, day: Period) -> impl Iterator<Item = Stretch<'_>> {
        let tracks = (0..).map(ChannelId).zip(&self.places);
        tracks.flat_map(move |(channel, place)| {
            let runs = &self.tracks[*place].runs;
            let first = runs.partition_point(|run| run.last() < day.from);
            let inside = runs[first..].iter().take_while(move |run| run.start < day.to);
            inside.filter_map(move |run| Stretch::of(channel, run, day))
        })
    }
}

impl<'a> Stretch<'a> {
    /// The part of a run that lies in a day.
    fn of(channel: ChannelId, run: &'a Run, day: Period) -> Option<Self> {
        let from = run.before(day.from);
        let values = run.values.get(from..run.before(day.to))?;
        let (quality, start, step) = (run.quality, run.at(from), run.step);
        (!values.is_empty()).then_some(Self { channel, quality, start, step, values })
    }
}

/// The frames that a compacted page stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StandsFor {
    /// The stamp of the first.
    pub first: Stamp,
    /// The stamp of the last, which every frame of the page carries.
    pub last: Stamp,
    /// How many.
    pub frames: u64,
}

/// A frame's kind and payload.
pub type Part<'a> = (FrameKind, &'a [u8]);

struct Packed {
    bytes: Vec<u8>,
    /// Of every frame.
    stamp: Stamp,
}

impl Packed {
    fn frame(&mut self, kind: FrameKind, payload: &[u8]) {
        let (stamp, clock) = (self.stamp, Clock::default());
        let frame = Frame { stamp, clock, kind, payload };
        let place = self.bytes.len();
        self.bytes.resize(place + HEAD + payload.len(), 0);
        let written = frame.emit(&mut Writer::new(&mut self.bytes[place..]));
        written.expect("a day's block stays below the largest payload");
    }
}
