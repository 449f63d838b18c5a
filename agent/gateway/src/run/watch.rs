//! What time it is, and how far that can be believed.

use std::path::Path;
use std::sync::Arc;

use super::{VirtualClock, wall_clock};
use millwatt::time::{Instant, Span};
use millwatt::wire::clock::TICK;
use millwatt::wire::{Clock, ClockQuality};
use tokio::time::Instant as Ticks;

/// A wall clock that shows less than this, 1 January 2025, was never set: the program is newer.
pub const NEVER_SET: Instant = Instant::from_unix_milliseconds(1_735_689_600_000);

/// The file by which systemd's time service says that it has set the clock.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

/// An instant and what is known of the clocks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The wall time or, while the clock is unset, the time since the start.
    pub at: Instant,
    /// How good the wall clock is, and the ticks since the start.
    pub clock: Clock,
}

/// A clock that nothing sets beside the one that people and services set.
#[derive(Debug, Clone)]
pub struct Watch {
    begun: Ticks,
    simulated: Option<Simulated>,
}

#[derive(Debug, Clone)]
struct Simulated {
    /// None where it goes with the runtime's time.
    clock: Option<Arc<VirtualClock>>,
    begun: Instant,
}

impl Watch {
    /// This machine's.
    #[must_use]
    pub fn start() -> Self {
        Self { begun: Ticks::now(), simulated: None }
    }

    /// A simulated plant's.
    #[must_use]
    pub fn simulated(clock: Arc<VirtualClock>) -> Self {
        let begun = clock.now();
        Self { simulated: Some(Simulated { clock: Some(clock), begun }), ..Self::start() }
    }

    /// One that shows an instant now and goes with the runtime's time, which may be a simulated one.
    #[must_use]
    pub fn starting_at(begun: Instant) -> Self {
        Self { simulated: Some(Simulated { clock: None, begun }), ..Self::start() }
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Now {
        let since = i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX);
        let since = Span::from_milliseconds(since);
        let (since, wall) = match &self.simulated {
            Some(Simulated { clock: Some(clock), begun }) => (clock.now() - *begun, clock.now()),
            Some(Simulated { clock: None, begun }) => (since, *begun + since),
            None => (since, wall_clock()),
        };
        self.judged(since, wall)
    }

    fn judged(&self, since: Span, wall: Instant) -> Now {
        let ticks = since.milliseconds() / TICK.milliseconds();
        let ticks = u32::try_from(ticks.max(0)).unwrap_or(u32::MAX);
        if wall < NEVER_SET {
            let at = Instant::from_unix_milliseconds(0) + since;
            return Now { at, clock: Clock { quality: ClockQuality::Unset, ticks } };
        }
        let is_served = self.simulated.is_none() && Path::new(SYNCHRONISED).exists();
        let quality = if is_served { ClockQuality::Synchronised } else { ClockQuality::Set };
        Now { at: wall, clock: Clock { quality, ticks } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unset_clock_counts_from_the_start() {
        let watch = Watch::start();
        let unset = watch.judged(Span::from_seconds(90), Instant::from_unix_milliseconds(5));
        assert_eq!(unset.at, Instant::from_unix_milliseconds(90_000));
        assert_eq!(unset.clock, Clock { quality: ClockQuality::Unset, ticks: 900 });
        let set = watch.judged(Span::from_seconds(91), NEVER_SET);
        assert_eq!((set.at, set.clock.ticks), (NEVER_SET, 910));
        let old = watch.judged(Span::from_milliseconds(i64::MAX), NEVER_SET);
        assert_eq!(old.clock.ticks, u32::MAX);
    }
}
