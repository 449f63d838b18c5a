//! When a meter is due, and patience with one that does not answer.

use millwatt::time::{Instant, Span};

/// Grid points at which something is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    every: Span,
}

impl Grid {
    /// Every multiple of a span since 1970; shorter than a millisecond becomes a millisecond.
    #[must_use]
    pub fn new(every: Span) -> Self {
        Self { every: every.max(Span::from_milliseconds(1)) }
    }

    /// The grid point at or before an instant.
    #[must_use]
    pub fn floor(&self, at: Instant) -> Instant {
        at.floor(self.every)
    }

    /// Whether a grid point is to be asked for when another was the last: it is a later one, or the clock was put back.
    #[must_use]
    pub fn is_due(&self, point: Instant, last: Option<Instant>) -> bool {
        last.is_none_or(|last| point > last || last - point > self.every.times(2))
    }

    /// The first grid point after an instant.
    #[must_use]
    pub fn after(&self, at: Instant) -> Instant {
        at.floor(self.every) + self.every
    }
}

/// How often a silent unit is left out, so that it does not hold up the others on its line.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct BackOff {
    failures: u8,
    skip: u16,
}

/// Failures in a row before a unit is left out for the first time.
const TOLERATED: u8 = 2;
/// Most due polls in a row that a silent unit is left out.
const LONGEST_SKIP: u16 = 8;

impl BackOff {
    /// Whether to ask the unit this time.
    pub fn is_due(&mut self) -> bool {
        if self.skip == 0 {
            return true;
        }
        self.skip -= 1;
        false
    }

    /// Another unit of the line answers again, so this one may, too: it is asked the next time.
    pub const fn hope(&mut self) {
        self.skip = 0;
    }

    /// The unit answered, if only with an exception.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// The unit was silent; alone on its line it holds up nobody and is asked every time.
    pub fn failed(&mut self, shares_line: bool) {
        self.failures = self.failures.saturating_add(1);
        if shares_line && self.failures > TOLERATED {
            let doublings = u32::from(self.failures - TOLERATED - 1).min(8);
            self.skip = (1_u16 << doublings).min(LONGEST_SKIP);
        }
    }

    /// Whether the unit was silent so often that it is left out now and then.
    #[must_use]
    pub const fn is_left_out(&self) -> bool {
        self.failures > TOLERATED
    }

    /// Polls in a row without an answer.
    #[must_use]
    pub const fn failures(&self) -> u8 {
        self.failures
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    #[test]
    fn the_grid_is_the_same_for_everyone() {
        let grid = Grid::new(Span::from_seconds(15));
        let at = Instant::from_unix_milliseconds(44_999);
        assert_eq!(grid.after(at), Instant::from_unix_milliseconds(45_000));
        assert_eq!(grid.after(grid.after(at)), Instant::from_unix_milliseconds(60_000));
        assert!(grid.floor(grid.after(at)) == grid.after(at) && grid.floor(at) != at);
    }

    #[test]
    fn a_point_that_a_long_round_went_past_is_asked_for_after_it() {
        let grid = Grid::new(Span::from_minutes(15));
        let at = |minute: i64, second: i64| {
            Instant::from_unix_milliseconds(minute * 60_000 + second * 1_000)
        };
        let last = Some(grid.floor(at(14, 50)));
        assert!(!grid.is_due(grid.floor(at(14, 59)), last));
        assert!(grid.is_due(grid.floor(at(15, 10)), last), "the round of 14:50 ended at 15:01");
        assert!(!grid.is_due(grid.floor(at(15, 20)), Some(at(15, 0))));
        assert!(grid.is_due(grid.floor(at(0, 0)), Some(at(60, 0))), "the clock was put back");
    }

    #[test]
    fn a_dead_unit_is_asked_less_and_less_but_never_forgotten() {
        let mut unit = BackOff::default();
        let asked: std::vec::Vec<bool> = (0..40)
            .map(|_| {
                let due = unit.is_due();
                if due {
                    unit.failed(true);
                }
                due
            })
            .collect();
        assert_eq!(asked.iter().filter(|asked| **asked).count(), 9);
        assert!(asked.windows(9).all(|window| window.contains(&true)));
        unit.answered();
        assert!(unit.is_due());
    }

    #[test]
    fn alone_on_its_line_it_is_asked_every_time() {
        let mut unit = BackOff::default();
        assert!((0..20).all(|_| {
            unit.failed(false);
            unit.is_due()
        }));
    }
}
