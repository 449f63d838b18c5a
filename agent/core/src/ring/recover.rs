//! Finding the ring's end after whatever ended it.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::bytes::Reader;
use millwatt::wire::{Clock, FrameKind, Frames, Stamp};

use super::page::{PageHead, Place, blocks, stamp_of};
use super::{Ring, RingError};

/// Fewer could not keep the newest page's block from being the next to be erased.
const LEAST_BLOCKS: u32 = 3;
const LEAST_PAGE: usize = 256;
const MOST_UNIT: usize = 32;

impl<F: NorFlash> Ring<F> {
    /// Opens the log for a new epoch; writes nothing.
    ///
    /// Reads the head of every page and the newest page whole, into `scratch`, which must hold one.
    ///
    /// # Errors
    /// See [`RingError`]. Damage is no error: what cannot be believed is passed over.
    pub fn recover(flash: F, scratch: &mut [u8]) -> Result<Self, RingError<F::Error>> {
        let is_fit = F::WRITE_SIZE <= MOST_UNIT && F::ERASE_SIZE >= LEAST_PAGE;
        if !is_fit || blocks(&flash) < LEAST_BLOCKS {
            return Err(RingError::Geometry);
        }
        if scratch.len() < F::ERASE_SIZE {
            return Err(RingError::BufferTooSmall);
        }
        let mut ring = Self {
            flash,
            newest: None,
            filled: F::ERASE_SIZE,
            last: Stamp::default(),
            kept: Stamp::default(),
            receipted: Stamp::default(),
            given_up: Stamp::default(),
            clock: Clock::default(),
            usable: true,
        };
        ring.newest = ring.find_newest()?;
        ring.look_through(scratch)?;
        ring.last = Stamp { epoch: ring.last.epoch.saturating_add(1), sequence: 0 };
        Ok(ring)
    }

    /// The newest page, by the heads of all, with what the heads know.
    fn find_newest(&mut self) -> Result<Option<Place>, RingError<F::Error>> {
        let mut newest: Option<Place> = None;
        for block in 0..blocks(&self.flash) {
            let head = PageHead::read(&mut self.flash, Place::FIRST.ahead(block))?;
            let Some(head) = head else { continue };
            self.last = self.last.max(head.before);
            self.kept = self.kept.max(head.kept);
            self.given_up = self.given_up.max(head.given_up);
            if newest < Some(head.place) {
                (newest, self.receipted) = (Some(head.place), head.receipted);
            }
        }
        Ok(newest)
    }

    /// Takes the newest stamp and receipt of the newest page, and of pages behind it whose heads were lost.
    fn look_through(&mut self, scratch: &mut [u8]) -> Result<(), RingError<F::Error>> {
        let mut next = Place::FIRST;
        if let Some(newest) = self.newest {
            self.take_from(newest, scratch)?;
            next = newest.next();
        }
        for _ in 1..blocks(&self.flash) {
            if !self.take_from(next, scratch)? {
                break;
            }
            self.newest = Some(next);
            next = next.next();
        }
        Ok(())
    }

    /// Whether a page holds frames newer than what was seen so far, which are then taken in.
    fn take_from(&mut self, place: Place, scratch: &mut [u8]) -> Result<bool, RingError<F::Error>> {
        let page = &mut scratch[..F::ERASE_SIZE];
        self.flash.read(place.address(&self.flash), page).map_err(RingError::Flash)?;
        let mut holds_frames = false;
        for frame in Frames::new(page) {
            if frame.kind == FrameKind::Page || frame.stamp <= self.kept {
                continue;
            }
            self.last = self.last.max(frame.stamp);
            (self.kept, holds_frames) = (frame.stamp, true);
            if frame.kind == FrameKind::Receipt {
                let up_to = stamp_of(&mut Reader::new(frame.payload));
                self.receipted = up_to.unwrap_or(self.receipted);
            }
        }
        Ok(holds_frames)
    }
}
