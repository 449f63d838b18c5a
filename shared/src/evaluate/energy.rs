//! What an asset used, when, and what it costs.

use super::{AssetView, intervals_within, usage_of};
use crate::calendar::{Planned, PlannedCuts};
use crate::decimal::Decimal;
use crate::energy::{BandUsage, Demand, EnergyTally, LoadHistogram, SlidingDemand, power_factor};
use crate::finding::{Cause, Findings};
use crate::indicator::{Indicator, Name, Unit};
use crate::reading::ChannelId;
use crate::series::Series;
use crate::site::Quantity;
use crate::time::Span;
use crate::units::{Energy, ReactiveEnergy};
use crate::usage::{Usage, coverage_findings, share};

impl<'a, S: Series> AssetView<'a, S> {
    pub(super) fn energy(&self, each: &mut impl FnMut(Indicator<'a>)) {
        let Some(channel) = self.site.channel_of(self.id, Quantity::ActiveEnergy) else {
            return;
        };
        let mut tally = EnergyTally::new(self.site, self.asset);
        let mut sliding = SlidingDemand::new(Span::from_minutes(15));
        for interval in intervals_within(&self.site, self.series, channel, self.period) {
            tally.fold(&interval);
            sliding.fold(&interval);
        }
        let sums = tally.sums();
        let usage = &sums.usage;
        let energy = Indicator {
            value: usage.total().map(|sum| Energy::from_milliwatt_hours(sum).kwh()),
            coverage: usage.coverage(self.period),
            findings: usage.findings(self.period),
            ..self.figure(Name::Energy, Unit::KilowattHour)
        };
        each(energy);
        self.bands(&energy, &sums.bands, each);
        let peak = self.demand(Name::PeakDemand15, &sums.quarter, channel);
        each(peak);
        each(self.demand(Name::PeakDemand30, &sums.half, channel));
        each(self.sliding(&sliding, &peak));
        each(self.load_factor(usage, &sums.quarter, &peak));
        each(self.base_load(&sums.loads, &energy));
        self.closed_load(usage, channel, &energy).into_iter().for_each(&mut *each);
        self.power_factor(usage, each);
    }

    fn bands(
        &self,
        energy: &Indicator<'a>,
        bands: &BandUsage,
        each: &mut impl FnMut(Indicator<'a>),
    ) {
        if self.site.tariffs.is_empty() {
            return;
        }
        let rows = self.site.bands;
        for (place, band) in rows.iter().enumerate() {
            if rows[..place].iter().any(|earlier| earlier.name == band.name) {
                continue;
            }
            let value = energy.value.map(|_| bands.of(band.name, &self.site).kwh());
            each(Indicator { name: Name::EnergyByBand, part: Some(band.name), value, ..*energy });
        }
        let mut findings = energy.findings;
        if bands.unpriced() > Energy::ZERO {
            findings.warn(Cause::NoTariff, Some(bands.unpriced().kwh()));
        }
        let (before, with) = bands.cost(&self.site);
        let unit = Unit::Named(self.site.currency);
        for (name, money) in [(Name::CostBeforeTax, before), (Name::Cost, with)] {
            let value = energy.value.map(|_| money.units());
            each(Indicator { name, value, unit, findings, ..*energy });
        }
    }

    fn demand(&self, name: Name, demand: &Demand<'_>, channel: ChannelId) -> Indicator<'a> {
        let window = Span::from_minutes(if name == Name::PeakDemand15 { 15 } else { 30 });
        let coverage = share(demand.measured_time(), self.period.span());
        let too_coarse = self.site.channel(channel).is_some_and(|c| c.every > window);
        let peak = demand.peak().filter(|_| !too_coarse);
        let findings = match peak {
            Some(_) => coverage_findings(coverage),
            None if too_coarse => Findings::disqualified(Cause::GridTooCoarse),
            None => Findings::disqualified(Cause::NoData),
        };
        Indicator {
            value: peak.map(|peak| peak.power.kw()),
            begins: peak.map(|peak| peak.begins),
            coverage,
            findings,
            ..self.figure(name, Unit::Kilowatt)
        }
    }

    /// The largest quarter of an hour that begins with any sample, fixed windows or not.
    fn sliding(&self, demand: &SlidingDemand, fixed: &Indicator<'a>) -> Indicator<'a> {
        let peak = demand.peak().filter(|_| fixed.value.is_some());
        let (value, begins) = (peak.map(|peak| peak.power.kw()), peak.map(|peak| peak.begins));
        Indicator { name: Name::PeakDemandSliding, value, begins, ..*fixed }
    }

    /// The load below which it stood for a twentieth of the measured time.
    fn base_load(&self, loads: &LoadHistogram, energy: &Indicator<'a>) -> Indicator<'a> {
        let value = loads.quantile(5).map(|load| load.kw());
        let findings = match value {
            Some(_) => energy.findings,
            None => Findings::disqualified(Cause::NoData),
        };
        let figure = self.figure(Name::BaseLoad, Unit::Kilowatt);
        Indicator { value, coverage: energy.coverage, findings, ..figure }
    }

    /// Mean power outside all shifts; `None` for a site without shifts.
    fn closed_load(
        &self,
        all: &Usage,
        channel: ChannelId,
        energy: &Indicator<'a>,
    ) -> Option<Indicator<'a>> {
        if self.site.shifts.is_empty() {
            return None;
        }
        let mut open = Usage::default();
        let shifts = Planned::new(self.site.zone_rules(), self.site.shifts, self.period);
        let mut cuts = PlannedCuts::new(shifts);
        for interval in intervals_within(&self.site, self.series, channel, self.period) {
            cuts.cut(interval.period, |part| {
                interval.within(part).iter().for_each(|part| open.fold(part));
            });
        }
        let used = Energy::from_milliwatt_hours(all.measured() - open.measured());
        let value = used.mean_power(all.measured_time() - open.measured_time());
        let findings = match value {
            Some(_) => energy.findings,
            None => Findings::disqualified(Cause::NoData),
        };
        let figure = self.figure(Name::ClosedLoad, Unit::Kilowatt);
        let value = value.map(|load| load.kw());
        Some(Indicator { value, coverage: energy.coverage, findings, ..figure })
    }

    /// Mean power of the measured time over the quarter-hour peak.
    fn load_factor(
        &self,
        usage: &Usage,
        demand: &Demand<'_>,
        peak: &Indicator<'a>,
    ) -> Indicator<'a> {
        let mean = Energy::from_milliwatt_hours(usage.measured()).mean_power(usage.measured_time());
        let most = demand.peak().filter(|_| peak.value.is_some()).map(|peak| peak.power);
        let value = mean
            .zip(most)
            .and_then(|(mean, most)| Decimal::quotient(mean.milliwatts(), most.milliwatts(), 6));
        let findings = match value {
            None if peak.value.is_some() => Findings::disqualified(Cause::NothingToDivideBy),
            _ => peak.findings,
        };
        let coverage = peak.coverage;
        Indicator { value, coverage, findings, ..self.figure(Name::LoadFactor, Unit::One) }
    }

    fn power_factor(&self, active: &Usage, each: &mut impl FnMut(Indicator<'a>)) {
        let lagging = Quantity::ReactiveEnergyLagging;
        let Some(channel) = self.site.channel_of(self.id, lagging) else {
            return;
        };
        let reactive = usage_of(&self.site, self.series, channel, self.period);
        let both = active.total().zip(reactive.total());
        let value = both.and_then(|(active, reactive)| {
            power_factor(
                Energy::from_milliwatt_hours(active),
                ReactiveEnergy::from_millivar_hours(reactive),
            )
        });
        let findings = match (both, value) {
            (None, _) => Findings::disqualified(Cause::NoData),
            (_, None) => Findings::disqualified(Cause::NothingToDivideBy),
            _ => reactive.findings(self.period),
        };
        let span = active.measured_time().min(reactive.measured_time());
        let coverage = share(span, self.period.span());
        each(Indicator { value, coverage, findings, ..self.figure(Name::PowerFactor, Unit::One) });
    }
}
