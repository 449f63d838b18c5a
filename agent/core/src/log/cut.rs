//! Power cuts at every byte, on pages in memory.

extern crate std;

use super::{Log, LogError, Pages};
use millwatt::wire::{FrameKind, Frames, Stamp};
use std::collections::BTreeMap;
use std::vec::Vec;

/// The power went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cut;

#[derive(Debug, Default, Clone)]
struct Page {
    bytes: Vec<u8>,
    synced: usize,
}

/// Pages in memory that lose power after a number of bytes. Legal faults: appends since the last
/// sync are kept up to any byte, the last of them with wrong bits; syncs and creations take a byte
/// of the budget so that a cut falls between them too.
#[derive(Debug, Default, Clone)]
struct Memory {
    pages: BTreeMap<u32, Page>,
    budget: Option<usize>,
    /// Like flash: what is written stays until its page is erased.
    uncuttable: bool,
}

impl Memory {
    fn losing_power_after(budget: usize, uncuttable: bool) -> Self {
        Self { budget: Some(budget), uncuttable, ..Self::default() }
    }

    fn spend(&mut self, bytes: usize) -> usize {
        match &mut self.budget {
            None => bytes,
            Some(budget) => {
                let spent = bytes.min(*budget);
                *budget -= spent;
                spent
            }
        }
    }

    /// What is there after the cut: unsynced bytes kept up to `kept` of them, the last one torn.
    fn after_cut(mut self, kept: usize, torn: u8) -> Self {
        for page in self.pages.values_mut() {
            let length = page.bytes.len().min(page.synced + kept);
            page.bytes.truncate(length);
            if length > page.synced {
                page.bytes[length - 1] ^= torn;
            }
        }
        Self { budget: None, ..self }
    }
}

impl Pages for Memory {
    type Error = Cut;

    fn range(&mut self) -> Result<Option<(u32, u32)>, Cut> {
        let ends = self.pages.first_key_value().zip(self.pages.last_key_value());
        Ok(ends.map(|(first, last)| (*first.0, *last.0)))
    }

    fn length(&mut self, page: u32) -> Result<usize, Cut> {
        Ok(self.pages.get(&page).map_or(0, |page| page.bytes.len()))
    }

    fn read(&mut self, page: u32, offset: usize, buffer: &mut [u8]) -> Result<usize, Cut> {
        let bytes = self.pages.get(&page).map_or(&[][..], |page| &page.bytes);
        let bytes = bytes.get(offset..).unwrap_or_default();
        let length = bytes.len().min(buffer.len());
        buffer[..length].copy_from_slice(&bytes[..length]);
        Ok(length)
    }

    fn create(&mut self, page: u32) -> Result<(), Cut> {
        if self.spend(1) == 0 {
            return Err(Cut);
        }
        self.pages.insert(page, Page::default());
        Ok(())
    }

    fn append(&mut self, page: u32, bytes: &[u8]) -> Result<(), Cut> {
        let spent = self.spend(bytes.len());
        let page = self.pages.get_mut(&page).expect("the log creates before it appends");
        page.bytes.extend_from_slice(&bytes[..spent]);
        if spent == bytes.len() { Ok(()) } else { Err(Cut) }
    }

    fn cut(&mut self, page: u32, length: usize) -> Result<(), Cut> {
        if self.spend(1) == 0 {
            return Err(Cut);
        }
        if self.uncuttable {
            return Ok(());
        }
        let page = self.pages.get_mut(&page).expect("the log cuts a page it has read");
        page.bytes.truncate(length);
        page.synced = page.synced.min(length);
        Ok(())
    }

    fn settle(&mut self, page: u32) -> Result<(), Cut> {
        self.sync(page)
    }

    fn sync(&mut self, page: u32) -> Result<(), Cut> {
        if self.spend(1) == 0 {
            return Err(Cut);
        }
        let page = self.pages.get_mut(&page).expect("the log syncs a page it has");
        page.synced = page.bytes.len();
        Ok(())
    }
}

const PAGE_SIZE: usize = 128;

/// Appends and commits frames that carry successive numbers from `first` on; gives the storage and
/// how many numbers were acknowledged.
fn write(memory: Memory, first: u8, count: u8) -> (Memory, u8) {
    let mut scratch = [0; 512];
    let spare = memory.clone();
    let mut log = match Log::recover(memory, PAGE_SIZE, &mut scratch) {
        Ok(log) => log,
        Err(_) => return (spare, 0),
    };
    let mut acknowledged = 0;
    for number in first..first + count {
        let payload = [number; 7];
        let written = log.append(FrameKind::Events, &payload[..1 + usize::from(number % 7)]);
        let committed = if number % 3 == 2 { written.and_then(|_| log.commit()) } else { written };
        match committed {
            Ok(_) if number % 3 == 2 => acknowledged = number + 1 - first,
            Ok(_) => {}
            Err(_) => break,
        }
    }
    (log.into_pages(), acknowledged)
}

