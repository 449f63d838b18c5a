//! Finding the ring's end after whatever ended it.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::bytes::Reader;
use millwatt::wire::{FrameKind, Frames, Stamp};

use super::page::{PageHead, Place, blocks, stamp_of};
use super::{Ring, RingError};

/// Fewer could not hold the newest page, one for the next start, and an old one in peace.
const LEAST_BLOCKS: u32 = 4;
const LEAST_PAGE: usize = 256;
const MOST_UNIT: usize = 32;

impl<F: NorFlash> Ring<F> {
    /// Opens the log and begins a new epoch on a new page.
    ///
    /// Reads the head of every page and the newest page whole, into `scratch`, which must hold one. A page
    /// that a start began and no frame followed is used again, so that starts alone fill nothing.
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
            newest: Place::FIRST,
            filled: F::ERASE_SIZE,
            holds_frames: false,
            last: Stamp::default(),
            kept: Stamp::default(),
            receipted: Stamp::default(),
            given_up: Stamp::default(),
            usable: true,
        };
        let place = match ring.find_newest()? {
            None => Some(Place::FIRST),
            Some(head) => {
                ring.look_through(head.place, scratch)?;
                ring.place_for_start(scratch)?
            }
        };
        ring.last = Stamp { epoch: ring.last.epoch.saturating_add(1), sequence: 0 };
        if let Some(place) = place {
            ring.begin(place)?;
        }
        Ok(ring)
    }

    /// Where a start's page may stand: never in the newest page's block, whose head may be the only one that
    /// knows the epoch. Starts without frames between them take turns in two blocks. A full ring has no
    /// place: it is open for reading and receipts, and its next frame turns the page or is refused.
    fn place_for_start(
        &mut self,
        scratch: &mut [u8],
    ) -> Result<Option<Place>, RingError<F::Error>> {
        let back = self.newest.ahead(blocks(&self.flash) - 1);
        if !self.holds_frames && self.is_left_empty(back, scratch)? {
            return Ok(Some(back));
        }
        let next = self.newest.next();
        let end = self.end_at(next)?;
        Ok((!self.needs(end)).then_some(next))
    }

    /// Whether a block holds the page of a start and no frame.
    fn is_left_empty(
        &mut self,
        place: Place,
        scratch: &mut [u8],
    ) -> Result<bool, RingError<F::Error>> {
        let head = PageHead::read(&mut self.flash, place)?;
        if head.is_none_or(|head| head.before.sequence > 0) {
            return Ok(false);
        }
        let page = &mut scratch[..F::ERASE_SIZE];
        self.flash.read(place.address(&self.flash), page).map_err(RingError::Flash)?;
        Ok(Frames::new(page).all(|frame| frame.kind == FrameKind::Page))
    }

    /// The head of the newest page, with the epoch of all heads.
    fn find_newest(&mut self) -> Result<Option<PageHead>, RingError<F::Error>> {
        let mut newest: Option<PageHead> = None;
        for block in 0..blocks(&self.flash) {
            let head = PageHead::read(&mut self.flash, Place::FIRST.ahead(block))?;
            let Some(head) = head else { continue };
            self.last = self.last.max(head.before);
            self.kept = self.kept.max(head.kept);
            self.receipted = self.receipted.max(head.receipted);
            self.given_up = self.given_up.max(head.given_up);
            if newest.is_none_or(|newest| newest.place < head.place) {
                newest = Some(head);
            }
        }
        Ok(newest)
    }

    /// Takes the newest stamp and receipt of the newest page, and of pages behind it whose heads were lost.
    fn look_through(
        &mut self,
        mut place: Place,
        scratch: &mut [u8],
    ) -> Result<(), RingError<F::Error>> {
        self.holds_frames = self.take_from(place, scratch)?;
        self.newest = place;
        for _ in 1..blocks(&self.flash) {
            place = place.next();
            if !self.take_from(place, scratch)? {
                break;
            }
            self.newest = place;
            self.holds_frames = true;
        }
        Ok(())
    }

    /// Whether a page holds frames newer than what was seen so far, which are then taken in.
    fn take_from(&mut self, place: Place, scratch: &mut [u8]) -> Result<bool, RingError<F::Error>> {
        let page = &mut scratch[..F::ERASE_SIZE];
        self.flash.read(place.address(&self.flash), page).map_err(RingError::Flash)?;
        let mut holds_frames = false;
        for frame in Frames::new(page) {
            if frame.kind == FrameKind::Page || frame.stamp <= self.last {
                continue;
            }
            (self.last, self.kept, holds_frames) = (frame.stamp, frame.stamp, true);
            if frame.kind == FrameKind::Receipt {
                let up_to = stamp_of(&mut Reader::new(frame.payload)).unwrap_or_default();
                self.receipted = self.receipted.max(up_to);
            }
        }
        Ok(holds_frames)
    }
}
