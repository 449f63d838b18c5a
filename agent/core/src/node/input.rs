//! Digital inputs: levels that last, and pulses.

use millwatt::time::{Instant, Span};

/// A level that is believed only once it has lasted: contacts bounce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Debounced {
    hold: Span,
    level: bool,
    /// The other level and since when it is seen.
    other: Option<Instant>,
}

impl Debounced {
    /// At a level, as it is found.
    #[must_use]
    pub const fn new(hold: Span, level: bool) -> Self {
        Self { hold, level, other: None }
    }

    /// The level that is believed.
    #[must_use]
    pub const fn level(&self) -> bool {
        self.level
    }

    /// Takes what is seen at an instant; gives the level when another is believed from now on. To be called more often
    /// than half the hold: what happens between two calls is not seen.
    pub fn take(&mut self, now: Instant, level: bool) -> Option<bool> {
        if level == self.level {
            self.other = None;
            return None;
        }
        let since = *self.other.get_or_insert(now);
        if now - since < self.hold {
            return None;
        }
        (self.level, self.other) = (level, None);
        Some(level)
    }
}

/// Counts the pulses of a meter's S0 output.
///
/// # Source
/// EN 62053-31 as makers' manuals render it: a pulse lasts 30 ms at least, and so does the pause.
///
/// # Example
/// ```
/// use millwatt::time::{Instant, Span};
/// use millwatt_agent::node::Pulses;
/// let at = |ms: i64| Instant::from_unix_milliseconds(ms);
/// let mut pulses = Pulses::new(Span::from_milliseconds(10), false);
/// // A pulse of 30 ms that bounces, then a glitch of 3 ms.
/// for (ms, level) in [(0, true), (2, false), (3, true), (13, true), (33, false), (43, false), (50, true), (53, false)] {
///     pulses.take(at(ms), level);
/// }
/// assert_eq!(pulses.taken(), 1);
/// assert_eq!(pulses.taken(), 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pulses {
    input: Debounced,
    count: u32,
}

impl Pulses {
    /// None so far; a level that stands when the node starts is no pulse.
    #[must_use]
    pub const fn new(hold: Span, level: bool) -> Self {
        Self { input: Debounced::new(hold, level), count: 0 }
    }

    /// Takes the level at an instant.
    pub fn take(&mut self, now: Instant, level: bool) {
        if self.input.take(now, level) == Some(true) {
            self.count = self.count.saturating_add(1);
        }
    }

    /// Pulses since this was last asked.
    pub fn taken(&mut self) -> u32 {
        core::mem::take(&mut self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(ms: i64) -> Instant {
        Instant::from_unix_milliseconds(ms)
    }

    #[test]
    fn the_fastest_meter_is_counted_at_a_millisecond_a_look() {
        let mut pulses = Pulses::new(Span::from_milliseconds(20), false);
        for ms in 0..60_000 {
            // 30 ms high, 30 ms low; the contact bounces for 5 ms at each edge.
            let (phase, is_high) = (ms % 30, ms / 30 % 2 == 1);
            pulses.take(at(ms), if phase < 5 { ms % 2 == 0 } else { is_high });
        }
        // The last one is seen for 9 ms only.
        assert_eq!(pulses.taken(), 1_000);
    }

    #[test]
    fn a_level_that_stood_before_the_start_is_no_pulse() {
        let mut pulses = Pulses::new(Span::from_milliseconds(20), true);
        (0..100).for_each(|ms| pulses.take(at(ms), true));
        assert_eq!(pulses.taken(), 0);
    }

    #[test]
    fn noise_shorter_than_the_hold_changes_nothing() {
        let mut input = Debounced::new(Span::from_milliseconds(20), false);
        for ms in 0..10_000 {
            assert_eq!(input.take(at(ms), ms % 25 < 19), None, "{ms}");
        }
        assert!(!input.level());
    }
}
