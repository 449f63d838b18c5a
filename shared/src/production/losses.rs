//! Where planned time goes: the six big losses, what nobody explained, and good time.
//!
//! Planned time whose state is known is *partitioned*: losses and good time add up to it exactly, in
//! whole microseconds, so that no hour is lost or counted twice. Energy follows the same classes.
//!
//! # Source
//! The six big losses of TPM: breakdown; set-up and adjustment; idling and minor stops; reduced speed;
//! start-up; defects and rework. `DIFFERENCE`: idle time that nobody has explained is *unqualified*, a
//! class of its own, and never a breakdown.

use super::effectiveness::Tally;
use super::state::State;
use crate::decimal::{Decimal, div_round};
use crate::interval::Interval;
use crate::time::{MILLISECONDS_AN_HOUR, Span};
use crate::units::{Amount, Energy, Money};

/// Why planned time made no good product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// Broken down for longer than a minor stop.
    Breakdown,
    /// Set up, heated, adjusted or cleaned.
    Setup,
    /// Stood for no longer than a minor stop.
    MinorStop,
    /// Ran slower than the ideal cycle; negative when faster, which says that the cycle is wrong.
    Speed,
    /// Made what was refused until the process was stable.
    StartUp,
    /// Made what was refused.
    Defect,
    /// Stood, and nobody has said why.
    Unqualified,
}

impl Loss {
    /// All of them, in the order in which reports list them.
    pub const ALL: [Self; 7] = [
        Self::Breakdown,
        Self::Setup,
        Self::MinorStop,
        Self::Speed,
        Self::StartUp,
        Self::Defect,
        Self::Unqualified,
    ];

    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Breakdown => "breakdown",
            Self::Setup => "setup",
            Self::MinorStop => "minor_stop",
            Self::Speed => "speed",
            Self::StartUp => "start_up",
            Self::Defect => "defect",
            Self::Unqualified => "unqualified",
        }
    }

    /// Whether it happens while the machine runs, and is known only from counts and the ideal cycle.
    #[must_use]
    pub const fn happens_running(self) -> bool {
        matches!(self, Self::Speed | Self::StartUp | Self::Defect)
    }

    /// The loss of a whole stretch of one state; `None` for running. A stop of unknown reason that lasts
    /// no longer than `minor_stop` is a minor stop.
    ///
    /// # Source
    /// Between 5 and 10 minutes divide a minor stop from a breakdown in the maintenance literature:
    /// the limit belongs to the machine and is carried with the figure.
    /// # Example
    /// ```
    /// use millwatt::production::{Loss, State};
    /// use millwatt::time::Span;
    /// let limit = Span::from_minutes(5);
    /// assert_eq!(Loss::of(State::Down, Span::from_minutes(40), limit), Some(Loss::Breakdown));
    /// assert_eq!(Loss::of(State::Idle, Span::from_minutes(3), limit), Some(Loss::MinorStop));
    /// assert_eq!(Loss::of(State::Idle, Span::from_minutes(40), limit), Some(Loss::Unqualified));
    /// assert_eq!(Loss::of(State::Running, Span::from_minutes(40), limit), None);
    /// ```
    #[must_use]
    pub fn of(state: State, lasted: Span, minor_stop: Span) -> Option<Self> {
        match state {
            State::Running => None,
            State::Setup => Some(Self::Setup),
            State::Down | State::Idle if lasted <= minor_stop => Some(Self::MinorStop),
            State::Down => Some(Self::Breakdown),
            State::Idle | State::Off => Some(Self::Unqualified),
        }
    }
}

/// The limit of a minor stop where a machine has none of its own.
pub const MINOR_STOP: Span = Span::from_minutes(5);

/// Planned time by what a machine lost it to, and energy with it. Merges in any order.
///
/// # Missing data
/// Time whose state nobody measured is in no class; coverage tells how much that is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct LossTally {
    stopped: [Span; Loss::ALL.len()],
    running: Span,
    energy: [Energy; Loss::ALL.len()],
    running_energy: Energy,
    failures: u32,
    minor_stops: u32,
}

impl LossTally {
    /// Adds planned time of one class; `None` for running.
    pub fn fold(&mut self, loss: Option<Loss>, span: Span) {
        let slot = match loss {
            Some(loss) => &mut self.stopped[loss as usize],
            None => &mut self.running,
        };
        *slot = *slot + span;
    }

    /// Counts a stop, once for its whole stretch.
    pub fn count(&mut self, loss: Loss) {
        match loss {
            Loss::Breakdown => self.failures = self.failures.saturating_add(1),
            Loss::MinorStop => self.minor_stops = self.minor_stops.saturating_add(1),
            _ => {}
        }
    }

