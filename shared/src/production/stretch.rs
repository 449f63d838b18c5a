//! States as stretches: neighbours of one state joined, flickers absorbed.

use super::state::StateSpan;
use crate::time::Span;

/// Joins neighbouring spans of one state, so that a stop has its whole length.
///
/// A state that did not last for `dwell` counts to the one before it, when it follows without a gap: a
/// machine that draws idle power for one sample between two cycles did not stop. One that did lasts from
/// its first instant.
///
/// # Missing data
/// A gap ends a stretch: nothing joins across it.
/// # Example
/// ```
/// use millwatt::production::{State, StateSpan, Stretches};
/// use millwatt::time::{Instant, Period, Span};
/// let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
/// let span = |from, to, state| StateSpan { period: Period::new(at(from), at(to)), state };
/// let spans = [span(0, 5, State::Running), span(5, 6, State::Idle), span(6, 9, State::Running),
///     span(9, 20, State::Idle)];
/// let joined: Vec<_> = Stretches::new(spans.into_iter(), Span::from_minutes(2)).collect();
/// assert_eq!(joined, [span(0, 9, State::Running), span(9, 20, State::Idle)]);
/// ```
#[derive(Debug, Clone)]
pub struct Stretches<I> {
    spans: I,
    dwell: Span,
    current: Option<StateSpan>,
    /// Another state after it, not yet long enough to be believed.
    pending: Option<StateSpan>,
}

impl<I: Iterator<Item = StateSpan>> Stretches<I> {
    /// Over spans in time order; a dwell of zero absorbs nothing.
    pub const fn new(spans: I, dwell: Span) -> Self {
        Self { spans, dwell, current: None, pending: None }
    }

    /// One more span; a finished stretch where it ends one.
    fn take(&mut self, span: StateSpan) -> Option<StateSpan> {
        let Some(mut current) = self.absorbed() else {
            self.current = Some(span);
            return None;
        };
        if current.period.to != span.period.from {
            self.pending = None;
            return self.current.replace(span).map(|_| current);
        }
        if span.state == current.state {
            self.pending = None;
            self.current = Some(extended(current, span));
            return None;
        }
        let pending = match self.pending {
            Some(pending) if pending.state == span.state => extended(pending, span),
            _ => span,
        };
        if pending.period.span() < self.dwell {
            self.pending = Some(pending);
            return None;
        }
        self.pending = None;
        current.period.to = pending.period.from;
        self.current.replace(pending).map(|_| current)
    }

    /// The current stretch with what is pending counted to it.
    fn absorbed(&self) -> Option<StateSpan> {
        let current = self.current?;
        Some(self.pending.map_or(current, |pending| extended(current, pending)))
    }
}

const fn extended(one: StateSpan, next: StateSpan) -> StateSpan {
    let period = crate::time::Period::new(one.period.from, next.period.to);
    StateSpan { period, state: one.state }
}

impl<I: Iterator<Item = StateSpan>> Iterator for Stretches<I> {
    type Item = StateSpan;

    fn next(&mut self) -> Option<StateSpan> {
        while let Some(span) = self.spans.next() {
            if let Some(stretch) = self.take(span) {
                return Some(stretch);
            }
        }
        let last = self.absorbed();
        (self.current, self.pending) = (None, None);
        last
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::production::State::{self, Down, Idle, Running};
    use crate::time::{Instant, Period};
    use proptest::prelude::*;
    use std::vec::Vec;

    fn minutes(states: &[State]) -> Vec<StateSpan> {
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        let span = |(minute, state): (i64, &State)| StateSpan {
            period: Period::new(at(minute), at(minute + 1)),
            state: *state,
        };
        (0..).zip(states).map(span).collect()
    }

    fn stretches(states: &[State], dwell: i64) -> Vec<(State, i64)> {
        let joined = Stretches::new(minutes(states).into_iter(), Span::from_minutes(dwell));
        joined.map(|one| (one.state, one.period.span().milliseconds() / 60_000)).collect()
    }

    #[test]
    fn what_lasts_becomes_a_state_from_its_first_minute() {
        let states = [Running, Running, Idle, Idle, Idle, Running];
        assert_eq!(stretches(&states, 2), [(Running, 2), (Idle, 4)], "a last minute of running");
        assert_eq!(stretches(&states, 0), [(Running, 2), (Idle, 3), (Running, 1)]);
    }

    #[test]
    fn two_flickers_are_not_one_state() {
        let states = [Running, Idle, Down, Running, Down, Down, Down];
        assert_eq!(stretches(&states, 2), [(Running, 4), (Down, 3)]);
    }

    proptest! {
        #[test]
        fn no_time_is_lost(codes in prop::collection::vec(0_i64..5, 1..40), dwell in 0_i64..5) {
            let states: Vec<State> = codes.into_iter().filter_map(State::from_code).collect();
            let joined = stretches(&states, dwell);
            let minutes: i64 = joined.iter().map(|(_, minutes)| minutes).sum();
            prop_assert_eq!(minutes, states.len() as i64);
            prop_assert!(joined.windows(2).all(|pair| pair[0].0 != pair[1].0));
        }
    }
}
