//! Signatures and trees, checked by programs that share no code with ours: signed notes by Cloudflare's `signed_note`,
//! roots by a Python program that follows SPEC.md, before and after compaction.

use std::path::{Path, PathBuf};
use std::process::Command;

use millwatt::archive::{denser, emit_all};
use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt::wire::{Columns, FrameKind, Frames};
use millwatt_gateway::site_file;
use millwatt_gateway::trust::DeviceKey;
use millwatt_gateway::writer::Writer;
use millwatt_tests::rig;
use serde_json::Value;
use signed_note::{Note, StandardVerifier, VerifierList};

const SITE: &str = include_str!("../src/one_meter.toml");

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

fn event(minute: i64, kind: EventKind, note: &str) -> Event<'_> {
    let at = START + Span::from_minutes(minute);
    let until = (minute % 2 == 0).then_some(at + Span::from_minutes(9));
    let (asset, product, unit) = ("mill", "firewood", "kg");
    Event { at, until, kind, asset, product, thousandths: -minute, unit, note }
}

/// A day and a half of minutes with late and suspect readings, events of now and of yesterday, and a start in between.
fn written(folder: &Path) -> PathBuf {
    let site = folder.join("site.toml");
    std::fs::write(&site, SITE).expect("written");
    let manifest = site_file::read(&site).expect("a site").manifest;
    let data = folder.join("data");
    let reading = |channel: u16, minute: i64| {
        let at = START + Span::from_minutes(minute);
        let of = |channel: u16| (minute * minute * i64::from(channel)) % 9_973 - 4_000;
        // The last channel follows from the second, as a power factor does from powers.
        let value = if channel == 4 { of(1) * 3 + minute % 3 } else { of(channel) };
        let quality = if minute % 97 == 7 { Quality::Suspect } else { Quality::Good };
        Reading { channel: ChannelId(channel), sample: Sample { at, value, quality } }
    };
    for run in [0..1_000, 1_000..2_160] {
        let mut writer = Writer::open(&data, manifest.clone()).expect("opens");
        for minute in run {
            let hidden = |channel: u16| channel == 3 && minute % 300 < 40;
            writer.push((0..5).filter(|c| !hidden(*c)).map(|c| reading(c, minute)));
            if minute % 300 == 120 {
                writer.push((0..40).map(|back| reading(3, minute - 120 + back)));
                let yesterday = [event(minute - 100, EventKind::Stop, "kẹt lá")];
                writer.events(&emit_all(&yesterday)).expect("kept");
            }
            if minute % 200 == 3 {
                let now =
                    [event(minute, EventKind::Fuel, ""), event(minute, EventKind::Note, "ok")];
                writer.events(&emit_all(&now)).expect("kept");
            }
            writer.commit().expect("kept");
            writer.seal_due().expect("signed");
        }
        writer.seal_all().expect("signed");
    }
    data.join("00000001.mwlog")
}

fn checked_by_python(python: &Path, page: &Path) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/check_tree.py");
    let output = Command::new(python).arg(script).arg(page).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect()
}

#[test]
fn python_finds_the_same_roots_before_and_after_compaction() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "the tree by SPEC.md") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = written(folder.path());
    let raw = checked_by_python(&python, &page);
    let dense = denser(&std::fs::read(&page).expect("a page")).expect("denser");
    let blocks = Frames::new(&dense).filter(|frame| frame.kind == FrameKind::Readings);
    let columns = blocks.flat_map(|frame| Columns::new(frame.payload).expect("a block"));
    let told = columns.filter(|column| column.as_ref().expect("sound").is_told_by_others());
    assert!(told.count() > 10, "compaction finds what follows from others");
    std::fs::write(&page, dense).expect("written");
    let compacted = checked_by_python(&python, &page);
    for checkpoint in raw.iter().chain(&compacted) {
        assert_eq!(checkpoint["told"], checkpoint["found"], "{checkpoint}");
        assert_eq!(checkpoint["size"], checkpoint["leaves"], "{checkpoint}");
    }
    assert!(raw.len() > 140 && compacted.len() < raw.len() / 3);
    assert_eq!(raw.last(), compacted.last());
    println!("{} checkpoints, {} after compaction: the same roots", raw.len(), compacted.len());
}

#[test]
fn another_program_for_signed_notes_believes_the_device() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let page = std::fs::read(written(folder.path())).expect("a page");
    let key = DeviceKey::open(&folder.path().join("data")).expect("a key");
    let verifier = StandardVerifier::new(&key.verifier().to_string()).expect("a verifier key");
    let known = VerifierList::new(vec![Box::new(verifier)]);
    let mut checked = 0;
    for frame in Frames::new(&page) {
        let note = match frame.kind {
            FrameKind::Checkpoint => {
                millwatt::trust::Seal::parse(frame.payload).expect("a seal").note_bytes
            }
            FrameKind::Device => frame.payload,
            _ => continue,
        };
        let note = Note::from_bytes(note).expect("a signed note");
        let (valid, unknown) = note.verify(&known).expect("signed by the device");
        assert_eq!((valid.len(), unknown.len()), (1, 0));
        checked += 1;
    }
    println!("{checked} notes believed");
    assert!(checked > 140);
}
