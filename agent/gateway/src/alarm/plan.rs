//! From judged rows to alarms that can be told readings.

use millwatt::archive::Parts;
use millwatt::management::food_safety::CriticalLimits;
use millwatt::reading::ChannelId;
use millwatt::site::{AssetId, Channel, Quantity, Shift, Site};
use millwatt::time::{Offset, Span};
use millwatt::units::Power;
use millwatt_agent::alarm::{Alarm, Baseline, Demand, Factor, Lacking, Limits, Silence};

use super::{KindWord, Refusal, Row, Ways};
use crate::unit;

/// An alarm and what people call that which it watches.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// The asset's short name.
    pub asset: String,
    /// The name that people read.
    pub name: String,
    /// What judges.
    pub alarm: Alarm,
    /// The unit of the channel that is watched, and its power of ten.
    pub unit: (String, i8),
}

/// All that the alarms of a site need.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Plan {
    /// In the order of the site file.
    pub watched: Vec<Watched>,
    /// Where alarms are posted.
    pub webhook: Option<String>,
    /// The zone's rules.
    pub offsets: Vec<Offset>,
    /// Planned work.
    pub shifts: Vec<Shift<'static>>,
}

impl Plan {
    /// Whether the alarm at a place is the same in another plan, so that it goes on as it stands.
    #[must_use]
    pub fn shares(&self, other: &Self, number: usize) -> bool {
        let one = self.watched.get(number);
        let is_same = one.is_some() && one == other.watched.get(number);
        is_same && (&self.offsets, &self.shifts) == (&other.offsets, &other.shifts)
    }

    /// From judged rows and the manifest of their site.
    ///
    /// # Errors
    /// When the site has not what an alarm needs: a counter, thresholds, the channel that it names.
    pub fn of(rows: &[Row], ways: &Ways, manifest: &[u8]) -> Result<Self, Refusal> {
        let parts = Parts::read(manifest)
            .map_err(|error| Refusal { place: None, message: error.to_string() })?;
        let site = parts.site();
        let watched = rows.iter().map(|row| watched(&site, row)).collect::<Result<_, _>>()?;
        let webhook = ways.webhook.as_ref().map(|url| url.get_ref().clone());
        let row =
            |&Shift { days, start, end, .. }: &Shift<'_>| Shift { name: "", days, start, end };
        let shifts = site.shifts.iter().map(row);
        Ok(Self { watched, webhook, offsets: site.offsets.to_vec(), shifts: shifts.collect() })
    }
}

fn watched(site: &Site<'_>, row: &Row) -> Result<Watched, Refusal> {
    let refused = |lacking: Lacking| {
        let (kind, asset) = (row.kind.get_ref().word(), row.asset.get_ref());
        Refusal::at(&row.kind, format!("alarm `{kind}` of `{asset}`: {lacking}"))
    };
    let id = site.asset_named(row.asset.get_ref()).ok_or_else(|| refused(Lacking::Place))?;
    let asset = site.asset(id).ok_or_else(|| refused(Lacking::Place))?;
    let (alarm, channel) = match row.kind.get_ref() {
        KindWord::DeadMeter => {
            let (number, channel) = meter_channel(site, row, id)?;
            (Alarm::dead_meter(site, number, silence(row)), Some(channel))
        }
        KindWord::Limits => {
            let (number, channel) = meter_channel(site, row, id)?;
            (Alarm::out_of_limits(site, number, limits(row, channel)?), Some(channel))
        }
        KindWord::Idle => (Alarm::idle_too_long(site, id, span(row.minutes, 15.0)), None),
        KindWord::Peak => (Alarm::peak_ahead(site, id, demand(row)), None),
        KindWord::PowerFactor => (Alarm::power_factor_low(site, id, factor(row)), None),
        KindWord::Cusum => (Alarm::cusum(site, id, baseline(row)), None),
    };
    let unit = channel.map_or((String::new(), 0), |channel| {
        (channel.unit.to_owned(), unit::exponent(channel.quantity, channel.unit).unwrap_or(0))
    });
    let (asset, name) = (asset.id.to_owned(), asset.name.to_owned());
    Ok(Watched { asset, name, alarm: alarm.map_err(refused)?, unit })
}

