//! Closed pages written anew, denser: frames of a minute become blocks of a day.
//!
//! A page is read, packed, read again and compared; only then does the new file take the old one's place, in
//! one step of the file system. A power cut leaves the one or the other. A page that is damaged, or was written
//! under two manifests, stays as it is.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use millwatt::archive::Archive;
use millwatt::wire::{FrameKind, Frames, Stamp};

use crate::file_log::{page_numbers, path_of};

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

/// The page's content in fewer bytes, proved to be the same; `None` where there is nothing to gain, or
/// something that must stay as it is.
fn denser(bytes: &[u8]) -> Option<Vec<u8>> {
    let (first, last, frames) = stamps_of_a_sound_page(bytes)?;
    let archive = Archive::load(bytes).ok()?;
    let denser = archive.compact(first, last, frames);
    let again = Archive::load(&denser).ok()?;
    (denser.len() < bytes.len() && again.holds_the_same(&archive)).then_some(denser)
}

/// The first and the last stamp and how many frames; `None` for a page that is damaged, compacted already,
/// or has two manifests.
fn stamps_of_a_sound_page(bytes: &[u8]) -> Option<(Stamp, Stamp, u64)> {
    let mut frames = Frames::new(bytes);
    let (mut count, mut stamps, mut manifest) = (0, None, None);
    for frame in frames.by_ref() {
        let (first, last) = stamps.unwrap_or((frame.stamp, frame.stamp));
        stamps = Some((first, last.max(frame.stamp)));
        count += 1;
        match frame.kind {
            FrameKind::Compacted => return None,
            FrameKind::Manifest if manifest.is_some_and(|known| known != frame.payload) => {
                return None;
            }
            FrameKind::Manifest => manifest = Some(frame.payload),
            _ => {}
        }
    }
    let is_sound = frames.damaged() == 0 && frames.foreign().is_none() && manifest.is_some();
    let (first, last) = stamps.filter(|_| is_sound)?;
    Some((first, last, count))
}

/// Compacts closed pages on a thread of its own, so that no poll waits for it.
#[derive(Debug)]
pub struct Compactor {
    folder: PathBuf,
    thread: Option<JoinHandle<()>>,
}

impl Compactor {
    /// Of a data folder that this program alone writes to.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), thread: None }
    }

    /// Looks at the closed pages now. While it is still at work nothing new begins; what is missed comes with
    /// the next page.
    pub fn start(&mut self) {
        if self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) {
            return;
        }
        let folder = self.folder.clone();
        // A page that cannot be written now is denser another day: the log is whole without it.
        self.thread = Some(std::thread::spawn(move || drop(compact_closed(&folder))));
    }
}

impl Drop for Compactor {
    fn drop(&mut self) {
        if let Some(thread) = self.thread.take() {
            // It has no result, and a panic in it must not end the writer.
            let _ = thread.join();
        }
    }
}
