//! One machine: what it does, what it draws, what it makes.

use super::calendar::{MINUTE_MS, break_end, day_of, minute_of, works};
use super::design::{Design, Work};
use super::leaf::DECIGRAMS;
use super::meter::{Counter, STEP_S};
use super::random::Random;

/// How long a fire holds its heat.
const WARM_MS: i64 = 60 * MINUTE_MS;
/// Breakdowns and waits that are shorter nobody writes down.
const BREAKDOWN_NOTED_MS: i64 = 5 * MINUTE_MS;
const WAIT_NOTED_MS: i64 = 10 * MINUTE_MS;
/// Running hours between breakdowns of one machine, on average.
const HOURS_TO_BREAKDOWN: f64 = 130.0;
/// Running hours between minor stops of one machine, on average.
const HOURS_TO_JAM: f64 = 0.9;
/// Share of the compressor's delivery that leaks.
pub const LEAK: f64 = 0.16;
/// Pressures at which the compressor loads and unloads, bar.
const BAR: (f64, f64) = (6.8, 8.0);
/// Rise of the receiver's pressure in one step when nothing is drawn, bar.
const BAR_PER_STEP: f64 = 0.1;
/// A motor that runs light has a power factor lower by so much.
const LIGHT: f64 = 0.22;

/// What breaks: key, and words for the note.
const BREAKDOWNS: [(&str, &str); 4] = [
    ("breakdown-belt", "đứt dây đai"),
    ("breakdown-bearing", "kẹt ổ bi"),
    ("breakdown-electric", "nhảy rơ le nhiệt"),
    ("breakdown-chain", "tuột xích tải"),
];
const NO_MATERIAL: (&str, &str) = ("waiting-material", "chờ nguyên liệu");

/// What a machine is doing, with the code in its state register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Switched off.
    Off = 0,
    /// On, without product.
    Idle = 1,
    /// Heating up, cleaning, changing over.
    Setup = 2,
    /// Working.
    Running = 3,
    /// Broken down.
    Broken = 4,
}

/// What is going on, finer than its code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Off,
    Heating,
    Changing,
    Working,
    Jammed,
    Broken,
    Waiting,
    Eating,
}

/// A stop that somebody wrote down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Milliseconds UTC.
    pub from: i64,
    /// Milliseconds UTC.
    pub to: i64,
    /// Key of the reason, and words.
    pub reason: (&'static str, &'static str),
}

/// What a machine finds when it decides.
#[derive(Debug, Clone, Copy)]
pub struct Present {
    /// Milliseconds UTC.
    pub at: i64,
    /// Product that it could take, in 0.1 g of made tea.
    pub available: i64,
    /// Whether more of it is on the way.
    pub more_to_come: bool,
    /// Share of the compressor's delivery that is drawn, without the leak.
    pub air: f64,
}

/// What one step of a machine adds to its counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Made {
    /// mWh.
    pub milliwatt_hours: i64,
    /// mvarh.
    pub millivar_hours: i64,
    /// 0.1 g.
    pub good: i64,
    /// 0.1 g.
    pub reject: i64,
    /// Firewood burnt, g.
    pub wood_g: i64,
}

/// A machine at work.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What it is built for.
    pub design: Design,
    /// What it is doing from now on.
    pub doing: Doing,
    /// What it draws from now on, mW.
    pub milliwatts: i64,
    /// Reactive power from now on, mvar.
    pub millivars: i64,
    /// Energy on its meter, mWh.
    pub milliwatt_hours: i64,
    /// Reactive energy on its meter, mvarh.
    pub millivar_hours: i64,
    /// Good product since it was built, 0.1 g.
    pub good: i64,
    /// Spoilt product since it was built, 0.1 g.
    pub reject: i64,
    /// Firewood burnt and not yet weighed in, g.
    pub wood_g: i64,
    /// Product in it, 0.1 g.
    pub batch: i64,
    /// The last stop that ended in this step.
    pub stopped: Option<Stop>,
    act: Act,
    since: i64,
    until: i64,
    idle_until: i64,
    warm_until: i64,
    reason: (&'static str, &'static str),
    bar: f64,
    noise: f64,
    active: Counter,
    reactive: Counter,
    random: Random,
}

