//! What 00:00 means in a file: the midnight that begins the day of its date, or the one that ends
//! it. Decided from the grid: the true reading fits the other rows, the false one tears them.

use super::map::Midnight;
use serde::Serialize;
use std::fmt;

const DAY: i64 = 86_400_000;

/// A file tells something by its order when fewer than one step in so many goes against it; where
/// rows are shuffled, half of them do.
const ORDERED: usize = 5;

/// How badly a reading of 00:00 fits the grid.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// Rows that go back in time; in a file with the newest first, that go forward.
    pub backward: usize,
    /// Rows at the instant of another.
    pub duplicates: usize,
    /// Points of the grid without a row.
    pub holes: usize,
}

/// On what the decision rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// The map says so.
    Map,
    /// No row is stamped 00:00.
    NoSuchRow,
    /// It fits the grid better.
    Grid,
    /// Both fit alike: 00:00 is taken as it is written.
    Tie,
}

/// What 00:00 was taken for, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Never [`Midnight::Auto`].
    pub midnight: Midnight,
    /// On what it rests.
    pub ground: Ground,
    /// Rows stamped 00:00 without more.
    pub rows: usize,
    /// Whether the order of the rows was counted.
    pub ordered: bool,
    /// How badly 00:00 fits as the beginning of the day of its date.
    pub same_day: Evidence,
    /// How badly it fits as its end.
    pub next_day: Evidence,
}

/// A row as this decision sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    /// Milliseconds on the wall.
    pub wall: i64,
    /// Whether it is 00:00 and may be either midnight.
    pub open: bool,
}

impl Mark {
    /// What the wall shows when 00:00 ends the day of its date.
    const fn next_day(self) -> i64 {
        if self.open { self.wall.saturating_add(DAY) } else { self.wall }
    }

    /// The wall time after a decision.
    pub const fn decided(self, midnight: Midnight) -> i64 {
        match midnight {
            Midnight::NextDay => self.next_day(),
            Midnight::SameDay | Midnight::Auto => self.wall,
        }
    }
}

/// Whether so many steps against the prevailing order still leave one.
pub(super) const fn is_ordered(backward: usize, rows: usize) -> bool {
    backward.saturating_mul(ORDERED) < rows
}

/// Decides for a file whose rows stand in `marks` in its own order, on a grid of `step`.
pub(super) fn decide(asked: Midnight, marks: &[Mark], step: i64) -> Decision {
    let rows = marks.iter().filter(|mark| mark.open).count();
    let same_day = evidence(marks.iter().map(|mark| mark.wall).collect(), step);
    let next_day = evidence(marks.iter().map(|mark| mark.next_day()).collect(), step);
    let ordered = is_ordered(same_day.backward.min(next_day.backward), marks.len());
    let cost = |evidence: Evidence| {
        let of_order = if ordered { evidence.backward } else { 0 };
        of_order + evidence.duplicates + evidence.holes
    };
    let (midnight, ground) = match asked {
        Midnight::NextDay | Midnight::SameDay => (asked, Ground::Map),
        Midnight::Auto if rows == 0 => (Midnight::SameDay, Ground::NoSuchRow),
        Midnight::Auto => match cost(next_day).cmp(&cost(same_day)) {
            std::cmp::Ordering::Less => (Midnight::NextDay, Ground::Grid),
            std::cmp::Ordering::Equal => (Midnight::SameDay, Ground::Tie),
            std::cmp::Ordering::Greater => (Midnight::SameDay, Ground::Grid),
        },
    };
    Decision { midnight, ground, rows, ordered, same_day, next_day }
}

fn evidence(mut walls: Vec<i64>, step: i64) -> Evidence {
    let steps = || walls.windows(2).map(|pair| pair[1].cmp(&pair[0]));
    let up = steps().filter(|step| step.is_gt()).count();
    let down = steps().filter(|step| step.is_lt()).count();
    walls.sort_unstable();
    let mut evidence = Evidence { backward: up.min(down), ..Evidence::default() };
    for pair in walls.windows(2) {
        match pair[1] - pair[0] {
            0 => evidence.duplicates += 1,
            apart => evidence.holes += points_between(apart, step),
        }
    }
    evidence
}

