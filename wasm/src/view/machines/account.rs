//! What one machine did in a period, folded once from its states, its meter and reports.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::iter::Peekable;

use super::reason::{Cause, Reason, Reported};
use super::saving::Idle;
use super::shop::{Shop, minor_stop};
use super::slot::{Slot, sum};
use super::strip::Strip;
use millwatt::calendar::{PlannedCuts, planned_time};
use millwatt::energy::TariffClock;
use millwatt::evaluate::intervals_within;
use millwatt::interval::Interval;
use millwatt::production::sixteen::SixteenLoss;
use millwatt::production::state::states;
use millwatt::production::{Failures, Loss, MachineTime, State, StateSpan, Stretches};
use millwatt::site::{Asset, AssetId, Quantity};
use millwatt::time::{Period, Span};
use millwatt::units::Energy;

/// How many of the longest unqualified stops are kept.
const LONGEST: usize = 12;

/// A stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop<'a> {
    /// From when to when the machine stood.
    pub period: Period,
    /// How much of that was planned work.
    pub planned: Span,
    /// What it used in that.
    pub energy: Energy,
    /// What people said.
    pub reason: Reason<'a>,
}

/// What one machine did in a period.
#[derive(Debug)]
pub(super) struct Account<'a> {
    /// Its number.
    pub id: AssetId,
    /// The machine.
    pub asset: &'a Asset<'a>,
    /// Planned time.
    pub planned: Span,
    /// Time of shifts that planned stops took out of it.
    pub shutdown: Span,
    /// Planned time in which it ran.
    pub running: Slot,
    /// Planned time in which it stood, by why.
    pub stops: BTreeMap<Cause<'a>, Slot>,
    /// The longest stops that are unqualified, the longest first.
    pub longest: Vec<Stop<'a>>,
    /// When it idled, planned or not.
    pub idle: Idle,
    /// Operation and failures by week or month.
    pub trend: Vec<(Period, Failures)>,
    /// Planned time by state, for each shift.
    pub shifts: Vec<MachineTime>,
    /// All time whose state is known.
    pub known: Span,
    /// Of that, the time whose energy is known.
    pub measured: Span,
    /// Whether a meter tells its energy.
    pub is_metered: bool,
    /// Its states along the window that is drawn.
    pub strip: Option<Strip>,
}

impl<'a> Account<'a> {
    /// Folds a machine; `None` when nothing tells its states.
    pub fn of(shop: &Shop<'a>, id: AssetId, mut strip: Option<Strip>) -> Option<Self> {
        let asset = shop.site.asset(id).filter(|asset| asset.machine)?;
        let spans = states(&shop.site, shop.archive, id, shop.period)?;
        let spans = spans.inspect(|span| strip.iter_mut().for_each(|strip| strip.fold(span)));
        let channel = shop.site.channel_of(id, Quantity::ActiveEnergy);
        let (site, archive, period) = (shop.site, shop.archive, shop.period);
        let intervals = channel
            .into_iter()
            .flat_map(move |channel| intervals_within(&site, archive, channel, period));
        let stretches = Stretches::new(spans, asset.dwell);
        let mut account = Self::folded(shop, id, asset, stretches, intervals);
        account.is_metered = channel.is_some();
        account.strip = strip;
        Some(account)
    }

    /// The account of stretches and intervals, both in time order.
    pub fn folded(
        shop: &Shop<'a>,
        id: AssetId,
        asset: &'a Asset<'a>,
        stretches: impl Iterator<Item = StateSpan>,
        intervals: impl Iterator<Item = Interval>,
    ) -> Self {
        let mut fold = Fold::new(shop, Self::empty(shop, id, asset), intervals.peekable());
        stretches.for_each(|stretch| fold.take(&stretch));
        let mut account = fold.account;
        account.settle();
        account
    }

    fn empty(shop: &Shop<'a>, id: AssetId, asset: &'a Asset<'a>) -> Self {
        let planned = planned_time(shop.planned(asset));
        Self {
            id,
            asset,
            planned,
            shutdown: planned_time(shop.open()) - planned,
            running: Slot::default(),
            stops: BTreeMap::new(),
            longest: Vec::new(),
            idle: Idle::default(),
            trend: shop.buckets.iter().map(|bucket| (*bucket, Failures::default())).collect(),
            shifts: vec![MachineTime::default(); shop.site.shifts.len()],
            known: Span::ZERO,
            measured: Span::ZERO,
            is_metered: true,
            strip: None,
        }
    }

