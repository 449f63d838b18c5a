//! Which settings tell a column in the fewest bits, found by trying some on a part of it.

use super::model::{HOLDS, Kind, Model, Settings};
use super::shape::Shape;

/// Values that are looked at: all of so many, or a third each from the beginning, the middle and
/// the end of more.
const LOOKED_AT: usize = 480;

/// What suits most channels well enough.
pub(super) const USUAL: Settings =
    Settings { kind: Kind::Level, hold: 1, memory: 0, shape: Shape::Normal };

/// One setting after the other, the others held, is tried where it stands.
pub(super) fn settings(values: &[i64]) -> Settings {
    let first = USUAL;
    let kinds = [Kind::Level, Kind::Step, Kind::Register];
    let best = best_of(values, first, kinds.map(|kind| Settings { kind, ..first }));
    let best = best_of(values, best, [0, 1, 2].map(|memory| Settings { memory, ..best }));
    let holds: [u8; HOLDS.len()] = core::array::from_fn(|hold| hold as u8);
    let best = best_of(values, best, holds.map(|hold| Settings { hold, ..best }));
    let best = best_of(values, best, [Settings { shape: Shape::Logistic, ..best }]);
    let best = best_of(values, best, [0, 1, 2].map(|memory| Settings { memory, ..best }));
    best_of(values, best, kinds.map(|kind| Settings { kind, ..best }))
}

/// Neighbours that are asked for each column.
const ASKED: usize = 4;

/// The settings of the column before, or those of a neighbour where they are better: each time others are asked.
pub(super) fn like(values: &[i64], before: Settings, turn: u8) -> Settings {
    let neighbours: [Settings; ASKED] =
        core::array::from_fn(|place| neighbour(before, usize::from(turn) * ASKED + place));
    best_of(values, before, neighbours)
}

/// Settings that differ in one thing.
fn neighbour(settings: Settings, turn: usize) -> Settings {
    let kinds = [Kind::Level, Kind::Step, Kind::Register];
    let place = turn % NEIGHBOURS;
    match place {
        0..3 => Settings { kind: kinds[place], ..settings },
        3..6 => Settings { memory: place as u8 - 3, ..settings },
        6..12 => Settings { hold: place as u8 - 6, ..settings },
        12 => Settings { shape: Shape::Normal, ..settings },
        _ => Settings { shape: Shape::Logistic, ..settings },
    }
}

const NEIGHBOURS: usize = 14;

fn best_of<const N: usize>(values: &[i64], best: Settings, others: [Settings; N]) -> Settings {
    let mut least = (cost(values, best, u64::MAX), best);
    for settings in others.into_iter().filter(|settings| *settings != best) {
        let cost = cost(values, settings, least.0);
        if cost < least.0 {
            least = (cost, settings);
        }
    }
    least.1
}

/// What the settings cost, or more than `most` as soon as that is sure.
fn cost(values: &[i64], settings: Settings, most: u64) -> u64 {
    if values.len() <= LOOKED_AT {
        return cost_of(values, settings, most);
    }
    let part = LOOKED_AT / 3;
    let starts = [0, (values.len() - part) / 2, values.len() - part];
    starts.into_iter().fold(0, |cost, start| {
        cost + cost_of(&values[start..start + part], settings, most.saturating_sub(cost))
    })
}

/// Sixteenths of a bit, near enough to compare by.
fn cost_of(values: &[i64], settings: Settings, most: u64) -> u64 {
    let Some((first, rest)) = values.split_first() else {
        return 0;
    };
    let mut model = Model::new(settings, *first);
    let mut cost = 0;
    for value in rest {
        if cost > most {
            return cost;
        }
        let expected = model.expected();
        let (whole, window) = expected.window();
        let residual = value - whole;
        let (symbol, _) = window.split(residual);
        let is_outside = symbol.abs() > window.reach;
        cost += if is_outside {
            let length = u64::from(u64::BITS - residual.unsigned_abs().leading_zeros());
            bits_of(expected.outside) + 16 * (7 + length)
        } else {
            bits_of(window.share(symbol).1) + 16 * u64::from(window.coarse)
        };
        model.learn(expected, *value, is_outside);
    }
    cost
}

/// −16 × log2 of a share of 2^16, by its first bits.
fn bits_of(share: u32) -> u64 {
    /// 16 × log2(1 + n / 16), rounded.
    const PARTS: [u32; 16] = [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 15];
    let share = share.max(1);
    let octave = share.ilog2();
    let part = PARTS[((share << 4 >> octave) & 15) as usize];
    u64::from(256 - (octave * 16 + part).min(256))
}
