//! Thresholds proposed from what machines drew in their first days.

use serde_json::{Value, json};

use crate::language::{Language, texts};
use millwatt::archive::Archive;
use millwatt::correction::Corrections;
use millwatt::energy::LoadHistogram;
use millwatt::energy::load::BINS;
use millwatt::interval::{Interval, Intervals, Meter, Rule};
use millwatt::production::thresholds::{Proposed, propose};
use millwatt::reading::{ChannelId, Quality};
use millwatt::series::Series;
use millwatt::site::{Asset, AssetId, Kind, Quantity, Site};
use millwatt::time::{MILLISECONDS_AN_HOUR, Period, Span};
use millwatt::units::Power;
use millwatt::wire::WireError;

texts! {
    Proposal: "{}: sau {} giờ đo: tắt {} %, không tải {} %, chạy {} % thời gian; đề xuất không tải từ {} kW, chạy từ {} kW",
        "{}: {} hours measured, off {} %, idle {} %, running {} % of them; proposed: idle from {} kW, running from {} kW";
    TooShort: "{}: mới đo được {} giờ; cần ít nhất {} giờ để đề xuất ngưỡng",
        "{}: only {} hours are measured; thresholds need {} at least";
    NoGroups: "{}: {} giờ đo không cho thấy ba mức tải; hãy xem lại khi máy đã chạy không tải một lúc",
        "{}: {} hours show no three levels of load; look again when the machine has idled for a while";
}

/// Less measured time than this says little of a machine.
pub const LEAST_TIME: Span = Span::from_minutes(8 * 60);
/// Each of the three groups must have this share of the time, in hundredths.
const LEAST_SHARE: i64 = 1;

/// What the log of one machine comes to.
///
/// # Example
/// `machine` is what the site file calls it; with `found`, [`toml`](Self::toml) is what to paste there.
/// ```
/// use millwatt::production::thresholds::Proposed;
/// use millwatt::time::Span;
/// use millwatt::units::Power;
/// use millwatt_gateway::alarm::thresholds::Proposal;
/// let kilowatts = |kw: i128| Power::from_milliwatts(kw * 1_000_000);
/// let proposal = Proposal {
///     asset: "mill".to_owned(),
///     name: "Mill".to_owned(),
///     measured: Span::from_minutes(24 * 60),
///     shares: [50, 20, 30],
///     found: Some(Proposed { idle: kilowatts(1), running: kilowatts(6) }),
/// };
/// assert_eq!(proposal.toml().as_deref(), Some("# in [[asset]] id = \"mill\"\nidle_kw = 1\nrunning_kw = 6"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The asset's short name.
    pub asset: String,
    /// The name that people read.
    pub name: String,
    /// The time that was measured.
    pub measured: Span,
    /// Hundredths of it below both, between, and above both thresholds; zero where none are found.
    pub shares: [i64; 3],
    /// The thresholds; `None` when too little was measured, or there are no three groups.
    pub found: Option<Proposed>,
}

impl Proposal {
    /// For people.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let hours = (self.measured.milliseconds() / 3_600_000).to_string();
        let Some(found) = self.found else {
            let least = (LEAST_TIME.milliseconds() / 3_600_000).to_string();
            return match self.measured < LEAST_TIME {
                true => Text::TooShort.fill(language, &[&self.name, &hours, &least]),
                false => Text::NoGroups.fill(language, &[&self.name, &hours]),
            };
        };
        let comma = |text: String| match language {
            Language::Vietnamese => text.replace('.', ","),
            Language::English => text,
        };
        let [off, idle, running] = self.shares.map(|share| share.to_string());
        let [from, to] = [found.idle, found.running].map(|power| comma(kilowatts(power)));
        let figures = [&self.name, &hours, &off, &idle, &running, &from, &to];
        Text::Proposal.fill(language, &figures.map(String::as_str))
    }

    /// The lines to put into the site file; `None` when nothing is proposed.
    #[must_use]
    pub fn toml(&self) -> Option<String> {
        let found = self.found?;
        Some(format!(
            "# in [[asset]] id = \"{}\"\nidle_kw = {}\nrunning_kw = {}",
            self.asset,
            kilowatts(found.idle),
            kilowatts(found.running)
        ))
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "asset": self.asset,
            "measured_h": self.measured.milliseconds() / 3_600_000,
            "shares_percent": self.shares,
            "idle_kw": self.found.map(|found| kilowatts(found.idle)),
            "running_kw": self.found.map(|found| kilowatts(found.running)),
        })
    }
}

fn kilowatts(power: Power) -> String {
    power.kw().rounded(3).to_string()
}

/// What the log says of each machine that has a meter and neither thresholds nor a state register.
///
/// # Missing data
/// Only measured time counts; a machine without any is named with zero hours.
/// # Errors
/// When the log's manifest cannot be read.
pub fn proposals(archive: &Archive) -> Result<Vec<Proposal>, WireError> {
    let parts = archive.parts()?;
    let site = parts.site();
    let Some(whole) = archive.span() else { return Ok(Vec::new()) };
    let machines = site.numbered_assets().filter(|(id, asset)| is_without(&site, *id, asset));
    let loads = machines.filter_map(|(id, asset)| {
        let channel = [Quantity::ActiveEnergy, Quantity::ActivePower]
            .into_iter()
            .find_map(|quantity| site.channel_of(id, quantity))?;
        Some(proposal(asset, &intervals(&site, archive, channel, whole)?))
    });
    Ok(loads.collect())
}

