//! Rows that are durable at once and dense in the end: a journal in a few pages of flash, blocks in the [ring](crate::ring).
//!
//! A device takes a [`Row`] a minute. Programmed by themselves, eight readings would cost the 24 bytes of a frame's head and
//! more; held back for an hour, an hour would be lost with the power. So rows go to a journal, some ten bytes
//! each, and are acknowledged there; after `ROWS` of them they are folded into one block of the ring.
//!
//! - **When is a row acknowledged?** When [`Recorder::commit`] has returned. How long rows may wait for it is the
//!   caller's choice; to commit two at a time costs a third less flash.
//! - **What if the power goes between journal and block?** The rows of a run carry the stamp that their block will have,
//!   and nothing else is appended before it. So a block that may or may not have been whole can be written again as
//!   often as needed: it has the same stamp and the same rows, and a reader takes each stamp once.
//! - **When is a run no longer needed?** When a newer one has begun, or the ring holds a frame of a later start: both
//!   come only after its block was programmed.
//! - **How is memory bounded?** The journal is the memory: a fold reads the run once, and one channel after the other
//!   goes through a buffer of `ROWS` values.
//!
//! # Example
//! ```
//! # use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
//! # struct Flash([u8; 4 * 512]);
//! # impl ErrorType for Flash { type Error = NorFlashErrorKind; }
//! # impl ReadNorFlash for Flash {
//! #     const READ_SIZE: usize = 1;
//! #     fn read(&mut self, at: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
//! #         let at = at as usize;
//! #         bytes.copy_from_slice(&self.0[at..at + bytes.len()]);
//! #         Ok(())
//! #     }
//! #     fn capacity(&self) -> usize { self.0.len() }
//! # }
//! # impl NorFlash for Flash {
//! #     const WRITE_SIZE: usize = 4;
//! #     const ERASE_SIZE: usize = 512;
//! #     fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
//! #         self.0[from as usize..to as usize].fill(0xff);
//! #         Ok(())
//! #     }
//! #     fn write(&mut self, at: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
//! #         let at = at as usize;
//! #         self.0[at..at + bytes.len()].copy_from_slice(bytes);
//! #         Ok(())
//! #     }
//! # }
//! # let (ring_flash, journal_flash) = (Flash([0xff; 4 * 512]), Flash([0xff; 4 * 512]));
//! use millwatt::reading::Quality;
//! use millwatt::time::Instant;
//! use millwatt::wire::row::Row;
//! use millwatt_agent::recorder::Recorder;
//! use millwatt_agent::ring::WhenFull;
//!
//! // Power and energy of a meter, twelve minutes to a block.
//! let mut scratch = [0; 2 * 512];
//! let mut log = Recorder::<_, _, 2, 12>::recover(
//!     ring_flash, journal_flash, 2, WhenFull::Refuse, &mut scratch,
//! )?;
//! for minute in 0..30 {
//!     let at = Instant::from_unix_milliseconds(1_795_392_000_000 + minute * 60_000);
//!     let cells = [Some((7_400 + minute % 7, Quality::Good)), Some((1_000 + minute, Quality::Good))];
//!     log.push(&Row { at, cells }, &mut scratch)?;
//!     log.commit(&mut scratch)?; // durable now
//! }
//! let mut blocks = 0;
//! log.read(Default::default(), &mut scratch, |_| blocks += 1)?;
//! let mut waiting = 0;
//! log.waiting(&mut scratch, |_| waiting += 1)?;
//! assert_eq!((blocks, waiting), (2, 6));
//! # Ok::<(), millwatt_agent::ring::RingError<NorFlashErrorKind>>(())
//! ```
//!
//! # Cost
//! Recovery of the journal reads 96 bytes of each page and one page whole. A commit programs its rows and a
//! checksum; a run adds a head of about 28 bytes; a fold reads the run back.

mod fold;
mod journal;
mod record;

use embedded_storage::nor_flash::NorFlash;
#[cfg(feature = "trust")]
use millwatt::trust::receipt::{DeviceId, Receipt};
use millwatt::wire::row::Row;
use millwatt::wire::{Clock, Frame, FrameKind, Stamp};

#[cfg(feature = "trust")]
use crate::ring::Doubt;
use crate::ring::{Ring, RingError, WhenFull};
#[cfg(feature = "trust")]
use crate::sealer::Sealer;
use fold::Blocks;
use journal::Journal;

