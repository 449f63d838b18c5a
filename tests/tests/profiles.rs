//! Each meter profile against pymodbus, which serves the map by an encoder of its own: `millwatt profiles test` says
//! what was served, to the last digit.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use millwatt_gateway::site_file::profile;
use millwatt_tests::rig::{self, Running, told};
use serde_json::{Value, json};

/// A meter served by pymodbus from a profile.
struct Served {
    folder: tempfile::TempDir,
    address: String,
    _server: Running,
}

impl Served {
    /// Serves a profile's map, edited or not, as unit 7.
    fn start(python: &Path, name: &str, edit: impl Fn(&str) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let text = edit(profile::text(name).expect("a profile"));
        std::fs::write(path("profile.toml"), text).expect("written");
        let port = rig::free_port();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/profile_server.py");
        let mut server = Command::new(python);
        server.arg(script).arg(port.to_string()).arg("7");
        server.args([path("profile.toml"), path("expected.json")]);
        let server = Running::start(&mut server, &path("server.log"));
        rig::wait_for_port(port);
        Self { folder, address: format!("127.0.0.1:{port}"), _server: server }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What `profiles test` says, what it should, and all that it printed.
    fn asked(&self, name: &str) -> (Value, Value, String) {
        let address = ["--address", &self.address, "--unit", "7", "--json"];
        let output = rig::run(&[&["profiles", "test", name][..], &address].concat());
        let expected = std::fs::read_to_string(self.path("expected.json")).expect("told");
        let answer = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (answer, serde_json::from_str(&expected).expect("JSON"), told(&output))
    }

    /// Collects from it until enough was said; gives what was said.
    fn collected(&self, name: &str, is_enough: fn(&str) -> bool) -> String {
        let site = format!(
            "[site]\nname = \"x\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\ncommit_every = \"1s\"\n\n[[asset]]\n\
             id = \"mill\"\nname = \"Mill\"\n\n[[meter]]\nasset = \"mill\"\naddress = \"{}\"\nunit = 7\n\
             profile = \"{name}\"\nevery = \"100ms\"\n",
            self.address
        );
        std::fs::write(self.path("site.toml"), site).expect("written");
        let mut collector = rig::millwatt();
        collector.arg("run").arg(self.path("site.toml")).arg("--json");
        collector.arg("--data").arg(self.path("data"));
        let log = self.path("run.log");
        let mut collector = Running::start(&mut collector, &log);
        let said = || std::fs::read_to_string(&log).unwrap_or_default();
        rig::wait_until("enough is said", Duration::from_secs(30), || is_enough(&said()));
        collector.terminate();
        said()
    }
}

fn rows(answer: &Value) -> Vec<Value> {
    let rows = answer["readings"].as_array().expect("readings");
    let mut rows: Vec<Value> =
        rows.iter().map(|row| json!([row["name"], row["value"], row["unit"]])).collect();
    rows.sort_by_key(Value::to_string);
    rows
}

#[test]
fn every_profile_reads_what_another_program_serves() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "profiles beside pymodbus") else { return };
    let mut compared = 0;
    for name in profile::names() {
        let (answer, expected, said) = Served::start(&python, name, str::to_owned).asked(name);
        let mut wanted = expected["readings"].as_array().expect("readings").clone();
        wanted.sort_by_key(Value::to_string);
        assert_eq!(rows(&answer), wanted, "{name}: {said}");
        assert_eq!(answer["identity"], expected["identity"], "{name}");
        assert_eq!(answer["serial_number"], expected["serial_number"], "{name}");
        assert_eq!(answer["faults"], json!([]), "{name}");
        compared += wanted.len();
    }
    println!("{} profiles, {compared} registers as pymodbus served them", profile::names().len());
}

/// The map of one model under the code of another.
fn other_model(text: &str) -> String {
    text.replace("equals = [15501, 15502, 15521, 15522]", "equals = [9]")
}

#[test]
fn another_model_at_the_address_is_told() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "profiles beside pymodbus") else { return };
    let served = Served::start(&python, "schneider-pm2100", other_model);
    let (answer, _, said) = served.asked("schneider-pm2100");
    let fault = answer["faults"][0].as_str().unwrap_or_default();
    assert!(fault.starts_with("the model code is 9, of "), "{said}");
    assert!(fault.ends_with("is it this model?"), "{said}");
}

#[test]
fn nothing_of_another_model_is_kept() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "profiles beside pymodbus") else { return };
    let kept = |edit: fn(&str) -> String, is_enough: fn(&str) -> bool| {
        let served = Served::start(&python, "schneider-pm2100", edit);
        let said = served.collected("schneider-pm2100", is_enough);
        let data = millwatt_gateway::file_log::read_archive(&served.path("data"));
        (data.map_or(0, |archive| archive.length()), said)
    };
    let (own, said) = kept(str::to_owned, |said| {
        let mut lines = said.lines().filter(|line| line.contains("watermark"));
        lines.any(|line| !line.contains("\"readings\":0"))
    });
    assert!(own >= 18, "{own} readings; {said}");
    let (strange, said) =
        kept(other_model, |said| said.contains("the model code is 9, of this profile it is 15501"));
    assert_eq!(strange, 0, "{said}");
}

#[test]
fn nobody_at_the_address_is_told_and_an_unknown_name_too() {
    let address = format!("127.0.0.1:{}", rig::free_port());
    let silent = rig::run(&["profiles", "test", "eastron-sdm630", "--address", &address]);
    assert_eq!(silent.status.code(), Some(1));
    assert!(told(&silent).contains("cannot connect: check address"), "{}", told(&silent));
    let unknown = rig::run(&["profiles", "show", "sdm"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        told(&unknown).contains("expected one of: abb-b23, acrel-adl400"),
        "{}",
        told(&unknown)
    );
}
