//! A log is a set: whatever the order in which its frames come, and however often each, the same is in it.
//!
//! `MILLWATT_ORDERS` says how many logs; 500 where it is not set.

mod random;

use millwatt::archive::{Archive, block, emit_all};
use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::series::Series as _;
use millwatt::site::{AssetId, Channel, Kind, Quantity, Scale};
use millwatt::time::{Instant, Period, Span};
use millwatt::wire::bytes::Writer;
use millwatt::wire::manifest::{Head, emit};
use millwatt::wire::{Frame, FrameKind, Record, Stamp};
use random::Random;

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const CHANNELS: u16 = 3;

fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for place in (1..items.len()).rev() {
        items.swap(place, random.below(place as i64 + 1) as usize);
    }
}

fn framed(sequence: u64, kind: FrameKind, payload: &[u8]) -> Vec<u8> {
    let frame =
        Frame { stamp: Stamp { epoch: 1, sequence }, clock: Default::default(), kind, payload };
    let mut bytes = vec![0; frame.length()];
    frame.emit(&mut Writer::new(&mut bytes)).expect("room");
    bytes
}

fn manifest() -> Vec<u8> {
    let head =
        Head { name: "", zone: "UTC", currency: "", main: None, output: None, output_unit: "" };
    let channel = |name| Channel {
        name,
        asset: AssetId(0),
        quantity: Quantity::ActiveEnergy,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "Wh",
        every: Span::from_minutes(1),
        modulus: 0,
    };
    let names = ["mill.one", "mill.two", "mill.three"];
    let rows = std::iter::once(Record::Head(head)).chain(names.map(channel).map(Record::Channel));
    let (mut payload, mut length) = (vec![0; 512], 0);
    for row in rows {
        length += emit(&row, &mut payload[length..]).expect("room");
    }
    framed(0, FrameKind::Manifest, &payload[..length])
}

/// Frames of an hour, or of a month: blocks of some minutes of some channels, some late, some of them twice; events between.
fn frames(random: &mut Random) -> Vec<Vec<u8>> {
    let quality = [Quality::Good, Quality::Good, Quality::Estimated, Quality::Suspect];
    let apart = [1, 1, 30, 720][random.below(4) as usize];
    let mut frames = Vec::new();
    for (sequence, minute) in (1..).zip((0..60).step_by(1 + random.below(9) as usize)) {
        let mut readings = Vec::new();
        for channel in 0..CHANNELS {
            for n in 0..random.below(12) {
                let at = START + Span::from_minutes((minute + n) * apart);
                // One instant of a channel has one value, in whichever block it stands.
                let value = (minute + n) * 7 + i64::from(channel);
                let quality = quality[((minute + n) % 4) as usize];
                let sample = Sample { at, value, quality };
                readings.push(Reading { channel: ChannelId(channel), sample });
            }
        }
        let event = Event {
            at: START + Span::from_minutes(minute * apart),
            until: None,
            kind: EventKind::Note,
            asset: "",
            product: "",
            thousandths: 0,
            unit: "",
            note: "seen",
        };
        let (kind, payload) = match random.below(4) {
            0 => (FrameKind::Events, emit_all(&[event])),
            _ => (FrameKind::Readings, block(&readings).expect("room")),
        };
        frames.push(framed(sequence, kind, &payload));
    }
    frames
}

/// All that is in a log.
fn content(manifest: &[u8], frames: &[&Vec<u8>]) -> (Vec<Vec<Sample>>, Vec<String>) {
    let mut log = manifest.to_vec();
    frames.iter().for_each(|frame| log.extend_from_slice(frame));
    let archive = Archive::load(&log).expect("a log");
    assert_eq!(archive.damaged(), 0);
    let all = Period::new(Instant::MIN, Instant::MAX);
    let samples = (0..CHANNELS).map(|channel| archive.samples(ChannelId(channel), all).collect());
    let events = archive.events(all).map(|event| format!("{event:?}"));
    (samples.collect(), events.collect())
}

#[test]
fn order_and_repetition_change_nothing() {
    let orders = std::env::var("MILLWATT_ORDERS").ok();
    let orders: usize = orders.map_or(500, |count| count.parse().expect("a number"));
    let (mut random, manifest) = (Random(3), manifest());
    let mut most = 0;
    for number in 0..orders {
        let frames = frames(&mut random);
        let told = content(&manifest, &frames.iter().collect::<Vec<_>>());
        let mut again: Vec<&Vec<u8>> = Vec::new();
        for frame in &frames {
            (0..=random.below(10)).for_each(|_| again.push(frame));
        }
        shuffle(&mut random, &mut again);
        most = most.max(again.len());
        assert!(content(&manifest, &again) == told, "log {number}");
    }
    println!(
        "{orders} logs in another order, each frame up to ten times, up to {most} frames: the same in each"
    );
}
