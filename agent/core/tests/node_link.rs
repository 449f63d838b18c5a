//! A node and a gateway on a line that loses, turns and repeats bytes and whole packets, under power cuts at both ends:
//! every frame arrives once, as it was written, and nothing is erased that the gateway does not have on its disk.
//!
//! `MILLWATT_LINKS` says how many worlds there are, `MILLWATT_SEED` where they begin; the printed line has both.

mod common;

use std::collections::{BTreeMap, VecDeque};

use common::{Story, number, share_out};
use millwatt::time::{Instant, Span};
use millwatt::trust::receipt::{DeviceId, Receipt};
use millwatt::wire::bytes::Writer;
use millwatt::wire::{ClockQuality, Frame, FrameKind, Stamp};
use millwatt_agent::link::{
    Decoder, Hello, Message, PROTOCOL, Packet, RECEIPT, Receiver, Sender, Taken, Wish, Word,
};
use millwatt_agent::ring::{Ring, RingError, WhenFull};
use millwatt_agent::sim::{Cut, Random, SimFlash};

const PAGE: usize = 512;
const DEVICE: DeviceId = DeviceId(*b"device 1");
const STEP: Span = Span::from_milliseconds(20);
/// Bytes in a step at 115,200 baud.
const BAUD: usize = 230;

/// One direction of a line.
#[derive(Default)]
struct Wire {
    bytes: VecDeque<u8>,
    /// One byte in so many is lost, turned or doubled; none for 0.
    spoils: u64,
    /// One packet in so many is lost, one repeated.
    loses: u64,
}

impl Wire {
    fn send(&mut self, message: &Message<'_>, random: &mut Random) {
        let mut head = [0; 160];
        let mut out = Writer::new(&mut head);
        message.emit(&mut out).expect("fits");
        let packet: Vec<u8> = Packet::new(out.written(), message.rest()).collect();
        let happens = |random: &mut Random| self.loses > 0 && random.one_in(self.loses);
        let times = if happens(random) { 0 } else { 1 + usize::from(happens(random)) };
        for byte in packet.repeat(times) {
            match self.spoils > 0 && random.one_in(self.spoils) {
                true => match random.below(3) {
                    0 => {}
                    1 => self.bytes.push_back(byte ^ 1 << random.below(8)),
                    _ => self.bytes.extend([byte, random.bits() as u8]),
                },
                false => self.bytes.push_back(byte),
            }
        }
    }

    fn arrive(&mut self) -> Vec<u8> {
        self.bytes.drain(..self.bytes.len().min(BAUD)).collect()
    }
}

/// A node: its flash, and what this start knows.
struct Node {
    ring: Ring<SimFlash<4, PAGE>>,
    sender: Sender,
    decoder: Decoder<96>,
    scratch: Vec<u8>,
}

impl Node {
    fn start(
        mut flash: SimFlash<4, PAGE>,
        now: Instant,
        budget: Option<u64>,
    ) -> Result<Self, Box<SimFlash<4, PAGE>>> {
        flash.restore();
        budget.into_iter().for_each(|budget| flash.cut_after(budget));
        let mut scratch = vec![0; PAGE];
        let mut ring = Ring::recover(flash, &mut scratch).expect("reading spends no power");
        match ring.settle(WhenFull::Refuse) {
            Ok(()) | Err(RingError::Full) => {}
            Err(_) => return Err(Box::new(ring.into_flash())),
        }
        Ok(Self { ring, sender: Sender::new(now), decoder: Decoder::new(), scratch })
    }

    /// Sends one packet, if any is due.
    fn send(&mut self, now: Instant, up: &mut Wire, random: &mut Random) {
        let newest = self.ring.kept();
        match self.sender.wish(now, newest, false) {
            Some(Wish::Hello) => {
                let (receipted, given_up) = (self.ring.receipted(), self.ring.given_up());
                let (protocol, key, program) = (PROTOCOL, [7; 32], "simulated");
                up.send(
                    &Message::Hello(Hello { protocol, key, newest, receipted, given_up, program }),
                    random,
                );
            }
            Some(Wish::FrameAbove(before)) => {
                let mut first = None;
                let read = self.ring.read_while(before, &mut self.scratch, |frame| {
                    first = Some((frame.stamp, bytes_of(frame)));
                    false
                });
                read.expect("reading spends no power");
                if let Some((_, frame)) = &first {
                    up.send(&Message::Frame { before, frame }, random);
                }
                self.sender.sent(now, first.map(|(stamp, _)| stamp), newest);
            }
            Some(Wish::Panic) | None => {}
        }
    }

