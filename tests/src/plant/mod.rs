//! A simulated green-tea line in Lào Cai: six machines, a main meter, firewood, leaf, people.
//!
//! Deterministic from one seed. Two shifts from Monday to Saturday, rest on Sunday; most leaf comes
//! after noon, so that the second shift is the busier one. Leaf is spread, panned, rolled, dried and
//! sorted in batches that one machine hands to the next. The meters have the register map of an
//! Eastron SDM630, the machines a state word and counts of their own.
//!
//! Nothing here depends on another crate of ours: [`Plant::truth`] is an oracle for what the agent,
//! the log and the indicators say. Weights inside are tenths of a gram of the made tea that the
//! product gives, so that a thousand of them are one count of a register.

mod bill;
pub mod calendar;
mod design;
mod events;
mod faults;
mod grid;
mod leaf;
mod machine;
mod meter;
mod modbus;
mod random;
mod registers;
pub mod server;
pub mod site;
#[cfg(test)]
mod tests;
mod truth;

pub use design::{Design, LINE, MAIN, Work, place};
pub use events::{Kind, PlantEvent};
pub use faults::{Failure, Fault};
pub use machine::{Doing, LEAK, Machine};
pub use meter::STEP_S;
pub use truth::{MachineDay, Truth};

use bill::Account;
use calendar::{MINUTE_MS, SHIFTS, day_of, in_shift, instant, minute_of, works};
use grid::Grid;
use leaf::{Bed, DECIGRAMS};
use machine::Present;
use random::Random;
use std::path::Path;

/// The panning drum's place, the first that takes batches.
const PANNING: usize = 1;
/// The sorter's place, the last.
const SORTING: usize = 4;
/// Air that a running machine draws, as a share of the compressor's delivery.
const AIR: [(usize, f64); 3] = [(1, 0.12), (3, 0.06), (4, 0.28)];
/// Minutes of the day when lights and office are on.
const LIT: std::ops::Range<i64> = 330..1_330;
/// Every so many minutes somebody weighs firewood.
const WEIGHING_MINUTES: i64 = 120;

/// The factory.
#[derive(Debug, Clone)]
pub struct Plant {
    start: i64,
    now: i64,
    /// The main meter is the last.
    machines: Vec<Machine>,
    bed: Bed,
    /// What waits before each machine, in 0.1 g of made tea.
    stock: [i64; MAIN],
    /// Good and spoilt counts of the sorter that are written down already, in 0.1 kg.
    counted: [i64; 2],
    grid: Grid,
    account: Account,
    events: Vec<PlantEvent>,
    truth: Truth,
    random: Random,
}

impl Plant {
    /// A factory at a standstill, at an instant in milliseconds UTC.
    #[must_use]
    pub fn new(seed: u64, start: i64) -> Self {
        let designs = LINE.into_iter().chain([design::MAIN_METER]);
        let machine = |(place, design)| Machine::new(design, seed ^ (place << 32));
        let mut plant = Self {
            start,
            now: start,
            machines: (1_u64..).zip(designs).map(machine).collect(),
            bed: Bed::new(seed.rotate_left(29)),
            stock: [0; MAIN],
            counted: [0; 2],
            grid: Grid::new(seed.rotate_left(43)),
            account: Account::new(start),
            events: Vec::new(),
            truth: Truth::default(),
            random: Random::new(seed.rotate_left(17)),
        };
        plant.bed.plan(day_of(start), start);
        plant.decide();
        plant
    }

    /// Moves the factory on; an instant that is past already changes nothing.
    pub fn advance_to(&mut self, now: i64) {
        while self.now + STEP_S * 1_000 <= now {
            self.step();
        }
    }

    /// The instant that the factory has reached, milliseconds UTC.
    #[must_use]
    pub const fn now(&self) -> i64 {
        self.now
    }

