//! A node's log on the disk: its frames as they came.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::file_log::{
    DataError, FilePages, PAGE_SIZE, make_folder, page_numbers, path_of, way_out, whole_start,
};
use millwatt::wire::{Frame, Frames, Stamp};
use millwatt_agent::log::Pages as _;

/// What the node's key is kept as, in hexadecimal digits.
const KEY: &str = "node.key";
/// What its program said when it failed.
const FAILURES: &str = "failures.txt";

/// The log of one node; made by [`NodeLog::open`].
#[derive(Debug)]
pub struct NodeLog {
    folder: PathBuf,
    pages: FilePages,
    page: u32,
    filled: usize,
    newest: Stamp,
    _lock: File,
}

impl NodeLog {
    /// Opens a node's folder, making it if need be. The torn end of its last page is cut off: no receipt went out for it.
    ///
    /// # Errors
    /// See [`DataError`].
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let failed = |error| DataError::Io(folder.to_owned(), error);
        make_folder(folder).map_err(failed)?;
        let lock = File::create(folder.join("lock")).map_err(failed)?;
        if lock.try_lock().is_err() {
            return Err(DataError::Busy(folder.to_owned()));
        }
        let mut log = Self {
            folder: folder.to_owned(),
            pages: FilePages::new(folder),
            page: 0,
            filled: 0,
            newest: Stamp::default(),
            _lock: lock,
        };
        log.recover().map_err(failed)?;
        Ok(log)
    }

    fn recover(&mut self) -> std::io::Result<()> {
        let pages = page_numbers(&self.folder)?;
        for page in &pages {
            let bytes = std::fs::read(path_of(&self.folder, *page))?;
            let (end, newest) = match pages.last() == Some(page) {
                true => whole_start(&bytes),
                false => (bytes.len(), Frames::new(&bytes).map(|frame| frame.stamp).max()),
            };
            self.newest = self.newest.max(newest.unwrap_or_default());
            (self.page, self.filled) = (*page, end);
        }
        if self.page > 0 {
            // What was found may be in the system's memory alone; a receipt for it says that it is on the disk.
            self.pages.cut(self.page, self.filled)?;
            self.pages.settle(self.page)?;
        }
        Ok(())
    }

    /// The newest frame.
    #[must_use]
    pub const fn newest(&self) -> Stamp {
        self.newest
    }

    /// Writes frames down; all are on the disk when this returns, or none is.
    ///
    /// # Errors
    /// A sentence: what failed and what to do.
    pub fn keep(&mut self, frames: &[Vec<u8>]) -> Result<(), String> {
        let (page, filled) = (self.page, self.filled);
        let Err(error) = self.append(frames) else {
            let stamps = frames.iter().filter_map(|bytes| Frame::parse(bytes).ok());
            self.newest =
                stamps.map(|frame| frame.stamp).max().unwrap_or_default().max(self.newest);
            return Ok(());
        };
        // Where not even that goes, the next start finds what is there and makes it durable first.
        let pages = page_numbers(&self.folder).unwrap_or_default();
        for page in pages.into_iter().filter(|known| *known > page) {
            let _ = std::fs::remove_file(path_of(&self.folder, page));
        }
        (self.page, self.filled) = (page, filled);
        self.pages = FilePages::new(&self.folder);
        if page > 0 {
            let _ = self.pages.cut(page, filled).and_then(|()| self.pages.sync(page));
        }
        let folder = self.folder.display();
        Err(format!("{folder}: {error}; {}; the node keeps its frames", way_out(&error)))
    }

    fn append(&mut self, frames: &[Vec<u8>]) -> std::io::Result<()> {
        for bytes in frames {
            if self.page == 0 || self.filled + bytes.len() > PAGE_SIZE {
                if self.page > 0 {
                    self.pages.sync(self.page)?;
                }
                self.pages.create(self.page + 1)?;
                (self.page, self.filled) = (self.page + 1, 0);
            }
            self.pages.append(self.page, bytes)?;
            self.filled += bytes.len();
        }
        if frames.is_empty() { Ok(()) } else { self.pages.sync(self.page) }
    }

    /// Tells every frame above a stamp, oldest first.
    ///
    /// # Errors
    /// The file system's.
    pub fn above(&self, after: Stamp, mut each: impl FnMut(&Frame<'_>)) -> std::io::Result<()> {
        let mut pages = Vec::new();
        for page in page_numbers(&self.folder)?.into_iter().rev() {
            let bytes = std::fs::read(path_of(&self.folder, page))?;
            let is_first = Frames::new(&bytes).next().is_some_and(|frame| frame.stamp <= after);
            pages.push(bytes);
            if is_first {
                break;
            }
        }
        for bytes in pages.iter().rev() {
            Frames::new(bytes).filter(|frame| frame.stamp > after).for_each(|frame| each(&frame));
        }
        Ok(())
    }

    /// The key that was seen first; `None` for a node that was never seen.
    #[must_use]
    pub fn key(&self) -> Option<[u8; 32]> {
        let text = std::fs::read_to_string(self.folder.join(KEY)).ok()?;
        let digits = text.trim();
        let mut key = [0; 32];
        for (place, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(digits.get(place * 2..place * 2 + 2)?, 16).ok()?;
        }
        Some(key)
    }

    /// Keeps the key for good.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep_key(&self, key: &[u8; 32]) -> std::io::Result<()> {
        let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = self.folder.join(KEY);
        crate::trust::key::replace(&path, format!("{digits}\n").as_bytes(), 0o644)
    }

    /// Writes down what the node's program said when it failed.
    ///
    /// # Errors
    /// The file system's.
    pub fn keep_failure(&self, at: &str, text: &str) -> std::io::Result<()> {
        use std::io::Write as _;
        let path = self.folder.join(FAILURES);
        let mut file = File::options().create(true).append(true).open(path)?;
        writeln!(file, "{at} {}", text.replace('\n', " "))?;
        file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::wire::{Clock, FrameKind};

    fn frame(sequence: u64, length: usize) -> Vec<u8> {
        let payload = vec![7; length];
        let (stamp, clock) = (Stamp { epoch: 1, sequence }, Clock::default());
        let frame = Frame { stamp, clock, kind: FrameKind::Events, payload: &payload };
        [&frame.head()[..], &payload].concat()
    }

    fn stamps(log: &NodeLog, after: u64) -> Vec<u64> {
        let mut found = Vec::new();
        let told = log.above(Stamp { epoch: 1, sequence: after }, |frame| {
            found.push(frame.stamp.sequence);
        });
        told.expect("read");
        found
    }

    #[test]
    fn frames_are_there_after_a_start_and_a_torn_end_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = NodeLog::open(folder.path()).expect("opens");
        log.keep(&[frame(1, 10), frame(2, 600_000), frame(5, 600_000)]).expect("kept");
        log.keep(&[frame(6, 3)]).expect("kept");
        assert_eq!(stamps(&log, 0), [1, 2, 5, 6]);
        assert_eq!(stamps(&log, 5), [6]);
        assert!(NodeLog::open(folder.path()).is_err(), "one at a time");
        drop(log);
        let page = path_of(folder.path(), 2);
        let whole = std::fs::read(&page).expect("the second page");
        std::fs::write(&page, &whole[..whole.len() - 1]).expect("torn");
        let mut log = NodeLog::open(folder.path()).expect("opens");
        assert_eq!((log.newest().sequence, stamps(&log, 0)), (5, vec![1, 2, 5]));
        log.keep(&[frame(6, 3)]).expect("kept");
        assert_eq!(std::fs::read(&page).expect("a page"), whole);
    }

    #[test]
    fn a_later_frame_of_what_was_torn_is_not_believed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut log = NodeLog::open(folder.path()).expect("opens");
        log.keep(&[frame(1, 700), frame(2, 700), frame(3, 700)]).expect("kept");
        drop(log);
        let page = path_of(folder.path(), 1);
        let whole = std::fs::read(&page).expect("the page");
        let mut torn = whole.clone();
        torn[1_024..1_536].fill(0);
        std::fs::write(&page, torn).expect("torn");
        let mut log = NodeLog::open(folder.path()).expect("opens");
        assert_eq!((log.newest().sequence, stamps(&log, 0)), (1, vec![1]));
        log.keep(&[frame(2, 700), frame(3, 700)]).expect("kept");
        assert_eq!(std::fs::read(&page).expect("a page"), whole);
    }

    #[test]
    fn the_first_key_is_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let log = NodeLog::open(folder.path()).expect("opens");
        assert_eq!(log.key(), None);
        let key = core::array::from_fn(|place| place as u8 * 7);
        log.keep_key(&key).expect("kept");
        assert_eq!(log.key(), Some(key));
    }
}
