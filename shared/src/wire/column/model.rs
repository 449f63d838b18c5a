//! What a value is expected to be, and how far off it may be: a model that both sides keep.
//!
//! Everything is in 256ths of a value's step and in whole numbers, so that writer and reader agree to the
//! last bit on every machine. A model remembers, for each level that the column has been at, what came
//! next there and how far off it was: a machine that comes back from a stop is at once expected to make
//! the noise that it makes when it runs.

use super::shape::{Shape, Window};

/// Values beyond this, and wider noise, are not modelled.
pub(super) const MOST: i64 = 1 << 50;
const WIDEST: u64 = 1 << 40;
const LEVELS: usize = 32;
/// A first guess at how far off a value is: four steps.
const FIRST_WIDTH: u64 = 4 << 8;

/// What follows a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The value itself.
    Level,
    /// Its step from the one before.
    Step,
    /// The step of a hidden quantity of which a register shows the whole part.
    Register,
}

/// How a column is modelled; a byte in its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settings {
    pub kind: Kind,
    /// Place in [`HOLDS`].
    pub hold: u8,
    /// Place in [`MEMORIES`].
    pub memory: u8,
    pub shape: Shape,
}

/// How much of a distance from the usual stays until the next value, in sixteenths.
pub(super) const HOLDS: [i64; 6] = [16, 14, 12, 8, 4, 0];

#[derive(Debug, Clone, Copy)]
struct Memory {
    /// Whether each level is remembered by itself.
    levels: bool,
    /// Most that a width's average looks back over.
    longest: usize,
}

const MEMORIES: [Memory; 3] = [
    Memory { levels: true, longest: 31 },
    Memory { levels: false, longest: 15 },
    Memory { levels: false, longest: 63 },
];

impl Settings {
    const COUNT: u8 = 3 * 6 * 3 * 2;

    pub(super) const fn to_byte(self) -> u8 {
        let place = self.kind as u8 * HOLDS.len() as u8 + self.hold;
        (place * MEMORIES.len() as u8 + self.memory) * 2 + self.shape as u8
    }

    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        if byte >= Self::COUNT {
            return None;
        }
        let shape = if byte.is_multiple_of(2) { Shape::Normal } else { Shape::Logistic };
        let (memory, place) = (byte / 2 % 3, byte / 6);
        let kind = match place / 6 {
            0 => Kind::Level,
            1 => Kind::Step,
            _ => Kind::Register,
        };
        Some(Self { kind, hold: place % 6, memory, shape })
    }
}

/// 2^16 × 2 / (2n + 3): the weight of a new member of an average that has n.
const fn weights() -> [i64; 64] {
    let mut weights = [0; 64];
    let mut n = 0;
    while n < weights.len() {
        weights[n] = 131_072 / (2 * n as i64 + 3);
        n += 1;
    }
    weights
}

static WEIGHTS: [i64; 64] = weights();

/// Moves an average towards a new member, which counts as no further off than a product can hold.
fn towards(average: i64, new: i64, weight: i64) -> i64 {
    average + (((new - average).clamp(-FARTHEST, FARTHEST) * weight) >> 16)
}

const FARTHEST: i64 = 1 << 46;

/// What is remembered of a level.
#[derive(Debug, Clone, Copy)]
struct Level {
    seen: usize,
    /// How often it was arrived at, and the mean of where.
    met: usize,
    mean: i64,
    /// The mean of what came next.
    next: i64,
    /// The mean of how far off that was.
    width: u64,
}

const UNKNOWN: Level = Level { seen: 0, met: 0, mean: 0, next: 0, width: 0 };

/// What a model says of the next value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    /// Of 256ths.
    pub centre: i64,
    /// The same in the terms of the column's kind.
    next: i64,
    /// The level that the column is at.
    level: usize,
    /// Mean deviation, of 256ths.
    pub width: u64,
    /// The share of [`super::range::WHOLE`] for values far off.
    pub outside: u32,
    shape: Shape,
}

impl Expected {
    /// The whole number next to the centre, and the window around it.
    pub(super) fn window(&self) -> (i64, Window) {
        let whole = (self.centre + 128) >> 8;
        let fraction = self.centre - (whole << 8);
        (whole, Window::new(self.shape, fraction, self.width, self.outside))
    }
}

/// The state of a column's model; about a kilobyte, needed for one column at a time.
#[derive(Debug, Clone)]
pub(super) struct Model {
    settings: Settings,
    memory: Memory,
    hold: i64,
    levels: [Level; LEVELS],
    /// Where the column is, in the terms of its kind.
    at: i64,
    /// What a register hides, at its last value.
    hidden: i64,
    /// How far off the last few were.
    recent: u64,
    outside: u32,
    seen: usize,
}

