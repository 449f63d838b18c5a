//! What bills come to: sums, oil equivalent, greenhouse gas, power factor, figures for a unit of output.
//!
//! Sums are exact integers. A figure for a unit is a sum over a sum, of the months in which both are known;
//! every sum says in how many months it was known. Carbon from biomass is never added to the other.

use super::factors::{Factors, FuelFactor};
use super::month::Month;
use super::table::{Bill, Bills};
use millwatt::Decimal;
use millwatt::energy::fuel::{Burnt, share_of_designated};
use millwatt::energy::power_factor;
use millwatt::energy::reactive::ReactiveCharge;
use millwatt::units::{Amount, Carbon, Energy, Money, OilEquivalent, Power, ReactiveEnergy};

/// The table of what a low power factor costs.
pub const CHARGE: ReactiveCharge<'static> = ReactiveCharge::CIRCULAR_15_2014;

/// A sum over the months in which it is known.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// In thousandths of its unit.
    pub thousandths: i128,
    /// How many months.
    pub months: usize,
}

impl Sum {
    /// Of what is known.
    pub fn of(values: impl Iterator<Item = Option<i128>>) -> Self {
        values.flatten().fold(Self::default(), |sum, value| Self {
            thousandths: sum.thousandths + value,
            months: sum.months + 1,
        })
    }

    /// The figure, where any month is known.
    pub fn figure(self) -> Option<Decimal> {
        (self.months > 0).then(|| Decimal::new(self.thousandths, 3))
    }
}

/// A sum over a sum, of the pairs of which both are known.
pub fn ratio(
    pairs: impl Iterator<Item = (Option<i128>, Option<i128>)>,
    places: u8,
) -> Option<Decimal> {
    let known = pairs.filter_map(|(top, bottom)| top.zip(bottom));
    let (top, bottom) = known
        .fold((0_i128, 0_i128), |(tops, bottoms), (top, bottom)| (tops + top, bottoms + bottom));
    Decimal::quotient(top, bottom, places)
}

/// Đồng a kWh, over months in which both are known.
pub fn price(bills: &[Bill]) -> Option<Decimal> {
    ratio(bills.iter().map(|bill| (bill.cost, bill.kwh)), 9)
}

/// One month's electricity or one of its fuels.
#[derive(Debug, Default, Clone, Copy)]
struct Part {
    burnt: Burnt,
    is_amount_known: bool,
    is_oil_known: bool,
    is_carbon_known: bool,
}

/// What a month comes to.
#[derive(Debug, Clone)]
pub struct MonthAccount {
    parts: Vec<Part>,
    /// Oil equivalent, where everything that was burnt is known.
    pub oil: Option<OilEquivalent>,
    /// Greenhouse gas of electricity and fossil fuels, likewise.
    pub fossil: Option<Carbon>,
    /// Carbon dioxide from biomass, likewise.
    pub biogenic: Option<Carbon>,
    /// Whether something of it is known in amount and lacks a factor.
    pub lacks_factor: bool,
    /// The year of the grid's factor.
    pub grid_year: Option<i32>,
    /// cos φ of the month.
    pub power_factor: Option<Decimal>,
    /// What that costs where the charge applies.
    pub charge: Option<Money>,
}

/// Electricity or a fuel, over all months.
#[derive(Debug, Clone, Copy)]
pub struct Carrier {
    /// The place of the fuel among the factors; `None` for electricity.
    pub fuel: Option<usize>,
    /// How much, in kWh or the fuel's unit.
    pub amount: Sum,
    /// What is known of it.
    pub burnt: Burnt,
    /// For a unit of output.
    pub per_output: Option<Decimal>,
}

/// Figures for a unit of output.
#[derive(Debug, Clone, Copy)]
pub struct PerOutput {
    /// kWh.
    pub kwh: Option<Decimal>,
    /// Đồng for electricity.
    pub cost: Option<Decimal>,
    /// Đồng for electricity and fuels.
    pub energy_cost: Option<Decimal>,
    /// Kilograms of oil equivalent.
    pub oil: Option<Decimal>,
    /// Kilograms of CO₂e of electricity and fossil fuels.
    pub fossil: Option<Decimal>,
    /// Kilograms of CO₂ from biomass.
    pub biogenic: Option<Decimal>,
}

/// The last twelve months beside the 1,000 TOE a year of a designated user.
#[derive(Debug, Clone, Copy)]
pub struct Designated {
    /// The first of the months.
    pub from: Month,
    /// The last of them.
    pub to: Month,
    /// In how many of the twelve everything is known.
    pub months: usize,
    /// What is known of their oil equivalent.
    pub oil: OilEquivalent,
    /// Its share.
    pub share: Decimal,
}

