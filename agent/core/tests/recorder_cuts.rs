//! Journal and ring on one flash under power cuts of every kind, against a list of the rows that were acknowledged.
//!
//! `MILLWATT_ROW_CUTS` says how many random cuts there are, `MILLWATT_SEED` where they begin. What a row holds follows
//! from its number, which its instant tells, so that an invented or mixed one is seen.

mod common;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use common::{Story, number, share_out};

use millwatt::reading::{ChannelId, Quality, Reading};
use millwatt::time::Instant;
use millwatt::wire::row::{Cell, Row};
use millwatt::wire::{Clock, ClockQuality, Columns, FrameKind, Stamp};
use millwatt_agent::recorder::Recorder;
use millwatt_agent::ring::{RingError, WhenFull};
use millwatt_agent::sim::{Cut, Random, SimFlash, SimPart};

const CHANNELS: usize = 3;
const ROWS: usize = 12;

type Failure = RingError<Cut>;
type Part<const UNIT: usize, const PAGE: usize> = SimPart<UNIT, PAGE>;
type Log<const UNIT: usize, const PAGE: usize> =
    Recorder<Part<UNIT, PAGE>, Part<UNIT, PAGE>, CHANNELS, ROWS>;

fn instant(number: u64) -> Instant {
    Instant::from_unix_milliseconds(1_795_392_000_000 + number as i64 * 60_000)
}

/// Mostly quiet values, some wild, some absent; every seventh row comes late.
fn row(number: u64, channels: usize) -> Row<CHANNELS> {
    let mut random = Random::new(number);
    let mut cells: [Cell; CHANNELS] = [None; CHANNELS];
    for (place, cell) in cells.iter_mut().enumerate().take(channels) {
        let value = match random.below(30) {
            0 => random.bits() as i64,
            _ => 1_000 * place as i64 + number as i64 * 12 + random.below(40) as i64,
        };
        let quality = if random.one_in(12) { Quality::Suspect } else { Quality::Good };
        *cell = (!random.one_in(15)).then_some((value, quality));
    }
    Row { at: instant(number), cells }
}

/// What was promised, and what may be there besides.
#[derive(Debug, Default, Clone)]
struct Oracle {
    /// Rows by number: with how many channels, and the stamp of the first block that they can be in.
    acknowledged: BTreeMap<u64, (usize, Stamp)>,
    /// Rows whose commit was cut: whole or absent.
    unsure: BTreeMap<u64, usize>,
    events: Vec<Stamp>,
    unsure_events: Vec<Stamp>,
    next: u64,
    released: Stamp,
}

/// What a reader of the log finds.
#[derive(Debug, Default)]
struct Found {
    rows: BTreeMap<u64, [Cell; CHANNELS]>,
    events: Vec<Stamp>,
}

impl Found {
    fn take(&mut self, reading: Reading, may_be_there: bool) {
        let since = reading.sample.at - instant(0);
        let number = (since.milliseconds() / 60_000) as u64;
        assert_eq!(reading.sample.at, instant(number), "an instant was invented");
        let cell = &mut self.rows.entry(number).or_default()[usize::from(reading.channel.0)];
        let new = Some((reading.sample.value, reading.sample.quality));
        assert!(cell.is_none() || may_be_there, "row {number} is there twice");
        assert!(cell.is_none() || *cell == new, "row {number} is there twice and differs");
        *cell = new;
    }
}

impl Oracle {
    fn release(&mut self, up_to: Stamp) {
        self.released = self.released.max(up_to);
    }

    fn check(&self, found: &Found) {
        for (number, cells) in &found.rows {
            let known = self.acknowledged.get(number).map(|(channels, _)| channels);
            let known = known.or_else(|| self.unsure.get(number));
            let channels = *known.unwrap_or_else(|| panic!("row {number} was invented"));
            assert_eq!(*cells, row(*number, channels).cells, "row {number}");
        }
        for (number, (channels, stamp)) in &self.acknowledged {
            let is_empty = row(*number, *channels).cells.iter().all(Option::is_none);
            let is_there = found.rows.contains_key(number) || is_empty;
            assert!(
                is_there || *stamp <= self.released,
                "row {number} was acknowledged and is lost"
            );
        }
        for stamp in &found.events {
            let is_known = self.events.contains(stamp) || self.unsure_events.contains(stamp);
            assert!(is_known, "event {stamp:?} was invented");
        }
        for stamp in &self.events {
            let is_there = found.events.contains(stamp) || *stamp <= self.released;
            assert!(is_there, "event {stamp:?} was acknowledged and is lost");
        }
    }
}

/// A device with one flash over many starts.
struct Device<const UNIT: usize, const PAGE: usize> {
    flash: Rc<RefCell<SimFlash<UNIT, PAGE>>>,
    journal: usize,
    oracle: Oracle,
    when_full: WhenFull,
    channels: usize,
}

