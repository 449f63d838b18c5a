//! Files on a disk that may lose what was not synced, in any order, and fail at any call.
//!
//! What a system call wrote is seen at once by who reads it; what of it survives the power is decided by
//! [`SimFiles::after_crash`]: unsynced sectors each by themselves, a file's length apart from its content, a
//! new file's name only if its folder was synced. A failed sync drops what it should have written, as Linux does:
//! it can still be read, and the next sync says nothing of it.

extern crate std;

use std::collections::BTreeMap;
use std::ops::Range;
use std::vec::Vec;

use super::Random;
use crate::log::Pages;

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// What a call may fail with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The power went; nothing works any more.
    Power,
    /// The medium failed (EIO).
    Medium,
    /// No space is left (ENOSPC).
    Full,
    /// The file system became read-only (EROFS).
    ReadOnly,
}

/// When calls fail: those with these numbers, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// With what.
    pub fault: Fault,
    /// Which calls.
    pub calls: Range<u64>,
}

#[derive(Debug, Default, Clone)]
struct File {
    seen: Vec<u8>,
    durable: Vec<u8>,
    /// Whether its name survives a crash.
    is_named: bool,
    /// Parts that no sync will write any more.
    dropped: Vec<Range<usize>>,
}

impl File {
    fn sync(&mut self) {
        self.durable.clone_from(&self.seen);
        for dropped in &self.dropped {
            let end = dropped.end.min(self.durable.len());
            self.durable[dropped.start.min(end)..end].fill(0);
        }
    }

    fn drop_unsynced(&mut self) {
        let from = self.durable.len().min(self.seen.len());
        self.dropped.push(from..self.seen.len());
    }

    /// One of the states that a crash may leave.
    fn after_crash(mut self, random: &mut Random) -> Self {
        let written = {
            let mut cache = self.clone();
            cache.sync();
            cache.durable
        };
        let (short, long) =
            (self.durable.len().min(written.len()), self.durable.len().max(written.len()));
        let length = match random.below(4) {
            0 => self.durable.len(),
            1 => written.len(),
            _ => short + random.below((long - short + 1) as u64) as usize,
        };
        let mut left = Vec::with_capacity(length);
        for start in (0..length).step_by(SECTOR) {
            let end = (start + SECTOR).min(length);
            let kept = if random.one_in(2) { &written } else { &self.durable };
            left.extend((start..end).map(|place| kept.get(place).copied().unwrap_or(0)));
        }
        // What was synced stays whatever becomes of later writes to the same sector.
        let sound = short.min(length);
        left[..sound].copy_from_slice(&self.durable[..sound]);
        self.dropped.clear();
        Self { seen: left.clone(), durable: left, ..self }
    }
}

/// A folder of page files; see the [module](self).
#[derive(Debug, Default, Clone)]
pub struct SimFiles {
    files: BTreeMap<u32, File>,
    calls: u64,
    trouble: Option<Trouble>,
}

impl SimFiles {
    /// An empty folder.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From now on calls fail as told; they are counted on.
    pub fn set_trouble(&mut self, trouble: Option<Trouble>) {
        self.trouble = trouble;
    }

    /// System calls so far.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.calls
    }

    /// One of the states that a crash may leave.
    #[must_use]
    pub fn after_crash(&self, random: &mut Random) -> Self {
        let survives = |random: &mut Random, file: &File| file.is_named || random.one_in(2);
        let mut files = BTreeMap::new();
        for (page, file) in &self.files {
            if survives(random, file) {
                let file = File { is_named: true, ..file.clone() };
                files.insert(*page, file.after_crash(random));
            }
        }
        Self { files, calls: self.calls, trouble: None }
    }

    /// The bytes of all pages, as who reads them sees them.
    pub fn pages(&self) -> impl Iterator<Item = &[u8]> {
        self.files.values().map(|file| &file.seen[..])
    }

    fn call(&mut self) -> Result<(), Fault> {
        let number = self.calls;
        self.calls += 1;
        let fault = self.trouble.as_ref().filter(|trouble| trouble.calls.contains(&number));
        fault.map_or(Ok(()), |trouble| Err(trouble.fault))
    }

    /// A call that only reads: a full or read-only disk lets it pass.
    fn reading(&mut self) -> Result<(), Fault> {
        match self.call() {
            Err(Fault::Full | Fault::ReadOnly) => Ok(()),
            other => other,
        }
    }

    fn file(&mut self, page: u32) -> &mut File {
        self.files.entry(page).or_default()
    }
}

impl Pages for SimFiles {
    type Error = Fault;

    fn range(&mut self) -> Result<Option<(u32, u32)>, Fault> {
        self.reading()?;
        let numbers = self.files.keys();
        Ok(numbers.clone().next().copied().zip(numbers.last().copied()))
    }

    fn length(&mut self, page: u32) -> Result<usize, Fault> {
        self.reading()?;
        Ok(self.files.get(&page).map_or(0, |file| file.seen.len()))
    }

    fn read(&mut self, page: u32, offset: usize, buffer: &mut [u8]) -> Result<usize, Fault> {
        self.reading()?;
        let rest = self.files.get(&page).and_then(|file| file.seen.get(offset..));
        let rest = rest.unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn create(&mut self, page: u32) -> Result<(), Fault> {
        self.call()?;
        self.file(page);
        self.call()?;
        self.file(page).is_named = true;
        Ok(())
    }

    fn append(&mut self, page: u32, bytes: &[u8]) -> Result<(), Fault> {
        let called = self.call();
        let written = match called {
            Err(Fault::Full | Fault::Power) => &bytes[..bytes.len() / 2],
            Err(_) => &[],
            Ok(()) => bytes,
        };
        self.file(page).seen.extend_from_slice(written);
        called
    }

    fn cut(&mut self, page: u32, length: usize) -> Result<(), Fault> {
        self.call()?;
        let file = self.file(page);
        file.seen.truncate(length);
        file.dropped.iter_mut().for_each(|dropped| dropped.end = dropped.end.min(length));
        file.dropped.retain(|dropped| !dropped.is_empty());
        Ok(())
    }

    fn settle(&mut self, page: u32) -> Result<(), Fault> {
        self.sync(page)?;
        self.call()?;
        self.file(page).is_named = true;
        Ok(())
    }

    fn sync(&mut self, page: u32) -> Result<(), Fault> {
        match self.call() {
            Ok(()) => {
                self.file(page).sync();
                Ok(())
            }
            Err(Fault::Power) => Err(Fault::Power),
            Err(fault) => {
                self.file(page).drop_unsynced();
                Err(fault)
            }
        }
    }
}
