//! `kill -9` at random moments: what was acknowledged is there, once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use millwatt::wire::{Columns, FrameKind, Frames, Stamp};
use millwatt_tests::pymodbus::MeterServer;
use millwatt_tests::rig::{self, Running};

const SITE: &str = r#"
[site]
name = "Kill"
zone = "Asia/Bangkok"
currency = "VND"
commit_every = "50ms"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:PORT"
profile = "eastron-sdm630"
every = "20ms"
"#;

/// The log's page files in order.
fn pages(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data).expect("the data folder is there").flatten();
    let mut pages: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|suffix| suffix == "mwlog"))
        .collect();
    pages.sort();
    pages
}

/// Readings by epoch and frame, and how often each (channel, instant) is there.
fn contents(data: &Path) -> (BTreeMap<Stamp, u64>, BTreeMap<(u16, i64), u32>) {
    let (mut frames, mut readings) = (BTreeMap::new(), BTreeMap::new());
    for page in pages(data) {
        let bytes = std::fs::read(page).expect("a page can be read");
        for frame in Frames::new(&bytes).filter(|frame| frame.kind == FrameKind::Readings) {
            let columns = Columns::new(frame.payload).expect("a block has a base");
            for reading in columns.flat_map(|column| column.expect("sound").readings()) {
                *frames.entry(frame.stamp).or_insert(0) += 1;
                let at = reading.sample.at.unix_milliseconds();
                *readings.entry((reading.channel.0, at)).or_insert(0) += 1;
            }
        }
    }
    (frames, readings)
}

/// The last watermark that a run printed: stamp, and readings up to it.
fn last_watermark(output: &Path) -> Option<(Stamp, u64)> {
    let text = std::fs::read_to_string(output).ok()?;
    let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let marks = lines.filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let mut marks = marks.filter(|line| line["event"] == "watermark");
    let last = marks.next_back()?;
    let epoch = u32::try_from(last["epoch"].as_u64()?).ok()?;
    let stamp = Stamp { epoch, sequence: last["sequence"].as_u64()? };
    Some((stamp, last["readings"].as_u64()?))
}

/// Uneven waits between 60 ms and about 1.1 s, the same in every run.
fn wait_before_kill(round: u64) -> Duration {
    Duration::from_millis(60 + (round * 7_919 + 104_729) * 31 % 1_051)
}

#[test]
fn what_was_acknowledged_survives_kill_9_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let Some(server) = MeterServer::start(folder.path(), &[], "kill -9") else { return };
    let site = SITE.replace("PORT", &server.port.to_string());
    std::fs::write(path("site.toml"), site).expect("the site file can be written");

    let rounds = if std::env::var_os("MILLWATT_LONG").is_some() { 100 } else { 10 };
    let (mut acknowledged, mut marked_rounds) = (0, 0);
    for round in 0..rounds {
        let mut command = rig::millwatt();
        command.arg("run").arg(path("site.toml")).arg("--json").arg("--data").arg(path("data"));
        let mut run = Running::start(&mut command, &path("run.log"));
        if round == 0 {
            rig::wait_until("a first watermark", Duration::from_secs(20), || {
                last_watermark(&path("run.log")).is_some()
            });
        }
        std::thread::sleep(wait_before_kill(round));
        run.0.kill().expect("SIGKILL is sent");
        run.0.wait().expect("it ends");
        let (frames, readings) = contents(&path("data"));
        let twice = readings.values().filter(|count| **count > 1).count();
        assert_eq!(twice, 0, "round {round}: readings that stand twice");
        let Some((mark, promised)) = last_watermark(&path("run.log")) else {
            continue;
        };
        let epoch = Stamp { epoch: mark.epoch, sequence: 0 };
        let kept: u64 = frames.range(epoch..=mark).map(|(_, count)| count).sum();
        assert_eq!(kept, promised, "round {round}: readings at or below {mark:?}");
        acknowledged += promised;
        marked_rounds += 1;
    }
    let (frames, _) = contents(&path("data"));
    let all: u64 = frames.values().sum();
    assert!(all >= acknowledged, "{all} kept of {acknowledged} acknowledged");
    println!(
        "{rounds} kills, {marked_rounds} after a watermark, {acknowledged} acknowledged, {all} kept"
    );
}
