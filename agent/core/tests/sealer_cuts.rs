//! A node that signs its ring under power cuts: whoever got its frames checks them as any log is checked, and holds
//! them against every checkpoint that was ever published.
//!
//! `MILLWATT_SEAL_CUTS` says how many random cuts there are, `MILLWATT_SEED` where they begin.

mod common;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use common::{Story, number, share_out};
use millwatt::event::{Event, EventKind};
use millwatt::reading::Quality;
use millwatt::time::{Instant, Span};
use millwatt::trust::audit::Outcome;
use millwatt::trust::{Audit, Seal};
use millwatt::wire::bytes::Writer;
use millwatt::wire::row::{Cell, Row};
use millwatt::wire::{Columns, Frame, FrameKind, Stamp};
use millwatt_agent::recorder::Recorder;
use millwatt_agent::ring::{RingError, WhenFull};
use millwatt_agent::sealer::Sealer;
use millwatt_agent::sim::{Cut, Random, SimFlash, SimPart};

const CHANNELS: usize = 3;
const ROWS: usize = 12;
const SECRET: [u8; 32] = [7; 32];
const MANIFEST: &[u8] = b"made up";

type Failure = RingError<Cut>;
type Part<const UNIT: usize, const PAGE: usize> = SimPart<UNIT, PAGE>;
type Log<const UNIT: usize, const PAGE: usize> =
    Recorder<Part<UNIT, PAGE>, Part<UNIT, PAGE>, CHANNELS, ROWS>;

/// A node, and an office that has got its frames.
struct World<const UNIT: usize, const PAGE: usize> {
    flash: Rc<RefCell<SimFlash<UNIT, PAGE>>>,
    span: Span,
    /// Of forty operations, how many sign.
    seals: u64,
    now: Instant,
    /// The office's copy.
    frames: BTreeMap<Stamp, Vec<u8>>,
    /// The numbers of the rows that were acknowledged, which the first channel holds.
    acknowledged: Vec<i64>,
    next: i64,
    /// The notes that were published.
    published: Vec<String>,
}

impl<const UNIT: usize, const PAGE: usize> World<UNIT, PAGE> {
    const JOURNAL: usize = 2;

    fn new(random: &mut Random) -> Self {
        let pages = Self::JOURNAL + 8 + random.below(12) as usize;
        let flash = Rc::new(RefCell::new(SimFlash::new(pages, random.bits())));
        let span = [1, 15, 60, 24 * 60][random.below(4) as usize];
        let now = Instant::from_unix_milliseconds(1_795_392_000_000);
        let (frames, published, acknowledged) = (BTreeMap::new(), Vec::new(), Vec::new());
        let (seals, span, next) = (1 + random.below(6), Span::from_minutes(span), 0);
        Self { flash, span, seals, now, frames, acknowledged, next, published }
    }

    /// Works until the power goes or so many operations are done; `false` after a cut.
    fn works(&mut self, operations: u64, budget: u64, random: &mut Random) -> bool {
        let mut scratch = vec![0; 2 * PAGE];
        self.flash.borrow_mut().restore();
        self.flash.borrow_mut().cut_after(budget);
        let (journal, ring) = SimPart::split(&self.flash, Self::JOURNAL);
        let log = Recorder::recover(ring, journal, CHANNELS, WhenFull::Refuse, &mut scratch);
        let mut log = log.expect("recovers");
        let mut sealer = Sealer::new(&SECRET, MANIFEST, self.span);
        log.hold(&sealer, &mut scratch).expect("reading spends no power");
        let mut is_settled = false;
        for _ in 0..operations {
            let done = match random.below(40) {
                0 => self.event(&mut log, random, &mut scratch),
                operation if operation <= self.seals => {
                    let sealed = log.seal(&mut sealer, &mut scratch);
                    is_settled |= sealed.is_ok();
                    self.publish(&mut log, sealed, &mut scratch)
                }
                10..13 if is_settled => {
                    self.collect(&mut log, &mut scratch);
                    let newest = self.frames.keys().next_back().copied();
                    log.receipt(newest.unwrap_or_default());
                    Ok(())
                }
                _ => self.row(&mut log, random, &mut scratch),
            };
            match done {
                Ok(()) | Err(Failure::Full) => {}
                Err(error) => {
                    assert_eq!(error, Failure::Flash(Cut));
                    return false;
                }
            }
        }
        true
    }

