//! States of one machine over a window, as fine as a drawing can show them.

use millwatt::production::{State, StateSpan};
use millwatt::time::{Instant, Period, Span};

/// Columns that one sample must fill, so that each can be told from its neighbour.
const SEEN: usize = 9;

/// A stretch to draw; without a state nothing was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece {
    /// When.
    pub period: Period,
    /// What the machine did, or did most.
    pub state: Option<State>,
}

/// Milliseconds by state.
type Column = [i64; State::ALL.len()];

/// States over a window: kept one by one while they are few, and always summed by narrow columns.
///
/// No time is lost: every millisecond of a known state stands in exactly one column.
#[derive(Debug, Clone)]
pub(super) struct Strip {
    window: Period,
    columns: Vec<Column>,
    samples: Vec<StateSpan>,
    is_exact: bool,
}

impl Strip {
    /// An empty one; `columns` is how many a drawing can tell apart.
    pub fn new(window: Period, columns: usize) -> Self {
        // A multiple of 64 can be halved often.
        let count = (columns / 64).max(1) * 64;
        let columns = vec![Column::default(); count];
        Self { window, columns, samples: Vec::new(), is_exact: true }
    }

    /// One more span, in time order.
    pub fn fold(&mut self, span: &StateSpan) {
        let Some(cut) = span.period.overlap(self.window) else { return };
        self.keep(StateSpan { period: cut, state: span.state });
        let (mut at, mut place) = (cut.from, self.place(cut.from));
        while at < cut.to {
            let edge = self.edge(place + 1).min(cut.to);
            if let Some(column) = self.columns.get_mut(place)
                && edge > at
            {
                column[span.state as usize] += (edge - at).milliseconds();
            }
            at = at.max(edge);
            place += 1;
        }
    }

    /// Keeps a sample while it is not too many of them to look at.
    fn keep(&mut self, span: StateSpan) {
        if self.is_exact && self.samples.len() < self.columns.len() * 3 {
            self.samples.push(span);
        } else {
            self.is_exact = false;
            self.samples = Vec::new();
        }
    }

    fn length(&self) -> i64 {
        self.window.span().milliseconds().max(1)
    }

    /// The column that an instant falls in, or the one before where it stands at an edge.
    fn place(&self, at: Instant) -> usize {
        let passed = (at - self.window.from).milliseconds().max(0);
        let count = self.columns.len() as i128;
        let place = i128::from(passed) * count / i128::from(self.length());
        usize::try_from(place).unwrap_or(0).min(self.columns.len().saturating_sub(1))
    }

    /// Where a column begins.
    fn edge(&self, place: usize) -> Instant {
        let count = self.columns.len().max(1);
        let place = place.min(count) as i128;
        let passed = i128::from(self.length()) * place / count as i128;
        self.window.from + Span::from_milliseconds(i64::try_from(passed).unwrap_or(i64::MAX))
    }

    /// Time whose state is known.
    pub fn known(&self) -> Span {
        Span::from_milliseconds(self.columns.iter().flatten().sum())
    }

    /// What to draw, all of the window in time order: single samples where each can be seen, else
    /// whole stretches, and where one of those is too narrow, what each column mostly was.
    pub fn pieces(&self) -> Vec<Piece> {
        let few = self.samples.len() * SEEN <= self.columns.len();
        if self.is_exact && few {
            return filled(self.window, &self.samples);
        }
        let joined = if self.is_exact { joined(&self.samples) } else { Vec::new() };
        let narrowest = self.length() / self.columns.len().max(1) as i64;
        let is_seen = |one: &StateSpan| one.period.span().milliseconds() >= narrowest;
        if self.is_exact && joined.iter().all(is_seen) {
            return filled(self.window, &joined);
        }
        self.merged()
    }

    fn merged(&self) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for (place, column) in self.columns.iter().enumerate() {
            let period = Period::new(self.edge(place), self.edge(place + 1));
            if period.span() == Span::ZERO {
                continue;
            }
            let state = dominant(column, period.span().milliseconds());
            match pieces.last_mut() {
                Some(last) if last.state == state => last.period.to = period.to,
                _ => pieces.push(Piece { period, state }),
            }
        }
        pieces
    }

    /// Half as many columns, so that there is less to draw; `false` when it cannot be halved.
    pub fn coarsen(&mut self) -> bool {
        if !self.columns.len().is_multiple_of(2) {
            return false;
        }
        (self.is_exact, self.samples) = (false, Vec::new());
        let pairs = self.columns.chunks(2).map(|pair| {
            let mut both = Column::default();
            pair.iter()
                .for_each(|one| both.iter_mut().zip(one).for_each(|(sum, part)| *sum += part));
            both
        });
        self.columns = pairs.collect();
        true
    }
}

