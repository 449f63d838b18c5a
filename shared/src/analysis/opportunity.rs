//! What could be saved, found in measured data and ranked by money.
//!
//! No rule of thumb is taken: every figure comes from the site's own intervals, states and prices, and
//! what is assumed has a name in [`Assumptions`]. Figures of a year are those of the measured time,
//! scaled to 365 days.
//!
//! # Overlaps
//! Nothing is counted twice, so that savings add up:
//! - a stop no longer than the machine's limit is a *minor stop*; of longer idle stretches the part beyond
//!   the grace is the machine's *idle* energy, by day and by night;
//! - *night load* is what is left of the main meter outside shifts when idle energy of machines and loaded
//!   energy of compressors there are taken off;
//! - only *running* energy can be *shifted*, and never a compressor's: it follows the others;
//! - of a machine that holds other machines only the parts count.

mod leaks;
mod machines;
mod meter;
mod missing;
mod nights;
mod shift;
#[cfg(test)]
mod tests;

use alloc::vec::Vec;
use core::cmp::Reverse;

use crate::decimal::{Decimal, div_round};
use crate::energy::BandUsage;
use crate::finding::REPORTABLE_COVERAGE;
use crate::indicator::{Indicator, Name};
use crate::interval::Interval;
use crate::production::compressor::LeakTest;
use crate::production::state::StateSpan;
use crate::series::Series;
use crate::site::{AssetId, Band, Site, Tariff};
use crate::time::{Date, Instant, Period, Span};
use crate::units::{Carbon, Energy, Money, Power};
use crate::usage::share;

/// Least measured time from which a year is scaled: one day. Our choice.
pub const LEAST_MEASURED: Span = Span::DAY;
/// Measured time from which a figure counts as measured and not estimated: four weeks. Our choice.
pub const WELL_MEASURED: Span = Span::from_minutes(28 * 24 * 60);
/// A year.
const YEAR: Span = Span::from_minutes(365 * 24 * 60);
/// Unmetered share from which another meter is worth its price: a tenth. Our choice.
pub const UNMETERED_LIMIT: Decimal = Decimal::new(1, 1);

/// What an opportunity consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A machine that idles for longer than the grace.
    Idle,
    /// Load outside shifts, above the site's own quietest nights.
    NightLoad,
    /// Running energy in the dearest band, of machines that run in cheaper ones too.
    PeakShift,
    /// A power factor that is charged for.
    PowerFactor,
    /// Compressed air that leaks.
    Leaks,
    /// Short stops.
    MinorStops,
    /// Too much that no sub-meter sees.
    Unmetered,
    /// Demand above the contracted or registered one.
    Demand,
    /// What cannot be judged yet.
    Missing,
}

impl Kind {
    /// The stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::NightLoad => "night_load",
            Self::PeakShift => "peak_shift",
            Self::PowerFactor => "power_factor",
            Self::Leaks => "leaks",
            Self::MinorStops => "minor_stops",
            Self::Unmetered => "unmetered",
            Self::Demand => "demand",
            Self::Missing => "missing",
        }
    }
}

/// How sure the saving is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// Measured over at least four weeks, nearly without gaps.
    Measured,
    /// From measured data that are few, or do not tell all of it.
    Estimated,
    /// Depends on an assumption that the reader can change.
    Assumed,
}

/// What is taken for granted; every one can be changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Assumptions {
    /// How long a machine may idle before it should be switched off.
    pub grace: Span,
    /// The share of running energy in the dearest band that could move.
    pub movable: Decimal,
    /// The power factor that capacitors should reach.
    pub wanted_factor: f64,
}

impl Default for Assumptions {
    /// Five minutes, a half, and 0.95.
    fn default() -> Self {
        let (grace, movable) = (Span::from_minutes(5), Decimal::new(5, 1));
        Self { grace, movable, wanted_factor: 0.95 }
    }
}

/// Something that could be saved, with what shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct Opportunity<'a> {
    /// What kind.
    pub kind: Kind,
    /// Of which asset; `None` for the whole site.
    pub asset: Option<AssetId>,
    /// Energy of a year; `None` where none is saved, or nobody knows.
    pub energy_a_year: Option<Energy>,
    /// Money of a year, with tax but for reactive charges; `None` where no price is known.
    pub money_a_year: Option<Money>,
    /// Greenhouse gas of a year; `None` where the site states no factor.
    pub emission_a_year: Option<Carbon>,
    /// How sure that is.
    pub confidence: Confidence,
    /// The measured time behind it.
    pub measured: Span,
    /// The same as a share of the period.
    pub coverage: Decimal,
    /// The numbers that show it.
    pub evidence: Evidence<'a>,
}

