//! An archive as dense bytes: the manifest, a block a day, the events.

use alloc::vec::Vec;

use super::{Archive, Run};
use crate::reading::{ChannelId, Quality};
use crate::time::{Instant, Period, Span};
use crate::wire::bytes::Writer;
use crate::wire::frame::HEAD;
use crate::wire::{BlockWriter, Frame, FrameKind, Stamp};

impl Archive {
    /// The log's content within a period, both ends included, as frames; in what a report carries.
    #[must_use]
    pub fn pack(&self, period: Period) -> Vec<u8> {
        let mut packed = Packed::default();
        packed.frame(FrameKind::Manifest, &self.manifest);
        let mut day = Period::new(period.from.floor(Span::DAY), period.from.floor(Span::DAY));
        while day.to <= period.to {
            day = Period::new(day.to, day.to + Span::DAY);
            let end = day.to.min(period.to + Span::from_milliseconds(1));
            self.pack_day(Period::new(day.from.max(period.from), end), &mut packed);
        }
        let events = self.events.iter().filter(|(at, _)| period.from <= *at && *at <= period.to);
        let events: Vec<u8> = events.flat_map(|(_, bytes)| bytes.iter().copied()).collect();
        packed.frame(FrameKind::Events, &events);
        packed.bytes
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
    sequence: u64,
}

impl Packed {
    fn frame(&mut self, kind: FrameKind, payload: &[u8]) {
        self.sequence += 1;
        let stamp = Stamp { epoch: 0, sequence: self.sequence };
        let frame = Frame { stamp, kind, payload };
        let place = self.bytes.len();
        self.bytes.resize(place + HEAD + payload.len(), 0);
        let written = frame.emit(&mut Writer::new(&mut self.bytes[place..]));
        written.expect("a day's block stays below the largest payload");
    }
}
