//! What a reading costs in flash when no more than a minute, or an hour, may be lost: our journal with the ring behind
//! it, and sequential-storage's queue on the same rows.
//!
//! `cargo figures` runs it; by hand `cargo bench -p millwatt-tests --features peers --bench recorder`. Eight channels by
//! minutes for sixty days, pages of 4,096 bytes: four for the journal, the ring behind it in 1 MiB. Everything programmed
//! counts: heads of pages, runs and frames, checksums, rows and blocks, what fills units; signed, a checkpoint a day over
//! leaves of a quarter of an hour. The queue gets a row as varint
//! differences from the row before, the densest that needs nothing but the row before.

mod waiting;

use std::cell::RefCell;
use std::rc::Rc;

use embedded_storage::nor_flash::NorFlash as _;
use millwatt::reading::Quality;
use millwatt::time::{Instant, Span};
use millwatt::wire::bytes::Writer;
use millwatt::wire::row::Row;
use millwatt::wire::{Columns, FrameKind, Stamp};
use millwatt_agent::recorder::Recorder;
use millwatt_agent::ring::WhenFull;
use millwatt_agent::sealer::Sealer;
use millwatt_agent::sim::{SimFlash, SimPart};
use millwatt_tests::eight_channels::{self, rows};
use sequential_storage::cache::Cache;
use sequential_storage::queue::{QueueConfig, QueueStorage};
use waiting::{Waiting, wait};

const PAGE: usize = 4_096;
const JOURNAL: usize = 4;
const MINUTES: usize = 60 * 1_440;
const ROWS: usize = 60;

type Log<const UNIT: usize> = Recorder<SimPart<UNIT, PAGE>, SimPart<UNIT, PAGE>, 8, ROWS>;

fn row(minute: usize, values: &eight_channels::Row) -> Row<8> {
    let at = 1_767_571_200_000 + minute as i64 * 60_000;
    let cells = values.map(|value| Some((value, Quality::Good)));
    Row { at: Instant::from_unix_milliseconds(at), cells }
}

/// Rows committed so many at a time, signed once a day or never; everything is read back and compared.
fn ours<const UNIT: usize>(rows: &[eight_channels::Row], at_once: usize, signs: bool) {
    let flash = Rc::new(RefCell::new(SimFlash::<UNIT, PAGE>::new(JOURNAL + 256, 1)));
    let (journal, ring) = SimPart::split(&flash, JOURNAL);
    let mut scratch = vec![0; 2 * PAGE];
    let mut log: Log<UNIT> =
        Recorder::recover(ring, journal, 8, WhenFull::Refuse, &mut scratch).expect("opens");
    let mut sealer = Sealer::new(&[7; 32], b"a manifest of some length", Span::from_minutes(15));
    for (group, minutes) in rows.chunks(at_once).enumerate() {
        for (place, values) in minutes.iter().enumerate() {
            log.push(&row(group * at_once + place, values), &mut scratch).expect("taken");
        }
        let durable = match at_once {
            ROWS => log.fold(&mut scratch),
            _ => log.commit(&mut scratch).map(drop),
        };
        durable.expect("durable");
        if signs && ((group + 1) * at_once).is_multiple_of(1_440) {
            log.seal(&mut sealer, &mut scratch).expect("signed");
        }
    }
    let readings = (rows.len() * 8) as f64;
    let (programmed, read) = flash.borrow().traffic();
    let (mut values, mut wrong) = (0, 0);
    let mut compare = |payload: &[u8]| {
        for column in Columns::new(payload).expect("a block") {
            for reading in column.expect("sound").readings() {
                let since = reading.sample.at.unix_milliseconds() - 1_767_571_200_000;
                let expected = rows[(since / 60_000) as usize][usize::from(reading.channel.0)];
                wrong += u64::from(expected != reading.sample.value);
                values += 1;
            }
        }
    };
    log.read(Stamp::default(), &mut scratch, |frame| {
        if frame.kind == FrameKind::Readings {
            compare(frame.payload);
        }
    })
    .expect("reads");
    let mut waiting = 0;
    log.waiting(&mut scratch, |_| waiting += 8).expect("reads");
    assert_eq!((values + waiting, wrong), (rows.len() * 8, 0));
    let back = flash.borrow().traffic().1 - read;
    let erases: Vec<u64> = flash.borrow().erases().to_vec();
    let (journal, ring) = erases.split_at(JOURNAL);
    let pages: u64 = ring.iter().sum();
    println!(
        "  unit {UNIT:>2}, {at_once:>2} rows a commit  millwatt{} {:>6.3} B programmed, {:.3} erased, {:.3} read meanwhile, \
         {:.3} to read all back; the ring grows by {:.3}; journal pages erased {} times, {:.0} a year",
        if signs { ", signed" } else { "        " },
        programmed as f64 / readings,
        erases.iter().sum::<u64>() as f64 * PAGE as f64 / readings,
        read as f64 / readings,
        back as f64 / readings,
        pages as f64 * PAGE as f64 / readings,
        journal.iter().max().unwrap_or(&0),
        *journal.iter().max().unwrap_or(&0) as f64 * 525_600.0 / rows.len() as f64,
    );
}

/// A row as differences from the row before.
fn differences(values: &eight_channels::Row, before: &eight_channels::Row) -> Vec<u8> {
    let mut bytes = [0; 80];
    let mut out = Writer::new(&mut bytes);
    for (value, before) in values.iter().zip(before) {
        out.signed(value - before).expect("room");
    }
    out.written().to_vec()
}

fn theirs<const UNIT: usize>(rows: &[eight_channels::Row]) {
    let mut flash = SimFlash::<UNIT, PAGE>::new(JOURNAL + 256, 1).bearing_rewrites();
    let all = ((JOURNAL + 256) * PAGE) as u32;
    flash.erase(0, all).expect("there is power");
    let (mut before, mut payload) = ([0; 8], 0);
    let mut queue =
        QueueStorage::new(Waiting(&mut flash), QueueConfig::new(0..all), Cache::new_uncached());
    wait(async {
        for values in rows {
            let item = differences(values, &before);
            payload += item.len();
            before = *values;
            queue.push(&item, true).await.expect("kept");
        }
    });
    let readings = (rows.len() * 8) as f64;
    println!(
        "  unit {UNIT:>2}, each row by itself  sequential-storage {:>6.3} B programmed, {:.3} read; its items are {:.3}",
        flash.traffic().0 as f64 / readings,
        flash.traffic().1 as f64 / readings,
        payload as f64 / readings,
    );
}

fn compare<const UNIT: usize>(rows: &[eight_channels::Row]) {
    for at_once in [1, 2, 60] {
        ours::<UNIT>(rows, at_once, false);
    }
    ours::<UNIT>(rows, 2, true);
    theirs::<UNIT>(&rows[..rows.len() / 12]);
}

fn main() {
    let rows = rows(MINUTES, 1);
    println!(
        "bytes a reading; two rows a commit leave none unacknowledged for longer than a minute"
    );
    compare::<1>(&rows);
    compare::<4>(&rows);
    compare::<8>(&rows);
    compare::<16>(&rows);
    compare::<32>(&rows);
    println!(
        "  littlefs (not run here; ANCHORS, items of 20 bytes): synced for each item it programs 105 bytes a byte and erases 206, \
         for a hundred together 2.2 and 3.1"
    );
}
