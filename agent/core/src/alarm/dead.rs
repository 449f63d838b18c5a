//! A meter from which nothing comes, or whose register stands still while power flows.

use super::counter::Held;
use super::latch::Latch;
use super::{Alarm, Change, Death, Draft, Kind, Lacking, Numbers, Role, change};
use millwatt::reading::{ChannelId, Quality, Sample};
use millwatt::site::{Kind as Counts, Quantity, Scale, Site};
use millwatt::time::{Instant, MILLISECONDS_AN_HOUR, Span};
use millwatt::units::{Energy, Power};

/// For how long a meter may be silent, or stand still.
///
/// # Example
/// Ten steps of the grid, as over a radio:
/// ```
/// use millwatt_agent::alarm::Silence;
/// let silence = Silence { steps: 10, ..Silence::USUAL };
/// assert_eq!((silence.steps, silence.still), (10, 15));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Grid steps without a reading beyond which the meter is silent.
    pub steps: u16,
    /// Readings of a counter without a change from which on it is stuck, if it should have counted.
    pub still: u16,
    /// Power above which a counter must count.
    pub floor: Power,
}

impl Silence {
    /// Five steps of silence; fifteen readings unchanged above 100 W.
    pub const USUAL: Self = Self { steps: 5, still: 15, floor: Power::from_milliwatts(100_000) };
}

/// Steps of a register that should have been counted before it is called stuck.
const STEPS_MISSED: i128 = 3;
/// The least time that one tick may add to a silence.
const LEAST_TICK: Span = Span::from_seconds(5);
/// Readings after which a silent meter answers again.
const ANSWERS: u8 = 2;

/// A counter that is compared with a power gauge.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Still {
    gauge: Held,
    gauge_scale: Scale,
    /// mWh in a step of the register.
    step: i128,
    value: Option<i64>,
    unchanged: u16,
    /// What should have been counted since it last changed, in mW × ms.
    missed: i128,
}

impl Still {
    fn begin(&mut self) {
        (self.unchanged, self.missed) = (0, 0);
    }

    fn power(&mut self, sample: Sample, floor: Power) {
        let held = self.gauge.fold(sample);
        let held = held.map(|(period, raw)| (period, self.gauge_scale.thousandths(raw.into())));
        match held.filter(|(_, milliwatts)| *milliwatts > floor.milliwatts()) {
            Some((period, milliwatts)) => {
                self.missed += milliwatts * i128::from(period.span().milliseconds());
            }
            None => self.begin(),
        }
    }

    fn value(&mut self, sample: Sample) {
        if self.value.replace(sample.value) == Some(sample.value) {
            self.unchanged = self.unchanged.saturating_add(1);
        } else {
            self.begin();
        }
    }

    const fn missed(&self) -> Energy {
        Energy::from_milliwatt_hours(self.missed / MILLISECONDS_AN_HOUR)
    }

    fn is_stuck(&self, still: u16) -> bool {
        self.unchanged >= still && self.missed().milliwatt_hours() >= self.step * STEPS_MISSED
    }
}

/// See [`Alarm::dead_meter`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DeadMeter {
    rule: Silence,
    every: Span,
    ticked: Option<Instant>,
    silent: Span,
    answers: u8,
    still: Option<Still>,
    death: Death,
    /// What the register missed, at the worst.
    missed: Energy,
    latch: Latch,
}

