//! A machine that idles for too long while it should work.

use super::counter::{Counter, Held};
use super::latch::Latch;
use super::machine::{Machine, Stretch, Thresholds, mean_power};
use super::{Alarm, Calendar, Change, Draft, Inputs, Kind, Lacking, Numbers, Role, change};
use millwatt::decimal::div_round;
use millwatt::production::State;
use millwatt::reading::Sample;
use millwatt::site::{AssetId, Quantity, Scale, Site};
use millwatt::time::{Instant, MILLISECONDS_AN_HOUR, Period, Span};
use millwatt::units::{Energy, Power};

/// What tells the machine's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Register,
    Energy,
    Power,
    Count,
}

/// See [`Alarm::idle_too_long`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct IdleTooLong {
    source: Source,
    longest: Span,
    thresholds: Option<Thresholds>,
    machine: Machine,
    /// Of energy.
    counter: Option<Counter>,
    /// Of what it makes, where that tells the state.
    output: Option<Counter>,
    /// The state register, or the power gauge.
    held: Held,
    scale: Scale,
    /// The idle stretch that was seen last.
    idle: Option<Stretch>,
    latch: Latch,
}

impl Alarm {
    /// Tells of a machine that idles for `longest` of planned time, and again when it does something else.
    ///
    /// The state is that of the report: from the state register; else from the mean power of the energy counter, or
    /// without one from the power gauge, by the asset's thresholds; else from the count of good product. A state
    /// counts once it has lasted for the asset's dwell. Idling that began before the shift counts from its start;
    /// once told, it stands after the shift's end too.
    ///
    /// # Missing data
    /// A gap begins the wait anew. While the alarm stands, a gap neither ends it nor counts.
    /// # Errors
    /// When nothing tells the machine's state.
    /// # Example
    /// `longest` 10 minutes, dwell 2, a shift from 08:00: a mill that idles at 3 kW from 07:50 on is told at 08:10
    /// with 10 minutes and, since 07:50, 1 kWh. It runs from 08:30: told at 08:32, with 30 minutes and 2 kWh.
    pub fn idle_too_long(site: &Site<'_>, id: AssetId, longest: Span) -> Result<Self, Lacking> {
        let (inputs, alarm) = IdleTooLong::of(site, id, longest)?;
        Ok(Self { inputs, kind: Kind::Idle(alarm) })
    }
}

impl IdleTooLong {
    /// See [`Alarm::idle_too_long`]; with the channels that it listens to.
    pub fn of(site: &Site<'_>, id: AssetId, longest: Span) -> Result<(Inputs, Self), Lacking> {
        let mut draft = Draft::of(site, id)?;
        let asset = draft.asset;
        let thresholds = Thresholds::of(asset);
        let register = draft.listen(Quantity::MachineState, Role::State);
        let energy = draft.listen(Quantity::ActiveEnergy, Role::Energy);
        let gauge = energy.is_none().then(|| draft.listen(Quantity::ActivePower, Role::Power));
        let gauge = gauge.flatten();
        let source = match (register, thresholds, energy, gauge) {
            (Some(_), ..) => Source::Register,
            (None, Some(_), Some(_), _) => Source::Energy,
            (None, Some(_), None, Some(_)) => Source::Power,
            _ => Source::Count,
        };
        let is_counted = source == Source::Count;
        let output = is_counted.then(|| draft.listen(Quantity::GoodCount, Role::Output)).flatten();
        if is_counted && (output.is_none() || !asset.machine) {
            return Err(Lacking::States);
        }
        let held = register.or(gauge);
        let alarm = IdleTooLong {
            source,
            longest,
            thresholds,
            machine: Machine::new(asset.dwell),
            counter: energy.map(|channel| Counter::of(channel, asset)),
            output: output.map(|channel| Counter::of(channel, asset)),
            held: Held::new(held.map_or(Span::ZERO, |channel| channel.every)),
            scale: held.map_or(Scale(0), |channel| channel.scale),
            idle: None,
            latch: Latch::new(Span::ZERO, Span::ZERO),
        };
        Ok((draft.inputs, alarm))
    }

