//! What the program writes, read by a program of another language that knows the text of SPEC.md only.

use std::path::Path;
use std::process::Command;

use millwatt::reading::{ChannelId, Quality};
use millwatt::time::{Instant, Span};
use millwatt::wire::block::ToldBy;
use millwatt::wire::bytes::Writer;
use millwatt::wire::relation::{Kind, Relation};
use millwatt::wire::row::Row;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Stamp};
use millwatt_agent::recorder::Recorder;
use millwatt_agent::ring::WhenFull;
use millwatt_tests::eight_channels::{columns, rows};
use millwatt_tests::ram_flash::RamFlash;
use millwatt_tests::rig;
use serde_json::Value;

/// Well mixed bits of a number.
fn mixed(seed: u64) -> u64 {
    let bits = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits ^ bits >> 31
}

/// Walks of every width from a step to 2^44, some with jumps, some with numbers that no model takes.
fn walks() -> Vec<Vec<i64>> {
    let walk = |walk: u64| {
        let mut value = 0_i64;
        let step = move |place: u64| {
            let noise = mixed(walk << 32 | place);
            let most = 1_i64 << (walk % 45);
            let jump = if noise.is_multiple_of(37) { 50 } else { 1 };
            value = value.wrapping_add((noise >> 8) as i64 % most * jump);
            if walk >= 90 { (noise as i64).wrapping_mul(3) } else { value }
        };
        (0..200 + walk % 7).map(step).collect()
    };
    (0..93).map(walk).collect()
}

fn payload(columns: &[Vec<i64>]) -> Vec<u8> {
    let start = Instant::from_unix_milliseconds(1_795_392_000_000);
    let values: usize = columns.iter().map(Vec::len).sum();
    let mut payload = vec![0; 64 + columns.len() * 64 + values * 12];
    let mut block = BlockWriter::new(start, &mut payload).expect("room");
    for (channel, values) in (0..).zip(columns) {
        let (channel, minute) = (ChannelId(channel), Span::from_minutes(1));
        block.column(channel, Quality::Good, start, minute, values).expect("room");
    }
    block.payload().to_vec()
}

fn write(path: &Path, payloads: &[Vec<u8>]) {
    let mut log = Vec::new();
    for (sequence, payload) in (1..).zip(payloads) {
        let stamp = Stamp { epoch: 1, sequence };
        let (clock, kind) = (Default::default(), FrameKind::Readings);
        let frame = Frame { stamp, clock, kind, payload };
        let mut bytes = vec![0; frame.length()];
        frame.emit(&mut Writer::new(&mut bytes)).expect("room");
        log.extend(bytes);
    }
    std::fs::write(path, log).expect("the temporary folder can be written");
}

/// The values of each column as the other language reads them.
fn read_by_python(python: &Path, log: &Path) -> Vec<Vec<i64>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/read_log.py");
    let output = Command::new(python).arg(script).arg(log).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let values = |line: &str| {
        let column: Value = serde_json::from_str(line).expect("a JSON line");
        let values = column["values"].as_array().expect("values").iter();
        values.map(|value| value.as_i64().expect("64 bits")).collect()
    };
    text.lines().map(values).collect()
}

#[test]
fn another_language_reads_the_same_values() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "the reader of SPEC.md") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("log");
    let week = columns(&rows(7 * 1_440, 3)).to_vec();
    let hours = columns(&rows(60, 4)).to_vec();
    let blocks = [week, hours, walks()];
    write(&path, &blocks.each_ref().map(|columns| payload(columns)));
    let (read, written) = (read_by_python(&python, &path), blocks.concat());
    assert_eq!(read.len(), written.len());
    for (place, (read, written)) in read.iter().zip(&written).enumerate() {
        assert!(read == written, "column {place}");
    }
}

