//! What stands for a NOR flash in QEMU: memory kept in a file, held to the rules of one.
//!
//! Blocks of 4,096 bytes, units of four; an erase makes ones, a program zeros only. A unit that would have to become one again is
//! refused, as a real part would leave it wrong. A kill of QEMU cuts between two words; bits torn within a word are what
//! the simulated flash of `agent/core` is for.

use core::sync::atomic::{AtomicU32, Ordering};

use super::registers;
use crate::page::Page;
use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};

/// Bytes of a block.
pub const BLOCK: usize = 4_096;
const WORD: usize = 4;
/// Blocks of the ring: four megabytes.
const RING: usize = 1_024;
/// Blocks of the journal.
const JOURNAL: usize = 4;

/// Why the flash refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashError {
    /// Beyond its end.
    OutOfBounds,
    /// Not in whole units or blocks.
    NotAligned,
    /// Not erased since it was programmed.
    NotErased,
}

impl NorFlashError for FlashError {
    fn kind(&self) -> NorFlashErrorKind {
        match self {
            Self::OutOfBounds => NorFlashErrorKind::OutOfBounds,
            Self::NotAligned => NorFlashErrorKind::NotAligned,
            Self::NotErased => NorFlashErrorKind::Other,
        }
    }
}

/// Some blocks of the flash.
#[derive(Debug)]
pub struct Part {
    words: &'static [AtomicU32],
}

/// The flash, by what its parts are for.
pub struct Parts {
    /// The signed log.
    pub ring: Part,
    /// The rows of the last hour.
    pub journal: Part,
    /// What the program said when it failed.
    pub panic: Page,
    /// The secret half of the device's key.
    pub key: Page,
    /// Where whoever flashes the board leaves 32 random bytes.
    pub seed: Page,
}

impl Parts {
    /// All of them. They may be taken more than once: a part has no memory of its own, and the handler of a failure needs
    /// one when nobody else runs.
    pub fn take() -> Self {
        let part = |first: usize, count: usize| {
            let words = registers::flash();
            let from = first * BLOCK / WORD;
            Part { words: words.get(from..from + count * BLOCK / WORD).unwrap_or_default() }
        };
        let last = RING + JOURNAL;
        Self {
            ring: part(0, RING),
            journal: part(RING, JOURNAL),
            panic: Page::new(part(last, 1)),
            key: Page::new(part(last + 1, 1)),
            seed: Page::new(part(last + 2, 1)),
        }
    }
}

impl Part {
    fn words(&self, offset: u32, bytes: usize) -> Result<&'static [AtomicU32], FlashError> {
        let offset = offset as usize;
        if !offset.is_multiple_of(WORD) || !bytes.is_multiple_of(WORD) {
            return Err(FlashError::NotAligned);
        }
        let from = offset / WORD;
        self.words.get(from..from.saturating_add(bytes / WORD)).ok_or(FlashError::OutOfBounds)
    }
}

impl ErrorType for Part {
    type Error = FlashError;
}

impl ReadNorFlash for Part {
    const READ_SIZE: usize = WORD;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let words = self.words(offset, bytes.len())?;
        for (word, bytes) in words.iter().zip(bytes.chunks_exact_mut(WORD)) {
            bytes.copy_from_slice(&word.load(Ordering::Relaxed).to_le_bytes());
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.words.len() * WORD
    }
}

impl NorFlash for Part {
    const WRITE_SIZE: usize = WORD;
    const ERASE_SIZE: usize = BLOCK;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let is_whole = (from as usize).is_multiple_of(BLOCK) && (to as usize).is_multiple_of(BLOCK);
        if !is_whole || to < from {
            return Err(FlashError::NotAligned);
        }
        let words = self.words(from, (to - from) as usize)?;
        words.iter().for_each(|word| word.store(u32::MAX, Ordering::SeqCst));
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let words = self.words(offset, bytes.len())?;
        for (word, bytes) in words.iter().zip(bytes.as_chunks::<WORD>().0) {
            let (held, wanted) = (word.load(Ordering::Relaxed), u32::from_le_bytes(*bytes));
            if wanted & !held != 0 {
                return Err(FlashError::NotErased);
            }
            word.store(wanted, Ordering::SeqCst);
        }
        Ok(())
    }
}
