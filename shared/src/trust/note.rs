//! Signed notes: a text, an empty line, and a line for each signature (C2SP signed-note), with Ed25519 keys.
//!
//! ```text
//! the text, lines that end in a newline
//!
//! — name base64(key id, signature)
//! ```
//!
//! Two kinds of signature are known: by a log over the text, and cosignatures of a checkpoint with the time at which
//! somebody else saw it (C2SP tlog-cosignature, `cosignature/v1`).

use base64ct::{Base64, Encoding};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::TrustError;
use super::tree::Hash;
use crate::wire::bytes::Writer;

const DASH: &str = "\u{2014} ";
/// Longest note that is read: a text of lines and sixteen signatures fit many times.
pub const MOST_BYTES: usize = 1 << 16;
/// Longest name of a key.
pub const MOST_NAME: usize = 128;

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// The text of a note.
    Note,
    /// A checkpoint of somebody else, with the time.
    Cosignature,
}

impl KeyKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Note => 1,
            Self::Cosignature => 4,
        }
    }
}

/// The public half of a key under its name. Displayed as a C2SP verifier key, `name+id+base64`.
///
/// ```
/// use millwatt::trust::VerifierKey;
/// let text = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
/// let key = VerifierKey::parse(text)?;
/// assert_eq!(key.name(), "example.com/foo");
/// assert_eq!(key.to_string(), text);
/// # Ok::<(), millwatt::trust::TrustError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifierKey<'a> {
    name: &'a str,
    kind: KeyKind,
    key: [u8; 32],
}

impl<'a> VerifierKey<'a> {
    /// A key of 32 bytes under a name.
    ///
    /// # Errors
    /// [`TrustError::Malformed`] for a name that is empty, long, or has spaces or a plus.
    pub fn new(name: &'a str, kind: KeyKind, key: [u8; 32]) -> Result<Self, TrustError> {
        let fits = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
        let is_name = !name.is_empty() && name.len() <= MOST_NAME && name.chars().all(fits);
        if is_name { Ok(Self { name, kind, key }) } else { Err(TrustError::Malformed) }
    }

    /// From its text.
    ///
    /// # Errors
    /// [`TrustError::Malformed`], also when the id is not that of name and key.
    pub fn parse(text: &'a str) -> Result<Self, TrustError> {
        let mut parts = text.trim().splitn(3, '+');
        let mut part = || parts.next().ok_or(TrustError::Malformed);
        let (name, id, key) = (part()?, part()?, part()?);
        let mut bytes = [0; 33];
        let (kind, key) = match decode(key, &mut bytes)? {
            [1, key @ ..] => (KeyKind::Note, key),
            [4, key @ ..] => (KeyKind::Cosignature, key),
            _ => return Err(TrustError::Malformed),
        };
        let key = key.try_into().map_err(|_| TrustError::Malformed)?;
        let parsed = Self::new(name, kind, key)?;
        let same =
            id.len() == 8 && u32::from_str_radix(id, 16) == Ok(u32::from_be_bytes(parsed.id()));
        if same { Ok(parsed) } else { Err(TrustError::Malformed) }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// What it signs.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key's 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// The four bytes that stand before its signatures.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        use sha2::{Digest, Sha256};
        let digest = Sha256::new_with_prefix(self.name).chain_update([b'\n', self.kind.byte()]);
        let [a, b, c, d, ..] = <[u8; 32]>::from(digest.chain_update(self.key).finalize());
        [a, b, c, d]
    }

    /// The first sixteen hexadecimal digits of the key's SHA-256, in groups of four: short enough to
    /// compare by eye.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Hash::of(&self.key))
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), TrustError> {
        let signature = Signature::from_slice(signature).map_err(|_| TrustError::BadSignature)?;
        let key = VerifyingKey::from_bytes(&self.key).map_err(|_| TrustError::BadSignature)?;
        key.verify_strict(message, &signature).map_err(|_| TrustError::BadSignature)
    }
}

impl core::fmt::Display for VerifierKey<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let mut bytes = [self.kind.byte(); 33];
        bytes[1..].copy_from_slice(&self.key);
        let mut text = [0; 44];
        let text = Base64::encode(&bytes, &mut text).map_err(|_| core::fmt::Error)?;
        write!(f, "{}+{:08x}+{text}", self.name, u32::from_be_bytes(self.id()))
    }
}

/// A key's fingerprint; see [`VerifierKey::fingerprint`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(Hash);

