//! What the data of a period is like, channel by channel and meter by meter.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use millwatt::Decimal;
use millwatt::evaluate::intervals_within;
use millwatt::finding::Cause;
use millwatt::interval::Rule;
use millwatt::reading::{ChannelId, Quality, Sample};
use millwatt::series::Series;
use millwatt::site::{AssetId, Kind, Site};
use millwatt::time::{Instant, Period, Span};
use millwatt::usage::{Usage, share};

/// Most dated incidents that are kept of a channel.
const MOST_MARKS: usize = 200;

/// Something that the counter rules found, and between which samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// From the last sample before it to the first behind it.
    pub period: Period,
    /// What.
    pub rule: Rule,
}

/// The data of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Which channel.
    pub channel: ChannelId,
    /// The asset it measures.
    pub asset: AssetId,
    /// Samples in the period.
    pub samples: u64,
    /// Of these, those that their source estimated.
    pub estimated: u64,
    /// Of these, those that their source does not believe.
    pub suspect: u64,
    /// Stretches without a sample, in time order.
    pub gaps: Vec<Period>,
    /// What the counter rules found, in time order; the first of them.
    pub marks: Vec<Mark>,
    /// Share of the period in which an amount is known in sum but not in time; none for gauges.
    pub split: Option<Decimal>,
    /// Share of the period that was measured; none for gauges.
    pub coverage: Option<Decimal>,
}

impl Health {
    /// Looks at all samples of a channel in a period, and at the counter rules' word on them.
    ///
    /// `record` is what the log holds: beyond it nothing can be missing.
    #[must_use]
    pub fn of<S: Series>(
        site: &Site<'_>,
        series: &S,
        channel: ChannelId,
        period: Period,
        record: Period,
    ) -> Option<Self> {
        let row = site.channel(channel)?;
        let due = Period::new(period.from.max(record.from), period.to.min(record.to));
        let mut gaps = Gaps::new(row.every, due);
        let (mut samples, mut estimated, mut suspect) = (0, 0, 0);
        for Sample { at, quality, .. } in series.samples(channel, period) {
            gaps.fold(at);
            if period.from <= at && at <= period.to {
                samples += 1;
                estimated += u64::from(quality == Quality::Estimated);
                suspect += u64::from(quality == Quality::Suspect);
            }
        }
        let asset = row.asset;
        let (marks, split, coverage) = (Vec::new(), None, None);
        let gaps = gaps.finish();
        let mut health =
            Self { channel, asset, samples, estimated, suspect, gaps, marks, split, coverage };
        if matches!(row.kind, Kind::Counter | Kind::Amount) {
            health.count(site, series, period);
        }
        Some(health)
    }

    fn count<S: Series>(&mut self, site: &Site<'_>, series: &S, period: Period) {
        let mut usage = Usage::default();
        for interval in intervals_within(site, series, self.channel, period) {
            usage.fold(&interval);
            let is_told = matches!(
                interval.rule,
                Rule::Rollover
                    | Rule::Transient
                    | Rule::Broken
                    | Rule::Exchanged
                    | Rule::FactorChanged
            );
            if is_told && self.marks.len() < MOST_MARKS {
                self.marks.push(Mark { period: interval.period, rule: interval.rule });
            }
        }
        let findings = usage.findings(period);
        let estimated = findings.iter().find(|finding| finding.cause == Cause::Estimated);
        self.split = estimated.and_then(|finding| finding.evidence);
        self.coverage = Some(usage.coverage(period));
    }

    /// How long nothing was read.
    #[must_use]
    pub fn missing(&self) -> Span {
        self.gaps.iter().map(|gap| gap.span()).sum()
    }
}

/// Stretches between samples that are further apart than the grid, within what was due.
struct Gaps {
    every: Span,
    due: Period,
    last: Option<Instant>,
    found: Vec<Period>,
}

impl Gaps {
    const fn new(every: Span, due: Period) -> Self {
        Self { every, due, last: None, found: Vec::new() }
    }

