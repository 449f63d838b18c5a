//! Finding the end of a log after whatever ended it.

use millwatt::wire::{Clock, Frames, Stamp};

use super::{Log, LogError, Pages};

/// What recovery found.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// The newest stamp of the log as it was left; zero when it is new.
    pub newest: Stamp,
    /// Bytes of a torn frame at the end, now cut off.
    pub torn: usize,
    /// Bytes inside the last page in which no frame could be found; kept.
    pub damaged: usize,
}

impl<P: Pages> Log<P> {
    /// Opens a log: finds its end, cuts a torn tail, and begins a new epoch. Where the storage
    /// cannot cut, the torn page takes no more frames and the next one begins.
    ///
    /// Reads one page: the last, and only when that holds no frame the ones before it. `scratch`
    /// must hold a page; of a longer one only its first bytes are looked at and the page is left as
    /// it is.
    ///
    /// # Errors
    /// [`LogError::Storage`], [`LogError::Version`]. Damage is no error: it is counted in [`Recovery`].
    pub fn recover(
        mut pages: P,
        page_size: usize,
        scratch: &mut [u8],
    ) -> Result<Self, LogError<P::Error>> {
        let mut recovery = Recovery::default();
        let range = pages.range().map_err(LogError::Storage)?;
        let (page, filled, whole) = match range {
            None => {
                pages.create(1).map_err(LogError::Storage)?;
                (1, 0, true)
            }
            Some((first, last)) => {
                pages.settle(last).map_err(LogError::Storage)?;
                let (filled, whole) = find_end(&mut pages, last, scratch, &mut recovery)?;
                let mut earlier = last;
                while recovery.newest == Stamp::default() && earlier > first {
                    earlier -= 1;
                    newest_of(&mut pages, earlier, scratch, &mut recovery)?;
                }
                (last, filled, whole)
            }
        };
        let last = Stamp { epoch: recovery.newest.epoch.saturating_add(1), sequence: 0 };
        let (watermark, clock, usable) = (last, Clock::default(), true);
        let mut log =
            Self { pages, page, page_size, filled, last, watermark, clock, usable, recovery };
        if !whole {
            log.turn()?;
        }
        Ok(log)
    }
}

/// Looks through the last page and cuts its torn tail; gives how far it is filled, and whether
/// frames may follow there.
fn find_end<P: Pages>(
    pages: &mut P,
    page: u32,
    scratch: &mut [u8],
    recovery: &mut Recovery,
) -> Result<(usize, bool), LogError<P::Error>> {
    let length = pages.length(page).map_err(LogError::Storage)?;
    let (sound, damaged) = newest_of(pages, page, scratch, recovery)?;
    if length > scratch.len() {
        return Ok((length, true));
    }
    recovery.torn = length.saturating_sub(sound);
    recovery.damaged = damaged.saturating_sub(recovery.torn);
    if recovery.torn > 0 {
        pages.cut(page, sound).map_err(LogError::Storage)?;
        pages.sync(page).map_err(LogError::Storage)?;
    }
    let left = pages.length(page).map_err(LogError::Storage)?;
    Ok((left, left == sound))
}

/// Takes the newest stamp of a page; gives where its last sound frame ends and how much is damaged.
fn newest_of<P: Pages>(
    pages: &mut P,
    page: u32,
    scratch: &mut [u8],
    recovery: &mut Recovery,
) -> Result<(usize, usize), LogError<P::Error>> {
    let length = pages.read(page, 0, scratch).map_err(LogError::Storage)?;
    let mut frames = Frames::new(scratch.get(..length).unwrap_or_default());
    for frame in frames.by_ref() {
        recovery.newest = recovery.newest.max(frame.stamp);
    }
    match frames.foreign() {
        Some(found) => Err(LogError::Version { found }),
        None => Ok((frames.sound_end(), frames.damaged())),
    }
}
