//! Milliseconds since the start, by the core's own timer.

use core::sync::atomic::{AtomicU32, Ordering};

use cortex_m::peripheral::SYST;
use cortex_m::peripheral::syst::SystClkSource;
use cortex_m_rt::exception;
use millwatt::time::{Instant, Span};

use crate::board::CLOCK;

static MILLISECONDS: AtomicU32 = AtomicU32::new(0);

#[exception]
fn SysTick() {
    // This handler is the only one that writes.
    MILLISECONDS.store(MILLISECONDS.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
}

/// A clock that nothing sets, and that does not run over.
pub struct Clock {
    _timer: SYST,
    seen: u32,
    now: Instant,
}

impl Clock {
    /// Starts the timer: an interrupt each millisecond, which also ends a sleep.
    pub fn start(mut timer: SYST) -> Self {
        timer.set_clock_source(SystClkSource::Core);
        timer.set_reload(CLOCK / 1_000 - 1);
        timer.clear_current();
        timer.enable_counter();
        timer.enable_interrupt();
        Self { _timer: timer, seen: 0, now: Instant::from_unix_milliseconds(0) }
    }

    /// Now; to be asked at least every 49 days.
    pub fn now(&mut self) -> Instant {
        let seen = MILLISECONDS.load(Ordering::Relaxed);
        let passed = seen.wrapping_sub(self.seen);
        (self.seen, self.now) = (seen, self.now + Span::from_milliseconds(passed.into()));
        self.now
    }
}
