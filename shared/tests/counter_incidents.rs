//! What happens to counters of real meters, made up with labels by the thousand: nothing is booked that was not used.
//!
//! The reference is the true energy, which the rules never see. `MILLWATT_SCENARIOS` says how many of each kind; 10,000
//! where it is not set.

mod random;

use std::collections::BTreeMap;

use millwatt::interval::{Interval, Intervals, Meter, Rule};
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale};
use millwatt::time::{Instant, Span};
use random::Random;

const MINUTES: usize = 48;
/// mWh in a step of the register.
const STEP: i128 = 1_000;
/// Widths of registers: of bits, and of decimal drums.
const WIDTHS: [i64; 9] =
    [1 << 16, 1 << 23, 1 << 24, 1 << 31, 1 << 32, 1 << 48, 100_000, 1_000_000, 100_000_000];

/// What happened to a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Incident {
    Nothing,
    /// The register ran over its top.
    Rollover,
    /// The same while nobody read it.
    RolloverInGap,
    Gap,
    /// One or two zeros, as a meter says while it starts.
    TransientZero,
    /// One answer with its words exchanged.
    WordsExchanged,
    /// A value that its source does not believe.
    Suspect,
    /// Goes on from zero.
    Reset,
    /// Another meter in its place, and nobody said so.
    Exchanged,
    /// The register stands still and then shows all at once.
    Stuck,
    /// A float register that has too few bits for its value.
    Saturated,
    /// Energy flows back for a while and the register with it.
    Backwards,
}

const INCIDENTS: [Incident; 12] = [
    Incident::Nothing,
    Incident::Rollover,
    Incident::RolloverInGap,
    Incident::Gap,
    Incident::TransientZero,
    Incident::WordsExchanged,
    Incident::Suspect,
    Incident::Reset,
    Incident::Exchanged,
    Incident::Stuck,
    Incident::Saturated,
    Incident::Backwards,
];

/// A meter's life for an hour, and what really flowed.
struct Scenario {
    incident: Incident,
    width: i64,
    rated_milliwatts: i64,
    /// Steps that the register can gain in a minute at its rating, and a fifth.
    most: i64,
    /// mWh since the beginning, at each minute.
    truth: Vec<i128>,
    /// Steps that the difference of two readings may be off by.
    coarse: i128,
    samples: Vec<Sample>,
    /// What was changed could as well be true.
    is_believable: bool,
}

impl Scenario {
    fn new(incident: Incident, random: &mut Random) -> Self {
        let width = WIDTHS[random.below(WIDTHS.len() as i64) as usize];
        // A register must not run round within an hour: nobody could tell.
        let rated_milliwatts = between(random, 1_000_000, 500_000_000).min(width / 8 * 1_000);
        let most = rated_milliwatts / 60 / 1_000 * 6 / 5 + 1;
        let flow = rated_milliwatts / 60;
        let mut truth = vec![0];
        for _ in 1..MINUTES {
            let used = if random.below(4) == 0 { 0 } else { random.below(flow + 1) };
            truth.push(truth[truth.len() - 1] + i128::from(used));
        }
        let mut scenario = Self {
            incident,
            width,
            rated_milliwatts,
            most,
            truth,
            coarse: 1,
            samples: Vec::new(),
            is_believable: false,
        };
        scenario.read(random);
        scenario
    }

    /// What the register shows, from a first value on.
    fn shown(&self, first: i64) -> Vec<i64> {
        let steps = self.truth.iter().map(|truth| i128::from(first) + truth.div_euclid(STEP));
        steps.map(|steps| steps.rem_euclid(self.width.into()) as i64).collect()
    }

    fn total(&self) -> i64 {
        (self.truth[MINUTES - 1] / STEP) as i64
    }