impl core::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let [a, b, c, d, ..] = self.0.0.as_chunks::<2>().0 else { return Ok(()) };
        let word = |bytes: &[u8; 2]| u16::from_be_bytes(*bytes);
        write!(f, "{:04x} {:04x} {:04x} {:04x}", word(a), word(b), word(c), word(d))
    }
}

/// A key that signs notes under a name.
#[derive(Debug, Clone)]
pub struct Signer<'a> {
    name: &'a str,
    key: SigningKey,
}

impl<'a> Signer<'a> {
    /// From the 32 secret bytes. A name that [`VerifierKey::new`] would refuse makes notes that nobody reads.
    #[must_use]
    pub fn new(name: &'a str, secret: &[u8; 32]) -> Self {
        Self { name, key: SigningKey::from_bytes(secret) }
    }

    /// The public half, for notes.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey<'a> {
        self.public(KeyKind::Note)
    }

    /// The public half, for cosignatures. One key must not be used for both.
    #[must_use]
    pub fn cosigner(&self) -> VerifierKey<'a> {
        self.public(KeyKind::Cosignature)
    }

    fn public(&self, kind: KeyKind) -> VerifierKey<'a> {
        VerifierKey { name: self.name, kind, key: self.key.verifying_key().to_bytes() }
    }

    /// Adds this key's signature line to a note that ends in an empty line, or in another signature.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`].
    pub fn sign(&self, text: &[u8], out: &mut Writer<'_>) -> Result<(), TrustError> {
        let signature = self.key.sign(text).to_bytes();
        let mut line = [0; 68];
        line[..4].copy_from_slice(&self.verifier().id());
        line[4..].copy_from_slice(&signature);
        self.line(&line, out)
    }

    /// Adds this key's cosignature of a checkpoint's text, seen at a time in seconds since 1970.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`].
    pub fn cosign(&self, text: &[u8], time: u64, out: &mut Writer<'_>) -> Result<(), TrustError> {
        let mut message = [0; MOST_COSIGNED];
        let signature = self.key.sign(cosigned(text, time, &mut message)?).to_bytes();
        let mut line = [0; 76];
        line[..4].copy_from_slice(&self.cosigner().id());
        line[4..12].copy_from_slice(&time.to_be_bytes());
        line[12..].copy_from_slice(&signature);
        self.line(&line, out)
    }

    fn line(&self, signature: &[u8], out: &mut Writer<'_>) -> Result<(), TrustError> {
        let mut text = [0; 104];
        let text = Base64::encode(signature, &mut text).map_err(|_| TrustError::BufferFull)?;
        for part in [DASH, self.name, " ", text, "\n"] {
            out.slice(part.as_bytes())?;
        }
        Ok(())
    }
}

const MOST_COSIGNED: usize = 512;

/// What a cosigner signs: a header, the time, and the checkpoint's text.
fn cosigned<'b>(text: &[u8], time: u64, buffer: &'b mut [u8]) -> Result<&'b [u8], TrustError> {
    use core::fmt::Write as _;
    let mut out = Writer::new(buffer);
    out.slice(b"cosignature/v1\n")?;
    writeln!(out, "time {time}").map_err(|_| TrustError::BufferFull)?;
    out.slice(text)?;
    let length = out.length();
    Ok(&buffer[..length])
}

fn decode<'b>(text: &str, buffer: &'b mut [u8]) -> Result<&'b [u8], TrustError> {
    Base64::decode(text, buffer).map_err(|_| TrustError::Malformed)
}

/// A note's text and its signature lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note<'a> {
    text: &'a str,
    lines: &'a str,
}

