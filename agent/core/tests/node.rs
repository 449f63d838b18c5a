//! A node through days of a machine, its gateway there for some hours only, its power going at any moment: rows that it has
//! kept arrive once, signed and dated, its alarm sounds with nobody there, its figures are those of the register.
//!
//! `MILLWATT_NODES` says how many worlds there are, `MILLWATT_SEED` where they begin; the printed line has both.

mod common;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use common::{Story, number, share_out};
use millwatt::reading::ChannelId;
use millwatt::site::{Asset, AssetId, Channel, Facts, Kind, Quantity, Scale, Shift, Site};
use millwatt::time::{Instant, Offset, Span, Weekdays};
use millwatt::trust::receipt::DeviceId;
use millwatt::trust::{Audit, Hash};
use millwatt::wire::bytes::Writer;
use millwatt::wire::{Anchor, ClockQuality, Columns, Frame, FrameKind, Stamp};
use millwatt_agent::alarm::Turn;
use millwatt_agent::link::{Decoder, Message, Packet, RECEIPT, Receiver, Taken};
use millwatt_agent::meter::{ByteOrder, Encoding, Place, WordOrder};
use millwatt_agent::modbus::{Patience, Request, Table, rtu};
use millwatt_agent::node::{Event, MOST_PACKET, Node, Plan, Point, Read};
use millwatt_agent::ring::RingError;
use millwatt_agent::sim::{Cut, Random, SimFlash, SimPart};

const PAGE: usize = 4_096;
const CHANNELS: usize = 2;
const ROWS: usize = 30;
const SECRET: [u8; 32] = [9; 32];
/// Tuesday, 24 November 2026, 06:00 UTC.
const MORNING: Instant = Instant::from_unix_milliseconds(1_795_500_000_000);
const STEP: Span = Span::from_seconds(5);

type Part = SimPart<4, PAGE>;
type ThisNode = Node<'static, Part, Part, CHANNELS, ROWS>;
type Failure = RingError<Cut>;

static OFFSETS: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 0 }];
static SHIFTS: [Shift<'static>; 1] =
    [Shift { name: "day", days: Weekdays::ALL, start: 480, end: 960 }];
static ASSETS: [Asset<'static>; 1] = [Asset {
    id: "press",
    name: "Press",
    parent: None,
    machine: true,
    rated_milliwatts: 60_000_000,
    idle_milliwatts: 500_000,
    running_milliwatts: 4_000_000,
    ideal_cycle: Span::ZERO,
    minor_stop: Span::ZERO,
    dwell: Span::ZERO,
}];
static CHANNEL_LIST: [Channel<'static>; 2] = [
    channel("press.active_energy", Quantity::ActiveEnergy, Kind::Counter),
    channel("press.active_power", Quantity::ActivePower, Kind::Gauge),
];
static POINTS: [Point<'static>; 2] = [point(0, 0), point(1, 2)];
static READS: [Read<'static>; 1] = [Read {
    unit: 1,
    request: Request { table: Table::Input, address: 0, count: 4 },
    points: &POINTS,
}];
static PLAN: Plan<'static> = Plan {
    site: Site {
        name: "Plant",
        zone: "UTC",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "",
        offsets: &OFFSETS,
        shifts: &SHIFTS,
        tariffs: &[],
        bands: &[],
        assets: &ASSETS,
        channels: &CHANNEL_LIST,
        facts: Facts::NONE,
    },
    manifest: b"made up",
    every: Span::from_minutes(1),
    reads: &READS,
    patience: Patience { timeout: Span::from_seconds(1), retries: 1 },
    baud: 9_600,
    pulses: &[],
    levels: &[],
    seal_every: Span::from_minutes(180),
    leaf: Span::from_minutes(60),
    machine: Some((AssetId(0), Span::from_minutes(10))),
};

const fn channel(name: &str, quantity: Quantity, kind: Kind) -> Channel<'_> {
    let (asset, every, unit) = (AssetId(0), Span::from_minutes(1), "");
    Channel { name, asset, quantity, phase: 0, kind, scale: Scale(0), unit, every, modulus: 0 }
}