    pub fn fold(&mut self, role: Role, sample: Sample, calendar: Calendar<'_>) -> Option<Change> {
        match role {
            Role::State => self.register(sample, calendar),
            Role::Energy => self.energy(sample, calendar),
            Role::Power => self.power(sample, calendar),
            Role::Output => self.count(sample, calendar),
            Role::Reactive | Role::Value => {}
        }
        self.judge(sample.at)
    }

    fn register(&mut self, sample: Sample, calendar: Calendar<'_>) {
        let Some((period, code)) = self.held.fold(sample) else { return };
        if let Some(state) = State::from_code(code) {
            self.take(period, state, Energy::ZERO, calendar);
        }
    }

    fn energy(&mut self, sample: Sample, calendar: Calendar<'_>) {
        let Some(mut counter) = self.counter else { return };
        counter.fold(sample, |interval| {
            let energy = Energy::from_milliwatt_hours(interval.amount);
            match (self.source, self.thresholds.as_mut(), mean_power(interval)) {
                (Source::Energy, Some(thresholds), Some(power)) => {
                    let state = thresholds.classify(power);
                    self.take(interval.period, state, energy, calendar);
                }
                (Source::Energy, ..) => {}
                _ => self.machine.add(energy),
            }
        });
        self.counter = Some(counter);
    }

    fn power(&mut self, sample: Sample, calendar: Calendar<'_>) {
        // With a state register the gauge is no source, and `held` is the register's.
        if self.source != Source::Power {
            return;
        }
        let Some((period, raw)) = self.held.fold(sample) else { return };
        let milliwatts = self.scale.thousandths(raw.into());
        let drawn = milliwatts.saturating_mul(period.span().milliseconds().into());
        let energy = Energy::from_milliwatt_hours(div_round(drawn, MILLISECONDS_AN_HOUR));
        let power = Power::from_milliwatts(milliwatts);
        if let Some(state) = self.thresholds.as_mut().map(|known| known.classify(power)) {
            self.take(period, state, energy, calendar);
        }
    }

    fn count(&mut self, sample: Sample, calendar: Calendar<'_>) {
        let Some(mut counter) = self.output else { return };
        counter.fold(sample, |interval| {
            if interval.rule.is_measured() {
                let state = if interval.amount > 0 { State::Running } else { State::Idle };
                self.take(interval.period, state, Energy::ZERO, calendar);
            }
        });
        self.output = Some(counter);
    }

    fn take(&mut self, period: Period, state: State, energy: Energy, calendar: Calendar<'_>) {
        let stretch = Stretch { period, state, planned: calendar.planned(period), energy };
        self.machine.take(stretch, self.latch.is_raised());
    }

