//! Shifts and products side by side: what was made, what was used for it, and how far days differ.

use std::collections::BTreeMap;

use super::account::Account;
use super::millionths;
use super::shop::Shop;
use crate::model::Day;
use millwatt::calendar::Planned;
use millwatt::evaluate::intervals_within;
use millwatt::event::{Event, EventKind};
use millwatt::interval::Interval;
use millwatt::numeric::StudentT;
use millwatt::production::{MachineTime, Tally};
use millwatt::reading::ChannelId;
use millwatt::site::Quantity;
use millwatt::time::{Date, Instant, Period, Span};
use millwatt::units::{Amount, Energy};
use millwatt::usage::Usage;
use millwatt::{Decimal, Series};

/// Fewest days from which a spread is told.
const FEWEST: usize = 3;
/// Probability of chance below which a difference counts as one.
const CHANCE: f64 = 0.05;
/// Least share of a day that must be measured.
const MEASURED: f64 = 0.95;

/// One occurrence of a shift.
#[derive(Debug, Clone)]
struct Turn {
    window: Period,
    energy: Usage,
    good: Usage,
    reject: Usage,
    reported: Option<Amount>,
}

impl Turn {
    const fn new(window: Period, empty: Usage) -> Self {
        Self { window, energy: empty, good: empty, reject: empty, reported: None }
    }

    fn made(&self) -> Option<Amount> {
        self.good.total().map(Amount::from_thousandths).or(self.reported)
    }
}

/// A shift over the period.
#[derive(Debug, Clone)]
pub(super) struct ShiftSum<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Planned time of all machines, by state.
    pub time: MachineTime,
    /// Overall effectiveness of the machine that counts the output.
    pub oee: Option<Decimal>,
    turns: Vec<Turn>,
}

impl ShiftSum<'_> {
    /// How often it was worked.
    pub fn count(&self) -> usize {
        self.turns.len()
    }

    /// What the main meter counted.
    pub fn energy(&self) -> Option<Energy> {
        all(self.turns.iter().map(|turn| turn.energy)).total().map(Energy::from_milliwatt_hours)
    }

    /// Good product.
    pub fn made(&self) -> Option<Amount> {
        let known: Vec<Amount> = self.turns.iter().filter_map(Turn::made).collect();
        (!known.is_empty()).then(|| known.into_iter().sum())
    }

    /// kWh for one unit of product, of each occurrence.
    pub fn ratios(&self) -> Vec<f64> {
        let ratio = |turn: &Turn| {
            let energy = Energy::from_milliwatt_hours(turn.energy.total()?);
            let is_measured = turn.energy.coverage(turn.window).to_f64() >= MEASURED;
            per_unit(energy, turn.made()?).filter(|_| is_measured).map(Decimal::to_f64)
        };
        self.turns.iter().filter_map(ratio).collect()
    }
}

fn all(parts: impl Iterator<Item = Usage>) -> Usage {
    parts.fold(Usage::default(), |mut sum, part| {
        sum.merge(&part);
        sum
    })
}

/// kWh for one unit of product; `None` where nothing was made.
pub(super) fn per_unit(energy: Energy, made: Amount) -> Option<Decimal> {
    // mWh by thousandths of a unit is Wh by unit; kWh is three places further.
    let wide = Decimal::quotient(energy.milliwatt_hours(), made.thousandths(), 6)?;
    (made > Amount::ZERO).then(|| Decimal::new(wide.units(), 9).rounded(6))
}

