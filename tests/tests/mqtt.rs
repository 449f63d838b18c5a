//! A gateway and an office with a real broker between them: whatever dies, or lies, the office has each reading once.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use millwatt_gateway::tls::Identity;
use millwatt_tests::mosquitto::Mosquitto;
use millwatt_tests::pymodbus::{MeterServer, kept};
use millwatt_tests::rig::{self, told};
use millwatt_tests::world::World;
use serde_json::Value;

const LIMIT: Duration = Duration::from_secs(60);

fn words(line: &str) -> Vec<String> {
    line.split(' ').map(str::to_owned).collect()
}

/// Everything is at the office, once, and proved there.
fn is_whole(world: &World) -> usize {
    let (here, there) = (kept(&world.path("data"), "mill"), kept(&world.copy(), "mill"));
    assert_eq!(here.get(..there.len()), Some(&there[..]), "the same readings, each once");
    let verified = rig::run(&["verify", "--data", &world.copy().display().to_string()]);
    assert!(told(&verified).contains("proved: "), "{}", told(&verified));
    assert!(!told(&verified).contains("fault"), "{}", told(&verified));
    there.len()
}

/// Waits until the office has more than the gateway has now, then ends both.
fn drained(world: &World, mut gateway: rig::Running, mut office: rig::Running) -> usize {
    let whole = kept(&world.path("data"), "mill").len();
    rig::wait_until("the rest", LIMIT, || {
        world.copy().join("00000001.mwlog").is_file() && kept(&world.copy(), "mill").len() > whole
    });
    assert!(gateway.terminate().success());
    assert!(office.terminate().success());
    is_whole(world)
}

#[test]
fn a_broker_that_dies_or_loses_its_disk_costs_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = "a broker that dies";
    let Some(mut broker) = Mosquitto::start(folder.path(), "", story) else { return };
    let url = format!("mqtt://127.0.0.1:{}", broker.port);
    let world = World::new(format!("mqtt = \"{url}\""), words(&format!("--mqtt {url}")));
    let Some(meter) = MeterServer::start(world.folder.path(), &[], story) else { return };
    world.introduce(meter.port);
    let mut office = world.office("office.log");
    let gateway = world.gateway();
    for round in 0..4_u64 {
        world.wait_for_more_receipts();
        std::thread::sleep(Duration::from_millis(70 * round));
        if round == 3 {
            // Both at once, and the office's disk is lost.
            office.0.kill().expect("SIGKILL is sent");
            office.0.wait().expect("it ends");
            std::fs::remove_dir_all(world.copy()).expect("deleted");
        }
        broker.kill();
        if round == 2 {
            broker.forget();
        }
        std::thread::sleep(Duration::from_millis(400));
        broker.again();
        if round == 3 {
            office = world.office("office.log");
        }
    }
    world.wait_for_more_receipts();
    let lost = world.events("run.log", "uplink").iter().any(|line| line["what"] == "lost");
    assert!(lost, "the gateway says that the office lost something");
    let readings = drained(&world, gateway, office);
    println!(
        "a broker killed four times, its disk lost once, the office's once: {readings} readings at the office, each once \
         and signed"
    );
}

/// A broker with TLS, passwords and a list of who may write where.
fn guarded(folder: &Path, story: &str) -> Option<Mosquitto> {
    let program = rig::need("MILLWATT_MOSQUITTO", story)?;
    let passwords = folder.join("passwords");
    let people = [("device", "one"), ("office", "two"), ("stranger", "three")];
    Mosquitto::passwords(&program, &passwords, &people);
    let rights = folder.join("rights");
    let list = "user office\ntopic readwrite millwatt/#\n\n\
                user device\ntopic write millwatt/LOG/sent\ntopic read millwatt/LOG/kept\ntopic read millwatt/receivers\n\n\
                user stranger\ntopic readwrite millwatt/stranger/sent\n";
    let log = std::fs::read_to_string(folder.join("log")).expect("the device's topic");
    std::fs::write(&rights, list.replace("LOG", &log)).expect("written");
    let address = "127.0.0.1".parse().expect("an address");
    Identity::open(folder, "broker", &[address]).expect("a certificate");
    let more = format!(
        "allow_anonymous false\npassword_file {}\nacl_file {}\ncertfile {}\nkeyfile {}\n",
        passwords.display(),
        rights.display(),
        folder.join("broker.crt").display(),
        folder.join("broker.key").display(),
    );
    Mosquitto::start(folder, &more, story)
}