/// The numbers behind an opportunity.
#[derive(Debug, Clone, PartialEq)]
pub enum Evidence<'a> {
    /// Of [`Kind::Idle`] and [`Kind::MinorStops`].
    Stops(Stops),
    /// Of [`Kind::NightLoad`].
    Nights(Nights),
    /// Of [`Kind::PeakShift`].
    Bands(Bands<'a>),
    /// Of [`Kind::PowerFactor`].
    Factor(Factor),
    /// Of [`Kind::Leaks`].
    Leaks(Leaks),
    /// Of [`Kind::Unmetered`]: the share, and the main meter's energy in the period.
    Unmetered(Decimal, Option<Energy>),
    /// Of [`Kind::Demand`].
    Demand(Demand),
    /// Of [`Kind::Missing`]: what is missing, and of which assets.
    Missing(Missing, Vec<AssetId>),
}

/// Idle or short stops of a machine in the period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stops {
    /// What was used in them; of idle stretches beyond the grace.
    pub energy: Energy,
    /// How long that took.
    pub time: Span,
    /// How often.
    pub count: u32,
    /// The part outside shifts.
    pub closed: Energy,
    /// By local hour of the day.
    pub by_hour: [Energy; 24],
}

/// One night: from noon to noon, outside shifts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Night {
    /// The day on which it begins.
    pub date: Date,
    /// Mean power, without what counts under machines; `None` where less than 95 % was measured.
    pub power: Option<Power>,
}

/// Load outside shifts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nights {
    /// All nights of the period, oldest first.
    pub nights: Vec<Night>,
    /// Mean power of the night at the lowest tenth.
    pub base: Power,
    /// Energy above it in the period.
    pub excess: Energy,
    /// Energy of the same nights that counts under machines instead.
    pub under_machines: Energy,
}

/// Running energy of a tariff band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandShare<'a> {
    /// The band's name.
    pub name: &'a str,
    /// Thousandths of the currency for one kWh, before tax.
    pub price_thousandths: i64,
    /// What the machines used in it while running.
    pub energy: Energy,
}

/// What machines use in which band.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bands<'a> {
    /// The dearest first.
    pub bands: Vec<BandShare<'a>>,
    /// What a kWh costs them on average outside the dearest band, in thousandths, before tax.
    pub cheaper_thousandths: i64,
    /// The share that could move.
    pub movable: Decimal,
    /// The document of the tariff.
    pub source: &'a str,
    /// Energy in the dearest band by machine, the largest first.
    pub machines: Vec<(AssetId, Energy)>,
}

/// Whether reactive power is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Charged {
    /// By the registered demand, or three months running.
    Yes,
    /// Demand reaches the limit, in fewer than three months of record.
    Perhaps,
    /// Demand is below the limit.
    No,
    /// The site states no rule.
    NoRule,
}

/// What is known of the power factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// cos φ of the period.
    pub factor: Decimal,
    /// kvar that lift it to the wanted one at the mean load of working hours.
    pub kvar_mean: Option<Decimal>,
    /// kvar that do at peak load: the size of a bank that switches by itself.
    pub kvar_peak: Option<Decimal>,
    /// Whether it is charged for.
    pub charged: Charged,
    /// cos φ by day.
    pub days: Vec<(Date, Option<Decimal>)>,
}

/// What a compressor does while nothing else runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaks {
    /// Loaded and unloaded time.
    pub test: LeakTest,
    /// Mean power under load.
    pub loaded: Power,
    /// Time under pressure in the period.
    pub under_pressure: Span,
    /// The test by local hour of the day.
    pub by_hour: [LeakTest; 24],
}

/// Demand against what was contracted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demand {
    /// The contracted or registered demand.
    pub limit: Power,
    /// The largest quarter of an hour.
    pub peak: Power,
    /// When that begins.
    pub begins: Option<Instant>,
    /// The largest quarter of an hour of each day.
    pub days: Vec<(Date, Option<Power>)>,
}

