//! What Home Assistant must know: a device for the site and one for each asset, by its device-based discovery.
//!
//! A device's message stands under `homeassistant/device/NODE/OBJECT/config` with `device`, `origin` and `components`, see
//! <https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload>; it is known since version 2024.12. A class whose
//! units that version did not know yet (kvar, kvarh, kVA) is left out, for Home Assistant refuses a component of a class
//! or a unit that it does not know: it is shown with its unit all the same.
//!
//! Devices name no `via_device`: a broker hands out kept messages in any order, and a device that does not exist yet must not be
//! named.

use serde_json::{Map, Value, json};

use super::state::{AssetRow, Field, STATE_KEY};
use super::topics::{OFFLINE, ONLINE};
use super::{AlarmRow, Messages, kept};
use crate::language::{Language, texts};
use crate::mqtt::Letter;
use crate::run::{ChannelRow, Known};
use millwatt::production::State;
use millwatt::site::{Kind, Quantity};

/// Where Home Assistant looks, unless it was told to look elsewhere.
const ROOT: &str = "homeassistant/device";

texts! {
    ActiveEnergy: "Điện năng", "Energy";
    ActiveEnergyExport: "Điện năng phát ra", "Energy fed back";
    ReactiveLagging: "Điện năng phản kháng", "Reactive energy";
    ReactiveLeading: "Điện năng phản kháng sớm pha", "Reactive energy, leading";
    ActivePower: "Công suất", "Power";
    ReactivePower: "Công suất phản kháng", "Reactive power";
    ApparentPower: "Công suất biểu kiến", "Apparent power";
    Voltage: "Điện áp", "Voltage";
    Current: "Dòng điện", "Current";
    PowerFactor: "Hệ số công suất", "Power factor";
    Frequency: "Tần số", "Frequency";
    Temperature: "Nhiệt độ", "Temperature";
    GoodCount: "Sản lượng đạt", "Good count";
    RejectCount: "Phế phẩm", "Reject count";
    MachineState: "Trạng thái máy", "Machine state";
    Other: "Số đo khác", "Other reading";
    Phase: "{} pha {}", "{} L{}";
    Answers: "Công tơ trả lời", "Meter answers";
    Line: "Kết nối", "Connection";
    AlarmIdle: "Cảnh báo chạy không tải", "Alarm: idling";
    AlarmPeak: "Cảnh báo công suất đỉnh", "Alarm: peak demand";
    AlarmPowerFactor: "Cảnh báo hệ số công suất", "Alarm: power factor";
    AlarmCusum: "Cảnh báo lệch đường cơ sở", "Alarm: off its baseline";
    AlarmDeadMeter: "Cảnh báo công tơ", "Alarm: meter";
    AlarmLimits: "Cảnh báo ngoài giới hạn", "Alarm: out of limits";
}

impl Messages {
    /// The site's device, then that of each asset.
    pub(super) fn discovery(&self) -> Vec<Letter> {
        let site = kept(
            format!("{ROOT}/millwatt-{}/config", self.topics.site),
            self.site_device().to_string(),
        );
        let assets = self.board.look(|known| {
            let message = |row: &AssetRow| {
                let topic = format!("{ROOT}/millwatt-{}/{}/config", self.topics.site, row.id);
                kept(topic, self.asset_device(known, row).to_string())
            };
            self.assets.iter().map(message).collect::<Vec<_>>()
        });
        std::iter::once(site).chain(assets).collect()
    }

    /// Slashes cannot stand in short names: no two things of a broker have one id.
    fn id(&self, parts: &[&str]) -> String {
        [&["millwatt", self.topics.site.as_str()], parts].concat().join("/")
    }

    fn device(&self, parts: &[&str], name: &str, components: Map<String, Value>) -> Value {
        json!({
            "device": { "identifiers": [self.id(parts)], "name": name },
            "origin": { "name": "millwatt", "sw_version": env!("CARGO_PKG_VERSION") },
            "components": components,
        })
    }

    fn site_device(&self) -> Value {
        let line = json!({
            "platform": "binary_sensor",
            "unique_id": self.id(&["", "status"]),
            "name": Text::Line.of(self.plan.language),
            "device_class": "connectivity",
            "entity_category": "diagnostic",
            "state_topic": self.topics.status(),
            "payload_on": ONLINE,
            "payload_off": OFFLINE,
        });
        let components = Map::from_iter([("status".to_owned(), line)]);
        self.device(&[], &self.site_name, components)
    }

    fn asset_device(&self, known: &Known, row: &AssetRow) -> Value {
        let mut components = Map::new();
        for field in &row.fields {
            if let Some(channel) = known.channels.get(field.channel) {
                components.insert(field.key.clone(), self.sensor(row, field, channel));
            }
        }
        if row.machine.is_some() {
            let name = name(Quantity::MachineState, 0, self.plan.language);
            let mut sensor = self.bare_sensor(row, STATE_KEY, &name);
            of_states(&mut sensor);
            components.insert(STATE_KEY.to_owned(), sensor);
        }
        components.insert("answers".to_owned(), self.answers(row));
        for alarm in self.alarms.iter().filter(|alarm| alarm.asset == row.id) {
            components.insert(format!("alarm_{}", alarm.level), self.alarm_sensor(row, alarm));
        }
        let mut device = self.device(&[&row.id], &row.name, components);
        device["availability_topic"] = self.topics.status().into();
        device["payload_available"] = ONLINE.into();
        device["payload_not_available"] = OFFLINE.into();
        device
    }

