//! What a device and a receiver say to each other of a stretch of the device's log, so that nothing between them need be
//! believed: no broker, no server in the middle.
//!
//! The device signs what it sends, the receiver what it keeps; both statements are C2SP signed [notes](super::note), so that
//! other programs check them, too.
//!
//! ```text
//! millwatt sent                                   millwatt kept
//! millwatt/3f9a…/1        whose log               millwatt/3f9a…/1
//! 12                      its page                12
//! 4.100 4.117             the stamps: above, up to 4.100 4.117
//! AbCd…                   SHA-256 of the frames   AbCd…
//!
//! — millwatt/3f9a…/1 …                            — example.org/office …
//! ```
//!
//! A *kept* statement that names what was sent, hash and all, answers just that sending: it cannot be made up by who does not
//! hold the receiver's key, nor be an older one played again. One that names no frames (both stamps are one, the hash is that
//! of nothing) says up to where the receiver has the log, and so from where on it is asked for again.
//!
//! # Example
//! ```
//! use millwatt::trust::{Delivery, Hash, Note, Signer, delivery::Side};
//! use millwatt::wire::{Stamp, bytes::Writer};
//! let office = Signer::new("example.org/office", &[7; 32]);
//! let stamp = |sequence| Stamp { epoch: 4, sequence };
//! let kept = Delivery { side: Side::Kept, origin: "millwatt/3f9a/1", page: 12, after: stamp(100), up_to: stamp(117), hash: Hash::of(b"frames") };
//! let mut buffer = [0; Delivery::MOST_BYTES];
//! let mut out = Writer::new(&mut buffer);
//! kept.sign(&office, &mut out)?;
//!
//! let note = Note::parse(out.written())?;
//! note.verify(&office.verifier())?;
//! assert_eq!(Delivery::parse(note.text())?, kept);
//! # Ok::<(), millwatt::trust::TrustError>(())
//! ```

use base64ct::{Base64, Encoding};

use super::TrustError;
use super::note::{MOST_NAME, Note, Signer};
use super::tree::Hash;
use crate::wire::Stamp;
use crate::wire::bytes::Writer;

/// Who says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The device: these frames are of my log.
    Sent,
    /// The receiver: I have written them down, and all before them.
    Kept,
}

impl Side {
    const fn title(self) -> &'static str {
        match self {
            Self::Sent => "millwatt sent",
            Self::Kept => "millwatt kept",
        }
    }
}

/// A statement about the frames above one stamp and up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery<'a> {
    /// Who says it.
    pub side: Side,
    /// The log's name.
    pub origin: &'a str,
    /// The page of the log in which these frames stand.
    pub page: u32,
    /// The stamp above which they begin.
    pub after: Stamp,
    /// The newest of them.
    pub up_to: Stamp,
    /// SHA-256 of their bytes as they are sent.
    pub hash: Hash,
}

impl<'a> Delivery<'a> {
    /// No signed statement is longer.
    pub const MOST_BYTES: usize = 2 * MOST_NAME + 320;

    /// Up to where a receiver has a log, where it has nothing to say of frames.
    #[must_use]
    pub fn standing(origin: &'a str, page: u32, newest: Stamp) -> Self {
        let (after, up_to, hash) = (newest, newest, Hash::of(&[]));
        Self { side: Side::Kept, origin, page, after, up_to, hash }
    }

    /// From a note's text; nothing is verified.
    ///
    /// # Errors
    /// [`TrustError::Malformed`].
    pub fn parse(text: &'a str) -> Result<Self, TrustError> {
        let mut lines = text.strip_suffix('\n').ok_or(TrustError::Malformed)?.split('\n');
        let mut line = || lines.next().ok_or(TrustError::Malformed);
        let (title, origin, page, stamps, hash) = (line()?, line()?, line()?, line()?, line()?);
        let side = [Side::Sent, Side::Kept].into_iter().find(|side| side.title() == title);
        let (after, up_to) = stamps.split_once(' ').ok_or(TrustError::Malformed)?;
        let mut bytes = [0; 32];
        let decoded = Base64::decode(hash, &mut bytes).map_err(|_| TrustError::Malformed)?;
        if decoded.len() != 32 || origin.is_empty() || lines.next().is_some() {
            return Err(TrustError::Malformed);
        }
        Ok(Self {
            side: side.ok_or(TrustError::Malformed)?,
            origin,
            page: number(page)?,
            after: stamp(after)?,
            up_to: stamp(up_to)?,
            hash: Hash(bytes),
        })
    }

