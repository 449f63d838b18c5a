//! The copy of one device's log: its own pages, frame for frame, so that its own signatures hold.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use millwatt::wire::{FrameKind, Frames, Stamp};
use millwatt_agent::log::Pages as _;

use crate::compact::Compactor;
use crate::file_log::{DataError, FilePages, make_folder, page_numbers, path_of, whole_start};
use crate::run::wall_clock;

/// The copy in a folder, which is a data folder for every command that reads one.
#[derive(Debug)]
pub struct Copy {
    folder: PathBuf,
    pages: FilePages,
    page: u32,
    filled: usize,
    newest: Stamp,
    compactor: Compactor,
    _lock: File,
}

/// Frames of one page as a device sends them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// The page's number.
    pub page: u32,
    /// The stamp above which they begin.
    pub after: Stamp,
    /// The newest of them.
    pub up_to: Stamp,
    /// The frames.
    pub bytes: &'a [u8],
}

/// What became of frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// They are on the disk, and all before them.
    Kept,
    /// Something between what is here and them is missing.
    Gap,
    /// Under the same stamps something else is kept: the device's log went back to an earlier state.
    Clash,
    /// They are not what they are said to be.
    Unsound,
}

impl Copy {
    /// Opens a copy, making it if need be. The torn end of its last page is cut off: no receipt went out for it.
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
        let (pages, compactor) = (FilePages::new(folder), Compactor::new(folder));
        let (folder, newest) = (folder.to_owned(), Stamp::default());
        let mut copy = Self { folder, pages, page: 0, filled: 0, newest, compactor, _lock: lock };
        copy.recover().map_err(|error| DataError::Io(copy.folder.clone(), error))?;
        copy.compactor.start(wall_clock());
        Ok(copy)
    }

    /// The newest frame that is on the disk.
    #[must_use]
    pub const fn newest(&self) -> Stamp {
        self.newest
    }

    /// The page in which it stands.
    #[must_use]
    pub const fn page(&self) -> u32 {
        self.page
    }

    fn recover(&mut self) -> io::Result<()> {
        (self.page, self.filled, self.newest) = (0, 0, Stamp::default());
        for page in page_numbers(&self.folder)?.into_iter().rev() {
            let bytes = std::fs::read(path_of(&self.folder, page))?;
            let newest = if self.page == 0 {
                let (end, newest) = whole_start(&bytes);
                (self.page, self.filled) = (page, end);
                newest
            } else {
                Frames::new(&bytes).map(|frame| frame.stamp).max()
            };
            if let Some(newest) = newest {
                self.newest = newest;
                break;
            }
        }
        if self.page > 0 {
            // What was found may be in the system's memory alone; a receipt for it says that it is on the disk.
            self.pages.cut(self.page, self.filled)?;
            self.pages.settle(self.page)?;
        }
        Ok(())
    }

    /// Writes frames down. They are on the disk when this returns [`Taken::Kept`].
    ///
    /// # Errors
    /// The file system's; what was there before stays.
    pub fn take(&mut self, stretch: &Stretch<'_>) -> io::Result<Taken> {
        let Some(is_whole_page) = judge(stretch) else { return Ok(Taken::Unsound) };
        if stretch.after > self.newest {
            return Ok(Taken::Gap);
        }
        let held = read(&self.folder, stretch.page)?;
        match is_whole_page {
            true => self.replace(stretch, &held),
            false if !agrees(&held, stretch.bytes) => Ok(Taken::Clash),
            false if stretch.up_to <= self.newest => Ok(Taken::Kept),
            false => self.add(stretch),
        }
    }

    fn add(&mut self, stretch: &Stretch<'_>) -> io::Result<Taken> {
        if stretch.page < self.page {
            return Ok(Taken::Clash);
        }
        let mut news = Vec::with_capacity(stretch.bytes.len());
        for frame in Frames::new(stretch.bytes).filter(|frame| frame.stamp > self.newest) {
            news.extend(frame.head());
            news.extend(frame.payload);
        }
        if let Err(error) = self.append(stretch.page, &news) {
            // Where not even that goes, the next start finds what is there and makes it durable first.
            self.pages = FilePages::new(&self.folder);
            let _ = self.recover();
            return Err(error);
        }
        self.newest = stretch.up_to;
        Ok(Taken::Kept)
    }

    fn append(&mut self, page: u32, bytes: &[u8]) -> io::Result<()> {
        let before = self.page;
        if page > before {
            self.pages.create(page)?;
            (self.page, self.filled) = (page, 0);
        }
        let written = self.pages.append(page, bytes).and_then(|()| self.pages.sync(page));
        if written.is_err() {
            let _ = self.pages.cut(page, self.filled).and_then(|()| self.pages.sync(page));
        }
        written?;
        self.filled += bytes.len();
        if page > before && before > 0 {
            self.compactor.start(wall_clock());
        }
        Ok(())
    }

    /// A page that the device has written anew takes the place of what is here of it, in one step.
    fn replace(&mut self, stretch: &Stretch<'_>, held: &[u8]) -> io::Result<Taken> {
        let newest_here = Frames::new(held).map(|frame| frame.stamp).max().unwrap_or_default();
        if newest_here > stretch.up_to {
            return Ok(Taken::Clash);
        }
        let path = path_of(&self.folder, stretch.page);
        let new = path.with_extension("sent");
        let mut file = File::create(&new)?;
        file.write_all(stretch.bytes)?;
        file.sync_all()?;
        std::fs::rename(&new, &path)?;
        File::open(&self.folder)?.sync_all()?;
        if stretch.page >= self.page {
            self.pages = FilePages::new(&self.folder);
            (self.page, self.filled) = (stretch.page, stretch.bytes.len());
        }
        self.newest = self.newest.max(stretch.up_to);
        Ok(Taken::Kept)
    }
}

