//! What a machine was doing, from its own state register or from its power.

use crate::correction::Corrections;
use crate::interval::{Interval, Intervals, Meter};
use crate::reading::{Quality, Sample};
use crate::series::Series;
use crate::site::{Asset, AssetId, Quantity, Site};
use crate::time::{Period, Span};

/// What a machine is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Switched off.
    Off,
    /// On, without working.
    Idle,
    /// Being set up, heated or cleaned.
    Setup,
    /// Working on product.
    Running,
    /// Broken down.
    Down,
}

impl State {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 5] = [Self::Off, Self::Idle, Self::Setup, Self::Running, Self::Down];

    /// The number that a state channel carries.
    #[must_use]
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The state with a code.
    #[must_use]
    pub fn from_code(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|code| Self::ALL.get(code).copied())
    }

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Idle => "idle",
            Self::Setup => "setup",
            Self::Running => "running",
            Self::Down => "breakdown",
        }
    }

    /// The state with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A stretch of one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateSpan {
    /// When.
    pub period: Period,
    /// What the machine was doing.
    pub state: State,
}

/// Power thresholds with a tenth of hysteresis: a state is left downwards below nine tenths of the
/// power at which it is entered, so that noise at a threshold is one change and not many.
#[derive(Debug, Clone, Copy)]
struct Thresholds {
    idle_milliwatts: i128,
    running_milliwatts: i128,
    last: State,
}

impl Thresholds {
    fn classify(&mut self, interval: &Interval) -> Option<StateSpan> {
        let energy = crate::units::Energy::from_milliwatt_hours(interval.amount);
        let power = energy.mean_power(interval.period.span())?.milliwatts();
        let reached = |threshold: i128, held: bool| {
            let factor = if held { 9 } else { 10 };
            power.saturating_mul(10) >= threshold * factor
        };
        self.last = if reached(self.running_milliwatts, self.last == State::Running) {
            State::Running
        } else if reached(self.idle_milliwatts, self.last != State::Off) {
            State::Idle
        } else {
            State::Off
        };
        Some(StateSpan { period: interval.period, state: self.last })
    }
}

/// How an interval tells a state.
#[derive(Debug, Clone, Copy)]
enum Judge {
    /// By its mean power.
    Power(Thresholds),
    /// By its count: whatever makes something runs, else it idles.
    Count,
}

impl Judge {
    fn classify(&mut self, interval: &Interval) -> Option<StateSpan> {
        match self {
            Self::Power(thresholds) => thresholds.classify(interval),
            Self::Count => {
                let state = if interval.amount > 0 { State::Running } else { State::Idle };
                Some(StateSpan { period: interval.period, state })
            }
        }
    }
}

/// The states of a machine in time order: from its state channel where it has one, else from the
/// mean power of its energy intervals where the site sets thresholds, else from its good count.
///
/// # Missing data
/// No span covers a gap: a state holds until the next sample, if that is at most one and a half
/// grid steps away.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is no allocator to box it with")]
pub enum StateSpans<I> {
    /// By state channel.
    Coded(CodedStates<I>),
    /// By power, or by what it counts.
    Judged(JudgedStates<I>),
}

/// See [`StateSpans::Coded`].
#[derive(Debug)]
pub struct CodedStates<I> {
    samples: I,
    longest: Span,
    last: Option<Sample>,
}

/// See [`StateSpans::Judged`].
#[derive(Debug)]
pub struct JudgedStates<I> {
    intervals: Intervals<I>,
    judge: Judge,
}

/// The states of an asset; `None` when nothing tells them.
pub fn states<'s, S: Series>(
    site: &Site<'_>,
    series: &'s S,
    id: AssetId,
    period: Period,
) -> Option<StateSpans<impl Iterator<Item = Sample> + use<'s, S>>> {
    let asset = site.asset(id)?;
    if let Some(channel) = site.channel_of(id, Quantity::MachineState) {
        let every = site.channel(channel)?.every;
        let longest = Span::from_milliseconds(every.milliseconds() * 3 / 2);
        let samples = series.samples(channel, period);
        return Some(StateSpans::Coded(CodedStates { samples, longest, last: None }));
    }
    let by_power = site.channel_of(id, Quantity::ActiveEnergy).zip(thresholds_of(asset));
    let by_power = by_power.map(|(channel, thresholds)| (channel, Judge::Power(thresholds)));
    let counter = site.channel_of(id, Quantity::GoodCount).filter(|_| asset.machine);
    let (channel, judge) = by_power.or(counter.map(|channel| (channel, Judge::Count)))?;
    let meter = Meter::of(site.channel(channel)?, asset);
    let intervals = Intervals::new(meter, series.samples(channel, period))
        .corrected(Corrections::of(site, series, channel, period.to));
    Some(StateSpans::Judged(JudgedStates { intervals, judge }))
}

fn thresholds_of(asset: &Asset<'_>) -> Option<Thresholds> {
    let known = asset.machine && asset.running_milliwatts > 0;
    known.then_some(Thresholds {
        idle_milliwatts: asset.idle_milliwatts.max(1).into(),
        running_milliwatts: asset.running_milliwatts.into(),
        last: State::Off,
    })
}

impl<I: Iterator<Item = Sample>> CodedStates<I> {
    fn next_span(&mut self) -> Option<StateSpan> {
        loop {
            let sample = self.samples.next()?;
            let Some(last) = self.last.replace(sample) else {
                continue;
            };
            let period = Period::new(last.at, sample.at);
            let believed = last.quality != Quality::Suspect && period.span() <= self.longest;
            if let (true, Some(state)) = (believed, State::from_code(last.value)) {
                return Some(StateSpan { period, state });
            }
        }
    }
}

impl<I: Iterator<Item = Sample>> JudgedStates<I> {
    fn next_span(&mut self) -> Option<StateSpan> {
        loop {
            let interval = self.intervals.next()?;
            if interval.rule.is_measured() {
                return self.judge.classify(&interval);
            }
        }
    }
}

impl<I: Iterator<Item = Sample>> Iterator for StateSpans<I> {
    type Item = StateSpan;

    fn next(&mut self) -> Option<StateSpan> {
        match self {
            Self::Coded(coded) => coded.next_span(),
            Self::Judged(judged) => judged.next_span(),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::interval::Rule;
    use crate::time::Instant;

    fn interval(minute: i64, milliwatts: i128) -> Interval {
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        let period = Period::new(at(minute), at(minute + 1));
        Interval { period, amount: milliwatts / 60, rule: Rule::Measured }
    }

    #[test]
    fn noise_at_a_threshold_changes_nothing() {
        let mut thresholds = Thresholds {
            idle_milliwatts: 600_000,
            running_milliwatts: 6_000_000,
            last: State::Off,
        };
        let powers = [0, 590_000, 600_000, 545_000, 6_000_000, 5_460_000, 5_340_000, 300_000];
        let states: std::vec::Vec<_> = (0..)
            .zip(powers)
            .filter_map(|(minute, power)| thresholds.classify(&interval(minute, power)))
            .map(|span| span.state)
            .collect();
        use State::{Idle, Off, Running};
        assert_eq!(states, [Off, Off, Idle, Idle, Running, Running, Idle, Off]);
    }

    #[test]
    fn codes_and_names_go_both_ways() {
        for state in State::ALL {
            assert_eq!(State::from_code(state.code()), Some(state));
            assert_eq!(State::named(state.name()), Some(state));
        }
        assert_eq!(State::from_code(-1), None);
    }
}
