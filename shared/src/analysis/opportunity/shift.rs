//! Running energy that could move to cheaper hours.

use alloc::vec::Vec;
use core::cmp::Reverse;

use super::machines::{MachineUse, Machines};
use super::{BandShare, Bands, Confidence, Evidence, Kind, Opportunity, Search, a_year};
use crate::decimal::{div_round, power_of_ten};
use crate::series::Series;
use crate::site::AssetId;
use crate::time::Span;
use crate::units::{Energy, Money};

/// What a machine would save by running at its own cheaper hours.
struct Moved {
    id: AssetId,
    /// In the dearest band, and elsewhere.
    dear: Energy,
    cheaper: Energy,
    /// mWh × thousandths of a kWh's price, outside the dearest band.
    cheaper_cost: i128,
    measured: Span,
}

impl Moved {
    /// Thousandths for one kWh outside the dearest band.
    const fn cheaper_price(&self) -> i128 {
        div_round(self.cheaper_cost, self.cheaper.milliwatt_hours())
    }
}

impl<'a, S: Series> Search<'_, 'a, S> {
    pub(super) fn peak_shift(&self, machines: &Machines) -> Option<Opportunity<'a>> {
        let names = self.band_names();
        let (_, price) = *names.first()?;
        let rows = machines.rows.iter().filter(|row| !row.is_compressor);
        let moved: Vec<Moved> = rows.clone().filter_map(|row| self.moved(row, &names)).collect();
        let bands = names.iter().map(|(name, price_thousandths)| BandShare {
            name,
            price_thousandths: *price_thousandths,
            energy: rows.clone().map(|row| row.running.bands.of(name, &self.priced)).sum(),
        });
        let cheaper: Energy = moved.iter().map(|one| one.cheaper).sum();
        let cost: i128 = moved.iter().map(|one| one.cheaper_cost).sum();
        let mean = (cheaper > Energy::ZERO).then(|| div_round(cost, cheaper.milliwatt_hours()))?;
        let yearly: i128 = moved.iter().map(|one| self.money_moved(one, price)).sum();
        let measured = moved.iter().map(|one| one.measured).max()?;
        let mut by_machine: Vec<_> = moved.iter().map(|one| (one.id, one.dear)).collect();
        by_machine.sort_by_key(|(id, energy)| (Reverse(*energy), *id));
        let evidence = Evidence::Bands(Bands {
            bands: bands.collect(),
            cheaper_thousandths: i64::try_from(mean).unwrap_or(i64::MAX),
            movable: self.assumed.movable,
            source: self.tariff.and_then(|place| self.site.tariffs.get(place))?.source,
            machines: by_machine,
        });
        if yearly <= 0 {
            return None;
        }
        let found = self.saving(Kind::PeakShift, None, measured, (None, None), evidence)?;
        let money_a_year = Some(Money::from_thousandths(yearly));
        Some(Opportunity { money_a_year, confidence: Confidence::Assumed, ..found })
    }

    /// The names of the tariff's bands with their prices, the dearest first.
    fn band_names(&self) -> Vec<(&'a str, i64)> {
        let number = self.tariff.and_then(|place| u16::try_from(place).ok());
        let mut names: Vec<(&'a str, i64)> = Vec::new();
        for band in self.site.bands.iter().filter(|band| Some(band.tariff) == number) {
            match names.iter_mut().find(|(name, _)| *name == band.name) {
                Some((_, price)) => *price = band.price_thousandths.max(*price),
                None => names.push((band.name, band.price_thousandths)),
            }
        }
        names.sort_by_key(|(_, price)| Reverse(*price));
        names
    }

    /// A machine's energy in and outside the dearest band; `None` when it runs in only one of both.
    fn moved(&self, row: &MachineUse, names: &[(&str, i64)]) -> Option<Moved> {
        let of = |name: &str| row.running.bands.of(name, &self.priced);
        let (dearest, others) = names.split_first()?;
        let dear = of(dearest.0);
        let cheaper: Energy = others.iter().map(|(name, _)| of(name)).sum();
        let cost = |(name, price): &(&str, i64)| {
            of(name).milliwatt_hours().saturating_mul(i128::from(*price))
        };
        let cheaper_cost = others.iter().map(cost).sum();
        let is_both = dear > Energy::ZERO && cheaper > Energy::ZERO;
        let is_measured = row.measured >= super::LEAST_MEASURED;
        let (id, measured) = (row.id, row.measured);
        (is_both && is_measured).then_some(Moved { id, dear, cheaper, cheaper_cost, measured })
    }

    /// Thousandths of the currency a year, with tax.
    fn money_moved(&self, one: &Moved, dearest: i64) -> i128 {
        let difference = i128::from(dearest) - one.cheaper_price();
        let before = one.dear.milliwatt_hours().saturating_mul(difference.max(0));
        let tariff = self.priced.tariffs.first();
        let vat = tariff.map_or(0, |tariff| i128::from(tariff.vat_per_mille));
        let movable = self.assumed.movable;
        let product = before.saturating_mul(1_000 + vat).saturating_mul(movable.units());
        let scale = 1_000_000_000_i128.saturating_mul(power_of_ten(movable.places()));
        a_year(div_round(product, scale), one.measured)
    }
}