    /// Adds what was used in time of one class, planned or not.
    pub fn fold_energy(&mut self, loss: Option<Loss>, part: &Interval) {
        let slot = match loss {
            Some(loss) => &mut self.energy[loss as usize],
            None => &mut self.running_energy,
        };
        *slot += Energy::from_milliwatt_hours(part.amount);
    }

    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        for loss in Loss::ALL {
            self.fold(Some(loss), other.stopped[loss as usize]);
            self.energy[loss as usize] += other.energy[loss as usize];
        }
        self.fold(None, other.running);
        self.running_energy += other.running_energy;
        self.failures = self.failures.saturating_add(other.failures);
        self.minor_stops = self.minor_stops.saturating_add(other.minor_stops);
    }

    /// Time that it ran.
    #[must_use]
    pub const fn running(&self) -> Span {
        self.running
    }

    /// Time it stood for one loss; of those that happen while it runs, what somebody reported as a stop.
    #[must_use]
    pub const fn stopped(&self, loss: Loss) -> Span {
        self.stopped[loss as usize]
    }

    /// How often it broke down.
    #[must_use]
    pub const fn failures(&self) -> u32 {
        self.failures
    }

    /// How often it stood for no longer than a minor stop.
    #[must_use]
    pub const fn minor_stops(&self) -> u32 {
        self.minor_stops
    }

    /// The whole account of planned time, once it is known what was made.
    ///
    /// # Example
    /// 480 planned minutes, 60 of them broken down and 20 being set up; 350 good and 10 rejected in the
    /// rest, each of which should take a minute.
    /// ```
    /// use millwatt::production::{Loss, LossTally, Tally};
    /// use millwatt::{time::Span, units::Amount};
    /// let mut tally = LossTally::default();
    /// tally.fold(Some(Loss::Breakdown), Span::from_minutes(60));
    /// tally.fold(Some(Loss::Setup), Span::from_minutes(20));
    /// tally.fold(None, Span::from_minutes(400));
    /// let made = Tally { good: Amount::from_thousandths(350_000), reject: Amount::from_thousandths(10_000) };
    /// let account = tally.account(Span::from_minutes(1), &made, Amount::ZERO);
    /// let hours = |loss| account.of(loss).rounded(4).to_string();
    /// assert_eq!((hours(Loss::Breakdown).as_str(), hours(Loss::Speed).as_str()), ("1", "0.6667"));
    /// assert_eq!(account.good().rounded(4).to_string(), "5.8333"); // 350 minutes of 480: OEE 0.7292
    /// assert_eq!(account.whole().to_string(), "8");
    /// ```
    #[must_use]
    pub fn account(&self, ideal_cycle: Span, made: &Tally, start_up_reject: Amount) -> LossAccount {
        // Milliseconds × thousandths of a unit are microseconds.
        let ideal = |amount: Amount| {
            amount.thousandths().saturating_mul(i128::from(ideal_cycle.milliseconds()))
        };
        let micro = |span: Span| i128::from(span.milliseconds()) * 1_000;
        let (losses, good) = (self.stopped.map(micro), ideal(made.good));
        let while_running = [
            (Loss::Speed, micro(self.running) - ideal(made.made())),
            (Loss::StartUp, ideal(start_up_reject)),
            (Loss::Defect, ideal(made.reject - start_up_reject)),
        ];
        let mut account =
            LossAccount { losses, good, energy: self.energy, good_energy: Energy::ZERO };
        account.split_running(&while_running, self.running_energy, micro(self.running));
        account
    }

    /// Energy drawn in stopped time of one class.
    #[must_use]
    pub const fn stopped_energy(&self, loss: Loss) -> Energy {
        self.energy[loss as usize]
    }
}

/// Planned time and energy by loss, and what went into good product. The parts add up to the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LossAccount {
    /// Microseconds.
    losses: [i128; Loss::ALL.len()],
    good: i128,
    energy: [Energy; Loss::ALL.len()],
    good_energy: Energy,
}

fn hours(microseconds: i128) -> Decimal {
    // One hour is 3.6 × 10^9 µs; to a millionth of an hour.
    Decimal::new(div_round(microseconds.saturating_mul(1_000), MILLISECONDS_AN_HOUR), 6)
}

impl LossAccount {
    /// Running time and the energy drawn in it, by what it went into: good product, defects, start-up and lost
    /// speed. A negative loss of speed takes no energy.
    fn split_running(&mut self, parts: &[(Loss, i128)], energy: Energy, running: i128) {
        let mut rest = energy.milliwatt_hours();
        for (loss, lost) in parts {
            let loss = *loss;
            self.losses[loss as usize] += lost;
            let time = (*lost).clamp(0, running.max(0));
            let share = energy.milliwatt_hours().checked_mul(time).unwrap_or(0);
            let part = if running > 0 { div_round(share, running).min(rest) } else { 0 };
            self.energy[loss as usize] += Energy::from_milliwatt_hours(part);
            rest -= part;
        }
        self.good_energy = Energy::from_milliwatt_hours(rest);
    }

