//! The indicators of three days of the workshop against an independent reckoning in Python, with its
//! own fractions, decimals and time zones, from the raw samples.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use millwatt::Series as _;
use millwatt::archive::Archive;
use millwatt::site::{Asset, AssetId, Quantity, Site};
use millwatt::time::{Period, Span};
use millwatt_tests::rig;
use millwatt_tests::workshop::{START, simulate};
use serde_json::{Value, json};

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

/// What the reference needs to know: the site's rules and the raw samples.
fn story(archive: &Archive) -> Value {
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
    let archive = millwatt_gateway::file_log::read_archive(folder.path()).expect("a log");
    let told = reckon(&python, &story(&archive));
    let json = rig::indicators(folder.path(), &["--from", "2026-03-02", "--to", "2026-03-05"]);
    let mut compared = 0;
    for (asset, figures) in told.as_object().expect("assets") {
        for (key, expected) in figures.as_object().expect("figures") {
            let (name, part) = key.split_once(' ').unwrap_or((key, ""));
            let shown = rig::figure(&json, name, asset, part);
            let expected = expected.as_str().expect("a figure");
            let value = shown["value"].as_str().unwrap_or_else(|| panic!("{asset} {key}: {shown}"));
            let apart = (millionths(value) - millionths(expected)).abs();
            // Money is given to a thousandth; all else to a millionth.
            let tolerance = if name.starts_with("cost") { 500 } else { 1 };
            assert!(apart <= tolerance, "{asset} {key}: {value} shown, {expected} reckoned");
            compared += 1;
        }
    }
    assert!(compared > 120, "{compared} figures");
    println!("{compared} figures of three days as Python reckons them");
}
