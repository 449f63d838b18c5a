//! Where indicators get their samples and events from.

use crate::event::Event;
use crate::reading::{ChannelId, Sample};
use crate::time::Period;

/// A source of samples, in memory, in flash or in a page.
///
/// Indicators ask for one channel and one period at a time, as often as they need.
pub trait Series {
    /// The samples of a channel in time order, each instant once: those inside `period` (both ends
    /// included), up to [`LEAD_IN`] before it, and the first after it.
    fn samples(&self, channel: ChannelId, period: Period) -> impl Iterator<Item = Sample> + '_;

    /// The events that begin inside a period, in time order.
    fn events(&self, period: Period) -> impl Iterator<Item = Event<'_>> + '_;
}

/// Samples before a period that counter rules may look at: enough to know a transient for what it is.
pub const LEAD_IN: usize = 4;