impl Alarm {
    /// Tells of a channel from which nothing comes for more than some steps of its grid and, of an active energy
    /// counter whose asset has a power gauge too, of one that stands still while power flows; again when it has
    /// answered twice, or counts.
    ///
    /// A register that should have counted fewer than three of its steps meanwhile is slow, not stuck.
    ///
    /// # Missing data
    /// Is what it tells of. Of silence, only time that ticks have seen counts, so that a clock that was set forth makes
    /// none. A gap of the gauge, or power below the floor, begins the count of a stuck register anew.
    /// # Errors
    /// When the site has no such channel.
    /// # Example
    /// A counter of 0.1 kWh, read each minute, and 6 kW: a step a minute. Unchanged at 15 readings, it has missed
    /// 1.5 kWh, 15 steps: stuck. At 1 kW it has missed 0.25 kWh, two and a half steps: not yet.
    pub fn dead_meter(site: &Site<'_>, channel: ChannelId, rule: Silence) -> Result<Self, Lacking> {
        let watched = site.channel(channel).ok_or(Lacking::Place)?;
        let mut draft = Draft::of(site, watched.asset)?;
        draft.inputs.push(channel, Role::Value);
        let is_counter = watched.kind == Counts::Counter
            && watched.quantity == Quantity::ActiveEnergy
            && watched.phase == 0;
        let gauge = is_counter.then(|| draft.listen(Quantity::ActivePower, Role::Power)).flatten();
        let still = gauge.map(|gauge| Still {
            gauge: Held::new(gauge.every),
            gauge_scale: gauge.scale,
            step: watched.scale.thousandths(1),
            value: None,
            unchanged: 0,
            missed: 0,
        });
        let alarm = DeadMeter {
            rule,
            every: watched.every,
            ticked: None,
            silent: Span::ZERO,
            answers: 0,
            still,
            death: Death::Silent,
            missed: Energy::ZERO,
            latch: Latch::new(Span::ZERO, Span::ZERO),
        };
        Ok(draft.alarm(Kind::Dead(alarm)))
    }
}

impl DeadMeter {
    pub fn fold(&mut self, role: Role, sample: Sample) -> Option<Change> {
        let floor = self.rule.floor;
        if role == Role::Power {
            self.still.iter_mut().for_each(|still| still.power(sample, floor));
            return None;
        }
        self.silent = Span::ZERO;
        self.answers = self.answers.saturating_add(1);
        if sample.quality != Quality::Suspect {
            self.still.iter_mut().for_each(|still| still.value(sample));
        }
        self.judge(sample.at)
    }

    pub fn tick(&mut self, now: Instant) -> Option<Change> {
        let before = self.ticked.replace(now).unwrap_or(now);
        let most = self.every.max(LEAST_TICK);
        self.silent = self.silent + (now - before).clamp(Span::ZERO, most);
        self.judge(now)
    }

    fn judge(&mut self, at: Instant) -> Option<Change> {
        let is_silent = self.silent > self.every.times(self.rule.steps.into());
        let stuck = self.still.filter(|still| still.is_stuck(self.rule.still));
        if is_silent {
            self.answers = 0;
        }
        let is_bad = match (self.latch.is_raised(), self.death) {
            (true, Death::Silent) => self.answers < ANSWERS,
            (true, Death::Stuck) => stuck.is_some(),
            (false, _) => is_silent || stuck.is_some(),
        };
        if let Some(still) = stuck {
            self.missed = still.missed();
        }
        let turn = self.latch.judge(at, Some(is_bad), self.died(at, is_silent))?;
        if self.latch.is_raised() {
            self.death = if is_silent { Death::Silent } else { Death::Stuck };
        }
        let expected = (self.death == Death::Stuck).then_some(self.missed);
        let lasted = (at - self.latch.began()).max(Span::ZERO);
        let numbers = Numbers::Dead { death: self.death, lasted, expected };
        change(turn, at, self.latch.began(), numbers)
    }

    /// When the meter died, if it is dead.
    fn died(&self, at: Instant, is_silent: bool) -> Instant {
        if is_silent {
            return at - self.silent;
        }
        let unchanged = self.still.map_or(0, |still| still.unchanged);
        at - self.every.times(unchanged.into())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::plant::{self, at, reading};
    use super::super::{Calendar, Turn};
    use super::*;
    use std::vec::Vec;

    fn alarm() -> Alarm {
        Alarm::dead_meter(&plant::site(), plant::ENERGY, Silence::USUAL)
            .expect("the channel is there")
    }

    fn calendar() -> Calendar<'static> {
        Calendar::of(&plant::site())
    }

    fn dead(change: &Change) -> (Turn, Instant, Instant, Death) {
        let Numbers::Dead { death, .. } = change.numbers else {
            panic!("{change:?}");
        };
        (change.turn, change.at, change.since, death)
    }