/// Three sources with values of every width, zeros and what is too large among them, and columns that they tell.
fn told_by_others(kind: Kind, factor: f64) -> (Vec<u8>, [Vec<i64>; 4]) {
    let source = |number: u64| -> Vec<i64> {
        let value = |place: u64| {
            let bits = mixed(number << 32 | place);
            (bits as i64) >> (bits % 64) >> if place.is_multiple_of(3) { 16 } else { 40 }
        };
        (0..300).map(value).collect()
    };
    let sources = [1, 2, 3].map(source);
    let rest: Vec<i64> = (0..300).map(|place| mixed(place) as i64 >> 58).collect();
    let relation = Relation::new(kind, factor).expect("a factor");
    let mut predictor = relation.predictor();
    let said = (0..300).map(|place| predictor.next([2, 1, 0].map(|back| sources[back][place])));
    let values: Vec<i64> = said.zip(&rest).map(|(said, rest)| said.wrapping_add(*rest)).collect();
    let start = Instant::from_unix_milliseconds(1_795_392_000_000);
    let (mut buffer, minute) = (vec![0; 1 << 16], Span::from_minutes(1));
    let mut block = BlockWriter::new(start, &mut buffer).expect("room");
    for (channel, values) in (0..).zip(&sources) {
        block.column(ChannelId(channel), Quality::Good, start, minute, values).expect("room");
    }
    let by = ToldBy { relation, back: [1, 2, 3], rest: &rest };
    block.column_by(ChannelId(3), Quality::Good, start, minute, &values, &by).expect("room");
    let [one, two, three] = sources;
    (block.payload().to_vec(), [one, two, three, values])
}

#[test]
fn another_language_reads_what_columns_say_of_others() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "the reader of SPEC.md") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("log");
    let factors = [1e-9, 0.031_4, 1.0, 10_000.0, 7.7e9];
    let blocks =
        Kind::ALL.iter().flat_map(|kind| factors.map(|factor| told_by_others(*kind, factor)));
    let (payloads, written): (Vec<_>, Vec<_>) = blocks.unzip();
    let told = written.iter().flat_map(|columns| &columns[3]);
    assert!(told.filter(|value| value.abs() > 100).count() > 2_000, "most relations say something");
    write(&path, &payloads);
    let read = read_by_python(&python, &path);
    assert!(read == written.concat());
}

/// A row whose values are quiet, wild or missing, by its number.
fn row(number: u64) -> Row<3> {
    let cell = |channel: u64| {
        let noise = mixed(number << 8 | channel);
        let quality = if noise.is_multiple_of(19) { Quality::Suspect } else { Quality::Good };
        let value = match noise % 23 {
            0 => noise as i64,
            _ => 1_000 + (number * channel * 12) as i64 + (noise >> 60) as i64,
        };
        (!noise.is_multiple_of(17)).then_some((value, quality))
    };
    let jitter = if number.is_multiple_of(7) { 40 } else { 0 };
    let at = 1_795_392_000_000 + number as i64 * 60_000 + jitter;
    Row { at: Instant::from_unix_milliseconds(at), cells: [cell(1), cell(2), cell(3)] }
}

#[test]
fn another_language_reads_the_same_rows_of_a_journal() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "the reader of SPEC.md") else { return };
    let (mut ring, mut journal) = (RamFlash::erased(16), RamFlash::erased(3));
    let mut scratch = [0; 2 * 4_096];
    let mut log = Recorder::<_, _, 3, 60>::recover(
        &mut ring,
        &mut journal,
        3,
        WhenFull::Refuse,
        &mut scratch,
    )
    .expect("opens");
    for number in 0..1_000 {
        log.push(&row(number), &mut scratch).expect("taken");
        if !number.is_multiple_of(3) {
            log.commit(&mut scratch).expect("durable");
        }
    }
    let mut waiting = Vec::new();
    log.waiting(&mut scratch, |row| waiting.push(*row)).expect("read");
    assert!(waiting.len() > 5);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("journal");
    std::fs::write(&path, &journal.0).expect("written");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/read_journal.py");
    let output = Command::new(python).arg(script).arg(&path).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let cell = |(value, quality): (i64, Quality)| serde_json::json!([value, quality as u8]);
    let told = |row: &Row<3>| {
        let cells = row.cells.map(|held| held.map_or(Value::Null, cell));
        serde_json::json!([row.at.unix_milliseconds(), cells])
    };
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let read: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect();
    assert_eq!(read, waiting.iter().map(told).collect::<Vec<_>>());
}
