//! When the use left its model: steps in the deviations, dated.

use alloc::vec::Vec;

use crate::energy::cusum::{Tabular, change};
use crate::numeric::DoubleDouble;
use crate::time::Instant;

/// Most changes that are dated.
pub const MOST_CHANGES: usize = 4;
/// A step must stand out by so many of its standard errors. More than for a step whose date is known: it is the best of
/// many. Our choice.
const LEAST_T: f64 = 3.5;
/// Fewer rows than this before or after a step date nothing.
const LEAST_ROWS: usize = 3;
/// Allowance and limit of the tabular CUSUM, in residual deviations.
const WATCH: (f64, f64) = (0.5, 5.0);

/// A step in the deviations from the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DatedChange {
    /// The first row after it.
    pub row: usize,
    /// When that begins.
    pub at: Instant,
    /// The mean deviation before it, back to the change before, kWh a row.
    pub before: f64,
    /// The mean deviation from it on, up to the next change, kWh a row.
    pub after: f64,
    /// The share of the variation there that the step explains.
    pub explains: f64,
}

/// A step by its place among the deviations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub place: usize,
    pub before: f64,
    pub after: f64,
    pub explains: f64,
}

/// The steps of a series of deviations, oldest first. `deviation` and `lag_1` are those of the baseline's residuals.
///
/// None unless the tabular CUSUM sounds; then the likeliest, and again in the parts before and after it.
pub(super) fn steps(deviations: &[f64], deviation: f64, lag_1: f64) -> Vec<Step> {
    let mut watch = Tabular::new(WATCH.0 * deviation, WATCH.1 * deviation);
    let mut found = Vec::new();
    if deviations.iter().any(|one| watch.fold(*one).is_some()) {
        split(deviations, 0, lag_1.clamp(0.0, 0.99), &mut found);
    }
    found.sort_by_key(|step| step.place);
    between(deviations, &mut found);
    found
}

/// Gives each step the means from the step before it to the next one.
fn between(deviations: &[f64], found: &mut [Step]) {
    let ends: Vec<usize> = found.iter().map(|step| step.place).chain([deviations.len()]).collect();
    let mut from = 0;
    for (step, end) in found.iter_mut().zip(ends.iter().skip(1)) {
        let of = |from: usize, to: usize| mean(deviations.get(from..to).unwrap_or_default());
        (step.before, step.after) = (of(from, step.place), of(step.place, *end));
        from = step.place;
    }
}

fn mean(values: &[f64]) -> f64 {
    let sum: DoubleDouble = values.iter().copied().map(DoubleDouble::from).sum();
    sum.to_f64() / values.len().max(1) as f64
}

fn split(deviations: &[f64], offset: usize, lag_1: f64, found: &mut Vec<Step>) {
    let Some(step) = change(deviations) else { return };
    let rows = deviations.len();
    let is_short = step.row < LEAST_ROWS || rows - step.row < LEAST_ROWS;
    let rest = f64::max(1.0 - step.explains, f64::EPSILON);
    let square = step.explains * (rows as f64 - 2.0) / rest * (1.0 - lag_1) / (1.0 + lag_1);
    if is_short || square < LEAST_T * LEAST_T || found.len() >= MOST_CHANGES {
        return;
    }
    let (place, explains) = (offset + step.row, step.explains);
    found.push(Step { place, before: step.before, after: step.after, explains });
    let (head, tail) = deviations.split_at(step.row);
    split(head, offset, lag_1, found);
    split(tail, offset + step.row, lag_1, found);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Deviations of ±1 in turn, lower by `drop` from a place on.
    fn series(rows: usize, place: usize, drop: f64) -> Vec<f64> {
        let noise = |row: usize| if row.is_multiple_of(2) { 1.0 } else { -1.0 };
        (0..rows).map(|row| noise(row) - if row < place { 0.0 } else { drop }).collect()
    }

    #[test]
    fn a_step_is_dated_and_noise_is_not() {
        let found = steps(&series(40, 20, 5.0), 1.0, 0.0);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].place, found[0].before, found[0].after), (20, 0.0, -5.0));
        assert!(found[0].explains > 0.8);
        assert!(steps(&series(40, 40, 5.0), 1.0, 0.0).is_empty());
        assert!(steps(&[0.0; 20], 0.0, 0.0).is_empty(), "a perfect model");
    }

    #[test]
    fn what_goes_and_comes_back_is_two_changes() {
        let mut deviations = series(60, 20, 5.0);
        deviations[40..].iter_mut().for_each(|one| *one += 5.0);
        let places: Vec<usize> =
            steps(&deviations, 1.0, 0.0).iter().map(|step| step.place).collect();
        assert_eq!(places, [20, 40]);
        let second = steps(&deviations, 1.0, 0.0)[1];
        assert_eq!((second.before, second.after), (-5.0, 0.0));
    }

    #[test]
    fn a_single_day_is_no_change() {
        let mut deviations = series(30, 30, 0.0);
        deviations[29] = 80.0;
        assert!(steps(&deviations, 1.0, 0.0).is_empty());
    }
}