/// What would be needed to see more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// A main meter.
    MainMeter,
    /// A tariff.
    Tariff,
    /// Shifts.
    Shifts,
    /// Meters below the main one.
    SubMeters,
    /// Meters of machines.
    MachineMeters,
    /// States of metered machines.
    MachineStates,
    /// A register of reactive energy.
    ReactiveMeter,
    /// A count of what is made.
    Output,
    /// A factor of greenhouse gas.
    EmissionFactor,
    /// Readings: less than 95 % was measured.
    Readings,
}

/// All opportunities of a site, the dearest first; those without a price after them.
///
/// # Units and shape
/// `figures`: what [`evaluate()`](crate::evaluate()) gives for the same site and period.
/// # Missing data
/// Only measured intervals count. Less than a day of them gives no figure of a year: nothing is said then.
/// What cannot be judged is listed as [`Kind::Missing`].
#[must_use]
pub fn find<'a, S: Series>(
    site: &Site<'a>,
    series: &S,
    period: Period,
    figures: &[Indicator<'_>],
    assumed: &Assumptions,
) -> Vec<Opportunity<'a>> {
    let place = site.tariffs.iter().rposition(|tariff| tariff.since < period.to);
    let (tariffs, bands) = in_force(site, place);
    let mut priced: Site<'_> = *site;
    priced.tariffs = &tariffs;
    priced.bands = &bands;
    let search = Search { site, priced, tariff: place, series, period, figures, assumed };
    let mut found = search.all();
    found.sort_by_key(|one| {
        (Reverse(one.money_a_year), Reverse(one.energy_a_year), one.kind, one.asset)
    });
    found
}

/// The tariff in force at the end of the period, as though it had always been: what a year ahead costs.
fn in_force<'a>(site: &Site<'a>, place: Option<usize>) -> (Vec<Tariff<'a>>, Vec<Band<'a>>) {
    let tariff = place.and_then(|place| site.tariffs.get(place));
    let tariffs = tariff.map(|tariff| Tariff { since: Instant::MIN, ..*tariff });
    let number = place.and_then(|place| u16::try_from(place).ok());
    let bands = site.bands.iter().filter(|band| Some(band.tariff) == number);
    (tariffs.into_iter().collect(), bands.map(|band| Band { tariff: 0, ..*band }).collect())
}

/// What all savings add up to, as far as each is known.
#[must_use]
pub fn total(found: &[Opportunity<'_>]) -> (Energy, Money, Carbon) {
    let energy = found.iter().filter_map(|one| one.energy_a_year).sum();
    let money = found.iter().filter_map(|one| one.money_a_year).sum();
    let emission = found.iter().filter_map(|one| one.emission_a_year).sum();
    (energy, money, emission)
}

/// What every kind of opportunity is looked for in.
struct Search<'s, 'a, S> {
    site: &'s Site<'a>,
    /// The same with the one tariff that is in force.
    priced: Site<'s>,
    /// Its place in the site's list.
    tariff: Option<usize>,
    series: &'s S,
    period: Period,
    figures: &'s [Indicator<'s>],
    assumed: &'s Assumptions,
}

