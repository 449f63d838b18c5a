//! A meter that nobody here wrote: pymodbus serves a fixed script, the gateway reads it over
//! loopback, and what is kept is what was served, to the last digit.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use millwatt_tests::rig::{self, Running};

/// A carpenter's shop: another site than the demo's, with no change of code.
fn site_file(port: u16) -> String {
    format!(
        r#"
[site]
name = "Xưởng mộc Bắc Hà"
zone = "Asia/Bangkok"
currency = "USD"
main = "workshop"
commit_every = "1s"

[[asset]]
id = "workshop"
name = "Xưởng"
rated_kw = 40000000.0

[[asset]]
id = "saw"
name = "Máy cưa"
parent = "workshop"
machine = true
rated_kw = 40000000.0
idle_kw = 0.5
running_kw = 2.0

[[meter]]
asset = "workshop"
address = "127.0.0.1:{port}"
unit = 1
profile = "eastron-sdm630"
every = "50ms"

[[meter]]
asset = "saw"
address = "127.0.0.1:{port}"
unit = 7
profile = "eastron-sdm630"
every = "50ms"
"#
    )
}

/// What the server wrote down for a unit: micro-kWh of every poll.
fn served(file: &Path, unit: &str) -> Vec<i64> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let of_unit = text.lines().filter_map(|line| line.split_once(' '));
    of_unit
        .filter(|(of, _)| *of == unit)
        .filter_map(|(_, value)| value.parse().ok())
        .collect()
}

#[test]
fn what_a_real_server_served_is_what_is_kept() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "pymodbus server") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let port = rig::free_port();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/meter_server.py");
    let mut server = Command::new(python);
    server
        .arg(script)
        .arg(port.to_string())
        .arg(path("served"))
        .args(["1", "7"]);
    let _server = Running::start(&mut server, &path("server.log"));
    rig::wait_for_port(port);

    std::fs::write(path("site.toml"), site_file(port)).expect("the site file can be written");
    let mut collector = rig::millwatt();
    collector
        .arg("run")
        .arg(path("site.toml"))
        .arg("--json")
        .arg("--data")
        .arg(path("data"));
    let mut collector = Running::start(&mut collector, &path("run.log"));
    let polls = 400;
    rig::wait_until(
        "four hundred polls of both units",
        Duration::from_secs(120),
        || served(&path("served"), "1").len() > polls && served(&path("served"), "7").len() > polls,
    );
    let ended = collector.terminate();
    let log = std::fs::read_to_string(path("run.log")).unwrap_or_default();
    assert!(ended.success(), "{log}");

    let archive = millwatt_gateway::file_log::read_archive(&path("data")).expect("a log");
    let parts = archive.parts().expect("a manifest");
    let site = parts.site();
    let whole = archive.span().expect("readings");
    let json = rig::indicators(&path("data"), &[]);
    for (asset, unit) in [("workshop", "1"), ("saw", "7")] {
        let id = site
            .asset_named(asset)
            .expect("the asset is in the manifest");
        let energy = millwatt::site::Quantity::ActiveEnergy;
        let channel = site.channel_of(id, energy).expect("its channel too");
        let samples = millwatt::Series::samples(&archive, channel, whole);
        let kept: Vec<i64> = samples.map(|sample| sample.value).collect();
        let served = served(&path("served"), unit);
        assert!(
            kept.len() > polls,
            "{asset}: {} readings kept; {log}",
            kept.len()
        );
        assert!(
            served.len() - kept.len() <= 1,
            "only the last poll may be cut short"
        );
        assert_eq!(
            kept,
            served[..kept.len()],
            "{asset}: each value as it was served"
        );
        let difference = kept[kept.len() - 1] - kept[0];
        let expected = millwatt::Decimal::new(difference.into(), 6).to_string();
        let shown = &rig::figure(&json, "energy", asset, "")["value"];
        assert_eq!(shown.as_str(), Some(expected.as_str()), "{asset}");
        println!("{asset}: {} polls, {expected} kWh, as served", kept.len());
    }
}
