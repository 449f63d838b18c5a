//! As a service of systemd: what the service manager hears, and what the unit file lets the program do.

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use millwatt_tests::pymodbus::MeterServer;
use millwatt_tests::rig::{self, Running, told};

const SITE: &str = r#"
[site]
name = "Service"
zone = "Asia/Bangkok"
currency = "THB"
commit_every = "200ms"

[[asset]]
id = "mill"
name = "Mill"

[[asset]]
id = "gone"
name = "Gone"

[[meter]]
asset = "mill"
address = "127.0.0.1:ALIVE"
profile = "eastron-sdm630"
every = "100ms"

[[meter]]
asset = "gone"
address = "127.0.0.1:NOBODY"
profile = "eastron-sdm630"
every = "1s"
"#;

/// The most exposed that `systemd-analyze security` may call the unit, of 10.
const MOST_EXPOSED: f64 = 2.5;

/// The socket that a service manager listens on.
struct Manager {
    socket: UnixDatagram,
    path: PathBuf,
    heard: Vec<String>,
}

impl Manager {
    fn new(folder: &Path) -> Self {
        let path = folder.join("notify");
        let socket = UnixDatagram::bind(&path).expect("a socket");
        socket.set_nonblocking(true).expect("can be set");
        Self { socket, path, heard: Vec::new() }
    }

    /// Everything so far, line by line.
    fn hear(&mut self) -> &[String] {
        let mut buffer = [0; 4_096];
        while let Ok(length) = self.socket.recv(&mut buffer) {
            let text = String::from_utf8_lossy(&buffer[..length]).into_owned();
            self.heard.extend(text.lines().map(str::to_owned));
        }
        &self.heard
    }

    fn wait_for(&mut self, what: &str, is_heard: impl Fn(&[String]) -> bool) {
        let limit = Duration::from_secs(20);
        rig::wait_until(what, limit, || is_heard(self.hear()));
    }
}

fn count(heard: &[String], line: &str) -> usize {
    heard.iter().filter(|heard| *heard == line).count()
}

#[test]
fn the_service_manager_hears_how_it_goes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let Some(server) = MeterServer::start(folder.path(), &[], "service") else { return };
    let mut manager = Manager::new(folder.path());
    let site = SITE.replace("ALIVE", &server.port.to_string());
    let site = site.replace("NOBODY", &rig::free_port().to_string());
    std::fs::write(path("site.toml"), site).expect("the site file can be written");
    // The journal names its stream by device and inode; the file keeps both when it is opened again.
    let stream = std::fs::File::create(path("run.log")).expect("can be made").metadata();
    let stream = stream.map(|known| format!("{}:{}", known.dev(), known.ino())).expect("is there");
    let mut command = rig::millwatt();
    command.arg("run").arg(path("site.toml")).arg("--data").arg(path("data"));
    command.env("NOTIFY_SOCKET", &manager.path).env("JOURNAL_STREAM", stream);
    command.env("WATCHDOG_USEC", "2000000").env_remove("WATCHDOG_PID");
    let mut run = Running::start(&mut command, &path("run.log"));
    manager.wait_for("READY", |heard| count(heard, "READY=1") == 1);
    manager.wait_for("several signs of life", |heard| count(heard, "WATCHDOG=1") >= 4);
    manager.wait_for("a sentence", |heard| {
        heard.iter().any(|line| line.starts_with("STATUS=1 of 2 meters answer; last commit 2"))
    });
    assert_eq!(count(manager.hear(), "STOPPING=1"), 0);
    assert!(run.terminate().success());
    manager.wait_for("STOPPING", |heard| count(heard, "STOPPING=1") == 1);
    assert_eq!(manager.hear()[0], "READY=1");
    let log = std::fs::read_to_string(path("run.log")).expect("the journal");
    assert!(log.lines().all(|line| line.starts_with("<6>") || line.starts_with("<4>")), "{log}");
    assert!(log.contains("<4>") && log.contains("meter of `gone`"), "{log}");
}

#[test]
fn without_a_service_manager_nothing_is_marked() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let (site, log) = (SITE.replace("ALIVE", "1").replace("NOBODY", "1"), path("run.log"));
    std::fs::write(path("site.toml"), site).expect("the site file can be written");
    let mut command = rig::millwatt();
    command.arg("run").arg(path("site.toml")).arg("--data").arg(path("data"));
    command.env_remove("NOTIFY_SOCKET").env("JOURNAL_STREAM", "8:1");
    let mut run = Running::start(&mut command, &log);
    let text = || std::fs::read_to_string(&log).unwrap_or_default();
    rig::wait_until("a fault is told", Duration::from_secs(20), || text().contains("meter of"));
    assert!(run.terminate().success());
    assert!(!text().contains("<4>") && !text().contains("<6>"), "{}", text());
}

/// A shell's own words only, so that the signal is there at once.
const STOP_AT_THE_FIRST_WORD: &str = r#"
"$0" run "$1" --data "$2" > "$3" 2>&1 &
while [ ! -s "$3" ]; do :; done
kill -TERM $!
wait $!
"#;

#[test]
fn a_stop_at_the_first_word_is_a_stop() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let site = SITE.replace("ALIVE", "1").replace("NOBODY", "1");
    std::fs::write(path("site.toml"), site).expect("the site file can be written");
    for number in 0..10 {
        let log = path(&format!("run{number}.log"));
        let mut shell = Command::new("sh");
        shell.args(["-c", STOP_AT_THE_FIRST_WORD]).arg(rig::millwatt().get_program());
        let status = shell.args([path("site.toml"), path("data"), log.clone()]).status();
        let said = std::fs::read_to_string(&log);
        assert!(status.as_ref().is_ok_and(|status| status.success()), "{status:?}: {said:?}");
    }
}

/// The unit as it is packed, but for the place of the program, in a folder; `None` after saying that this is skipped.
fn unit(folder: &Path, story: &str) -> Option<PathBuf> {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        println!("SKIPPED: {story}: systemd-analyze is not there");
        return None;
    }
    let text = include_str!("../../agent/gateway/packaging/millwatt.service");
    let program = rig::millwatt().get_program().to_string_lossy().into_owned();
    let text = text.replace("/usr/bin/millwatt", &program);
    let unit = folder.join("millwatt.service");
    std::fs::write(&unit, text).expect("can be written");
    Some(unit)
}

#[test]
fn systemd_finds_nothing_wrong_with_the_unit() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(unit) = unit(folder.path(), "unit file") else { return };
    let output = Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(unit).output();
    let output = output.expect("starts");
    assert!(output.status.success() && told(&output).is_empty(), "{}", told(&output));
}

#[test]
fn the_unit_lets_the_program_do_little() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(unit) = unit(folder.path(), "sandbox") else { return };
    let mut command = Command::new("systemd-analyze");
    command.args(["security", "--offline=true", "--no-pager"]).arg(unit);
    let output = command.env("LC_ALL", "C.UTF-8").output().expect("starts");
    let text = told(&output);
    let (_, level) = text.split_once("Overall exposure level for").expect("a verdict");
    let level = level.split_whitespace().find_map(|word| word.parse::<f64>().ok());
    let level = level.unwrap_or_else(|| panic!("no number in {text}"));
    println!("exposure {level} of 10");
    assert!(level <= MOST_EXPOSED, "{text}");
}
