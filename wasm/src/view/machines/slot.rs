//! Time, energy and what it costs, of whatever they were spent on.

use millwatt::energy::{BandUsage, TariffClock};
use millwatt::interval::Interval;
use millwatt::site::Site;
use millwatt::time::Span;
use millwatt::units::{Energy, Money};

/// Time, energy and what it costs at the tariff of its own hours. Merges in any order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// How long.
    pub time: Span,
    /// How much was used in it.
    pub energy: Energy,
    /// How many stretches.
    pub count: u32,
    bands: BandUsage,
}

impl Slot {
    /// Adds what was used.
    pub fn add(&mut self, part: &Interval, clock: &mut TariffClock<'_>) {
        self.energy += Energy::from_milliwatt_hours(part.amount);
        self.bands.fold(part, clock);
    }

    /// Adds another one.
    pub fn merge(&mut self, other: &Self) {
        self.time = self.time + other.time;
        self.energy += other.energy;
        self.count = self.count.saturating_add(other.count);
        self.bands.merge(&other.bands);
    }

    /// What it costs with tax; `None` where no tariff covers any of it.
    pub fn cost(&self, site: &Site<'_>) -> Option<Money> {
        let unpriced = self.bands.unpriced();
        let is_priced = unpriced == Energy::ZERO || unpriced < self.energy;
        (is_priced && !site.tariffs.is_empty()).then(|| self.bands.cost(site).1)
    }

    /// Energy at times without a tariff.
    pub const fn unpriced(&self) -> Energy {
        self.bands.unpriced()
    }
}

/// All of several.
pub(super) fn sum<'s>(slots: impl IntoIterator<Item = &'s Slot>) -> Slot {
    let mut sum = Slot::default();
    slots.into_iter().for_each(|slot| sum.merge(slot));
    sum
}