/// What the bills of a file come to.
#[derive(Debug)]
pub struct Account {
    /// In the order of the bills.
    pub months: Vec<MonthAccount>,
    /// Electricity, then the fuels that were burnt.
    pub carriers: Vec<Carrier>,
    /// What is known of all of them.
    pub burnt: Burnt,
    /// Months whose oil equivalent is whole.
    pub oil_months: usize,
    /// Months whose greenhouse gas is whole.
    pub carbon_months: usize,
    /// Money for electricity.
    pub cost: Sum,
    /// Money for fuels.
    pub fuel_cost: Sum,
    /// Good output.
    pub output: Sum,
    /// Reactive energy.
    pub kvarh: Sum,
    /// Đồng a kWh.
    pub price: Option<Decimal>,
    /// cos φ of all months in which it is known.
    pub power_factor: Option<Decimal>,
    /// What that costs where the charge applies.
    pub charge: Sum,
    /// Whether the last three months prove that it applies: on average at least 40 kW.
    pub is_charge_proved: bool,
    /// For a unit of output.
    pub per_output: PerOutput,
    /// Beside a designated user.
    pub designated: Designated,
}

/// cos φ of energies in thousandths of a kWh and a kvarh.
fn cos_phi(kwh: i128, kvarh: i128) -> Option<Decimal> {
    let active = Energy::from_milliwatt_hours(kwh.saturating_mul(1_000));
    power_factor(active, ReactiveEnergy::from_millivar_hours(kvarh.saturating_mul(1_000)))
}

fn electricity(bill: &Bill, factors: &Factors) -> Part {
    let Some(kwh) = bill.kwh.map(Amount::from_thousandths) else { return Part::default() };
    let (oil, carbon) = (factors.electricity(bill.month), factors.grid(bill.month));
    let mut burnt = Burnt::default();
    if let Some(row) = oil {
        burnt.fold(kwh, &row.factor());
    }
    if let Some(row) = carbon {
        burnt.fold(kwh, &row.factor());
    }
    Part {
        burnt,
        is_amount_known: true,
        is_oil_known: oil.is_some(),
        is_carbon_known: carbon.is_some(),
    }
}

fn fuel(bill: &Bill, fuel: usize, factors: &Factors) -> Part {
    let amount = bill.fuels.get(fuel).copied().flatten().map(Amount::from_thousandths);
    let Some(amount) = amount else { return Part::default() };
    let mut part = Part { is_amount_known: true, ..Part::default() };
    if let Some(factor) = factors.fuel(fuel, bill.month).map(FuelFactor::factor) {
        part.burnt.fold(amount, &factor);
        part.is_oil_known = factor.oil.is_some();
        part.is_carbon_known = factor.fossil.is_some() || factor.biogenic.is_some();
    }
    // Nothing burnt counts for nothing, whatever its factor is.
    part.is_oil_known |= amount == Amount::ZERO;
    part.is_carbon_known |= amount == Amount::ZERO;
    part
}

impl Part {
    const fn lacks_factor(&self) -> bool {
        self.is_amount_known && !(self.is_oil_known && self.is_carbon_known)
    }
}

fn sum<'a>(parts: impl Iterator<Item = &'a Part>) -> Burnt {
    let mut burnt = Burnt::default();
    parts.for_each(|part| burnt.merge(&part.burnt));
    burnt
}

impl MonthAccount {
    fn of(bill: &Bill, bills: &Bills, factors: &Factors) -> Self {
        let fuels = bills.burnt.iter().map(|place| fuel(bill, *place, factors));
        let parts: Vec<Part> = std::iter::once(electricity(bill, factors)).chain(fuels).collect();
        let burnt = sum(parts.iter());
        let is_oil_whole = parts.iter().all(|part| part.is_oil_known);
        let is_carbon_whole = parts.iter().all(|part| part.is_carbon_known);
        let power_factor = bill.kwh.zip(bill.kvarh).and_then(|(kwh, kvarh)| cos_phi(kwh, kvarh));
        let money = bill.cost.map(Money::from_thousandths);
        Self {
            lacks_factor: parts.iter().any(Part::lacks_factor),
            parts,
            oil: is_oil_whole.then_some(burnt.oil),
            fossil: is_carbon_whole.then_some(burnt.fossil),
            biogenic: is_carbon_whole.then_some(burnt.biogenic),
            grid_year: factors.grid(bill.month).map(|row| row.year),
            power_factor,
            charge: power_factor.zip(money).map(|(factor, money)| CHARGE.charge(factor, money)),
        }
    }

    /// Whether its power factor, to two places as bills round it, costs something.
    pub fn is_charged(&self) -> bool {
        self.power_factor.is_some_and(|factor| CHARGE.share(factor).units() > 0)
    }
}

