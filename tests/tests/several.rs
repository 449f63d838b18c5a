//! Two devices of one site, each with its own log and key: read together, carried in one report, checked one by one.

use std::path::{Path, PathBuf};

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

#[test]
fn two_devices_are_read_together_and_proved_one_by_one() {
    let Some(page) = rig::need("MILLWATT_PAGE", "two devices in one report") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [mill, boiler] = ["mill", "boiler"].map(|asset| device(folder.path(), asset));
    let report = text(&folder.path().join("both.html"));
    let both = ["--data", &text(&mill), "--data", &text(&boiler)].map(str::to_owned);
    let arguments = |first: &str, more: &[&str]| -> Vec<String> {
        let all = std::iter::once(first).chain(more.iter().copied()).map(str::to_owned);
        all.chain(both.clone()).collect()
    };
    let run = |words: &[String]| rig::run(&words.iter().map(String::as_str).collect::<Vec<_>>());

    let figures =
        run(&arguments("indicators", &["--json", "--from", "2026-11-22", "--to", "2026-11-25"]));
    let json: serde_json::Value = serde_json::from_slice(&figures.stdout).expect("JSON");
    for asset in ["mill", "boiler"] {
        let energy = rig::figure(&json, "energy", asset, "");
        assert_eq!(energy["value"], "1439", "{asset}: a kilowatt-hour a minute");
    }

    let packed = run(&arguments("report", &["--out", &report, "--page", &text(&page)]));
    assert!(packed.status.success(), "{}", told(&packed));
    let keys = [&mill, &boiler].map(|data| {
        let key = rig::run(&["key", "--data", &text(data)]);
        told(&key).split_whitespace().find(|word| word.contains('+')).expect("a key").to_owned()
    });
    let kept = [&mill, &boiler].map(|data| text(&data.join("checkpoint")));
    let sound = rig::run(&[
        "verify",
        "--report",
        &report,
        "--key",
        &keys[0],
        "--key",
        &keys[1],
        "--checkpoint",
        &kept[0],
        "--checkpoint",
        &kept[1],
    ]);
    assert!(sound.status.success(), "{}", told(&sound));
    assert_eq!(told(&sound).matches("proved: 15840 readings").count(), 2, "{}", told(&sound));

    let strange = device(folder.path(), "press");
    let strange = rig::run(&[
        "verify",
        "--report",
        &report,
        "--checkpoint",
        &text(&strange.join("checkpoint")),
    ]);
    assert_eq!(strange.status.code(), Some(2), "{}", told(&strange));
    assert!(told(&strange).contains("no device of this report"), "{}", told(&strange));

    // The second device's end is taken away.
    let last = boiler.join("00000001.mwlog");
    let bytes = std::fs::read(&last).expect("a page");
    std::fs::write(&last, &bytes[..bytes.len() * 2 / 3]).expect("cut");
    assert!(
        run(&arguments("report", &["--out", &report, "--page", &text(&page)])).status.success()
    );
    let cut = rig::run(&[
        "verify",
        "--report",
        &report,
        "--checkpoint",
        &kept[0],
        "--checkpoint",
        &kept[1],
    ]);
    assert_eq!(cut.status.code(), Some(1), "{}", told(&cut));
    let (first, second) = told(&cut)
        .split_once("not proved:")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("two");
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
