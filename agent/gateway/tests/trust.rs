//! A folder's signatures: what a sound one proves, what each kind of tampering is called and where.

use std::path::{Path, PathBuf};

use millwatt::archive::denser;
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt::trust::audit::{Culprit, Fault, Finding, Outcome};
use millwatt::trust::{Audit, Note, Signer, VerifierKey};
use millwatt::wire::block::Summary;
use millwatt::wire::bytes::Writer as Bytes;
use millwatt::wire::{BlockWriter, Columns, Frame, FrameKind, Frames, Stamp};
use millwatt_gateway::compact::compact_closed;
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::retention::Retention;
use millwatt_gateway::site_file;
use millwatt_gateway::trust::DeviceKey;
use millwatt_gateway::trust::cosign::Cosigner;
use millwatt_gateway::trust::verify::{Words, audit_folder};
use millwatt_gateway::writer::Writer;

const SITE: &str = include_str!("../../../tests/src/one_meter.toml");

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const CHANNELS: u16 = 3;

fn manifest(folder: &Path) -> Vec<u8> {
    let path = folder.join("site.toml");
    std::fs::write(&path, SITE).expect("can be written");
    site_file::read(&path).expect("a site").manifest
}

fn reading(channel: u16, minute: i64) -> Reading {
    let at = START + Span::from_minutes(minute);
    let value = 1_000 + minute * i64::from(channel) + (minute * 7_919) % 13;
    let quality = if minute % 397 == 5 { Quality::Suspect } else { Quality::Good };
    Reading { channel: ChannelId(channel), sample: Sample { at, value, quality } }
}

/// Commits minutes one by one as a running gateway does; every hundredth minute of a channel comes late.
fn run(data: &Path, manifest: &[u8], minutes: std::ops::Range<i64>) -> Writer {
    let mut writer = Writer::open(data, manifest.to_owned()).expect("opens");
    for minute in minutes {
        let is_late = |channel: u16| channel == 2 && minute % 100 == 40;
        writer.push((0..CHANNELS).filter(|c| !is_late(*c)).map(|c| reading(c, minute)));
        if minute % 100 == 75 {
            writer.push([reading(2, minute - 35)]);
        }
        writer.commit().expect("kept");
        writer.seal_due().expect("signed");
    }
    writer
}

fn sound(folder: &Path, minutes: i64) -> PathBuf {
    let data = folder.join("data");
    run(&data, &manifest(folder), 0..minutes).seal_all().expect("signed");
    data
}

fn audited(data: &Path) -> Outcome {
    let mut audit = Audit::new();
    audit_folder(data, &mut audit).expect("read");
    audit.finish()
}

fn page_path(data: &Path, page: u32) -> PathBuf {
    data.join(format!("{page:08}.mwlog"))
}

