//! A site's rows, collected from a manifest.

use alloc::vec::Vec;

use crate::energy::adjustment::NonRoutine;
use crate::energy::fuel::Factor;
use crate::energy::reactive::{ReactiveCharge, Step};
use crate::site::{Asset, Band, Baseline, Channel, Facts, FuelPrice, Shift, Site, Tariff};
use crate::time::Offset;
use crate::units::Power;
use crate::wire::manifest::{self, Head, Reactive};
use crate::wire::{Record, WireError, records};

/// A site's rows, collected from a manifest.
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    pub(super) head: Head<'a>,
    pub(super) offsets: Vec<Offset>,
    pub(super) shifts: Vec<Shift<'a>>,
    pub(super) tariffs: Vec<Tariff<'a>>,
    pub(super) bands: Vec<Band<'a>>,
    pub(super) assets: Vec<Asset<'a>>,
    pub(super) channels: Vec<Channel<'a>>,
    factors: Vec<Factor<'a>>,
    fuel_prices: Vec<FuelPrice<'a>>,
    reactive: Option<Reactive<'a>>,
    steps: Vec<Step>,
    demand_limit: Option<Power>,
    baselines: Vec<Baseline<'a>>,
    adjustments: Vec<NonRoutine<'a>>,
    later: usize,
}

impl<'a> Parts<'a> {
    /// Collects the rows of a manifest, up to the first of a kind that only a later program knows.
    ///
    /// # Errors
    /// When a row cannot be read, or none names the site.
    pub fn read(payload: &'a [u8]) -> Result<Self, WireError> {
        let (known, later) = manifest::split(payload);
        let mut rows = records(known);
        let Some(Record::Head(head)) = rows.next().transpose()? else {
            return Err(WireError::Malformed);
        };
        let mut parts = Self::empty(head, later.len());
        for row in rows {
            parts.take(row?)?;
        }
        Ok(parts)
    }

    const fn empty(head: Head<'a>, later: usize) -> Self {
        Self {
            head,
            offsets: Vec::new(),
            shifts: Vec::new(),
            tariffs: Vec::new(),
            bands: Vec::new(),
            assets: Vec::new(),
            channels: Vec::new(),
            factors: Vec::new(),
            fuel_prices: Vec::new(),
            reactive: None,
            steps: Vec::new(),
            demand_limit: None,
            baselines: Vec::new(),
            adjustments: Vec::new(),
            later,
        }
    }

    fn take(&mut self, row: Record<'a>) -> Result<(), WireError> {
        match row {
            Record::Head(_) => return Err(WireError::Malformed),
            Record::Offset(offset) => self.offsets.push(offset),
            Record::Shift(shift) => self.shifts.push(shift),
            Record::Tariff(tariff) => self.tariffs.push(tariff),
            Record::Band(band) => self.bands.push(band),
            Record::Asset(asset) => self.assets.push(asset),
            Record::Channel(channel) => self.channels.push(channel),
            Record::Factor(factor) => self.factors.push(factor),
            Record::FuelPrice(price) => self.fuel_prices.push(price),
            Record::Reactive(reactive) => self.reactive = Some(reactive),
            Record::ReactiveStep(step) => self.steps.push(step),
            Record::DemandLimit(limit) => self.demand_limit = Some(limit),
            Record::Baseline(baseline) => self.baselines.push(baseline),
            Record::Adjustment(change) => self.adjustments.push(change),
        }
        Ok(())
    }

    /// Every channel, by number.
    pub(super) fn channels(&self) -> &[Channel<'a>] {
        &self.channels
    }

