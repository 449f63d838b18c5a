//! The main meter day by day: power factor, demand, and what no sub-meter sees.

use alloc::vec::Vec;

use super::nights::ClosedTime;
use super::{
    Charged, Confidence, Demand, Evidence, Factor, Kind, Opportunity, Search, UNMETERED_LIMIT,
    each_within,
};
use crate::decimal::Decimal;
use crate::energy::reactive::{ReactiveCharge, compensation};
use crate::energy::{BandUsage, Demand as Peaks, TariffClock, power_factor};
use crate::evaluate::intervals_within;
use crate::indicator::Name;
use crate::interval::Interval;
use crate::reading::ChannelId;
use crate::series::Series;
use crate::site::Quantity;
use crate::time::{Date, Every, Period, Span};
use crate::units::{Energy, Money, Power, ReactiveEnergy};
use crate::usage::share;

/// One local day.
#[derive(Debug, Clone, Copy)]
struct Day {
    period: Period,
    date: Date,
    active: Energy,
    reactive: ReactiveEnergy,
    peak: Option<Power>,
}

/// One calendar month, as far as the period holds it.
#[derive(Debug)]
struct Month {
    first: Date,
    bands: BandUsage,
}

/// What the main meter saw.
#[derive(Debug)]
pub(super) struct MeterDays {
    days: Vec<Day>,
    months: Vec<Month>,
    energy: Energy,
    /// How long it was measured.
    pub measured: Span,
}

impl MeterDays {
    fn of<S: Series>(search: &Search<'_, '_, S>, active: ChannelId) -> Self {
        let zone = search.site.zone_rules();
        let day = |period: Period| Day {
            period,
            date: zone.local(period.from).date,
            active: Energy::ZERO,
            reactive: ReactiveEnergy::ZERO,
            peak: None,
        };
        let days: Vec<Day> = search.period.every(Every::Day, zone).map(day).collect();
        let (energy, measured) = (Energy::ZERO, Span::ZERO);
        let mut meter = Self { days, months: Vec::new(), energy, measured };
        meter.fold_active(search, active);
        meter
    }

    fn fold_active<S: Series>(&mut self, search: &Search<'_, '_, S>, channel: ChannelId) {
        let periods: Vec<Period> = self.days.iter().map(|day| day.period).collect();
        let mut clock = TariffClock::new(search.priced);
        let mut current: Option<(usize, Peaks<'_>)> = None;
        let zone = search.site.zone_rules();
        each_within(
            &periods,
            |one| *one,
            search.intervals(channel),
            |place, part| {
                let is_new = current.as_ref().is_none_or(|(known, _)| *known != place);
                if is_new {
                    self.settle(current.take());
                    current = Some((place, Peaks::new(Span::from_minutes(15), zone)));
                    self.begin(place);
                }
                if let Some((_, peaks)) = &mut current {
                    peaks.fold(part);
                }
                self.fold(place, part, &mut clock);
            },
        );
        self.settle(current);
    }

    /// The month of a day is the last from here on.
    fn begin(&mut self, place: usize) {
        let Some(day) = self.days.get(place) else { return };
        let first = Date { day: 1, ..day.date };
        if self.months.last().is_none_or(|month| month.first != first) {
            self.months.push(Month { first, bands: BandUsage::default() });
        }
    }

    fn fold(&mut self, place: usize, part: &Interval, clock: &mut TariffClock<'_>) {
        let energy = Energy::from_milliwatt_hours(part.amount);
        if let Some(day) = self.days.get_mut(place) {
            day.active += energy;
        }
        if let Some(month) = self.months.last_mut() {
            month.bands.fold(part, clock);
        }
        if part.rule.is_measured() {
            self.energy += energy;
            self.measured = self.measured + part.period.span();
        }
    }

    fn settle(&mut self, done: Option<(usize, Peaks<'_>)>) {
        let Some((place, peaks)) = done else { return };
        if let Some(day) = self.days.get_mut(place) {
            day.peak = peaks.peak().map(|peak| peak.power);
        }
    }

    fn fold_reactive(&mut self, intervals: impl Iterator<Item = Interval>) {
        let periods: Vec<Period> = self.days.iter().map(|day| day.period).collect();
        each_within(
            &periods,
            |one| *one,
            intervals,
            |place, part| {
                if let Some(day) = self.days.get_mut(place) {
                    day.reactive += ReactiveEnergy::from_millivar_hours(part.amount);
                }
            },
        );
    }

    /// Days of a calendar month.
    fn of_month(&self, first: Date) -> impl Iterator<Item = &Day> {
        self.days.iter().filter(move |day| Date { day: 1, ..day.date } == first)
    }

    fn month_peaks(&self) -> Vec<Power> {
        let peak = |month: &Month| self.of_month(month.first).filter_map(|day| day.peak).max();
        self.months.iter().filter_map(peak).collect()
    }

    /// Mean power outside the nights, or of all time where there are none.
    fn working_load(&self, closed: &ClosedTime) -> Option<Power> {
        let (energy, span) = closed.sums();
        (self.energy - energy).mean_power(self.measured - span)
    }
}

/// cos φ of some days together.
fn factor_of<'d>(days: impl Iterator<Item = &'d Day>) -> Option<Decimal> {
    let (mut active, mut reactive) = (Energy::ZERO, ReactiveEnergy::ZERO);
    for day in days {
        active += day.active;
        reactive += day.reactive;
    }
    power_factor(active, reactive)
}

/// Figures of a drawing: kW for kvar, to a tenth.
fn kvar(load: Option<Power>, factor: Decimal, wanted: f64) -> Option<Decimal> {
    let needed = compensation(load?.kw().to_f64(), factor.to_f64(), wanted)?;
    Decimal::from_f64(needed, 1)
}

impl<S: Series> Search<'_, '_, S> {
    fn intervals(&self, channel: ChannelId) -> impl Iterator<Item = Interval> {
        intervals_within(self.site, self.series, channel, self.period)
    }