const fn point(channel: u16, address: u16) -> Point<'static> {
    let (words, bytes) = (WordOrder::HighFirst, ByteOrder::HighFirst);
    let place = Place { table: Table::Input, address, encoding: Encoding::U32, words, bytes };
    Point { channel: ChannelId(channel), place, decimals: 0, has_absent: false, states: &[] }
}

/// Power in W at a wall time: runs from 07 to 12 and from 13 to 16, idles between.
fn power(at: Instant) -> u32 {
    match at.unix_milliseconds().div_euclid(3_600_000).rem_euclid(24) {
        7..12 | 13..16 => 6_000,
        12 => 1_200,
        _ => 60,
    }
}

/// Where a row stands: the start, where the clock was not set, and the instant.
type RowPlace = (Option<u32>, Instant);

/// The gateway, as far as it is there.
struct Gateway {
    receiver: Receiver,
    decoder: Box<Decoder<8_192>>,
    frames: BTreeMap<Stamp, Vec<u8>>,
}

impl Gateway {
    fn new() -> Self {
        let receiver = Receiver::new(Stamp::default());
        Self { receiver, decoder: Box::default(), frames: BTreeMap::new() }
    }

    /// Takes bytes and answers.
    fn hears(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut answer = Vec::new();
        for byte in bytes {
            let Some(content) = self.decoder.take(*byte) else { continue };
            match self.receiver.take(content) {
                Taken::Hello(hello) => {
                    self.receiver.begin(hello.receipted);
                    for bytes in self.frames.values() {
                        self.receiver.again(&Frame::parse(bytes).expect("sound"));
                    }
                    say(&Message::Go { after: self.receiver.newest() }, &mut answer);
                }
                Taken::Frame(frame, bytes) => {
                    assert!(self.frames.insert(frame.stamp, bytes.to_vec()).is_none());
                    self.receiver.kept(&frame);
                }
                Taken::Gap => say(&Message::Go { after: self.receiver.newest() }, &mut answer),
                Taken::Repeated | Taken::Stranger => say(&Message::Who, &mut answer),
                Taken::Panic(_) | Taken::Nothing => {}
            }
        }
        if let Some(receipt) = self.receiver.receipt(device()) {
            let mut bytes = [0; RECEIPT];
            receipt.emit(&mut Writer::new(&mut bytes)).expect("fits");
            say(&Message::Receipt(&bytes), &mut answer);
        }
        answer
    }
}

fn device() -> DeviceId {
    let key = *millwatt::trust::Signer::new("", &SECRET).verifier().bytes();
    DeviceId(*Hash::of(&key).0.first_chunk().expect("as long"))
}

fn say(message: &Message<'_>, into: &mut Vec<u8>) {
    let mut head = [0; 128];
    let mut out = Writer::new(&mut head);
    message.emit(&mut out).expect("fits");
    into.extend(Packet::new(out.written(), message.rest()));
}

/// A machine, its meter, and the node's flash.
struct World {
    flash: Rc<RefCell<SimFlash<4, PAGE>>>,
    wall: Instant,
    /// Energy in W·s.
    register: u64,
    gateway: Gateway,
    /// Energy of the rows that were kept, by what they showed.
    promised: Vec<(RowPlace, i64)>,
    alarms: Vec<(Turn, Instant)>,
    cuts: u64,
}

impl World {
    fn new(random: &mut Random) -> Self {
        let flash = Rc::new(RefCell::new(SimFlash::new(2 + 24, random.bits())));
        let (promised, alarms) = (Vec::new(), Vec::new());
        let gateway = Gateway::new();
        Self { flash, wall: MORNING, register: 3_600_000, gateway, promised, alarms, cuts: 0 }
    }

