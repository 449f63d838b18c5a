//! The log as an uplink reads it: what stands above a stamp, while the writer goes on and pages are written anew.

use std::io;
use std::path::{Path, PathBuf};

use millwatt::wire::{Frame, FrameKind, Frames, Stamp};

use crate::file_log::{page_numbers, path_of};

/// Frames of one page, to be sent as one piece.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// The page's number.
    pub page: u32,
    /// The stamp above which they begin.
    pub after: Stamp,
    /// The newest of them.
    pub up_to: Stamp,
    /// The frames, head and payload, one after the other. A page that was written anew goes whole.
    pub bytes: Vec<u8>,
}

/// Reads a data folder from stamp to stamp.
#[derive(Debug)]
pub struct LogReader {
    folder: PathBuf,
    /// The page that was read last: what follows most often stands there.
    page: u32,
}

impl LogReader {
    /// Of a data folder.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), page: 0 }
    }

    /// The next frames above a stamp and at or below the durable watermark, up to `most` bytes, at least one frame;
    /// `None` when there are none yet.
    ///
    /// # Errors
    /// The file system's.
    pub fn next(
        &mut self,
        after: Stamp,
        watermark: Stamp,
        most: usize,
    ) -> io::Result<Option<Chunk>> {
        if after >= watermark {
            return Ok(None);
        }
        let numbers = page_numbers(&self.folder)?;
        let start = self.page_to_begin_with(&numbers, after)?;
        for page in numbers.get(start..).unwrap_or_default() {
            let Some(bytes) = read(&self.folder, *page)? else { continue };
            if let Some(chunk) = chunk(*page, &bytes, after, watermark, most) {
                self.page = *page;
                return Ok(Some(chunk));
            }
        }
        Ok(None)
    }

    /// The place, among the pages, of the last that begins at or below a stamp; of the first where none does.
    fn page_to_begin_with(&self, numbers: &[u32], after: Stamp) -> io::Result<usize> {
        let known = numbers.iter().position(|page| *page == self.page);
        if let Some(place) = known
            && self.begins_by(self.page, after)?
        {
            return Ok(place);
        }
        for (place, page) in numbers.iter().enumerate().rev() {
            if self.begins_by(*page, after)? {
                return Ok(place);
            }
        }
        Ok(0)
    }

    fn begins_by(&self, page: u32, stamp: Stamp) -> io::Result<bool> {
        let Some(bytes) = read(&self.folder, page)? else { return Ok(false) };
        Ok(Frames::new(&bytes).next().is_some_and(|first| first.stamp <= stamp))
    }
}

/// A page's bytes; `None` where it was deleted meanwhile.
pub(super) fn read(folder: &Path, page: u32) -> io::Result<Option<Vec<u8>>> {
    match std::fs::read(path_of(folder, page)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn chunk(page: u32, bytes: &[u8], after: Stamp, watermark: Stamp, most: usize) -> Option<Chunk> {
    let is_next = |frame: &Frame<'_>| frame.stamp > after && frame.stamp <= watermark;
    let first = Frames::new(bytes).next()?;
    if first.kind == FrameKind::Compacted {
        let whole = Chunk { page, after, up_to: first.stamp, bytes: bytes.to_vec() };
        return is_next(&first).then_some(whole);
    }
    let mut chunk = Chunk { page, after, up_to: after, bytes: Vec::new() };
    for frame in Frames::new(bytes).filter(is_next) {
        if !chunk.bytes.is_empty() && chunk.bytes.len() + frame.length() > most {
            break;
        }
        chunk.bytes.extend(frame.head());
        chunk.bytes.extend(frame.payload);
        chunk.up_to = frame.stamp;
    }
    (!chunk.bytes.is_empty()).then_some(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::wire::Clock;

    fn frame(sequence: u64, kind: FrameKind, length: usize) -> Vec<u8> {
        let payload = vec![sequence as u8; length];
        let stamp = Stamp { epoch: 1, sequence };
        let frame = Frame { stamp, clock: Clock::default(), kind, payload: &payload };
        [&frame.head()[..], &payload].concat()
    }

    fn stamp(sequence: u64) -> Stamp {
        Stamp { epoch: 1, sequence }
    }

    /// Two pages as they were written, and one between that was written anew.
    fn log() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let event = |sequence| frame(sequence, FrameKind::Events, 100);
        let anew = [frame(6, FrameKind::Compacted, 32), frame(6, FrameKind::Readings, 40)].concat();
        for (page, bytes) in [
            (3, [event(1), event(2), event(3)].concat()),
            (4, anew),
            (5, [event(7), event(8)].concat()),
        ] {
            std::fs::write(path_of(folder.path(), page), bytes).expect("written");
        }
        folder
    }

    #[test]
    fn page_after_page_up_to_the_watermark_and_whole_where_it_was_written_anew() {
        let folder = log();
        let mut reader = LogReader::new(folder.path());
        let (mut after, mut seen) = (Stamp::default(), Vec::new());
        while let Some(chunk) = reader.next(after, stamp(7), 250).expect("read") {
            assert_eq!(chunk.after, after);
            seen.push((chunk.page, chunk.up_to.sequence, chunk.bytes.len()));
            after = chunk.up_to;
        }
        assert_eq!(seen, [(3, 2, 248), (3, 3, 124), (4, 6, 24 + 32 + 24 + 40), (5, 7, 124)]);
        assert_eq!(reader.next(stamp(7), stamp(7), 250).expect("read"), None);
        let rest = reader.next(stamp(7), stamp(90), 250).expect("read").expect("frame 8");
        assert_eq!((rest.page, rest.up_to), (5, stamp(8)));
    }

    #[test]
    fn whoever_asks_again_begins_where_it_asks() {
        let folder = log();
        let mut reader = LogReader::new(folder.path());
        let mut at = |sequence| {
            let chunk = reader.next(stamp(sequence), stamp(90), 1).expect("read").expect("frames");
            (chunk.page, chunk.up_to.sequence)
        };
        assert_eq!(at(7), (5, 8));
        assert_eq!(at(4), (4, 6), "a page of which only a part is there goes whole");
        assert_eq!(at(1), (3, 2));
        std::fs::remove_file(path_of(folder.path(), 3)).expect("deleted");
        assert_eq!(at(1), (4, 6), "what was deleted is passed over");
    }
}
