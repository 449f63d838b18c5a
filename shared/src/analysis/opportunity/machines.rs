//! What machines use while they idle, stand for a moment, and run.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::nights::ClosedTime;
use super::{Confidence, Evidence, Kind, Opportunity, Search, Stops, each_within};
use crate::calendar::{self, Planned, PlannedCuts};
use crate::energy::{BandUsage, TariffClock};
use crate::evaluate::intervals_within;
use crate::interval::Interval;
use crate::production::Stretches;
use crate::production::losses::MINOR_STOP;
use crate::production::state::{State, StateSpan, states};
use crate::series::Series;
use crate::site::{Asset, AssetId, Quantity};
use crate::time::{Instant, Period, Span, Zone};
use crate::units::Energy;

/// Words by which a compressor is known: a site file has no other sign of one.
const COMPRESSOR: [&str; 7] =
    ["compressor", "nén khí", "khí nén", "nen khi", "khi nen", "nen-khi", "nen_khi"];

/// Energy of one class of stretches.
#[derive(Debug, Default, Clone)]
pub(super) struct Part {
    pub bands: BandUsage,
    pub energy: Energy,
    pub time: Span,
    pub count: u32,
    closed: Energy,
    by_hour: [Energy; 24],
    /// The last stretch that was counted.
    last: Option<usize>,
}

impl Part {
    fn fold(&mut self, stretch: usize, part: &Interval, clock: &mut TariffClock<'_>) {
        self.bands.fold(part, clock);
        self.energy += Energy::from_milliwatt_hours(part.amount);
        self.time = self.time + part.period.span();
        if self.last != Some(stretch) {
            self.count = self.count.saturating_add(1);
            self.last = Some(stretch);
        }
    }

    /// The same, and at which hour of the day.
    fn fold_hour(
        &mut self,
        stretch: usize,
        part: &Interval,
        clock: &mut TariffClock<'_>,
        zone: Zone<'_>,
    ) {
        self.fold(stretch, part, clock);
        let hour = usize::from(zone.local(part.period.from).minute_of_day / 60);
        if let Some(slot) = self.by_hour.get_mut(hour) {
            *slot += Energy::from_milliwatt_hours(part.amount);
        }
    }

    fn stops(&self) -> Stops {
        let Self { energy, time, count, closed, by_hour, .. } = *self;
        Stops { energy, time, count, closed, by_hour }
    }
}

/// What one machine used for what.
#[derive(Debug)]
pub(super) struct MachineUse {
    pub id: AssetId,
    pub is_compressor: bool,
    /// Time whose state and energy are known.
    pub measured: Span,
    /// The part of it in which it was not off.
    pub on: Span,
    pub running: Box<Part>,
    idle: Box<Part>,
    minor: Box<Part>,
    /// Its states, of compressors alone.
    pub stretches: Vec<StateSpan>,
}

/// All machines that are metered and have states.
#[derive(Debug, Default)]
pub(super) struct Machines {
    pub rows: Vec<MachineUse>,
    /// When none of them but compressors ran or was being set up; empty where that is not known.
    pub quiet: Vec<Period>,
}

/// What a stretch counts to.
#[derive(Debug, Clone, Copy)]
enum Class {
    Running,
    MinorStop,
    /// Beyond the grace, from this instant on.
    Idle(Instant),
    Other,
}

impl<S: Series> Search<'_, '_, S> {
    pub(super) fn machines(&self, closed: &mut ClosedTime) -> Machines {
        let mut rows = Vec::new();
        let mut quiet: Option<Vec<Period>> = None;
        for (id, asset) in self.site.numbered_assets() {
            if !asset.machine || self.holds_machines(id) {
                continue;
            }
            let Some(stretches) = self.stretches(id, asset) else { continue };
            let is_compressor = is_compressor(asset);
            if !is_compressor {
                let still: Vec<Period> = still(&stretches);
                quiet = Some(quiet.map_or(still.clone(), |known| shared(&known, &still)));
            }
            rows.extend(self.machine_use(id, asset, stretches, closed));
        }
        Machines { rows, quiet: quiet.unwrap_or_default() }
    }

    /// Whether another metered machine is part of this one.
    fn holds_machines(&self, id: AssetId) -> bool {
        let site = self.site;
        let is_metered = |id| site.channel_of(id, Quantity::ActiveEnergy).is_some();
        let mut others = site
            .numbered_assets()
            .filter(|(other, asset)| *other != id && asset.machine && is_metered(*other));
        let above = |id: AssetId| site.asset(id).and_then(|asset| asset.parent);
        others.any(|(other, _)| {
            let parents = core::iter::successors(above(other), |id| above(*id));
            site.main == Some(id) || parents.take(site.assets.len()).any(|parent| parent == id)
        })
    }

    fn stretches(&self, id: AssetId, asset: &Asset<'_>) -> Option<Vec<StateSpan>> {
        let spans = states(self.site, self.series, id, self.period)?;
        Some(Stretches::new(spans, asset.dwell).collect())
    }

    fn class(&self, stretch: &StateSpan, limit: Span) -> Class {
        match stretch.state {
            State::Running => Class::Running,
            State::Idle | State::Down if stretch.period.span() <= limit => Class::MinorStop,
            State::Idle => Class::Idle(stretch.period.from + self.assumed.grace),
            State::Down | State::Setup | State::Off => Class::Other,
        }
    }

