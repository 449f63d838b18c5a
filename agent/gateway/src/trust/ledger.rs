//! What the writer keeps in mind to sign: the readings since the last checkpoint, the tree, the key.
//!
//! Only what is durable is signed. A checkpoint is durable in the log before it is published as the file
//! `checkpoint`. If a start finds less in the log than was published, its end was lost: the old log's name is
//! given up and a new log begins, so that no two checkpoints contradict each other.

use std::path::{Path, PathBuf};

use millwatt::time::{Instant, Span};
use millwatt::trust::{Chain, Checkpoint, Note, Seal};
use millwatt::wire::bytes::Writer;
use millwatt::wire::{Frame, FrameKind, Frames};

use super::key::{DeviceKey, KeyError, replace};
use crate::file_log::{page_numbers, path_of};

/// The newest published checkpoint, in a data folder.
const PUBLISHED: &str = "checkpoint";
/// Readings of a span may come this much later than the first of the next and are still on time.
const GRACE: Span = Span::from_minutes(2);
/// Room that a page keeps for its last checkpoint.
pub const ROOM: usize = 2_048;
/// Frames after which late readings are signed even when no span has ended.
const MOST_FRAMES: u32 = 64;

/// The state of a signed log; see the [module](self).
#[derive(Debug)]
pub struct Ledger {
    folder: PathBuf,
    key: DeviceKey,
    chain: Chain,
    /// The last seal's bytes.
    seal: Vec<u8>,
    frames: u32,
    lost: Option<u64>,
}

