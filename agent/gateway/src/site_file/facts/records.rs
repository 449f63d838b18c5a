//! From these tables to records of the manifest.

use super::super::words::Day;
use super::super::{SiteFile, Wrong};
use super::{AdjustmentTable, ELECTRICITY, FactorTable, ReactiveTable};
use crate::bills::Factors;
use millwatt::Decimal;
use millwatt::energy::adjustment::NonRoutine;
use millwatt::energy::fuel::Factor;
use millwatt::energy::reactive::ReactiveCharge;
use millwatt::site::{Baseline, Driver, FuelPrice};
use millwatt::time::{Instant, Period, Zone};
use millwatt::units::{Carbon, Energy, Heat, OilEquivalent, Power};
use millwatt::wire::Record;
use millwatt::wire::manifest::Reactive;
use toml::Spanned;

/// The currency of the country whose factors come with the program.
const BUILT_IN_FOR: &str = "VND";

/// What a site states, and what is lent to its records.
pub(in crate::site_file) struct Statements<'a> {
    site: &'a SiteFile,
    /// Factors that come with the program; none for a site elsewhere.
    built_in: Option<Factors>,
    /// The drivers of each baseline in one text.
    drivers: Vec<String>,
}

impl<'a> Statements<'a> {
    /// Of a judged site file.
    pub fn of(site: &'a SiteFile) -> Result<Self, Wrong> {
        let is_here = site.site.currency == BUILT_IN_FOR;
        let built_in = is_here.then(Factors::built_in).transpose();
        let built_in =
            built_in.map_err(|error| Wrong { place: None, message: error.to_string() })?;
        let drivers = site.baselines.iter().map(|table| table.drivers.get_ref().join(" "));
        Ok(Self { site, built_in, drivers: drivers.collect() })
    }

    /// In the order of their kinds.
    pub fn records(&self, zone: Zone<'_>) -> Vec<Record<'_>> {
        let mut records: Vec<Record<'_>> = self.factors().into_iter().map(Record::Factor).collect();
        records.extend(self.fuel_prices().into_iter().map(Record::FuelPrice));
        let reactive = self.site.reactive.as_ref().map(Spanned::get_ref);
        reactive.into_iter().for_each(|table| reactive_rows(table, &mut records));
        let limit = self.site.site.demand_limit_kw.as_ref();
        records.extend(limit.map(|kilowatts| Record::DemandLimit(power(*kilowatts.get_ref()))));
        records.extend(self.baselines(zone).into_iter().map(Record::Baseline));
        records.extend(self.adjustments(zone).into_iter().map(Record::Adjustment));
        records
    }

    /// The site's own, and what comes with the program where the site has none.
    fn factors(&self) -> Vec<Factor<'_>> {
        let mut rows: Vec<Factor<'_>> = self.site.factors.iter().map(factor).collect();
        if let Some(built_in) = &self.built_in {
            let electricity = |row: &&Factor<'_>| (row.fuel, row.unit) == ELECTRICITY;
            let has_oil = rows.iter().filter(electricity).any(|row| row.oil.is_some());
            let has_carbon = rows.iter().filter(electricity).any(is_of_carbon);
            let lacking = |row: &Factor<'_>| if is_of_carbon(row) { !has_carbon } else { !has_oil };
            let electricity = built_in.electricity_rows().filter(lacking);
            let own: Vec<(&str, &str)> = rows.iter().map(|row| (row.fuel, row.unit)).collect();
            let fuels = self.fuels().into_iter().filter(|fuel| !own.contains(fuel));
            let fuels = fuels.flat_map(|(fuel, unit)| built_in.fuel_rows(fuel, unit));
            let more: Vec<Factor<'_>> = electricity.chain(fuels).collect();
            rows.extend(more);
        }
        rows.sort_by_key(|row| row.since);
        rows
    }

    /// The fuels that the site names beside its factors, each with its unit once.
    fn fuels(&self) -> Vec<(&str, &str)> {
        let tables = self.site.fuel_prices.iter();
        let mut fuels: Vec<(&str, &str)> =
            tables.map(|table| (table.fuel.get_ref().as_str(), table.unit.as_str())).collect();
        let drivers = self.drivers.iter().flat_map(|drivers| drivers.split(' '));
        for driver in drivers.filter_map(Driver::named) {
            if let Driver::Fuel(fuel) = driver {
                // The unit is that of the weighings, which nobody knows here.
                fuels.extend(["kg", "t", "L", "m³"].map(|unit| (fuel, unit)));
            }
        }
        fuels.sort_unstable();
        fuels.dedup();
        fuels
    }