    fn machine_use(
        &self,
        id: AssetId,
        asset: &Asset<'_>,
        stretches: Vec<StateSpan>,
        closed: &mut ClosedTime,
    ) -> Option<MachineUse> {
        let channel = self.site.channel_of(id, Quantity::ActiveEnergy)?;
        let limit = if asset.minor_stop > Span::ZERO { asset.minor_stop } else { MINOR_STOP };
        let zone = self.site.zone_rules();
        let mut clock = TariffClock::new(self.priced);
        let mut planned = self.planned(asset.id);
        let (mut measured, mut on) = (Span::ZERO, Span::ZERO);
        let (mut idle, mut minor, mut running) = <(Box<Part>, Box<Part>, Box<Part>)>::default();
        let is_compressor = is_compressor(asset);
        let intervals = intervals_within(self.site, self.series, channel, self.period);
        let intervals = intervals.filter(|interval| interval.rule.is_measured());
        each_within(
            &stretches,
            |one| one.period,
            intervals,
            |place, part| {
                let Some(stretch) = stretches.get(place) else { return };
                measured = measured + part.period.span();
                if stretch.state != State::Off {
                    on = on + part.period.span();
                }
                match self.class(stretch, limit) {
                    Class::Running => {
                        running.fold(place, part, &mut clock);
                        if is_compressor {
                            closed.take(part);
                        }
                    }
                    Class::MinorStop => planned.cut(part, |part| {
                        minor.fold_hour(place, part, &mut clock, zone);
                    }),
                    Class::Idle(from) => {
                        if let Some(part) = part.within(Period::new(from, Instant::MAX)) {
                            idle.fold_hour(place, &part, &mut clock, zone);
                            idle.closed += closed.take(&part);
                        }
                    }
                    Class::Other => {}
                }
            },
        );
        let stretches = if is_compressor { stretches } else { Vec::new() };
        Some(MachineUse { id, is_compressor, measured, on, running, idle, minor, stretches })
    }

    /// Planned work of a machine; all time where the site states no shifts.
    fn planned(&self, asset: &str) -> PlannedParts<'_> {
        if self.site.shifts.is_empty() {
            return PlannedParts(None);
        }
        let until = Period::new(Instant::MIN, self.period.to);
        let stops = calendar::Stops::of(asset, self.series.events(until), self.period);
        let zone = self.site.zone_rules();
        let planned = Planned::new(zone, self.site.shifts, self.period).without(stops);
        PlannedParts(Some(PlannedCuts::new(planned)))
    }
}

/// The planned parts of intervals in time order.
struct PlannedParts<'s>(Option<PlannedCuts<'s>>);

impl PlannedParts<'_> {
    fn cut(&mut self, part: &Interval, mut each: impl FnMut(&Interval)) {
        match &mut self.0 {
            None => each(part),
            Some(cuts) => cuts.cut(part.period, |planned| {
                part.within(planned).iter().for_each(&mut each);
            }),
        }
    }
}

impl<'a, S: Series> Search<'_, 'a, S> {
    pub(super) fn idle(&self, machine: &MachineUse) -> Option<Opportunity<'a>> {
        let part = Some(&machine.idle).filter(|part| part.energy > Energy::ZERO)?;
        let saved = (Some(part.energy), self.money(&part.bands));
        let evidence = Evidence::Stops(part.stops());
        self.saving(Kind::Idle, Some(machine.id), machine.measured, saved, evidence)
    }

    /// All of it is the most that could be saved: a machine that never stops for a moment.
    pub(super) fn minor_stops(&self, machine: &MachineUse) -> Option<Opportunity<'a>> {
        let part = Some(&machine.minor).filter(|part| part.energy > Energy::ZERO)?;
        let saved = (Some(part.energy), self.money(&part.bands));
        let (id, evidence) = (Some(machine.id), Evidence::Stops(part.stops()));
        let found = self.saving(Kind::MinorStops, id, machine.measured, saved, evidence)?;
        Some(Opportunity { confidence: Confidence::Estimated, ..found })
    }
}

fn is_compressor(asset: &Asset<'_>) -> bool {
    let names = [asset.id, asset.name].map(str::to_lowercase);
    names.iter().any(|name| COMPRESSOR.iter().any(|word| name.contains(word)))
}

/// Stretches in which a machine is known to use nothing of what others supply.
fn still(stretches: &[StateSpan]) -> Vec<Period> {
    let is_still = |one: &&StateSpan| matches!(one.state, State::Off | State::Idle | State::Down);
    stretches.iter().filter(is_still).map(|one| one.period).collect()
}

/// What two lists of successive stretches share.
fn shared(one: &[Period], other: &[Period]) -> Vec<Period> {
    let (mut mine, mut theirs) = (one.iter().peekable(), other.iter().peekable());
    let mut both = Vec::new();
    while let (Some(left), Some(right)) = (mine.peek(), theirs.peek()) {
        both.extend(left.overlap(**right));
        if left.to <= right.to {
            mine.next();
        } else {
            theirs.next();
        }
    }
    both
}
