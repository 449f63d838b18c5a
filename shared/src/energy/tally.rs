//! Everything that one energy channel adds up to in a period, folded one interval at a time.

use super::demand::Demand;
use super::load::{BINS, LoadHistogram};
use super::tariff::{BandUsage, TariffClock};
use crate::interval::{Interval, Rule};
use crate::site::{Asset, Site};
use crate::time::{Instant, Period, Span};
use crate::units::Power;
use crate::usage::Usage;

/// What a channel adds up to: use, tariff bands, two demands, and the spread of load.
///
/// All of it is whole numbers of a fixed size. Sums of parts of a period that are cut at demand windows'
/// edges (midnight is one) merge in any order to the same bits.
#[derive(Debug, Clone)]
pub struct EnergySums<'a> {
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

impl EnergySums<'_> {
    /// Adds what another part of the period found.
    pub fn merge(&mut self, other: &Self) {
        self.usage.merge(&other.usage);
        self.bands.merge(&other.bands);
        self.quarter.merge(&other.quarter);
        self.half.merge(&other.half);
        self.loads.merge(&other.loads);
    }
}

/// The accumulators of an energy channel, [`EnergySums`], and what is on its way into them.
///
/// Measured intervals that follow one another inside one tariff band and one demand window add up to one
/// longer interval, which is then folded once: the sums are whole numbers, so this changes no bit.
///
/// # Units and shape
/// Intervals oldest first. It takes at most [`EnergyTally::BYTES`].
/// # Example
/// ```
/// use millwatt::energy::EnergyTally;
/// assert!(core::mem::size_of::<EnergyTally>() <= EnergyTally::BYTES);
/// ```
#[derive(Debug, Clone)]
pub struct EnergyTally<'a> {
    clock: TariffClock<'a>,
    sums: EnergySums<'a>,
    /// Measured, and not yet in the sums; its load is.
    pending: Interval,
    /// The next edge of a band or a window.
    edge: Instant,
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
        let sums = EnergySums {
            usage: Usage::default(),
            bands: BandUsage::default(),
            quarter: Demand::new(Span::from_minutes(15), zone),
            half: Demand::new(Span::from_minutes(30), zone),
            loads: LoadHistogram::new(bin_width(asset)),
        };
        let pending = nothing_at(Instant::MIN);
        Self { clock: TariffClock::new(site), sums, pending, edge: Instant::MIN }
    }

    /// One more interval, oldest first.
    #[inline]
    pub fn fold(&mut self, interval: &Interval) {
        self.sums.loads.fold(interval);
        let follows = interval.period.from == self.pending.period.to;
        if follows && interval.rule == Rule::Measured && interval.period.to <= self.edge {
            self.pending.period.to = interval.period.to;
            self.pending.amount = self.pending.amount.wrapping_add(interval.amount);
        } else {
            self.fold_across(interval);
        }
    }

    /// An interval that the pending one cannot take in.
    fn fold_across(&mut self, interval: &Interval) {
        self.settle();
        self.add(interval);
        let windows = self.sums.quarter.window_ends().min(self.sums.half.window_ends());
        self.edge = windows.min(self.clock.at(interval.period.to).1.to);
        self.pending = nothing_at(interval.period.to);
    }

    fn settle(&mut self) {
        let pending = core::mem::replace(&mut self.pending, nothing_at(Instant::MIN));
        if pending.period.from < pending.period.to {
            self.add(&pending);
        }
    }

    fn add(&mut self, interval: &Interval) {
        self.sums.usage.fold(interval);
        self.sums.bands.fold(interval, &mut self.clock);
        self.sums.quarter.fold(interval);
        self.sums.half.fold(interval);
    }

    /// What everything folded so far adds up to.
    #[must_use]
    pub fn sums(&mut self) -> &EnergySums<'a> {
        self.settle();
        &self.sums
    }
}

const fn nothing_at(at: Instant) -> Interval {
    Interval { period: Period::new(at, at), amount: 0, rule: Rule::Measured }
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
    use crate::site::{AssetId, Band, Facts, Tariff};
    use crate::time::Weekdays;
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
            facts: Facts::NONE,
        }
    }

    fn sums(intervals: &[Interval]) -> EnergySums<'static> {
        let mut tally = EnergyTally::new(site(), &ASSET);
        intervals.iter().for_each(|interval| tally.fold(interval));
        tally.sums().clone()
    }

    /// The same without anything pending.
    fn one_by_one(intervals: &[Interval]) -> EnergySums<'static> {
        let mut tally = EnergyTally::new(site(), &ASSET);
        for interval in intervals {
            tally.sums.loads.fold(interval);
            tally.add(interval);
        }
        tally.sums
    }

    fn figures(sums: &EnergySums<'_>) -> impl PartialEq + core::fmt::Debug + use<> {
        let peaks = (sums.quarter.peak(), sums.half.peak(), sums.quarter.measured_time());
        (sums.usage, sums.bands.clone(), peaks, sums.loads.clone())
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
            let mut parts: Vec<_> = all.chunks(30).map(sums).collect();
            let whole = figures(&sums(&all));
            let mut forward = sums(&[]);
            parts.iter().for_each(|part| forward.merge(part));
            for cut in cuts {
                let count = parts.len();
                parts.rotate_left(cut % count);
                let mut turned = sums(&[]);
                parts.iter().rev().for_each(|part| turned.merge(part));
                prop_assert_eq!(figures(&turned), figures(&forward));
            }
            prop_assert_eq!(figures(&forward), whole);
        }

        #[test]
        fn what_is_pending_changes_no_bit(
            steps in prop::collection::vec((0_i128..900_000, 0_u8..12, 1_i64..40, 0_i64..3), 1..200),
        ) {
            let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
            let mut now = 0;
            let all: Vec<Interval> = steps.into_iter().map(|(amount, rule, minutes, gap)| {
                let from = now + gap / 2;
                now = from + minutes;
                let rule = if rule == 0 { Rule::AcrossGap } else { Rule::Measured };
                Interval { period: Period::new(at(from), at(now)), amount, rule }
            }).collect();
            prop_assert_eq!(figures(&sums(&all)), figures(&one_by_one(&all)));
        }
    }
}
