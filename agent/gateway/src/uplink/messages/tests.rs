use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::alarm::Alarms;
use crate::run::Polled;
use crate::site_file::{Compiled, parse};
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use serde_json::Value;

/// Names with diacritics, a phase, units of all sorts, two alarms of one kind.
const SITE: &str = r#"
[site]
name = "Xưởng chè \"Suối Giàng\""
zone = "Asia/Bangkok"
currency = "VND"

[[asset]]
id = "status"
name = "Cối xay\tsố 1"
machine = true

[[asset]]
id = "yard"
name = "Sân"

[[meter]]
asset = "status"
address = "127.0.0.1:502"
[[meter.register]]
quantity = "active_energy"
table = "input"
address = 0
type = "uint64"
unit = "kWh"
decimals = 3
[[meter.register]]
quantity = "state"
table = "input"
address = 4
type = "uint16"
unit = "1"
states = { 0 = "off", 3 = "running" }
[[meter.register]]
quantity = "voltage"
phase = 2
table = "input"
address = 5
type = "uint16"
unit = "V"
decimals = 1
[[meter.register]]
quantity = "reactive_power"
table = "input"
address = 6
type = "int16"
unit = "kvar"
[[meter.register]]
quantity = "temperature"
table = "input"
address = 7
type = "int16"
unit = "°C"
decimals = 1
[[meter.register]]
quantity = "good_count"
table = "input"
address = 8
type = "uint32"
unit = "kg"

[[alarm]]
kind = "limits"
asset = "status"
channel = "status.temperature"
high = 80
[[alarm]]
kind = "limits"
asset = "status"
channel = "status.temperature"
low = 10
[[alarm]]
kind = "dead_meter"
asset = "status"
"#;

const NOON: Instant = Instant::from_unix_milliseconds(1_795_755_600_000);

fn seconds(seconds: i64) -> Span {
    Span::from_seconds(seconds)
}

struct Rig {
    site: Compiled,
    board: Board,
    messages: Messages,
}

fn rig(values: bool, alarms: bool, home_assistant: bool) -> Rig {
    rig_of(SITE, values, alarms, home_assistant)
}

fn rig_of(text: &str, values: bool, alarms: bool, home_assistant: bool) -> Rig {
    let site = parse("site.toml", text).unwrap_or_else(|error| panic!("{error}"));
    let board = Board::of(&site);
    let plan = MessagesPlan {
        prefix: "millwatt/north".to_owned(),
        site: site_id(&site.name),
        values,
        alarms,
        home_assistant,
        pace: USUAL_PACE,
        language: Language::Vietnamese,
    };
    let messages = Messages::new(board.clone(), &site.alarms, plan).expect("a sound manifest");
    Rig { site, board, messages }
}

impl Rig {
    fn read(&self, at: Instant, values: &[(u16, i64, Quality)]) {
        let reading = |&(channel, value, quality): &(u16, i64, Quality)| Reading {
            channel: ChannelId(channel),
            sample: Sample { at, value, quality },
        };
        let readings = values.iter().map(reading).collect();
        let asset = self.board.look(|known| known.meters[0].asset.clone());
        let outcomes = vec![(asset, Ok(()))];
        self.board.take(&Polled { readings, outcomes }, at);
    }

    /// What a broker keeps by topic after these messages.
    fn kept(messages: &[Letter]) -> BTreeMap<&str, Value> {
        let row = |message: &'_ Letter| {
            let text = String::from_utf8(message.payload.clone()).expect("text");
            serde_json::from_str(&text).unwrap_or(Value::String(text))
        };
        let kept = messages.iter().filter(|message| message.is_kept);
        kept.map(|message| (message.topic.as_str(), row(message))).collect()
    }
}

const STATE: &str = "millwatt/north/xuong-che-suoi-giang/status/state";

