//! A process that uses more, or less, than its baseline expects, row after row.

use super::counter::Counter;
use super::latch::Latch;
use super::rows::{Row, Rows};
use super::{Alarm, Calendar, Change, Draft, Kind, Lacking, Numbers, Role, change};
use millwatt::energy::cusum::{Direction, Tabular};
use millwatt::reading::Sample;
use millwatt::site::{AssetId, Quantity, Site};
use millwatt::time::{Instant, Span};
use millwatt::units::Energy;

/// What a process is expected to use, and how far it may stray.
///
/// # Units and shape
/// kWh a row, and kWh for one unit of output; all from the baseline's own panel.
/// # Example
/// An hour takes 5 kWh and 0.2 kWh a piece; its residuals have a deviation of 1.5 kWh, so half of it is allowed for and
/// five of them are an alarm:
/// ```
/// use millwatt_agent::alarm::Baseline;
/// let baseline = Baseline { intercept: 5.0, slope: 0.2, allowance: 0.75, limit: 7.5, ..Baseline::HOURLY };
/// assert_eq!(baseline.expected(120.0), 29.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Baseline {
    /// The length of a row, on the wall clock's multiples: an hour, a day.
    pub every: Span,
    /// kWh of a row without output.
    pub intercept: f64,
    /// kWh for one unit of output; zero for a process that is not counted.
    pub slope: f64,
    /// k: the deviation of a row that is allowed for, kWh.
    pub allowance: f64,
    /// h: the sum of what exceeds it that is an alarm, kWh.
    pub limit: f64,
}

impl Baseline {
    /// Rows of an hour that expect nothing; the numbers are the process's own.
    pub const HOURLY: Self = Self {
        every: Span::from_minutes(60),
        intercept: 0.0,
        slope: 0.0,
        allowance: 0.0,
        limit: 0.0,
    };

    /// What a row with so much output is expected to use, kWh.
    #[must_use]
    pub const fn expected(&self, output: f64) -> f64 {
        self.intercept + self.slope * output
    }
}

/// See [`Alarm::cusum`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cusum {
    baseline: Baseline,
    energy: Counter,
    output: Option<Counter>,
    rows: Rows,
    watch: Tabular,
    /// When the sums, upwards and downwards, left zero.
    began: [Instant; 2],
    direction: Direction,
    latch: Latch,
}

impl Alarm {
    /// Tells when the deviations of a process from its baseline add up beyond a limit, upwards or downwards, and when
    /// both sums have fallen to half of it.
    ///
    /// # Missing data
    /// A row of which any part is unknown, of energy or output, is left out.
    /// # Errors
    /// When the asset has no energy counter or, with a slope, no count of good product.
    /// # Example
    /// Expected 20 kWh an hour, allowance 1, limit 4: after hours of 22, 23.5 and 21.9 kWh the sum is
    /// 1 + 2.5 + 0.9 = 4.4 kWh, an alarm since the first of them.
    pub fn cusum(site: &Site<'_>, id: AssetId, baseline: Baseline) -> Result<Self, Lacking> {
        let mut draft = Draft::of(site, id)?;
        let energy = draft.need(Quantity::ActiveEnergy, Role::Energy)?;
        let is_counted = baseline.slope != 0.0;
        let output = match is_counted {
            true => Some(draft.need(Quantity::GoodCount, Role::Output)?),
            false => None,
        };
        let alarm = Cusum {
            baseline,
            energy: Counter::of(energy, draft.asset),
            output: output.map(|channel| Counter::of(channel, draft.asset)),
            rows: Rows::new(baseline.every, [true, is_counted]),
            watch: Tabular::new(baseline.allowance, baseline.limit),
            began: [Instant::MIN; 2],
            direction: Direction::Up,
            latch: Latch::new(Span::ZERO, Span::ZERO),
        };
        Ok(draft.alarm(Kind::Cusum(alarm)))
    }
}

impl Cusum {
    pub fn fold(&mut self, role: Role, sample: Sample, calendar: Calendar<'_>) -> Option<Change> {
        let Self { energy, output, rows, .. } = self;
        match (role, output) {
            (Role::Output, Some(output)) => {
                output.fold(sample, |interval| rows.add(1, interval, calendar.zone));
            }
            _ => energy.fold(sample, |interval| rows.add(0, interval, calendar.zone)),
        }
        let row = self.rows.take()?;
        self.judge(&row)
    }

