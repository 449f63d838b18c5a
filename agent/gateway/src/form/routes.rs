//! The ways of the form, each behind a session but the page itself and the list of names.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use serde_json::{Value, json};

use super::book::{Fresh, Kept, payload};
use super::draft::drafted;
use super::entry::{Entry, FUELS, Kind, REASONS, Refusal};
use super::note::is_hexadecimal;
use super::people::Person;
use super::sessions::{cookie, token};
use super::stops::stops;
use super::{Form, assets};
use crate::import::OwnedEvent;
use crate::run::wall_clock;

/// Bytes of the longest list of entries.
const MOST_BYTES: usize = 256 * 1024;
/// Entries of the longest list.
const MOST_ENTRIES: usize = 100;

/// The form's ways, for a server of their own or beside others.
pub fn router(form: Form) -> Router {
    Router::new()
        .route("/form", get(assets::page))
        .route("/form/app.js", get(assets::script))
        .route("/form/style.css", get(assets::style))
        .route("/form/config", get(config))
        .route("/form/session", post(sign_in).delete(sign_out))
        .route("/form/entries", post(entries))
        .route("/form/recent", get(recent))
        .route("/form/stops", get(stops))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(axum::middleware::map_response(assets::guarded))
        .with_state(form)
}

pub(super) fn answer(status: StatusCode, value: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// An answer that is a failure, by a word that the page has a sentence for.
fn failed(status: StatusCode, word: &str, detail: &str) -> Response {
    answer(status, &json!({ "error": word, "detail": detail }))
}

pub(super) fn out_of_order(detail: &str) -> Response {
    failed(StatusCode::SERVICE_UNAVAILABLE, "trouble", detail)
}

fn not_signed_in() -> Response {
    failed(StatusCode::UNAUTHORIZED, "session", "")
}

/// A body that no other site's form can send, for browsers ask before they send JSON across sites; or why it is none.
fn read<'a, T: Deserialize<'a>>(headers: &HeaderMap, body: &'a Bytes) -> Result<T, String> {
    let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
    if !kind.starts_with(b"application/json") {
        return Err("expected Content-Type: application/json".to_owned());
    }
    serde_json::from_slice(body).map_err(|error| error.to_string())
}

fn misshapen(detail: &str) -> Response {
    failed(StatusCode::BAD_REQUEST, "shape", detail)
}

impl Form {
    /// Who is signed in; nobody who was removed or has another PIN since.
    pub(super) async fn person(&self, headers: &HeaderMap) -> Result<Person, Response> {
        let token = token(headers).ok_or_else(not_signed_in)?;
        let sessions = self.inner.sessions.lock().await;
        let now = std::time::Instant::now();
        let (id, salt) = sessions.person(token, now).ok_or_else(not_signed_in)?;
        let people = self.people().map_err(|error| out_of_order(&error.to_string()))?;
        let person = people.with_id(id).filter(|person| person.salt() == salt);
        person.cloned().ok_or_else(not_signed_in)
    }

    /// Judges a PIN on a thread of its own, one at a time. `None` for whatever reason it is not right.
    async fn judged(&self, name: String, pin: String) -> Result<Option<Person>, String> {
        let people = self.people().map_err(|error| error.to_string())?;
        let Some(person) = people.named(&name).cloned() else { return Ok(None) };
        let mut attempts = self.inner.attempts.clone().lock_owned().await;
        let judged = tokio::task::spawn_blocking(move || -> Result<Option<Person>, String> {
            if !attempts.begin(&person, wall_clock())? || !person.has_pin(&pin)? {
                return Ok(None);
            }
            attempts.succeeded(&person).map(|()| Some(person))
        });
        judged.await.map_err(|error| error.to_string())?
    }

    fn choices(&self, names: [Vec<&str>; 2]) -> Value {
        let [products, materials] = names;
        let mut choices = self.place().choices();
        choices["products"] = json!(products);
        choices["materials"] = json!(materials);
        choices["fuels"] = json!(FUELS);
        choices["units"] = json!(self.place().units());
        choices["reasons"] = json!(REASONS);
        choices
    }
}

async fn config(State(form): State<Form>, headers: HeaderMap) -> Response {
    let people = match form.people() {
        Ok(people) => people,
        Err(error) => return out_of_order(&error.to_string()),
    };
    let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
    let place = form.place();
    let mut told = json!({
        "site": place.name,
        "language": "vi",
        "people": names,
        "now": place.local(wall_clock()),
        "data": form.inner.folder.display().to_string(),
    });
    if !names.is_empty() {
        // Where the data lies is for whoever adds the first person.
        told["data"] = Value::Null;
    }
    if let Ok(person) = form.person(&headers).await {
        told["me"] = json!(person.name);
        told["choices"] = form.choices(form.inner.book.lock().await.names());
    }
    answer(StatusCode::OK, &told)
}

/// What a person signs in with.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    person: String,
    pin: String,
}

async fn sign_in(State(form): State<Form>, headers: HeaderMap, body: Bytes) -> Response {
    let Credentials { person, pin } = match read(&headers, &body) {
        Ok(credentials) => credentials,
        Err(detail) => return misshapen(&detail),
    };
    let person = match form.judged(person, pin).await {
        Ok(Some(person)) => person,
        // One answer for an unknown name, a wrong PIN and a lock.
        Ok(None) => return failed(StatusCode::FORBIDDEN, "refused", ""),
        Err(error) => return out_of_order(&error),
    };
    let begun = form.inner.sessions.lock().await.begin(&person, std::time::Instant::now());
    match begun {
        Ok(token) => with_cookie(&cookie(&token, form.secure), &json!({ "me": person.name })),
        Err(error) => out_of_order(&error),
    }
}

