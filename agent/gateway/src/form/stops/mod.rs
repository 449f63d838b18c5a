//! Stops that nobody has explained yet: each is a card on every phone until somebody says why.
//!
//! A card is what the report calls unqualified: a machine stood, by its own state or its power, for longer than its
//! minor stop in planned work, and no reason was given. One that has no reason for a part keeps a card for that part.
//! A reason given while the machine still stands holds until it runs again, but for a planned stop, whose end
//! must be said.
//!
//! The log is followed, not read anew: of what was added since the last look, the one channel that tells a machine's
//! state is decoded, and what was settled is not computed again.

mod asked;
mod cards;
mod follow;
mod machine;
#[cfg(test)]
mod tests;

pub(super) use asked::stops;

use std::path::Path;

use crate::file_log::last_manifest;
use crate::import::OwnedEvent;
use crate::logs::with_nodes;
use cards::Card;
use follow::Followed;
use machine::Machine;
use millwatt::archive::{Archive, Parts};
use millwatt::site::Site;
use millwatt::time::{Instant, Span};
use millwatt::wire::{Clock, Frame, FrameKind, Stamp};

use super::told::Told;

/// How long a stop may wait for its reason.
pub(super) const WAITS: Span = Span::DAY.times(7);
/// How far back the log is followed: a stop that reaches into the week is known with its beginning.
const FOLLOWED: Span = Span::DAY.times(9);
/// How long a look at the whole stretch holds: then nodes that are new, and what came late, are found too.
const HOLDS: Span = Span::from_minutes(60);

/// The stops of a site's machines, as far as its log tells.
#[derive(Debug, Default)]
pub(super) struct Stops {
    /// The site of all logs together.
    manifest: Vec<u8>,
    machines: Vec<Machine>,
    logs: Vec<Followed>,
    /// When the whole stretch was read last.
    begun: Option<Instant>,
}

impl Stops {
    /// What waits for a reason now, the standing first, then the newest. `meters` is what people said of meters, which
    /// power depends on.
    fn waiting(
        &mut self,
        folder: &Path,
        told: &[Told],
        meters: &[OwnedEvent],
        now: Instant,
    ) -> Result<Vec<Card>, String> {
        self.follow(folder, now)?;
        let parts = Parts::read(&self.manifest).map_err(|error| error.to_string())?;
        let site = parts.site();
        let mut cards = Vec::new();
        for machine in &mut self.machines {
            machine.fold(&site, meters, now - FOLLOWED);
            cards.extend(cards::of(machine, &site, told, now));
        }
        cards.sort_by_key(|card| (!card.stands, std::cmp::Reverse(card.period.from)));
        Ok(cards)
    }

    /// Takes in what the log has since the last look, or begins anew.
    fn follow(&mut self, folder: &Path, now: Instant) -> Result<(), String> {
        let holds = |begun: Instant| begun <= now && now - begun < HOLDS;
        if self.begun.is_some_and(holds) && self.take_new()? {
            return Ok(());
        }
        *self = Self::begin(folder, now)?;
        self.take_new()?;
        self.begun = Some(now);
        Ok(())
    }

    /// `false` where what was taken in before does not hold any more.
    fn take_new(&mut self) -> Result<bool, String> {
        for log in &mut self.logs {
            if !log.take(&mut self.machines)? {
                return Ok(false);
            }
        }
        Ok(self.machines.iter_mut().all(Machine::put_in_order))
    }

    fn begin(folder: &Path, now: Instant) -> Result<Self, String> {
        let folders = with_nodes(&[folder.to_owned()]);
        let mut joined = Archive::new();
        for folder in &folders {
            let manifest = last_manifest(folder).map_err(|error| error.to_string())?;
            let Some(payload) = manifest.as_deref() else { continue };
            let (stamp, clock, kind) = (Stamp::default(), Clock::default(), FrameKind::Manifest);
            joined.begin_log();
            joined.add(&Frame { stamp, clock, kind, payload });
        }
        joined.settle();
        let manifest = joined.manifest().to_owned();
        let machines = match Parts::read(&manifest) {
            Ok(parts) => machines(&parts.site()),
            // Nothing was written yet.
            Err(_) => return Err("the log holds no reading yet".to_owned()),
        };
        let since = now - FOLLOWED;
        let logs = folders.into_iter().map(|folder| Followed::new(folder, since)).collect();
        Ok(Self { manifest, machines, logs, begun: None })
    }
}

fn machines(site: &Site<'_>) -> Vec<Machine> {
    site.numbered_assets().filter_map(|(id, _)| Machine::of(site, id)).collect()
}
