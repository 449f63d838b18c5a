//! Rows in file order to instants: the step between them, the direction of the file, and hours
//! that the wall clock showed never or twice.

use super::midnight::is_ordered;
use super::stamp::{Sort, Stamp, naive};
use super::zone::{Shown, WallZone};
use millwatt::time::{Instant, Span};
use std::collections::BTreeMap;

/// Rows at their instants, in file order.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// `None` where the wall clock never showed the stamp.
    pub at: Vec<Option<Instant>>,
    /// Whether the newest rows stand first.
    pub newest_first: bool,
    /// Rows against the direction of the file.
    pub out_of_order: usize,
    /// Rows in an hour that came twice.
    pub ambiguous: usize,
}

/// The commonest step between neighbouring stamps, the shortest of them when several are; `None`
/// when all rows have one stamp.
pub(super) fn commonest_step(stamps: &[Stamp]) -> Option<i64> {
    let mut walls: Vec<i64> = stamps.iter().map(|stamp| stamp.wall).collect();
    walls.sort_unstable();
    walls.dedup();
    let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
    for pair in walls.windows(2) {
        *counts.entry(pair[1] - pair[0]).or_default() += 1;
    }
    let most = counts.values().copied().max()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(step, _)| step)
}

/// The step of a series whose stamps may waver, as those of a program that asks a meter again and
/// again do: the commonest one where nearly all are like it, else the longest that is no gap, to
/// the next whole second; `None` when all rows have one stamp.
pub(super) fn wavering_step(stamps: &[Stamp]) -> Option<i64> {
    let commonest = commonest_step(stamps)?;
    let mut walls: Vec<i64> = stamps.iter().map(|stamp| stamp.wall).collect();
    walls.sort_unstable();
    walls.dedup();
    let mut steps: Vec<i64> = walls.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_unstable();
    let alike = steps.iter().filter(|step| **step == commonest).count();
    let middle = *steps.get(steps.len().checked_sub(1)? / 2)?;
    let is_gap = |step: i64| step.saturating_mul(2) > middle.saturating_mul(3);
    let usual = steps.iter().filter(|step| !is_gap(**step));
    if alike * 10 >= usual.clone().count() * 9 {
        return Some(commonest);
    }
    let longest = usual.copied().max()?;
    Some(if longest < 1_000 { longest } else { longest.saturating_add(999) / 1_000 * 1_000 })
}

/// Up and down steps from row to row.
fn steps<T: Ord>(rows: impl Iterator<Item = T> + Clone) -> (usize, usize) {
    let pairs = || rows.clone().zip(rows.clone().skip(1));
    let up = pairs().filter(|(one, next)| next > one).count();
    let down = pairs().filter(|(one, next)| next < one).count();
    (up, down)
}

/// Places rows at their instants.
///
/// In the hour that comes twice, a file in order tells the passes apart by going back; in one
/// without order the first row of a stamp is taken for the first pass.
pub(super) fn place(stamps: &[Stamp], zone: WallZone, step: i64) -> Placed {
    let (up, down) = steps(stamps.iter().map(|stamp| stamp.wall));
    let newest_first = down > up;
    let mut passes = Passes {
        zone,
        step,
        ordered: is_ordered(up.min(down), stamps.len()),
        day: i64::MIN,
        last: i64::MIN,
        second: false,
        seen: BTreeMap::new(),
    };
    let mut placed = Placed { at: vec![None; stamps.len()], newest_first, ..Placed::default() };
    let mut put = |row: usize| {
        let (at, twice) = passes.instant(stamps[row]);
        placed.at[row] = at;
        placed.ambiguous += usize::from(twice);
    };
    if newest_first {
        (0..stamps.len()).rev().for_each(&mut put);
    } else {
        (0..stamps.len()).for_each(&mut put);
    }
    let (up, down) = steps(placed.at.iter().flatten());
    placed.out_of_order = if newest_first { up } else { down };
    placed
}

/// Tells the two passes of an hour apart, row by row, oldest first.
struct Passes {
    zone: WallZone,
    step: i64,
    ordered: bool,
    day: i64,
    last: i64,
    second: bool,
    seen: BTreeMap<i64, usize>,
}

impl Passes {
    /// The instant of a stamp, and whether the wall clock showed it twice.
    fn instant(&mut self, stamp: Stamp) -> (Option<Instant>, bool) {
        if stamp.sort == Sort::Absolute {
            return (Some(Instant::from_unix_milliseconds(stamp.wall)), false);
        }
        match self.zone.shown(naive(stamp.wall)) {
            Shown::Never => (None, false),
            Shown::Once(at) => (Some(at), false),
            Shown::Twice(first, second) => {
                let is_second = if self.ordered {
                    self.second_by_order(stamp.wall)
                } else {
                    self.second_by_count(stamp.wall)
                };
                (Some(if is_second { second } else { first }), true)
            }
        }
    }

