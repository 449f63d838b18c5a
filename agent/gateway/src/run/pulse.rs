//! Whether the polling loop and the thread that writes get on with their work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counts how often each of the two came round. A clone is the same pulse.
///
/// A write that the disk refused counts too: it is tried again, and a restart would not mend the disk.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    collector: AtomicU64,
    writer: AtomicU64,
    /// Whether the writer was asked for a sign of life and has not given it.
    is_asked: AtomicBool,
}

impl Pulse {
    /// The polling loop came round; tells whether the writer is to be asked for a sign of life.
    pub(super) fn collected(&self) -> bool {
        self.0.collector.fetch_add(1, Ordering::Relaxed);
        !self.0.is_asked.swap(true, Ordering::Relaxed)
    }

    /// The writer gives the sign that it was asked for.
    pub(super) fn answered(&self) {
        self.0.is_asked.store(false, Ordering::Relaxed);
    }

    /// The writer has done something that it was told to do.
    pub(super) fn wrote(&self) {
        self.0.writer.fetch_add(1, Ordering::Relaxed);
    }

    fn counts(&self) -> [u64; 2] {
        [&self.0.collector, &self.0.writer].map(|count| count.load(Ordering::Relaxed))
    }
}

/// Decides when a watchdog may hear that all is well.
///
/// # Example
/// ```
/// use millwatt_gateway::run::{Pulse, Watchdog};
/// let (pulse, mut watchdog) = (Pulse::default(), Watchdog::default());
/// assert!(!watchdog.is_alive(&pulse), "nobody has done anything yet");
/// ```
#[derive(Debug, Default)]
pub struct Watchdog {
    seen: [u64; 2],
}

impl Watchdog {
    /// Whether both the polling loop and the writer have come round since this last said so.
    pub fn is_alive(&mut self, pulse: &Pulse) -> bool {
        let counts = pulse.counts();
        let is_alive = counts.iter().zip(&self.seen).all(|(now, seen)| now != seen);
        if is_alive {
            self.seen = counts;
        }
        is_alive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_hangs_is_not_made_up_for_by_the_other() {
        let (pulse, mut watchdog) = (Pulse::default(), Watchdog::default());
        assert!(pulse.collected(), "the writer is asked once");
        assert!(!pulse.collected(), "and not again before it has answered");
        assert!(!watchdog.is_alive(&pulse), "the writer hangs");
        pulse.answered();
        pulse.wrote();
        assert!(watchdog.is_alive(&pulse));
        pulse.wrote();
        assert!(!watchdog.is_alive(&pulse), "the loop hangs");
        assert!(pulse.collected());
        assert!(watchdog.is_alive(&pulse), "both have come round since");
        assert!(!watchdog.is_alive(&pulse), "nobody has since");
    }
}