fn is_without(site: &Site<'_>, id: AssetId, asset: &Asset<'_>) -> bool {
    let has_register = site.channel_of(id, Quantity::MachineState).is_some();
    asset.machine && asset.running_milliwatts == 0 && !has_register
}

/// A channel's intervals: of a gauge, those for which its values hold.
fn intervals(
    site: &Site<'_>,
    archive: &Archive,
    id: ChannelId,
    whole: Period,
) -> Option<Vec<Interval>> {
    let channel = site.channel(id)?;
    let asset = site.asset(channel.asset)?;
    if channel.kind != Kind::Gauge {
        let known = Corrections::of(site, archive, id, whole.to);
        let samples = archive.samples(id, whole);
        return Some(Intervals::new(Meter::of(channel, asset), samples).corrected(known).collect());
    }
    let good = archive.samples(id, whole).filter(|sample| sample.quality != Quality::Suspect);
    let samples: Vec<_> = good.collect();
    let held = samples.windows(2).filter_map(|pair| {
        let [first, second] = pair else { return None };
        let period = Period::new(first.at, second.at);
        let milliwatts = channel.scale.thousandths(first.value.into());
        let drawn = milliwatts.checked_mul(period.span().milliseconds().into())?;
        let amount = millwatt::decimal::div_round(drawn, MILLISECONDS_AN_HOUR);
        let is_held = period.span().times(2) <= channel.every.times(3);
        is_held.then_some(Interval { period, amount, rule: Rule::Measured })
    });
    Some(held.collect())
}

fn proposal(asset: &Asset<'_>, intervals: &[Interval]) -> Proposal {
    let loads = histogram(intervals);
    let measured = loads.time();
    let found = propose(&loads).filter(|_| measured >= LEAST_TIME);
    let percent = |span: Span| span.milliseconds() * 100 / measured.milliseconds().max(1);
    let shares = found.map_or([0; 3], |found| {
        let (above_idle, running) =
            (loads.exceeded_for(found.idle), loads.exceeded_for(found.running));
        [measured - above_idle, above_idle - running, running].map(percent)
    });
    let is_parted = shares.iter().all(|share| *share >= LEAST_SHARE);
    Proposal {
        asset: asset.id.to_owned(),
        name: asset.name.to_owned(),
        measured,
        shares: if is_parted { shares } else { [0; 3] },
        found: found.filter(|_| is_parted),
    }
}

/// The loads in bins that reach from nothing to the largest.
fn histogram(intervals: &[Interval]) -> LoadHistogram {
    let measured = intervals.iter().filter(|interval| interval.rule.is_measured());
    let power = |interval: &Interval| {
        let energy = millwatt::units::Energy::from_milliwatt_hours(interval.amount);
        energy.mean_power(interval.period.span()).map_or(0, Power::milliwatts)
    };
    let most = measured.map(power).max().unwrap_or(0);
    let mut loads = LoadHistogram::new(Power::from_milliwatts(most / BINS as i128 + 1));
    intervals.iter().for_each(|interval| loads.fold(interval));
    loads
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::time::Instant;

    const MILL: Asset<'static> = Asset {
        id: "mill",
        name: "Mill",
        parent: None,
        machine: true,
        rated_milliwatts: 0,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    };

    /// Minutes at loads of so many watts, one after the other.
    fn loads(stretches: &[(i64, i128)]) -> Vec<Interval> {
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        let watts = stretches.iter().flat_map(|(minutes, watts)| (0..*minutes).map(|_| *watts));
        let interval = |(minute, watts): (i64, i128)| Interval {
            period: Period::new(at(minute), at(minute + 1)),
            amount: watts * 1_000 / 60,
            rule: Rule::Measured,
        };
        (0..).zip(watts).map(interval).collect()
    }

    #[test]
    fn three_levels_of_load_are_parted_between_them() {
        let day = loads(&[(600, 0), (120, 900), (30, 1_020), (480, 6_000), (210, 6_300)]);
        let proposal = proposal(&MILL, &day);
        let found = proposal.found.expect("three levels");
        assert!((1..900_000).contains(&found.idle.milliwatts()), "{found:?}");
        assert!((1_020_000..6_000_000).contains(&found.running.milliwatts()), "{found:?}");
        assert_eq!(proposal.shares, [41, 10, 47], "600, 150 and 690 of 1440 minutes");
        let sentence = proposal.sentence(Language::English);
        assert!(sentence.starts_with("Mill: 24 hours measured, off 41 %, idle 10 %"), "{sentence}");
        let toml = proposal.toml().expect("lines to paste");
        let table: toml::Table = toml.parse().expect("TOML");
        assert!(table.contains_key("idle_kw") && table.contains_key("running_kw"), "{toml}");
    }

    #[test]
    fn little_time_or_few_levels_propose_nothing() {
        let morning = proposal(&MILL, &loads(&[(60, 0), (60, 900), (60, 6_000)]));
        assert_eq!((morning.found, morning.toml()), (None, None));
        assert!(morning.sentence(Language::English).contains("only 3 hours"), "{morning:?}");
        let never_idle = proposal(&MILL, &loads(&[(700, 0), (700, 6_000)]));
        assert_eq!((never_idle.found, never_idle.shares), (None, [0; 3]));
        assert!(never_idle.sentence(Language::Vietnamese).contains("ba mức tải"));
    }
}