    fn sensor(&self, row: &AssetRow, field: &Field, channel: &ChannelRow) -> Value {
        let name = name(field.quantity, channel.phase, self.plan.language);
        let mut sensor = self.bare_sensor(row, &field.key, &name);
        if channel.kind == Kind::State {
            of_states(&mut sensor);
            return sensor;
        }
        if let Some(class) = device_class(field.quantity, &channel.unit) {
            sensor["device_class"] = class.into();
        }
        if let Some(class) = state_class(channel.kind) {
            sensor["state_class"] = class.into();
        }
        if channel.unit != "1" {
            sensor["unit_of_measurement"] = channel.unit.as_str().into();
        }
        sensor
    }

    fn bare_sensor(&self, row: &AssetRow, key: &str, name: &str) -> Value {
        json!({
            "platform": "sensor",
            "unique_id": self.id(&[&row.id, key]),
            "name": name,
            "state_topic": self.topics.state(&row.id),
            "value_template": format!("{{{{ value_json['{key}'] }}}}"),
        })
    }

    fn answers(&self, row: &AssetRow) -> Value {
        json!({
            "platform": "binary_sensor",
            "unique_id": self.id(&[&row.id, "answers"]),
            "name": Text::Answers.of(self.plan.language),
            "device_class": "connectivity",
            "entity_category": "diagnostic",
            "state_topic": self.topics.state(&row.id),
            // As Python writes what JSON says.
            "value_template": "{{ value_json['answers'] }}",
            "payload_on": "True",
            "payload_off": "False",
        })
    }

    fn alarm_sensor(&self, row: &AssetRow, alarm: &AlarmRow) -> Value {
        let topic = self.topics.alarm(&row.id, &alarm.level);
        let number = alarm.level.strip_prefix(alarm.kind).unwrap_or_default().replace('-', " ");
        json!({
            "platform": "binary_sensor",
            "unique_id": self.id(&[&row.id, "alarm", &alarm.level]),
            "name": format!("{}{number}", alarm_name(alarm.kind, self.plan.language)),
            "device_class": "problem",
            "state_topic": topic,
            "value_template": "{{ value_json['state'] }}",
            "payload_on": "on",
            "payload_off": "off",
            "json_attributes_topic": topic,
        })
    }
}

fn of_states(sensor: &mut Value) {
    sensor["device_class"] = "enum".into();
    sensor["options"] = State::ALL.iter().map(|state| state.name()).collect();
}

/// A quantity as people read it, with its phase.
fn name(quantity: Quantity, phase: u8, language: Language) -> String {
    let text = match quantity {
        Quantity::ActiveEnergy => Text::ActiveEnergy,
        Quantity::ActiveEnergyExport => Text::ActiveEnergyExport,
        Quantity::ReactiveEnergyLagging => Text::ReactiveLagging,
        Quantity::ReactiveEnergyLeading => Text::ReactiveLeading,
        Quantity::ActivePower => Text::ActivePower,
        Quantity::ReactivePower => Text::ReactivePower,
        Quantity::ApparentPower => Text::ApparentPower,
        Quantity::Voltage => Text::Voltage,
        Quantity::Current => Text::Current,
        Quantity::PowerFactor => Text::PowerFactor,
        Quantity::Frequency => Text::Frequency,
        Quantity::Temperature => Text::Temperature,
        Quantity::GoodCount => Text::GoodCount,
        Quantity::RejectCount => Text::RejectCount,
        Quantity::MachineState => Text::MachineState,
        Quantity::Other => Text::Other,
    };
    match phase {
        0 => text.of(language).to_owned(),
        phase => Text::Phase.fill(language, &[text.of(language), &phase.to_string()]),
    }
}

fn alarm_name(kind: &str, language: Language) -> String {
    let text = match kind {
        "idle" => Text::AlarmIdle,
        "peak" => Text::AlarmPeak,
        "power_factor" => Text::AlarmPowerFactor,
        "cusum" => Text::AlarmCusum,
        "dead_meter" => Text::AlarmDeadMeter,
        "limits" => Text::AlarmLimits,
        kind => return kind.to_owned(),
    };
    text.of(language).to_owned()
}

/// The class of a quantity in a unit, as Home Assistant 2024.12 knows both.
fn device_class(quantity: Quantity, unit: &str) -> Option<&'static str> {
    let (class, units): (_, &[&str]) = match quantity {
        Quantity::ActiveEnergy | Quantity::ActiveEnergyExport => {
            ("energy", &["Wh", "kWh", "MWh", "GWh"])
        }
        Quantity::ActivePower => ("power", &["W", "kW", "MW"]),
        Quantity::ReactivePower => ("reactive_power", &["var"]),
        Quantity::ApparentPower => ("apparent_power", &["VA"]),
        Quantity::Voltage => ("voltage", &["V", "mV"]),
        Quantity::Current => ("current", &["A", "mA"]),
        Quantity::PowerFactor => ("power_factor", &["1", "%"]),
        Quantity::Frequency => ("frequency", &["Hz"]),
        Quantity::Temperature => ("temperature", &["°C"]),
        _ => return None,
    };
    units.contains(&unit).then_some(class)
}

/// How values relate; an amount of one interval is neither a measurement nor a total.
const fn state_class(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Counter => Some("total_increasing"),
        Kind::Gauge => Some("measurement"),
        Kind::Amount | Kind::State => None,
    }
}
