//! A meter that nobody here wrote: pymodbus serves a fixed script, the gateway reads it over
//! loopback, and what is kept is what was served, to the last digit.

use std::time::Duration;

use millwatt_tests::pymodbus::{self, MeterServer};
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

#[test]
fn what_a_real_server_served_is_what_is_kept() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let server = MeterServer::start(folder.path(), &["1", "7"], "pymodbus server");
    let Some(server) = server else { return };
    let port = server.port;
    std::fs::write(path("site.toml"), site_file(port)).expect("the site file can be written");
    let mut collector = rig::millwatt();
    collector.arg("run").arg(path("site.toml")).arg("--json").arg("--data").arg(path("data"));
    let mut collector = Running::start(&mut collector, &path("run.log"));
    let polls = 400;
    rig::wait_until("four hundred polls of both units", Duration::from_secs(120), || {
        server.served("1").len() > polls && server.served("7").len() > polls
    });
    let ended = collector.terminate();
    let log = std::fs::read_to_string(path("run.log")).unwrap_or_default();
    assert!(ended.success(), "{log}");

    let json = rig::indicators(&path("data"), &[]);
    for (asset, unit) in [("workshop", "1"), ("saw", "7")] {
        let (kept, served) = (pymodbus::kept(&path("data"), asset), server.served(unit));
        assert!(kept.len() > polls, "{asset}: {} readings kept; {log}", kept.len());
        assert!(served.len() - kept.len() <= 1, "only the last poll may be cut short");
        assert_eq!(kept, served[..kept.len()], "{asset}: each value as it was served");
        let difference = kept[kept.len() - 1] - kept[0];
        let expected = millwatt::Decimal::new(difference.into(), 6).to_string();
        let shown = &rig::figure(&json, "energy", asset, "")["value"];
        assert_eq!(shown.as_str(), Some(expected.as_str()), "{asset}");
        println!("{asset}: {} polls, {expected} kWh, as served", kept.len());
    }
}
