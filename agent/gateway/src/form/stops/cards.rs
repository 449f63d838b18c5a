//! From a machine's stops to the cards that wait for a reason.

use super::WAITS;
use super::machine::Machine;
use crate::form::told::Told;
use millwatt::calendar::Planned;
use millwatt::site::{Shift, Site};
use millwatt::time::{Instant, Period, Span, Weekdays};

/// How long a machine may say nothing and still be shown as standing.
const SILENT: Span = Span::from_minutes(15);
/// A site without shifts plans every hour.
const ALWAYS: [Shift<'static>; 1] =
    [Shift { name: "", days: Weekdays::ALL, start: 0, end: 24 * 60 }];

/// A stop, or the part of one, that nobody has explained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Card {
    /// The machine's short name.
    pub asset: String,
    /// From its first planned moment to its last; while it stands, to when the machine was seen last.
    pub period: Period,
    /// Whether the machine stands now.
    pub stands: bool,
    /// How much of that was planned work.
    pub planned: Span,
    /// The reason that was given last for another part of this stop; empty when there is none.
    pub said: String,
}

/// A machine's stop.
struct Stop<'a> {
    period: Period,
    stands: bool,
    /// What people said of it.
    told: Vec<&'a Told>,
}

/// The cards of one machine.
pub(super) fn of(machine: &Machine, site: &Site<'_>, told: &[Told], now: Instant) -> Vec<Card> {
    let seen = machine.seen();
    let patience = SILENT.max(machine.every.times(3));
    let is_heard = seen.is_some_and(|seen| now - seen <= patience);
    let stops = machine.stops().filter(|stop| {
        let week = Period::new(now - WAITS, Instant::MAX);
        stop.span() > machine.minor_stop && stop.overlap(week).is_some()
    });
    let stops = stops.map(|period| Stop {
        period,
        stands: is_heard && seen == Some(period.to),
        told: told.iter().filter(|one| one.is_about(&machine.asset, period)).collect(),
    });
    stops.flat_map(|stop| stop.cards(machine, site)).collect()
}

impl Stop<'_> {
    fn cards(&self, machine: &Machine, site: &Site<'_>) -> Vec<Card> {
        let shifts = if site.shifts.is_empty() { &ALWAYS[..] } else { site.shifts };
        let planned = |part: Period| {
            let windows = Planned::new(site.zone_rules(), shifts, part);
            let parts: Vec<Period> = windows.collect();
            let ends = parts.first().zip(parts.last());
            let whole = ends.map(|(first, last)| Period::new(first.from, last.to))?;
            Some((whole, parts.into_iter().map(Period::span).sum::<Span>()))
        };
        let said = self.told.last().map_or("", |told| told.event.product.as_str());
        let open = self.unexplained().into_iter().filter_map(planned);
        let open = open.filter(|(_, planned)| *planned > machine.minor_stop);
        open.map(|(period, planned)| Card {
            asset: machine.asset.clone(),
            period,
            stands: self.stands && period.to == self.period.to,
            planned,
            said: said.to_owned(),
        })
        .collect()
    }

    /// What is left of it beside what people explained.
    fn unexplained(&self) -> Vec<Period> {
        let mut explained: Vec<Period> =
            self.told.iter().map(|told| told.explains(self.period, self.stands)).collect();
        explained.sort_by_key(|part| part.from);
        let (mut left, mut from) = (Vec::new(), self.period.from);
        for part in explained {
            if part.from > from {
                left.push(Period::new(from, part.from));
            }
            from = from.max(part.to);
        }
        if from < self.period.to {
            left.push(Period::new(from, self.period.to));
        }
        left
    }
}