/// The channel that a row names; of a dead meter that names none, the energy counter or else the asset's first.
fn meter_channel<'s>(
    site: &Site<'s>,
    row: &Row,
    id: AssetId,
) -> Result<(ChannelId, &'s Channel<'s>), Refusal> {
    let own =
        || (0..).map(ChannelId).zip(site.channels).filter(move |(_, channel)| channel.asset == id);
    let Some(name) = &row.channel else {
        let energy = own()
            .find(|(_, channel)| channel.quantity == Quantity::ActiveEnergy && channel.phase == 0);
        return energy.or_else(|| own().next()).ok_or_else(|| {
            let message = format!("`asset` = `{}` has no meter to watch", row.asset.get_ref());
            Refusal::at(&row.asset, message)
        });
    };
    own().find(|(_, channel)| channel.name == name.get_ref()).ok_or_else(|| {
        let known: Vec<_> = own().map(|(_, channel)| channel.name).collect();
        let message = format!(
            "`channel` = `{}` is none of `{}`; expected one of: {}",
            name.get_ref(),
            row.asset.get_ref(),
            known.join(", ")
        );
        Refusal::at(name, message)
    })
}

fn span(minutes: Option<f64>, usual: f64) -> Span {
    Span::from_milliseconds((minutes.unwrap_or(usual) * 6e4).round() as i64)
}

fn power(kilowatts: f64) -> Power {
    Power::from_milliwatts((kilowatts * 1e6).round() as i128)
}

fn demand(row: &Row) -> Demand {
    Demand {
        limit: power(row.limit_kw.unwrap_or(0.0)),
        window: row.window.map_or(Demand::USUAL.window, |window| window.0),
        hold: span(row.minutes, 1.0),
    }
}

fn factor(row: &Row) -> Factor {
    Factor {
        limit_thousandths: (row.below.unwrap_or(0.9) * 1e3).round() as u16,
        span: row.span.map_or(Factor::USUAL.span, |span| span.0),
        hold: span(row.minutes, 30.0),
        floor: row.floor_kw.map_or(Factor::USUAL.floor, power),
    }
}

fn baseline(row: &Row) -> Baseline {
    Baseline {
        every: row.every.map_or(Baseline::HOURLY.every, |every| every.0),
        intercept: row.intercept_kwh.unwrap_or(0.0),
        slope: row.slope_kwh.unwrap_or(0.0),
        allowance: row.allowance_kwh.unwrap_or(0.0),
        limit: row.limit_kwh.unwrap_or(0.0),
    }
}

fn silence(row: &Row) -> Silence {
    Silence {
        steps: row.steps.unwrap_or(Silence::USUAL.steps),
        still: row.still.unwrap_or(Silence::USUAL.still),
        floor: row.floor_kw.map_or(Silence::USUAL.floor, power),
    }
}

/// In the raw integers of the channel.
fn limits(row: &Row, channel: &Channel<'_>) -> Result<Limits, Refusal> {
    let exponent = unit::exponent(channel.quantity, channel.unit);
    let exponent = exponent.map_err(|message| Refusal::at(&row.kind, message))?;
    let raw = |value: f64| {
        let power = i32::from(exponent) - i32::from(channel.scale.0);
        (value * 10_f64.powi(power)).round() as i64
    };
    if channel.kind != millwatt::site::Kind::Gauge {
        let message = format!("`channel` = `{}` is no gauge; limits are for values", channel.name);
        return Err(Refusal::at(&row.kind, message));
    }
    Ok(Limits {
        critical: CriticalLimits { lower: row.low.map(raw), upper: row.high.map(raw) },
        margin: raw(row.margin.unwrap_or(0.0)),
        allowed: span(row.minutes, 0.0),
        hold: span(row.back_min, 1.0),
    })
}
