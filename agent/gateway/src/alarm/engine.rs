//! Readings in, events out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::sentences::{numbers, sentence};
use super::{Plan, Watched};
use crate::figures::local_time;
use crate::language::Language;
use millwatt::reading::{ChannelId, Reading};
use millwatt::site::Shift;
use millwatt::time::{Instant, Offset, Zone};
use millwatt_agent::alarm::{Calendar, Change, Turn};

/// An alarm that began or ended, in numbers and words.
///
/// # Units and shape
/// `numbers` is an object whose keys end in their unit; figures are rounded to six places.
/// # Missing data
/// A number that nobody measured is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct AlarmEvent {
    /// The alarm's place in the site file, from 0: what began and what ends have the same.
    pub number: usize,
    /// The asset's short name.
    pub asset: String,
    /// The name that people read.
    pub name: String,
    /// What is watched, as the site file says it.
    pub kind: &'static str,
    /// Whether it began or ended.
    pub turn: Turn,
    /// When that was seen.
    pub at: Instant,
    /// When what it tells of began.
    pub since: Instant,
    /// The numbers behind it.
    pub numbers: Value,
    /// All of it for people, in Vietnamese.
    pub vietnamese: String,
    /// The same in English.
    pub english: String,
    /// The two instants as local time.
    local: [String; 2],
}

impl AlarmEvent {
    /// For people.
    #[must_use]
    pub fn sentence(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vietnamese,
            Language::English => &self.english,
        }
    }

    /// For programs: what is posted to a webhook, and a line of `millwatt run --json`.
    #[must_use]
    pub fn json(&self) -> Value {
        let [at, since] = &self.local;
        json!({
            "event": "alarm",
            "number": self.number,
            "asset": self.asset,
            "name": self.name,
            "kind": self.kind,
            "state": self.turn.name(),
            "at": at,
            "since": since,
            "numbers": self.numbers,
            "vi": self.vietnamese,
            "en": self.english,
        })
    }

    fn of(number: usize, watched: &Watched, change: &Change, zone: Zone<'_>) -> Self {
        let say = |language| sentence(watched, change, zone, language);
        Self {
            number,
            asset: watched.asset.clone(),
            name: watched.name.clone(),
            kind: watched.alarm.kind(),
            turn: change.turn,
            at: change.at,
            since: change.since,
            numbers: numbers(watched, change, zone),
            vietnamese: say(Language::Vietnamese),
            english: say(Language::English),
            local: [change.at, change.since].map(|at| local_time(zone, at)),
        }
    }
}

/// The alarms of a site at work.
///
/// # Example
/// ```
/// use millwatt_gateway::alarm::{Alarms, Plan};
/// use millwatt::time::Instant;
/// let mut alarms = Alarms::new(&Plan::default()); // a site without alarms
/// assert!(alarms.take(&[]).is_empty());
/// assert!(alarms.tick(Instant::from_unix_milliseconds(0)).is_empty());
/// ```
#[derive(Debug)]
pub struct Alarms {
    plan: Plan,
    watched: Vec<Watched>,
    /// Which alarms look at a channel.
    by_channel: BTreeMap<ChannelId, Vec<usize>>,
    offsets: Vec<Offset>,
    shifts: Vec<Shift<'static>>,
}

