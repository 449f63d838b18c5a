//! What the page shows of a period, computed by the metric crate from the log's bytes.

use millwatt::archive::Archive;
use millwatt::evaluate::{intervals_within, usage_of};
use millwatt::interval::Interval;
use millwatt::production::state::{State, StateSpan, states};
use millwatt::reading::ChannelId;
use millwatt::site::{AssetId, Quantity, Site};
use millwatt::time::{Date, Every, Instant, Period, Span, Zone};
use millwatt::units::{Energy, Power};
use millwatt::{Decimal, Indicator, Name, evaluate};

/// Quarter-hours of a day.
pub const QUARTERS: usize = 96;
/// Coverage from which a day counts as measured in full; the last minute may still be under way.
pub const WHOLE: f64 = 0.999;
/// The longest period whose states are drawn from minute to minute.
const RIBBON_DAYS: i64 = 3;

/// One local day of a meter.
#[derive(Debug, Clone, Copy)]
pub struct Day {
    /// The date.
    pub date: Date,
    /// What was used.
    pub energy: Option<Decimal>,
    /// How much of the day was measured, 0 to 1.
    pub coverage: Decimal,
}

/// Mean power of a time of day.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quarter {
    /// Over all days.
    pub mean: Power,
    /// The least of a day.
    pub least: Power,
    /// The most of a day.
    pub most: Power,
    days: u32,
}

/// Energy and time of one hour of the week.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hour {
    energy: Energy,
    time: Span,
}

impl Hour {
    /// Mean power; `None` when it was never measured.
    #[must_use]
    pub fn power(&self) -> Option<Power> {
        self.energy.mean_power(self.time)
    }
}

/// A machine's states over the stretch that the ribbon shows.
#[derive(Debug, Clone)]
pub struct Ribbon {
    /// The machine.
    pub asset: AssetId,
    /// Successive stretches, equal neighbours joined.
    pub spans: Vec<StateSpan>,
}

/// Coverage of every day of one meter.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The asset it measures.
    pub asset: AssetId,
    /// Its days.
    pub days: Vec<Day>,
}

/// The period before, where all of it was measured.
#[derive(Debug, Clone, Copy)]
pub struct Before {
    /// What was used then.
    pub energy: Decimal,
    /// What was made then.
    pub output: Option<Decimal>,
}

/// Everything that is shown of a period.
#[derive(Debug, Clone)]
pub struct Model<'a> {
    /// The site.
    pub site: Site<'a>,
    /// The period shown.
    pub period: Period,
    /// All that the log holds.
    pub record: Period,
    /// Every indicator of the period.
    pub indicators: Vec<Indicator<'a>>,
    /// The main meter's days.
    pub days: Vec<Day>,
    /// The period before.
    pub before: Option<Before>,
    /// The main meter's times of day; empty when nothing was measured.
    pub profile: Vec<Quarter>,
    /// The main meter's week, Monday first.
    pub week: [[Hour; 24]; 7],
    /// What the ribbons show.
    pub ribbon_period: Period,
    /// States by machine.
    pub ribbons: Vec<Ribbon>,
    /// Coverage by meter.
    pub calendars: Vec<Calendar>,
    /// Bytes of the log that were passed over.
    pub damaged: usize,
}

impl<'a> Model<'a> {
    /// Computes a period.
    #[must_use]
    pub fn new(site: Site<'a>, archive: &'a Archive, record: Period, period: Period) -> Self {
        let mut indicators = Vec::new();
        evaluate(&site, archive, period, |indicator| indicators.push(indicator));
        let main = site.main.and_then(|main| site.channel_of(main, Quantity::ActiveEnergy));
        let zone = site.zone_rules();
        let ribbon_period = last_days(period, zone);
        let mut model = Self {
            site,
            period,
            record,
            indicators,
            days: Vec::new(),
            before: None,
            profile: Vec::new(),
            week: [[Hour::default(); 24]; 7],
            ribbon_period,
            ribbons: ribbons(&site, archive, ribbon_period),
            calendars: calendars(&site, archive, period),
            damaged: archive.damaged(),
        };
        if let Some(main) = main {
            model.days = days(&site, archive, main, period);
            model.before = model.before(archive, main);
            model.fill_times(archive, main);
        }
        model
    }

