//! A control point that is out of its limits for longer than is allowed.

use super::latch::Latch;
use super::{Alarm, Change, Draft, Kind, Lacking, Numbers, Role, change};
use millwatt::Decimal;
use millwatt::management::food_safety::{CriticalLimits, Excursions};
use millwatt::reading::{ChannelId, Quality, Sample};
use millwatt::site::{Scale, Site};
use millwatt::time::{Instant, Span};

/// The limits of a control point and how long it may be out of them.
///
/// # Units and shape
/// `critical` and `margin` in the raw integers of the channel: with tenths of a degree, 750 is 75.0 °C.
/// # Example
/// At least 75.0 °C, out for at most five minutes, over when it has been at 75.5 °C or more for two:
/// ```
/// use millwatt::management::food_safety::CriticalLimits;
/// use millwatt::time::Span;
/// use millwatt_agent::alarm::Limits;
/// let limits = Limits {
///     critical: CriticalLimits { lower: Some(750), upper: None },
///     margin: 5,
///     allowed: Span::from_minutes(5),
///     hold: Span::from_minutes(2),
/// };
/// assert!(limits.allowed > limits.hold);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The limits.
    pub critical: CriticalLimits,
    /// So far inside it must be again.
    pub margin: i64,
    /// How long it may be out.
    pub allowed: Span,
    /// How long it must be inside again.
    pub hold: Span,
}

impl Limits {
    /// Whether a value is out, or less than a margin inside.
    fn is_out(&self, value: i64, margin: i64) -> bool {
        let CriticalLimits { lower, upper } = self.critical;
        lower.is_some_and(|lower| value < lower.saturating_add(margin))
            || upper.is_some_and(|upper| value > upper.saturating_sub(margin))
    }
}

/// See [`Alarm::out_of_limits`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct OutOfLimits {
    limits: Limits,
    every: Span,
    scale: Scale,
    /// Of this time out only.
    excursion: Excursions,
    began: Option<Instant>,
    latch: Latch,
}

impl Alarm {
    /// Tells when a control point has been out of its limits for longer than is allowed, and when it has been inside by
    /// a margin for a while.
    ///
    /// # Missing data
    /// Time that no sample speaks for is neither in nor out; what was out before it and is out after it adds up. The
    /// alarm stands through a gap.
    /// # Errors
    /// When the site has no such channel.
    /// # Example
    /// At least 75 °C, allowed two minutes, a sample a minute: 74.5, 73.0, 74.0, 74.0 °C are three minutes out, told at
    /// the fourth sample with 2.0 °C beyond and 0.5 + 2.0 + 1.0 = 3.5 °C·min.
    pub fn out_of_limits(
        site: &Site<'_>,
        channel: ChannelId,
        limits: Limits,
    ) -> Result<Self, Lacking> {
        let watched = site.channel(channel).ok_or(Lacking::Place)?;
        let mut draft = Draft::of(site, watched.asset)?;
        draft.inputs.push(channel, Role::Value);
        let alarm = OutOfLimits {
            limits,
            every: watched.every,
            scale: watched.scale,
            excursion: Excursions::new(limits.critical, watched.every),
            began: None,
            latch: Latch::new(Span::ZERO, limits.hold),
        };
        Ok(draft.alarm(Kind::Limits(alarm)))
    }
}

impl OutOfLimits {
    pub fn fold(&mut self, sample: Sample) -> Option<Change> {
        if sample.quality == Quality::Suspect {
            return None;
        }
        self.excursion.fold(sample);
        let is_out = self.limits.is_out(sample.value, 0);
        if is_out && self.began.is_none() {
            self.began = Some(sample.at);
        }
        let is_bad = if self.latch.is_raised() {
            self.limits.is_out(sample.value, self.limits.margin)
        } else {
            self.excursion.time_out() > self.limits.allowed
        };
        let turn = self.latch.judge(sample.at, Some(is_bad), self.began.unwrap_or(sample.at));
        let numbers = self.numbers(sample.value);
        if !self.latch.is_raised() && !is_out {
            self.begin(sample);
        }
        change(turn?, sample.at, self.latch.began(), numbers)
    }

