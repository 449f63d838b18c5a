//! The log as files in a folder: for each finished local day one, `NAME-2026-11-26.csv`.
//!
//! A file appears whole or not at all: it is written beside its name, brought to the disk, and renamed. What was written last
//! is noted in the data folder, so that a file that somebody takes away is not written again, and a folder that was away, such
//! as a stick or a share, gets the days that it lacks, oldest first. What a file says is the caller's.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::file_log::{make_folder, way_out};
use crate::trust::key::replace;
use millwatt::time::{Date, Instant, Period, Span, Zone};

/// Where a data folder keeps what it knows of its uplinks.
const NOTES: &str = "uplinks";
/// So long after its end a day is believed to be complete: readings that come late are in the log by then.
const LATE: Span = Span::from_minutes(15);

/// Where a site's days go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderPlan {
    /// The folder, which must exist: one that is not mounted is not filled.
    pub folder: PathBuf,
    /// How each file's name begins: a short name.
    pub name: String,
    /// How it ends: `csv`, `lp` for line protocol, or `parquet`.
    pub ending: String,
}

/// What a day's rows are written to.
pub type Out<'a> = dyn Write + Send + 'a;

/// From when to when a log has readings that are durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The oldest.
    pub first: Instant,
    /// The newest; not after the present, however wrong a clock was.
    pub newest: Instant,
}

/// A day that was dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The name of its file.
    pub file: String,
    /// Rows in its file; a day without any has none.
    pub rows: u64,
}

/// Why a day could not be written; says what to do. It is tried again.
#[derive(Debug)]
pub struct FolderError {
    path: PathBuf,
    error: io::Error,
}

impl std::fmt::Display for FolderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, error } = self;
        write!(f, "{}: {error}; {}", path.display(), way_out(error))
    }
}

impl std::error::Error for FolderError {}

/// The days of one uplink to a folder.
#[derive(Debug)]
pub struct DayFiles {
    plan: FolderPlan,
    note: PathBuf,
}

impl DayFiles {
    /// Of an uplink's name, which is a short name, and the data folder that remembers it.
    #[must_use]
    pub fn new(data: &Path, uplink: &str, plan: FolderPlan) -> Self {
        Self { plan, note: data.join(NOTES).join(format!("{uplink}.day")) }
    }

