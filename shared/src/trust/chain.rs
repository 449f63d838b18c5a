//! From frames to leaves: what has been read since the last checkpoint, and the tree that it will join.
//!
//! Whoever writes a log and whoever checks it run the same chain over the same frames: [`Chain::readings`],
//! [`Chain::events`], [`Chain::manifest`], and at each checkpoint [`Chain::seal`].

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::leaf::{Leaf, LeafKind};
use super::tree::{Frontier, Hash};
use crate::reading::{ChannelId, Quality, Sample};
use crate::time::{Instant, Period, Span};
use crate::wire::block::Summary;
use crate::wire::{ColumnDecoder, Columns, WireError, events};

/// The default length of a leaf's span.
pub const SPAN: Span = Span::from_minutes(15);

/// Most samples that may wait for a checkpoint: what one page of a made-up log may unfold to.
const MOST_WAITING: usize = 1 << 27;

/// What waits for the next checkpoint.
#[derive(Debug, Default, Clone)]
struct Waiting {
    samples: BTreeMap<ChannelId, Vec<Sample>>,
    events: Vec<(Instant, Vec<u8>)>,
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.samples.is_empty() && self.events.is_empty()
    }

    fn instants(&self) -> impl Iterator<Item = Instant> + '_ {
        let samples = self.samples.values().flatten().map(|sample| sample.at);
        samples.chain(self.events.iter().map(|(at, _)| *at))
    }

    fn count(&self) -> u64 {
        self.samples.values().map(|samples| samples.len() as u64).sum()
    }

    /// Each channel in time order, each instant once, the first that came.
    fn settle(&mut self) {
        for samples in self.samples.values_mut() {
            if !samples.is_sorted_by(|a, b| a.at < b.at) {
                samples.sort_by_key(|sample| sample.at);
                samples.dedup_by_key(|sample| sample.at);
            }
        }
        self.events.sort();
        self.events.dedup();
    }

    /// Takes out what lies before an instant; the rest stays.
    fn before(&mut self, end: Instant) -> Self {
        self.settle();
        let mut taken = Self::default();
        self.samples.retain(|channel, samples| {
            let rest = samples.split_off(samples.partition_point(|sample| sample.at < end));
            let part = core::mem::replace(samples, rest);
            if !part.is_empty() {
                taken.samples.insert(*channel, part);
            }
            !samples.is_empty()
        });
        let rest = self.events.split_off(self.events.partition_point(|(at, _)| *at < end));
        taken.events = core::mem::replace(&mut self.events, rest);
        taken
    }

    /// Adds to a leaf what lies within a period; it must be settled. Tells how much that is.
    fn add_to(&self, leaf: &mut Leaf, kind: LeafKind, period: Period) -> Holding {
        let mut holding = Holding { kind, period, readings: 0, span: None };
        for (channel, samples) in &self.samples {
            let from = samples.partition_point(|sample| sample.at < period.from);
            let length = samples[from..].partition_point(|sample| sample.at < period.to);
            let inside = &samples[from..from + length];
            for quality in [Quality::Good, Quality::Estimated, Quality::Suspect] {
                add_quality(leaf, *channel, quality, inside);
            }
            holding.readings += inside.len() as u64;
            let ends = inside.first().zip(inside.last());
            holding.span = joined(holding.span, ends.map(|(first, last)| (first.at, last.at)));
        }
        let from = self.events.partition_point(|(at, _)| *at < period.from);
        for (at, bytes) in self.events[from..].iter().take_while(|(at, _)| *at < period.to) {
            leaf.event(bytes);
            holding.span = joined(holding.span, Some((*at, *at)));
        }
        holding
    }

    /// The first instant at or after another; it must be settled.
    fn next_from(&self, at: Instant) -> Option<Instant> {
        let of_samples = self.samples.values().filter_map(|samples| {
            samples.get(samples.partition_point(|sample| sample.at < at)).map(|sample| sample.at)
        });
        let events = self.events.partition_point(|(event, _)| *event < at);
        of_samples.chain(self.events.get(events).map(|(event, _)| *event)).min()
    }
}

