//! What the targets share: frames put together from made-up payloads, so that checksums do not keep everything out.

use embedded_storage::nor_flash::{ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash};
use millwatt::wire::bytes::Writer;
use millwatt::wire::{Clock, ClockQuality, Frame, FrameKind, Stamp};

/// The kinds by number.
pub const KINDS: [FrameKind; 11] = [
    FrameKind::Manifest,
    FrameKind::Readings,
    FrameKind::Events,
    FrameKind::Page,
    FrameKind::Receipt,
    FrameKind::Compacted,
    FrameKind::Device,
    FrameKind::Checkpoint,
    FrameKind::Anchor,
    FrameKind::Run,
    FrameKind::Log,
];

/// A log from a script: for each frame a byte for its kind and its clock, two for the payload's length, the payload.
#[must_use]
pub fn framed(script: &[u8]) -> Vec<u8> {
    let (mut rest, mut log, mut sequence) = (script, Vec::new(), 0);
    while let [kind, low, high, after @ ..] = rest {
        let length = usize::from(u16::from_le_bytes([*low, *high])).min(after.len());
        let (payload, next) = after.split_at(length);
        sequence += u64::from(kind >> 6 != 3);
        let quality = if kind & 0x20 == 0 { ClockQuality::Set } else { ClockQuality::Unset };
        let frame = Frame {
            stamp: Stamp { epoch: 1, sequence },
            clock: Clock { quality, ticks: u32::from(*kind) },
            kind: KINDS[usize::from(kind & 0x1f) % KINDS.len()],
            payload,
        };
        let place = log.len();
        log.resize(place + frame.length(), 0);
        frame.emit(&mut Writer::new(&mut log[place..])).expect("room");
        rest = next;
    }
    log
}

/// The script of a log; the other way round.
#[must_use]
pub fn script(frames: &[(FrameKind, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (kind, payload) in frames {
        let number = KINDS.iter().position(|known| known == kind).expect("a kind");
        bytes.push(u8::try_from(number).expect("few"));
        bytes.extend(u16::try_from(payload.len()).expect("short").to_le_bytes());
        bytes.extend(payload);
    }
    bytes
}

/// Four blocks of 512 bytes that hold what somebody made up, and bear everything.
#[derive(Debug)]
pub struct Flash(pub [u8; 2_048]);

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        let from = offset as usize;
        let part = self.0.get(from..from + bytes.len()).ok_or(NorFlashErrorKind::OutOfBounds)?;
        bytes.copy_from_slice(part);
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.0.len()
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 512;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        let part = self.0.get_mut(from as usize..to as usize);
        part.ok_or(NorFlashErrorKind::OutOfBounds)?.fill(0xff);
        Ok(())
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        let from = offset as usize;
        let part =
            self.0.get_mut(from..from + bytes.len()).ok_or(NorFlashErrorKind::OutOfBounds)?;
        part.iter_mut().zip(bytes).for_each(|(held, byte)| *held &= byte);
        Ok(())
    }
}