fn page(data: &Path, page: u32) -> Vec<u8> {
    std::fs::read(page_path(data, page)).expect("a page")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn a_sound_log_is_proved_to_its_last_reading_and_stays_so_when_compacted() {
    let folder = folder();
    let data = folder.path().join("data");
    let manifest = manifest(folder.path());
    let mut writer = run(&data, &manifest, 0..700);
    let before = audited(&data);
    assert!(before.findings.is_empty(), "{:?}", before.findings);
    assert!(before.unsigned > 0, "the last span is still filling");
    writer.seal_all().expect("signed");
    drop(writer);
    let outcome = audited(&data);
    assert_eq!((outcome.findings.len(), outcome.unsigned), (0, 0));
    assert_eq!(outcome.logs[0].readings, 2_100);
    let raw = page(&data, 1);
    let dense = denser(&raw).expect("denser");
    std::fs::write(page_path(&data, 1), &dense).expect("written");
    let again = audited(&data);
    assert_eq!(again.findings, [], "{} bytes became {}", raw.len(), dense.len());
    assert_eq!(again.logs[0].readings, outcome.logs[0].readings);
    assert_eq!(again.logs[0].note, outcome.logs[0].note);
    assert!(again.logs[0].checkpoints < outcome.logs[0].checkpoints / 2);
}

/// What a reader takes from blocks: readings, and what columns say they come to.
fn said(page: &Parts) -> Vec<(Option<Summary>, Vec<Reading>)> {
    let blocks = page.0.iter().filter(|(_, kind, _)| *kind == FrameKind::Readings);
    let columns =
        blocks.flat_map(|(.., payload)| Columns::new(payload).expect("a block").flatten());
    columns.map(|column| (column.stated(), column.readings().collect())).collect()
}

#[test]
fn no_bit_of_a_dense_page_turns_unseen_under_a_right_checksum() {
    let folder = folder();
    let page = page(&sound(folder.path(), 700), 1);
    let dense = Parts::of(&denser(&page).expect("denser"));
    let whole = said(&dense);
    assert!(whole.iter().any(|(summary, _)| summary.is_some()), "some columns are long");
    for place in dense.places(FrameKind::Readings) {
        for bit in (0..dense.0[place].2.len() * 8).step_by(13) {
            let mut turned = dense.clone();
            turned.0[place].2[bit / 8] ^= 1 << (bit % 8);
            let is_seen = !faults(&turned).is_empty();
            assert!(is_seen || said(&turned) == whole, "frame {place}, bit {bit}");
        }
    }
}

#[test]
fn starts_and_changed_manifests_go_on_in_one_tree() {
    let folder = folder();
    let data = folder.path().join("data");
    let first = manifest(folder.path());
    drop(run(&data, &first, 0..40));
    drop(run(&data, &first, 40..77));
    let path = folder.path().join("site.toml");
    std::fs::write(&path, SITE.replace("One meter", "Renamed")).expect("written");
    let second = site_file::read(&path).expect("a site").manifest;
    run(&data, &second, 77..200).seal_all().expect("signed");
    let outcome = audited(&data);
    assert_eq!((outcome.findings.len(), outcome.unsigned), (0, 0), "{:?}", outcome.findings);
    assert_eq!((outcome.logs.len(), outcome.logs[0].readings), (1, 600));
}

#[test]
fn deleted_pages_leave_their_roots() {
    let folder = folder();
    let data = folder.path().join("data");
    let manifest = manifest(folder.path());
    let mut writer = Writer::open(&data, manifest).expect("opens");
    let mut minute = 0;
    while !page_path(&data, 3).exists() {
        // A day at once, so that pages fill soon.
        writer.push(
            (0..1_440).flat_map(|n| (0..CHANNELS).map(move |c| reading(c, (minute + n) * 7))),
        );
        writer.commit().expect("kept");
        writer.seal_due().expect("signed");
        minute += 1_440;
    }
    writer.seal_all().expect("signed");
    drop(writer);
    let whole = audited(&data);
    assert_eq!(whole.findings, []);
    compact_closed(&data).expect("compacts");
    std::fs::remove_file(page_path(&data, 1)).expect("removed");
    let rest = audited(&data);
    assert_eq!(rest.findings, []);
    assert!(rest.logs[0].deleted > 0 && rest.logs[0].leaves == whole.logs[0].leaves);
    std::fs::remove_file(page_path(&data, 2)).expect("removed");
    assert_eq!(audited(&data).findings, []);
}

#[test]
fn what_is_too_old_or_too_much_goes_page_by_page_and_the_rest_stays_proved() {
    let folder = folder();
    let data = folder.path().join("data");
    let mut writer = Writer::open(&data, manifest(folder.path())).expect("opens");
    let mut minute = 0;
    while !page_path(&data, 5).exists() {
        writer.push(
            (0..1_440).flat_map(|n| (0..CHANNELS).map(move |c| reading(c, (minute + n) * 7))),
        );
        writer.commit().expect("kept");
        minute += 1_440;
    }
    writer.seal_all().expect("signed");
    drop(writer);
    let end = START + Span::from_minutes(minute * 7);
    let aged = Retention { days: Some(30), megabytes: None };
    assert_eq!(aged.apply(&data, START, None).expect("applied"), [], "nothing is old yet");
    let receipted = Some(Stamp { epoch: 1, sequence: 1 });
    assert_eq!(aged.apply(&data, end, receipted).expect("applied"), [], "an office lacks it");
    let retired = aged.apply(&data, end, None).expect("applied");
    assert_eq!(retired.iter().map(|retired| retired.page).collect::<Vec<_>>(), [1]);
    assert!(retired[0].up_to.is_some_and(|up_to| up_to < end));
    let small = Retention { days: None, megabytes: Some(0) };
    assert_eq!(
        small.apply(&data, START, None).expect("applied"),
        [],
        "a server may ask for it again"
    );
    let retired = small.apply(&data, end, None).expect("applied");
    assert_eq!(retired.iter().map(|retired| retired.page).collect::<Vec<_>>(), [2, 3]);
    let outcome = audited(&data);
    assert_eq!((outcome.findings.len(), outcome.unsigned), (0, 0));
    assert!(outcome.logs[0].deleted > 0 && page_path(&data, 4).exists());
}

#[test]
fn a_lost_end_begins_a_new_log_and_no_checkpoint_is_contradicted() {
    let folder = folder();
    let manifest = manifest(folder.path());
    let data = sound(folder.path(), 100);
    let published = std::fs::read(data.join("checkpoint")).expect("published");
    let bytes = page(&data, 1);
    std::fs::write(page_path(&data, 1), &bytes[..bytes.len() * 2 / 3]).expect("cut");
    let mut writer = run(&data, &manifest, 100..200);
    assert!(writer.ledger().lost().is_some_and(|leaves| leaves > 0));
    writer.seal_all().expect("signed");
    drop(writer);
    let mut audit = Audit::new();
    let text = String::from_utf8(published).expect("text");
    audit
        .expect(text.split("\n\n").next().map(|text| format!("{text}\n")).as_deref().unwrap_or(""))
        .expect("sound");
    audit_folder(&data, &mut audit).expect("read");
    let outcome = audit.finish();
    let faults: Vec<_> = outcome.findings.iter().map(|finding| finding.fault).collect();
    assert!(matches!(faults[..], [Fault::CutShort { .. }]), "{faults:?}");
    assert_eq!(outcome.logs.len(), 2);
    assert!(outcome.logs[1].origin.ends_with("/2"), "{}", outcome.logs[1].origin);
    assert_eq!(outcome.unsigned, 0);
}

#[test]
fn a_replaced_key_is_vouched_for_and_a_strange_one_is_not() {
    let folder = folder();
    let manifest = manifest(folder.path());
    let data = folder.path().join("data");
    let mut writer = run(&data, &manifest, 0..50);
    let key = DeviceKey::open(&data).expect("a key");
    writer.rotate_key().expect("replaced");
    drop(writer);
    assert_ne!(DeviceKey::open(&data).expect("a key").verifier(), key.verifier());
    run(&data, &manifest, 50..100).seal_all().expect("signed");
    let with = |key: &VerifierKey<'_>| {
        let mut audit = Audit::new();
        audit.trust(key);
        audit_folder(&data, &mut audit).expect("read");
        audit.finish()
    };
    let outcome = with(&key.verifier());
    assert_eq!(outcome.findings, []);
    assert_eq!((outcome.logs[0].rotations, outcome.unsigned), (1, 0));
    let strange = Signer::new("somebody", &[9; 32]);
    let faults: Vec<_> = with(&strange.verifier()).findings.iter().map(|f| f.fault).collect();
    assert_eq!(faults, [Fault::OtherDevice]);
}

