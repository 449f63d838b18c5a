//! The live page and the API on a socket of this machine.

mod api;
mod guard;
mod health;
mod listener;
mod metrics;
mod query;
mod rows;
mod stream;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{from_fn, map_response};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::sync::Mutex;

use crate::file_log::{DataError, page_numbers, path_of};
use crate::logs;
use crate::report::Page;
use crate::run::Board;
use millwatt::archive::denser;
use millwatt::wire::Stamp;

/// What the server hands out.
#[derive(Debug)]
struct Live {
    page: Page,
    folder: PathBuf,
    packed: Mutex<Option<Arc<Packed>>>,
}

/// A log as it was at one watermark.
#[derive(Debug)]
struct Packed {
    newest: Stamp,
    length: u64,
    title: String,
    log: Vec<u8>,
}

/// Why the live page cannot be served; says what to do.
#[derive(Debug)]
pub struct ServeError(String);

impl std::fmt::Display for ServeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ServeError {}

/// A server that listens already.
#[derive(Debug)]
pub struct Server {
    listener: tokio::net::TcpListener,
    live: Arc<Live>,
    board: Option<Board>,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// When it is in use or not allowed, with the way out.
    pub async fn bind(at: SocketAddr, page: Page, folder: &Path) -> Result<Self, ServeError> {
        let listener = tokio::net::TcpListener::bind(at).await.map_err(|error| {
            let way_out = match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "another program listens there; choose another with --listen, or port 0 for any"
                }
                _ => "choose another address with --listen",
            };
            ServeError(format!("cannot serve the live page at {at}: {error}; {way_out}"))
        })?;
        let folder = folder.to_owned();
        let live = Arc::new(Live { page, folder, packed: Mutex::new(None) });
        Ok(Self { listener, live, board: None })
    }

    /// Serves the API too, over what a collector knows.
    #[must_use]
    pub fn showing(mut self, board: Board) -> Self {
        self.board = Some(board);
        self
    }

    /// Where people open it.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Serves until the task is dropped. Whoever takes nothing for half a minute is cut off; on loopback only
    /// requests to this machine's own name are answered.
    pub async fn serve(self) {
        let is_local =
            self.address().is_some_and(|address| address.ip().to_canonical().is_loopback());
        let routes: Router = Router::new()
            .route("/", get(page))
            .route("/data", get(data))
            .route("/report.html", get(report))
            .with_state(self.live.clone());
        let routes = match self.board {
            Some(board) => routes.merge(api::routes(&self.live.folder, board)),
            None => routes,
        };
        let routes = routes
            .fallback(api::missing)
            .method_not_allowed_fallback(api::refused_method)
            .layer(map_response(guard::secured));
        let routes = if is_local { routes.layer(from_fn(guard::only_local)) } else { routes };
        // Ends only with the listener, which lives as long as this task.
        let _ = axum::serve(listener::Impatient(self.listener), routes).await;
    }
}

impl Live {
    /// The log as it is now, packed anew only when its files have grown.
    async fn packed(&self) -> Result<Arc<Packed>, Response> {
        let mut held = self.packed.lock().await;
        let length = folder_length(&self.folder);
        if let Some(packed) = held.as_ref().filter(|packed| packed.length == length) {
            return Ok(packed.clone());
        }
        let folder = self.folder.clone();
        let packed = tokio::task::spawn_blocking(move || pack(&folder, length)).await;
        let packed = packed
            .unwrap_or_else(|error| Err(error.to_string()))
            .map_err(|error| (StatusCode::SERVICE_UNAVAILABLE, error).into_response())?;
        let packed = Arc::new(packed);
        *held = Some(packed.clone());
        Ok(packed)
    }
}

fn folder_length(folder: &Path) -> u64 {
    let all = logs::with_nodes(&[folder.to_owned()]);
    let entries = all.iter().flat_map(std::fs::read_dir).flatten().flatten();
    entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum()
}

fn pack(folder: &Path, length: u64) -> Result<Packed, String> {
    let folders = [folder.to_owned()];
    let archive = logs::read_all(&folders).map_err(|error| error.to_string())?;
    let title = title(&archive).ok_or("the log holds no reading yet")?;
    let log = logs::packed(&folders).map_err(|error| error.to_string())?;
    Ok(Packed { newest: archive.newest(), length, title, log })
}

/// A site's name; `None` when its log holds no reading.
#[must_use]
pub fn title(archive: &millwatt::archive::Archive) -> Option<String> {
    archive.span()?;
    Some(archive.parts().ok()?.site().name.to_owned())
}

/// A folder's whole log as a report carries it: its own pages with their signatures, each as dense as it gets.
///
/// # Errors
/// See [`DataError`].
pub fn packed_log(folder: &Path) -> Result<Vec<u8>, DataError> {
    let failed = |error| DataError::Io(folder.to_owned(), error);
    let mut log = Vec::new();
    for number in page_numbers(folder).map_err(failed)? {
        let page = std::fs::read(path_of(folder, number)).map_err(failed)?;
        log.extend(denser(&page).unwrap_or(page));
    }
    Ok(log)
}

async fn page(State(live): State<Arc<Live>>) -> Response {
    let title = live.packed().await.map_or("millwatt".to_owned(), |packed| packed.title.clone());
    html(live.page.live(&title), None)
}

async fn report(State(live): State<Arc<Live>>) -> Response {
    match live.packed().await {
        Ok(packed) => html(
            live.page.pack(&packed.title, &packed.log),
            Some("attachment; filename=report.html"),
        ),
        Err(response) => response,
    }
}

async fn data(State(live): State<Arc<Live>>, headers: HeaderMap) -> Response {
    let packed = match live.packed().await {
        Ok(packed) => packed,
        Err(response) => return response,
    };
    let tag = format!("\"{}-{}\"", packed.newest.epoch, packed.newest.sequence);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    let kind = "application/octet-stream".to_owned();
    let headers = [(header::ETAG, tag), (header::CONTENT_TYPE, kind)];
    (headers, packed.log.clone()).into_response()
}

fn html(page: String, disposition: Option<&'static str>) -> Response {
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], page).into_response();
    if let Some(disposition) = disposition {
        let value = header::HeaderValue::from_static(disposition);
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
