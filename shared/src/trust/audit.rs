//! Checking a log from its first frame to its last: what is proved, and where it first is not what was signed.
//!
//! An [`Audit`] is fed a log's pages in order. It recomputes every leaf from the readings, and every root from
//! the leaves, and compares with the signed checkpoints. What does not fit becomes a [`Finding`] with the frames,
//! the instants and the number of readings that it touches; behind it the next sound checkpoint takes up the
//! thread.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::TrustError;
use super::chain::{Chain, Sealed};
use super::checkpoint::Seal;
use super::device::Device;
use super::note::VerifierKey;
use super::tree::{Frontier, Hash};
use crate::time::Instant;
use crate::wire::{Frame, FrameKind, Frames, Stamp};

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
}

/// What an audit found of one log: a device may have begun more than one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Log {
    /// Its name.
    pub origin: String,
    /// The verifier key as text, the newest.
    pub key: String,
    /// Where it begins.
    pub begins: Place,
    /// Whether it was signed, at least at its end, by the key that is [trusted](Audit::trust), or by one that
    /// this key vouched for; true when none is.
    pub trusted: bool,
    /// How often the key was replaced with the old one's consent.
    pub rotations: u32,
    /// Leaves of the tree at the last sound checkpoint.
    pub leaves: u64,
    /// Of these, those whose readings were deleted before this copy begins: only their roots are left.
    pub deleted: u64,
    /// Checkpoints whose root came out again from the readings.
    pub checkpoints: u64,
    /// Readings under them.
    pub readings: u64,
    /// From the first to the last instant of the proved readings.
    pub span: Option<(Instant, Instant)>,
    /// The last sound note, as it stands.
    pub note: Vec<u8>,
}

/// A check under way; see the [module](self).
#[derive(Debug, Default, Clone)]
pub struct Audit {
    chain: Chain,
    /// Whether the chain's tree is known to be the signed one.
    follows: bool,
    logs: Vec<Log>,
    findings: Vec<Finding>,
    page: u32,
    /// The frames of which something waits for a checkpoint, and the newest instant of each.
    waiting: Vec<(Place, Instant)>,
    last: Option<Place>,
    /// Bytes passed over in this page since the last checkpoint.
    damaged: usize,
    /// In a page that was written anew all frames carry one stamp.
    is_compacted: bool,
    kept: Vec<Kept>,
    /// The key that must have signed or vouched.
    trusted: Option<[u8; 32]>,
}

/// A checkpoint that somebody kept, to be found again in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    origin: String,
    size: u64,
    root: Hash,
    found: bool,
}

impl Audit {
    /// Of nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Holds the log against a checkpoint's text that somebody kept; call it before the first page.
    ///
    /// # Errors
    /// [`TrustError::Malformed`].
    pub fn expect(&mut self, text: &str) -> Result<(), TrustError> {
        let checkpoint = super::Checkpoint::parse(text)?;
        let (origin, size, root) = (checkpoint.origin.to_owned(), checkpoint.size, checkpoint.root);
        self.kept.push(Kept { origin, size, root, found: false });
        Ok(())
    }

    /// Believes this key alone, or one that it vouched for; call it before the first page. Without it the log's
    /// own first key is taken.
    pub fn trust(&mut self, key: &VerifierKey<'_>) {
        self.trusted = Some(*key.bytes());
    }

    /// Takes the next page.
    pub fn page(&mut self, number: u32, bytes: &[u8]) {
        (self.page, self.is_compacted) = (number, false);
        let mut frames = Frames::new(bytes);
        let mut passed = 0;
        while let Some(frame) = frames.next() {
            let offset = frames.sound_end() - frame.length();
            let place = Place { page: number, offset, stamp: frame.stamp };
            self.note_damage(frames.damaged() - passed, place);
            passed = frames.damaged();
            self.frame(&frame, place);
        }
        if frames.damaged() > passed {
            let end = Place { page: number, offset: frames.sound_end(), stamp: self.stamp() };
            self.note_damage(frames.damaged() - passed, end);
        }
    }

    fn stamp(&self) -> Stamp {
        self.last.map_or(Stamp::default(), |place| place.stamp)
    }

    fn note_damage(&mut self, bytes: usize, place: Place) {
        if bytes > 0 {
            let offset = place.offset.saturating_sub(bytes);
            let from = Place { offset, ..place };
            self.waiting.push((from, Instant::MIN));
            self.damaged += bytes;
            self.find(Fault::Damaged { bytes }, from, place, None, 0);
        }
    }

    fn find(
        &mut self,
        fault: Fault,
        from: Place,
        to: Place,
        span: Option<(Instant, Instant)>,
        readings: u64,
    ) {
        self.findings.push(Finding { fault, from, to, span, readings });
    }