fn add_quality(leaf: &mut Leaf, channel: ChannelId, quality: Quality, samples: &[Sample]) {
    let pair = |sample: &Sample| (sample.at, sample.value);
    if samples.iter().all(|sample| sample.quality == quality) {
        return leaf.samples(channel, quality, samples.iter().map(pair));
    }
    let own: Vec<_> = samples.iter().filter(|s| s.quality == quality).map(pair).collect();
    leaf.samples(channel, quality, own.into_iter());
}

/// The readings of a block that came after their span was closed, as they stood.
pub type LateReadings = Vec<(ChannelId, Sample)>;

/// What a frame held.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Taken<T> {
    /// What of it is late.
    pub late: T,
    /// The newest instant in it.
    pub newest: Option<Instant>,
    /// Whether a column comes to something else than it says.
    pub is_summary_false: bool,
}

/// What one leaf holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holding {
    /// What came on time, or late.
    pub kind: LeafKind,
    /// The leaf's span; of a late leaf all of time.
    pub period: Period,
    /// How many readings.
    pub readings: u64,
    /// From the first to the last instant of its readings and events.
    pub span: Option<(Instant, Instant)>,
}

/// What a checkpoint took into the tree.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The new leaves.
    pub leaves: Vec<Hash>,
    /// What each of them holds.
    pub holdings: Vec<Holding>,
    /// Readings in them.
    pub readings: u64,
    /// Whether the last leaf is one of late readings.
    pub late: bool,
    /// From the first to the last instant of what they hold.
    pub span: Option<(Instant, Instant)>,
}

/// The state of a log between checkpoints; see the [module](self).
#[derive(Debug, Clone)]
pub struct Chain {
    /// The tree so far.
    pub tree: Frontier,
    sealed_to: Instant,
    span: Span,
    manifest: Hash,
    on_time: Waiting,
    late: Waiting,
}

impl Default for Chain {
    fn default() -> Self {
        Self::new(SPAN)
    }
}

impl Chain {
    /// Of an empty log.
    #[must_use]
    pub fn new(span: Span) -> Self {
        Self {
            tree: Frontier::new(),
            sealed_to: Instant::MIN,
            span,
            manifest: Hash::of(&[]),
            on_time: Waiting::default(),
            late: Waiting::default(),
        }
    }

    /// Up to which instant the tree holds what came on time.
    #[must_use]
    pub const fn sealed_to(&self) -> Instant {
        self.sealed_to
    }

    /// The length of a leaf's span.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Goes on from a checkpoint: what waits of the instants before it is forgotten, for it is in its tree.
    pub fn resume(&mut self, tree: Frontier, sealed_to: Instant, span: Span) {
        (self.tree, self.sealed_to, self.span) = (tree, sealed_to, span);
        self.on_time.before(sealed_to);
        self.late = Waiting::default();
    }

    /// Begins a tree anew; what waits will be in it.
    pub fn restart(&mut self, sealed_to: Instant, span: Span) {
        (self.tree, self.sealed_to, self.span) = (Frontier::new(), sealed_to, span);
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.on_time.is_empty() && self.late.is_empty()
    }

