//! The only unsafe code of the program on this board: interrupts let through, a text that a reset leaves, the painted stack.
#![allow(unsafe_code)]

use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::NVIC;
use stm32f4xx_hal::pac::Interrupt;

use crate::page::MOST_RECORD;

/// Lets the ports' interrupts through.
pub fn unmask() {
    for interrupt in [Interrupt::USART1, Interrupt::USART2, Interrupt::USART6] {
        // SAFETY: the handlers touch nothing outside a critical section.
        unsafe { NVIC::unmask(interrupt) };
    }
}

const WORDS: usize = MOST_RECORD / 4;
/// Said before a text, so that what a power cut leaves is taken for none.
const MAGIC: u32 = 0x6d77_6661;

/// Length, text, and at last the word that says that they are there.
struct Left {
    length: AtomicU32,
    text: [AtomicU32; WORDS],
    magic: AtomicU32,
}

// SAFETY: the linker script of cortex-m-rt has this section, which nobody clears at a start.
#[unsafe(link_section = ".uninit.FAILURE")]
static LEFT: MaybeUninit<Left> = MaybeUninit::uninit();

fn left() -> &'static Left {
    // SAFETY: any bits are a number, and only atomics look at them.
    unsafe { &*LEFT.as_ptr() }
}

/// Leaves a text for the next start.
pub fn keep(text: &[u8]) {
    let left = left();
    for (word, bytes) in left.text.iter().zip(text.chunks(4)) {
        let mut four = [0; 4];
        four[..bytes.len()].copy_from_slice(bytes);
        word.store(u32::from_le_bytes(four), Ordering::SeqCst);
    }
    left.length.store(text.len().min(MOST_RECORD) as u32, Ordering::SeqCst);
    left.magic.store(MAGIC, Ordering::SeqCst);
}

/// What the last start left, once.
pub fn kept(buffer: &mut [u8; MOST_RECORD]) -> Option<&[u8]> {
    let left = left();
    if left.magic.swap(0, Ordering::SeqCst) != MAGIC {
        return None;
    }
    for (word, bytes) in left.text.iter().zip(buffer.as_chunks_mut::<4>().0) {
        *bytes = word.load(Ordering::SeqCst).to_le_bytes();
    }
    buffer.get(..left.length.load(Ordering::SeqCst) as usize)
}

/// Words below the stack pointer that are painted.
const PAINTED: usize = 12 * 1_024;
const PAINT: u32 = 0xc0de_5afe;

fn stack(below: usize) -> impl Iterator<Item = *mut u32> {
    let top = below & !3;
    (1..=PAINTED).rev().map(move |word| core::ptr::with_exposed_provenance_mut(top - word * 4))
}

/// Paints the memory below the stack, for [`stack_used`]; gives the place from which it counts.
pub fn paint_stack() -> usize {
    let here = cortex_m::register::msp::read() as usize - 256;
    // SAFETY: below the stack pointer; 48 of the 128 kilobytes, of which statics take less than 30.
    stack(here).for_each(|word| unsafe { word.write_volatile(PAINT) });
    here
}

/// Bytes of stack below the place that was painted from that have ever been used.
pub fn stack_used(from: usize) -> usize {
    // SAFETY: as above; memory is read that may hold anything.
    let clean = stack(from).take_while(|word| unsafe { word.read_volatile() } == PAINT).count();
    (PAINTED - clean) * 4
}