/// Whether frames are a whole page that was written anew; `None` where they are not what they are said to be.
fn judge(stretch: &Stretch<'_>) -> Option<bool> {
    let first = Frames::new(stretch.bytes).next()?;
    let is_whole_page = first.kind == FrameKind::Compacted;
    let (mut newest, mut frames) = (stretch.after, Frames::new(stretch.bytes));
    for frame in frames.by_ref() {
        let follows = match is_whole_page {
            true => frame.stamp == stretch.up_to,
            false => frame.stamp > newest,
        };
        if !follows {
            return None;
        }
        newest = frame.stamp;
    }
    let is_all = frames.damaged() == 0 && frames.sound_end() == stretch.bytes.len();
    (is_all && stretch.page > 0 && newest == stretch.up_to && stretch.up_to > stretch.after)
        .then_some(is_whole_page)
}

/// Whether no frame that is held says something else under a stamp than one that came. A page that was written anew has
/// other frames, and says nothing.
fn agrees(held: &[u8], came: &[u8]) -> bool {
    if Frames::new(held).next().is_none_or(|first| first.kind == FrameKind::Compacted) {
        return true;
    }
    let mut held = Frames::new(held).peekable();
    Frames::new(came).all(|frame| {
        while held.next_if(|known| known.stamp < frame.stamp).is_some() {}
        let same = held.peek().filter(|known| known.stamp == frame.stamp);
        same.is_none_or(|known| known.head() == frame.head() && known.payload == frame.payload)
    })
}

