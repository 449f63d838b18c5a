//! A frame: kind, stamp, payload and checksum. The unit of every log.
//!
//! ```text
//!  0  2  magic "mW"          8  4  epoch          20  4  CRC-32C of bytes 0..20 and the payload
//!  2  1  version 1          12  4  sequence       24  n  payload
//!  3  1  kind               16  4  ticks
//!  4  3  payload length
//!  7  1  quality of the clock                      (integers little-endian)
//! ```

use crate::wire::bytes::{Reader, Writer};
use crate::wire::{Clock, ClockQuality, WireError};

const MAGIC: [u8; 2] = *b"mW";
/// The version of everything inside frames.
const VERSION: u8 = 1;
/// Bytes before the payload.
pub const HEAD: usize = 24;
/// The largest payload: bounds what a reader must hold.
pub const MOST_PAYLOAD: usize = (1 << 24) - 1;

const CHECKSUM: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISCSI);

/// What a frame carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FrameKind {
    /// The compiled site: gives the numbers of the frames that follow their meaning.
    Manifest,
    /// A block of readings.
    Readings,
    /// Events, one postcard record after the other.
    Events,
    /// The head of a flash page: its number, and what of the log needs no keeping.
    Page,
    /// Up to where somebody else keeps the log, too.
    Receipt,
    /// The head of a page of files that was written anew, denser: which frames it stands for.
    Compacted,
    /// Whose log it is and by which key it signs, as a note that this key signed.
    Device,
    /// The tree over all readings so far: how far it goes, its subtree roots, and a note with its root.
    Checkpoint,
    /// Which wall time belonged to which tick.
    Anchor,
    /// The head of a run of rows in a journal in flash; its stamp is that of the block they will be.
    Run,
    /// Where another device's log begins, in a file that carries several.
    Log,
}

/// A frame's place in its device's history: a new epoch at each start, a sequence that runs on in it.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Starts of the device, from 1.
    pub epoch: u32,
    /// Frames of the epoch, from 1; below 2³².
    pub sequence: u64,
}

impl Stamp {
    /// The stamp of the frame that follows; the epoch's last is followed by the next epoch's first.
    #[must_use]
    pub const fn next(self) -> Self {
        match self.sequence {
            sequence if sequence >= u32::MAX as u64 => {
                Self { epoch: self.epoch.saturating_add(1), sequence: 1 }
            }
            sequence => Self { epoch: self.epoch, sequence: sequence + 1 },
        }
    }
}

/// A frame with its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Where it stands in history.
    pub stamp: Stamp,
    /// What its device knew of the time.
    pub clock: Clock,
    /// What it carries.
    pub kind: FrameKind,
    /// The content.
    pub payload: &'a [u8],
}

impl<'a> Frame<'a> {
    /// Bytes of the whole frame.
    #[must_use]
    pub const fn length(&self) -> usize {
        HEAD + self.payload.len()
    }

    /// Writes the frame.
    ///
    /// # Errors
    /// [`WireError::BufferFull`]; [`WireError::Malformed`] for a payload above [`MOST_PAYLOAD`].
    pub fn emit(&self, out: &mut Writer<'_>) -> Result<(), WireError> {
        if self.payload.len() > MOST_PAYLOAD {
            return Err(WireError::Malformed);
        }
        out.slice(&self.head())?;
        out.slice(self.payload)
    }

    /// The 24 bytes that stand before the payload.
    #[must_use]
    pub fn head(&self) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[..2].copy_from_slice(&MAGIC);
        head[2] = VERSION;
        head[3] = self.kind as u8;
        head[4..8].copy_from_slice(&(self.payload.len() as u32).to_le_bytes());
        head[7] = self.clock.quality.byte();
        head[8..12].copy_from_slice(&self.stamp.epoch.to_le_bytes());
        head[12..16].copy_from_slice(&(self.stamp.sequence as u32).to_le_bytes());
        head[16..20].copy_from_slice(&self.clock.ticks.to_le_bytes());
        let checksum = checksum(&head[..20], self.payload);
        head[20..].copy_from_slice(&checksum.to_le_bytes());
        head
    }

    /// Reads the frame at the start of `bytes`, which may go on behind it.
    ///
    /// # Errors
    /// What is wrong with the bytes; nothing of a frame with a wrong checksum is believed.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        if reader.array()? != MAGIC {
            return Err(WireError::Malformed);
        }
        let [version, kind] = reader.array()?;
        let [low, middle, high, quality] = reader.array()?;
        let epoch = u32::from_le_bytes(reader.array()?);
        let sequence = u32::from_le_bytes(reader.array()?).into();
        let ticks = u32::from_le_bytes(reader.array()?);
        let expected = u32::from_le_bytes(reader.array()?);
        let payload = reader.slice(u32::from_le_bytes([low, middle, high, 0]) as usize)?;
        if checksum(&bytes[..20], payload) != expected {
            return Err(WireError::Checksum);
        }
        if version != VERSION {
            return Err(WireError::Version { found: version });
        }
        let kind = match kind {
            0 => FrameKind::Manifest,
            1 => FrameKind::Readings,
            2 => FrameKind::Events,
            3 => FrameKind::Page,
            4 => FrameKind::Receipt,
            5 => FrameKind::Compacted,
            6 => FrameKind::Device,
            7 => FrameKind::Checkpoint,
            8 => FrameKind::Anchor,
            9 => FrameKind::Run,
            10 => FrameKind::Log,
            _ => return Err(WireError::Kind { length: HEAD + payload.len() }),
        };
        let quality = ClockQuality::of(quality);
        let quality = quality.map_err(|_| WireError::Kind { length: HEAD + payload.len() })?;
        let clock = Clock { quality, ticks };
        Ok(Self { stamp: Stamp { epoch, sequence }, clock, kind, payload })
    }
}

