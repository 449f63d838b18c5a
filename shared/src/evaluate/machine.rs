//! What a machine did with its planned time and its energy.

use super::{AssetView, intervals_within};
use crate::calendar::{Planned, PlannedCuts, Stops, planned_time};
use crate::decimal::Decimal;
use crate::event::{Event, EventKind};
use crate::finding::{Cause, Findings};
use crate::indicator::{Indicator, Name, Unit};
use crate::interval::Interval;
use crate::production::losses::{Loss, LossTally, MINOR_STOP};
use crate::production::sixteen::SixteenLoss;
use crate::production::state::{State, StateSpan, states};
use crate::production::{Convention, Failures, MachineTime, Stretches, Tally, TimeModel};
use crate::series::Series;
use crate::site::Quantity;
use crate::time::{Instant, Period, Span};
use crate::units::{Amount, Energy};
use crate::usage::{Usage, coverage_findings, share};

impl<'a, S: Series> AssetView<'a, S> {
    fn planned(&self) -> Planned<'a> {
        let until = Period::new(Instant::MIN, self.period.to);
        let stops = Stops::of(self.asset.id, self.series.events(until), self.period);
        Planned::new(self.site.zone_rules(), self.site.shifts, self.period).without(stops)
    }

    pub(super) fn machine(&self, each: &mut impl FnMut(Indicator<'a>)) {
        if !self.asset.machine || !self.has_states() {
            return;
        }
        let planned = planned_time(self.planned());
        let time = self.machine_time();
        let coverage = share(time.known(), planned);
        let findings = if planned == Span::ZERO {
            Findings::disqualified(Cause::NothingToDivideBy)
        } else if time.known() == Span::ZERO {
            Findings::disqualified(Cause::NoData)
        } else {
            coverage_findings(coverage)
        };
        let known = time.known() > Span::ZERO;
        let hours = self.figure(Name::PlannedTime, Unit::Hour);
        let whole = Decimal::new(1_000_000, 6);
        each(Indicator { value: Some(planned.hours()), coverage: whole, ..hours });
        for state in State::ALL {
            each(Indicator {
                name: Name::StateTime,
                part: Some(state.name()),
                value: known.then(|| time.of(state).hours()),
                coverage,
                findings,
                ..hours
            });
        }
        let availability = self.figure(Name::Availability, Unit::One);
        let availability =
            Indicator { value: time.availability(), coverage, findings, ..availability };
        each(availability);
        self.effectiveness(&time, &availability, each);
        self.losses(&availability, each);
        self.energy_by_state(each);
    }

    fn has_states(&self) -> bool {
        states(&self.site, self.series, self.id, Period::new(self.period.from, self.period.from))
            .is_some()
    }

    fn machine_time(&self) -> MachineTime {
        let mut time = MachineTime::default();
        let mut cuts = PlannedCuts::new(self.planned());
        for stretch in self.stretches() {
            let Some(period) = stretch.period.overlap(self.period) else {
                continue;
            };
            cuts.cut(period, |part| time.fold(stretch.state, part.span()));
        }
        time
    }

    /// Its states as whole stretches, in time order.
    fn stretches(&self) -> impl Iterator<Item = StateSpan> + use<'a, S> {
        let spans = states(&self.site, self.series, self.id, self.period);
        let dwell = self.asset.dwell;
        spans.into_iter().flat_map(move |spans| Stretches::new(spans, dwell))
    }

    /// Product counted within planned time, and the time over which it was counted.
    fn counted(&self, quantity: Quantity) -> Option<(Amount, Usage)> {
        let channel = self.site.channel_of(self.id, quantity)?;
        let mut usage = Usage::default();
        let mut cuts = PlannedCuts::new(self.planned());
        for interval in intervals_within(&self.site, self.series, channel, self.period) {
            cuts.cut(interval.period, |part| {
                interval.within(part).iter().for_each(|part| usage.fold(part));
            });
        }
        Some((Amount::from_thousandths(usage.total().unwrap_or(0)), usage))
    }

    fn effectiveness(
        &self,
        time: &MachineTime,
        availability: &Indicator<'a>,
        each: &mut impl FnMut(Indicator<'a>),
    ) {
        let Some((good, counted)) = self.counted(Quantity::GoodCount) else {
            return;
        };
        let reject = self.counted(Quantity::RejectCount);
        let tally = Tally { good, reject: reject.map_or(Amount::ZERO, |(reject, _)| reject) };
        let planned = planned_time(self.planned());
        let mut findings = availability.findings;
        findings.merge(&coverage_findings(share(counted.measured_time(), planned)));
        let cycle = self.asset.ideal_cycle;
        let known = counted.total().is_some();
        let model = TimeModel::of(time, planned, self.period.span());
        let judged = |figure: Option<Decimal>| figure.filter(|_| reject.is_some());
        let figures = [
            (Name::Performance, tally.performance(cycle, time)),
            (Name::Quality, judged(tally.quality())),
            (Name::Oee, judged(tally.oee(cycle, time))),
            (Name::Nee, judged(model.nee(&tally, cycle))),
            (Name::Teep, judged(model.teep(&tally, cycle))),
        ];
        for (name, value) in figures {
            let value = value.filter(|_| known);
            let mut findings = findings;
            if value.is_none() {
                findings = Findings::disqualified(self.why_unknown(name, known, reject.is_some()));
            } else if value.is_some_and(|value| value.units() > 1_000_000) {
                findings.warn(Cause::AboveOne, value);
            }
            each(Indicator { name, value, findings, ..*availability });
        }
    }

    fn why_unknown(&self, name: Name, counted: bool, rejects: bool) -> Cause {
        match name {
            _ if !counted => Cause::NoData,
            Name::Quality | Name::Oee | Name::Nee | Name::Teep if !rejects => Cause::NotMeasured,
            Name::Performance | Name::Oee | Name::Nee | Name::Teep
                if self.asset.ideal_cycle == Span::ZERO =>
            {
                Cause::NoIdealCycle
            }
            _ => Cause::NothingToDivideBy,
        }
    }

    /// Energy of the whole period by what the machine was doing, planned or not.
    fn energy_by_state(&self, each: &mut impl FnMut(Indicator<'a>)) {
        let mut sums = [Energy::ZERO; State::ALL.len()];
        let mut known = Span::ZERO;
        let metered = self.each_part(|stretch, part| {
            sums[stretch.state as usize] += Energy::from_milliwatt_hours(part.amount);
            known = known + part.period.span();
        });
        if metered {
            self.emit_states(&sums, known, each);
        }
    }

    /// Hands over each part of an energy interval that falls into one stretch; `false` when nothing
    /// meters the machine.
    fn each_part(&self, mut each: impl FnMut(&StateSpan, &Interval)) -> bool {
        let Some(channel) = self.site.channel_of(self.id, Quantity::ActiveEnergy) else {
            return false;
        };
        let mut stretches = self.stretches().peekable();
        for interval in intervals_within(&self.site, self.series, channel, self.period) {
            while stretches.next_if(|one| one.period.to <= interval.period.from).is_some() {}
            while let Some(stretch) = stretches.peek().copied() {
                if stretch.period.from >= interval.period.to {
                    break;
                }
                interval.within(stretch.period).iter().for_each(|part| each(&stretch, part));
                if stretch.period.to > interval.period.to {
                    break;
                }
                stretches.next();
            }
        }
        true
    }

    fn minor_stop(&self) -> Span {
        if self.asset.minor_stop > Span::ZERO { self.asset.minor_stop } else { MINOR_STOP }
    }

    fn loss_of(&self, stretch: &StateSpan) -> Option<Loss> {
        let loss = Loss::of(stretch.state, stretch.period.span(), self.minor_stop());
        match loss {
            Some(Loss::Unqualified) => self.explained(stretch).or(loss),
            known => known,
        }
    }

    /// The loss that people gave as the reason of a stop, the last word counting.
    fn explained(&self, stretch: &StateSpan) -> Option<Loss> {
        let until = Period::new(Instant::MIN, stretch.period.to);
        let concerns = |event: &Event<'_>| {
            let meets = event.until.unwrap_or(event.at) >= stretch.period.from;
            event.kind == EventKind::Stop && event.asset == self.asset.id && meets
        };
        let reasons = self.series.events(until).filter(concerns);
        reasons.filter_map(|event| SixteenLoss::named(event.product)?.of_six()).last()
    }

    /// Planned time and its energy by loss.
    fn loss_tally(&self) -> LossTally {
        let mut tally = LossTally::default();
        let mut cuts = PlannedCuts::new(self.planned());
        for stretch in self.stretches() {
            let Some(period) = stretch.period.overlap(self.period) else {
                continue;
            };
            let loss = self.loss_of(&stretch);
            let mut planned = Span::ZERO;
            cuts.cut(period, |part| planned = planned + part.span());
            tally.fold(loss, planned);
            loss.filter(|_| planned > Span::ZERO).iter().for_each(|loss| tally.count(*loss));
        }
        let mut cuts = PlannedCuts::new(self.planned());
        let mut last: Option<(StateSpan, Option<Loss>)> = None;
        self.each_part(|stretch, part| {
            let known = last.filter(|(known, _)| known == stretch);
            let (_, loss) =
                *last.insert(known.unwrap_or_else(|| (*stretch, self.loss_of(stretch))));
            cuts.cut(part.period, |planned| {
                part.within(planned).iter().for_each(|part| tally.fold_energy(loss, part));
            });
        });
        tally
    }

    fn losses(&self, time: &Indicator<'a>, each: &mut impl FnMut(Indicator<'a>)) {
        let tally = self.loss_tally();
        let good = self.counted(Quantity::GoodCount).map(|(good, _)| good);
        let reject = self.counted(Quantity::RejectCount).map(|(reject, _)| reject);
        let made = Tally { good: good.unwrap_or_default(), reject: reject.unwrap_or_default() };
        let account = tally.account(self.asset.ideal_cycle, &made, Amount::ZERO);
        // Without a count and a cycle, running time is not divided further.
        let divided = good.is_some() && self.asset.ideal_cycle > Span::ZERO;
        let hours = Indicator { unit: Unit::Hour, ..*time };
        let energy = Indicator { unit: Unit::KilowattHour, ..*time };
        let known = time.value.is_some();
        for loss in Loss::ALL {
            let is_whole = divided || !loss.happens_running();
            let stopped = tally.stopped(loss);
            if !is_whole && stopped <= Span::ZERO {
                continue;
            }
            let part = Some(loss.name());
            let value = known.then(|| if is_whole { account.of(loss) } else { stopped.hours() });
            each(Indicator { name: Name::LossTime, part, value, ..hours });
            let energy_of =
                || if is_whole { account.energy_of(loss) } else { tally.stopped_energy(loss) };
            let value = known.then(|| energy_of().kwh());
            each(Indicator { name: Name::EnergyByLoss, part, value, ..energy });
        }
        if divided {
            let part = Some("good");
            let value = known.then(|| account.good_energy().kwh());
            each(Indicator { name: Name::EnergyByLoss, part, value, ..energy });
        }
        let limit = Some(self.minor_stop().hours());
        each(Indicator { name: Name::MinorStopLimit, value: limit, ..hours });
        self.reliability(&tally, &hours, each);
    }

    fn reliability(
        &self,
        tally: &LossTally,
        hours: &Indicator<'a>,
        each: &mut impl FnMut(Indicator<'a>),
    ) {
        let count = |count: u32| hours.value.map(|_| Decimal::new(count.into(), 0));
        let counts = [(Name::Failures, tally.failures()), (Name::MinorStops, tally.minor_stops())];
        for (name, number) in counts {
            each(Indicator { name, value: count(number), unit: Unit::One, ..*hours });
        }
        let failures = Failures {
            operating: tally.running() + tally.stopped(Loss::Setup),
            repair: tally.stopped(Loss::Breakdown),
            failures: tally.failures(),
        };
        let figures = [
            (Name::Mtbf, failures.mtbf(Convention::PerFailure)),
            (Name::Mttr, failures.mttr(Convention::PerFailure)),
        ];
        for (name, value) in figures {
            let findings = match value {
                None if hours.value.is_some() => Findings::disqualified(Cause::NoFailure),
                _ => hours.findings,
            };
            each(Indicator { name, value, findings, ..*hours });
        }
    }

    fn emit_states(
        &self,
        sums: &[Energy; State::ALL.len()],
        known: Span,
        each: &mut impl FnMut(Indicator<'a>),
    ) {
        let coverage = share(known, self.period.span());
        let findings = match known {
            Span::ZERO => Findings::disqualified(Cause::NoData),
            _ => coverage_findings(coverage),
        };
        for state in State::ALL {
            let value = (known > Span::ZERO).then(|| sums[state as usize].kwh());
            let figure = self.figure(Name::EnergyByState, Unit::KilowattHour);
            let part = Some(state.name());
            each(Indicator { part, value, coverage, findings, ..figure });
        }
    }
}
