//! What people said of stops, for the cards: by whom, and whether it still holds.

use super::note::Head;
use crate::import::OwnedEvent;
use millwatt::calendar::Stops;
use millwatt::time::{Instant, Period, Span};

/// How long a reported stop is remembered: the longest reaches 32 days back.
pub(super) const REMEMBERED: Span = Span::DAY.times(40);
/// The field of a reason that was given while the machine stood.
pub(super) const STANDING: &str = "standing";

/// A stop that somebody reported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    /// Its note holds people's words alone.
    pub event: OwnedEvent,
    /// Person and entry; empty where no form wrote it.
    pub person: String,
    pub entry: String,
    /// Whether the machine still stood.
    pub stood: bool,
    /// Whether another entry has taken its place.
    pub is_replaced: bool,
}

impl Told {
    pub(super) fn new(event: OwnedEvent, head: Option<&Head<'_>>) -> Self {
        let text = |get: fn(&Head<'_>) -> String| head.map(get).unwrap_or_default();
        Self {
            event,
            person: text(|head| head.person.to_owned()),
            entry: text(|head| head.entry.to_owned()),
            stood: head.is_some_and(|head| head.field == STANDING),
            is_replaced: false,
        }
    }

    fn is_planned_stop(&self) -> bool {
        self.event.product == Stops::REASON
    }

    fn until(&self) -> Instant {
        self.event.until.unwrap_or(self.event.at)
    }

    /// Whether it gives a reason for a machine's stop. Only a planned stop of the whole site is one of each machine:
    /// so the figures have it.
    pub(super) fn is_about(&self, asset: &str, stop: Period) -> bool {
        let OwnedEvent { at, asset: of, product, .. } = &self.event;
        let concerns = of == asset || of.is_empty() && self.is_planned_stop();
        let has_reason = !product.is_empty() || !self.event.note.is_empty();
        concerns && has_reason && !self.is_replaced && *at < stop.to && self.until() >= stop.from
    }

    /// Which part of a stop it explains. One without an end, or that was said while the machine stood, holds to the
    /// stop's end; of a planned stop the end must be said once it is over.
    pub(super) fn explains(&self, stop: Period, stands: bool) -> Period {
        let is_open = self.event.until.is_none() || self.stood;
        let holds = is_open && (stands || !self.is_planned_stop());
        let to = if holds { stop.to } else { self.until().min(stop.to) };
        Period::new(self.event.at.max(stop.from).min(to), to)
    }
}