impl Machine {
    /// Switched off, with a meter that has run before.
    #[must_use]
    pub fn new(design: Design, seed: u64) -> Self {
        let milliwatt_hours = design.meter_kwh * 1_000_000;
        Self {
            design,
            doing: Doing::Off,
            milliwatts: 0,
            millivars: 0,
            milliwatt_hours,
            millivar_hours: milliwatt_hours / 2,
            good: 0,
            reject: 0,
            wood_g: 0,
            batch: 0,
            stopped: None,
            act: Act::Off,
            since: i64::MIN,
            until: i64::MIN,
            idle_until: i64::MIN,
            warm_until: i64::MIN,
            reason: NO_MATERIAL,
            bar: BAR.0,
            noise: 0.0,
            active: Counter::default(),
            reactive: Counter::default(),
            random: Random::new(seed),
        }
    }

    /// What it draws, W.
    #[must_use]
    pub fn watts(&self) -> f64 {
        self.milliwatts as f64 / 1e3
    }

    /// Active over apparent power; 1 when it draws nothing.
    #[must_use]
    pub fn power_factor(&self) -> f64 {
        let (active, reactive) = (self.milliwatts as f64, self.millivars as f64);
        if active == 0.0 { 1.0 } else { active / active.hypot(reactive) }
    }

    /// Whether it is open for work.
    #[must_use]
    pub fn is_open(&self, at: i64) -> bool {
        let (opens, closes) = self.design.hours;
        works(day_of(at)) && (opens..closes).contains(&minute_of(at))
    }

    /// Lets one step pass in what it is doing.
    pub fn step(&mut self) -> Made {
        let (good, reject) = self.make();
        let made = Made {
            milliwatt_hours: self.active.step(self.milliwatts),
            millivar_hours: self.reactive.step(self.millivars),
            good,
            reject,
            wood_g: self.burn(),
        };
        self.milliwatt_hours += made.milliwatt_hours;
        self.millivar_hours += made.millivar_hours;
        self.good += good;
        self.reject += reject;
        self.wood_g += made.wood_g;
        self.batch -= good + reject;
        made
    }

    fn make(&mut self) -> (i64, i64) {
        if self.act != Act::Working || self.design.rate_kg_h == 0.0 {
            return (0, 0);
        }
        let speed = (0.93 + 0.03 * self.random.normal()).clamp(0.7, 1.0);
        let step = self.design.rate_kg_h * speed * STEP_S as f64 / 3_600.0 * DECIGRAMS as f64;
        let made = (step as i64).min(self.batch);
        let spoilt = made as f64 * self.design.reject_share * (0.5 + self.random.unit());
        (made - spoilt as i64, spoilt as i64)
    }

    fn burn(&mut self) -> i64 {
        let share = match self.act {
            Act::Working => 1.0,
            Act::Heating => 0.9,
            _ if self.doing == Doing::Setup || self.doing == Doing::Idle => 0.3,
            _ => 0.0,
        };
        let grams = self.design.wood_kg_h * share * STEP_S as f64 / 3.6;
        (grams * (0.8 + 0.4 * self.random.unit())) as i64
    }

    /// Decides what it does from now on; gives the product that it takes.
    pub fn decide(&mut self, present: &Present) -> i64 {
        self.stopped = None;
        let taken = match self.design.work {
            Work::Batches => self.decide_batch(present),
            Work::Spreading => self.decide_spreading(present),
            Work::Air => self.decide_load(present),
            Work::Main => 0,
        };
        self.batch += taken;
        self.doing = self.shown(present.at);
        if matches!(self.doing, Doing::Running | Doing::Idle | Doing::Setup) {
            self.warm_until = present.at + WARM_MS;
        }
        self.draw();
        taken
    }

    fn decide_batch(&mut self, present: &Present) -> i64 {
        if self.act == Act::Working && self.batch > 0 {
            self.risk(present.at);
            return 0;
        }
        if present.at < self.until {
            return 0;
        }
        if self.batch > 0 {
            self.begin(Act::Working, present.at, 0);
            return 0;
        }
        self.next_batch(present)
    }

    /// Takes the next batch, if there is one and somebody there.
    fn next_batch(&mut self, present: &Present) -> i64 {
        let full = self.design.batch_kg * DECIGRAMS;
        let amount = present.available.min(full);
        let enough = amount == full || (amount >= DECIGRAMS && !present.more_to_come);
        let at = present.at;
        if !self.is_open(at) {
            self.begin(Act::Off, at, 0);
        } else if !enough {
            self.begin(Act::Waiting, at, 0);
        } else if let Some(end) = break_end(at) {
            self.begin(Act::Eating, at, end - at);
        } else if self.design.heating > 0 && at >= self.warm_until {
            self.begin(Act::Heating, at, self.design.heating * MINUTE_MS);
            return amount;
        } else {
            let minutes = self.random.between(2, 6);
            self.begin(Act::Changing, at, minutes * MINUTE_MS);
            return amount;
        }
        0
    }