impl Ledger {
    /// Recovers the state from a folder's log; makes the key if there is none.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn recover(folder: &Path) -> Result<Self, KeyError> {
        let failed = |error| KeyError::Io(folder.to_owned(), error);
        let key = DeviceKey::open(folder)?;
        let folder = folder.to_owned();
        let (chain, seal) = (Chain::default(), Vec::new());
        let mut ledger = Self { folder, key, chain, seal, frames: 0, lost: None };
        let pages = ledger.pages_since_the_last_seal().map_err(failed)?;
        ledger.settle_key(&pages)?;
        pages.iter().for_each(|page| ledger.replay(page));
        ledger.begin_anew_if_the_end_was_lost()?;
        if !ledger.is_signed_by_this_key() {
            ledger.seal = ledger.sealed();
        }
        Ok(ledger)
    }

    fn is_signed_by_this_key(&self) -> bool {
        let seal = Seal::parse(&self.seal);
        seal.is_ok_and(|seal| seal.note.verify(&self.key.verifier()).is_ok())
    }

    /// The pages from the last that holds a checkpoint on; all of them where none does.
    fn pages_since_the_last_seal(&self) -> std::io::Result<Vec<Vec<u8>>> {
        let mut pages = Vec::new();
        for number in page_numbers(&self.folder)?.into_iter().rev() {
            let page = std::fs::read(path_of(&self.folder, number))?;
            let has_seal = Frames::new(&page).any(|frame| frame.kind == FrameKind::Checkpoint);
            pages.push(page);
            if has_seal {
                break;
            }
        }
        pages.reverse();
        Ok(pages)
    }

    /// A cut may have come between the log's taking in a new key and the old key's end.
    fn settle_key(&mut self, pages: &[Vec<u8>]) -> Result<(), KeyError> {
        let frames = pages.iter().flat_map(|page| Frames::new(page));
        let told = frames.filter(|frame| frame.kind == FrameKind::Device).last();
        if let Some(next) = DeviceKey::take_next(&self.folder, told.map(|frame| frame.payload)) {
            next.save(&self.folder)?;
            self.key = next;
        }
        DeviceKey::forget_next(&self.folder);
        Ok(())
    }

    fn replay(&mut self, page: &[u8]) {
        for frame in Frames::new(page) {
            match frame.kind {
                FrameKind::Checkpoint => self.resume(&frame),
                kind => self.take(kind, frame.payload),
            }
        }
    }

    fn resume(&mut self, frame: &Frame<'_>) {
        let Ok(seal) = Seal::parse(frame.payload) else { return };
        let is_own =
            seal.checkpoint().is_ok_and(|checkpoint| checkpoint.origin == self.key.origin());
        if is_own && (seal.tree != self.chain.tree || self.seal.is_empty()) {
            self.chain.resume(seal.tree, seal.sealed_to, seal.span);
            self.seal = frame.payload.to_vec();
        }
    }

    fn begin_anew_if_the_end_was_lost(&mut self) -> Result<(), KeyError> {
        let Ok(bytes) = std::fs::read(self.folder.join(PUBLISHED)) else { return Ok(()) };
        let Ok(note) = Note::parse(&bytes) else { return Ok(()) };
        let Ok(published) = Checkpoint::parse(note.text()) else { return Ok(()) };
        let tree = &self.chain.tree;
        let is_behind = tree.size() < published.size;
        let differs = tree.size() == published.size && tree.root() != published.root;
        if published.origin != self.key.origin() || !(is_behind || differs) {
            return Ok(());
        }
        self.lost = Some(published.size - tree.size());
        self.key = self.key.for_next_log();
        self.key.save(&self.folder)?;
        self.chain.restart(self.chain.sealed_to(), self.chain.span());
        self.seal = self.sealed();
        Ok(())
    }

    /// Leaves of the log that were published and are no longer there, when this start found so.
    #[must_use]
    pub const fn lost(&self) -> Option<u64> {
        self.lost
    }

    /// Up to which instant the signed tree holds what came on time.
    #[must_use]
    pub const fn sealed_to(&self) -> Instant {
        self.chain.sealed_to()
    }

    /// The key in force.
    #[must_use]
    pub const fn key(&self) -> &DeviceKey {
        &self.key
    }

    /// The payloads that a page, and a run of the program, begins with.
    #[must_use]
    pub fn head(&self) -> [(FrameKind, &[u8]); 2] {
        [(FrameKind::Device, self.key.note()), (FrameKind::Checkpoint, &self.seal)]
    }

    /// Takes in a frame that is durable.
    pub fn take(&mut self, kind: FrameKind, payload: &[u8]) {
        match kind {
            FrameKind::Manifest => self.chain.manifest(payload),
            FrameKind::Readings => {
                // What the writer wrote is sound; of a block that is not, a checker sees the same.
                let _ = self.chain.readings(payload);
            }
            FrameKind::Events => {
                self.chain.events(payload);
            }
            _ => return,
        }
        self.frames += 1;
    }

    /// Whether what waits must be signed before a manifest may come into force.
    #[must_use]
    pub fn must_seal_before(&self, manifest: &[u8]) -> bool {
        !self.chain.is_empty() && self.chain.manifest_hash() != millwatt::trust::Hash::of(manifest)
    }

    /// Signs the spans that have ended; gives the payload that the log must keep before anything is published.
    pub fn seal_due(&mut self) -> Option<Vec<u8>> {
        let to = match self.chain.due(GRACE) {
            Some(to) => to,
            None if self.frames >= MOST_FRAMES && !self.chain.is_empty() => self.chain.sealed_to(),
            None => return None,
        };
        self.seal_to(to)
    }

    /// Signs all that waits.
    pub fn seal_all(&mut self) -> Option<Vec<u8>> {
        let end = self.chain.newest().map(|newest| newest + Span::from_milliseconds(1));
        self.seal_to(end.unwrap_or(self.chain.sealed_to()).max(self.chain.sealed_to()))
    }

    fn seal_to(&mut self, to: Instant) -> Option<Vec<u8>> {
        self.frames = 0;
        if self.chain.seal(to).leaves.is_empty() {
            return None;
        }
        self.seal = self.sealed();
        Some(self.seal.clone())
    }

    fn sealed(&self) -> Vec<u8> {
        let mut buffer = vec![0; ROOM + 40 * 32];
        let mut out = Writer::new(&mut buffer);
        let chain = &self.chain;
        let signer = self.key.signer();
        Seal::emit(chain.sealed_to(), chain.span(), &chain.tree, &signer, &mut out)
            .expect("the buffer holds forty roots and a note");
        let length = out.length();
        buffer.truncate(length);
        buffer
    }

    /// Publishes the last checkpoint, which must be durable in the log.
    ///
    /// # Errors
    /// The file system's.
    pub fn publish(&self) -> std::io::Result<()> {
        let note = Seal::parse(&self.seal).map(|seal| seal.note_bytes.to_vec());
        match note {
            Ok(note) => replace(&self.folder.join(PUBLISHED), &note, 0o644),
            Err(error) => Err(std::io::Error::other(error)),
        }
    }

    /// Lets another key sign from here on; its note must be durable in the log first.
    pub fn change_key(&mut self, next: DeviceKey) {
        self.key = next;
        self.seal = self.sealed();
    }
}

/// The newest published checkpoint of a folder.
#[must_use]
pub fn published(folder: &Path) -> Option<Vec<u8>> {
    std::fs::read(folder.join(PUBLISHED)).ok()
}
