//! A failure of the program: its text into flash, then a new start. The gateway hears of it later.

use core::fmt::Write as _;
use core::panic::PanicInfo;

use cortex_m::asm;
use cortex_m::peripheral::SCB;
use heapless::String;

use crate::board::{CLOCK, keep_failure};
use crate::page::MOST_RECORD;

/// A text that is cut where it does not fit.
struct Cut(String<MOST_RECORD>);

impl core::fmt::Write for Cut {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        let room = self.0.capacity() - self.0.len();
        let end = (0..=room.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        let _ = self.0.push_str(text.get(..end.unwrap_or(0)).unwrap_or_default());
        Ok(())
    }
}

/// Keeps a text and starts the program again a second later.
pub fn start_again(text: core::fmt::Arguments<'_>) -> ! {
    let mut cut = Cut(String::new());
    let _ = cut.write_fmt(text);
    keep_failure(&cut.0);
    asm::delay(CLOCK);
    SCB::sys_reset()
}

#[panic_handler]
fn panicked(info: &PanicInfo<'_>) -> ! {
    start_again(format_args!("{info}"))
}
