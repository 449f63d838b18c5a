//! What an uplink gave a server as JSON, beside what the log holds.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::rig::{self, told};
use serde_json::Value;

/// A request that a server took: its key and its body.
pub type Request = (String, Value);

/// Readings by channels, in their order.
pub type Channels = BTreeMap<String, Vec<Value>>;

/// The readings of a body.
#[must_use]
pub fn readings(body: &Value) -> &[Value] {
    body["readings"].as_array().map_or(&[], Vec::as_slice)
}

/// What a data folder holds, as `millwatt export` gives it.
///
/// # Panics
/// When the command fails.
#[must_use]
pub fn exported(data: &Path) -> Channels {
    let data = data.display().to_string();
    let output = rig::run(&["export", "--data", &data, "--form", "json"]);
    assert!(output.status.success(), "{}", told(&output));
    let lines = String::from_utf8(output.stdout).expect("text");
    by_channel(lines.lines().map(|line| serde_json::from_str(line).expect("JSON")))
}

/// The readings of requests, of those with one key the first.
#[must_use]
pub fn once(requests: &[Request]) -> Channels {
    let mut keys = BTreeSet::new();
    let first = requests.iter().filter(|(key, _)| keys.insert(key));
    by_channel(first.flat_map(|(_, body)| readings(body).iter().cloned()))
}

fn by_channel(readings: impl Iterator<Item = Value>) -> Channels {
    let mut channels = Channels::new();
    for reading in readings {
        let channel = reading["channel"].as_str().unwrap_or_default().to_owned();
        channels.entry(channel).or_default().push(reading);
    }
    channels
}

/// How many readings there are.
#[must_use]
pub fn count(channels: &Channels) -> usize {
    channels.values().map(Vec::len).sum()
}

/// # Panics
/// When what was taken is not, channel by channel, the log's beginning.
pub fn begins_with(exported: &Channels, taken: &Channels) {
    assert!(taken.keys().eq(exported.keys()), "the same channels");
    for (channel, readings) in taken {
        assert_eq!(exported[channel].get(..readings.len()), Some(&readings[..]), "{channel}");
    }
}
