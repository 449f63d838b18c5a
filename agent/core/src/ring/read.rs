//! Reading the ring, oldest first.

use embedded_storage::nor_flash::NorFlash;
use millwatt::reading::ChannelId;
use millwatt::time::Period;
use millwatt::wire::block::{Column, Columns};
use millwatt::wire::{Frame, FrameKind, Frames, Stamp};

use super::page::{PageHead, Place, blocks};
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
    /// in the stamps, as do receipts, which are left out.
    pub fn read(
        &mut self,
        after: Stamp,
        scratch: &mut [u8],
        mut each: impl FnMut(&Frame<'_>),
    ) -> Result<(), RingError<F::Error>> {
        self.read_while(after, scratch, |frame| {
            each(frame);
            true
        })
    }

    /// The same as long as it is told to go on: no page is read behind the frame for which `each` gives `false`.
    ///
    /// # Errors
    /// See [`read`](Self::read).
    pub fn read_while(
        &mut self,
        after: Stamp,
        scratch: &mut [u8],
        mut each: impl FnMut(&Frame<'_>) -> bool,
    ) -> Result<(), RingError<F::Error>> {
        self.read_all_while(after, scratch, &mut |frame| {
            matches!(frame.kind, FrameKind::Page | FrameKind::Receipt) || each(frame)
        })
    }

    /// The same with the heads of pages, which have no stamp of their own, and receipts.
    #[cfg(feature = "trust")]
    pub(crate) fn read_all(
        &mut self,
        after: Stamp,
        scratch: &mut [u8],
        mut each: impl FnMut(&Frame<'_>),
    ) -> Result<(), RingError<F::Error>> {
        self.read_all_while(after, scratch, &mut |frame| {
            each(frame);
            true
        })
    }

    /// Neither generic nor inlined, so that a microcontroller holds it once.
    #[inline(never)]
    fn read_all_while(
        &mut self,
        after: Stamp,
        scratch: &mut [u8],
        each: &mut dyn FnMut(&Frame<'_>) -> bool,
    ) -> Result<(), RingError<F::Error>> {
        if scratch.len() < F::ERASE_SIZE {
            return Err(RingError::BufferTooSmall);
        }
        let Some(newest) = self.newest else { return Ok(()) };
        let mut reached = after;
        for ahead in self.first_above(after, newest)?..=blocks(&self.flash) {
            let place = newest.ahead(ahead);
            let is_unused = place.number < u64::from(blocks(&self.flash));
            if is_unused {
                continue;
            }
            let is_newest = ahead == blocks(&self.flash);
            let is_last = is_newest || self.is_doubtful(place);
            let end = if is_last { self.kept } else { self.end_at(place)? };
            if end <= after {
                continue;
            }
            let page = &mut scratch[..F::ERASE_SIZE];
            self.flash.read(place.address(&self.flash), page).map_err(RingError::Flash)?;
            for frame in Frames::new(page) {
                // What a later start did not find here is not there, even if it reads well again.
                let is_there = frame.stamp > reached && frame.stamp <= end;
                let is_head = frame.kind == FrameKind::Page;
                reached = if is_there && !is_head { frame.stamp } else { reached };
                if (is_there || is_head) && !each(&frame) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// How many blocks ahead of the newest page the first stands that may hold a frame above a stamp.
    fn first_above(&mut self, after: Stamp, newest: Place) -> Result<u32, RingError<F::Error>> {
        let blocks = blocks(&self.flash);
        if self.doubtful.is_some() || after == Stamp::default() {
            return Ok(1);
        }
        for ahead in (1..=blocks).rev() {
            let head = PageHead::read(&mut self.flash, newest.ahead(ahead))?;
            if head.is_some_and(|head| head.kept <= after) {
                return Ok(ahead);
            }
        }
        Ok(1)
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
