//! What people reported: output, weighings, stops, bills, notes.

use crate::time::Instant;
use crate::units::Amount;

/// What an event says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub enum EventKind {
    /// Good product made.
    Output,
    /// Product refused.
    Reject,
    /// Raw material received or put in.
    RawMaterial,
    /// Fuel weighed in.
    Fuel,
    /// A machine stood still, and why.
    Stop,
    /// People on shift.
    People,
    /// A supplier's bill.
    Bill,
    /// Anything worth keeping.
    Note,
    /// A meter was taken down: its last register value, in the register's steps.
    MeterRemoved,
    /// A meter was put up: its first register value.
    MeterInstalled,
    /// From now on what a meter counts must be multiplied by this: another transformer ratio.
    MeterFactor,
}

/// One dated statement by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Event<'a> {
    /// When it happened or began.
    pub at: Instant,
    /// When it ended, for what lasts.
    pub until: Option<Instant>,
    /// What it says.
    pub kind: EventKind,
    /// Short name of the asset, empty for the whole site.
    pub asset: &'a str,
    /// What was made, burnt or received: `green-tea`, `firewood`; for stops, the reason; for meters, the
    /// quantity that the register counts, empty for active energy.
    pub product: &'a str,
    /// How much, in thousandths of `unit`; 0 where there is nothing to count.
    pub thousandths: i64,
    /// The unit as people write it.
    pub unit: &'a str,
    /// In their words.
    pub note: &'a str,
}

impl Event<'_> {
    /// How much.
    #[must_use]
    pub const fn amount(&self) -> Amount {
        Amount::from_thousandths(self.thousandths as i128)
    }
}
