//! The log in flash: a ring of pages that is written once and erased only when nobody needs it.
//!
//! Why this shape:
//! - **Why does the first frame after a start begin a page?** A power cut during a write leaves bits that may
//!   read one way now and another way tomorrow, or that look erased and are not. What follows the last frame of a
//!   page cannot be trusted, so nothing is ever written there again. A start alone writes nothing, so that a
//!   device that starts a hundred times in a night fills nothing.
//! - **Why can no stamp be used twice?** A start's epoch is one above the newest that any page states. Its
//!   page's head states it before the first frame of it is written, and the block that held the one before is
//!   the last to be erased.
//! - **Why is there no table of pages?** A table is written more often than anything else and is the first
//!   thing that a cut destroys. A page's own head says all: its number, what others have, what was given up.
//! - **Why is a page erased just before it is used?** A block that looks erased may have lost power while it
//!   was; only an erase that has returned makes one.
//! - **What of the last frame before a start?** Its programming may have been cut and it may read well all the same,
//!   today. So the first page of a start states the frame before it as the newest, and begins with a copy of it:
//!   from then on it is there for every reader, or, where it did not read well, for none. Behind a copy stands a mark, so
//!   that of several copies, some cut short, a later start takes one that was whole; until then neither it nor the
//!   original is erased.
//! - **When is a frame acknowledged?** When [`Ring::append`] has returned its stamp: it is programmed then.
//! - **What may be erased?** The oldest page, when its place is needed and [`Ring::receipt`] covers all of it;
//!   or, where the caller says so, the oldest page anyway, which is stated in the log and told.
//!
//! # Cost
//! Recovery reads the head of every page and one page whole, more only where starts were cut short one after the
//! other. The first append of a start copies one frame. An append programs the frame and nothing else;
//! turning a page reads a few heads, erases one block and programs 68 bytes.

pub(crate) mod append;
mod page;
mod read;
#[cfg(feature = "trust")]
mod receipt;
mod recover;
mod uplinks;

pub use append::WhenFull;
pub use page::PAGE_HEAD;
#[cfg(feature = "trust")]
pub(crate) use page::kept_before;
#[cfg(feature = "trust")]
pub use receipt::Doubt;
pub use uplinks::Uplinks;

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::{Clock, Stamp, WireError};

use page::Place;
#[cfg(feature = "trust")]
pub(crate) use page::blocks;

/// Why the ring could not do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RingError<E> {
    /// The flash failed; recover before going on.
    Flash(E),
    /// An earlier failure: recover first.
    Unusable,
    /// The frame is longer than a page.
    TooLarge,
    /// Every page holds frames that nobody else has: send them and take the receipt, or give the oldest up.
    Full,
    /// The flash has fewer than four pages, or too few to keep the rows of a journal and their signature in reserve; a
    /// write unit above 32 bytes, or pages below 256.
    Geometry,
    /// The lent buffer is shorter than a page, or than two where rows are folded.
    BufferTooSmall,
    /// A row's instant is more than 2⁵³ ms from 1970.
    Row,
    /// The journal holds rows of more channels than this program takes.
    Channels {
        /// How many.
        found: u64,
    },
    /// A page was written in another version of the format; it stays as it is.
    Version {
        /// The version found.
        found: u8,
    },
}

impl<E: core::fmt::Debug> core::error::Error for RingError<E> {}

impl<E: core::fmt::Debug> core::fmt::Display for RingError<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Flash(error) => {
                write!(f, "the flash failed ({error:?}): recover the log before going on")
            }
            Self::Unusable => f.write_str("the log failed before: recover it before going on"),
            Self::TooLarge => {
                f.write_str("the frame is longer than a page of the flash: write it in parts")
            }
            Self::Full => f.write_str(
                "every page holds frames that nobody else has: send them and take the receipt, or give the oldest up",
            ),
            Self::Geometry => f.write_str(
                "this flash does not suit a log: it takes four pages of 256 bytes or more, some more to sign, units of 32 or fewer",
            ),
            Self::BufferTooSmall => f.write_str(
                "the buffer is shorter than a page, or than two where rows are folded: lend a longer one",
            ),
            Self::Row => f.write_str("no clock shows the instant of this row"),
            Self::Channels { found } => {
                write!(
                    f,
                    "the journal holds rows of {found} channels: start a program that takes them once"
                )
            }
            Self::Version { found } => WireError::Version { found: *found }.fmt(f),
        }
    }
}

