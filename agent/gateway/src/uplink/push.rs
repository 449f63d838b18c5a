//! Readings and events as JSON to a server that knows nothing of frames, by whatever [`Deliver`] reaches it.
//!
//! They go out above a [cursor](super::feed) in the order of the log, a batch at a time, each until it is taken: at least once.
//! Whoever may not take one twice drops a key that it has seen. What a server takes moves the cursor and nothing else: only a
//! receiver's signed word lets the log be deleted.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use super::batch::{Batch, Sender};
use super::feed::{Feed, Piece};
use super::line::Teller;
use super::{Tell, Watermark, What};
use crate::export::{Selection, Wanted, records};
use crate::file_log::{last_manifest, way_out};
use crate::run::node;
use millwatt::time::{Instant, Period};
use millwatt::wire::Stamp;

/// After a failure, doubled up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);
/// How often it is looked whether a node has sent something while nothing else happens.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// A node's log is complete up to where its frames are whole.
const ALL: Stamp = Stamp { epoch: u32::MAX, sequence: u64::MAX };

/// A way to a server.
pub(super) trait Deliver {
    /// Hands a batch over; it is taken when this returns.
    ///
    /// # Errors
    /// A sentence: why it was not taken, and what to do.
    async fn deliver(&mut self, batch: &Batch) -> Result<(), String>;
}

/// What goes out.
pub(super) struct Outbox {
    /// The data folder.
    pub data: PathBuf,
    /// The uplink's name.
    pub uplink: String,
    /// The gateway's log.
    pub device: String,
    /// Up to where that is durable, until nothing is collected any more.
    pub log: Watermark,
}

/// Nothing is collected any more.
struct Ended;

/// Sends until nothing is collected any more.
pub(super) async fn run(outbox: Outbox, mut way: impl Deliver, tell: Tell) {
    let teller = Teller::new(outbox.uplink.clone(), tell);
    let feeds = vec![Feed::open(&outbox.data, &outbox.uplink)];
    let mut push = Push { outbox, teller, feeds, pause: FIRST_PAUSE, is_known: false };
    while let Ok(()) = push.turn(&mut way).await {
        let changed = push.outbox.log.changed();
        if let Ok(Err(_)) = tokio::time::timeout(LOOK_EVERY, changed).await {
            return;
        }
    }
}

struct Push {
    outbox: Outbox,
    teller: Teller,
    feeds: Vec<Feed>,
    pause: Duration,
    /// Whether the server has taken anything since the start.
    is_known: bool,
}

impl Push {
    /// Sends all that there is.
    async fn turn(&mut self, way: &mut impl Deliver) -> Result<(), Ended> {
        let watermark = *self.outbox.log.borrow_and_update();
        for folder in node::folders(&self.outbox.data) {
            if !self.feeds.iter().any(|feed| feed.folder() == folder) {
                self.feeds.push(Feed::open(&folder, &self.outbox.uplink));
            }
        }
        for place in 0..self.feeds.len() {
            while let Some(piece) = self.next(place, watermark).await? {
                self.send(place, &piece, way).await?;
            }
        }
        Ok(())
    }

    /// What a log says next; a node's means something together with the site's manifest only.
    async fn next(&mut self, place: usize, watermark: Stamp) -> Result<Option<Piece>, Ended> {
        loop {
            let (feed, data) = (&mut self.feeds[place], &self.outbox.data);
            let read = match place {
                0 => feed.next(watermark, None),
                _ => last_manifest(data)
                    .map_err(|error| io::Error::other(error.to_string()))
                    .and_then(|site| feed.next(ALL, site.as_deref())),
            };
            match read {
                Ok(piece) => return Ok(piece),
                Err(error) => {
                    let message = format!("{}: {error}; {}", data.display(), way_out(&error));
                    self.failed(message).await?;
                }
            }
        }
    }

    async fn send(
        &mut self,
        place: usize,
        piece: &Piece,
        way: &mut impl Deliver,
    ) -> Result<(), Ended> {
        let parts = match piece.archive.parts() {
            Ok(parts) => parts,
            // It stays where it is, for a program that understands it.
            Err(error) => {
                return self.failed(format!("{}: {error}", self.outbox.data.display())).await;
            }
        };
        let (site, wanted) = (parts.site(), Wanted::default());
        let period = Period::new(Instant::MIN, Instant::MAX);
        let selection = Selection { archive: &piece.archive, site: &site, period, wanted: &wanted };
        let node = self.feeds[place].folder().file_name().filter(|_| place > 0);
        let node = node.map(|name| name.to_string_lossy().into_owned());
        let sender = Sender { device: self.outbox.device.clone(), node };
        let (mut records, mut count) = (records(selection).peekable(), 0);
        let taken = self.feeds[place].begin(piece);
        let taken = self.noted(taken).unwrap_or(0);
        for part in 0.. {
            let Some(batch) = sender.batch(piece, part, &mut records) else { break };
            count += batch.records;
            if part >= taken {
                self.hand_over(&batch, way).await?;
            }
            if part >= taken && records.peek().is_some() {
                let noted = self.feeds[place].took(piece, part + 1);
                self.noted(noted);
            }
        }
        let noted = self.feeds[place].took_all(piece);
        self.noted(noted);
        let is_first = !std::mem::replace(&mut self.is_known, true);
        self.teller.tell(What::Taken { up_to: piece.up_to, records: count, is_first });
        Ok(())
    }

    /// Hands a batch over until it is taken.
    async fn hand_over(&mut self, batch: &Batch, way: &mut impl Deliver) -> Result<(), Ended> {
        loop {
            self.outbox.log.has_changed().map_err(|_| Ended)?;
            match way.deliver(batch).await {
                Ok(()) => {
                    self.teller.fine();
                    self.pause = FIRST_PAUSE;
                    return Ok(());
                }
                Err(why) => self.failed(why).await?,
            }
        }
    }

    /// Without a note it goes on: what it says comes again after a start.
    fn noted<T>(&mut self, noted: io::Result<T>) -> Option<T> {
        if let Err(error) = &noted {
            let (data, way_out) = (self.outbox.data.display(), way_out(error));
            let message =
                format!("{data}: {error}; {way_out}; after a start some readings are sent again");
            self.teller.trouble(message);
        }
        noted.ok()
    }

    /// Says what is wrong, and waits, longer each time.
    async fn failed(&mut self, why: String) -> Result<(), Ended> {
        self.teller.trouble(why);
        let pause = self.pause;
        self.pause = (pause * 2).min(LONGEST_PAUSE);
        let mut log = self.outbox.log.clone();
        let ended = async { while log.changed().await.is_ok() {} };
        tokio::time::timeout(pause, ended).await.map_or(Ok(()), |()| Err(Ended))
    }
}
