//! The indicators of three days of the workshop against an independent reckoning in Python, with its
//! own fractions, decimals and time zones, from the raw samples.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use millwatt::Series as _;
use millwatt::archive::Archive;
use millwatt::site::{Asset, AssetId, Quantity, Site};
use millwatt::time::{Period, Span};
use millwatt_tests::plant::Plant;
use millwatt_tests::rig;
use millwatt_tests::workshop::{SEED, START, simulate};
use serde_json::{Value, json};

/// The workshop's site file, whose grid and wood change their worth within the three days.
const SITE: &str = concat!(
    include_str!("../src/plant/site.toml"),
    r#"
[[factor]]
fuel = "electricity"
unit = "kWh"
from = 2026-01-01
co2_kg = 0.6592
source = "a test"

[[factor]]
fuel = "electricity"
unit = "kWh"
from = 2026-03-04
co2_kg = 0.61
source = "a test"

[[fuel_price]]
fuel = "firewood"
unit = "kg"
from = 2026-03-03
price = 1234.5
source = "a test"
"#
);

/// Three days without a gap.
fn days() -> Period {
    Period::new(START, START + Span::DAY.times(3))
}

fn weekdays(bits: u8) -> Vec<u8> {
    (0..7).filter(|day| bits >> day & 1 == 1).collect()
}

/// Samples of the three days, both ends included, as [milliseconds, value].
fn samples(archive: &Archive, site: &Site<'_>, asset: AssetId, quantity: Quantity) -> Value {
    let Some(channel) = site.channel_of(asset, quantity) else { return Value::Null };
    let period = days();
    let inside = archive
        .samples(channel, period)
        .filter(|sample| period.from <= sample.at && sample.at <= period.to)
        .map(|sample| json!([sample.at.unix_milliseconds(), sample.value]));
    inside.collect()
}

/// The tariff in force, its bands by name; the days see only one tariff.
fn tariff(site: &Site<'_>) -> (u16, Value) {
    let place = site.tariffs.iter().rposition(|tariff| tariff.since <= START).expect("a tariff");
    let rows = site.bands.iter().filter(|band| usize::from(band.tariff) == place);
    let bands = rows.map(|band| {
        let hours = if band.days.0 == 0 { json!([]) } else { json!([[band.start, band.end]]) };
        let price = band.price_thousandths / 1_000;
        json!({ "name": band.name, "price": price, "days": weekdays(band.days.0), "hours": hours })
    });
    (site.tariffs[place].vat_per_mille, bands.collect())
}

fn asset(archive: &Archive, site: &Site<'_>, id: AssetId, asset: &Asset<'_>) -> Value {
    let of = |quantity| samples(archive, site, id, quantity);
    json!({
        "machine": asset.machine,
        "energy": of(Quantity::ActiveEnergy),
        "reactive": of(Quantity::ReactiveEnergyLagging),
        "state": of(Quantity::MachineState),
        "good": of(Quantity::GoodCount),
        "reject": of(Quantity::RejectCount),
        "cycle_ms": asset.ideal_cycle.milliseconds(),
        "idle_watts": asset.idle_milliwatts / 1_000,
        "running_watts": asset.running_milliwatts / 1_000,
    })
}

/// What people reported in the three days.
fn events() -> String {
    let mut plant = Plant::new(SEED, START.unix_milliseconds());
    plant.advance_to(days().to.unix_milliseconds());
    plant.events_csv(START.unix_milliseconds(), days().to.unix_milliseconds())
}

/// Brings the site file and what was reported into a folder that has the readings.
fn import(data: &Path, events: &str) {
    let paper = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str, text: &str| {
        let path = paper.path().join(name);
        std::fs::write(&path, text).expect("it can be written");
        path.display().to_string()
    };
    let (site, events) = (path("site.toml", SITE), path("events.csv", events));
    let data = data.display().to_string();
    let output = rig::run(&["import", "--site", &site, "--data", &data, "--events", &events]);
    assert!(output.status.success(), "{}", rig::told(&output));
}

/// What the reference needs to know: the site's rules, the raw samples and the files of factors.
fn story(archive: &Archive, events: &str) -> Value {
    let parts = archive.parts().expect("a manifest");
    let site = parts.site();
    let (vat, bands) = tariff(&site);
    let shifts: Vec<Value> = site
        .shifts
        .iter()
        .map(|shift| json!({ "days": weekdays(shift.days.0), "start": shift.start, "end": shift.end }))
        .collect();
    let metered = site
        .numbered_assets()
        .filter(|(id, _)| site.channel_of(*id, Quantity::ActiveEnergy).is_some());
    let assets: serde_json::Map<String, Value> =
        metered.map(|(id, row)| (row.id.to_owned(), asset(archive, &site, id, row))).collect();
    json!({
        "site": { "zone": site.zone, "vat_per_mille": vat, "bands": bands, "shifts": shifts },
        "assets": assets,
        "output": site.output.and_then(|id| site.asset(id)).map(|asset| asset.id),
        "demand_limit_kw": 45,
        "site_toml": SITE,
        "factors_toml": millwatt_gateway::bills::BUILT_IN,
        "events_csv": events,
    })
}

fn reckon(python: &Path, story: &Value) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/reference.py");
    let mut command = Command::new(python);
    let command = command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("Python starts");
    let mut input = child.stdin.take().expect("it has an input");
    input.write_all(story.to_string().as_bytes()).expect("it reads");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// A figure in units of its sixth place. Shares are rounded down by the crate, half up by Python: one
/// unit apart is the same.
fn millionths(text: &str) -> i64 {
    let value: f64 = text.parse().expect("a number");
    (value * 1e6).round() as i64
}

#[test]
fn python_reckons_the_same() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "independent reckoning") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    simulate(folder.path(), days().to);
    let events = events();
    import(folder.path(), &events);
    let archive = millwatt_gateway::file_log::read_archive(folder.path()).expect("a log");
    let told = reckon(&python, &story(&archive, &events));
    let json = rig::indicators(folder.path(), &["--from", "2026-03-02", "--to", "2026-03-05"]);
    let mut compared = 0;
    for (asset, figures) in told.as_object().expect("assets") {
        for (key, expected) in figures.as_object().expect("figures") {
            let (name, part) = key.split_once(' ').unwrap_or((key, ""));
            let shown = rig::figure(&json, name, asset, part);
            let expected = expected.as_str().expect("a figure");
            let value = shown["value"].as_str().unwrap_or_else(|| panic!("{asset} {key}: {shown}"));
            let apart = (millionths(value) - millionths(expected)).abs();
            // Money is given to a thousandth, some of it made from money; all else to a millionth.
            let is_money = name.contains("cost") || name == "reactive_charge";
            let tolerance = if is_money { 1_000 } else { 1 };
            assert!(apart <= tolerance, "{asset} {key}: {value} shown, {expected} reckoned");
            compared += 1;
        }
    }
    assert!(compared > 135, "{compared} figures");
    println!("{compared} figures of three days as Python reckons them");
}
