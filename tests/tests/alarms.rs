//! Alarms from a meter that nobody here wrote to a web server that nobody here wrote: told once when they begin and
//! once when they end, also when the server comes late.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use millwatt_tests::rig::{self, Running};
use serde_json::{Value, json};

const SITE: &str = r#"
[site]
name = "Alarms"
zone = "Asia/Bangkok"
currency = "VND"
commit_every = "1s"

[alarms]
webhook = "http://127.0.0.1:HOOK/alarms"

[[asset]]
id = "mill"
name = "Cối xay"
machine = true
idle_kw = 0.5
running_kw = 5

[[meter]]
asset = "mill"
address = "127.0.0.1:METER"
every = "500ms"
timeout = "300ms"
retries = 0

[[meter.register]]
quantity = "active_power"
table = "input"
address = 0
type = "int32"
unit = "W"

[[alarm]]
kind = "idle"
asset = "mill"
minutes = 0.05

[[alarm]]
kind = "dead_meter"
asset = "mill"
steps = 16
"#;

/// A plant of one mill, its collector and, once started, a web server.
struct Plant {
    folder: tempfile::TempDir,
    python: PathBuf,
    hook: u16,
    _meter: Running,
    run: Running,
}

/// From a change of the mill to what is told of it, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

impl Plant {
    /// A mill that draws so many watts; `None` after saying that the story is skipped.
    fn start(watts: &str, story: &str) -> Option<Self> {
        let python = rig::need("MILLWATT_PYTHON", story)?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let (port, hook) = (rig::free_port(), rig::free_port());
        set_mood(folder.path(), watts);
        let mut server = script(&python, "mood_server.py", port);
        let meter = Running::start(server.arg(path("mood")), &path("meter.log"));
        rig::wait_for_port(port);
        let site = SITE.replace("METER", &port.to_string()).replace("HOOK", &hook.to_string());
        std::fs::write(path("site.toml"), site).expect("the site file can be written");
        let mut command = rig::millwatt();
        command.arg("run").arg(path("site.toml")).arg("--data").arg(path("data")).arg("--json");
        // What is on this machine is not behind its proxy.
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
            command.env_remove(name);
        }
        let run = Running::start(&mut command, &path("run.log"));
        Some(Self { folder, python, hook, _meter: meter, run })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the web server, which fails a number of times first.
    fn listen(&self, failures: u32) -> Running {
        let mut server = script(&self.python, "webhook.py", self.hook);
        server.arg(self.path("taken")).arg(failures.to_string());
        let server = Running::start(&mut server, &self.path("webhook.log"));
        rig::wait_for_port(self.hook);
        server
    }

    /// Watts, or `dead`.
    fn set(&self, mood: &str) {
        set_mood(self.folder.path(), mood);
    }

    /// What the web server took, as kind and state, with the whole of it.
    fn taken(&self) -> Vec<(String, Value)> {
        let text = std::fs::read_to_string(self.path("taken")).unwrap_or_default();
        let bodies = text.lines().filter_map(|line| line.strip_prefix("/alarms "));
        let bodies = bodies.filter_map(|body| serde_json::from_str::<Value>(body).ok());
        bodies
            .map(|body| (format!("{} {}", word(&body, "kind"), word(&body, "state")), body))
            .collect()
    }

    fn words(&self) -> Vec<String> {
        self.taken().into_iter().map(|(words, _)| words).collect()
    }

    /// Waits until the web server has taken so many; gives the last.
    fn wait_for(&self, count: usize, what: &str) -> Value {
        rig::wait_until(what, PATIENCE, || self.taken().len() >= count);
        self.taken().remove(count - 1).1
    }

    /// Waits until the collector has printed a text.
    fn wait_for_line(&self, text: &str) {
        rig::wait_until(text, PATIENCE, || {
            std::fs::read_to_string(self.path("run.log")).is_ok_and(|log| log.contains(text))
        });
    }
}

fn word(body: &Value, key: &str) -> String {
    body[key].as_str().unwrap_or("").to_owned()
}

fn script(python: &Path, name: &str, port: u16) -> Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(name);
    let mut command = Command::new(python);
    command.arg(script).arg(port.to_string());
    command
}

/// Puts a new file in the place of the old one, so that nobody reads half of it.
fn set_mood(folder: &Path, mood: &str) {
    let (new, old) = (folder.join("mood.new"), folder.join("mood"));
    std::fs::write(&new, mood).expect("the mood can be written");
    std::fs::rename(new, old).expect("and renamed");
}

#[test]
fn an_idle_mill_is_told_once_and_so_is_its_end() {
    let Some(mut plant) = Plant::start("6000", "idle alarm") else { return };
    let _server = plant.listen(0);
    plant.wait_for_line("\"watermark\"");
    plant.set("1200");
    let raised = plant.wait_for(1, "the idle alarm is delivered");
    assert_eq!((&raised["kind"], &raised["state"]), (&json!("idle"), &json!("raised")));
    assert_eq!((&raised["asset"], &raised["name"]), (&json!("mill"), &json!("Cối xay")));
    let numbers = &raised["numbers"];
    let minutes = numbers["planned_min"].as_f64().expect("a number");
    assert!((0.05..0.5).contains(&minutes), "{raised}");
    // 1.2 kW for that long, but for what rounding to a ten-thousandth of a minute takes.
    let energy = numbers["energy_kwh"].as_f64().expect("a number");
    assert!((energy - 1.2 * minutes / 60.0).abs() < 1e-5, "{raised}");
    assert!(word(&raised, "vi").contains("chạy không tải"), "{raised}");
    assert!(word(&raised, "en").contains("has been idling"), "{raised}");
    // Still idle: nothing more is told.
    std::thread::sleep(Duration::from_secs(4));
    plant.set("6000");
    let cleared = plant.wait_for(2, "its end is delivered");
    assert_eq!(cleared["since"], raised["since"]);
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(plant.words(), ["idle raised", "idle cleared"]);
    assert!(plant.run.terminate().success());
}

#[test]
fn a_web_server_that_comes_late_gets_what_it_missed() {
    let Some(mut plant) = Plant::start("1200", "late webhook") else { return };
    plant.wait_for_line("\"event\":\"alarm\"");
    plant.wait_for_line("it is tried again");
    plant.set("6000");
    plant.wait_for_line("\"state\":\"cleared\"");
    let _server = plant.listen(1);
    plant.wait_for(2, "both are delivered");
    plant.wait_for_line("alarms are taken again");
    assert_eq!(plant.words(), ["idle raised", "idle cleared"]);
    let text = std::fs::read_to_string(plant.path("taken")).expect("it was written");
    assert_eq!(text.lines().filter(|line| line.starts_with("failed ")).count(), 1);
    assert!(plant.run.terminate().success());
}

#[test]
fn a_dead_meter_is_told_and_its_return_too() {
    let Some(mut plant) = Plant::start("6000", "dead meter") else { return };
    let _server = plant.listen(0);
    plant.wait_for_line("\"watermark\"");
    plant.set("dead");
    let raised = plant.wait_for(1, "the dead meter is delivered");
    assert_eq!(raised["numbers"]["death"], json!("silent"), "{raised}");
    plant.set("6000");
    plant.wait_for(2, "its return is delivered");
    assert_eq!(plant.words(), ["dead_meter raised", "dead_meter cleared"]);
    assert!(plant.run.terminate().success());
}
