//! What stands on the board, as JSON.

use serde_json::{Value, json};

use crate::figures::local_time;
use crate::run::{ChannelRow, Known, LogRow, MeterRow};
use millwatt::archive::Parts;
use millwatt::production::State;
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Asset, AssetId, Kind, Site};
use millwatt::time::{Instant, Span, Zone};
use millwatt::wire::WireError;

/// An instant as local time to the millisecond, with its offset.
pub(super) fn instant(zone: Zone<'_>, at: Instant) -> String {
    let text = local_time(zone, at);
    // The offset is the last six characters, +07:00.
    let (time, offset) = text.split_at(text.len() - 6);
    format!("{time}.{:03}{offset}", at.unix_milliseconds().rem_euclid(1_000))
}

fn seconds(span: Span) -> f64 {
    span.milliseconds() as f64 / 1e3
}

/// What is measured and by whom.
pub(super) fn site(known: &Known) -> Result<Value, WireError> {
    let parts = Parts::read(&known.manifest)?;
    let site = parts.site();
    Ok(json!({
        "name": site.name,
        "zone": site.zone,
        "currency": site.currency,
        "main": asset_id(&site, site.main),
        "output": asset_id(&site, site.output),
        "output_unit": site.output_unit,
        "assets": site.assets.iter().map(|row| asset(&site, row)).collect::<Vec<_>>(),
        "meters": known.meters.iter().map(|row| json!({
            "asset": row.asset,
            "address": row.address,
            "unit": row.unit,
            "every_s": seconds(row.every),
        })).collect::<Vec<_>>(),
        "channels": known.channels.iter().map(channel).collect::<Vec<_>>(),
    }))
}

fn asset_id<'a>(site: &Site<'a>, id: Option<AssetId>) -> Option<&'a str> {
    site.asset(id?).map(|asset| asset.id)
}

fn asset(site: &Site<'_>, row: &Asset<'_>) -> Value {
    json!({
        "id": row.id,
        "name": row.name,
        "parent": asset_id(site, row.parent),
        "machine": row.machine,
    })
}

fn channel(row: &ChannelRow) -> Value {
    json!({
        "channel": row.name,
        "asset": row.asset,
        "quantity": row.quantity(),
        "phase": row.phase,
        "kind": kind(row.kind),
        "unit": row.unit,
        "every_s": seconds(row.every),
    })
}

const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Amount => "amount",
        Kind::Gauge => "gauge",
        Kind::State => "state",
    }
}

const fn quality(quality: Quality) -> &'static str {
    match quality {
        Quality::Good => "good",
        Quality::Estimated => "estimated",
        Quality::Suspect => "suspect",
    }
}

/// The last value of each channel, or of those of one asset.
pub(super) fn values(known: &Known, asset: Option<&str>) -> Result<Value, String> {
    let is_asked = |row: &&ChannelRow| asset.is_none_or(|asset| row.asset == asset);
    let rows = known.channels.iter().filter(is_asked);
    let rows: Vec<Value> = rows.map(|row| value(known.zone(), row)).collect();
    match asset {
        Some(asset) if rows.is_empty() => {
            let mut assets: Vec<&str> =
                known.meters.iter().map(|meter| meter.asset.as_str()).collect();
            assets.sort_unstable();
            assets.dedup();
            let assets = assets.join(", ");
            Err(format!("`asset` = `{asset}` has no channel; expected one of: {assets}"))
        }
        _ => Ok(json!({ "values": rows })),
    }
}

/// A channel's last value; without one where it was not read yet.
pub(super) fn value(zone: Zone<'_>, row: &ChannelRow) -> Value {
    let last = row.last.as_ref();
    json!({
        "channel": row.name,
        "asset": row.asset,
        "quantity": row.quantity(),
        "phase": row.phase,
        "unit": row.unit,
        "value": last.map(|last| row.value(last).to_string()),
        "state": last.and_then(|last| state(row.kind, last)),
        "at": last.map(|last| instant(zone, last.at)),
        "quality": last.map(|last| quality(last.quality)),
    })
}

fn state(kind: Kind, sample: &Sample) -> Option<&'static str> {
    let state = State::from_code(sample.value).filter(|_| kind == Kind::State);
    state.map(State::name)
}

/// The meters that are not well.
pub(super) fn faults(known: &Known) -> Value {
    let failing = known.meters.iter().filter(|row| row.fault.is_some());
    json!({ "faults": failing.map(|row| meter(known.zone(), row)).collect::<Vec<_>>() })
}

/// A meter and how it does.
pub(super) fn meter(zone: Zone<'_>, row: &MeterRow) -> Value {
    json!({
        "asset": row.asset,
        "address": row.address,
        "unit": row.unit,
        "answers": row.answers,
        "since": row.since.map(|since| instant(zone, since)),
        "message": row.fault,
        "last_message": row.last_fault,
        "polls": row.polls,
        "faults": row.faults,
    })
}

/// What became of the readings.
pub(super) fn log(row: &LogRow) -> Value {
    json!({
        "watermark": row.watermark.map(|mark| json!({ "epoch": mark.epoch, "sequence": mark.sequence })),
        "acknowledged": row.acknowledged,
        "waiting": row.waiting,
        "dropped": row.dropped,
        "refusal": row.refusal,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::time::Offset;

    #[test]
    fn instants_carry_milliseconds_and_offset() {
        let at = Instant::from_unix_milliseconds(1_795_392_061_007);
        let east = [Offset { since: Instant::MIN, minutes: 420 }];
        assert_eq!(instant(Zone::new(&east), at), "2026-11-23T07:01:01.007+07:00");
        assert!(instant(Zone::new(&[]), Instant::MIN).ends_with("+00:00"));
    }
}
