//! Parcels by HTTP: `POST /v1/parcels`, answered with the office's signed statement.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;

use super::{MOST_BYTES, Office, Outcome, Reply};

/// Most requests that are read at once.
const MOST_AT_ONCE: usize = 8;

/// Whom replies are told.
pub type Told = Arc<dyn Fn(&Reply) + Send + Sync>;

#[derive(Clone)]
struct Desk {
    office: Arc<Mutex<Office>>,
    places: Arc<Semaphore>,
    told: Told,
}

/// | way | what |
/// |---|---|
/// | `POST /v1/parcels` | takes a parcel. 200: kept, or what is missing before it; 409: another history, or no frames; each with a signed statement. 403: not from a device that is written down. 503: this disk, or too many at once |
/// | `GET /health` | 200 |
pub fn router(office: Arc<Mutex<Office>>, told: Told) -> Router {
    let desk = Desk { office, places: Arc::new(Semaphore::new(MOST_AT_ONCE)), told };
    let routes =
        Router::new().route("/v1/parcels", post(take)).route("/health", get(|| async { "" }));
    routes.layer(DefaultBodyLimit::max(MOST_BYTES)).with_state(desk)
}

async fn take(State(desk): State<Desk>, body: Bytes) -> Response {
    let Ok(place) = desk.places.clone().try_acquire_owned() else {
        return (StatusCode::SERVICE_UNAVAILABLE, "too many at once; try again").into_response();
    };
    let (office, told) = (desk.office.clone(), desk.told.clone());
    // The disk has its own thread: it delays nobody else's request.
    let taken = tokio::task::spawn_blocking(move || {
        let reply = office.lock().unwrap_or_else(PoisonError::into_inner).take(&body);
        told(&reply);
        drop(place);
        reply
    });
    taken.await.map_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response(), answer)
}

fn answer(reply: Reply) -> Response {
    let is_known = reply.device.is_some();
    match (reply.note, reply.outcome) {
        (Some(note), Outcome::Refused(_)) => (StatusCode::CONFLICT, note).into_response(),
        (Some(note), _) => note.into_response(),
        (None, Outcome::Refused(why)) if is_known => {
            (StatusCode::SERVICE_UNAVAILABLE, why).into_response()
        }
        (None, Outcome::Refused(why)) => (StatusCode::FORBIDDEN, why).into_response(),
        (None, _) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