#[test]
fn behind_tls_and_passwords_nobody_else_is_heard() {
    let story = "a guarded broker";
    if rig::need("MILLWATT_MOSQUITTO", story).is_none() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    // The device's name is known before its broker is.
    let data = folder.path().join("data");
    std::fs::create_dir_all(&data).expect("made");
    let key = rig::run(&["key", "--data", &data.display().to_string(), "--vkey"]);
    let key = String::from_utf8_lossy(&key.stdout).into_owned();
    let log = key.split('+').next().unwrap_or_default().replace('/', "-");
    std::fs::write(folder.path().join("log"), &log).expect("written");
    let Some(broker) = guarded(folder.path(), story) else { return };
    for (name, word) in [("device", "one"), ("office", "two"), ("wrong", "four")] {
        std::fs::write(folder.path().join(name), format!("{word}\n")).expect("written");
    }
    let url = format!("mqtts://127.0.0.1:{}", broker.port);
    let line = |password: &str| {
        format!(
            "mqtt = \"{url}\"\nversion = \"3.1.1\"\nuser = \"device\"\npassword_file = \"{}\"\nca = \"{}\"",
            path(password),
            path("broker.crt")
        )
    };
    let office = format!(
        "--mqtt {url} --mqtt-version 3.1.1 --user office --password-file {} --ca {}",
        path("office"),
        path("broker.crt")
    );
    let world = World::new(line("device"), words(&office));
    let Some(meter) = MeterServer::start(world.folder.path(), &[], story) else { return };
    std::fs::rename(&data, world.path("data")).expect("moved");
    world.introduce(meter.port);
    let site = std::fs::read_to_string(world.path("site.toml")).expect("a site");

    // With a wrong password the log stays here, and the sentence says what to look at.
    let wrong = site.replace(&path("device"), &path("wrong"));
    std::fs::write(world.path("site.toml"), wrong).expect("written");
    let mut gateway = world.gateway();
    let message = || {
        let lines = world.events("run.log", "uplink");
        lines.iter().find_map(|line| line["message"].as_str().map(str::to_owned))
    };
    rig::wait_until("the refusal is told", LIMIT, || message().is_some());
    assert!(message().is_some_and(|why| why.contains("password file")), "{:?}", message());
    assert!(gateway.terminate().success());
    std::fs::write(world.path("site.toml"), site).expect("written");

    let office = world.office("office.log");
    let gateway = world.gateway();
    world.wait_for_more_receipts();
    hostile(&world, &broker, &log, folder.path());
    let readings = drained(&world, gateway, office);
    println!("TLS, passwords and rights, MQTT 3.1.1: {readings} readings at the office, each once");
}

/// What others may try: old letters by the thousand, another's topic, a made-up receipt.
fn hostile(world: &World, broker: &Mosquitto, log: &str, folder: &Path) {
    let ca = folder.join("broker.crt").display().to_string();
    let (sent, kept) = (format!("millwatt/{log}/sent"), format!("millwatt/{log}/kept"));
    let as_user = |user: &str, password: &str, tool: &str, more: &[&str]| {
        let who = ["--cafile", &ca, "-u", user, "-P", password, "-q", "1"];
        broker.client(tool, &[&who[..], more].concat())
    };
    let letter = as_user("office", "two", "mosquitto_sub", &["-t", &sent, "-C", "1", "-N"]);
    assert!(letter.stdout.len() > 100, "{}", told(&letter));
    let parcel = folder.join("parcel").display().to_string();
    std::fs::write(&parcel, &letter.stdout).expect("written");
    let forged = folder.join("forged").display().to_string();
    std::fs::write(&forged, b"kept, all of it\n").expect("written");
    let refused = || world.events("office.log", "refused").len();

    let again = ["-t", &sent, "-f", &parcel, "--repeat", "1000", "--repeat-delay", "0"];
    assert!(as_user("device", "one", "mosquitto_pub", &again).status.success());
    world.wait_for_more_receipts();
    assert_eq!(refused(), 0, "what is kept already is kept");

    let elsewhere = ["-t", "millwatt/stranger/sent", "-f", &parcel];
    assert!(as_user("stranger", "three", "mosquitto_pub", &elsewhere).status.success());
    rig::wait_until("a foreign topic is refused", LIMIT, || refused() == 1);
    let made_up = ["-t", "millwatt/stranger/sent", "-f", &forged];
    assert!(as_user("stranger", "three", "mosquitto_pub", &made_up).status.success());
    rig::wait_until("what is no parcel is refused", LIMIT, || refused() == 2);
    // The broker lets no stranger write there, and the gateway believes nobody but the office.
    let _ = as_user("stranger", "three", "mosquitto_pub", &["-t", &kept, "-f", &forged]);
    assert!(
        as_user("office", "two", "mosquitto_pub", &["-t", &kept, "-f", &forged]).status.success()
    );
    let is_told = || {
        let lines = world.events("run.log", "uplink");
        lines
            .iter()
            .filter_map(|line| line["message"].as_str())
            .any(|why| why.contains("not believed"))
    };
    rig::wait_until("the forged receipt is told", LIMIT, is_told);
    world.wait_for_more_receipts();
}

