//! Stops that nobody has explained are cards on every phone, until somebody says why.

use std::path::Path;

use crate::form_rig::{self, Gateway, look, people};
use millwatt::event::EventKind;
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Period, Span};
use millwatt_gateway::run::wall_clock;
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;
use millwatt_tests::rig::{self, told};
use serde_json::{Value, json};

/// Two machines whose power says when they stand. Nobody answers at their meters: what they did is in the log.
const SITE: &str = r#"
[site]
name = "Xưởng quế Văn Yên"
zone = "Asia/Bangkok"
currency = "VND"
output = "still"
output_unit = "kg"
commit_every = "200ms"

[[shift]]
name = "Ca"
days = "mon-sun"
hours = "00:00-24:00"

[[asset]]
id = "still"
name = "Nồi chưng cất số 2"
machine = true
idle_kw = 1
running_kw = 10

[[asset]]
id = "press"
name = "Máy băm lá"
machine = true
idle_kw = 1
running_kw = 10

[[meter]]
asset = "still"
address = "127.0.0.1:PORT"
[[meter.register]]
quantity = "active_energy"
table = "input"
address = 0
type = "uint32"
unit = "kWh"
decimals = 2

[[meter]]
asset = "press"
address = "127.0.0.1:PORT"
unit = 2
[[meter.register]]
quantity = "active_energy"
table = "input"
address = 0
type = "uint32"
unit = "kWh"
decimals = 2
"#;

/// Minutes of running and of standing in turn, up to now.
const STILL: [i64; 6] = [30, 8, 60, 45, 120, 25];
const PRESS: [i64; 5] = [100, 4, 40, 66, 40];

/// A folder with a log of the last hours, and with Lan and Minh.
fn set_up() -> tempfile::TempDir {
    let site = SITE.replace("PORT", &rig::free_port().to_string());
    let folder = form_rig::set_up(&site);
    let data = folder.path().join("data");
    let added = people(&data, &["add", "Minh"], "2580");
    assert!(added.status.success(), "{}", told(&added));
    let manifest = site_file::read(&folder.path().join("site.toml")).expect("a site").manifest;
    let mut writer = Writer::open(&data, manifest).expect("opens");
    let now = wall_clock().floor(Span::from_minutes(1));
    for (channel, turns) in [&STILL[..], &PRESS].into_iter().enumerate() {
        let channel = ChannelId(u16::try_from(channel).expect("two"));
        let all: i64 = turns.iter().sum();
        let steps = turns.iter().zip([20, 0].into_iter().cycle());
        let steps = steps.flat_map(|(minutes, step)| (0..*minutes).map(move |_| step));
        let mut value = 10_000;
        for (minute, step) in (0..).zip([0].into_iter().chain(steps)) {
            value += step;
            let at = now - Span::from_minutes(all - minute);
            let sample = Sample { at, value, quality: Quality::Good };
            writer.push([Reading { channel, sample }]);
        }
    }
    writer.commit().expect("kept");
    writer.seal_all().expect("signed");
    folder
}

/// What waits for a reason, as this phone is told.
fn cards(gateway: &Gateway, cookie: &str) -> Vec<Value> {
    let answer = gateway.get("/form/stops", cookie);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["cards"].as_array().expect("cards").clone()
}

/// Machine, minutes and whether it stands, of each card.
fn short(cards: &[Value]) -> Vec<(String, i64, bool)> {
    let row = |card: &Value| {
        let asset = card["asset"].as_str().expect("a machine").to_owned();
        (asset, card["minutes"].as_i64().expect("minutes"), card["standing"] == json!(true))
    };
    cards.iter().map(row).collect()
}

/// A reason for the whole of a card.
fn reason(id: &str, card: &Value, reason: &str) -> Value {
    json!({ "id": id, "kind": "stop", "asset": card["asset"], "at": card["from"],
            "until": card["until"], "product": reason })
}

fn card_of(cards: &[Value], asset: &str, standing: bool) -> Value {
    let found = cards.iter().find(|card| card["asset"] == asset && card["standing"] == standing);
    found.unwrap_or_else(|| panic!("no card of {asset}")).clone()
}

/// The stops of the log: machine, minutes, reason, and its note.
fn reported(data: &Path) -> Vec<(String, i64, String, String)> {
    let archive = millwatt_gateway::file_log::read_archive(data).expect("a log");
    let always = Period::new(Instant::MIN, Instant::MAX);
    let stops =
        millwatt::Series::events(&archive, always).filter(|one| one.kind == EventKind::Stop);
    let row = |one: millwatt::event::Event<'_>| {
        let lasted = one.until.expect("an end") - one.at;
        let minutes = (lasted.milliseconds() + 30_000) / 60_000;
        (one.asset.to_owned(), minutes, one.product.to_owned(), one.note.to_owned())
    };
    stops.map(row).collect()
}

