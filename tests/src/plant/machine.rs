//! One machine: what it does, what it draws, what it makes.

use crate::random::Random;

/// Seconds of one step of the simulation.
pub const STEP_S: i64 = 10;

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

/// What a machine is built for.
#[derive(Debug, Clone, Copy)]
pub struct Design {
    /// Short name.
    pub id: &'static str,
    /// Minutes of the day between which product passes.
    pub hours: (i64, i64),
    /// Minutes of heating before.
    pub heating: i64,
    /// Watts when idle, in setup, running.
    pub watts: (f64, f64, f64),
    /// Power factor when running.
    pub power_factor: f64,
    /// Kilograms of made tea an hour when running well; 0 for machines that count nothing.
    pub rate_kg_h: f64,
    /// Share that it spoils.
    pub reject_share: f64,
    /// Kilograms of firewood an hour when running.
    pub wood_kg_h: f64,
    /// Whether it is left on over lunch.
    pub left_on: bool,
}

/// The line. Loads as small Vietnamese tea workshops have them; the main meter is not among them.
pub const LINE: [Design; 6] = [
    design("fan", (390, 1_200), 0, (700.0, 700.0, 3_900.0), 0.78, 0.0, 0.0, 0.0, false),
    design("panning", (450, 1_260), 45, (1_100.0, 1_300.0, 2_700.0), 0.74, 43.0, 0.004, 27.0, true),
    design("rolling", (470, 1_275), 0, (650.0, 750.0, 3_200.0), 0.80, 42.0, 0.006, 0.0, false),
    design("drying", (490, 1_300), 30, (2_000.0, 2_300.0, 5_300.0), 0.84, 42.0, 0.005, 36.0, true),
    design("sorting", (510, 1_310), 0, (380.0, 420.0, 1_500.0), 0.72, 44.0, 0.026, 0.0, false),
    design("compressor", (365, 1_315), 0, (1_300.0, 1_300.0, 3_900.0), 0.82, 0.0, 0.0, 0.0, true),
];

#[expect(clippy::too_many_arguments, reason = "one row of a table")]
const fn design(
    id: &'static str,
    hours: (i64, i64),
    heating: i64,
    watts: (f64, f64, f64),
    power_factor: f64,
    rate_kg_h: f64,
    reject_share: f64,
    wood_kg_h: f64,
    left_on: bool,
) -> Design {
    Design { id, hours, heating, watts, power_factor, rate_kg_h, reject_share, wood_kg_h, left_on }
}

/// A machine at work.
#[derive(Debug, Clone)]
pub struct Machine {
    /// What it is built for.
    pub design: Design,
    /// What it is doing.
    pub doing: Doing,
    /// What it draws now, W.
    pub watts: f64,
    /// Energy since it was built, mWh.
    pub milliwatt_hours: i64,
    /// Reactive energy since it was built, mvarh.
    pub millivar_hours: i64,
    /// Good product since it was built, thousandths of 0.1 kg.
    pub good: i64,
    /// Spoilt product, thousandths of 0.1 kg.
    pub reject: i64,
    /// Firewood burnt and not yet weighed in, g.
    pub wood_g: i64,
    /// Why it stands, where somebody would know.
    pub reason: &'static str,
    left_s: i64,
    noise: f64,
    random: Random,
}

const LUNCH: std::ops::Range<i64> = 690..735;

impl Machine {
    /// Switched off, with a meter that has run before.
    #[must_use]
    pub fn new(design: Design, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let milliwatt_hours = random.between(100_000_000, 900_000_000);
        Self {
            design,
            doing: Doing::Off,
            watts: 0.0,
            milliwatt_hours,
            millivar_hours: milliwatt_hours / 2,
            good: 0,
            reject: 0,
            wood_g: 0,
            reason: "",
            left_s: 0,
            noise: 0.0,
            random,
        }
    }

    /// One step at a local minute of a working day or a day of rest.
    pub fn step(&mut self, minute: i64, works_today: bool) {
        self.left_s -= STEP_S;
        if self.left_s <= 0 {
            self.decide(minute, works_today);
        }
        self.draw();
        self.make();
    }

    fn decide(&mut self, minute: i64, works_today: bool) {
        let (opens, closes) = self.design.hours;
        let closed = !works_today || minute >= closes || minute < opens - self.design.heating;
        let (doing, minutes, reason) = if closed {
            (Doing::Off, 1, "")
        } else if minute < opens {
            (Doing::Setup, 1, "")
        } else if LUNCH.contains(&minute) {
            (if self.design.left_on { Doing::Idle } else { Doing::Off }, 1, "")
        } else if self.doing == Doing::Running {
            self.after_a_run()
        } else {
            (Doing::Running, self.random.between(14, 38), "")
        };
        let minutes = if closed { 1 } else { minutes.min(closes - minute) };
        (self.doing, self.reason, self.left_s) = (doing, reason, minutes * 60);
    }

    fn after_a_run(&mut self) -> (Doing, i64, &'static str) {
        let draw = self.random.unit();
        if self.design.id == "compressor" {
            return (Doing::Idle, self.random.between(2, 9), "");
        }
        if draw < 0.012 {
            (Doing::Broken, self.random.between(9, 50), "đứt dây đai")
        } else if draw < 0.30 {
            (Doing::Idle, self.random.between(1, 4), "")
        } else if draw < 0.62 {
            (Doing::Setup, self.random.between(3, 7), "")
        } else {
            (Doing::Idle, self.random.between(3, 12), "chờ nguyên liệu")
        }
    }

    fn draw(&mut self) {
        let (idle, setup, running) = self.design.watts;
        let mean = match self.doing {
            Doing::Off => 4.0,
            Doing::Idle => idle,
            Doing::Setup => setup,
            Doing::Running => running,
            Doing::Broken => 60.0,
        };
        self.noise = 0.9 * self.noise + 0.015 * 0.436 * self.random.normal();
        self.watts = mean * (1.0 + self.noise);
        let step = self.watts * 1_000.0 * STEP_S as f64 / 3_600.0;
        self.milliwatt_hours += step as i64;
        let factor = self.power_factor();
        self.millivar_hours += (step * (1.0 - factor * factor).sqrt() / factor) as i64;
    }

    /// Of a motor: lower when it runs light.
    #[must_use]
    pub fn power_factor(&self) -> f64 {
        match self.doing {
            Doing::Running => self.design.power_factor,
            Doing::Idle | Doing::Setup => self.design.power_factor - 0.22,
            Doing::Off | Doing::Broken => 0.6,
        }
    }

    fn make(&mut self) {
        if self.doing != Doing::Running {
            return;
        }
        let speed = (0.93 + 0.03 * self.random.normal()).clamp(0.7, 1.05);
        let made = self.design.rate_kg_h * speed * STEP_S as f64 / 3_600.0 * 10_000.0;
        let rejected = made * self.design.reject_share * (0.5 + self.random.unit());
        self.reject += rejected as i64;
        self.good += (made - rejected) as i64;
        let wood = self.design.wood_kg_h * STEP_S as f64 / 3.6;
        self.wood_g += (wood * (0.8 + 0.4 * self.random.unit())) as i64;
    }
}