/// Retained letters by topic, as whoever comes late gets them.
fn retained(broker: &Mosquitto) -> BTreeMap<String, String> {
    let arguments = ["-t", "#", "-F", "%t\t%p", "-W", "1", "--retained-only"];
    let output = broker.client("mosquitto_sub", &arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows = text.lines().filter_map(|line| line.split_once('\t'));
    rows.map(|(topic, payload)| (topic.to_owned(), payload.to_owned())).collect()
}

fn parsed(letters: &BTreeMap<String, String>, topic: &str) -> Value {
    let payload = letters.get(topic).unwrap_or_else(|| panic!("{topic}: {letters:?}"));
    serde_json::from_str(payload).expect("JSON")
}

#[test]
fn a_house_is_told_values_alarms_and_what_to_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let story = "values, alarms and Home Assistant";
    let Some(broker) = Mosquitto::start(folder.path(), "", story) else { return };
    let world = World::by_http();
    let Some(meter) = MeterServer::start(world.folder.path(), &[], story) else { return };
    world.introduce(meter.port);
    let site = std::fs::read_to_string(world.path("site.toml")).expect("a site");
    let (site, _) = site.split_once("[[uplink]]").expect("an uplink");
    let house = format!(
        "{site}[[alarm]]\nkind = \"dead_meter\"\nasset = \"mill\"\nsteps = 60\n\n[[uplink]]\nname = \"house\"\n\
         mqtt = \"mqtt://127.0.0.1:{}\"\nprefix = \"factory\"\nsite = \"suoi-giang\"\nevery = \"1s\"\n\
         send = [\"values\", \"alarms\", \"home-assistant\"]\n",
        broker.port
    );
    std::fs::write(world.path("site.toml"), house).expect("written");
    let mut gateway = world.gateway();
    let state = "factory/suoi-giang/mill/state";
    let counter = || parsed(&retained(&broker), state)["active_energy_kwh"].as_f64();
    rig::wait_until("a counter is told", LIMIT, || {
        retained(&broker).contains_key(state) && counter().is_some()
    });
    let before = counter();
    rig::wait_until("its next value", LIMIT, || counter() > before);
    let letters = retained(&broker);
    let status =
        |letters: &BTreeMap<String, String>| letters.get("factory/suoi-giang/status").cloned();
    assert_eq!(status(&letters).as_deref(), Some("online"));
    let alarm = "factory/suoi-giang/alarm/mill/dead_meter";
    assert_eq!(parsed(&letters, alarm)["state"], "off", "{letters:?}");
    let device = parsed(&letters, "homeassistant/device/millwatt-suoi-giang/mill/config");
    let shown = device["components"].as_object().expect("components");
    let energy = shown.values().find(|part| part["device_class"] == "energy").expect("an energy");
    assert_eq!(
        (&energy["state_class"], &energy["state_topic"]),
        (&"total_increasing".into(), &state.into())
    );

    // The meter dies: the alarm is raised, and its value is none rather than old.
    drop(meter);
    rig::wait_until("the alarm is raised", LIMIT, || {
        parsed(&retained(&broker), alarm)["state"] == "on"
    });
    // The gateway's power goes: the broker says its will.
    gateway.0.kill().expect("SIGKILL is sent");
    rig::wait_until("offline", LIMIT, || status(&retained(&broker)).as_deref() == Some("offline"));
    let mut gateway = world.gateway();
    rig::wait_until("online", LIMIT, || status(&retained(&broker)).as_deref() == Some("online"));
    assert!(gateway.terminate().success());
    rig::wait_until("leave is taken", LIMIT, || {
        status(&retained(&broker)).as_deref() == Some("offline")
    });
    println!("{} letters kept for a house: {} things to show", letters.len(), shown.len());
}