    fn judge(&mut self, at: Instant) -> Option<Change> {
        let now = *self.machine.current()?;
        let is_idle = now.state == State::Idle;
        if is_idle {
            self.idle = Some(now);
        }
        let is_long = self.latch.is_raised() || now.planned >= self.longest;
        let turn = self.latch.judge(at, Some(is_idle && is_long), now.period.from)?;
        let told = self.idle?;
        let is_metered = self.counter.is_some() || self.source == Source::Power;
        let energy = is_metered.then_some(told.energy);
        change(turn, at, self.latch.began(), Numbers::Idle { planned: told.planned, energy })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::Turn;
    use super::super::plant::{self, at, reading};
    use super::*;
    use millwatt::reading::ChannelId;
    use std::vec::Vec;

    /// The changes that powers of one minute each lead to, from a minute on, as energy counter or gauge.
    fn told(site: &Site<'_>, channel: ChannelId, from: i64, watts: &[i64]) -> Vec<Change> {
        let longest = Span::from_minutes(10);
        let mut alarm = Alarm::idle_too_long(site, plant::MACHINE, longest).expect("a machine");
        let calendar = Calendar::of(site);
        let is_gauge = site.channels[usize::from(channel.0)].quantity == Quantity::ActivePower;
        let (mut register, mut told) = (0, Vec::new());
        for (minute, watts) in (from..).zip(watts) {
            register += watts / 60;
            let value = if is_gauge { *watts } else { register };
            told.extend(alarm.fold(&reading(channel, minute, value), calendar));
        }
        told
    }

    fn idle(planned: i64, watt_hours: i128) -> Numbers {
        let energy = Some(Energy::from_milliwatt_hours(watt_hours * 1_000));
        Numbers::Idle { planned: Span::from_minutes(planned), energy }
    }

    /// Minutes of running and idling at 9 and 3 kW, the first sample without a minute before it.
    fn watts(stretches: &[(usize, i64)]) -> Vec<i64> {
        let stretches = stretches.iter().flat_map(|(minutes, watts)| std::vec![*watts; *minutes]);
        core::iter::once(0).chain(stretches).collect()
    }

    #[test]
    fn told_once_when_it_is_too_long_and_once_when_it_ends() {
        let powers = watts(&[(5, 9_000), (15, 3_000), (1, 9_000), (4, 3_000), (5, 9_000)]);
        let got = told(&plant::site(), plant::ENERGY, 0, &powers);
        let ten = Change { turn: Turn::Raised, at: at(15), since: at(5), numbers: idle(10, 500) };
        // A minute at 9 kW is a flicker and counts to the idling: 15 + 1 + 4 minutes, 19 × 50 + 150 Wh.
        let all =
            Change { turn: Turn::Cleared, at: at(27), since: at(5), numbers: idle(20, 1_100) };
        assert_eq!(got, [ten, all]);
    }

    #[test]
    fn by_a_power_gauge_it_is_the_same() {
        let mut powers = watts(&[(5, 9_000), (15, 3_000), (5, 9_000)]);
        powers.remove(0);
        let got = told(&plant::gauge_only(), ChannelId(0), 0, &powers);
        let turns: Vec<_> = got.iter().map(|told| (told.turn, told.at, told.numbers)).collect();
        let expected =
            [(Turn::Raised, at(15), idle(10, 500)), (Turn::Cleared, at(22), idle(15, 750))];
        assert_eq!(turns, expected);
    }

    #[test]
    fn only_planned_time_counts() {
        let site = Site { shifts: &plant::DAY, ..plant::site() };
        let got = told(&site, plant::ENERGY, 470, &watts(&[(40, 3_000), (5, 9_000)]));
        let raised =
            Change { turn: Turn::Raised, at: at(490), since: at(470), numbers: idle(10, 1_000) };
        assert_eq!(got[0], raised);
        assert_eq!(got[1].numbers, idle(30, 2_000));
        assert_eq!(told(&site, plant::ENERGY, 0, &watts(&[(200, 3_000)])), [], "at night");
    }

    #[test]
    fn a_gap_begins_the_wait_anew_and_a_restart_too() {
        let site = plant::site();
        let longest = Span::from_minutes(10);
        let mut alarm = Alarm::idle_too_long(&site, plant::MACHINE, longest).expect("a machine");
        let mut at_minute = |minute: i64| {
            alarm.fold(&reading(plant::ENERGY, minute, minute * 50), Calendar::of(&site))
        };
        assert!((0..10).all(|minute| at_minute(minute).is_none()));
        let told: Vec<_> = (20..40).filter_map(&mut at_minute).map(|told| told.at).collect();
        assert_eq!(told, [at(30)], "ten minutes from 20 on; what is not known does not idle");
        assert!((60..90).all(|minute| at_minute(minute).is_none()), "still the same idling");
        let mut fresh = Alarm::idle_too_long(&site, plant::MACHINE, longest).expect("a machine");
        let again = (90..110).filter_map(|minute| {
            fresh.fold(&reading(plant::ENERGY, minute, minute * 50), Calendar::of(&site))
        });
        assert_eq!(again.map(|told| told.at).collect::<Vec<_>>(), [at(100)]);
    }

    #[test]
    fn a_clock_that_steps_back_makes_no_idling() {
        let site = plant::site();
        let longest = Span::from_minutes(10);
        let mut alarm = Alarm::idle_too_long(&site, plant::MACHINE, longest).expect("a machine");
        let minutes = (100..108).chain(50..58);
        let told = minutes.enumerate().filter_map(|(step, minute)| {
            let value = step as i64 * 50;
            alarm.fold(&reading(plant::ENERGY, minute, value), Calendar::of(&site))
        });
        assert_eq!(told.count(), 0);
    }
}
