//! The ring under power cuts of every kind, against a list of what was acknowledged.
//!
//! `MILLWATT_CUTS` says how many random cuts there are, `MILLWATT_SEED` where they begin; the printed line has
//! both. What a frame carries follows from its stamp, so that an invented or mixed one is seen.

mod common;

use std::collections::VecDeque;

use common::{Story, number, share_out};

use millwatt::reading::{ChannelId, Quality};
use millwatt::time::{Instant, Period, Span};
use millwatt::wire::{BlockWriter, Columns, FrameKind, Stamp};
use millwatt_agent::ring::{PAGE_HEAD, Ring, RingError, WhenFull};
use millwatt_agent::sim::{Cut, Random, SimFlash};

type Failure = RingError<Cut>;

/// What a stamp's frame carries: up to 90 bytes, some frames none, some nearly all that a page takes.
fn content(stamp: Stamp, page: usize) -> Vec<u8> {
    let mut random = Random::new(u64::from(stamp.epoch) << 32 ^ stamp.sequence);
    let length = match random.below(12) {
        0 => 0,
        1 => page - PAGE_HEAD - 2 * 24 - 64,
        _ => random.below(90) as usize,
    };
    (0..length).map(|_| random.bits() as u8).collect()
}

/// What was promised, and what may be there besides.
#[derive(Debug, Default, Clone)]
struct Oracle {
    acknowledged: VecDeque<Stamp>,
    /// Frames whose append was cut: whole or absent.
    unsure: Vec<Stamp>,
    /// Up to here others have the log, or it was given up.
    released: Stamp,
    highest: Stamp,
}

impl Oracle {
    fn attempt(&mut self, stamp: Stamp) {
        assert!(stamp > self.highest, "{stamp:?} after {:?}: a stamp is used twice", self.highest);
        self.highest = stamp;
    }

    fn release(&mut self, up_to: Stamp) {
        self.released = self.released.max(up_to);
        while self.acknowledged.front().is_some_and(|stamp| *stamp <= self.released) {
            self.acknowledged.pop_front();
        }
        self.unsure.retain(|stamp| *stamp > self.released);
    }

    /// Once a start's log is settled, a frame that is not there must never be seen again, and one that is there must
    /// stay.
    fn settle<const UNIT: usize, const PAGE: usize>(
        &mut self,
        ring: &mut Log<'_, UNIT, PAGE>,
        scratch: &mut [u8],
    ) {
        let mut there = Vec::new();
        let read = ring.read(Stamp::default(), scratch, |frame| there.push(frame.stamp));
        read.expect("reading spends no power");
        self.unsure.retain(|stamp| there.contains(stamp));
        self.acknowledged.extend(self.unsure.drain(..));
        self.acknowledged.make_contiguous().sort_unstable();
    }

    fn check(&self, frames: &[(Stamp, Vec<u8>)], page: usize) {
        assert!(frames.is_sorted_by(|one, next| one.0 < next.0), "in order, each once");
        for (stamp, payload) in frames {
            let is_known = *stamp <= self.released
                || self.unsure.contains(stamp)
                || self.acknowledged.binary_search(stamp).is_ok();
            assert!(is_known, "{stamp:?} was invented");
            assert_eq!(*payload, content(*stamp, page), "{stamp:?}");
        }
        for stamp in &self.acknowledged {
            let is_there = frames.binary_search_by_key(stamp, |frame| frame.0).is_ok();
            assert!(is_there, "{stamp:?} was acknowledged and is lost");
        }
    }
}

/// A device with one flash over many starts.
#[derive(Clone)]
struct Device<const UNIT: usize, const PAGE: usize> {
    flash: SimFlash<UNIT, PAGE>,
    oracle: Oracle,
    when_full: WhenFull,
}

impl<const UNIT: usize, const PAGE: usize> Device<UNIT, PAGE> {
    fn new(pages: usize, seed: u64, when_full: WhenFull) -> Self {
        let oracle = Oracle::default();
        Self { flash: SimFlash::new(pages, seed), oracle, when_full }
    }

