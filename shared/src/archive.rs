//! A whole log in memory: what gateway and page compute from.
//!
//! Frames may come in any order and more than once; the archive is a function of their set, but for
//! two different values of one channel at one instant, of which the first stands.
//!
//! Several devices of a site keep a log each. One archive takes them one after the other, with
//! [`Archive::begin_log`] between them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::event::Event;
use crate::reading::{ChannelId, Quality, Sample};
use crate::series::{LEAD_IN, Series};
use crate::site::{Channel, Scale};
use crate::time::{Instant, Period, Span};
use crate::wire::manifest;
use crate::wire::{
    Anchor, ClockQuality, ColumnDecoder, Columns, Frame, FrameKind, Frames, Record, Stamp,
    WireError, events, records,
};

mod block;
#[cfg(feature = "trust")]
mod denser;
mod merge;
mod pack;
mod parts;
mod relate;

pub use block::block;
#[cfg(feature = "trust")]
pub use denser::{WORTH_A_CHECKPOINT, denser};
pub use pack::{Part, StandsFor};
pub use parts::Parts;
pub use relate::{Related, related};

/// Samples of one quality at equal distances.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    start: Instant,
    step: Span,
    quality: Quality,
    values: Vec<i64>,
}

impl Run {
    fn at(&self, place: usize) -> Instant {
        self.start + self.step.times(i64::try_from(place).unwrap_or(i64::MAX))
    }

    fn last(&self) -> Instant {
        self.at(self.values.len().saturating_sub(1))
    }

    fn sample(&self, place: usize) -> Option<Sample> {
        let value = *self.values.get(place)?;
        Some(Sample { at: self.at(place), value, quality: self.quality })
    }

    /// How many of its samples lie before an instant.
    fn before(&self, at: Instant) -> usize {
        let span = (at - self.start).milliseconds();
        let step = self.step.milliseconds();
        if span <= 0 {
            return 0;
        }
        let places = if step > 0 { (span - 1) / step + 1 } else { 1 };
        usize::try_from(places).unwrap_or(usize::MAX).min(self.values.len())
    }
}

/// The samples of one channel, in time order.
#[derive(Debug, Default, Clone)]
struct Track {
    name: String,
    scale: Scale,
    runs: Vec<Run>,
    disordered: bool,
}

impl Track {
    fn push(&mut self, sample: Sample, step: Span) {
        if let Some(run) = self.runs.last_mut() {
            let next = run.last() + run.step;
            let joins = run.quality == sample.quality;
            if joins && run.values.len() > 1 && next == sample.at {
                return run.values.push(sample.value);
            }
            let distance = sample.at - run.start;
            let steps = distance > Span::ZERO && (step == Span::ZERO || step == distance);
            if joins && run.values.len() == 1 && steps {
                run.step = distance;
                return run.values.push(sample.value);
            }
            self.disordered |= sample.at <= run.last();
        }
        let Sample { at, value, quality } = sample;
        self.runs.push(Run { start: at, step, quality, values: alloc::vec![value] });
    }

    /// Brings the samples into time order, each instant once, the first that came.
    fn settle(&mut self, step: Span) {
        if !core::mem::take(&mut self.disordered) {
            return;
        }
        let mut samples: Vec<Sample> = self.samples().collect();
        samples.sort_by_key(|sample| sample.at);
        samples.dedup_by_key(|sample| sample.at);
        self.runs.clear();
        samples.into_iter().for_each(|sample| self.push(sample, step));
        self.disordered = false;
    }

    fn samples(&self) -> impl Iterator<Item = Sample> + '_ {
        self.runs.iter().flat_map(|run| (0..run.values.len()).filter_map(|n| run.sample(n)))
    }

    fn rescale(&mut self, scale: Scale) {
        let change = i32::from(self.scale.0) - i32::from(scale.0);
        self.scale = scale;
        for value in self.runs.iter_mut().flat_map(|run| &mut run.values) {
            *value = rescaled(*value, change);
        }
    }

    fn length(&self) -> usize {
        self.runs.iter().map(|run| run.values.len()).sum()
    }
}

/// A reading from before the clock was set.
#[derive(Debug, Clone)]
struct Undated {
    log: usize,
    epoch: u32,
    place: usize,
    scale: Scale,
    sample: Sample,
}

