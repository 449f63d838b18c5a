//! A node that signs what its flash holds, without an allocator.
//!
//! A gateway keeps the readings that wait for a checkpoint in memory. A node has them in its ring already: a [`Sealer`]
//! reads the frames since the last checkpoint again, span by span and channel by channel, and hashes them into the
//! same leaves. Whoever checks the log cannot tell which of the two has signed.
//!
//! - **What is signed?** What stands in the ring when [`Sealer::seal`] is called, all of it, so that nothing waits that a
//!   start would have to look for. [`Recorder::seal`](crate::recorder::Recorder::seal) makes the rows so far a block first.
//! - **When may a checkpoint be published?** When `seal` has returned: it is in the ring then, for every later reader.
//! - **Can two checkpoints contradict each other?** Not by a power cut: what stands in the ring after the first append of a
//!   start stands there for good ([`ring`](crate::ring)). Where a frame behind the last checkpoint cannot be read any more, it
//!   may have been a newer one; the device then begins another log, whose name has the number of this start. Only
//!   the loss of the very last frames of a flash that rots leaves no trace; who cosigns would notice.
//! - **How often?** A checkpoint takes some 500 bytes and reads what came since the last one a few times for each span
//!   and channel. Once a day suits a node of eight channels.
//! - **What if a frame is receipted, and erased, before it is signed?** It cannot be, from [`Sealer::hold`] on.
//!
//! # Cost
//! A window of [`WINDOW`] samples, two events and the tree's roots: 6 kB of stack. A window is filled once for each span and
//! channel unless a span has more samples of a channel than it holds.

mod search;
mod waiting;

use embedded_storage::nor_flash::NorFlash;
use heapless::String;
use millwatt::time::{Instant, Span};
use millwatt::trust::{Device, DeviceId, Frontier, Hash, Leaf, LeafKind, Seal, Signer, TrustError};
use millwatt::wire::bytes::Writer;
use millwatt::wire::{FrameKind, Stamp};

use crate::ring::{Ring, RingError, WhenFull};
use waiting::Waiting;
pub use waiting::{MOST_EVENT, WINDOW};

/// A log's name.
type Name = String<48>;

/// Checkpoints after which key and manifest are stated again, so that a copy of the ring explains itself.
const STATE_AGAIN: u32 = 32;

/// Signs a ring; see the [module](self).
#[derive(Debug)]
pub struct Sealer<'a> {
    secret: &'a [u8; 32],
    manifest: &'a [u8],
    span: Span,
    log: Option<Log>,
}

/// The log that is being signed.
#[derive(Debug, Clone)]
struct Log {
    name: Name,
    tree: Frontier,
    sealed_to: Instant,
    /// What came since waits: the last checkpoint that took something in.
    stamp: Stamp,
    /// The manifest in force; none where the ring has lost it.
    manifest: Option<Hash>,
    /// Checkpoints since key and manifest were stated.
    unstated: u32,
}

/// A ring and what is needed to use it.
struct Target<'a, F> {
    ring: &'a mut Ring<F>,
    when_full: WhenFull,
    scratch: &'a mut [u8],
}

impl<'a> Sealer<'a> {
    /// Signs with a secret key, under a manifest, which is appended where the ring's own is another or none. A leaf
    /// holds the readings of one span; a quarter of an hour suits most.
    #[must_use]
    pub const fn new(secret: &'a [u8; 32], manifest: &'a [u8], span: Span) -> Self {
        Self { secret, manifest, span, log: None }
    }

    /// Whose frames these are, for [receipts](millwatt::trust::receipt).
    #[must_use]
    pub fn device(&self) -> DeviceId {
        let key = Hash::of(self.signer("").verifier().bytes()).0;
        DeviceId(key.first_chunk().copied().unwrap_or_default())
    }

    /// From here on receipts count only for what is signed, and the ring keeps a page in reserve for that; to be called
    /// after each start, before anything is appended. Writes nothing; goes through the whole ring.
    ///
    /// # Errors
    /// See [`Ring::read`].
    pub fn hold<F: NorFlash>(
        &self,
        ring: &mut Ring<F>,
        scratch: &mut [u8],
    ) -> Result<(), RingError<F::Error>> {
        let found = search::last_checkpoint(self, ring, scratch)?;
        let signed = found.log.map(|log| log.stamp);
        let signed = signed.filter(|stamp| *stamp < ring.kept() || !ring.is_doubtful_still());
        ring.hold(signed.unwrap_or_default());
        Ok(())
    }

    /// Signs all that the ring holds and appends the checkpoint; none when nothing waits. The first call after a start
    /// looks for the last checkpoint in the whole ring.
    ///
    /// # Errors
    /// See [`Ring::append`]; [`RingError::TooLarge`] also for an event of more than [`MOST_EVENT`] bytes. What was signed
    /// before stays so.
    pub fn seal<F: NorFlash>(
        &mut self,
        ring: &mut Ring<F>,
        when_full: WhenFull,
        scratch: &mut [u8],
    ) -> Result<Option<Stamp>, RingError<F::Error>> {
        ring.settle(when_full)?;
        let mut target = Target { ring, when_full, scratch };
        let mut log = match self.log.take() {
            Some(log) => log,
            None => self.open(&mut target)?,
        };
        target.ring.hold(log.stamp);
        if log.manifest.is_none() {
            self.state_manifest(&mut log, &mut target)?;
        }
        let sealed = self.extend(&mut log, &mut target)?;
        target.ring.hold(log.stamp);
        if log.manifest != Some(Hash::of(self.manifest)) {
            self.state_manifest(&mut log, &mut target)?;
        }
        self.log = Some(log);
        Ok(sealed)
    }

