//! Appending frames and moving the watermark.

use millwatt::wire::frame::MOST_PAYLOAD;
use millwatt::wire::{Clock, Frame, FrameKind, Frames, Stamp, WireError};

use super::{Pages, Recovery};

/// Why the log did not take a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogError<E> {
    /// The storage failed; nothing since the watermark may be believed: give it up and recover before going on.
    Storage(E),
    /// An earlier failure: recover first.
    Unusable,
    /// The frame will never fit.
    TooLarge,
    /// What is kept there was written in another version of the format, and stays as it is.
    Version {
        /// The version found.
        found: u8,
    },
}

impl<E: core::fmt::Display> core::fmt::Display for LogError<E> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Storage(error) => error.fmt(f),
            Self::Unusable => f.write_str("the log failed before and must be opened again"),
            Self::TooLarge => f.write_str("the frame is larger than a log can hold"),
            Self::Version { found } => WireError::Version { found: *found }.fmt(f),
        }
    }
}

/// A log that takes frames; made by [`Log::recover`].
///
/// `append` puts a frame at the end, `commit` makes all appended frames durable and moves the
/// watermark. A frame is acknowledged when its stamp is at or below the watermark.
#[derive(Debug)]
pub struct Log<P> {
    pub(super) pages: P,
    pub(super) page: u32,
    pub(super) page_size: usize,
    pub(super) filled: usize,
    pub(super) last: Stamp,
    pub(super) watermark: Stamp,
    pub(super) clock: Clock,
    pub(super) usable: bool,
    pub(super) recovery: Recovery,
}

impl<P: Pages> Log<P> {
    /// Everything at or below this stamp survives a power cut.
    #[must_use]
    pub const fn watermark(&self) -> Stamp {
        self.watermark
    }

    /// What recovery found.
    #[must_use]
    pub const fn recovery(&self) -> &Recovery {
        &self.recovery
    }

    /// The storage.
    pub const fn pages(&mut self) -> &mut P {
        &mut self.pages
    }

    /// Gives the storage back.
    pub fn into_pages(self) -> P {
        self.pages
    }

    /// What the device knows of the time, for the frames that follow.
    pub const fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Gives the frames that follow stamps above one that others have already; call it before the first frame after a
    /// recovery.
    pub fn begin_above(&mut self, stamp: Stamp) {
        if stamp >= self.last && self.last == self.watermark {
            self.last = Stamp { epoch: stamp.epoch.saturating_add(1), sequence: 0 };
            self.watermark = self.last;
        }
    }

    /// Whether a payload still fits the current page; if not, [`turn`](Self::turn) it.
    #[must_use]
    pub const fn fits(&self, payload: usize) -> bool {
        self.filled + millwatt::wire::frame::HEAD + payload <= self.page_size
    }

    /// Whether nothing stands in the current page.
    #[must_use]
    pub const fn is_page_empty(&self) -> bool {
        self.filled == 0
    }

    /// Ends the page, making it durable, and begins the next.
    ///
    /// # Errors
    /// [`LogError::Storage`], [`LogError::Unusable`].
    pub fn turn(&mut self) -> Result<(), LogError<P::Error>> {
        self.commit()?;
        let next = self.page.saturating_add(1);
        let created = self.pages.create(next);
        self.guard(created)?;
        (self.page, self.filled) = (next, 0);
        Ok(())
    }

    /// Adds a frame; it is durable only once [`commit`](Self::commit) has returned.
    ///
    /// A frame larger than a page gets a page of its own.
    ///
    /// # Errors
    /// See [`LogError`].
    pub fn append(&mut self, kind: FrameKind, payload: &[u8]) -> Result<Stamp, LogError<P::Error>> {
        if payload.len() > MOST_PAYLOAD {
            return Err(LogError::TooLarge);
        }
        self.check()?;
        if !self.fits(payload.len()) && self.filled > 0 {
            self.turn()?;
        }
        let stamp = self.last.next();
        let frame = Frame { stamp, clock: self.clock, kind, payload };
        let head = self.pages.append(self.page, &frame.head());
        self.guard(head)?;
        let body = self.pages.append(self.page, payload);
        self.guard(body)?;
        self.filled += frame.length();
        self.last = stamp;
        Ok(stamp)
    }

    /// Makes every appended frame durable and gives the new watermark.
    ///
    /// # Errors
    /// [`LogError::Storage`]: the watermark stays and the log takes nothing more, for a failed sync
    /// must never be tried again on the same pages. [`LogError::Unusable`] after that.
    pub fn commit(&mut self) -> Result<Stamp, LogError<P::Error>> {
        self.check()?;
        if self.watermark != self.last {
            let synced = self.pages.sync(self.page);
            self.guard(synced)?;
            self.watermark = self.last;
        }
        Ok(self.watermark)
    }

    /// Takes back what was appended since the watermark: after a failure it may be readable now and gone after a
    /// power cut, so that nothing may be built on it. Where the storage cannot cut, it stays.
    ///
    /// The log takes nothing more; recover it afterwards. After an error this may be tried again. `scratch` must hold
    /// the page.
    ///
    /// # Errors
    /// [`LogError::Storage`]; [`LogError::TooLarge`] when the page is longer than `scratch`.
    pub fn give_up(&mut self, scratch: &mut [u8]) -> Result<(), LogError<P::Error>> {
        self.usable = false;
        let durable = self.durable_end(scratch)?;
        // A page that was closed may have been written anew, shorter: it must not grow.
        if self.pages.length(self.page).map_err(LogError::Storage)? > durable {
            self.pages.cut(self.page, durable).map_err(LogError::Storage)?;
        }
        self.pages.sync(self.page).map_err(LogError::Storage)
    }

    /// Where in the current page the last frame at or below the watermark ends. Only what went in whole is looked at:
    /// the rest of a torn frame cannot be taken for one.
    fn durable_end(&mut self, scratch: &mut [u8]) -> Result<usize, LogError<P::Error>> {
        if self.last == self.watermark {
            return Ok(self.filled);
        }
        let page = scratch.get_mut(..self.filled).ok_or(LogError::<P::Error>::TooLarge)?;
        let length = self.pages.read(self.page, 0, page).map_err(LogError::Storage)?;
        let mut frames = Frames::new(page.get(..length).unwrap_or_default());
        let mut end = 0;
        while let Some(frame) = frames.next() {
            if frame.stamp <= self.watermark {
                end = frames.sound_end();
            }
        }
        Ok(end)
    }

    const fn check(&self) -> Result<(), LogError<P::Error>> {
        if self.usable { Ok(()) } else { Err(LogError::Unusable) }
    }

    fn guard<T>(&mut self, result: Result<T, P::Error>) -> Result<T, LogError<P::Error>> {
        self.usable &= result.is_ok();
        result.map_err(LogError::Storage)
    }
}
