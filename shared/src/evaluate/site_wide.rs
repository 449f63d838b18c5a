//! What the site as a whole made, burnt and used for it.

use super::charges::MainMeter;
use super::{plain, usage_of};
use crate::decimal::Decimal;
use crate::energy::balance::unmetered;
use crate::event::EventKind;
use crate::finding::{Cause, Findings};
use crate::indicator::{Indicator, Name, Unit};
use crate::series::Series;
use crate::site::{AssetId, Quantity, Site};
use crate::time::Period;
use crate::units::{Amount, Energy};
use crate::usage::Usage;

pub(super) struct SiteView<'a, S> {
    pub site: Site<'a>,
    pub series: &'a S,
    pub period: Period,
    /// What its main meter showed.
    pub main: MainMeter<'a>,
}

impl<'a, S: Series> SiteView<'a, S> {
    pub fn report(&self, each: &mut impl FnMut(Indicator<'a>)) {
        let output = self.made(Name::Output, Quantity::GoodCount, EventKind::Output);
        let reject = self.made(Name::Reject, Quantity::RejectCount, EventKind::Reject);
        output.into_iter().chain(reject).for_each(&mut *each);
        self.unmetered().into_iter().for_each(&mut *each);
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
        self.carriers(output.as_ref(), each);
        self.charges(each);
    }

    /// The share of the main meter that no sub-meter saw; `None` without sub-meters.
    fn unmetered(&self) -> Option<Indicator<'a>> {
        let main = self.site.main?;
        let subs = || self.site.numbered_assets().filter(|(id, _)| self.is_sub(*id, main));
        subs().next()?;
        let used = |id| self.used(id);
        let whole = used(main)?;
        let known: Usage = subs().filter_map(|(id, _)| used(id)).fold(Usage::default(), added);
        let both = whole.total().zip(known.total());
        let mwh = Energy::from_milliwatt_hours;
        let value = both.and_then(|(main, subs)| unmetered(mwh(main), &[mwh(subs)]));
        let coverage = whole.coverage(self.period);
        let findings = match value {
            Some(_) => whole.findings(self.period),
            None => Findings::disqualified(Cause::NothingToDivideBy),
        };
        let figure = plain(Name::Unmetered, None, Unit::One);
        Some(Indicator { value, coverage, findings, ..figure })
    }

    fn used(&self, asset: AssetId) -> Option<Usage> {
        let channel = self.site.channel_of(asset, Quantity::ActiveEnergy)?;
        Some(usage_of(&self.site, self.series, channel, self.period))
    }

    fn is_metered(&self, asset: AssetId) -> bool {
        self.site.channel_of(asset, Quantity::ActiveEnergy).is_some()
    }

    /// Whether a meter hangs directly below the main one: no other metered asset stands between.
    fn is_sub(&self, asset: AssetId, main: AssetId) -> bool {
        if asset == main || !self.is_metered(asset) {
            return false;
        }
        let above = |id| self.site.asset(id).and_then(|row| row.parent);
        let mut parents = core::iter::successors(above(asset), |id| above(*id));
        // Parents stand before their parts, so that the chain is no longer than the list.
        let nearest = parents.by_ref().take(self.site.assets.len()).find(|id| self.is_metered(*id));
        nearest.is_none_or(|nearest| nearest == main)
    }

    pub(super) fn weighed(&self, name: Name, part: &'a str, unit: Unit<'a>) -> Indicator<'a> {
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
        let Some(used) = self.main.energy else {
            return Indicator { findings: Findings::disqualified(Cause::NotMeasured), ..figure };
        };
        let made = output.value.map_or(0, |value| value.units());
        // mWh by thousandths of the output's unit is Wh by unit; kWh is three places further.
        let wide = used.value.and_then(|used| Decimal::quotient(used.units(), made, 6));
        let value = wide.map(|value| Decimal::new(value.units(), 9).rounded(6));
        let mut findings = used.findings;
        findings.merge(&output.findings);
        if value.is_none() && !findings.iter().any(|f| f.cause == Cause::NoData) {
            findings = Findings::disqualified(Cause::NothingToDivideBy);
        }
        let coverage = lower(used.coverage, output.coverage);
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
    pub(super) fn named_amounts(
        &self,
        kind: EventKind,
        mut each: impl FnMut(&'a str, Amount, &'a str),
    ) {
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

fn added(mut sum: Usage, other: Usage) -> Usage {
    sum.merge(&other);
    sum
}

pub(super) fn lower(one: Decimal, other: Decimal) -> Decimal {
    if one.units() <= other.units() { one } else { other }
}
