//! A node, an office and the line between them, driven by one seed: flash and files lose power in the middle of anything,
//! the line loses, doubles, delays and spoils messages, clocks jump, the office loses its disk.
//!
//! `MILLWATT_SEEDS` says how many worlds there are, `MILLWATT_SEED` where they begin. At any moment each acknowledged row is
//! with the node or on the office's disk. When the faults end, the office has all of them, once and whole.

mod common;

use common::number;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use millwatt::reading::{Quality, Reading};
use millwatt::time::Instant;
use millwatt::trust::receipt::{DeviceId, Receipt, Receiving};
use millwatt::wire::bytes::Writer;
use millwatt::wire::row::Row;
use millwatt::wire::{Clock, ClockQuality, Columns, Frame, FrameKind, Frames, Stamp};
use millwatt_agent::log::Log;
use millwatt_agent::recorder::Recorder;
use millwatt_agent::ring::{RingError, WhenFull};
use millwatt_agent::sim::{Cut, Fault, Random, SimFiles, SimFlash, SimPart, Trouble};

const UNIT: usize = 8;
const PAGE: usize = 512;
const JOURNAL: usize = 2;
const RING: usize = 24;
const MINUTE: i64 = 60_000;
const DEVICE: DeviceId = DeviceId(*b"the node");
const OFFICE_PAGE: usize = 16_384;

type Part = SimPart<UNIT, PAGE>;
type NodeLog = Recorder<Part, Part, 2, 12>;

/// A row by its number: the number itself, and a value that follows from it.
fn row(number: u64, at: i64) -> Row<2> {
    let value = Random::new(number).below(900) as i64;
    let cells = [Some((number as i64, Quality::Good)), Some((value, Quality::Good))];
    Row { at: Instant::from_unix_milliseconds(at), cells }
}

/// What goes over the line.
#[derive(Debug, Clone)]
enum Message {
    /// Frames of the node above a stamp.
    Batch(Stamp, Vec<u8>),
    /// The office keeps what this says.
    Kept(Vec<u8>),
    /// The office has nothing above this: send from here on.
    Ask(Stamp),
}

/// A line that loses, doubles, delays and spoils.
#[derive(Debug, Default)]
struct Line {
    under_way: Vec<(u64, Message)>,
}

impl Line {
    fn send(&mut self, now: u64, message: &Message, faults: bool, random: &mut Random) {
        let copies = match random.below(10) {
            0 | 1 if faults => 0,
            2 if faults => 2,
            _ => 1,
        };
        for _ in 0..copies {
            let delay = if faults { random.below(6) } else { 0 };
            let mut message = message.clone();
            if faults && random.one_in(12) {
                spoil(&mut message, random);
            }
            self.under_way.push((now + 1 + delay, message));
        }
    }

    fn arrived(&mut self, now: u64) -> Vec<Message> {
        let (arrived, waiting) =
            std::mem::take(&mut self.under_way).into_iter().partition(|(at, _)| *at <= now);
        self.under_way = waiting;
        arrived.into_iter().map(|(_, message): (u64, Message)| message).collect()
    }
}

fn spoil(message: &mut Message, random: &mut Random) {
    let (Message::Batch(_, bytes) | Message::Kept(bytes)) = message else { return };
    let place = random.below(bytes.len() as u64) as usize;
    if let Some(byte) = bytes.get_mut(place) {
        *byte ^= 1 << random.below(8);
    }
}

/// A device with its flash, on or off, with a clock that may be wrong.
struct Node {
    flash: Rc<RefCell<SimFlash<UNIT, PAGE>>>,
    log: Option<NodeLog>,
    starts_at: u64,
    started: u64,
    /// Wall time less the true one; none while unset.
    wall: Option<i64>,
    /// Up to where frames were sent.
    cursor: Stamp,
    next: u64,
    /// Instants of the rows that were acknowledged.
    acknowledged: BTreeMap<u64, i64>,
    /// Of those whose commit was cut.
    unsure: BTreeMap<u64, i64>,
    cuts: u64,
}

