//! Which devices an office takes logs from: a name and a key each, written down by people.

use std::path::{Path, PathBuf};

use millwatt::trust::VerifierKey;

use crate::file_log::{make_folder, way_out};
use crate::site_file::is_short_name;
use crate::trust::key::replace;

/// The file with a line for each device: its name and its verifier key.
const FILE: &str = "devices";

/// A device that is welcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name of its folder.
    pub name: String,
    /// Its verifier key, the newest.
    pub key: String,
}

impl Entry {
    /// What the names of its logs begin with.
    #[must_use]
    pub fn device(&self) -> &str {
        device_of(self.key.split('+').next().unwrap_or_default())
    }
}

/// The part of a log's name that all logs of its device have.
#[must_use]
pub fn device_of(origin: &str) -> &str {
    origin.rsplit_once('/').map_or(origin, |(device, _)| device)
}

/// The register of a folder.
#[derive(Debug)]
pub struct Register {
    path: PathBuf,
    entries: Vec<Entry>,
}

impl Register {
    /// Reads a folder's register; an empty one where there is none.
    ///
    /// # Errors
    /// A sentence that names the line.
    pub fn open(folder: &Path) -> Result<Self, String> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{}: {error}; {}", path.display(), way_out(&error))),
        };
        let mut register = Self { path, entries: Vec::new() };
        for (place, line) in text.lines().enumerate() {
            let (name, key) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            if name.is_empty() || name.starts_with('#') {
                continue;
            }
            let at = format!("{}: line {}", register.path.display(), place + 1);
            register.admit(name, key.trim()).map_err(|why| format!("{at}: {why}"))?;
        }
        Ok(register)
    }

    /// All devices, in the order in which they were added.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The device that a log is of.
    #[must_use]
    pub fn find(&self, origin: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.device() == device_of(origin))
    }

    /// Adds a device, or gives a known one another name or key, and writes the register down.
    ///
    /// # Errors
    /// A sentence with the way out.
    pub fn add(&mut self, name: &str, key: &str) -> Result<(), String> {
        self.admit(name, key)?;
        self.save()
    }

    /// A device's key was replaced, with the old one's consent.
    ///
    /// # Errors
    /// A sentence with the way out.
    pub fn follow(&mut self, key: &VerifierKey<'_>) -> Result<(), String> {
        let device = device_of(key.name());
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.device() == device) {
            entry.key = key.to_string();
        }
        self.save()
    }

    fn admit(&mut self, name: &str, key: &str) -> Result<(), String> {
        if !is_short_name(name) {
            return Err(format!(
                "`{name}`: expected up to 32 of the letters a-z, digits, - and _; it names a folder"
            ));
        }
        VerifierKey::parse(key).map_err(|_| {
            format!(
                "`{key}` is no verifier key; at the device, `millwatt key --data data --vkey` prints it"
            )
        })?;
        let entry = Entry { name: name.to_owned(), key: key.to_owned() };
        let other = self
            .entries
            .iter()
            .find(|known| (known.name == entry.name) != (known.device() == entry.device()));
        if let Some(known) = other {
            return Err(format!(
                "`{}` is {} already; choose another name, or take that line out of {}",
                known.name,
                known.device(),
                self.path.display()
            ));
        }
        self.entries.retain(|known| known.name != entry.name);
        self.entries.push(entry);
        Ok(())
    }

    fn save(&self) -> Result<(), String> {
        let lines = self.entries.iter().map(|entry| format!("{} {}\n", entry.name, entry.key));
        let text: String = lines.collect();
        let failed = |error: std::io::Error| {
            format!("{}: {error}; {}", self.path.display(), way_out(&error))
        };
        if let Some(folder) = self.path.parent() {
            make_folder(folder).map_err(failed)?;
        }
        replace(&self.path, text.as_bytes(), 0o644).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::trust::Signer;

    fn key(name: &str, secret: u8) -> String {
        Signer::new(name, &[secret; 32]).verifier().to_string()
    }

    #[test]
    fn a_device_has_one_name_and_a_name_one_device() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut register = Register::open(folder.path()).expect("empty");
        let (mill, kiln) = (key("millwatt/aa/1", 1), key("millwatt/bb/1", 2));
        register.add("mill", &mill).expect("added");
        register.add("kiln", &kiln).expect("added");
        let next = key("millwatt/aa/2", 1);
        register.add("mill", &next).expect("its next log");
        for (name, key, why) in [
            ("kiln", &mill, "is millwatt/"),
            ("other", &mill, "`mill` is millwatt/aa already"),
            ("../x", &mill, "it names a folder"),
            ("third", &"mill+1+AQ".to_owned(), "is no verifier key"),
        ] {
            let error = register.add(name, key).expect_err("refused");
            assert!(error.contains(why), "{error}");
        }
        let again = Register::open(folder.path()).expect("read");
        assert_eq!(again.entries().len(), 2);
        assert_eq!(again.find("millwatt/aa/7").map(|entry| &*entry.name), Some("mill"));
        assert_eq!(again.find("millwatt/cc/1"), None);
    }

    #[test]
    fn a_line_that_cannot_be_used_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), "# ours\n\nmill\n").expect("written");
        let error = Register::open(folder.path()).expect_err("refused");
        assert!(error.contains("devices: line 3: `` is no verifier key"), "{error}");
    }
}