/// Whether the bytes of a frame, which come in parts, are a whole one.
#[derive(Clone)]
pub struct FrameSum {
    head: [u8; HEAD],
    taken: usize,
    digest: crc::Digest<'static, u32>,
}

impl FrameSum {
    /// Before the first byte.
    #[must_use]
    pub const fn new() -> Self {
        const SUM: &crc::Crc<u32> = &CHECKSUM;
        Self { head: [0; HEAD], taken: 0, digest: SUM.digest() }
    }

    /// Takes the bytes that follow.
    pub fn take(&mut self, bytes: &[u8]) {
        for byte in bytes {
            if let Some(place) = self.head.get_mut(self.taken) {
                *place = *byte;
            }
            if !(20..HEAD).contains(&self.taken) {
                self.digest.update(&[*byte]);
            }
            self.taken += 1;
        }
    }

    /// Whether they are as many as the head says, under the checksum that it states.
    #[must_use]
    pub fn is_right(self) -> bool {
        let [.., low, middle, high] = self.head[..7] else { return false };
        let payload = u32::from_le_bytes([low, middle, high, 0]) as usize;
        let (is_whole, sum) = (self.taken == HEAD + payload, self.digest.finalize());
        is_whole && self.head.starts_with(&MAGIC) && self.head[20..] == sum.to_le_bytes()
    }
}

impl Default for FrameSum {
    fn default() -> Self {
        Self::new()
    }
}

/// CRC-32C (Castagnoli) of two rows of bytes as one.
#[must_use]
pub fn checksum(head: &[u8], payload: &[u8]) -> u32 {
    let mut digest = CHECKSUM.digest();
    digest.update(head);
    digest.update(payload);
    digest.finalize()
}

/// The frames in a row of bytes; damage is passed over up to the next frame that proves itself. So are sound frames that
/// only a later program knows: they are no damage.
///
/// # Example
/// ```
/// use millwatt::wire::{Frame, FrameKind, Frames, Stamp, bytes::Writer};
/// let mut buffer = [0; 64];
/// let mut out = Writer::new(&mut buffer);
/// let stamp = Stamp { epoch: 1, sequence: 7 };
/// let clock = Default::default();
/// Frame { stamp, clock, kind: FrameKind::Events, payload: b"kg" }.emit(&mut out)?;
/// let mut bytes = out.written().to_vec();
/// bytes.splice(0..0, *b"torn");
/// let mut frames = Frames::new(&bytes);
/// assert_eq!(frames.next().map(|frame| frame.stamp), Some(stamp));
/// assert_eq!((frames.next(), frames.damaged()), (None, 4));
/// # Ok::<(), millwatt::wire::WireError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Frames<'a> {
    bytes: &'a [u8],
    place: usize,
    sound: usize,
    damaged: usize,
    later: usize,
    foreign: Option<u8>,
}

impl<'a> Frames<'a> {
    /// Over a log's bytes.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, place: 0, sound: 0, damaged: 0, later: 0, foreign: None }
    }

    /// Where the last sound frame ends.
    #[must_use]
    pub const fn sound_end(&self) -> usize {
        self.sound
    }

    /// The version of a sound frame that this program does not read, if one was passed over.
    #[must_use]
    pub const fn foreign(&self) -> Option<u8> {
        self.foreign
    }

    /// Bytes of sound frames that only a later program knows, passed over so far.
    #[must_use]
    pub const fn later(&self) -> usize {
        self.later
    }

    /// Bytes passed over so far because no frame began there.
    #[must_use]
    pub const fn damaged(&self) -> usize {
        self.damaged
    }
}

impl<'a> Iterator for Frames<'a> {
    type Item = Frame<'a>;