/// Instants beyond this, in ms from 1970, no clock shows.
const MOST_INSTANT: u64 = 1 << 53;
/// Bytes that a row of one channel takes in a block at most, and of the block's own.
const CELL: usize = 16;
const BLOCK: usize = 64;

/// Up to where rows are durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Acknowledged {
    /// The stamp of the newest frame, or of the block that the newest rows will be.
    pub stamp: Stamp,
    /// How many rows of that block are durable; 0 when it is a frame.
    pub rows: usize,
}

/// A log of rows: a journal of at most `ROWS` rows of at most `CHANNELS` channels, and a ring behind it.
#[derive(Debug)]
pub struct Recorder<F, J, const CHANNELS: usize, const ROWS: usize> {
    ring: Ring<F>,
    journal: Journal<J, CHANNELS>,
    channels: usize,
    blocks: Blocks<CHANNELS, ROWS>,
    is_receipt_new: bool,
    usable: bool,
}

impl<F, J, const CHANNELS: usize, const ROWS: usize> Recorder<F, J, CHANNELS, ROWS>
where
    F: NorFlash,
    J: NorFlash<Error = F::Error>,
{
    /// Pages kept in reserve while the ring is signed: for the block that all rows of the journal can come to, and for the
    /// checkpoint behind it.
    const RESERVE: u32 = (ROWS * CHANNELS * CELL + BLOCK).div_ceil(F::ERASE_SIZE / 2) as u32 + 1;

    /// Opens ring and journal for a new epoch; writes nothing. Rows that the power left in the journal are
    /// folded before anything else is written.
    ///
    /// `scratch` must hold a page of either flash, here, and two wherever rows are taken.
    ///
    /// # Errors
    /// See [`RingError`]. Damage is no error: what cannot be believed is passed over.
    pub fn recover(
        flash: F,
        journal: J,
        channels: usize,
        when_full: WhenFull,
        scratch: &mut [u8],
    ) -> Result<Self, RingError<F::Error>> {
        let mut ring = Ring::recover(flash, scratch)?;
        ring.set_reserve(Self::RESERVE);
        let mut journal = Journal::recover(journal, scratch)?;
        if CHANNELS * CELL + BLOCK > F::ERASE_SIZE || ROWS == 0 {
            return Err(RingError::Geometry);
        }
        journal.settle(ring.kept());
        let channels = channels.min(CHANNELS);
        let blocks = Blocks::new(when_full);
        let is_receipt_new = false;
        Ok(Self { ring, journal, channels, blocks, is_receipt_new, usable: true })
    }

    /// What the device knows of the time, for what follows.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.ring.set_clock(clock);
    }

    /// Takes a row to be made durable with the next [`commit`](Self::commit).
    ///
    /// # Errors
    /// See [`RingError`]; [`RingError::Full`] when the ring has no room for the rows before, which stay in the journal.
    pub fn push(
        &mut self,
        row: &Row<CHANNELS>,
        scratch: &mut [u8],
    ) -> Result<(), RingError<F::Error>> {
        if row.at.unix_milliseconds().unsigned_abs() > MOST_INSTANT {
            return Err(RingError::Row);
        }
        if !self.journal.has_memory() {
            self.program()?;
        }
        let is_at_end = self.journal.rows() >= ROWS || !self.journal.has_room();
        if is_at_end || self.journal.is_of_before() || !self.journal.is_under(self.ring.clock()) {
            self.fold(scratch)?;
        }
        self.journal.push(row, self.channels, self.ring.clock());
        Ok(())
    }

    /// Makes the rows taken so far durable; folds them when they are enough.
    ///
    /// # Errors
    /// [`RingError::Flash`], [`RingError::Unusable`]: rows not yet acknowledged may or may not be there.
    pub fn commit(&mut self, scratch: &mut [u8]) -> Result<Acknowledged, RingError<F::Error>> {
        self.program()?;
        if self.journal.rows() >= ROWS {
            self.fold_if_room(scratch)?;
        }
        Ok(self.acknowledged())
    }

    /// Makes the rows taken so far durable as a block of the ring. Those that were not committed are not
    /// written to the journal: for who may lose an hour.
    ///
    /// # Errors
    /// As for [`push`](Self::push).
    pub fn fold(&mut self, scratch: &mut [u8]) -> Result<(), RingError<F::Error>> {
        if !self.usable {
            return Err(RingError::Unusable);
        }
        let (page, buffer) = scratch.split_at_mut_checked(J::ERASE_SIZE).unwrap_or_default();
        let buffer = buffer.get_mut(..F::ERASE_SIZE).ok_or(RingError::BufferTooSmall)?;
        if self.write_held(buffer)? {
            return self.state_receipt();
        }
        self.program()?;
        let Some(rows) = self.journal.read(page)? else { return self.state_receipt() };
        let written = self.blocks.write(&mut self.ring, &rows, buffer);
        self.guard(written)?;
        self.journal.end_run();
        self.state_receipt()
    }

    /// Rows that a full ring has no room for stay in the journal.
    fn fold_if_room(&mut self, scratch: &mut [u8]) -> Result<(), RingError<F::Error>> {
        match self.fold(scratch) {
            Err(RingError::Full) => Ok(()),
            folded => folded,
        }
    }

    /// Keeps a new receipt; to be called only when no rows wait for their block.
    fn state_receipt(&mut self) -> Result<(), RingError<F::Error>> {
        if self.is_receipt_new {
            let stated = self.ring.state_receipt();
            self.is_receipt_new = !self.guard(stated)?;
        }
        Ok(())
    }

    /// Everything up to here survives a power cut.
    #[must_use]
    pub fn acknowledged(&self) -> Acknowledged {
        match self.journal.run() {
            Some((stamp, rows)) => Acknowledged { stamp, rows },
            None => Acknowledged { stamp: self.ring.watermark(), rows: 0 },
        }
    }

    /// Appends a frame of another kind, behind a block of the rows so far.
    ///
    /// # Errors
    /// See [`Ring::append`].
    pub fn append(
        &mut self,
        kind: FrameKind,
        payload: &[u8],
        scratch: &mut [u8],
    ) -> Result<Stamp, RingError<F::Error>> {
        self.fold(scratch)?;
        let appended = self.ring.append(kind, payload, self.blocks.when_full);
        self.guard(appended)
    }

    /// Appends a manifest, which says of how many channels the rows are from now on.
    ///
    /// # Errors
    /// See [`Ring::append`].
    pub fn manifest(
        &mut self,
        payload: &[u8],
        channels: usize,
        scratch: &mut [u8],
    ) -> Result<Stamp, RingError<F::Error>> {
        let stamp = self.append(FrameKind::Manifest, payload, scratch)?;
        self.channels = channels.min(CHANNELS);
        Ok(stamp)
    }

    /// Takes in that somebody else has the log up to a stamp; pages wholly below it may be erased. Kept with the next
    /// block or page: a power cut before costs no more than sending again.
    pub fn receipt(&mut self, up_to: Stamp) {
        self.is_receipt_new |= self.ring.release(up_to);
    }

    /// Takes in that whoever had the log has lost what is above a stamp: what is still here of it is needed again and
    /// is not erased before a new receipt. Tells whether this is durable: a full ring has room to remember it only until
    /// the power goes, and keeps it with the next block.
    ///
    /// # Errors
    /// [`RingError::Flash`], [`RingError::Unusable`].
    pub fn recall(&mut self, to: Stamp, scratch: &mut [u8]) -> Result<bool, RingError<F::Error>> {
        self.is_receipt_new |= self.ring.recall(to);
        if self.is_receipt_new {
            self.fold_if_room(scratch)?;
        }
        Ok(!self.is_receipt_new)
    }

    /// The same as [`receipt`](Self::receipt) by a receipt, when it is for what stands here; otherwise tells what is wrong with it.
    ///
    /// # Errors
    /// See [`Ring::read`].
    #[cfg(feature = "trust")]
    pub fn accept(
        &mut self,
        receipt: &Receipt,
        device: DeviceId,
        scratch: &mut [u8],
    ) -> Result<Option<Doubt>, RingError<F::Error>> {
        let doubt = self.ring.doubt(receipt, device, scratch)?;
        if doubt.is_none() {
            self.ring.prove(receipt.up_to);
            self.receipt(receipt.up_to);
        }
        Ok(doubt)
    }

    /// From here on what is not signed stays; see [`Sealer::hold`].
    ///
    /// # Errors
    /// See [`Ring::read`].
    #[cfg(feature = "trust")]
    pub fn hold(
        &mut self,
        sealer: &Sealer<'_>,
        scratch: &mut [u8],
    ) -> Result<(), RingError<F::Error>> {
        if Self::RESERVE + 2 > crate::ring::blocks(self.ring.flash()) {
            return Err(RingError::Geometry);
        }
        sealer.hold(&mut self.ring, scratch)
    }

    /// Signs what the ring holds, the rows so far as a block, and appends the checkpoint; none when nothing waits for it.
    /// May use the pages in reserve.
    ///
    /// # Errors
    /// See [`Sealer::seal`]; [`RingError::Full`] while there is no room for the rows: no other frame may take the stamp
    /// of their block. What was signed before may be sent and receipted, which makes room.
    #[cfg(feature = "trust")]
    pub fn seal(
        &mut self,
        sealer: &mut Sealer<'_>,
        scratch: &mut [u8],
    ) -> Result<Option<Stamp>, RingError<F::Error>> {
        self.ring.open_reserve(true);
        let folded = self.fold(scratch);
        self.ring.open_reserve(false);
        folded?;
        let sealed = sealer.seal(&mut self.ring, self.blocks.when_full, scratch);
        self.guard(sealed)
    }

    /// Makes sure that what is read from here on every later reader finds, too: to be called once after a start by who
    /// sends frames on. See [`Ring::settle`]; rows that a start found become a block first.
    ///
    /// # Errors
    /// As for [`push`](Self::push).
    pub fn settle(&mut self, scratch: &mut [u8]) -> Result<(), RingError<F::Error>> {
        if !self.ring.is_unsettled() {
            return Ok(());
        }
        self.ring.open_reserve(true);
        let folded = self.fold(scratch);
        self.ring.open_reserve(false);
        folded?;
        let settled = self.ring.settle(self.blocks.when_full);
        self.guard(settled)
    }

    /// The frames above a stamp; see [`Ring::read`]. Rows that wait in the journal are not among them.
    ///
    /// # Errors
    /// See [`Ring::read`].
    pub fn read(
        &mut self,
        after: Stamp,
        scratch: &mut [u8],
        each: impl FnMut(&Frame<'_>),
    ) -> Result<(), RingError<F::Error>> {
        self.ring.read(after, scratch, each)
    }

    /// The same as long as `each` tells to go on; see [`Ring::read_while`].
    ///
    /// # Errors
    /// See [`Ring::read`].
    pub fn read_while(
        &mut self,
        after: Stamp,
        scratch: &mut [u8],
        each: impl FnMut(&Frame<'_>) -> bool,
    ) -> Result<(), RingError<F::Error>> {
        self.ring.read_while(after, scratch, each)
    }

    /// The durable rows that no block holds yet.
    ///
    /// # Errors
    /// [`RingError::Flash`], [`RingError::BufferTooSmall`].
    pub fn waiting(
        &mut self,
        scratch: &mut [u8],
        mut each: impl FnMut(&Row<CHANNELS>),
    ) -> Result<(), RingError<F::Error>> {
        let Some(run) = self.journal.read(scratch)? else { return Ok(()) };
        run.rows().for_each(|row| each(&row));
        Ok(())
    }

    /// The ring behind the journal.
    pub const fn ring(&self) -> &Ring<F> {
        &self.ring
    }

    fn program(&mut self) -> Result<(), RingError<F::Error>> {
        if !self.usable {
            return Err(RingError::Unusable);
        }
        let programmed = self.journal.program(self.ring.watermark().next());
        self.guard(programmed)
    }

    /// Writes a block of rows that no journal holds, where one is enough; tells whether it did.
    fn write_held(&mut self, buffer: &mut [u8]) -> Result<bool, RingError<F::Error>> {
        let stamp = self.ring.watermark().next();
        let Some(rows) = self.journal.held(stamp) else { return Ok(false) };
        let written = self.blocks.write_whole(&mut self.ring, &rows, buffer);
        if self.guard(written)? {
            self.journal.end_run();
            return Ok(true);
        }
        Ok(false)
    }

    fn guard<T>(
        &mut self,
        result: Result<T, RingError<F::Error>>,
    ) -> Result<T, RingError<F::Error>> {
        self.usable &= !matches!(result, Err(RingError::Flash(_) | RingError::Unusable));
        result
    }
}