    /// Takes what came down; `Err` when the power went.
    fn hear(
        &mut self,
        now: Instant,
        bytes: &[u8],
        disk: &BTreeMap<Stamp, Vec<u8>>,
    ) -> Result<(), RingError<Cut>> {
        for byte in bytes {
            let Some(content) = self.decoder.take(*byte) else { continue };
            let Ok(message) = Message::parse(content) else { continue };
            let Some(Word::Receipt(receipt)) = self.sender.take(now, &message) else { continue };
            let receipt = Receipt::parse(receipt).expect("as long as one");
            match self.ring.doubt(&receipt, DEVICE, &mut self.scratch)? {
                Some(_) => self.sender.doubted(now),
                None => {
                    let newest = disk.last_key_value().map(|(stamp, _)| *stamp);
                    assert!(Some(receipt.up_to) <= newest, "a receipt for what is not on the disk");
                    self.sender.believed(now, receipt.up_to);
                    self.ring.receipt(receipt.up_to)?;
                }
            }
        }
        Ok(())
    }
}

/// A gateway: its disk, and what this start knows.
struct Gateway {
    disk: BTreeMap<Stamp, Vec<u8>>,
    unsynced: Vec<(Stamp, Vec<u8>)>,
    receiver: Receiver,
    decoder: Decoder<1_024>,
    repeated: u64,
    /// When it last asked, which it does no more often than every half second.
    asked: Option<Instant>,
}

impl Gateway {
    fn start(disk: BTreeMap<Stamp, Vec<u8>>) -> Self {
        let newest = disk.last_key_value().map_or(Stamp::default(), |(stamp, _)| *stamp);
        let (unsynced, receiver, decoder) = (Vec::new(), Receiver::new(newest), Decoder::new());
        Self { disk, unsynced, receiver, decoder, repeated: 0, asked: None }
    }

    fn hear(&mut self, now: Instant, bytes: &[u8], down: &mut Wire, random: &mut Random) {
        let mut ask = None;
        for byte in bytes {
            let Some(content) = self.decoder.take(*byte) else { continue };
            match self.receiver.take(content) {
                Taken::Hello(hello) => {
                    self.receiver.begin(hello.receipted);
                    // Those that are not synced yet belong to the same receipt.
                    let kept = self.disk.range(hello.receipted..).map(|(_, bytes)| bytes);
                    for bytes in kept.chain(self.unsynced.iter().map(|(_, bytes)| bytes)) {
                        self.receiver.again(&Frame::parse(bytes).expect("sound"));
                    }
                    down.send(&Message::Go { after: self.receiver.newest() }, random);
                }
                Taken::Frame(frame, bytes) => {
                    self.unsynced.push((frame.stamp, bytes.to_vec()));
                    self.receiver.kept(&frame);
                }
                Taken::Repeated => {
                    (self.repeated, ask) = (self.repeated + 1, Some(Message::Who));
                }
                Taken::Gap => ask = Some(Message::Go { after: self.receiver.newest() }),
                Taken::Stranger => ask = Some(Message::Who),
                Taken::Panic(_) | Taken::Nothing => {}
            }
        }
        let is_soon = self.asked.is_some_and(|asked| now - asked < STEP.times(25));
        if let Some(ask) = ask.filter(|_| !is_soon) {
            self.asked = Some(now);
            down.send(&ask, random);
        }
    }

    fn sync(&mut self, now: Instant, down: &mut Wire, random: &mut Random) {
        for (stamp, bytes) in self.unsynced.drain(..) {
            assert!(self.disk.insert(stamp, bytes).is_none(), "{stamp:?} is written twice");
        }
        if let Some(receipt) = self.receiver.receipt(DEVICE) {
            let mut bytes = [0; RECEIPT];
            receipt.emit(&mut Writer::new(&mut bytes)).expect("fits");
            down.send(&Message::Receipt(&bytes), random);
        }
        down.send(&Message::Time { wall: now, quality: ClockQuality::Set }, random);
    }
}

fn bytes_of(frame: &Frame<'_>) -> Vec<u8> {
    [&frame.head()[..], frame.payload].concat()
}

/// What a world did.
#[derive(Default, Clone, Copy)]
struct Told {
    frames: u64,
    cuts: u64,
    repeated: u64,
}