    /// Writes the oldest finished day that is missing; `None` when none is.
    ///
    /// `fill` writes a period's rows, end excluded, and gives their number.
    ///
    /// # Errors
    /// The file system's, or what `fill` says; nothing of the day is then left.
    pub fn turn(
        &self,
        zone: Zone<'_>,
        extent: Extent,
        fill: impl FnOnce(Period, &mut Out<'_>) -> io::Result<u64>,
    ) -> Result<Option<Day>, FolderError> {
        let date = self.due(zone, extent).map_err(|error| self.failed(error))?;
        let period = Period::new(zone.instant(date, 0), zone.instant(date.plus_days(1), 0));
        if extent.newest < period.to || extent.newest - period.to < LATE {
            return Ok(None);
        }
        let rows = self.write(date, |out| fill(period, out)).map_err(|error| self.failed(error))?;
        let noted = self.note_down(date);
        noted.map_err(|error| FolderError { path: self.note.clone(), error })?;
        Ok(Some(Day { file: self.name_of(date), rows }))
    }

    fn failed(&self, error: io::Error) -> FolderError {
        FolderError { path: self.plan.folder.clone(), error }
    }

    /// The day behind the last that was written, by the note or by the files: a power cut may come between the two.
    fn due(&self, zone: Zone<'_>, extent: Extent) -> io::Result<Date> {
        let noted = std::fs::read_to_string(&self.note).ok();
        let noted = noted.and_then(|text| date_of(text.trim()));
        let names = std::fs::read_dir(&self.plan.folder)?.filter_map(Result::ok);
        let written = names.filter_map(|entry| self.date_in(entry.file_name().to_str()?));
        let last = written.chain(noted).max_by_key(|date| date.day_number());
        let first = zone.local(extent.first).date;
        // Below the log's first day there is nothing, whatever a foreign file is called.
        Ok(last.map(|last| last.plus_days(1)).filter(|next| *next > first).unwrap_or(first))
    }

    fn write(
        &self,
        date: Date,
        fill: impl FnOnce(&mut Out<'_>) -> io::Result<u64>,
    ) -> io::Result<u64> {
        let path = self.plan.folder.join(self.name_of(date));
        let draft = path.with_extension("part");
        let written = draft_of(&draft, fill);
        if !matches!(written, Ok(1..)) {
            // What stays of it is written over with the next attempt, and never taken for a day.
            let _ = std::fs::remove_file(&draft);
            return written;
        }
        std::fs::rename(&draft, &path)?;
        File::open(&self.plan.folder)?.sync_all()?;
        written
    }

    fn note_down(&self, date: Date) -> io::Result<()> {
        self.note.parent().map_or(Ok(()), make_folder)?;
        replace(&self.note, format!("{}\n", text_of(date)).as_bytes(), 0o644)
    }

    fn name_of(&self, date: Date) -> String {
        format!("{}-{}.{}", self.plan.name, text_of(date), self.plan.ending)
    }

    fn date_in(&self, name: &str) -> Option<Date> {
        let rest = name.strip_prefix(&self.plan.name)?.strip_prefix('-')?;
        date_of(rest.strip_suffix(&self.plan.ending)?.strip_suffix('.')?)
    }
}

/// Writes a file and brings it to the disk; gives its rows.
fn draft_of(path: &Path, fill: impl FnOnce(&mut Out<'_>) -> io::Result<u64>) -> io::Result<u64> {
    let mut out = BufWriter::new(File::create(path)?);
    let rows = fill(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    Ok(rows)
}

fn text_of(Date { year, month, day }: Date) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

fn date_of(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let date = Date::checked(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (text_of(date) == text).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::time::Offset;

    const EAST: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];
    /// Noon of 24 November 2026 in Vietnam.
    const FIRST: Instant = Instant::from_unix_milliseconds(1_795_496_400_000);

    struct Rig {
        data: tempfile::TempDir,
        folder: tempfile::TempDir,
    }

    impl Rig {
        fn new() -> Self {
            let folder = || tempfile::tempdir().expect("a folder");
            Self { data: folder(), folder: folder() }
        }

        fn days(&self) -> DayFiles {
            let (folder, name) = (self.folder.path().to_owned(), "mill".to_owned());
            let plan = FolderPlan { folder, name, ending: "csv".to_owned() };
            DayFiles::new(self.data.path(), "stick", plan)
        }

        /// Turns until nothing is due, so many hours after the first reading; the days.
        fn all(&self, hours: i64) -> Vec<String> {
            let extent = Extent { first: FIRST, newest: FIRST + Span::from_minutes(60 * hours) };
            let days = self.days();
            let mut told = Vec::new();
            while let Some(day) = days.turn(Zone::new(&EAST), extent, fill).expect("written") {
                told.push(day.file["mill-".len()..][..10].to_owned());
            }
            told
        }

        fn names(&self) -> Vec<String> {
            let entries = std::fs::read_dir(self.folder.path()).expect("read").flatten();
            let mut names: Vec<_> =
                entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        }
    }

    fn fill(period: Period, out: &mut Out<'_>) -> io::Result<u64> {
        writeln!(out, "{} {}", period.from.unix_milliseconds(), period.span().milliseconds())?;
        Ok(1)
    }

    #[test]
    fn finished_days_oldest_first_and_each_once() {
        let rig = Rig::new();
        assert!(rig.all(12).is_empty(), "midnight is no end yet");
        assert_eq!(rig.all(13), ["2026-11-24"]);
        assert_eq!(rig.all(13 + 72), ["2026-11-25", "2026-11-26", "2026-11-27"]);
        assert!(rig.all(13 + 72).is_empty(), "after a start nothing is written again");
        let newest = std::fs::read_to_string(rig.folder.path().join("mill-2026-11-27.csv"));
        assert_eq!(newest.expect("read"), format!("{} 86400000\n", 1_795_712_400_000_i64));
    }

    #[test]
    fn what_was_taken_away_stays_away_and_what_was_cut_off_is_made_good() {
        let rig = Rig::new();
        assert_eq!(rig.all(37).len(), 2);
        std::fs::remove_file(rig.folder.path().join("mill-2026-11-24.csv")).expect("removed");
        std::fs::remove_file(rig.folder.path().join("mill-2026-11-25.csv")).expect("removed");
        assert!(rig.all(37).is_empty());
        // A power cut between the file and the note.
        std::fs::remove_dir_all(rig.data.path().join(NOTES)).expect("removed");
        for name in ["mill-2026-11-25.csv", "mill-2026-11-26.part", "mill-2026-13-99.csv", "ä"] {
            std::fs::write(rig.folder.path().join(name), "half").expect("written");
        }
        assert_eq!(rig.all(61), ["2026-11-26"]);
        assert_eq!(rig.names().len(), 4, "no draft stays: {:?}", rig.names());
    }

    #[test]
    fn a_failure_leaves_nothing_and_is_tried_again() {
        let rig = Rig::new();
        let extent = Extent { first: FIRST, newest: FIRST + Span::from_minutes(60 * 13) };
        let full = |_: Period, out: &mut Out<'_>| {
            out.write_all(&[b'x'; 100_000])?;
            Err(io::Error::from(io::ErrorKind::StorageFull))
        };
        let why = rig.days().turn(Zone::new(&EAST), extent, full).expect_err("full").to_string();
        assert!(why.contains("free some space") && why.contains("/"), "{why}");
        assert!(rig.names().is_empty(), "{:?}", rig.names());
        assert_eq!(rig.all(13), ["2026-11-24"]);
        let missing = FolderPlan { folder: rig.folder.path().join("away"), ..rig.days().plan };
        let away = DayFiles::new(rig.data.path(), "other", missing);
        let why = away.turn(Zone::new(&EAST), extent, fill).expect_err("away").to_string();
        assert!(why.contains("check the path"), "{why}");
    }

    #[test]
    fn a_day_without_readings_has_no_file_and_holds_nothing_up() {
        let rig = Rig::new();
        let extent = Extent { first: FIRST, newest: FIRST + Span::from_minutes(60 * 37) };
        let days = rig.days();
        let empty = days.turn(Zone::new(&EAST), extent, |_, _| Ok(0)).expect("fine");
        assert_eq!(empty.map(|day| day.rows), Some(0));
        assert!(rig.names().is_empty());
        assert_eq!(rig.all(37), ["2026-11-25"]);
    }
}