    fn judge(&mut self, row: &Row) -> Option<Change> {
        let [used, output] = row.amounts;
        let deviation = used as f64 / 1e6 - self.baseline.expected(output as f64 / 1e3);
        let before = self.watch.sums();
        for (began, sum) in self.began.iter_mut().zip([before.0, before.1]) {
            if sum <= 0.0 {
                *began = row.from;
            }
        }
        let alarm = self.watch.fold(deviation);
        if let Some(alarm) = alarm.filter(|_| !self.latch.is_raised()) {
            self.direction = alarm.direction;
        }
        let (up, down) = self.watch.sums();
        let stands = self.latch.is_raised() && up.max(down) > self.baseline.limit / 2.0;
        let (sum, began) = match self.direction {
            Direction::Up => (up, self.began[0]),
            Direction::Down => (down, self.began[1]),
        };
        let at = row.from + self.baseline.every;
        let turn = self.latch.judge(at, Some(alarm.is_some() || stands), began)?;
        let (sum, limit) = (Energy::from_kwh(sum)?, Energy::from_kwh(self.baseline.limit)?);
        let numbers = Numbers::Cusum { direction: self.direction, sum, limit };
        change(turn, at, self.latch.began(), numbers)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::Turn;
    use super::super::plant::{self, at, reading};
    use super::*;
    use std::vec::Vec;

    fn alarm(slope: f64) -> Alarm {
        let intercept = if slope > 0.0 { 10.0 } else { 20.0 };
        let baseline =
            Baseline { intercept, slope, allowance: 1.0, limit: 4.0, ..Baseline::HOURLY };
        Alarm::cusum(&plant::site(), plant::MACHINE, baseline).expect("it has a counter")
    }

    /// Folds hours of so many watt-hours and pieces, a sample every minute; tells minute, turn, way, Wh and since.
    fn told(alarm: &mut Alarm, hours: &[(i64, i64)]) -> Vec<(Turn, i64, Direction, i128, i64)> {
        let calendar = Calendar::of(&plant::site());
        let (mut energy, mut pieces, mut told) = (0, 0, Vec::new());
        for (hour, (watt_hours, made)) in (0..).zip(hours) {
            for minute in 0..60 {
                let (energy, pieces) =
                    (energy + watt_hours * minute / 60, pieces + made * minute / 60);
                let minute = hour * 60 + minute;
                told.extend(alarm.fold(&reading(plant::ENERGY, minute, energy), calendar));
                told.extend(alarm.fold(&reading(plant::OUTPUT, minute, pieces), calendar));
            }
            (energy, pieces) = (energy + watt_hours, pieces + made);
        }
        let last = hours.len() as i64 * 60;
        told.extend(alarm.fold(&reading(plant::ENERGY, last, energy), calendar));
        told.extend(alarm.fold(&reading(plant::OUTPUT, last, pieces), calendar));
        told.iter().map(shown).collect()
    }

    fn shown(change: &Change) -> (Turn, i64, Direction, i128, i64) {
        let Numbers::Cusum { direction, sum, .. } = change.numbers else {
            panic!("{change:?}");
        };
        let hour = |at: Instant| at.unix_milliseconds() / 3_600_000;
        let watt_hours = sum.milliwatt_hours() / 1_000;
        (change.turn, hour(change.at), direction, watt_hours, hour(change.since))
    }

    #[test]
    fn told_when_the_sum_passes_and_when_it_has_halved() {
        // Deviations 0, 2, 3.5, 1.9: sums 0, 1, 3.5, 4.4; then −1, −1: 2.4, 0.4.
        let hours = [20_000, 22_000, 23_500, 21_900, 19_000, 19_000].map(|used| (used, 0));
        let got = told(&mut alarm(0.0), &hours);
        let raised = (Turn::Raised, 4, Direction::Up, 4_400, 1);
        let cleared = (Turn::Cleared, 6, Direction::Up, 400, 1);
        assert_eq!(got, [raised, cleared]);
    }

    #[test]
    fn output_explains_what_it_takes() {
        // 10 kWh and 0.1 kWh a piece.
        let fine = [(20_000, 100), (40_000, 300), (10_000, 0)];
        assert_eq!(told(&mut alarm(0.1), &fine), []);
        let saving = [(20_000, 100), (36_000, 300), (17_000, 100), (20_000, 100)];
        let raised = (Turn::Raised, 3, Direction::Down, 5_000, 1);
        assert_eq!(told(&mut alarm(0.1), &saving), [raised], "−4 and −3 less the allowance");
    }

    #[test]
    fn an_hour_that_is_not_known_is_left_out() {
        let (mut alarm, calendar) = (alarm(0.0), Calendar::of(&plant::site()));
        // Twelve kW too much, but the register falls to zero in each hour.
        let told = (0..600).filter_map(|minute: i64| {
            let value = minute.rem_euclid(50) * 533;
            alarm.fold(&reading(plant::ENERGY, minute, value), calendar)
        });
        assert_eq!(told.count(), 0);
    }

    #[test]
    fn a_sum_across_a_gap_within_the_hour_counts() {
        let (mut alarm, calendar) = (alarm(0.0), Calendar::of(&plant::site()));
        let minutes = [0, 1, 2, 50, 60, 61, 120, 121];
        let told: Vec<_> = minutes
            .into_iter()
            .filter_map(|minute| {
                alarm.fold(&reading(plant::ENERGY, minute, minute * 400), calendar)
            })
            .map(|told| told.at)
            .collect();
        assert_eq!(told, [at(120)], "24 kWh an hour: 3, then 6 kWh beyond the allowance");
    }
}
