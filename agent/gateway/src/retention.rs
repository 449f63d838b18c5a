//! How long a log is kept: whole pages, the oldest first, once all that stands in them is old or the log is too large.
//!
//! What was deleted leaves its subtree roots in the first checkpoint of what is left, so that signatures go on being
//! checked. The last two pages always stay, and so does what is younger than [`TAIL`], or not receipted by a receiver that
//! is waited for.

use std::io;
use std::path::Path;

use millwatt::time::{Instant, Span};
use millwatt::trust::Seal;
use millwatt::wire::{FrameKind, Frames, Stamp};

use crate::file_log::{page_numbers, path_of};

/// However large the log is, so much of it stays: a server that lost its disk may ask for it again.
pub const TAIL: Span = Span::DAY.times(7);

/// What a site file says of keeping; nothing means for ever.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Readings older than so many days may go.
    pub days: Option<u32>,
    /// The oldest pages may go once the log is larger than so many million bytes.
    pub megabytes: Option<u32>,
}

/// A page that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retired {
    /// Its number.
    pub page: u32,
    /// Up to which instant its readings went, where a checkpoint says so.
    pub up_to: Option<Instant>,
}

impl Retention {
    /// Deletes what may go at an instant, oldest first, and nothing above the stamp up to which receivers have the log, where
    /// there are any to wait for. For its age one page goes at a time, so that a clock that
    /// jumps ahead for an hour does not take a history with it.
    ///
    /// # Errors
    /// The file system's; what was not reached stays.
    pub fn apply(
        &self,
        folder: &Path,
        now: Instant,
        receipted: Option<Stamp>,
    ) -> io::Result<Vec<Retired>> {
        let mut retired = Vec::new();
        if *self == Self::default() {
            return Ok(retired);
        }
        let mut numbers = page_numbers(folder)?;
        numbers.truncate(numbers.len().saturating_sub(2));
        for page in numbers {
            let bytes = std::fs::read(path_of(folder, page))?;
            if receipted.is_some_and(|receipted| newest_of(&bytes) > receipted) {
                break;
            }
            let up_to = end_of(&bytes);
            let is_next_by_age = retired.is_empty() && self.is_too_old(up_to, now);
            let is_of_the_tail = up_to.is_none_or(|up_to| now - up_to < TAIL);
            if !is_next_by_age && (is_of_the_tail || !self.is_too_large(folder)?) {
                break;
            }
            std::fs::remove_file(path_of(folder, page))?;
            std::fs::File::open(folder)?.sync_all()?;
            retired.push(Retired { page, up_to });
        }
        Ok(retired)
    }

    fn is_too_old(&self, up_to: Option<Instant>, now: Instant) -> bool {
        let age = self.days.map(|days| Span::DAY.times(days.into()));
        age.zip(up_to).is_some_and(|(age, up_to)| up_to < now - age)
    }

    fn is_too_large(&self, folder: &Path) -> io::Result<bool> {
        let Some(megabytes) = self.megabytes else { return Ok(false) };
        let mut length = 0;
        for page in page_numbers(folder)? {
            length += std::fs::metadata(path_of(folder, page))?.len();
        }
        Ok(length > u64::from(megabytes) * 1_000_000)
    }
}

fn newest_of(page: &[u8]) -> Stamp {
    Frames::new(page).map(|frame| frame.stamp).max().unwrap_or_default()
}

/// Up to which instant a page's readings go, by its last checkpoint.
fn end_of(page: &[u8]) -> Option<Instant> {
    let seals = Frames::new(page).filter(|frame| frame.kind == FrameKind::Checkpoint);
    seals.filter_map(|frame| Seal::parse(frame.payload).ok()).map(|seal| seal.sealed_to).max()
}
