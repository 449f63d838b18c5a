//! Wrong PINs, counted on the disk: five lock a person for a quarter of an hour, restart or not.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::people::{PeopleError, Person};
use crate::file_log::way_out;
use crate::trust::key::replace;
use millwatt::time::{Instant, Span};

/// The file in a data folder. It knows ids alone.
const FILE: &str = "people.attempts";
/// Wrong PINs that lock a person.
const MOST_WRONG: u32 = 5;
/// For how long.
const LOCK: Span = Span::from_minutes(15);

/// What one person got wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Wrong {
    /// Of the PIN that was tried: a new PIN begins anew.
    salt: String,
    count: u32,
    locked_until: Option<i64>,
}

/// Wrong PINs by person.
#[derive(Debug)]
pub(super) struct Attempts {
    path: PathBuf,
    wrong: BTreeMap<String, Wrong>,
}

impl Attempts {
    /// As a data folder has them.
    pub(super) fn open(folder: &Path) -> Result<Self, PeopleError> {
        let path = folder.join(FILE);
        let wrong = match std::fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| {
                PeopleError(format!("{}: unreadable ({error}); move it away", path.display()))
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => {
                let message = format!("{}: {error}; {}", path.display(), way_out(&error));
                return Err(PeopleError(message));
            }
        };
        Ok(Self { path, wrong })
    }

    /// Counts a try before it is judged, so that a power cut in between forgives none; `false` when the person is
    /// locked and nothing may be judged.
    pub(super) fn begin(&mut self, person: &Person, now: Instant) -> Result<bool, String> {
        let fresh = || Wrong { salt: person.salt().to_owned(), count: 0, locked_until: None };
        let wrong = self.wrong.entry(person.id.clone()).or_insert_with(fresh);
        if wrong.salt != person.salt() {
            *wrong = fresh();
        }
        if let Some(until) = wrong.locked_until {
            // A clock that was put back must not lock anybody for longer than the rule.
            let until = until.min((now + LOCK).unix_milliseconds());
            if now.unix_milliseconds() < until {
                let is_later = wrong.locked_until != Some(until);
                wrong.locked_until = Some(until);
                return if is_later { self.save().map(|()| false) } else { Ok(false) };
            }
            *wrong = fresh();
        }
        wrong.count += 1;
        if wrong.count >= MOST_WRONG {
            wrong.locked_until = Some((now + LOCK).unix_milliseconds());
        }
        self.save().map(|()| true)
    }

    /// The try was right: the person begins anew.
    pub(super) fn succeeded(&mut self, person: &Person) -> Result<(), String> {
        self.wrong.remove(&person.id);
        self.save()
    }

    fn save(&self) -> Result<(), String> {
        let text = serde_json::to_vec(&self.wrong).map_err(|error| error.to_string())?;
        replace(&self.path, &text, 0o600)
            .map_err(|error| format!("{}: {error}; {}", self.path.display(), way_out(&error)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::People;
    use super::*;

    fn minute(count: i64) -> Instant {
        Instant::from_unix_milliseconds(1_800_000_000_000) + Span::from_minutes(count)
    }

    #[test]
    fn five_lock_for_a_quarter_of_an_hour_across_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut people = People::default();
        people.add("Lan", "7391").expect("added");
        let lan = people.named("Lan").expect("there").clone();
        let mut attempts = Attempts::open(folder.path()).expect("none yet");
        for _ in 0..5 {
            assert_eq!(attempts.begin(&lan, minute(0)), Ok(true));
        }
        assert_eq!(attempts.begin(&lan, minute(14)), Ok(false));
        let mut attempts = Attempts::open(folder.path()).expect("read");
        assert_eq!(attempts.begin(&lan, minute(14)), Ok(false), "the disk remembers");
        people.set_pin("Lan", "2580").expect("set");
        let renewed = people.named("Lan").expect("there");
        assert_eq!(attempts.begin(renewed, minute(14)), Ok(true), "a new PIN is not locked");
    }

    #[test]
    fn a_lock_ends_and_a_clock_put_back_does_not_prolong_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut people = People::default();
        people.add("Lan", "7391").expect("added");
        let lan = people.named("Lan").expect("there");
        let mut attempts = Attempts::open(folder.path()).expect("none yet");
        for _ in 0..5 {
            assert_eq!(attempts.begin(lan, minute(0)), Ok(true));
        }
        assert_eq!(attempts.begin(lan, minute(-1_000)), Ok(false));
        assert_eq!(attempts.begin(lan, minute(-985)), Ok(true));
        attempts.succeeded(lan).expect("saved");
        for _ in 0..5 {
            assert_eq!(attempts.begin(lan, minute(-985)), Ok(true), "five again");
        }
    }
}
