//! The supply: three phase voltages that wander and sag under load.

use super::random::Random;

/// Where each phase wanders about, V.
const MEAN: [f64; 3] = [230.6, 231.4, 229.9];
/// Sag of a kilowatt at the end of a village line, V.
const SAG: f64 = 0.08;

/// The supply at the main meter.
#[derive(Debug, Clone)]
pub struct Grid {
    wander: [f64; 3],
    load_kw: f64,
    random: Random,
}

impl Grid {
    /// Unloaded.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { wander: [0.0; 3], load_kw: 0.0, random: Random::new(seed) }
    }

    /// One step under a load.
    pub fn step(&mut self, load_kw: f64) {
        self.load_kw = load_kw;
        for wander in &mut self.wander {
            // AR(1) over some three quarters of an hour; standard deviation about 1.3 V.
            *wander = 0.996 * *wander + 0.12 * self.random.normal();
        }
    }

    /// Voltages to neutral, V.
    #[must_use]
    pub fn volts(&self) -> [f64; 3] {
        let volts = |phase: usize| MEAN[phase] + self.wander[phase] - SAG * self.load_kw;
        [0, 1, 2].map(|phase| volts(phase).clamp(225.0, 235.0))
    }
}
