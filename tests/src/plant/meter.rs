//! Exact energy counters.

/// Seconds of one step of the simulation.
pub const STEP_S: i64 = 10;
/// Steps of an hour: power summed over that many steps is energy.
const STEPS_PER_HOUR: i64 = 3_600 / STEP_S;

/// A counter that sums power step by step and loses nothing to rounding.
///
/// Whole thousandths of a watt-hour (or var-hour) are counted, the rest is carried on.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    carried: i64,
}

impl Counter {
    /// What one step at a power adds, mWh of mW.
    ///
    /// # Panics
    /// When the power is negative: nothing here feeds energy back.
    pub fn step(&mut self, milliwatts: i64) -> i64 {
        assert!(milliwatts >= 0, "a load draws power: {milliwatts} mW");
        self.carried += milliwatts;
        let whole = self.carried / STEPS_PER_HOUR;
        self.carried -= whole * STEPS_PER_HOUR;
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_of_a_power_is_its_energy() {
        let mut counter = Counter::default();
        let hour: i64 = (0..STEPS_PER_HOUR).map(|_| counter.step(1_234_567)).sum();
        assert_eq!(hour, 1_234_567);
        // 100 mW for 10 s is 0.277 mWh: the fourth step completes the first one.
        let steps: Vec<i64> = (0..4).map(|_| counter.step(100)).collect();
        assert_eq!(steps, [0, 0, 0, 1]);
    }
}