    fn slot(&mut self, cause: Option<Cause<'a>>) -> &mut Slot {
        match cause {
            Some(cause) => self.stops.entry(cause).or_default(),
            None => &mut self.running,
        }
    }

    fn keep(&mut self, stop: Stop<'a>) {
        self.longest.push(stop);
        if self.longest.len() >= 16 * LONGEST {
            self.settle();
        }
    }

    fn settle(&mut self) {
        self.longest.sort_by_key(|stop| (Reverse(stop.planned), stop.period.from));
        self.longest.truncate(LONGEST);
    }

    /// Planned time of known state.
    pub fn all(&self) -> Slot {
        sum(self.stops.values().chain([&self.running]))
    }

    /// Planned time in which it stood for one of the big losses.
    pub fn stood(&self, loss: Loss) -> Slot {
        sum(self.stops.iter().filter(|(cause, _)| cause.loss == loss).map(|(_, slot)| slot))
    }

    /// Planned time in which it stood for one of the sixteen; `None` for what is unqualified.
    pub fn of_sixteen(&self, loss: Option<SixteenLoss>) -> Slot {
        sum(self.stops.iter().filter(|(cause, _)| cause.sixteen == loss).map(|(_, slot)| slot))
    }

    /// Operation, failures and repair of the whole period.
    pub fn failures(&self) -> Failures {
        let mut sum = Failures::default();
        self.trend.iter().for_each(|(_, part)| sum.merge(part));
        sum
    }
}

/// An account under way.
struct Fold<'f, 'a, I: Iterator<Item = Interval>> {
    shop: &'f Shop<'a>,
    account: Account<'a>,
    reported: Reported<'a>,
    minor_stop: Span,
    by_time: PlannedCuts<'a>,
    by_energy: PlannedCuts<'a>,
    by_shift: Vec<PlannedCuts<'a>>,
    bucket: usize,
    clock: TariffClock<'a>,
    intervals: Peekable<I>,
}

impl<'f, 'a, I: Iterator<Item = Interval>> Fold<'f, 'a, I> {
    fn new(shop: &'f Shop<'a>, account: Account<'a>, intervals: Peekable<I>) -> Self {
        let asset = account.asset;
        Self {
            shop,
            account,
            reported: Reported::of(asset.id, &shop.stops),
            minor_stop: minor_stop(asset),
            by_time: PlannedCuts::new(shop.planned(asset)),
            by_energy: PlannedCuts::new(shop.planned(asset)),
            by_shift: shop.planned_by_shift(asset).map(PlannedCuts::new).collect(),
            bucket: 0,
            clock: TariffClock::new(shop.site),
            intervals,
        }
    }

    fn take(&mut self, stretch: &StateSpan) {
        let Some(inside) = stretch.period.overlap(self.shop.period) else { return };
        let cause = self.reported.judge(stretch, self.minor_stop);
        self.account.known = self.account.known + inside.span();
        if stretch.state == State::Idle {
            self.account.idle.begin(stretch.period, inside);
        }
        let planned = self.spend_time(stretch.state, inside, cause);
        let energy = self.spend_energy(stretch, inside, cause);
        if let Some(cause) = cause.filter(|cause| cause.loss == Loss::Unqualified)
            && planned > Span::ZERO
        {
            let (period, reason) = (stretch.period, cause.reason);
            self.account.keep(Stop { period, planned, energy, reason });
        }
    }

    /// Books the planned time of a stretch; how much that is.
    fn spend_time(&mut self, state: State, inside: Period, cause: Option<Cause<'a>>) -> Span {
        let Self { account, by_time, by_shift, bucket, .. } = self;
        let loss = cause.map(|cause| cause.loss);
        let mut planned = Span::ZERO;
        by_time.cut(inside, |part| {
            planned = planned + part.span();
            book(&mut account.trend, bucket, loss, part);
        });
        for (cuts, time) in by_shift.iter_mut().zip(&mut account.shifts) {
            cuts.cut(inside, |part| time.fold(state, part.span()));
        }
        if planned == Span::ZERO {
            return planned;
        }
        if loss == Some(Loss::Breakdown)
            && let Some((_, sum)) = account.trend.get_mut(*bucket)
        {
            sum.failures = sum.failures.saturating_add(1);
        }
        let slot = account.slot(cause);
        slot.time = slot.time + planned;
        slot.count = slot.count.saturating_add(1);
        planned
    }