    /// How many readings wait.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.on_time.count() + self.late.count()
    }

    /// The newest instant that waits and came on time.
    #[must_use]
    pub fn newest(&self) -> Option<Instant> {
        self.on_time.instants().max()
    }

    /// The first and the last instant of what waits.
    #[must_use]
    pub fn waiting_span(&self) -> Option<(Instant, Instant)> {
        span_of(self.on_time.instants().chain(self.late.instants()))
    }

    /// The manifest in force. What waits must have been sealed before another one comes.
    pub fn manifest(&mut self, payload: &[u8]) {
        self.manifest = Hash::of(payload);
    }

    /// The same by the manifest's hash.
    pub const fn under(&mut self, manifest: Hash) {
        self.manifest = manifest;
    }

    /// The manifest's hash.
    #[must_use]
    pub const fn manifest_hash(&self) -> Hash {
        self.manifest
    }

    /// Takes the readings of a block.
    ///
    /// # Errors
    /// What is wrong with the block; what stood before the fault has been taken.
    pub fn readings(&mut self, payload: &[u8]) -> Result<Taken<LateReadings>, WireError> {
        let mut taken = Taken::default();
        let mut room = MOST_WAITING.saturating_sub(self.waiting() as usize);
        let mut decoder = ColumnDecoder::default();
        for column in Columns::new(payload)? {
            let column = column?;
            room = room.checked_sub(column.count).ok_or(WireError::Malformed)?;
            let values = decoder.values(&column);
            for sample in column.samples(values.iter().copied()) {
                self.sample(column.channel, sample, &mut taken);
            }
            if column.stated().is_some() {
                taken.is_summary_false |= column.stated() != Summary::of(values.iter().copied());
            }
        }
        Ok(taken)
    }

    fn sample(&mut self, channel: ChannelId, sample: Sample, taken: &mut Taken<LateReadings>) {
        let is_late = sample.at < self.sealed_to;
        taken.newest = taken.newest.max(Some(sample.at));
        if is_late {
            taken.late.push((channel, sample));
        }
        let waiting = if is_late { &mut self.late } else { &mut self.on_time };
        waiting.samples.entry(channel).or_default().push(sample);
    }

    /// Takes the events of a frame.
    pub fn events(&mut self, payload: &[u8]) -> Taken<Vec<u8>> {
        let mut taken = Taken::<Vec<u8>>::default();
        for (event, bytes) in events(payload).with_bytes().map_while(Result::ok) {
            let is_late = event.at < self.sealed_to;
            taken.newest = taken.newest.max(Some(event.at));
            if is_late {
                taken.late.extend_from_slice(bytes);
            }
            let waiting = if is_late { &mut self.late } else { &mut self.on_time };
            waiting.events.push((event.at, bytes.to_vec()));
        }
        taken
    }

    /// Up to where a checkpoint should go now: the start of the span that is still filling, once that began
    /// `grace` ago. `None` while there is nothing to seal.
    #[must_use]
    pub fn due(&self, grace: Span) -> Option<Instant> {
        let newest = self.newest()?;
        let to = Instant::from_unix_milliseconds(
            newest.unix_milliseconds().saturating_sub(grace.milliseconds()),
        )
        .floor(self.span);
        let oldest = self.on_time.instants().min()?;
        (oldest < to).then_some(to)
    }

    /// Takes what came on time before `to`, and all that is late, into the tree: a leaf for each span that has
    /// something, and one for what is late.
    pub fn seal(&mut self, to: Instant) -> Sealed {
        let taken = self.on_time.before(to);
        let mut late = core::mem::take(&mut self.late);
        late.settle();
        let mut sealed = Sealed {
            readings: taken.count() + late.count(),
            late: !late.is_empty(),
            span: span_of(taken.instants().chain(late.instants())),
            ..Sealed::default()
        };
        let mut next = taken.next_from(Instant::MIN);
        while let Some(at) = next {
            let start = at.floor(self.span);
            let period = Period::new(start, start + self.span);
            self.leaf(LeafKind::OnTime, &taken, period, &mut sealed);
            next = if period.to > at { taken.next_from(period.to) } else { None };
        }
        if sealed.late {
            let all = Period::new(Instant::MIN, Instant::MAX);
            self.leaf(LeafKind::Late, &late, all, &mut sealed);
        }
        sealed.leaves.iter().for_each(|leaf| self.tree.push(*leaf));
        self.sealed_to = self.sealed_to.max(to);
        sealed
    }

    fn leaf(&self, kind: LeafKind, waiting: &Waiting, period: Period, sealed: &mut Sealed) {
        let start = match kind {
            LeafKind::OnTime => period.from,
            LeafKind::Late => self.sealed_to,
        };
        let mut leaf = Leaf::new(kind, start, self.manifest);
        sealed.holdings.push(waiting.add_to(&mut leaf, kind, period));
        sealed.leaves.push(leaf.finish());
    }
}

/// From the first beginning to the last end of two.
pub(super) fn joined(
    one: Option<(Instant, Instant)>,
    other: Option<(Instant, Instant)>,
) -> Option<(Instant, Instant)> {
    match (one, other) {
        (Some((from, to)), Some((first, last))) => Some((from.min(first), to.max(last))),
        (one, other) => one.or(other),
    }
}

fn span_of(instants: impl Iterator<Item = Instant>) -> Option<(Instant, Instant)> {
    instants.fold(None, |span: Option<(Instant, Instant)>, at| {
        let (from, to) = span.unwrap_or((at, at));
        Some((from.min(at), to.max(at)))
    })
}