impl<const UNIT: usize, const PAGE: usize> Clone for Device<UNIT, PAGE> {
    fn clone(&self) -> Self {
        let flash = Rc::new(RefCell::new(self.flash.borrow().clone()));
        let (oracle, journal) = (self.oracle.clone(), self.journal);
        Self { flash, journal, oracle, when_full: self.when_full, channels: self.channels }
    }
}

impl<const UNIT: usize, const PAGE: usize> Device<UNIT, PAGE> {
    fn new(journal: usize, ring: usize, seed: u64, when_full: WhenFull) -> Self {
        let flash = Rc::new(RefCell::new(SimFlash::new(journal + ring, seed)));
        Self { flash, journal, oracle: Oracle::default(), when_full, channels: CHANNELS }
    }

    fn recover(&self, scratch: &mut [u8]) -> Log<UNIT, PAGE> {
        let (journal, ring) = SimPart::split(&self.flash, self.journal);
        Recorder::recover(ring, journal, self.channels, self.when_full, scratch).expect("recovers")
    }

    /// Recovers and reads everything back.
    fn starts(&mut self) {
        self.flash.borrow_mut().restore();
        let mut scratch = vec![0; 2 * PAGE];
        let mut log = self.recover(&mut scratch);
        let (mut found, mut reached) = (Found::default(), Stamp::default());
        let read = log.read(Stamp::default(), &mut scratch, |frame| {
            assert!(frame.stamp > reached, "in order, each once");
            reached = frame.stamp;
            match frame.kind {
                FrameKind::Readings => {
                    let columns = Columns::new(frame.payload).expect("a block");
                    let readings = columns.flat_map(|column| column.expect("sound").readings());
                    readings.for_each(|reading| found.take(reading, false));
                }
                _ => found.events.push(frame.stamp),
            }
        });
        read.expect("reading spends no power");
        let mut waits = |row: &Row<CHANNELS>| {
            for (channel, cell) in (0..).map(ChannelId).zip(row.cells) {
                let Some((value, quality)) = cell else { continue };
                let sample = millwatt::reading::Sample { at: row.at, value, quality };
                found.take(Reading { channel, sample }, true);
            }
        };
        log.waiting(&mut scratch, &mut waits).expect("reading spends no power");
        self.oracle.release(log.ring().given_up());
        self.oracle.check(&found);
    }

    /// Works until the power goes or so many operations are done; `false` after a cut.
    fn works(&mut self, operations: u64, budget: u64, random: &mut Random) -> bool {
        let mut scratch = vec![0; 2 * PAGE];
        self.flash.borrow_mut().restore();
        self.flash.borrow_mut().cut_after(budget);
        let mut log = self.recover(&mut scratch);
        for _ in 0..operations {
            let done = match random.below(40) {
                0 => self.event(&mut log, FrameKind::Events, &mut scratch),
                1 => {
                    let quality =
                        if random.one_in(2) { ClockQuality::Set } else { ClockQuality::Unset };
                    log.set_clock(Clock { quality, ticks: 7 });
                    Ok(())
                }
                2 => {
                    let place = random.below(self.oracle.events.len() as u64) as usize;
                    let up_to = self.oracle.events.get(place).copied().unwrap_or_default();
                    self.oracle.release(up_to);
                    log.receipt(up_to);
                    Ok(())
                }
                3 if random.one_in(3) => self.manifest(&mut log, random, &mut scratch),
                _ => self.rows(&mut log, random, &mut scratch),
            };
            self.oracle.release(log.ring().given_up());
            match done {
                Ok(()) | Err(Failure::Full) => {}
                Err(error) => {
                    assert_eq!(error, Failure::Flash(Cut));
                    assert_eq!(log.commit(&mut scratch), Err(Failure::Unusable));
                    return false;
                }
            }
        }
        self.flash.borrow_mut().restore();
        true
    }

    fn event(
        &mut self,
        log: &mut Log<UNIT, PAGE>,
        kind: FrameKind,
        scratch: &mut [u8],
    ) -> Result<(), Failure> {
        let before = log.acknowledged();
        match log.append(kind, b"stop", scratch) {
            Ok(stamp) => self.oracle.events.push(stamp),
            Err(Failure::Full) => return Err(Failure::Full),
            Err(error) => {
                // Behind as many blocks as the rows that waited became.
                let stamp = before.stamp;
                let ahead = |blocks| Stamp { sequence: stamp.sequence + blocks, ..stamp };
                self.oracle.unsure_events.extend((0..=ROWS as u64 + 1).map(ahead));
                let fresh = Stamp { epoch: log.ring().watermark().epoch, sequence: 1 };
                self.oracle.unsure_events.push(fresh);
                return Err(error);
            }
        }
        Ok(())
    }

