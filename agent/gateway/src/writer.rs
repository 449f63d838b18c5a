//! The one place that writes readings: blocks into the log, and patience with a sick disk.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use crate::compact::Compactor;
use crate::file_log::{DataError, DataFolder};
use crate::retention::{Retention, Retired};
use crate::run::{NEVER_SET, Now, wall_clock};
use crate::store::manifest_over;
use crate::trust::{DeviceKey, Ledger, ledger};
use crate::uplink::{Waiting, cursor};
use millwatt::archive::block;
use millwatt::reading::Reading;
use millwatt::wire::bytes::Writer as Bytes;
use millwatt::wire::frame::HEAD;
use millwatt::wire::{Anchor, ClockQuality, FrameKind, Stamp};
use millwatt_agent::log::LogError;

/// Most readings kept in memory while the disk refuses: the oldest are dropped beyond, and counted.
pub const MOST_WAITING: usize = 1_000_000;

/// Most readings in one block. One takes 28 bytes at most, in a column of its own, so that any block is shorter than
/// 560 kB and fits a page beside what every page begins with, however long the disk had refused.
pub const MOST_OF_A_BLOCK: usize = 20_000;

/// Writes frames under a manifest, and signs them.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    data: DataFolder,
    ledger: Ledger,
    manifest: Vec<u8>,
    stated: bool,
    failed: bool,
    waiting: Vec<Reading>,
    /// Manifests to come, each with how many of the waiting readings stand before it.
    next: VecDeque<(usize, Vec<u8>)>,
    dropped: u64,
    compactor: Compactor,
    now: Option<Now>,
    /// What the last anchor of this epoch said.
    anchored: Option<Anchor>,
}

/// Milliseconds by which wall time and ticks may drift apart before an anchor says so.
const MOST_APART: i64 = 2_000;

/// A failed write, as a person should read it.
#[derive(Debug)]
pub struct WriteError(pub String);

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WriteError {}

impl Writer {
    /// Opens a data folder; the manifest is written before the first readings. The device's key is made
    /// where there is none.
    ///
    /// # Errors
    /// See [`DataError`].
    pub fn open(folder: &Path, manifest: Vec<u8>) -> Result<Self, DataError> {
        let mut data = DataFolder::open(folder)?;
        // A receiver may have more than a data folder that was put back: its stamps are not given twice.
        data.log.begin_above(cursor::newest(folder));
        let ledger = Ledger::recover(folder)?;
        let (waiting, folder) = (Vec::new(), folder.to_owned());
        let mut compactor = Compactor::new(&folder);
        compactor.start(ledger.sealed_to().min(wall_clock()));
        Ok(Self {
            folder,
            data,
            ledger,
            manifest,
            stated: false,
            failed: false,
            waiting,
            next: VecDeque::new(),
            dropped: 0,
            compactor,
            now: None,
            anchored: None,
        })
    }

    /// How long the log is kept from now on, and for whose receipts; for ever unless this is said.
    pub fn set_retention(&mut self, retention: Retention, waits_for: Vec<Waiting>) {
        self.compactor.set_retention(retention, waits_for);
        self.compactor.start(self.ledger.sealed_to().min(wall_clock()));
    }

    /// The pages that were deleted since this was last asked.
    pub fn retired(&mut self) -> Vec<Retired> {
        self.compactor.retired()
    }

    /// The key and the tree.
    #[must_use]
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What recovery found.
    #[must_use]
    pub fn recovery(&self) -> millwatt_agent::log::Recovery {
        *self.data.log.recovery()
    }

    /// Everything at or below this is durable.
    #[must_use]
    pub fn watermark(&self) -> Stamp {
        self.data.log.watermark()
    }

    /// Readings dropped because the disk refused for too long.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Takes readings to be written with the next [`commit`](Self::commit).
    pub fn push(&mut self, readings: impl IntoIterator<Item = Reading>) {
        self.waiting.extend(readings);
        if let Some(excess) = self.waiting.len().checked_sub(MOST_WAITING).filter(|n| *n > 0) {
            self.drain(excess);
            self.dropped += excess as u64;
        }
    }

    /// Takes the first readings out of those that wait.
    fn drain(&mut self, count: usize) {
        self.waiting.drain(..count);
        self.next.iter_mut().for_each(|(before, _)| *before = before.saturating_sub(count));
    }

    /// What is pushed from now on is written under a site's new description, what waits already under the one before,
    /// however long the disk refuses. Channels that only the one before has are kept, as at a start.
    pub fn restate(&mut self, site: &[u8]) {
        let held = self.next.back().map_or(&self.manifest, |(_, manifest)| manifest);
        // One that was compiled can be read, and so can one that was written.
        let manifest = manifest_over(held, site).unwrap_or_else(|_| site.to_owned());
        if manifest != *held {
            self.next.push_back((self.waiting.len(), manifest));
        }
    }

