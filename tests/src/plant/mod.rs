//! A simulated green-tea line in Lào Cai: six machines, a main meter, firewood, leaf, people.
//!
//! Deterministic from one seed. Two shifts from Monday to Saturday, rest on Sunday; the meters have
//! the register map of an Eastron SDM630, the machines a state word and counts of their own.

mod machine;
mod registers;
pub mod server;
pub mod site;

pub use machine::{Doing, LINE, Machine, STEP_S};

use crate::random::Random;
use std::fmt::Write as _;

/// Local time minus UTC, in milliseconds.
pub const OFFSET_MS: i64 = 7 * 3_600_000;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;
/// The main meter's place behind the machines.
pub const MAIN: usize = LINE.len();

/// How a meter fails for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Its connection is refused.
    Unplugged,
    /// It takes requests and does not answer.
    Silent,
}

/// A dated failure of one meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The machine's place in [`LINE`].
    pub machine: usize,
    /// Milliseconds UTC.
    pub from: i64,
    /// Milliseconds UTC.
    pub to: i64,
    /// How.
    pub failure: Failure,
}

/// What was weighed, counted or said.
#[derive(Debug, Clone)]
pub struct Report {
    at: i64,
    until: Option<i64>,
    kind: &'static str,
    asset: &'static str,
    product: &'static str,
    quantity: String,
    unit: &'static str,
    note: String,
}

/// The factory.
#[derive(Debug, Clone)]
pub struct Plant {
    start: i64,
    now: i64,
    machines: Vec<Machine>,
    /// The main meter: what the machines draw, lighting, office, losses.
    main: Machine,
    reports: Vec<Report>,
    random: Random,
}

impl Plant {
    /// A factory at a standstill, at an instant in milliseconds UTC.
    #[must_use]
    pub fn new(seed: u64, start: i64) -> Self {
        let machines: Vec<Machine> = (1..)
            .zip(LINE)
            .map(|(place, design)| Machine::new(design, seed ^ (place << 32)))
            .collect();
        let mut main = Machine::new(machine::Design { id: "main", ..LINE[0] }, seed);
        main.milliwatt_hours = 1_200_000_000;
        let random = Random::new(seed.rotate_left(17));
        Self { start, now: start, machines, main, reports: Vec::new(), random }
    }

    /// Moves the factory on; an instant that is past already changes nothing.
    pub fn advance_to(&mut self, now: i64) {
        while self.now + STEP_S * 1_000 <= now {
            self.now += STEP_S * 1_000;
            self.step();
        }
    }

    fn step(&mut self) {
        let local = self.now + OFFSET_MS;
        let minute = local.rem_euclid(DAY_MS) / MINUTE_MS;
        // 1970-01-01 was a Thursday; Sunday is day 3 of the count from there.
        let works_today = (local.div_euclid(DAY_MS) % 7) != 3;
        for machine in &mut self.machines {
            let before = machine.doing;
            machine.step(minute, works_today);
            if machine.doing != before && !machine.reason.is_empty() {
                let reason = machine.reason;
                self.reports.push(stop(self.now, machine, reason));
            }
        }
        self.draw_main(minute, works_today);
        if local.rem_euclid(DAY_MS) % (120 * MINUTE_MS) == 0 {
            self.weigh_wood();
        }
        if works_today && local.rem_euclid(DAY_MS) == 13 * 3_600_000 + 1_800_000 {
            self.weigh_leaf();
        }
    }

    fn draw_main(&mut self, minute: i64, works_today: bool) {
        let lit = works_today && (330..1_330).contains(&minute);
        let rest = if lit { 2_100.0 } else { 420.0 } * (1.0 + 0.05 * self.random.normal());
        let watts: f64 = self.machines.iter().map(|machine| machine.watts).sum::<f64>() + rest;
        self.main.watts = watts * 1.012;
        let step = self.main.watts * 1_000.0 * STEP_S as f64 / 3_600.0;
        self.main.milliwatt_hours += step as i64;
        let reactive = |m: &Machine| m.watts * (1.0 / m.power_factor().powi(2) - 1.0).sqrt();
        let vars: f64 = self.machines.iter().map(reactive).sum::<f64>() + 0.3 * rest;
        self.main.millivar_hours += (vars * 1_000.0 * STEP_S as f64 / 3_600.0) as i64;
    }

    fn weigh_wood(&mut self) {
        for machine in &mut self.machines {
            let kilograms = machine.wood_g / 1_000;
            machine.wood_g -= kilograms * 1_000;
            if kilograms > 0 {
                let (at, asset) = (self.now, machine.design.id);
                let quantity = kilograms.to_string();
                self.reports.push(weighed(at, "fuel", asset, "firewood", quantity));
            }
        }
    }

    fn weigh_leaf(&mut self) {
        let kilograms = self.random.between(1_250, 1_750).to_string();
        self.reports.push(weighed(self.now, "raw-material", "", "fresh-leaf", kilograms));
        let people = self.random.between(11, 14).to_string();
        let people = Report { unit: "person", ..weighed(self.now, "people", "", "", people) };
        self.reports.push(people);
    }

