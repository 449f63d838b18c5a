//! Everything that one energy channel adds up to in a period, folded one interval at a time.

use super::demand::Demand;
use super::load::{BINS, LoadHistogram};
use super::tariff::{BandUsage, TariffClock};
use crate::interval::Interval;
use crate::site::{Asset, Site};
use crate::time::Span;
use crate::units::Power;
use crate::usage::Usage;

/// The accumulators of an energy channel: use, tariff bands, two demands, and the spread of load.
///
/// All of it is whole numbers of a fixed size, below [`EnergyTally::BYTES`]. Tallies of parts of a period
/// that are cut at demand windows' edges (midnight is one) merge in any order to the same bits.
///
/// # Example
/// ```
/// use millwatt::energy::EnergyTally;
/// assert!(core::mem::size_of::<EnergyTally>() <= EnergyTally::BYTES);
/// ```
#[derive(Debug, Clone)]
pub struct EnergyTally<'a> {
    clock: TariffClock<'a>,
    /// What was used, and how well that is known.
    pub usage: Usage,
    /// The same by tariff band.
    pub bands: BandUsage,
    /// Peak of a quarter of an hour.
    pub quarter: Demand<'a>,
    /// Peak of half an hour.
    pub half: Demand<'a>,
    /// How long the load stood where.
    pub loads: LoadHistogram,
}

/// Bins for an asset whose rating nobody knows: half a kilowatt wide.
const UNKNOWN_WIDTH: Power = Power::from_milliwatts(500_000);

impl<'a> EnergyTally<'a> {
    /// The most that one takes in memory.
    pub const BYTES: usize = 3_600;

    /// Empty, for a channel of an asset.
    #[must_use]
    pub fn new(site: Site<'a>, asset: &Asset<'_>) -> Self {
        let zone = site.zone_rules();
        Self {
            clock: TariffClock::new(site),
            usage: Usage::default(),
            bands: BandUsage::default(),
            quarter: Demand::new(Span::from_minutes(15), zone),
            half: Demand::new(Span::from_minutes(30), zone),
            loads: LoadHistogram::new(bin_width(asset)),
        }
    }

    /// One more interval, oldest first.
    #[inline]
    pub fn fold(&mut self, interval: &Interval) {
        self.usage.fold(interval);
        self.bands.fold(interval, &mut self.clock);
        self.quarter.fold(interval);
        self.half.fold(interval);
        self.loads.fold(interval);
    }

    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        self.usage.merge(&other.usage);
        self.bands.merge(&other.bands);
        self.quarter.merge(&other.quarter);
        self.half.merge(&other.half);
        self.loads.merge(&other.loads);
    }
}

/// The rating in as many bins, so that the last holds what exceeds it.
fn bin_width(asset: &Asset<'_>) -> Power {
    let width = i128::from(asset.rated_milliwatts) / (BINS as i128 - 1);
    if width > 0 { Power::from_milliwatts(width) } else { UNKNOWN_WIDTH }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::interval::Rule;
    use crate::site::{AssetId, Band, Tariff};
    use crate::time::{Instant, Period, Weekdays};
    use proptest::prelude::*;
    use std::vec::Vec;

    const TARIFFS: [Tariff<'static>; 1] =
        [Tariff { since: Instant::MIN, vat_per_mille: 80, source: "" }];
    const BANDS: [Band<'static>; 2] = [
        Band {
            tariff: 0,
            name: "normal",
            price_thousandths: 2,
            days: Weekdays(0),
            start: 0,
            end: 0,
        },
        Band {
            tariff: 0,
            name: "peak",
            price_thousandths: 3,
            days: Weekdays::ALL,
            start: 9,
            end: 77,
        },
    ];
    const ASSET: Asset<'static> = Asset {
        id: "",
        name: "",
        parent: None,
        machine: false,
        rated_milliwatts: 50_000_000,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    };

    fn site() -> Site<'static> {
        Site {
            name: "",
            zone: "",
            currency: "",
            main: Some(AssetId(0)),
            output: None,
            output_unit: "",
            offsets: &[],
            shifts: &[],
            tariffs: &TARIFFS,
            bands: &BANDS,
            assets: &[],
            channels: &[],
        }
    }

    fn tally(intervals: &[Interval]) -> EnergyTally<'static> {
        let mut tally = EnergyTally::new(site(), &ASSET);
        intervals.iter().for_each(|interval| tally.fold(interval));
        tally
    }

    fn figures(tally: &EnergyTally<'_>) -> impl PartialEq + core::fmt::Debug + use<> {
        let peaks = (tally.quarter.peak(), tally.half.peak(), tally.quarter.measured_time());
        (tally.usage, tally.bands.clone(), peaks, tally.loads.clone())
    }

    proptest! {
        #[test]
        fn parts_merge_in_any_order_to_the_same_bits(
            amounts in prop::collection::vec((0_i128..900_000, 0_u8..12), 30..240),
            cuts in prop::collection::vec(0_usize..8, 1..5),
        ) {
            let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
            let all: Vec<Interval> = (0..).zip(amounts).map(|(minute, (amount, rule))| Interval {
                period: Period::new(at(minute), at(minute + 1)),
                amount,
                rule: if rule == 0 { Rule::AcrossGap } else { Rule::Measured },
            }).collect();
            // Parts of whole half hours, in an order of their own.
            let mut parts: Vec<_> = all.chunks(30).map(tally).collect();
            let whole = figures(&tally(&all));
            let mut forward = tally(&[]);
            parts.iter().for_each(|part| forward.merge(part));
            for cut in cuts {
                let count = parts.len();
                parts.rotate_left(cut % count);
                let mut turned = tally(&[]);
                parts.iter().rev().for_each(|part| turned.merge(part));
                prop_assert_eq!(figures(&turned), figures(&forward));
            }
            prop_assert_eq!(figures(&forward), whole);
        }
    }
}
