//! Time outside shifts, night by night, and the load that need not be there.

use alloc::vec::Vec;

use super::meter::MeterDays;
use super::{Evidence, Kind, Night, Nights, Opportunity, Search, each_within, energy_of};
use crate::calendar::Planned;
use crate::energy::{BandUsage, TariffClock};
use crate::finding::REPORTABLE_COVERAGE;
use crate::interval::Interval;
use crate::series::Series;
use crate::site::Site;
use crate::time::{Date, Period, Span, Zone};
use crate::units::{Energy, Power};
use crate::usage::share;

/// Breaks between shifts that are shorter are no night: four hours. Our choice.
const SHORTEST: Span = Span::from_minutes(4 * 60);
/// Fewer measured nights say nothing of the quietest tenth. Our choice.
const LEAST_NIGHTS: usize = 7;
const NOON: u16 = 720;

/// A stretch outside shifts and the night that it belongs to.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    period: Period,
    night: usize,
}

/// What one night adds up to.
#[derive(Debug, Clone, Copy)]
struct NightSum {
    date: Date,
    length: Span,
    energy: Energy,
    measured: Span,
    /// What counts under machines.
    taken: Energy,
}

impl NightSum {
    /// What is left, and its mean power, of a night that was measured.
    fn rest(&self) -> Option<(Energy, Power)> {
        let coverage = share(self.measured, self.length);
        let is_measured = coverage.units() >= REPORTABLE_COVERAGE.units() * 10_000;
        let rest = (self.energy - self.taken).max(Energy::ZERO);
        is_measured.then_some(rest).zip(rest.mean_power(self.measured))
    }
}

/// All time of a period outside shifts.
#[derive(Debug)]
pub(super) struct ClosedTime {
    stretches: Vec<Stretch>,
    nights: Vec<NightSum>,
    bands: BandUsage,
}

impl ClosedTime {
    pub(super) fn of(site: &Site<'_>, period: Period) -> Self {
        let mut closed =
            Self { stretches: Vec::new(), nights: Vec::new(), bands: BandUsage::default() };
        if site.shifts.is_empty() {
            return closed;
        }
        let zone = site.zone_rules();
        let mut from = period.from;
        for planned in Planned::new(zone, site.shifts, period) {
            closed.add(Period::new(from, planned.from), zone);
            from = from.max(planned.to);
        }
        closed.add(Period::new(from, period.to), zone);
        closed
    }

    /// A stretch between two shifts, cut at every noon.
    fn add(&mut self, mut rest: Period, zone: Zone<'_>) {
        if rest.span() < SHORTEST {
            return;
        }
        while rest.from < rest.to {
            let date = zone.local(rest.from).date;
            let noon = zone.instant(date, NOON);
            let (night, end) = match rest.from < noon {
                true => (date.plus_days(-1), noon),
                false => (date, zone.instant(date.plus_days(1), NOON)),
            };
            let end = if end > rest.from { end.min(rest.to) } else { rest.to };
            self.push(Period::new(rest.from, end), night);
            rest.from = end;
        }
    }

    fn push(&mut self, period: Period, date: Date) {
        if self.nights.last().is_none_or(|night| night.date != date) {
            let (energy, taken) = (Energy::ZERO, Energy::ZERO);
            let (length, measured) = (Span::ZERO, Span::ZERO);
            self.nights.push(NightSum { date, length, energy, measured, taken });
        }
        let night = self.nights.len().saturating_sub(1);
        if let Some(last) = self.nights.last_mut() {
            last.length = last.length + period.span();
        }
        self.stretches.push(Stretch { period, night });
    }

    /// Takes what a machine answers for off its nights; gives how much of it lies outside shifts.
    pub(super) fn take(&mut self, part: &Interval) -> Energy {
        let from = part.period.from;
        let mut place = self.stretches.partition_point(|one| one.period.to <= from);
        let mut sum = Energy::ZERO;
        while let Some(stretch) = self.stretches.get(place) {
            if stretch.period.from >= part.period.to {
                break;
            }
            let inside = part.within(stretch.period).map_or(0, |inside| inside.amount);
            let energy = Energy::from_milliwatt_hours(inside);
            if let Some(night) = self.nights.get_mut(stretch.night) {
                night.taken += energy;
            }
            sum += energy;
            place += 1;
        }
        sum
    }

    /// What the main meter saw, in its measured intervals.
    pub(super) fn fold(
        &mut self,
        intervals: impl Iterator<Item = Interval>,
        mut clock: TariffClock<'_>,
    ) {
        let Self { stretches, nights, bands } = self;
        let stretches: &[Stretch] = stretches;
        each_within(
            stretches,
            |one| one.period,
            intervals,
            |place, part| {
                let Some(stretch) = stretches.get(place) else { return };
                let Some(night) = nights.get_mut(stretch.night) else { return };
                night.energy += Energy::from_milliwatt_hours(part.amount);
                night.measured = night.measured + part.period.span();
                bands.fold(part, &mut clock);
            },
        );
    }

    /// What was used and how long was measured.
    pub(super) fn sums(&self) -> (Energy, Span) {
        let energy = self.nights.iter().map(|night| night.energy).sum();
        (energy, self.nights.iter().map(|night| night.measured).sum())
    }

    /// The nights against the one at the lowest tenth, the nearest rank.
    fn loads(&self) -> Option<Nights> {
        let mut powers: Vec<Power> =
            self.nights.iter().filter_map(|night| Some(night.rest()?.1)).collect();
        if powers.len() < LEAST_NIGHTS {
            return None;
        }
        powers.sort_unstable();
        let base = *powers.get(powers.len().div_ceil(10) - 1)?;
        let above = |night: &NightSum| {
            let (rest, _) = night.rest()?;
            Some((rest - energy_of(base, night.measured)).max(Energy::ZERO))
        };
        let excess = self.nights.iter().filter_map(above).sum();
        let under_machines = self.nights.iter().map(|night| night.taken).sum();
        let shown = |night: &NightSum| {
            let power = night.rest().map(|(_, power)| power);
            Night { date: night.date, power }
        };
        let nights = self.nights.iter().map(shown).collect();
        Some(Nights { nights, base, excess, under_machines })
    }
}

impl<'a, S: Series> Search<'_, 'a, S> {
    pub(super) fn night_load(
        &self,
        closed: &ClosedTime,
        meter: &MeterDays,
    ) -> Option<Opportunity<'a>> {
        let loads = closed.loads().filter(|loads| loads.excess > Energy::ZERO)?;
        let (used, _) = closed.sums();
        let money = self.money_at(loads.excess, used, &closed.bands);
        let saved = (Some(loads.excess), money);
        let evidence = Evidence::Nights(loads);
        self.saving(Kind::NightLoad, None, meter.measured, saved, evidence)
    }
}