    /// One start of the node, until an instant or a power cut; gives the energy of the month that it has folded.
    fn runs(
        &mut self,
        until: Instant,
        budget: Option<u64>,
        is_there: impl Fn(Instant) -> bool,
    ) -> Option<i128> {
        self.flash.borrow_mut().restore();
        budget.into_iter().for_each(|budget| self.flash.borrow_mut().cut_after(budget));
        let (outgoing, mut scratch) = (Box::leak(Box::new([0; MOST_PACKET])), vec![0; 2 * PAGE]);
        let (journal, ring) = SimPart::split(&self.flash, 2);
        let node =
            ThisNode::start(&PLAN, &SECRET, "simulated", (ring, journal), outgoing, &mut scratch);
        let mut node = node.expect("reading spends no power");
        if node.begin(&mut scratch).is_err() {
            self.cuts += 1;
            return None;
        }
        let start = self.wall;
        while self.wall < until {
            self.wall = self.wall + STEP;
            self.register += u64::from(power(self.wall)) * STEP.milliseconds() as u64 / 1_000;
            let now = Instant::from_unix_milliseconds((self.wall - start).milliseconds());
            match self.turn(&mut node, now, is_there(self.wall), &mut scratch) {
                Ok(()) => {}
                Err(error) => {
                    assert_eq!(error, Failure::Flash(Cut));
                    self.cuts += 1;
                    return None;
                }
            }
        }
        node.figures().and_then(|figures| figures.month()).and_then(|month| month.energy.total())
    }

    fn turn(
        &mut self,
        node: &mut ThisNode,
        now: Instant,
        is_there: bool,
        scratch: &mut [u8],
    ) -> Result<(), Failure> {
        loop {
            let told = node.run(now, None, scratch)?;
            if let Some(request) = node.to_meters(now) {
                let answer = self.answer(request);
                node.meters_say(now, &answer);
                continue;
            }
            match told {
                Some(Event::Kept(row, kept)) => {
                    let is_unset = !node.is_clock_set();
                    let place = (is_unset.then_some(kept.stamp.epoch), row.at);
                    self.promised.extend(row.cells[0].map(|(value, _)| (place, value)));
                }
                Some(Event::Alarm(change)) => self.alarms.push((change.turn, change.at)),
                Some(_) => {}
                None => break,
            }
        }
        let sent = node.to_gateway().to_vec();
        node.sent_to_gateway(sent.len());
        if is_there {
            let mut answer = self.gateway.hears(&sent);
            let (wall, quality) = (self.wall, ClockQuality::Set);
            say(&Message::Time { wall, quality }, &mut answer);
            node.gateway_says(now, &answer, scratch)?;
        }
        Ok(())
    }

    /// What the meter answers: energy in Wh, power in W.
    fn answer(&self, request: &[u8]) -> Vec<u8> {
        let mut answer = vec![request[0], request[1], 8];
        answer.extend(((self.register / 3_600) as u32).to_be_bytes());
        answer.extend(power(self.wall).to_be_bytes());
        let sum = rtu::checksum(&answer).to_le_bytes();
        answer.extend(sum);
        answer
    }

    /// The energy of all rows that the gateway has, by place; none has a place twice.
    fn arrived(&self) -> BTreeMap<RowPlace, i64> {
        let mut rows = BTreeMap::new();
        for bytes in self.gateway.frames.values() {
            let frame = Frame::parse(bytes).expect("sound");
            if frame.kind == FrameKind::Readings {
                let is_unset = frame.clock.quality == ClockQuality::Unset;
                let columns =
                    Columns::new(frame.payload).expect("a base").map(|it| it.expect("sound"));
                let energy = columns.filter(|column| column.channel == ChannelId(0));
                for sample in energy.flat_map(|column| column.readings()).map(|it| it.sample) {
                    let place = (is_unset.then_some(frame.stamp.epoch), sample.at);
                    assert!(rows.insert(place, sample.value).is_none(), "{place:?} stands twice");
                }
            }
        }
        rows
    }

