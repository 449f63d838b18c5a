//! `/health`, `/metrics` and `/api`: what a collector knows, for programs.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::sync::{Mutex, Semaphore};

use super::query::{Asked, Query};
use super::{health, metrics, rows, stream};
use crate::figures;
use crate::file_log::read_archive;
use crate::run::{Board, wall_clock};

/// What the routes say, as a document for programs: OpenAPI 3.1.
const DOCUMENT: &str = include_str!("openapi.json");
/// Streams of events at a time; each takes a connection and a little work a second.
const MOST_STREAMS: usize = 32;

/// What the routes answer from.
#[derive(Debug, Clone)]
struct Api {
    board: Board,
    folder: Arc<Path>,
    /// One at a time reckons indicators: each reads the whole log.
    turn: Arc<Mutex<()>>,
    streams: Arc<Semaphore>,
}

/// All routes of the API.
pub(super) fn routes(folder: &Path, board: Board) -> Router {
    let (turn, streams) = (Arc::default(), Arc::new(Semaphore::new(MOST_STREAMS)));
    let api = Api { board, folder: folder.into(), turn, streams };
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .route("/api/openapi.json", get(document))
        .route("/api/v1/site", get(site))
        .route("/api/v1/values", get(values))
        .route("/api/v1/indicators", get(indicators))
        .route("/api/v1/faults", get(faults))
        .route("/api/v1/stream", get(events))
        .with_state(api)
}

/// A request that is not answered as it was meant, with a sentence that says the way out.
#[derive(Debug)]
pub(super) struct Refusal(StatusCode, String);

impl Refusal {
    pub(super) fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self(status, sentence.into())
    }

    /// What cannot be had now, but perhaps later.
    pub(super) fn unavailable(reason: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, reason.to_string())
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.1)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        answer(self.0, &json!({ "error": self.1 }))
    }
}

/// JSON that nobody keeps: the next answer may be another.
fn answer(status: StatusCode, body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, body.to_string()).into_response()
}

/// What is at none of the paths.
pub(super) async fn missing(uri: Uri) -> Response {
    let path = uri.path();
    if path == "/api" || path.starts_with("/api/") {
        let sentence = format!("nothing is at {path}; /api/openapi.json lists every path");
        return Refusal::new(StatusCode::NOT_FOUND, sentence).into_response();
    }
    (StatusCode::NOT_FOUND, "nothing is here; the live page is at /\n").into_response()
}

/// A path that is there, by another method than GET.
pub(super) async fn refused_method(method: Method, uri: Uri) -> Refusal {
    let sentence = format!("{} is read, not written: use GET instead of {method}", uri.path());
    Refusal::new(StatusCode::METHOD_NOT_ALLOWED, sentence)
}

async fn document() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT).into_response()
}

async fn health(State(api): State<Api>) -> Response {
    let (status, body) = api.board.look(|known| health::judge(known, wall_clock()));
    answer(status, &body)
}

async fn metrics(State(api): State<Api>) -> Result<Response, Refusal> {
    let text = metrics::text(&api.board).map_err(Refusal::unavailable)?;
    let headers =
        [(header::CONTENT_TYPE, metrics::CONTENT_TYPE), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, text).into_response())
}

async fn site(State(api): State<Api>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    Query::read(query.as_deref(), &[])?;
    let site = api.board.look(rows::site).map_err(Refusal::unavailable)?;
    Ok(answer(StatusCode::OK, &site))
}

async fn values(State(api): State<Api>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    let query = Query::read(query.as_deref(), &["asset"])?;
    let values = api.board.look(|known| rows::values(known, query.get("asset")));
    let values = values.map_err(|reason| Refusal::new(StatusCode::BAD_REQUEST, reason))?;
    Ok(answer(StatusCode::OK, &values))
}

async fn faults(State(api): State<Api>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    Query::read(query.as_deref(), &[])?;
    Ok(answer(StatusCode::OK, &api.board.look(rows::faults)))
}

async fn events(State(api): State<Api>, RawQuery(query): RawQuery) -> Result<Response, Refusal> {
    Query::read(query.as_deref(), &[])?;
    let place = api.streams.clone().try_acquire_owned().map_err(|_| {
        Refusal::unavailable(format!(
            "{MOST_STREAMS} streams are open already; close one, or ask /api/v1/values now and then"
        ))
    })?;
    Ok(stream::events(&api.board, place).into_response())
}

/// What `millwatt indicators --json` prints.
async fn indicators(
    State(api): State<Api>,
    RawQuery(query): RawQuery,
) -> Result<Response, Refusal> {
    let asked = Asked::read(query.as_deref())?;
    let _turn = api.turn.lock().await;
    let folder = api.folder.clone();
    let reckoned = tokio::task::spawn_blocking(move || reckon(&folder, &asked)).await;
    let figures = reckoned.map_err(Refusal::unavailable)??;
    Ok(answer(StatusCode::OK, &figures))
}

fn reckon(folder: &Path, asked: &Asked) -> Result<Value, Refusal> {
    let archive = read_archive(folder).map_err(Refusal::unavailable)?;
    let parts = archive.parts().map_err(Refusal::unavailable)?;
    let site = parts.site();
    let period = asked.period(site.zone_rules(), &archive)?;
    Ok(figures::json_of(&site, &archive, period, asked.every))
}
