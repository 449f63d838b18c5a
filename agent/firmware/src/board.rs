//! What depends on the board: for now QEMU's mps2-an386, spoken to through semihosting.

use core::panic::PanicInfo;

use cortex_m::asm;
use cortex_m_semihosting::{debug, hprintln};

/// Ends the program; the debugger or QEMU turns `sound` into its exit status, 0 or 1.
pub fn finish(sound: bool) -> ! {
    debug::exit(if sound { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    sleep_for_ever()
}

#[panic_handler]
fn panicked(info: &PanicInfo<'_>) -> ! {
    hprintln!("{info}");
    finish(false)
}

/// A debugger may resume a program that has asked to end.
fn sleep_for_ever() -> ! {
    loop {
        asm::wfi();
    }
}
