//! What a site would need so that more could be seen.

use alloc::vec::Vec;

use super::{Evidence, Kind, Missing, Opportunity, Search};
use crate::finding::REPORTABLE_COVERAGE;
use crate::indicator::Name;
use crate::series::Series;
use crate::site::{Asset, AssetId, Quantity};
use crate::time::Span;

impl<'a, S: Series> Search<'_, 'a, S> {
    pub(super) fn missing(&self) -> Vec<Opportunity<'a>> {
        let site = self.site;
        let main = site.main.filter(|main| self.measures(*main, Quantity::ActiveEnergy));
        let mut found = Vec::new();
        let mut lacks = |what: Missing, is_so: bool| {
            if is_so {
                found.push((what, Vec::new()));
            }
        };
        lacks(Missing::MainMeter, main.is_none());
        lacks(Missing::Tariff, self.priced.bands.is_empty());
        lacks(Missing::Shifts, site.shifts.is_empty());
        lacks(Missing::SubMeters, main.is_some() && self.figure(Name::Unmetered, "").is_none());
        let reactive = main.filter(|id| self.measures(*id, Quantity::ReactiveEnergyLagging));
        lacks(Missing::ReactiveMeter, main.is_some() && reactive.is_none());
        lacks(Missing::Output, self.figure(Name::Output, "").is_none());
        let energy = crate::units::Energy::ZERO;
        lacks(Missing::EmissionFactor, main.is_some() && self.emission(energy).is_none());
        let several = [
            (Missing::MachineMeters, self.unmetered_machines()),
            (Missing::MachineStates, self.machines_without_states()),
            (Missing::Readings, self.badly_measured()),
        ];
        found.extend(several.into_iter().filter(|(_, assets)| !assets.is_empty()));
        let told =
            |(what, assets)| self.told(Kind::Missing, Span::ZERO, Evidence::Missing(what, assets));
        found.into_iter().filter_map(told).collect()
    }

    fn measures(&self, id: AssetId, quantity: Quantity) -> bool {
        self.site.channel_of(id, quantity).is_some()
    }

    fn machines_that(&self, wanted: impl Fn(AssetId, &Asset<'_>) -> bool) -> Vec<AssetId> {
        let machines = self.site.numbered_assets().filter(|(_, asset)| asset.machine);
        machines.filter(|(id, asset)| wanted(*id, asset)).map(|(id, _)| id).collect()
    }

    fn unmetered_machines(&self) -> Vec<AssetId> {
        self.machines_that(|id, _| !self.measures(id, Quantity::ActiveEnergy))
    }

    fn machines_without_states(&self) -> Vec<AssetId> {
        self.machines_that(|id, asset| {
            let has_power = self.measures(id, Quantity::ActiveEnergy);
            let by_power = asset.running_milliwatts > 0;
            let told = [Quantity::MachineState, Quantity::GoodCount];
            has_power && !by_power && !told.iter().any(|quantity| self.measures(id, *quantity))
        })
    }

    fn badly_measured(&self) -> Vec<AssetId> {
        let limit = REPORTABLE_COVERAGE.units() * 10_000;
        let energies = self.figures.iter().filter(|figure| figure.name == Name::Energy);
        let weak = energies.filter(|figure| figure.coverage.units() < limit);
        weak.filter_map(|figure| self.site.asset_named(figure.asset?)).collect()
    }
}
