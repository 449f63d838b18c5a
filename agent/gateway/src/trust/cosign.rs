//! Somebody else's signature beside the device's: who keeps what was cosigned notices a history that is rewritten,
//! even by who holds the device's key.

use std::path::{Path, PathBuf};

use millwatt::trust::note::MOST_BYTES;
use millwatt::trust::{Audit, Checkpoint, Note, Signer};
use millwatt::wire::bytes::Writer;

use super::key::{KeyError, named, replace};
use super::verify::{Words, audit_folder};
use crate::file_log::{DataError, make_folder};

/// Why a log is not cosigned; each says what to do.
#[derive(Debug)]
pub enum CosignError {
    /// The log cannot be read.
    Data(DataError),
    /// The key cannot be used.
    Key(KeyError),
    /// The log is not what its device signed, or not a later state of what was cosigned before.
    Refused(String),
    /// The file system refused.
    Io(PathBuf, std::io::Error),
}

impl std::fmt::Display for CosignError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Data(error) => error.fmt(f),
            Self::Key(error) => error.fmt(f),
            Self::Refused(why) => write!(f, "not cosigned: {}", why.trim_end()),
            Self::Io(path, error) => {
                write!(f, "{}: {error}; {}", path.display(), crate::file_log::way_out(error))
            }
        }
    }
}

impl std::error::Error for CosignError {}

/// A cosigner: a name, its key, and the folder of what it has cosigned.
#[derive(Debug)]
pub struct Cosigner<'a> {
    /// The name under which it signs; made up like a web address, without spaces.
    pub name: &'a str,
    /// The file with its key; made if there is none.
    pub key: &'a Path,
    /// Where it keeps the newest checkpoint of each log.
    pub kept: &'a Path,
}

impl Cosigner<'_> {
    /// Checks a folder's log, also against what was cosigned before, and cosigns its newest checkpoint. Gives
    /// the file that holds it, and the verifier key.
    ///
    /// # Errors
    /// See [`CosignError`].
    pub fn cosign(&self, folder: &Path, time: u64) -> Result<(PathBuf, String), CosignError> {
        let (name, secret) = named(self.key, self.name).map_err(CosignError::Key)?;
        let signer = Signer::new(&name, &secret);
        make_folder(self.kept).map_err(|error| CosignError::Io(self.kept.into(), error))?;
        let mut audit = Audit::new();
        for text in self.texts() {
            audit.expect(&text).map_err(|error| CosignError::Refused(error.to_string()))?;
        }
        audit_folder(folder, &mut audit).map_err(CosignError::Data)?;
        let outcome = audit.finish();
        let words = Words::of(folder);
        let Some(log) = outcome.logs.last().filter(|_| outcome.findings.is_empty()) else {
            return Err(CosignError::Refused(words.sentences(&outcome)));
        };
        let path = self.path(&log.origin);
        if outcome.not_compared > 0 && path.exists() {
            let why =
                format!("{} cannot be compared: the log has no readings around it", path.display());
            return Err(CosignError::Refused(why));
        }
        let note = cosigned(&log.note, &signer, time)?;
        replace(&path, &note, 0o644).map_err(|error| CosignError::Io(path.clone(), error))?;
        Ok((path, signer.cosigner().to_string()))
    }

    fn path(&self, origin: &str) -> PathBuf {
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        self.kept.join(format!("{}.checkpoint", origin.chars().map(plain).collect::<String>()))
    }

    /// The texts of all checkpoints that were cosigned before; those of other logs are passed over by the audit.
    fn texts(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.kept).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        let own =
            paths.filter(|path| path.extension().is_some_and(|suffix| suffix == "checkpoint"));
        let notes = own.filter_map(|path| std::fs::read(path).ok());
        notes.filter_map(|note| Some(Note::parse(&note).ok()?.text().to_owned())).collect()
    }
}

fn cosigned(note: &[u8], signer: &Signer<'_>, time: u64) -> Result<Vec<u8>, CosignError> {
    let refused = |error: millwatt::trust::TrustError| CosignError::Refused(error.to_string());
    let text = Note::parse(note).map_err(refused)?.text();
    Checkpoint::parse(text).map_err(refused)?;
    let mut buffer = vec![0; MOST_BYTES];
    let mut out = Writer::new(&mut buffer);
    out.slice(note).map_err(|error| refused(error.into()))?;
    signer.cosign(text.as_bytes(), time, &mut out).map_err(refused)?;
    let length = out.length();
    buffer.truncate(length);
    Ok(buffer)
}