    fn frame(&mut self, frame: &Frame<'_>, place: Place) {
        let rises = self.last.is_none_or(|last| last.stamp < place.stamp);
        let is_same = self.last.is_some_and(|last| last.stamp == place.stamp);
        self.is_compacted &= is_same;
        if !rises && !self.is_compacted && frame.kind != FrameKind::Compacted {
            self.find(Fault::Disordered, place, place, None, 0);
        }
        self.last = Some(place);
        match frame.kind {
            FrameKind::Compacted => self.is_compacted = true,
            FrameKind::Device => self.device(frame.payload, place),
            FrameKind::Checkpoint => self.checkpoint(frame.payload, place),
            FrameKind::Manifest => self.chain.manifest(frame.payload),
            FrameKind::Readings => {
                // A block that breaks off has its frame's checksum: what it lacks shows in the leaf.
                let taken = self.chain.readings(frame.payload).unwrap_or_default();
                if taken.is_summary_false {
                    self.find(Fault::FalseSummary, place, place, None, 0);
                }
                self.waiting.push((place, taken.newest.unwrap_or(Instant::MIN)));
            }
            FrameKind::Events => {
                let taken = self.chain.events(frame.payload);
                self.waiting.push((place, taken.newest.unwrap_or(Instant::MIN)));
            }
            FrameKind::Page
            | FrameKind::Receipt
            | FrameKind::Anchor
            | FrameKind::Run
            | FrameKind::Log => {}
        }
    }

    fn device(&mut self, payload: &[u8], place: Place) {
        let Ok(device) = Device::parse(payload) else {
            return self.find(Fault::Forged, place, place, None, 0);
        };
        let text = alloc::format!("{}", device.key);
        let is_trusted = self.trusted.is_none_or(|key| device.key.bytes() == &key);
        let Some(log) = self.logs.last_mut() else { return self.begin(text, place, is_trusted) };
        if log.key == text {
            return;
        }
        let (known, was_trusted) = (log.key.clone(), log.trusted);
        let Ok(known) = VerifierKey::parse(&known) else { return };
        let is_same = known.bytes() == device.key.bytes();
        if known.name() == device.key.name() && device.follows(&known) {
            log.key = text;
            log.trusted |= is_trusted;
            log.rotations += 1;
        } else if is_same || device.follows(&known) {
            self.begin(text, place, is_trusted || was_trusted);
        } else {
            self.find(Fault::OtherDevice, place, place, None, 0);
        }
    }

    /// Begins a log: the first, or the next of a device that could not go on with the one before.
    fn begin(&mut self, key: String, begins: Place, trusted: bool) {
        let origin = key.split('+').next().unwrap_or_default().to_owned();
        self.logs.push(Log { origin, key, begins, trusted, ..Log::default() });
        self.follows = false;
    }

    fn checkpoint(&mut self, payload: &[u8], place: Place) {
        let seal = match self.verified(payload) {
            Ok(seal) => seal,
            Err(fault) => {
                // What waits goes on waiting: the next checkpoint may still prove it.
                let (span, readings) = (self.chain.waiting_span(), self.chain.waiting());
                return self.find(fault, place, place, span, readings);
            }
        };
        if self.follows && self.chain.tree == seal.tree {
            // The copy at the start of a page, or of a run of the program.
            return;
        }
        let since = self.waiting.first().map_or(place, |(first, _)| *first);
        if !self.follows {
            return self.take_up(&seal, since, place);
        }
        let (known, signed) = (self.chain.tree.size(), seal.tree.size());
        let damaged = core::mem::take(&mut self.damaged);
        self.waiting.retain(|(_, newest)| *newest >= seal.sealed_to);
        let (nothing_waits, mut tree) = (self.chain.is_empty(), self.chain.tree.clone());
        let sealed = self.chain.seal(seal.sealed_to);
        if self.chain.tree == seal.tree {
            for leaf in &sealed.leaves {
                tree.push(*leaf);
                self.compare(&tree, place);
            }
            return self.prove(&seal, &sealed);
        }
        let fault = match signed {
            _ if signed < known => Fault::Repeated,
            _ if nothing_waits && damaged == 0 => Fault::Missing { leaves: signed - known },
            _ => Fault::Changed,
        };
        self.find(fault, since, place, sealed.span, sealed.readings);
        self.resume(&seal, place);
    }