#[test]
fn a_card_goes_when_somebody_says_why_and_the_last_word_counts() {
    let mut gateway = Gateway::start(set_up());
    assert_eq!(gateway.get("/form/stops", "").status, 401);
    let (lan, minh) = (gateway.sign_in(), gateway.sign_in_as("Minh", "2580"));
    let all = cards(&gateway, &lan);
    let expected =
        [("still", 25, true), ("press", 66, false), ("still", 45, false), ("still", 8, false)];
    let expected = expected.map(|(asset, minutes, stands)| (asset.to_owned(), minutes, stands));
    assert_eq!(short(&all), expected, "four minutes are a minor stop");
    assert_eq!(cards(&gateway, &minh), all, "on every phone");

    // Minh says why the press stood, then Lan of another mind: hers is the last word.
    let press = card_of(&all, "press", false);
    let first = reason("00000000000000b1", &press, "setup");
    assert_eq!(gateway.send(&minh, &first).0, "kept");
    assert_eq!(short(&cards(&gateway, &lan)), [&expected[..1], &expected[2..]].concat());
    assert_eq!(gateway.send(&lan, &reason("00000000000000a1", &press, "breakdown")).0, "kept");

    // While it stands: until now, and for as long as it goes on.
    let mut standing = reason("00000000000000a2", &card_of(&all, "still", true), "tool_change");
    standing["standing"] = json!(true);
    assert_eq!(gateway.send(&lan, &standing).0, "kept");
    // Ten minutes of the earlier one; the rest still waits.
    let still = card_of(&all, "still", false);
    let mut part = reason("00000000000000a3", &still, "management");
    part["until"] = json!(later(&still["from"], 10));
    assert_eq!(gateway.send(&lan, &part).0, "kept");
    let rest = cards(&gateway, &minh);
    assert_eq!(short(&rest), [("still".to_owned(), 35, false), expected[3].clone()]);
    assert_eq!(rest[0]["said"], "management");

    // A mistake is withdrawn; what was said is told to everybody.
    let back = json!({ "id": "00000000000000a4", "kind": "withdraw", "at": gateway.now(),
                       "corrects": "00000000000000a3" });
    assert_eq!(gateway.send(&lan, &back).0, "kept");
    assert_eq!(short(&cards(&gateway, &lan)), expected[2..]);
    let told = gateway.get("/form/stops", &minh).json()["told"].clone();
    let of_press = told.as_array().expect("a list").iter().filter(|one| one["asset"] == "press");
    let of_press: Vec<_> =
        of_press.map(|one| (&one["by"], &one["mine"], &one["product"])).collect();
    assert_eq!(
        of_press,
        [
            (&json!("Lan"), &json!(false), &json!("breakdown")),
            (&json!("Minh"), &json!(true), &json!("setup"))
        ]
    );
    gateway.kill_and_start_again();
    let lan = gateway.sign_in();
    assert_eq!(short(&cards(&gateway, &lan)), expected[2..], "the log knows");
    assert!(gateway.run.terminate().success());
    let figures = rig::indicators(&gateway.data(), &[]);
    let lost = |part| rig::figure(&figures, "loss_time", "press", part)["value"].clone();
    assert_eq!((lost("breakdown"), lost("setup")), (json!("1.1"), json!("0")));
}

/// Minutes after a local time.
fn later(at: &Value, minutes: i64) -> String {
    let text = at.as_str().expect("a time");
    let (date, time) = text.split_once('T').expect("a date");
    let (hour, minute) = time.split_once(':').expect("an hour");
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let total = number(hour) * 60 + number(minute) + minutes;
    let date = site_file::words::day(date).expect("a date").plus_days(total / 1_440);
    let (hour, minute) = (total % 1_440 / 60, total % 60);
    format!("{:04}-{:02}-{:02}T{hour:02}:{minute:02}", date.year, date.month, date.day)
}

#[test]
fn cards_are_answered_with_one_tap_also_while_the_gateway_is_away() {
    let folder = set_up();
    let Some(seen) = look("form_stops.cjs", folder.path(), rig::free_port()) else { return };
    form_rig::nothing_is_wrong(&seen);
    assert_eq!(seen["cards"], json!([4, 3, 2, 1]), "one less with every answer: {seen}");
    assert_eq!(seen["shown"], json!([3, 4]), "the first, and all when asked");
    assert_eq!(seen["elsewhere"], json!(3), "gone on the other phone, too");
    assert!(seen["away"].as_str().is_some_and(|text| text.contains("1 mục chờ gửi")), "{seen}");
    assert!(seen["between"].as_str().is_some_and(|text| text.contains("Phải sau")), "{seen}");
    let mut told = reported(&folder.path().join("data"));
    told.sort();
    let of = |reason: &str| told.iter().filter(|row| row.2 == reason).collect::<Vec<_>>();
    let [press, still] = of("breakdown")[..] else { panic!("{told:?}") };
    let ([setup], [tool]) = (&of("setup")[..], &of("tool_change")[..]) else { panic!("{told:?}") };
    let minutes = [press, setup, still].map(|row| (row.0.as_str(), row.1));
    assert_eq!(minutes, [("press", 20), ("press", 46), ("still", 45)]);
    assert!(tool.3.contains(" field:standing") && (25..45).contains(&tool.1), "{tool:?}");
    assert_eq!(told.len(), 4, "each was said once: {told:?}");
}
