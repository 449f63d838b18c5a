//! Bytes that somebody made up: no panic, and no more memory than their length justifies.

use millwatt::archive::{Archive, StandsFor};
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{AssetId, Channel, Kind, Quantity, Scale};
use millwatt::time::{Instant, Span};
use millwatt::wire::bytes::Writer;
use millwatt::wire::column::MOST_VALUES;
use millwatt::wire::manifest::{Head, emit};
use millwatt::wire::{BlockWriter, Frame, FrameKind, Record, Stamp};
use proptest::prelude::*;

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const MINUTE: Span = Span::from_minutes(1);

fn framed(kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let clock = Default::default();
    let frame = Frame { stamp: Stamp { epoch: 1, sequence: 1 }, clock, kind, payload };
    let mut bytes = vec![0; frame.length()];
    frame.emit(&mut Writer::new(&mut bytes)).expect("room");
    bytes
}

fn manifest() -> Vec<u8> {
    let head =
        Head { name: "", zone: "UTC", currency: "", main: None, output: None, output_unit: "" };
    let channel = Channel {
        name: "mill.active_energy",
        asset: AssetId(0),
        quantity: Quantity::ActiveEnergy,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "Wh",
        every: MINUTE,
        modulus: 0,
    };
    let mut payload = vec![0; 256];
    let mut length = 0;
    for row in [Record::Head(head), Record::Channel(channel)] {
        length += emit(&row, &mut payload[length..]).expect("room");
    }
    framed(FrameKind::Manifest, &payload[..length])
}

/// A block whose columns say that a value stood for two years, written in two bytes each.
fn bomb(columns: usize) -> Vec<u8> {
    let mut payload = START.unix_milliseconds().to_le_bytes().to_vec();
    let mut count = Vec::from([0; 8]);
    let mut writer = Writer::new(&mut count);
    writer.varint(MOST_VALUES as u64).expect("room");
    let count = writer.written();
    // Channel 0 on a grid of its own, then again and again on the same.
    payload.extend([&[0, 0, 0, 1][..], count, &[2, 0xff, 2]].concat());
    payload.extend([8, 0, 2, 0xff, 2].repeat(columns - 1));
    framed(FrameKind::Readings, &payload)
}

#[test]
fn a_few_bytes_do_not_unfold_to_gigabytes() {
    let log = [manifest(), bomb(2), bomb(100), bomb(2)].concat();
    let archive = Archive::load(&log).expect("a log");
    assert!(archive.damaged() > 0, "the second bomb is refused");
    assert!(archive.length() <= (1 << 22) + 4_096 * log.len());
}

#[test]
fn a_channel_that_stands_still_for_a_year_is_believed() {
    let values = vec![7; 525_600];
    let mut payload = [0; 64];
    let mut block = BlockWriter::new(START, &mut payload).expect("room");
    block.column(ChannelId(0), Quality::Good, START, MINUTE, &values).expect("room");
    let log = [manifest(), framed(FrameKind::Readings, block.payload())].concat();
    let archive = Archive::load(&log).expect("a log");
    assert_eq!((archive.length(), archive.damaged()), (525_600, 0));
}

/// A block of one value of the first channel, minutes after the start.
fn minute(minutes: i64) -> Vec<u8> {
    let mut payload = [0; 64];
    let mut block = BlockWriter::new(START, &mut payload).expect("room");
    let at = START + Span::from_minutes(minutes);
    block.column(ChannelId(0), Quality::Good, at, Span::ZERO, &[7]).expect("room");
    framed(FrameKind::Readings, block.payload())
}

#[test]
fn readings_behind_a_manifest_that_cannot_be_read_mean_nothing() {
    let unread = framed(FrameKind::Manifest, &[0xff, 1, 2]);
    let log = [manifest(), minute(0), unread.clone(), minute(1), manifest(), minute(2)].concat();
    let archive = Archive::load(&log).expect("a log");
    assert_eq!(archive.length(), 2);
    assert!(archive.damaged() > unread.len());
    let ends_so = Archive::load(&[manifest(), minute(0), unread, minute(1)].concat());
    let archive = ends_so.expect("a log");
    assert!(archive.length() == 1 && archive.span().is_some(), "what came before is there");
}

proptest! {
    /// Payloads behind right checksums, as a foreign program might write them.
    #[test]
    fn made_up_payloads_do_no_harm(
        payloads in prop::collection::vec((0_u8..3, prop::collection::vec(any::<u8>(), 0..200)), 0..6),
    ) {
        let mut log = manifest();
        for (kind, payload) in payloads {
            let kind = [FrameKind::Manifest, FrameKind::Readings, FrameKind::Events][usize::from(kind)];
            log.extend(framed(kind, &payload));
        }
        if let Ok(archive) = Archive::load(&log) {
            let _ = archive.span();
            prop_assert!(archive.length() <= (1 << 22) + 4_096 * log.len());
        }
    }

    /// A right block with a few bytes of its payload changed, behind a right checksum.
    #[test]
    fn changed_payloads_do_no_harm(
        steps in prop::collection::vec(-900_i64..900, 1..300),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut value = 0;
        let values: Vec<i64> = steps.iter().map(|step| { value += step; value }).collect();
        let mut buffer = vec![0; 64 + values.len() * 12];
        let mut block = BlockWriter::new(START, &mut buffer).expect("room");
        block.column(ChannelId(0), Quality::Good, START, MINUTE, &values).expect("room");
        let mut payload = block.payload().to_vec();
        for (place, byte) in changes {
            let place = place.index(payload.len());
            payload[place] ^= byte;
        }
        let log = [manifest(), framed(FrameKind::Readings, &payload)].concat();
        if let Ok(archive) = Archive::load(&log) {
            prop_assert!(archive.length() <= (1 << 22) + 4_096 * log.len());
            let stamp = Stamp::default();
            let _ = archive.compact(&StandsFor { first: stamp, last: stamp, frames: 0 }, &[], &[]);
        }
    }
}