    /// Books what was used in a stretch; how much of that in planned time.
    fn spend_energy(
        &mut self,
        stretch: &StateSpan,
        inside: Period,
        cause: Option<Cause<'a>>,
    ) -> Energy {
        let Self { account, by_energy, clock, intervals, .. } = self;
        let mut used = Energy::ZERO;
        while let Some(interval) = intervals.peek().copied() {
            if interval.period.from >= inside.to {
                break;
            }
            if let Some(part) = interval.within(inside) {
                account.measured = account.measured + part.period.span();
                if stretch.state == State::Idle {
                    account.idle.add(stretch.period, &part, clock);
                }
                by_energy.cut(part.period, |planned| {
                    part.within(planned).iter().for_each(|part| {
                        used += Energy::from_milliwatt_hours(part.amount);
                        account.slot(cause).add(part, clock);
                    });
                });
            }
            if interval.period.to > inside.to {
                break;
            }
            intervals.next();
        }
        used
    }
}

/// Books a planned part of a stretch in the weeks or months that it meets, in time order.
fn book(trend: &mut [(Period, Failures)], place: &mut usize, loss: Option<Loss>, part: Period) {
    while trend.get(*place).is_some_and(|(bucket, _)| bucket.to <= part.from) {
        *place += 1;
    }
    for (bucket, sum) in trend.iter_mut().skip(*place) {
        let Some(shared) = bucket.overlap(part) else { break };
        match loss {
            None | Some(Loss::Setup) => sum.operating = sum.operating + shared.span(),
            Some(Loss::Breakdown) => sum.repair = sum.repair + shared.span(),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::hand::{account, load, period, stretch};
    use super::*;
    use State::{Down, Idle, Off, Running, Setup};

    fn minutes(span: Span) -> i64 {
        span.milliseconds() / 60_000
    }

    #[test]
    fn planned_time_is_parted_and_energy_with_it() {
        let stretches = [
            stretch(0, 30, Setup),
            stretch(30, 60, Running),
            stretch(60, 100, Down),
            stretch(100, 104, Idle),
            stretch(104, 400, Running),
            stretch(400, 500, Idle),
        ];
        let loads = [load(0, 400, 6_000), load(400, 480, 600)].concat();
        let account = account(&stretches, loads);
        let of = |loss| {
            let slot = account.stood(loss);
            (minutes(slot.time), slot.energy.kwh().to_string(), slot.count)
        };
        assert_eq!(of(Loss::Setup), (30, "3".into(), 1));
        assert_eq!(of(Loss::Breakdown), (40, "4".into(), 1));
        assert_eq!(of(Loss::MinorStop), (4, "0.4".into(), 1));
        assert_eq!(of(Loss::Unqualified), (80, "0.8".into(), 1), "cut to the shift and the period");
        assert_eq!(minutes(account.all().time), 480);
        assert_eq!(account.all().energy.kwh().to_string(), "40.8");
        let failures = account.failures();
        assert_eq!((failures.failures, minutes(failures.repair)), (1, 40));
        assert_eq!(minutes(failures.operating), 30 + 30 + 296);
        assert_eq!(account.longest[0].period, period(400, 500));
        assert_eq!(account.longest[0].energy.kwh().to_string(), "0.8");
    }

    #[test]
    fn each_hour_has_its_own_price() {
        let account = account(&[stretch(30, 90, Idle)], load(30, 90, 6_000));
        // 3 kWh at 1,000 and 3 kWh in the peak hour at 3,000, with 10 % tax.
        let cost = account.idle.all.cost(&super::super::hand::site());
        assert_eq!(cost.map(|money| money.units().to_string()).as_deref(), Some("13200"));
        // Beyond ten minutes: 20 minutes before the peak, 30 within it.
        let beyond = &account.idle.beyond[2];
        assert_eq!(beyond.energy.kwh().to_string(), "5");
        let cost = beyond.cost(&super::super::hand::site());
        assert_eq!(cost.map(|money| money.units().to_string()).as_deref(), Some("12100"));
    }

    #[test]
    fn off_is_not_idle() {
        let account = account(&[stretch(0, 60, Off)], load(0, 60, 60));
        assert_eq!(account.idle.all.time, Span::ZERO);
        assert_eq!(minutes(account.stood(Loss::Unqualified).time), 60);
    }
}
