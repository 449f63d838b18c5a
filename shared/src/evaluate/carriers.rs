//! What the site's energy counts for and costs, by carrier and in all: oil equivalent, greenhouse gas, money.

use super::site_wide::{SiteView, lower};
use super::{plain, usage_of};
use crate::decimal::{Decimal, div_round};
use crate::energy::fuel::{Factor, figure_in_force};
use crate::event::{Event, EventKind};
use crate::finding::{Cause, Finding, Findings, Severity};
use crate::indicator::{Indicator, Name, Unit};
use crate::series::Series;
use crate::site::{Facts, FuelPrice, Quantity};
use crate::time::{Date, Instant, Period};
use crate::units::{Carbon, OilEquivalent};

/// The name and the unit of electricity among factors.
const ELECTRICITY: (&str, &str) = ("electricity", "kWh");

/// All of it is known.
const WHOLE: Decimal = Decimal::new(1_000_000, 6);

/// Σ amount × factor, exact.
#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    /// Millionths of the factor's smallest unit.
    millionths: i128,
    /// Of a carrier: millionths of its unit that no factor covers. Of several: millionths of one for each of
    /// which that is so.
    lacking: i128,
}

impl Sum {
    /// An amount, in millionths of the carrier's unit, and what one unit counts for.
    const fn fold(&mut self, amount: i128, one: Option<i128>) {
        match one {
            Some(one) => self.millionths = self.millionths.wrapping_add(amount.wrapping_mul(one)),
            None => self.lacking = self.lacking.wrapping_add(amount.wrapping_abs()),
        }
    }

    /// One more carrier of several.
    const fn count(&mut self, carrier: Self) {
        self.millionths = self.millionths.wrapping_add(carrier.millionths);
        if carrier.lacking != 0 {
            self.lacking = self.lacking.wrapping_add(WHOLE.units());
        }
    }

    /// The sum in units of 10^`places` of the factor's smallest; `None` where a factor is lacking.
    fn figure(self, places: u8) -> Option<Decimal> {
        (self.lacking == 0).then(|| Decimal::new(div_round(self.millionths, 1_000_000), places))
    }

    /// Why there is none.
    fn lacks(self, cause: Cause) -> Findings {
        let mut findings = Findings::NONE;
        let evidence = Some(Decimal::new(self.lacking, 6));
        findings.push(Finding { cause, severity: Severity::Disqualifies, evidence });
        findings
    }
}

/// What a carrier, or several, count for.
#[derive(Debug, Default, Clone, Copy)]
struct Account {
    oil: Sum,
    fossil: Sum,
    biogenic: Sum,
    cost: Sum,
}

/// An amount of a carrier on a day.
struct Use<'u> {
    /// Its name and its unit.
    of: (&'u str, &'u str),
    day: Date,
    /// In millionths of the unit.
    amount: i128,
}

impl Account {
    fn fold(&mut self, facts: &Facts<'_>, used: &Use<'_>) {
        let Use { of: (fuel, unit), day, .. } = *used;
        let oil = figure_in_force(facts.factors, fuel, unit, day, |row| row.oil);
        // Who gives the carbon of biomass alone says that none is fossil, and the other way round.
        let carbon = |row: &Factor<'_>| match (row.fossil, row.biogenic) {
            (None, None) => None,
            both => Some(both),
        };
        let carbon = figure_in_force(facts.factors, fuel, unit, day, carbon);
        let milligrams = |carbon: Option<Carbon>| carbon.map_or(0, Carbon::milligrams);
        self.oil.fold(used.amount, oil.map(OilEquivalent::milligrams));
        self.fossil.fold(used.amount, carbon.map(|(fossil, _)| milligrams(fossil)));
        self.biogenic.fold(used.amount, carbon.map(|(_, biogenic)| milligrams(biogenic)));
        let price = FuelPrice::in_force(facts.fuel_prices, fuel, unit, day);
        self.cost.fold(used.amount, price.map(|row| row.price_thousandths.into()));
    }

    const fn count(&mut self, carrier: &Self) {
        self.oil.count(carrier.oil);
        self.fossil.count(carrier.fossil);
        self.biogenic.count(carrier.biogenic);
        self.cost.count(carrier.cost);
    }
}