    fn next(&mut self) -> Option<Frame<'a>> {
        while self.place < self.bytes.len() {
            let rest = &self.bytes[self.place..];
            let before = rest.iter().position(|byte| *byte == MAGIC[0]).unwrap_or(rest.len());
            if before > 0 {
                self.place += before;
                self.damaged += before;
                continue;
            }
            let parsed = if rest.starts_with(&MAGIC) { Some(Frame::parse(rest)) } else { None };
            match parsed {
                Some(Ok(frame)) => {
                    self.place += frame.length();
                    self.sound = self.place;
                    return Some(frame);
                }
                Some(Err(WireError::Version { found })) => self.foreign = Some(found),
                Some(Err(WireError::Kind { length })) => {
                    self.place += length;
                    self.later += length;
                    self.sound = self.place;
                    continue;
                }
                _ => {}
            }
            self.place += 1;
            self.damaged += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn emit(sequence: u64, payload: &[u8]) -> Vec<u8> {
        let mut buffer = std::vec![0; HEAD + payload.len()];
        let stamp = Stamp { epoch: 2, sequence };
        let clock = Clock { quality: ClockQuality::NotStated, ticks: 0 };
        let frame = Frame { stamp, clock, kind: FrameKind::Readings, payload };
        frame.emit(&mut Writer::new(&mut buffer)).expect("fits");
        buffer
    }

    #[test]
    fn literal_bytes_of_version_1() {
        let bytes = emit(5, b"abc");
        let head = [b'm', b'W', 1, 1, 3, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(bytes[..20], head);
        assert_eq!(bytes[20..24], [0x33, 0xa9, 0xa2, 0x72]);
        assert_eq!(bytes[24..], *b"abc");
    }

    #[test]
    fn the_clock_stands_in_the_head() {
        let stamp = Stamp { epoch: 2, sequence: 5 };
        let clock = Clock { quality: ClockQuality::Synchronised, ticks: 0x0102_0304 };
        let frame = Frame { stamp, clock, kind: FrameKind::Readings, payload: b"abc" };
        assert_eq!(frame.head()[4..20], [3, 0, 0, 4, 2, 0, 0, 0, 5, 0, 0, 0, 4, 3, 2, 1]);
        let bytes = [&frame.head()[..], b"abc"].concat();
        assert_eq!(Frame::parse(&bytes), Ok(frame));
    }

    #[test]
    fn every_flipped_bit_is_seen() {
        let bytes = emit(5, b"a payload of readings");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Frame::parse(&flipped).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn damage_costs_only_the_damaged_frame() {
        let mut bytes = [emit(1, b"one"), emit(2, b"two"), emit(3, b"three")].concat();
        bytes[HEAD + 3 + HEAD] ^= 0xff;
        let mut frames = Frames::new(&bytes);
        let sequences: Vec<u64> = frames.by_ref().map(|frame| frame.stamp.sequence).collect();
        assert_eq!(sequences, [1, 3]);
        assert_eq!(frames.damaged(), HEAD + 3);
    }

    proptest! {
        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Frames::new(&bytes).count();
        }
    }

    #[test]
    fn a_frame_in_parts_is_whole_when_all_of_it_came() {
        let bytes = emit(7, b"in parts");
        let is_right = |parts: &[&[u8]]| {
            let mut sum = FrameSum::new();
            parts.iter().for_each(|part| sum.take(part));
            sum.is_right()
        };
        assert!(is_right(&[&bytes[..3], &bytes[3..22], &bytes[22..]]));
        assert!(!is_right(&[&bytes[..30]]) && !is_right(&[&bytes, &[0]]) && !is_right(&[]));
        for place in 0..bytes.len() {
            let mut wrong = bytes.clone();
            wrong[place] ^= 1;
            assert!(!is_right(&[&wrong]), "byte {place}");
        }
    }

    #[test]
    fn a_frame_of_a_later_program_is_passed_over_and_is_no_damage() {
        let mut later = emit(8, b"later");
        later[3] = 200;
        let sum = checksum(&later[..20], b"later").to_le_bytes();
        later[20..HEAD].copy_from_slice(&sum);
        assert_eq!(Frame::parse(&later), Err(WireError::Kind { length: later.len() }));
        let bytes = [emit(7, b"one"), later, emit(9, b"other")].concat();
        let mut frames = Frames::new(&bytes);
        let stamps: Vec<u64> = frames.by_ref().map(|frame| frame.stamp.sequence).collect();
        assert_eq!((stamps.as_slice(), frames.damaged()), (&[7, 9][..], 0));
        let mut end = Frames::new(&bytes[..bytes.len() - 29]);
        assert_eq!(
            (end.by_ref().count(), end.sound_end()),
            (1, bytes.len() - 29),
            "nothing to cut off"
        );
    }
}