    /// Recovers and reads everything back.
    fn starts(&mut self) {
        self.flash.restore();
        let mut scratch = vec![0; PAGE];
        let mut ring = Ring::recover(&mut self.flash, &mut scratch).expect("recovers");
        let mut frames = Vec::new();
        let read = ring.read(Stamp::default(), &mut scratch, |frame| {
            frames.push((frame.stamp, frame.payload.to_vec()));
        });
        read.expect("reading spends no power");
        self.oracle.release(ring.given_up());
        self.oracle.check(&frames, PAGE);
    }

    /// Works until the power goes or so many operations are done; `false` after a cut.
    fn works(&mut self, operations: u64, budget: u64, random: &mut Random) -> bool {
        let mut scratch = vec![0; PAGE];
        self.flash.restore();
        self.flash.cut_after(budget);
        let mut ring = Ring::recover(&mut self.flash, &mut scratch).expect("recovers");
        let start = ring.watermark();
        let mut is_settled = false;
        for _ in 0..operations {
            let done = if !is_settled && random.one_in(3) {
                settle(&mut ring, &mut self.oracle, self.when_full)
            } else if random.one_in(8) {
                receipt(&mut ring, &mut self.oracle, random)
            } else {
                append(&mut ring, &mut self.oracle, self.when_full, PAGE)
            };
            self.oracle.release(ring.given_up());
            if !ring.is_unsettled() && ring.watermark() > start && !is_settled {
                is_settled = true;
                self.oracle.settle(&mut ring, &mut scratch);
            }
            match done {
                Ok(()) | Err(Failure::Full) => {}
                Err(error) => {
                    assert_eq!(error, Failure::Flash(Cut));
                    let again = ring.append(FrameKind::Readings, b"", self.when_full);
                    assert_eq!(again, Err(Failure::Unusable));
                    return false;
                }
            }
        }
        self.flash.restore();
        true
    }
}

type Log<'a, const UNIT: usize, const PAGE: usize> = Ring<&'a mut SimFlash<UNIT, PAGE>>;

/// What was found at a start is made to stay, before anything else is written.
fn settle<const UNIT: usize, const PAGE: usize>(
    ring: &mut Log<'_, UNIT, PAGE>,
    oracle: &mut Oracle,
    when_full: WhenFull,
) -> Result<(), Failure> {
    attempt_receipt(ring, oracle, |ring| ring.settle(when_full))
}

