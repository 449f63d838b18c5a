//! The bytes: one format for flash page, file segment, uplink and report. SPEC.md states each byte.
//!
//! A log is a row of [`frame`]s, each with its own checksum; a frame carries a [`manifest`], a
//! [`block`] of readings or events. Readings stand in [columns](mod@column) of scaled integers on a grid; one column may be
//! [told by others](relation).

pub mod bits;
pub mod block;
pub mod bytes;
pub mod clock;
pub mod column;
pub mod frame;
pub mod manifest;
pub mod relation;
pub mod row;

#[cfg(feature = "alloc")]
pub use block::ColumnDecoder;
pub use block::{BlockWriter, ColumnStream, Columns};
pub use clock::{Anchor, Clock, ClockQuality};
pub use frame::{Frame, FrameKind, Frames, Stamp};
pub use manifest::{Record, events, records};

/// What can be wrong with bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireError {
    /// The bytes end before what they promise.
    Truncated,
    /// A field holds a value that the format does not have.
    Malformed,
    /// The checksum does not fit the content.
    Checksum,
    /// Another version of the format wrote this.
    Version {
        /// The version found.
        found: u8,
    },
    /// A sound frame of a kind, or under a quality of the clock, that a later program knows.
    Kind {
        /// Bytes of the whole frame.
        length: usize,
    },
    /// The caller's buffer is too small.
    BufferFull,
}

impl core::fmt::Display for WireError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Truncated => f.write_str("the bytes end before what they promise"),
            Self::Malformed => f.write_str("a field holds a value that the format does not have"),
            Self::Checksum => f.write_str("the checksum does not fit the content"),
            Self::Version { found } => {
                write!(f, "written in format version {found}, which this program does not read")
            }
            Self::Kind { .. } => f.write_str("a frame that only a later program knows"),
            Self::BufferFull => f.write_str("the buffer is too small"),
        }
    }
}

impl core::error::Error for WireError {}
