//! The log in flash and the queue of sequential-storage under the same power cuts, with the same seeds, and what
//! each programs and reads.
//!
//! `cargo figures` runs it; by hand `cargo bench -p millwatt-tests --features peers --bench flash`. Both keep items
//! of 20 bytes in 16 pages and give up the oldest when full. After every start the ten acknowledged last must be
//! there; a device in which one is missing counts, and ends. A device also ends when its storage refuses to
//! work. The queue was made for flash that fails between units: what is asked here is more than it promises.

mod waiting;

use embedded_storage::nor_flash::{NorFlash as _, ReadNorFlash as _};
use millwatt::wire::{FrameKind, Stamp};
use millwatt_agent::ring::{Ring, WhenFull};
use millwatt_agent::sim::{Random, SimFlash};
use sequential_storage::cache::Cache;
use sequential_storage::queue::{QueueConfig, QueueStorage};
use waiting::{Waiting, wait};

const DEVICES: u64 = 500;
const STARTS: u64 = 120;
const PAGES: usize = 16;
const WATCHED: usize = 10;

type Item = [u8; 20];

fn item(number: u64) -> Item {
    let mut random = Random::new(number);
    let mut item = [0; 20];
    item[..8].copy_from_slice(&number.to_le_bytes());
    item[8..].fill_with(|| random.bits() as u8);
    item
}

/// What a storage does between two cuts.
trait Storage<const UNIT: usize, const PAGE: usize> {
    /// Adds items until there are enough or the power goes; gives how many were acknowledged, or `None` when it
    /// refuses to work.
    fn add(flash: &mut SimFlash<UNIT, PAGE>, first: u64, count: u64) -> Option<u64>;
    /// The numbers of all items that are there and whole.
    fn read(flash: &mut SimFlash<UNIT, PAGE>) -> Vec<u64>;
}

struct Ours;

impl<const UNIT: usize, const PAGE: usize> Storage<UNIT, PAGE> for Ours {
    fn add(flash: &mut SimFlash<UNIT, PAGE>, first: u64, count: u64) -> Option<u64> {
        let mut ring = Ring::recover(flash, &mut [0; PAGE]).ok()?;
        let add = |number| {
            ring.append(FrameKind::Readings, &item(number), WhenFull::GiveUpOldest).is_ok()
        };
        Some((first..first + count).map(add).take_while(|done| *done).count() as u64)
    }

    fn read(flash: &mut SimFlash<UNIT, PAGE>) -> Vec<u64> {
        let mut scratch = [0; PAGE];
        let Ok(mut ring) = Ring::recover(flash, &mut scratch) else { return Vec::new() };
        let mut numbers = Vec::new();
        let read = ring.read(Stamp::default(), &mut scratch, |frame| {
            numbers.extend(number(frame.payload));
        });
        read.expect("reading spends no power");
        numbers
    }
}

/// The number of a whole item.
fn number(bytes: &[u8]) -> Option<u64> {
    let number = u64::from_le_bytes(bytes.get(..8)?.try_into().ok()?);
    (bytes == item(number)).then_some(number)
}

struct Theirs;

impl<const UNIT: usize, const PAGE: usize> Storage<UNIT, PAGE> for Theirs {
    fn add(flash: &mut SimFlash<UNIT, PAGE>, first: u64, count: u64) -> Option<u64> {
        let range = 0..flash.capacity() as u32;
        let config = QueueConfig::new(range);
        let mut queue = QueueStorage::new(Waiting(flash), config, Cache::new_uncached());
        wait(async {
            for done in 0..count {
                match queue.push(&item(first + done), true).await {
                    Ok(()) => {}
                    Err(sequential_storage::Error::Storage { .. }) => return Some(done),
                    Err(_) => return None,
                }
            }
            Some(count)
        })
    }