impl<'a> Note<'a> {
    /// Parts a note; nothing is verified.
    ///
    /// # Errors
    /// [`TrustError::Malformed`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, TrustError> {
        if bytes.len() > MOST_BYTES || bytes.iter().any(|byte| *byte < 0x20 && *byte != b'\n') {
            return Err(TrustError::Malformed);
        }
        let whole = core::str::from_utf8(bytes).map_err(|_| TrustError::Malformed)?;
        // Byte by byte: a search for text would bring two kilobytes to a microcontroller.
        let end = bytes.windows(2).rposition(|pair| pair == b"\n\n");
        let end = end.ok_or(TrustError::Malformed)?;
        let parts = whole.get(..=end).zip(whole.get(end + 2..));
        let (text, lines) = parts.ok_or(TrustError::Malformed)?;
        let is_line = |line: &str| line.strip_prefix(DASH).is_some_and(|rest| rest.contains(' '));
        let sound = lines.ends_with('\n') && lines.lines().all(is_line);
        if sound { Ok(Self { text, lines }) } else { Err(TrustError::Malformed) }
    }

    /// What was signed.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Names and signatures as they stand.
    fn signatures(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.lines.lines().filter_map(|line| line.strip_prefix(DASH)?.rsplit_once(' '))
    }

    /// Verifies every signature by a key of kind [`KeyKind::Note`].
    ///
    /// # Errors
    /// [`TrustError::UnknownKey`] when there is none, [`TrustError::BadSignature`] when one is wrong.
    pub fn verify(&self, key: &VerifierKey<'_>) -> Result<(), TrustError> {
        self.check(key, |signature| key.verify(self.text.as_bytes(), signature)).map(drop)
    }

    /// Verifies every cosignature by a key of kind [`KeyKind::Cosignature`]; gives the last one's time in
    /// seconds since 1970.
    ///
    /// # Errors
    /// As [`verify`](Self::verify).
    pub fn verify_cosignature(&self, key: &VerifierKey<'_>) -> Result<u64, TrustError> {
        self.check(key, |signature| {
            let (time, signature) =
                signature.split_first_chunk().ok_or(TrustError::BadSignature)?;
            let time = u64::from_be_bytes(*time);
            let mut message = [0; MOST_COSIGNED];
            key.verify(cosigned(self.text.as_bytes(), time, &mut message)?, signature)?;
            Ok(time)
        })
    }

    fn check<T>(
        &self,
        key: &VerifierKey<'_>,
        verify: impl Fn(&[u8]) -> Result<T, TrustError>,
    ) -> Result<T, TrustError> {
        let mut found = Err(TrustError::UnknownKey);
        for (name, line) in self.signatures() {
            let mut bytes = [0; 256];
            // A signature too long for the buffer is of a kind that this program does not know.
            let Ok(bytes) = decode(line, &mut bytes) else { continue };
            if name == key.name && bytes.starts_with(&key.id()) {
                found = Ok(verify(&bytes[4..])?);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    /// The example of the C2SP specification.
    const KEY: &str = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const NOTE: &str = "This is an example message.\n\n\u{2014} example.com/foo \
        Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";

    #[test]
    fn the_specifications_example_verifies_and_no_changed_byte_does() {
        let key = VerifierKey::parse(KEY).expect("sound");
        let verify = |bytes: &[u8]| Note::parse(bytes).and_then(|note| note.verify(&key));
        assert_eq!(verify(NOTE.as_bytes()), Ok(()));
        for place in 0..NOTE.len() {
            let mut changed = NOTE.as_bytes().to_vec();
            changed[place] ^= 1;
            assert!(verify(&changed).is_err(), "byte {place}");
        }
    }

    #[test]
    fn other_keys_are_passed_over_and_a_wrong_known_one_spoils_the_note() {
        let (device, server) =
            (Signer::new("a/device", &[1; 32]), Signer::new("a/server", &[2; 32]));
        let text = "a/device\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";
        let mut buffer = [0; 1024];
        let mut out = Writer::new(&mut buffer);
        out.slice(text.as_bytes()).and_then(|()| out.slice(b"\n")).expect("fits");
        device.sign(text.as_bytes(), &mut out).expect("fits");
        server.cosign(text.as_bytes(), 1_700_000_000, &mut out).expect("fits");
        let note = Note::parse(out.written()).expect("sound");
        assert_eq!(note.verify(&device.verifier()), Ok(()));
        assert_eq!(note.verify_cosignature(&server.cosigner()), Ok(1_700_000_000));
        assert_eq!(note.verify(&server.verifier()), Err(TrustError::UnknownKey));
        let impostor = Signer::new("a/device", &[3; 32]);
        assert_eq!(note.verify(&impostor.verifier()), Err(TrustError::UnknownKey));
    }

    #[test]
    fn made_up_keys_and_notes_are_refused() {
        for text in
            ["", "a+b", "a+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a b+0+AA=="]
        {
            assert_eq!(VerifierKey::parse(text), Err(TrustError::Malformed), "{text}");
        }
        for text in ["", "\n\n", "text\n", "text\n\nno dash\n", "text\n\n\u{2014} name sig"] {
            assert_eq!(Note::parse(text.as_bytes()), Err(TrustError::Malformed), "{text:?}");
        }
    }
}
