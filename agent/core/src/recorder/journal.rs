//! The journal: runs of rows in a few pages of flash, used in turn.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::bytes::{Reader, Writer};
use millwatt::wire::frame::HEAD;
use millwatt::wire::row::{Row, RowCoder, most_bits};
use millwatt::wire::{Clock, Frame, FrameKind, Stamp, WireError};

use super::record::{Pending, Rows, SUM};
use crate::ring::RingError;
use crate::ring::append::{padded, program_bytes};

/// Bytes of a run's head at most: number and channels are varints.
const RUN_HEAD: usize = HEAD + 10 + 3;
/// What is read of each page to find its first run; a multiple of every read unit in use.
const LOOK: usize = 96;

/// Where a run stands.
#[derive(Debug, Clone, Copy)]
struct Run {
    number: u64,
    stamp: Stamp,
    clock: Clock,
    channels: usize,
    page: u32,
    /// Its first record's place in the page, and the checksum of its head.
    from: usize,
    sum: u32,
    /// Rows that are durable, and where they end.
    rows: usize,
    to: usize,
}

/// Whether the newest run has its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Done,
    /// Not yet.
    Waits,
    /// A start found it; its block may or may not be whole.
    OfBefore,
}

/// See the [module](self).
#[derive(Debug)]
pub(super) struct Journal<J, const CHANNELS: usize> {
    flash: J,
    newest: Option<Run>,
    fold: Fold,
    /// How far the newest run's page is programmed, or its end when it takes no more.
    filled: usize,
    /// Bytes of the last run that was folded.
    usual: usize,
    sum: u32,
    coder: RowCoder<CHANNELS>,
    pending: Pending<CHANNELS>,
    /// Of the pending rows, and of the run that they begin.
    clock: Clock,
    channels: usize,
}

/// The durable rows of a run, in a buffer.
#[derive(Debug)]
pub(super) struct Kept<'a, const CHANNELS: usize> {
    pub stamp: Stamp,
    pub clock: Clock,
    pub channels: usize,
    pub count: usize,
    rows: Rows<'a, CHANNELS>,
}

impl<const CHANNELS: usize> Kept<'_, CHANNELS> {
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<CHANNELS>> + Clone + use<'_, CHANNELS> {
        self.rows.clone().take(self.count)
    }
}

impl<J: NorFlash, const CHANNELS: usize> Journal<J, CHANNELS> {
    /// Finds the newest run: by the head of each page, then in its page.
    pub(super) fn recover(flash: J, scratch: &mut [u8]) -> Result<Self, RingError<J::Error>> {
        let worst = padded::<J>(RUN_HEAD) + padded::<J>(most_bits(CHANNELS).div_ceil(8) + SUM + 1);
        if pages(&flash) < 2 || worst > J::ERASE_SIZE || LOOK > J::ERASE_SIZE || CHANNELS == 0 {
            return Err(RingError::Geometry);
        }
        let page = scratch.get_mut(..J::ERASE_SIZE).ok_or(RingError::BufferTooSmall)?;
        let mut journal = Self {
            flash,
            newest: None,
            fold: Fold::Done,
            filled: J::ERASE_SIZE,
            usual: 0,
            sum: 0,
            coder: RowCoder::new(0),
            pending: Pending::new(),
            clock: Clock::default(),
            channels: 0,
        };
        let mut newest: Option<(u64, u32)> = None;
        for place in 0..pages(&journal.flash) {
            let mut look = [0; LOOK];
            let address = place * J::ERASE_SIZE as u32;
            journal.flash.read(address, &mut look).map_err(RingError::Flash)?;
            if let Some((run, _)) = run_at::<J>(&look, place, 0).map_err(of_wire)? {
                newest = newest.max(Some((run.number, place)));
            }
        }
        if let Some((_, place)) = newest {
            journal.flash.read(place * J::ERASE_SIZE as u32, page).map_err(RingError::Flash)?;
            journal.newest = Self::last_run(page, place)?;
        }
        Ok(journal)
    }

