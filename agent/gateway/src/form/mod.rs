//! The form that people on the shop floor fill in on a phone: what no meter can say.
//!
//! A person signs in with a PIN and reports output, weighings, stops, bills. Each entry becomes
//! [events](millwatt::event::Event) of the log and is answered as kept only when they are durable. The phone keeps
//! it until then, so that neither a dead network nor a power cut loses it, and the phone's own number for it makes
//! that it counts once however often it is sent. Nothing is edited in place: a correction is a new entry that names
//! the one it replaces.
//!
//! The log knows people as eight hexadecimal digits. Names and PINs stand in `people.json` beside it, and can be
//! erased there without touching what was signed.
//!
//! | way | what |
//! |---|---|
//! | `GET /form`, `/form/app.js`, `/form/style.css` | the page |
//! | `GET /form/config` | the site's name and who may sign in; signed in, what there is to choose from, too |
//! | `POST /form/session` | signs in: `{"person", "pin"}`; `DELETE` signs out |
//! | `POST /form/entries` | a list of entries; answers for each `kept`, `refused` and why, or `waiting` |
//! | `GET /form/recent` | one's own last entries |
//! | `GET /form/stops` | stops that wait for a reason, and those that were explained lately |

mod assets;
mod attempts;
mod book;
mod desk;
mod draft;
mod entry;
mod note;
pub mod people;
mod pin;
mod place;
mod routes;
mod server;
mod sessions;
mod stops;
mod told;

pub use desk::{Desk, Orders, desk};
pub use people::{People, PeopleError};
pub use routes::router;
pub use server::Server;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use attempts::Attempts;
use book::Book;
use place::Place;
use sessions::Sessions;
use stops::Stops;
use tokio::sync::Mutex;

/// The form of one site, over one data folder.
#[derive(Debug, Clone)]
pub struct Form {
    inner: Arc<Inner>,
    /// Whether cookies may travel by TLS alone.
    secure: bool,
}

#[derive(Debug)]
struct Inner {
    folder: PathBuf,
    /// Exchanged when the site is described anew.
    place: RwLock<Arc<Place>>,
    desk: Desk,
    book: Mutex<Book>,
    /// Behind a pointer of its own: following the log waits for the disk, on another thread.
    stops: Arc<Mutex<Stops>>,
    sessions: Mutex<Sessions>,
    /// Behind a pointer of its own: judging a PIN is slow and goes to another thread with it.
    attempts: Arc<Mutex<Attempts>>,
}

/// Why there is no form; says what to do.
#[derive(Debug)]
pub struct FormError(String);

impl std::fmt::Display for FormError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FormError {}

impl From<PeopleError> for FormError {
    fn from(error: PeopleError) -> Self {
        Self(error.to_string())
    }
}

impl Form {
    /// Reads what a data folder knows of people and their entries. Nobody may write to its log meanwhile.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn open(folder: &Path, manifest: &[u8], desk: Desk) -> Result<Self, FormError> {
        People::read(folder)?;
        let place = Place::read(manifest)
            .map_err(|error| FormError(format!("the form cannot read the site: {error}")))?;
        let book = Book::read(folder).map_err(|error| {
            let way_out = crate::file_log::way_out(&error);
            FormError(format!("{}: {error}; {way_out}", folder.display()))
        })?;
        let inner = Inner {
            folder: folder.to_owned(),
            place: RwLock::new(Arc::new(place)),
            desk,
            book: Mutex::new(book),
            stops: Arc::default(),
            sessions: Mutex::new(Sessions::default()),
            attempts: Arc::new(Mutex::new(Attempts::open(folder)?)),
        };
        Ok(Self { inner: Arc::new(inner), secure: false })
    }

    /// The same, its cookies for TLS alone.
    #[must_use]
    pub fn over_tls(self) -> Self {
        Self { secure: true, ..self }
    }

    /// Goes on with a site that was described anew; who is signed in stays so.
    pub fn restate(&self, manifest: &[u8]) {
        // The manifest of a site that was compiled can be read.
        if let Ok(place) = Place::read(manifest) {
            *self.inner.place.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(place);
        }
    }

    fn place(&self) -> Arc<Place> {
        self.inner.place.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn people(&self) -> Result<People, PeopleError> {
        People::read(&self.inner.folder)
    }
}
