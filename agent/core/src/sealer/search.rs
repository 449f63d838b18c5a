//! Where a ring's log stands: its last checkpoint, and whether anything behind it was lost.

use embedded_storage::nor_flash::NorFlash;
use millwatt::trust::{Device, Hash, Seal};
use millwatt::wire::{Frame, FrameKind, Stamp};

use super::{Log, Name, Sealer};
use crate::ring::{Ring, RingError, kept_before};

/// What a ring says of the log that is signed.
pub(super) struct Found {
    /// The name of the log that was begun last.
    pub name: Option<Name>,
    /// A log at its last checkpoint.
    pub log: Option<Log>,
    /// Whether a frame behind either is missing.
    pub is_cut: bool,
    /// The last manifest.
    pub manifest: Option<Hash>,
}

/// Goes through the whole ring.
pub(super) fn last_checkpoint<F: NorFlash>(
    sealer: &Sealer<'_>,
    ring: &mut Ring<F>,
    scratch: &mut [u8],
) -> Result<Found, RingError<F::Error>> {
    let found = Found { name: None, log: None, is_cut: false, manifest: None };
    let (reached, last) = (Stamp::default(), Stamp::default());
    let mut search = Search { prefix: sealer.prefix(), found, reached, last };
    ring.read_all(Stamp::default(), scratch, |frame| search.take(frame))?;
    let (mut found, last) = (search.found, search.last);
    if let Some(log) = &found.log {
        let before = Stamp { sequence: last.sequence.saturating_sub(1), ..last };
        let (key, mut is_own) = (sealer.signer(&log.name).verifier(), false);
        ring.read(before, scratch, |frame| {
            let seal = Seal::parse(frame.payload).ok().filter(|_| frame.stamp == last);
            is_own |= seal.is_some_and(|seal| seal.note.verify(&key).is_ok());
        })?;
        found.is_cut |= !is_own;
    }
    Ok(found)
}

struct Search {
    prefix: Name,
    found: Found,
    reached: Stamp,
    /// The last checkpoint.
    last: Stamp,
}

impl Search {
    fn take(&mut self, frame: &Frame<'_>) {
        if frame.kind == FrameKind::Page {
            self.found.is_cut |= kept_before(frame).is_some_and(|kept| kept > self.reached);
            return;
        }
        let (stamp, reached) = (frame.stamp, self.reached);
        let is_next = match stamp.epoch == reached.epoch {
            true => stamp.sequence == reached.sequence.wrapping_add(1),
            false => stamp.sequence == 1,
        };
        self.found.is_cut |= !is_next;
        self.reached = stamp;
        match frame.kind {
            FrameKind::Manifest => self.found.manifest = Some(Hash::of(frame.payload)),
            FrameKind::Device => self.device(frame),
            FrameKind::Checkpoint => self.checkpoint(frame),
            _ => {}
        }
    }

    fn device(&mut self, frame: &Frame<'_>) {
        let Ok(device) = Device::parse(frame.payload) else { return };
        if let Some(name) = self.own(device.key.name()) {
            (self.found.name, self.found.is_cut) = (Some(name), false);
        }
    }

    fn own(&self, name: &str) -> Option<Name> {
        Name::try_from(name).ok().filter(|name| name.starts_with(self.prefix.as_str()))
    }

    fn checkpoint(&mut self, frame: &Frame<'_>) {
        let Ok(seal) = Seal::parse(frame.payload) else { return };
        let Ok(checkpoint) = seal.checkpoint() else { return };
        let Some(name) = self.own(checkpoint.origin) else { return };
        self.found.name = Some(name.clone());
        // An empty tree has taken in nothing: what waited before it goes on waiting.
        let since = self.found.log.as_ref().map_or(Stamp::default(), |log| log.stamp);
        let stamp = if seal.tree.size() == 0 { since } else { frame.stamp };
        let (tree, sealed_to) = (seal.tree, seal.sealed_to);
        self.last = frame.stamp;
        let manifest = self.found.manifest;
        self.found.log = Some(Log { name, tree, sealed_to, stamp, manifest, unstated: 0 });
        self.found.is_cut = false;
    }
}
