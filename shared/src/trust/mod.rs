//! How anybody can check that a log is what its device wrote: a Merkle tree over readings, signed as it grows.
//!
//! A *leaf* is the hash of the [canonical readings](leaf) of a span, so that a denser block, a compacted page or
//! another codec keeps every proof. Leaves form the tree of RFC 6962 ([`tree`], proofs in [`proof`]). Now and then
//! the device signs the tree's size and root as a *checkpoint*: a C2SP signed [`note`] that other programs read,
//! too. A checkpoint in the log also keeps the tree's [frontier](tree::Frontier), so that what was deleted
//! before it leaves its subtree roots, and checking can go on behind damage.
//!
//! ```text
//! readings, events ──▶ leaf ──▶ tree ──▶ checkpoint (size, root) ──▶ note, signed by device, gateway, server
//! ```
//!
//! # What it proves, and what not
//! That the readings under a checkpoint are those that stood in the log when the device signed it: none changed, put
//! in, taken away or moved. That no two checkpoints of one log contradict each other, as far as somebody else
//! kept the earlier one. Not that the meter told the truth (it does not sign), nor that the clock was right, nor
//! anything against who holds the device's key, except for what somebody else has cosigned before.
//!
//! # Example
//! ```
//! use millwatt::trust::{Checkpoint, Frontier, Signer, VerifierKey, leaf_hash, note};
//! use millwatt::wire::bytes::Writer;
//!
//! let signer = Signer::new("example.com/mill", &[7; 32]);
//! let mut tree = Frontier::new();
//! tree.push(leaf_hash(b"readings of an hour"));
//! let mut buffer = [0; 512];
//! let mut out = Writer::new(&mut buffer);
//! Checkpoint { origin: "example.com/mill", size: tree.size(), root: tree.root() }.sign(&signer, &mut out)?;
//!
//! let note = note::Note::parse(out.written())?;
//! note.verify(&signer.verifier())?;
//! assert_eq!(Checkpoint::parse(note.text())?.size, 1);
//! # Ok::<(), millwatt::trust::TrustError>(())
//! ```

#[cfg(feature = "alloc")]
pub mod audit;
#[cfg(feature = "alloc")]
pub mod chain;
pub mod checkpoint;
pub mod delivery;
pub mod device;
pub mod leaf;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod tree;

#[cfg(feature = "alloc")]
pub use audit::Audit;
#[cfg(feature = "alloc")]
pub use chain::Chain;
pub use checkpoint::{Checkpoint, Seal};
pub use delivery::{Delivery, Parcel};
pub use device::Device;
pub use leaf::{Leaf, LeafKind};
pub use note::{Note, Signer, VerifierKey};
pub use receipt::{DeviceId, Receipt};
pub use tree::{Frontier, Hash, leaf_hash};

use crate::wire::WireError;

/// Why a note or a proof is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrustError {
    /// It has not the form that it should have.
    Malformed,
    /// No signature is by the key that was asked for.
    UnknownKey,
    /// A signature by that key does not fit the text.
    BadSignature,
    /// The hashes do not lead to the root.
    Mismatch,
    /// The caller's buffer is too small.
    BufferFull,
}

impl core::fmt::Display for TrustError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Malformed => "it has not the form of a signed note",
            Self::UnknownKey => "no signature is by the expected key",
            Self::BadSignature => "the signature does not fit the text",
            Self::Mismatch => "the hashes do not lead to the root",
            Self::BufferFull => "the buffer is too small",
        })
    }
}

impl core::error::Error for TrustError {}

impl From<WireError> for TrustError {
    fn from(error: WireError) -> Self {
        match error {
            WireError::BufferFull => Self::BufferFull,
            _ => Self::Malformed,
        }
    }
}
