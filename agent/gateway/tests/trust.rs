//! A folder's signatures: what a sound one proves, what each kind of tampering is called and where.

use std::path::{Path, PathBuf};

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt::trust::audit::{Fault, Finding, Outcome};
use millwatt::trust::{Audit, Note, Signer, VerifierKey};
use millwatt::wire::block::Summary;
use millwatt::wire::bytes::Writer as Bytes;
use millwatt::wire::{BlockWriter, Columns, Frame, FrameKind, Frames, Stamp};
use millwatt_gateway::compact::{compact_closed, denser};
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::retention::Retention;
use millwatt_gateway::site_file;
use millwatt_gateway::trust::DeviceKey;
use millwatt_gateway::trust::cosign::Cosigner;
use millwatt_gateway::trust::verify::audit_folder;
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

/// The block of one minute, with one value changed.
fn edited(payload: &[u8]) -> Vec<u8> {
    let mut buffer = vec![0; 4_096];
    let columns =
        millwatt::wire::Columns::new(payload).expect("a block").map(|c| c.expect("a column"));
    let mut block = BlockWriter::new(START, &mut buffer).expect("fits");
    for (place, column) in columns.enumerate() {
        let mut values: Vec<i64> =
            column.values().expect("values").map(|value| value.expect("a value")).collect();
        if place == 0 {
            values[0] += 1;
        }
        block
            .column(column.channel, column.quality, column.start, column.step, &values)
            .expect("fits");
    }
    block.payload().to_vec()
}

/// Each fault with the first and the last frame that it names.
fn faults(page: &Parts) -> Vec<(Fault, (usize, usize))> {
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
    outcome.findings.iter().map(|finding| (finding.fault, places(finding))).collect()
}

/// Frames of a span, those that come before its checkpoint though they are of the next, the checkpoint, and one put in.
const INTERVAL: usize = 15 + 3 + 1 + 1;

/// Whether a fault is found whose frames, no more than those of a checkpoint, hold the record.
fn named(found: &[(Fault, (usize, usize))], record: usize) -> bool {
    found.iter().any(|(fault, (from, to))| {
        let is_it = matches!(fault, Fault::Changed | Fault::OtherDevice);
        // The first frame of a span that was taken away leaves the one behind it as the first.
        is_it && (from.saturating_sub(1)..=*to).contains(&record) && to - from <= INTERVAL
    })
}

#[test]
fn tampering_with_any_record_is_named_at_the_record() {
    let (first, second) = (folder(), folder());
    let sound_page = Parts::of(&page(&sound(first.path(), 300), 1));
    let other = Parts::of(&page(&sound(second.path(), 300), 1));
    assert_eq!(faults(&sound_page), []);
    let records = sound_page.places(FrameKind::Readings);
    let mut tried = 0;
    for record in records.iter().copied().filter(|record| record + 2 < sound_page.0.len()) {
        let edit = |change: &dyn Fn(&mut Vec<Part>)| {
            let mut page = sound_page.clone();
            change(&mut page.0);
            page
        };
        let cases = [
            ("edited", edit(&|frames| frames[record].2 = edited(&frames[record].2))),
            ("deleted", edit(&|frames| drop(frames.remove(record)))),
            (
                "inserted",
                edit(&|frames| {
                    let mut new = frames[record].clone();
                    new.2 = invented(&new.2);
                    frames.insert(record, new);
                }),
            ),
            (
                "spliced from another device",
                edit(&|frames| {
                    frames[record] = other.0[(record + 40) % 200 + 10].clone();
                }),
            ),
        ];
        for (what, page) in &cases {
            let found = faults(page);
            assert!(named(&found, record), "{what} at {record}: {found:?}");
            tried += 1;
        }
        let moved = edit(&|frames| frames.swap(record, record + 1));
        let played = edit(&|frames| frames.insert(record + 1, frames[record].clone()));
        for (what, page) in [("moved", moved), ("played again", played)] {
            let found = faults(&page);
            let at = found.iter().any(|(fault, (place, _))| {
                *fault == Fault::Disordered && (record..=record + 1).contains(place)
            });
            assert!(at, "{what} at {record}: {found:?}");
            tried += 1;
        }
    }
    println!("{tried} tampered logs, each named at its record");
}

/// A reading of a channel that was not read, at the instant of a block.
fn invented(payload: &[u8]) -> Vec<u8> {
    let mut columns = millwatt::wire::Columns::new(payload).expect("a block");
    let at = columns.next().expect("a column").expect("sound").start;
    let sample = Sample { at, value: 5, quality: Quality::Good };
    millwatt_gateway::writer::block(&[Reading { channel: ChannelId(7), sample }])
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
