//! What a reporting period used against what its baseline expects: saving, uncertainty, money, verdict.

use crate::decimal::{Decimal, div_round};
use crate::energy::enpi::{forecast, improvement};
use crate::energy::panel::Panel;
use crate::energy::tariff::{BandUsage, TariffClock};
use crate::energy::uncertainty::{Polynomial, Reported, Saving, saving};
use crate::reading::ChannelId;
use crate::series::Series;
use crate::site::Site;
use crate::time::{Every, Period, Span};
use crate::units::{Carbon, Energy, Money};

use super::model::CONFIDENCE;
use super::rows::{Role, Row, each_part};
use alloc::vec::Vec;

/// Milliseconds of a month: a twelfth of 365.25 days.
const A_MONTH: f64 = 2_629_800_000.0;

/// What may be said of a reporting period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A valid model, and a saving larger than its uncertainty.
    Verified,
    /// A valid model, and a difference within the uncertainty.
    NotProved,
    /// A valid model, and more used than expected by more than the uncertainty.
    Worse,
    /// No valid model, or no rows to hold against it: nothing may be claimed.
    NoClaim,
}

impl Verdict {
    /// The stable word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::NotProved => "not_proved",
            Self::Worse => "worse",
            Self::NoClaim => "no_claim",
        }
    }

    fn of(saving: Option<Saving>, may_claim: bool) -> Self {
        match saving.filter(|_| may_claim) {
            None => Self::NoClaim,
            Some(saved) if saved.is_proved() => Self::Verified,
            Some(saved) if saved.energy < -saved.band => Self::Worse,
            Some(_) => Self::NotProved,
        }
    }
}

/// What a kWh of the reporting period costs and emits, as sums over the rows that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// What its priced energy cost, with tax.
    pub cost: Money,
    /// The energy that a tariff prices.
    pub priced: Energy,
    /// Milligrams of fossil CO₂e of a kWh, each row by the grid's factor of its day; `None` where none is given.
    pub milligrams_a_kwh: Option<i128>,
}

impl Worth {
    /// What some energy costs at the mean price; `None` without a tariff.
    #[must_use]
    pub fn money(&self, energy: Energy) -> Option<Money> {
        let priced = self.priced.milliwatt_hours();
        let scaled = energy.milliwatt_hours().checked_mul(self.cost.thousandths())?;
        (priced > 0).then(|| Money::from_thousandths(div_round(scaled, priced)))
    }

    /// What some energy emits; `None` without a factor.
    #[must_use]
    pub fn carbon(&self, energy: Energy) -> Option<Carbon> {
        let scaled = energy.milliwatt_hours().checked_mul(self.milligrams_a_kwh?)?;
        Some(Carbon::from_milligrams(div_round(scaled, 1_000_000)))
    }
}

/// The account of a reporting period, over the rows that count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Account {
    /// How many rows count.
    pub rows: usize,
    /// How long they last together.
    pub span: Span,
    /// What they used.
    pub used: Energy,
    /// What the model expects of them, adjustments included.
    pub expected: Energy,
    /// What dated changes of the factory add to that.
    pub adjustment: Energy,
    /// Half the width of the band around the saving, at 90 %; `None` where too few rows are independent.
    pub band: Option<Energy>,
    /// The band over the saving's size: the fractional savings uncertainty.
    pub fraction: Option<Decimal>,
    /// Used over expected.
    pub senpi: Option<Decimal>,
    /// 1 − used over expected.
    pub improvement: Option<Decimal>,
    /// What a kWh costs and emits.
    pub worth: Worth,
    /// What may be said.
    pub verdict: Verdict,
}

impl Account {
    /// Expected less used: negative when more was used.
    #[must_use]
    pub fn saving(&self) -> Energy {
        self.expected - self.used
    }
}

/// The account of the rows that are held against a model; `None` where none counts.
pub(super) fn account(
    rows: &[Row],
    panel: &Panel,
    every: Every,
    worth: Worth,
    may_claim: bool,
) -> Option<Account> {
    let counting = || rows.iter().filter(|row| counts(row));
    let used: Energy = counting().filter_map(|row| row.used).sum();
    let expected: Energy = counting().filter_map(|row| row.expected).map(|one| one.energy).sum();
    let span: Span = counting().map(|row| row.period.span()).sum();
    let count = counting().count();
    if count == 0 {
        return None;
    }
    let kwh = |energy: Energy| energy.kwh().to_f64();
    let months = span.milliseconds() as f64 / A_MONTH;
    let reported = Reported { expected: kwh(expected), used: kwh(used), rows: count, months };
    let saved = saving(panel, &reported, &polynomial(every), CONFIDENCE);
    let senpi = forecast(kwh(used), kwh(expected));
    Some(Account {
        rows: count,
        span,
        used,
        expected,
        adjustment: counting().map(|row| row.adjustment).sum(),
        band: saved.and_then(|saved| Energy::from_kwh(saved.band)),
        fraction: saved.and_then(|saved| Decimal::from_f64(saved.fraction()?, 6)),
        senpi: senpi.and_then(|senpi| Decimal::from_f64(senpi, 6)),
        improvement: senpi.and_then(|senpi| Decimal::from_f64(improvement(senpi), 6)),
        worth,
        verdict: Verdict::of(saved, may_claim),
    })
}

