//! Rows in order of time: each instant once, and the stretches between them that have no row.

use super::midnight::points_between;
use super::report::{Gap, note_gap};
use super::zone::WallZone;
use millwatt::time::Instant;

/// Values by row in file order, and of each row one for each channel.
pub(super) struct Cells {
    /// Channels.
    pub width: usize,
    /// Row after row.
    pub values: Vec<Option<i64>>,
}

impl Cells {
    pub fn row(&self, row: usize) -> &[Option<i64>] {
        let start = row * self.width;
        self.values.get(start..start + self.width).unwrap_or(&[])
    }
}

/// Each instant once, and what became of the rows.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Merged {
    /// Instants, oldest first, each with the row that holds its values.
    pub rows: Vec<(Instant, usize)>,
    /// Rows of which at least one value stands.
    pub imported: usize,
    /// Rows that say again what another said.
    pub duplicate: usize,
    /// Rows that contradict another.
    pub conflicting: usize,
    /// They, each with the row that stands.
    pub conflicts: Vec<(usize, usize)>,
    /// Rows without values.
    pub empty: usize,
}

/// Puts rows in order of time and leaves one for each instant: of two values the first in the file
/// stands, and where the first row is empty the second fills it.
pub(super) fn merge(mut rows: Vec<(Instant, usize)>, cells: &mut Cells) -> Merged {
    rows.sort_unstable();
    let mut merged = Merged::default();
    for (at, row) in rows {
        let kept = merged.rows.last().filter(|(last, _)| *last == at).map(|(_, kept)| *kept);
        let outcome = match kept {
            Some(kept) => fill(cells, kept, row),
            None => Outcome::of_first(cells.row(row)),
        };
        if kept.is_none() {
            merged.rows.push((at, row));
        }
        match outcome {
            Outcome::Imported => merged.imported += 1,
            Outcome::Duplicate => merged.duplicate += 1,
            Outcome::Conflicting => {
                merged.conflicting += 1;
                merged.conflicts.extend(kept.map(|kept| (row, kept)));
            }
            Outcome::Empty => merged.empty += 1,
        }
    }
    merged
}

enum Outcome {
    Imported,
    Duplicate,
    Conflicting,
    Empty,
}

impl Outcome {
    fn of_first(row: &[Option<i64>]) -> Self {
        if row.iter().any(Option::is_some) { Self::Imported } else { Self::Empty }
    }
}

/// Takes from a later row what the kept one of the same instant lacks.
fn fill(cells: &mut Cells, kept: usize, row: usize) -> Outcome {
    let (mut filled, mut same, mut other) = (false, false, false);
    for channel in 0..cells.width {
        let Some(value) = cells.row(row)[channel] else {
            continue;
        };
        match &mut cells.values[kept * cells.width + channel] {
            Some(first) if *first == value => same = true,
            Some(_) => other = true,
            lacking => (*lacking, filled) = (Some(value), true),
        }
    }
    match (other, filled, same) {
        (true, _, _) => Outcome::Conflicting,
        (false, true, _) => Outcome::Imported,
        (false, false, true) => Outcome::Duplicate,
        (false, false, false) => Outcome::Empty,
    }
}

/// Points of the grid that have no row, and the first stretches of them.
pub(super) fn gaps(rows: &[(Instant, usize)], step: i64, zone: WallZone) -> (usize, Vec<Gap>) {
    let (mut missing, mut gaps) = (0, Vec::new());
    for pair in rows.windows(2) {
        let points = points_between((pair[1].0 - pair[0].0).milliseconds(), step);
        if points > 0 {
            missing += points;
            let (after, before) = (zone.local(pair[0].0), zone.local(pair[1].0));
            note_gap(&mut gaps, Gap { after, before, points });
        }
    }
    (missing, gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Instant {
        Instant::from_unix_milliseconds(minute * 60_000)
    }

    #[test]
    fn each_instant_stands_once() {
        let rows = vec![(at(5), 0), (at(0), 1), (at(5), 2), (at(5), 3), (at(5), 4), (at(9), 5)];
        let values = [(1, 0), (2, 2), (1, 0), (0, 7), (8, 7), (0, 0)];
        let some = |value: i64| (value != 0).then_some(value);
        let values = values.iter().flat_map(|(a, b)| [some(*a), some(*b)]).collect();
        let mut cells = Cells { width: 2, values };
        let merged = merge(rows, &mut cells);
        assert_eq!(merged.rows, [(at(0), 1), (at(5), 0), (at(9), 5)]);
        assert_eq!(cells.row(0), [Some(1), Some(7)], "the first stands, the gap is filled");
        let Merged { imported, duplicate, conflicting, empty, .. } = merged;
        assert_eq!((imported, duplicate, conflicting, empty), (3, 1, 1, 1));
        assert_eq!(merged.conflicts, [(4, 0)]);
    }

    #[test]
    fn finds_what_is_missing() {
        let zone = "+00:00".parse().expect("an offset");
        let rows = [0, 5, 10, 25, 29, 40].map(|minute| (at(minute), 0));
        let (missing, gaps) = gaps(&rows, 5 * 60_000, zone);
        assert_eq!((missing, gaps.len()), (3, 2), "29 stands for 30");
        assert_eq!(gaps[0].points, 2);
        assert_eq!(gaps[0].after.to_rfc3339(), "1970-01-01T00:10:00+00:00");
    }
}
