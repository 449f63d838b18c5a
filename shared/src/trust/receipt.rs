//! That somebody else keeps a device's frames: the only thing by which a device lets go of them.
//!
//! A broker's acknowledgement says that a message arrived, not that it is kept. A receipt comes from who has written the
//! frames down and synced them, and names what it has by a hash that the device reckons again from its own log. A
//! frame that was lost, changed or made up on the way gives another hash, and the device keeps its own.
//!
//! ```
//! use millwatt::trust::receipt::{DeviceId, Receipt, Receiving};
//! use millwatt::wire::{Frame, FrameKind, Stamp, bytes::Writer};
//! let stamp = |sequence| Stamp { epoch: 1, sequence };
//! let frame = |sequence| Frame { stamp: stamp(sequence), clock: Default::default(), kind: FrameKind::Events, payload: b"kg" };
//! let mut kept = Receiving::after(Stamp::default());
//! [1, 2, 2, 3].map(frame).iter().for_each(|frame| kept.take(frame)); // one came twice
//! let receipt = kept.receipt(DeviceId(*b"device 1"));
//! assert_eq!(receipt.up_to, stamp(3));
//!
//! let mut bytes = [0; Receipt::LENGTH];
//! receipt.emit(&mut Writer::new(&mut bytes))?;
//! assert_eq!(Receipt::parse(&bytes)?, receipt);
//! # Ok::<(), millwatt::wire::WireError>(())
//! ```

use sha2::{Digest, Sha256};

use super::Hash;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::{Frame, Stamp, WireError};

/// A device, by the first bytes of the SHA-256 of its first public key: the digits in its log's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DeviceId(pub [u8; 8]);

/// That the frames of a device above one stamp and up to another are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Whose frames.
    pub device: DeviceId,
    /// The stamp above which they begin.
    pub after: Stamp,
    /// The newest of them.
    pub up_to: Stamp,
    /// SHA-256 of the frames, head and payload, in the order of their stamps, each once.
    pub hash: Hash,
}

impl Receipt {
    /// Bytes of a receipt.
    pub const LENGTH: usize = 8 + 12 + 12 + 32;

    /// Writes the receipt.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn emit(&self, out: &mut Writer<'_>) -> Result<(), WireError> {
        out.slice(&self.device.0)?;
        for stamp in [self.after, self.up_to] {
            out.slice(&stamp.epoch.to_le_bytes())?;
            out.slice(&stamp.sequence.to_le_bytes())?;
        }
        out.slice(&self.hash.0)
    }

    /// Reads a receipt.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn parse(bytes: &[u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(bytes);
        let device = DeviceId(reader.array()?);
        let mut stamp = || {
            let epoch = u32::from_le_bytes(reader.array()?);
            Ok(Stamp { epoch, sequence: u64::from_le_bytes(reader.array()?) })
        };
        let (after, up_to) = (stamp()?, stamp()?);
        Ok(Self { device, after, up_to, hash: Hash(reader.array()?) })
    }
}

/// Frames as they are kept, on the way to a receipt.
#[derive(Debug, Clone)]
pub struct Receiving {
    after: Stamp,
    up_to: Stamp,
    digest: Sha256,
}

impl Receiving {
    /// Of the frames above a stamp.
    #[must_use]
    pub fn after(after: Stamp) -> Self {
        Self { after, up_to: after, digest: Sha256::new() }
    }

    /// Takes the next frame; one that is not above those before is passed over.
    pub fn take(&mut self, frame: &Frame<'_>) {
        if frame.stamp > self.up_to {
            self.up_to = frame.stamp;
            self.digest.update(frame.head());
            self.digest.update(frame.payload);
        }
    }

    /// What is kept so far.
    #[must_use]
    pub fn receipt(&self, device: DeviceId) -> Receipt {
        let hash = Hash(self.digest.clone().finalize().into());
        Receipt { device, after: self.after, up_to: self.up_to, hash }
    }
}
