//! What switching off after a wait would save: what real idle stretches took beyond it.

use super::slot::Slot;
use millwatt::decimal::div_round;
use millwatt::energy::TariffClock;
use millwatt::interval::Interval;
use millwatt::time::{Period, Span};

/// Minutes of waiting that are looked at.
pub(super) const AFTER: [i64; 5] = [2, 5, 10, 15, 30];

/// Idle stretches of a machine, and what lies beyond each wait.
#[derive(Debug, Default, Clone)]
pub(super) struct Idle {
    /// All of them, planned or not.
    pub all: Slot,
    /// What lies beyond each of [`AFTER`].
    pub beyond: [Slot; AFTER.len()],
}

/// What is left of a stretch after a wait; empty where it did not last so long.
fn beyond(stretch: Period, minutes: i64) -> Period {
    Period::new(stretch.from + Span::from_minutes(minutes), stretch.to)
}

impl Idle {
    /// One more idle stretch, and its part inside the period.
    pub fn begin(&mut self, stretch: Period, inside: Period) {
        let spend = |slot: &mut Slot, part: Period| {
            slot.time = slot.time + part.span();
            slot.count = slot.count.saturating_add(1);
        };
        spend(&mut self.all, inside);
        for (slot, minutes) in self.beyond.iter_mut().zip(AFTER) {
            if let Some(part) = beyond(stretch, minutes).overlap(inside) {
                spend(slot, part);
            }
        }
    }

    /// What was used in a part of it.
    pub fn add(&mut self, stretch: Period, part: &Interval, clock: &mut TariffClock<'_>) {
        self.all.add(part, clock);
        for (slot, minutes) in self.beyond.iter_mut().zip(AFTER) {
            if let Some(part) = part.within(beyond(stretch, minutes)) {
                slot.add(&part, clock);
            }
        }
    }
}

/// Fewest measured days from which a year is told.
pub(super) const ENOUGH: Span = Span::from_minutes(7 * 1_440);

/// An amount of the measured time, for a year of 365 days; `None` where less than [`ENOUGH`] was
/// measured.
pub(super) fn a_year(amount: i128, measured: Span) -> Option<i128> {
    let year = i128::from(Span::DAY.times(365).milliseconds());
    let amount = amount.checked_mul(year)?;
    (measured >= ENOUGH).then(|| div_round(amount, measured.milliseconds().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::interval::Rule;
    use millwatt::time::Instant;

    #[test]
    fn a_year_is_as_many_times_what_was_measured() {
        assert_eq!(a_year(70, Span::from_minutes(7 * 1_440)), Some(3_650));
        assert_eq!(a_year(70, Span::from_minutes(6 * 1_440)), None, "no week yet");
    }

    #[test]
    fn only_what_lasts_longer_than_the_wait_is_saved() {
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        let stretch = Period::new(at(0), at(12));
        let mut idle = Idle::default();
        idle.begin(stretch, stretch);
        let mut clock = TariffClock::new(crate::view::machines::hand::site());
        for minute in 0..12 {
            let period = Period::new(at(minute), at(minute + 1));
            idle.add(
                stretch,
                &Interval { period, amount: 20_000, rule: Rule::Measured },
                &mut clock,
            );
        }
        let left = |slot: &Slot| (slot.time.milliseconds() / 60_000, slot.energy.milliwatt_hours());
        assert_eq!(left(&idle.all), (12, 240_000));
        let beyond: Vec<_> = idle.beyond.iter().map(left).collect();
        let hand = [(10, 200_000), (7, 140_000), (2, 40_000), (0, 0), (0, 0)];
        assert_eq!(beyond, hand);
    }
}