    /// How many readings wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// What the device knows of the time, for what is written from now on. Nobody says so for imported history.
    pub fn set_clock(&mut self, now: Now) {
        self.now = Some(now);
    }

    /// Writes what waits in blocks, those from before the clock was set first, and makes each durable.
    ///
    /// After a failure the readings that are not durable go on waiting and the log is opened afresh at the next call.
    ///
    /// # Errors
    /// What failed and what to do.
    pub fn commit(&mut self) -> Result<Stamp, WriteError> {
        while let Some((before, _)) = self.next.front() {
            self.write_first(*before)?;
            if let Some((_, manifest)) = self.next.pop_front() {
                (self.manifest, self.stated) = (manifest, false);
            }
        }
        self.write_first(self.waiting.len())?;
        if self.failed || !self.stated {
            return self.write(FrameKind::Readings, &packed(&[])?);
        }
        Ok(self.watermark())
    }

    /// Writes the first of what waits.
    fn write_first(&mut self, mut left: usize) -> Result<(), WriteError> {
        self.waiting[..left].sort_by_key(|reading| !is_unset(reading));
        while let Some(first) = self.waiting[..left].first() {
            let unset = is_unset(first);
            let next = self.waiting[..left].iter().take(MOST_OF_A_BLOCK);
            let count = next.take_while(|reading| is_unset(reading) == unset).count();
            let payload = packed(&self.waiting[..count])?;
            self.write_taken(unset, &payload)?;
            self.drain(count);
            left -= count;
        }
        Ok(())
    }

    /// Writes a block under the clock as it was when the readings were taken. Imported history has none: it has a
    /// date of its own, however old.
    fn write_taken(&mut self, unset: bool, block: &[u8]) -> Result<Stamp, WriteError> {
        let now = self.now;
        if let Some(now) = &mut self.now {
            now.clock.quality = match now.clock.quality {
                _ if unset => ClockQuality::Unset,
                ClockQuality::Unset => ClockQuality::NotStated,
                quality => quality,
            };
        }
        let written = self.write(FrameKind::Readings, block);
        self.now = now;
        written
    }

    /// Writes events and makes them durable.
    ///
    /// # Errors
    /// What failed and what to do.
    pub fn events(&mut self, payload: &[u8]) -> Result<Stamp, WriteError> {
        self.write(FrameKind::Events, payload)
    }

    fn write(&mut self, kind: FrameKind, payload: &[u8]) -> Result<Stamp, WriteError> {
        self.try_write(kind, payload).map_err(|error| self.sentence(&error))
    }

    fn sentence(&self, error: &Fault) -> WriteError {
        WriteError(match error {
            LogError::Storage(io) => {
                let io = std::io::Error::new(io.kind(), io.to_string());
                DataError::Io(self.folder.clone(), io).to_string()
            }
            other => other.to_string(),
        })
    }

    fn try_write(&mut self, kind: FrameKind, payload: &[u8]) -> Result<Stamp, Fault> {
        let written = self.open_if_failed().and_then(|()| {
            self.make_room(payload.len())?;
            self.state_clock()?;
            append(&mut self.data, kind, payload)
        });
        match written {
            Ok(_) => self.ledger.take(kind, payload),
            Err(_) => self.failed = true,
        }
        written
    }

    fn open_if_failed(&mut self) -> Result<(), Fault> {
        if !self.failed {
            return Ok(());
        }
        let folder = self.folder.clone();
        let reopened = self.data.reopen(&folder).and_then(|()| Ok(Ledger::recover(&folder)?));
        self.data.log.begin_above(cursor::newest(&folder));
        self.ledger = reopened.map_err(|error| {
            LogError::Storage(match error {
                DataError::Io(_, io) => io,
                other => std::io::Error::other(other.to_string()),
            })
        })?;
        (self.failed, self.stated) = (false, false);
        // The anchor may be among what was taken back, and the epoch the same again.
        self.anchored = None;
        Ok(())
    }

