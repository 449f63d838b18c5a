//! Frames at the end, pages in turn.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::frame::{FrameSum, HEAD};
use millwatt::wire::{Clock, Frame, FrameKind, Stamp};

use super::page::{PAGE_HEAD, PageHead, Place, blocks, stamp_bytes};
use super::{Doubtful, Ring, RingError};

/// What to do when every page holds frames that nobody else has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhenFull {
    /// Take no more: what is kept is kept.
    Refuse,
    /// Give up the oldest page; [`Ring::given_up`] tells up to where.
    GiveUpOldest,
}

/// Bytes that are programmed at once at most; a multiple of every write unit.
const STAGE: usize = 64;

impl<F: NorFlash> Ring<F> {
    /// What a page has room for behind its head: the longest frame, and the mark of a copy of it.
    const ROOM: usize = F::ERASE_SIZE - padded::<F>(PAGE_HEAD) - padded::<F>(HEAD);
    /// The longest payload that a page takes.
    pub const MOST_PAYLOAD: usize = Self::ROOM / F::WRITE_SIZE * F::WRITE_SIZE - HEAD;

    /// Adds a frame; it is durable, and acknowledged, once this has returned its stamp.
    ///
    /// # Errors
    /// See [`RingError`]; after [`RingError::Flash`] the frame may or may not be there, whole.
    pub fn append(
        &mut self,
        kind: FrameKind,
        payload: &[u8],
        when_full: WhenFull,
    ) -> Result<Stamp, RingError<F::Error>> {
        let (stamp, clock) = (self.last.next(), self.clock);
        self.append_as(stamp, clock, kind, payload, when_full)
    }

    /// Adds a frame, if need be on the pages that are kept in reserve while the ring [holds](Self::hold) something.
    ///
    /// # Errors
    /// As for [`append`](Self::append).
    pub fn append_reserved(
        &mut self,
        kind: FrameKind,
        payload: &[u8],
        when_full: WhenFull,
    ) -> Result<Stamp, RingError<F::Error>> {
        self.open_reserve(true);
        let appended = self.append(kind, payload, when_full);
        self.open_reserve(false);
        appended
    }

    /// The same under a stamp and a clock of the caller's, who answers for it that no other frame has the stamp
    /// and none that is newer was appended before.
    pub(crate) fn append_as(
        &mut self,
        stamp: Stamp,
        clock: Clock,
        kind: FrameKind,
        payload: &[u8],
        when_full: WhenFull,
    ) -> Result<Stamp, RingError<F::Error>> {
        if !self.usable {
            return Err(RingError::Unusable);
        }
        let frame = Frame { stamp, clock, kind, payload };
        if padded::<F>(frame.length()) > Self::ROOM {
            return Err(RingError::TooLarge);
        }
        while self.filled + padded::<F>(frame.length()) > F::ERASE_SIZE {
            self.turn(when_full)?;
        }
        let address = self.newest.unwrap_or(Place::FIRST).address(&self.flash) + self.filled as u32;
        let programmed = program_bytes(&mut self.flash, address, &[&frame.head(), payload]);
        self.guard(programmed)?;
        self.filled += padded::<F>(frame.length());
        (self.last, self.kept) = (self.last.max(stamp), self.kept.max(stamp));
        if kind != FrameKind::Receipt {
            self.content = self.content.max(stamp);
        }
        Ok(stamp)
    }

    /// Takes in that somebody else has the log up to a stamp; pages wholly below it may be erased.
    ///
    /// The receipt is kept as a frame of the log; where a full ring has no room for it, the next page's head
    /// states it.
    ///
    /// # Errors
    /// [`RingError::Flash`], [`RingError::Unusable`].
    pub fn receipt(&mut self, up_to: Stamp) -> Result<(), RingError<F::Error>> {
        if !self.release(up_to) {
            return Ok(());
        }
        self.state_receipt().map(drop)
    }

    /// Takes in a receipt without keeping it; tells whether it says anything new.
    pub(crate) fn release(&mut self, up_to: Stamp) -> bool {
        let up_to = up_to.min(self.held.unwrap_or(self.last)).min(self.last);
        let is_new = up_to > self.receipted;
        self.receipted = self.receipted.max(up_to);
        is_new
    }

