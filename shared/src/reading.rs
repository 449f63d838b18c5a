//! What a meter, a counter or a person reported, before any interpretation.

use crate::time::Instant;

/// A channel's number in its manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct ChannelId(pub u16);

/// How far a value can be believed, judged by whoever took it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub enum Quality {
    /// Read as it should be.
    #[default]
    Good,
    /// Computed by the source from other values.
    Estimated,
    /// Read, but against the evidence: kept, never booked.
    Suspect,
}

/// A value and its instant on one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The grid point at which the value held; for amounts, the end of their interval.
    pub at: Instant,
    /// The scaled integer; the channel's [`Scale`](crate::site::Scale) gives its size.
    pub value: i64,
    /// How far it can be believed.
    pub quality: Quality,
}

/// A sample and the channel it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Which channel.
    pub channel: ChannelId,
    /// What it said.
    pub sample: Sample,
}
