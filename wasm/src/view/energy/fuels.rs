//! What fuels were burnt, what they count for and cost.

use super::load::by_period;
use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::Room;
use crate::chart::bars::Part;
use crate::chart::stack::{self, Beside};
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::energy::fuel::{Burnt, Factor, in_force};
use millwatt::evaluate::intervals_within;
use millwatt::event::{Event, EventKind};
use millwatt::site::{FuelPrice, Quantity, Site};
use millwatt::time::{Every, Period};
use millwatt::units::{Amount, Money};
use millwatt::{Decimal, Name, Series};

/// The classes of fuels, as they are stacked.
const CLASSES: [&str; 3] = ["energy price3", "energy price1", "energy price2"];

/// What a fuel came to in a stretch of time.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    amount: Amount,
    burnt: Burnt,
    cost: Money,
    lacks_oil: bool,
    lacks_carbon: bool,
    lacks_price: bool,
}

/// A fuel over successive stretches.
#[derive(Debug, Clone)]
struct Fuel<'e> {
    name: &'e str,
    unit: &'e str,
    shares: Vec<Share>,
}

/// What counts for a fuel, each figure by the rows that give it.
struct Rules<'a> {
    oil: Vec<Factor<'a>>,
    carbon: Vec<Factor<'a>>,
    site: Site<'a>,
}

impl<'a> Rules<'a> {
    fn of(site: Site<'a>) -> Self {
        let rows = || site.facts.factors.iter().copied();
        let oil = rows().filter(|row| row.oil.is_some()).collect();
        let carbon = rows().filter(|row| row.fossil.is_some() || row.biogenic.is_some()).collect();
        Self { oil, carbon, site }
    }

    fn fold(&self, share: &mut Share, event: &Event<'_>) {
        let (fuel, unit) = (event.product, event.unit);
        let day = self.site.zone_rules().local(event.at).date;
        let oil = in_force(&self.oil, fuel, unit, day);
        let carbon = in_force(&self.carbon, fuel, unit, day);
        if let Some(row) = oil {
            let oil = Factor { heat: None, fossil: None, biogenic: None, ..*row };
            share.burnt.fold(event.amount(), &oil);
        }
        if let Some(row) = carbon {
            share.burnt.fold(event.amount(), &Factor { oil: None, heat: None, ..*row });
        }
        let price = FuelPrice::in_force(self.site.facts.fuel_prices, fuel, unit, day);
        let one = Money::from_thousandths(price.map_or(0, |row| row.price_thousandths.into()));
        share.cost += times(event.amount(), one);
        share.amount += event.amount();
        share.lacks_oil |= oil.is_none();
        share.lacks_carbon |= carbon.is_none();
        share.lacks_price |= price.is_none();
    }
}

/// An amount at a price for one unit.
fn times(amount: Amount, one: Money) -> Money {
    let product = amount.thousandths().saturating_mul(one.thousandths());
    Money::from_thousandths(millwatt::decimal::div_round(product, 1_000))
}

fn fuels<'e>(
    rules: &Rules<'_>,
    periods: &[Period],
    events: impl Iterator<Item = Event<'e>>,
) -> Vec<Fuel<'e>> {
    let mut fuels: Vec<Fuel<'e>> = Vec::new();
    for event in events.filter(|event| event.kind == EventKind::Fuel) {
        let is_same = |fuel: &Fuel<'_>| (fuel.name, fuel.unit) == (event.product, event.unit);
        let place = fuels.iter().position(is_same).unwrap_or(fuels.len());
        if place == fuels.len() {
            let shares = vec![Share::default(); periods.len()];
            fuels.push(Fuel { name: event.product, unit: event.unit, shares });
        }
        let inside = |period: &Period| period.from <= event.at && event.at < period.to;
        let share = periods.iter().position(inside).zip(fuels.get_mut(place));
        if let Some(share) = share.and_then(|(period, fuel)| fuel.shares.get_mut(period)) {
            rules.fold(share, &event);
        }
    }
    fuels
}