    /// Reads the main meter, by day and outside shifts.
    pub(super) fn main_meter(&self, closed: &mut ClosedTime) -> Option<MeterDays> {
        let main = self.site.main?;
        let active = self.site.channel_of(main, Quantity::ActiveEnergy)?;
        let mut meter = MeterDays::of(self, active);
        closed.fold(
            self.intervals(active).filter(|interval| interval.rule.is_measured()),
            TariffClock::new(self.priced),
        );
        if let Some(channel) = self.site.channel_of(main, Quantity::ReactiveEnergyLagging) {
            meter.fold_reactive(self.intervals(channel));
        }
        Some(meter)
    }

    /// By the registered demand, or else by the peaks of the months.
    fn charged(&self, rule: Option<&ReactiveCharge<'_>>, meter: &MeterDays) -> Charged {
        let Some(rule) = rule else { return Charged::NoRule };
        let registered = self.site.facts.demand_limit;
        let peaks = meter.month_peaks();
        if rule.applies(registered.unwrap_or(Power::ZERO), &peaks) {
            return Charged::Yes;
        }
        let reaches = peaks.iter().any(|peak| *peak >= rule.demand);
        if reaches && registered.is_none() { Charged::Perhaps } else { Charged::No }
    }

    /// What the power factor of each month adds to its money for active energy, before tax.
    fn charge(&self, rule: &ReactiveCharge<'_>, meter: &MeterDays) -> Option<Money> {
        let has_price = !self.priced.bands.is_empty();
        let of_month = |month: &Month| {
            let factor = factor_of(meter.of_month(month.first))?;
            Some(rule.charge(factor, month.bands.cost(&self.priced).0))
        };
        has_price.then(|| meter.months.iter().filter_map(of_month).sum())
    }
}

impl<'a, S: Series> Search<'_, 'a, S> {
    pub(super) fn power_factor(
        &self,
        closed: &ClosedTime,
        meter: &MeterDays,
    ) -> Option<Opportunity<'a>> {
        self.site.channel_of(self.site.main?, Quantity::ReactiveEnergyLagging)?;
        let factor = factor_of(meter.days.iter())?;
        let rule = self.site.facts.reactive;
        let charged = self.charged(rule.as_ref(), meter);
        let money = match (charged, rule) {
            (Charged::Yes | Charged::Perhaps, Some(rule)) => self.charge(&rule, meter),
            _ => None,
        };
        let is_low = factor.units() < 900_000;
        if !is_low && money.is_none_or(|money| money <= Money::ZERO) {
            return None;
        }
        let peak = meter.days.iter().filter_map(|day| day.peak).max();
        let wanted = self.assumed.wanted_factor;
        let of_day = |day: &Day| (day.date, factor_of(core::iter::once(day)));
        let evidence = Evidence::Factor(Factor {
            factor,
            kvar_mean: kvar(meter.working_load(closed), factor, wanted),
            kvar_peak: kvar(peak, factor, wanted),
            charged,
            days: meter.days.iter().map(of_day).collect(),
        });
        let saved = (None, money);
        let found = self.saving(Kind::PowerFactor, None, meter.measured, saved, evidence)?;
        let confidence = match charged {
            Charged::Yes => found.confidence,
            _ => Confidence::Assumed,
        };
        Some(Opportunity { confidence, ..found })
    }

    pub(super) fn demand(&self, meter: &MeterDays) -> Option<Opportunity<'a>> {
        let limit = self.site.facts.demand_limit?;
        let figure = self.figure(Name::PeakDemand15, self.main_id())?;
        let peak = Power::from_milliwatts(figure.value?.units());
        if peak <= limit {
            return None;
        }
        let begins = figure.begins;
        let days = meter.days.iter().map(|day| (day.date, day.peak)).collect();
        let evidence = Evidence::Demand(Demand { limit, peak, begins, days });
        self.told(Kind::Demand, meter.measured, evidence)
    }

    pub(super) fn unmetered(&self) -> Option<Opportunity<'a>> {
        let figure = self.figure(Name::Unmetered, "")?;
        let value =
            figure.value.filter(|value| value.units() > UNMETERED_LIMIT.units() * 100_000)?;
        let main = self.figure(Name::Energy, self.main_id()).and_then(|energy| energy.value);
        let main = main.map(|energy| Energy::from_milliwatt_hours(energy.units()));
        let evidence = Evidence::Unmetered(value, main);
        let share = figure.coverage.units().clamp(0, 1_000_000);
        let whole = i128::from(self.period.span().milliseconds());
        let measured = i64::try_from(whole * share / 1_000_000).unwrap_or(0);
        self.told(Kind::Unmetered, Span::from_milliseconds(measured), evidence)
    }

    /// What saves nothing that is known, but should be done.
    pub(super) fn told(
        &self,
        kind: Kind,
        measured: Span,
        evidence: Evidence<'a>,
    ) -> Option<Opportunity<'a>> {
        Some(Opportunity {
            kind,
            asset: None,
            energy_a_year: None,
            money_a_year: None,
            emission_a_year: None,
            confidence: Confidence::Measured,
            measured,
            coverage: share(measured, self.period.span()),
            evidence,
        })
    }
}
