//! Two storages on one flash, so that one power cut takes both.

extern crate std;

use embedded_storage::nor_flash::{ErrorType, NorFlash, ReadNorFlash};
use std::cell::RefCell;
use std::rc::Rc;

use super::{Cut, SimFlash};

/// Some blocks of a flash that others use, too.
#[derive(Debug, Clone)]
pub struct SimPart<const UNIT: usize, const PAGE: usize> {
    flash: Rc<RefCell<SimFlash<UNIT, PAGE>>>,
    first: usize,
    pages: usize,
}

impl<const UNIT: usize, const PAGE: usize> SimPart<UNIT, PAGE> {
    /// The first `pages` blocks of a flash, and all others.
    #[must_use]
    pub fn split(flash: &Rc<RefCell<SimFlash<UNIT, PAGE>>>, pages: usize) -> (Self, Self) {
        let all = flash.borrow().capacity() / PAGE;
        let part = |first, pages| Self { flash: Rc::clone(flash), first, pages };
        (part(0, pages), part(pages, all.saturating_sub(pages)))
    }

    fn offset(&self, offset: u32) -> u32 {
        assert!(offset as usize <= self.pages * PAGE, "beyond the part's end");
        (self.first * PAGE) as u32 + offset
    }
}

impl<const UNIT: usize, const PAGE: usize> ErrorType for SimPart<UNIT, PAGE> {
    type Error = Cut;
}

impl<const UNIT: usize, const PAGE: usize> ReadNorFlash for SimPart<UNIT, PAGE> {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Cut> {
        self.flash.borrow_mut().read(self.offset(offset), bytes)
    }

    fn capacity(&self) -> usize {
        self.pages * PAGE
    }
}

impl<const UNIT: usize, const PAGE: usize> NorFlash for SimPart<UNIT, PAGE> {
    const WRITE_SIZE: usize = UNIT;
    const ERASE_SIZE: usize = PAGE;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), Cut> {
        self.flash.borrow_mut().erase(self.offset(from), self.offset(to))
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Cut> {
        self.flash.borrow_mut().write(self.offset(offset), bytes)
    }
}