impl Alarms {
    /// All of a plan, none of them raised.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let Plan { watched, offsets, shifts, .. } = plan.clone();
        let mut by_channel: BTreeMap<ChannelId, Vec<usize>> = BTreeMap::new();
        for (number, one) in watched.iter().enumerate() {
            for channel in one.alarm.channels() {
                by_channel.entry(channel).or_default().push(number);
            }
        }
        Self { plan: plan.clone(), watched, by_channel, offsets, shifts }
    }

    /// Goes on by another plan: alarms that are the same in it stand as they do, all others begin anew.
    pub fn follow(&mut self, plan: &Plan) {
        let before = std::mem::replace(self, Self::new(plan));
        let both = self.watched.iter_mut().zip(before.watched).enumerate();
        for (_, (now, old)) in both.filter(|(number, _)| plan.shares(&before.plan, *number)) {
            *now = old;
        }
    }

    /// What readings change; those of a channel in time order.
    pub fn take(&mut self, readings: &[Reading]) -> Vec<AlarmEvent> {
        let Self { watched, by_channel, offsets, shifts, .. } = self;
        let calendar = Calendar { zone: Zone::new(offsets), shifts };
        let mut events = Vec::new();
        for reading in readings {
            for number in by_channel.get(&reading.channel).into_iter().flatten() {
                let one = &mut watched[*number];
                if let Some(change) = one.alarm.fold(reading, calendar) {
                    events.push(AlarmEvent::of(*number, one, &change, calendar.zone));
                }
            }
        }
        events
    }

    /// What time alone changes: silence, the end of a window. Once a second is often enough.
    pub fn tick(&mut self, now: Instant) -> Vec<AlarmEvent> {
        let Self { watched, offsets, shifts, .. } = self;
        let calendar = Calendar { zone: Zone::new(offsets), shifts };
        let events = watched.iter_mut().enumerate().filter_map(|(number, one)| {
            let change = one.alarm.tick(now, calendar)?;
            Some(AlarmEvent::of(number, one, &change, calendar.zone))
        });
        events.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Active, Row, Ways};
    use super::*;
    use millwatt::archive::emit_all;
    use millwatt::reading::{Quality, Sample};
    use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale};
    use millwatt::time::Span;
    use millwatt::wire::Record;
    use millwatt::wire::manifest::Head;

    fn manifest() -> Vec<u8> {
        let head = Head {
            name: "Plant",
            zone: "Asia/Bangkok",
            currency: "VND",
            main: None,
            output: None,
            output_unit: "kg",
        };
        let asset = Asset {
            id: "mill",
            name: "Cối xay",
            parent: None,
            machine: true,
            rated_milliwatts: 0,
            idle_milliwatts: 600_000,
            running_milliwatts: 6_000_000,
            ideal_cycle: Span::ZERO,
            minor_stop: Span::ZERO,
            dwell: Span::ZERO,
        };
        let channel = |name, quantity, kind, scale, unit| Channel {
            name,
            asset: AssetId(0),
            quantity,
            phase: 0,
            kind,
            scale: Scale(scale),
            unit,
            every: Span::from_minutes(1),
            modulus: 0,
        };
        emit_all(&[
            Record::Head(head),
            Record::Offset(Offset { since: Instant::MIN, minutes: 420 }),
            Record::Asset(asset),
            Record::Channel(channel(
                "mill.active_power",
                Quantity::ActivePower,
                Kind::Gauge,
                2,
                "kW",
            )),
            Record::Channel(channel(
                "mill.temperature",
                Quantity::Temperature,
                Kind::Gauge,
                -1,
                "°C",
            )),
        ])
    }

    fn plan(text: &str) -> Result<Plan, String> {
        #[derive(serde::Deserialize)]
        struct File {
            alarm: Vec<Row>,
        }
        let file: File = toml::from_str(text).expect("rows");
        Plan::of(&file.alarm, &Ways::default(), &manifest()).map_err(|wrong| wrong.message)
    }

    fn reading(channel: u16, minute: i64, value: i64) -> Reading {
        let at = Instant::from_unix_milliseconds(minute * 60_000);
        let sample = Sample { at, value, quality: Quality::Good };
        Reading { channel: ChannelId(channel), sample }
    }

    const IDLE: &str = "[[alarm]]\nkind = \"idle\"\nasset = \"mill\"\nminutes = 5\n";

    #[test]
    fn an_idle_mill_is_told_in_two_languages_and_stands_until_it_runs() {
        let (mut alarms, active) = (Alarms::new(&plan(IDLE).expect("a plan")), Active::default());
        let mut told = Vec::new();
        for minute in 0..12 {
            // 3.0 kW, and from minute eight on 9.0 kW; in steps of 0.1 kW.
            let events = alarms.take(&[reading(0, minute, if minute < 8 { 30 } else { 90 })]);
            events.iter().for_each(|event| active.note(event));
            told.extend(events);
            assert_eq!(active.list().len(), usize::from((5..9).contains(&minute)), "{minute}");
        }
        let [raised, cleared] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(
            raised.english,
            "Cối xay has been idling for 5 min of planned time, since 1970-01-01 07:00; 0.25 kWh drawn"
        );
        assert_eq!(
            raised.vietnamese,
            "Cối xay chạy không tải đã 5 phút trong giờ làm việc, từ 1970-01-01 07:00; đã tốn 0,25 kWh"
        );
        let json = raised.json();
        assert_eq!((&json["kind"], &json["state"]), (&json!("idle"), &json!("raised")));
        assert_eq!(json["numbers"], json!({ "planned_min": 5.0, "energy_kwh": 0.25 }));
        assert_eq!(json["at"], json!("1970-01-01T07:05:00+07:00"));
        assert_eq!((cleared.number, cleared.turn, cleared.since), (0, Turn::Cleared, raised.since));
        assert_eq!(cleared.numbers["planned_min"], json!(8.0));
    }

    #[test]
    fn a_temperature_out_of_its_limits_is_told_in_its_unit() {
        let text = "[[alarm]]\nkind = \"limits\"\nasset = \"mill\"\nchannel = \"mill.temperature\"\nlow = 75\nminutes = 2\n";
        let mut alarms = Alarms::new(&plan(text).expect("a plan"));
        let told: Vec<_> =
            (0..5).flat_map(|minute| alarms.take(&[reading(1, minute, 730)])).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].english, "Cối xay: 73 °C; out of its limits for 3 min, by up to 2 °C");
        assert_eq!(told[0].numbers["beyond"], json!(2.0));
    }

    #[test]
    fn silence_is_told_by_the_time_alone() {
        let text = "[[alarm]]\nkind = \"dead_meter\"\nasset = \"mill\"\n";
        let mut alarms = Alarms::new(&plan(text).expect("a plan"));
        let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
        let told: Vec<_> = (0..20).flat_map(|minute| alarms.tick(at(minute))).collect();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].numbers, json!({ "death": "silent", "lasted_min": 6.0 }));
    }

    #[test]
    fn what_the_site_does_not_have_is_said() {
        let peak = plan("[[alarm]]\nkind = \"peak\"\nasset = \"mill\"\nlimit_kw = 9\n");
        assert!(peak.is_err_and(|message| message.contains("no channel of ActiveEnergy")));
        let limits = plan(
            "[[alarm]]\nkind = \"limits\"\nasset = \"mill\"\nchannel = \"mill.heat\"\nlow = 1\n",
        );
        let message = limits.expect_err("there is no such channel");
        assert!(
            message.contains("expected one of: mill.active_power, mill.temperature"),
            "{message}"
        );
    }

    #[test]
    fn an_alarm_that_stays_in_the_site_file_stands_as_it_does() {
        const COLD: &str = "[[alarm]]\nkind = \"limits\"\nasset = \"mill\"\nchannel = \"mill.temperature\"\nlow = 75\nminutes = 2\n";
        let silence = "[[alarm]]\nkind = \"dead_meter\"\nasset = \"mill\"\n";
        let raised = || {
            let mut alarms = Alarms::new(&plan(COLD).expect("a plan"));
            let told: Vec<_> =
                (0..5).flat_map(|minute| alarms.take(&[reading(1, minute, 730)])).collect();
            assert_eq!(told.len(), 1);
            alarms
        };
        let again = |mut alarms: Alarms| {
            (5..12).map(|minute| alarms.take(&[reading(1, minute, 730)]).len()).sum::<usize>()
        };
        let mut same = raised();
        same.follow(&plan(&format!("{COLD}{silence}")).expect("a plan"));
        assert_eq!(again(same), 0, "told before");
        let mut other = raised();
        other.follow(&plan(&COLD.replace("75", "74")).expect("a plan"));
        assert_eq!(again(other), 1, "another limit begins anew");
        let mut gone = raised();
        gone.follow(&plan(silence).expect("a plan"));
        assert_eq!(again(gone), 0);
    }
}