    /// Forgets the last time out.
    fn begin(&mut self, sample: Sample) {
        self.excursion = Excursions::new(self.limits.critical, self.every);
        self.excursion.fold(sample);
        self.began = None;
    }

    fn numbers(&self, value: i64) -> Numbers {
        let shown = |raw: i128| Decimal::new(self.scale.thousandths(raw), 3);
        // Raw units × minutes in thousandths.
        let area = self.excursion.degree_minutes(0).units();
        Numbers::Limits {
            value: shown(value.into()),
            beyond: shown(self.excursion.worst(0).units()),
            lasted: self.excursion.time_out(),
            area: Decimal::new(self.scale.thousandths(area), 6),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::super::plant::{self, at, reading};
    use super::super::{Calendar, Turn};
    use super::*;
    use std::string::{String, ToString};
    use std::vec::Vec;

    fn alarm() -> Alarm {
        let limits = Limits {
            critical: CriticalLimits { lower: Some(750), upper: Some(950) },
            margin: 5,
            allowed: Span::from_minutes(2),
            hold: Span::from_minutes(2),
        };
        Alarm::out_of_limits(&plant::site(), plant::HEAT, limits).expect("the channel is there")
    }

    fn told(alarm: &mut Alarm, minutes: &[(i64, i64)]) -> Vec<Change> {
        let calendar = Calendar::of(&plant::site());
        let read = |(minute, value): &(i64, i64)| {
            alarm.fold(&reading(plant::HEAT, *minute, *value), calendar)
        };
        minutes.iter().filter_map(read).collect()
    }

    fn shown(change: &Change) -> (Turn, Instant, Instant, [String; 3]) {
        let Numbers::Limits { value, beyond, area, .. } = change.numbers else {
            panic!("{change:?}");
        };
        let numbers = [value, beyond, area].map(|number| number.to_string());
        (change.turn, change.at, change.since, numbers)
    }

    fn minutes(values: &[i64]) -> Vec<(i64, i64)> {
        (0..).zip(values.iter().copied()).collect()
    }

    #[test]
    fn told_beyond_the_allowed_time_and_when_it_is_well_inside() {
        let values = [760, 745, 730, 740, 740, 752, 755, 754, 755, 756, 756, 760];
        let got = told(&mut alarm(), &minutes(&values));
        let text = |words: [&str; 3]| words.map(str::to_string);
        // Minutes 1 to 4: 0.5, 2.0, 1.0 °C·min; then another 1.0.
        let raised = (Turn::Raised, at(4), at(1), text(["74", "2", "3.5"]));
        let cleared = (Turn::Cleared, at(10), at(1), text(["75.6", "2", "4.5"]));
        assert_eq!(got.iter().map(shown).collect::<Vec<_>>(), [raised, cleared]);
    }

    #[test]
    fn two_short_times_out_are_not_a_long_one() {
        let got = told(&mut alarm(), &minutes(&[760, 740, 740, 760, 740, 740, 760, 960, 960, 900]));
        assert_eq!(got, []);
    }

    #[test]
    fn what_is_out_on_both_sides_of_a_gap_adds_up() {
        let out = [(0, 740), (1, 740), (30, 740), (31, 740), (32, 740)];
        let got = told(&mut alarm(), &out);
        let times: Vec<_> = got.iter().map(|told| (told.at, told.since)).collect();
        assert_eq!(times, [(at(32), at(0))], "1 minute before, 2 after");
    }

    #[test]
    fn a_clock_that_steps_back_adds_nothing() {
        assert_eq!(told(&mut alarm(), &[(90, 740), (91, 740), (2, 740), (3, 740)]), []);
    }

    #[test]
    fn the_upper_limit_is_one_too() {
        let got = told(&mut alarm(), &minutes(&[940, 960, 960, 960, 960]));
        assert_eq!(got.len(), 1);
        assert_eq!(shown(&got[0]).3[1], "1");
    }
}
