//! What the program writes, read by a program of another language that knows the text of SPEC.md only.

use std::path::Path;
use std::process::Command;

use millwatt::reading::{ChannelId, Quality};
use millwatt::time::{Instant, Span};
use millwatt::wire::bytes::Writer;
use millwatt::wire::{BlockWriter, Frame, FrameKind, Stamp};
use millwatt_tests::eight_channels::{columns, rows};
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

fn write(path: &Path, blocks: &[Vec<Vec<i64>>]) {
    let mut log = Vec::new();
    for (sequence, columns) in (1..).zip(blocks) {
        let start = Instant::from_unix_milliseconds(1_795_392_000_000);
        let values: usize = columns.iter().map(Vec::len).sum();
        let mut payload = vec![0; 64 + columns.len() * 64 + values * 12];
        let mut block = BlockWriter::new(start, &mut payload).expect("room");
        for (channel, values) in (0..).zip(columns) {
            let (channel, minute) = (ChannelId(channel), Span::from_minutes(1));
            block.column(channel, Quality::Good, start, minute, values).expect("room");
        }
        let stamp = Stamp { epoch: 1, sequence };
        let frame = Frame {
            stamp,
            clock: Default::default(),
            kind: FrameKind::Readings,
            payload: block.payload(),
        };
        let mut bytes = vec![0; frame.length()];
        frame.emit(&mut Writer::new(&mut bytes)).expect("room");
        log.extend(bytes);
    }
    std::fs::write(path, log).expect("the temporary folder can be written");
}

#[test]
fn another_language_reads_the_same_values() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "the reader of SPEC.md") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("log");
    let week = columns(&rows(7 * 1_440, 3)).to_vec();
    let hours = columns(&rows(60, 4)).to_vec();
    let blocks = [week, hours, walks()];
    write(&path, &blocks);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/python/read_log.py");
    let output = Command::new(python).arg(script).arg(&path).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let read: Vec<Vec<i64>> = text
        .lines()
        .map(|line| {
            let column: Value = serde_json::from_str(line).expect("a JSON line");
            let values = column["values"].as_array().expect("values").iter();
            values.map(|value| value.as_i64().expect("64 bits")).collect()
        })
        .collect();
    let written: Vec<Vec<i64>> = blocks.concat();
    assert_eq!(read.len(), written.len());
    for (place, (read, written)) in read.iter().zip(&written).enumerate() {
        assert!(read == written, "column {place}");
    }
}
