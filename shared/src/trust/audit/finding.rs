//! What an audit says of what is not as it was signed.

use crate::time::Instant;
use crate::wire::Stamp;

/// A place in a log.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The page's number, as whoever feeds the audit counts them.
    pub page: u32,
    /// The frame's first byte in the page.
    pub offset: usize,
    /// The frame's stamp.
    pub stamp: Stamp,
}

/// What a finding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Readings or events are not those that were signed: changed, put in, taken away or moved.
    Changed,
    /// Part of the log is missing: it goes on at a later state than it left off.
    Missing {
        /// Leaves of which nothing is there.
        leaves: u64,
    },
    /// The log goes back to a state that it had before: played again, or put together from copies.
    Repeated,
    /// A frame's stamp is not above the one before: moved, or played again.
    Disordered,
    /// A checkpoint's signature is not by the device's key, or its note does not fit its tree.
    Forged,
    /// Another device's log, or a key that nobody vouched for.
    OtherDevice,
    /// A column says that its values come to something else than they do. The values themselves are as signed
    /// unless another finding says otherwise.
    FalseSummary,
    /// Bytes in which no sound frame begins.
    Damaged {
        /// How many.
        bytes: usize,
    },
    /// A checkpoint that somebody kept says otherwise than this log.
    Contradicted,
    /// The log ends before a checkpoint that somebody kept.
    CutShort {
        /// Leaves that are missing.
        leaves: u64,
    },
}

/// Something that is not what was signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// The first frame that it touches.
    pub from: Place,
    /// The frame at which it showed.
    pub to: Place,
    /// From the first to the last instant of the readings that it touches.
    pub span: Option<(Instant, Instant)>,
    /// How many readings it touches.
    pub readings: u64,
    /// How closely it could be told, of [`Fault::Changed`] and [`Fault::Missing`]; the others say it themselves.
    pub culprit: Option<Culprit>,
}

/// What exactly was changed, as closely as the signatures and the row of stamps tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Culprit {
    /// One or some of so many frames, from the first place to the last: all that hold readings of the leaves that did
    /// not come out again. Of a single frame, that one.
    Among {
        /// How many.
        frames: u64,
    },
    /// This frame alone: it was put in, and without it all is as it was signed.
    PutIn,
    /// Frames that should stand before this one and do not.
    Absent(Gap),
    /// This frame stands in the place of others.
    InPlaceOf(Gap),
    /// This manifest: the readings are as they were signed, under another one that the log had before.
    Manifest,
}

/// Stamps in a log's row that no frame has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The first.
    pub first: Stamp,
    /// The last.
    pub last: Stamp,
    /// The first and the last frame of those that were signed together with them.
    pub around: (Place, Place),
    /// How many these are.
    pub frames: u64,
}

impl Culprit {
    /// The stamps that are missing.
    #[must_use]
    pub const fn gap(&self) -> Option<Gap> {
        match self {
            Self::Absent(gap) | Self::InPlaceOf(gap) => Some(*gap),
            Self::Among { .. } | Self::PutIn | Self::Manifest => None,
        }
    }
}