    fn read(&mut self, random: &mut Random) {
        use Incident as I;
        let (when, long) = (between(random, 8, 30) as usize, between(random, 3, 8) as usize);
        if self.incident == I::Backwards {
            self.flow_back(when, long, random);
        }
        let first = self.first(when, long, random);
        let mut shown = self.shown(first.rem_euclid(self.width));
        let mut suspect = None;
        match self.incident {
            I::TransientZero => {
                let zeros = between(random, 1, 2) as usize;
                self.is_believable = (0..zeros).any(|n| self.follows(shown[when - 1], 0, n + 1));
                shown[when..when + zeros].fill(0);
            }
            I::WordsExchanged => {
                let value = shown[when];
                let exchanged = (value & 0xffff) << 16 | (value >> 16 & 0xffff) | value >> 32 << 32;
                self.is_believable = self.follows(shown[when - 1], exchanged, 1);
                shown[when] = exchanged;
            }
            I::Suspect => {
                shown[when] = random.below(self.width);
                suspect = Some(when);
            }
            I::Reset => self.begin_anew(when, 0, &mut shown),
            I::Exchanged => {
                let anew = random.below(self.width - self.total());
                self.begin_anew(when, anew, &mut shown);
            }
            I::Stuck => {
                let stands = shown[when];
                shown[when..when + long].fill(stands);
            }
            I::Saturated => {
                self.width = 0;
                shown = self.truth.iter().map(|truth| first + (truth / STEP) as i64).collect();
                // Two roundings to the float's step, and the register's own.
                self.coarse = 1 + (1 << (shown[MINUTES - 1].ilog2() - 23));
                shown.iter_mut().for_each(|value| *value = *value as f32 as i64);
            }
            _ => {}
        }
        let is_gap = matches!(self.incident, I::Gap | I::RolloverInGap);
        let is_read = |minute: &usize| !is_gap || !(when + 1..when + long - 1).contains(minute);
        let quality =
            |minute| if suspect == Some(minute) { Quality::Suspect } else { Quality::Good };
        let sample =
            |minute| Sample { at: at(minute), value: shown[minute], quality: quality(minute) };
        self.samples = (0..MINUTES).filter(is_read).map(sample).collect();
    }

    /// The register's value at the beginning.
    fn first(&self, when: usize, long: usize, random: &mut Random) -> i64 {
        let total = self.total();
        match self.incident {
            Incident::Rollover => self.width - 1 - total / 2,
            Incident::RolloverInGap => {
                let crossed = (self.truth[when] + self.truth[when + long - 1]) / 2 / STEP;
                self.width - 1 - crossed as i64
            }
            Incident::Saturated => (1 << 24) + random.below(1 << 26),
            _ => total + random.below((self.width - 3 * total).max(1)),
        }
    }

    /// For so many minutes energy flows back evenly.
    fn flow_back(&mut self, when: usize, long: usize, random: &mut Random) {
        let each = i128::from(between(random, 1_000, (self.rated_milliwatts / 180).max(1_001)));
        let before = self.truth[when];
        for (place, truth) in self.truth.iter_mut().enumerate().skip(when + 1) {
            let over = (place - when).min(long) as i128;
            let flown = if place <= when + long { before - *truth } else { 0 };
            *truth += flown - each * over;
        }
    }

    /// From a minute on the register counts from another value.
    fn begin_anew(&mut self, when: usize, anew: i64, shown: &mut [i64]) {
        let since = |minute: usize| ((self.truth[minute] - self.truth[when]) / STEP) as i64;
        self.is_believable =
            (0..4).any(|n| self.follows(shown[when - 1], anew + since(when + n), n + 1));
        for (minute, shown) in shown.iter_mut().enumerate().skip(when) {
            *shown = anew + since(minute);
        }
    }

    /// Whether a value could be what the register came to in so many minutes.
    fn follows(&self, before: i64, value: i64, minutes: usize) -> bool {
        let most = self.most * minutes as i64;
        let gain = value - before;
        (0..=most).contains(&gain) || (0..=most).contains(&(gain + self.width))
    }