    #[inline]
    fn fold(&mut self, at: Instant) {
        let last = self.last.unwrap_or(self.due.from);
        // Samples stand on the grid: one step and a half is one sample too few.
        let is_far = (at - last).milliseconds() > self.every.milliseconds().saturating_mul(3) / 2;
        if is_far && at > self.due.from {
            self.add(last, at);
        }
        self.last = Some(at);
    }

    fn add(&mut self, from: Instant, to: Instant) {
        let gap = Period::new(from, to).overlap(self.due);
        self.found.extend(gap.filter(|gap| self.every > Span::ZERO && gap.span() >= self.every));
    }

    fn finish(mut self) -> Vec<Period> {
        self.fold(self.due.to);
        self.found
    }
}

/// A stretch in which channels of one asset had no sample, all of them the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outage {
    /// The asset.
    pub asset: AssetId,
    /// From the last sample before it to the first behind it.
    pub period: Period,
    /// Which channels.
    pub channels: Vec<ChannelId>,
}

/// The gaps of all channels, those of one asset's meter together, the longest first.
#[must_use]
pub fn outages(all: &[Health]) -> Vec<Outage> {
    let mut found: BTreeMap<(AssetId, Instant, Instant), Vec<ChannelId>> = BTreeMap::new();
    for health in all {
        for gap in &health.gaps {
            found.entry((health.asset, gap.from, gap.to)).or_default().push(health.channel);
        }
    }
    let outages = found.into_iter().map(|((asset, from, to), channels)| {
        let period = Period::new(from, to);
        Outage { asset, period, channels }
    });
    let mut outages: Vec<Outage> = outages.collect();
    outages.sort_by_key(|outage| (Reverse(outage.period.span()), outage.period.from));
    outages
}

/// The data of one asset's channels together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meter {
    /// The asset.
    pub asset: AssetId,
    /// Channels.
    pub channels: u64,
    /// Samples of all of them.
    pub samples: u64,
    /// Of these, estimated by their source.
    pub estimated: u64,
    /// Of these, not believed by their source.
    pub suspect: u64,
    /// The worst coverage of its counters; none where it has no counter.
    pub coverage: Option<Decimal>,
    /// The largest share of time over which an amount was split.
    pub split: Decimal,
    /// Gaps, those of several channels at once counted once.
    pub gaps: u64,
    /// The longest of them.
    pub longest: Option<Period>,
    /// Share of the period without a sample, of the worst channel.
    pub missing: Decimal,
    /// Register incidents by rule.
    pub marks: u64,
}

/// Every asset that has channels, in the site's order.
#[must_use]
pub fn meters(all: &[Health], outages: &[Outage], period: Period) -> Vec<Meter> {
    let mut found: BTreeMap<AssetId, Meter> = BTreeMap::new();
    for health in all {
        let empty = || Meter::new(health.asset);
        found.entry(health.asset).or_insert_with(empty).fold(health, period);
    }
    for outage in outages {
        let Some(meter) = found.get_mut(&outage.asset) else { continue };
        meter.gaps += 1;
        // The longest comes first.
        meter.longest = meter.longest.or(Some(outage.period));
    }
    found.into_values().collect()
}

impl Meter {
    fn new(asset: AssetId) -> Self {
        let none = Decimal::new(0, 6);
        Self {
            asset,
            channels: 0,
            samples: 0,
            estimated: 0,
            suspect: 0,
            coverage: None,
            split: none,
            gaps: 0,
            longest: None,
            missing: none,
            marks: 0,
        }
    }

    fn fold(&mut self, health: &Health, period: Period) {
        self.channels += 1;
        self.samples += health.samples;
        self.estimated += health.estimated;
        self.suspect += health.suspect;
        self.marks += health.marks.len() as u64;
        self.split = larger(self.split, health.split.unwrap_or(self.split));
        self.missing = larger(self.missing, share(health.missing(), period.span()));
        if let Some(coverage) = health.coverage {
            let known = self.coverage.unwrap_or(coverage);
            self.coverage = Some(if larger(known, coverage) == known { coverage } else { known });
        }
    }
}