impl Node {
    fn new(seed: u64) -> Self {
        let flash = Rc::new(RefCell::new(SimFlash::new(JOURNAL + RING, seed)));
        let (acknowledged, unsure) = (BTreeMap::new(), BTreeMap::new());
        let (log, cursor) = (None, Stamp::default());
        Self {
            flash,
            log,
            starts_at: 0,
            started: 0,
            wall: None,
            cursor,
            next: 0,
            acknowledged,
            unsure,
            cuts: 0,
        }
    }

    fn start(&mut self, now: u64, faults: bool, random: &mut Random) {
        self.flash.borrow_mut().restore();
        if faults {
            self.flash.borrow_mut().cut_after(random.below(900));
        }
        let (journal, ring) = SimPart::split(&self.flash, JOURNAL);
        let mut scratch = [0; 2 * PAGE];
        let log = Recorder::recover(ring, journal, 2, WhenFull::Refuse, &mut scratch);
        let log = log.expect("recovers");
        self.cursor = log.ring().receipted();
        (self.log, self.started, self.wall) = (Some(log), now, None);
    }

    fn off(&mut self, now: u64, random: &mut Random) {
        (self.log, self.starts_at) = (None, now + 1 + random.below(20));
        self.cuts += 1;
    }

    /// A row, as the node's clock dates it.
    fn minute(&mut self, now: u64, faults: bool, random: &mut Random) {
        if self.log.is_none() && now >= self.starts_at {
            self.start(now, faults, random);
        }
        let Some(log) = &mut self.log else { return };
        match self.wall {
            None if random.one_in(10) => self.wall = Some(0),
            Some(wrong) if faults && random.one_in(150) => {
                let ten_years = 10 * 365 * 1_440 * MINUTE;
                self.wall = Some(wrong / 2 + random.below(2 * ten_years as u64) as i64 - ten_years);
            }
            _ => {}
        }
        let ticks = (now - self.started) as i64 * MINUTE;
        let true_time = 1_795_392_000_000 + now as i64 * MINUTE;
        let at = self.wall.map_or(ticks, |wrong| true_time + wrong);
        let quality = if self.wall.is_some() { ClockQuality::Set } else { ClockQuality::Unset };
        log.set_clock(Clock { quality, ticks: (ticks / 100) as u32 });
        let mut scratch = [0; 2 * PAGE];
        let taken = log.push(&row(self.next, at), &mut scratch);
        if taken == Err(RingError::Full) {
            return;
        }
        let done = taken.and_then(|()| log.commit(&mut scratch));
        let list = if done.is_ok() { &mut self.acknowledged } else { &mut self.unsure };
        list.insert(self.next, at);
        self.next += 1;
        if let Err(error) = done {
            assert_eq!(error, RingError::Flash(Cut));
            self.off(now, random);
        }
    }

    /// Some frames above the cursor, which goes on without waiting for an answer; now and then it goes back to what
    /// was receipted.
    fn batch(&mut self, random: &mut Random) -> Option<Message> {
        let (log, mut scratch) = (self.log.as_mut()?, [0; 2 * PAGE]);
        if random.one_in(12) {
            self.cursor = log.ring().receipted();
        }
        let (after, most) = (self.cursor, 1 + random.below(5));
        let (mut bytes, mut frames) = (Vec::new(), 0);
        let read = log.read(after, &mut scratch, |frame| {
            if frames < most {
                bytes.extend(frame.head());
                bytes.extend(frame.payload);
                self.cursor = frame.stamp;
                frames += 1;
            }
        });
        read.expect("reading spends no power");
        (frames > 0).then_some(Message::Batch(after, bytes))
    }