    /// An indicator of the period; `asset` empty for the whole site.
    #[must_use]
    pub fn figure(&self, name: Name, asset: &str, part: &str) -> Option<&Indicator<'a>> {
        self.indicators.iter().find(|indicator| {
            indicator.name == name
                && indicator.asset.unwrap_or("") == asset
                && indicator.part.unwrap_or("") == part
        })
    }

    /// An indicator's value.
    #[must_use]
    pub fn value(&self, name: Name, asset: &str, part: &str) -> Option<Decimal> {
        self.figure(name, asset, part).and_then(|indicator| indicator.value)
    }

    /// The main meter's short name.
    #[must_use]
    pub fn main(&self) -> &'a str {
        self.site.main.and_then(|main| self.site.asset(main)).map_or("", |asset| asset.id)
    }

    /// The name that people read of an asset's short one.
    #[must_use]
    pub fn asset_name(&self, id: &str) -> &'a str {
        let asset = self.site.asset_named(id).and_then(|id| self.site.asset(id));
        asset.map_or("", |asset| asset.name)
    }

    /// All indicators of a name and part, by asset.
    pub fn by_asset(
        &self,
        name: Name,
        part: &'a str,
    ) -> impl Iterator<Item = (&'a str, Decimal)> + '_ {
        let of_name = self.indicators.iter().filter(move |indicator| {
            indicator.name == name && indicator.part.unwrap_or("") == part
        });
        of_name.filter_map(|indicator| indicator.asset.zip(indicator.value))
    }

    /// The mean price of a kWh of the main meter, with tax.
    #[must_use]
    pub fn mean_price(&self) -> Option<f64> {
        let cost = self.value(Name::Cost, self.main(), "")?.to_f64();
        let energy = self.value(Name::Energy, self.main(), "")?.to_f64();
        (energy > 0.0 && cost > 0.0).then(|| cost / energy)
    }

    fn before(&self, archive: &Archive, main: ChannelId) -> Option<Before> {
        let period = Period::new(self.period.from - self.period.span(), self.period.from);
        let usage = usage_of(&self.site, archive, main, period);
        if usage.coverage(period).to_f64() < 0.95 {
            return None;
        }
        let output = self.site.output.and_then(|asset| {
            let channel = self.site.channel_of(asset, Quantity::GoodCount)?;
            usage_of(&self.site, archive, channel, period).total()
        });
        Some(Before {
            energy: Energy::from_milliwatt_hours(usage.total()?).kwh(),
            output: output.map(|sum| Decimal::new(sum, 3)),
        })
    }

    /// Folds the main meter's intervals into times of day and hours of the week.
    fn fill_times(&mut self, archive: &Archive, main: ChannelId) {
        let zone = self.site.zone_rules();
        let mut quarters = Vec::new();
        let mut slot = (Instant::MIN, Hour::default());
        for interval in intervals_within(&self.site, archive, main, self.period) {
            if !interval.rule.is_measured() {
                continue;
            }
            for part in (Cuts { zone, rest: interval }) {
                let begins = floor(part.period.from, zone);
                if begins != slot.0 {
                    quarters.push(slot);
                    slot = (begins, Hour::default());
                }
                let energy = Energy::from_milliwatt_hours(part.amount);
                slot.1.energy += energy;
                slot.1.time = slot.1.time + part.period.span();
                let local = zone.local(part.period.from);
                let hour = usize::from(local.minute_of_day / 60);
                let hour = &mut self.week[usize::from(local.weekday.index())][hour.min(23)];
                hour.energy += energy;
                hour.time = hour.time + part.period.span();
            }
        }
        quarters.push(slot);
        self.profile = profile(&quarters, zone);
    }
}

