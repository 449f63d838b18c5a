//! What waits for a checkpoint: the readings and events of the frames since the last one, put in order a window at a
//! time by reading the ring again.

use embedded_storage::nor_flash::NorFlash;
use heapless::Vec;
use millwatt::reading::{ChannelId, Quality};
use millwatt::time::Instant;
use millwatt::trust::{Hash, Leaf};
use millwatt::wire::block::Column;
use millwatt::wire::{Columns, Frame, FrameKind, Stamp, events};

use crate::ring::{Ring, RingError};

/// Samples of one channel that are put in order at a time.
pub const WINDOW: usize = 64;
/// Bytes of the longest event that is signed.
pub const MOST_EVENT: usize = 512;

const QUALITIES: [Quality; 3] = [Quality::Good, Quality::Estimated, Quality::Suspect];

/// The frames of a ring above a stamp.
pub(super) struct Waiting<'a, F> {
    ring: &'a mut Ring<F>,
    after: Stamp,
    scratch: &'a mut [u8],
}

/// What waits, from afar.
#[derive(Debug, Default)]
pub(super) struct Extent {
    /// The last manifest.
    pub manifest: Option<Hash>,
    /// The newest instant; none where nothing waits.
    pub newest: Option<Instant>,
    /// The first instant that is not late.
    pub first_on_time: Option<Instant>,
    /// Whether anything is late.
    pub is_late: bool,
}

impl Extent {
    fn add(&mut self, first: Instant, last: Instant, first_on_time: Option<Instant>, to: Instant) {
        self.newest = self.newest.max(Some(last));
        self.is_late |= first < to;
        self.first_on_time = [self.first_on_time, first_on_time].into_iter().flatten().min();
    }
}

impl<'a, F: NorFlash> Waiting<'a, F> {
    pub(super) fn new(ring: &'a mut Ring<F>, after: Stamp, scratch: &'a mut [u8]) -> Self {
        Self { ring, after, scratch }
    }

    /// From when to when it goes; late is what is before an instant.
    pub(super) fn extent(&mut self, sealed_to: Instant) -> Result<Extent, RingError<F::Error>> {
        let mut extent = Extent::default();
        self.ring.read(self.after, self.scratch, |frame| match frame.kind {
            FrameKind::Manifest => extent.manifest = Some(Hash::of(frame.payload)),
            FrameKind::Readings => {
                columns(frame).filter(|column| column.count > 0).for_each(|column| {
                    let on_time = first_from(&column, sealed_to);
                    extent.add(column.start, column.end(), on_time, sealed_to);
                })
            }
            FrameKind::Events => events(frame.payload).map_while(Result::ok).for_each(|event| {
                let on_time = (event.at >= sealed_to).then_some(event.at);
                extent.add(event.at, event.at, on_time, sealed_to);
            }),
            _ => {}
        })?;
        Ok(extent)
    }

    /// Adds to a leaf what lies from one instant up to, but not including, another.
    pub(super) fn add_to(
        &mut self,
        leaf: &mut Leaf,
        from: Instant,
        to: Instant,
    ) -> Result<(), RingError<F::Error>> {
        let mut next = self.window(None, None, from, to)?.next_channel;
        while let Some(channel) = next {
            let window = self.window(Some(channel), None, from, to)?;
            next = window.next_channel;
            if window.is_all {
                for quality in QUALITIES {
                    let own = window.samples.iter().filter(|sample| sample.2 == quality);
                    let mut row = leaf.row(channel, quality, own.clone().count() as u64);
                    own.for_each(|(at, value, _)| row.sample(*at, *value));
                }
            } else {
                self.add_windows(leaf, channel, from, to)?;
            }
        }
        self.add_events(leaf, from, to)
    }

    /// The same for a channel that has more samples than a window.
    fn add_windows(
        &mut self,
        leaf: &mut Leaf,
        channel: ChannelId,
        from: Instant,
        to: Instant,
    ) -> Result<(), RingError<F::Error>> {
        let mut counts = [0_u64; QUALITIES.len()];
        self.each_sample(channel, from, to, |(_, _, quality)| counts[quality as usize] += 1)?;
        for (quality, count) in QUALITIES.into_iter().zip(counts).filter(|(_, count)| *count > 0) {
            let mut row = leaf.row(channel, quality, count);
            self.each_sample(channel, from, to, |(at, value, own)| {
                if own == quality {
                    row.sample(at, value);
                }
            })?;
        }
        Ok(())
    }

