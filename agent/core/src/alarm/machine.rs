//! What a machine is doing now, and for how long: the state of the report, as it comes.

use millwatt::interval::Interval;
use millwatt::production::State;
use millwatt::site::Asset;
use millwatt::time::{Period, Span};
use millwatt::units::{Energy, Power};

/// Power thresholds with a tenth of hysteresis, the rule of [`millwatt::production::state`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Thresholds {
    idle: i128,
    running: i128,
    last: State,
}

impl Thresholds {
    /// Of a machine; `None` when no power tells its state.
    pub fn of(asset: &Asset<'_>) -> Option<Self> {
        let (idle, running) = (asset.idle_milliwatts.max(1), asset.running_milliwatts);
        let known = asset.machine && running > 0;
        known.then_some(Self { idle: idle.into(), running: running.into(), last: State::Off })
    }

    pub fn classify(&mut self, power: Power) -> State {
        let reached = |threshold: i128, is_held: bool| {
            let factor = if is_held { 9 } else { 10 };
            power.milliwatts().saturating_mul(10) >= threshold * factor
        };
        self.last = if reached(self.running, self.last == State::Running) {
            State::Running
        } else if reached(self.idle, self.last != State::Off) {
            State::Idle
        } else {
            State::Off
        };
        self.last
    }
}

/// The mean power of an interval; `None` when its amount is not measured for just that time.
pub(crate) fn mean_power(interval: &Interval) -> Option<Power> {
    let energy = Energy::from_milliwatt_hours(interval.amount);
    interval.rule.is_measured().then(|| energy.mean_power(interval.period.span())).flatten()
}

/// A stretch of one state so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub period: Period,
    pub state: State,
    /// The part of it that was planned work.
    pub planned: Span,
    pub energy: Energy,
}

impl Stretch {
    /// With what came after it counted to it.
    fn absorb(&mut self, next: &Self) {
        self.period.to = next.period.to;
        self.planned = self.planned + next.planned;
        self.energy += next.energy;
    }
}

/// Joins neighbouring spans of one state and absorbs flickers, as [`millwatt::production::Stretches`] does, but tells
/// the stretch that is not yet over.
///
/// # Missing data
/// A gap ends a stretch. While an alarm stands (`is_held`) it does not: the gap's own time counts for nothing, and
/// another state must last before it is believed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Machine {
    dwell: Span,
    current: Option<Stretch>,
    /// Another state after it, not yet long enough to be believed.
    pending: Option<Stretch>,
}

impl Machine {
    pub const fn new(dwell: Span) -> Self {
        Self { dwell, current: None, pending: None }
    }

    /// The state that is believed and all that is counted to it.
    pub const fn current(&self) -> Option<&Stretch> {
        self.current.as_ref()
    }

    /// One more span.
    pub fn take(&mut self, next: Stretch, is_held: bool) {
        let Some(current) = &mut self.current else {
            self.current = Some(next);
            return;
        };
        let end = self.pending.map_or(current.period.to, |pending| pending.period.to);
        if end != next.period.from {
            if !is_held {
                (self.current, self.pending) = (Some(next), None);
                return;
            }
            if let Some(pending) = self.pending.take() {
                current.absorb(&pending);
            }
        }
        let pending = self.pending.take();
        if next.state == current.state {
            pending.iter().for_each(|pending| current.absorb(pending));
            current.absorb(&next);
            return;
        }
        let pending = match pending {
            Some(mut pending) if pending.state == next.state => {
                pending.absorb(&next);
                pending
            }
            other => {
                other.iter().for_each(|other| current.absorb(other));
                next
            }
        };
        if pending.period.span() < self.dwell {
            self.pending = Some(pending);
        } else {
            self.current = Some(pending);
        }
    }

