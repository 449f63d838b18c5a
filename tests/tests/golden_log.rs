//! A log of format version 1 as it was written once, `golden/log-v1.mwlog`: every later program must read it to the same
//! records, readings, events and signatures, which `golden/log-v1.jsonl` lists.
//!
//! Both files were made by this program's state of November 2026 and are never made again:
//! `MILLWATT_WRITE_GOLDEN=1 cargo test -p millwatt-tests --test stories golden_log::todays` refuses where they are there. A
//! writer that later finds denser bytes for the same values may differ from the file; then the test that compares the
//! bytes says where, and leaves that out, with the reason in the change that makes it so. What reads them stays. So it is
//! with the page that was compacted: since November 2026 its columns stand in another order and may be told by others.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use millwatt::Series as _;
use millwatt::archive::{Archive, emit_all};
use millwatt::reading::{ChannelId, Sample};
use millwatt::time::{Instant, Period};
use millwatt::trust::receipt::{DeviceId, Receiving};
use millwatt::trust::{Audit, Hash, Signer, audit};
use millwatt::wire::bytes::Reader;
use millwatt::wire::{Columns, Frame, FrameKind, Frames, Stamp, events, records};
use millwatt_tests::golden_log::{
    NODE_KEY, an_hour, first_events, first_manifest, late_events, node_manifest, of_today,
    second_manifest, what_is_rare, written,
};
use millwatt_tests::rig;
use serde_json::{Value, json};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

fn golden() -> Vec<u8> {
    std::fs::read(path("log-v1.mwlog")).expect("tests/golden/log-v1.mwlog")
}