/// One world: wild for a while, then calm until all has arrived.
fn lives(random: &mut Random) -> Told {
    let mut now = Instant::from_unix_milliseconds(0);
    let (mut up, mut down) = (Wire::default(), Wire::default());
    let spoils = [0, 20_000, 2_000, 300][random.below(4) as usize];
    let loses = [0, 50, 8, 3][random.below(4) as usize];
    let mut appended: BTreeMap<Stamp, Vec<u8>> = BTreeMap::new();
    let mut told = Told::default();
    let flash = SimFlash::new(6 + random.below(10) as usize, random.bits());
    let mut node = Node::start(flash, now, None).expect("no cut");
    let mut gateway = Gateway::start(BTreeMap::new());
    for step in 0..4_000 {
        let is_wild = step < 2_500;
        for wire in [&mut up, &mut down] {
            (wire.spoils, wire.loses) = if is_wild { (spoils, loses) } else { (0, 0) };
        }
        now = now + STEP;
        let mut result = node.hear(now, &down.arrive(), &gateway.disk);
        if is_wild && result.is_ok() && random.one_in(6) {
            result = append(&mut node, random, &mut appended, &mut told);
        }
        if up.bytes.is_empty() && result.is_ok() {
            node.send(now, &mut up, random);
        }
        gateway.hear(now, &up.arrive(), &mut down, random);
        if random.one_in(10) {
            gateway.sync(now, &mut down, random);
        }
        if is_wild && random.one_in(700) {
            told.repeated += gateway.repeated;
            gateway = Gateway::start(gateway.disk);
        }
        let is_cut = matches!(result, Err(RingError::Flash(Cut)));
        if is_cut || is_wild && random.one_in(400) {
            told.cuts += 1;
            [&mut up.bytes, &mut down.bytes].into_iter().for_each(VecDeque::clear);
            node = starts_again(node, now, is_wild, random);
        }
    }
    gateway.sync(now, &mut down, random);
    compare(&mut node, &gateway, &appended);
    Told { repeated: told.repeated + gateway.repeated, ..told }
}

fn append(
    node: &mut Node,
    random: &mut Random,
    appended: &mut BTreeMap<Stamp, Vec<u8>>,
    told: &mut Told,
) -> Result<(), RingError<Cut>> {
    let payload: Vec<u8> = (0..random.below(200)).map(|_| random.bits() as u8).collect();
    match node.ring.append(FrameKind::Events, &payload, WhenFull::Refuse) {
        Ok(stamp) => {
            let frame = Frame {
                stamp,
                clock: Default::default(),
                kind: FrameKind::Events,
                payload: &payload,
            };
            assert!(appended.insert(stamp, bytes_of(&frame)).is_none(), "a stamp is used twice");
            told.frames += 1;
            Ok(())
        }
        Err(RingError::Full) => Ok(()),
        Err(error) => Err(error),
    }
}

fn starts_again(node: Node, now: Instant, is_wild: bool, random: &mut Random) -> Node {
    let mut flash = node.ring.into_flash();
    loop {
        let budget = is_wild.then(|| random.below(3_000));
        match Node::start(flash, now, budget) {
            Ok(node) => return node,
            Err(cut) => flash = *cut,
        }
    }
}

/// What was acknowledged is on the gateway's disk, once and as it was written; what is there beside it is a frame whose
/// append was cut short and which was whole nevertheless.
fn compare(node: &mut Node, gateway: &Gateway, appended: &BTreeMap<Stamp, Vec<u8>>) {
    for (stamp, bytes) in appended {
        assert_eq!(gateway.disk.get(stamp), Some(bytes), "{stamp:?} of {}", appended.len());
    }
    for (stamp, bytes) in gateway.disk.iter().filter(|(stamp, _)| !appended.contains_key(stamp)) {
        let frame = Frame::parse(bytes).expect("whole");
        assert_eq!((frame.stamp, frame.kind), (*stamp, FrameKind::Events));
    }
    let newest = node.ring.kept();
    assert!(node.ring.receipted() <= newest);
}

/// Worlds on one thread; gives how many frames there were.
fn worlds(wanted: u64, seed: u64) -> u64 {
    let mut random = Random::new(seed);
    let mut all = Told::default();
    for _ in 0..wanted {
        let told = lives(&mut random);
        all.frames += told.frames;
        all.cuts += told.cuts;
        all.repeated += told.repeated;
    }
    println!(
        "seed {seed}: {wanted} worlds, {} power cuts of nodes, {} packets that came again",
        all.cuts, all.repeated
    );
    all.frames
}

#[test]
fn every_frame_arrives_once_however_bad_the_line() {
    let (wanted, seed) = (number("MILLWATT_LINKS", 200), number("MILLWATT_SEED", 1));
    let stories: [Story; 2] = [worlds, |wanted, seed| worlds(wanted, !seed)];
    let frames = share_out(&stories, wanted, seed);
    println!("{frames} frames went over lines from seed {seed}: each arrived, once");
}
