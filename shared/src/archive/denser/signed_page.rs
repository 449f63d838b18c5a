//! A page taken apart for compaction: what came on time, what came late before which checkpoint, and the
//! leaves that the checkpoints vouch for.

use crate::archive::{Archive, Part, StandsFor};
use crate::reading::Reading;
use crate::time::{Instant, Span};
use crate::trust::chain::LateReadings;
use crate::trust::{Chain, Hash, Seal};
use crate::wire::{ClockQuality, Columns, Frame, FrameKind, Frames, Stamp};

use super::WORTH_A_CHECKPOINT;
use crate::archive::block;
use alloc::vec;
use alloc::vec::Vec;

/// What came since the checkpoint before, and the checkpoint.
#[derive(Debug)]
struct Step<'a> {
    seal: &'a [u8],
    sealed_to: Instant,
    span: Span,
    late: Late,
    leaves: Vec<Hash>,
    readings: u64,
}

/// Readings and events that came after their span was closed.
#[derive(Debug, Default)]
struct Late {
    readings: Vec<Reading>,
    events: Vec<u8>,
}

impl Late {
    fn is_empty(&self) -> bool {
        self.readings.is_empty() && self.events.is_empty()
    }

    fn add(&mut self, late: LateReadings) {
        let readings = late.into_iter();
        self.readings.extend(readings.map(|(channel, sample)| Reading { channel, sample }));
    }

    fn frames(&self) -> Option<Vec<(FrameKind, Vec<u8>)>> {
        let mut frames = Vec::new();
        if !self.readings.is_empty() {
            frames.push((FrameKind::Readings, block(&self.readings).ok()?));
        }
        if !self.events.is_empty() {
            frames.push((FrameKind::Events, self.events.clone()));
        }
        Some(frames)
    }
}

/// A sound page under one manifest and one key; see the [module](self).
#[derive(Debug)]
pub(super) struct SignedPage<'a> {
    /// How many readings wait for a checkpoint on a later page, and from when to when.
    pub(super) tail: (u64, Option<(Instant, Instant)>),
    stands_for: StandsFor,
    device: &'a [u8],
    first_seal: &'a [u8],
    anchors: Vec<&'a [u8]>,
    on_time: Archive,
    steps: Vec<Step<'a>>,
    /// Late ones after the last checkpoint.
    rest: Late,
}

impl<'a> SignedPage<'a> {
    /// Goes through a page; `None` for one that must stay as it is.
    pub(super) fn walk(bytes: &'a [u8]) -> Option<Self> {
        let mut frames = Frames::new(bytes);
        let mut walk = Walk::default();
        for frame in frames.by_ref() {
            walk.frame(&frame)?;
        }
        let is_sound = frames.damaged() == 0 && frames.foreign().is_none();
        walk.on_time.settle();
        Some(Self {
            tail: (walk.chain.waiting(), walk.chain.waiting_span()),
            stands_for: walk.stands_for.filter(|_| is_sound && walk.manifest.is_some())?,
            device: walk.device?,
            first_seal: walk.first_seal?,
            anchors: walk.anchors,
            on_time: walk.on_time,
            steps: walk.steps,
            rest: walk.late,
        })
    }

    /// The leaves of all its checkpoints.
    pub(super) fn leaves(&self) -> Vec<Hash> {
        self.steps.iter().flat_map(|step| step.leaves.iter().copied()).collect()
    }

    /// The page in blocks of a day, with the checkpoints that must stay.
    pub(super) fn compact(&self) -> Option<Vec<u8>> {
        let (mut after, mut since) = (Vec::new(), 0);
        for (place, step) in self.steps.iter().enumerate() {
            after.extend(step.late.frames()?);
            since += step.readings;
            if self.must_keep(place) || (self.ends_a_day(place) && since >= WORTH_A_CHECKPOINT) {
                after.push((FrameKind::Checkpoint, step.seal.to_vec()));
                since = 0;
            }
        }
        after.extend(self.rest.frames()?);
        let after: Vec<Part<'_>> =
            after.iter().map(|(kind, payload)| (*kind, &payload[..])).collect();
        let mut before =
            vec![(FrameKind::Device, self.device), (FrameKind::Checkpoint, self.first_seal)];
        before.extend(self.anchors.iter().map(|anchor| (FrameKind::Anchor, *anchor)));
        Some(self.on_time.compact(&self.stands_for, &before, &after))
    }

