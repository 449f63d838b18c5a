//! Who may fill in the form: names and PINs in a file beside the log, ids alone inside it.

use std::io;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::pin::{self, Hashed};
use crate::file_log::way_out;
use crate::trust::key::replace;

/// The file in a data folder.
const FILE: &str = "people.json";
/// Most letters of a name.
const MOST_LETTERS: usize = 40;

/// Somebody who may fill in the form.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Eight hexadecimal digits, drawn by lot: all that the log knows.
    pub id: String,
    /// The name that people read; it stands in this file alone.
    pub name: String,
    salt: String,
    hash: String,
}

impl Person {
    /// Another one with every new PIN.
    #[must_use]
    pub(super) fn salt(&self) -> &str {
        &self.salt
    }

    /// Whether this is their PIN. Slow on purpose.
    pub(super) fn has_pin(&self, pin: &str) -> Result<bool, String> {
        let [salt, hash] = [&self.salt, &self.hash].map(|text| STANDARD.decode(text));
        let unreadable =
            |_| format!("{FILE}: the PIN of `{}` cannot be read; give a new one", self.id);
        let known = Hashed { salt: salt.map_err(unreadable)?, hash: hash.map_err(unreadable)? };
        known.is_of(pin)
    }

    fn set_pin(&mut self, pin: &str) -> Result<(), PeopleError> {
        if let Some(fault) = pin::fault(pin) {
            return Err(PeopleError(fault.to_owned()));
        }
        let hashed = Hashed::of(pin).map_err(PeopleError)?;
        (self.salt, self.hash) = (STANDARD.encode(hashed.salt), STANDARD.encode(hashed.hash));
        Ok(())
    }
}

/// Why the table of people cannot be read or changed; says what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleError(pub(super) String);

impl PeopleError {
    fn io(path: &Path, error: &io::Error) -> Self {
        Self(format!("{}: {error}; {}", path.display(), way_out(error)))
    }
}

impl std::fmt::Display for PeopleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PeopleError {}

/// Everybody who may fill in the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    people: Vec<Person>,
}

impl People {
    /// Reads a data folder's table; nobody where there is none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read(folder: &Path) -> Result<Self, PeopleError> {
        let path = folder.join(FILE);
        match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                PeopleError(format!(
                    "{}: this is no table of people ({error}); move it away and add them anew",
                    path.display()
                ))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(PeopleError::io(&path, &error)),
        }
    }

    /// Writes the table in one step, for its owner alone.
    ///
    /// # Errors
    /// When the file system refuses.
    pub fn save(&self, folder: &Path) -> Result<(), PeopleError> {
        std::fs::create_dir_all(folder).map_err(|error| PeopleError::io(folder, &error))?;
        let path = folder.join(FILE);
        let text =
            serde_json::to_vec_pretty(self).map_err(|error| PeopleError(error.to_string()))?;
        replace(&path, &text, 0o600).map_err(|error| PeopleError::io(&path, &error))
    }

    /// Each, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = &Person> {
        self.people.iter()
    }

    /// Takes somebody in and gives their id.
    ///
    /// # Errors
    /// When the name or the PIN will not do.
    pub fn add(&mut self, name: &str, pin: &str) -> Result<String, PeopleError> {
        let name = name.trim();
        let letters = name.chars().count();
        if letters == 0 || letters > MOST_LETTERS || name.chars().any(char::is_control) {
            let expected = format!("a name has 1 to {MOST_LETTERS} letters");
            return Err(PeopleError(expected));
        }
        let folded = name.to_lowercase();
        if self.iter().any(|person| person.name.to_lowercase() == folded) {
            let message =
                format!("`{name}` is there already; add a letter that tells the two apart");
            return Err(PeopleError(message));
        }
        let id = self.free_id()?;
        let (salt, hash) = (String::new(), String::new());
        let mut person = Person { id: id.clone(), name: name.to_owned(), salt, hash };
        person.set_pin(pin)?;
        self.people.push(person);
        Ok(id)
    }

    fn free_id(&self) -> Result<String, PeopleError> {
        loop {
            let mut bytes = [0; 4];
            pin::fill(&mut bytes).map_err(PeopleError)?;
            let id = pin::hexadecimal(&bytes);
            if self.with_id(&id).is_none() {
                return Ok(id);
            }
        }
    }

    fn place(&self, who: &str) -> Result<usize, PeopleError> {
        let who = who.trim();
        let place = self.people.iter().position(|person| person.name == who || person.id == who);
        place.ok_or_else(|| {
            PeopleError(format!(
                "nobody here is called `{who}`; `millwatt people list` shows who is"
            ))
        })
    }

    /// Erases the name and the PIN of somebody, by name or id, and gives the id, which the log goes on knowing.
    ///
    /// # Errors
    /// When nobody is called so.
    pub fn remove(&mut self, who: &str) -> Result<String, PeopleError> {
        let place = self.place(who)?;
        Ok(self.people.remove(place).id)
    }

    /// Gives somebody, by name or id, another PIN. A lock on the old one ends.
    ///
    /// # Errors
    /// When nobody is called so, or the PIN will not do.
    pub fn set_pin(&mut self, who: &str, pin: &str) -> Result<(), PeopleError> {
        let place = self.place(who)?;
        self.people[place].set_pin(pin)
    }

    /// By name, as the form asks.
    pub(super) fn named(&self, name: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.name == name)
    }

    /// By id, as sessions know them.
    pub(super) fn with_id(&self, id: &str) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }
}

/// A PIN of six digits that nobody chose.
///
/// # Errors
/// When the system gives no random bytes.
pub fn made_up_pin() -> Result<String, PeopleError> {
    pin::made_up().map_err(PeopleError)
}

/// The table's file in a data folder.
#[must_use]
pub fn file(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_name_that_is_removed_is_nowhere_in_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut people = People::default();
        let id = people.add(" Hoàng Thị Lan ", "7391").expect("added");
        people.save(folder.path()).expect("saved");
        let path = file(folder.path());
        let mode = std::fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&path).expect("read");
        assert!(text.contains("Hoàng Thị Lan") && !text.contains("7391"), "{text}");
        let mut people = People::read(folder.path()).expect("read");
        assert!(people.with_id(&id).is_some_and(|person| person.has_pin("7391") == Ok(true)));
        assert_eq!(people.remove("Hoàng Thị Lan"), Ok(id.clone()));
        people.save(folder.path()).expect("saved");
        let text = std::fs::read_to_string(&path).expect("read");
        assert!(!text.contains("Lan") && !text.contains(&id), "{text}");
    }

    #[test]
    fn names_are_told_apart_and_pins_judged() {
        let mut people = People::default();
        people.add("Lan", "7391").expect("added");
        assert!(people.add("LAN", "7391").is_err(), "one name, two people");
        assert!(people.add("Minh", "1234").is_err(), "guessed first");
        assert!(people.add("  ", "7391").is_err(), "no name");
        assert!(people.set_pin("Minh", "7391").is_err(), "nobody");
        let before = people.named("Lan").map(|person| person.salt().to_owned());
        people.set_pin("Lan", "2580").expect("set");
        assert_ne!(people.named("Lan").map(|person| person.salt().to_owned()), before);
    }
}