    #[test]
    fn silence_is_told_once_and_ends_at_the_second_answer() {
        let (mut alarm, mut told) = (alarm(), Vec::new());
        for minute in 0..30 {
            told.extend(alarm.tick(at(minute), calendar()));
            if minute <= 3 || minute >= 20 {
                told.extend(alarm.fold(&reading(plant::ENERGY, minute, minute * 50), calendar()));
            }
        }
        let told: Vec<_> = told.iter().map(dead).collect();
        let silent = |turn, minute| (turn, at(minute), at(3), Death::Silent);
        assert_eq!(told, [silent(Turn::Raised, 9), silent(Turn::Cleared, 21)]);
    }

    #[test]
    fn a_meter_that_never_answered_is_dead_too() {
        let mut alarm = alarm();
        let told = (0..30).filter_map(|minute| alarm.tick(at(minute), calendar()));
        assert_eq!(told.map(|told| told.at).collect::<Vec<_>>(), [at(6)]);
    }

    #[test]
    fn a_clock_that_jumps_makes_no_silence() {
        let mut alarm = alarm();
        for minute in [0, 1, 900_000, 900_001, 2, 3] {
            assert_eq!(alarm.tick(at(minute), calendar()), None, "{minute}");
        }
        assert_eq!(alarm.tick(at(4), calendar()), None, "1 + 1 + 1 + 0 + 1 + 1 minutes");
        assert!(alarm.tick(at(5), calendar()).is_some());
    }

    /// Folds minutes of power and register; tells what became of it.
    fn folded(alarm: &mut Alarm, from: i64, minutes: &[(i64, i64)]) -> Vec<Change> {
        let mut told = Vec::new();
        for (minute, (watts, register)) in (from..).zip(minutes) {
            told.extend(alarm.fold(&reading(plant::POWER, minute, *watts), calendar()));
            told.extend(alarm.fold(&reading(plant::ENERGY, minute, *register), calendar()));
        }
        told
    }

    #[test]
    fn a_register_that_stands_still_under_load_is_stuck() {
        let mut alarm = alarm();
        let told = folded(&mut alarm, 0, &[(6_000, 700); 21]);
        assert_eq!(
            told.iter().map(dead).collect::<Vec<_>>(),
            [(Turn::Raised, at(15), at(0), Death::Stuck)]
        );
        let expected = Some(Energy::from_milliwatt_hours(1_500_000));
        assert!(matches!(told[0].numbers, Numbers::Dead { expected: now, .. } if now == expected));
        let told = folded(&mut alarm, 21, &[(6_000, 800), (6_000, 900)]);
        let told: Vec<_> = told.iter().map(dead).collect();
        assert_eq!(told, [(Turn::Cleared, at(21), at(0), Death::Stuck)]);
    }

    #[test]
    fn off_or_slow_is_not_stuck() {
        assert_eq!(folded(&mut alarm(), 0, &[(0, 700); 60]), [], "switched off");
        let mut pauses = [(6_000, 700); 60];
        pauses.iter_mut().step_by(10).for_each(|pause| pause.0 = 0);
        assert_eq!(folded(&mut alarm(), 0, &pauses), [], "off now and then");
        // A step of 1 Wh takes 36 s at 101 W; with one of 1 kWh three take thirty hours.
        let site = plant::site();
        let mut slow = [site.channels[0], site.channels[2]];
        slow[0].scale = Scale(3);
        let site = Site { channels: &slow, ..site };
        let mut alarm =
            Alarm::dead_meter(&site, ChannelId(0), Silence::USUAL).expect("the channel is there");
        for minute in 0..1_000 {
            assert_eq!(alarm.fold(&reading(ChannelId(1), minute, 101), calendar()), None);
            assert_eq!(alarm.fold(&reading(ChannelId(0), minute, 7), calendar()), None);
        }
    }

    #[test]
    fn a_gap_of_the_gauge_begins_anew() {
        let mut alarm = alarm();
        assert_eq!(folded(&mut alarm, 0, &[(6_000, 700); 12]), []);
        assert_eq!(folded(&mut alarm, 20, &[(6_000, 700); 12]), []);
    }
}
