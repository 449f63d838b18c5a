//! The simulated flash as sequential-storage asks for it.

use embedded_storage::nor_flash::{NorFlash as _, ReadNorFlash as _};
use embedded_storage_async::nor_flash as asynchronous;
use millwatt_agent::sim::{Cut, SimFlash};

/// The simulated flash for a storage that waits.
pub struct Waiting<'a, const UNIT: usize, const PAGE: usize>(pub &'a mut SimFlash<UNIT, PAGE>);

impl<const UNIT: usize, const PAGE: usize> asynchronous::ErrorType for Waiting<'_, UNIT, PAGE> {
    type Error = Cut;
}

impl<const UNIT: usize, const PAGE: usize> asynchronous::ReadNorFlash for Waiting<'_, UNIT, PAGE> {
    const READ_SIZE: usize = 1;

    async fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), Cut> {
        self.0.read(offset, bytes)
    }

    fn capacity(&self) -> usize {
        self.0.capacity()
    }
}

impl<const UNIT: usize, const PAGE: usize> asynchronous::NorFlash for Waiting<'_, UNIT, PAGE> {
    const WRITE_SIZE: usize = UNIT;
    const ERASE_SIZE: usize = PAGE;

    async fn erase(&mut self, from: u32, to: u32) -> Result<(), Cut> {
        self.0.erase(from, to)
    }

    async fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), Cut> {
        self.0.write(offset, bytes)
    }
}

/// Waits for what is done at once.
pub fn wait<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.expect("a runtime that waits for nothing").block_on(work)
}
