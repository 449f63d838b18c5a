//! NOR flash in memory.
//!
//! Legal faults: power goes during a program, after any number of its units; the unit that was being
//! programmed holds any mixture of old and new bits, some of which read one way now and another way later.
//! Power goes during an erase; the whole block then holds such a mixture of what it held and ones. What was
//! programmed or erased before stays. A unit that is programmed twice without an erase between is the
//! caller's bug, and panics, unless the flash is told to bear it: some bear it, those with ECC do not.

extern crate std;

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashError, NorFlashErrorKind, ReadNorFlash,
};
use std::vec;
use std::vec::Vec;

use super::Random;

/// The power went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut;

impl NorFlashError for Cut {
    fn kind(&self) -> NorFlashErrorKind {
        NorFlashErrorKind::Other
    }
}

/// A flash of blocks of `PAGE` bytes, programmed in units of `UNIT` bytes.
#[derive(Debug, Clone)]
pub struct SimFlash<const UNIT: usize, const PAGE: usize> {
    bytes: Vec<u8>,
    /// Bits that read either way.
    weak: Vec<u8>,
    /// Units programmed since their block's last erase.
    programmed: Vec<bool>,
    /// Whether a second program of a unit is borne, and how many there were.
    bears: bool,
    rewrites: u64,
    erases: Vec<u64>,
    random: Random,
    /// Units and erases until the power goes.
    budget: Option<u64>,
    /// Bytes programmed and read so far.
    traffic: (u64, u64),
    /// Units and blocks that a program or an erase has touched, torn ones too.
    touched: (u64, u64),
}

impl<const UNIT: usize, const PAGE: usize> SimFlash<UNIT, PAGE> {
    /// A new one; what it holds has never been erased.
    #[must_use]
    pub fn new(pages: usize, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let bytes = (0..pages * PAGE).map(|_| random.bits() as u8).collect();
        Self {
            bytes,
            weak: vec![0; pages * PAGE],
            programmed: vec![true; pages * PAGE / UNIT],
            bears: false,
            rewrites: 0,
            erases: vec![0; pages],
            random,
            budget: None,
            traffic: (0, 0),
            touched: (0, 0),
        }
    }

    /// The same, bearing second programs, which can only clear bits.
    #[must_use]
    pub const fn bearing_rewrites(mut self) -> Self {
        self.bears = true;
        self
    }

    /// How many units were programmed twice.
    #[must_use]
    pub const fn rewrites(&self) -> u64 {
        self.rewrites
    }

    /// Lets the power go after so many units and erases; the one after those is torn.
    pub const fn cut_after(&mut self, budget: u64) {
        self.budget = Some(budget);
    }

    /// Gives it power again.
    pub const fn restore(&mut self) {
        self.budget = None;
    }

    /// Units and erases that are left before the cut.
    #[must_use]
    pub const fn left(&self) -> Option<u64> {
        self.budget
    }

    /// How often each block was erased.
    #[must_use]
    pub fn erases(&self) -> &[u64] {
        &self.erases
    }

    /// Bytes programmed, and bytes read, so far.
    #[must_use]
    pub const fn traffic(&self) -> (u64, u64) {
        self.traffic
    }

    /// Units programmed and blocks erased so far, torn ones counted.
    #[must_use]
    pub const fn touched(&self) -> (u64, u64) {
        self.touched
    }

    /// Turns bits, as age does.
    pub fn rot(&mut self, byte: usize, bits: u8) {
        self.bytes[byte] ^= bits;
    }

    /// Whether the power holds for one more step; `None` when it was gone before.
    const fn step(&mut self) -> Option<bool> {
        match &mut self.budget {
            None => Some(true),
            Some(u64::MAX) => None,
            Some(0) => {
                self.budget = Some(u64::MAX);
                Some(false)
            }
            Some(left) => {
                *left -= 1;
                Some(true)
            }
        }
    }

    /// Which bits can have changed when the power went: none, all that should, or any of them.
    const fn progress(&mut self) -> u8 {
        match self.random.below(4) {
            0 => 0,
            1 => 0xff,
            _ => self.random.bits() as u8,
        }
    }

    /// Leaves a mixture of what a byte held and would have held, some of its bits weak.
    fn tear(&mut self, place: usize, wanted: u8, done: u8) {
        let (mixed, unsure) = (self.random.bits() as u8 & done, self.random.bits() as u8);
        let held = self.bytes[place];
        let changing = held ^ wanted;
        self.bytes[place] = held ^ changing & mixed;
        if self.random.one_in(2) {
            self.weak[place] |= changing & unsure;
        }
    }
}

impl<const UNIT: usize, const PAGE: usize> ErrorType for SimFlash<UNIT, PAGE> {
    type Error = Cut;
}

impl<const UNIT: usize, const PAGE: usize> ReadNorFlash for SimFlash<UNIT, PAGE> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Cut> {
        if self.budget == Some(u64::MAX) {
            return Err(Cut);
        }
        let offset = offset as usize;
        self.traffic.1 += bytes.len() as u64;
        bytes.copy_from_slice(&self.bytes[offset..offset + bytes.len()]);
        for (byte, weak) in bytes.iter_mut().zip(&self.weak[offset..]) {
            if *weak != 0 {
                *byte ^= weak & self.random.bits() as u8;
            }
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.bytes.len()
    }
}

impl<const UNIT: usize, const PAGE: usize> NorFlash for SimFlash<UNIT, PAGE> {
    const WRITE_SIZE: usize = UNIT;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Cut> {
        assert!((from as usize).is_multiple_of(PAGE) && (to as usize).is_multiple_of(PAGE));
        for block in from as usize / PAGE..to as usize / PAGE {
            let bytes = block * PAGE..(block + 1) * PAGE;
            let holds = self.step().ok_or(Cut)?;
            self.touched.1 += 1;
            if !holds {
                let done = self.progress();
                bytes.clone().for_each(|place| self.tear(place, 0xff, done));
                self.programmed[bytes.start / UNIT..bytes.end / UNIT].fill(true);
                return Err(Cut);
            }
            self.bytes[bytes.clone()].fill(0xff);
            self.weak[bytes.clone()].fill(0);
            self.programmed[bytes.start / UNIT..bytes.end / UNIT].fill(false);
            self.erases[block] += 1;
        }
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Cut> {
        let offset = offset as usize;
        assert!(offset.is_multiple_of(UNIT) && bytes.len().is_multiple_of(UNIT));
        for (unit, part) in (offset / UNIT..).zip(bytes.chunks(UNIT)) {
            let holds = self.step().ok_or(Cut)?;
            let again = std::mem::replace(&mut self.programmed[unit], true);
            assert!(self.bears || !again, "unit {unit} is programmed twice");
            self.rewrites += u64::from(again);
            self.touched.0 += 1;
            for (place, byte) in (unit * UNIT..).zip(part) {
                let wanted = if again { self.bytes[place] & byte } else { *byte };
                if holds {
                    self.bytes[place] = wanted;
                } else {
                    let done = self.progress();
                    self.tear(place, wanted, done);
                }
            }
            if !holds {
                return Err(Cut);
            }
            self.traffic.0 += UNIT as u64;
        }
        Ok(())
    }
}
