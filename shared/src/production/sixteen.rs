//! The sixteen losses of TPM: eight of equipment, five of labour, three of cost per unit.
//!
//! # Source
//! Named after the list of the Japan Institute of Plant Maintenance as public TPM handbooks give it;
//! the order within the last two groups differs between them.

use super::losses::Loss;
use crate::time::Span;
use crate::units::{Energy, Money};

/// What a loss is a loss of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Effectiveness of equipment: lost time.
    Equipment,
    /// Effectiveness of labour: lost hours of people.
    Labour,
    /// Cost of a unit: lost energy, tools and material.
    Cost,
}

macro_rules! losses {
    ($($(#[$doc:meta])* $name:ident $word:literal $group:ident,)*) => {
        /// One of the sixteen.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SixteenLoss { $($(#[$doc])* $name,)* }

        impl SixteenLoss {
            /// All of them, in their order.
            pub const ALL: [Self; 16] = [$(Self::$name,)*];

            /// The stable name, as a stop reason carries it.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it is a loss of.
            #[must_use]
            pub const fn group(self) -> Group {
                match self { $(Self::$name => Group::$group,)* }
            }
        }
    };
}

losses! {
    /// Equipment that failed.
    Breakdown "breakdown" Equipment,
    /// Change of product, setting, first adjustment.
    Setup "setup" Equipment,
    /// Change of blades, dies and other wearing tools.
    ToolChange "tool_change" Equipment,
    /// Until the process is stable.
    StartUp "start_up" Equipment,
    /// Short stops and idling.
    MinorStop "minor_stop" Equipment,
    /// Slower than it could.
    Speed "speed" Equipment,
    /// Refused and reworked product.
    Defect "defect" Equipment,
    /// Planned stops: cleaning, inspection, holidays.
    Shutdown "shutdown" Equipment,
    /// Waiting for instructions, material or power.
    Management "management" Labour,
    /// Needless motion.
    Motion "motion" Labour,
    /// A line out of balance, people short.
    LineOrganisation "line_organisation" Labour,
    /// Carrying and fetching.
    Logistics "logistics" Labour,
    /// Measuring and adjusting again.
    Measurement "measurement" Labour,
    /// Energy that made nothing.
    Energy "energy" Cost,
    /// Dies, jigs and tools.
    Tooling "tooling" Cost,
    /// Material that did not become product.
    Yield "yield" Cost,
}

impl SixteenLoss {
    /// The loss that a stop reason names.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|loss| loss.name() == name)
    }

    /// Which of the six big losses it is part of; `None` for those of labour and cost, and for planned
    /// shutdown, which the six leave out.
    #[must_use]
    pub const fn of_six(self) -> Option<Loss> {
        match self {
            Self::Breakdown => Some(Loss::Breakdown),
            Self::Setup | Self::ToolChange => Some(Loss::Setup),
            Self::StartUp => Some(Loss::StartUp),
            Self::MinorStop => Some(Loss::MinorStop),
            Self::Speed => Some(Loss::Speed),
            Self::Defect => Some(Loss::Defect),
            _ => None,
        }
    }
}

/// Time, energy and money by each of the sixteen. Merges in any order.
///
/// # Example
/// ```
/// use millwatt::production::sixteen::{SixteenLoss, SixteenTally};
/// use millwatt::{time::Span, units::{Energy, Money}};
/// let mut tally = SixteenTally::default();
/// let reason = SixteenLoss::named("tool_change").expect("a reason we know");
/// tally.fold(reason, Span::from_minutes(45), Energy::ZERO, Money::ZERO);
/// tally.fold(SixteenLoss::Energy, Span::ZERO, Energy::from_milliwatt_hours(9_000_000), Money::ZERO);
/// assert_eq!(tally.time(SixteenLoss::ToolChange), Span::from_minutes(45));
/// assert_eq!(tally.energy(SixteenLoss::Energy).kwh().to_string(), "9");
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct SixteenTally {
    rows: [(Span, Energy, Money); 16],
}

impl SixteenTally {
    /// Adds to one of them.
    pub fn fold(&mut self, loss: SixteenLoss, time: Span, energy: Energy, money: Money) {
        let row = &mut self.rows[loss as usize];
        *row = (row.0 + time, row.1 + energy, row.2 + money);
    }

    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        for loss in SixteenLoss::ALL {
            let (time, energy, money) = other.rows[loss as usize];
            self.fold(loss, time, energy, money);
        }
    }

    /// Time lost to one.
    #[must_use]
    pub const fn time(&self, loss: SixteenLoss) -> Span {
        self.rows[loss as usize].0
    }

    /// Energy lost to one.
    #[must_use]
    pub const fn energy(&self, loss: SixteenLoss) -> Energy {
        self.rows[loss as usize].1
    }

    /// Money lost to one.
    #[must_use]
    pub const fn money(&self, loss: SixteenLoss) -> Money {
        self.rows[loss as usize].2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_five_and_three() {
        let count = |group| SixteenLoss::ALL.iter().filter(|loss| loss.group() == group).count();
        assert_eq!((count(Group::Equipment), count(Group::Labour), count(Group::Cost)), (8, 5, 3));
        for loss in SixteenLoss::ALL {
            assert_eq!(SixteenLoss::named(loss.name()), Some(loss));
        }
    }
}