fn read(folder: &Path, page: u32) -> io::Result<Vec<u8>> {
    match std::fs::read(path_of(folder, page)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::wire::{Clock, Frame};

    fn frame(sequence: u64, kind: FrameKind, content: u8) -> Vec<u8> {
        let payload = [content; 50];
        let frame =
            Frame { stamp: stamp(sequence), clock: Clock::default(), kind, payload: &payload };
        [&frame.head()[..], &payload].concat()
    }

    fn events(sequences: std::ops::RangeInclusive<u64>) -> Vec<u8> {
        sequences.flat_map(|sequence| frame(sequence, FrameKind::Events, sequence as u8)).collect()
    }

    fn stamp(sequence: u64) -> Stamp {
        Stamp { epoch: 1, sequence }
    }

    fn take(copy: &mut Copy, page: u32, after: u64, up_to: u64, bytes: &[u8]) -> Taken {
        let after = if after == 0 { Stamp::default() } else { stamp(after) };
        let stretch = Stretch { page, after, up_to: stamp(up_to), bytes };
        copy.take(&stretch).expect("the disk takes it")
    }

    fn held(folder: &Path, page: u32) -> Vec<u8> {
        std::fs::read(path_of(folder, page)).unwrap_or_default()
    }

    #[test]
    fn a_later_frame_of_what_was_torn_is_not_believed() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut copy = Copy::open(folder.path()).expect("opens");
        assert_eq!(take(&mut copy, 1, 0, 40, &events(1..=40)), Taken::Kept);
        drop(copy);
        let whole = held(folder.path(), 1);
        let mut torn = whole.clone();
        torn[512..1_024].fill(0);
        std::fs::write(path_of(folder.path(), 1), &torn).expect("torn");
        let mut copy = Copy::open(folder.path()).expect("opens");
        let sound = (512 / frame(1, FrameKind::Events, 1).len()) as u64;
        assert_eq!(copy.newest(), stamp(sound), "all that follows is asked for again");
        assert_eq!(take(&mut copy, 1, sound, 40, &events(sound + 1..=40)), Taken::Kept);
        assert_eq!(held(folder.path(), 1), whole);
    }

    #[test]
    fn each_frame_once_in_the_page_where_it_stands_at_the_device() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let mut copy = Copy::open(folder).expect("opens");
        assert_eq!(take(&mut copy, 3, 0, 4, &events(1..=4)), Taken::Kept);
        assert_eq!(take(&mut copy, 3, 0, 4, &events(1..=4)), Taken::Kept, "twice");
        assert_eq!(take(&mut copy, 3, 2, 6, &events(3..=6)), Taken::Kept, "half of it new");
        assert_eq!(take(&mut copy, 4, 7, 9, &events(8..=9)), Taken::Gap);
        assert_eq!(take(&mut copy, 4, 6, 9, &events(7..=9)), Taken::Kept);
        assert_eq!((held(folder, 3), held(folder, 4)), (events(1..=6), events(7..=9)));
        assert!(Copy::open(folder).is_err(), "one at a time");
        drop(copy);
        std::fs::write(path_of(folder, 4), &events(7..=9)[..200]).expect("torn");
        let copy = Copy::open(folder).expect("opens");
        assert_eq!((copy.newest(), copy.page()), (stamp(8), 4));
    }

    #[test]
    fn a_page_written_anew_takes_the_place_of_what_is_here_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path();
        let mut copy = Copy::open(folder).expect("opens");
        assert_eq!(take(&mut copy, 1, 0, 4, &events(1..=4)), Taken::Kept);
        let anew = [frame(6, FrameKind::Compacted, 1), frame(6, FrameKind::Readings, 2)].concat();
        assert_eq!(take(&mut copy, 1, 4, 6, &anew), Taken::Kept);
        assert_eq!((held(folder, 1), copy.newest()), (anew.clone(), stamp(6)));
        assert_eq!(take(&mut copy, 2, 6, 7, &events(7..=7)), Taken::Kept);
        assert_eq!(take(&mut copy, 1, 0, 6, &anew), Taken::Kept, "again");
        assert_eq!(take(&mut copy, 1, 2, 5, &events(3..=5)), Taken::Kept, "as it was before");
        assert_eq!((held(folder, 1), held(folder, 2)), (anew, events(7..=7)));
    }

    #[test]
    fn another_history_under_the_same_stamps_and_what_is_no_frame_are_not_taken() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut copy = Copy::open(folder.path()).expect("opens");
        assert_eq!(take(&mut copy, 1, 0, 4, &events(1..=4)), Taken::Kept);
        let other = frame(4, FrameKind::Events, 99);
        assert_eq!(take(&mut copy, 1, 3, 4, &other), Taken::Clash);
        let longer = [other, frame(5, FrameKind::Events, 5)].concat();
        assert_eq!(take(&mut copy, 1, 3, 5, &longer), Taken::Clash);
        for (after, up_to, bytes) in [
            (4, 6, events(5..=5)),
            (4, 5, [&events(5..=5)[..], b"more"].concat()),
            (4, 6, [events(6..=6), events(5..=5)].concat()),
            (4, 5, Vec::new()),
        ] {
            assert_eq!(take(&mut copy, 1, after, up_to, &bytes), Taken::Unsound);
        }
        assert_eq!(held(folder.path(), 1), events(1..=4));
    }
}