    fn intervals(&self) -> Vec<Interval> {
        let asset = Asset {
            id: "",
            name: "",
            parent: None,
            machine: true,
            rated_milliwatts: self.rated_milliwatts,
            idle_milliwatts: 0,
            running_milliwatts: 0,
            ideal_cycle: Span::ZERO,
            minor_stop: Span::ZERO,
            dwell: Span::ZERO,
        };
        let channel = Channel {
            name: "",
            asset: AssetId(0),
            quantity: Quantity::ActiveEnergy,
            phase: 0,
            kind: Kind::Counter,
            scale: Scale(0),
            unit: "Wh",
            every: Span::from_minutes(1),
            modulus: self.width,
        };
        Intervals::new(Meter::of(&channel, &asset), self.samples.iter().copied()).collect()
    }

    /// mWh that really flowed in an interval.
    fn flowed(&self, interval: &Interval) -> i128 {
        let truth = |at: Instant| self.truth[(at.unix_milliseconds() / 60_000) as usize];
        truth(interval.period.to) - truth(interval.period.from)
    }

    /// Intervals that are booked with more or less than flowed.
    fn false_bookings(&self, intervals: &[Interval]) -> usize {
        let off = |interval: &&Interval| {
            let off = interval.amount - self.flowed(interval);
            interval.rule != Rule::Broken && off.abs() > STEP * self.coarse
        };
        intervals.iter().filter(off).count()
    }

    /// Whether the intervals say what happened.
    fn is_told(&self, intervals: &[Interval]) -> bool {
        use Incident as I;
        let has = |rule| intervals.iter().filter(|interval| interval.rule == rule).count();
        let (broken, rollovers) = (has(Rule::Broken), has(Rule::Rollover));
        match self.incident {
            I::Nothing | I::Suspect => broken == 0 && has(Rule::Transient) == 0,
            I::Rollover => broken == 0 && rollovers == 1,
            I::RolloverInGap | I::Gap => broken == 0 && has(Rule::AcrossGap) > 0,
            I::TransientZero | I::WordsExchanged => broken == 0 && has(Rule::Transient) == 1,
            I::Reset | I::Exchanged => broken == 1,
            I::Stuck | I::Saturated | I::Backwards => true,
        }
    }
}

fn between(random: &mut Random, least: i64, most: i64) -> i64 {
    least + random.below(most - least + 1)
}

fn at(minute: usize) -> Instant {
    Instant::from_unix_milliseconds(minute as i64 * 60_000)
}

#[derive(Debug, Default)]
struct Count {
    judged: usize,
    /// What happened could as well have been use: no reader can know.
    believable: usize,
    false_bookings: usize,
    told: usize,
}

#[test]
fn nothing_is_booked_that_was_not_used() {
    let scenarios = std::env::var("MILLWATT_SCENARIOS").ok();
    let scenarios: usize = scenarios.map_or(10_000, |count| count.parse().expect("a number"));
    let mut random = Random(7);
    let mut counts: BTreeMap<Incident, Count> = BTreeMap::new();
    for incident in INCIDENTS {
        let count = counts.entry(incident).or_default();
        for _ in 0..scenarios {
            let scenario = Scenario::new(incident, &mut random);
            if scenario.is_believable {
                count.believable += 1;
                continue;
            }
            let intervals = scenario.intervals();
            count.judged += 1;
            count.told += usize::from(scenario.is_told(&intervals));
            count.false_bookings += match incident {
                // While it stands nobody can know: but never is more booked than flowed.
                Incident::Stuck => {
                    let booked: i128 = intervals.iter().map(|interval| interval.amount).sum();
                    usize::from(booked > scenario.truth[MINUTES - 1] + STEP)
                }
                _ => scenario.false_bookings(&intervals),
            };
        }
    }
    for (incident, Count { judged, believable, false_bookings, told }) in &counts {
        println!(
            "{incident:?}: {judged} judged, {believable} that could be true, {false_bookings} booked falsely, {told} told for \
             what they are"
        );
    }
    assert!(counts.values().all(|count| count.false_bookings == 0 && count.judged > 0));
    assert!(counts.values().all(|count| count.told * 1_000 >= count.judged * 999));
}
