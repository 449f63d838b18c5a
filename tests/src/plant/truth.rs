//! What really happened, day by day: an oracle that no Modbus register has passed through.

use std::collections::BTreeMap;

use super::design::MAIN;
use super::machine::{Doing, Made};
use super::meter::STEP_S;

/// One local day of one machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MachineDay {
    /// Energy, mWh, as its meter counted it.
    pub milliwatt_hours: i64,
    /// Reactive energy, mvarh.
    pub millivar_hours: i64,
    /// Energy by what it was doing, in the order of the state codes, mWh.
    pub by_state: [i64; 5],
    /// Seconds within the shifts by what it was doing, in the order of the state codes.
    pub seconds: [i64; 5],
    /// Good product, 0.1 g.
    pub good: i64,
    /// Spoilt product, 0.1 g.
    pub reject: i64,
    /// Firewood burnt, g.
    pub wood_g: i64,
}

/// All days of all machines.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    days: BTreeMap<i64, [MachineDay; MAIN + 1]>,
}

impl Truth {
    /// Days that have begun, each with its machines in the order of their places.
    pub fn days(&self) -> impl Iterator<Item = (i64, &[MachineDay; MAIN + 1])> {
        self.days.iter().map(|(day, machines)| (*day, machines))
    }

    /// A machine on a local day counted from 1970-01-01; nothing before the first.
    #[must_use]
    pub fn of(&self, day: i64, place: usize) -> MachineDay {
        self.days.get(&day).and_then(|machines| machines.get(place)).copied().unwrap_or_default()
    }

    /// A machine over all days.
    #[must_use]
    pub fn total(&self, place: usize) -> MachineDay {
        let days = self.days.values().filter_map(|machines| machines.get(place));
        days.fold(MachineDay::default(), |sum, day| sum.plus(day))
    }

    pub(super) fn record(&mut self, day: i64, place: usize, doing: Doing, made: &Made, work: bool) {
        let Some(machine) = self.days.entry(day).or_default().get_mut(place) else { return };
        machine.by_state[doing as usize] += made.milliwatt_hours;
        machine.seconds[doing as usize] += if work { STEP_S } else { 0 };
        machine.milliwatt_hours += made.milliwatt_hours;
        machine.millivar_hours += made.millivar_hours;
        machine.good += made.good;
        machine.reject += made.reject;
        machine.wood_g += made.wood_g;
    }
}

impl MachineDay {
    fn plus(mut self, other: &Self) -> Self {
        for code in 0..5 {
            self.by_state[code] += other.by_state[code];
            self.seconds[code] += other.seconds[code];
        }
        self.milliwatt_hours += other.milliwatt_hours;
        self.millivar_hours += other.millivar_hours;
        self.good += other.good;
        self.reject += other.reject;
        self.wood_g += other.wood_g;
        self
    }
}