    /// Hours of planned time lost to one class.
    #[must_use]
    pub fn of(&self, loss: Loss) -> Decimal {
        hours(self.losses[loss as usize])
    }

    /// Hours in which good product was made at the ideal pace.
    #[must_use]
    pub fn good(&self) -> Decimal {
        hours(self.good)
    }

    /// Hours of planned time of known state: the sum of all losses and of good time.
    #[must_use]
    pub fn whole(&self) -> Decimal {
        hours(self.losses.iter().sum::<i128>() + self.good)
    }

    /// Energy that a loss took.
    #[must_use]
    pub const fn energy_of(&self, loss: Loss) -> Energy {
        self.energy[loss as usize]
    }

    /// Energy that went into good product.
    #[must_use]
    pub const fn good_energy(&self) -> Energy {
        self.good_energy
    }

    /// What a loss costs in energy, at a mean price of a kWh.
    ///
    /// # Example
    /// ```
    /// use millwatt::production::losses::cost_of;
    /// use millwatt::units::{Energy, Money};
    /// let idle = Energy::from_milliwatt_hours(12_500_000); // 12.5 kWh
    /// assert_eq!(cost_of(idle, Money::from_thousandths(1_987_000)).units().to_string(), "24837.5");
    /// ```
    #[must_use]
    pub fn cost_of(&self, loss: Loss, price_a_kwh: Money) -> Money {
        cost_of(self.energy_of(loss), price_a_kwh)
    }
}

/// What energy costs at a mean price of a kWh.
#[must_use]
pub fn cost_of(energy: Energy, price_a_kwh: Money) -> Money {
    let product = energy.milliwatt_hours().saturating_mul(price_a_kwh.thousandths());
    Money::from_thousandths(div_round(product, 1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Losses and good time sum to planned time, energy by loss to all energy, whatever was made.
        #[test]
        fn nothing_is_lost_or_counted_twice(
            stops in prop::array::uniform7(0_i64..1_000_000_000),
            running in 0_i64..1_000_000_000,
            (good, reject, start_up) in (0_i128..1_000_000_000, 0_i128..1_000_000, 0_i128..1_000_000),
            cycle in 0_i64..600_000,
            energies in prop::array::uniform8(0_i128..1_000_000_000_000),
        ) {
            let mut tally = LossTally::default();
            let milliseconds = Span::from_milliseconds;
            let part = |amount| Interval {
                period: crate::time::Period::new(crate::time::Instant::MIN, crate::time::Instant::MIN),
                amount,
                rule: crate::interval::Rule::Measured,
            };
            // Speed, start-up and defects happen while running and have no stops.
            let standing = [Loss::Breakdown, Loss::Setup, Loss::MinorStop, Loss::Unqualified];
            for loss in standing {
                tally.fold(Some(loss), milliseconds(stops[loss as usize]));
                tally.fold_energy(Some(loss), &part(energies[loss as usize]));
            }
            tally.fold(None, milliseconds(running));
            tally.fold_energy(None, &part(energies[7]));
            let made = Tally {
                good: Amount::from_thousandths(good),
                reject: Amount::from_thousandths(reject),
            };
            let account = tally.account(milliseconds(cycle), &made, Amount::from_thousandths(start_up));
            let planned: i64 = running + standing.iter().map(|loss| stops[*loss as usize]).sum::<i64>();
            let sum: i128 = account.losses.iter().sum::<i128>() + account.good;
            prop_assert_eq!(sum, i128::from(planned) * 1_000);
            let energy: i128 = standing.iter().map(|loss| energies[*loss as usize]).sum::<i128>() + energies[7];
            let split: Energy = Loss::ALL.iter().map(|loss| account.energy_of(*loss)).sum();
            prop_assert_eq!((split + account.good_energy()).milliwatt_hours(), energy);
        }

        #[test]
        fn parts_merge_in_any_order(spans in prop::collection::vec((0_usize..8, 0_i64..1_000_000), 0..40), cut in 0_usize..40) {
            let folded = |part: &[(usize, i64)]| {
                let mut tally = LossTally::default();
                for (class, span) in part {
                    let loss = Loss::ALL.get(*class).copied();
                    tally.fold(loss, Span::from_milliseconds(*span));
                    loss.into_iter().for_each(|loss| tally.count(loss));
                }
                tally
            };
            let (head, tail) = spans.split_at(cut.min(spans.len()));
            let (mut forward, mut backward) = (folded(head), folded(tail));
            forward.merge(&folded(tail));
            backward.merge(&folded(head));
            prop_assert_eq!(forward, backward);
            prop_assert_eq!(forward, folded(&spans));
        }
    }
}