impl Model {
    pub(super) fn new(settings: Settings, first: i64) -> Self {
        let at = if settings.kind == Kind::Level { first << 8 } else { 0 };
        let memory = MEMORIES[usize::from(settings.memory) % MEMORIES.len()];
        let mut model = Self {
            settings,
            memory,
            hold: HOLDS[usize::from(settings.hold) % HOLDS.len()],
            levels: [UNKNOWN; LEVELS],
            at,
            hidden: (first << 8) + 128,
            recent: FIRST_WIDTH,
            outside: 1_300,
            seen: 0,
        };
        model.arrive(at);
        model
    }

    /// Half octaves from a quarter of a step up; other signs lie elsewhere.
    const fn level_of(&self, at: i64) -> usize {
        if !self.memory.levels {
            return 0;
        }
        let size = at.unsigned_abs() >> 6;
        if size == 0 {
            return 0;
        }
        let octave = size.ilog2();
        let half = if octave == 0 { 0 } else { (size >> (octave - 1)) & 1 };
        let place = 1 + 2 * octave as usize + half as usize;
        (if at < 0 { place + LEVELS / 2 } else { place }) % LEVELS
    }

    pub(super) fn expected(&self) -> Expected {
        let place = self.level_of(self.at);
        let level = &self.levels[place];
        let next = if level.seen == 0 { level.mean } else { level.next };
        let next = next + ((self.at - level.mean) >> 4) * self.hold;
        let centre = match self.settings.kind {
            Kind::Level => next,
            Kind::Step | Kind::Register => self.hidden - 128 + next,
        };
        let width = self.width(level);
        Expected {
            centre,
            next,
            level: place,
            width,
            outside: self.outside,
            shape: self.settings.shape,
        }
    }

    fn width(&self, level: &Level) -> u64 {
        let seen = level.seen as u64;
        let width = match (seen, self.memory.levels) {
            (0, _) => self.recent,
            (1..6, _) => (level.width * seen + self.recent) / (seen + 1),
            (_, true) => (level.width * 3 + self.recent) / 4,
            (_, false) => (level.width + self.recent) / 2,
        };
        width.min(WIDEST)
    }

    /// Takes in the value that came, and whether it lay outside the window.
    pub(super) fn learn(&mut self, expected: Expected, value: i64, is_outside: bool) {
        let off = ((value << 8) - expected.centre).unsigned_abs();
        let at = self.follow(value, expected.next, is_outside);
        if is_outside {
            self.recent = (self.recent + self.recent / 2 + 64).min(WIDEST);
        } else {
            self.remember(expected.level, off.min(WIDEST << 4), at);
        }
        let rate = if self.seen < 32 { 5 } else { 6 };
        let hit = if is_outside { 1 << 16 } else { 0 };
        let moved = self.outside as i32 + ((hit - self.outside as i32) >> rate);
        self.outside = moved.clamp(32, 20_000) as u32;
        self.seen += 1;
        self.arrive(at);
    }

    /// Where the column is now, in the terms of its kind.
    fn follow(&mut self, value: i64, next: i64, is_outside: bool) -> i64 {
        let middle = (value << 8) + 128;
        let before = self.hidden;
        match self.settings.kind {
            Kind::Level => value << 8,
            Kind::Step => {
                self.hidden = middle;
                middle - before
            }
            Kind::Register if is_outside => {
                self.hidden = middle;
                middle - before
            }
            Kind::Register => {
                self.hidden = (before + next).clamp(value << 8, (value << 8) + 255);
                self.hidden - before
            }
        }
    }

    fn remember(&mut self, place: usize, off: u64, next: i64) {
        let level = &mut self.levels[place];
        let weight = WEIGHTS[level.seen.min(self.memory.longest)];
        level.width = match level.seen {
            0 if self.seen < 2 => off,
            0 => (off + self.recent) / 2,
            _ => towards(level.width as i64, off as i64, weight) as u64,
        };
        level.next = match level.seen {
            0 => next,
            seen => towards(level.next, next, WEIGHTS[seen.min(63)]),
        };
        level.seen += 1;
        let weight = WEIGHTS[self.seen.min(3)].max(1 << 14);
        self.recent = towards(self.recent as i64, off as i64, weight) as u64;
    }

    fn arrive(&mut self, at: i64) {
        let place = self.level_of(at);
        let level = &mut self.levels[place];
        level.mean = match level.met {
            0 => at,
            met => towards(level.mean, at, WEIGHTS[met.min(63)]),
        };
        level.met += 1;
        self.at = at;
    }
}
