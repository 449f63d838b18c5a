//! What a disk that refused for long leaves in memory goes into pages that begin and end as every other.

use std::path::Path;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::series::Series as _;
use millwatt::time::{Instant, Period, Span};
use millwatt::trust::Audit;
use millwatt::wire::{FrameKind, Frames};
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::site_file;
use millwatt_gateway::trust::verify::audit_folder;
use millwatt_gateway::writer::Writer;

const SITE: &str = include_str!("../../../tests/src/one_meter.toml");

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const CHANNELS: u16 = 3;
const MINUTES: i64 = 100_000;

/// A value that no model foretells: nine bytes in the log, so that all of them make three pages.
fn sample(channel: u16, minute: i64) -> Sample {
    let number = minute * i64::from(CHANNELS) + i64::from(channel);
    let value = number.wrapping_mul(-7_046_029_254_386_353_131);
    Sample { at: START + Span::from_minutes(minute), value, quality: Quality::Good }
}

/// The kinds of a page's frames; that it may have been written anew meanwhile is left out.
fn kinds(path: &Path) -> Vec<FrameKind> {
    let bytes = std::fs::read(path).expect("a page");
    let kinds = Frames::new(&bytes).map(|frame| frame.kind);
    kinds.filter(|kind| *kind != FrameKind::Compacted).collect()
}

#[test]
fn a_long_backlog_is_written_in_pages_like_any_other() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = folder.path().join("site.toml");
    std::fs::write(&site, SITE).expect("written");
    let manifest = site_file::read(&site).expect("a site").manifest;
    let data = folder.path().join("data");
    let mut writer = Writer::open(&data, manifest).expect("opens");
    writer.push((0..MINUTES).flat_map(|minute| {
        (0..CHANNELS).map(move |channel| Reading {
            channel: ChannelId(channel),
            sample: sample(channel, minute),
        })
    }));
    writer.commit().expect("kept");
    writer.seal_all().expect("signed");
    drop(writer);

    let paths = (1..).map(|page| data.join(format!("{page:08}.mwlog")));
    let pages: Vec<_> = paths.take_while(|path| path.exists()).collect();
    assert!(pages.len() >= 3, "{} pages", pages.len());
    for page in &pages {
        let kinds = kinds(page);
        let head = [FrameKind::Device, FrameKind::Checkpoint, FrameKind::Manifest];
        assert!(kinds.starts_with(&head), "{}: {kinds:?}", page.display());
        assert_eq!(kinds.last(), Some(&FrameKind::Checkpoint), "{}", page.display());
    }
    let archive = read_archive(&data).expect("a log");
    let all = Period::new(Instant::MIN, Instant::MAX);
    for channel in 0..CHANNELS {
        let expected = (0..MINUTES).map(|minute| sample(channel, minute));
        assert!(archive.samples(ChannelId(channel), all).eq(expected), "channel {channel}");
    }
    let mut audit = Audit::new();
    audit_folder(&data, &mut audit).expect("read");
    let outcome = audit.finish();
    let readings = MINUTES.unsigned_abs() * u64::from(CHANNELS);
    assert_eq!((outcome.findings.len(), outcome.unsigned), (0, 0), "{:?}", outcome.findings);
    assert_eq!(outcome.logs[0].readings, readings);
}