/// Whether a row counts in the account.
pub(super) fn counts(row: &Row) -> bool {
    row.role == Role::Reporting && row.deviation().is_some()
}

/// The part of the savings formula that depends on how often rows come; for weeks there is none but the guideline's own
/// single factor.
const fn polynomial(every: Every) -> Polynomial<'static> {
    match every {
        Every::Day => Polynomial::DAILY,
        Every::Month => Polynomial::MONTHLY,
        Every::Week | Every::Year => Polynomial::CONSTANT,
    }
}

/// What a kWh of the rows that count cost and emitted.
pub(super) fn worth<S: Series>(
    site: &Site<'_>,
    series: &S,
    channel: ChannelId,
    rows: &[Row],
) -> Worth {
    let counting: Vec<Row> = rows.iter().filter(|row| counts(row)).copied().collect();
    let periods: Vec<Period> = counting.iter().map(|row| row.period).collect();
    let mut bands = BandUsage::default();
    if !site.tariffs.is_empty() {
        let mut clock = TariffClock::new(*site);
        each_part(site, series, channel, &periods, |_, part| bands.fold(part, &mut clock));
    }
    let used: Energy = counting.iter().filter_map(|row| row.used).sum();
    let (_, cost) = bands.cost(site);
    let has_tariff = !site.tariffs.is_empty();
    let priced = if has_tariff { used - bands.unpriced() } else { Energy::ZERO };
    Worth { cost, priced, milligrams_a_kwh: milligrams_a_kwh(site, &counting, used) }
}

/// The grid's factor, weighted by the use of each row.
fn milligrams_a_kwh(site: &Site<'_>, rows: &[Row], used: Energy) -> Option<i128> {
    let mut sum = 0_i128;
    for row in rows {
        let weight = row.used?.milliwatt_hours();
        sum = sum.checked_add(weight.checked_mul(grid_factor(site, row.period)?)?)?;
    }
    (used > Energy::ZERO).then(|| div_round(sum, used.milliwatt_hours()))
}

/// Milligrams of fossil CO₂e of a kWh on a row's first day: by the latest row that gives it and is not later.
fn grid_factor(site: &Site<'_>, period: Period) -> Option<i128> {
    let day = site.zone_rules().local(period.from).date;
    let grid =
        site.facts.factors.iter().filter(|row| (row.fuel, row.unit) == ("electricity", "kWh"));
    let known =
        grid.filter(|row| row.since <= day).filter_map(|row| Some((row.since, row.fossil?)));
    known.max_by_key(|(since, _)| *since).map(|(_, fossil)| fossil.milligrams())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_needs_a_valid_model_and_more_than_noise() {
        let of = |energy, band| Verdict::of(Some(Saving { energy, band }), true);
        assert_eq!(of(100.0, 40.0), Verdict::Verified);
        assert_eq!(of(30.0, 40.0), Verdict::NotProved);
        assert_eq!(of(-30.0, 40.0), Verdict::NotProved);
        assert_eq!(of(-50.0, 40.0), Verdict::Worse);
        let claimed = Some(Saving { energy: 100.0, band: 40.0 });
        assert_eq!(Verdict::of(claimed, false), Verdict::NoClaim);
        assert_eq!(Verdict::of(None, true), Verdict::NoClaim);
    }

    #[test]
    fn worth_is_by_the_mean_price_and_the_factor() {
        let kwh = |kwh: i128| Energy::from_milliwatt_hours(kwh * 1_000_000);
        let cost = Money::from_thousandths(300_000_000);
        let worth = Worth { cost, priced: kwh(150), milligrams_a_kwh: Some(659_200) };
        assert_eq!(worth.money(kwh(-10)), Some(Money::from_thousandths(-20_000_000)));
        assert_eq!(worth.carbon(kwh(1_000)).map(|mass| mass.tonnes().units()), Some(659_200_000));
        let unknown = Worth { cost, priced: Energy::ZERO, milligrams_a_kwh: None };
        assert_eq!((unknown.money(kwh(1)), unknown.carbon(kwh(1))), (None, None));
    }
}
