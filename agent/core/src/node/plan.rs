//! What a node is: its channels, what it reads and from where, as data that may lie in flash.

use millwatt::reading::ChannelId;
use millwatt::site::{AssetId, Site};
use millwatt::time::Span;

use crate::meter::Place;
use crate::modbus::{Patience, Request};

/// One number in an answer and the channel that it feeds.
#[derive(Debug, Clone, Copy)]
pub struct Point<'p> {
    /// The channel.
    pub channel: ChannelId,
    /// Where it stands, and how.
    pub place: Place,
    /// Floats are multiplied by 10^`decimals`.
    pub decimals: u8,
    /// Whether a number whose bits are all ones, of a signed one the greatest or the least, stands for none.
    pub has_absent: bool,
    /// For states: the meter's code and ours.
    pub states: &'p [(i64, i64)],
}

impl Point<'_> {
    /// The channel's scaled integer from the answer to a request; `None` where there is no number.
    #[must_use]
    pub fn decode(&self, request: &Request, registers: &[u8]) -> Option<i64> {
        let offset = usize::from(self.place.address.saturating_sub(request.address)) * 2;
        let bytes = registers.get(offset..)?;
        if self.has_absent && self.place.is_absent(bytes) {
            return None;
        }
        let value = self.place.decode(bytes, self.decimals)?;
        if self.states.is_empty() {
            return Some(value);
        }
        self.states.iter().find(|(code, _)| *code == value).map(|(_, state)| *state)
    }
}

/// One request to one meter and the numbers in its answer.
#[derive(Debug, Clone, Copy)]
pub struct Read<'p> {
    /// The meter's number on the line.
    pub unit: u8,
    /// What to ask.
    pub request: Request,
    /// What the answer holds.
    pub points: &'p [Point<'p>],
}

/// A pulse output (S0, EN 62053-31) on a digital input: pulses of the interval are an amount.
#[derive(Debug, Clone, Copy)]
pub struct PulseInput {
    /// Which input.
    pub input: u8,
    /// What they are counted to.
    pub channel: ChannelId,
    /// How long a level must last to be believed.
    pub debounce: Span,
}

/// A contact on a digital input that tells a state.
#[derive(Debug, Clone, Copy)]
pub struct LevelInput {
    /// Which input.
    pub input: u8,
    /// What it tells.
    pub channel: ChannelId,
    /// How long a level must last to be believed.
    pub debounce: Span,
    /// The codes for a low and a high level.
    pub codes: [i64; 2],
}

/// All that a node is told before it starts.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'p> {
    /// Its site: assets and channels are its own.
    pub site: Site<'p>,
    /// The same as the log states it.
    pub manifest: &'p [u8],
    /// The grid of its rows.
    pub every: Span,
    /// What it asks its meters for.
    pub reads: &'p [Read<'p>],
    /// For one answer.
    pub patience: Patience,
    /// The line's rate, bits a second.
    pub baud: u32,
    /// Its pulse inputs.
    pub pulses: &'p [PulseInput],
    /// Its contacts.
    pub levels: &'p [LevelInput],
    /// How often the log is signed.
    pub seal_every: Span,
    /// The length of a span that is signed as one leaf.
    pub leaf: Span,
    /// The machine whose figures are kept and which must not idle for longer, if there is one.
    pub machine: Option<(AssetId, Span)>,
}
