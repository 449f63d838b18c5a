//! The API of a running collector: judged by its own document, equal to what a meter served and to what the command
//! prints, and quick to say that a meter has gone.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use millwatt_tests::pymodbus::MeterServer;
use millwatt_tests::rig::{self, Running};
use serde_json::Value;

/// A meter that answers, and one that nobody has connected.
const SITE: &str = r#"
[site]
name = "Xưởng <b>sống</b>"
zone = "Asia/Bangkok"
currency = "VND"
main = "mill"
commit_every = "200ms"

[[asset]]
id = "mill"
name = "Cối xay"

[[asset]]
id = "still"
name = "Nồi \"chưng\" \\ cất"
parent = "mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:ALIVE"
profile = "eastron-sdm630"
every = "50ms"

[[meter]]
asset = "still"
address = "127.0.0.1:DEAD"
unit = 7
profile = "eastron-sdm630"
every = "50ms"
timeout = "200ms"
"#;

fn ask(port: u16, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the API is served");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("takes a request");
    stream
}

/// Status and body.
fn get(port: u16, path: &str) -> (String, String) {
    let mut answer = String::new();
    ask(port, path).read_to_string(&mut answer).expect("answers with text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("has headers");
    let status = head.split(' ').nth(1).expect("a status");
    (status.to_owned(), body.to_owned())
}

fn json(port: u16, path: &str) -> Value {
    let (status, body) = get(port, path);
    assert_eq!(status, "200", "{path}: {body}");
    serde_json::from_str(&body).expect("JSON")
}

/// A collector that serves, with the meter that it reads.
struct Serving {
    run: Running,
    meter: MeterServer,
    port: u16,
    folder: tempfile::TempDir,
}

impl Serving {
    /// Starts it and waits for readings that are durable; `None` after saying that the story is skipped.
    fn start(story: &str) -> Option<Self> {
        let page = rig::need("MILLWATT_PAGE", story)?;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let meter = MeterServer::start(folder.path(), &[], story)?;
        let dead = rig::free_port().to_string();
        let site = SITE.replace("ALIVE", &meter.port.to_string()).replace("DEAD", &dead);
        std::fs::write(path("site.toml"), site).expect("the site file can be written");
        let port = rig::free_port();
        let mut command = rig::millwatt();
        command.arg("run").arg(path("site.toml")).arg("--json").arg("--data").arg(path("data"));
        command.args(["--listen", &format!("127.0.0.1:{port}"), "--page"]).arg(page);
        let run = Running::start(&mut command, &path("run.log"));
        rig::wait_for_port(port);
        rig::wait_until("readings are durable", Duration::from_secs(20), || {
            json(port, "/health")["log"]["acknowledged"].as_u64().is_some_and(|kept| kept > 0)
        });
        Some(Self { run, meter, port, folder })
    }
}

#[test]
fn every_path_answers_as_its_document_says() {
    let Some(serving) = Serving::start("the API and its document") else { return };
    let Some(python) = rig::need("MILLWATT_PYTHON", "the API and its document") else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/api_check.py");
    let mut check = Command::new(python);
    let output = check.arg(script).arg(serving.port.to_string()).output().expect("Python starts");
    let log = std::fs::read_to_string(serving.folder.path().join("run.log")).unwrap_or_default();
    assert!(output.status.success(), "{}\n{log}", rig::told(&output));
    print!("{}", rig::told(&output));
}

#[test]
fn values_are_those_that_were_served() {
    let Some(serving) = Serving::start("values of the API") else { return };
    let served = || serving.meter.served("1");
    for _ in 0..20 {
        let before = served().len();
        let values = json(serving.port, "/api/v1/values?asset=mill");
        let rows = values["values"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["channel"] == "mill.active_energy").expect("energy");
        let text = |micro: &i64| millwatt::Decimal::new((*micro).into(), 6).to_string();
        // The poll under way may be served and not yet told, and the one before it too on a busy machine.
        let recent: Vec<String> = served()[before.saturating_sub(3)..].iter().map(text).collect();
        let value = row["value"].as_str().expect("it was read").to_owned();
        assert!(recent.contains(&value), "{value} is none of {recent:?}");
        assert_eq!((row["unit"].as_str(), row["quality"].as_str()), (Some("kWh"), Some("good")));
        std::thread::sleep(Duration::from_millis(70));
    }
    let values = json(serving.port, "/api/v1/values?asset=still");
    let rows = values["values"].as_array().expect("rows");
    assert!(!rows.is_empty() && rows.iter().all(|row| row["value"].is_null()), "never read: null");
}

#[test]
fn a_meter_that_goes_is_told_and_what_it_said_stays() {
    let Some(serving) = Serving::start("a meter that goes") else { return };
    let port = serving.port;
    let health = json(port, "/health");
    assert_eq!(health["status"], "degraded", "one of two answers: {health}");
    let faults = json(port, "/api/v1/faults");
    assert_eq!(faults["faults"][0]["asset"], "still", "{faults}");
    assert!(faults["faults"][1].is_null(), "{faults}");

    let stream = BufReader::new(ask(port, "/api/v1/stream"));
    let Serving { run, meter, folder, .. } = serving;
    drop(meter);
    let gone = Instant::now();
    let lines = stream.lines().map(|line| line.expect("the stream goes on"));
    let mut lines = lines.take_while(|_| gone.elapsed() < Duration::from_secs(20));
    let is_fault = |line: &String| line.starts_with("data: ") && line.contains("meter of `mill`");
    let told = lines.find(is_fault).expect("a fault is told");
    assert!(told.contains("\"answers\":false"), "{told}");
    let faults = json(port, "/api/v1/faults");
    assert_eq!(faults["faults"].as_array().map(Vec::len), Some(2), "{faults}");
    rig::wait_until("all that was read is durable", Duration::from_secs(10), || {
        json(port, "/health")["log"]["waiting"] == 0
    });
    let values = json(port, "/api/v1/values?asset=mill");
    assert!(values["values"][0]["value"].is_string(), "what it said stays: {values}");

    let mut serving = Gone { run, folder, port };
    serving.expect_same_figures("", &[]);
    serving.expect_same_figures("?every=day", &["--every", "day"]);
    serving.expect_same_figures("?from=2026-01-01T06:30", &["--from", "2026-01-01T06:30"]);
    assert!(serving.run.terminate().success());
}

/// A collector whose meters have all gone: its log stays as it is.
struct Gone {
    run: Running,
    folder: tempfile::TempDir,
    port: u16,
}

impl Gone {
    /// The API's indicators are those that the command prints.
    fn expect_same_figures(&self, query: &str, arguments: &[&str]) {
        let figures = json(self.port, &format!("/api/v1/indicators{query}"));
        let printed = rig::indicators(&self.folder.path().join("data"), arguments);
        assert_eq!(figures, printed, "{query}");
    }
}
