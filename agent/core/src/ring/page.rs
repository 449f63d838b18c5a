//! The head of a page, and where pages stand.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::bytes::{Reader, Writer};
use millwatt::wire::frame::HEAD;
use millwatt::wire::{Clock, Frame, FrameKind, Stamp, WireError};

use super::RingError;

/// Most pages that a flash can have had in its life.
const MOST_PAGES: u64 = 1 << 48;

/// Bytes of a page head: a frame whose payload is a number and three stamps.
pub const PAGE_HEAD: usize = HEAD + 8 + 3 * 12;
/// What is read of each page to find its head; a multiple of every read unit in use.
const LOOK: usize = 96;

/// Which page, and in which block of the flash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub number: u64,
}

impl Place {
    pub(super) const FIRST: Self = Self { number: 0 };

    pub(super) const fn next(self) -> Self {
        self.ahead(1)
    }

    /// The next page that stands so many blocks further on in the ring.
    pub(super) const fn ahead(self, blocks: u32) -> Self {
        Self { number: self.number.saturating_add(blocks as u64) }
    }

    /// The page before, if there can be one.
    pub(super) fn earlier(self) -> Option<Self> {
        self.number.checked_sub(1).map(|number| Self { number })
    }

    pub(super) fn address<F: NorFlash>(self, flash: &F) -> u32 {
        let block = self.number % u64::from(blocks(flash).max(1));
        block as u32 * F::ERASE_SIZE as u32
    }
}

/// How many pages a flash has.
pub(crate) fn blocks<F: NorFlash>(flash: &F) -> u32 {
    (flash.capacity() / F::ERASE_SIZE) as u32
}

/// What a page says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageHead {
    pub place: Place,
    /// The newest stamp before the page; of a start's page, the beginning of its epoch.
    pub before: Stamp,
    /// The newest frame before the page.
    pub kept: Stamp,
    pub receipted: Stamp,
    pub given_up: Stamp,
    /// Length of the copy that follows, of the frame behind `kept`; 0 for none.
    pub copy: u32,
}

impl PageHead {
    /// The head's bytes.
    pub(super) fn bytes(&self) -> [u8; PAGE_HEAD] {
        let mut payload = [0; PAGE_HEAD - HEAD];
        payload[..8].copy_from_slice(&self.place.number.to_le_bytes());
        payload[8..20].copy_from_slice(&stamp_bytes(self.kept));
        payload[20..32].copy_from_slice(&stamp_bytes(self.receipted));
        payload[32..].copy_from_slice(&stamp_bytes(self.given_up));
        let (stamp, clock) = (self.before, Clock { ticks: self.copy, ..Clock::default() });
        let frame = Frame { stamp, clock, kind: FrameKind::Page, payload: &payload };
        let mut bytes = [0; PAGE_HEAD];
        let written = frame.emit(&mut Writer::new(&mut bytes));
        written.expect("a page head is as long as its buffer");
        bytes
    }

    /// The head in a frame, or `None` when it is no page's.
    pub(super) fn of(frame: &Frame<'_>) -> Option<Self> {
        if frame.kind != FrameKind::Page {
            return None;
        }
        let mut reader = Reader::new(frame.payload);
        let number = u64::from_le_bytes(reader.array().ok()?);
        let kept = stamp_of(&mut reader)?;
        let receipted = stamp_of(&mut reader)?;
        let given_up = stamp_of(&mut reader)?;
        let place = Place { number };
        // No flash lives that long: somebody made it up.
        if number > MOST_PAGES {
            return None;
        }
        let (before, copy) = (frame.stamp, frame.clock.ticks);
        Some(Self { place, before, kept, receipted, given_up, copy })
    }

    /// The head of the page in a place's block; `None` where there is none that can be believed.
    pub(super) fn read<F: NorFlash>(
        flash: &mut F,
        place: Place,
    ) -> Result<Option<Self>, RingError<F::Error>> {
        let mut bytes = [0; LOOK];
        let address = place.address(flash);
        flash.read(address, &mut bytes).map_err(RingError::Flash)?;
        match Frame::parse(&bytes) {
            Ok(frame) => {
                let head = Self::of(&frame);
                Ok(head.filter(|head| head.place.address(flash) == address))
            }
            Err(WireError::Version { found }) => Err(RingError::Version { found }),
            Err(_) => Ok(None),
        }
    }
}

/// The newest frame before a page, by its head.
#[cfg(feature = "trust")]
pub(crate) fn kept_before(frame: &Frame<'_>) -> Option<Stamp> {
    PageHead::of(frame).map(|head| head.kept)
}

pub(super) fn stamp_bytes(stamp: Stamp) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&stamp.epoch.to_le_bytes());
    bytes[4..].copy_from_slice(&stamp.sequence.to_le_bytes());
    bytes
}

pub(super) fn stamp_of(reader: &mut Reader<'_>) -> Option<Stamp> {
    let epoch = u32::from_le_bytes(reader.array().ok()?);
    let sequence = u64::from_le_bytes(reader.array().ok()?);
    Some(Stamp { epoch, sequence })
}
