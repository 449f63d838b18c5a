//! A demand window that is about to end above its limit.

use super::counter::{Counter, Held};
use super::latch::Latch;
use super::machine::mean_power;
use super::{Alarm, Calendar, Change, Draft, Kind, Lacking, Numbers, Role, change};
use millwatt::decimal::div_round;
use millwatt::interval::{Interval, Rule};
use millwatt::reading::Sample;
use millwatt::site::{AssetId, Quantity, Scale, Site};
use millwatt::time::{Instant, MILLISECONDS_AN_HOUR, Period, Span, Zone};
use millwatt::units::{Energy, Power};

/// What demand is watched for.
///
/// # Example
/// A contract of 300 kW, billed by the quarter of an hour:
/// ```
/// use millwatt::units::Power;
/// use millwatt_agent::alarm::Demand;
/// let demand = Demand { limit: Power::from_milliwatts(300_000_000), ..Demand::USUAL };
/// assert_eq!(demand.window, millwatt::time::Span::from_minutes(15));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demand {
    /// Mean power of a window above which it is told.
    pub limit: Power,
    /// The billing window, 15 or 30 minutes; windows begin on the wall clock's multiples.
    pub window: Span,
    /// How long the projection must stay above the limit.
    pub hold: Span,
}

impl Demand {
    /// A quarter of an hour, above the limit for a minute; the limit is the site's own.
    pub const USUAL: Self =
        Self { limit: Power::ZERO, window: Span::from_minutes(15), hold: Span::from_minutes(1) };
}

/// Without a gauge, the power at present is the mean of about the last two minutes: single steps of a coarse counter
/// say too little.
const RECENT: Span = Span::from_minutes(2);

/// See [`Alarm::peak_ahead`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PeakAhead {
    rule: Demand,
    counter: Counter,
    gauge: Held,
    scale: Scale,
    window: Period,
    energy: Energy,
    /// How much of the window is known.
    known: Span,
    /// Energy and time of the last minutes, halved whenever they grow too old.
    recent: (Energy, Span),
    /// The last projection.
    projected: Power,
    latch: Latch,
}

impl Alarm {
    /// Tells when a demand window is on its way to end above a limit, and again when the window has ended.
    ///
    /// The mean power at the window's end is projected from the energy so far and the power at present (the gauge, else
    /// the counter's last two minutes) for the rest. It is judged once a third of the window is gone; before, a short
    /// burst says nothing. Told at most once a window.
    ///
    /// # Missing data
    /// Nothing is projected while more than a tenth of the window so far is unknown. A sum across a gap counts as what
    /// it is, in proportion to time at the window's edge.
    /// # Errors
    /// When the asset has no energy counter.
    /// # Example
    /// Limit 300 kW in 15 minutes. At minute 5, 25 kWh are counted and the power is 320 kW: 25 + 320 × 10/60 = 78.3 kWh
    /// would be 313.3 kW. To end at 300 kW, (313.3 − 300) × 15/10 = 20 kW must go.
    pub fn peak_ahead(site: &Site<'_>, id: AssetId, rule: Demand) -> Result<Self, Lacking> {
        let mut draft = Draft::of(site, id)?;
        let energy = draft.need(Quantity::ActiveEnergy, Role::Energy)?;
        let gauge = draft.listen(Quantity::ActivePower, Role::Power);
        let alarm = PeakAhead {
            rule,
            counter: Counter::of(energy, draft.asset),
            gauge: Held::new(gauge.map_or(Span::ZERO, |channel| channel.every)),
            scale: gauge.map_or(Scale(0), |channel| channel.scale),
            window: Period::new(Instant::MIN, Instant::MIN),
            energy: Energy::ZERO,
            known: Span::ZERO,
            recent: (Energy::ZERO, Span::ZERO),
            projected: Power::ZERO,
            latch: Latch::new(rule.hold, Span::ZERO),
        };
        Ok(draft.alarm(Kind::Peak(alarm)))
    }
}

impl PeakAhead {
    pub fn fold(&mut self, role: Role, sample: Sample, calendar: Calendar<'_>) -> Option<Change> {
        if role == Role::Power {
            self.gauge.fold(sample);
            return None;
        }
        let (mut counter, mut ended) = (self.counter, None);
        counter.fold(sample, |interval| {
            let last = interval.period.to - Span::from_milliseconds(1);
            ended = ended.or(self.roll(last, sample.at, calendar.zone));
            self.take(interval);
        });
        self.counter = counter;
        ended.or_else(|| self.judge(sample.at))
    }

    pub fn tick(&mut self, now: Instant, calendar: Calendar<'_>) -> Option<Change> {
        if !self.latch.is_raised() {
            return None;
        }
        self.roll(now, now, calendar.zone)
    }

