//! The canonical readings of a span, hashed: what a leaf of the tree stands for.
//!
//! Content of a leaf (integers little-endian, varint and zigzag as in SPEC.md):
//!
//! | bytes | field |
//! |---|---|
//! | 4 | `m` `W` 1 and the [kind](LeafKind): 0 on time, 1 late |
//! | 8 | start of the span, ms; of a late leaf, up to where the tree had come before |
//! | 32 | SHA-256 of the manifest in force |
//!
//! then for each channel and quality with samples, in that order: 1, channel (2 bytes), quality (0 good, 1 estimated,
//! 2 suspect), number of samples (8 bytes) and the samples by their instants, each as two signed varints, the change
//! of the step and of the value. The step is the distance from the sample before, or from the span's start;
//! before the first sample step and value are 0. Then for each event, by its instant and then its bytes: 2,
//! length (4 bytes), bytes. Of several values of one channel at one instant the first that came counts;
//! of several equal events, one.

use sha2::{Digest, Sha256};

use super::tree::{Hash, leaf_digest};
use crate::reading::{ChannelId, Quality};
use crate::time::Instant;
use crate::wire::bytes::zigzag;

/// Which readings a leaf holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeafKind {
    /// Those of its span that came before the span was closed.
    OnTime,
    /// Those of any earlier span that came after it was closed.
    Late,
}

/// A leaf in the making. Channels and qualities must rise, instants within them, too.
///
/// # Example
/// ```
/// use millwatt::reading::{ChannelId, Quality};
/// use millwatt::time::{Instant, Span};
/// use millwatt::trust::{Hash, Leaf, LeafKind};
///
/// let start = Instant::from_unix_milliseconds(1_767_225_600_000);
/// let leaf = |last| {
///     let values = [(start, 100), (start + Span::from_minutes(1), last)];
///     let mut leaf = Leaf::new(LeafKind::OnTime, start, Hash::of(b"a manifest"));
///     leaf.samples(ChannelId(0), Quality::Good, values.iter().copied());
///     leaf.finish()
/// };
/// assert_ne!(leaf(101), leaf(102));
/// ```
#[derive(Debug, Clone)]
pub struct Leaf {
    digest: Sha256,
    start: Instant,
}

const CHANNEL: u8 = 1;
const EVENT: u8 = 2;

impl Leaf {
    /// Of the span from `start`, under a manifest.
    #[must_use]
    pub fn new(kind: LeafKind, start: Instant, manifest: Hash) -> Self {
        let mut digest = leaf_digest();
        digest.update([b'm', b'W', 1, matches!(kind, LeafKind::Late).into()]);
        digest.update(start.unix_milliseconds().to_le_bytes());
        digest.update(manifest.0);
        Self { digest, start }
    }

    /// Takes the samples of one channel and quality; nothing for none.
    pub fn samples(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        samples: impl ExactSizeIterator<Item = (Instant, i64)>,
    ) {
        let mut row = self.row(channel, quality, samples.len() as u64);
        samples.for_each(|(at, value)| row.sample(at, value));
    }

    /// Begins the samples of one channel and quality, of which so many must follow; nothing for none.
    pub fn row(&mut self, channel: ChannelId, quality: Quality, count: u64) -> LeafRow<'_> {
        if count > 0 {
            self.digest.update([CHANNEL]);
            self.digest.update(channel.0.to_le_bytes());
            self.digest.update([quality as u8]);
            self.digest.update(count.to_le_bytes());
        }
        let before = self.start.unix_milliseconds();
        LeafRow { digest: &mut self.digest, bytes: Bytes::default(), before, step: 0, value: 0 }
    }

    /// Takes an event's bytes.
    pub fn event(&mut self, bytes: &[u8]) {
        self.digest.update([EVENT]);
        self.digest.update((bytes.len() as u32).to_le_bytes());
        self.digest.update(bytes);
    }

    /// The leaf's hash.
    #[must_use]
    pub fn finish(self) -> Hash {
        Hash(self.digest.finalize().into())
    }
}

/// The samples of one channel and quality on their way into a leaf, by their instants; see [`Leaf::row`].
#[derive(Debug)]
pub struct LeafRow<'a> {
    digest: &'a mut Sha256,
    bytes: Bytes,
    before: i64,
    step: i64,
    value: i64,
}

impl LeafRow<'_> {
    /// Takes the next sample.
    pub fn sample(&mut self, at: Instant, value: i64) {
        let at = at.unix_milliseconds();
        let distance = at.wrapping_sub(self.before);
        self.bytes.signed(distance.wrapping_sub(self.step), self.digest);
        self.bytes.signed(value.wrapping_sub(self.value), self.digest);
        (self.before, self.step, self.value) = (at, distance, value);
    }
}

impl Drop for LeafRow<'_> {
    fn drop(&mut self) {
        self.bytes.flush(self.digest);
    }
}

/// A few bytes on their way into the digest, which takes in long pieces much faster.
#[derive(Debug)]
struct Bytes {
    buffer: [u8; 256],
    length: usize,
}

impl Default for Bytes {
    fn default() -> Self {
        Self { buffer: [0; 256], length: 0 }
    }
}

impl Bytes {
    fn signed(&mut self, value: i64, digest: &mut Sha256) {
        const LONGEST: usize = 10;
        if self.length + LONGEST > self.buffer.len() {
            self.flush(digest);
        }
        let mut rest = zigzag(value);
        while rest > 0x7f {
            self.byte(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.byte(rest as u8);
    }

    fn byte(&mut self, byte: u8) {
        self.buffer[self.length] = byte;
        self.length += 1;
    }

    fn flush(&mut self, digest: &mut Sha256) {
        digest.update(&self.buffer[..self.length]);
        self.length = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Span;
    use crate::trust::leaf_hash;

    #[test]
    fn literal_content() {
        let start = Instant::from_unix_milliseconds(1_000);
        let manifest = Hash([9; 32]);
        let mut leaf = Leaf::new(LeafKind::Late, start, manifest);
        let at = |ms| start + Span::from_milliseconds(ms);
        leaf.samples(ChannelId(3), Quality::Suspect, [(at(1), -2), (at(2), 62)].into_iter());
        leaf.samples(ChannelId(4), Quality::Good, [].into_iter());
        leaf.event(b"stop");
        let mut content = [0; 71];
        content[..4].copy_from_slice(b"mW\x01\x01");
        content[4..6].copy_from_slice(&[0xe8, 3]);
        content[12..44].fill(9);
        content[44..56].copy_from_slice(&[1, 3, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0]);
        content[56..61].copy_from_slice(&[2, 3, 0, 0x80, 1]);
        content[61..66].copy_from_slice(&[2, 4, 0, 0, 0]);
        content[66..70].copy_from_slice(b"stop");
        assert_eq!(leaf.finish(), leaf_hash(&content[..70]));
    }
}