    /// What was promised has arrived, each once, and the signatures hold.
    fn compare(&self) {
        let arrived = self.arrived();
        for (place, value) in &self.promised {
            assert_eq!(
                arrived.get(place),
                Some(value),
                "promised at {place:?}, {} cuts",
                self.cuts
            );
        }
        let mut audit = Audit::new();
        audit.page(1, &self.gateway.frames.values().flatten().copied().collect::<Vec<u8>>());
        let outcome = audit.finish();
        assert_eq!(outcome.findings.as_slice(), &[], "{} cuts", self.cuts);
    }
}

#[test]
fn the_alarm_sounds_and_figures_are_folded_with_the_gateway_gone() {
    let mut world = World::new(&mut Random::new(1));
    let hours = |hours: i64| MORNING + Span::from_minutes(60 * hours);
    // There for the first hour only: long enough for the time of day.
    let month = world.runs(hours(11), None, |at| at < hours(1));
    let register = i128::from(world.register / 3_600) * 1_000;
    let month = month.expect("a month under way");
    assert!((register - 1_000_000 - month).abs() < 10_000, "{month} of {register}");
    let noon = |minute: i64| hours(6) + Span::from_minutes(minute);
    let [(Turn::Raised, raised), (Turn::Cleared, cleared)] = world.alarms[..] else {
        panic!("{:?}", world.alarms);
    };
    assert!((noon(9)..=noon(12)).contains(&raised), "{raised:?}");
    assert!((noon(60)..=noon(62)).contains(&cleared), "{cleared:?}");
}

#[test]
fn rows_from_before_the_clock_was_set_get_their_date() {
    let mut world = World::new(&mut Random::new(2));
    let later = MORNING + Span::from_minutes(90);
    world.runs(later + Span::from_minutes(60), None, |at| at > later);
    let frames = world.gateway.frames.values().map(|bytes| Frame::parse(bytes).expect("sound"));
    let anchor = frames.clone().find(|frame| frame.kind == FrameKind::Anchor).expect("one");
    let anchor = Anchor::parse(anchor.payload).expect("sound");
    assert!((anchor.begin() - MORNING).milliseconds().abs() <= STEP.milliseconds());
    let unset = frames.filter(|frame| frame.clock.quality == ClockQuality::Unset);
    let rows = unset.filter(|frame| frame.kind == FrameKind::Readings).count();
    assert_eq!(rows, 3, "ninety rows, thirty to a block");
}

/// Days with cuts at any unit of the flash, and a gateway that comes and goes.
fn worlds(wanted: u64, seed: u64) -> u64 {
    let (mut random, mut rows, mut cuts) = (Random::new(seed), 0, 0);
    for _ in 0..wanted {
        let mut world = World::new(&mut random);
        let end = MORNING + Span::from_minutes(60 * (12 + random.below(36) as i64));
        let there = 1 + random.below(6) as i64;
        let is_there = |at: Instant| at.unix_milliseconds().div_euclid(3_600_000) % there == 0;
        while world.wall < end {
            let budget = 200 + random.below(800);
            let until = end.min(world.wall + Span::from_minutes(1 + random.below(600) as i64));
            world.runs(until, Some(budget), is_there);
        }
        // Calm, until all has arrived.
        world.runs(world.wall + Span::from_minutes(1), None, |_| true);
        world.runs(world.wall + Span::from_minutes(3), None, |_| true);
        // What was kept in the last minutes waits in the journal for the next start.
        let last = world.promised.len();
        world.runs(world.wall + Span::from_minutes(2), None, |_| true);
        world.promised.truncate(last);
        world.compare();
        (rows, cuts) = (rows + world.promised.len() as u64, cuts + world.cuts);
    }
    println!("seed {seed}: {wanted} nodes, {cuts} power cuts");
    rows
}

#[test]
fn rows_that_a_node_has_kept_arrive_once() {
    let (wanted, seed) = (number("MILLWATT_NODES", 12), number("MILLWATT_SEED", 1));
    let stories: [Story; 2] = [worlds, |wanted, seed| worlds(wanted, !seed)];
    let rows = share_out(&stories, wanted, seed);
    println!("{rows} rows of nodes from seed {seed}: each arrived, once");
}
