//! Meters that cannot be reached for a while.

use super::calendar::{day_of, instant};

/// How a meter fails for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Its connection is dropped.
    Unplugged,
    /// It takes requests and does not answer.
    Silent,
}

/// A dated failure of one meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The machine's place in [`LINE`](super::LINE).
    pub machine: usize,
    /// Milliseconds UTC.
    pub from: i64,
    /// Milliseconds UTC.
    pub to: i64,
    /// How.
    pub failure: Failure,
}

/// The faults of a factory by the day on which it starts: on the ninth day the sorter's meter is
/// off the network from 10:00 to 13:00, on the twelfth the roller's is silent for two minutes.
#[must_use]
pub fn faults(start: i64) -> [Fault; 2] {
    let at = |days: i64, minute: i64| instant(day_of(start) + days, minute);
    [
        Fault { machine: 4, from: at(8, 600), to: at(8, 780), failure: Failure::Unplugged },
        Fault { machine: 2, from: at(11, 840), to: at(11, 842), failure: Failure::Silent },
    ]
}
