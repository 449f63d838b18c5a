//! `millwatt scan` against meters of several makers that pymodbus serves on one line, with values that meters at work
//! could have: it finds who answers, guesses what each is, and writes a site file that works.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use millwatt_gateway::site_file::profile;
use millwatt_tests::rig::{self, Running, told};
use serde_json::{Value, json};

const STORY: &str = "scan beside pymodbus";

/// Units on one line, each a profile's meter or one that `refuses`.
struct Line {
    folder: tempfile::TempDir,
    address: String,
    _server: Running,
}

impl Line {
    /// Serves over Modbus `tcp`, over TCP as a `gateway` does, or `rtu` through a converter.
    fn start(python: &Path, kind: &str, units: &[(u8, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let port = rig::free_port();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/scan_server.py");
        let mut server = Command::new(python);
        server.arg(script).arg(port.to_string()).arg(kind);
        for (unit, name) in units {
            let map = profile::text(name).map(|text| written(folder.path(), name, text));
            server.arg(format!("{unit}={}", map.unwrap_or_else(|| (*name).to_owned())));
        }
        let server = Running::start(&mut server, &folder.path().join("server.log"));
        rig::wait_for_port(port);
        Self { folder, address: format!("127.0.0.1:{port}"), _server: server }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn scan(&self, more: &[&str]) -> Output {
        rig::run(&[&["scan", "--address", &self.address][..], more].concat())
    }

    /// What a scan prints for scripts.
    fn found(&self, more: &[&str]) -> Vec<Value> {
        let output = self.scan(&[more, &["--json"]].concat());
        assert!(output.status.success(), "{}", told(&output));
        let found: Value = serde_json::from_slice(&output.stdout).expect("prints JSON");
        found.as_array().expect("a list").clone()
    }
}

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(format!("{name}.toml"));
    std::fs::write(&path, text).expect("written");
    path.display().to_string()
}

/// Names of the profiles guessed, and whether the first is sure.
fn guessed(found: &Value) -> (Vec<&str>, bool) {
    let guesses = found["guesses"].as_array().expect("guesses");
    let names = guesses.iter().filter_map(|guess| guess["profile"].as_str()).collect();
    (names, guesses.first().is_some_and(|guess| guess["sure"] == true))
}

/// The first guess: the registers of smaller meters of the same maker are among those of a larger one.
fn likeliest(found: &Value) -> (&str, bool) {
    let (names, is_sure) = guessed(found);
    (names.first().copied().unwrap_or_default(), is_sure)
}

const THREE: [(u8, &str); 3] = [(1, "eastron-sdm630"), (3, "schneider-pm2100"), (9, "refuses")];

#[test]
fn finds_who_answers_and_what_each_is() {
    let Some(python) = rig::need("MILLWATT_PYTHON", STORY) else { return };
    let line = Line::start(&python, "tcp", &THREE);
    let found = line.found(&["--units", "1,3,5,9", "--timeout", "1s"]);
    let units: Vec<_> = found.iter().map(|found| found["unit"].clone()).collect();
    assert_eq!(units, [1, 3, 9].map(|unit| json!(unit)), "5 is silent");
    assert_eq!(likeliest(&found[0]), ("eastron-sdm630", false));
    assert_eq!(found[0]["guesses"][0]["score"], json!(1.0));
    let why = found[0]["guesses"][0]["why"].as_str().unwrap_or_default();
    assert_eq!(why, "voltage 231.2 V, 50.01 Hz, 11 of 11 numbers fit");
    assert_eq!(guessed(&found[1]), (vec!["schneider-pm2100"], true));
    assert_eq!(guessed(&found[2]), (vec![], false));
}

#[test]
fn the_site_file_that_it_writes_works() {
    let Some(python) = rig::need("MILLWATT_PYTHON", STORY) else { return };
    let line = Line::start(&python, "tcp", &THREE);
    let site = line.path("site.toml").display().to_string();
    let scan = |more: &[&str]| {
        line.scan(&[&["--units", "1,3,9", "--timeout", "1s", "--out", &site], more].concat())
    };
    let said = scan(&[]);
    assert!(said.status.success(), "{}", told(&said));
    let said = told(&said);
    assert!(said.contains("unit 1: looks like eastron-sdm630 (voltage 231.2 V"), "{said}");
    assert!(said.contains("unit 3: sure: schneider-pm2100 (model code 15522, "), "{said}");
    assert!(said.contains("unit 9: answers, but no known meter: name its profile"), "{said}");

    let checked = rig::run(&["check", &site]);
    assert!(checked.status.success(), "{}", told(&checked));
    assert!(told(&checked).contains("2 meters"), "{}", told(&checked));
    for (unit, name) in [("1", "eastron-sdm630"), ("3", "schneider-pm2100")] {
        let tested =
            rig::run(&["profiles", "test", name, "--address", &line.address, "--unit", unit]);
        assert!(tested.status.success(), "{name}: {}", told(&tested));
    }

    let refused = scan(&[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(told(&refused).contains("with --force"), "{}", told(&refused));
    assert!(scan(&["--force"]).status.success());
}

#[test]
fn every_profile_with_voltages_is_among_the_guesses() {
    let Some(python) = rig::need("MILLWATT_PYTHON", STORY) else { return };
    let served: Vec<(u8, &str)> = (1..).zip(profile::names()).collect();
    let line = Line::start(&python, "gateway", &served);
    let last = served.len() + 2;
    let found = line.found(&["--units", &format!("1-{last}"), "--timeout", "5s"]);
    assert_eq!(found.len(), served.len(), "a gateway's word for nobody is no answer");
    let mut sure = 0;
    for (found, (unit, name)) in found.iter().zip(&served) {
        let profile = profile::find(name).expect("a profile");
        let (names, is_sure) = guessed(found);
        assert_eq!(found["unit"], json!(unit));
        assert_eq!(is_sure, profile.identity.is_some(), "{name}: {found}");
        let tells = profile.registers.iter().any(|row| row.quantity.word() == "voltage");
        assert_eq!(names.contains(name), tells, "{name}: {found}");
        sure += usize::from(is_sure);
    }
    println!("{} profiles served, {sure} known by their model code", served.len());
}

#[test]
fn a_line_behind_a_converter_is_searched_too() {
    let Some(python) = rig::need("MILLWATT_PYTHON", STORY) else { return };
    let line = Line::start(&python, "rtu", &THREE);
    let site = line.path("site.toml").display().to_string();
    let tunnelled = ["--rtu-over-tcp", "--units", "1,2,9", "--timeout", "1s", "--out", &site];
    let found = line.found(&tunnelled);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(likeliest(&found[0]), ("eastron-sdm630", false));
    let text = std::fs::read_to_string(&site).expect("written");
    assert!(text.contains("protocol = \"rtu-over-tcp\""), "{text}");
    let checked = rig::run(&["check", &site]);
    assert!(checked.status.success(), "{}", told(&checked));
}

#[test]
fn nobody_there_and_wrong_use_are_told_apart() {
    let address = format!("127.0.0.1:{}", rig::free_port());
    let ended = |arguments: &[&str]| {
        let output = rig::run(&[&["scan"], arguments].concat());
        (output.status.code(), told(&output))
    };
    let (status, said) = ended(&["--address", &address]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("cannot connect to 127.0.0.1:"), "{said}");
    let (status, said) = ended(&["--port", "/dev/no-such-port"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("/dev/no-such-port cannot be opened"), "{said}");
    let (status, said) = ended(&["--address", &address, "--rtu-over-tcp", "--units", "0-3"]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("a serial line has no unit 0"), "{said}");
    let (status, said) = ended(&["--address", &address, "--units", "3-1"]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("such as 1-20 or 1,3,7-9"), "{said}");
    assert_eq!(ended(&[]).0, Some(2));
}