impl Chapter<'_> {
    pub(super) fn fuels(&self) -> Node {
        let zone = self.view.model.site.zone_rules();
        let every = match self.load.every {
            Every::Day => Every::Week,
            Every::Week | Every::Month => Every::Month,
            Every::Year => Every::Year,
        };
        let periods: Vec<Period> = self.model.period.every(every, zone).collect();
        let rules = Rules::of(self.view.model.site);
        let fuels = fuels(&rules, &periods, self.archive.events(self.model.period));
        let Some(first) = fuels.first() else {
            return self.missing("energy.fuels", self.text(Word::FuelsMissing));
        };
        let title = self.fuels_title(&fuels);
        let drawing = self.fuels_drawing(first, &fuels, &periods, &title);
        let (aid, table) = (self.fuels_aid(&fuels), self.fuels_table(&fuels, &periods));
        let section = Section::new("energy.fuels", title, aid, drawing).half().table(table);
        let section = section.coverage(self.text(Word::FuelsCoverage).to_owned());
        let sources: Vec<&str> = self.fuel_sources(&fuels);
        self.section(section.method(self.fill(Word::FuelsMethod, &[&sources.join("; ")])))
    }

    fn amount_of(&self, value: Decimal, unit: &str) -> String {
        format::with_unit(&format::short(value, self.choice.language), unit)
    }

    /// For each fuel how much, and how much for one unit of output; then what all of it counts for.
    fn fuels_title(&self, fuels: &[Fuel<'_>]) -> String {
        let mut told = Vec::new();
        for fuel in fuels.iter().take(3) {
            let amount: Amount = fuel.shares.iter().map(|share| share.amount).sum();
            let amount = self.amount_of(amount.units(), fuel.unit);
            let specific = self.model.figure(Name::SpecificFuel, "", fuel.name);
            let name = self.fuel_name(fuel.name);
            told.push(match specific.and_then(|figure| Some((figure, figure.value?))) {
                Some((figure, value)) => {
                    let per = self.amount_of(value, &figure.unit.to_string());
                    self.fill(Word::FuelUsedPer, &[name, &amount, &per])
                }
                None => self.fill(Word::FuelUsed, &[name, &amount]),
            });
        }
        let cost = self.model.value(Name::FuelCost, "", "");
        told.extend(cost.map(|cost| self.fill(Word::FuelCost, &[&self.money(cost)])));
        told.join("; ")
    }

    fn fuels_aid(&self, fuels: &[Fuel<'_>]) -> String {
        let mut told = vec![self.text(Word::FuelsAid).to_owned()];
        let tonnes = |name| {
            let value = self.model.value(name, "", "").filter(|value| value.units() > 0);
            value.map(|kilograms| self.brief(kilograms.to_f64() / 1_000.0))
        };
        let biogenic = tonnes(Name::BiogenicEmission);
        told.extend(biogenic.map(|tonnes| self.fill(Word::FuelsBiogenic, &[&tonnes])));
        let lacks = |of: fn(&Share) -> bool| {
            let lacking = fuels.iter().filter(|fuel| fuel.shares.iter().any(of));
            lacking.map(|fuel| self.fuel_name(fuel.name)).collect::<Vec<_>>().join(", ")
        };
        let (factors, prices) = (
            lacks(|share| share.lacks_oil || share.lacks_carbon),
            lacks(|share| share.lacks_price),
        );
        if !factors.is_empty() {
            told.push(self.fill(Word::FuelsNoFactor, &[&factors]));
        }
        if !prices.is_empty() {
            told.push(self.fill(Word::FuelsNoPrice, &[&prices]));
        }
        told.join(" ")
    }

    fn period_name(&self, period: Period, count: usize) -> String {
        let date = self.model.site.zone_rules().local(period.from).date;
        match self.load.every {
            Every::Day if count == 1 => self.date(period.from),
            Every::Day => self.fill(Word::WeekOf, &[&format::day(date, self.choice.language)]),
            Every::Week | Every::Month => format!("{:02}/{}", date.month, date.year),
            Every::Year => date.year.to_string(),
        }
    }

    /// One fuel in its unit; several as oil equivalent, where all of them have a factor.
    fn fuels_drawing(
        &self,
        first: &Fuel<'_>,
        fuels: &[Fuel<'_>],
        periods: &[Period],
        title: &str,
    ) -> Node {
        let lacks = fuels.iter().flat_map(|fuel| &fuel.shares).any(|share| share.lacks_oil);
        let several = fuels.len() > 1 && !lacks;
        let unit = if several { "TOE" } else { first.unit };
        let shown = if several { fuels } else { std::slice::from_ref(first) };
        let value = |share: &Share| match several {
            true => share.burnt.oil.toe(),
            false => share.amount.units(),
        };
        let part = |place: usize, fuel: &Fuel<'_>, column: usize| {
            let share = fuel.shares.get(column).copied().unwrap_or_default();
            let class = CLASSES.get(place % CLASSES.len()).copied().unwrap_or("energy");
            let amount = self.amount_of(share.amount.units(), fuel.unit);
            let hint = format!("{} · {amount}", self.fuel_name(fuel.name));
            let class = if shown.len() > 1 { class } else { "energy" };
            Part { value: value(&share).to_f64().max(0.0), class, hint }
        };
        let columns: Vec<stack::Column> = periods
            .iter()
            .enumerate()
            .map(|(column, period)| stack::Column {
                label: self.period_name(*period, periods.len()),
                parts: shown.iter().enumerate().map(|(at, fuel)| part(at, fuel, column)).collect(),
                estimated: 0.0,
                complete: true,
                hint: String::new(),
            })
            .collect();
        let names = shown.iter().map(|fuel| self.fuel_name(fuel.name).to_owned()).collect();
        let beside = Beside { names, level: None };
        let tick = |value| self.number(value);
        stack::columns(Room::NARROW, &columns, &beside, unit, tick, title)
    }

    /// What was made in each stretch, by the counter of the output or else as reported.
    fn outputs(&self, periods: &[Period]) -> Vec<Option<i128>> {
        let site = self.view.model.site;
        let channel = site.output.and_then(|asset| site.channel_of(asset, Quantity::GoodCount));
        if let Some(channel) = channel {
            let intervals = intervals_within(&site, self.archive, channel, self.model.period);
            let columns = by_period(site, periods, intervals);
            return columns.iter().map(|column| column.usage.total()).collect();
        }
        let reported = |period: &Period| {
            let events = self.archive.events(*period);
            let made = events.filter(|event| event.kind == EventKind::Output);
            let sum: Amount = made.map(|event| event.amount()).sum();
            (sum > Amount::ZERO).then(|| sum.thousandths())
        };
        periods.iter().map(reported).collect()
    }

    fn fuels_table(&self, fuels: &[Fuel<'_>], periods: &[Period]) -> Table {
        let per = format!("{} {}", self.text(Word::PerOutput), self.model.site.output_unit);
        let heads = [
            self.text(Key::Period),
            self.text(Word::Fuel),
            self.text(Word::Amount),
            "TOE",
            "t CO₂e",
            self.text(Word::BiogenicHead),
            self.text(Word::MoneyHead),
            per.as_str(),
        ];
        let outputs = self.outputs(periods);
        let rows = periods.iter().zip(outputs).enumerate().flat_map(|(place, (period, output))| {
            let name = self.period_name(*period, periods.len());
            let known = fuels.iter().filter_map(move |fuel| Some((fuel, *fuel.shares.get(place)?)));
            known.map(move |(fuel, share)| self.fuel_row(&name, fuel, share, output))
        });
        Table::new(heads).rows(rows)
    }

    fn fuel_row(
        &self,
        name: &str,
        fuel: &Fuel<'_>,
        share: Share,
        output: Option<i128>,
    ) -> Vec<Cell> {
        let exact = |value: Decimal| self.exact(value);
        let (oil, carbon) = (!share.lacks_oil, !share.lacks_carbon);
        let amount = share.amount.units();
        let per = output.and_then(|made| Decimal::quotient(share.amount.thousandths(), made, 4));
        let priced = (!share.lacks_price).then(|| share.cost.units());
        vec![
            Cell::from(name),
            self.fuel_name(fuel.name).into(),
            Cell::figure(amount, format::with_unit(&self.exact(amount), fuel.unit)),
            self.cell(oil.then(|| share.burnt.oil.toe().rounded(4)), exact),
            self.cell(carbon.then(|| share.burnt.fossil.tonnes().rounded(4)), exact),
            self.cell(carbon.then(|| share.burnt.biogenic.tonnes().rounded(4)), exact),
            self.cell(priced, |value| self.money(value)),
            self.cell(per, exact),
        ]
    }

    /// Where the factors of these fuels are from.
    fn fuel_sources(&self, fuels: &[Fuel<'_>]) -> Vec<&str> {
        let mut sources: Vec<&str> = Vec::new();
        for row in self.view.model.site.facts.factors {
            let is_used = fuels.iter().any(|fuel| (fuel.name, fuel.unit) == (row.fuel, row.unit));
            if is_used && !sources.contains(&row.source) {
                sources.push(row.source);
            }
        }
        sources
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::{EMPTY, at};
    use super::*;
    use millwatt::energy::fuel::VIETNAM;
    use millwatt::site::Facts;
    use millwatt::time::Date;
    use millwatt::units::OilEquivalent;

    fn weighed(
        minute: i64,
        product: &'static str,
        unit: &'static str,
        kilograms: i64,
    ) -> Event<'static> {
        let (kind, asset, note, until) = (EventKind::Fuel, "", "", None);
        let thousandths = kilograms * 1_000;
        Event { at: at(minute), until, kind, asset, product, thousandths, unit, note }
    }

    #[test]
    fn fuels_are_counted_by_stretch_and_a_missing_factor_is_told() {
        let since = Date { year: 2026, month: 1, day: 1 };
        let price = FuelPrice {
            fuel: "firewood",
            unit: "kg",
            since,
            price_thousandths: 1_200_000,
            source: "",
        };
        let facts = Facts { factors: &VIETNAM, fuel_prices: &[price], ..Facts::NONE };
        let site = Site { facts, ..EMPTY };
        let periods = [Period::new(at(0), at(100)), Period::new(at(100), at(200))];
        let rows = [
            weighed(10, "firewood", "kg", 1_000),
            weighed(100, "firewood", "kg", 500),
            weighed(150, "husk", "kg", 70),
        ];
        let found = fuels(&Rules::of(site), &periods, rows.into_iter());
        let wood = found[0].shares[0];
        assert_eq!(wood.burnt.oil, OilEquivalent::from_milligrams(373_000_000));
        assert_eq!(wood.burnt.biogenic.tonnes().to_string(), "1.7472");
        assert_eq!(wood.burnt.fossil.tonnes().to_string(), "0");
        assert_eq!(wood.cost.units().to_string(), "1200000");
        assert_eq!(found[0].shares[1].amount.units().to_string(), "500");
        let husk = found[1].shares[1];
        assert!(husk.lacks_oil && husk.lacks_carbon && husk.lacks_price);
        assert!(!wood.lacks_oil && !wood.lacks_price);
    }
}
