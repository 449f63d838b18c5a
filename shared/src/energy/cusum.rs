//! CUSUM: what was saved so far, when it changed, and an alarm when it changes again.

use crate::numeric::DoubleDouble;
use crate::units::Energy;

/// Running sum of energy used less energy the baseline expected.
///
/// A falling line is saving; a step in its slope dates a change.
///
/// # Units and shape
/// `used`, `expected`, `sums`: energy a row, oldest first; as many rows are written as all three have.
/// # Missing data
/// Not accepted: leave out rows that were not measured, and say so on the chart.
/// # Source
/// Σ (E − Ê). `DIFFERENCE`: some auditors plot Σ (Ê − E), where rising is saving; the sign stands on
/// our chart.
/// # Example
/// ```
/// use millwatt::energy::cusum::cusum;
/// use millwatt::units::Energy;
/// let kwh = |kwh: [i128; 3]| kwh.map(|kwh| Energy::from_milliwatt_hours(kwh * 1_000_000));
/// let mut sums = [Energy::ZERO; 3];
/// cusum(&kwh([100, 90, 95]), &kwh([98, 97, 96]), &mut sums);
/// assert_eq!(sums, kwh([2, -5, -6]));
/// ```
pub fn cusum(used: &[Energy], expected: &[Energy], sums: &mut [Energy]) {
    let mut sum = Energy::ZERO;
    for ((used, expected), slot) in used.iter().zip(expected).zip(sums) {
        sum += *used - *expected;
        *slot = sum;
    }
}

/// Which way a process moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// More is used than expected.
    Up,
    /// Less is used than expected.
    Down,
}

/// The tabular CUSUM: sums of what exceeds an allowance, and an alarm where one passes the limit.
///
/// # Units and shape
/// `allowance` (k) and `limit` (h) in the unit of the deviations: usually half and four to five
/// residual deviations of the baseline.
/// # Source
/// The tabular form that handbooks of statistical process control give.
/// # Example
/// ```
/// use millwatt::energy::cusum::{Alarm, Direction, Tabular};
/// let mut watch = Tabular::new(0.5, 4.0);
/// let alarms: Vec<_> = [0.2, 2.0, 2.5, 1.9].iter().map(|kwh| watch.fold(*kwh)).collect();
/// assert_eq!(alarms[2], None); // 0 + 1.5 + 2.0 = 3.5
/// assert_eq!(alarms[3], Some(Alarm { direction: Direction::Up, since: 1 })); // 4.9
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tabular {
    allowance: f64,
    limit: f64,
    up: Side,
    down: Side,
    rows: usize,
}

#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Side {
    sum: f64,
    since: usize,
}

impl Side {
    fn add(&mut self, excess: f64, row: usize) {
        if self.sum <= 0.0 {
            self.since = row;
        }
        self.sum = f64::max(0.0, self.sum + excess);
    }
}

/// A sum beyond its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alarm {
    /// Which way.
    pub direction: Direction,
    /// The row at which that sum left zero: the best guess when the change began.
    pub since: usize,
}

impl Tabular {
    /// With an allowance and a limit.
    #[must_use]
    pub const fn new(allowance: f64, limit: f64) -> Self {
        let none = Side { sum: 0.0, since: 0 };
        Self { allowance, limit, up: none, down: none, rows: 0 }
    }

    /// One more deviation, used less expected; an alarm while a sum is beyond the limit.
    pub fn fold(&mut self, deviation: f64) -> Option<Alarm> {
        self.up.add(deviation - self.allowance, self.rows);
        self.down.add(-deviation - self.allowance, self.rows);
        self.rows += 1;
        let alarm = |direction, since| Some(Alarm { direction, since });
        if self.up.sum > self.limit {
            return alarm(Direction::Up, self.up.since);
        }
        if self.down.sum > self.limit { alarm(Direction::Down, self.down.since) } else { None }
    }

    /// The sums, upwards and downwards, both positive.
    #[must_use]
    pub const fn sums(&self) -> (f64, f64) {
        (self.up.sum, self.down.sum)
    }
}

/// A step in a series of deviations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The first row after the step.
    pub row: usize,
    /// The mean before it.
    pub before: f64,
    /// The mean from it on.
    pub after: f64,
    /// The share of all variation that the step explains, 0 to 1.
    pub explains: f64,
}

/// When a series changed most likely: the split into two means that leaves the least scatter.
///
/// `None` for fewer than four rows or without scatter. It always finds a split; `explains` says whether
/// it means anything, and [`Tabular`] whether there was a change at all.
///
/// # Example
/// ```
/// use millwatt::energy::cusum::change;
/// let deviations = [1.0, -1.0, 0.0, 1.0, -9.0, -11.0, -10.0];
/// let change = change(&deviations).expect("seven rows");
/// assert_eq!((change.row, change.before, change.after), (4, 0.25, -10.0));
/// assert!(change.explains > 0.97);
/// ```
#[must_use]
pub fn change(deviations: &[f64]) -> Option<Change> {
    let rows = deviations.len();
    let sum: DoubleDouble = deviations.iter().copied().map(DoubleDouble::from).sum();
    let mean = sum / DoubleDouble::from(rows.max(1) as f64);
    let about = |value: &f64| (DoubleDouble::from(*value) - mean).squared();
    let total = deviations.iter().map(about).sum::<DoubleDouble>().to_f64();
    if rows < 4 || total.is_nan() || total <= 0.0 {
        return None;
    }
    let mut head = DoubleDouble::ZERO;
    let mut best: Option<Change> = None;
    for (row, value) in (1..rows).zip(deviations) {
        head += (*value).into();
        let (left, right) = (row as f64, (rows - row) as f64);
        let before = (head / DoubleDouble::from(left)).to_f64();
        let after = ((sum - head) / DoubleDouble::from(right)).to_f64();
        let explains = left * right / rows as f64 * (before - after) * (before - after) / total;
        if best.is_none_or(|best| explains > best.explains) {
            best = Some(Change { row, before, after, explains });
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A much used example of a process that moves at its thirteenth value; sums by hand.
    #[test]
    fn a_step_is_seen_at_its_second_value() {
        let data = [
            324.93, 324.68, 324.73, 324.35, 325.35, 325.23, 324.13, 324.53, 325.23, 324.60, 324.63,
            325.15, 328.33, 327.25, 327.83, 328.50, 326.68, 327.78, 326.88, 328.35,
        ];
        let mut watch = Tabular::new(0.3175, 4.1959);
        let first = data.iter().position(|value| watch.fold(value - 325.0).is_some());
        assert_eq!(first, Some(13), "the fourteenth value: 3.0125 + 1.9325 = 4.945");
    }

    #[test]
    fn what_does_not_vary_does_not_change() {
        assert_eq!(change(&[2.0; 9]), None);
        assert_eq!(change(&[1.0, 2.0, 3.0]), None);
        assert_eq!(change(&[f64::NAN; 9]), None);
    }
}
