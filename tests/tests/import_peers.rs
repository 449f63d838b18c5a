//! History that other programs kept, through `millwatt import`: written by InfluxData's client, promtool,
//! openpyxl, sqlite3 and by emoncms's own bytes; what comes in is what was written, and twice is once.

use std::path::{Path, PathBuf};
use std::process::Command;

use millwatt_tests::rig::{self, told};
use serde_json::Value;

const SITE: &str = r#"
[site]
name = "Press shop"
zone = "Asia/Bangkok"
currency = "VND"
main = "press"

[[asset]]
id = "press"
name = "Press"
"#;

/// A feed tells nothing of itself: its map is written by hand.
const FEED: &str = r#"
[[channel]]
asset = "press"
quantity = "active_energy"
kind = "counter"
unit = "kWh"
"#;

/// The files of all programs, and what they must come to.
struct History {
    folder: tempfile::TempDir,
    expected: Value,
}

impl History {
    /// Has Python write them; `None` after saying that the story is skipped.
    fn written(story: &str) -> Option<Self> {
        let python = rig::need("MILLWATT_PYTHON", story)?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/foreign_history.py");
        let output = Command::new(python).arg(script).arg(folder.path()).output();
        let output = output.expect("Python starts");
        assert!(output.status.success(), "{}", told(&output));
        std::fs::write(folder.path().join("site.toml"), SITE).expect("written");
        let text = std::fs::read(folder.path().join("expected.json")).expect("told");
        Some(Self { folder, expected: serde_json::from_slice(&text).expect("JSON") })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// The map that `--suggest` writes, with the channel that holds some words and no other.
    fn suggested(&self, option: &str, file: &str, words: &str) -> String {
        let output = rig::run(&["import", "--suggest", option, &self.text(file)]);
        assert!(output.status.success(), "{}", told(&output));
        let map = String::from_utf8(output.stdout).expect("text");
        let parts: Vec<&str> = map.split("\n\n").collect();
        let kept = |part: &&&str| !part.contains("[[channel]]") || part.contains(words);
        let kept: Vec<&str> = parts.iter().filter(kept).copied().collect();
        assert_eq!(kept.iter().filter(|part| part.contains("[[channel]]")).count(), 1, "{map}");
        kept.join("\n\n").replace("asset = \"\"", "asset = \"press\"")
    }

    /// Imports a file twice into a folder of its own; gives what was said of it first.
    fn import(&self, option: &str, file: &str, map: &str) -> Value {
        std::fs::write(self.path("map.toml"), map).expect("written");
        let data = self.text(&format!("data-{file}"));
        let (site, map, path) = (self.text("site.toml"), self.text("map.toml"), self.text(file));
        let words = ["import", "--json", "--site", &site, "--data", &data, "--map", &map];
        let run = || {
            let output = rig::run(&[&words[..], &[option, &path]].concat());
            assert!(output.status.success(), "{option} {file}: {}", told(&output));
            serde_json::from_slice::<Value>(&output.stdout).expect("JSON")
        };
        let (first, second) = (run(), run());
        assert_eq!(first["already_there"], 0, "{first}");
        assert_eq!((&second["added"], &second["already_there"]), (&0.into(), &first["added"]));
        first
    }

    /// Energy and coverage of a folder up to a local day or minute.
    fn energy(&self, file: &str, to: &str) -> (Value, Value) {
        let data = self.path(&format!("data-{file}"));
        let json = rig::indicators(&data, &["--from", "2026-01-01", "--to", to]);
        let figure = rig::figure(&json, "energy", "press", "");
        (figure["value"].clone(), figure["coverage"].clone())
    }

    /// A file came in whole: all readings, the energy that was written. Gives what was said of it.
    fn proves(&self, option: &str, file: &str, map: &str) -> Value {
        let told = self.import(option, file, map);
        assert_eq!(told["added"], 337, "{file}: {told}");
        let expected: (Value, Value) = (self.expected["energy"].clone(), "1".into());
        assert_eq!(self.energy(file, "2026-01-15"), expected, "{file}");
        told
    }

    /// What is said when a file cannot be taken with a map.
    fn refused(&self, option: &str, file: &str, map: &str) -> String {
        std::fs::write(self.path("map.toml"), map).expect("written");
        let (site, data) = (self.text("site.toml"), self.text("refused"));
        let (map, file) = (self.text("map.toml"), self.text(file));
        let words = ["import", "--site", &site, "--data", &data, "--map", &map, option, &file];
        let output = rig::run(&words);
        assert_eq!(output.status.code(), Some(1), "{}", told(&output));
        told(&output)
    }
}

#[test]
fn influxdbs_line_protocol_comes_in_as_its_client_wrote_it() {
    let Some(history) = History::written("import of line protocol") else { return };
    let tags = "device = \"press=1\", room = \"hall 1, left\"";
    let words = format!("tags = {{ {tags} }}\nfield = \"kwh\"");
    let map = history.suggested("--line-protocol", "influx.lp", &words);
    assert!(map.contains("kind = \"counter\"\nunit = \"kWh\""), "{map}");
    let told = history.proves("--line-protocol", "influx.lp", &map);
    let report = &told["report"];
    assert_eq!((&report["unreadable"], &report["troubles"][0]["line"]), (&1.into(), &41.into()));
    let why = history.refused("--line-protocol", "influx.lp", &map.replace(tags, ""));
    assert!(why.contains("fits several series") && why.contains("oven"), "{why}");
    let why = history.refused("--line-protocol", "influx.lp", &map.replace("press=1", "lathe"));
    assert!(why.contains("its series are: power meter{device=\"oven\"} kwh"), "{why}");
}

#[test]
fn prometheuss_own_dump_comes_in_and_so_do_openmetrics_and_a_querys_answer() {
    let story = "import from Prometheus";
    let Some(history) = History::written(story) else { return };
    let Some(promtool) = rig::need("MILLWATT_PROMTOOL", story) else { return };
    let blocks = history.path("tsdb");
    // A dump wants a write-ahead log beside the blocks.
    std::fs::create_dir_all(blocks.join("wal")).expect("made");
    let run = |command: &mut Command| {
        let output = command.arg(&blocks).output().expect("promtool starts");
        assert!(output.status.success(), "{}", told(&output));
        output.stdout
    };
    let mut make = Command::new(&promtool);
    make.args(["tsdb", "create-blocks-from", "openmetrics"]).arg(history.path("metrics.om"));
    run(&mut make);
    let dump = run(Command::new(&promtool).args(["tsdb", "dump"]));
    std::fs::write(history.path("dump"), dump).expect("written");

    let expected: (Value, Value) = (history.expected["half_day"].clone(), "1".into());
    for file in ["dump", "metrics.om", "prometheus.json"] {
        let words = "metric = \"energy_kwh_total\"";
        let map = history.suggested("--prometheus", file, words);
        assert_eq!(history.import("--prometheus", file, &map)["added"], 73, "{file}");
        assert_eq!(history.energy(file, "2026-01-01T12:00"), expected, "{file}");
    }
}

#[test]
fn home_assistants_statistics_come_in_by_its_api() {
    let Some(history) = History::written("import from Home Assistant") else { return };
    let file = "home-assistant.json";
    let map = history.suggested("--home-assistant", file, "field = \"sum\"");
    // The answer tells no unit.
    let energy = "quantity = \"active_energy\"\nunit = \"kWh\"";
    history.proves("--home-assistant", file, &map.replace("quantity = \"other\"", energy));
}

#[test]
fn home_assistants_database_comes_in_by_the_command_that_its_refusal_gives() {
    let story = "import from Home Assistant's database";
    let Some(history) = History::written(story) else { return };
    let Some(sqlite) = rig::need("MILLWATT_SQLITE", story) else { return };
    let message = history.refused("--home-assistant", "home-assistant_v2.db", FEED);
    let command = message.lines().find(|line| line.trim_start().starts_with("sqlite3 "));
    let command = command.expect("a command to be copied").trim();
    let path = sqlite.parent().expect("a program has a folder").display().to_string();
    let path = format!("{path}:{}", std::env::var("PATH").unwrap_or_default());
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).env("PATH", path).current_dir(history.folder.path());
    let ran = shell.output().expect("a shell starts");
    assert!(ran.status.success(), "{}", told(&ran));