    /// Energy that came apart from the state: counted to what the machine is doing now.
    pub fn add(&mut self, energy: Energy) {
        if let Some(now) = self.pending.as_mut().or(self.current.as_mut()) {
            now.energy += energy;
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::plant::{self, at};
    use super::*;
    use millwatt::event::Event;
    use millwatt::interval::Rule;
    use millwatt::production::State::{Down, Idle, Off, Running};
    use millwatt::production::{StateSpan, Stretches, state};
    use millwatt::reading::{ChannelId, Sample};
    use millwatt::series::Series;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn span(minute: i64, state: State) -> Stretch {
        let (planned, energy) = (Span::from_minutes(1), Energy::from_milliwatt_hours(10));
        Stretch { period: Period::new(at(minute), at(minute + 1)), state, planned, energy }
    }

    fn after(states: &[State]) -> Stretch {
        let mut machine = Machine::new(Span::from_minutes(2));
        (0..).zip(states).for_each(|(minute, state)| machine.take(span(minute, *state), false));
        *machine.current().expect("it has a state")
    }

    #[test]
    fn what_lasts_becomes_a_state_with_all_that_is_its_own() {
        let got = after(&[Running, Running, Idle]);
        assert_eq!((got.state, got.period.to), (Running, at(2)), "one minute is a flicker yet");
        let got = after(&[Running, Running, Idle, Idle]);
        assert_eq!((got.state, got.period.from, got.planned), (Idle, at(2), Span::from_minutes(2)));
        assert_eq!(got.energy.milliwatt_hours(), 20);
        let got = after(&[Running, Idle, Down, Running]);
        assert_eq!((got.state, got.energy.milliwatt_hours()), (Running, 40));
    }

    #[test]
    fn a_gap_ends_a_stretch_but_for_one_that_is_held() {
        let mut machine = Machine::new(Span::from_minutes(2));
        machine.take(span(0, Idle), false);
        machine.take(span(5, Idle), true);
        assert_eq!(machine.current().map(|now| now.planned), Some(Span::from_minutes(2)));
        machine.take(span(9, Running), true);
        assert_eq!(machine.current().map(|now| now.state), Some(Idle), "not believed yet");
        machine.take(span(12, Idle), false);
        assert_eq!(machine.current().map(|now| now.planned), Some(Span::from_minutes(1)));
    }

    struct OneChannel(Vec<Sample>);

    impl Series for OneChannel {
        fn samples(&self, _: ChannelId, _: Period) -> impl Iterator<Item = Sample> + '_ {
            self.0.iter().copied()
        }

        fn events(&self, _: Period) -> impl Iterator<Item = Event<'_>> + '_ {
            core::iter::empty()
        }
    }

    proptest! {
        /// Live, the same states as in the report.
        #[test]
        fn states_are_those_of_the_report(watts in prop::collection::vec(0_i64..9_000, 1..50)) {
            let mut register = 0;
            let mut samples = std::vec![plant::read(0, 0)];
            for (minute, watts) in (1..).zip(&watts) {
                register += watts / 60;
                samples.push(plant::read(minute, register));
            }
            let (site, whole) = (plant::site(), Period::new(at(0), at(60)));
            let series = OneChannel(samples.clone());
            let told = state::states(&site, &series, plant::MACHINE, whole).expect("by power");
            let told: Vec<StateSpan> = told.collect();
            let mut thresholds = Thresholds::of(&plant::ASSET).expect("it has them");
            let live: Vec<State> = samples
                .windows(2)
                .map(|pair| {
                    let period = Period::new(pair[0].at, pair[1].at);
                    let amount = i128::from(pair[1].value - pair[0].value) * 1_000;
                    let interval = Interval { period, amount, rule: Rule::Measured };
                    thresholds.classify(mean_power(&interval).expect("it lasts"))
                })
                .collect();
            let reported: Vec<State> = told.iter().map(|span| span.state).collect();
            prop_assert_eq!(&live, &reported);
            let last = Stretches::new(told.into_iter(), plant::ASSET.dwell).last();
            let mut machine = Machine::new(plant::ASSET.dwell);
            (0..).zip(&live).for_each(|(minute, state)| machine.take(span(minute, *state), false));
            let now = machine.current().map(|now| (now.state, now.period.from));
            prop_assert_eq!(now, last.map(|last| (last.state, last.period.from)));
        }
    }

    #[test]
    fn a_threshold_is_left_a_tenth_below() {
        let mut thresholds = Thresholds::of(&plant::ASSET).expect("it has them");
        let watts = [0, 590, 600, 545, 6_000, 5_460, 5_340, 300];
        let states = watts.map(|watts| thresholds.classify(Power::from_milliwatts(watts * 1_000)));
        assert_eq!(states, [Off, Off, Idle, Idle, Running, Running, Idle, Off]);
        assert!(Thresholds::of(&Asset { running_milliwatts: 0, ..plant::ASSET }).is_none());
    }
}