    /// Takes an answer; tells from where the office asked again for what it had, once that is durable.
    fn answered(&mut self, answer: &Message, now: u64, random: &mut Random) -> Option<Stamp> {
        let log = self.log.as_mut()?;
        match answer {
            Message::Ask(from) => {
                let recalled = log.recall(*from, &mut [0; 2 * PAGE]);
                self.cursor = self.cursor.min(*from);
                if recalled.is_err() {
                    assert_eq!(recalled, Err(RingError::Flash(Cut)));
                    self.off(now, random);
                }
                return (recalled == Ok(true)).then_some(*from);
            }
            Message::Kept(bytes) => {
                let receipt = Receipt::parse(bytes).expect("long enough");
                let mut scratch = [0; 2 * PAGE];
                let doubt = log.accept(&receipt, DEVICE, &mut scratch);
                self.cursor = match doubt.expect("reading spends no power") {
                    None => self.cursor.max(receipt.up_to),
                    Some(_) => log.ring().receipted(),
                };
            }
            Message::Batch(..) => {}
        }
        None
    }

    /// The rows in its flash, whether it is on or off.
    fn rows(&self, found: &mut BTreeMap<u64, BTreeSet<i64>>) {
        let flash = Rc::new(RefCell::new(self.flash.borrow().clone()));
        flash.borrow_mut().restore();
        let (journal, ring) = SimPart::split(&flash, JOURNAL);
        let mut scratch = [0; 2 * PAGE];
        let mut log: NodeLog =
            Recorder::recover(ring, journal, 2, WhenFull::Refuse, &mut scratch).expect("recovers");
        log.read(Stamp::default(), &mut scratch, |frame| take(frame, found)).expect("reads");
        let waits = |row: &Row<2>| {
            let number = row.cells[0].map_or(0, |(number, _)| number) as u64;
            found.entry(number).or_default().insert(row.at.unix_milliseconds());
        };
        log.waiting(&mut scratch, waits).expect("reads");
    }
}

/// The rows of a block: by the number in the first channel, with the instant; the second channel must fit.
fn take(frame: &Frame<'_>, found: &mut BTreeMap<u64, BTreeSet<i64>>) {
    if frame.kind != FrameKind::Readings {
        return;
    }
    let columns = Columns::new(frame.payload).expect("a block");
    let readings = columns.flat_map(|column| column.expect("sound").readings());
    let (numbers, values): (Vec<Reading>, Vec<Reading>) =
        readings.partition(|reading| reading.channel.0 == 0);
    assert_eq!(numbers.len(), values.len());
    for (number, value) in numbers.iter().zip(values) {
        let (at, number) = (number.sample.at.unix_milliseconds(), number.sample.value as u64);
        let expected = row(number, at);
        assert_eq!(Some((value.sample.value, Quality::Good)), expected.cells[1]);
        assert_eq!(value.sample.at, expected.at);
        found.entry(number).or_default().insert(at);
    }
}

type Entry = (Stamp, Vec<u8>);

/// Keeps the node's frames, each as the content of a frame of its own log in files. A frame that the power tore may come
/// once and not again, or come again with the same rows in other bytes: it keeps whatever it got.
struct Office {
    files: SimFiles,
    is_on: bool,
    starts_at: u64,
    frames: BTreeSet<Entry>,
    crashes: u64,
    disks_lost: u64,
}

impl Office {
    fn new() -> Self {
        let (files, frames) = (SimFiles::new(), BTreeSet::new());
        Self { files, is_on: false, starts_at: 0, frames, crashes: 0, disks_lost: 0 }
    }