    /// The last run of a page.
    fn last_run(page: &[u8], place: u32) -> Result<Option<Run>, RingError<J::Error>> {
        let (mut newest, mut at): (Option<Run>, usize) = (None, 0);
        while let Some((mut run, channels)) = run_at::<J>(page, place, at).map_err(of_wire)? {
            if newest.is_some_and(|newest| run.number != newest.number + 1) {
                break;
            }
            if channels > CHANNELS as u64 {
                return Err(RingError::Channels { found: channels });
            }
            let rest = page.get(run.from..).unwrap_or_default();
            let (rows, length) = Rows::<CHANNELS>::new::<J>(rest, run.channels).proved(run.sum);
            (run.rows, run.to) = (rows, run.from + length);
            (newest, at) = (Some(run), run.to);
        }
        Ok(newest)
    }

    /// Decides whether the run that a start found must be folded: not when a later start wrote already.
    pub(super) fn settle(&mut self, kept: Stamp) {
        let waits = self.newest.is_some_and(|run| run.rows > 0 && kept.epoch <= run.stamp.epoch);
        self.fold = if waits { Fold::OfBefore } else { Fold::Done };
    }

    pub(super) fn is_of_before(&self) -> bool {
        self.fold == Fold::OfBefore
    }

    /// Rows that no block holds yet, durable or not.
    pub(super) fn rows(&self) -> usize {
        self.run().map_or(0, |(_, rows)| rows) + self.pending.rows
    }

    /// The stamp and the durable rows of the run that waits.
    pub(super) fn run(&self) -> Option<(Stamp, usize)> {
        self.waiting().map(|run| (run.stamp, run.rows))
    }

    fn waiting(&self) -> Option<&Run> {
        self.newest.as_ref().filter(|_| self.fold != Fold::Done)
    }

    /// Whether any row still fits behind what there is in the run's page.
    pub(super) fn has_room(&self) -> bool {
        let worst = (most_bits(CHANNELS) + 1).div_ceil(8);
        let record = padded::<J>(self.pending.length() + worst);
        let head = if self.waiting().is_some() { self.filled } else { padded::<J>(RUN_HEAD) };
        head + record <= J::ERASE_SIZE
    }

    /// Whether any row still fits behind those that are not durable.
    pub(super) const fn has_memory(&self) -> bool {
        self.pending.has_room()
    }

    /// Whether what waits was taken under a clock of this quality.
    pub(super) fn is_under(&self, clock: Clock) -> bool {
        self.rows() == 0 || self.clock.quality == clock.quality
    }

    /// Takes a row; the caller has seen to it that there is room and no run of before.
    pub(super) fn push(&mut self, row: &Row<CHANNELS>, channels: usize, clock: Clock) {
        if self.rows() == 0 {
            (self.coder, self.clock, self.channels) = (RowCoder::new(channels), clock, channels);
        }
        self.pending.push(row, &mut self.coder);
    }

    /// Makes the pending rows durable; a run that they begin will be the block of a stamp.
    pub(super) fn program(&mut self, stamp: Stamp) -> Result<(), RingError<J::Error>> {
        if self.pending.rows == 0 {
            return Ok(());
        }
        if self.waiting().is_none() {
            self.begin(stamp)?;
        }
        let Some(run) = &mut self.newest else { return Ok(()) };
        let rows = self.pending.rows;
        let (record, sum) = self.pending.finish(self.sum);
        let address = run.page * J::ERASE_SIZE as u32 + self.filled as u32;
        program_bytes(&mut self.flash, address, &[record]).map_err(RingError::Flash)?;
        self.filled += padded::<J>(record.len());
        self.sum = sum;
        (run.rows, run.to) = (run.rows + rows, self.filled);
        Ok(())
    }