    /// The device's key, the last checkpoint and the manifest stand at the start of every page and after every
    /// start; a page ends with a checkpoint over all that stands in it.
    fn make_room(&mut self, next: usize) -> Result<(), Fault> {
        if !self.stated && self.ledger.must_seal_before(&self.manifest) {
            let seal = self.ledger.seal_all();
            self.keep(seal)?;
        }
        let head: usize = self.ledger.head().iter().map(|(_, payload)| payload.len() + HEAD).sum();
        let head = if self.stated { 0 } else { head + HEAD + self.manifest.len() };
        if !self.data.log.fits(head + next + ledger::ROOM) && !self.data.log.is_page_empty() {
            let seal = self.ledger.seal_all();
            self.keep(seal)?;
            self.data.log.turn()?;
            self.compactor.start(self.ledger.sealed_to().min(wall_clock()));
            self.stated = false;
        }
        if !self.stated {
            for (kind, payload) in self.ledger.head() {
                append(&mut self.data, kind, payload)?;
            }
            append(&mut self.data, FrameKind::Manifest, &self.manifest)?;
            self.ledger.take(FrameKind::Manifest, &self.manifest);
            self.stated = true;
        }
        Ok(())
    }

    /// Gives the frames that follow the clock, after an anchor where one is due: at the start of an epoch, and
    /// when wall time and ticks have moved apart.
    fn state_clock(&mut self) -> Result<(), Fault> {
        let Some(Now { at, mut clock }) = self.now else { return Ok(()) };
        if clock.quality == ClockQuality::Set && at < self.ledger.sealed_to() {
            clock.quality = ClockQuality::Behind;
        }
        self.data.log.set_clock(clock);
        let anchor = Anchor { epoch: self.data.log.watermark().epoch, clock, wall: at };
        let is_known = self.anchored.is_some_and(|known| {
            let apart = (known.begin() - anchor.begin()).milliseconds().abs();
            known.epoch == anchor.epoch
                && known.clock.quality == clock.quality
                && apart < MOST_APART
        });
        if clock.quality <= ClockQuality::Unset || is_known {
            return Ok(());
        }
        let mut payload = [0; 32];
        let mut out = Bytes::new(&mut payload);
        anchor.emit(&mut out).map_err(|_| LogError::TooLarge)?;
        append(&mut self.data, FrameKind::Anchor, out.written())?;
        self.anchored = Some(anchor);
        Ok(())
    }

    /// Makes a checkpoint durable in the log, then publishes it.
    fn keep(&mut self, seal: Option<Vec<u8>>) -> Result<(), Fault> {
        let Some(seal) = seal else { return Ok(()) };
        append(&mut self.data, FrameKind::Checkpoint, &seal)?;
        self.ledger.publish().map_err(LogError::Storage)
    }

    /// Signs the spans that have ended.
    ///
    /// # Errors
    /// What failed and what to do.
    pub fn seal_due(&mut self) -> Result<(), WriteError> {
        let seal = if self.failed { None } else { self.ledger.seal_due() };
        self.kept(seal)
    }

    /// Signs all that is written; call it at the end.
    ///
    /// # Errors
    /// What failed and what to do.
    pub fn seal_all(&mut self) -> Result<(), WriteError> {
        let seal = if self.failed { None } else { self.ledger.seal_all() };
        self.kept(seal)
    }

    /// Replaces the device's key: the log takes in the new one's note, signed by the old, before the old one is
    /// given up.
    ///
    /// # Errors
    /// What failed and what to do.
    pub fn rotate_key(&mut self) -> Result<(), DataError> {
        let next = self.ledger.key().successor()?;
        next.save_as_next(&self.folder)?;
        self.write(FrameKind::Device, next.note())
            .map_err(|error| DataError::Io(self.folder.clone(), std::io::Error::other(error.0)))?;
        next.save(&self.folder)?;
        DeviceKey::forget_next(&self.folder);
        self.ledger.change_key(next);
        Ok(())
    }

    fn kept(&mut self, seal: Option<Vec<u8>>) -> Result<(), WriteError> {
        let kept = self.keep(seal);
        self.failed |= kept.is_err();
        kept.map_err(|error| self.sentence(&error))
    }
}

type Fault = LogError<std::io::Error>;

/// Appends a frame and makes it durable before another follows: of two that wait together a power cut may leave the
/// second alone, and what is torn would not be the log's end.
fn append(data: &mut DataFolder, kind: FrameKind, payload: &[u8]) -> Result<Stamp, Fault> {
    data.log.append(kind, payload)?;
    data.log.commit()
}

fn packed(readings: &[Reading]) -> Result<Vec<u8>, WriteError> {
    block(readings).map_err(|error| WriteError(error.to_string()))
}

