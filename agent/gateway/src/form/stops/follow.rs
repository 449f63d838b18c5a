//! A log that is followed: what was read of its pages is not read again.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use super::machine::Machine;
use crate::file_log::{page_numbers, pages_since, path_of, way_out};
use millwatt::site::Scale;
use millwatt::time::Instant;
use millwatt::wire::{ClockQuality, Columns, Frame, FrameKind, Frames, Record, WireError, records};

/// A folder's log and how far it was read.
#[derive(Debug)]
pub(super) struct Followed {
    folder: PathBuf,
    /// What is older is left out.
    since: Instant,
    reached: Option<Reached>,
    /// The manifest that the numbers below are from.
    manifest: Vec<u8>,
    /// For each channel number the machine whose state it tells, and the scale of its values.
    channels: Vec<Option<(usize, Scale)>>,
}

/// How far a log was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reached {
    page: u32,
    /// The file's own number: a page that was compacted is another file.
    file: u64,
    end: u64,
}

impl Followed {
    pub(super) fn new(folder: PathBuf, since: Instant) -> Self {
        Self { folder, since, reached: None, manifest: Vec::new(), channels: Vec::new() }
    }

    /// Hands what is new to the machines; `false` when what was read before is not there any more.
    pub(super) fn take(&mut self, machines: &mut [Machine]) -> Result<bool, String> {
        self.take_pages(machines)
            .map_err(|error| format!("{}: {error}; {}", self.folder.display(), way_out(&error)))
    }

    fn take_pages(&mut self, machines: &mut [Machine]) -> io::Result<bool> {
        let pages = match self.reached {
            None => pages_since(&self.folder, self.since)?,
            Some(reached) => {
                let mut pages = page_numbers(&self.folder)?;
                if !pages.contains(&reached.page) {
                    return Ok(false);
                }
                pages.retain(|page| *page >= reached.page);
                pages
            }
        };
        for page in pages {
            if !self.take_page(page, machines)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn take_page(&mut self, page: u32, machines: &mut [Machine]) -> io::Result<bool> {
        let mut file = File::open(path_of(&self.folder, page))?;
        let found = file.metadata()?;
        let known = self.reached.filter(|reached| reached.page == page);
        let from = known.map_or(0, |reached| reached.end);
        if known.is_some_and(|reached| reached.file != found.ino()) || found.len() < from {
            return Ok(false);
        }
        let mut bytes = Vec::new();
        if found.len() > from {
            file.seek(SeekFrom::Start(from))?;
            file.read_to_end(&mut bytes)?;
        }
        let mut frames = Frames::new(&bytes);
        for frame in frames.by_ref() {
            // Of a frame that cannot be read nothing is known, as everywhere.
            let _ = self.take_frame(&frame, machines);
        }
        let end = from + frames.sound_end() as u64;
        self.reached = Some(Reached { page, file: found.ino(), end });
        Ok(true)
    }

    fn take_frame(&mut self, frame: &Frame<'_>, machines: &mut [Machine]) -> Result<(), WireError> {
        match frame.kind {
            FrameKind::Manifest if frame.payload != self.manifest => {
                self.channels.clear();
                for record in records(millwatt::wire::manifest::split(frame.payload).0) {
                    let Record::Channel(channel) = record? else { continue };
                    let machine = machines.iter().position(|one| one.channel() == channel.name);
                    self.channels.push(machine.map(|machine| (machine, channel.scale)));
                }
                self.manifest = frame.payload.to_owned();
                Ok(())
            }
            // What a device read before its clock was set has no time yet.
            FrameKind::Readings if frame.clock.quality != ClockQuality::Unset => {
                self.take_readings(frame.payload, machines)
            }
            _ => Ok(()),
        }
    }

    fn take_readings(&self, payload: &[u8], machines: &mut [Machine]) -> Result<(), WireError> {
        for column in Columns::new(payload)? {
            let column = column?;
            let told = self.channels.get(usize::from(column.channel.0)).copied().flatten();
            let Some((machine, scale)) = told.filter(|_| column.end() >= self.since) else {
                continue;
            };
            if let Some(machine) = machines.get_mut(machine) {
                let samples = column.readings().map(|reading| reading.sample);
                machine.take(samples.filter(|sample| sample.at >= self.since), scale);
            }
        }
        Ok(())
    }
}
