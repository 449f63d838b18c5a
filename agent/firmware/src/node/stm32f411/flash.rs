//! A W25Q32 on SPI: four megabytes in blocks of 4,096 bytes.
//!
//! # Source
//! Winbond, W25Q32JV data sheet, revision G, 8.1.2 (instructions) and 9.6 (times), as drivers in public repositories have them; the
//! sheet itself was not at hand.

use core::cell::RefCell;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use static_cell::StaticCell;
use stm32f4xx_hal::gpio::{Output, Pin};
use stm32f4xx_hal::pac::SPI1;
use stm32f4xx_hal::spi::Spi;

use super::registers;
use crate::page::{MOST_RECORD, Page};

/// Bytes of a block.
pub const BLOCK: usize = 4_096;
/// Bytes that one instruction programs at most, within a page of as many.
const PROGRAMMED: usize = 256;
/// Blocks of the whole chip, less those of journal and records.
const RING: u32 = 1_024 - JOURNAL - 3;
/// Blocks of the journal.
const JOURNAL: u32 = 4;

const WRITE_ENABLE: u8 = 0x06;
const READ_STATUS: u8 = 0x05;
const READ: u8 = 0x03;
const PROGRAM: u8 = 0x02;
const ERASE: u8 = 0x20;
const IS_BUSY: u8 = 1;
/// Looks at a busy chip until it is given up: an erase takes 400 ms at most, a look two microseconds at least.
const MOST_LOOKS: u32 = 2_000_000;

/// Why the flash refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlashError {
    /// Beyond its end.
    OutOfBounds,
    /// Not in whole units or blocks.
    NotAligned,
    /// It does not hold what was programmed: it was not erased, or the chip is worn or absent.
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

/// The chip.
pub struct Chip {
    bus: Spi<SPI1>,
    select: Pin<'A', 4, Output>,
}

impl Chip {
    /// On a bus.
    pub fn new(bus: Spi<SPI1>, mut select: Pin<'A', 4, Output>) -> Self {
        select.set_high();
        Self { bus, select }
    }

    fn instruct(
        &mut self,
        instruction: &[u8],
        sends: &[u8],
        takes: &mut [u8],
    ) -> Result<(), FlashError> {
        self.select.set_low();
        let done = self.bus.write(instruction).and_then(|()| self.bus.write(sends));
        let done = done.and_then(|()| self.bus.read(takes)).and_then(|()| self.bus.flush());
        self.select.set_high();
        done.map_err(|_| FlashError::NotErased)
    }

    fn wait(&mut self) -> Result<(), FlashError> {
        for _ in 0..MOST_LOOKS {
            let mut status = [0];
            self.instruct(&[READ_STATUS], &[], &mut status)?;
            if status[0] & IS_BUSY == 0 {
                return Ok(());
            }
        }
        Err(FlashError::NotErased)
    }

    fn read(&mut self, address: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        self.instruct(&addressed(READ, address), &[], bytes)
    }

    fn erase(&mut self, address: u32) -> Result<(), FlashError> {
        self.instruct(&[WRITE_ENABLE], &[], &mut [])?;
        self.instruct(&addressed(ERASE, address), &[], &mut [])?;
        self.wait()
    }

    /// Programs within a page of the chip and reads it back.
    fn program(&mut self, address: u32, bytes: &[u8]) -> Result<(), FlashError> {
        self.instruct(&[WRITE_ENABLE], &[], &mut [])?;
        self.instruct(&addressed(PROGRAM, address), bytes, &mut [])?;
        self.wait()?;
        let mut again = [0; 32];
        let mut address = address;
        for part in bytes.chunks(again.len()) {
            let again = &mut again[..part.len()];
            self.read(address, again)?;
            if again != part {
                return Err(FlashError::NotErased);
            }
            address += part.len() as u32;
        }
        Ok(())
    }
}

const fn addressed(instruction: u8, address: u32) -> [u8; 4] {
    let [_, high, middle, low] = address.to_be_bytes();
    [instruction, high, middle, low]
}

/// Some blocks of the flash.
pub struct Part {
    chip: &'static RefCell<Chip>,
    first: u32,
    blocks: u32,
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
    /// Of a chip. What the last start said when it failed goes to its page, unless an earlier text waits there.
    pub fn of(chip: Chip) -> Self {
        static CHIP: StaticCell<RefCell<Chip>> = StaticCell::new();
        let chip: &'static RefCell<Chip> = CHIP.init(RefCell::new(chip));
        let part = |first, blocks| Part { chip, first, blocks };
        let last = RING + JOURNAL;
        let mut parts = Self {
            ring: part(0, RING),
            journal: part(RING, JOURNAL),
            panic: Page::new(part(last, 1)),
            key: Page::new(part(last + 1, 1)),
            seed: Page::new(part(last + 2, 1)),
        };
        let (mut text, mut known) = ([0; MOST_RECORD], [0; MOST_RECORD]);
        if let Some(text) = registers::kept(&mut text)
            && parts.panic.read(&mut known).is_none()
        {
            // Where the flash refuses, the start fails soon for a reason of its own.
            let _ = parts.panic.write(text);
        }
        parts
    }
}

impl Part {
    fn address(&self, offset: u32, bytes: usize) -> Result<u32, FlashError> {
        let end = (offset as usize).checked_add(bytes).ok_or(FlashError::OutOfBounds)?;
        if end > self.capacity() {
            return Err(FlashError::OutOfBounds);
        }
        Ok(self.first * BLOCK as u32 + offset)
    }
}

impl ErrorType for Part {
    type Error = FlashError;
}

impl ReadNorFlash for Part {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), FlashError> {
        let address = self.address(offset, bytes.len())?;
        self.chip.borrow_mut().read(address, bytes)
    }

    fn capacity(&self) -> usize {
        self.blocks as usize * BLOCK
    }
}

impl NorFlash for Part {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = BLOCK;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), FlashError> {
        let is_whole = (from as usize).is_multiple_of(BLOCK) && (to as usize).is_multiple_of(BLOCK);
        if !is_whole || to < from {
            return Err(FlashError::NotAligned);
        }
        let start = self.address(from, (to - from) as usize)?;
        let blocks = (to - from) / BLOCK as u32;
        (0..blocks).try_for_each(|block| self.chip.borrow_mut().erase(start + block * BLOCK as u32))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), FlashError> {
        let mut address = self.address(offset, bytes.len())?;
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = PROGRAMMED - address as usize % PROGRAMMED;
            let (part, later) = rest.split_at(room.min(rest.len()));
            self.chip.borrow_mut().program(address, part)?;
            (address, rest) = (address + part.len() as u32, later);
        }
        Ok(())
    }
}
