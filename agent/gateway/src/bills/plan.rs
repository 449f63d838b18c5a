//! What to find out first, ranked: what costs nothing, then by what it could be worth, then what has no
//! figure yet.
//!
//! Each worth is reckoned from the site's own bills of the last twelve months; where a share is assumed, it
//! stands in the file of factors as an assumption. No price of a meter is invented: a worth says below what
//! price it pays back within the year.

use super::account::{Account, MonthAccount, price};
use super::baseline::{Baseline, Model, RULES, limit};
use super::factors::Factors;
use super::table::{Bill, Bills};
use millwatt::Decimal;
use millwatt::energy::rules::{Criterion, Rules};
use millwatt::units::Money;
use std::cmp::Reverse;

/// What to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Months, or their energy or output, that are not in the file.
    Months,
    /// The output of every month.
    Output,
    /// What electricity costs.
    Cost,
    /// Reactive energy, which stands on the bill.
    Kvarh,
    /// What the fuels cost.
    FuelCost,
    /// The load by minutes.
    MainMeter,
    /// Reactive power by minutes.
    Reactive,
    /// The largest machine by itself.
    Submeter,
    /// A fuel, by its place among the factors.
    Fuel(usize),
}

impl What {
    /// The stable word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Months => "enter_months",
            Self::Output => "enter_output",
            Self::Cost => "enter_cost",
            Self::Kvarh => "enter_kvarh",
            Self::FuelCost => "enter_fuel_cost",
            Self::MainMeter => "main_meter",
            Self::Reactive => "reactive_meter",
            Self::Submeter => "submeter",
            Self::Fuel(_) => "weigh_fuel",
        }
    }

    /// Whether finding it out is a matter of papers that are there.
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Months | Self::Output | Self::Cost | Self::Kvarh | Self::FuelCost)
    }
}

/// What it could be worth in the last twelve months of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Other figures need it.
    Unlocks,
    /// By an assumed saving.
    Between(Money, Money),
    /// What was paid.
    Exactly(Money),
    /// More cannot be in it.
    AtMost(Money),
    /// No figure yet.
    Unknown,
}

impl Worth {
    fn most(self) -> i128 {
        match self {
            Self::Between(_, most) | Self::Exactly(most) | Self::AtMost(most) => most.thousandths(),
            Self::Unlocks | Self::Unknown => 0,
        }
    }
}

/// How sure a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// It is on the bills.
    High,
    /// A valid model or an assumption stands behind it.
    Medium,
    /// It may well be otherwise.
    Low,
}

impl Confidence {
    /// The stable word for scripts.
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// One line of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What to find out.
    pub what: What,
    /// What it could be worth.
    pub worth: Worth,
    /// How sure that is.
    pub confidence: Confidence,
}

/// What the plan is made from.
struct Planner<'a> {
    bills: &'a Bills,
    factors: &'a Factors,
    account: &'a Account,
    baseline: &'a Baseline,
    year: &'a [Bill],
    price: Option<f64>,
}

/// The plan of a site.
pub fn plan(bills: &Bills, factors: &Factors, account: &Account, baseline: &Baseline) -> Vec<Line> {
    let year = bills.year();
    let price = price(year).map(Decimal::to_f64);
    let planner = Planner { bills, factors, account, baseline, year, price };
    let mut lines = planner.entries();
    lines.extend(planner.main_meter());
    lines.extend(planner.reactive());
    lines.extend(planner.submeter());
    lines.extend(planner.fuels());
    lines.sort_by_key(|line| (!line.what.is_free(), Reverse(line.worth.most())));
    lines
}

fn money(amount: f64) -> Option<Money> {
    Decimal::from_f64(amount, 3).map(|figure| Money::from_thousandths(figure.units()))
}

/// Between two shares of an amount of money.
fn between(amount: f64, [least, most]: [f64; 2]) -> Worth {
    match (money(amount * least), money(amount * most)) {
        (Some(least), Some(most)) => Worth::Between(least, most),
        _ => Worth::Unknown,
    }
}