fn last_days(period: Period, zone: Zone<'_>) -> Period {
    let last = zone.local(period.to - Span::from_milliseconds(1)).date;
    let from = zone.instant(last.plus_days(1 - RIBBON_DAYS), 0);
    Period::new(period.from.max(from), period.to)
}

fn floor(at: Instant, zone: Zone<'_>) -> Instant {
    let offset = zone.offset(at);
    (at + offset).floor(Span::from_minutes(15)) - offset
}

/// An interval cut at quarter-hours of the wall clock.
struct Cuts<'a> {
    zone: Zone<'a>,
    rest: Interval,
}

impl Iterator for Cuts<'_> {
    type Item = Interval;

    fn next(&mut self) -> Option<Interval> {
        let whole = self.rest;
        if whole.period.from >= whole.period.to {
            return None;
        }
        let quarter = floor(whole.period.from, self.zone) + Span::from_minutes(15);
        let end = quarter.min(whole.period.to);
        let part = whole.within(Period::new(whole.period.from, end))?;
        self.rest.period.from = end;
        self.rest.amount -= part.amount;
        Some(part)
    }
}

/// Times of day over quarter-hours that were measured whole.
fn profile(quarters: &[(Instant, Hour)], zone: Zone<'_>) -> Vec<Quarter> {
    let mut profile = vec![Quarter::default(); QUARTERS];
    let mut sums = vec![0_i128; QUARTERS];
    for (begins, hour) in quarters {
        if hour.time < Span::from_minutes(15) {
            continue;
        }
        let Some(power) = hour.power() else { continue };
        let place = usize::from(zone.local(*begins).minute_of_day / 15) % QUARTERS;
        let quarter = &mut profile[place];
        quarter.least = if quarter.days == 0 { power } else { quarter.least.min(power) };
        quarter.most = quarter.most.max(power);
        quarter.days += 1;
        sums[place] += power.milliwatts();
    }
    if profile.iter().any(|quarter| quarter.days == 0) {
        return Vec::new();
    }
    for (quarter, sum) in profile.iter_mut().zip(sums) {
        quarter.mean = Power::from_milliwatts(sum / i128::from(quarter.days));
    }
    profile
}

fn days(site: &Site<'_>, archive: &Archive, channel: ChannelId, period: Period) -> Vec<Day> {
    let zone = site.zone_rules();
    let day = |cut: Period| {
        let usage = usage_of(site, archive, channel, cut);
        Day {
            date: zone.local(cut.from).date,
            energy: usage.total().map(|sum| Energy::from_milliwatt_hours(sum).kwh()),
            coverage: usage.coverage(cut),
        }
    };
    period.every(Every::Day, zone).map(day).collect()
}

fn calendars(site: &Site<'_>, archive: &Archive, period: Period) -> Vec<Calendar> {
    let metered = site.numbered_assets().filter_map(|(asset, _)| {
        site.channel_of(asset, Quantity::ActiveEnergy).map(|channel| (asset, channel))
    });
    metered
        .map(|(asset, channel)| Calendar { asset, days: days(site, archive, channel, period) })
        .collect()
}

fn ribbons(site: &Site<'_>, archive: &Archive, period: Period) -> Vec<Ribbon> {
    let machines = site.numbered_assets().filter(|(_, asset)| asset.machine);
    machines
        .filter_map(|(asset, _)| {
            let spans = states(site, archive, asset, period)?;
            let mut joined: Vec<StateSpan> = Vec::new();
            for span in spans {
                let Some(cut) = span.period.overlap(period) else { continue };
                match joined.last_mut() {
                    Some(last) if last.state == span.state && last.period.to == cut.from => {
                        last.period.to = cut.to;
                    }
                    _ => joined.push(StateSpan { period: cut, state: span.state }),
                }
            }
            Some(Ribbon { asset, spans: joined })
        })
        .collect()
}

/// The states in the order in which they are stacked.
pub const STACK: [State; 5] = [State::Running, State::Setup, State::Idle, State::Down, State::Off];