fn contents(memory: &Memory) -> (Vec<u8>, Vec<Stamp>) {
    let frames = memory.pages.values().flat_map(|page| Frames::new(&page.bytes));
    frames.map(|frame| (frame.payload[0], frame.stamp)).unzip()
}

fn check(memory: &Memory, acknowledged: u8, written: u8, case: &str) {
    let (numbers, stamps) = contents(memory);
    let expected: Vec<u8> = (0..numbers.len() as u8).collect();
    assert_eq!(numbers, expected, "{case}: in order, each once, none invented");
    assert!(numbers.len() >= usize::from(acknowledged), "{case}: acknowledged is kept");
    assert!(numbers.len() <= usize::from(written), "{case}");
    assert!(stamps.is_sorted_by(|one, next| one < next), "{case}: stamps rise");
}

fn bytes_without_cut() -> usize {
    let budget = 1 << 20;
    let (memory, acknowledged) = write(Memory { budget: Some(budget), ..Memory::default() }, 0, 18);
    assert_eq!(acknowledged, 18);
    budget - memory.budget.unwrap_or(0)
}

#[test]
fn cut_at_every_byte_loses_nothing_acknowledged() {
    for cut in 0..bytes_without_cut() {
        for uncuttable in [false, true] {
            let memory = Memory::losing_power_after(cut, uncuttable);
            let (memory, acknowledged) = write(memory, 0, 18);
            for kept in [0, 1, 5, 11, 24, 30, 1_000] {
                go_on_after(&memory, acknowledged, kept, 0);
                go_on_after(&memory, acknowledged, kept, 0x10);
            }
        }
    }
}

/// The cut, a recovery, more frames.
fn go_on_after(memory: &Memory, acknowledged: u8, kept: usize, torn: u8) {
    let case = std::format!("{acknowledged} acknowledged, {kept} unsynced kept, torn {torn}");
    let memory = memory.clone().after_cut(kept, torn);
    let held = contents(&memory).0.len() as u8;
    check(&memory, acknowledged, 18, &case);
    let (memory, again) = write(memory, held, 9);
    check(&memory, held + again, held + 9, &case);
}

#[test]
fn a_second_cut_during_recovery_loses_nothing_either() {
    for cut in 0..bytes_without_cut() {
        let memory = Memory::losing_power_after(cut, cut % 2 == 0);
        let (memory, acknowledged) = write(memory, 0, 18);
        let memory = memory.after_cut(13, 0x40);
        for second in 0..40 {
            let held = contents(&memory).0.len() as u8;
            let budget = Some(second);
            let (memory, again) = write(Memory { budget, ..memory.clone() }, held, 6);
            let case = std::format!("cuts at {cut} and {second}");
            let acknowledged = if again > 0 { held + again } else { acknowledged };
            let memory = memory.after_cut(9, 0x02);
            check(&memory, acknowledged, held + 6, &case);
        }
    }
}

#[test]
fn a_torn_tail_is_cut_and_told() {
    let (mut memory, _) = write(Memory::default(), 0, 3);
    let page = memory.pages.get_mut(&1).expect("the first page");
    page.bytes.extend_from_slice(b"mW\0\x01 a frame that");
    let log = Log::recover(memory, PAGE_SIZE, &mut [0; 512]).expect("recovers");
    assert_eq!(log.recovery().torn, 17);
    assert_eq!(log.recovery().newest, Stamp { epoch: 1, sequence: 3 });
    assert_eq!(log.watermark(), Stamp { epoch: 2, sequence: 0 });
}

#[test]
fn a_log_of_another_version_is_left_as_it_is() {
    let (mut memory, _) = write(Memory::default(), 0, 3);
    let page = memory.pages.get_mut(&1).expect("the first page");
    // Bytes of version 0: a frame of three bytes, whose checksum is right.
    page.bytes =
        [b"mW\0\x01\x03\0\0\0\x02\0\0\0\x05\0\0\0\0\0\0\0\xde\xd4\xa8\x7f".as_slice(), b"abc"]
            .concat();
    let refused = Log::recover(memory, PAGE_SIZE, &mut [0; 512]).map(|_| ());
    assert_eq!(refused, Err(LogError::Version { found: 0 }));
}

#[test]
fn after_a_failed_sync_nothing_is_acknowledged() {
    let mut log = Log::recover(Memory::default(), PAGE_SIZE, &mut [0; 512]).expect("recovers");
    log.append(FrameKind::Events, b"a").expect("room");
    log.pages().budget = Some(0);
    assert!(log.commit().is_err());
    log.pages().budget = None;
    assert!(log.commit().is_err(), "never tried again on the same pages");
    assert_eq!(log.watermark().sequence, 0);
}