/// Something that may append a receipt, which is a frame, too, and uses a stamp.
fn attempt_receipt<const UNIT: usize, const PAGE: usize>(
    ring: &mut Log<'_, UNIT, PAGE>,
    oracle: &mut Oracle,
    work: impl FnOnce(&mut Log<'_, UNIT, PAGE>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (before, state) = (ring.watermark(), Before::of(ring));
    let done = work(ring);
    let is_cut = matches!(done, Err(Failure::Flash(_)));
    if ring.watermark() != before || is_cut && state.began(ring) {
        oracle.attempt(Stamp { sequence: before.sequence + 1, ..before });
    }
    done
}

/// Somebody else has the log up to any frame that was acknowledged.
fn receipt<const UNIT: usize, const PAGE: usize>(
    ring: &mut Log<'_, UNIT, PAGE>,
    oracle: &mut Oracle,
    random: &mut Random,
) -> Result<(), Failure> {
    let place = random.below(oracle.acknowledged.len() as u64) as usize;
    let up_to = oracle.acknowledged.get(place).copied().unwrap_or_default();
    oracle.release(up_to);
    attempt_receipt(ring, oracle, |ring| ring.receipt(up_to))
}

fn append<const UNIT: usize, const PAGE: usize>(
    ring: &mut Log<'_, UNIT, PAGE>,
    oracle: &mut Oracle,
    when_full: WhenFull,
    page: usize,
) -> Result<(), Failure> {
    let watermark = ring.watermark();
    let stamp = Stamp { sequence: watermark.sequence + 1, ..watermark };
    let before = Before::of(ring);
    match ring.append(FrameKind::Readings, &content(stamp, page), when_full) {
        Ok(given) => {
            assert_eq!(given, stamp);
            oracle.attempt(stamp);
            oracle.acknowledged.push_back(stamp);
            Ok(())
        }
        Err(Failure::Full) => Err(Failure::Full),
        Err(error) => {
            if before.began(ring) {
                oracle.attempt(stamp);
                oracle.unsure.push(stamp);
            }
            Err(error)
        }
    }
}

/// What a flash and a ring were like before an append.
#[derive(Clone, Copy)]
struct Before {
    touched: (u64, u64),
    copy: Option<usize>,
}

impl Before {
    fn of<const UNIT: usize, const PAGE: usize>(ring: &mut Log<'_, UNIT, PAGE>) -> Self {
        Self { touched: ring.flash().touched(), copy: ring.copy_due() }
    }

    /// Whether an append that failed touched units for its frame, behind those of heads of pages, of a copy and its mark.
    fn began<const UNIT: usize, const PAGE: usize>(self, ring: &mut Log<'_, UNIT, PAGE>) -> bool {
        let (units, erases) = ring.flash().touched();
        let in_units = |bytes: usize| bytes.div_ceil(UNIT) as u64;
        let copy = self.copy.map_or(0, |length| in_units(length) + in_units(24));
        let others = (erases - self.touched.1) * in_units(PAGE_HEAD) + copy;
        units - self.touched.0 > others
    }
}

/// Random cuts on one geometry, with a new device every 200 starts.
fn random_cuts<const UNIT: usize, const PAGE: usize>(wanted: u64, seed: u64) -> u64 {
    let mut random = Random::new(seed);
    let mut cuts = 0;
    while cuts < wanted {
        let pages = 4 + random.below(4) as usize;
        let when_full = if random.one_in(4) { WhenFull::GiveUpOldest } else { WhenFull::Refuse };
        let mut device = Device::<UNIT, PAGE>::new(pages, random.bits(), when_full);
        for _ in 0..200 {
            // One in three goes during the first writes after a start, perhaps several times in a row.
            let most = if random.one_in(3) { 24 } else { 3 * (PAGE / UNIT) as u64 };
            let budget = random.below(most);
            cuts += u64::from(!device.works(1 + random.below(40), budget, &mut random));
            if random.one_in(2) {
                device.starts();
            }
        }
        device.starts();
    }
    cuts
}

#[test]
fn random_cuts_lose_nothing_acknowledged() {
    let (wanted, seed) = (number("MILLWATT_CUTS", 100_000), number("MILLWATT_SEED", 1));
    let stories: [Story; 6] = [
        random_cuts::<1, 256>,
        random_cuts::<4, 256>,
        random_cuts::<8, 512>,
        random_cuts::<16, 512>,
        random_cuts::<32, 1024>,
        random_cuts::<4, 4096>,
    ];
    let cuts = share_out(&stories, wanted, seed);
    println!("{cuts} power cuts from seed {seed}: nothing acknowledged lost, doubled or invented");
}

/// Every cut of a short story, and every cut of what is written after it.
#[test]
fn every_cut_and_every_cut_after_it() {
    let mut pairs = 0;
    for when_full in [WhenFull::Refuse, WhenFull::GiveUpOldest] {
        for first in 0..u64::MAX {
            let mut once = Device::<8, 256>::new(4, 5, when_full);
            let whole = once.works(30, first, &mut Random::new(9));
            for second in 0..u64::MAX {
                let mut twice = once.clone();
                let done = twice.works(12, second, &mut Random::new(3));
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
    }
    println!("{pairs} pairs of cuts: nothing acknowledged lost, doubled or invented");
}

type Small = SimFlash<1, 256>;

/// Opens a ring on a flash that has power again, or loses it after so many bytes.
fn opened(flash: &mut Small, budget: Option<u64>) -> Ring<&mut Small> {
    flash.restore();
    budget.into_iter().for_each(|budget| flash.cut_after(budget));
    Ring::recover(flash, &mut [0; 256]).expect("recovers")
}

fn shows(ring: &mut Ring<&mut Small>, stamp: Stamp) -> bool {
    let mut is_there = false;
    let read = ring.read(Stamp::default(), &mut [0; 256], |frame| is_there |= frame.stamp == stamp);
    read.expect("reading spends no power");
    is_there
}

/// A start copies the last frame before it. Where that is cut at its last byte, the copy may read well now and not
/// when the next start copies it: then there is the frame itself.
#[test]
fn a_cut_at_the_last_byte_of_a_starts_copy_loses_nothing() {
    let append =
        |mut ring: Ring<&mut Small>| ring.append(FrameKind::Readings, b"kept", WhenFull::Refuse);
    for seed in 0..4_000 {
        let mut flash = Small::new(4, seed);
        let kept = append(opened(&mut flash, None)).expect("there is power");
        let of_the_copy = 1 + PAGE_HEAD as u64 + 24 + 4;
        assert_eq!(append(opened(&mut flash, Some(of_the_copy - 1))), Err(Failure::Flash(Cut)));
        append(opened(&mut flash, None)).expect("there is power");
        assert!(shows(&mut opened(&mut flash, None), kept), "seed {seed}");
    }
}

/// Two starts' copies are cut at their last bytes, the next one's is whole, and then the original is half erased: of the two
/// copies, which may both read well, a later start takes the whole one.
#[test]
fn of_several_copies_a_whole_one_is_taken() {
    let copy = PAGE_HEAD as u64 + 24 + 4;
    for seed in 0..4_000 {
        let mut flash = Small::new(4, seed);
        let append = |mut ring: Ring<&mut Small>, payload: &[u8]| {
            ring.append(FrameKind::Readings, payload, WhenFull::Refuse)
        };
        let kept = append(opened(&mut flash, None), b"kept").expect("there is power");
        for _ in 0..2 {
            let cut = append(opened(&mut flash, Some(copy)), b"");
            assert_eq!(cut, Err(Failure::Flash(Cut)), "at the copy's last byte");
        }
        let cut = append(opened(&mut flash, Some(1 + copy + 24)), &[7; 140]);
        assert_eq!(
            cut,
            Err(Failure::Flash(Cut)),
            "behind the copy's mark, where a page more is erased"
        );
        append(opened(&mut flash, None), b"next").expect("there is power");
        assert!(shows(&mut opened(&mut flash, None), kept), "seed {seed}");
    }
}

/// A frame whose append was cut at its last byte may read well. Once a log is settled and shows it, it stays.
#[test]
fn what_a_settled_log_shows_stays() {
    let mut shown = 0;
    for seed in 0..4_000 {
        let mut flash = Small::new(4, seed);
        let mut ring = opened(&mut flash, Some(1 + PAGE_HEAD as u64 + 2 * (24 + 4) - 1));
        let kept = ring.append(FrameKind::Readings, b"kept", WhenFull::Refuse);
        let torn = kept.expect("there is power so far").next();
        let cut = ring.append(FrameKind::Readings, b"torn", WhenFull::Refuse);
        assert_eq!(cut, Err(Failure::Flash(Cut)));
        let mut ring = opened(&mut flash, None);
        ring.settle(WhenFull::Refuse).expect("there is power");
        let is_there = shows(&mut ring, torn);
        let mut ring = opened(&mut flash, None);
        ring.append(FrameKind::Readings, b"next", WhenFull::Refuse).expect("there is power");
        assert_eq!(shows(&mut ring, torn), is_there, "seed {seed}");
        assert_eq!(shows(&mut opened(&mut flash, None), torn), is_there, "seed {seed}");
        shown += u64::from(is_there);
    }
    assert!(shown > 100, "{shown} frames were torn and read well");
}

/// Starts that settle, send what there is and are switched off again fill nothing that stays full, nor do starts whose
/// copies are cut short.
#[test]
fn starts_that_settle_or_are_cut_do_not_fill_a_ring_that_others_have() {
    for cut in [None, Some(3), Some(1 + PAGE_HEAD as u64 + 9), Some(1 + PAGE_HEAD as u64 + 28 + 9)]
    {
        let mut flash = Small::new(5, 3);
        let first = opened(&mut flash, None).append(FrameKind::Readings, b"one", WhenFull::Refuse);
        first.expect("there is power");
        for start in 0..40 {
            let is_cut = start % 3 != 0;
            let mut ring = opened(&mut flash, cut.filter(|_| is_cut));
            if ring.settle(WhenFull::Refuse).is_err() {
                assert!(cut.is_some() && is_cut, "start {start}, cut {cut:?}");
                continue;
            }
            // Who gets the frames does not get receipts, and so receipts what stands before them.
            let mut newest = Stamp::default();
            let read = ring.read(Stamp::default(), &mut [0; 256], |frame| newest = frame.stamp);
            read.expect("reading spends no power");
            ring.receipt(newest).expect("a receipt finds room or waits");
        }
        let mut ring = opened(&mut flash, None);
        ring.append(FrameKind::Readings, b"next", WhenFull::Refuse).expect("there is room");
    }
}

#[test]
fn blocks_wear_evenly() {
    let mut device = Device::<4, 256>::new(5, 2, WhenFull::GiveUpOldest);
    assert!(device.works(20_000, u64::MAX - 1, &mut Random::new(4)));
    let erases = device.flash.erases();
    let (least, most) = (erases.iter().min(), erases.iter().max());
    assert!(most.zip(least).is_some_and(|(most, least)| most - least <= 1), "{erases:?}");
}

#[test]
fn starts_alone_fill_nothing() {
    let mut device = Device::<4, 256>::new(5, 6, WhenFull::Refuse);
    assert!(device.works(6, 10_000, &mut Random::new(11)));
    let touched = device.flash.touched();
    (0..50).for_each(|_| device.starts());
    assert_eq!(device.flash.touched(), touched);
    let newest = device.oracle.acknowledged.back().copied();
    assert!(newest.is_some() && device.works(4, 10_000, &mut Random::new(12)));
    assert!(device.oracle.acknowledged.back().copied() > newest, "there is still room");
}

#[test]
fn a_rotten_page_head_costs_no_frame() {
    for block in 0..4 {
        let mut device = Device::<4, 256>::new(4, 7, WhenFull::Refuse);
        assert!(device.works(5, 10_000, &mut Random::new(13)));
        device.flash.rot(block * 256 + 30, 0x10);
        device.starts();
        assert!(device.works(3, 10_000, &mut Random::new(16)));
        device.starts();
    }
}

#[test]
fn recovery_reads_the_heads_and_few_pages() {
    for pages in [4, 64, 256] {
        let mut device = Device::<4, 4096>::new(pages, 8, WhenFull::GiveUpOldest);
        assert!(device.works(2_000, u64::MAX - 1, &mut Random::new(14)));
        let before = device.flash.traffic().1;
        assert!(Ring::recover(&mut device.flash, &mut [0; 4096]).is_ok());
        let read = device.flash.traffic().1 - before;
        let most = 2 * 96 * pages as u64 + 4 * 4096;
        assert!(read <= most, "{read} bytes of {pages} pages, at most {most}");
    }
}

#[test]
fn a_reader_goes_on_where_it_was() {
    let mut device = Device::<8, 512>::new(6, 10, WhenFull::Refuse);
    assert!(device.works(12, u64::MAX - 1, &mut Random::new(15)));
    let mut scratch = [0; 512];
    let mut ring = Ring::recover(&mut device.flash, &mut scratch).expect("recovers");
    let mut stamps_after = |after: Stamp| {
        let mut stamps = Vec::new();
        ring.read(after, &mut scratch, |frame| stamps.push(frame.stamp)).expect("reads");
        stamps
    };
    let all = stamps_after(Stamp::default());
    assert!(all.len() > 5);
    for (place, stamp) in all.iter().enumerate() {
        assert_eq!(stamps_after(*stamp), all[place + 1..]);
    }
}

#[test]
fn a_reader_of_a_period_gets_its_columns_and_no_others() {
    let at = |minute: i64| Instant::from_unix_milliseconds(minute * 60_000);
    let mut scratch = [0; 512];
    let mut ring = Ring::recover(SimFlash::<4, 512>::new(8, 1), &mut scratch).expect("recovers");
    for hour in 0..20 {
        let values: Vec<i64> = (0..60).map(|minute| hour * 60 + minute).collect();
        let mut buffer = [0; 256];
        let mut block = BlockWriter::new(at(hour * 60), &mut buffer).expect("fits");
        for channel in 0..3 {
            let (start, step) = (at(hour * 60), Span::from_minutes(1));
            block.column(ChannelId(channel), Quality::Good, start, step, &values).expect("fits");
        }
        ring.append(FrameKind::Readings, block.payload(), WhenFull::Refuse).expect("kept");
    }
    let mut asked = |from: i64, to: i64, channel: Option<u16>| {
        let mut found = Vec::new();
        let period = Period::new(at(from), at(to));
        ring.columns(period, channel.map(ChannelId), &mut scratch, |column| {
            let first = column.readings().next().expect("a reading").sample.value;
            found.push((column.channel.0, first / 60));
        })
        .expect("read");
        found
    };
    assert_eq!(asked(150, 200, Some(1)), [(1, 2), (1, 3)]);
    assert_eq!(asked(119, 119, None), [(0, 1), (1, 1), (2, 1)]);
    assert_eq!(asked(5_000, 6_000, None), []);
    let (start, step) = (at(0), Span::from_minutes(60));
    let mut buffer = [0; 64];
    let mut block = BlockWriter::new(start, &mut buffer).expect("fits");
    block.column(ChannelId(0), Quality::Good, start, step, &[1, 2, 3]).expect("fits");
    let column =
        Columns::new(block.payload()).expect("a block").next().expect("one").expect("sound");
    assert!(!column.touches(Period::new(at(61), at(119))), "between two samples");
    assert!(column.touches(Period::new(at(61), at(120))));
}

#[test]
fn what_does_not_fit_is_named() {
    let recover = |pages| {
        Ring::recover(SimFlash::<4, 256>::new(pages, 1), &mut [0; 256]).map(|ring| ring.watermark())
    };
    assert_eq!(recover(3), Err(Failure::Geometry));
    assert_eq!(recover(4), Ok(Stamp { epoch: 1, sequence: 0 }));
    let small = SimFlash::<4, 256>::new(4, 1);
    assert!(matches!(Ring::recover(small, &mut [0; 255]), Err(Failure::BufferTooSmall)));
    let flash = SimFlash::<4, 256>::new(4, 1);
    let mut ring = Ring::recover(flash, &mut [0; 256]).expect("recovers");
    let large = ring.append(FrameKind::Readings, &[0; 170], WhenFull::Refuse);
    assert_eq!(large, Err(Failure::TooLarge));
    assert!(ring.append(FrameKind::Readings, &[0; 140], WhenFull::Refuse).is_ok());
}

/// The stamps of all frames, each checked to carry what its stamp says.
fn stamps_of<const UNIT: usize, const PAGE: usize>(flash: &mut SimFlash<UNIT, PAGE>) -> Vec<Stamp> {
    let mut scratch = vec![0; PAGE];
    let mut ring = Ring::recover(flash, &mut scratch).expect("recovers");
    let mut stamps = Vec::new();
    let read = ring.read(Stamp::default(), &mut scratch, |frame| {
        assert_eq!(frame.payload, content(frame.stamp, PAGE), "{:?}", frame.stamp);
        stamps.push(frame.stamp);
    });
    read.expect("reading spends no power");
    stamps
}

#[test]
fn every_rotten_bit_costs_one_frame_at_most() {
    let mut device = Device::<8, 256>::new(4, 17, WhenFull::Refuse);
    assert!(device.works(9, u64::MAX - 1, &mut Random::new(18)));
    let all = stamps_of(&mut device.flash);
    assert!(all.len() > 4);
    for bit in 0..4 * 256 * 8 {
        let mut flash = device.flash.clone();
        flash.rot(bit / 8, 1 << (bit % 8));
        let left = stamps_of(&mut flash);
        assert!(left.iter().all(|stamp| all.contains(stamp)), "bit {bit}");
        assert!(left.len() + 1 >= all.len(), "bit {bit}: {left:?} of {all:?}");
    }
}

#[test]
fn a_log_that_rots_through_and_through_invents_nothing() {
    let mut random = Random::new(19);
    for _ in 0..2_000 {
        let mut device = Device::<4, 512>::new(5, random.bits(), WhenFull::GiveUpOldest);
        assert!(device.works(40, u64::MAX - 1, &mut random));
        let all = stamps_of(&mut device.flash);
        for _ in 0..random.below(200) {
            device.flash.rot(random.below(5 * 512) as usize, 1 << random.below(8));
        }
        let left = stamps_of(&mut device.flash);
        assert!(left.iter().all(|stamp| all.contains(stamp)));
        let mut ring = Ring::recover(&mut device.flash, &mut [0; 512]).expect("recovers");
        assert!(ring.append(FrameKind::Events, b"on", WhenFull::GiveUpOldest).is_ok());
    }
}