    /// A minor stop or a breakdown, once in a while.
    fn risk(&mut self, at: i64) {
        let hours = STEP_S as f64 / 3_600.0;
        let draw = self.random.unit();
        if draw < hours / HOURS_TO_BREAKDOWN {
            let kind = self.random.between(0, BREAKDOWNS.len() as i64 - 1);
            let minutes = self.random.between(12, 70);
            self.begin(Act::Broken, at, minutes * MINUTE_MS);
            self.reason = BREAKDOWNS[kind as usize];
        } else if draw < hours / HOURS_TO_BREAKDOWN + hours / HOURS_TO_JAM {
            let seconds = self.random.between(4, 26) * STEP_S;
            self.begin(Act::Jammed, at, seconds * 1_000);
        }
    }

    fn decide_spreading(&mut self, present: &Present) -> i64 {
        let at = present.at;
        if !self.is_open(at) {
            self.begin(Act::Off, at, 0);
        } else if present.available > 0 {
            self.begin(Act::Working, at, 0);
        } else if self.act == Act::Working {
            self.begin(Act::Waiting, at, 0);
        }
        0
    }

    /// Loads and unloads by the receiver's pressure.
    fn decide_load(&mut self, present: &Present) -> i64 {
        let used = LEAK + present.air;
        let delivered = if self.act == Act::Working { 1.0 } else { 0.0 };
        self.bar = (self.bar + BAR_PER_STEP * (delivered - used)).max(0.0);
        if !self.is_open(present.at) {
            self.begin(Act::Off, present.at, 0);
        } else if self.bar <= BAR.0 {
            self.begin(Act::Working, present.at, 0);
        } else if self.bar >= BAR.1 || self.act == Act::Off {
            self.begin(Act::Jammed, present.at, 0);
        }
        0
    }

    fn begin(&mut self, act: Act, at: i64, lasting: i64) {
        if act == self.act {
            return;
        }
        let noted = match self.act {
            Act::Broken => Some(BREAKDOWN_NOTED_MS),
            Act::Waiting if act != Act::Off => Some(WAIT_NOTED_MS),
            _ => None,
        };
        let noted = noted.filter(|_| self.design.work == Work::Batches);
        if noted.is_some_and(|least| at - self.since >= least) {
            self.stopped = Some(Stop { from: self.since, to: at, reason: self.reason });
        }
        let patience = if self.act == Act::Off { 0 } else { self.design.patience };
        self.reason = NO_MATERIAL;
        self.idle_until = at + patience * MINUTE_MS;
        (self.act, self.since, self.until) = (act, at, at + lasting);
    }

    fn shown(&self, at: i64) -> Doing {
        match self.act {
            Act::Off => Doing::Off,
            Act::Heating | Act::Changing => Doing::Setup,
            Act::Working => Doing::Running,
            Act::Jammed => Doing::Idle,
            Act::Broken => Doing::Broken,
            // Nobody lets a fire go out over lunch; motors alone are switched off.
            Act::Waiting if at < self.idle_until => Doing::Idle,
            Act::Eating if self.design.heating > 0 => Doing::Idle,
            Act::Waiting | Act::Eating => Doing::Off,
        }
    }

    fn draw(&mut self) {
        let (idle, setup, running) = self.design.watts;
        let running_factor = self.design.power_factor;
        let (mean, factor) = match self.doing {
            Doing::Off => (4.0, 0.6),
            Doing::Idle => (idle, running_factor - LIGHT),
            Doing::Setup => (setup, running_factor - LIGHT),
            Doing::Running => (running, running_factor),
            Doing::Broken => (60.0, 0.6),
        };
        // AR(1) of 0.9 a step; 0.436 makes its standard deviation 1.5 % of the mean.
        self.noise = 0.9 * self.noise + 0.015 * 0.436 * self.random.normal();
        let watts: f64 = mean * (1.0 + self.noise.clamp(-0.06, 0.06));
        self.milliwatts = (watts * 1e3) as i64;
        self.millivars = (watts * 1e3 * (1.0 - factor * factor).sqrt() / factor) as i64;
    }
}