impl Account {
    /// Of the bills of a file.
    pub fn of(bills: &Bills, factors: &Factors) -> Self {
        let of_month = |bill| MonthAccount::of(bill, bills, factors);
        let months: Vec<MonthAccount> = bills.bills.iter().map(of_month).collect();
        let all = || bills.bills.iter();
        let charges = months.iter().map(|month| month.charge.map(Money::thousandths));
        let reactive: Vec<(i128, i128)> =
            all().filter_map(|bill| bill.kwh.zip(bill.kvarh)).collect();
        let active: i128 = reactive.iter().map(|(kwh, _)| kwh).sum();
        let lagging: i128 = reactive.iter().map(|(_, kvarh)| kvarh).sum();
        Self {
            carriers: carriers(bills, &months),
            burnt: sum(months.iter().flat_map(|month| &month.parts)),
            oil_months: months.iter().filter(|month| month.oil.is_some()).count(),
            carbon_months: months.iter().filter(|month| month.fossil.is_some()).count(),
            cost: Sum::of(all().map(|bill| bill.cost)),
            fuel_cost: Sum::of(all().map(|bill| bill.fuel_cost)),
            output: Sum::of(all().map(|bill| bill.output)),
            kvarh: Sum::of(all().map(|bill| bill.kvarh)),
            price: price(&bills.bills),
            power_factor: cos_phi(active, lagging),
            charge: Sum::of(charges),
            is_charge_proved: is_charge_proved(&bills.bills),
            per_output: per_output(bills, &months),
            designated: designated(bills, &months),
            months,
        }
    }

    /// A carrier's share of the oil equivalent that is known.
    pub fn oil_share(&self, carrier: &Carrier) -> Option<Decimal> {
        Decimal::quotient(carrier.burnt.oil.milligrams(), self.burnt.oil.milligrams(), 6)
    }
}

fn carriers(bills: &Bills, months: &[MonthAccount]) -> Vec<Carrier> {
    let places = std::iter::once(None).chain(bills.burnt.iter().copied().map(Some));
    let carrier = |(part, fuel): (usize, Option<usize>)| {
        let amount = |bill: &Bill| match fuel {
            None => bill.kwh,
            Some(fuel) => bill.fuels.get(fuel).copied().flatten(),
        };
        Carrier {
            fuel,
            amount: Sum::of(bills.bills.iter().map(amount)),
            burnt: sum(months.iter().filter_map(|month| month.parts.get(part))),
            per_output: ratio(bills.bills.iter().map(|bill| (amount(bill), bill.output)), 6),
        }
    };
    places.enumerate().map(carrier).collect()
}

/// The mean power of a month can be no more than its peak, so three months over the limit are proof.
fn is_charge_proved(bills: &[Bill]) -> bool {
    let mean = |bill: &Bill| {
        let energy = Energy::from_milliwatt_hours(bill.kwh?.saturating_mul(1_000));
        energy.mean_power(bill.month.span())
    };
    let peaks: Option<Vec<Power>> = bills.iter().rev().take(3).map(mean).collect();
    peaks.is_some_and(|peaks| CHARGE.applies(Power::ZERO, &peaks))
}

/// Kilograms a unit of output, from milligrams of each month: a milligram over a thousandth of a unit is a
/// thousandth of a kilogram over a unit.
fn kilograms(
    bills: &[Bill],
    months: &[MonthAccount],
    of: impl Fn(&MonthAccount) -> Option<i128>,
) -> Option<Decimal> {
    let outputs = bills.iter().map(|bill| bill.output.map(|output| output * 1_000));
    ratio(months.iter().map(of).zip(outputs), 6)
}

fn per_output(bills: &Bills, months: &[MonthAccount]) -> PerOutput {
    let bills = &bills.bills;
    let both = |bill: &Bill| bill.cost.zip(bill.fuel_cost).map(|(one, other)| one + other);
    PerOutput {
        kwh: ratio(bills.iter().map(|bill| (bill.kwh, bill.output)), 6),
        cost: ratio(bills.iter().map(|bill| (bill.cost, bill.output)), 3),
        energy_cost: ratio(bills.iter().map(|bill| (both(bill), bill.output)), 3),
        oil: kilograms(bills, months, |month| month.oil.map(OilEquivalent::milligrams)),
        fossil: kilograms(bills, months, |month| month.fossil.map(Carbon::milligrams)),
        biogenic: kilograms(bills, months, |month| month.biogenic.map(Carbon::milligrams)),
    }
}

fn designated(bills: &Bills, months: &[MonthAccount]) -> Designated {
    let year = bills.year();
    let months = months.get(months.len() - year.len()..).unwrap_or(&[]);
    let oil = sum(months.iter().flat_map(|month| &month.parts)).oil;
    Designated {
        from: bills.last().plus(-11),
        to: bills.last(),
        months: months.iter().filter(|month| month.oil.is_some()).count(),
        oil,
        share: share_of_designated(oil),
    }
}
