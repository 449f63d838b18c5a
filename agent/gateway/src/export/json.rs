//! One object a line; numbers are exact, so that a reader that wants to can take all their digits.

use std::io::{self, Write};

use super::{Row, Value, quantity};
use crate::figures::local_time;
use crate::import::word;
use millwatt::event::Event;
use millwatt::time::Zone;
use serde_json::{Value as Json, json};

pub(super) fn reading(out: &mut impl Write, row: &Row<'_>) -> io::Result<()> {
    let [asset, channel, unit] = [row.asset, row.channel.name, row.channel.unit].map(Json::from);
    let (time, quality) = (local_time(row.zone, row.sample.at), row.quality());
    let value = match row.value() {
        Value::Number(number) => number.to_string(),
        Value::State(state) => Json::from(state).to_string(),
    };
    writeln!(
        out,
        "{{\"time\":\"{time}\",\"asset\":{asset},\"channel\":{channel},\"unit\":{unit},\"value\":{value},\"quality\":\"{quality}\"}}"
    )
}

pub(super) fn event(out: &mut impl Write, event: &Event<'_>, zone: Zone<'_>) -> io::Result<()> {
    let row = json!({
        "time": local_time(zone, event.at),
        "until": event.until.map(|until| local_time(zone, until)),
        "kind": word(event.kind),
        "asset": event.asset,
        "product": event.product,
        "quantity": quantity(event).to_string(),
        "unit": event.unit,
        "note": event.note,
    });
    writeln!(out, "{row}")
}
