//! The device's key: made at the first start, readable by its owner alone.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use millwatt::trust::{Device, Signer, VerifierKey};
use millwatt::wire::bytes::Writer;

/// The secret half, in a data folder.
const SECRET: &str = "device.key";
/// The note with the public half.
const PUBLIC: &str = "device.pub";
/// Where the next key waits while the log takes in that it follows.
const NEXT: &str = "device.key.next";

/// A key that signs one log, and the note that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceKey {
    origin: String,
    secret: [u8; 32],
    /// The signed note that the log carries.
    note: Vec<u8>,
}

/// Why a key cannot be used.
#[derive(Debug)]
pub enum KeyError {
    /// The file system refused.
    Io(PathBuf, io::Error),
    /// The file is no key.
    Unreadable(PathBuf),
    /// The system gave no random bytes.
    Random(String),
}

impl std::fmt::Display for KeyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(path, error) => {
                write!(f, "{}: {error}; {}", path.display(), crate::file_log::way_out(error))
            }
            Self::Unreadable(path) => write!(
                f,
                "{}: this is no device key; put back the one you kept, or move it away and the next start \
                 makes a new key and begins a new signed log",
                path.display()
            ),
            Self::Random(error) => write!(f, "the system gives no random bytes for a key: {error}"),
        }
    }
}

impl std::error::Error for KeyError {}

impl DeviceKey {
    /// The key of a folder, made if there is none.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn open(folder: &Path) -> Result<Self, KeyError> {
        match Self::read(folder)? {
            Some(key) => Ok(key),
            None => {
                let key = Self::made(None)?;
                key.save(folder)?;
                Ok(key)
            }
        }
    }

    /// The key of a folder, where it has one.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn read(folder: &Path) -> Result<Option<Self>, KeyError> {
        let Some((origin, secret)) = get(&folder.join(SECRET))? else { return Ok(None) };
        let kept = std::fs::read(folder.join(PUBLIC)).ok();
        let own = kept.filter(|note| {
            let signer = Signer::new(&origin, &secret);
            Device::parse(note).is_ok_and(|device| device.key == signer.verifier())
        });
        let note = own.unwrap_or_else(|| note_of(&origin, &secret, None));
        Ok(Some(Self { origin, secret, note }))
    }

    fn made(name: Option<&str>) -> Result<Self, KeyError> {
        let secret = random()?;
        let origin = name.map_or_else(|| origin(&secret, 1), str::to_owned);
        let note = note_of(&origin, &secret, None);
        Ok(Self { origin, secret, note })
    }

    /// The same key for a new log: when this one's end was lost, nothing may be signed in its name again.
    #[must_use]
    pub fn for_next_log(&self) -> Self {
        let (device, number) = self.origin.rsplit_once('/').unwrap_or((&self.origin, "0"));
        let number = number.parse::<u32>().unwrap_or(0) + 1;
        let origin = format!("{device}/{number}");
        let note = note_of(&origin, &self.secret, None);
        Self { origin, secret: self.secret, note }
    }

    /// A new key for the same log, vouched for by this one.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn successor(&self) -> Result<Self, KeyError> {
        let next = Self::made(Some(&self.origin))?;
        let note = note_of(&next.origin, &next.secret, Some(&self.signer()));
        Ok(Self { note, ..next })
    }

    /// Writes both halves, each in one step.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn save(&self, folder: &Path) -> Result<(), KeyError> {
        self.put(folder, SECRET)?;
        let path = folder.join(PUBLIC);
        let written = replace(&path, &self.note, 0o644);
        written.map_err(|error| KeyError::Io(path, error))
    }

    /// Keeps the key beside the one in force, until the log has taken it in.
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn save_as_next(&self, folder: &Path) -> Result<(), KeyError> {
        self.put(folder, NEXT)
    }

    fn put(&self, folder: &Path, name: &str) -> Result<(), KeyError> {
        put(&folder.join(name), &self.origin, &self.secret)
    }

    /// A key that waits to follow, with the note by which it does, where the log has taken that in.
    #[must_use]
    pub fn take_next(folder: &Path, told: Option<&[u8]>) -> Option<Self> {
        let path = folder.join(NEXT);
        let text = std::fs::read_to_string(&path).ok()?;
        let (origin, secret) = parse(text.trim())?;
        let device = told.and_then(|note| Device::parse(note).ok());
        let follows =
            device.is_some_and(|device| device.key == Signer::new(&origin, &secret).verifier());
        follows.then(|| Self { origin, secret, note: told.unwrap_or_default().to_vec() })
    }

    /// Forgets a key that waited.
    pub fn forget_next(folder: &Path) {
        // Where there is none, there is nothing to forget.
        let _ = std::fs::remove_file(folder.join(NEXT));
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The note that the log carries.
    #[must_use]
    pub fn note(&self) -> &[u8] {
        &self.note
    }

    /// What signs.
    #[must_use]
    pub fn signer(&self) -> Signer<'_> {
        Signer::new(&self.origin, &self.secret)
    }

    /// The public half.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey<'_> {
        self.signer().verifier()
    }
}