/// What a column was for most of the time; of equals the graver. `None` where most is unknown.
fn dominant(column: &Column, whole: i64) -> Option<State> {
    let unknown = whole - column.iter().sum::<i64>();
    let most = State::ALL.into_iter().max_by_key(|state| column[*state as usize])?;
    (column[most as usize] >= unknown.max(1)).then_some(most)
}

/// Neighbours of one state as one stretch.
fn joined(spans: &[StateSpan]) -> Vec<StateSpan> {
    let mut joined: Vec<StateSpan> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if last.state == span.state && last.period.to == span.period.from => {
                last.period.to = span.period.to;
            }
            _ => joined.push(*span),
        }
    }
    joined
}

/// The spans, and what lies between them.
fn filled(window: Period, spans: &[StateSpan]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = window.from;
    for span in spans {
        if at < span.period.from {
            pieces.push(Piece { period: Period::new(at, span.period.from), state: None });
        }
        pieces.push(Piece { period: span.period, state: Some(span.state) });
        at = span.period.to;
    }
    if at < window.to {
        pieces.push(Piece { period: Period::new(at, window.to), state: None });
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Instant {
        Instant::from_unix_milliseconds(second * 1_000)
    }

    /// Spans of a second, states in turn, with a gap in every seventeenth.
    fn seconds(count: i64) -> Vec<StateSpan> {
        let known = (0..count).filter(|second| second % 17 != 0);
        let state = |second: i64| State::from_code(second * second % 5).unwrap_or(State::Off);
        let span = |second| StateSpan {
            period: Period::new(at(second), at(second + 1)),
            state: state(second),
        };
        known.map(span).collect()
    }

    fn strip(spans: &[StateSpan], window: Period, columns: usize) -> Strip {
        let mut strip = Strip::new(window, columns);
        spans.iter().for_each(|span| strip.fold(span));
        strip
    }

    fn covered(strip: &Strip) -> Span {
        let pieces = strip.pieces();
        assert!(pieces.windows(2).all(|pair| pair[0].period.to == pair[1].period.from));
        pieces.into_iter().map(|piece| piece.period.span()).sum()
    }

    #[test]
    fn merging_loses_no_time() {
        let spans = seconds(10_007);
        let window = Period::new(at(3), at(9_998));
        let inside = spans.iter().filter_map(|span| span.period.overlap(window));
        let known: Span = inside.map(Period::span).sum();
        for columns in [64, 100, 700, 5_000] {
            let mut strip = strip(&spans, window, columns);
            assert_eq!(strip.known(), known, "{columns} columns");
            assert_eq!(covered(&strip), window.span());
            while strip.coarsen() {
                assert_eq!(strip.known(), known);
                assert_eq!(covered(&strip), window.span());
            }
        }
    }

    #[test]
    fn a_minute_of_seconds_shows_every_one() {
        let spans = seconds(3_600);
        let minute = Period::new(at(600), at(660));
        let pieces = strip(&spans, minute, 1_600).pieces();
        assert_eq!(pieces.len(), 60, "a gap is a piece, too");
        assert!(pieces.iter().all(|piece| piece.period.span() == Span::from_seconds(1)));
        assert!(pieces.iter().any(|piece| piece.state.is_none()));
    }

    #[test]
    fn stretches_are_whole_where_each_can_be_seen() {
        let state = |second| if second < 1_800 { State::Running } else { State::Idle };
        let spans: Vec<_> = (0..3_600)
            .map(|second| StateSpan {
                period: Period::new(at(second), at(second + 1)),
                state: state(second),
            })
            .collect();
        let pieces = strip(&spans, Period::new(at(0), at(3_600)), 1_600).pieces();
        let states: Vec<_> = pieces.iter().map(|piece| (piece.state, piece.period.to)).collect();
        assert_eq!(states, [(Some(State::Running), at(1_800)), (Some(State::Idle), at(3_600))]);
    }

    #[test]
    fn a_column_is_what_it_was_most_of_the_time() {
        assert_eq!(dominant(&[0, 30, 0, 60, 0], 100), Some(State::Running));
        assert_eq!(dominant(&[0, 10, 0, 20, 0], 100), None);
        assert_eq!(dominant(&[0, 0, 0, 50, 50], 100), Some(State::Down));
        assert_eq!(dominant(&[0; 5], 0), None);
    }
}