    fn fuel_prices(&self) -> Vec<FuelPrice<'_>> {
        let tables = self.site.fuel_prices.iter();
        let mut rows: Vec<FuelPrice<'_>> = tables
            .map(|table| FuelPrice {
                fuel: table.fuel.get_ref(),
                unit: &table.unit,
                since: table.from.get_ref().0,
                price_thousandths: (table.price * 1e3).round() as i64,
                source: table.source.as_deref().unwrap_or_default(),
            })
            .collect();
        rows.sort_by_key(|row| row.since);
        rows
    }

    fn baselines(&self, zone: Zone<'_>) -> Vec<Baseline<'_>> {
        let tables = self.site.baselines.iter().zip(&self.drivers);
        let mut rows: Vec<Baseline<'_>> = tables
            .map(|(table, drivers)| Baseline {
                period: Period::new(midnight(&table.from, zone), midnight(&table.to, zone)),
                every: table.every.value(),
                drivers,
                target_per_mille: (table.target_percent.unwrap_or(0.0) * 10.0).round() as u16,
                note: &table.note,
            })
            .collect();
        rows.sort_by_key(|row| row.period.from);
        rows
    }

    fn adjustments(&self, zone: Zone<'_>) -> Vec<NonRoutine<'_>> {
        let change = |table: &'a AdjustmentTable| {
            let to = table.to.as_ref().map_or(Instant::MAX, |to| midnight(to, zone));
            NonRoutine {
                period: Period::new(midnight(&table.from, zone), to),
                a_day: Energy::from_milliwatt_hours((table.kwh_a_day * 1e6).round() as i128),
                note: &table.note,
                source: table.source.as_deref().unwrap_or_default(),
            }
        };
        let mut rows: Vec<NonRoutine<'_>> = self.site.adjustments.iter().map(change).collect();
        rows.sort_by_key(|row| row.period.from);
        rows
    }
}

fn midnight(day: &Spanned<Day>, zone: Zone<'_>) -> Instant {
    zone.instant(day.get_ref().0, 0)
}

fn power(kilowatts: f64) -> Power {
    Power::from_milliwatts((kilowatts * 1e6).round() as i128)
}

const fn is_of_carbon(row: &Factor<'_>) -> bool {
    row.fossil.is_some() || row.biogenic.is_some()
}

/// A figure in units of its `places`-th place.
fn units(figure: f64, places: u8) -> i128 {
    Decimal::from_f64(figure, places).map_or(0, Decimal::units)
}

fn factor(table: &FactorTable) -> Factor<'_> {
    let carbon = |kilograms| Carbon::from_milligrams(units(kilograms, 6));
    Factor {
        fuel: table.fuel.get_ref(),
        unit: &table.unit,
        since: table.from.get_ref().0,
        oil: table.toe.map(|tonnes| OilEquivalent::from_milligrams(units(tonnes, 9))),
        heat: table.heat_mj.map(|megajoules| Heat::from_kilojoules(units(megajoules, 3))),
        fossil: table.co2_kg.map(carbon),
        biogenic: table.biogenic_co2_kg.map(carbon),
        source: table.source.as_deref().unwrap_or_default(),
    }
}

fn reactive_rows<'a>(table: &'a ReactiveTable, records: &mut Vec<Record<'a>>) {
    let percent = |percent: f64| (percent * 100.0).round() as u16;
    if let (Some(steps), Some(below)) = (&table.steps, table.below_percent) {
        let demand = power(table.from_kw.unwrap_or(0.0));
        let source = table.source.as_deref().unwrap_or_default();
        records.push(Record::Reactive(Reactive { below: percent(below), demand, source }));
        let steps =
            steps.iter().map(|[factor, more]| ((factor * 100.0).round() as u8, percent(*more)));
        records.extend(steps.map(Record::ReactiveStep));
        return;
    }
    let ReactiveCharge { steps, below, demand, source } = ReactiveCharge::CIRCULAR_15_2014;
    records.push(Record::Reactive(Reactive { below, demand, source }));
    records.extend(steps.iter().copied().map(Record::ReactiveStep));
}

#[cfg(test)]
mod tests {
    use crate::site_file::parse;
    use millwatt::archive::Parts;
    use millwatt::site::Facts;