#[test]
fn a_state_says_what_is_known_and_no_more() {
    let mut rig = rig(true, false, false);
    let at_first = rig.messages.connected(NOON);
    let topics: Vec<_> = at_first.iter().map(|message| message.topic.as_str()).collect();
    assert_eq!(
        topics,
        [STATE, "millwatt/north/xuong-che-suoi-giang/status"],
        "a yard says nothing"
    );
    let state = &Rig::kept(&at_first)[STATE];
    assert_eq!((&state["time"], &state["answers"]), (&Value::Null, &Value::Null));
    assert!(state["active_energy_kwh"].is_null() && state.get("active_energy_kwh").is_some());

    rig.read(
        NOON,
        &[
            (0, 123_456_789_012_345_678, Quality::Good),
            (1, 3, Quality::Good),
            (2, 2_305, Quality::Estimated),
        ],
    );
    let told = rig.messages.due(NOON + seconds(10));
    assert_eq!(told.len(), 1);
    assert!(!told[0].at_least_once, "it is repeated anyway");
    assert_eq!(
        String::from_utf8_lossy(&told[0].payload),
        "{\"time\":\"2026-11-27T12:00:00+07:00\",\"asset\":\"status\",\"name\":\"Cối xay\\tsố 1\",\"answers\":true,\
         \"quality\":\"estimated\",\"active_energy_kwh\":123456789012345.678,\"state\":\"running\",\"voltage_l2_v\":230.5,\
         \"reactive_power_kvar\":null,\"temperature_c\":null,\"good_count_kg\":null}"
    );
    let later = rig.messages.due(NOON + seconds(181));
    let state = &Rig::kept(&later)[STATE];
    assert!(state["active_energy_kwh"].is_null() && state["state"].is_null(), "too old: {state}");
}

#[test]
fn a_state_is_told_on_a_change_at_the_pace_and_once_a_minute() {
    let mut rig = rig(true, false, false);
    let _ = rig.messages.connected(NOON);
    let mut told = Vec::new();
    for second in 1..=150 {
        let at = NOON + seconds(second);
        if [3, 5, 11, 12].contains(&second) {
            rig.read(at, &[(1, 3, Quality::Good)]);
        }
        if !rig.messages.due(at).is_empty() {
            told.push(second);
        }
    }
    assert_eq!(told, [10, 20, 80, 140]);
    assert_eq!(rig.messages.due(NOON - seconds(3_600)).len(), 1, "the clock was set back");
}

/// A machine whose power tells what it does; its meter counts hundredths of a kWh.
const BY_POWER: &str = r#"
[site]
name = "S"
zone = "Asia/Bangkok"
currency = "VND"
[[asset]]
id = "mill"
name = "Mill"
machine = true
rated_kw = 20
idle_kw = 0.6
running_kw = 6
[[meter]]
asset = "mill"
address = "127.0.0.1:502"
[[meter.register]]
quantity = "active_energy"
table = "input"
address = 0
type = "uint32"
unit = "kWh"
decimals = 2
"#;

#[test]
fn a_machine_without_a_register_has_the_state_of_the_report() {
    let mut rig = rig_of(BY_POWER, true, false, true);
    let mut told = Vec::new();
    // Hundredths of a kWh a minute: 9 kW, 3 kW, and 5.4 kW, which keeps a machine running and does not begin it.
    let mut counter = 1_000;
    for (minute, gained) in [0, 15, 9, 5, 9, 15, 9, 0].into_iter().enumerate() {
        counter += gained;
        let at = NOON + Span::from_minutes(minute as i64);
        rig.read(at, &[(0, counter, Quality::Good)]);
        let messages = rig.messages.due(at + seconds(1));
        told.push(Rig::kept(&messages)["millwatt/north/s/mill/state"]["state"].clone());
    }
    let words = told.iter().map(|state| state.as_str().unwrap_or("?")).collect::<Vec<_>>();
    assert_eq!(words, ["?", "running", "running", "idle", "idle", "running", "running", "off"]);
    let all = rig.messages.connected(NOON + Span::from_minutes(60));
    let kept = Rig::kept(&all);
    assert!(kept["millwatt/north/s/mill/state"]["state"].is_null(), "an hour ago");
    let sensor = &kept["homeassistant/device/millwatt-s/mill/config"]["components"]["state"];
    assert_eq!(sensor["device_class"], "enum");
}

#[test]
fn alarms_stand_until_they_end_and_across_lines() {
    let mut rig = rig(false, true, false);
    let topic = |level: &str| format!("millwatt/north/xuong-che-suoi-giang/alarm/status/{level}");
    let at_first = rig.messages.connected(NOON);
    let levels = ["dead_meter", "limits", "limits-2"];
    let kept = Rig::kept(&at_first);
    assert!(levels.iter().all(|level| kept[topic(level).as_str()]["state"] == "off"), "{kept:?}");
    assert_eq!(kept.len(), 4, "and the status");

    let mut alarms = Alarms::new(&rig.site.alarms);
    let mut told = Vec::new();
    for minute in 0..6 {
        let value = if minute < 3 { 50 } else { 200 };
        let at = NOON + Span::from_minutes(minute);
        let sample = Sample { at, value, quality: Quality::Good };
        for event in alarms.take(&[Reading { channel: ChannelId(4), sample }]) {
            told.extend(rig.messages.alarm(&event));
            let again = rig.messages.connected(at);
            let (again, last) = (Rig::kept(&again), told.last().expect("told"));
            assert_eq!(again[last.topic.as_str()], Rig::kept(&told)[last.topic.as_str()]);
        }
    }
    let [raised, cleared] = &told[..] else { panic!("{told:?}") };
    assert_eq!(
        (&raised.topic, raised.is_kept, raised.at_least_once),
        (&topic("limits-2"), true, true)
    );
    let raised: Value = serde_json::from_slice(&raised.payload).expect("JSON");
    assert_eq!((&raised["state"], &raised["numbers"]["value"]), (&"on".into(), &5.0.into()));
    assert!(raised["vi"].as_str().is_some_and(|vi| vi.contains("°C")), "{raised}");
    let cleared: Value = serde_json::from_slice(&cleared.payload).expect("JSON");
    assert_eq!(cleared["state"], "off");
}

