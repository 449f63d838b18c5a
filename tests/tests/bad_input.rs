//! Bad input: one clear message that names the thing and the way out, the right exit status, and
//! nothing already kept is lost.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use millwatt_tests::pymodbus::MeterServer;
use millwatt_tests::rig::{self, Running, told};

const SITE: &str = r#"
[site]
name = "Bad day"
zone = "Asia/Bangkok"
currency = "VND"
commit_every = "1s"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:PORT"
every = "100ms"
timeout = "100ms"
retries = 0

[[meter.register]]
quantity = "active_energy"
table = "input"
address = 72
type = "float32"
unit = "kWh"
decimals = 6
"#;

fn check(text: &str) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = folder.path().join("site.toml");
    std::fs::write(&site, text).expect("the site file can be written");
    rig::run(&["check", &site.display().to_string()])
}

fn refused(text: &str, expected: &[&str]) {
    let output = check(text);
    let told = told(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(told.lines().count(), 1, "one message: {told}");
    for word in expected {
        assert!(told.contains(word), "`{word}` in: {told}");
    }
}

#[test]
fn a_wrong_site_file_is_told_by_line_key_and_expectation() {
    let site = SITE.replace("PORT", "502");
    assert_eq!(check(&site).status.code(), Some(0));
    refused(&site.replace("currency", "curency"), &["line 5", "curency", "expected"]);
    refused(&site.replace("Asia/Bangkok", "Asia/Atlantis"), &["line 4", "zone", "Atlantis"]);
    refused(
        &site.replace("\"100ms\"\ntimeout", "\"often\"\ntimeout"),
        &["line 15", "every", "often", "10s"],
    );
    refused(
        &site.replace("asset = \"mill\"", "asset = \"mil\""),
        &["line 13", "asset", "mil", "mill"],
    );
    refused(&site.replace("float32", "float31"), &["line 23", "float31", "float32"]);
    refused(&site.replace("kWh", "kW"), &["line 19", "active_energy", "kW", "kWh"]);
    refused(&site.replace("127.0.0.1:502", "127.0.0.1"), &["line 14", "address", "host:port"]);
    refused("[site", &["line 1"]);
}

#[test]
fn wrong_use_ends_with_status_2() {
    assert_eq!(rig::run(&["indicators"]).status.code(), Some(2));
    assert_eq!(rig::run(&["no-such-command"]).status.code(), Some(2));
}

#[test]
fn a_folder_without_a_log_says_how_to_get_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let output = rig::run(&["indicators", "--data", &folder.path().display().to_string()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("millwatt import"), "{}", told(&output));
}

fn start(folder: &Path, port: u16, more: &[&str]) -> Running {
    let site = folder.join("site.toml");
    std::fs::write(&site, SITE.replace("PORT", &port.to_string())).expect("can be written");
    let mut command = rig::millwatt();
    command.arg("run").arg(site).arg("--data").arg(folder.join("data")).args(more);
    Running::start(&mut command, &folder.join("run.log"))
}

fn wait_for(folder: &Path, word: &str) {
    rig::wait_until(word, Duration::from_secs(20), || {
        std::fs::read_to_string(folder.join("run.log")).is_ok_and(|text| text.contains(word))
    });
}

#[test]
fn an_unreachable_meter_is_named_once_with_what_to_check() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut run = start(folder.path(), rig::free_port(), &[]);
    wait_for(folder.path(), "cannot connect");
    std::thread::sleep(Duration::from_millis(500));
    assert!(run.terminate().success());
    let log = std::fs::read_to_string(folder.path().join("run.log")).unwrap_or_default();
    assert!(log.contains("`mill`") && log.contains("network cable"), "{log}");
    assert_eq!(log.matches("cannot connect").count(), 1, "{log}");
}

#[test]
fn a_second_writer_and_a_port_in_use_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let _first = start(folder.path(), rig::free_port(), &[]);
    wait_for(folder.path(), "Ctrl-C");
    let site = folder.path().join("site.toml").display().to_string();
    let data = folder.path().join("data").display().to_string();
    let second = rig::run(&["run", &site, "--data", &data]);
    assert_eq!(second.status.code(), Some(1));
    assert!(told(&second).contains("another millwatt is writing here"), "{}", told(&second));

    let Some(page) = rig::need("MILLWATT_PAGE", "port in use") else {
        return;
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("bound").to_string();
    let other = folder.path().join("other").display().to_string();
    let page = page.display().to_string();
    let output = rig::run(&["run", &site, "--data", &other, "--listen", &address, "--page", &page]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("--listen"), "{}", told(&output));
}

#[test]
fn a_wrong_register_is_named_and_a_truncated_log_keeps_the_rest() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(server) = MeterServer::start(folder.path(), &[], "wrong register") else { return };
    let port = server.port;
    let mut run = start(folder.path(), port, &["--json"]);
    rig::wait_until("several blocks", Duration::from_secs(30), || {
        let log = std::fs::read_to_string(folder.path().join("run.log")).unwrap_or_default();
        log.matches("watermark").count() >= 4
    });
    assert!(run.terminate().success());

    let page = folder.path().join("data/00000001.mwlog");
    let bytes = std::fs::read(&page).expect("the first page");
    let before = rig::indicators(&folder.path().join("data"), &[]);
    std::fs::write(&page, &bytes[..bytes.len() - 7]).expect("can be cut");
    let after = rig::indicators(&folder.path().join("data"), &[]);
    let data = folder.path().join("data").display().to_string();
    let warned = told(&rig::run(&["indicators", "--data", &data]));
    assert!(warned.contains("damaged and were passed over"), "{warned}");
    let energy = |json: &serde_json::Value| {
        rig::figure(json, "energy", "mill", "")["value"].as_str().map(str::to_owned)
    };
    assert!(energy(&before).is_some() && energy(&after).is_some());

    let site = SITE.replace("PORT", &port.to_string()).replace("address = 72", "address = 4000");
    std::fs::write(folder.path().join("site.toml"), site).expect("can be written");
    let mut command = rig::millwatt();
    command.arg("run").arg(folder.path().join("site.toml"));
    command.arg("--data").arg(folder.path().join("data"));
    let mut run = Running::start(&mut command, &folder.path().join("run.log"));
    wait_for(folder.path(), "input registers 4000 to 4001");
    assert!(run.terminate().success());
    let log = std::fs::read_to_string(folder.path().join("run.log")).unwrap_or_default();
    assert!(log.contains("torn frame cut off") && log.contains("exception 2"), "{log}");
    let again = rig::indicators(&folder.path().join("data"), &[]);
    assert_eq!(energy(&again), energy(&after), "nothing already kept is lost");
}