    const SITE: &str = "[site]\nname = \"Mill\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\n\
                        demand_limit_kw = 45.5\n";

    fn with(more: &str, look: impl Fn(Facts<'_>)) {
        let site = parse("site.toml", &format!("{SITE}{more}"));
        let manifest = site.unwrap_or_else(|error| panic!("{error}")).manifest;
        look(Parts::read(&manifest).expect("rows that can be read").site().facts);
    }

    #[test]
    fn factors_that_come_with_the_program_stand_in_the_manifest_with_their_sources() {
        with("", |facts| {
            assert!(facts.factors.iter().all(|row| row.fuel == "electricity"));
            assert!(facts.factors.is_sorted_by_key(|row| row.since));
            assert!(facts.factors.iter().all(|row| !row.source.is_empty()));
            assert!(facts.factors.iter().any(|row| row.oil.is_some()));
            assert_eq!(facts.factors.iter().filter(|row| row.fossil.is_some()).count(), 10);
            assert_eq!(
                facts.demand_limit.map(|limit| limit.kw().to_string()).as_deref(),
                Some("45.5")
            );
        });
        let price = "[[fuel_price]]\nfuel = \"firewood\"\nunit = \"kg\"\nfrom = 2026-01-01\n\
                     price = 1200.5\nsource = \"invoice 7\"\n";
        with(price, |facts| {
            let wood = facts.factors.iter().find(|row| row.fuel == "firewood").expect("a row");
            assert_eq!(wood.oil.map(|oil| oil.milligrams()), Some(373_000));
            assert_eq!(facts.fuel_prices[0].price_thousandths, 1_200_500);
        });
    }

    #[test]
    fn what_the_site_gives_takes_their_place() {
        let grid = "[[factor]]\nfuel = \"electricity\"\nunit = \"kWh\"\nfrom = 2025-01-01\n\
                    co2_kg = 0.6235\nsource = \"an estimate\"\n";
        with(grid, |facts| {
            let carbon: Vec<_> = facts.factors.iter().filter_map(|row| row.fossil).collect();
            assert_eq!(carbon.iter().map(|of| of.milligrams()).collect::<Vec<_>>(), [623_500]);
            assert!(facts.factors.iter().any(|row| row.oil.is_some()), "its oil is the program's");
        });
        let elsewhere = SITE.replace("VND", "EUR");
        let site = parse("site.toml", &elsewhere).expect("a site");
        let parts = Parts::read(&site.manifest).expect("rows that can be read");
        assert!(parts.site().facts.factors.is_empty(), "another country's factors are its own");
    }

    #[test]
    fn rules_baselines_and_changes_are_in_local_time() {
        let more = "[reactive]\nrule = \"circular-15-2014\"\n\
                    [[baseline]]\nfrom = 2026-01-02\nto = 2026-01-03\nevery = \"week\"\n\
                    drivers = [\"output\", \"shifts\"]\ntarget_percent = 2.5\n\
                    [[adjustment]]\nfrom = 2026-01-01\nkwh_a_day = -1.5\nnote = \"b\"\nsource = \"a\"\n";
        with(more, |facts| {
            let rule = millwatt::energy::reactive::ReactiveCharge::CIRCULAR_15_2014;
            assert_eq!(facts.reactive, Some(rule));
            let baseline = facts.baselines[0];
            // 2026-01-01T17:00Z.
            assert_eq!(baseline.period.from.unix_milliseconds(), 1_767_286_800_000);
            assert_eq!(baseline.period.span(), millwatt::time::Span::DAY);
            assert_eq!((baseline.drivers, baseline.target_per_mille), ("output shifts", 25));
            let change = facts.adjustments[0];
            assert_eq!(change.a_day.kwh().to_string(), "-1.5");
            assert_eq!(change.period.to, millwatt::time::Instant::MAX);
        });
    }

    #[test]
    fn own_steps_of_a_reactive_charge() {
        let more = "[reactive]\nsteps = [[0.9, 0], [0.85, 5.88]]\nbelow_percent = 12.5\n\
                    from_kw = 30\nsource = \"a contract\"\n";
        with(more, |facts| {
            let charge = facts.reactive.expect("a rule");
            assert_eq!((charge.steps, charge.below), (&[(90, 0), (85, 588)][..], 1_250));
            assert_eq!((charge.demand.milliwatts(), charge.source), (30_000_000, "a contract"));
        });
    }
}