    /// Writes the note, signed.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`].
    pub fn sign(&self, signer: &Signer<'_>, out: &mut Writer<'_>) -> Result<(), TrustError> {
        use core::fmt::Write as _;
        let mut hash = [0; 44];
        let hash = Base64::encode(&self.hash.0, &mut hash).map_err(|_| TrustError::BufferFull)?;
        let mut text = [0; Self::MOST_BYTES];
        let mut body = Writer::new(&mut text);
        let Self { side, origin, page, after, up_to, .. } = self;
        let written = write!(
            body,
            "{}\n{origin}\n{page}\n{}.{} {}.{}\n{hash}\n",
            side.title(),
            after.epoch,
            after.sequence,
            up_to.epoch,
            up_to.sequence
        );
        written.map_err(|_| TrustError::BufferFull)?;
        out.slice(body.written())?;
        out.slice(b"\n")?;
        signer.sign(body.written(), out)
    }

    /// Whether another statement is of the same frames of the same log.
    #[must_use]
    pub fn answers(&self, sent: &Delivery<'_>) -> bool {
        let one = (self.origin, self.after, self.up_to, self.hash);
        one == (sent.origin, sent.after, sent.up_to, sent.hash)
    }
}

/// What goes from a device to a receiver as one piece: the signed statement, the device's own note where the receiver may
/// not know its key, and the frames.
///
/// | bytes | field |
/// |---|---|
/// | 2 | length of the statement, little endian |
/// | 2 | length of the device's note, or 0 |
/// | n | the statement, [`Side::Sent`] |
/// | n | the device's note |
/// | rest | frames as they stand in the log |
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parcel<'a> {
    /// The signed statement.
    pub statement: Note<'a>,
    /// The device's note; may be empty.
    pub device: &'a [u8],
    /// The frames.
    pub frames: &'a [u8],
}

impl<'a> Parcel<'a> {
    /// Bytes before the statement.
    pub const HEAD: usize = 4;

    /// The head for a statement and a device's note of these lengths.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`] for one that no note reaches.
    pub fn head(statement: usize, device: usize) -> Result<[u8; 4], TrustError> {
        let length = |bytes: usize| u16::try_from(bytes).map_err(|_| TrustError::BufferFull);
        let ([a, b], [c, d]) = (length(statement)?.to_le_bytes(), length(device)?.to_le_bytes());
        Ok([a, b, c, d])
    }

    /// Parts a piece; nothing is verified.
    ///
    /// # Errors
    /// [`TrustError::Malformed`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, TrustError> {
        let ([a, b, c, d], rest) = bytes.split_first_chunk().ok_or(TrustError::Malformed)?;
        let (statement, device) = (u16::from_le_bytes([*a, *b]), u16::from_le_bytes([*c, *d]));
        let (statement, rest) =
            rest.split_at_checked(statement.into()).ok_or(TrustError::Malformed)?;
        let (device, frames) = rest.split_at_checked(device.into()).ok_or(TrustError::Malformed)?;
        Ok(Self { statement: Note::parse(statement)?, device, frames })
    }
}

fn stamp(text: &str) -> Result<Stamp, TrustError> {
    let (epoch, sequence) = text.split_once('.').ok_or(TrustError::Malformed)?;
    Ok(Stamp { epoch: number(epoch)?, sequence: number(sequence)? })
}

