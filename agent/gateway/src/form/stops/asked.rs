//! `GET /form/stops`: what waits for a reason, and what was explained lately.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::WAITS;
use super::cards::Card;
use crate::form::Form;
use crate::form::entry::REASONS;
use crate::form::people::{People, Person};
use crate::form::routes::{answer, out_of_order};
use crate::form::told::Told;
use crate::run::wall_clock;
use millwatt::time::{Instant, Span};

/// Reasons that a card shows first where nobody has reported a stop yet.
const LIKELY: [&str; 4] = ["breakdown", "management", "setup", "shutdown"];
/// Most cards, and most explained stops, of one answer.
const MOST: usize = 60;

pub(in crate::form) async fn stops(State(form): State<Form>, headers: HeaderMap) -> Response {
    let person = match form.person(&headers).await {
        Ok(person) => person,
        Err(response) => return response,
    };
    match form.told_of_stops(&person, wall_clock()).await {
        Ok(told) => answer(StatusCode::OK, &told),
        Err(error) => out_of_order(&error),
    }
}

impl Form {
    async fn told_of_stops(&self, person: &Person, now: Instant) -> Result<Value, String> {
        let (told, meters) = self.inner.book.lock().await.said_of_machines(now);
        let people = self.people().map_err(|error| error.to_string())?;
        // One phone at a time follows the log, on a thread that may wait for the disk.
        let mut stops = self.inner.stops.clone().lock_owned().await;
        let folder = self.inner.folder.clone();
        let followed = tokio::task::spawn_blocking(move || {
            let cards = stops.waiting(&folder, &told, &meters, now);
            (cards, told)
        });
        let (cards, told) = followed.await.map_err(|error| error.to_string())?;
        let place = self.place();
        let known = |card: &Card| place.asset(&card.asset).is_ok();
        let cards: Vec<Card> = cards?.into_iter().filter(known).collect();
        let shown = cards.iter().take(MOST).map(|card| self.card(card, &told));
        Ok(json!({
            "now": place.local(now),
            "cards": shown.collect::<Vec<_>>(),
            "more": cards.len().saturating_sub(MOST),
            "told": self.lately(&told, person, &people, now),
        }))
    }

    fn card(&self, card: &Card, told: &[Told]) -> Value {
        let (from, to) = (card.period.from, card.period.to);
        json!({
            "asset": card.asset,
            "from": self.place().local(from),
            // Rounded up: a reason for these minutes leaves no second of it over.
            "until": self.place().local(to + Span::from_milliseconds(59_999)),
            "standing": card.stands,
            "minutes": card.planned.milliseconds() / 60_000,
            "said": card.said,
            "likely": likely(&card.asset, told),
        })
    }

    /// The stops that were explained in the last days, the newest first.
    fn lately(&self, told: &[Told], person: &Person, people: &People, now: Instant) -> Vec<Value> {
        let place = self.place();
        let mut lately: Vec<&Told> = told
            .iter()
            .filter(|told| !told.is_replaced && !told.event.asset.is_empty())
            .filter(|told| told.event.until.unwrap_or(told.event.at) >= now - WAITS)
            .collect();
        lately.sort_by_key(|told| std::cmp::Reverse(told.event.at));
        let shown = lately.into_iter().take(MOST).map(|told| {
            json!({
                "id": told.entry,
                "mine": told.person == person.id,
                "by": people.with_id(&told.person).map(|person| person.name.as_str()),
                "asset": told.event.asset,
                "at": place.local(told.event.at),
                "until": told.event.until.map(|until| place.local(until)),
                "product": told.event.product,
                "note": told.event.note,
                "standing": told.stood,
            })
        });
        shown.collect()
    }
}

/// The reasons that a machine's stops had most often, filled up with those that are likely anywhere.
fn likely(asset: &str, told: &[Told]) -> Vec<&'static str> {
    let count = |reason: &str| {
        let same = |told: &&Told| told.event.asset == asset && told.event.product == reason;
        told.iter().filter(same).filter(|told| !told.is_replaced).count()
    };
    let mut reasons: Vec<(usize, &'static str)> =
        REASONS.iter().map(|reason| (count(reason), *reason)).collect();
    let is_rare = |reason: &str| !LIKELY.contains(&reason);
    reasons.sort_by_key(|(count, reason)| (std::cmp::Reverse(*count), is_rare(reason)));
    reasons.into_iter().take(LIKELY.len()).map(|(_, reason)| reason).collect()
}