    fn read(flash: &mut SimFlash<UNIT, PAGE>) -> Vec<u64> {
        let range = 0..flash.capacity() as u32;
        let config = QueueConfig::new(range);
        let mut queue = QueueStorage::new(Waiting(flash), config, Cache::new_uncached());
        wait(async {
            let mut numbers = Vec::new();
            let Ok(mut items) = queue.iter().await else { return numbers };
            let mut buffer = [0; 64];
            while let Ok(Some(entry)) = items.next(&mut buffer).await {
                numbers.extend(number(&entry));
            }
            numbers
        })
    }
}

/// Devices that lost an acknowledged item, devices whose storage refused to work, cuts, and second programs of a
/// unit.
#[derive(Default)]
struct Outcome {
    lost: u64,
    refused: u64,
    cuts: u64,
    rewrites: u64,
}

fn devices<const UNIT: usize, const PAGE: usize, S: Storage<UNIT, PAGE>>() -> Outcome {
    let mut outcome = Outcome::default();
    for seed in 0..DEVICES {
        let mut flash = SimFlash::<UNIT, PAGE>::new(PAGES, seed).bearing_rewrites();
        flash.erase(0, (PAGES * PAGE) as u32).expect("there is power");
        device::<UNIT, PAGE, S>(&mut flash, seed, &mut outcome);
        outcome.rewrites += flash.rewrites();
    }
    outcome
}

fn device<const UNIT: usize, const PAGE: usize, S: Storage<UNIT, PAGE>>(
    flash: &mut SimFlash<UNIT, PAGE>,
    seed: u64,
    outcome: &mut Outcome,
) {
    let mut random = Random::new(seed);
    let (mut next, mut acknowledged) = (1, Vec::new());
    for _ in 0..STARTS {
        flash.cut_after(random.below(3 * (PAGE / UNIT) as u64));
        let added = S::add(flash, next, 1 + random.below(40));
        outcome.cuts += u64::from(flash.left() == Some(u64::MAX));
        flash.restore();
        let Some(added) = added else {
            outcome.refused += 1;
            return;
        };
        acknowledged.extend(next..next + added);
        // The number of an item whose append was cut is not used again.
        next += added + 1;
        let there = S::read(flash);
        let watched = &acknowledged[acknowledged.len().saturating_sub(WATCHED)..];
        if watched.iter().any(|number| !there.contains(number)) {
            outcome.lost += 1;
            return;
        }
    }
}

fn compare<const UNIT: usize, const PAGE: usize>() {
    for (name, outcome) in [
        ("millwatt's ring", devices::<UNIT, PAGE, Ours>()),
        ("sequential-storage 8.0, queue", devices::<UNIT, PAGE, Theirs>()),
    ] {
        println!(
            "  unit {UNIT:>2}, page {PAGE:>4}  {name:<30} {:>6} cuts: {:>4} of {DEVICES} devices lost an \
             acknowledged item, {} refused to work, {} units programmed twice",
            outcome.cuts, outcome.lost, outcome.refused, outcome.rewrites
        );
    }
}

/// Bytes programmed and read for each byte of items, without a cut, and to read all back after a start.
fn traffic<S: Storage<4, 4096>>(name: &str) {
    let mut flash = SimFlash::<4, 4096>::new(64, 1).bearing_rewrites();
    flash.erase(0, 64 * 4096).expect("there is power");
    let count = 3_000;
    let done = S::add(&mut flash, 1, count);
    assert_eq!(done, Some(count));
    let payload = (count * 20) as f64;
    let (programmed, read) = flash.traffic();
    let all = S::read(&mut flash).len();
    assert_eq!(all as u64, count);
    let back = flash.traffic().1 - read;
    println!(
        "  {name:<30} programs {:.2}, reads {:.2} for a byte; {:.2} to read all back",
        programmed as f64 / payload,
        read as f64 / payload,
        back as f64 / payload
    );
}

fn main() {
    println!("power cuts, torn units, half-done erases, bits that read two ways; same seeds");
    compare::<1, 512>();
    compare::<4, 512>();
    compare::<8, 1024>();
    println!("3,000 items of 20 bytes, unit 4, 64 pages of 4,096");
    traffic::<Ours>("millwatt's ring");
    traffic::<Theirs>("sequential-storage 8.0, queue");
}