    /// Begins the window of an instant if it is another; an alarm ends with its window.
    fn roll(&mut self, of: Instant, at: Instant, zone: Zone<'_>) -> Option<Change> {
        let offset = zone.offset(of);
        let from = (of + offset).floor(self.rule.window) - offset;
        if from == self.window.from {
            return None;
        }
        let (ended, was) = (self.window, self.mean());
        self.window = Period::new(from, from + self.rule.window);
        (self.energy, self.known) = (Energy::ZERO, Span::ZERO);
        let turn = self.latch.clear()?;
        let (projected, limit) = (was.unwrap_or(self.projected), self.rule.limit);
        let numbers = Numbers::Peak { projected, limit, shed: None, window: ended };
        change(turn, at, self.latch.began(), numbers)
    }

    /// What the window's mean power was, if all of it is known.
    fn mean(&self) -> Option<Power> {
        let is_known = self.known >= self.rule.window;
        is_known.then(|| self.energy.mean_power(self.rule.window)).flatten()
    }

    /// Adds what an interval gives to the window and to the last minutes.
    fn take(&mut self, interval: &Interval) {
        if mean_power(interval).is_none() {
            self.recent = (Energy::ZERO, Span::ZERO);
        } else {
            self.recent.0 += Energy::from_milliwatt_hours(interval.amount);
            self.recent.1 = self.recent.1 + interval.period.span();
        }
        while self.recent.1 > RECENT {
            let (energy, span) = (self.recent.0.milliwatt_hours(), self.recent.1.milliseconds());
            self.recent =
                (Energy::from_milliwatt_hours(energy / 2), Span::from_milliseconds(span / 2));
        }
        let is_sum = matches!(interval.rule, Rule::AcrossGap | Rule::Transient);
        if !interval.rule.is_measured() && !is_sum {
            return;
        }
        if let Some(part) = interval.within(self.window) {
            self.energy += Energy::from_milliwatt_hours(part.amount);
            self.known = self.known + part.period.span();
        }
    }

    /// The power at present.
    fn present(&self, at: Instant) -> Option<Power> {
        let gauge = self.gauge.at(at).map(|raw| self.scale.thousandths(raw.into()));
        let (energy, span) = self.recent;
        gauge.map(Power::from_milliwatts).or_else(|| energy.mean_power(span))
    }

    fn judge(&mut self, at: Instant) -> Option<Change> {
        let (gone, rest) = (at - self.window.from, self.window.to - at);
        let is_early = gone < Span::ZERO || gone.times(3) < self.rule.window;
        if is_early || rest <= Span::ZERO || self.known.times(10) < gone.times(9) {
            return None;
        }
        let present = self.present(at)?.milliwatts();
        let drawn = present.saturating_mul(rest.milliseconds().into());
        let ahead = Energy::from_milliwatt_hours(div_round(drawn, MILLISECONDS_AN_HOUR));
        self.projected = (self.energy + ahead).mean_power(self.rule.window)?;
        // What was told stands until the window has ended.
        let is_bad = self.latch.is_raised() || self.projected > self.rule.limit;
        let turn = self.latch.judge(at, Some(is_bad), at)?;
        let numbers = Numbers::Peak {
            projected: self.projected,
            limit: self.rule.limit,
            shed: Some(self.shed(rest)),
            window: self.window,
        };
        change(turn, at, self.latch.began(), numbers)
    }

