//! From planned time down to good product, in hours, in energy and in money, to the last digit.

use super::account::Account;
use millwatt::decimal::div_round;
use millwatt::production::Loss;
use millwatt::site::Site;
use millwatt::time::Span;
use millwatt::units::{Energy, Money};
use millwatt::{Decimal, Name};

/// In what losses are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    /// Hours.
    Hours,
    /// kWh.
    Energy,
    /// The site's currency.
    Money,
}

impl Measure {
    /// All of them, with their names in an option.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Hours, "hours"), (Self::Energy, "kwh"), (Self::Money, "money")];

    /// The one that an option names; hours where it names none.
    pub fn named(name: Option<&str>) -> Self {
        let found = Self::ALL.into_iter().find(|(_, known)| Some(*known) == name);
        found.map_or(Self::Hours, |(measure, _)| measure)
    }

    /// Its figure: millionths of an hour, mWh, or thousandths of the currency.
    pub const fn decimal(self, units: i128) -> Decimal {
        match self {
            Self::Hours | Self::Energy => Decimal::new(units, 6),
            Self::Money => Decimal::new(units, 3),
        }
    }
}

/// A whole, what was lost of it, and what is left: the parts add up to the whole exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fall {
    /// Planned time, or what was used or paid in it.
    pub whole: i128,
    /// Of that, what nobody measured.
    pub unmeasured: i128,
    /// What each loss took; `None` for what only counts and an ideal cycle could tell.
    pub losses: [(Loss, Option<i128>); Loss::ALL.len()],
    /// What is left.
    pub rest: i128,
    /// Whether running time is told apart, so that what is left went into good product.
    pub is_divided: bool,
}

impl Fall {
    /// The fall of a machine. `indicator` gives the figure, in millionths, of a loss that happens
    /// while the machine runs; the others are the account's own. `None` where the whole is not known.
    pub fn of(
        account: &Account<'_>,
        measure: Measure,
        site: &Site<'_>,
        indicator: impl Fn(Name, Loss) -> Option<i128>,
    ) -> Option<Self> {
        let all = account.all();
        if all.time == Span::ZERO || (measure != Measure::Hours && !account.is_metered) {
            return None;
        }
        let is_divided = indicator(Name::LossTime, Loss::Speed).is_some();
        let (whole, unmeasured) = match measure {
            Measure::Hours => (hours(account.planned), hours(account.planned) - hours(all.time)),
            Measure::Energy => (all.energy.milliwatt_hours(), 0),
            Measure::Money => (all.cost(site)?.thousandths(), 0),
        };
        let losses = Loss::ALL.map(|loss| {
            let told = match loss.happens_running() && is_divided {
                true => while_running(account, measure, site, loss, &indicator),
                false => standing(account, measure, site, loss),
            };
            (loss, told)
        });
        let lost: i128 = losses.iter().filter_map(|(_, lost)| *lost).sum();
        Some(Self { whole, unmeasured, losses, rest: whole - unmeasured - lost, is_divided })
    }

    /// All that was lost.
    pub fn lost(&self) -> i128 {
        self.losses.iter().filter_map(|(_, lost)| *lost).sum()
    }

    /// The loss that took most.
    pub fn largest(&self) -> Option<(Loss, i128)> {
        let known = self.losses.iter().filter_map(|(loss, lost)| Some((*loss, (*lost)?)));
        known.filter(|(_, lost)| *lost > 0).max_by_key(|(_, lost)| *lost)
    }

    /// What one loss took.
    pub fn of_loss(&self, loss: Loss) -> Option<i128> {
        self.losses.iter().find(|(known, _)| *known == loss).and_then(|(_, lost)| *lost)
    }
}

/// A span in millionths of an hour.
pub(super) fn hours(span: Span) -> i128 {
    span.hours().units()
}

/// Of a loss in which the machine stands; one that happens while it runs is unknown, unless people
/// gave it as the reason of a stop.
fn standing(account: &Account<'_>, measure: Measure, site: &Site<'_>, loss: Loss) -> Option<i128> {
    let slot = account.stood(loss);
    let figure = match measure {
        Measure::Hours => hours(slot.time),
        Measure::Energy => slot.energy.milliwatt_hours(),
        Measure::Money => slot.cost(site).unwrap_or(Money::ZERO).thousandths(),
    };
    (!loss.happens_running() || slot.count > 0).then_some(figure)
}

