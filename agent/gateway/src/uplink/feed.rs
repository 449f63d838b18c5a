//! The log as readings for programs that know nothing of frames: piece by piece above a cursor, which is kept beside it.
//!
//! A piece is some frames of one page. What it begins with and where it ends is written down before any of it goes out, with
//! its hash and how many of its parts were taken, so that after a start the same parts go out under the same keys. Where the
//! page was written anew or deleted meanwhile, it goes out again in other parts: a reading may come twice, none is missed.

use std::io;
use std::path::{Path, PathBuf};

use super::log_reader::{Chunk, LogReader};
use crate::file_log::{make_folder, page_numbers, path_of};
use crate::trust::key::replace;
use millwatt::archive::Archive;
use millwatt::trust::Hash;
use millwatt::wire::{Clock, Frame, FrameKind, Frames, Stamp};

use super::cursor::stamp;

/// Bytes of frames in a piece, but for a page that was written anew.
const MOST_BYTES: usize = 64 << 10;

/// Some of a log, as readings and events.
#[derive(Debug)]
pub(super) struct Piece {
    /// The stamp above which it begins.
    pub after: Stamp,
    /// The newest of its frames.
    pub up_to: Stamp,
    /// What it says.
    pub archive: Archive,
    /// What it was read from.
    pub hash: String,
}

/// How much of a log was taken.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Taken {
    up_to: Stamp,
    /// The piece above it that was begun.
    begun: Option<Begun>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Begun {
    up_to: Stamp,
    hash: String,
    /// How many of its parts were taken.
    parts: u32,
}

/// One log on its way.
#[derive(Debug)]
pub(super) struct Feed {
    folder: PathBuf,
    note: PathBuf,
    reader: LogReader,
    taken: Taken,
}

impl Feed {
    /// Of a data folder, going on where this uplink has come to.
    pub fn open(folder: &Path, uplink: &str) -> Self {
        let note = folder.join(super::cursor::FOLDER).join(format!("{uplink}.sent"));
        let taken = std::fs::read_to_string(&note).map(|text| Taken::parse(&text));
        let (reader, folder) = (LogReader::new(folder), folder.to_owned());
        Self { folder, note, reader, taken: taken.unwrap_or_default() }
    }

    /// Whose it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The next piece at or below the durable watermark; `None` when there is none yet. `site` is the manifest of the site
    /// that this log is a part of, where that is another's.
    ///
    /// # Errors
    /// The file system's.
    pub fn next(&mut self, watermark: Stamp, site: Option<&[u8]>) -> io::Result<Option<Piece>> {
        while let Some(chunk) = self.chunk(watermark)? {
            let Some(piece) = self.read(&chunk, site)? else { return Ok(None) };
            if piece.archive.span().is_some() {
                return Ok(Some(piece));
            }
            // Read again after a start, which costs nothing.
            self.taken = Taken { up_to: piece.up_to, begun: None };
        }
        Ok(None)
    }

    /// What stands above the cursor: up to where it was begun before, if that is still there.
    fn chunk(&mut self, watermark: Stamp) -> io::Result<Option<Chunk>> {
        let after = self.taken.up_to;
        let begun = self.taken.begun.as_ref().map(|begun| begun.up_to);
        if let Some(up_to) = begun.filter(|up_to| *up_to <= watermark)
            && let Some(chunk) = self.reader.next(after, up_to, MOST_BYTES)?
        {
            return Ok(Some(chunk));
        }
        self.reader.next(after, watermark, MOST_BYTES)
    }