    /// What is on the disk, after a crash of now.
    fn kept(files: &SimFiles) -> BTreeSet<Entry> {
        let inner = |frame: Frame<'_>| {
            Some((Frame::parse(frame.payload).ok()?.stamp, frame.payload.to_vec()))
        };
        files
            .pages()
            .flat_map(|page| Frames::new(page).filter_map(inner).collect::<Vec<_>>())
            .collect()
    }

    /// The rows that a crash of now would leave.
    fn on_disk(&self, random: &mut Random) -> BTreeMap<u64, BTreeSet<i64>> {
        let mut rows = BTreeMap::new();
        for (_, bytes) in Self::kept(&self.files.after_crash(random)) {
            take(&Frame::parse(&bytes).expect("whole"), &mut rows);
        }
        rows
    }

    fn minute(&mut self, now: u64, faults: bool, random: &mut Random) {
        if !self.is_on && now >= self.starts_at {
            self.files = self.files.after_crash(random);
            let calls = self.files.calls() + random.below(60);
            let trouble = Trouble { fault: Fault::Power, calls: calls..u64::MAX };
            self.files.set_trouble(Some(trouble).filter(|_| faults && random.one_in(2)));
            self.frames = Self::kept(&self.files);
            self.is_on = true;
        }
        if faults && random.one_in(3_000) {
            (self.files, self.frames) = (SimFiles::new(), BTreeSet::new());
            self.disks_lost += 1;
        }
    }

    /// The newest frame that it has.
    fn position(&self) -> Stamp {
        self.frames.last().map(|(stamp, _)| *stamp).unwrap_or_default()
    }

    /// Writes a batch down, and answers when it is synced.
    fn receive(
        &mut self,
        after: Stamp,
        bytes: &[u8],
        now: u64,
        random: &mut Random,
    ) -> Option<Message> {
        let position = self.position();
        if !self.is_on {
            return None;
        }
        if after > position {
            return Some(Message::Ask(position));
        }
        let frames: Vec<Frame<'_>> = Frames::new(bytes).collect();
        if self.write(&frames).is_none() {
            (self.is_on, self.starts_at) = (false, now + 1 + random.below(30));
            self.crashes += 1;
            return None;
        }
        let mut receiving = Receiving::after(after);
        frames.iter().for_each(|frame| receiving.take(frame));
        let mut receipt = vec![0; Receipt::LENGTH];
        receiving.receipt(DEVICE).emit(&mut Writer::new(&mut receipt)).expect("room");
        Some(Message::Kept(receipt))
    }

    fn write(&mut self, frames: &[Frame<'_>]) -> Option<()> {
        let entry = |frame: &Frame<'_>| (frame.stamp, [&frame.head()[..], frame.payload].concat());
        let new: Vec<Entry> =
            frames.iter().map(entry).filter(|entry| !self.frames.contains(entry)).collect();
        if new.is_empty() {
            return Some(());
        }
        let mut log = Log::recover(&mut self.files, OFFICE_PAGE, &mut [0; 4 * OFFICE_PAGE]).ok()?;
        for (_, bytes) in &new {
            log.append(FrameKind::Events, bytes).ok()?;
        }
        log.commit().ok()?;
        self.frames.extend(new);
        Some(())
    }
}

struct World {
    random: Random,
    node: Node,
    office: Office,
    up: Line,
    down: Line,
    now: u64,
    line_is_down_until: u64,
    /// Rows that only a lost disk had: the node had erased them, receipted, to make room, before it heard of the loss.
    gone: BTreeSet<u64>,
    is_disk_lost: bool,
}

impl World {
    fn new(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let node = Node::new(random.bits());
        Self {
            random,
            node,
            office: Office::new(),
            up: Line::default(),
            down: Line::default(),
            now: 0,
            line_is_down_until: 0,
            gone: BTreeSet::new(),
            is_disk_lost: false,
        }
    }

    fn minute(&mut self, faults: bool) {
        let random = &mut self.random;
        self.now += 1;
        self.node.minute(self.now, faults, random);
        let disks = self.office.disks_lost;
        self.office.minute(self.now, faults, random);
        self.is_disk_lost |= self.office.disks_lost > disks;
        let random = &mut self.random;
        if faults && random.one_in(400) {
            self.line_is_down_until = self.now + random.below(300);
        }
        if self.now < self.line_is_down_until {
            return;
        }
        if self.now.is_multiple_of(3) {
            let batch = self.node.batch(random);
            batch.iter().for_each(|batch| self.up.send(self.now, batch, faults, random));
        }
        for message in self.up.arrived(self.now) {
            let Message::Batch(after, bytes) = message else { continue };
            if let Some(answer) = self.office.receive(after, &bytes, self.now, random) {
                self.down.send(self.now, &answer, faults, random);
            }
        }
        for answer in self.down.arrived(self.now) {
            let asked = self.node.answered(&answer, self.now, &mut self.random);
            // One that is older than the loss does not tell of it.
            if asked.is_some_and(|from| from <= self.office.position()) {
                self.note_what_is_gone();
                self.is_disk_lost = false;
            }
        }
    }