/// Points of the grid strictly between two rows that are so far apart; a row may miss its point by
/// almost half a step.
pub(super) fn points_between(apart: i64, step: i64) -> usize {
    if step <= 0 {
        return 0;
    }
    let steps = apart.saturating_add(step / 2) / step;
    usize::try_from(steps - 1).unwrap_or(0)
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { backward, duplicates, holes } = self;
        write!(f, "{backward} steps back, {duplicates} duplicates, {holes} missing points")
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = match self.midnight {
            Midnight::NextDay => "next-day (00:00 ends the day of its date)",
            Midnight::SameDay | Midnight::Auto => "same-day (00:00 begins the day of its date)",
        };
        let why = match self.ground {
            Ground::NoSuchRow => return write!(f, "no row is stamped 00:00, nothing to decide"),
            Ground::Map => "as the map says",
            Ground::Grid => "the better fit",
            Ground::Tie => {
                "both fit alike and 00:00 was taken as written; \
                 if that is wrong, set midnight = \"next-day\""
            }
        };
        write!(
            f,
            "{taken}, {why}; {} rows stamped 00:00: as same-day {}; as next-day {}",
            self.rows, self.same_day, self.next_day
        )?;
        if !self.ordered {
            f.write_str("; the rows are in no order, so steps back were not counted")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = DAY / 24;

    fn marks(hours: impl IntoIterator<Item = i64>) -> Vec<Mark> {
        let mark = |hour| Mark { wall: hour * HOUR, open: hour % 24 == 0 };
        hours.into_iter().map(mark).collect()
    }

    /// Three days whose 00:00 stands last, under the date of the day that ends.
    fn carried() -> Vec<i64> {
        (0..3).flat_map(|day| (1..=24).map(move |hour| day * 24 + hour % 24)).collect()
    }

    fn decided(hours: impl IntoIterator<Item = i64>) -> (Midnight, Ground) {
        let decision = decide(Midnight::Auto, &marks(hours), HOUR);
        (decision.midnight, decision.ground)
    }

    #[test]
    fn finds_midnights_that_carry_the_ending_day() {
        let decision = decide(Midnight::Auto, &marks(carried()), HOUR);
        assert_eq!((decision.midnight, decision.rows), (Midnight::NextDay, 3));
        assert_eq!(decision.next_day, Evidence::default());
        assert_eq!(decision.same_day, Evidence { backward: 3, ..Evidence::default() });
        assert_eq!(decided(carried().into_iter().rev()), (Midnight::NextDay, Ground::Grid));
    }

    #[test]
    fn leaves_ordinary_midnights_alone() {
        assert_eq!(decided(0..72), (Midnight::SameDay, Ground::Grid));
        assert_eq!(decided((0..72).rev()), (Midnight::SameDay, Ground::Grid));
        assert_eq!(decided((1..24).chain(25..48)), (Midnight::SameDay, Ground::NoSuchRow));
    }

    #[test]
    fn copes_with_gaps_around_midnight() {
        let without = |hours: Vec<i64>, gone: [i64; 4]| {
            decided(hours.into_iter().filter(move |hour| !gone.contains(hour)))
        };
        let around = [22, 23, 25, 26];
        assert_eq!(without(carried(), around), (Midnight::NextDay, Ground::Grid));
        assert_eq!(without((0..72).collect(), around), (Midnight::SameDay, Ground::Grid));
    }

    #[test]
    fn days_alone_are_a_tie_and_the_map_has_the_last_word() {
        let days = marks((0..9).map(|day| day * 24));
        let decision = decide(Midnight::Auto, &days, DAY);
        assert_eq!((decision.midnight, decision.ground), (Midnight::SameDay, Ground::Tie));
        let decision = decide(Midnight::NextDay, &days, DAY);
        assert_eq!((decision.midnight, decision.ground), (Midnight::NextDay, Ground::Map));
    }

    #[test]
    fn order_is_no_evidence_where_there_is_none() {
        // 5 is a primitive root of 73, so its powers are 1 to 72 in no order.
        let powers = std::iter::successors(Some(1), |power| Some(power * 5 % 73));
        let shuffled = powers.take(72).map(|power| power - 1);
        let decision = decide(Midnight::Auto, &marks(shuffled), HOUR);
        assert!(!decision.ordered);
    }
}
