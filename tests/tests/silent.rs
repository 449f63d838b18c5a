//! A meter that takes connections and never answers, beside one that does: nobody waits for it.

use std::net::TcpListener;
use std::time::Duration;

use millwatt_tests::pymodbus::{self, MeterServer};
use millwatt_tests::rig::{self, Running};

const SITE: &str = r#"
[site]
name = "Silent"
zone = "Asia/Bangkok"
currency = "VND"
commit_every = "200ms"

[[asset]]
id = "mill"
name = "Mill"

[[asset]]
id = "mute"
name = "Mute"

[[meter]]
asset = "mill"
address = "127.0.0.1:ALIVE"
profile = "eastron-sdm630"
every = "50ms"

[[meter]]
asset = "mute"
address = "127.0.0.1:SILENT"
profile = "eastron-sdm630"
every = "50ms"
timeout = "2s"
retries = 2
"#;

#[test]
fn a_silent_meter_delays_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let Some(server) = MeterServer::start(folder.path(), &[], "silent meter") else { return };
    let silent = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent_port = silent.local_addr().expect("bound").port().to_string();
    let site = SITE.replace("ALIVE", &server.port.to_string()).replace("SILENT", &silent_port);
    std::fs::write(path("site.toml"), site).expect("the site file can be written");
    let mut command = rig::millwatt();
    command.arg("run").arg(path("site.toml")).arg("--data").arg(path("data"));
    let mut run = Running::start(&mut command, &path("run.log"));
    // The silent meter takes six seconds to fail once; by then its neighbour has answered often.
    rig::wait_until("the silent meter is told", Duration::from_secs(30), || {
        std::fs::read_to_string(path("run.log")).is_ok_and(|log| log.contains("no answer in time"))
    });
    assert!(run.terminate().success());
    let kept = pymodbus::kept(&path("data"), "mill").len();
    assert!(kept >= 60, "{kept} readings of the neighbour in the six seconds of one failure");
    println!("{kept} readings of 120 possible while its neighbour failed once");
}