/// A page's frames, to be put together again otherwise.
#[derive(Clone)]
struct Parts(Vec<Part>);

type Part = (Stamp, FrameKind, Vec<u8>);

impl Parts {
    fn of(bytes: &[u8]) -> Self {
        let frames = Frames::new(bytes);
        Self(frames.map(|frame| (frame.stamp, frame.kind, frame.payload.to_vec())).collect())
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (stamp, kind, payload) in &self.0 {
            let mut buffer = vec![0; payload.len() + 24];
            let clock = Default::default();
            let frame = Frame { stamp: *stamp, clock, kind: *kind, payload };
            frame.emit(&mut Bytes::new(&mut buffer)).expect("fits");
            bytes.extend(buffer);
        }
        bytes
    }

    fn places(&self, kind: FrameKind) -> Vec<usize> {
        (0..self.0.len()).filter(|place| self.0[*place].1 == kind).collect()
    }
}

/// A block with the value of the first channel at a minute changed.
fn edited(payload: &[u8], minute: i64) -> Vec<u8> {
    let mut buffer = vec![0; 1 << 16];
    let columns = Columns::new(payload).expect("a block").map(|column| column.expect("a column"));
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    for column in columns {
        let (channel, start, step) = (column.channel, column.start, column.step);
        let mut values: Vec<i64> =
            column.values().expect("values").map(|value| value.expect("a value")).collect();
        for (place, value) in (0..).zip(&mut values) {
            let is_meant = channel == ChannelId(0)
                && start + step.times(place) == START + Span::from_minutes(minute);
            *value += i64::from(is_meant);
        }
        block.column(channel, column.quality, start, step, &values).expect("fits");
    }
    assert_ne!(block.payload(), payload);
    block.payload().to_vec()
}

