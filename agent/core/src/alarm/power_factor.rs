//! A power factor that is low for long enough to cost money.

use super::counter::Counter;
use super::latch::Latch;
use super::rows::{Row, Rows};
use super::{Alarm, Calendar, Change, Draft, Kind, Lacking, Numbers, Role, change};
use millwatt::Decimal;
use millwatt::energy::power_factor;
use millwatt::energy::reactive::compensation;
use millwatt::reading::Sample;
use millwatt::site::{AssetId, Quantity, Site};
use millwatt::time::{Instant, Span};
use millwatt::units::{Energy, Power, ReactiveEnergy};

/// What the power factor is watched for.
///
/// # Example
/// The usual limit, but ignored below 5 kW:
/// ```
/// use millwatt::units::Power;
/// use millwatt_agent::alarm::Factor;
/// let factor = Factor { floor: Power::from_milliwatts(5_000_000), ..Factor::USUAL };
/// assert_eq!(factor.limit_thousandths, 900);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    /// Below this it is low, in thousandths.
    pub limit_thousandths: u16,
    /// The span that slides along; it is judged at each twelfth of it.
    pub span: Span,
    /// How long it must be low, or better again.
    pub hold: Span,
    /// Mean power below which nobody minds.
    pub floor: Power,
}

impl Factor {
    /// Below 0.90 over an hour, for half an hour, from 1 kW up.
    pub const USUAL: Self = Self {
        limit_thousandths: 900,
        span: Span::from_minutes(60),
        hold: Span::from_minutes(30),
        floor: Power::from_milliwatts(1_000_000),
    };
}

/// Parts of the sliding span.
const PARTS: usize = 12;
/// By so much it must be better again to end the alarm, in millionths.
const BETTER: i128 = 10_000;

/// What flowed in one part of the span, in mWh and mvarh.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    from: Instant,
    active: i64,
    reactive: i64,
}

/// See [`Alarm::power_factor_low`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PowerFactorLow {
    rule: Factor,
    counters: [Counter; 2],
    rows: Rows,
    parts: [Option<Part>; PARTS],
    next: usize,
    latch: Latch,
}

impl Alarm {
    /// Tells when the power factor of a sliding span has been low for a while, and when it has been better for as long.
    ///
    /// It is taken from the active and the lagging reactive energy of the span, as a bill takes it from the month's,
    /// and ends 0.01 above the limit or under less load than the floor.
    ///
    /// # Missing data
    /// Twelfths of the span of which any part is unknown are left out; with fewer than six nothing is judged.
    /// # Errors
    /// When the asset lacks one of the two energies.
    /// # Example
    /// In the last hour 80 kWh and 60 kvarh: 80 / √(80² + 60²) = 0.80, below 0.90. At 80 kW that takes
    /// 80 × (0.75 − 0.484) = 21.3 kvar of capacitors to mend.
    pub fn power_factor_low(site: &Site<'_>, id: AssetId, rule: Factor) -> Result<Self, Lacking> {
        let mut draft = Draft::of(site, id)?;
        let active = draft.need(Quantity::ActiveEnergy, Role::Energy)?;
        let reactive = draft.need(Quantity::ReactiveEnergyLagging, Role::Reactive)?;
        let counters = [active, reactive].map(|channel| Counter::of(channel, draft.asset));
        let part = Span::from_milliseconds(rule.span.milliseconds() / PARTS as i64);
        let alarm = PowerFactorLow {
            rule,
            counters,
            rows: Rows::new(part, [true; 2]),
            parts: [None; PARTS],
            next: 0,
            latch: Latch::new(rule.hold, rule.hold),
        };
        Ok(draft.alarm(Kind::PowerFactor(alarm)))
    }
}

impl PowerFactorLow {
    pub fn fold(&mut self, role: Role, sample: Sample, calendar: Calendar<'_>) -> Option<Change> {
        let which = usize::from(role == Role::Reactive);
        let Self { counters, rows, .. } = self;
        let counter = counters.get_mut(which)?;
        counter.fold(sample, |interval| rows.add(which, interval, calendar.zone));
        let row = self.rows.take()?;
        self.keep(&row);
        self.judge(row.from + self.part())
    }

    const fn part(&self) -> Span {
        Span::from_milliseconds(self.rule.span.milliseconds() / PARTS as i64)
    }

    fn keep(&mut self, row: &Row) {
        let [active, reactive] =
            row.amounts.map(|amount| i64::try_from(amount).unwrap_or(i64::MAX));
        if let Some(oldest) = self.parts.get_mut(self.next) {
            *oldest = Some(Part { from: row.from, active, reactive });
        }
        self.next = (self.next + 1) % PARTS;
    }