    /// The frames of a chunk up to where another manifest begins; `None` while their device does not know the time.
    fn read(&self, chunk: &Chunk, site: Option<&[u8]>) -> io::Result<Option<Piece>> {
        let mut manifest = self.manifest_before(chunk)?;
        let mut archive = begin(site, manifest.as_deref());
        let mut seen = manifest.clone().unwrap_or_default();
        let (mut up_to, mut has_rows) = (chunk.after, false);
        for frame in Frames::new(&chunk.bytes) {
            if frame.kind == FrameKind::Manifest {
                let is_same = manifest.as_deref() == Some(frame.payload);
                if has_rows && !is_same {
                    break;
                }
                manifest = Some(frame.payload.to_owned());
            }
            has_rows |= matches!(frame.kind, FrameKind::Readings | FrameKind::Events);
            archive.add(&frame);
            seen.extend(frame.head().iter().chain(frame.payload));
            up_to = frame.stamp;
        }
        if archive.undated() > 0 {
            self.add_anchors(chunk.page, &mut archive)?;
        }
        archive.settle();
        if archive.undated() > 0 && self.newest_epoch()? == Some(up_to.epoch) {
            return Ok(None);
        }
        let Hash(hash) = Hash::of(&seen);
        let hash = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Some(Piece { after: chunk.after, up_to, archive, hash }))
    }

    /// What the numbers of channels mean where a chunk begins.
    fn manifest_before(&self, chunk: &Chunk) -> io::Result<Option<Vec<u8>>> {
        let pages = page_numbers(&self.folder)?.into_iter().rev();
        for page in pages.filter(|page| *page <= chunk.page) {
            let Some(bytes) = super::log_reader::read(&self.folder, page)? else { continue };
            let is_before =
                |frame: &Frame<'_>| frame.kind == FrameKind::Manifest && frame.stamp <= chunk.after;
            if let Some(last) = Frames::new(&bytes).filter(is_before).last() {
                return Ok(Some(last.payload.to_owned()));
            }
        }
        Ok(None)
    }

    /// When what epochs began, as far as their device found out later.
    fn add_anchors(&self, from: u32, archive: &mut Archive) -> io::Result<()> {
        for page in page_numbers(&self.folder)?.into_iter().filter(|page| *page >= from) {
            let Some(bytes) = super::log_reader::read(&self.folder, page)? else { continue };
            let anchors = Frames::new(&bytes).filter(|frame| frame.kind == FrameKind::Anchor);
            anchors.for_each(|frame| archive.add(&frame));
        }
        Ok(())
    }

    fn newest_epoch(&self) -> io::Result<Option<u32>> {
        let Some(last) = page_numbers(&self.folder)?.pop() else { return Ok(None) };
        let bytes = std::fs::read(path_of(&self.folder, last))?;
        Ok(Frames::new(&bytes).last().map(|frame| frame.stamp.epoch))
    }

    /// Writes down that a piece is begun; gives how many of its parts were taken before.
    ///
    /// # Errors
    /// The file system's.
    pub fn begin(&mut self, piece: &Piece) -> io::Result<u32> {
        let begun = self.taken.begun.as_ref();
        if let Some(begun) = begun.filter(|begun| begun.hash == piece.hash) {
            return Ok(begun.parts);
        }
        self.save(piece, 0)?;
        Ok(0)
    }

    /// Writes down that so many parts of a piece were taken.
    ///
    /// # Errors
    /// The file system's: then they go out again after a start.
    pub fn took(&mut self, piece: &Piece, parts: u32) -> io::Result<()> {
        self.save(piece, parts)
    }

    /// Writes down that all of a piece was taken.
    ///
    /// # Errors
    /// The file system's: then it goes out again after a start.
    pub fn took_all(&mut self, piece: &Piece) -> io::Result<()> {
        self.taken = Taken { up_to: piece.up_to, begun: None };
        self.write()
    }

    fn save(&mut self, piece: &Piece, parts: u32) -> io::Result<()> {
        let Piece { after, up_to, hash, .. } = piece;
        let begun = Begun { up_to: *up_to, hash: hash.clone(), parts };
        self.taken = Taken { up_to: *after, begun: Some(begun) };
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        let folder = self.folder.join(super::cursor::FOLDER);
        if !folder.is_dir() {
            make_folder(&folder)?;
        }
        replace(&self.note, self.taken.text().as_bytes(), 0o644)
    }
}

