//! A condition that is told when it turns, and not before it has lasted.

use millwatt::time::{Instant, Span};

/// Whether an alarm began or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It began.
    Raised,
    /// It ended.
    Cleared,
}

impl Turn {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Cleared => "cleared",
        }
    }
}

/// Holds one state and lets go of it only when the other one has lasted.
///
/// What is not known (a gap) ends a wait and turns nothing. A clock that steps back begins the wait anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Latch {
    raise_after: Span,
    clear_after: Span,
    is_raised: bool,
    /// When what it tells of began.
    began: Instant,
    /// From when on the other state has been seen without a break.
    waiting: Option<Instant>,
}

impl Latch {
    pub const fn new(raise_after: Span, clear_after: Span) -> Self {
        let (is_raised, began, waiting) = (false, Instant::MIN, None);
        Self { raise_after, clear_after, is_raised, began, waiting }
    }

    pub const fn is_raised(&self) -> bool {
        self.is_raised
    }

    /// When the alarm that stands, or stood last, began.
    pub const fn began(&self) -> Instant {
        self.began
    }

    /// One more look, oldest first; `began` is when what may be bad now began.
    pub fn judge(&mut self, at: Instant, is_bad: Option<bool>, began: Instant) -> Option<Turn> {
        if is_bad.is_none_or(|is_bad| is_bad == self.is_raised) {
            self.waiting = None;
            return None;
        }
        let since = self.waiting.filter(|since| *since <= at).unwrap_or(at);
        self.waiting = Some(since);
        let hold = if self.is_raised { self.clear_after } else { self.raise_after };
        if at - since < hold {
            return None;
        }
        Some(self.turn(began.min(since)))
    }

    /// Ends the alarm at once, if it stands.
    pub fn clear(&mut self) -> Option<Turn> {
        self.waiting = None;
        let began = self.began;
        self.is_raised.then(|| self.turn(began))
    }

    fn turn(&mut self, began: Instant) -> Turn {
        self.waiting = None;
        self.is_raised = !self.is_raised;
        if self.is_raised {
            self.began = began;
            return Turn::Raised;
        }
        Turn::Cleared
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_unix_milliseconds(minute * 60_000)
    }

    fn latch() -> Latch {
        Latch::new(Span::from_minutes(3), Span::from_minutes(2))
    }

    #[test]
    fn what_lasts_is_told_once_and_what_flutters_never() {
        let mut latch = latch();
        let turns = [true, false, true, true, true, true, true, false, true, false, false, false];
        for (minute, is_bad) in (0..).zip(turns) {
            let turn = latch.judge(at(minute), Some(is_bad), at(minute));
            let expected = match minute {
                5 => Some(Turn::Raised),   // bad at 2, 3, 4, 5
                11 => Some(Turn::Cleared), // good at 9, 10, 11
                _ => None,
            };
            assert_eq!(turn, expected, "minute {minute}");
        }
        assert_eq!(latch.began(), at(2));
    }

    #[test]
    fn a_gap_ends_a_wait() {
        let mut latch = latch();
        assert_eq!(latch.judge(at(0), Some(true), at(0)), None);
        assert_eq!(latch.judge(at(2), None, at(2)), None);
        assert_eq!(latch.judge(at(4), Some(true), at(4)), None, "only now it begins");
        assert_eq!(latch.judge(at(7), Some(true), at(7)), Some(Turn::Raised));
    }

    #[test]
    fn a_clock_that_steps_back_begins_the_wait_anew() {
        let mut latch = latch();
        assert_eq!(latch.judge(at(60), Some(true), at(60)), None);
        assert_eq!(latch.judge(at(0), Some(true), at(0)), None);
        assert_eq!(latch.judge(at(2), Some(true), at(2)), None);
        assert_eq!(latch.judge(at(3), Some(true), at(3)), Some(Turn::Raised));
        assert_eq!(latch.began(), at(0));
    }

    #[test]
    fn only_what_stands_can_be_cleared_at_once() {
        let mut latch = Latch::new(Span::ZERO, Span::ZERO);
        assert_eq!(latch.clear(), None);
        assert_eq!(latch.judge(at(0), Some(true), at(0)), Some(Turn::Raised));
        assert_eq!(latch.clear(), Some(Turn::Cleared));
    }
}