    /// Active and reactive energy of the span that ends at an instant, and how much of it is known.
    fn sums(&self, at: Instant) -> (Energy, ReactiveEnergy, Span) {
        let inside = |part: &&Part| part.from < at && at - part.from <= self.rule.span;
        let parts = self.parts.iter().flatten().filter(inside);
        let (mut active, mut reactive, mut count) = (0, 0, 0);
        for part in parts {
            active += i128::from(part.active);
            reactive += i128::from(part.reactive);
            count += 1;
        }
        let (active, reactive) =
            (Energy::from_milliwatt_hours(active), ReactiveEnergy::from_millivar_hours(reactive));
        (active, reactive, self.part().times(count))
    }

    fn judge(&mut self, at: Instant) -> Option<Change> {
        let (active, reactive, known) = self.sums(at);
        let is_enough = known.times(2) >= self.part().times(PARTS as i64);
        let load = active.mean_power(known).filter(|_| is_enough);
        let limit = i128::from(self.rule.limit_thousandths) * 1_000;
        let wanted = if self.latch.is_raised() { limit + BETTER } else { limit };
        let factor = power_factor(active, reactive);
        let is_low = match (load, factor) {
            (Some(load), _) if load < self.rule.floor => Some(false),
            (Some(_), Some(factor)) => Some(factor.units() < wanted),
            _ => None,
        };
        let turn = self.latch.judge(at, is_low, at - known)?;
        let (load, limit) = (load?, Decimal::new(limit, 6));
        let capacitors = factor.and_then(|factor| {
            let kvar = compensation(load.kw().to_f64(), factor.to_f64(), limit.to_f64());
            Decimal::from_f64(kvar?, 1)
        });
        let numbers = Numbers::PowerFactor { factor, limit, load, capacitors };
        change(turn, at, self.latch.began(), numbers)
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

    fn alarm() -> Alarm {
        let rule = Factor { hold: Span::from_minutes(10), ..Factor::USUAL };
        Alarm::power_factor_low(&plant::site(), plant::MACHINE, rule).expect("it has both")
    }

    /// Folds both registers minute by minute: a number of minutes, Wh and varh in each.
    fn told(alarm: &mut Alarm, stretches: &[(i64, i64, i64)]) -> Vec<Change> {
        let calendar = Calendar::of(&plant::site());
        let (mut minute, mut active, mut reactive, mut told) = (0, 0, 0, Vec::new());
        let mut read = |minute, active, reactive| {
            told.extend(alarm.fold(&reading(plant::ENERGY, minute, active), calendar));
            told.extend(alarm.fold(&reading(plant::REACTIVE, minute, reactive), calendar));
        };
        read(0, 0, 0);
        for (minutes, watt_hours, var_hours) in stretches {
            for _ in 0..*minutes {
                (minute, active, reactive) =
                    (minute + 1, active + watt_hours, reactive + var_hours);
                read(minute, active, reactive);
            }
        }
        told
    }

    fn shown(change: &Change) -> (Turn, Instant, Option<String>, Option<String>) {
        let Numbers::PowerFactor { factor, capacitors, .. } = change.numbers else {
            panic!("{change:?}");
        };
        let [factor, capacitors] =
            [factor, capacitors].map(|number| number.map(|number| number.to_string()));
        (change.turn, change.at, factor, capacitors)
    }

    #[test]
    fn told_when_it_was_low_for_its_time() {
        let got = told(&mut alarm(), &[(60, 400, 300)]);
        // Half an hour must be known: low at 30, 35 and 40. 24 kW × (0.75 − 0.4843) = 6.4 kvar.
        let expected = (Turn::Raised, at(40), Some("0.8".to_string()), Some("6.4".to_string()));
        assert_eq!(got.iter().map(shown).collect::<Vec<_>>(), [expected]);
        assert_eq!(got[0].since, at(0));
    }

    #[test]
    fn ends_when_it_was_better_for_as_long() {
        let mut alarm = alarm();
        let got = told(&mut alarm, &[(60, 400, 300), (90, 400, 100)]);
        let turns: Vec<_> = got.iter().map(|told| told.turn).collect();
        assert_eq!(turns, [Turn::Raised, Turn::Cleared]);
        // With x twelfths of the new load: 0.91 is passed at (300 (12 − x) + 100 x) / 12 ≤ 182, x = 7.1: after eight
        // twelfths, at minute 100, and ten minutes on.
        assert_eq!(got[1].at, at(110));
    }

    #[test]
    fn under_little_load_nobody_minds() {
        assert_eq!(told(&mut alarm(), &[(120, 10, 100)]), [], "0.6 kW");
        let got = told(&mut alarm(), &[(60, 400, 300), (120, 0, 0)]);
        let turns: Vec<_> = got.iter().map(|told| told.turn).collect();
        assert_eq!(turns, [Turn::Raised, Turn::Cleared], "switched off, it is over");
    }

    #[test]
    fn without_the_reactive_register_nothing_is_known() {
        let (mut alarm, calendar) = (alarm(), Calendar::of(&plant::site()));
        let told = (0..200).filter_map(|minute| {
            alarm.fold(&reading(plant::ENERGY, minute, minute * 400), calendar)
        });
        assert_eq!(told.count(), 0);
    }
}