/// The minute at which a block begins.
fn minute(payload: &[u8]) -> i64 {
    let mut columns = Columns::new(payload).expect("a block");
    let start = columns.next().expect("a column").expect("sound").start;
    (start - START).milliseconds() / 60_000
}

/// A finding with the numbers of the first and the last frame that it names.
type Found = (Finding, (usize, usize));

fn found(page: &Parts) -> Vec<Found> {
    let bytes = page.bytes();
    let mut audit = Audit::new();
    audit.page(1, &bytes);
    let place = |offset: usize| {
        let mut frames = Frames::new(&bytes);
        let mut number = 0;
        while frames.next().is_some() && frames.sound_end() <= offset {
            number += 1;
        }
        number
    };
    let outcome = audit.finish();
    let places = |finding: &Finding| (place(finding.from.offset), place(finding.to.offset));
    outcome.findings.into_iter().map(|finding| (finding.clone(), places(&finding))).collect()
}

/// Each fault with the first and the last frame that it names.
fn faults(page: &Parts) -> Vec<(Fault, (usize, usize))> {
    found(page).into_iter().map(|(finding, places)| (finding.fault, places)).collect()
}

/// Frames of a leaf with one of late readings, and the checkpoint that stands among them.
const LEAF: usize = 15 + 1 + 1;

/// Whether a finding names a record itself, by its place or, where it is gone, by its stamp.
fn is_the_record((finding, (from, to)): &Found, record: usize, stamp: Stamp) -> bool {
    match (finding.fault, finding.culprit) {
        (Fault::Changed, Some(Culprit::PutIn | Culprit::Among { frames: 1 })) => {
            (*from, *to) == (record, record)
        }
        (Fault::Changed | Fault::Missing { .. }, Some(culprit)) => {
            culprit.gap().is_some_and(|gap| (gap.first, gap.last) == (stamp, stamp))
        }
        // Of two that changed places either is the one.
        (Fault::Disordered, None) => (record..=record + 1).contains(from),
        _ => false,
    }
}

/// Whether a finding names the frames of the record's leaf and no others.
fn is_its_leaf((finding, (from, to)): &Found, record: usize) -> bool {
    let is_it = matches!(finding.culprit, Some(Culprit::Among { .. }));
    is_it && (*from..=*to).contains(&record) && to - from < LEAF
}

