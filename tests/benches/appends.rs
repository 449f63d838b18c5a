//! What durable appends to files cost: commits a second, and bytes that the disk itself writes, beside a plain file.
//!
//! `cargo figures` runs it; by hand `cargo bench -p millwatt-tests --features peers --bench appends`. A group is one minute
//! of so many channels: ours is blocks under the manifest, signed when due, in a data folder below `target`; the plain
//! file gets 64 bytes a reading and a sync of its data for each group. The disk's own count of written sectors includes what
//! the file system writes beside; whatever else writes to this disk meanwhile counts, too, so let it be quiet.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;

const SITE: &str = include_str!("../src/one_meter.toml");
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

/// Bytes that the disk below a folder has written since it was started, where the system tells.
fn written(folder: &Path) -> Option<u64> {
    let device = fs::metadata(folder).ok()?.dev();
    let (major, minor) = (device >> 8 & 0xfff, device & 0xff);
    let text = fs::read_to_string(format!("/sys/dev/block/{major}:{minor}/stat")).ok()?;
    let sectors: u64 = text.split_whitespace().nth(6)?.parse().ok()?;
    Some(sectors * 512)
}

/// A counter and noise of some channels at a minute.
fn readings(channels: u16, minute: i64) -> impl Iterator<Item = Reading> {
    (0..channels).map(move |channel| {
        let noise = (minute * 7_919 + i64::from(channel) * 104_729) % 97;
        let value = match channel % 4 {
            0 => minute * (i64::from(channel) + 12) + noise % 5,
            1 => 3,
            _ => 2_300 + noise,
        };
        let at = START + Span::from_minutes(minute);
        Reading {
            channel: ChannelId(channel),
            sample: Sample { at, value, quality: Quality::Good },
        }
    })
}

fn print(name: &str, folder: &Path, readings: usize, commits: usize, mut work: impl FnMut()) {
    let before = written(folder);
    let started = Clock::now();
    work();
    let seconds = started.elapsed().as_secs_f64();
    // What the file system still holds back belongs to it, too.
    std::process::Command::new("sync").arg("-f").arg(folder).status().expect("sync runs");
    let kept: u64 = fs::read_dir(folder)
        .expect("a folder")
        .filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len()))
        .sum();
    let disk = written(folder).zip(before).map(|(after, before)| (after - before) as f64);
    let disk = disk.map_or("the disk does not say".to_owned(), |disk| {
        format!(
            "the disk wrote {:.1} bytes a reading, {:.1} a byte kept",
            disk / readings as f64,
            disk / kept as f64
        )
    });
    println!(
        "  {name:<36} {:>6.0} commits/s, {:>8.0} readings/s, {:>6.2} bytes a reading kept; {disk}",
        commits as f64 / seconds,
        readings as f64 / seconds,
        kept as f64 / readings as f64
    );
}

fn place(name: &str) -> PathBuf {
    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(&place).expect("a folder");
    place
}

fn compare(channels: u16, commits: usize) {
    let count = usize::from(channels) * commits;
    println!("{channels} readings a commit, {commits} commits");
    let folder = place("appends-ours");
    let site = folder.join("site.toml");
    fs::write(&site, SITE).expect("written");
    let manifest = site_file::read(&site).expect("a site").manifest;
    let data = folder.join("data");
    fs::create_dir_all(&data).expect("a folder");
    print("millwatt, signed", &data, count, commits, || {
        let mut writer = Writer::open(&data, manifest.clone()).expect("opens");
        for minute in 0..commits as i64 {
            writer.push(readings(channels, minute));
            writer.commit().expect("kept");
            writer.seal_due().expect("signed");
        }
    });
    let folder = place("appends-plain");
    print("plain file, 64 bytes a reading", &folder, count, commits, || {
        let mut file = File::create(folder.join("log")).expect("a file");
        for minute in 0..commits as i64 {
            let mut group = Vec::new();
            for reading in readings(channels, minute) {
                let mut record = [0; 64];
                record[..8].copy_from_slice(&reading.sample.value.to_le_bytes());
                group.extend(record);
            }
            file.write_all(&group).expect("written");
            file.sync_data().expect("synced");
        }
    });
}

fn main() {
    compare(100, 2_000);
    compare(1_000, 500);
    compare(10_000, 60);
}