    /// Takes in that nobody has the log above a stamp any more: what was receipted and is still here is needed again.
    /// Tells whether it was not known.
    pub(crate) fn recall(&mut self, to: Stamp) -> bool {
        let is_new = to < self.receipted;
        self.receipted = self.receipted.min(to);
        self.proved = self.proved.min(to);
        is_new
    }

    /// Keeps the newest receipt, if there is room; tells whether there was.
    pub(crate) fn state_receipt(&mut self) -> Result<bool, RingError<F::Error>> {
        match self.append_receipt(WhenFull::Refuse) {
            Ok(()) => Ok(true),
            Err(RingError::Full) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Appends a receipt. Where others have all but receipts that stand before it, nobody needs it either: it states
    /// itself.
    fn append_receipt(&mut self, when_full: WhenFull) -> Result<(), RingError<F::Error>> {
        let is_all = self.receipted >= self.content && self.held.is_none();
        let up_to = if is_all { self.last.next() } else { self.receipted };
        self.append(FrameKind::Receipt, &stamp_bytes(up_to), when_full)?;
        self.receipted = up_to.max(self.receipted);
        Ok(())
    }

    /// Whether the pages in reserve may be used.
    pub(crate) const fn open_reserve(&mut self, is_open: bool) {
        self.is_reserve_open = is_open;
    }

    /// Makes the last frame before this start one that every later reader finds, or none. The first append does so
    /// by itself; who concludes something from what stands in the log before it, or sends it on, calls this first. May
    /// use the pages in reserve.
    ///
    /// Appends a receipt where nothing was appended since the start: the last frame is then one of this start, and what
    /// else the last one left behind, whole or torn, need never be asked again.
    ///
    /// # Errors
    /// As for [`append`](Self::append).
    pub fn settle(&mut self, when_full: WhenFull) -> Result<(), RingError<F::Error>> {
        match self.is_unsettled() {
            _ if !self.usable => Err(RingError::Unusable),
            true => {
                self.open_reserve(true);
                let stated = self.append_receipt(when_full);
                self.open_reserve(false);
                stated
            }
            false => Ok(()),
        }
    }

    /// Begins the next page, in the block of the oldest.
    fn turn(&mut self, when_full: WhenFull) -> Result<(), RingError<F::Error>> {
        let mut place = self.newest.map_or(Place::FIRST, Place::next);
        while self.is_doubtful(place) {
            // Starts that were cut short have gone once around: the frame still has no copy.
            place = place.next();
        }
        let end = self.end_at(place)?;
        let is_needed = self.is_needed(end);
        if when_full == WhenFull::Refuse && (is_needed || self.is_reserved(place)?) {
            return Err(RingError::Full);
        }
        if is_needed {
            self.given_up = end;
        }
        self.begin(place)
    }

    /// Whether a page would leave fewer behind it than are kept in reserve.
    fn is_reserved(&mut self, place: Place) -> Result<bool, RingError<F::Error>> {
        let wants_reserve = self.held.is_some() && !self.is_reserve_open;
        let pages = if wants_reserve { self.reserve } else { 0 };
        for ahead in 1..=pages {
            let end = self.end_at(place.ahead(ahead))?;
            if self.is_needed(end) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether frames up to a stamp may not be erased.
    fn is_needed(&self, end: Stamp) -> bool {
        end > self.receipted.max(self.given_up)
    }

    /// A stamp at or above all frames in the block that a place would take; zero when there are none.
    pub(super) fn end_at(&mut self, place: Place) -> Result<Stamp, RingError<F::Error>> {
        let blocks = blocks(&self.flash);
        let lap = u64::from(blocks);
        // In the first lap it is the very first page that follows: looked at first.
        let first = Some(lap.saturating_sub(place.number) as u32);
        let first = first.filter(|first| (1..blocks).contains(first));
        for ahead in first.into_iter().chain(1..blocks) {
            let next = place.ahead(ahead);
            let head = PageHead::read(&mut self.flash, next)?;
            // Only the pages of the last lap follow the one in the block.
            if let Some(head) = head.filter(|head| head.place.number + lap == next.number) {
                return Ok(head.kept);
            }
        }
        Ok(self.kept)
    }

    /// Erases a block and programs its page's head.
    fn begin(&mut self, place: Place) -> Result<(), RingError<F::Error>> {
        let address = place.address(&self.flash);
        let erased = self.flash.erase(address, address + F::ERASE_SIZE as u32);
        self.guard(erased)?;
        let head = PageHead {
            place,
            before: self.last,
            kept: self.doubtful.map_or(self.kept, |doubtful| doubtful.before),
            receipted: self.receipted,
            given_up: self.given_up,
            copy: self.doubtful.map_or(0, |doubtful| doubtful.length as u32),
        };
        let programmed = program_bytes(&mut self.flash, address, &[&head.bytes()]);
        self.guard(programmed)?;
        self.newest = Some(place);
        self.filled = padded::<F>(PAGE_HEAD);
        if let Some(doubtful) = self.doubtful {
            let copied = self.copy(doubtful, address + self.filled as u32);
            let is_whole = self.guard(copied)?;
            self.filled = F::ERASE_SIZE.min(self.filled + padded::<F>(doubtful.length));
            if is_whole {
                self.mark(address)?;
            } else {
                // It read well when this start looked for it, and not now: nobody finds it again.
                self.kept = doubtful.before;
            }
            self.doubtful = None;
        }
        Ok(())
    }

    /// Writes behind a copy that it is whole: a page's head without content. A frame of before there were marks may leave
    /// no room for one.
    fn mark(&mut self, page: u32) -> Result<(), RingError<F::Error>> {
        if self.filled + padded::<F>(HEAD) > F::ERASE_SIZE {
            return Ok(());
        }
        let (kind, payload, clock) = (FrameKind::Page, &[], Clock::default());
        let mark = Frame { stamp: self.kept, clock, kind, payload };
        let marked = program_bytes(&mut self.flash, page + self.filled as u32, &[&mark.head()]);
        self.guard(marked)?;
        self.filled += padded::<F>(HEAD);
        Ok(())
    }

    /// Copies a frame as it reads now; tells whether that is a whole one.
    fn copy(&mut self, doubtful: Doubtful, mut to: u32) -> Result<bool, F::Error> {
        let (place, offset) = doubtful.source();
        let is_long = padded::<F>(PAGE_HEAD) + padded::<F>(doubtful.length) > F::ERASE_SIZE;
        if is_long || !offset.is_multiple_of(F::WRITE_SIZE) {
            // No page of ours held a frame so long, nor one that begins within a unit.
            return Ok(false);
        }
        let mut from = place.address(&self.flash) + offset as u32;
        let end = from + doubtful.length as u32;
        let mut sum = FrameSum::new();
        while from < end {
            let mut stage = [0xff; STAGE];
            let length = STAGE.min((end - from) as usize);
            self.flash.read(from, &mut stage[..padded::<F>(length)])?;
            stage[length..].fill(0xff);
            sum.take(&stage[..length]);
            self.flash.write(to, &stage[..padded::<F>(length)])?;
            (from, to) = (from + STAGE as u32, to + STAGE as u32);
        }
        Ok(sum.is_right())
    }

    /// Whether the doubtful frame, or the copy of it that was whole, stands in the block that a place would take.
    pub(super) fn is_doubtful(&self, place: Place) -> bool {
        let address = |place: Place| place.address(&self.flash);
        self.doubtful.is_some_and(|doubtful| {
            let marked = doubtful.marked.map(|(place, _)| place);
            [Some(doubtful.place), marked]
                .into_iter()
                .flatten()
                .any(|it| address(it) == address(place))
        })
    }
}

/// A length in whole write units.
pub(crate) const fn padded<F: NorFlash>(length: usize) -> usize {
    length.next_multiple_of(F::WRITE_SIZE)
}

/// Programs parts one after the other, the last unit filled with 0xff.
pub(crate) fn program_bytes<F: NorFlash>(
    flash: &mut F,
    mut address: u32,
    parts: &[&[u8]],
) -> Result<(), F::Error> {
    let mut stage = [0xff; STAGE];
    let mut staged = 0;
    for byte in parts.iter().copied().flatten() {
        stage[staged] = *byte;
        staged += 1;
        if staged == STAGE {
            flash.write(address, &stage)?;
            address += STAGE as u32;
            (stage, staged) = ([0xff; STAGE], 0);
        }
    }
    if staged > 0 {
        flash.write(address, &stage[..padded::<F>(staged)])?;
    }
    Ok(())
}