/// The larger of two shares; both come to a millionth.
fn larger(one: Decimal, other: Decimal) -> Decimal {
    if one.units() >= other.units() { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::evaluate::Slices;
    use millwatt::site::{Asset, Channel, Facts, Quantity, Scale};

    fn at(minute: i64) -> Instant {
        Instant::from_unix_milliseconds(minute * 60_000)
    }

    const ASSET: Asset<'static> = Asset {
        id: "mill",
        name: "Mill",
        parent: None,
        machine: false,
        rated_milliwatts: 60_000_000,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    };

    fn channel(name: &'static str, kind: Kind) -> Channel<'static> {
        Channel {
            name,
            asset: AssetId(0),
            quantity: Quantity::ActiveEnergy,
            phase: 0,
            kind,
            scale: Scale(0),
            unit: "Wh",
            every: Span::from_minutes(1),
            modulus: 0,
        }
    }

    /// A counter and a gauge of one meter, both with the same samples: minutes and values.
    fn health(samples: &[(i64, i64)], period: Period) -> Vec<Health> {
        let channels = [channel("mill.energy", Kind::Counter), channel("mill.v", Kind::Gauge)];
        let assets = [ASSET];
        let site = Site {
            name: "",
            zone: "UTC",
            currency: "VND",
            main: Some(AssetId(0)),
            output: None,
            output_unit: "",
            offsets: &[],
            shifts: &[],
            tariffs: &[],
            bands: &[],
            assets: &assets,
            channels: &channels,
            facts: Facts::NONE,
        };
        let row = |&(minute, value)| Sample { at: at(minute), value, quality: Quality::Good };
        let samples: Vec<Sample> = samples.iter().map(row).collect();
        let series = Slices { channels: &[&samples, &samples], events: &[] };
        let record = Period::new(at(0), at(1_000));
        let of = |place| Health::of(&site, &series, ChannelId(place), period, record);
        (0..2).filter_map(of).collect()
    }

    #[test]
    fn gaps_are_named_once_a_meter_and_the_longest_comes_first() {
        let mut samples: Vec<(i64, i64)> = (0..100).map(|minute| (minute, minute)).collect();
        samples.extend((130..200).map(|minute| (minute, minute)));
        samples.extend((205..=300).map(|minute| (minute, minute)));
        let period = Period::new(at(0), at(300));
        let all = health(&samples, period);
        let outages = outages(&all);
        let told: Vec<_> = outages.iter().map(|one| (one.period, one.channels.len())).collect();
        let gap = |from, to| Period::new(at(from), at(to));
        assert_eq!(told, [(gap(99, 130), 2), (gap(199, 205), 2)]);
        let meters = meters(&all, &outages, period);
        assert_eq!((meters.len(), meters[0].gaps, meters[0].channels), (1, 2, 2));
        assert_eq!(meters[0].longest, Some(gap(99, 130)));
        assert_eq!(meters[0].missing.to_string(), "0.123333");
        assert_eq!(meters[0].coverage.map(|share| share.to_string()).as_deref(), Some("0.876666"));
        assert_eq!(meters[0].split.to_string(), "0.123333");
    }

    #[test]
    fn what_is_beyond_the_record_is_not_missing_and_what_is_before_the_first_sample_is() {
        let samples: Vec<(i64, i64)> = (500..=1_000).map(|minute| (minute, minute)).collect();
        let period = Period::new(at(400), at(3_000));
        let all = health(&samples, period);
        assert_eq!(all[0].gaps, [Period::new(at(400), at(500))]);
        assert_eq!(health(&[], period)[1].gaps, [Period::new(at(400), at(1_000))]);
        let inside = Period::new(at(600), at(700));
        assert_eq!(health(&samples, inside)[0].gaps, []);
    }

    #[test]
    fn a_register_that_falls_and_stays_is_a_dated_incident() {
        let value = |minute: i64| if minute < 10 { 9_000 + minute } else { minute };
        let samples: Vec<(i64, i64)> = (0..20).map(|minute| (minute, value(minute))).collect();
        let all = health(&samples, Period::new(at(0), at(20)));
        assert_eq!(all[0].marks, [Mark { period: Period::new(at(9), at(10)), rule: Rule::Broken }]);
        assert_eq!(all[1].marks, [], "a gauge may fall");
    }
}
