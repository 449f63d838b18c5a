//! Checkpoints: a tree's size and root as a signed note (C2SP tlog-checkpoint), and the form in which a log
//! keeps them.

use base64ct::{Base64, Encoding};

use super::TrustError;
use super::note::{Note, Signer};
use super::tree::{Frontier, Hash, MOST_LEVELS};
use crate::time::{Instant, Span};
use crate::wire::bytes::{Reader, Writer};

/// What a note of three lines says of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint<'a> {
    /// The log's own name, which is its key's, too.
    pub origin: &'a str,
    /// Leaves.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

impl<'a> Checkpoint<'a> {
    /// From a note's text.
    ///
    /// # Errors
    /// [`TrustError::Malformed`].
    pub fn parse(text: &'a str) -> Result<Self, TrustError> {
        let mut lines = text.strip_suffix('\n').ok_or(TrustError::Malformed)?.split('\n');
        let mut line = || lines.next().filter(|line| !line.is_empty()).ok_or(TrustError::Malformed);
        let (origin, size, root) = (line()?, line()?, line()?);
        let is_decimal = size == "0" || !size.starts_with(['0', '+']);
        let size = size.parse().map_err(|_| TrustError::Malformed)?;
        let mut bytes = [0; 32];
        let decoded = Base64::decode(root, &mut bytes).map_err(|_| TrustError::Malformed)?;
        let is_whole = decoded.len() == 32 && is_decimal && lines.all(|line| !line.is_empty());
        if is_whole {
            Ok(Self { origin, size, root: Hash(bytes) })
        } else {
            Err(TrustError::Malformed)
        }
    }

    /// Writes the note, signed.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`].
    pub fn sign(&self, signer: &Signer<'_>, out: &mut Writer<'_>) -> Result<(), TrustError> {
        use core::fmt::Write as _;
        let mut root = [0; 44];
        let root = Base64::encode(&self.root.0, &mut root).map_err(|_| TrustError::BufferFull)?;
        let mut text = [0; 256];
        let mut body = Writer::new(&mut text);
        let written = write!(body, "{}\n{}\n{root}\n", self.origin, self.size);
        written.map_err(|_| TrustError::BufferFull)?;
        out.slice(body.written())?;
        out.slice(b"\n")?;
        signer.sign(body.written(), out)
    }
}

/// A checkpoint as a log keeps it: with what is needed to go on from it.
///
/// | bytes | field |
/// |---|---|
/// | 8 | readings before this instant, in ms, are in the tree |
/// | 4 | length of a leaf's span, ms |
/// | 1 | number of subtree roots |
/// | 32 each | the roots of the full subtrees, the largest first |
/// | rest | the signed note |
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal<'a> {
    /// Readings before it are in the tree; one that comes later is late.
    pub sealed_to: Instant,
    /// The length of a leaf's span.
    pub span: Span,
    /// The tree.
    pub tree: Frontier,
    /// The signed note, whose size and root are the tree's.
    pub note: Note<'a>,
    /// The note's bytes.
    pub note_bytes: &'a [u8],
}

impl<'a> Seal<'a> {
    /// Writes a seal; the note is made and signed.
    ///
    /// # Errors
    /// [`TrustError::BufferFull`].
    pub fn emit(
        sealed_to: Instant,
        span: Span,
        tree: &Frontier,
        signer: &Signer<'_>,
        out: &mut Writer<'_>,
    ) -> Result<(), TrustError> {
        out.slice(&sealed_to.unix_milliseconds().to_le_bytes())?;
        out.slice(&u32::try_from(span.milliseconds()).unwrap_or(u32::MAX).to_le_bytes())?;
        out.byte(tree.roots().len() as u8)?;
        for root in tree.roots() {
            out.slice(&root.0)?;
        }
        let checkpoint =
            Checkpoint { origin: signer.verifier().name(), size: tree.size(), root: tree.root() };
        checkpoint.sign(signer, out)
    }

    /// Reads a frame's payload. The note's signature is not verified; its size and root are the tree's.
    ///
    /// # Errors
    /// [`TrustError::Malformed`]; [`TrustError::Mismatch`] when note and tree say different things.
    pub fn parse(payload: &'a [u8]) -> Result<Self, TrustError> {
        let mut reader = Reader::new(payload);
        let sealed_to = Instant::from_unix_milliseconds(i64::from_le_bytes(reader.array()?));
        let span = Span::from_milliseconds(u32::from_le_bytes(reader.array()?).into());
        let count = usize::from(reader.byte()?);
        if span == Span::ZERO || count > MOST_LEVELS {
            return Err(TrustError::Malformed);
        }
        let roots = reader.slice(count * 32)?.as_chunks::<32>().0;
        let note_bytes = reader.rest();
        let note = Note::parse(note_bytes)?;
        let Checkpoint { size, root, .. } = Checkpoint::parse(note.text())?;
        let tree = Frontier::from_roots(size, roots.iter().map(|root| Hash(*root)))?;
        if tree.root() != root {
            return Err(TrustError::Mismatch);
        }
        Ok(Self { sealed_to, span, tree, note, note_bytes })
    }

    /// What the note says.
    ///
    /// # Errors
    /// [`TrustError::Malformed`]; never for a seal that was [parsed](Self::parse).
    pub fn checkpoint(&self) -> Result<Checkpoint<'a>, TrustError> {
        Checkpoint::parse(self.note.text())
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::trust::leaf_hash;

    #[test]
    fn the_specifications_example_is_read() {
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let read = Checkpoint::parse(text).expect("sound");
        assert_eq!((read.origin, read.size), ("example.com/behind-the-sofa", 20_852_163));
        for wrong in ["a\n1\n", "a\n01\nx\n", "\n1\nx\n", "a\n1\nAA==\n", "a\n-1\nAA==\n"] {
            assert_eq!(Checkpoint::parse(wrong), Err(TrustError::Malformed), "{wrong:?}");
        }
    }

    #[test]
    fn a_seal_comes_back_and_a_changed_one_does_not_pass() {
        let signer = Signer::new("mill/1", &[5; 32]);
        let mut tree = Frontier::new();
        (0..11_u8).for_each(|n| tree.push(leaf_hash(&[n])));
        let (sealed_to, span) = (Instant::from_unix_milliseconds(900_000), Span::from_minutes(15));
        let mut buffer = [0; 1024];
        let mut out = Writer::new(&mut buffer);
        Seal::emit(sealed_to, span, &tree, &signer, &mut out).expect("fits");
        let seal = Seal::parse(out.written()).expect("sound");
        assert_eq!((seal.sealed_to, seal.span, &seal.tree), (sealed_to, span, &tree));
        assert_eq!(seal.note.verify(&signer.verifier()), Ok(()));
        let mut changed = out.written().to_vec();
        changed[20] ^= 1;
        assert_eq!(Seal::parse(&changed), Err(TrustError::Mismatch));
    }
}
