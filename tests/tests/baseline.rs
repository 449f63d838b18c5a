//! `millwatt baseline` on the simulated workshop against an independent reckoning in Python, from the raw samples.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use millwatt::Series as _;
use millwatt::archive::Archive;
use millwatt::site::{Quantity, Site};
use millwatt::time::{Every, Period, Span};
use millwatt_tests::rig::{self, told};
use millwatt_tests::workshop::{START, simulate};
use serde_json::{Value, json};

/// Days of the simulation; on the ninth the counter of the output is unplugged.
const DAYS: i64 = 20;
/// Days of the baseline.
const BASELINE: i64 = 14;

fn days(from: i64, to: i64) -> Period {
    Period::new(START + Span::DAY.times(from), START + Span::DAY.times(to))
}

fn dates(site: &Site<'_>, period: Period) -> Vec<String> {
    let zone = site.zone_rules();
    let date = |cut: Period| {
        let date = zone.local(cut.from).date;
        format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
    };
    period.every(Every::Day, zone).map(date).collect()
}

fn channel(archive: &Archive, site: &Site<'_>, asset: &str, quantity: Quantity) -> Value {
    let id = site.asset_named(asset).and_then(|asset| site.channel_of(asset, quantity));
    let id = id.unwrap_or_else(|| panic!("{asset} has no {quantity:?}"));
    let scale = site.channel(id).expect("it was found").scale.0;
    let period = days(0, DAYS);
    let inside = archive
        .samples(id, period)
        .filter(|sample| period.from <= sample.at && sample.at <= period.to)
        .map(|sample| json!([sample.at.unix_milliseconds(), sample.value]));
    json!({ "scale": scale, "samples": inside.collect::<Value>() })
}

/// What the reference needs to know: raw samples, shifts, which days, which drivers.
fn story(archive: &Archive, drivers: &[&str]) -> Value {
    let parts = archive.parts().expect("a manifest");
    let site = parts.site();
    let weekdays = |bits: u8| (0..7).filter(|day| bits >> day & 1 == 1).collect::<Vec<u8>>();
    let shifts = site.shifts.iter().map(
        |shift| json!({ "days": weekdays(shift.days.0), "start": shift.start, "end": shift.end }),
    );
    json!({
        "zone": site.zone,
        "energy": channel(archive, &site, "main", Quantity::ActiveEnergy),
        "output": channel(archive, &site, "sorting", Quantity::GoodCount),
        "shifts": shifts.collect::<Value>(),
        "baseline": dates(&site, days(0, BASELINE)),
        "reporting": dates(&site, days(BASELINE, DAYS)),
        "drivers": drivers,
    })
}

fn reckon(python: &Path, story: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/baseline_reference.py");
    let mut command = Command::new(python);
    let command = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("Python starts");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(story.to_string().as_bytes()).expect("Python reads");
    drop(input);
    let output = child.wait_with_output().expect("Python ends");
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn baseline(folder: &Path, more: &[&str]) -> Value {
    let data = folder.display().to_string();
    let window =
        ["--from", "2026-03-02", "--to", "2026-03-22", "--baseline", "2026-03-02..2026-03-16"];
    let output = rig::run(&[&["baseline", "--data", &data, "--json"], &window[..], more].concat());
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).expect("prints JSON")
}

fn number(value: &Value) -> f64 {
    value.as_str().and_then(|text| text.parse().ok()).expect("a figure")
}

/// The days of both periods that do not count.
fn left_out(json: &Value) -> Vec<&str> {
    let rows = json["rows"].as_array().expect("rows");
    let inside = rows.iter().filter(|row| row["part"] != "outside" && !row["left_out"].is_null());
    inside.filter_map(|row| row["from"].as_str()?.split('T').next()).collect()
}

#[test]
fn python_reckons_the_same_model_and_saving() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "baseline, independent reckoning") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let _ = simulate(folder.path(), START + Span::DAY.times(DAYS));
    let archive = millwatt_gateway::file_log::read_archive(folder.path()).expect("a log");
    for drivers in [&["output"][..], &["output", "shifts"]] {
        let json = baseline(folder.path(), &["--drivers", &drivers.join(",")]);
        let reckoned = reckon(&python, &story(&archive, drivers));
        assert_eq!(json["model"], json!(drivers.join("+")));
        assert_eq!(json!(left_out(&json)), reckoned["left_out"]);
        let figures = reckoned["figures"].as_object().expect("figures");
        for (name, expected) in figures {
            let expected = expected.as_f64().expect("a number");
            let shown = number(&json["figures"][name]);
            // Sums of rows that were rounded to a milliwatt-hour, probabilities by Simpson's rule.
            let tolerance = expected.abs() * 1e-9 + 2e-5;
            assert!(
                (shown - expected).abs() <= tolerance,
                "{name}: {shown} shown, {expected} reckoned"
            );
        }
        assert!(figures.len() > 18, "{} figures", figures.len());
    }
}

#[test]
fn wrong_use_and_too_little_data_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let _ = simulate(folder.path(), START + Span::DAY.times(1));
    let data = folder.path().display().to_string();
    let wrong = rig::run(&["baseline", "--data", &data, "--baseline", "march"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(told(&wrong).contains("`march` is no period"), "{}", told(&wrong));
    let short = rig::run(&["baseline", "--data", &data]);
    assert_eq!(short.status.code(), Some(1));
    assert!(told(&short).contains("short_record"), "{}", told(&short));
    let json = rig::run(&["baseline", "--data", &data, "--json"]);
    let json: Value = serde_json::from_slice(&json.stdout).expect("prints JSON");
    assert_eq!((&json["model"], &json["verdict"]), (&Value::Null, &Value::Null));
}