    /// The log as the ring has it; a new one where there is none, or its end was lost.
    fn open<F: NorFlash>(&self, target: &mut Target<'_, F>) -> Result<Log, RingError<F::Error>> {
        let found = search::last_checkpoint(self, target.ring, target.scratch)?;
        let name = found.name.filter(|_| !found.is_cut);
        match found.log {
            Some(log) if Some(&log.name) == name.as_ref() => Ok(log),
            last => {
                let name = name.unwrap_or_else(|| self.name(target.ring.watermark().epoch));
                self.begin(name, last, found.manifest, target)
            }
        }
    }

    fn begin<F: NorFlash>(
        &self,
        name: Name,
        last: Option<Log>,
        manifest: Option<Hash>,
        target: &mut Target<'_, F>,
    ) -> Result<Log, RingError<F::Error>> {
        let last = last.map(|last| (last.sealed_to, last.stamp));
        let (sealed_to, stamp) = last.unwrap_or((Instant::MIN, Stamp::default()));
        let log = Log { name, tree: Frontier::new(), sealed_to, stamp, manifest, unstated: 0 };
        self.state_key(&log, target)?;
        self.state(&log, target)?;
        Ok(log)
    }

    /// What the names of this device's logs begin with.
    fn prefix(&self) -> Name {
        use core::fmt::Write as _;
        let mut name = Name::new();
        let digits = u64::from_be_bytes(self.device().0);
        let written = write!(name, "millwatt/{digits:016x}/");
        written.expect("a name has room for its digits");
        name
    }

    /// The name of a log that begins with a start, which no other start has.
    fn name(&self, epoch: u32) -> Name {
        use core::fmt::Write as _;
        let mut name = self.prefix();
        write!(name, "{epoch}").expect("a name has room for its number");
        name
    }

    fn signer<'n>(&self, name: &'n str) -> Signer<'n> {
        Signer::new(name, self.secret)
    }

    fn extend<F: NorFlash>(
        &self,
        log: &mut Log,
        target: &mut Target<'_, F>,
    ) -> Result<Option<Stamp>, RingError<F::Error>> {
        let mut waiting = Waiting::new(target.ring, log.stamp, target.scratch);
        let extent = waiting.extent(log.sealed_to)?;
        log.manifest = extent.manifest.or(log.manifest);
        let Some(newest) = extent.newest else { return Ok(None) };
        let mut next = log.clone();
        let manifest = log.manifest.unwrap_or(Hash::of(&[]));
        let mut first = extent.first_on_time;
        while let Some(at) = first {
            let start = at.floor(self.span);
            let end = start + self.span;
            let mut leaf = Leaf::new(LeafKind::OnTime, start, manifest);
            waiting.add_to(&mut leaf, start.max(log.sealed_to), end)?;
            next.tree.push(leaf.finish());
            first = if end > at { waiting.extent(end)?.first_on_time } else { None };
        }
        if extent.is_late {
            let mut leaf = Leaf::new(LeafKind::Late, log.sealed_to, manifest);
            waiting.add_to(&mut leaf, Instant::MIN, log.sealed_to)?;
            next.tree.push(leaf.finish());
        }
        next.sealed_to = log.sealed_to.max(newest + Span::from_milliseconds(1));
        if next.unstated >= STATE_AGAIN {
            self.state_key(&next, target)?;
            self.state_manifest(&mut next, target)?;
        }
        (next.stamp, next.unstated) = (self.state(&next, target)?, next.unstated + 1);
        let stamp = next.stamp;
        *log = next;
        Ok(Some(stamp))
    }

    fn state_key<F: NorFlash>(
        &self,
        log: &Log,
        target: &mut Target<'_, F>,
    ) -> Result<(), RingError<F::Error>> {
        let mut out = Writer::new(target.scratch);
        Device::emit(&self.signer(&log.name), None, &mut out).map_err(of_trust)?;
        target.ring.append_reserved(FrameKind::Device, out.written(), target.when_full).map(drop)
    }

    fn state_manifest<F: NorFlash>(
        &self,
        log: &mut Log,
        target: &mut Target<'_, F>,
    ) -> Result<(), RingError<F::Error>> {
        target.ring.append_reserved(FrameKind::Manifest, self.manifest, target.when_full)?;
        (log.manifest, log.unstated) = (Some(Hash::of(self.manifest)), 0);
        Ok(())
    }

    /// Appends the checkpoint of a log's tree.
    fn state<F: NorFlash>(
        &self,
        log: &Log,
        target: &mut Target<'_, F>,
    ) -> Result<Stamp, RingError<F::Error>> {
        let mut out = Writer::new(target.scratch);
        let signer = self.signer(&log.name);
        Seal::emit(log.sealed_to, self.span, &log.tree, &signer, &mut out).map_err(of_trust)?;
        target.ring.append_reserved(FrameKind::Checkpoint, out.written(), target.when_full)
    }
}

/// What is written here is sound: it can only be too long.
fn of_trust<E>(_: TrustError) -> RingError<E> {
    RingError::BufferTooSmall
}