/// Of a loss that happens while the machine runs: the indicator's own hours and energy. Money is
/// the running time's, by the loss's part of its energy.
fn while_running(
    account: &Account<'_>,
    measure: Measure,
    site: &Site<'_>,
    loss: Loss,
    indicator: &impl Fn(Name, Loss) -> Option<i128>,
) -> Option<i128> {
    if measure == Measure::Hours {
        return indicator(Name::LossTime, loss);
    }
    let energy = indicator(Name::EnergyByLoss, loss)?;
    if measure == Measure::Energy {
        return Some(energy);
    }
    let stood = account.stood(loss);
    let cost = |slot: &super::slot::Slot| slot.cost(site).unwrap_or(Money::ZERO).thousandths();
    let part = energy - stood.energy.milliwatt_hours();
    let whole = account.running.energy;
    let running = if whole > Energy::ZERO {
        div_round(cost(&account.running).saturating_mul(part), whole.milliwatt_hours())
    } else {
        0
    };
    Some(cost(&stood) + running)
}

#[cfg(test)]
mod tests {
    use super::super::hand::{account, load, site, stretch};
    use super::*;
    use millwatt::production::State::{Down, Idle, Running};

    /// A day of seven known hours: an hour broken, a quarter idle, the rest running.
    fn day() -> Account<'static> {
        let stretches = [stretch(0, 60, Down), stretch(60, 75, Idle), stretch(75, 420, Running)];
        account(&stretches, [load(0, 75, 600), load(75, 420, 6_000)].concat())
    }

    fn adds_up(fall: &Fall) {
        let lost: i128 = fall.losses.iter().filter_map(|(_, lost)| *lost).sum();
        assert_eq!(fall.whole - fall.unmeasured - lost, fall.rest);
        assert_eq!(lost, fall.lost());
    }

    #[test]
    fn what_is_left_is_planned_less_lost_in_every_measure() {
        // Half an hour too slow, a quarter refused; 10 % and 5 % of running energy with them.
        let indicator = |name, loss| {
            Some(match (name, loss) {
                (Name::LossTime, Loss::Speed) => 500_000,
                (Name::LossTime, Loss::Defect) => 250_000,
                (Name::EnergyByLoss, Loss::Speed) => 3_450_000,
                (Name::EnergyByLoss, Loss::Defect) => 1_725_000,
                _ => 0,
            })
        };
        let of = |measure| Fall::of(&day(), measure, &site(), indicator).expect("planned");
        let hours = of(Measure::Hours);
        assert_eq!((hours.whole, hours.unmeasured), (8_000_000, 1_000_000));
        assert_eq!(hours.of_loss(Loss::Breakdown), Some(1_000_000));
        assert_eq!(hours.of_loss(Loss::Unqualified), Some(250_000));
        assert_eq!(hours.rest, 5_000_000);
        assert_eq!(hours.largest(), Some((Loss::Breakdown, 1_000_000)));
        let energy = of(Measure::Energy);
        assert_eq!((energy.whole, energy.rest), (35_250_000, 35_250_000 - 750_000 - 5_175_000));
        [hours, energy, of(Measure::Money)].iter().for_each(adds_up);
    }

    #[test]
    fn without_counts_running_time_stays_whole() {
        let fall = Fall::of(&day(), Measure::Hours, &site(), |_, _| None).expect("planned");
        assert_eq!((fall.is_divided, fall.of_loss(Loss::Speed)), (false, None));
        assert_eq!(fall.rest, 5_750_000);
        adds_up(&fall);
    }

    #[test]
    fn a_machine_without_a_meter_has_hours_alone() {
        let account = Account { is_metered: false, ..day() };
        let of = |measure| Fall::of(&account, measure, &site(), |_, _| None);
        assert!(of(Measure::Hours).is_some());
        assert_eq!((of(Measure::Energy), of(Measure::Money)), (None, None));
    }
}