    /// A machine by its place, the main meter behind them.
    ///
    /// # Panics
    /// When there is no such place.
    #[must_use]
    pub fn machine(&self, place: usize) -> &Machine {
        &self.machines[place]
    }

    /// What really happened until now, day by day.
    #[must_use]
    pub const fn truth(&self) -> &Truth {
        &self.truth
    }

    /// What people have written down until now, in the order in which they did.
    #[must_use]
    pub fn events(&self) -> Vec<PlantEvent> {
        self.told(i64::MIN, self.now + 1).into_iter().cloned().collect()
    }

    fn told(&self, from: i64, to: i64) -> Vec<&PlantEvent> {
        let told = self.events.iter().filter(|event| (from..to).contains(&event.told));
        let mut told: Vec<&PlantEvent> = told.collect();
        told.sort_by_key(|event| event.told);
        told
    }

    /// What people wrote down in a stretch of time, as the CSV that `millwatt import --events` takes.
    ///
    /// A stop is written down when it is over, a bill when it comes.
    #[must_use]
    pub fn events_csv(&self, from: i64, to: i64) -> String {
        events::csv(self.told(from, to).into_iter())
    }

    /// Writes everything told until now as such a file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write_events_csv(&self, path: &Path) -> std::io::Result<()> {
        events::write_csv(path, self.told(i64::MIN, self.now + 1).into_iter())
    }

    /// The failures that this factory's meters have.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        faults::faults(self.start).to_vec()
    }

    /// How a machine's meter fails now.
    #[must_use]
    pub fn failure(&self, machine: usize) -> Option<Failure> {
        let of_machine = |fault: &Fault| fault.machine == machine;
        let faults = faults::faults(self.start).into_iter().filter(of_machine);
        let mut current = faults.filter(|fault| (fault.from..fault.to).contains(&self.now));
        current.next().map(|fault| fault.failure)
    }

    fn step(&mut self) {
        let begun = self.now;
        let (day, work) = (day_of(begun), in_shift(begun));
        let mut drawn = 0;
        for (place, machine) in self.machines.iter_mut().enumerate() {
            let doing = machine.doing;
            let made = machine.step();
            self.truth.record(day, place, doing, &made, work);
            if (PANNING..SORTING).contains(&place) {
                self.stock[place + 1] += made.good;
            }
            drawn = made.milliwatt_hours;
        }
        self.now += STEP_S * 1_000;
        // The main meter is the last of them.
        self.events.extend(self.account.add(begun, self.now, drawn));
        self.happen(begun);
        self.decide();
    }

    /// What people bring and write down between the step's beginning and now.
    fn happen(&mut self, begun: i64) {
        if minute_of(begun) == minute_of(self.now) {
            return;
        }
        let today = day_of(self.now);
        if today != day_of(begun) {
            self.bed.plan(today, self.now);
        }
        while let Some(leaf) = self.bed.receive(self.now) {
            let event = PlantEvent::new(leaf.at, Kind::RawMaterial, "");
            self.events.push(event.weighed("fresh-leaf", leaf.kilograms * 10));
        }
        if minute_of(self.now) % WEIGHING_MINUTES == 0 {
            self.weigh_wood();
        }
        for (number, shift) in SHIFTS.into_iter().enumerate().filter(|_| works(today)) {
            let step = begun + 1..=self.now;
            let passed = |minute| step.contains(&instant(today, minute));
            if passed(shift.start) {
                self.count_people(number);
            }
            if passed(shift.end) {
                self.count_output();
            }
        }
        self.miss_meters(begun);
    }

    fn weigh_wood(&mut self) {
        for machine in &mut self.machines {
            let kilograms = machine.wood_g / 1_000;
            machine.wood_g -= kilograms * 1_000;
            if kilograms > 0 {
                let event = PlantEvent::new(self.now, Kind::Fuel, machine.design.id);
                self.events.push(event.weighed("firewood", kilograms * 10));
            }
        }
    }

    /// The first shift is the smaller one.
    fn count_people(&mut self, shift: usize) {
        let people = [self.random.between(4, 5), self.random.between(7, 9)][shift];
        let event = PlantEvent::new(self.now, Kind::People, "");
        self.events.push(PlantEvent { tenths: Some(people * 10), unit: "person", ..event });
    }

    fn count_output(&mut self) {
        let sorter = &self.machines[SORTING];
        let shown = [sorter.good / 1_000, sorter.reject / 1_000];
        for (place, kind) in [Kind::Output, Kind::Reject].into_iter().enumerate() {
            let event = PlantEvent::new(self.now, kind, sorter.design.id);
            self.events.push(event.weighed("green-tea", shown[place] - self.counted[place]));
        }
        self.counted = shown;
    }

    fn miss_meters(&mut self, begun: i64) {
        let ended = |fault: &Fault| (begun + 1..=self.now).contains(&fault.to);
        for fault in faults::faults(self.start).into_iter().filter(ended) {
            let minutes = (fault.to - fault.from) / MINUTE_MS;
            let event = PlantEvent::new(self.now, Kind::Note, LINE[fault.machine].id);
            let note = format!("công tơ mất liên lạc {minutes} phút");
            self.events.push(PlantEvent { note, ..event });
        }
    }

    fn decide(&mut self) {
        for place in 0..MAIN {
            let present = self.present(place);
            let machine = &mut self.machines[place];
            let taken = machine.decide(&present);
            if let Some(stop) = machine.stopped {
                let (product, note) = stop.reason;
                let event = PlantEvent::new(stop.from, Kind::Stop, machine.design.id);
                let (until, note) = (Some(stop.to), note.to_owned());
                self.events.push(PlantEvent { until, told: stop.to, product, note, ..event });
            }
            match place {
                PANNING => self.bed.take(taken),
                _ => self.stock[place] -= taken,
            }
        }
        self.draw_main();
    }

    fn present(&self, place: usize) -> Present {
        let running = |(place, _): &&(usize, f64)| self.machines[*place].doing == Doing::Running;
        let air = AIR.iter().filter(running).map(|(_, share)| share).sum();
        let (available, more_to_come) = (self.available(place), self.more_to_come(place));
        Present { at: self.now, available, more_to_come, air }
    }

    fn available(&self, place: usize) -> i64 {
        match LINE[place].work {
            Work::Spreading => i64::from(self.bed.is_blown(self.now)),
            Work::Batches if place == PANNING => self.bed.ready(self.now),
            Work::Batches => self.stock[place],
            Work::Air | Work::Main => 0,
        }
    }

    /// Whether the machines before this one still have something for it.
    fn more_to_come(&self, place: usize) -> bool {
        if place <= PANNING || LINE[place].work != Work::Batches {
            return self.bed.is_expecting(self.now);
        }
        let before = &self.machines[place - 1];
        let waits = || self.available(place - 1) >= DECIGRAMS || self.more_to_come(place - 1);
        before.batch > 0 || (before.is_open(self.now) && waits())
    }

    /// The main meter: what the machines draw, lighting, office, losses.
    fn draw_main(&mut self) {
        let lit = works(day_of(self.now)) && LIT.contains(&minute_of(self.now));
        let rest = if lit { 2_100_000.0 } else { 420_000.0 };
        let rest = (rest * (1.0 + 0.05 * self.random.normal()).max(0.5)) as i64;
        let machines = &self.machines[..MAIN];
        let active: i64 = machines.iter().map(|machine| machine.milliwatts).sum();
        let reactive: i64 = machines.iter().map(|machine| machine.millivars).sum();
        let main = &mut self.machines[MAIN];
        // 1.2 % is lost in cables and never sub-metered.
        main.milliwatts = active + active * 12 / 1_000 + rest;
        main.millivars = reactive + rest * 3 / 10;
        self.grid.step(main.watts() / 1e3);
    }
}