    fn second_by_order(&mut self, wall: i64) -> bool {
        let day = wall.div_euclid(Span::DAY.milliseconds());
        if day != self.day {
            (self.day, self.second) = (day, false);
        } else if wall < self.last || (wall == self.last && self.is_alone(wall)) {
            self.second = true;
        }
        self.last = wall;
        self.second
    }

    /// Whether the hour has no other stamp, as with hourly rows: then twice the same stamp is
    /// two passes, else it is one row twice.
    fn is_alone(&self, wall: i64) -> bool {
        [wall - self.step, wall + self.step]
            .into_iter()
            .all(|near| !matches!(self.zone.shown(naive(near)), Shown::Twice(..)))
    }

    fn second_by_count(&mut self, wall: i64) -> bool {
        let seen = self.seen.entry(wall).or_default();
        *seen += 1;
        *seen > 1
    }
}

/// The end of an interval that begins at an instant: whole days are days on the wall.
pub(super) fn end_of(at: Instant, every: Span, zone: WallZone) -> Instant {
    let milliseconds = every.milliseconds();
    if milliseconds % Span::DAY.milliseconds() != 0 {
        return at + every;
    }
    let wall = super::stamp::milliseconds(zone.local(at).naive_local());
    match zone.shown(naive(wall.saturating_add(milliseconds))) {
        Shown::Never => at + every,
        Shown::Once(end) | Shown::Twice(end, _) => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::NaiveDateTime;

    fn stamps(texts: &[&str]) -> Vec<Stamp> {
        let wall = |text: &&str| {
            let wall: NaiveDateTime = format!("2018-{text}:00").parse().expect(text);
            Stamp { wall: super::super::stamp::milliseconds(wall), sort: Sort::Wall }
        };
        texts.iter().map(wall).collect()
    }

    fn berlin() -> WallZone {
        "Europe/Berlin".parse().expect("a zone")
    }

    fn minutes(placed: &Placed) -> Vec<i64> {
        let first = placed.at.iter().flatten().min().copied().unwrap_or_default();
        let minutes = |at: &Instant| (*at - first).milliseconds() / 60_000;
        placed.at.iter().flatten().map(minutes).collect()
    }

    const HALF: i64 = 1_800_000;

    #[test]
    fn tells_the_passes_of_autumn_apart() {
        let mut texts = vec![
            "10-28T01:30",
            "10-28T02:00",
            "10-28T02:30",
            "10-28T02:00",
            "10-28T02:30",
            "10-28T03:00",
        ];
        let placed = place(&stamps(&texts), berlin(), HALF);
        assert_eq!(minutes(&placed), [0, 30, 60, 90, 120, 150]);
        assert_eq!((placed.ambiguous, placed.out_of_order), (4, 0));
        texts.reverse();
        let placed = place(&stamps(&texts), berlin(), HALF);
        assert_eq!(minutes(&placed), [150, 120, 90, 60, 30, 0]);
        assert!(placed.newest_first && placed.out_of_order == 0);
    }

    #[test]
    fn knows_a_row_twice_from_an_hour_twice() {
        let twice = ["01:00", "01:30", "02:00", "02:00", "02:30", "02:00", "02:30", "03:00"];
        let twice = twice.map(|time| format!("10-28T{time}"));
        let twice: Vec<&str> = twice.iter().map(String::as_str).collect();
        let expected = [0, 30, 60, 60, 90, 120, 150, 180];
        assert_eq!(minutes(&place(&stamps(&twice), berlin(), HALF)), expected);
        let hourly = ["10-28T01:00", "10-28T02:00", "10-28T02:00", "10-28T03:00"];
        assert_eq!(minutes(&place(&stamps(&hourly), berlin(), 2 * HALF)), [0, 60, 120, 180]);
    }

    #[test]
    fn an_hour_that_never_came_has_no_instant() {
        let spring = ["03-25T01:30", "03-25T02:00", "03-25T02:30", "03-25T03:00"];
        let placed = place(&stamps(&spring), berlin(), HALF);
        assert_eq!(placed.at.iter().filter(|at| at.is_none()).count(), 2);
        assert_eq!(minutes(&placed), [0, 30]);
    }

    #[test]
    fn the_step_of_a_wavering_series_is_its_longest_without_gaps() {
        let step = |walls: &[i64]| {
            let stamps: Vec<Stamp> = walls.iter().copied().map(Stamp::absolute).collect();
            wavering_step(&stamps)
        };
        assert_eq!(step(&[0, 60_000, 120_000, 300_000, 360_000]), Some(60_000));
        assert_eq!(step(&[0, 15_002, 30_001, 45_003, 90_000, 105_001]), Some(16_000));
        assert_eq!(step(&[0, 101, 200, 302]), Some(102));
        assert_eq!((step(&[5, 5]), step(&[])), (None, None));
    }

    #[test]
    fn days_end_at_the_next_midnight() {
        let zone = berlin();
        let at = place(&stamps(&["03-25T00:00"]), zone, 0).at[0].expect("a midnight");
        let hours = |every| (end_of(at, every, zone) - at).milliseconds() / 3_600_000;
        assert_eq!((hours(Span::DAY), hours(Span::from_minutes(60))), (23, 1));
    }
}