fn listed() -> Vec<Value> {
    let text = std::fs::read_to_string(path("log-v1.jsonl")).expect("tests/golden/log-v1.jsonl");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

fn payloads(log: &[u8], kind: FrameKind) -> Vec<&[u8]> {
    Frames::new(log).filter(|frame| frame.kind == kind).map(|frame| frame.payload).collect()
}

/// Each column of each block, as the reader of another language prints it, too.
fn columns(log: &[u8]) -> Vec<Value> {
    let blocks = payloads(log, FrameKind::Readings).into_iter();
    let columns = blocks.flat_map(|block| Columns::new(block).expect("a block"));
    let told = columns.map(|column| {
        let column = column.expect("a column");
        let values: Result<Vec<i64>, _> = column.values().expect("values").collect();
        json!({
            "channel": column.channel.0, "quality": column.quality as u8,
            "start": column.start.unix_milliseconds(), "step": column.step.milliseconds(),
            "values": values.expect("sound"),
        })
    });
    told.collect()
}

/// Each event of each frame.
fn told_events(log: &[u8]) -> Vec<Value> {
    let rows = payloads(log, FrameKind::Events).into_iter().flat_map(events);
    let told = rows.map(|event| {
        let event = event.expect("sound");
        let until = event.until.map(Instant::unix_milliseconds);
        json!({
            "at": event.at.unix_milliseconds(), "until": until, "kind": event.kind as u8,
            "asset": event.asset, "product": event.product, "thousandths": event.thousandths,
            "unit": event.unit, "note": event.note,
        })
    });
    told.collect()
}

/// What an archive of the whole holds, by channel: how many samples, the first and the last instant, their sum.
fn archived(log: &[u8]) -> Vec<Value> {
    let archive = Archive::load(log).expect("a log");
    assert_eq!((archive.damaged(), archive.undated(), archive.later()), (0, 0, 0));
    let parts = archive.parts().expect("a site");
    let channels = parts.channels_with_assets().map(|(channel, asset)| (channel.name, asset));
    let told = (0..).zip(channels).map(|(number, (name, asset))| {
        let all = Period::new(Instant::MIN, Instant::MAX);
        let samples: Vec<Sample> = archive.samples(ChannelId(number), all).collect();
        let ends = samples.first().zip(samples.last());
        let ends = ends.map(|(a, b)| [a.at.unix_milliseconds(), b.at.unix_milliseconds()]);
        let sum: i128 = samples.iter().map(|sample| i128::from(sample.value)).sum();
        json!({ "name": name, "asset": asset, "samples": samples.len(), "ends": ends, "sum": sum.to_string() })
    });
    told.collect()
}

/// What the signatures of each device's log prove.
fn proved(log: &[u8]) -> Vec<Value> {
    let told = audit::logs(log).into_iter().map(|(begins, bytes)| {
        let mut audit = Audit::new();
        audit.page(1, bytes);
        let outcome = audit.finish();
        assert_eq!((outcome.findings.as_slice(), outcome.unsigned), (&[][..], 0));
        let [log] = &outcome.logs[..] else { panic!("{:?}", outcome.logs) };
        json!({
            "begins": begins, "origin": log.origin, "key": log.key, "rotations": log.rotations,
            "leaves": log.leaves, "checkpoints": log.checkpoints, "readings": log.readings,
            "note": String::from_utf8_lossy(&log.note),
        })
    });
    told.collect()
}

/// The receipt for all of a device's frames.
fn receipt(log: &[u8]) -> Value {
    let mut receiving = Receiving::after(Stamp::default());
    let is_sent = |frame: &Frame<'_>| !matches!(frame.kind, FrameKind::Page | FrameKind::Receipt);
    Frames::new(log).filter(is_sent).for_each(|frame| receiving.take(&frame));
    let digits = Hash::of(Signer::new("x", &NODE_KEY).verifier().bytes()).0;
    let device = DeviceId(std::array::from_fn(|place| digits[place]));
    let bytes = written(|out| receiving.receipt(device).emit(out).expect("room"));
    json!(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// All of it, a line each.
fn lines(log: &[u8]) -> Vec<Value> {
    let named = |name: &'static str, values: Vec<Value>| {
        values.into_iter().map(move |value| json!({ name: value }))
    };
    let logs = audit::logs(log);
    let (_, node) = logs[1];
    named("column", columns(log))
        .chain(named("event", told_events(log)))
        .chain(named("channel", archived(log)))
        .chain(named("log", proved(log)))
        .chain(named("receipt", vec![receipt(node)]))
        .collect()
}

#[test]
fn the_log_of_version_1_reads_as_it_did_and_its_signatures_hold() {
    let (read, listed) = (lines(&golden()), listed());
    assert_eq!(read.len(), listed.len());
    for (place, (read, listed)) in read.iter().zip(&listed).enumerate() {
        assert_eq!(read, listed, "line {}", place + 1);
    }
    println!("{} bytes of version 1, {} lines, each as it was", golden().len(), listed.len());
}

#[test]
fn what_was_given_to_the_writer_of_version_1_is_read() {
    let log = golden();
    let manifests = payloads(&log, FrameKind::Manifest);
    let read = |payload| records(payload).collect::<Result<Vec<_>, _>>().expect("sound");
    assert_eq!(read(manifests[0]), first_manifest("Golden mill"));
    assert_eq!(read(manifests[1]), second_manifest());
    assert_eq!(manifests.last().copied().map(read), Some(node_manifest()));
    let frames = payloads(&log, FrameKind::Events);
    let read = |payload| events(payload).collect::<Result<Vec<_>, _>>().expect("sound");
    assert_eq!((read(frames[0]), read(frames[1])), (first_events(), late_events()));
    let blocks = payloads(&log, FrameKind::Readings);
    for (block, given) in blocks.iter().zip([an_hour(), what_is_rare()]) {
        let columns = Columns::new(block).expect("a block").map(|column| column.expect("sound"));
        assert_eq!(columns.clone().count(), given.len());
        for (column, given) in columns.zip(given) {
            let head = (column.channel, column.quality, column.start, column.step);
            assert_eq!(head, (given.channel, given.quality, given.start, given.step));
            let values: Result<Vec<i64>, _> = column.values().expect("values").collect();
            assert_eq!(values, Ok(given.values));
        }
    }
}

/// The head's bits, the methods and the least count of the columns of a block.
fn forms(block: &[u8]) -> (BTreeSet<u8>, BTreeSet<u8>, u64) {
    let mut reader = Reader::new(&block[8..]);
    let (mut heads, mut methods, mut least) = (BTreeSet::new(), BTreeSet::new(), u64::MAX);
    let mut count = 0;
    while !reader.rest().is_empty() {
        let head = reader.byte().expect("a head");
        if head & 4 == 0 {
            reader.varint().expect("a channel");
        }
        if head & 8 == 0 {
            reader.signed().expect("a start");
            reader.varint().expect("a step");
            count = reader.varint().expect("a count");
        }
        let length = reader.varint().expect("a length");
        let mut values = Reader::new(reader.slice(length as usize).expect("values"));
        let numbers = if head & 16 == 0 { 0 } else { 4 };
        for _ in 0..numbers {
            values.signed().expect("a summary");
        }
        methods.extend((count > 0).then(|| values.byte().expect("a method")));
        heads.insert(head);
        least = least.min(count);
    }
    (heads, methods, least)
}

#[test]
fn everything_that_version_1_can_say_stands_in_its_golden_log() {
    let log = golden();
    let kinds: BTreeSet<u8> = Frames::new(&log).map(|frame| frame.kind as u8).collect();
    assert!(kinds.into_iter().eq(0..=10_u8), "a frame of every kind");
    let clocks = Frames::new(&log).map(|frame| frame.clock.quality as u8);
    assert!(
        clocks.collect::<BTreeSet<u8>>().into_iter().eq(0..=4_u8),
        "every quality of the clock"
    );
    let first = first_manifest("Golden mill");
    let kinds: BTreeSet<_> = first.iter().map(|row| emit_all(&[*row])[0]).collect();
    assert!(kinds.into_iter().eq(0..=13_u8), "a record of every kind");
    let events = told_events(&log);
    let kinds: BTreeSet<_> = events.iter().filter_map(|event| event["kind"].as_u64()).collect();
    assert!(kinds.into_iter().eq(0..=10_u64), "an event of every kind");
    let (mut heads, mut methods, mut least) = (BTreeSet::new(), BTreeSet::new(), u64::MAX);
    for block in payloads(&log, FrameKind::Readings) {
        let (of_heads, of_methods, of_least) = forms(block);
        heads.extend(of_heads);
        methods.extend(of_methods);
        least = least.min(of_least);
    }
    assert!(methods.into_iter().eq((0..108_u8).chain([254, 255])), "a column of every method");
    assert!((0..=2).all(|quality| heads.iter().any(|head| head & 3 == quality)), "{heads:?}");
    let has =
        |bit: u8| [true, false].map(|is_set| heads.iter().any(|head| (head & bit != 0) == is_set));
    assert_eq!([4, 8, 16].map(has), [[true; 2]; 3], "every bit of a head, set and not: {heads:?}");
    assert_eq!(least, 0, "a column of no values");
}

#[test]
fn another_language_reads_the_log_of_version_1_to_the_same_values() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "the reader of SPEC.md") else { return };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/read_log.py");
    let output = Command::new(python).arg(script).arg(path("log-v1.mwlog")).output();
    let output = output.expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let read: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    let listed = listed().into_iter();
    let listed: Vec<Value> =
        listed.filter_map(|mut line| line.get_mut("column").map(Value::take)).collect();
    assert_eq!(read.len(), listed.len());
    for (place, (read, listed)) in read.iter().zip(&listed).enumerate() {
        assert_eq!(read, listed, "column {place}");
    }
}

