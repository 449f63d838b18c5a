//! A CMSDK UART by polling: one byte of room in either direction.
//!
//! QEMU holds bytes back until there is room. On a line without flow control the program would have to look every 87 µs
//! at 115,200 baud: a board needs an interrupt or DMA there, as the second board has.

use core::convert::Infallible;

use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};
use safe_mmio::{UniqueMmioPointer, field};

use super::registers::UartBlock;

/// The board's clock, Hz.
pub const CLOCK: u32 = 25_000_000;
const CANNOT_SEND: u32 = 1;
const HAS_RECEIVED: u32 = 1 << 1;
const SENDS_AND_RECEIVES: u32 = 0b11;
const LEAST_DIVIDER: u32 = 16;

/// A port.
pub struct Uart(UniqueMmioPointer<'static, UartBlock>);

impl Uart {
    /// Switches a port on, at a rate in bits a second, eight bits, no parity.
    pub fn new(mut block: UniqueMmioPointer<'static, UartBlock>, baud: u32) -> Self {
        let divider = CLOCK.checked_div(baud).unwrap_or(CLOCK).max(LEAST_DIVIDER);
        field!(block, divider).write(divider);
        field!(block, control).write(SENDS_AND_RECEIVES);
        Self(block)
    }

    fn state(&self) -> u32 {
        safe_mmio::field_shared!(self.0, state).read()
    }

    /// What has been received, as much as there is and fits.
    pub fn take<'b>(&mut self, buffer: &'b mut [u8]) -> &'b [u8] {
        let mut count = 0;
        while let (Ok(true), Some(place)) = (self.read_ready(), buffer.get_mut(count)) {
            *place = field!(self.0, data).read() as u8;
            count += 1;
        }
        buffer.get(..count).unwrap_or_default()
    }

    /// Sends as much as goes without waiting; gives how much.
    pub fn give(&mut self, bytes: &[u8]) -> usize {
        let mut count = 0;
        while let (Ok(true), Some(byte)) = (self.write_ready(), bytes.get(count)) {
            field!(self.0, data).write(u32::from(*byte));
            count += 1;
        }
        count
    }
}

impl ErrorType for Uart {
    type Error = Infallible;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, Infallible> {
        Ok(self.state() & HAS_RECEIVED != 0)
    }
}

impl WriteReady for Uart {
    fn write_ready(&mut self) -> Result<bool, Infallible> {
        Ok(self.state() & CANNOT_SEND == 0)
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        while !buffer.is_empty() && !self.read_ready()? {}
        Ok(self.take(buffer).len())
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        while !bytes.is_empty() && !self.write_ready()? {}
        Ok(self.give(bytes))
    }

    fn flush(&mut self) -> Result<(), Infallible> {
        while !self.write_ready()? {}
        Ok(())
    }
}
