//! A gateway whose clock is wrong: every reading is kept, and gets its date when the device learns it.

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::series::Series as _;
use millwatt::time::{Instant, Period, Span};
use millwatt::trust::Audit;
use millwatt::wire::{Clock, ClockQuality, FrameKind, Frames};
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::run::Now;
use millwatt_gateway::site_file;
use millwatt_gateway::trust::verify::audit_folder;
use millwatt_gateway::writer::Writer;

const SITE: &str = include_str!("../../../tests/src/one_meter.toml");

const NOON: Instant = Instant::from_unix_milliseconds(1_795_435_200_000);
const BEGIN: Instant = Instant::from_unix_milliseconds(0);

/// What a device knows so many minutes after its start, if its clock then shows `wall`.
fn now(minute: i64, wall: Option<Instant>) -> Now {
    let ticks = u32::try_from(minute * 600).expect("small");
    let quality = if wall.is_some() { ClockQuality::Set } else { ClockQuality::Unset };
    let at = wall.unwrap_or(BEGIN + Span::from_minutes(minute));
    Now { at, clock: Clock { quality, ticks } }
}

fn minute_of(writer: &mut Writer, now: Now, value: i64) {
    let sample = Sample { at: now.at, value, quality: Quality::Good };
    writer.push([Reading { channel: ChannelId(0), sample }]);
    writer.set_clock(now);
    writer.commit().expect("kept");
    writer.seal_due().expect("signed");
}

#[test]
fn readings_from_before_the_clock_was_set_get_their_date() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = folder.path().join("site.toml");
    std::fs::write(&site, SITE).expect("written");
    let manifest = site_file::read(&site).expect("a site").manifest;
    let data = folder.path().join("data");

    // Twenty minutes without a clock, then it is set, then set back by an hour, then a start in 1970 for ever.
    let mut writer = Writer::open(&data, manifest.clone()).expect("opens");
    (0..20).for_each(|minute| minute_of(&mut writer, now(minute, None), minute));
    let set = |minute: i64| Some(NOON + Span::from_minutes(minute));
    (20..30).for_each(|minute| minute_of(&mut writer, now(minute, set(minute)), minute));
    (30..40).for_each(|minute| minute_of(&mut writer, now(minute, set(minute - 60)), minute));
    writer.seal_all().expect("signed");
    drop(writer);
    let mut writer = Writer::open(&data, manifest).expect("opens");
    (0..5).for_each(|minute| minute_of(&mut writer, now(minute, None), 100 + minute));
    writer.seal_all().expect("signed");
    drop(writer);

    let archive = read_archive(&data).expect("a log");
    assert_eq!((archive.length(), archive.undated()), (40, 5));
    let all = Period::new(Instant::MIN, Instant::MAX);
    let found: Vec<(i64, i64)> = archive
        .samples(ChannelId(0), all)
        .map(|sample| ((sample.at - NOON).milliseconds() / 60_000, sample.value))
        .collect();
    let set_back = (30..40).map(|minute| (minute - 60, minute));
    let dated = (0..30).map(|minute| (minute, minute));
    assert_eq!(found, set_back.chain(dated).collect::<Vec<_>>());
    let offsets: Vec<i64> =
        archive.anchors().map(|anchor| (anchor.begin() - NOON).milliseconds() / 60_000).collect();
    assert_eq!(offsets, [0, -60], "the jump is in the log");

    let bytes = std::fs::read(data.join("00000001.mwlog")).expect("a page");
    let behind = Frames::new(&bytes).filter(|frame| {
        frame.kind == FrameKind::Readings && frame.clock.quality == ClockQuality::Behind
    });
    assert_eq!(behind.count(), 10, "after the clock was set back");
    let mut audit = Audit::new();
    audit_folder(&data, &mut audit).expect("read");
    let outcome = audit.finish();
    assert_eq!((outcome.findings.len(), outcome.logs[0].readings), (0, 45));
}
