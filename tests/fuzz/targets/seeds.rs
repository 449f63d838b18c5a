//! Writes a small sound input for each target: `seeds FOLDER`.

use std::path::Path;

use millwatt::event::{Event, EventKind};
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{AssetId, Channel, Quantity, Scale};
use millwatt::time::{Instant, Span};
use millwatt::trust::receipt::{DeviceId, Receipt};
use millwatt::trust::{Chain, Device, Hash, Seal, Signer};
use millwatt::wire::block::ToldBy;
use millwatt::wire::bytes::Writer;
use millwatt::wire::manifest::{Head, emit};
use millwatt::wire::relation::{Kind, Relation};
use millwatt::wire::{Anchor, BlockWriter, Clock, ClockQuality, FrameKind, Record, Stamp};
use millwatt_agent::link::{Hello, Message, PROTOCOL, Packet};
use millwatt_fuzz::{framed, script};

const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

fn record(record: &impl serde::Serialize) -> Vec<u8> {
    let mut buffer = vec![0; 512];
    let length = emit(record, &mut buffer).expect("room");
    buffer.truncate(length);
    buffer
}

fn manifest() -> Vec<u8> {
    let head = Head {
        name: "Fuzz",
        zone: "UTC",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "kg",
    };
    let channel = Channel {
        name: "mill.active_energy",
        asset: AssetId(0),
        quantity: Quantity::ActiveEnergy,
        phase: 0,
        kind: millwatt::site::Kind::Counter,
        scale: Scale(-1),
        unit: "Wh",
        every: Span::from_minutes(1),
        modulus: 0,
    };
    [record(&Record::Head(head)), record(&Record::Channel(channel))].concat()
}

fn block(first: i64) -> Vec<u8> {
    let mut buffer = vec![0; 1_024];
    let mut block = BlockWriter::new(START, &mut buffer).expect("room");
    let step = Span::from_minutes(1);
    let counter: Vec<i64> = (0..40).map(|n| first.wrapping_add(n * 7 + n % 3)).collect();
    let states: Vec<i64> = (0..40).map(|n| n / 13).collect();
    block.column(ChannelId(0), Quality::Good, START, step, &counter).expect("room");
    block.column(ChannelId(1), Quality::Suspect, START, step, &states).expect("room");
    let relation = Relation::new(Kind::Ratio, 1.5).expect("a factor");
    let by = ToldBy { relation, back: [2, 1, 0], rest: &states };
    let told = counter
        .iter()
        .zip(&states)
        .map(|(counter, state)| relation.predictor().next([*counter, *state, 0]) + state);
    let told: Vec<i64> = told.collect();
    block.column_by(ChannelId(2), Quality::Good, START, step, &told, &by).expect("room");
    block.column(ChannelId(5), Quality::Good, START, Span::ZERO, &[i64::MIN]).expect("room");
    block.payload().to_vec()
}

fn written(write: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; 2_048];
    let mut out = Writer::new(&mut buffer);
    write(&mut out);
    out.written().to_vec()
}

/// A page of forty minutes, signed twice, as compaction takes it.
fn page(signer: &Signer<'_>) -> Vec<(FrameKind, Vec<u8>)> {
    let mut chain = Chain::default();
    let seal = |chain: &Chain| {
        let (to, span, tree) = (chain.sealed_to(), chain.span(), &chain.tree);
        let payload = written(|out| Seal::emit(to, span, tree, signer, out).expect("room"));
        (FrameKind::Checkpoint, payload)
    };
    let device = written(|out| Device::emit(signer, None, out).expect("room"));
    let mut frames = vec![(FrameKind::Device, device), seal(&chain)];
    frames.push((FrameKind::Manifest, manifest()));
    chain.manifest(&manifest());
    for minute in 0..40 {
        let at = START + Span::from_minutes(minute);
        let mut buffer = [0; 64];
        let mut block = BlockWriter::new(at, &mut buffer).expect("room");
        block
            .column(ChannelId(0), Quality::Good, at, Span::ZERO, &[700 + 3 * minute])
            .expect("room");
        let payload = block.payload().to_vec();
        chain.readings(&payload).expect("sound");
        frames.push((FrameKind::Readings, payload));
        if minute % 20 == 19 {
            chain.seal(at + Span::from_minutes(1));
            frames.push(seal(&chain));
        }
    }
    frames
}