#[test]
fn todays_program_writes_the_log_of_version_1_byte_for_byte_but_for_compaction() {
    let today = of_today();
    if std::env::var_os("MILLWATT_WRITE_GOLDEN").is_some() {
        write(&today);
    }
    let golden = golden();
    let (today, golden) = (not_compacted(&today), not_compacted(&golden));
    let place = today.iter().zip(golden).position(|(today, golden)| today != golden);
    let differs = place.or((today.len() != golden.len()).then_some(today.len().min(golden.len())));
    if let Some(place) = differs {
        let mut frames = Frames::new(golden);
        let begins_behind = |frames: &Frames<'_>| frames.sound_end() > place;
        let mut last = frames.next();
        while !begins_behind(&frames) {
            let Some(next) = frames.next() else { break };
            last = Some(next);
        }
        let frame = last.map(|frame| (frame.kind, frame.stamp));
        panic!("differs at byte {place}, in the frame {frame:?}");
    }
}

/// What stands before the page that was compacted.
fn not_compacted(log: &[u8]) -> &[u8] {
    let (mut frames, mut end) = (Frames::new(log), 0);
    while frames.next().is_some_and(|frame| frame.kind != FrameKind::Compacted) {
        end = frames.sound_end();
    }
    &log[..end]
}

/// Writes the files, where they are not there.
fn write(log: &[u8]) {
    for name in ["log-v1.mwlog", "log-v1.jsonl"] {
        assert!(!path(name).exists(), "golden/{name} is there already: it is never written again");
    }
    let text: String = lines(log).iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(path("log-v1.jsonl"), text).expect("written");
    std::fs::write(path("log-v1.mwlog"), log).expect("written");
}