    /// Every channel with the short name of its asset.
    pub fn channels_with_assets(&self) -> impl Iterator<Item = (Channel<'a>, &'a str)> + '_ {
        self.channels.iter().filter_map(|channel| {
            let asset = self.assets.get(usize::from(channel.asset.0))?;
            Some((*channel, asset.id))
        })
    }

    /// Bytes at the manifest's end that only a later program knows.
    #[must_use]
    pub const fn later(&self) -> usize {
        self.later
    }

    /// The rows of what the site states beyond its structure, in the order in which they are written.
    pub(super) fn facts(&self) -> impl Iterator<Item = Record<'a>> + '_ {
        let factors = self.factors.iter().copied().map(Record::Factor);
        let prices = self.fuel_prices.iter().copied().map(Record::FuelPrice);
        let reactive = self.reactive.map(Record::Reactive);
        let steps = self.steps.iter().copied().map(Record::ReactiveStep);
        let limit = self.demand_limit.map(Record::DemandLimit);
        let baselines = self.baselines.iter().copied().map(Record::Baseline);
        let changes = self.adjustments.iter().copied().map(Record::Adjustment);
        factors
            .chain(prices)
            .chain(reactive)
            .chain(steps)
            .chain(limit)
            .chain(baselines)
            .chain(changes)
    }

    /// The site over these rows.
    #[must_use]
    pub fn site(&self) -> Site<'_> {
        let reactive = self.reactive.map(|Reactive { below, demand, source }| ReactiveCharge {
            steps: &self.steps,
            below,
            demand,
            source,
        });
        Site {
            name: self.head.name,
            zone: self.head.zone,
            currency: self.head.currency,
            main: self.head.main,
            output: self.head.output,
            output_unit: self.head.output_unit,
            offsets: &self.offsets,
            shifts: &self.shifts,
            tariffs: &self.tariffs,
            bands: &self.bands,
            assets: &self.assets,
            channels: &self.channels,
            facts: Facts {
                factors: &self.factors,
                fuel_prices: &self.fuel_prices,
                reactive,
                demand_limit: self.demand_limit,
                baselines: &self.baselines,
                adjustments: &self.adjustments,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Archive, emit_all};
    use super::*;
    use crate::time::{Date, Every, Instant, Period};
    use crate::units::Energy;
    use crate::wire::{Clock, Frame, FrameKind, Stamp};

    const HEAD: Head<'static> = Head {
        name: "a site",
        zone: "UTC",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "kg",
    };

    fn rows() -> Vec<Record<'static>> {
        let since = Date { year: 2026, month: 1, day: 1 };
        let (fuel, unit, source) = ("wood", "kg", "a document");
        let period = Period::new(Instant::from_unix_milliseconds(0), Instant::MAX);
        let demand = Power::from_milliwatts(40_000_000);
        alloc::vec![
            Record::Head(HEAD),
            Record::Factor(Factor {
                fuel,
                unit,
                since,
                oil: None,
                heat: None,
                fossil: None,
                biogenic: None,
                source,
            }),
            Record::FuelPrice(FuelPrice {
                fuel,
                unit,
                since,
                price_thousandths: 1_200_000,
                source
            }),
            Record::Reactive(Reactive { below: 5_254, demand, source }),
            Record::ReactiveStep((90, 0)),
            Record::ReactiveStep((89, 112)),
            Record::DemandLimit(demand),
            Record::Baseline(Baseline {
                period,
                every: Every::Day,
                drivers: "output",
                target_per_mille: 30,
                note: "",
            }),
            Record::Adjustment(NonRoutine {
                period,
                a_day: Energy::from_milliwatt_hours(7),
                note: "a second line",
                source,
            }),
        ]
    }

    #[test]
    fn facts_are_lent_with_the_site_and_written_back_in_their_order() {
        let rows = rows();
        let bytes = emit_all(&rows);
        let parts = Parts::read(&bytes).expect("rows that can be read");
        let facts = parts.site().facts;
        assert_eq!((facts.factors.len(), facts.fuel_prices.len()), (1, 1));
        let charge = facts.reactive.expect("a rule");
        assert_eq!((charge.steps, charge.below), (&[(90, 0), (89, 112)][..], 5_254));
        assert_eq!(facts.demand_limit, Some(charge.demand));
        assert_eq!(
            (facts.baselines[0].drivers, facts.adjustments[0].note),
            ("output", "a second line")
        );
        assert_eq!(parts.facts().collect::<Vec<_>>(), rows[1..]);
        assert_eq!(parts.later(), 0);
    }

    #[test]
    fn what_only_a_later_program_knows_is_passed_over_and_counted() {
        let mut bytes = emit_all(&rows());
        bytes.extend([77, 1, 2, 3]);
        let parts = Parts::read(&bytes).expect("rows that can be read");
        assert_eq!((parts.later(), parts.site().name), (4, "a site"));
        assert_eq!(parts.site().facts.adjustments.len(), 1);
        let mut archive = Archive::new();
        let (stamp, clock, kind) = (Stamp::default(), Clock::default(), FrameKind::Manifest);
        archive.add(&Frame { stamp, clock, kind, payload: &bytes });
        archive.settle();
        assert_eq!((archive.later(), archive.damaged()), (4, 0));
        // A record of a known kind that cannot be read is no later kind: the manifest is not taken.
        bytes.truncate(bytes.len() - 5);
        assert_eq!(Parts::read(&bytes).map(|_| ()), Err(WireError::Malformed));
    }
}