/// Every way to tamper with one record.
fn tampered(sound: &Parts, other: &Parts, record: usize) -> [(&'static str, Parts); 6] {
    let edit = |change: &dyn Fn(&mut Vec<Part>)| {
        let mut page = sound.clone();
        change(&mut page.0);
        page
    };
    let payload = &sound.0[record].2;
    let put_in = |frames: &mut Vec<Part>| {
        let mut new = frames[record].clone();
        new.2 = invented(payload);
        frames.insert(record, new);
    };
    [
        ("edited", edit(&|frames| frames[record].2 = edited(payload, minute(payload)))),
        ("deleted", edit(&|frames| drop(frames.remove(record)))),
        ("put in", edit(&put_in)),
        (
            "spliced from another device",
            edit(&|frames| frames[record] = other.0[(record + 40) % 200 + 10].clone()),
        ),
        ("moved", edit(&|frames| frames.swap(record, record + 1))),
        ("played again", edit(&|frames| frames.insert(record + 1, frames[record].clone()))),
    ]
}

#[test]
fn tampering_with_any_record_is_named_at_the_record_or_where_it_was_edited_at_its_leaf() {
    let (first, second) = (folder(), folder());
    let sound_page = Parts::of(&page(&sound(first.path(), 300), 1));
    let other = Parts::of(&page(&sound(second.path(), 300), 1));
    assert_eq!(faults(&sound_page), []);
    let (mut at_the_record, mut in_its_leaf) = (0, 0);
    let records = sound_page.places(FrameKind::Readings);
    for record in records.into_iter().filter(|record| record + 2 < sound_page.0.len()) {
        let stamp = sound_page.0[record].0;
        for (what, page) in tampered(&sound_page, &other, record) {
            let found = found(&page);
            let is_edited = what == "edited";
            if found.iter().any(|found| is_the_record(found, record, stamp)) {
                at_the_record += 1;
            } else if is_edited && found.iter().any(|found| is_its_leaf(found, record)) {
                in_its_leaf += 1;
            } else {
                panic!("{what} at {record}: {found:?}");
            }
            let is_alone = !matches!(what, "edited" | "put in") || found.len() == 1;
            assert!(is_alone, "{what} at {record}: {found:?}");
        }
    }
    println!(
        "{} tampered logs: {at_the_record} named at the record itself, {in_its_leaf} within its leaf of a quarter \
         of an hour",
        at_the_record + in_its_leaf
    );
    assert!(at_the_record >= 5 * in_its_leaf);
}

#[test]
fn of_a_dense_page_the_leaves_below_other_roots_stay_proved() {
    let folder = folder();
    let page = page(&sound(folder.path(), 700), 1);
    let mut dense = Parts::of(&denser(&page).expect("denser"));
    let block = dense.places(FrameKind::Readings)[0];
    dense.0[block].2 = edited(&dense.0[block].2, 80);
    let found = found(&dense);
    // The checkpoints at 75 and 165 minutes have 6 and 12 leaves: of the new ones two are below the first root.
    let [(finding, places)] = &found[..] else { panic!("{found:?}") };
    let minute = |minute| START + Span::from_minutes(minute);
    assert_eq!((finding.fault, *places), (Fault::Changed, (block, block)));
    assert_eq!(finding.culprit, Some(Culprit::Among { frames: 1 }));
    assert_eq!((finding.readings, finding.span), (90, Some((minute(75), minute(104)))));
    let mut audit = Audit::new();
    audit.page(1, &dense.bytes());
    assert_eq!(audit.finish().logs[0].readings, 2_100 - 90);
}

#[test]
fn stamps_that_are_often_missing_are_no_sign_of_what_was_taken_away() {
    let folder = folder();
    let mut page = Parts::of(&page(&sound(folder.path(), 300), 1));
    // As a node's log, in which receipts take stamps that nobody is sent.
    let mut seals = 0;
    for (stamp, kind, _) in &mut page.0 {
        stamp.sequence += seals / 2;
        seals += u64::from(*kind == FrameKind::Checkpoint);
    }
    assert_eq!(faults(&page), []);
    let record = page.places(FrameKind::Readings)[100];
    page.0[record].2 = edited(&page.0[record].2, minute(&page.0[record].2));
    let found = found(&page);
    assert!(matches!(&found[..], [one] if is_its_leaf(one, record)), "{found:?}");
}

#[test]
fn a_changed_manifest_is_named_once_and_not_the_readings_behind_it() {
    let folder = folder();
    let mut page = Parts::of(&page(&sound(folder.path(), 300), 1));
    let manifest = page.0[page.places(FrameKind::Manifest)[0]].2.clone();
    let place = page.places(FrameKind::Checkpoint)[5] + 4;
    let name = manifest.windows(9).position(|bytes| bytes == b"One meter");
    let at = name.expect("the site's name stands in it");
    let changed = [&manifest[..at], b"Two meter", &manifest[at + 9..]].concat();
    page.0.insert(place, (page.0[place].0, FrameKind::Manifest, changed));
    let found = found(&page);
    let blamed = found.iter().filter(|(finding, _)| finding.culprit == Some(Culprit::Manifest));
    let blamed: Vec<_> = blamed.map(|(finding, places)| (finding.fault, *places)).collect();
    assert_eq!(blamed, [(Fault::Changed, (place, place))], "{found:?}");
}

#[test]
fn the_sentence_names_the_frame_that_is_missing() {
    let folder = folder();
    let mut page = Parts::of(&page(&sound(folder.path(), 300), 1));
    let (stamp, ..) = page.0.remove(page.places(FrameKind::Readings)[50]);
    let mut audit = Audit::new();
    audit.page(1, &page.bytes());
    let text = Words::default().sentences(&audit.finish());
    let named = format!(
        "first fault: page 1, byte {{}} (frame {0}.{2}): frame {0}.{1} is missing before this one; 42 readings",
        stamp.epoch,
        stamp.sequence,
        stamp.sequence + 1
    );
    let (before, after) = named.split_once("{}").expect("two parts");
    assert!(text.contains(before) && text.contains(after), "{text}");
}

/// A reading of a channel that was not read, at the instant of a block.
fn invented(payload: &[u8]) -> Vec<u8> {
    let mut columns = Columns::new(payload).expect("a block");
    let at = columns.next().expect("a column").expect("sound").start;
    let sample = Sample { at, value: 5, quality: Quality::Good };
    millwatt::archive::block(&[Reading { channel: ChannelId(7), sample }]).expect("fits")
}

#[test]
fn truncation_and_signing_again_show_against_a_kept_checkpoint() {
    let folder = folder();
    let data = sound(folder.path(), 300);
    let kept = std::fs::read_to_string(data.join("checkpoint")).expect("published");
    let text = kept.split_inclusive("\n\n").next().expect("text").strip_suffix('\n').expect("ends");
    let against = |page: &Parts| {
        let mut audit = Audit::new();
        audit.expect(text).expect("sound");
        audit.page(1, &page.bytes());
        audit.finish().findings.iter().map(|finding| finding.fault).collect::<Vec<_>>()
    };
    let sound_page = Parts::of(&page(&data, 1));
    assert_eq!(against(&sound_page), []);
    let seals = sound_page.places(FrameKind::Checkpoint);
    let mut cut = sound_page.clone();
    cut.0.truncate(seals[seals.len() - 3] + 1);
    assert!(matches!(against(&cut)[..], [Fault::CutShort { leaves: 1.. }]), "{:?}", against(&cut));

    // A thief with the device's key writes another history under the device's own name.
    let manifest = manifest(folder.path());
    let thief = folder.path().join("thief");
    std::fs::create_dir(&thief).expect("made");
    for name in ["device.key", "device.pub"] {
        std::fs::copy(data.join(name), thief.join(name)).expect("stolen");
    }
    run(&thief, &manifest, 3..301).seal_all().expect("signed");
    let forged = Parts::of(&page(&thief, 1));
    assert_eq!(faults(&forged), [], "by itself it looks sound");
    assert!(!against(&forged).is_empty(), "but not beside what somebody kept");
}

#[test]
fn a_cosigner_goes_along_with_growth_and_refuses_a_rewritten_history() {
    let folder = folder();
    let manifest = manifest(folder.path());
    let data = sound(folder.path(), 100);
    let (key, kept) = (folder.path().join("province.key"), folder.path().join("kept"));
    let cosigner = Cosigner { name: "example.org/province", key: &key, kept: &kept };
    let (path, verifier) = cosigner.cosign(&data, 1_800_000_000).expect("cosigned");
    run(&data, &manifest, 100..200).seal_all().expect("signed");
    cosigner.cosign(&data, 1_800_000_900).expect("a later state");
    let note = std::fs::read(path).expect("kept");
    let note = Note::parse(&note).expect("a note");
    let verifier = VerifierKey::parse(&verifier).expect("a key");
    assert_eq!(note.verify_cosignature(&verifier), Ok(1_800_000_900));
    assert_eq!(note.verify(&DeviceKey::open(&data).expect("a key").verifier()), Ok(()));

    let earlier = Parts::of(&page(&data, 1));
    let seals = earlier.places(FrameKind::Checkpoint);
    let cut = Parts(earlier.0[..=seals[3]].to_vec()).bytes();
    std::fs::write(page_path(&data, 1), cut).expect("written");
    let refused = cosigner.cosign(&data, 1_800_001_800).expect_err("cut short").to_string();
    assert!(refused.contains("cut short"), "{refused}");
}

#[test]
fn a_wrong_signature_and_a_missing_piece_are_named() {
    let folder = folder();
    let sound_page = Parts::of(&page(&sound(folder.path(), 300), 1));
    let seals = sound_page.places(FrameKind::Checkpoint);
    let mut forged = sound_page.clone();
    let payload = &mut forged.0[seals[3]].2;
    let place = payload.len() - 20;
    payload[place] = if payload[place] == b'A' { b'B' } else { b'A' };
    assert_eq!(faults(&forged), [(Fault::Forged, (seals[3], seals[3]))]);
    let mut without = sound_page.clone();
    without.0.drain(seals[2] + 1..=seals[4]);
    let found = faults(&without);
    assert!(
        matches!(found[..], [(Fault::Missing { leaves: 2.. } | Fault::Changed, _)]),
        "{found:?}"
    );
}

#[test]
fn a_signed_folder_reads_as_before() {
    let folder = folder();
    let data = sound(folder.path(), 120);
    let archive = read_archive(&data).expect("a log");
    assert_eq!((archive.damaged(), archive.length()), (0, 360));
}