/// Whether a reading was taken before the clock was set.
fn is_unset(reading: &Reading) -> bool {
    reading.sample.at < NEVER_SET
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file_log::{page_numbers, path_of};
    use millwatt::Series as _;
    use millwatt::reading::Quality;
    use millwatt::reading::{ChannelId, Sample};
    use millwatt::time::Span;
    use millwatt::wire::Frames;

    /// Readings that no model foretells, ten bytes each: five full blocks fill a page.
    fn readings(count: i64) -> impl Iterator<Item = Reading> {
        (0..count).map(|minute| {
            let at = NEVER_SET + Span::from_minutes(minute);
            let value = minute.wrapping_mul(-7_046_029_254_386_353_131);
            Reading { channel: ChannelId(0), sample: Sample { at, value, quality: Quality::Good } }
        })
    }

    /// The readings that a folder's frames hold, each as often as it stands there.
    fn kept(folder: &Path) -> Vec<Reading> {
        let mut kept = Vec::new();
        for page in page_numbers(folder).expect("a folder") {
            let bytes = std::fs::read(path_of(folder, page)).expect("a page");
            for frame in Frames::new(&bytes).filter(|frame| frame.kind == FrameKind::Readings) {
                let columns = millwatt::wire::Columns::new(frame.payload).expect("a block");
                kept.extend(columns.flat_map(|column| column.expect("sound").readings()));
            }
        }
        kept.sort_by_key(|reading| reading.sample.at);
        kept
    }

    #[test]
    fn the_oldest_readings_go_first_and_are_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(folder.path(), Vec::new()).expect("opens");
        writer.push(readings(MOST_WAITING as i64));
        assert_eq!(writer.dropped(), 0);
        writer.push(readings(7).map(|reading| Reading { channel: ChannelId(1), ..reading }));
        assert_eq!((writer.waiting(), writer.dropped()), (MOST_WAITING, 7));
        assert_eq!(writer.waiting.first().copied(), readings(8).last());
    }

    #[test]
    fn a_failure_between_blocks_neither_loses_nor_doubles() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(folder.path(), Vec::new()).expect("opens");
        // A new one has no thread that could take page 1 for closed.
        writer.compactor = Compactor::new(folder.path());
        let in_the_way = path_of(folder.path(), 2);
        std::fs::create_dir(&in_the_way).expect("made");
        writer.push(readings(200_000));
        writer.commit().expect_err("page 2 cannot be made");
        let left = writer.waiting();
        assert!(left > 0 && left < 200_000 && left.is_multiple_of(MOST_OF_A_BLOCK), "{left} wait");
        std::fs::remove_dir(&in_the_way).expect("taken away");
        writer.commit().expect("goes on");
        assert_eq!(writer.waiting(), 0);
        drop(writer);
        assert!(kept(folder.path()).into_iter().eq(readings(200_000)));
    }

    #[test]
    fn a_log_that_failed_is_opened_afresh_though_nothing_waits() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(folder.path(), Vec::new()).expect("opens");
        let before = writer.commit().expect("kept");
        writer.failed = true;
        let after = writer.commit().expect("kept");
        assert!(after.epoch > before.epoch, "{before:?}, {after:?}");
    }

    fn described(text: &str) -> Vec<u8> {
        let head = "[site]\nname = \"Writer\"\nzone = \"Asia/Bangkok\"\ncurrency = \"THB\"\n";
        let rows: String = text
            .split(' ')
            .map(|id| format!("[[asset]]\nid = \"{id}\"\nname = \"{id}\"\n[[meter]]\nasset = \"{id}\"\naddress = \"127.0.0.1:502\"\nunit = {}\nprofile = \"eastron-sdm630\"\n", id.len()))
            .collect();
        let site = crate::site_file::parse("site.toml", &format!("{head}{rows}"));
        site.unwrap_or_else(|error| panic!("{error}")).manifest
    }

    #[test]
    fn what_waits_is_written_under_the_description_that_it_was_read_by() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = Writer::open(folder.path(), described("mill")).expect("opens");
        writer.push(readings(3));
        writer.restate(&described("saw mill"));
        writer.restate(&described("saw mill"));
        writer.push(readings(5));
        assert_eq!((writer.waiting(), writer.next.len()), (8, 1), "the same again is no news");
        writer.commit().expect("kept");
        let page = std::fs::read(path_of(folder.path(), 1)).expect("a page");
        let told: Vec<_> = Frames::new(&page)
            .filter_map(|frame| match frame.kind {
                FrameKind::Manifest => Some(String::from_utf8_lossy(frame.payload).contains("saw")),
                _ => None,
            })
            .collect();
        assert_eq!(told, [false, true], "each once");
        let archive = crate::file_log::read_archive(folder.path()).expect("a log");
        let parts = archive.parts().expect("a manifest");
        let whole = archive.span().expect("readings");
        let first_of = |asset: &str| {
            let mut numbered = (0..).map(ChannelId).zip(parts.channels_with_assets());
            let first = numbered.find(|(_, (_, of))| *of == asset);
            archive.samples(first.expect("it has channels").0, whole).count()
        };
        assert_eq!((first_of("mill"), first_of("saw")), (3, 5), "both were channel 0");
    }
}