/// Every shift of the site, with what its machines did and what the site used and made in it.
pub(super) fn shifts<'a>(shop: &Shop<'a>, accounts: &[Account<'a>]) -> Vec<ShiftSum<'a>> {
    let zone = shop.site.zone_rules();
    let one_by_one = shop.site.shifts.chunks(1).enumerate();
    let mut sums: Vec<ShiftSum<'a>> = one_by_one
        .map(|(place, shift)| {
            let windows = Planned::new(zone, shift, shop.period);
            let turns = windows.map(|window| Turn::new(window, Usage::default())).collect();
            let name = shift.first().map_or("", |shift| shift.name);
            let mut time = MachineTime::default();
            let parts = accounts.iter().filter_map(|account| account.shifts.get(place));
            parts.for_each(|part| time.merge(part));
            ShiftSum { name, time, oee: None, turns }
        })
        .collect();
    let main = shop.site.main.and_then(|main| shop.site.channel_of(main, Quantity::ActiveEnergy));
    fold(shop, main, &mut sums, |turn, part| turn.energy.fold(part));
    count(shop, &mut sums);
    judge(shop, accounts, &mut sums);
    sums
}

/// Folds a channel into the occurrences of every shift.
fn fold(
    shop: &Shop<'_>,
    channel: Option<ChannelId>,
    sums: &mut [ShiftSum<'_>],
    book: impl Fn(&mut Turn, &Interval),
) {
    let Some(channel) = channel else { return };
    let mut places = vec![0; sums.len()];
    for interval in intervals_within(&shop.site, shop.archive, channel, shop.period) {
        for (sum, place) in sums.iter_mut().zip(&mut places) {
            while let Some(turn) = sum.turns.get_mut(*place) {
                if turn.window.from >= interval.period.to {
                    break;
                }
                interval.within(turn.window).iter().for_each(|part| book(turn, part));
                if turn.window.to > interval.period.to {
                    break;
                }
                *place += 1;
            }
        }
    }
}

/// Output by counter, or where nothing counts, as people reported it.
fn count(shop: &Shop<'_>, sums: &mut [ShiftSum<'_>]) {
    let of = |quantity| shop.site.output.and_then(|asset| shop.site.channel_of(asset, quantity));
    let counter = of(Quantity::GoodCount);
    fold(shop, counter, sums, |turn, part| turn.good.fold(part));
    fold(shop, of(Quantity::RejectCount), sums, |turn, part| turn.reject.fold(part));
    if counter.is_some() {
        return;
    }
    for event in shop.archive.events(shop.period).filter(|event| event.kind == EventKind::Output) {
        let turns = sums.iter_mut().flat_map(|sum| &mut sum.turns);
        let at = moment(&event);
        let mut meeting = turns.filter(|turn| (turn.window.from..turn.window.to).contains(&at));
        if let Some(turn) = meeting.next() {
            turn.reported = Some(turn.reported.unwrap_or_default() + event.amount());
        }
    }
}

/// The instant that says to which shift and day a report belongs: its last.
fn moment(event: &Event<'_>) -> Instant {
    event.until.map_or(event.at, |until| until - Span::from_milliseconds(1))
}

fn judge(shop: &Shop<'_>, accounts: &[Account<'_>], sums: &mut [ShiftSum<'_>]) {
    let Some(account) = accounts.iter().find(|account| shop.site.output == Some(account.id)) else {
        return;
    };
    let cycle = account.asset.ideal_cycle;
    for (sum, time) in sums.iter_mut().zip(&account.shifts) {
        let good = all(sum.turns.iter().map(|turn| turn.good)).total();
        let reject = all(sum.turns.iter().map(|turn| turn.reject)).total();
        sum.oee = good.zip(reject).and_then(|(good, reject)| {
            let amount = Amount::from_thousandths;
            Tally { good: amount(good), reject: amount(reject) }.oee(cycle, time)
        });
    }
}

/// A product over the days on which nothing else was made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ProductSum<'a> {
    /// What people call it.
    pub name: &'a str,
    /// In what it is counted.
    pub unit: &'a str,
    /// All that was reported.
    pub made: Amount,
    /// What was made on days of its own, and what the site used on them.
    pub alone: (Amount, Energy),
    /// kWh for one unit on each of those days.
    pub ratios: Vec<f64>,
    /// Days that it shared with others, whose energy cannot be told apart.
    pub shared_days: usize,
}

/// Products as reported, the most made first. The energy of a day is a product's own where no other
/// was reported on it.
pub(super) fn products<'a>(shop: &Shop<'a>, days: &[Day]) -> Vec<ProductSum<'a>> {
    let zone = shop.site.zone_rules();
    let mut by_day: BTreeMap<Date, BTreeMap<(&'a str, &'a str), Amount>> = BTreeMap::new();
    for event in shop.archive.events(shop.period) {
        if event.kind == EventKind::Output && !event.product.is_empty() {
            let day = by_day.entry(zone.local(moment(&event)).date).or_default();
            let sum = day.entry((event.product, event.unit)).or_default();
            *sum += event.amount();
        }
    }
    let mut sums: BTreeMap<(&'a str, &'a str), ProductSum<'a>> = BTreeMap::new();
    for (date, made) in &by_day {
        let energy = days.iter().find(|day| day.date == *date).and_then(measured);
        for ((name, unit), amount) in made {
            let sum = sums.entry((*name, *unit)).or_insert_with(|| ProductSum::new(name, unit));
            sum.take(*amount, energy.filter(|_| made.len() == 1), made.len() > 1);
        }
    }
    let mut sums: Vec<_> = sums.into_values().collect();
    sums.sort_by_key(|sum| std::cmp::Reverse(sum.made));
    sums
}

