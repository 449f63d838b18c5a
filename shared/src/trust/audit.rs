//! Checking a log from its first frame to its last: what is proved, and where it first is not what was signed.
//!
//! An [`Audit`] is fed a log's pages in order. It recomputes every leaf from the readings, and every root from
//! the leaves, and compares with the signed checkpoints. What does not fit becomes a [`Finding`] with the frames,
//! the instants and the number of readings that it touches; behind it the next sound checkpoint takes up the
//! thread. The finding [names](Culprit) the record where the signatures tell it, otherwise the records of its leaf.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use super::TrustError;
use super::chain::{Chain, Sealed, joined};
use super::checkpoint::Seal;
use super::device::Device;
use super::note::VerifierKey;
use super::tree::{Frontier, Hash};
use crate::time::Instant;
use crate::wire::{Frame, FrameKind, Frames, Stamp};
use narrow::{Content, Stretch, Unproved};

mod finding;
mod narrow;

pub use finding::{Culprit, Fault, Finding, Gap, Place};

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
    /// Readings under them, and under subtree roots of others.
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
    /// What stands since the last checkpoint.
    stretch: Stretch,
    last: Option<Place>,
    /// The frame before that one.
    before: Option<Place>,
    /// Bytes passed over in this page since the last checkpoint.
    damaged: usize,
    /// In a page that was written anew all frames carry one stamp.
    is_compacted: bool,
    /// Where the manifest in force stands.
    manifest: Place,
    /// The manifest under which the last checkpoint came out.
    proved_under: Option<Hash>,
    /// Checkpoints that came out although stamps were missing before the one before them.
    gaps: u64,
    /// Readings that were hashed again to name a frame.
    tried: u64,
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
            self.stretch.hold(from, None, Content::default());
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
        self.findings.push(Finding { fault, from, to, span, readings, culprit: None });
    }

    fn frame(&mut self, frame: &Frame<'_>, place: Place) {
        self.order(frame.kind, place);
        let content = match frame.kind {
            FrameKind::Readings | FrameKind::Events => self.content(frame, place),
            _ => Content::default(),
        };
        self.stretch.hold(place, Some(frame.kind), content);
        match frame.kind {
            FrameKind::Compacted => self.is_compacted = true,
            FrameKind::Device => self.device(frame.payload, place),
            FrameKind::Checkpoint => self.checkpoint(frame.payload, place),
            FrameKind::Manifest => {
                self.chain.manifest(frame.payload);
                self.manifest = place;
            }
            FrameKind::Readings
            | FrameKind::Events
            | FrameKind::Page
            | FrameKind::Receipt
            | FrameKind::Anchor
            | FrameKind::Run
            | FrameKind::Log => {}
        }
    }

    /// Takes in readings or events.
    fn content(&mut self, frame: &Frame<'_>, place: Place) -> Content {
        let waited = self.chain.waiting();
        let newest = if frame.kind == FrameKind::Events {
            self.chain.events(frame.payload).newest
        } else {
            // A block that breaks off has its frame's checksum: what it lacks shows in the leaf.
            let taken = self.chain.readings(frame.payload).unwrap_or_default();
            if taken.is_summary_false {
                self.find(Fault::FalseSummary, place, place, None, 0);
            }
            taken.newest
        };
        // Without a signature nothing is ever looked for.
        let payload = if self.logs.is_empty() { Vec::new() } else { frame.payload.to_vec() };
        Content { payload, readings: self.chain.waiting() - waited, newest }
    }

    /// Finds a frame whose stamp does not fit the row: this one, or the last where this one goes on before that.
    fn order(&mut self, kind: FrameKind, place: Place) {
        let last = self.last.replace(place);
        let before = core::mem::replace(&mut self.before, last);
        let Some(last) = last else { return };
        self.is_compacted &= last.stamp == place.stamp;
        if last.stamp < place.stamp || self.is_compacted || kind == FrameKind::Compacted {
            return;
        }
        let is_last_astray = last.stamp != place.stamp
            && before.is_some_and(|before| {
                before.stamp < place.stamp && before.stamp.next() != last.stamp
            });
        let astray = if is_last_astray { last } else { place };
        self.find(Fault::Disordered, astray, astray, None, 0);
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
        let since = self.stretch.first().unwrap_or(place);
        if !self.follows {
            return self.take_up(&seal, since, place);
        }
        let (known, damaged) = (self.chain.tree.clone(), core::mem::take(&mut self.damaged));
        let sealed = self.chain.seal(seal.sealed_to);
        if self.chain.tree == seal.tree {
            self.gaps += u64::from(self.stretch.is_behind_absences());
            return self.goes_on(&seal, &known, &sealed, place);
        }
        if seal.tree.size() < known.size() {
            self.find(Fault::Repeated, since, place, sealed.span, sealed.readings);
        } else if let Some(sealed) = self.without_one(&seal) {
            return self.goes_on(&seal, &known, &sealed, place);
        } else if !self.is_signed_under_another(&seal, &sealed) {
            let unproved = Unproved::of(&known, &seal.tree, &sealed);
            let lost = (seal.tree.size() - known.size()).saturating_sub(unproved.proved);
            let is_missing = unproved.leaves() == 0 && lost > 0 && damaged == 0;
            let fault = if is_missing { Fault::Missing { leaves: lost } } else { Fault::Changed };
            self.name(fault, &unproved, (since, place));
            self.prove_part(&unproved);
        }
        self.resume(&seal, place);
    }

    /// Goes on behind a checkpoint that came out.
    fn goes_on(&mut self, seal: &Seal<'_>, known: &Frontier, sealed: &Sealed, place: Place) {
        let mut tree = known.clone();
        for leaf in &sealed.leaves {
            tree.push(*leaf);
            self.compare(&tree, place);
        }
        self.proved_under = Some(self.chain.manifest_hash());
        self.stretch.begin(&self.chain, place, false);
        self.prove(seal, sealed);
    }

    /// Names the frame that was put in, if one alone is all that is wrong, and goes on as if it were not there.
    fn without_one(&mut self, seal: &Seal<'_>) -> Option<Sealed> {
        let manifest = self.chain.manifest_hash();
        let found = self.stretch.put_in(manifest, seal, &mut self.tried);
        let (number, chain, sealed) = found?;
        let held = self.stretch.take(number);
        let (place, readings, span) = (held.place, held.readings(), held.span());
        // Where it has another frame's stamp, it is the one of the two that does not belong there.
        self.findings.retain(|finding| {
            let is_twin = finding.from.page == place.page && finding.from.stamp == place.stamp;
            finding.fault != Fault::Disordered || !is_twin
        });
        self.find(Fault::Changed, place, place, span, readings);
        self.say(Culprit::PutIn);
        self.chain = chain;
        Some(sealed)
    }

    /// Names the manifest, if the one under which the log was proved before is all that is wanting.
    fn is_signed_under_another(&mut self, seal: &Seal<'_>, sealed: &Sealed) -> bool {
        let other = self.proved_under.filter(|known| *known != self.chain.manifest_hash());
        let Some(other) = other else { return false };
        if !self.stretch.is_signed_under(other, seal, &mut self.tried) {
            return false;
        }
        let place = self.manifest;
        let told = self.findings.iter_mut().rev();
        let mut told = told.take_while(|finding| finding.culprit == Some(Culprit::Manifest));
        if let Some(told) = told.next().filter(|finding| finding.from == place) {
            told.readings += sealed.readings;
            told.span = joined(told.span, sealed.span);
            return true;
        }
        self.find(Fault::Changed, place, place, sealed.span, sealed.readings);
        self.say(Culprit::Manifest);
        true
    }

    /// Says what of a stretch between two checkpoints is not as it was signed.
    fn name(&mut self, fault: Fault, unproved: &Unproved, (since, place): (Place, Place)) {
        let holders = self.stretch.holders(unproved);
        let around = match (holders.first(), holders.last()) {
            (Some(first), Some(last)) if unproved.leaves() > 0 => (*first, *last),
            _ => (since, place),
        };
        let frames = holders.len() as u64;
        let Some(absence) = self.stretch.absence_before(place) else {
            self.find(fault, around.0, around.1, unproved.span, unproved.readings);
            return self.say(Culprit::Among { frames });
        };
        let gap = Gap { first: absence.first, last: absence.last, around, frames };
        self.find(fault, absence.at, absence.at, unproved.span, unproved.readings);
        self.say(match absence.is_stranger {
            true => Culprit::InPlaceOf(gap),
            false => Culprit::Absent(gap),
        });
    }

    /// Adds to the last finding how closely it could be told.
    fn say(&mut self, culprit: Culprit) {
        if let Some(finding) = self.findings.last_mut() {
            finding.culprit = Some(culprit);
        }
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
            self.chain.restart(seal.sealed_to, seal.span);
            return self.stretch.begin(&self.chain, place, true);
        }
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
        self.stretch.begin(&self.chain, place, false);
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
        log.span = joined(log.span, sealed.span);
    }

    /// Takes in the leaves of a checkpoint that did not come out as a whole.
    fn prove_part(&mut self, unproved: &Unproved) {
        let Some(log) = self.logs.last_mut() else { return };
        log.readings += unproved.proved_readings;
        log.span = joined(log.span, unproved.proved_span);
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
        self.doubt_gaps();
        Outcome {
            unsigned: self.chain.waiting(),
            unsigned_span: self.chain.waiting_span(),
            not_compared: beyond,
            logs: self.logs,
            findings: self.findings,
        }
    }
}

impl Audit {
    /// Where stamps are often missing before checkpoints that come out, as receipts of a node's log are, a gap says
    /// nothing of what was taken away.
    fn doubt_gaps(&mut self) {
        let checkpoints = self.logs.iter().map(|log| log.checkpoints).fold(0, u64::saturating_add);
        if self.gaps.saturating_mul(4) <= checkpoints {
            return;
        }
        for finding in &mut self.findings {
            if let Some(gap) = finding.culprit.and_then(|culprit| culprit.gap()) {
                (finding.from, finding.to) = gap.around;
                finding.culprit = Some(Culprit::Among { frames: gap.frames });
            }
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