impl<'a, S: Series> SiteView<'a, S> {
    /// Everything of this file, given the output as it is reported.
    pub(super) fn carriers(
        &self,
        output: Option<&Indicator<'a>>,
        each: &mut impl FnMut(Indicator<'a>),
    ) {
        let is_counted = !self.site.facts.factors.is_empty();
        let is_priced = !self.site.facts.fuel_prices.is_empty();
        let metered = self.main.energy.map(|used| (used, self.electricity(&used)));
        if let Some((used, account)) = metered.filter(|_| is_counted) {
            let known = Indicator { asset: None, part: Some(ELECTRICITY.0), ..used };
            each(self.counted(Name::OilEquivalent, account.oil, &known));
            each(self.counted(Name::Emission, account.fossil, &known));
        }
        let (mut fuels, mut is_burnt) = (Account::default(), false);
        self.named_amounts(EventKind::Fuel, |fuel, _, _| {
            let account = self.fuel(fuel);
            fuels.count(&account);
            is_burnt = true;
            let known = self.weighed(Name::FuelUse, fuel, Unit::One);
            let known = Indicator { value: Some(WHOLE), ..known };
            if is_counted {
                each(self.counted(Name::OilEquivalent, account.oil, &known));
                each(self.counted(Name::Emission, account.fossil, &known));
                each(self.counted(Name::BiogenicEmission, account.biogenic, &known));
            }
            if is_priced {
                each(self.counted(Name::FuelCost, account.cost, &known));
            }
        });
        let known = plain(Name::FuelUse, None, Unit::One);
        let known = Indicator { value: Some(WHOLE), coverage: WHOLE, ..known };
        if is_counted && (is_burnt || metered.is_some()) {
            let electricity = metered.map(|(_, account)| account).unwrap_or_default();
            let emission = self.in_all(&electricity, &fuels, each);
            output.into_iter().for_each(|output| each(self.per_output(&emission, output)));
        }
        if is_counted && is_burnt {
            each(self.counted(Name::BiogenicEmission, fuels.biogenic, &known));
        }
        if is_priced && is_burnt {
            each(self.counted(Name::FuelCost, fuels.cost, &known));
        }
        if self.main.cost.is_some() || (is_priced && is_burnt) {
            each(self.energy_cost(fuels.cost));
        }
    }

    /// Oil equivalent and greenhouse gas of electricity and fuels together; gives the latter.
    fn in_all(
        &self,
        electricity: &Account,
        fuels: &Account,
        each: &mut impl FnMut(Indicator<'a>),
    ) -> Indicator<'a> {
        let mut all = *fuels;
        all.count(electricity);
        let nothing = plain(Name::Energy, None, Unit::One);
        let unknown = Findings::disqualified(Cause::NotMeasured);
        let known = match self.main.energy {
            Some(used) => Indicator { asset: None, ..used },
            None => Indicator { findings: unknown, ..nothing },
        };
        each(self.counted(Name::OilEquivalent, all.oil, &known));
        let emission = self.counted(Name::Emission, all.fossil, &known);
        each(emission);
        emission
    }

    /// A figure of an amount of which `known` says how well it is known: no value, no figure.
    fn counted(&self, name: Name, sum: Sum, known: &Indicator<'a>) -> Indicator<'a> {
        let (unit, places, cause) = match name {
            Name::OilEquivalent => (Unit::TonneOfOil, 9, Cause::NoFactor),
            Name::FuelCost => (Unit::Named(self.site.currency), 3, Cause::NoFuelPrice),
            _ => (Unit::KilogramOfCarbon, 6, Cause::NoFactor),
        };
        let value = known.value.and_then(|_| sum.figure(places));
        let findings = match value {
            None if known.value.is_some() => sum.lacks(cause),
            _ => known.findings,
        };
        Indicator { name, value, unit, findings, ..*known }
    }

    /// The main meter's energy in each stretch in which the factors of electricity stay the same.
    fn electricity(&self, used: &Indicator<'a>) -> Account {
        let mut account = Account::default();
        let (facts, zone) = (&self.site.facts, self.site.zone_rules());
        let rows = facts.factors.iter().filter(|row| (row.fuel, row.unit) == ELECTRICITY);
        let mut from = self.period.from;
        while from < self.period.to {
            let later = rows.clone().map(|row| zone.instant(row.since, 0));
            let to = later.filter(|at| *at > from).fold(self.period.to, Instant::min);
            let part = Period::new(from, to);
            let amount = if part == self.period {
                used.value.map_or(0, Decimal::units)
            } else {
                self.metered(part)
            };
            let day = zone.local(from).date;
            account.fold(facts, &Use { of: ELECTRICITY, day, amount });
            from = to;
        }
        account
    }

    /// What the main meter counted in a part of the period, mWh; what is not known there is nothing.
    fn metered(&self, part: Period) -> i128 {
        let main = self.site.main;
        let channel = main.and_then(|main| self.site.channel_of(main, Quantity::ActiveEnergy));
        let usage = channel.map(|channel| usage_of(&self.site, self.series, channel, part));
        usage.and_then(|usage| usage.total()).unwrap_or(0)
    }

    /// What was weighed of a fuel, each weighing by its own day and unit.
    fn fuel(&self, fuel: &str) -> Account {
        let mut account = Account::default();
        let (facts, zone) = (&self.site.facts, self.site.zone_rules());
        let is_of_it = |event: &Event<'_>| event.kind == EventKind::Fuel && event.product == fuel;
        for event in self.series.events(self.period).filter(is_of_it) {
            let amount = event.amount().thousandths().wrapping_mul(1_000);
            let day = zone.local(event.at).date;
            account.fold(facts, &Use { of: (event.product, event.unit), day, amount });
        }
        account
    }

    /// Greenhouse gas over output.
    fn per_output(&self, emission: &Indicator<'a>, output: &Indicator<'a>) -> Indicator<'a> {
        let unit = Unit::KilogramOfCarbonPer(self.site.output_unit);
        let figure = plain(Name::SpecificEmission, None, unit);
        let made = output.value.map_or(0, Decimal::units);
        // Milligrams by thousandths of the output's unit are grams by unit; a kilogram is three places further.
        let wide = emission.value.and_then(|sum| Decimal::quotient(sum.units(), made, 6));
        let value = wide.map(|value| Decimal::new(value.units(), 9).rounded(6));
        let findings = match (emission.value, output.value, value) {
            (None, _, _) => emission.findings,
            (_, None, _) => output.findings,
            (_, _, None) => Findings::disqualified(Cause::NothingToDivideBy),
            _ => {
                let mut findings = emission.findings;
                findings.merge(&output.findings);
                findings
            }
        };
        let coverage = lower(emission.coverage, output.coverage);
        Indicator { value, coverage, findings, ..figure }
    }

    /// Electricity with tax and fuels.
    fn energy_cost(&self, fuels: Sum) -> Indicator<'a> {
        let figure = plain(Name::EnergyCost, None, Unit::Named(self.site.currency));
        let Some(cost) = self.main.cost else {
            let has_tariff = !self.site.tariffs.is_empty();
            let cause = if has_tariff { Cause::NotMeasured } else { Cause::NoTariff };
            return Indicator { findings: Findings::disqualified(cause), ..figure };
        };
        // Both are thousandths.
        let both = cost.value.zip(fuels.figure(3));
        let value = both.map(|(cost, fuels)| Decimal::new(cost.units() + fuels.units(), 3));
        let findings = match value {
            None if cost.value.is_some() => fuels.lacks(Cause::NoFuelPrice),
            _ => cost.findings,
        };
        Indicator { value, coverage: cost.coverage, findings, ..figure }
    }
}
