//! QEMU's mps2-an386: which port, lamp and button is what.

mod flash;
mod registers;
mod uart;
mod watchdog;

pub use flash::{BLOCK, FlashError, Part, Parts};
pub use registers::{paint_stack, stack_used};
pub use uart::CLOCK;

use core::convert::Infallible;

use cortex_m::Peripherals;
use embedded_hal::digital::{ErrorType, OutputPin};
use safe_mmio::{UniqueMmioPointer, field, field_shared};

use crate::clock::Clock;
use crate::page::MOST_RECORD;
use registers::{BoardBlock, Registers};
use uart::Uart;
use watchdog::Watchdog;

/// The gateway's line and the console.
const BAUD: u32 = 115_200;
/// Lit while the meters' line is driven, as the direction pin of an RS-485 driver would be.
const DIRECTION: u32 = 1;
/// Lit while the machine's alarm stands.
const ALARM: u32 = 1 << 1;

/// What the program moves, beside the flash.
pub struct Board {
    /// The meters' line.
    pub meters: Uart,
    /// The gateway's line.
    pub gateway: Uart,
    /// For people.
    pub console: Uart,
    /// What starts the program again when it hangs.
    pub watchdog: Watchdog,
    /// Milliseconds since the start.
    pub clock: Clock,
    /// Lamps and buttons.
    pub front: Front,
}

impl Board {
    /// Switches everything on; `None` the second time.
    pub fn take(meters_baud: u32) -> Option<(Self, Parts)> {
        let (registers, core) = (Registers::take()?, Peripherals::take()?);
        let board = Self {
            meters: Uart::new(registers.meters, meters_baud),
            gateway: Uart::new(registers.gateway, BAUD),
            console: Uart::new(registers.console, BAUD),
            watchdog: Watchdog::start(registers.watchdog),
            clock: Clock::start(core.SYST),
            front: Front(registers.board),
        };
        Some((board, Parts::take()))
    }
}

/// Keeps what the program says when it fails, unless an earlier text waits to be heard of. Nobody else runs any more.
pub fn keep_failure(text: &str) {
    let (mut flash, mut buffer) = (Parts::take(), [0; MOST_RECORD]);
    if flash.panic.read(&mut buffer).is_none() {
        // There is nobody to tell where the flash refuses.
        let _ = flash.panic.write(text.as_bytes());
    }
}

/// Lamps and buttons.
pub struct Front(UniqueMmioPointer<'static, BoardBlock>);

impl Front {
    /// The digital inputs, a bit each.
    pub fn inputs(&self) -> u32 {
        field_shared!(self.0, buttons).read()
    }

    /// The direction pin of the meters' line.
    pub fn direction(&mut self) -> Lamp<'_> {
        Lamp { front: self, bit: DIRECTION }
    }

    /// The lamp of the alarm.
    pub fn alarm(&mut self) -> Lamp<'_> {
        Lamp { front: self, bit: ALARM }
    }
}

/// A lamp, as a pin.
pub struct Lamp<'f> {
    front: &'f mut Front,
    bit: u32,
}

impl ErrorType for Lamp<'_> {
    type Error = Infallible;
}

impl OutputPin for Lamp<'_> {
    fn set_low(&mut self) -> Result<(), Infallible> {
        let lit = field_shared!(self.front.0, lamps).read();
        field!(self.front.0, lamps).write(lit & !self.bit);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        let lit = field_shared!(self.front.0, lamps).read();
        field!(self.front.0, lamps).write(lit | self.bit);
        Ok(())
    }
}
