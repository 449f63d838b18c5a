//! Logs made in memory, signed as a device signs them, and what a page says of one.
#![allow(dead_code)]

use millwatt::archive::emit_all;
use millwatt::reading::{ChannelId, Quality};
use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale};
use millwatt::time::{Instant, Period, Span};
use millwatt::trust::{Chain, Device, Seal, Signer, chain};
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::manifest::Head;
use millwatt::wire::{BlockWriter, Clock, Frame, FrameKind, Frames, Record, Stamp};
use millwatt_report::choice::{Choice, Preset};
use millwatt_report::model::Model;
use millwatt_report::node::{Child, Node};
use millwatt_report::opening;
use millwatt_report::view::{Beside, Part, View};
use millwatt_report::words::Language;

/// A name that somebody with bad intentions gave.
pub const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\u{202e}=cmd|' /C calc'!A0";
/// Monday, 23 November 2026, midnight in UTC.
pub const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
/// The name of the log, which is its key's.
pub const ORIGIN: &str = "millwatt/3f9a8b7c6d5e4f3a/1";
/// Readings of a frame: a quarter of an hour.
const FRAME: i64 = 15;

pub fn at(minute: i64) -> Instant {
    START + Span::from_minutes(minute)
}

/// A site with one counter of energy a minute, and its output's unit.
pub fn manifest(name: &str, unit: &str) -> Vec<u8> {
    let head = Head {
        name,
        zone: "UTC",
        currency: "VND",
        main: Some(AssetId(0)),
        output: Some(AssetId(0)),
        output_unit: unit,
    };
    let asset = Asset {
        id: "mill",
        name: HOSTILE,
        parent: None,
        machine: false,
        rated_milliwatts: 0,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    };
    let energy = Channel {
        name: "mill.active_energy",
        asset: AssetId(0),
        quantity: Quantity::ActiveEnergy,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "Wh",
        every: Span::from_minutes(1),
        modulus: 0,
    };
    let made = Channel { name: "mill.good", quantity: Quantity::GoodCount, unit, ..energy };
    let channels = [Record::Channel(energy), Record::Channel(made)];
    emit_all(&[&[Record::Head(head), Record::Asset(asset)][..], &channels].concat())
}

/// A log under way.
pub struct Log {
    pub bytes: Vec<u8>,
    sequence: u64,
    chain: Chain,
    signer: Option<Signer<'static>>,
    /// Wh a minute.
    pub watt_hours: i64,
}

impl Log {
    /// Begins one; signed ones have a device's note and an empty tree first.
    pub fn begin(manifest: &[u8], is_signed: bool) -> Self {
        let signer = is_signed.then(|| Signer::new(ORIGIN, &[7; 32]));
        let (bytes, chain) = (Vec::new(), Chain::new(chain::SPAN));
        let mut log = Self { bytes, sequence: 0, chain, signer, watt_hours: 10 };
        if let Some(signer) = log.signer.clone() {
            let mut buffer = [0; 1_024];
            let mut out = Writer::new(&mut buffer);
            Device::emit(&signer, None, &mut out).expect("fits");
            log.frame(FrameKind::Device, out.written());
            log.chain.restart(START, chain::SPAN);
            log.checkpoint();
        }
        log.chain.manifest(manifest);
        log.frame(FrameKind::Manifest, manifest);
        log
    }

    pub fn frame(&mut self, kind: FrameKind, payload: &[u8]) {
        self.sequence += 1;
        let (stamp, clock) = (Stamp { epoch: 1, sequence: self.sequence }, Clock::default());
        let frame = Frame { stamp, clock, kind, payload };
        self.bytes.extend(frame.head());
        self.bytes.extend(payload);
    }

    /// Reads minutes, a frame for each quarter of an hour; signs at each full hour.
    pub fn read(&mut self, minutes: std::ops::Range<i64>) {
        for from in minutes.step_by(FRAME as usize) {
            let payload = block(from, self.watt_hours);
            self.chain.readings(&payload).expect("a block");
            self.frame(FrameKind::Readings, &payload);
            if (from + FRAME) % 60 == 0 && self.signer.is_some() {
                self.chain.seal(at(from + FRAME));
                self.checkpoint();
            }
        }
    }

    fn checkpoint(&mut self) {
        let Some(signer) = self.signer.clone() else { return };
        let mut buffer = [0; 4_096];
        let mut out = Writer::new(&mut buffer);
        let (chain, to) = (&self.chain, self.chain.sealed_to());
        Seal::emit(to, chain.span(), &chain.tree, &signer, &mut out).expect("fits");
        let payload = out.written().to_vec();
        self.frame(FrameKind::Checkpoint, &payload);
    }
}

