#![no_std]
#![no_main]
#![forbid(unsafe_code)]
//! The agent on a Cortex-M microcontroller.
//!
//! For now it proves that the core and the metrics build, link and run on a Cortex-M4: it prints
//! what [`check::self_check`] finds through semihosting and ends with status 0.
//! `cargo full-test --only firmware` runs it in QEMU.

mod board;
#[cfg(not(feature = "_cost"))]
mod check;
#[cfg(feature = "_cost")]
mod cost;
#[cfg(feature = "_cost")]
#[allow(dead_code, reason = "a round needs no block")]
#[path = "node/plan.rs"]
mod plan;

use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;

#[entry]
fn main() -> ! {
    hprintln!("millwatt-firmware {}", env!("CARGO_PKG_VERSION"));
    #[cfg(not(feature = "_cost"))]
    let is_sound = check::self_check();
    #[cfg(feature = "_cost")]
    let is_sound = cost::print();
    board::finish(is_sound)
}