    fn each_sample(
        &mut self,
        channel: ChannelId,
        from: Instant,
        to: Instant,
        mut each: impl FnMut(Sample),
    ) -> Result<(), RingError<F::Error>> {
        let mut after = None;
        loop {
            let window = self.window(Some(channel), after, from, to)?;
            window.samples.iter().copied().for_each(&mut each);
            after = window.samples.last().map(|(at, _, _)| *at);
            if window.is_all {
                return Ok(());
            }
        }
    }

    /// The first samples of a channel behind an instant, and which channel comes next.
    fn window(
        &mut self,
        channel: Option<ChannelId>,
        after: Option<Instant>,
        from: Instant,
        to: Instant,
    ) -> Result<Window, RingError<F::Error>> {
        let mut window = Window { samples: Vec::new(), is_all: true, next_channel: None };
        self.ring.read(self.after, self.scratch, |frame| {
            if frame.kind != FrameKind::Readings {
                return;
            }
            for column in columns(frame) {
                if first_from(&column, from).is_none_or(|first| first >= to) {
                    continue;
                }
                if Some(column.channel) == channel {
                    window.take(&column, |at| at >= from && at < to && Some(at) > after);
                } else if Some(column.channel) > channel {
                    let next = window.next_channel.unwrap_or(column.channel);
                    window.next_channel = Some(next.min(column.channel));
                }
            }
        })?;
        Ok(window)
    }

    /// Adds the events by their instants and then their bytes, each once.
    fn add_events(
        &mut self,
        leaf: &mut Leaf,
        from: Instant,
        to: Instant,
    ) -> Result<(), RingError<F::Error>> {
        let mut before: Option<Kept> = None;
        loop {
            let (mut next, mut is_too_long) = (None::<Kept>, false);
            self.ring.read(self.after, self.scratch, |frame| {
                if frame.kind != FrameKind::Events {
                    return;
                }
                for (event, bytes) in events(frame.payload).with_bytes().map_while(Result::ok) {
                    let key = (event.at, bytes);
                    let is_within = event.at >= from && event.at < to;
                    let is_behind = before.as_ref().is_none_or(|before| before.key() < key);
                    let is_first = next.as_ref().is_none_or(|next| key < next.key());
                    if is_within && is_behind && is_first {
                        next = Kept::new(key);
                        is_too_long |= next.is_none();
                    }
                }
            })?;
            if is_too_long {
                return Err(RingError::TooLarge);
            }
            let Some(event) = next else { return Ok(()) };
            leaf.event(&event.bytes);
            before = Some(event);
        }
    }
}

/// An event that is kept from one reading to the next.
struct Kept {
    at: Instant,
    bytes: Vec<u8, MOST_EVENT>,
}

impl Kept {
    fn new((at, bytes): (Instant, &[u8])) -> Option<Self> {
        Some(Self { at, bytes: Vec::from_slice(bytes).ok()? })
    }

    fn key(&self) -> (Instant, &[u8]) {
        (self.at, &self.bytes)
    }
}

type Sample = (Instant, i64, Quality);

/// Some samples of one channel in time order, each instant once, the first that came.
struct Window {
    samples: Vec<Sample, WINDOW>,
    /// Whether there are no more.
    is_all: bool,
    next_channel: Option<ChannelId>,
}

impl Window {
    fn take(&mut self, column: &Column<'_>, is_wanted: impl Fn(Instant) -> bool) {
        let samples = column.readings().map(|reading| reading.sample);
        for sample in samples.filter(|sample| is_wanted(sample.at)) {
            let place = self.samples.binary_search_by_key(&sample.at, |known| known.0);
            let Err(place) = place else { continue };
            if self.samples.is_full() {
                self.is_all = false;
                if place == WINDOW {
                    continue;
                }
                self.samples.pop();
            }
            let inserted = self.samples.insert(place, (sample.at, sample.value, sample.quality));
            debug_assert!(inserted.is_ok(), "there is room for one more");
        }
    }
}

fn columns<'p>(frame: &Frame<'p>) -> impl Iterator<Item = Column<'p>> + use<'p> {
    Columns::new(frame.payload).into_iter().flatten().map_while(Result::ok)
}

/// The first instant of a column that is not before another.
fn first_from(column: &Column<'_>, from: Instant) -> Option<Instant> {
    if column.count == 0 || column.end() < from {
        return None;
    }
    let before = (from - column.start).milliseconds();
    let step = column.step.milliseconds();
    if column.start >= from || step == 0 {
        return Some(column.start);
    }
    Some(column.start + column.step.times((before - 1) / step + 1))
}
