//! The node's clock: milliseconds since its start, and the time of day once somebody has told it.

use millwatt::time::{Instant, Span};
use millwatt::wire::{Anchor, Clock, ClockQuality};

/// Wall time and ticks may be so far apart before the clock is set anew: it goes on undisturbed by what a line's delays
/// and crystals do.
const MOST_APART: Span = Span::from_seconds(2);

/// Both clocks of a node. Its own is an instant, too: milliseconds since the start, counted from 1970.
#[derive(Debug, Clone, Copy)]
pub struct NodeClock {
    epoch: u32,
    /// Wall time less the node's own, once it is known.
    offset: Option<Span>,
    quality: ClockQuality,
    is_stated: bool,
}

impl NodeClock {
    /// At a start, which an epoch counts: nobody has told the time.
    #[must_use]
    pub const fn new(epoch: u32) -> Self {
        Self { epoch, offset: None, quality: ClockQuality::Unset, is_stated: true }
    }

    /// The instant that a reading taken now has: of the wall where it is known, else since the start.
    #[must_use]
    pub fn instant(&self, now: Instant) -> Instant {
        self.offset.map_or(now, |offset| now + offset)
    }

    /// Whether the time of day is known.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.offset.is_some()
    }

    /// What frames say of the time now.
    #[must_use]
    pub fn clock(&self, now: Instant) -> Clock {
        let ticks = now.unix_milliseconds() / 100;
        Clock { quality: self.quality, ticks: u32::try_from(ticks).unwrap_or(u32::MAX) }
    }

    /// Takes the time of day from somebody who knows it; tells whether instants from now on are others than before.
    pub fn set(&mut self, now: Instant, wall: Instant, quality: ClockQuality) -> bool {
        let quality =
            if quality == ClockQuality::Synchronised { quality } else { ClockQuality::Set };
        let apart = wall - self.instant(now);
        let is_near = self.is_set() && apart.milliseconds().abs() < MOST_APART.milliseconds();
        if is_near && quality == self.quality {
            return false;
        }
        if !is_near {
            self.offset = Some(wall - now);
        }
        (self.quality, self.is_stated) = (quality, false);
        true
    }

    /// What the log must be told: which wall time belongs to which tick. Once for each change.
    #[must_use]
    pub fn anchor(&self, now: Instant) -> Option<Anchor> {
        let (epoch, clock, wall) = (self.epoch, self.clock(now), self.instant(now));
        (!self.is_stated).then_some(Anchor { epoch, clock, wall })
    }

    /// The log was told.
    pub const fn stated(&mut self) {
        self.is_stated = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_set_once_and_left_alone_while_it_is_near() {
        let at = |ms: i64| Instant::from_unix_milliseconds(ms);
        let mut clock = NodeClock::new(3);
        assert_eq!((clock.instant(at(700)), clock.anchor(at(700))), (at(700), None));
        assert_eq!(clock.clock(at(700)).quality, ClockQuality::Unset);
        assert!(clock.set(at(1_000), at(500_000), ClockQuality::Set));
        let anchor = clock.anchor(at(1_200)).expect("it is new");
        assert_eq!((anchor.epoch, anchor.clock.ticks, anchor.wall), (3, 12, at(500_200)));
        clock.stated();
        assert_eq!(clock.anchor(at(1_300)), None);
        assert!(!clock.set(at(2_000), at(502_900), ClockQuality::Set), "a slow line");
        assert_eq!(clock.instant(at(2_000)), at(501_000));
        assert!(clock.set(at(2_000), at(503_100), ClockQuality::Set));
        assert_eq!(clock.instant(at(2_000)), at(503_100));
    }
}
