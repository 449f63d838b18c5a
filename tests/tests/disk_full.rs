//! A disk that is really full: nothing is acknowledged, polls go on, and when space is there again
//! everything read meanwhile is written.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use millwatt_tests::pymodbus::{self, MeterServer};
use millwatt_tests::rig::{self, Running};

const SITE: &str = r#"
[site]
name = "Full"
zone = "Asia/Bangkok"
currency = "VND"
commit_every = "200ms"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:PORT"
profile = "eastron-sdm630"
every = "20ms"
"#;

/// Whether this user may mount a file system in a name space of its own.
fn may_mount() -> bool {
    let mut try_it = Command::new("unshare");
    try_it.args(["--mount", "--map-root-user", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    try_it.output().is_ok_and(|output| output.status.success())
}

fn lines(output: &Path, event: &str) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(output).unwrap_or_default();
    let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok());
    lines.filter(|line: &serde_json::Value| line["event"] == event).collect()
}

#[test]
fn a_full_disk_loses_nothing_that_memory_can_hold() {
    if !may_mount() {
        println!("SKIPPED: full disk: this user may not mount a small file system of its own");
        return;
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let Some(server) = MeterServer::start(folder.path(), &[], "full disk") else { return };
    let site = SITE.replace("PORT", &server.port.to_string());
    std::fs::write(path("site.toml"), site).expect("the site file can be written");
    std::fs::create_dir(path("data")).expect("the mount point can be made");

    let mut command = Command::new("unshare");
    let steps = r#"mount -t tmpfs -o size=128k tmpfs "$1" && head -c 96k /dev/zero > "$1/ballast" &&
        exec "$2" run "$3" --json --data "$1""#;
    command.args(["--mount", "--map-root-user", "sh", "-c", steps, "sh"]);
    command.arg(path("data")).arg(rig::millwatt().get_program()).arg(path("site.toml"));
    let mut run = Running::start(&mut command, &path("run.log"));
    rig::wait_until("the disk is full", Duration::from_secs(60), || {
        lines(&path("run.log"), "disk").len() >= 5
    });
    let told = lines(&path("run.log"), "disk");
    let message = told[0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("the disk is full: free some space"), "{message}");

    let inside = PathBuf::from(format!("/proc/{}/root", run.0.id()));
    let data = inside.join(path("data").strip_prefix("/").expect("an absolute path"));
    let marks = lines(&path("run.log"), "watermark").len();
    std::fs::remove_file(data.join("ballast")).expect("space can be made");
    let freed = Instant::now();
    rig::wait_until("it catches up", Duration::from_secs(5), || {
        lines(&path("run.log"), "watermark").len() > marks
    });
    println!("caught up {:?} after space was made", freed.elapsed());
    let copy = path("copy");
    std::fs::create_dir(&copy).expect("a folder for the copy");
    for entry in std::fs::read_dir(&data).expect("the data folder").flatten() {
        std::fs::copy(entry.path(), copy.join(entry.file_name())).expect("a page can be copied");
    }
    assert!(run.terminate().success());
    let (kept, served) = (pymodbus::kept(&copy, "mill"), server.served("1"));
    assert_eq!(kept, served[..kept.len()], "every value served while the disk was full is there");
}