impl<'a, S: Series> Search<'_, 'a, S> {
    fn all(&self) -> Vec<Opportunity<'a>> {
        let mut closed = nights::ClosedTime::of(self.site, self.period);
        let machines = self.machines(&mut closed);
        let meter = self.main_meter(&mut closed);
        let mut found: Vec<Opportunity<'a>> = Vec::new();
        for machine in &machines.rows {
            found.extend(self.idle(machine));
            found.extend(self.minor_stops(machine));
            found.extend(self.leaks(machine, &machines));
        }
        found.extend(self.peak_shift(&machines));
        found.extend(meter.as_ref().and_then(|meter| self.night_load(&closed, meter)));
        found.extend(meter.as_ref().and_then(|meter| self.power_factor(&closed, meter)));
        found.extend(meter.as_ref().and_then(|meter| self.demand(meter)));
        found.extend(self.unmetered());
        found.extend(self.missing());
        found
    }

    /// A figure of the period.
    fn figure(&self, name: Name, asset: &str) -> Option<&Indicator<'_>> {
        self.figures.iter().find(|figure| {
            let same = figure.name == name && figure.part.is_none();
            same && figure.asset.unwrap_or("") == asset
        })
    }

    fn main_id(&self) -> &'a str {
        self.site.main.and_then(|main| self.site.asset(main)).map_or("", |asset| asset.id)
    }

    /// What energy in its bands costs with tax; `None` without a tariff.
    fn money(&self, bands: &BandUsage) -> Option<Money> {
        (!self.priced.bands.is_empty()).then(|| bands.cost(&self.priced).1)
    }

    /// What energy would cost at the mean price of other energy.
    fn money_at(&self, energy: Energy, other: Energy, bands: &BandUsage) -> Option<Money> {
        let price = self.money(bands)?.thousandths().checked_mul(1_000_000)?;
        let whole = other.milliwatt_hours();
        let price = (whole > 0).then(|| Money::from_thousandths(div_round(price, whole)))?;
        Some(crate::production::losses::cost_of(energy, price))
    }

    /// Greenhouse gas of electricity, by the latest factor that the site states for it.
    fn emission(&self, energy: Energy) -> Option<Carbon> {
        let day = self.site.zone_rules().local(self.period.to).date;
        let rows = self.site.facts.factors.iter();
        let rows = rows.filter(|row| (row.fuel, row.unit) == ("electricity", "kWh"));
        let given = rows.filter(|row| row.since <= day).filter_map(|row| row.fossil.zip(Some(row)));
        let (one, _) = given.max_by_key(|(_, row)| row.since)?;
        let product = energy.milliwatt_hours().checked_mul(one.milligrams())?;
        Some(Carbon::from_milligrams(div_round(product, 1_000_000)))
    }

    /// An opportunity whose energy and money were found in some measured time.
    fn saving(
        &self,
        kind: Kind,
        asset: Option<AssetId>,
        measured: Span,
        saved: (Option<Energy>, Option<Money>),
        evidence: Evidence<'a>,
    ) -> Option<Opportunity<'a>> {
        if measured < LEAST_MEASURED {
            return None;
        }
        let energy = saved.0.map(|sum| a_year(sum.milliwatt_hours(), measured));
        let energy_a_year = energy.map(Energy::from_milliwatt_hours);
        let money = saved.1.map(|sum| a_year(sum.thousandths(), measured));
        let coverage = share(measured, self.period.span());
        let is_whole = coverage.units() >= REPORTABLE_COVERAGE.units() * 10_000;
        let is_measured = is_whole && measured >= WELL_MEASURED;
        Some(Opportunity {
            kind,
            asset,
            energy_a_year,
            money_a_year: money.map(Money::from_thousandths),
            emission_a_year: energy_a_year.and_then(|energy| self.emission(energy)),
            confidence: if is_measured { Confidence::Measured } else { Confidence::Estimated },
            measured,
            coverage,
            evidence,
        })
    }
}

/// What a year has of something, at the pace of some measured time.
fn a_year(sum: i128, measured: Span) -> i128 {
    let (year, measured) = (YEAR.milliseconds(), measured.milliseconds().max(1));
    div_round(sum.saturating_mul(year.into()), measured.into())
}

/// Energy of a power that holds for a time.
fn energy_of(power: Power, time: Span) -> Energy {
    let product = power.milliwatts().saturating_mul(time.milliseconds().into());
    Energy::from_milliwatt_hours(div_round(product, crate::time::MILLISECONDS_AN_HOUR))
}

/// Hands over each part of an interval that falls into one of successive stretches, with its place.
fn each_within<T>(
    rows: &[T],
    period_of: impl Fn(&T) -> Period,
    intervals: impl Iterator<Item = Interval>,
    mut each: impl FnMut(usize, &Interval),
) {
    let period_at = |place: usize| rows.get(place).map(&period_of);
    let mut first = 0;
    for interval in intervals {
        while period_at(first).is_some_and(|period| period.to <= interval.period.from) {
            first += 1;
        }
        let mut place = first;
        while let Some(period) = period_at(place).filter(|one| one.from < interval.period.to) {
            interval.within(period).iter().for_each(|part| each(place, part));
            place += 1;
        }
    }
}

/// Hands over each part of successive stretches of state that falls into successive periods.
fn each_stretch(
    stretches: &[StateSpan],
    periods: &[Period],
    mut each: impl FnMut(&StateSpan, Period),
) {
    let mut first = 0;
    for stretch in stretches {
        let period_at = |place: usize| periods.get(place).copied();
        while period_at(first).is_some_and(|period| period.to <= stretch.period.from) {
            first += 1;
        }
        let mut place = first;
        while let Some(period) = period_at(place).filter(|one| one.from < stretch.period.to) {
            stretch.period.overlap(period).into_iter().for_each(|part| each(stretch, part));
            place += 1;
        }
    }
}