fn measured(day: &Day) -> Option<Energy> {
    let energy = day.energy.filter(|_| day.coverage.to_f64() >= MEASURED)?;
    Some(Energy::from_milliwatt_hours(millionths(energy)))
}

impl<'a> ProductSum<'a> {
    const fn new(name: &'a str, unit: &'a str) -> Self {
        let alone = (Amount::ZERO, Energy::ZERO);
        Self { name, unit, made: Amount::ZERO, alone, ratios: Vec::new(), shared_days: 0 }
    }

    fn take(&mut self, made: Amount, energy: Option<Energy>, is_shared: bool) {
        self.made += made;
        self.shared_days += usize::from(is_shared);
        let Some(energy) = energy else { return };
        self.alone = (self.alone.0 + made, self.alone.1 + energy);
        self.ratios.extend(per_unit(energy, made).map(Decimal::to_f64));
    }

    /// kWh for one unit on days of its own.
    pub fn per_unit(&self) -> Option<Decimal> {
        per_unit(self.alone.1, self.alone.0)
    }
}

/// What the days say of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// There are too few of them.
    TooFew,
    /// It may be chance.
    WithinSpread,
    /// It is more than chance.
    BeyondSpread,
}

/// Mean and variance of days; `None` for too few of them.
fn spread(days: &[f64]) -> Option<(f64, f64)> {
    let count = days.len() as f64;
    let mean = days.iter().sum::<f64>() / count;
    let squares: f64 = days.iter().map(|day| (day - mean).powi(2)).sum();
    (days.len() >= FEWEST).then(|| (mean, squares / (count - 1.0)))
}

/// The deviation of days around their mean; `None` for too few of them.
pub(super) fn deviation(days: &[f64]) -> Option<f64> {
    spread(days).map(|(_, variance)| variance.sqrt())
}

/// Whether two means of days differ by more than their spread lets expect: Welch's t, with the
/// degrees of freedom of the smaller one, which is the careful choice.
pub(super) fn difference(one: &[f64], other: &[f64]) -> Difference {
    let (Some(first), Some(second)) = (spread(one), spread(other)) else {
        return Difference::TooFew;
    };
    let error = (first.1 / one.len() as f64 + second.1 / other.len() as f64).sqrt();
    let freedom = u32::try_from(one.len().min(other.len()) - 1).unwrap_or(u32::MAX);
    let chance = StudentT::new(freedom).two_sided((first.0 - second.0) / error);
    if chance < CHANCE { Difference::BeyondSpread } else { Difference::WithinSpread }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_must_stand_out_of_the_days() {
        let (low, high) = ([0.60, 0.61, 0.62, 0.61], [0.70, 0.71, 0.69, 0.70]);
        assert_eq!(difference(&low, &high), Difference::BeyondSpread);
        let (wide, near) = ([0.50, 0.70, 0.55, 0.69], [0.60, 0.72, 0.58, 0.66]);
        assert_eq!(difference(&wide, &near), Difference::WithinSpread);
        assert_eq!(difference(&wide, &[0.6, 0.7]), Difference::TooFew);
        assert_eq!(
            difference(&[0.6; 3], &[0.6; 3]),
            Difference::WithinSpread,
            "no spread, no difference"
        );
    }

    #[test]
    fn energy_by_product_is_that_of_its_own_days() {
        let made = Amount::from_thousandths(500_000);
        let energy = Energy::from_milliwatt_hours(310_000_000);
        let mut tea = ProductSum::new("green-tea", "kg");
        tea.take(made, Some(energy), false);
        tea.take(made, None, true);
        assert_eq!((tea.made, tea.shared_days), (made + made, 1));
        assert_eq!(tea.per_unit().map(|kwh| kwh.to_string()).as_deref(), Some("0.62"));
        assert_eq!(per_unit(energy, Amount::ZERO), None);
    }
}
