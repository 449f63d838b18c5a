//! What a site is charged beyond its energy, and how near its demand comes to what it contracted.

use super::plain;
use super::site_wide::{SiteView, lower};
use crate::decimal::Decimal;
use crate::energy::reactive::ReactiveCharge;
use crate::finding::{Cause, Findings};
use crate::indicator::{Indicator, Name, Unit};
use crate::series::Series;
use crate::units::{Money, Power};

/// The figures of the main meter that those of the site are made from.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct MainMeter<'a> {
    pub energy: Option<Indicator<'a>>,
    pub cost_before_tax: Option<Indicator<'a>>,
    pub cost: Option<Indicator<'a>>,
    pub peak: Option<Indicator<'a>>,
    pub power_factor: Option<Indicator<'a>>,
}

impl<'a> MainMeter<'a> {
    /// Takes a figure of the main meter, if it is one of these.
    pub fn note(&mut self, figure: &Indicator<'a>) {
        let place = match figure.name {
            Name::Energy => &mut self.energy,
            Name::CostBeforeTax => &mut self.cost_before_tax,
            Name::Cost => &mut self.cost,
            Name::PeakDemand15 => &mut self.peak,
            Name::PowerFactor => &mut self.power_factor,
            _ => return,
        };
        *place = Some(*figure);
    }
}

impl<'a, S: Series> SiteView<'a, S> {
    pub(super) fn charges(&self, each: &mut impl FnMut(Indicator<'a>)) {
        let facts = &self.site.facts;
        let Some(limit) = facts.demand_limit else { return };
        let rule = facts.reactive.filter(|rule| rule.applies(limit, &[]));
        rule.into_iter().for_each(|rule| each(self.reactive_charge(&rule)));
        each(self.demand_share(limit));
    }

    /// The money for active energy before tax, times what the power factor of the period adds to it.
    fn reactive_charge(&self, rule: &ReactiveCharge<'_>) -> Indicator<'a> {
        let figure = plain(Name::ReactiveCharge, None, Unit::Named(self.site.currency));
        let without = |cause| Indicator { findings: Findings::disqualified(cause), ..figure };
        let Some(factor) = self.main.power_factor else { return without(Cause::NotMeasured) };
        let Some(money) = self.main.cost_before_tax else { return without(Cause::NoTariff) };
        let both = factor.value.zip(money.value);
        // Money is given in thousandths.
        let charge = |(factor, money): (Decimal, Decimal)| {
            rule.charge(factor, Money::from_thousandths(money.units())).units()
        };
        let mut findings = if factor.value.is_none() { factor.findings } else { money.findings };
        findings.merge(&factor.findings);
        let coverage = lower(factor.coverage, money.coverage);
        Indicator { value: both.map(charge), coverage, findings, ..figure }
    }

    fn demand_share(&self, limit: Power) -> Indicator<'a> {
        let figure = plain(Name::DemandShare, None, Unit::One);
        let Some(peak) = self.main.peak else {
            return Indicator { findings: Findings::disqualified(Cause::NotMeasured), ..figure };
        };
        // Both are milliwatts.
        let share = |peak: Decimal| Decimal::quotient(peak.units(), limit.milliwatts(), 6);
        let value = peak.value.and_then(share);
        let findings = match value {
            None if peak.value.is_some() => Findings::disqualified(Cause::NothingToDivideBy),
            _ => peak.findings,
        };
        let (coverage, begins) = (peak.coverage, peak.begins);
        Indicator { value, coverage, findings, begins, ..figure }
    }
}
