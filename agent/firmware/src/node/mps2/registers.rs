//! The board's registers and memories, and the only unsafe code of the program: what stands at which address.
//!
//! Everything here is taken once, by [`Registers::take`]; the flash alone is shared, through atomic words, so that the handler of a
//! failure can write there, too.
#![allow(unsafe_code)]

use core::ptr::NonNull;
use core::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use safe_mmio::UniqueMmioPointer;
use safe_mmio::fields::{ReadPure, ReadPureWrite, ReadWrite, WriteOnly};

/// A CMSDK APB UART (Arm DDI 0479, 4.3).
#[repr(C)]
pub struct UartBlock {
    /// A byte received, or to send.
    pub data: ReadWrite<u32>,
    /// Bit 0: it cannot take a byte to send; bit 1: it has received one.
    pub state: ReadPureWrite<u32>,
    /// Bits 0 and 1: it sends, it receives.
    pub control: ReadPureWrite<u32>,
    /// Interrupts, of which none is used.
    pub interrupts: ReadPureWrite<u32>,
    /// Cycles to a bit, sixteen at least.
    pub divider: ReadPureWrite<u32>,
}

/// A CMSDK APB watchdog (Arm DDI 0479, 4.6).
#[repr(C)]
pub struct WatchdogBlock {
    /// Cycles from a kick to the interrupt, and from there to the reset.
    pub load: ReadPureWrite<u32>,
    /// Cycles left.
    pub value: ReadPure<u32>,
    /// Bit 0: it counts; bit 1: it resets.
    pub control: ReadPureWrite<u32>,
    /// Any write begins anew.
    pub clear: WriteOnly<u32>,
}

/// The buttons and lamps of the MPS2 board (Arm DAI 0386, FPGAIO).
#[repr(C)]
pub struct BoardBlock {
    /// A lamp a bit.
    pub lamps: ReadPureWrite<u32>,
    reserved: [u32; 1],
    /// A button a bit.
    pub buttons: ReadPure<u32>,
}

type Block<T> = UniqueMmioPointer<'static, T>;

/// All that the program uses.
pub struct Registers {
    /// The meters' line.
    pub meters: Block<UartBlock>,
    /// The gateway's line.
    pub gateway: Block<UartBlock>,
    /// The console.
    pub console: Block<UartBlock>,
    /// What starts the program again when it hangs.
    pub watchdog: Block<WatchdogBlock>,
    /// Buttons and lamps.
    pub board: Block<BoardBlock>,
}

/// The address of a block of registers.
fn at<T>(address: usize) -> Block<T> {
    let pointer = NonNull::new(core::ptr::with_exposed_provenance_mut(address));
    // SAFETY: called below only, once for each, with the addresses of QEMU's mps2-an386 (hw/arm/mps2.c, Arm DAI 0386).
    unsafe { UniqueMmioPointer::new(pointer.unwrap_or(NonNull::dangling())) }
}

impl Registers {
    /// Gives them out; `None` the second time.
    pub fn take() -> Option<Self> {
        static TAKEN: AtomicBool = AtomicBool::new(false);
        if TAKEN.swap(true, Ordering::AcqRel) {
            return None;
        }
        Some(Self {
            meters: at(0x4000_4000),
            gateway: at(0x4000_5000),
            console: at(0x4000_6000),
            watchdog: at(0x4000_8000),
            board: at(0x4002_8000),
        })
    }
}

/// Words of the PSRAM that stands for a flash.
const FLASH_WORDS: usize = (8 << 20) / 4;

/// The memory that stands for a flash: PSRAM, which QEMU keeps in a file.
pub fn flash() -> &'static [AtomicU32] {
    let start = core::ptr::with_exposed_provenance(0x2100_0000);
    // SAFETY: sixteen megabytes of memory stand there; nobody but through these atomics reads or writes them, and the
    // linker places nothing there.
    unsafe { core::slice::from_raw_parts(start, FLASH_WORDS) }
}

/// Words below the stack pointer that are painted.
const PAINTED: usize = 16 * 1_024;
const PAINT: u32 = 0xc0de_5afe;

/// The painted words, the lowest first, below a place on the stack.
fn stack(below: usize) -> impl Iterator<Item = *mut u32> {
    let top = below & !3;
    (1..=PAINTED).rev().map(move |word| core::ptr::with_exposed_provenance_mut(top - word * 4))
}

/// Paints the memory below the stack, for [`stack_used`]; gives the place from which it counts.
pub fn paint_stack() -> usize {
    let here = cortex_m::register::msp::read() as usize - 256;
    // SAFETY: below the stack pointer, and 64 KB of the four megabytes that no static takes; nothing lies there yet.
    stack(here).for_each(|word| unsafe { word.write_volatile(PAINT) });
    here
}

/// Bytes of stack below the place that was painted from that have ever been used.
pub fn stack_used(from: usize) -> usize {
    // SAFETY: as above; memory is read that may hold anything.
    let clean = stack(from).take_while(|word| unsafe { word.read_volatile() } == PAINT).count();
    (PAINTED - clean) * 4
}
