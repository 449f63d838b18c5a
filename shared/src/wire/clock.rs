//! What a device knew of the time when it wrote a frame.
//!
//! A frame's place in history is its stamp, never its time. Beside it each frame says how many *ticks*, tenths of a
//! second of a clock that nothing sets, had passed since its epoch began, and how good the wall clock was. An
//! [`Anchor`] says which wall time belonged to which tick. From both the wall time of every frame follows, a jump of
//! the clock shows as two anchors that do not agree, and readings that were taken while the clock was
//! still [unset](ClockQuality::Unset) get their date afterwards.

use crate::time::{Instant, Span};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};

/// How far the wall clock can be believed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ClockQuality {
    /// Nobody said; imported history has no clock of its own.
    #[default]
    NotStated,
    /// Not set since the start: instants in the frame count from the epoch's first tick.
    Unset,
    /// Set, but behind what the log had already: perhaps restored from a file after a long outage.
    Behind,
    /// Set; by whom is not known.
    Set,
    /// Set by a time service that is at work.
    Synchronised,
}

impl ClockQuality {
    const ALL: [Self; 5] =
        [Self::NotStated, Self::Unset, Self::Behind, Self::Set, Self::Synchronised];

    pub(super) const fn byte(self) -> u8 {
        self as u8
    }

    pub(super) fn of(byte: u8) -> Result<Self, WireError> {
        Self::ALL.get(usize::from(byte)).copied().ok_or(WireError::Malformed)
    }
}

/// A length of a tick.
pub const TICK: Span = Span::from_milliseconds(100);

/// A device's clocks at one moment.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// How good the wall clock was.
    pub quality: ClockQuality,
    /// Tenths of a second since the epoch began, as far as the device knows; stops at the largest.
    pub ticks: u32,
}

/// Which wall time belonged to which tick: 4 bytes epoch, 4 ticks, 8 wall time in ms, 1 quality.
///
/// ```
/// use millwatt::time::{Instant, Span};
/// use millwatt::wire::clock::{Anchor, Clock, ClockQuality};
/// let clock = Clock { quality: ClockQuality::Synchronised, ticks: 600 };
/// let noon = Instant::from_unix_milliseconds(1_795_435_200_000);
/// let anchor = Anchor { epoch: 3, clock, wall: noon };
/// // A minute before noon the epoch began; what was read half a minute later has its date now.
/// let read = Instant::from_unix_milliseconds(30_000);
/// assert_eq!(anchor.dated(read), noon - Span::from_seconds(30));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Anchor {
    /// The epoch whose ticks these are.
    pub epoch: u32,
    /// The clocks.
    pub clock: Clock,
    /// The wall time.
    pub wall: Instant,
}

impl Anchor {
    /// The wall time at the epoch's first tick.
    #[must_use]
    pub fn begin(&self) -> Instant {
        self.wall - TICK.times(self.clock.ticks.into())
    }

    /// The wall time of an instant that counts from the epoch's first tick.
    #[must_use]
    pub fn dated(&self, since_begin: Instant) -> Instant {
        self.begin() + (since_begin - Instant::from_unix_milliseconds(0))
    }

    /// Writes the payload.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn emit(&self, out: &mut Writer<'_>) -> Result<(), WireError> {
        out.slice(&self.epoch.to_le_bytes())?;
        out.slice(&self.clock.ticks.to_le_bytes())?;
        out.slice(&self.wall.unix_milliseconds().to_le_bytes())?;
        out.byte(self.clock.quality.byte())
    }

    /// Reads the payload.
    ///
    /// # Errors
    /// See [`WireError`].
    pub fn parse(payload: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(payload);
        let epoch = u32::from_le_bytes(reader.array()?);
        let ticks = u32::from_le_bytes(reader.array()?);
        let wall = Instant::from_unix_milliseconds(i64::from_le_bytes(reader.array()?));
        let quality = ClockQuality::of(reader.byte()?)?;
        Ok(Self { epoch, clock: Clock { quality, ticks }, wall })
    }
}