    /// The seal, when it is the device's own and its note fits its tree.
    fn verified<'p>(&self, payload: &'p [u8]) -> Result<Seal<'p>, Fault> {
        let seal = Seal::parse(payload).map_err(|_| Fault::Forged)?;
        let log = self.logs.last().ok_or(Fault::OtherDevice)?;
        let key = VerifierKey::parse(&log.key).map_err(|_| Fault::OtherDevice)?;
        let origin = seal.checkpoint().map_err(|_| Fault::Forged)?.origin;
        if origin != log.origin {
            return Err(Fault::OtherDevice);
        }
        match seal.note.verify(&key) {
            Ok(()) => Ok(seal),
            Err(TrustError::UnknownKey) => Err(Fault::OtherDevice),
            Err(_) => Err(Fault::Forged),
        }
    }

    /// Goes on from a checkpoint although what stood before it is not known.
    fn take_up(&mut self, seal: &Seal<'_>, since: Place, place: Place) {
        if seal.tree.size() == 0 {
            // A new tree: it will take in what waits.
            self.follows = true;
            return self.chain.restart(seal.sealed_to, seal.span);
        }
        self.waiting.clear();
        let waits = self.chain.waiting();
        if waits > 0 {
            self.find(Fault::Changed, since, place, self.chain.waiting_span(), waits);
        }
        if let Some(log) = self.logs.last_mut().filter(|log| log.checkpoints == 0) {
            log.deleted = seal.tree.size();
        }
        self.resume(seal, place);
    }

    fn resume(&mut self, seal: &Seal<'_>, place: Place) {
        self.chain.resume(seal.tree.clone(), seal.sealed_to, seal.span);
        self.follows = true;
        self.compare(&seal.tree, place);
        if let Some(log) = self.logs.last_mut() {
            (log.leaves, log.note) = (seal.tree.size(), seal.note_bytes.to_vec());
        }
    }

    fn prove(&mut self, seal: &Seal<'_>, sealed: &Sealed) {
        let Some(log) = self.logs.last_mut() else { return };
        log.checkpoints += 1;
        log.readings += sealed.readings;
        (log.leaves, log.note) = (seal.tree.size(), seal.note_bytes.to_vec());
        log.span = match (log.span, sealed.span) {
            (Some((from, to)), Some((first, last))) => Some((from.min(first), to.max(last))),
            (known, new) => new.or(known),
        };
    }

    /// Holds the tree at one size against the checkpoints that somebody kept.
    fn compare(&mut self, tree: &Frontier, place: Place) {
        let Some(log) = self.logs.last() else { return };
        let own = |kept: &&mut Kept| kept.origin == log.origin && kept.size == tree.size();
        let mut contradicts = false;
        for kept in self.kept.iter_mut().filter(own) {
            kept.found = true;
            contradicts |= kept.root != tree.root();
        }
        if contradicts {
            self.find(Fault::Contradicted, place, place, None, 0);
        }
    }

    /// Ends the check.
    #[must_use]
    pub fn finish(mut self) -> Outcome {
        let end = self.last.unwrap_or_default();
        let mut beyond = 0;
        for kept in core::mem::take(&mut self.kept).into_iter().filter(|kept| !kept.found) {
            let log = self.logs.iter().find(|log| log.origin == kept.origin);
            match log.map_or(0, |log| log.leaves) {
                leaves if kept.size > leaves => {
                    let fault = Fault::CutShort { leaves: kept.size - leaves };
                    self.find(fault, end, end, None, 0);
                }
                _ => beyond += 1,
            }
        }
        let strange = self.logs.iter().filter(|log| !log.trusted).map(|log| log.begins);
        for place in strange.collect::<Vec<_>>() {
            self.find(Fault::OtherDevice, place, place, None, 0);
        }
        Outcome {
            unsigned: self.chain.waiting(),
            unsigned_span: self.chain.waiting_span(),
            not_compared: beyond,
            logs: self.logs,
            findings: self.findings,
        }
    }
}

/// The logs that stand one after the other in some bytes, as a report of several devices carries them, each
/// with where it begins. Each is audited by itself.
///
/// ```
/// use millwatt::trust::audit::logs;
/// assert_eq!(logs(b"one log"), [(0, &b"one log"[..])]);
/// ```
#[must_use]
pub fn logs(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let (mut logs, mut from) = (Vec::new(), 0);
    let mut frames = Frames::new(bytes);
    while let Some(frame) = frames.next() {
        if frame.kind == FrameKind::Log {
            logs.push((from, &bytes[from..frames.sound_end() - frame.length()]));
            from = frames.sound_end();
        }
    }
    logs.push((from, &bytes[from..]));
    logs
}

/// What an audit came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Each log that was found, in order.
    pub logs: Vec<Log>,
    /// What is not as it was signed, in the order of the frames.
    pub findings: Vec<Finding>,
    /// Readings after the last checkpoint: not signed yet.
    pub unsigned: u64,
    /// From the first to the last instant of these.
    pub unsigned_span: Option<(Instant, Instant)>,
    /// Kept checkpoints that could not be compared, for the log has no readings around them any more.
    pub not_compared: u64,
}