    /// The failures that this factory's meters have.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let midnight = (self.start + OFFSET_MS).div_euclid(DAY_MS) * DAY_MS - OFFSET_MS;
        let at = |day: i64, minute: i64| midnight + day * DAY_MS + minute * MINUTE_MS;
        vec![
            Fault { machine: 4, from: at(8, 600), to: at(8, 780), failure: Failure::Unplugged },
            Fault { machine: 2, from: at(11, 840), to: at(11, 842), failure: Failure::Silent },
        ]
    }

    /// How a machine's meter fails now.
    #[must_use]
    pub fn failure(&self, machine: usize) -> Option<Failure> {
        let faults = self.faults();
        let fault = faults
            .iter()
            .find(|fault| fault.machine == machine && (fault.from..fault.to).contains(&self.now));
        fault.map(|fault| fault.failure)
    }

    /// A machine by its place, the main meter behind them.
    #[must_use]
    pub fn machine(&self, place: usize) -> &Machine {
        self.machines.get(place).unwrap_or(&self.main)
    }

    /// What people reported in a stretch of time, as the CSV that `millwatt import --events` takes.
    #[must_use]
    pub fn events_csv(&self, from: i64, to: i64) -> String {
        let mut csv = "time,kind,asset,product,quantity,unit,until,note\n".to_owned();
        for report in self.reports.iter().filter(|report| (from..to).contains(&report.at)) {
            let until = report.until.map(local_time).unwrap_or_default();
            // Writing to a String cannot fail.
            let _ = writeln!(
                csv,
                "{},{},{},{},{},{},{until},{}",
                local_time(report.at),
                report.kind,
                report.asset,
                report.product,
                report.quantity,
                report.unit,
                report.note
            );
        }
        csv
    }
}

fn weighed(
    at: i64,
    kind: &'static str,
    asset: &'static str,
    product: &'static str,
    quantity: String,
) -> Report {
    Report { at, until: None, kind, asset, product, quantity, unit: "kg", note: String::new() }
}

fn stop(at: i64, machine: &Machine, reason: &str) -> Report {
    let report = weighed(at, "stop", machine.design.id, "", String::new());
    Report { unit: "", note: reason.to_owned(), ..report }
}

/// Local time as people write it, to the second.
fn local_time(at: i64) -> String {
    let local = at + OFFSET_MS;
    let date = millwatt::time::Date::from_day_number(local.div_euclid(DAY_MS));
    let second = local.rem_euclid(DAY_MS) / 1_000;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{:04}-{:02}-{:02} {hour:02}:{minute:02}:{second:02}", date.year, date.month, date.day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Monday 2026-03-02, local midnight.
    const START: i64 = 1_772_384_400_000;

    fn after(days: i64) -> Plant {
        let mut plant = Plant::new(7, START);
        plant.advance_to(START + days * DAY_MS);
        plant
    }

    #[test]
    fn a_seed_gives_the_same_factory_however_it_is_advanced() {
        let whole = after(2);
        let mut stepped = Plant::new(7, START);
        (0..=2 * 1_440).for_each(|minute| stepped.advance_to(START + minute * MINUTE_MS));
        for place in 0..=MAIN {
            let (one, other) = (whole.machine(place), stepped.machine(place));
            assert_eq!(one.milliwatt_hours, other.milliwatt_hours);
            assert_eq!((one.good, one.reject), (other.good, other.reject));
        }
    }

    #[test]
    fn a_month_is_what_such_a_workshop_uses() {
        let (before, plant) = (after(0), after(30));
        let kwh = |place: usize| {
            let used = plant.machine(place).milliwatt_hours - before.machine(place).milliwatt_hours;
            used as f64 / 1e6
        };
        let tea = plant.machine(4).good as f64 / 10_000.0;
        let csv = plant.events_csv(START, plant.now + 1);
        let wood: f64 = csv
            .lines()
            .filter(|line| line.contains(",fuel,"))
            .filter_map(|line| line.split(',').nth(4)?.parse::<f64>().ok())
            .sum();
        println!("main {:.0} kWh, tea {tea:.0} kg, wood {wood:.0} kg", kwh(MAIN));
        println!("{:.2} kWh/kg, {:.2} kg wood/kg", kwh(MAIN) / tea, wood / tea);
        assert!((0..MAIN).map(kwh).sum::<f64>() < kwh(MAIN));
        assert!((3_000.0..9_000.0).contains(&kwh(MAIN)));
        assert!((0.4..1.0).contains(&(kwh(MAIN) / tea)));
        assert!((1.2..2.2).contains(&(wood / tea)));
    }

    #[test]
    fn sunday_is_a_day_of_rest() {
        let mut plant = after(6);
        plant.advance_to(START + 6 * DAY_MS + DAY_MS / 2);
        assert!((0..MAIN).all(|place| plant.machine(place).doing == Doing::Off));
    }
}