impl Planner<'_> {
    /// What papers tell that are there already.
    fn entries(&self) -> Vec<Line> {
        let account = self.account;
        let no_output = account.output.months == 0;
        let lacks = !(self.baseline.is_long_enough() && self.baseline.lacking.is_empty());
        let no_fuel_cost = account.fuel_cost.months == 0 && !self.bills.burnt.is_empty();
        let entries = [
            (What::Output, no_output),
            (What::Months, lacks && !no_output),
            (What::Cost, account.cost.months < self.bills.bills.len()),
            (What::Kvarh, account.kvarh.months == 0),
            (What::FuelCost, no_fuel_cost),
        ];
        let (worth, confidence) = (Worth::Unlocks, Confidence::High);
        let wanted = entries.into_iter().filter(|(_, is_wanted)| *is_wanted);
        wanted.map(|(what, _)| Line { what, worth, confidence }).collect()
    }

    /// A large base load, or none that the bills can show.
    fn main_meter(&self) -> Option<Line> {
        let what = What::MainMeter;
        let Some(model) = self.baseline.valid() else {
            return Some(Line { what, worth: Worth::Unknown, confidence: Confidence::Low });
        };
        let (base, share) = (model.base()?, model.base_share()?);
        if share < self.factors.plan.base_load_share {
            return None;
        }
        let months = self.year.iter().filter(|bill| bill.kwh.is_some()).count() as f64;
        let saving = self.factors.plan.base_load_saving;
        let worth = self.price.map(|price| between(base * months * price, saving));
        let confidence = if is_sure(model) { Confidence::High } else { Confidence::Medium };
        Some(Line { what, worth: worth.unwrap_or(Worth::Unknown), confidence })
    }

    /// What the power factor cost.
    fn reactive(&self) -> Option<Line> {
        let months = &self.account.months;
        let year = months.get(months.len() - self.year.len()..).unwrap_or(&[]);
        let charged: Vec<&MonthAccount> = year.iter().filter(|month| month.is_charged()).collect();
        if charged.is_empty() {
            return None;
        }
        let paid: Option<Money> = charged.iter().map(|month| month.charge).sum();
        let is_proved = self.account.is_charge_proved;
        let (worth, confidence) = match paid {
            None => (Worth::Unknown, Confidence::Low),
            Some(paid) if is_proved => (Worth::Exactly(paid), Confidence::High),
            Some(paid) => (Worth::AtMost(paid), Confidence::Medium),
        };
        Some(Line { what: What::Reactive, worth, confidence })
    }

    /// Output that explains little.
    fn submeter(&self) -> Option<Line> {
        let model = self.baseline.model.as_ref().ok()?;
        let scatters = is_beyond(model, Criterion::R2, &RULES)
            || is_beyond(model, Criterion::CvRmse, &Rules::ASHRAE_14_MONTHLY);
        if !(self.baseline.is_long_enough() && scatters) {
            return None;
        }
        let since = self.bills.last().plus(-11);
        let above = self.baseline.above_the_line(since);
        let worth = above.zip(self.price).and_then(|(above, price)| money(above * price));
        let worth = worth.map_or(Worth::Unknown, Worth::AtMost);
        Some(Line { what: What::Submeter, worth, confidence: Confidence::Low })
    }

    /// Fuels that only a scale can tell, where they are much of the energy.
    fn fuels(&self) -> Vec<Line> {
        let least = self.factors.plan.fuel_share;
        let is_large = |fuel: &usize| {
            let weighed = self.factors.fuels.get(*fuel).is_some_and(|fuel| fuel.weigh);
            let carrier = self.account.carriers.iter().find(|row| row.fuel == Some(*fuel));
            let share = carrier.and_then(|carrier| self.account.oil_share(carrier));
            weighed && share.is_some_and(|share| share.to_f64() >= least)
        };
        let (worth, confidence) = self.fuel_worth();
        let large = self.bills.burnt.iter().copied().filter(is_large);
        large.map(|fuel| Line { what: What::Fuel(fuel), worth, confidence }).collect()
    }

    /// The money for fuels is one sum: only where one fuel was burnt is it that fuel's.
    fn fuel_worth(&self) -> (Worth, Confidence) {
        let paid: i128 = self.year.iter().filter_map(|bill| bill.fuel_cost).sum();
        if paid == 0 || self.bills.burnt.len() != 1 {
            return (Worth::Unknown, Confidence::Low);
        }
        let paid = Decimal::new(paid, 3).to_f64();
        (between(paid, self.factors.plan.fuel_saving), Confidence::Medium)
    }
}

/// A base load that is hardly chance, on a line with little scatter. The 5 % are this program's choice.
fn is_sure(model: &Model) -> bool {
    model.intercept.p < 0.05 && !is_beyond(model, Criterion::CvRmse, &Rules::ASHRAE_14_MONTHLY)
}

/// Whether a model's R² is below, or its CV(RMSE) above, the limit of a rule set.
fn is_beyond(model: &Model, criterion: Criterion, rules: &Rules<'_>) -> bool {
    let limit = limit(rules, criterion);
    match criterion {
        Criterion::R2 => limit.is_some_and(|limit| model.panel.r2 < limit),
        _ => limit.zip(model.panel.cv_rmse).is_some_and(|(limit, cv)| cv > limit),
    }
}
