//! A year of one machine by minutes: eight channels whose noise is of the size that meters show.
//!
//! The machine works two shifts on weekdays and goes through six states; power follows the state with
//! noise of 1.2 percent that forgets itself in minutes. Current is power by voltage and power factor, and
//! the energy register holds whole hundredths of a kWh.

const STATES: usize = 6;
const OFF: usize = 0;
const IDLE: usize = 1;
const SETUP: usize = 2;
const RUNNING: usize = 3;
const MINOR: usize = 4;
const FAULT: usize = 5;

const POWER: [f64; STATES] = [150.0, 900.0, 2_600.0, 7_400.0, 1_800.0, 300.0];
const POWER_FACTOR: [f64; STATES] = [0.45, 0.55, 0.72, 0.86, 0.62, 0.5];

/// Names of the channels, in the order of a [`Row`].
pub const CHANNELS: [&str; 8] = [
    "energy, 0.01 kWh",
    "power, W",
    "voltage, 0.1 V",
    "current, 0.01 A",
    "power factor, 0.001",
    "frequency, 0.01 Hz",
    "count",
    "state",
];

/// A minute's values.
pub type Row = [i64; 8];

struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let bits = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ bits >> 31
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.share()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.share()).cos()
    }

    fn poisson(&mut self, mean: f64) -> i64 {
        let (least, mut product, mut count) = ((-mean).exp(), self.share(), 0);
        while product > least {
            product *= self.share();
            count += 1;
        }
        count
    }
}

/// Noise of a standard deviation that keeps a share of itself from minute to minute.
struct Noise {
    kept: f64,
    deviation: f64,
    value: f64,
}

impl Noise {
    const fn new(kept: f64, deviation: f64) -> Self {
        Self { kept, deviation, value: 0.0 }
    }

    fn next(&mut self, random: &mut Random) -> f64 {
        let fresh = self.deviation * (1.0 - self.kept * self.kept).sqrt();
        self.value = self.kept * self.value + fresh * random.normal();
        self.value
    }
}

fn next_state(state: usize, random: &mut Random) -> usize {
    let chances: &[(f64, usize)] = match state {
        OFF => &[(0.2, IDLE)],
        IDLE => &[(0.08, SETUP), (0.17, RUNNING)],
        SETUP => &[(0.1, RUNNING)],
        RUNNING => &[(0.015, MINOR), (0.005, IDLE), (0.001, FAULT)],
        MINOR => &[(0.4, RUNNING)],
        _ => &[(0.05, RUNNING)],
    };
    let mut share = random.share();
    for (chance, next) in chances {
        if share < *chance {
            return *next;
        }
        share -= chance;
    }
    state
}

/// The rows of so many minutes from a Monday on.
#[must_use]
pub fn rows(minutes: usize, seed: u64) -> Vec<Row> {
    let mut random = Random(seed);
    let mut load = Noise::new(0.8, 0.012);
    let mut grid = Noise::new(0.9, 0.6);
    let mut frequency = Noise::new(0.9, 0.018);
    let mut phase = Noise::new(0.8, 0.004);
    let (mut state, mut energy, mut count) = (OFF, 12_345_678.0, 500_000);
    let mut row = |minute: usize| {
        let of_day = minute % 1_440;
        let is_open = minute / 1_440 % 7 < 5 && (360..1_320).contains(&of_day);
        state = if is_open { next_state(state, &mut random) } else { OFF };
        let power = POWER[state] * (1.0 + load.next(&mut random));
        let turn = of_day as f64 / 1_440.0 * std::f64::consts::TAU;
        let volts = 230.0 + 2.5 * turn.sin() + grid.next(&mut random);
        let hertz = 50.0 + frequency.next(&mut random);
        let factor = POWER_FACTOR[state] + phase.next(&mut random);
        energy += power / 600.0;
        count += if state == RUNNING { random.poisson(6.0) } else { 0 };
        let amperes = power / (volts * factor);
        let rounded = |value: f64| value.round() as i64;
        [
            energy.floor() as i64,
            rounded(power),
            rounded(volts * 10.0),
            rounded(amperes * 100.0),
            rounded(factor * 1_000.0),
            rounded(hertz * 100.0),
            count,
            state as i64,
        ]
    };
    (0..minutes).map(&mut row).collect()
}

/// The channels of rows, each by itself.
#[must_use]
pub fn columns(rows: &[Row]) -> [Vec<i64>; 8] {
    std::array::from_fn(|channel| rows.iter().map(|row| row[channel]).collect())
}
