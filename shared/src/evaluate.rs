//! All indicators of a site and a period, from one source of samples.

use crate::calendar::{Planned, PlannedCuts, planned_time};
use crate::correction::Corrections;
use crate::decimal::Decimal;
use crate::energy::{BandUsage, Demand, TariffClock, power_factor};
use crate::event::EventKind;
use crate::finding::{Cause, Findings};
use crate::indicator::{Indicator, Name, Unit};
use crate::interval::{Intervals, Meter};
use crate::production::state::{State, states};
use crate::production::{MachineTime, Tally};
use crate::reading::{ChannelId, Sample};
use crate::series::Series;
use crate::site::{Asset, AssetId, Quantity, Site};
use crate::time::{Period, Span};
use crate::units::{Amount, Energy, ReactiveEnergy};
use crate::usage::{Usage, coverage_findings, share};

/// Computes every indicator of a period and hands each to `each`: first those of each asset in the
/// site's order, then those of the site as a whole.
///
/// The result is a function of the site, the set of samples and events, and the period alone.
///
/// # Missing data
/// An indicator whose channel an asset does not have is left out; one whose channel it has is
/// always there, with `None` and a disqualifying finding when the period cannot answer it.
pub fn evaluate<'a, S: Series>(
    site: &Site<'a>,
    series: &'a S,
    period: Period,
    mut each: impl FnMut(Indicator<'a>),
) {
    for (id, asset) in site.numbered_assets() {
        let view = AssetView { site: *site, series, period, id, asset };
        view.energy(&mut each);
        view.machine(&mut each);
    }
    SiteView { site: *site, series, period }.report(&mut each);
}

/// The intervals of a channel that meet a period, each cut to it.
pub fn intervals_within<'s, S: Series>(
    site: &Site<'_>,
    series: &'s S,
    id: ChannelId,
    period: Period,
) -> impl Iterator<Item = crate::interval::Interval> + use<'s, S> {
    let meter = site.channel(id).and_then(|channel| {
        let asset = site.asset(channel.asset)?;
        Some(Meter::of(channel, asset))
    });
    let known = Corrections::of(site, series, id, period.to);
    let intervals =
        meter.map(|meter| Intervals::new(meter, series.samples(id, period)).corrected(known));
    intervals.into_iter().flatten().filter_map(move |interval| interval.within(period))
}

/// What a channel's intervals add up to in a period.
pub fn usage_of<S: Series>(site: &Site<'_>, series: &S, id: ChannelId, period: Period) -> Usage {
    let mut usage = Usage::default();
    intervals_within(site, series, id, period).for_each(|interval| usage.fold(&interval));
    usage
}

/// A figure without part, peak or findings.
fn plain<'a>(name: Name, asset: Option<&'a str>, unit: Unit<'a>) -> Indicator<'a> {
    let (coverage, findings) = (Decimal::new(0, 6), Findings::NONE);
    Indicator { name, asset, part: None, value: None, unit, coverage, findings, begins: None }
}

struct AssetView<'a, S> {
    site: Site<'a>,
    series: &'a S,
    period: Period,
    id: AssetId,
    asset: &'a Asset<'a>,
}