async fn sign_out(State(form): State<Form>, headers: HeaderMap) -> Response {
    if let Some(token) = token(&headers) {
        form.inner.sessions.lock().await.end(token);
    }
    with_cookie(&cookie("", form.secure), &json!({}))
}

fn with_cookie(cookie: &str, value: &Value) -> Response {
    let headers = [(header::SET_COOKIE, cookie), (header::CONTENT_TYPE, "application/json")];
    (headers.map(|(name, value)| (name, value.to_owned())), value.to_string()).into_response()
}

async fn entries(State(form): State<Form>, headers: HeaderMap, body: Bytes) -> Response {
    let person = match form.person(&headers).await {
        Ok(person) => person,
        Err(response) => return response,
    };
    let list: Vec<Value> = match read(&headers, &body) {
        Ok(list) => list,
        Err(detail) => return misshapen(&detail),
    };
    if list.len() > MOST_ENTRIES {
        return failed(StatusCode::PAYLOAD_TOO_LARGE, "shape", "at most 100 entries at once");
    }
    // In a task of its own: a phone that hangs up must not leave an entry written and unknown.
    let kept = tokio::spawn(async move { form.keep(&person.id, list).await });
    match kept.await {
        Ok(outcomes) => answer(StatusCode::OK, &json!({ "entries": outcomes })),
        Err(error) => out_of_order(&error.to_string()),
    }
}

/// What became of an entry.
enum Outcome {
    /// It stands in the log, durably, now or already.
    Kept,
    /// It never will.
    Refused(Refusal),
    /// The disk did not take it; it may be sent again.
    Waiting,
}

impl Form {
    /// Keeps entries, one after the other, and says of each by its id what became of it.
    async fn keep(&self, person: &str, list: Vec<Value>) -> Vec<Value> {
        let mut told = Vec::new();
        for value in list {
            let id = value["id"].as_str().unwrap_or_default().to_owned();
            let (outcome, reason) = match self.keep_one(person, value).await {
                Outcome::Kept => ("kept", ""),
                Outcome::Refused(refusal) => ("refused", refusal.word()),
                Outcome::Waiting => ("waiting", "disk"),
            };
            told.push(json!({ "id": id, "outcome": outcome, "reason": reason }));
        }
        told
    }

    async fn keep_one(&self, person: &str, value: Value) -> Outcome {
        let Ok(entry) = serde_json::from_value::<Entry>(value) else {
            return Outcome::Refused(Refusal::Shape);
        };
        if !is_hexadecimal(&entry.id, 16) {
            return Outcome::Refused(Refusal::Shape);
        }
        // Held until the events are durable: the same entry on two lines waits here and is then known.
        let mut book = self.inner.book.lock().await;
        if book.holds(person, &entry.id) {
            return Outcome::Kept;
        }
        let events = self.fresh(person, &entry).and_then(|fresh| book.signed(fresh));
        let events: Vec<OwnedEvent> = match events {
            Ok(events) => events,
            Err(refusal) => return Outcome::Refused(refusal),
        };
        match self.inner.desk.write(payload(&events)).await {
            Ok(_) => {
                book.take_written(&events);
                Outcome::Kept
            }
            Err(_) => Outcome::Waiting,
        }
    }

    fn fresh<'a>(&self, person: &'a str, entry: &'a Entry) -> Result<Fresh<'a>, Refusal> {
        let kind = Kind::named(&entry.kind).ok_or(Refusal::Shape)?;
        let corrects = Some(entry.corrects.as_str()).filter(|id| !id.is_empty());
        let rows = drafted(entry, kind, &self.place(), wall_clock())?;
        Ok(Fresh { person, id: &entry.id, kind, corrects, rows })
    }
}

async fn recent(State(form): State<Form>, headers: HeaderMap) -> Response {
    let person = match form.person(&headers).await {
        Ok(person) => person,
        Err(response) => return response,
    };
    let book = form.inner.book.lock().await;
    let shown: Vec<Value> = book.recent(&person.id).map(|kept| form.shown(kept)).collect();
    answer(StatusCode::OK, &json!({ "entries": shown }))
}

impl Form {
    /// An entry as the page shows it; the events of one entry share all but amount and field.
    fn shown(&self, kept: &Kept) -> Value {
        let place = self.place();
        let first = kept.rows.first().map(|row| &row.event);
        let text = |get: fn(&OwnedEvent) -> &str| first.map(get).unwrap_or_default();
        let amounts = kept.rows.iter().map(|row| {
            let amount = row.event.as_event().amount().units().to_string();
            json!({ "field": row.field, "amount": amount, "unit": row.event.unit })
        });
        json!({
            "id": kept.id,
            "kind": kept.kind.word(),
            "at": first.map(|event| place.local(event.at)),
            "until": first.and_then(|event| event.until).map(|until| place.local(until)),
            "asset": text(|event| event.asset.as_str()),
            "product": text(|event| event.product.as_str()),
            "note": text(|event| event.note.as_str()),
            "amounts": amounts.collect::<Vec<_>>(),
            "corrects": kept.corrects,
            "corrected": kept.is_corrected,
        })
    }
}