/// The last frame before a start, which may read one way now and another way later.
#[derive(Debug, Clone, Copy)]
struct Doubtful {
    place: Place,
    offset: usize,
    length: usize,
    /// The frame before it.
    before: Stamp,
    /// Where a copy of it stands that has its mark: it was whole once it had been programmed.
    marked: Option<(Place, usize)>,
}

impl Doubtful {
    /// What to copy it from: a copy that was whole, else the first that there was.
    fn source(&self) -> (Place, usize) {
        self.marked.unwrap_or((self.place, self.offset))
    }
}

/// A log in flash; made by [`Ring::recover`].
#[derive(Debug)]
pub struct Ring<F> {
    flash: F,
    /// The newest page; none on a flash that never held one.
    newest: Option<Place>,
    /// How far it is programmed, or its end when it takes no more frames.
    filled: usize,
    /// The newest stamp: a frame's, or the beginning of this epoch.
    last: Stamp,
    /// The newest frame.
    kept: Stamp,
    /// The newest frame, while its copy is not made.
    doubtful: Option<Doubtful>,
    receipted: Stamp,
    /// Up to where receipts of this start were for what stands here.
    #[cfg_attr(not(feature = "trust"), allow(dead_code, reason = "only receipts by hash prove"))]
    proved: Stamp,
    /// No frame above is known to be anything but a receipt.
    content: Stamp,
    /// Receipts count up to here.
    held: Option<Stamp>,
    /// Pages kept in reserve meanwhile.
    reserve: u32,
    is_reserve_open: bool,
    given_up: Stamp,
    clock: Clock,
    usable: bool,
}

impl<F: NorFlash> Ring<F> {
    /// The newest frame: everything up to this stamp survives a power cut.
    #[must_use]
    pub const fn watermark(&self) -> Stamp {
        self.last
    }

    /// The newest frame that is there.
    #[must_use]
    pub const fn kept(&self) -> Stamp {
        self.kept
    }

    /// Up to where somebody else has the log.
    #[must_use]
    pub const fn receipted(&self) -> Stamp {
        self.receipted
    }

    /// Up to where frames that nobody else had may have been given up for want of room. After a power cut in the
    /// very moment of giving up, only the gap in the stamps tells it.
    #[must_use]
    pub const fn given_up(&self) -> Stamp {
        self.given_up
    }

    /// How many pages are kept in reserve while the ring holds something; one unless this is said.
    pub(crate) const fn set_reserve(&mut self, pages: u32) {
        self.reserve = pages;
    }

    /// Lets receipts count only below a stamp, and keeps a page in reserve: from there on the frames are needed here to
    /// sign what follows. [`append_reserved`](Self::append_reserved) may use the page.
    pub fn hold(&mut self, from: Stamp) {
        self.held = Some(Stamp { sequence: from.sequence.saturating_sub(1), ..from });
    }

