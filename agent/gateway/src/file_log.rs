//! The log's pages as files, and the folder that holds them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::trust::key::KeyError;
use millwatt::archive::Archive;
use millwatt::time::Instant;
use millwatt::wire::frame::{HEAD, MOST_PAYLOAD};
use millwatt::wire::{ClockQuality, Columns, Frame, FrameKind, Frames, Stamp, WireError};
use millwatt_agent::log::{Log, LogError, Pages};
use rustix::fs::{FallocateFlags, fallocate};

/// Bytes of a page file.
pub const PAGE_SIZE: usize = 1 << 20;
/// Bytes of the longest page: a frame that fits none has one of its own.
const LONGEST_PAGE: usize = HEAD + MOST_PAYLOAD;
const SUFFIX: &str = "mwlog";

/// Page files in a folder: `00000001.mwlog` and on.
#[derive(Debug)]
pub struct FilePages {
    folder: PathBuf,
    open: Option<(u32, File)>,
}

impl FilePages {
    /// Over an existing folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), open: None }
    }

    fn path(&self, page: u32) -> PathBuf {
        path_of(&self.folder, page)
    }

    fn file(&mut self, page: u32) -> io::Result<&mut File> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != page) {
            let file = OpenOptions::new().read(true).append(true).open(self.path(page))?;
            self.open = Some((page, file));
        }
        let (_, file) = self.open.as_mut().expect("opened just above");
        Ok(file)
    }
}

/// The file of a page.
pub(crate) fn path_of(folder: &Path, page: u32) -> PathBuf {
    folder.join(format!("{page:08}.{SUFFIX}"))
}

/// Where the frames of a receiver's last page end before anything that is none, and the newest of them. Of several that
/// were written at once a power cut may leave a later one alone: believing it would hide that another must be sent again.
pub(crate) fn whole_start(page: &[u8]) -> (usize, Option<Stamp>) {
    let (mut frames, mut end, mut newest) = (Frames::new(page), 0, None);
    while let Some(frame) = frames.next().filter(|_| frames.damaged() == 0) {
        end = frames.sound_end();
        newest = newest.max(Some(frame.stamp));
    }
    (end, newest)
}

/// Makes a folder, and those above it, whose names outlive a power cut: what is kept in them is no safer.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    let above = match folder.parent() {
        Some(above) if above != Path::new("") => above,
        Some(_) => Path::new("."),
        None => return Ok(()),
    };
    let sync = || File::open(above)?.sync_all();
    if folder.is_dir() {
        // Another start may have made it and ended before it was safe. Whoever may not look above did not.
        return sync().or_else(|error| match error.kind() {
            io::ErrorKind::PermissionDenied => Ok(()),
            _ => Err(error),
        });
    }
    make_folder(above)?;
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        Err(error) if !folder.is_dir() => Err(error),
        _ => sync(),
    }
}

/// The numbers of the pages in a folder, rising.
pub(crate) fn page_numbers(folder: &Path) -> io::Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|suffix| suffix == SUFFIX) {
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            numbers.extend(stem.and_then(|stem| stem.parse::<u32>().ok()));
        }
    }
    numbers.sort_unstable();
    Ok(numbers)
}

impl Pages for FilePages {
    type Error = io::Error;

    fn range(&mut self) -> io::Result<Option<(u32, u32)>> {
        let numbers = page_numbers(&self.folder)?;
        Ok(numbers.first().copied().zip(numbers.last().copied()))
    }