/// What a line, and the mail between a gateway and an office, may carry.
fn receipts() -> Vec<Vec<u8>> {
    let stamp = |sequence| Stamp { epoch: 3, sequence };
    let (device, hash) = (DeviceId([5; 8]), Hash::of(b"frames"));
    let receipt = Receipt { device, after: stamp(4), up_to: stamp(9), hash };
    let receipt = written(|out| receipt.emit(out).expect("room"));
    let (key, program) = ([9; 32], "millwatt-node 0.0.1");
    let (newest, receipted, given_up) = (stamp(9), stamp(4), stamp(1));
    let hello = Hello { protocol: PROTOCOL, key, newest, receipted, given_up, program };
    let content = |message: &Message<'_>| {
        let head = written(|out| message.emit(out).expect("room"));
        [&head[..], message.rest()].concat()
    };
    let messages = [
        Message::Hello(hello),
        Message::Frame { before: stamp(4), frame: b"mW\x01\x02" },
        Message::Panic { text: b"at board.rs:7" },
        Message::Who,
        Message::Go { after: stamp(0) },
        Message::Receipt(&[5; 64]),
        Message::Time { wall: START, quality: ClockQuality::Synchronised },
        Message::Heard { sum: 0xdead_beef },
    ];
    let contents: Vec<Vec<u8>> = messages.iter().map(content).collect();
    let line = contents.iter().flat_map(|content| Packet::new(content, &[])).collect();
    [vec![receipt, line], contents].concat()
}

/// What a report carries: the log of one device, and those of two.
fn reports(log: &[(FrameKind, Vec<u8>)]) -> Vec<Vec<u8>> {
    let border = (FrameKind::Log, Vec::new());
    vec![script(log), script(&[log, &[border], log].concat())]
}

fn main() {
    let folder = std::env::args().nth(1).expect("seeds FOLDER");
    let signer = Signer::new("example.com/fuzz", &[7; 32]);
    let device = written(|out| Device::emit(&signer, None, out).expect("room"));
    let mut chain = Chain::default();
    let seal = |chain: &Chain| {
        let (to, span, tree) = (chain.sealed_to(), chain.span(), &chain.tree);
        written(|out| Seal::emit(to, span, tree, &signer, out).expect("room"))
    };
    let first = seal(&chain);
    chain.manifest(&manifest());
    chain.readings(&block(5)).expect("sound");
    chain.seal(START + Span::from_minutes(30));
    let second = seal(&chain);
    let clock = Clock { quality: ClockQuality::Set, ticks: 600 };
    let anchor = Anchor { epoch: 1, clock, wall: START };
    let event = Event {
        at: START,
        until: None,
        kind: EventKind::Fuel,
        asset: "mill",
        product: "firewood",
        thousandths: 120_000,
        unit: "kg",
        note: "",
    };
    let log = [
        (FrameKind::Device, device.clone()),
        (FrameKind::Checkpoint, first),
        (FrameKind::Manifest, manifest()),
        (FrameKind::Anchor, written(|out| anchor.emit(out).expect("room"))),
        (FrameKind::Readings, block(5)),
        (FrameKind::Checkpoint, second.clone()),
        (FrameKind::Events, record(&event)),
    ];
    let head = [vec![7; 8], vec![0; 36]].concat();
    let seeds: [(&str, Vec<Vec<u8>>); 9] = [
        ("frames", vec![framed(&script(&log))]),
        ("blocks", vec![block(5), block(i64::MAX - 50)]),
        ("logs", vec![script(&log)]),
        ("notes", vec![device, second, signer.verifier().to_string().into_bytes()]),
        ("recovery", vec![script(&[(FrameKind::Page, head), (FrameKind::Events, vec![1; 20])])]),
        ("receipts", receipts()),
        ("compaction", vec![script(&page(&signer))]),
        ("reports", reports(&log)),
        ("modbus", vec![vec![4, 4, 1, 2, 3, 4], vec![1, 4, 4, 1, 2, 3, 4, 0x5a, 0x3c]]),
    ];
    for (target, inputs) in seeds {
        let folder = Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder).expect("made");
        for (number, input) in inputs.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), input).expect("written");
        }
    }
}
