//! A disk that is really full: nothing is acknowledged, polls go on, and when space is there again
//! everything read meanwhile is written within five seconds, however rare commits are.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use millwatt_gateway::trust::DeviceKey;
use millwatt_tests::pymodbus::{self, MeterServer};
use millwatt_tests::rig::{self, Running};

/// Commits come at the usual time, once a minute.
const SITE: &str = r#"
[site]
name = "Full"
zone = "Asia/Bangkok"
currency = "VND"

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

/// A collector whose log lies on a disk of 128 kB.
struct OnSmallDisk {
    run: Running,
    server: MeterServer,
    folder: tempfile::TempDir,
}

impl OnSmallDisk {
    /// Starts it; `ballast` is the command that fills the disk beforehand. `None` after saying that the story is
    /// skipped.
    fn start(site: &str, ballast: &str, story: &str) -> Option<Self> {
        if !may_mount() {
            println!("SKIPPED: {story}: this user may not mount a small file system of its own");
            return None;
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let server = MeterServer::start(folder.path(), &[], story)?;
        let site = site.replace("PORT", &server.port.to_string());
        std::fs::write(path("site.toml"), site).expect("the site file can be written");
        // The device's key is there before the disk is full.
        std::fs::create_dir(path("seed")).expect("a folder for the key can be made");
        DeviceKey::open(&path("seed")).expect("a key can be made");
        std::fs::create_dir(path("data")).expect("the mount point can be made");
        let steps = format!(
            r#"mount -t tmpfs -o size=128k tmpfs "$1" && cp "$4"/* "$1" || exit 1
            {ballast} > "$1/ballast"
            exec "$2" run "$3" --json --data "$1""#
        );
        let mut command = Command::new("unshare");
        command.args(["--mount", "--map-root-user", "sh", "-c", &steps, "sh"]);
        command.arg(path("data")).arg(rig::millwatt().get_program()).arg(path("site.toml"));
        let run = Running::start(command.arg(path("seed")), &path("run.log"));
        Some(Self { run, server, folder })
    }

    fn told(&self, event: &str) -> Vec<serde_json::Value> {
        lines(&self.folder.path().join("run.log"), event)
    }

    fn wait_until_refused(&self, times: usize) {
        rig::wait_until("the disk is full", Duration::from_secs(60), || {
            self.told("disk").len() >= times
        });
        let told = self.told("disk");
        let message = told[0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("the disk is full: free some space"), "{message}");
        assert_eq!(told[0]["dropped"], 0, "memory holds all of it");
    }

    /// The data folder as it is seen from outside the name space.
    fn data(&self) -> PathBuf {
        let inside = PathBuf::from(format!("/proc/{}/root", self.run.0.id()));
        let data = self.folder.path().join("data");
        inside.join(data.strip_prefix("/").expect("an absolute path"))
    }

    /// Makes space, waits for what was read meanwhile, and compares it with what was served.
    fn frees_and_catches_up(mut self) {
        let marks = self.told("watermark").len();
        std::fs::remove_file(self.data().join("ballast")).expect("space can be made");
        let freed = Instant::now();
        rig::wait_until("it catches up", Duration::from_secs(5), || {
            self.told("watermark").len() > marks
        });
        println!("caught up {:?} after space was made", freed.elapsed());
        let copy = self.folder.path().join("copy");
        std::fs::create_dir(&copy).expect("a folder for the copy");
        for entry in std::fs::read_dir(self.data()).expect("the data folder").flatten() {
            std::fs::copy(entry.path(), copy.join(entry.file_name())).expect("a page is copied");
        }
        assert!(self.run.terminate().success());
        let (kept, served) = (pymodbus::kept(&copy, "mill"), self.server.served("1"));
        assert!(!kept.is_empty(), "readings from while the disk was full are there");
        assert_eq!(kept, served[..kept.len()], "every value served meanwhile is there");
    }
}

#[test]
fn a_full_disk_loses_nothing_that_memory_can_hold() {
    let site = SITE.replace("[[asset]]", "commit_every = \"200ms\"\n\n[[asset]]");
    let story = "full disk";
    let Some(collector) = OnSmallDisk::start(&site, "head -c 96k /dev/zero", story) else { return };
    collector.wait_until_refused(5);
    collector.frees_and_catches_up();
}

#[test]
fn a_disk_that_refused_is_tried_again_long_before_the_next_commit() {
    let fill = "cat /dev/zero 2> /dev/null";
    let Some(collector) = OnSmallDisk::start(SITE, fill, "full disk, rare commits") else { return };
    collector.wait_until_refused(1);
    rig::wait_until("polls go on", Duration::from_secs(20), || {
        collector.server.served("1").len() >= 100
    });
    assert_eq!(collector.told("watermark").len(), 0);
    assert_eq!(collector.told("disk").len(), 1, "what is refused again is not told again");
    collector.frees_and_catches_up();
}
