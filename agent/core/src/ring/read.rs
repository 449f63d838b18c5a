//! Reading the ring, oldest first.

use embedded_storage::nor_flash::NorFlash;
use millwatt::reading::ChannelId;
use millwatt::time::Period;
use millwatt::wire::block::{Column, Columns};
use millwatt::wire::{Frame, FrameKind, Frames, Stamp};

use super::page::blocks;
use super::{Ring, RingError};

impl<F: NorFlash> Ring<F> {
    /// Gives every frame above a stamp in order, each once: a reader that remembers the last stamp it got
    /// has a cursor. Frames of pages and receipts are left out.
    ///
    /// Reads the heads of the pages and the pages that may hold such frames, into `scratch`, which must
    /// hold one.
    ///
    /// # Errors
    /// [`RingError::Flash`], [`RingError::BufferTooSmall`]. Damage is passed over; what it cost shows as a gap
    /// in the stamps.
    pub fn read(
        &mut self,
        after: Stamp,
        scratch: &mut [u8],
        mut each: impl FnMut(&Frame<'_>),
    ) -> Result<(), RingError<F::Error>> {
        if scratch.len() < F::ERASE_SIZE {
            return Err(RingError::BufferTooSmall);
        }
        let Some(newest) = self.newest else { return Ok(()) };
        let mut reached = after;
        for ahead in 1..=blocks(&self.flash) {
            let place = newest.ahead(ahead);
            let is_unused = place.number < u64::from(blocks(&self.flash));
            let is_older = after > Stamp::default() && ahead < blocks(&self.flash);
            if is_unused || is_older && self.end_at(place)? <= after {
                continue;
            }
            let page = &mut scratch[..F::ERASE_SIZE];
            self.flash.read(place.address(&self.flash), page).map_err(RingError::Flash)?;
            for frame in Frames::new(page) {
                let is_of_the_log = !matches!(frame.kind, FrameKind::Page | FrameKind::Receipt);
                if frame.stamp > reached && frame.kind != FrameKind::Page {
                    reached = frame.stamp;
                    if is_of_the_log {
                        each(&frame);
                    }
                }
            }
        }
        Ok(())
    }

    /// Gives the columns of a channel, or of all, that have a sample within a period, both ends included, in
    /// the order in which they were written. Columns of one grid are told apart by their head alone: values that
    /// nobody asks for are not decoded.
    ///
    /// # Errors
    /// See [`Ring::read`].
    pub fn columns(
        &mut self,
        period: Period,
        channel: Option<ChannelId>,
        scratch: &mut [u8],
        mut each: impl FnMut(&Column<'_>),
    ) -> Result<(), RingError<F::Error>> {
        self.read(Stamp::default(), scratch, |frame| {
            let is_block = frame.kind == FrameKind::Readings;
            let columns = Columns::new(frame.payload).ok().filter(|_| is_block);
            for column in columns.into_iter().flatten().map_while(Result::ok) {
                let is_asked = channel.is_none_or(|channel| channel == column.channel);
                if is_asked && column.touches(period) {
                    each(&column);
                }
            }
        })
    }
}