/// A device is known by its first key; its logs are numbered.
fn origin(secret: &[u8; 32], number: u32) -> String {
    let key = *Signer::new("a", secret).verifier().bytes();
    let digest = millwatt::trust::Hash::of(&key);
    let hexadecimal: String = digest.0[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("millwatt/{hexadecimal}/{number}")
}

fn note_of(origin: &str, secret: &[u8; 32], earlier: Option<&Signer<'_>>) -> Vec<u8> {
    let mut buffer = vec![0; 2_048];
    let mut out = Writer::new(&mut buffer);
    Device::emit(&Signer::new(origin, secret), earlier, &mut out)
        .expect("2 kB hold a device's note");
    let length = out.length();
    buffer.truncate(length);
    buffer
}

fn random() -> Result<[u8; 32], KeyError> {
    let mut secret = [0; 32];
    getrandom::fill(&mut secret).map_err(|error| KeyError::Random(error.to_string()))?;
    Ok(secret)
}

fn get(path: &Path) -> Result<Option<(String, [u8; 32])>, KeyError> {
    match std::fs::read_to_string(path) {
        Ok(text) => {
            parse(text.trim()).map(Some).ok_or_else(|| KeyError::Unreadable(path.to_owned()))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(KeyError::Io(path.to_owned(), error)),
    }
}

fn put(path: &Path, name: &str, secret: &[u8; 32]) -> Result<(), KeyError> {
    let text = format!("{}\n", written(name, secret));
    replace(path, text.as_bytes(), 0o600).map_err(|error| KeyError::Io(path.to_owned(), error))
}

/// The name and the key in a file; made under this name if there is none.
pub(crate) fn named(path: &Path, name: &str) -> Result<(String, [u8; 32]), KeyError> {
    if let Some(known) = get(path)? {
        return Ok(known);
    }
    let secret = random()?;
    put(path, name, &secret)?;
    Ok((name.to_owned(), secret))
}

/// The secret half as other programs for signed notes write it, too.
fn written(name: &str, secret: &[u8; 32]) -> String {
    let id = u32::from_be_bytes(Signer::new(name, secret).verifier().id());
    let key: Vec<u8> = [1].iter().chain(secret).copied().collect();
    format!("PRIVATE+KEY+{name}+{id:08x}+{}", STANDARD.encode(key))
}

fn parse(text: &str) -> Option<(String, [u8; 32])> {
    let mut parts = text.strip_prefix("PRIVATE+KEY+")?.splitn(3, '+');
    let (name, _, key) = (parts.next()?, parts.next()?, parts.next()?);
    let key = STANDARD.decode(key).ok()?;
    let secret = <[u8; 32]>::try_from(key.strip_prefix(&[1])?).ok()?;
    (written(name, &secret) == text).then(|| (name.to_owned(), secret))
}

/// Writes a file durably in one step: the old content or the new, never neither.
pub(crate) fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut draft = path.as_os_str().to_owned();
    draft.push(".part");
    let draft = PathBuf::from(draft);
    let _ = std::fs::remove_file(&draft);
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&draft)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&draft, path)?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = DeviceKey::open(folder.path()).expect("made");
        assert_eq!(DeviceKey::open(folder.path()).expect("read"), key);
        let mode = |name| {
            let metadata = std::fs::metadata(folder.path().join(name)).expect("there");
            metadata.permissions().mode() & 0o777
        };
        assert_eq!((mode(SECRET), mode(PUBLIC)), (0o600, 0o644));
        assert_eq!(key.for_next_log().origin().rsplit('/').next(), Some("2"));
    }

    #[test]
    fn what_is_no_key_is_refused_and_left() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(SECRET), "PRIVATE+KEY+a+00000000+AAAA\n")
            .expect("written");
        let error = DeviceKey::open(folder.path()).expect_err("refused").to_string();
        assert!(error.contains("this is no device key"), "{error}");
        assert!(folder.path().join(SECRET).exists());
    }
}