    /// A checkpoint may go when the next one takes in the same leaves without it: both end whole spans of one
    /// length, and nothing was late in either.
    fn must_keep(&self, place: usize) -> bool {
        let step = &self.steps[place];
        let Some(next) = self.steps.get(place + 1) else { return true };
        let is_whole = step.sealed_to.floor(step.span) == step.sealed_to && step.span == next.span;
        !is_whole || !step.late.is_empty() || !next.late.is_empty()
    }

    fn ends_a_day(&self, place: usize) -> bool {
        let day = |step: &Step<'_>| (step.sealed_to - Span::from_milliseconds(1)).floor(Span::DAY);
        self.steps.get(place + 1).is_none_or(|next| day(next) != day(&self.steps[place]))
    }
}

#[derive(Default)]
struct Walk<'a> {
    chain: Chain,
    stands_for: Option<StandsFor>,
    manifest: Option<&'a [u8]>,
    device: Option<&'a [u8]>,
    first_seal: Option<&'a [u8]>,
    anchors: Vec<&'a [u8]>,
    on_time: Archive,
    steps: Vec<Step<'a>>,
    late: Late,
}

impl<'a> Walk<'a> {
    fn frame(&mut self, frame: &Frame<'a>) -> Option<()> {
        self.count(frame.stamp);
        match frame.kind {
            FrameKind::Compacted => {}
            FrameKind::Manifest => {
                self.chain.manifest(frame.payload);
                self.on_time.add(frame);
                return same(&mut self.manifest, frame.payload);
            }
            FrameKind::Device => return same(&mut self.device, frame.payload),
            // Its instants count from the start of an epoch, which a compacted page no longer tells.
            FrameKind::Readings if frame.clock.quality == ClockQuality::Unset => return None,
            FrameKind::Readings => self.readings(frame)?,
            FrameKind::Anchor => self.anchors.push(frame.payload),
            FrameKind::Events => self.events(frame),
            FrameKind::Checkpoint => return self.checkpoint(frame.payload),
            FrameKind::Page | FrameKind::Receipt | FrameKind::Run | FrameKind::Log => return None,
        }
        Some(())
    }

    fn count(&mut self, stamp: Stamp) {
        let begun = StandsFor { first: stamp, last: stamp, frames: 0 };
        let stands_for = self.stands_for.get_or_insert(begun);
        stands_for.last = stands_for.last.max(stamp);
        stands_for.frames += 1;
    }

    fn readings(&mut self, frame: &Frame<'_>) -> Option<()> {
        let late = self.chain.readings(frame.payload).ok()?.late;
        if late.is_empty() {
            self.on_time.add(frame);
            return Some(());
        }
        let sealed_to = self.chain.sealed_to();
        let columns = Columns::new(frame.payload).ok()?.map_while(Result::ok);
        let readings = columns.flat_map(|column| column.readings().collect::<Vec<_>>());
        let on_time: Vec<_> = readings.filter(|reading| reading.sample.at >= sealed_to).collect();
        if !on_time.is_empty() {
            self.on_time.add(&Frame { payload: &block(&on_time).ok()?, ..*frame });
        }
        self.late.add(late);
        Some(())
    }

    fn events(&mut self, frame: &Frame<'_>) {
        let late = self.chain.events(frame.payload).late;
        if late.is_empty() {
            self.on_time.add(frame);
        } else {
            // An event is small: all of a frame with a late one go with it, the others are on time there, too.
            self.late.events.extend_from_slice(frame.payload);
        }
    }

    fn checkpoint(&mut self, payload: &'a [u8]) -> Option<()> {
        let seal = Seal::parse(payload).ok()?;
        if self.first_seal.is_none() {
            let is_first = self.chain.is_empty();
            self.first_seal = Some(payload);
            self.chain.resume(seal.tree, seal.sealed_to, seal.span);
            return is_first.then_some(());
        }
        if seal.tree == self.chain.tree {
            return Some(());
        }
        let sealed = self.chain.seal(seal.sealed_to);
        self.steps.push(Step {
            seal: payload,
            sealed_to: seal.sealed_to,
            span: seal.span,
            late: core::mem::take(&mut self.late),
            leaves: sealed.leaves,
            readings: sealed.readings,
        });
        (seal.tree == self.chain.tree).then_some(())
    }
}

/// Takes a payload that must be the same on the whole page.
fn same<'a>(known: &mut Option<&'a [u8]>, payload: &'a [u8]) -> Option<()> {
    (*known.get_or_insert(payload) == payload).then_some(())
}
