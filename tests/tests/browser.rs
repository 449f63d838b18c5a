//! A person opens the report in a real browser, with no network: the numbers are those that
//! `millwatt indicators` prints, for every period that is chosen.

use std::path::{Path, PathBuf};
use std::process::Command;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::Span;
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;
use millwatt_tests::rig::{self, told};
use millwatt_tests::workshop::{self, START};
use serde_json::Value;

/// What the page shows and what the command prints, each as name, asset, part, value, coverage.
fn same_figures(shown: &Value, [data, other]: [&Path; 2], from: &str, to: &str) -> usize {
    let other = other.display().to_string();
    let json = rig::indicators(data, &["--data", &other, "--from", from, "--to", to]);
    let row = |row: &Value| -> Vec<String> {
        ["name", "asset", "part", "value", "coverage"]
            .map(|key| row[key].as_str().unwrap_or("").to_owned())
            .to_vec()
    };
    let printed: Vec<_> =
        json["indicators"].as_array().expect("indicators").iter().map(row).collect();
    let shown: Vec<_> = shown["figures"].as_array().expect("figures").iter().map(row).collect();
    assert_eq!(shown, printed, "{from} to {to}");
    printed.len()
}

/// The day after a date input's value.
fn next_day(date: &Value) -> String {
    let date = date.as_str().and_then(millwatt_gateway::site_file::words::day).expect("a date");
    let next = date.plus_days(1);
    format!("{:04}-{:02}-{:02}", next.year, next.month, next.day)
}

fn look(report: &Path) -> Option<Value> {
    let js = rig::need("MILLWATT_JS", "report in a browser")?;
    let chromium = rig::need("MILLWATT_CHROMIUM", "report in a browser")?;
    let artefacts = rig::need("MILLWATT_ARTEFACTS", "report in a browser")?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/report.cjs");
    let mut node = Command::new("node");
    node.arg(script).arg(report).arg(artefacts).arg(chromium);
    let output = node.arg(js.join("node_modules/playwright-core")).output().expect("node runs");
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).ok()
}

/// The log of another device of the workshop: the meter of its boiler, three days long.
fn boiler(folder: &Path) -> PathBuf {
    let (site, data) = (folder.join("boiler.toml"), folder.join("boiler"));
    let text = include_str!("../src/one_meter.toml");
    std::fs::write(&site, text.replace("\"mill\"", "\"boiler\"")).expect("written");
    let manifest = site_file::read(&site).expect("a site").manifest;
    let mut writer = Writer::open(&data, manifest).expect("opens");
    let minutes = (0..3 * 1_440).map(|minute| START + Span::from_minutes(minute));
    let readings = minutes.zip(0..).flat_map(|(at, count)| {
        let sample = Sample { at, value: count * 40_000, quality: Quality::Good };
        (0..11).map(move |channel| Reading { channel: ChannelId(channel), sample })
    });
    writer.push(readings);
    writer.commit().expect("kept");
    writer.seal_all().expect("signed");
    data
}

#[test]
fn the_report_shows_what_the_command_prints() {
    let Some(page) = rig::need("MILLWATT_PAGE", "report in a browser") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, report) = (folder.path().join("data"), folder.path().join("report.html"));
    workshop::simulate(&data, START + Span::DAY.times(15));
    let other = boiler(folder.path());
    let text = |path: &Path| path.display().to_string();
    let output = rig::run(&[
        "report",
        "--data",
        &text(&data),
        "--data",
        &text(&other),
        "--out",
        &text(&report),
        "--page",
        &text(&page),
    ]);
    assert!(output.status.success(), "{}", told(&output));
    let Some(told) = look(&report) else { return };

    assert_eq!(told["console"], serde_json::json!([]), "a silent console");
    assert_eq!(told["requests"], serde_json::json!([]), "no request");
    assert_eq!(told["whole"]["language"], "vi");
    assert_eq!(told["english"]["language"], "en");
    for (view, width) in told["overflow"].as_object().expect("widths") {
        assert_eq!(width, 0, "{view}: nothing stands out of the window");
    }
    assert_eq!(told["open"], 1, "a table that was opened stays open when the period changes");
    let mut compared = 0;
    for view in ["whole", "week", "day"] {
        let dates = &told[view]["dates"];
        let from = dates[0].as_str().expect("a date");
        compared += same_figures(&told[view], [&data, &other], from, &next_day(&dates[1]));
    }
    assert_eq!(told["week"]["figures"], told["english"]["figures"], "words change, figures do not");
    assert_ne!(told["whole"]["figures"], told["week"]["figures"], "another period, other numbers");
    assert_ne!(told["week"]["figures"], told["day"]["figures"]);
    println!("{}: {compared} figures of three periods as printed", told["title"]);
}