impl Taken {
    fn parse(text: &str) -> Self {
        let mut lines = text.lines();
        let up_to = lines.next().and_then(|line| stamp(line.strip_prefix("sent ")?));
        let begun = lines.next().and_then(|line| {
            let mut words = line.strip_prefix("begun ")?.split(' ');
            let up_to = stamp(words.next()?)?;
            let (hash, parts) = (words.next()?.to_owned(), words.next()?.parse().ok()?);
            Some(Begun { up_to, hash, parts })
        });
        Self { up_to: up_to.unwrap_or_default(), begun }
    }

    fn text(&self) -> String {
        let Stamp { epoch, sequence } = self.up_to;
        let mut text = format!("sent {epoch}.{sequence}\n");
        if let Some(Begun { up_to, hash, parts }) = &self.begun {
            text += &format!("begun {}.{} {hash} {parts}\n", up_to.epoch, up_to.sequence);
        }
        text
    }
}

/// An archive in which the frames of a log mean something.
fn begin(site: Option<&[u8]>, manifest: Option<&[u8]>) -> Archive {
    let mut archive = Archive::new();
    if let Some(site) = site {
        state(&mut archive, site);
        archive.begin_log();
    }
    if let Some(manifest) = manifest {
        state(&mut archive, manifest);
    }
    archive
}

