//! `/api/v1/stream`: what changes, as server-sent events.
//!
//! Nothing is queued for a client: once a second at most it is told how the board differs from when it was told
//! last. One that reads slowly gets fewer events, each of the present; one that does not read at all is cut off by
//! the [listener](super::listener).

use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::watch::Receiver;
use tokio::time::{Instant as Ticks, sleep_until};

use super::rows;
use crate::run::{Board, Known};

/// From one look at the board to the next.
const PACE: Duration = Duration::from_secs(1);
/// After so long without an event a comment is sent, so that a connection that is gone is noticed.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// One client and what it was told.
struct Watcher {
    board: Board,
    news: Receiver<u64>,
    /// The last change that it knows of.
    seen: u64,
    pending: VecDeque<Event>,
    next_look: Ticks,
    /// Its place among the clients, free again when it goes.
    _place: OwnedSemaphorePermit,
}

/// Everything at first, then what changes, until the client goes.
pub(super) fn events(board: &Board, place: OwnedSemaphorePermit) -> impl IntoResponse + use<> {
    let mut news = board.news();
    news.mark_changed();
    let watcher = Watcher {
        board: board.clone(),
        news,
        seen: 0,
        pending: VecDeque::new(),
        next_look: Ticks::now(),
        _place: place,
    };
    let stream = futures_util::stream::unfold(watcher, next_event);
    Sse::new(stream).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}

async fn next_event(mut watcher: Watcher) -> Option<(Result<Event, Infallible>, Watcher)> {
    loop {
        if let Some(event) = watcher.pending.pop_front() {
            return Some((Ok(event), watcher));
        }
        sleep_until(watcher.next_look).await;
        watcher.news.changed().await.ok()?;
        watcher.look();
    }
}

impl Watcher {
    fn look(&mut self) {
        let seen = self.seen;
        let (version, events) = self.board.look(|known| (known.version, changes(known, seen)));
        self.seen = version;
        self.pending = events.into_iter().map(|(name, data)| event(name, &data)).collect();
        self.next_look = Ticks::now() + PACE;
    }
}

fn event(name: &str, data: &Value) -> Event {
    Event::default().event(name).data(data.to_string())
}

/// What is new since a change: each event's name and data.
fn changes(known: &Known, seen: u64) -> Vec<(&'static str, Value)> {
    let zone = known.zone();
    let mut events = Vec::new();
    let rows = known.channels.iter().filter(|row| row.changed > seen);
    let values: Vec<Value> = rows.map(|row| rows::value(zone, row)).collect();
    if !values.is_empty() {
        events.push(("values", json!({ "values": values })));
    }
    for row in known.meters.iter().filter(|row| row.changed > seen) {
        let name = if row.fault.is_some() { "fault" } else { "answers" };
        events.push((name, rows::meter(zone, row)));
    }
    if known.log_changed > seen {
        events.push(("watermark", rows::log(&known.log)));
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Acknowledged, Polled, Progress};
    use millwatt::reading::{ChannelId, Quality, Reading, Sample};
    use millwatt::time::Instant;
    use millwatt::wire::Stamp;

    const SITE: &str = r#"
[site]
name = "Stream"
zone = "Asia/Bangkok"
currency = "VND"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:502"
profile = "eastron-sdm630"
"#;

    fn names(known: &Known, seen: u64) -> Vec<&'static str> {
        changes(known, seen).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn each_change_is_told_once() {
        let site = crate::site_file::parse("site.toml", SITE);
        let board = Board::of(&site.unwrap_or_else(|error| panic!("{error}")));
        assert!(board.look(|known| names(known, 0)).is_empty());
        let at = Instant::from_unix_milliseconds(1_773_550_800_000);
        let sample = Sample { at, value: 7, quality: Quality::Good };
        let readings = vec![Reading { channel: ChannelId(0), sample }];
        board.take(&Polled { readings, outcomes: vec![("mill".to_owned(), Ok(()))] }, at);
        assert_eq!(board.look(|known| names(known, 0)), ["values", "answers"]);
        let outcomes = vec![("mill".to_owned(), Err("no answer".to_owned()))];
        board.take(&Polled { outcomes, ..Polled::default() }, at);
        assert_eq!(board.look(|known| names(known, 1)), ["fault"]);
        let watermark = Stamp { epoch: 1, sequence: 4 };
        let kept = Acknowledged { watermark, readings: 1, dropped: 0 };
        board.hear(&Progress::Acknowledged(kept));
        assert_eq!(board.look(|known| names(known, 2)), ["watermark"]);
        assert_eq!(board.look(|known| names(known, 0)), ["values", "fault", "watermark"]);
        assert!(board.look(|known| names(known, known.version)).is_empty());
    }
}