    for field in ["sum", "state"] {
        let file = format!("{field}.csv");
        std::fs::copy(history.path("statistics.csv"), history.path(&file)).expect("copied");
        let words = format!("statistic_id = \"sensor.press_energy\"\nfield = \"{field}\"");
        let map = history.suggested("--home-assistant", &file, &words);
        assert!(map.contains("quantity = \"active_energy\"\nkind = \"counter\""), "{map}");
        history.proves("--home-assistant", &file, &map);
    }
}

#[test]
fn an_emoncms_feed_comes_in_from_its_store_and_from_its_exports() {
    let Some(history) = History::written("import from emoncms") else { return };
    for (file, readings) in [("feed.csv", 337), ("feed.json", 337), ("5.dat", 335)] {
        let told = history.import("--emoncms", file, FEED);
        assert_eq!(told["added"], readings, "{file}: {told}");
        let (energy, coverage) = history.energy(file, "2026-01-15");
        assert_eq!(energy, history.expected["quarters"], "{file}");
        assert_eq!(coverage == "1", readings == 337, "{file}: two points were never written");
    }
}

#[test]
fn a_workbook_comes_in_with_its_date_cells_and_names_the_cell_that_is_no_number() {
    let Some(history) = History::written("import of a workbook") else { return };
    let file = "history.xlsx";
    let map = history.suggested("--xlsx", file, "column = \"Register (kWh)\"");
    let map = map.replace("zone = \"\"", "zone = \"Asia/Bangkok\"").replace("amount", "counter");
    let told = history.import("--xlsx", file, &map);
    assert_eq!(told["added"], 336, "{told}");
    let (energy, coverage) = history.energy(file, "2026-01-15");
    assert_eq!(energy, history.expected["energy"]);
    assert!(coverage != "1", "an hour is missing");
    let trouble = &told["report"]["troubles"][0];
    assert_eq!(trouble["line"], 30);
    assert!(trouble["reason"].as_str().is_some_and(|why| why.contains("column B")), "{trouble}");
    let why = history.refused("--xlsx", file, &map.replace("sheet = \"Readings\"", ""));
    assert!(why.contains("`Readings`, `Notes`"), "{why}");
}