    /// Power that must go for the rest of the window, so that its mean comes down to the limit.
    fn shed(&self, rest: Span) -> Power {
        let over = (self.projected - self.rule.limit).milliwatts();
        let window = i128::from(self.rule.window.milliseconds());
        let rest = i128::from(rest.milliseconds()).max(1);
        Power::from_milliwatts(div_round(over.saturating_mul(window), rest))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::Turn;
    use super::super::plant::{self, at, reading};
    use super::*;
    use std::string::{String, ToString};
    use std::vec::Vec;

    fn alarm(hold: i64) -> Alarm {
        let limit = Power::from_milliwatts(30_000_000);
        let rule = Demand { limit, hold: Span::from_minutes(hold), ..Demand::USUAL };
        Alarm::peak_ahead(&plant::site(), plant::MACHINE, rule).expect("it has a counter")
    }

    /// Folds a register that rises by so many watt-hours in each minute from 0 on.
    fn told(alarm: &mut Alarm, watt_hours: &[i64]) -> Vec<Change> {
        let calendar = Calendar::of(&plant::site());
        let (mut register, mut told) = (0, Vec::new());
        told.extend(alarm.fold(&reading(plant::ENERGY, 0, 0), calendar));
        for (minute, watt_hours) in (1..).zip(watt_hours) {
            register += watt_hours;
            told.extend(alarm.fold(&reading(plant::ENERGY, minute, register), calendar));
        }
        told
    }

    fn kilowatts(change: &Change) -> (Turn, i64, String, Option<String>) {
        let Numbers::Peak { projected, shed, window, .. } = change.numbers else {
            panic!("{change:?}");
        };
        let minute = (change.at - window.from).milliseconds() / 60_000;
        let shed = shed.map(|shed| shed.kw().to_string());
        (change.turn, minute, projected.kw().to_string(), shed)
    }

    #[test]
    fn told_after_a_third_and_over_with_the_window() {
        // 36 kW throughout: at minute 5, 3 kWh and 36 kW × 10 minutes are 9 kWh, 36 kW.
        let got = told(&mut alarm(0), &[600; 19]);
        let got: Vec<_> = got.iter().map(kilowatts).collect();
        let raised = (Turn::Raised, 5, "36".to_string(), Some("9".to_string()));
        // The first sample of the next window shows the end of this one.
        let cleared = (Turn::Cleared, 16, "36".to_string(), None);
        assert_eq!(got, [raised, cleared], "6 kW too much × 15 / 10");
    }

    #[test]
    fn a_burst_at_the_beginning_or_a_single_minute_is_not_told() {
        let burst: Vec<i64> = [900, 900].into_iter().chain([300; 13]).collect();
        assert_eq!(told(&mut alarm(0), &burst), []);
        let mut minute = [400; 15];
        minute[6] = 1_000;
        assert_eq!(told(&mut alarm(3), &minute), [], "projected too high for two minutes only");
    }

    #[test]
    fn the_gauge_is_the_power_at_present() {
        let (mut alarm, calendar) = (alarm(0), Calendar::of(&plant::site()));
        let mut got = None;
        for minute in 0..=6 {
            let watts = if minute < 6 { 12_000 } else { 58_000 };
            alarm.fold(&reading(plant::POWER, minute, watts), calendar);
            got = got.or(alarm.fold(&reading(plant::ENERGY, minute, minute * 200), calendar));
        }
        // 1.2 kWh and 58 kW × 9 minutes are 9.9 kWh: 39.6 kW; 9.6 kW × 15 / 9 must go.
        let expected = (Turn::Raised, 6, "39.6".to_string(), Some("16".to_string()));
        assert_eq!(got.as_ref().map(kilowatts), Some(expected));
    }

    #[test]
    fn nothing_is_projected_from_a_window_that_is_not_known() {
        let (mut alarm, calendar) = (alarm(0), Calendar::of(&plant::site()));
        let late = (4..15).filter_map(|minute| {
            alarm.fold(&reading(plant::ENERGY, minute, minute * 600), calendar)
        });
        assert_eq!(late.count(), 0, "begun four minutes late");
    }

    #[test]
    fn a_gap_inside_the_window_keeps_its_sum_and_a_reset_does_not() {
        let calendar = Calendar::of(&plant::site());
        let mut gap = alarm(0);
        let minutes = [0, 1, 2, 8, 9, 10];
        let told = minutes.map(|minute| {
            gap.fold(&reading(plant::ENERGY, minute, minute * 600), calendar).is_some()
        });
        assert_eq!(told, [false, false, false, false, true, false], "9 minutes at 36 kW");
        let mut reset = alarm(0);
        let values = [9_000, 9_600, 10_200, 5, 605, 1_205, 1_805, 2_405];
        let told = (0..).zip(values).filter_map(|(minute, value)| {
            reset.fold(&reading(plant::ENERGY, minute, value), calendar)
        });
        assert_eq!(told.count(), 0);
    }

    #[test]
    fn a_dead_meter_does_not_hold_up_the_end() {
        let (mut alarm, calendar) = (alarm(0), Calendar::of(&plant::site()));
        assert_eq!(told(&mut alarm, &[600; 9]).len(), 1);
        assert_eq!(alarm.tick(at(14), calendar), None);
        let ended = alarm.tick(at(15), calendar).expect("the window has ended");
        let (turn, minute, projected, shed) = kilowatts(&ended);
        assert_eq!((turn, minute, shed), (Turn::Cleared, 15, None));
        assert!(
            projected.starts_with("36.000"),
            "{projected}: the last minutes are halved in whole milliseconds"
        );
        assert_eq!(alarm.tick(at(16), calendar), None, "told once");
    }

    #[test]
    fn a_clock_that_steps_back_ends_the_window() {
        let (mut alarm, calendar) = (alarm(0), Calendar::of(&plant::site()));
        for minute in 30..37 {
            alarm.fold(&reading(plant::ENERGY, minute, minute * 600), calendar);
        }
        let turns: Vec<_> = (2..6)
            .filter_map(|minute| {
                let value = 30_000 + minute * 600;
                alarm.fold(&reading(plant::ENERGY, minute, value), calendar)
            })
            .map(|told| told.turn)
            .collect();
        assert_eq!(turns, [Turn::Cleared]);
    }
}