    /// What nobody has any more after the office's disk was lost: only rows older than the node's whole tail.
    fn note_what_is_gone(&mut self) {
        if !self.is_disk_lost {
            return;
        }
        let mut there = BTreeMap::new();
        self.node.rows(&mut there);
        let oldest = there.keys().next().copied().unwrap_or(self.node.next);
        let disk = self.office.on_disk(&mut self.random);
        for number in self.node.acknowledged.keys() {
            if !there.contains_key(number) && !disk.contains_key(number) {
                assert!(*number < oldest, "row {number} is gone from the middle of the tail");
                self.gone.insert(*number);
            }
        }
    }

    /// Every acknowledged row is with the node or on the office's disk, once and with its instant; none was invented.
    fn check(&mut self, seed: u64) {
        self.note_what_is_gone();
        let mut found = self.office.on_disk(&mut self.random);
        self.node.rows(&mut found);
        for (number, at) in &self.node.acknowledged {
            let is_there = found.get(number).is_some_and(|instants| instants.iter().eq([at]));
            let is_gone = self.gone.contains(number) && !found.contains_key(number);
            assert!(
                is_there || is_gone,
                "seed {seed}: row {number} of {at} is lost: {:?}",
                found.get(number)
            );
        }
        for (number, instants) in found {
            let known = self.node.acknowledged.get(&number).or(self.node.unsure.get(&number));
            assert!(instants.iter().eq(known), "seed {seed}: row {number} was invented");
        }
    }

    /// When the faults have ended the office gets everything that the node still had.
    fn drains(&mut self, seed: u64) {
        self.line_is_down_until = 0;
        self.office.files.set_trouble(None);
        self.node.flash.borrow_mut().restore();
        (0..600).for_each(|_| self.minute(false));
        self.note_what_is_gone();
        let there = self.office.on_disk(&mut self.random);
        let reached = self.node.next.saturating_sub(40);
        let missing: Vec<_> = self
            .node
            .acknowledged
            .range(..reached)
            .filter(|(number, _)| !there.contains_key(number) && !self.gone.contains(number))
            .collect();
        assert!(missing.is_empty(), "seed {seed}: the office did not get {missing:?}");
        let receipted = self.node.log.as_ref().map(|log| log.ring().receipted());
        assert!(receipted > Some(Stamp::default()), "seed {seed}: nothing was receipted");
        self.check(seed);
    }
}

#[test]
fn whatever_fails_the_office_gets_every_row_once() {
    let (worlds, first) = (number("MILLWATT_SEEDS", 40), number("MILLWATT_SEED", 1));
    let (mut rows, mut cuts, mut crashes, mut disks, mut gone) = (0, 0, 0, 0, 0);
    for seed in first..first + worlds {
        let mut world = World::new(seed);
        for day in 0..14 {
            (0..200).for_each(|_| world.minute(true));
            if day % 2 == 0 {
                world.check(seed);
            }
        }
        world.drains(seed);
        rows += world.node.acknowledged.len();
        cuts += world.node.cuts;
        crashes += world.office.crashes;
        disks += world.office.disks_lost;
        gone += world.gone.len();
    }
    println!(
        "{worlds} worlds from seed {first}: {rows} rows, {cuts} power cuts at the node, {crashes} at the office, {disks} disks lost \
         ({gone} rows were older than the node's tail): no other row lost, doubled or invented"
    );
}