    /// Begins a run: in the page of the last one where it will probably fit, else in the next.
    fn begin(&mut self, stamp: Stamp) -> Result<(), RingError<J::Error>> {
        let number = self.newest.map_or(1, |run| run.number + 1);
        let mut payload = [0; RUN_HEAD - HEAD];
        let mut out = Writer::new(&mut payload);
        out.varint(number).and_then(|()| out.varint(self.channels as u64)).map_err(of_wire)?;
        let (kind, payload) = (FrameKind::Run, out.written());
        let frame = Frame { stamp, clock: self.clock, kind, payload };
        let (head, length) = (frame.head(), padded::<J>(frame.length()));
        let record = padded::<J>(self.pending.length());
        let mut page = self.newest.map_or(0, |run| run.page);
        if self.filled + self.usual.max(length + record) > J::ERASE_SIZE {
            page = self.newest.map_or(0, |run| (run.page + 1) % pages(&self.flash));
            let address = page * J::ERASE_SIZE as u32;
            self.flash.erase(address, address + J::ERASE_SIZE as u32).map_err(RingError::Flash)?;
            self.filled = 0;
        }
        let address = page * J::ERASE_SIZE as u32 + self.filled as u32;
        program_bytes(&mut self.flash, address, &[&head, payload]).map_err(RingError::Flash)?;
        self.filled += length;
        let (clock, channels, from) = (self.clock, self.channels, self.filled);
        self.sum = sum_of(&head);
        let run =
            Run { number, stamp, clock, channels, page, from, sum: self.sum, rows: 0, to: from };
        (self.newest, self.fold) = (Some(run), Fold::Waits);
        Ok(())
    }

    /// The pending rows, when no others wait; their block will have a stamp.
    pub(super) fn held(&self, stamp: Stamp) -> Option<Kept<'_, CHANNELS>> {
        let (clock, channels) = (self.clock, self.channels);
        let (count, rows) = (self.pending.rows, Rows::new::<J>(self.pending.bytes(), channels));
        let is_all = count > 0 && self.waiting().is_none();
        is_all.then_some(Kept { stamp, clock, channels, count, rows })
    }

    /// The durable rows that wait, read once.
    pub(super) fn read<'a>(
        &mut self,
        page: &'a mut [u8],
    ) -> Result<Option<Kept<'a, CHANNELS>>, RingError<J::Error>> {
        let Some(run) = self.waiting().copied() else { return Ok(None) };
        let place = page.get_mut(run.from..run.to).ok_or(RingError::BufferTooSmall)?;
        let address = run.page * J::ERASE_SIZE as u32 + run.from as u32;
        self.flash.read(address, place).map_err(RingError::Flash)?;
        let (stamp, clock, channels) = (run.stamp, run.clock, run.channels);
        let rows = Rows::new::<J>(place, channels);
        // Proved here, for a torn record may have read as a whole one before.
        let (count, _) = rows.clone().proved(run.sum);
        Ok(Some(Kept { stamp, clock, channels, count, rows }))
    }

    /// All rows have their block.
    pub(super) fn end_run(&mut self) {
        if let Some(run) = self.waiting() {
            self.usual = padded::<J>(RUN_HEAD) + run.to - run.from;
        }
        self.fold = Fold::Done;
        self.pending.clear();
    }
}

/// How many pages a flash has.
fn pages<J: NorFlash>(flash: &J) -> u32 {
    (flash.capacity() / J::ERASE_SIZE) as u32
}

fn sum_of(head: &[u8]) -> u32 {
    let mut reader = Reader::new(head.get(HEAD - SUM..).unwrap_or_default());
    reader.array().map_or(0, u32::from_le_bytes)
}

/// The run whose head stands at a place of a page, and how many channels it says to have.
fn run_at<J: NorFlash>(
    page: &[u8],
    place: u32,
    at: usize,
) -> Result<Option<(Run, u64)>, WireError> {
    let bytes = page.get(at..).unwrap_or_default();
    let frame = match Frame::parse(bytes) {
        Ok(frame) if frame.kind == FrameKind::Run => frame,
        Err(WireError::Version { found }) => return Err(WireError::Version { found }),
        _ => return Ok(None),
    };
    let mut reader = Reader::new(frame.payload);
    let (Ok(number), Ok(channels)) = (reader.varint(), reader.varint()) else { return Ok(None) };
    if number > u64::MAX / 2 {
        // No journal of ours counts so far, and none could go on behind it for long.
        return Ok(None);
    }
    let from = at + padded::<J>(frame.length());
    let run = Run {
        number,
        stamp: frame.stamp,
        clock: frame.clock,
        channels: channels as usize,
        page: place,
        from,
        sum: sum_of(bytes.get(..HEAD).unwrap_or_default()),
        rows: 0,
        to: from,
    };
    Ok(Some((run, channels)))
}

fn of_wire<E>(error: WireError) -> RingError<E> {
    match error {
        WireError::Version { found } => RingError::Version { found },
        _ => RingError::TooLarge,
    }
}