    /// Mostly the next minute; sometimes a clock that jumps.
    fn row(
        &mut self,
        log: &mut Log<UNIT, PAGE>,
        random: &mut Random,
        scratch: &mut [u8],
    ) -> Result<(), Failure> {
        self.now = self.now + Span::from_minutes(1);
        if random.one_in(60) {
            let minutes = random.below(3_000) as i64 - 1_500;
            self.now = self.now + Span::from_minutes(minutes);
        }
        let mut cells: [Cell; CHANNELS] = [None; CHANNELS];
        for cell in &mut cells {
            let quality = [Quality::Good, Quality::Estimated, Quality::Suspect];
            let quality = quality[random.below(40).saturating_sub(37) as usize];
            let value = random.below(40) as i64;
            *cell = (!random.one_in(15)).then_some((value, quality));
        }
        (cells[0], self.next) = (Some((self.next, Quality::Good)), self.next + 1);
        log.push(&Row { at: self.now, cells }, scratch)?;
        log.commit(scratch)?;
        self.acknowledged.push(self.next - 1);
        Ok(())
    }

    /// Rows until there is no room, and every so many of them a receipt for what is not signed, which makes none.
    fn fills(&mut self, log: &mut Wild, random: &mut Random, scratch: &mut [u8], each: u32) {
        for row in 1..4_000_u32 {
            if !self.wild_row(log, random, scratch) {
                return;
            }
            if row.is_multiple_of(each) {
                self.gets(log, scratch);
            }
        }
        panic!("a ring in which nothing is signed lets go of its frames");
    }

    /// The office gets what it has not, and says so.
    fn gets(&mut self, log: &mut Wild, scratch: &mut [u8]) {
        let after = self.frames.keys().next_back().copied().unwrap_or_default();
        let read = log.read(after, scratch, |frame| {
            let mut bytes = vec![0; frame.length()];
            frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
            self.frames.insert(frame.stamp, bytes);
        });
        read.expect("reading spends no power");
        log.receipt(self.frames.keys().next_back().copied().unwrap_or_default());
    }

    /// A row of wild values; tells whether there was room for it.
    fn wild_row(&mut self, log: &mut Wild, random: &mut Random, scratch: &mut [u8]) -> bool {
        let mut cells = [(); CHANNELS].map(|()| Some((random.bits() as i64, Quality::Good)));
        cells[0] = Some((self.next, Quality::Good));
        let at = self.now + Span::from_minutes(self.next);
        match log.push(&Row { at, cells }, scratch).and_then(|()| log.commit(scratch)) {
            Ok(_) => {
                self.acknowledged.push(self.next);
                self.next += 1;
                true
            }
            Err(error) => {
                assert_eq!(error, Failure::Full);
                false
            }
        }
    }

    /// Every row that was acknowledged is with the office or waits.
    fn has_all_rows(&self, waiting: &[i64]) -> bool {
        let mut found: Vec<i64> = waiting.to_vec();
        for bytes in self.frames.values() {
            let frame = Frame::parse(bytes).expect("whole");
            if frame.kind == FrameKind::Readings {
                let columns = Columns::new(frame.payload)
                    .expect("a block")
                    .map(|column| column.expect("sound"));
                let numbers = columns
                    .filter(|column| column.channel.0 == 0)
                    .flat_map(|column| column.readings());
                found.extend(numbers.map(|reading| reading.sample.value));
            }
        }
        found.sort_unstable();
        self.acknowledged.iter().all(|number| found.binary_search(number).is_ok())
    }

    fn event(
        &mut self,
        log: &mut Log<UNIT, PAGE>,
        random: &mut Random,
        scratch: &mut [u8],
    ) -> Result<(), Failure> {
        let mut payload = Vec::new();
        for _ in 0..1 + random.below(3) {
            let event = Event {
                at: self.now - Span::from_minutes(random.below(90) as i64),
                until: None,
                kind: EventKind::Output,
                asset: "",
                product: "tea",
                thousandths: 1_000 * random.below(3) as i64,
                unit: "kg",
                note: "",
            };
            let mut bytes = [0; 64];
            payload.extend(postcard::to_slice(&event, &mut bytes).expect("fits").iter());
        }
        log.append(FrameKind::Events, &payload, scratch).map(drop)
    }

