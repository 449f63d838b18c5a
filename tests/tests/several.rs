//! Two devices of one site, each with its own log and key: read together, carried in one report, checked one by one.

use std::path::{Path, PathBuf};
use std::process::Output;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;
use millwatt_tests::rig::{self, told};

const SITE: &str = include_str!("../src/one_meter.toml");

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

/// A day of a device that reads an asset's meter: its energy, a kilowatt-hour more each minute.
fn device(folder: &Path, asset: &str) -> PathBuf {
    let (site, data) = (folder.join(format!("{asset}.toml")), folder.join(asset));
    std::fs::write(&site, SITE.replace("mill\"", &format!("{asset}\""))).expect("written");
    let site = site_file::read(&site).expect("a site");
    let mut writer = Writer::open(&data, site.manifest).expect("opens");
    for minute in 0..1_440 {
        let at = START + Span::from_minutes(minute);
        let sample = |value| Sample { at, value, quality: Quality::Good };
        writer.push(
            (0..11).map(|c| Reading { channel: ChannelId(c), sample: sample(minute * 1_000_000) }),
        );
        if minute % 15 == 14 {
            writer.commit().expect("kept");
            writer.seal_due().expect("signed");
        }
    }
    writer.seal_all().expect("signed");
    data
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// Two devices' folders and a report of both.
struct Both {
    folder: tempfile::TempDir,
    data: [PathBuf; 2],
    report: String,
    page: String,
}

impl Both {
    fn new(page: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = ["mill", "boiler"].map(|asset| device(folder.path(), asset));
        let report = text(&folder.path().join("both.html"));
        Self { folder, data, report, page: text(page) }
    }

    /// Runs a command over both folders.
    fn run(&self, words: &[&str]) -> Output {
        let [one, other] = [text(&self.data[0]), text(&self.data[1])];
        rig::run(&[words, &["--data", &one, "--data", &other]].concat())
    }

    fn pack(&self) {
        let packed = self.run(&["report", "--out", &self.report, "--page", &self.page]);
        assert!(packed.status.success(), "{}", told(&packed));
    }

    fn verify(&self, more: &[&str]) -> Output {
        rig::run(&[&["verify", "--report", &self.report], more].concat())
    }

    fn checkpoints(&self) -> [String; 2] {
        [0, 1].map(|device| text(&self.data[device].join("checkpoint")))
    }
}

#[test]
fn two_devices_are_read_together() {
    let both = Both::new(Path::new(""));
    let figures = both.run(&["indicators", "--json", "--from", "2026-11-22", "--to", "2026-11-25"]);
    let json: serde_json::Value = serde_json::from_slice(&figures.stdout).expect("JSON");
    for asset in ["mill", "boiler"] {
        let energy = rig::figure(&json, "energy", asset, "");
        assert_eq!(energy["value"], "1439", "{asset}: a kilowatt-hour a minute");
    }
}

#[test]
fn each_log_of_a_report_is_held_against_its_own_key_and_checkpoint() {
    let Some(page) = rig::need("MILLWATT_PAGE", "two devices in one report") else { return };
    let both = Both::new(&page);
    both.pack();
    let keys = [0, 1].map(|device| {
        let key = told(&rig::run(&["key", "--data", &text(&both.data[device])]));
        key.split_whitespace().find(|word| word.contains('+')).expect("a key").to_owned()
    });
    let [one, other] = both.checkpoints();
    let [key, other_key] = &keys;
    let sound = both.verify(&[
        "--key",
        key,
        "--key",
        other_key,
        "--checkpoint",
        &one,
        "--checkpoint",
        &other,
    ]);
    assert!(sound.status.success(), "{}", told(&sound));
    assert_eq!(told(&sound).matches("proved: 15840 readings").count(), 2, "{}", told(&sound));

    let strange = text(&device(both.folder.path(), "press").join("checkpoint"));
    let strange = both.verify(&["--checkpoint", &strange]);
    assert_eq!(strange.status.code(), Some(2), "{}", told(&strange));
    assert!(told(&strange).contains("no device of this report"), "{}", told(&strange));
}

#[test]
fn the_end_of_one_log_that_was_taken_away_is_told_of_that_one() {
    let Some(page) = rig::need("MILLWATT_PAGE", "two devices in one report") else { return };
    let both = Both::new(&page);
    let last = both.data[1].join("00000001.mwlog");
    let bytes = std::fs::read(&last).expect("a page");
    std::fs::write(&last, &bytes[..bytes.len() * 2 / 3]).expect("cut");
    both.pack();
    let [one, other] = both.checkpoints();
    let cut = both.verify(&["--checkpoint", &one, "--checkpoint", &other]);
    assert_eq!(cut.status.code(), Some(1), "{}", told(&cut));
    let said = told(&cut);
    let (first, second) = said.split_once("not proved:").expect("two logs");
    assert!(first.contains("15840 readings") && !first.contains("fault"), "{first}");
    assert!(second.contains("cut short: the log ends"), "{second}");
}

#[test]
fn one_channel_of_two_devices_at_one_time_is_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let one = device(folder.path(), "mill");
    let again = folder.path().join("again");
    std::fs::create_dir(&again).expect("a folder");
    let other = device(&again, "mill");
    let both = rig::run(&["indicators", "--data", &text(&one), "--data", &text(&other)]);
    assert_eq!(both.status.code(), Some(1), "{}", told(&both));
    assert!(told(&both).contains("both have `mill."), "{}", told(&both));
}
