//! Who is signed in: a random token on the phone, its hash here, twelve hours long.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};

use super::people::Person;
use super::pin;

/// The cookie's name.
const COOKIE: &str = "millwatt_form";
/// For how long a phone stays signed in.
pub(super) const LASTS: Duration = Duration::from_secs(12 * 3_600);
/// Most phones signed in at once; beyond, the one whose time ends first is signed out.
const MOST: usize = 256;

/// One phone that is signed in.
#[derive(Debug, Clone)]
struct Session {
    person: String,
    /// Of the PIN it was signed in with: a new one signs out.
    salt: String,
    ends: Instant,
}

/// The phones that are signed in, in memory: a restart signs all out, and loses nothing that waits on them.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    by_token: HashMap<[u8; 32], Session>,
}

impl Sessions {
    /// Signs a person in and gives the token.
    pub(super) fn begin(&mut self, person: &Person, now: Instant) -> Result<String, String> {
        let mut bytes = [0; 32];
        pin::fill(&mut bytes)?;
        let token = pin::hexadecimal(&bytes);
        self.by_token.retain(|_, session| session.ends > now);
        if self.by_token.len() >= MOST {
            let first = self.by_token.iter().min_by_key(|(_, session)| session.ends);
            if let Some(first) = first.map(|(token, _)| *token) {
                self.by_token.remove(&first);
            }
        }
        let (id, salt) = (person.id.clone(), person.salt().to_owned());
        self.by_token.insert(hashed(&token), Session { person: id, salt, ends: now + LASTS });
        Ok(token)
    }

    /// The id and the PIN's salt of whoever is signed in with a token.
    pub(super) fn person(&self, token: &str, now: Instant) -> Option<(&str, &str)> {
        let session = self.by_token.get(&hashed(token)).filter(|session| session.ends > now)?;
        Some((session.person.as_str(), session.salt.as_str()))
    }

    /// Signs a phone out.
    pub(super) fn end(&mut self, token: &str) {
        self.by_token.remove(&hashed(token));
    }
}

fn hashed(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

/// The token that a request carries.
pub(super) fn token(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs =
        values.flat_map(|value| value.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == COOKIE).map(|(_, token)| token.trim())
}

/// The cookie that keeps a phone signed in; with an empty token the one that signs it out.
pub(super) fn cookie(token: &str, secure: bool) -> String {
    let seconds = if token.is_empty() { 0 } else { LASTS.as_secs() };
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/form; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

#[cfg(test)]
mod tests {
    use super::super::people::People;
    use super::*;

    #[test]
    fn a_token_holds_for_twelve_hours() {
        let mut people = People::default();
        let id = people.add("Lan", "7391").expect("added");
        let lan = people.named("Lan").expect("there");
        let (mut sessions, now) = (Sessions::default(), Instant::now());
        let token = sessions.begin(lan, now).expect("random");
        let late = now + LASTS - Duration::from_secs(1);
        assert_eq!(sessions.person(&token, late).map(|(id, _)| id), Some(id.as_str()));
        assert_eq!(sessions.person(&token, now + LASTS), None);
        assert_eq!(sessions.person("", now), None);
        sessions.end(&token);
        assert_eq!(sessions.person(&token, now), None);
    }

    #[test]
    fn a_token_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        let value = "a=b; millwatt_form=12ab; c=d";
        headers.insert(header::COOKIE, header::HeaderValue::from_static(value));
        assert_eq!(token(&headers), Some("12ab"));
        assert_eq!(token(&HeaderMap::new()), None);
        assert!(cookie("12ab", true).ends_with("HttpOnly; SameSite=Strict; Secure"));
    }
}
