//! Reading the ring, oldest first.

use embedded_storage::nor_flash::NorFlash;
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
            if ahead < blocks(&self.flash) && self.end_at(place)? <= after {
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
}