    fn manifest(
        &mut self,
        log: &mut Log<UNIT, PAGE>,
        random: &mut Random,
        scratch: &mut [u8],
    ) -> Result<(), Failure> {
        self.event(log, FrameKind::Events, scratch)?;
        let channels = 2 + random.below(2) as usize;
        let stamp = log.manifest(b"", channels, scratch)?;
        self.channels = channels;
        self.oracle.events.push(stamp);
        Ok(())
    }

    /// Some rows, made durable together.
    fn rows(
        &mut self,
        log: &mut Log<UNIT, PAGE>,
        random: &mut Random,
        scratch: &mut [u8],
    ) -> Result<(), Failure> {
        let count = if random.one_in(10) { 14 } else { 1 + random.below(3) };
        let (mut taken, mut done) = (Vec::new(), Ok(()));
        for _ in 0..count {
            let (number, before) = (self.oracle.next, log.ring().watermark());
            let block = block_to_be(log);
            done = log.push(&row(number, self.channels), scratch);
            if log.ring().watermark() != before {
                self.acknowledge(taken.drain(..), block);
            }
            if done.is_err() {
                break;
            }
            self.oracle.next += 1;
            taken.push(number);
        }
        if matches!(done, Ok(()) | Err(Failure::Full)) {
            let block = block_to_be(log);
            let kept = match random.below(20) {
                0 => log.fold(scratch),
                _ => log.commit(scratch).map(drop),
            };
            match kept {
                Ok(()) => {
                    self.acknowledge(taken.into_iter(), block);
                    return done;
                }
                Err(Failure::Full) => {
                    // Neither durable nor refused: they go on waiting.
                    self.oracle.unsure.extend(taken.iter().map(|number| (*number, self.channels)));
                    return Err(Failure::Full);
                }
                Err(error) => done = Err(error),
            }
        }
        self.oracle.unsure.extend(taken.iter().map(|number| (*number, self.channels)));
        done
    }

    fn acknowledge(&mut self, numbers: impl Iterator<Item = u64>, stamp: Stamp) {
        let channels = self.channels;
        self.oracle.acknowledged.extend(numbers.map(|number| (number, (channels, stamp))));
    }
}

/// The stamp of the first block that the rows not yet folded will be in.
fn block_to_be<const UNIT: usize, const PAGE: usize>(log: &Log<UNIT, PAGE>) -> Stamp {
    let acknowledged = log.acknowledged();
    if acknowledged.rows > 0 { acknowledged.stamp } else { acknowledged.stamp.next() }
}

/// Random cuts on one geometry, with a new device every 100 starts.
fn random_cuts<const UNIT: usize, const PAGE: usize>(wanted: u64, seed: u64) -> u64 {
    let mut random = Random::new(seed);
    let mut cuts = 0;
    while cuts < wanted {
        let (journal, ring) = (2 + random.below(2) as usize, 4 + random.below(6) as usize);
        let when_full = if random.one_in(3) { WhenFull::Refuse } else { WhenFull::GiveUpOldest };
        let mut device = Device::<UNIT, PAGE>::new(journal, ring, random.bits(), when_full);
        for _ in 0..100 {
            let most = if random.one_in(3) { 24 } else { 3 * (PAGE / UNIT) as u64 };
            let budget = random.below(most);
            cuts += u64::from(!device.works(1 + random.below(60), budget, &mut random));
            if random.one_in(2) {
                device.starts();
            }
        }
        device.starts();
    }
    cuts
}

#[test]
fn random_cuts_lose_no_acknowledged_row() {
    let (wanted, seed) = (number("MILLWATT_ROW_CUTS", 30_000), number("MILLWATT_SEED", 1));
    let stories: [Story; 6] = [
        random_cuts::<1, 256>,
        random_cuts::<4, 256>,
        random_cuts::<8, 512>,
        random_cuts::<16, 512>,
        random_cuts::<32, 1024>,
        random_cuts::<4, 4096>,
    ];
    let cuts = share_out(&stories, wanted, seed);
    println!(
        "{cuts} power cuts at journal and ring from seed {seed}: no row lost, doubled or invented"
    );
}

/// Every cut of a short story, and every cut of what is written after it.
#[test]
fn every_cut_and_every_cut_after_it() {
    let mut pairs = 0;
    for first in 0..u64::MAX {
        let mut once = Device::<8, 256>::new(2, 4, 5, WhenFull::GiveUpOldest);
        let whole = once.works(25, first, &mut Random::new(9));
        for second in 0..u64::MAX {
            let mut twice = once.clone();
            let done = twice.works(8, second, &mut Random::new(3));
            twice.starts();
            assert!(twice.works(12, 10_000, &mut Random::new(4)));
            twice.starts();
            pairs += 1;
            if done {
                break;
            }
        }
        if whole {
            break;
        }
    }
    println!("{pairs} pairs of cuts at journal and ring: no row lost, doubled or invented");
}