#[test]
fn only_what_was_asked_for_is_said() {
    let topics = |values, alarms, home_assistant| {
        let all = rig(values, alarms, home_assistant).messages.connected(NOON);
        all.iter().map(|message| message.topic.clone()).collect::<Vec<_>>()
    };
    assert_eq!(topics(true, true, false).len(), 1 + 3 + 1);
    let all = topics(false, false, true);
    assert_eq!(all.len(), 2 + 1 + 3 + 1, "two devices, and what they show: {all:?}");
    assert!(all.last().is_some_and(|topic| topic.ends_with("/status")), "online comes last");
    let will = rig(true, false, false).messages.will();
    assert_eq!((will.payload.as_slice(), will.is_kept), (&b"offline"[..], true));
}

/// The required keys of Home Assistant 2026.2, `components/mqtt/schemas.py`, `sensor.py` and `binary_sensor.py`, and the
/// pairs of class and unit of `components/sensor/const.py`.
#[test]
fn home_assistant_is_told_what_its_schema_requires() {
    let mut rig = rig(false, false, true);
    let all = rig.messages.connected(NOON);
    let kept = Rig::kept(&all);
    let told: BTreeSet<&str> = kept.keys().copied().collect();
    let devices = kept.iter().filter(|(topic, _)| topic.starts_with("homeassistant/"));
    let (mut ids, mut shown) = (BTreeSet::new(), 0);
    for (topic, device) in devices {
        let levels: Vec<&str> = topic.split('/').collect();
        let is_safe = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
        assert!(levels.iter().all(|level| level.chars().all(is_safe)), "{topic}");
        assert_eq!((levels[1], levels.last()), ("device", Some(&"config")));
        assert!(
            device["device"]["identifiers"][0].is_string() && device["device"]["name"].is_string()
        );
        assert!(device["origin"]["name"].is_string(), "{device}");
        for (key, component) in device["components"].as_object().expect("components") {
            shown += 1;
            let text = |key: &str| component[key].as_str();
            assert!(ids.insert(text("unique_id").expect(key)), "{component}");
            assert!(text("name").is_some_and(|name| !name.is_empty()), "{component}");
            assert!(text("state_topic").is_some_and(|topic| told.contains(topic)), "{component}");
            if let Some(template) = text("value_template") {
                let key = template.split('\'').nth(1).expect("a key");
                let state = &kept[text("state_topic").expect("a topic")];
                assert!(state.get(key).is_some(), "{template} of {state}");
            }
            match text("platform") {
                Some("sensor") => check_sensor(component),
                Some("binary_sensor") => {
                    let class = text("device_class").expect("a class");
                    assert!(["problem", "connectivity"].contains(&class), "{component}");
                    assert!(text("payload_on").is_some() && text("payload_off").is_some());
                }
                _ => panic!("{component}"),
            }
        }
    }
    assert_eq!(shown, 1 + 6 + 1 + 3, "the line; six registers, the meter, three alarms");
}

fn check_sensor(sensor: &Value) {
    let text = |key: &str| sensor[key].as_str();
    let row = (text("device_class"), text("state_class"), text("unit_of_measurement"));
    let known = [
        (Some("energy"), Some("total_increasing"), Some("kWh")),
        (Some("enum"), None, None),
        (Some("voltage"), Some("measurement"), Some("V")),
        (None, Some("measurement"), Some("kvar")),
        (Some("temperature"), Some("measurement"), Some("°C")),
        (None, Some("total_increasing"), Some("kg")),
    ];
    assert!(known.contains(&row), "{sensor}");
    assert_eq!(sensor["options"].is_array(), text("device_class") == Some("enum"));
    let words = sensor["options"].as_array().map_or(0, Vec::len);
    assert!(words == 0 || words == millwatt::production::State::ALL.len(), "{sensor}");
}
