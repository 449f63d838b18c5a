//! Closed pages written anew, denser: frames of a minute become blocks of a day.
//!
//! [A page that is proved to say the same](denser) takes the old file's place in one step of the file system: a power
//! cut leaves the one or the other.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use millwatt::archive::denser;
use millwatt::time::Instant;

use crate::file_log::{page_numbers, path_of};
use crate::retention::{Retention, Retired};
use crate::uplink::{Waiting, cursor};

/// What became of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Its number.
    pub page: u32,
    /// Bytes before.
    pub before: usize,
    /// Bytes now.
    pub after: usize,
}

/// Compacts every page of a folder but the last, which still takes frames.
///
/// # Errors
/// The file system's; pages that were not reached stay as they are.
pub fn compact_closed(folder: &Path) -> io::Result<Vec<Compacted>> {
    let mut numbers = page_numbers(folder)?;
    numbers.pop();
    let pages = numbers.into_iter().map(|page| compact_page(folder, page));
    pages.filter_map(Result::transpose).collect()
}

/// Compacts one page; `None` where it stays as it is.
fn compact_page(folder: &Path, page: u32) -> io::Result<Option<Compacted>> {
    let path = path_of(folder, page);
    let bytes = std::fs::read(&path)?;
    let Some(denser) = denser(&bytes) else { return Ok(None) };
    let new = path.with_extension("new");
    let written = write_durably(&new, &denser).and_then(|()| std::fs::rename(&new, &path));
    if written.is_err() {
        // What could not be written whole is of no use; the page itself is untouched.
        let _ = std::fs::remove_file(&new);
    }
    written?;
    File::open(folder)?.sync_all()?;
    Ok(Some(Compacted { page, before: bytes.len(), after: denser.len() }))
}

fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Compacts closed pages and deletes those that need not be kept, on a thread of its own, so that no poll waits
/// for it.
#[derive(Debug)]
pub struct Compactor {
    folder: PathBuf,
    retention: Retention,
    waits_for: Vec<Waiting>,
    retired: Vec<Retired>,
    thread: Option<JoinHandle<Vec<Retired>>>,
}

impl Compactor {
    /// Of a data folder that this program alone writes to.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let (folder, retention) = (folder.to_owned(), Retention::default());
        Self { folder, retention, waits_for: Vec::new(), retired: Vec::new(), thread: None }
    }

    /// How long pages are kept, and for whose receipts, from the next look on.
    pub fn set_retention(&mut self, retention: Retention, waits_for: Vec<Waiting>) {
        (self.retention, self.waits_for) = (retention, waits_for);
    }

    /// Looks at the closed pages at an instant. While it is still at work nothing new begins; what is missed comes
    /// with the next page.
    pub fn start(&mut self, now: Instant) {
        if self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        self.end();
        let (folder, retention) = (self.folder.clone(), self.retention);
        let waits_for = self.waits_for.clone();
        self.thread = Some(std::thread::spawn(move || {
            // A page that cannot be written or deleted now waits for another day: the log is whole as it is.
            let _ = compact_closed(&folder);
            let receipted = cursor::common(&folder, &waits_for);
            retention.apply(&folder, now, receipted).unwrap_or_default()
        }));
    }

    fn end(&mut self) {
        if let Some(thread) = self.thread.take() {
            // A panic in it must not end the writer.
            self.retired.extend(thread.join().unwrap_or_default());
        }
    }

    /// The pages that were deleted since this was last asked, as far as the work has ended.
    pub fn retired(&mut self) -> Vec<Retired> {
        if self.thread.as_ref().is_some_and(JoinHandle::is_finished) {
            self.end();
        }
        std::mem::take(&mut self.retired)
    }
}

impl Drop for Compactor {
    fn drop(&mut self) {
        self.end();
    }
}
