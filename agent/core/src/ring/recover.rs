//! Finding the ring's end after whatever ended it.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::bytes::Reader;
use millwatt::wire::{Clock, FrameKind, Frames, Stamp};

use super::append::padded;
use super::page::{PAGE_HEAD, PageHead, Place, blocks, stamp_of};
use super::{Doubtful, Ring, RingError};

/// Two may hold the frame whose copy is not made, one the newest head; a page needs one more.
const LEAST_BLOCKS: u32 = 4;
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
            doubtful: None,
            receipted: Stamp::default(),
            proved: Stamp::default(),
            content: Stamp::default(),
            held: None,
            reserve: 1,
            is_reserve_open: false,
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
            self.content = self.kept;
            self.given_up = self.given_up.max(head.given_up);
            if newest < Some(head.place) {
                (newest, self.receipted) = (Some(head.place), head.receipted);
            }
        }
        Ok(newest)
    }

    /// Takes the newest stamp and receipt of the newest page that holds a frame, and of pages behind it whose heads
    /// were lost.
    fn look_through(&mut self, scratch: &mut [u8]) -> Result<(), RingError<F::Error>> {
        let mut next = Place::FIRST;
        if let Some(newest) = self.newest {
            let (mut last, stated) = (Some(newest), self.kept);
            for _ in 0..blocks(&self.flash) {
                let Some(place) = last else { break };
                let from = if place < newest { From::Before { stated } } else { From::Newest };
                if self.take_from(place, from, scratch)? > Holds::Copy {
                    break;
                }
                last = place.earlier();
            }
            next = newest.next();
        }
        for _ in 1..blocks(&self.flash) {
            let (known, epoch) = (self.kept, self.last.epoch);
            self.take_from(next, From::Behind { epoch }, scratch)?;
            if self.kept == known {
                break;
            }
            self.newest = Some(next);
            next = next.next();
        }
        Ok(())
    }

    /// Takes in the frames of a page that are newer than what was seen so far.
    fn take_from(
        &mut self,
        place: Place,
        from: From,
        scratch: &mut [u8],
    ) -> Result<Holds, RingError<F::Error>> {
        let page = &mut scratch[..F::ERASE_SIZE];
        self.flash.read(place.address(&self.flash), page).map_err(RingError::Flash)?;
        let (mut holds, mut frames, mut head) = (Holds::Nothing, Frames::new(page), None);
        let mut copied = None;
        while let Some(frame) = frames.next() {
            if frame.kind == FrameKind::Page {
                head = head.or(PageHead::of(&frame));
                let marks =
                    copied.filter(|(_, stamp)| frame.payload.is_empty() && *stamp == frame.stamp);
                if let Some((offset, stamp)) = marks {
                    self.marked(place, offset, stamp);
                }
                continue;
            }
            let (before, length) = (self.kept, frame.length());
            let offset = frames.sound_end() - length;
            let is_first = holds == Holds::Nothing;
            let is_copy = is_first
                && offset == padded::<F>(PAGE_HEAD)
                && head.is_some_and(|head| head.copy as usize == length);
            copied = is_copy.then_some((offset, frame.stamp));
            if frame.stamp <= self.kept {
                holds = holds.max(if is_copy { Holds::Copy } else { Holds::Older });
                // What a start has copied was whole, if it was acknowledged; the copy need not be.
                let later = self.doubtful.as_mut().filter(|copy| copy.place > place);
                if let Some(later) = later.filter(|_| frame.stamp == before) {
                    *later = Doubtful { place, offset, length, ..*later };
                }
                continue;
            }
            if !from.believes(frame.stamp, self.kept) {
                continue;
            }
            holds = if is_copy { Holds::Copy } else { Holds::Newer };
            self.doubtful = Some(Doubtful { place, offset, length, before, marked: None });
            self.last = self.last.max(frame.stamp);
            self.kept = frame.stamp;
            if frame.kind == FrameKind::Receipt {
                let up_to = stamp_of(&mut Reader::new(frame.payload));
                self.receipted = up_to.unwrap_or(self.receipted);
            } else {
                self.content = frame.stamp;
            }
        }
        // Half erased, a page shows what it likes: the one that stood before it is looked at, too.
        Ok(if head.is_some() { holds } else { holds.min(Holds::Copy) })
    }
}

impl<F: NorFlash> Ring<F> {
    /// Takes in that a copy of the newest frame has its mark; of several the newest counts.
    fn marked(&mut self, place: Place, offset: usize, stamp: Stamp) {
        let newest = self.doubtful.as_mut().filter(|_| stamp == self.kept);
        if let Some(newest) = newest.filter(|newest| newest.marked.is_none()) {
            newest.marked = Some((place, offset));
        }
    }
}

/// How a page stands to the newest whose head is there.
#[derive(Debug, Clone, Copy)]
enum From {
    Newest,
    /// Heads of later starts state so much: there can be one frame more, which they were about to copy.
    Before {
        stated: Stamp,
    },
    /// Its own head is lost; what it holds is of this start, or later.
    Behind {
        epoch: u32,
    },
}

impl From {
    /// Whether a frame that is newer than the newest so far can be there.
    fn believes(self, frame: Stamp, newest: Stamp) -> bool {
        match self {
            Self::Newest => true,
            Self::Before { stated } => newest <= stated,
            Self::Behind { epoch } => frame.epoch >= epoch,
        }
    }
}

/// What a page holds beside its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Nothing,
    /// A copy of the last frame of an earlier start, perhaps not whole.
    Copy,
    Older,
    Newer,
}