    /// What the device knows of the time, for the frames that follow.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    pub(crate) const fn clock(&self) -> Clock {
        self.clock
    }

    /// Whether the end of the log may read otherwise later: nothing was appended since this start, so that its last frame
    /// may be a torn one that reads well today, or one may stand behind it that does not.
    #[must_use]
    pub const fn is_unsettled(&self) -> bool {
        self.newest.is_some() && self.last.sequence == 0
    }

    /// Whether the newest frame is one that may read otherwise later.
    #[cfg(feature = "trust")]
    pub(crate) const fn is_doubtful_still(&self) -> bool {
        self.doubtful.is_some()
    }

    /// Bytes of the frame that the next page begins with a copy of, for a simulation that counts them.
    #[cfg(feature = "_sim")]
    #[must_use]
    pub fn copy_due(&self) -> Option<usize> {
        self.doubtful.map(|doubtful| doubtful.length)
    }

    /// The flash.
    pub const fn flash(&mut self) -> &mut F {
        &mut self.flash
    }

    /// Gives the flash back.
    pub fn into_flash(self) -> F {
        self.flash
    }

    fn guard<T>(&mut self, result: Result<T, F::Error>) -> Result<T, RingError<F::Error>> {
        self.usable &= result.is_ok();
        result.map_err(RingError::Flash)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use embedded_storage::nor_flash::{ErrorType, NorFlashErrorKind, ReadNorFlash};
    use millwatt::wire::{FrameKind, Frames};
    use std::vec::Vec;

    const PAGE: usize = 512;
    const PAGES: usize = 8;
    /// More than four times around.
    const STARTS: u32 = 40;

    struct Flash([u8; PAGES * PAGE]);

    impl ErrorType for Flash {
        type Error = NorFlashErrorKind;
    }

    impl ReadNorFlash for Flash {
        const READ_SIZE: usize = 1;

        fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
            let from = offset as usize;
            bytes.copy_from_slice(&self.0[from..from + bytes.len()]);
            Ok(())
        }

        fn capacity(&self) -> usize {
            self.0.len()
        }
    }

    impl NorFlash for Flash {
        const WRITE_SIZE: usize = 4;
        const ERASE_SIZE: usize = PAGE;

        fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
            self.0[from as usize..to as usize].fill(0xff);
            Ok(())
        }

        fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
            let from = offset as usize;
            self.0[from..from + bytes.len()].copy_from_slice(bytes);
            Ok(())
        }
    }

    /// Spoils the newest frame wherever it stands: the start read it well, and when it is copied it is none.
    fn spoil(ring: &mut Ring<Flash>) -> Stamp {
        let newest = ring.kept();
        for page in ring.flash().0.chunks_mut(PAGE) {
            let (mut frames, mut ends) = (Frames::new(page), Vec::new());
            while let Some(frame) = frames.next() {
                if frame.stamp == newest && frame.kind != FrameKind::Page {
                    ends.push(frames.sound_end());
                }
            }
            ends.into_iter().for_each(|end| page[end - 1] ^= 1);
        }
        newest
    }

    #[test]
    fn a_page_with_the_copy_of_a_lost_frame_is_erased_once_all_else_is_receipted() {
        let (mut flash, mut scratch) = (Flash([0xff; PAGES * PAGE]), [0; PAGE]);
        for start in 1..=STARTS {
            let mut ring = Ring::recover(flash, &mut scratch).expect("opens");
            let lost = spoil(&mut ring);
            let kept = ring.append(FrameKind::Events, b"kept", WhenFull::Refuse);
            let kept = kept.expect("the oldest page may go");
            ring.receipt(kept).expect("room");
            ring.append(FrameKind::Events, b"lost", WhenFull::Refuse).expect("room");
            let mut found = Vec::new();
            let read = ring.read(Stamp::default(), &mut scratch, |frame| found.push(frame.stamp));
            read.expect("read");
            assert!(found.contains(&kept) && !found.contains(&lost), "start {start}: {found:?}");
            assert_eq!(ring.given_up(), Stamp::default());
            flash = ring.into_flash();
        }
    }

    #[test]
    fn starts_that_find_their_last_receipt_lost_do_not_fill_the_ring() {
        let (mut flash, mut scratch) = (Flash([0xff; PAGES * PAGE]), [0; PAGE]);
        for start in 1..=STARTS {
            let mut ring = Ring::recover(flash, &mut scratch).expect("opens");
            if start == 1 {
                let kept = ring.append(FrameKind::Events, b"kept", WhenFull::Refuse);
                ring.receipt(kept.expect("room")).expect("room");
            } else {
                spoil(&mut ring);
                ring.settle(WhenFull::Refuse).expect("the oldest page may go");
            }
            assert_eq!(ring.given_up(), Stamp::default());
            flash = ring.into_flash();
        }
    }
}