impl<'a, S: Series> AssetView<'a, S> {
    fn figure(&self, name: Name, unit: Unit<'a>) -> Indicator<'a> {
        plain(name, Some(self.asset.id), unit)
    }

    fn energy(&self, each: &mut impl FnMut(Indicator<'a>)) {
        let Some(channel) = self.site.channel_of(self.id, Quantity::ActiveEnergy) else {
            return;
        };
        let zone = self.site.zone_rules();
        let mut usage = Usage::default();
        let mut bands = BandUsage::default();
        let mut clock = TariffClock::new(self.site);
        let mut quarter = Demand::new(Span::from_minutes(15), zone);
        let mut half = Demand::new(Span::from_minutes(30), zone);
        for interval in intervals_within(&self.site, self.series, channel, self.period) {
            usage.fold(&interval);
            bands.fold(&interval, &mut clock);
            quarter.fold(&interval);
            half.fold(&interval);
        }
        let energy = Indicator {
            value: usage.total().map(|sum| Energy::from_milliwatt_hours(sum).kwh()),
            coverage: usage.coverage(self.period),
            findings: usage.findings(self.period),
            ..self.figure(Name::Energy, Unit::KilowattHour)
        };
        each(energy);
        self.bands(&energy, &bands, each);
        let peak = self.demand(Name::PeakDemand15, &quarter, channel);
        each(peak);
        each(self.demand(Name::PeakDemand30, &half, channel));
        each(self.load_factor(&usage, &quarter, &peak));
        self.power_factor(&usage, each);
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

    fn planned(&self) -> Planned<'a> {
        Planned::new(self.site.zone_rules(), self.site.shifts, self.period)
    }

    fn machine(&self, each: &mut impl FnMut(Indicator<'a>)) {
        if !self.asset.machine || !self.has_states() {
            return;
        }
        let planned = planned_time(self.planned());
        let time = self.machine_time();
        let coverage = share(time.known(), planned);
        let findings = if planned == Span::ZERO {
            Findings::disqualified(Cause::NothingToDivideBy)
        } else if time.known() == Span::ZERO {
            Findings::disqualified(Cause::NoData)
        } else {
            coverage_findings(coverage)
        };
        let known = time.known() > Span::ZERO;
        let hours = self.figure(Name::PlannedTime, Unit::Hour);
        let whole = Decimal::new(1_000_000, 6);
        each(Indicator { value: Some(planned.hours()), coverage: whole, ..hours });
        for state in State::ALL {
            each(Indicator {
                name: Name::StateTime,
                part: Some(state.name()),
                value: known.then(|| time.of(state).hours()),
                coverage,
                findings,
                ..hours
            });
        }
        let availability = self.figure(Name::Availability, Unit::One);
        let availability =
            Indicator { value: time.availability(), coverage, findings, ..availability };
        each(availability);
        self.effectiveness(&time, &availability, each);
        self.energy_by_state(each);
    }

    fn has_states(&self) -> bool {
        states(&self.site, self.series, self.id, Period::new(self.period.from, self.period.from))
            .is_some()
    }

    fn machine_time(&self) -> MachineTime {
        let mut time = MachineTime::default();
        let mut cuts = PlannedCuts::new(self.planned());
        let spans = states(&self.site, self.series, self.id, self.period);
        for span in spans.into_iter().flatten() {
            let Some(period) = span.period.overlap(self.period) else {
                continue;
            };
            cuts.cut(period, |part| time.fold(span.state, part.span()));
        }
        time
    }

    /// Product counted within planned time, and the time over which it was counted.
    fn counted(&self, quantity: Quantity) -> Option<(Amount, Usage)> {
        let channel = self.site.channel_of(self.id, quantity)?;
        let mut usage = Usage::default();
        let mut cuts = PlannedCuts::new(self.planned());
        for interval in intervals_within(&self.site, self.series, channel, self.period) {
            cuts.cut(interval.period, |part| {
                interval.within(part).iter().for_each(|part| usage.fold(part));
            });
        }
        Some((Amount::from_thousandths(usage.total().unwrap_or(0)), usage))
    }

    fn effectiveness(
        &self,
        time: &MachineTime,
        availability: &Indicator<'a>,
        each: &mut impl FnMut(Indicator<'a>),
    ) {
        let Some((good, counted)) = self.counted(Quantity::GoodCount) else {
            return;
        };
        let reject = self.counted(Quantity::RejectCount);
        let tally = Tally { good, reject: reject.map_or(Amount::ZERO, |(reject, _)| reject) };
        let planned = planned_time(self.planned());
        let mut findings = availability.findings;
        findings.merge(&coverage_findings(share(counted.measured_time(), planned)));
        let cycle = self.asset.ideal_cycle;
        let known = counted.total().is_some();
        let figures = [
            (Name::Performance, tally.performance(cycle, time)),
            (Name::Quality, tally.quality().filter(|_| reject.is_some())),
            (Name::Oee, tally.oee(cycle, time).filter(|_| reject.is_some())),
        ];
        for (name, value) in figures {
            let value = value.filter(|_| known);
            let mut findings = findings;
            if value.is_none() {
                findings = Findings::disqualified(self.why_unknown(name, known, reject.is_some()));
            } else if value.is_some_and(|value| value.units() > 1_000_000) {
                findings.warn(Cause::AboveOne, value);
            }
            each(Indicator { name, value, findings, ..*availability });
        }
    }

    fn why_unknown(&self, name: Name, counted: bool, rejects: bool) -> Cause {
        match name {
            _ if !counted => Cause::NoData,
            Name::Quality | Name::Oee if !rejects => Cause::NotMeasured,
            Name::Performance | Name::Oee if self.asset.ideal_cycle == Span::ZERO => {
                Cause::NoIdealCycle
            }
            _ => Cause::NothingToDivideBy,
        }
    }

    /// Energy of the whole period by what the machine was doing, planned or not.
    fn energy_by_state(&self, each: &mut impl FnMut(Indicator<'a>)) {
        let Some(channel) = self.site.channel_of(self.id, Quantity::ActiveEnergy) else {
            return;
        };
        let mut sums = [Energy::ZERO; State::ALL.len()];
        let mut known = Span::ZERO;
        let spans = states(&self.site, self.series, self.id, self.period).into_iter().flatten();
        let mut spans = spans.peekable();
        for interval in intervals_within(&self.site, self.series, channel, self.period) {
            while spans.next_if(|span| span.period.to <= interval.period.from).is_some() {}
            while let Some(span) = spans.peek().copied() {
                if span.period.from >= interval.period.to {
                    break;
                }
                if let Some(part) = interval.within(span.period) {
                    sums[span.state as usize] += Energy::from_milliwatt_hours(part.amount);
                    known = known + part.period.span();
                }
                if span.period.to > interval.period.to {
                    break;
                }
                spans.next();
            }
        }
        self.emit_states(&sums, known, each);
    }

    fn emit_states(
        &self,
        sums: &[Energy; State::ALL.len()],
        known: Span,
        each: &mut impl FnMut(Indicator<'a>),
    ) {
        let coverage = share(known, self.period.span());
        let findings = match known {
            Span::ZERO => Findings::disqualified(Cause::NoData),
            _ => coverage_findings(coverage),
        };
        for state in State::ALL {
            let value = (known > Span::ZERO).then(|| sums[state as usize].kwh());
            let figure = self.figure(Name::EnergyByState, Unit::KilowattHour);
            let part = Some(state.name());
            each(Indicator { part, value, coverage, findings, ..figure });
        }
    }
}

struct SiteView<'a, S> {
    site: Site<'a>,
    series: &'a S,
    period: Period,
}

impl<'a, S: Series> SiteView<'a, S> {
    fn report(&self, each: &mut impl FnMut(Indicator<'a>)) {
        let output = self.made(Name::Output, Quantity::GoodCount, EventKind::Output);
        let reject = self.made(Name::Reject, Quantity::RejectCount, EventKind::Reject);
        output.into_iter().chain(reject).for_each(&mut *each);
        if let Some(output) = output {
            each(self.specific_energy(&output));
        }
        self.named_amounts(EventKind::RawMaterial, |material, amount, unit| {
            let figure = self.weighed(Name::RawMaterial, material, Unit::Named(unit));
            each(Indicator { value: Some(amount.units()), ..figure });
        });
        self.named_amounts(EventKind::Fuel, |fuel, amount, unit| {
            let figure = self.weighed(Name::FuelUse, fuel, Unit::Named(unit));
            each(Indicator { value: Some(amount.units()), ..figure });
            if let Some(output) = output {
                each(self.specific_fuel(&figure, amount, unit, &output));
            }
        });
    }

    fn weighed(&self, name: Name, part: &'a str, unit: Unit<'a>) -> Indicator<'a> {
        let coverage = Decimal::new(1_000_000, 6);
        Indicator { part: Some(part), coverage, ..plain(name, None, unit) }
    }

    /// What the output asset counted, or else what people reported; `None` when nobody did.
    fn made(&self, name: Name, quantity: Quantity, kind: EventKind) -> Option<Indicator<'a>> {
        let figure = plain(name, None, Unit::Named(self.site.output_unit));
        let counter = self.site.output.and_then(|asset| self.site.channel_of(asset, quantity));
        if let Some(channel) = counter {
            let usage = usage_of(&self.site, self.series, channel, self.period);
            return Some(Indicator {
                value: usage.total().map(|sum| Amount::from_thousandths(sum).units()),
                coverage: usage.coverage(self.period),
                findings: usage.findings(self.period),
                ..figure
            });
        }
        let mut reported = self.series.events(self.period).filter(|event| event.kind == kind);
        let first = reported.next()?;
        let amount: Amount = reported.map(|event| event.amount()).sum();
        let value = Some((first.amount() + amount).units());
        Some(Indicator { value, coverage: Decimal::new(1_000_000, 6), ..figure })
    }

    fn specific_energy(&self, output: &Indicator<'a>) -> Indicator<'a> {
        let unit = Unit::KilowattHourPer(self.site.output_unit);
        let figure = plain(Name::SpecificEnergy, None, unit);
        let main = self.site.main;
        let channel = main.and_then(|main| self.site.channel_of(main, Quantity::ActiveEnergy));
        let Some(channel) = channel else {
            return Indicator { findings: Findings::disqualified(Cause::NotMeasured), ..figure };
        };
        let usage = usage_of(&self.site, self.series, channel, self.period);
        let made = output.value.map_or(0, |value| value.units());
        // mWh by thousandths of the output's unit is Wh by unit; kWh is three places further.
        let wide = usage.total().and_then(|sum| Decimal::quotient(sum, made, 6));
        let value = wide.map(|value| Decimal::new(value.units(), 9).rounded(6));
        let mut findings = usage.findings(self.period);
        findings.merge(&output.findings);
        if value.is_none() && !findings.iter().any(|f| f.cause == Cause::NoData) {
            findings = Findings::disqualified(Cause::NothingToDivideBy);
        }
        let coverage = lower(usage.coverage(self.period), output.coverage);
        Indicator { value, coverage, findings, ..figure }
    }

    fn specific_fuel(
        &self,
        fuel: &Indicator<'a>,
        burnt: Amount,
        unit: &'a str,
        output: &Indicator<'a>,
    ) -> Indicator<'a> {
        let made = output.value.map_or(0, |value| value.units());
        let value = Decimal::quotient(burnt.thousandths(), made, 6);
        let findings = match value {
            Some(_) => output.findings,
            None => Findings::disqualified(Cause::NothingToDivideBy),
        };
        let unit = Unit::Per(unit, self.site.output_unit);
        let (name, coverage) = (Name::SpecificFuel, output.coverage);
        Indicator { name, value, unit, coverage, findings, ..*fuel }
    }

    /// The sum of a kind's events for each thing named, in the order of the names.
    fn named_amounts(&self, kind: EventKind, mut each: impl FnMut(&'a str, Amount, &'a str)) {
        let of_kind = || self.series.events(self.period).filter(move |event| event.kind == kind);
        let mut done: Option<&'a str> = None;
        loop {
            let later = of_kind().filter(|event| done.is_none_or(|done| event.product > done));
            let Some(next) = later.min_by_key(|event| event.product) else {
                return;
            };
            let same = of_kind().filter(|event| event.product == next.product);
            each(next.product, same.map(|event| event.amount()).sum(), next.unit);
            done = Some(next.product);
        }
    }
}

fn lower(one: Decimal, other: Decimal) -> Decimal {
    if one.units() <= other.units() { one } else { other }
}

/// A source over slices that the caller lends: one slice of samples a channel, in time order.
///
/// What an engineer uses who has samples in memory and wants their indicators.
#[derive(Debug, Clone, Copy)]
pub struct Slices<'a> {
    /// Samples by channel number.
    pub channels: &'a [&'a [Sample]],
    /// Events in time order.
    pub events: &'a [crate::event::Event<'a>],
}

impl Series for Slices<'_> {
    fn samples(&self, channel: ChannelId, period: Period) -> impl Iterator<Item = Sample> + '_ {
        let all = self.channels.get(usize::from(channel.0)).copied().unwrap_or_default();
        let first = all.partition_point(|sample| sample.at < period.from);
        let last = all.partition_point(|sample| sample.at <= period.to);
        let first = first.saturating_sub(crate::series::LEAD_IN);
        all[first..(last + 1).min(all.len())].iter().copied()
    }

    fn events(&self, period: Period) -> impl Iterator<Item = crate::event::Event<'_>> + '_ {
        let inside =
            move |event: &&crate::event::Event<'_>| period.from <= event.at && event.at < period.to;
        self.events.iter().filter(inside).copied()
    }
}
