//! The watchdog: a program that hangs is started again.

use safe_mmio::{UniqueMmioPointer, field};

use super::registers::WatchdogBlock;
use super::uart::CLOCK;

/// Seconds without a kick until the interrupt, which nobody takes, and as many again until the reset: signing and the
/// search through a full flash take less than one.
const SECONDS: u32 = 8;

/// The board's watchdog.
pub struct Watchdog(UniqueMmioPointer<'static, WatchdogBlock>);

impl Watchdog {
    /// Starts it.
    pub fn start(mut block: UniqueMmioPointer<'static, WatchdogBlock>) -> Self {
        field!(block, load).write(SECONDS * CLOCK);
        field!(block, control).write(0b11);
        Self(block)
    }

    /// Begins anew.
    pub fn kick(&mut self) {
        field!(self.0, clear).write(1);
    }
}