/// A number as it is written here: decimal, without a sign or leading zeros.
fn number<T: core::str::FromStr>(text: &str) -> Result<T, TrustError> {
    let is_plain = text == "0" || !text.starts_with(['0', '+', '-']);
    text.parse().ok().filter(|_| is_plain).ok_or(TrustError::Malformed)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::format;
    use std::string::String;

    const DIGEST: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    fn text(title: &str, page: &str, stamps: &str, digest: &str) -> String {
        format!("{title}\nmill/1\n{page}\n{stamps}\n{digest}\n")
    }

    #[test]
    fn a_statement_reads_back_and_nothing_else_is_one() {
        let sound = text("millwatt sent", "3", "1.7 2.0", DIGEST);
        let read = Delivery::parse(&sound).expect("sound");
        assert_eq!((read.side, read.page), (Side::Sent, 3));
        assert_eq!(read.after, Stamp { epoch: 1, sequence: 7 });
        assert_eq!(read.hash.0[31], 31);
        for wrong in [
            text("millwatt received", "3", "1.7 2.0", DIGEST),
            text("millwatt kept", "03", "1.7 2.0", DIGEST),
            text("millwatt kept", "3", "1.7", DIGEST),
            text("millwatt kept", "3", "1.7 +2.0", DIGEST),
            text("millwatt kept", "3", "1.7 2.0", "AAEC"),
            text("millwatt kept", "3", "1.7 2.0", DIGEST) + "more\n",
            String::from("millwatt kept\n"),
        ] {
            assert_eq!(Delivery::parse(&wrong), Err(TrustError::Malformed), "{wrong}");
        }
    }

    #[test]
    fn the_longest_statement_fits() {
        let name = "n".repeat(MOST_NAME);
        let most = Stamp { epoch: u32::MAX, sequence: u64::MAX };
        let (side, hash) = (Side::Kept, Hash([0xff; 32]));
        let delivery =
            Delivery { side, origin: &name, page: u32::MAX, after: most, up_to: most, hash };
        let mut buffer = [0; Delivery::MOST_BYTES];
        let mut out = Writer::new(&mut buffer);
        delivery.sign(&Signer::new(&name, &[1; 32]), &mut out).expect("fits");
        let note = Note::parse(out.written()).expect("a note");
        assert_eq!(Delivery::parse(note.text()), Ok(delivery));
    }

    #[test]
    fn only_the_answer_to_these_frames_is_their_answer() {
        let (after, up_to) = (Stamp { epoch: 1, sequence: 1 }, Stamp { epoch: 1, sequence: 9 });
        let (side, hash) = (Side::Sent, Hash::of(b"frames"));
        let sent = Delivery { side, origin: "mill/1", page: 1, after, up_to, hash };
        assert!(Delivery { side: Side::Kept, ..sent }.answers(&sent));
        assert!(!Delivery { hash: Hash::of(b"others"), ..sent }.answers(&sent));
        assert!(!Delivery { after: up_to, ..sent }.answers(&sent));
        assert!(!Delivery { origin: "mill/2", ..sent }.answers(&sent));
        assert!(!Delivery::standing("mill/1", 1, up_to).answers(&sent));
    }

    #[test]
    fn a_parcel_comes_apart_where_it_was_put_together() {
        let signer = Signer::new("mill/1", &[1; 32]);
        let mut buffer = [0; Delivery::MOST_BYTES];
        let mut out = Writer::new(&mut buffer);
        let standing = Delivery::standing("mill/1", 1, Stamp::default());
        standing.sign(&signer, &mut out).expect("fits");
        let head = Parcel::head(out.length(), 4).expect("short");
        let whole = [&head[..], out.written(), b"note", b"frames"].concat();
        let parcel = Parcel::parse(&whole).expect("sound");
        assert_eq!((parcel.device, parcel.frames), (&b"note"[..], &b"frames"[..]));
        assert!(parcel.statement.verify(&signer.verifier()).is_ok());
        for length in 0..Parcel::HEAD + out.length() + 4 {
            assert!(Parcel::parse(&whole[..length]).is_err(), "{length} bytes");
        }
        assert!(Parcel::head(70_000, 0).is_err());
    }
}