    fn length(&mut self, page: u32) -> io::Result<usize> {
        match std::fs::metadata(self.path(page)) {
            Ok(metadata) => Ok(usize::try_from(metadata.len()).unwrap_or(usize::MAX)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn read(&mut self, page: u32, offset: usize, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.path(page).exists() {
            return Ok(0);
        }
        let file = self.file(page)?;
        file.seek(SeekFrom::Start(offset as u64))?;
        let mut filled = 0;
        while filled < buffer.len() {
            match file.read(&mut buffer[filled..])? {
                0 => break,
                count => filled += count,
            }
        }
        Ok(filled)
    }

    fn create(&mut self, page: u32) -> io::Result<()> {
        let file = OpenOptions::new().create_new(true).append(true).open(self.path(page))?;
        // Room on the disk for the whole page, so that it fills without pieces. Where that cannot be had, the
        // page grows as it is written.
        let _ = fallocate(&file, FallocateFlags::KEEP_SIZE, 0, PAGE_SIZE as u64);
        File::open(&self.folder)?.sync_all()
    }

    fn append(&mut self, page: u32, bytes: &[u8]) -> io::Result<()> {
        self.file(page)?.write_all(bytes)
    }

    fn cut(&mut self, page: u32, length: usize) -> io::Result<()> {
        self.file(page)?.set_len(length as u64)
    }

    fn sync(&mut self, page: u32) -> io::Result<()> {
        self.file(page)?.sync_data()
    }

    fn settle(&mut self, page: u32) -> io::Result<()> {
        self.sync(page)?;
        File::open(&self.folder)?.sync_all()
    }
}

/// Why a data folder cannot be used; each says what to do.
#[derive(Debug)]
pub enum DataError {
    /// Another program writes to it.
    Busy(PathBuf),
    /// It holds no log.
    Empty(PathBuf),
    /// The file system refused.
    Io(PathBuf, io::Error),
    /// Its log cannot be understood.
    Unreadable(PathBuf, String),
    /// Its key cannot be used.
    Key(KeyError),
    /// Two folders have a channel of one name at the same time.
    Twice(PathBuf, PathBuf, String),
}

impl From<KeyError> for DataError {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

impl std::fmt::Display for DataError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy(folder) => write!(
                f,
                "{}: another millwatt is writing here; stop it, or choose another --data folder",
                folder.display()
            ),
            Self::Empty(folder) => write!(
                f,
                "{}: no log here; run `millwatt run` or `millwatt import` first, or name the folder \
                 that holds one",
                folder.display()
            ),
            Self::Io(folder, error) => {
                write!(f, "{}: {error}; {}", folder.display(), way_out(error))
            }
            Self::Key(error) => error.fmt(f),
            Self::Twice(one, other, channel) => write!(
                f,
                "{} and {}: both have `{channel}` at the same time; name them one by one, or give the assets different ids \
                 in their site files",
                one.display(),
                other.display()
            ),
            Self::Unreadable(folder, what) => {
                write!(
                    f,
                    "{}: the log cannot be understood: {what}; read it with the program that wrote it, \
                     or name another --data folder",
                    folder.display()
                )
            }
        }
    }
}

impl std::error::Error for DataError {}

/// What to do about a failure of the file system.
#[must_use]
pub fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full: free some space; what is kept already stays"
        }
        io::ErrorKind::ReadOnlyFilesystem => "the disk is read-only: remount it for writing",
        io::ErrorKind::PermissionDenied => "give this user the right to write there",
        io::ErrorKind::NotFound => "check the path",
        _ => "check the disk",
    }
}

/// A data folder opened for writing, by this program alone.
#[derive(Debug)]
pub struct DataFolder {
    /// The log.
    pub log: Log<FilePages>,
    _lock: File,
}