fn state(archive: &mut Archive, payload: &[u8]) {
    let (stamp, clock) = (Stamp::default(), Clock::default());
    archive.add(&Frame { stamp, clock, kind: FrameKind::Manifest, payload });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::{Record, Selection, Wanted, records};
    use crate::run::Now;
    use crate::writer::Writer;
    use millwatt::Series as _;
    use millwatt::archive::denser;
    use millwatt::reading::{ChannelId, Quality, Reading, Sample};
    use millwatt::time::{Instant, Period, Span};
    use millwatt::wire::ClockQuality;

    const SITE: &str = "[site]\nname = \"S\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\n\
        [[asset]]\nid = \"saw\"\nname = \"Saw\"\n\
        [[meter]]\nasset = \"saw\"\naddress = \"127.0.0.1:1\"\nprofile = \"eastron-sdm630\"\n";
    const BEGIN: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
    const ALL: Period = Period { from: Instant::MIN, to: Instant::MAX };

    fn writer(data: &Path) -> Writer {
        let site = crate::site_file::parse("site.toml", SITE).expect("a site");
        Writer::open(data, site.manifest).expect("opens")
    }

    /// Ten minutes of a channel.
    fn write(writer: &mut Writer, round: i64) -> Stamp {
        for minute in round * 10..round * 10 + 10 {
            let (at, value) = (BEGIN + Span::from_minutes(minute), minute);
            let sample = Sample { at, value, quality: Quality::Good };
            writer.push([Reading { channel: ChannelId(0), sample }]);
        }
        writer.commit().expect("kept")
    }

    fn values(piece: &Piece) -> Vec<i64> {
        piece.archive.samples(ChannelId(0), ALL).map(|sample| sample.value).collect()
    }

    #[test]
    fn what_was_begun_goes_on_as_it_was_whatever_came_since() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = writer(folder.path());
        let first = write(&mut writer, 0);
        let mut feed = Feed::open(folder.path(), "cloud");
        let begun = feed.next(first, None).expect("read").expect("a piece");
        assert_eq!((feed.begin(&begun).expect("noted"), values(&begun)), (0, (0..10).collect()));
        feed.took(&begun, 3).expect("noted");
        let second = write(&mut writer, 1);

        let mut feed = Feed::open(folder.path(), "cloud");
        let again = feed.next(second, None).expect("read").expect("a piece");
        assert_eq!(
            (&again.hash, again.up_to, values(&again)),
            (&begun.hash, first, values(&begun))
        );
        assert_eq!(feed.begin(&again).expect("noted"), 3);
        feed.took_all(&again).expect("noted");
        let rest = feed.next(second, None).expect("read").expect("a piece");
        assert_eq!((rest.after, values(&rest)), (first, (10..20).collect()));
        feed.took_all(&rest).expect("noted");
        assert!(Feed::open(folder.path(), "cloud").next(second, None).expect("read").is_none());
    }

    #[test]
    fn a_page_that_was_written_anew_meanwhile_goes_out_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = writer(folder.path());
        let first = write(&mut writer, 0);
        let mut feed = Feed::open(folder.path(), "cloud");
        let piece = feed.next(first, None).expect("read").expect("a piece");
        feed.took_all(&piece).expect("noted");
        let second = (1..300).map(|round| write(&mut writer, round)).last().expect("rounds");
        let begun = feed.next(second, None).expect("read").expect("a piece");
        assert_eq!((feed.begin(&begun).expect("noted"), values(&begun)[0]), (0, 10));
        writer.seal_all().expect("signed");
        drop(writer);
        let path = path_of(folder.path(), 1);
        let page = std::fs::read(&path).expect("a page");
        std::fs::write(&path, denser(&page).expect("denser")).expect("written");

        let mut feed = Feed::open(folder.path(), "cloud");
        let end = Stamp { epoch: 9, sequence: 0 };
        let whole = feed.next(end, None).expect("read").expect("a piece");
        assert_eq!(values(&whole), (0..3_000).collect::<Vec<_>>(), "some of it twice, none missed");
        assert_eq!(feed.begin(&whole).expect("noted"), 0, "under other keys");
    }

    #[test]
    fn readings_from_before_the_clock_was_set_wait_for_their_date() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = writer(folder.path());
        let mut minute = |at: Instant, quality: ClockQuality, ticks: u32| {
            let sample = Sample { at, value: i64::from(ticks), quality: Quality::Good };
            writer.push([Reading { channel: ChannelId(0), sample }]);
            writer.set_clock(Now { at, clock: Clock { quality, ticks } });
            writer.commit().expect("kept")
        };
        let start = Instant::from_unix_milliseconds(0);
        let unset = minute(start + Span::from_minutes(1), ClockQuality::Unset, 600);
        let mut feed = Feed::open(folder.path(), "cloud");
        assert!(feed.next(unset, None).expect("read").is_none());
        let set = minute(BEGIN, ClockQuality::Set, 1_200);
        let piece = feed.next(set, None).expect("read").expect("a piece");
        let times: Vec<Instant> =
            piece.archive.samples(ChannelId(0), ALL).map(|sample| sample.at).collect();
        assert_eq!(times, [BEGIN - Span::from_minutes(1), BEGIN]);
    }

    #[test]
    fn a_nodes_log_is_a_part_of_the_site() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut writer = writer(folder.path());
        let end = write(&mut writer, 0);
        let other = SITE.replace("saw", "press").replace("Bangkok", "Tokyo");
        let site = crate::site_file::parse("site.toml", &other).expect("a site").manifest;
        let mut feed = Feed::open(folder.path(), "cloud");
        let piece = feed.next(end, Some(&site)).expect("read").expect("a piece");
        let (parts, wanted) = (piece.archive.parts().expect("read"), Wanted::default());
        let (archive, site) = (&piece.archive, parts.site());
        let selection = Selection { archive, site: &site, period: ALL, wanted: &wanted };
        let Some(Record::Reading(first)) = records(selection).next() else { panic!("a reading") };
        assert!(first.contains("+09:00") && first.contains("\"saw\""), "{first}");
        assert_eq!(records(selection).count(), 10);
    }

    #[test]
    fn a_note_comes_back_and_a_spoilt_one_begins_anew() {
        let up_to = Stamp { epoch: 2, sequence: 9 };
        let begun = Begun { up_to, hash: "0a1b".to_owned(), parts: 7 };
        let taken = Taken { up_to: Stamp { epoch: 1, sequence: 4 }, begun: Some(begun) };
        assert_eq!(Taken::parse(&taken.text()), taken);
        assert_eq!(Taken::parse("sent 1.4\nbegun 2.x\n"), Taken { begun: None, ..taken });
        assert_eq!(Taken::parse("\0"), Taken::default());
    }
}