/// A quarter of an hour of both counters; ten Wh make one unit.
fn block(from: i64, watt_hours: i64) -> Vec<u8> {
    let values: Vec<i64> = (from..from + FRAME).map(|minute| minute * watt_hours).collect();
    let made: Vec<i64> = (from..from + FRAME).collect();
    let mut buffer = [0; 4_096];
    let mut block = BlockWriter::new(at(from), &mut buffer).expect("fits");
    let minute = Span::from_minutes(1);
    block.column(ChannelId(0), Quality::Good, at(from), minute, &values).expect("fits");
    block.column(ChannelId(1), Quality::Good, at(from), minute, &made).expect("fits");
    block.payload().to_vec()
}

/// A signed log of some minutes.
pub fn signed(name: &str, minutes: i64) -> Vec<u8> {
    let mut log = Log::begin(&manifest(name, "kg"), true);
    log.read(0..minutes);
    log.bytes
}

/// Where a log's frames of a kind begin, and how long they are.
pub fn places(log: &[u8], kind: FrameKind) -> Vec<(usize, usize)> {
    let mut frames = Frames::new(log);
    let mut places = Vec::new();
    while let Some(frame) = frames.next() {
        if frame.kind == kind {
            places.push((frames.sound_end() - frame.length(), frame.length()));
        }
    }
    places
}

/// A log in which one frame of readings states other values, under a right checksum.
pub fn forged(log: &[u8], begins: usize, from: i64) -> Vec<u8> {
    let frame = Frame::parse(&log[begins..]).expect("a frame");
    let payload = block(from, 11);
    let head = Frame { payload: &payload, ..frame }.head();
    [&log[..begins], &head[..], &payload[..], &log[begins + frame.length()..]].concat()
}

/// Says that a frame is of another version.
pub fn outdate(log: &mut [u8], begins: usize, version: u8) {
    let length = usize::from(log[begins + 4]) | usize::from(log[begins + 5]) << 8;
    log[begins + 2] = version;
    reseal(log, begins, length);
}

fn reseal(log: &mut [u8], begins: usize, length: usize) {
    let payload = log[begins + HEAD..begins + HEAD + length].to_vec();
    let sum = millwatt::wire::frame::checksum(&log[begins..begins + 20], &payload);
    log[begins + 20..begins + HEAD].copy_from_slice(&sum.to_le_bytes());
}

/// A part of the page as somebody sees it who has not chosen anything but the language, over all of the log.
pub fn part(log: &[u8], part: Part, language: Language, beside: Beside<'_>) -> Node {
    let mut choice = Choice::new(false, true);
    choice.language = language;
    part_as(log, part, &choice, beside)
}

pub fn part_as(log: &[u8], part: Part, choice: &Choice, beside: Beside<'_>) -> Node {
    let (archive, _) = opening::open(log).expect("a log");
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("readings");
    let model = Model::new(parts.site(), &archive, record, whole(record));
    View { model: &model, archive: &archive, log, choice, beside }.part(part)
}

/// The days of a record.
fn whole(record: Period) -> Period {
    let days = (record.span().milliseconds() + 86_399_999) / 86_400_000;
    Period::new(record.from, record.from + Span::DAY.times(days.max(1)))
}

/// Every choice that shows a site's whole record.
pub fn whole_choice(language: Language) -> Choice {
    let mut choice = Choice::new(false, true);
    (choice.language, choice.preset) = (language, Preset::Whole);
    choice
}

/// All text of a tree, a space between pieces.
pub fn text(tree: &Node) -> String {
    let mut all = String::new();
    tree.each(&mut |node| {
        for child in &node.children {
            if let Child::Text(text) = child {
                all.push_str(text);
                all.push(' ');
            }
        }
    });
    all
}

/// Fails where a tree holds anything that could act.
pub fn assert_harmless(tree: &Node) {
    tree.each(&mut |node| {
        assert!(!["script", "img", "iframe", "object", "style"].contains(&&*node.tag));
        for (name, _) in &node.attributes {
            assert!(!name.starts_with("on") && *name != "style" && *name != "srcdoc", "{name}");
        }
    });
}

/// The names of the sections in a tree.
pub fn sections(tree: &Node) -> Vec<String> {
    let mut names = Vec::new();
    tree.each(&mut |node| names.extend(node.attribute("data-section").map(str::to_owned)));
    names
}
