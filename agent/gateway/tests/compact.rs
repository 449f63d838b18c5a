//! Compaction keeps every reading and event, and whatever it should not touch.

use std::path::{Path, PathBuf};

use millwatt::archive::Archive;
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_gateway::compact::compact_closed;
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;

const SITE: &str = include_str!("../../../tests/src/one_meter.toml");

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

/// A folder in which minutes were committed one by one until its third page began.
fn filled(folder: &Path) -> PathBuf {
    let site = folder.join("site.toml");
    std::fs::write(&site, SITE).expect("can be written");
    let site = site_file::read(&site).expect("a site");
    let data = folder.join("data");
    let mut writer = Writer::open(&data, site.manifest).expect("opens");
    let mut minute = 0;
    while !data.join("00000003.mwlog").exists() {
        let at = START + Span::from_minutes(minute);
        let quality = if minute % 97 == 5 { Quality::Suspect } else { Quality::Good };
        let channels = 0..site.channels.len() as u16;
        writer.push(channels.filter(|channel| minute % 50 > i64::from(*channel) % 3).map(
            |channel| {
                let value = minute * i64::from(channel) + minute % 7;
                let sample = Sample { at, value, quality };
                Reading { channel: ChannelId(channel), sample }
            },
        ));
        writer.commit().expect("kept");
        minute += 1;
    }
    drop(writer);
    data
}

fn bytes_of(data: &Path, page: u32) -> Vec<u8> {
    std::fs::read(data.join(format!("{page:08}.mwlog"))).expect("a page")
}

#[test]
fn a_closed_page_shrinks_and_says_the_same() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = filled(folder.path());
    let before = read_archive(&data).expect("a log");
    let (stamp, raw) = (before.newest(), bytes_of(&data, 3));
    // The writer's own thread may have been first.
    compact_closed(&data).expect("compacts");
    let after = read_archive(&data).expect("a log");
    assert!(after.holds_the_same(&before) && after.newest() == stamp);
    assert_eq!(bytes_of(&data, 3), raw, "the last page still takes frames");
    let sizes = [1, 2].map(|page| bytes_of(&data, page).len());
    println!("pages of {} bytes now take {sizes:?}", 1 << 20);
    assert!(sizes.iter().all(|size| *size < (1 << 20) / 5));
    assert_eq!(compact_closed(&data).expect("compacts"), [], "once is enough");
    let writer = Writer::open(&data, before.manifest().to_owned()).expect("opens");
    assert!(writer.watermark().epoch > stamp.epoch);
}

#[test]
fn what_a_power_cut_leaves_behind_is_no_page() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = filled(folder.path());
    let whole = bytes_of(&data, 1);
    let before = read_archive(&data).expect("a log");
    for length in [0, 1, 30, whole.len() / 2, whole.len()] {
        std::fs::write(data.join("00000001.new"), &whole[..length]).expect("can be written");
        assert!(read_archive(&data).expect("a log").holds_the_same(&before));
        drop(Writer::open(&data, before.manifest().to_owned()).expect("opens"));
    }
}

#[test]
fn a_damaged_page_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = filled(folder.path());
    let path = data.join("00000002.mwlog");
    let mut bytes = bytes_of(&data, 3);
    bytes.extend(bytes.clone());
    let middle = bytes.len() / 2 + 60;
    bytes[middle] ^= 0x20;
    std::fs::write(&path, &bytes).expect("can be written");
    compact_closed(&data).expect("compacts");
    assert_eq!(std::fs::read(&path).expect("a page"), bytes);
    assert!(Archive::load(&bytes).is_ok_and(|archive| archive.damaged() > 0));
}