fn rescaled(value: i64, places: i32) -> i64 {
    let power = crate::decimal::power_of_ten(places.unsigned_abs().min(38) as u8);
    let wide = i128::from(value);
    let wide = if places >= 0 {
        wide.saturating_mul(power)
    } else {
        crate::decimal::div_round(wide, power)
    };
    wide.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// A log in memory; see the [module](self).
#[derive(Debug, Default, Clone)]
pub struct Archive {
    manifest: Vec<u8>,
    /// The last manifests of the logs before this one.
    earlier: Vec<Vec<u8>>,
    /// Channel numbers of the manifest read last, as places in `tracks`.
    places: Vec<usize>,
    /// Every channel that any manifest named.
    tracks: Vec<Track>,
    /// Instant and postcard bytes, in time order.
    events: Vec<(Instant, Vec<u8>)>,
    newest: Stamp,
    damaged: usize,
    foreign: Option<u8>,
    /// Which wall time belonged to which tick, in the order of the frames, and in which log.
    anchors: Vec<(usize, Anchor)>,
    /// Readings from before their device's clock was set: their instants count from the start of their epoch.
    undated: Vec<Undated>,
    /// Bytes of readings seen, and samples that they unfolded to.
    packed: usize,
    unfolded: usize,
}

/// Most samples that an archive holds.
pub const MOST_SAMPLES: usize = 1 << 28;
/// Samples that a byte may unfold to, beyond a first allowance: a column that never changes takes a few bytes
/// for a day, so that only made-up ones need more.
const SAMPLES_A_BYTE: usize = 4_096;
const FIRST_ALLOWANCE: usize = 1 << 22;

impl Archive {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a log's bytes; damage is passed over and counted.
    ///
    /// # Errors
    /// When no manifest says what the bytes mean; [`WireError::Version`] where another version wrote them.
    pub fn load(bytes: &[u8]) -> Result<Self, WireError> {
        let mut archive = Self::new();
        archive.extend(bytes);
        archive.settle();
        match archive.foreign {
            _ if !archive.manifest.is_empty() => Ok(archive),
            Some(found) => Err(WireError::Version { found }),
            None => Err(WireError::Truncated),
        }
    }

    /// Adds the frames of more bytes; call [`Archive::settle`] after the last.
    pub fn extend(&mut self, bytes: &[u8]) {
        let mut frames = Frames::new(bytes);
        for frame in frames.by_ref() {
            self.add(&frame);
        }
        self.damaged += frames.damaged();
        self.foreign = frames.foreign().or(self.foreign);
    }

    /// Adds one frame; call [`Archive::settle`] after the last.
    pub fn add(&mut self, frame: &Frame<'_>) {
        self.newest = self.newest.max(frame.stamp);
        let read = match frame.kind {
            FrameKind::Manifest => self.add_manifest(frame.payload),
            FrameKind::Readings => {
                let is_dated = frame.clock.quality != ClockQuality::Unset;
                let undated_of = (!is_dated).then_some(frame.stamp.epoch);
                self.add_readings(frame.payload, undated_of)
            }
            FrameKind::Anchor => self.add_anchor(frame.payload),
            FrameKind::Events => self.add_events(frame.payload),
            FrameKind::Page
            | FrameKind::Receipt
            | FrameKind::Compacted
            | FrameKind::Device
            | FrameKind::Checkpoint
            | FrameKind::Run => Ok(()),
            FrameKind::Log => {
                self.begin_log();
                Ok(())
            }
        };
        if read.is_err() {
            self.damaged += frame.length();
        }
    }

    /// The frames that follow are of another device: its stamps and channel numbers are its own. What the manifests
    /// say is joined by [`Archive::settle`]: the site is the first log's, assets and channels are those of all.
    pub fn begin_log(&mut self) {
        if !self.manifest.is_empty() {
            self.earlier.push(core::mem::take(&mut self.manifest));
        }
        self.places.clear();
    }

    fn join(&mut self) -> Result<(), WireError> {
        if !self.manifest.is_empty() {
            self.earlier.push(core::mem::take(&mut self.manifest));
        }
        let merged = merge::merged(&core::mem::take(&mut self.earlier))?;
        self.add_manifest(&merged)
    }

    fn add_manifest(&mut self, payload: &[u8]) -> Result<(), WireError> {
        if payload == self.manifest && !self.places.is_empty() {
            return Ok(());
        }
        // Of one that cannot be read the numbers that follow mean nothing, least of all what the last one said.
        self.places.clear();
        let (known, _) = manifest::split(payload);
        let rows: Vec<Record<'_>> = records(known).collect::<Result<_, _>>()?;
        if rows.is_empty() {
            return Err(WireError::Malformed);
        }
        for row in rows {
            if let Record::Channel(channel) = row {
                let place = self.track_for(&channel);
                self.places.push(place);
            }
        }
        self.manifest = payload.to_owned();
        Ok(())
    }

    fn track_for(&mut self, channel: &Channel<'_>) -> usize {
        let known = self.tracks.iter().position(|track| track.name == channel.name);
        let place = known.unwrap_or_else(|| {
            let name = channel.name.to_owned();
            self.tracks.push(Track { name, scale: channel.scale, ..Track::default() });
            self.tracks.len() - 1
        });
        if self.tracks[place].scale != channel.scale {
            self.tracks[place].rescale(channel.scale);
        }
        place
    }

    fn add_anchor(&mut self, payload: &[u8]) -> Result<(), WireError> {
        let anchor = Anchor::parse(payload)?;
        let anchor = (self.earlier.len(), anchor);
        if !self.anchors.contains(&anchor) {
            self.anchors.push(anchor);
        }
        Ok(())
    }

    /// Gives undated readings their date, by the first anchor of their epoch.
    fn date(&mut self) {
        let undated = core::mem::take(&mut self.undated);
        for reading in undated {
            let Undated { log, epoch, place, scale, sample } = reading;
            let anchor =
                self.anchors.iter().find(|(of, anchor)| (*of, anchor.epoch) == (log, epoch));
            let Some((_, anchor)) = anchor else {
                self.undated.push(reading);
                continue;
            };
            let Some(track) = self.tracks.get_mut(place) else { continue };
            let change = i32::from(scale.0) - i32::from(track.scale.0);
            let (at, value) = (anchor.dated(sample.at), rescaled(sample.value, change));
            track.push(Sample { at, value, ..sample }, Span::ZERO);
        }
    }

    /// How many readings have no date, for their device's clock was never set in their epoch.
    #[must_use]
    pub const fn undated(&self) -> usize {
        self.undated.len()
    }

    /// Which wall time belonged to which tick, in the order of the frames.
    pub fn anchors(&self) -> impl Iterator<Item = &Anchor> {
        self.anchors.iter().map(|(_, anchor)| anchor)
    }

    /// Takes a block; one from before the clock was set waits for its epoch's date.
    fn add_readings(&mut self, payload: &[u8], undated_of: Option<u32>) -> Result<(), WireError> {
        self.packed = self.packed.saturating_add(payload.len());
        let most = self.packed.saturating_mul(SAMPLES_A_BYTE).saturating_add(FIRST_ALLOWANCE);
        let mut decoder = ColumnDecoder::default();
        for column in Columns::new(payload)? {
            let column = column?;
            let unfolded = self.unfolded.saturating_add(column.count);
            if unfolded > most.min(MOST_SAMPLES) {
                return Err(WireError::Malformed);
            }
            self.unfolded = unfolded;
            let place = self.places.get(usize::from(column.channel.0)).copied();
            let place = place.ok_or(WireError::Malformed)?;
            let track = self.tracks.get_mut(place).ok_or(WireError::Malformed)?;
            let samples = column.samples(decoder.values(&column).iter().copied());
            match undated_of {
                None => samples.for_each(|sample| track.push(sample, column.step)),
                Some(epoch) => {
                    let scale = track.scale;
                    let log = self.earlier.len();
                    let undated = |sample| Undated { log, epoch, place, scale, sample };
                    self.undated.extend(samples.map(undated));
                }
            }
        }
        Ok(())
    }

    fn add_events(&mut self, payload: &[u8]) -> Result<(), WireError> {
        for event in events(payload).with_bytes() {
            let (event, bytes) = event?;
            self.events.push((event.at, bytes.to_owned()));
        }
        Ok(())
    }

    /// Brings samples and events into time order and drops what came twice.
    pub fn settle(&mut self) {
        self.date();
        self.tracks.iter_mut().for_each(|track| {
            let step = track.runs.first().map_or(Span::ZERO, |run| run.step);
            track.settle(step);
        });
        self.events.sort();
        self.events.dedup();
        if !self.earlier.is_empty() && self.join().is_err() {
            self.damaged += 1;
        }
        if self.places.is_empty() && !self.manifest.is_empty() {
            // The last manifest cannot be read: what came under the one before is still there.
            let manifest = core::mem::take(&mut self.manifest);
            self.damaged += usize::from(self.add_manifest(&manifest).is_err());
        }
    }

    /// Bytes passed over as damaged.
    #[must_use]
    pub const fn damaged(&self) -> usize {
        self.damaged
    }

    /// The version of frames that this program does not read, if there were any.
    #[must_use]
    pub const fn foreign(&self) -> Option<u8> {
        self.foreign
    }

    /// The newest stamp seen.
    #[must_use]
    pub const fn newest(&self) -> Stamp {
        self.newest
    }

    /// The manifest's bytes.
    #[must_use]
    pub fn manifest(&self) -> &[u8] {
        &self.manifest
    }

    /// Bytes of the manifest, at its end, that only a later program knows: the site states more than is shown.
    #[must_use]
    pub fn later(&self) -> usize {
        manifest::split(&self.manifest).1.len()
    }

    /// How many samples it holds.
    #[must_use]
    pub fn length(&self) -> usize {
        self.tracks.iter().map(Track::length).sum()
    }

    /// Whether a channel of the current manifest has a sample at an instant.
    #[must_use]
    pub fn holds(&self, channel: ChannelId, at: Instant) -> bool {
        self.samples(channel, Period::new(at, at)).any(|sample| sample.at == at)
    }

    /// Whether it holds this very event.
    #[must_use]
    pub fn holds_event(&self, event: &Event<'_>) -> bool {
        let from = self.events.partition_point(|(at, _)| *at < event.at);
        let same = self.events[from..].iter().take_while(|(at, _)| *at == event.at);
        same.filter_map(|(_, bytes)| postcard::from_bytes(bytes).ok())
            .any(|held: Event<'_>| held == *event)
    }

    /// From the first sample to the last, or where there are none, from the first event to just
    /// after the last; amounts count from the beginning of their interval.
    #[must_use]
    pub fn span(&self) -> Option<Period> {
        let parts = self.parts().ok()?;
        let mut span: Option<Period> = None;
        for (place, channel) in self.places.iter().zip(parts.channels()) {
            let runs = &self.tracks[*place].runs;
            let (Some(first), Some(last)) = (runs.first(), runs.last()) else {
                continue;
            };
            let lead = match channel.kind {
                crate::site::Kind::Amount => channel.every,
                _ => Span::ZERO,
            };
            let own = Period::new(first.start - lead, last.last());
            span = Some(
                span.map_or(own, |all| Period::new(all.from.min(own.from), all.to.max(own.to))),
            );
        }
        span.or_else(|| self.event_span())
    }

    fn event_span(&self) -> Option<Period> {
        let (first, last) = (self.events.first()?.0, self.events.last()?.0);
        Some(Period::new(first, last + Span::from_milliseconds(1)))
    }

    /// The site that the manifest describes.
    ///
    /// # Errors
    /// When the manifest cannot be read.
    pub fn parts(&self) -> Result<Parts<'_>, WireError> {
        Parts::read(&self.manifest)
    }

    fn track(&self, channel: ChannelId) -> Option<&Track> {
        self.places.get(usize::from(channel.0)).and_then(|place| self.tracks.get(*place))
    }
}

impl Series for Archive {
    fn samples(&self, channel: ChannelId, period: Period) -> impl Iterator<Item = Sample> + '_ {
        let runs = self.track(channel).map_or(&[][..], |track| &track.runs);
        let run = runs.partition_point(|run| run.last() < period.from);
        let place = runs.get(run).map_or(0, |run| run.before(period.from));
        let mut cursor = Cursor { runs, run, place };
        (0..LEAD_IN).for_each(|_| cursor.back());
        let mut after = false;
        cursor.take_while(move |sample| {
            let go_on = !after;
            after = sample.at > period.to;
            go_on
        })
    }

    fn events(&self, period: Period) -> impl Iterator<Item = Event<'_>> + '_ {
        let from = self.events.partition_point(|(at, _)| *at < period.from);
        let inside = self.events[from..].iter().take_while(move |(at, _)| *at < period.to);
        inside.filter_map(|(_, bytes)| postcard::from_bytes(bytes).ok())
    }
}

/// A place among the samples of a track.
struct Cursor<'a> {
    runs: &'a [Run],
    run: usize,
    place: usize,
}

impl Cursor<'_> {
    fn back(&mut self) {
        if self.place > 0 {
            self.place -= 1;
        } else if let Some(before) = self.run.checked_sub(1) {
            self.run = before;
            self.place = self.runs[before].values.len().saturating_sub(1);
        }
    }
}

impl Iterator for Cursor<'_> {
    type Item = Sample;

    fn next(&mut self) -> Option<Sample> {
        loop {
            let run = self.runs.get(self.run)?;
            if let Some(sample) = run.sample(self.place) {
                self.place += 1;
                return Some(sample);
            }
            (self.run, self.place) = (self.run + 1, 0);
        }
    }
}

/// The bytes of records or events, one after the other.
#[must_use]
pub fn emit_all<T: serde::Serialize>(items: &[T]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut buffer = alloc::vec![0; 4_096];
    for item in items {
        loop {
            match manifest::emit(item, &mut buffer) {
                Ok(length) => break bytes.extend_from_slice(&buffer[..length]),
                Err(_) => buffer.resize(buffer.len() * 2, 0),
            }
        }
    }
    bytes
}