impl DataFolder {
    /// Opens the folder, making it if need be, and recovers its log.
    ///
    /// # Errors
    /// See [`DataError`].
    pub fn open(folder: &Path) -> Result<Self, DataError> {
        let failed = |error| DataError::Io(folder.to_owned(), error);
        make_folder(folder).map_err(failed)?;
        let lock = File::create(folder.join("lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Err(DataError::Busy(folder.to_owned()));
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(failed(error)),
        }
        let log = recover(folder)?;
        Ok(Self { log, _lock: lock })
    }

    /// Opens the log afresh after a failure, in the same hold of the folder. What was never made durable is taken
    /// back first: recovery would find it in the system's memory and believe it, and a power cut could still take it.
    ///
    /// # Errors
    /// See [`DataError`]; the log takes nothing until this has succeeded.
    pub fn reopen(&mut self, folder: &Path) -> Result<(), DataError> {
        let given_up = self.log.give_up(&mut vec![0; LONGEST_PAGE]);
        given_up.map_err(|error| of_log(folder, error))?;
        self.log = recover(folder)?;
        Ok(())
    }
}

fn recover(folder: &Path) -> Result<Log<FilePages>, DataError> {
    // A page may pass its size by one frame; twice the size holds it in every case but a giant's.
    let mut scratch = vec![0; PAGE_SIZE * 2];
    let recovered = Log::recover(FilePages::new(folder), PAGE_SIZE, &mut scratch);
    recovered.map_err(|error| of_log(folder, error))
}

fn of_log(folder: &Path, error: LogError<io::Error>) -> DataError {
    match error {
        LogError::Storage(error) => DataError::Io(folder.to_owned(), error),
        other => DataError::Unreadable(folder.to_owned(), other.to_string()),
    }
}

/// The manifest that was written last, without reading the log: it stands at the start of a page.
///
/// # Errors
/// See [`DataError`].
pub fn last_manifest(folder: &Path) -> Result<Option<Vec<u8>>, DataError> {
    let failed = |error| DataError::Io(folder.to_owned(), error);
    if !folder.is_dir() {
        return Ok(None);
    }
    for page in page_numbers(folder).map_err(failed)?.into_iter().rev() {
        let bytes = std::fs::read(FilePages::new(folder).path(page)).map_err(failed)?;
        let manifests = Frames::new(&bytes).filter(|frame| frame.kind == FrameKind::Manifest);
        if let Some(last) = manifests.last() {
            return Ok(Some(last.payload.to_owned()));
        }
    }
    Ok(None)
}

/// Reads a whole data folder into memory.
///
/// # Errors
/// See [`DataError`].
pub fn read_archive(folder: &Path) -> Result<Archive, DataError> {
    let failed = |error| DataError::Io(folder.to_owned(), error);
    if !folder.is_dir() {
        return Err(DataError::Empty(folder.to_owned()));
    }
    let mut archive = Archive::new();
    add_folder(folder, &mut archive).map_err(failed)?;
    archive.settle();
    let unreadable = |error: WireError| DataError::Unreadable(folder.to_owned(), error.to_string());
    if archive.manifest().is_empty() {
        return Err(match archive.foreign() {
            Some(found) => unreadable(WireError::Version { found }),
            None => DataError::Empty(folder.to_owned()),
        });
    }
    archive.parts().map_err(unreadable)?;
    Ok(archive)
}

/// The pages of a folder from the first on that may hold a reading of after a time; the last in any case. One that was written
/// last before that time holds none.
pub(crate) fn pages_since(folder: &Path, since: Instant) -> io::Result<Vec<u32>> {
    let since = u64::try_from(since.unix_milliseconds()).unwrap_or(0);
    let since = SystemTime::UNIX_EPOCH + Duration::from_millis(since);
    let mut pages = page_numbers(folder)?;
    let mut first = pages.len().saturating_sub(1);
    for (place, page) in pages.iter().enumerate() {
        if std::fs::metadata(path_of(folder, *page))?.modified()? >= since {
            first = first.min(place);
        }
    }
    pages.drain(..first);
    Ok(pages)
}

/// From the first to the last reading of a page, by the heads of its columns.
fn span_of(page: &[u8]) -> Option<(Instant, Instant)> {
    let dated = |frame: &Frame<'_>| {
        frame.kind == FrameKind::Readings && frame.clock.quality != ClockQuality::Unset
    };
    let blocks =
        Frames::new(page).filter(dated).filter_map(|frame| Columns::new(frame.payload).ok());
    let columns = blocks.flat_map(|block| block.map_while(Result::ok));
    columns
        .filter(|column| column.count > 0)
        .map(|column| (column.start, column.end()))
        .reduce(|(first, last), (start, end)| (first.min(start), last.max(end)))
}

/// The first reading of the first page that has any, and the newest of the last.
pub(crate) fn extent(folder: &Path) -> io::Result<Option<(Instant, Instant)>> {
    let pages = page_numbers(folder)?;
    let spans = |page: &u32| {
        let bytes = std::fs::read(path_of(folder, *page));
        bytes.map(|bytes| span_of(&bytes)).transpose()
    };
    let first = pages.iter().find_map(spans).transpose()?;
    let last = pages.iter().rev().find_map(spans).transpose()?;
    Ok(first.zip(last).map(|(first, last)| (first.0, last.1)))
}

/// Adds a folder's frames to an archive, which is not settled.
pub(crate) fn add_folder(folder: &Path, archive: &mut Archive) -> std::io::Result<()> {
    for page in page_numbers(folder)? {
        archive.extend(&std::fs::read(path_of(folder, page))?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the frames of page 1 carry.
    fn contents(folder: &Path) -> Vec<Vec<u8>> {
        let bytes = std::fs::read(path_of(folder, 1)).expect("a page");
        Frames::new(&bytes).map(|frame| frame.payload.to_vec()).collect()
    }

    #[test]
    fn opening_afresh_takes_back_what_was_not_made_durable() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let mut data = DataFolder::open(folder).expect("opens");
        data.log.append(FrameKind::Events, b"durable").expect("written");
        data.log.commit().expect("durable");
        data.log.append(FrameKind::Events, b"readable only").expect("written");
        assert_eq!(contents(folder).len(), 2);
        data.reopen(folder).expect("opens again");
        assert_eq!(contents(folder), [b"durable"]);
        data.log.append(FrameKind::Events, b"again").expect("written");
        data.log.commit().expect("durable");
        assert_eq!(contents(folder), [&b"durable"[..], b"again"]);
    }
}
