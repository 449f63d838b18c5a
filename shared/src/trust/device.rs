//! Whose log it is: a note that names the log and its key, signed by that key and, where it takes the place of
//! another, by the other, too.
//!
//! ```text
//! millwatt device
//! millwatt/3f9a…/1
//! millwatt/3f9a…/1+8a7b6c5d+AQ…
//!
//! — millwatt/3f9a…/1 …
//! ```

use super::TrustError;
use super::note::{Note, Signer, VerifierKey};
use crate::wire::bytes::Writer;

const TITLE: &str = "millwatt device";

/// A device's note, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device<'a> {
    /// The key that signs the log from here on; its name is the log's.
    pub key: VerifierKey<'a>,
    note: Note<'a>,
}

impl<'a> Device<'a> {
    /// Reads a frame's payload and verifies that the key that it names signed it.
    ///
    /// # Errors
    /// See [`TrustError`].
    pub fn parse(payload: &'a [u8]) -> Result<Self, TrustError> {
        let note = Note::parse(payload)?;
        let mut lines = note.text().lines();
        let (title, origin, key) = (lines.next(), lines.next(), lines.next());
        let key = VerifierKey::parse(key.ok_or(TrustError::Malformed)?)?;
        if title != Some(TITLE) || origin != Some(key.name()) || lines.next().is_some() {
            return Err(TrustError::Malformed);
        }
        note.verify(&key)?;
        Ok(Self { key, note })
    }

    /// Whether this key takes the place of an earlier one with the earlier one's consent.
    #[must_use]
    pub fn follows(&self, earlier: &VerifierKey<'_>) -> bool {
        self.note.verify(earlier).is_ok()
    }

    /// Writes a device's note; `earlier` is the key that it replaces.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`].
    pub fn emit(
        signer: &Signer<'_>,
        earlier: Option<&Signer<'_>>,
        out: &mut Writer<'_>,
    ) -> Result<(), TrustError> {
        use core::fmt::Write as _;
        let key = signer.verifier();
        let mut text = [0; 512];
        let mut body = Writer::new(&mut text);
        let written = write!(body, "{TITLE}\n{}\n{key}\n", key.name());
        written.map_err(|_| TrustError::BufferFull)?;
        out.slice(body.written())?;
        out.slice(b"\n")?;
        signer.sign(body.written(), out)?;
        earlier.map_or(Ok(()), |earlier| earlier.sign(body.written(), out))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    #[test]
    fn a_key_follows_only_the_one_that_signed_for_it() {
        let [old, new, other] = [1, 2, 3].map(|n| Signer::new("mill/1", &[n; 32]));
        let mut buffer = [0; 1024];
        let mut out = Writer::new(&mut buffer);
        Device::emit(&new, Some(&old), &mut out).expect("fits");
        let device = Device::parse(out.written()).expect("sound");
        assert_eq!(device.key, new.verifier());
        assert!(device.follows(&old.verifier()));
        assert!(!device.follows(&other.verifier()));
    }
}