    fn publish(
        &mut self,
        log: &mut Log<UNIT, PAGE>,
        sealed: Result<Option<Stamp>, Failure>,
        scratch: &mut [u8],
    ) -> Result<(), Failure> {
        let Some(stamp) = sealed? else { return Ok(()) };
        let mut note = None;
        let read = log.read(Stamp::default(), scratch, |frame| {
            if frame.stamp == stamp {
                let seal = Seal::parse(frame.payload).expect("a checkpoint");
                note = Some(seal.note.text().to_owned());
            }
        });
        read?;
        self.published.push(note.expect("a checkpoint is there when it is told"));
        Ok(())
    }

    /// The office gets what it has not.
    fn collect(&mut self, log: &mut Log<UNIT, PAGE>, scratch: &mut [u8]) {
        let after = self.frames.keys().next_back().copied().unwrap_or_default();
        let read = log.read(after, scratch, |frame| {
            let mut bytes = vec![0; frame.length()];
            frame.emit(&mut Writer::new(&mut bytes)).expect("fits");
            self.frames.insert(frame.stamp, bytes);
        });
        read.expect("reading spends no power");
    }

    /// Signs and sends the rest, where starts that were cut short have left room for it, and checks all of it.
    fn ends(mut self) -> (bool, Outcome) {
        let mut is_all = true;
        let mut scratch = vec![0; 2 * PAGE];
        self.flash.borrow_mut().restore();
        for _ in 0..3 {
            let (journal, ring) = SimPart::split(&self.flash, Self::JOURNAL);
            let log = Recorder::recover(ring, journal, CHANNELS, WhenFull::Refuse, &mut scratch);
            let mut log: Log<UNIT, PAGE> = log.expect("recovers");
            let mut sealer = Sealer::new(&SECRET, MANIFEST, self.span);
            log.hold(&sealer, &mut scratch).expect("reading spends no power");
            for _ in 0..2 {
                let sealed = log.seal(&mut sealer, &mut scratch);
                is_all = match self.publish(&mut log, sealed, &mut scratch) {
                    Err(Failure::Full) => false,
                    published => published.is_ok(),
                };
                self.collect(&mut log, &mut scratch);
                log.receipt(*self.frames.keys().next_back().expect("some"));
            }
            let mut waiting = Vec::new();
            let number = |row: &Row<CHANNELS>| waiting.push(row.cells[0].expect("a number").0);
            log.waiting(&mut scratch, number).expect("reading spends no power");
            assert!(self.has_all_rows(&waiting), "a row was acknowledged and is lost");
        }
        let mut audit = Audit::new();
        self.published.iter().for_each(|note| audit.expect(note).expect("a checkpoint"));
        audit.page(1, &self.frames.into_values().flatten().collect::<Vec<u8>>());
        (is_all, audit.finish())
    }
}

/// Random cuts on one geometry, with a new world every 40 starts.
fn random_cuts<const UNIT: usize, const PAGE: usize>(wanted: u64, seed: u64) -> u64 {
    let mut random = Random::new(seed);
    let (mut cuts, mut worlds, mut full) = (0, 0, 0);
    while cuts < wanted {
        let mut world = World::<UNIT, PAGE>::new(&mut random);
        for _ in 0..40 {
            let most = if random.one_in(3) { 60 } else { 6 * (PAGE / UNIT) as u64 };
            let budget = random.below(most);
            cuts += u64::from(!world.works(1 + random.below(150), budget, &mut random));
        }
        let (is_all, outcome) = world.ends();
        assert_eq!((outcome.findings.as_slice(), outcome.not_compared), (&[][..], 0));
        (worlds, full) = (worlds + 1, full + u64::from(!is_all));
        assert!(!is_all || outcome.unsigned == 0, "{} readings are not signed", outcome.unsigned);
        assert!(outcome.logs.len() <= 1, "a power cut ended a log");
        let signed = outcome.logs.iter().map(|log| log.readings).sum::<u64>();
        assert!(!is_all || signed > 0, "nothing was signed");
    }
    println!("  {full} of {worlds} rings stayed full of what is not signed");
    assert!(full <= worlds / 6, "{full} of {worlds} rings stayed full of what is not signed");
    cuts
}

#[test]
fn random_cuts_contradict_no_published_checkpoint() {
    let (wanted, seed) = (number("MILLWATT_SEAL_CUTS", 3_000), number("MILLWATT_SEED", 1));
    let stories: [Story; 6] = [
        random_cuts::<1, 1024>,
        random_cuts::<4, 1024>,
        random_cuts::<8, 1024>,
        random_cuts::<16, 2048>,
        random_cuts::<32, 2048>,
        random_cuts::<4, 4096>,
    ];
    let cuts = share_out(&stories, wanted, seed);
    println!(
        "{cuts} power cuts at a signing node from seed {seed}: every published checkpoint holds"
    );
}

/// Blocks of forty wild rows, which are longer than a checkpoint.
type Wild = Recorder<Part<4, 2048>, Part<4, 2048>, CHANNELS, 40>;

/// A node whose frames somebody else has from the first on, but which signs only when it is full: what is not signed
/// must stay, and there must be room to sign it, however often.
#[test]
fn a_full_ring_can_be_signed_and_loses_no_row() {
    let mut world = World::<4, 2048>::new(&mut Random::new(5));
    world.flash = Rc::new(RefCell::new(SimFlash::new(World::<4, 2048>::JOURNAL + 14, 6)));
    let mut scratch = vec![0; 2 * 2048];
    let (journal, ring) = SimPart::split(&world.flash, World::<4, 2048>::JOURNAL);
    let log = Recorder::recover(ring, journal, CHANNELS, WhenFull::Refuse, &mut scratch);
    let (mut log, mut random): (Wild, _) = (log.expect("recovers"), Random::new(7));
    let mut sealer = Sealer::new(&SECRET, MANIFEST, world.span);
    log.hold(&sealer, &mut scratch).expect("reading spends no power");
    let (mut signed, mut refused) = (0, 0);
    for round in 0..40 {
        // Until the journal is full, too; then sign, now and then twice, before a receipt.
        world.fills(&mut log, &mut random, &mut scratch, 16);
        for _ in 0..1 + round % 6 {
            match log.seal(&mut sealer, &mut scratch) {
                Ok(stamp) => signed += u64::from(stamp.is_some()),
                Err(error) => {
                    assert_eq!(error, Failure::Full);
                    refused += 1;
                }
            }
            world.fills(&mut log, &mut random, &mut scratch, u32::MAX);
        }
        world.gets(&mut log, &mut scratch);
    }
    assert!(signed >= 40 && refused > 0, "{signed} signed, {refused} refused");
    let mut waiting = Vec::new();
    log.waiting(&mut scratch, |row| waiting.push(row.cells[0].expect("a number").0)).expect("read");
    assert!(world.has_all_rows(&waiting), "a row was acknowledged and is lost");
    let mut audit = Audit::new();
    audit.page(1, &world.frames.into_values().flatten().collect::<Vec<u8>>());
    let outcome = audit.finish();
    assert_eq!((outcome.findings.as_slice(), outcome.logs.len()), (&[][..], 1));
}

/// More samples of a channel in a span than are put in order at a time, from last to first and some of them twice.
#[test]
fn a_span_of_any_length_and_order_is_signed() {
    let mut world = World::<4, 4096>::new(&mut Random::new(3));
    world.span = Span::from_minutes(24 * 60);
    let mut scratch = vec![0; 2 * 4096];
    let (journal, ring) = SimPart::split(&world.flash, World::<4, 4096>::JOURNAL);
    let log = Recorder::recover(ring, journal, CHANNELS, WhenFull::Refuse, &mut scratch);
    let (mut log, start): (Log<4, 4096>, _) = (log.expect("recovers"), world.now);
    let mut sealer = Sealer::new(&SECRET, MANIFEST, world.span);
    for minute in (0..400).rev().chain(100..140) {
        let quality = if minute % 7 == 0 { Quality::Suspect } else { Quality::Good };
        let cells = [Some((minute, quality)), None, Some((-minute, Quality::Good))];
        log.push(&Row { at: start + Span::from_minutes(minute), cells }, &mut scratch)
            .expect("taken");
        log.commit(&mut scratch).expect("durable");
    }
    let sealed = log.seal(&mut sealer, &mut scratch);
    world.publish(&mut log, sealed, &mut scratch).expect("signed");
    drop(log);
    let (_, outcome) = world.ends();
    assert_eq!((outcome.findings.as_slice(), outcome.unsigned), (&[][..], 0));
    assert_eq!(outcome.logs[0].readings, 800);
}
