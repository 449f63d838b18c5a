//! What systemd is told of a collector that it started with `Type=notify`.
//!
//! Who starts the program otherwise, without `NOTIFY_SOCKET`, hears nothing of all this.

use std::time::Duration;

use sd_notify::NotifyState;

use crate::figures::local_time;
use crate::run::{Board, Known, Pulse, Watchdog};

/// The longest from one look to the next.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The service manager that waits for news.
#[derive(Debug)]
pub struct Service {
    pace: Duration,
    watchdog: Option<Watchdog>,
    told: String,
}

impl Service {
    /// The one that started this program; `None` where none wants news.
    #[must_use]
    pub fn of_environment() -> Option<Self> {
        std::env::var_os("NOTIFY_SOCKET")?;
        let limit = sd_notify::watchdog_enabled();
        // Four signs of life in the time in which one must come.
        let pace = limit.map_or(LOOK_EVERY, |limit| (limit / 4).min(LOOK_EVERY));
        let pace = pace.max(Duration::from_millis(50));
        Some(Self { pace, watchdog: limit.map(|_| Watchdog::default()), told: String::new() })
    }

    /// Says that the log is open and polling begins, then how it goes on, until it is dropped.
    pub async fn tell(&mut self, pulse: &Pulse, board: &Board) {
        send(&[NotifyState::Ready]);
        let mut looks = tokio::time::interval(self.pace);
        looks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            looks.tick().await;
            self.look(pulse, board);
        }
    }

    fn look(&mut self, pulse: &Pulse, board: &Board) {
        let sentence = board.look(sentence);
        if sentence != self.told {
            send(&[NotifyState::Status(&sentence)]);
            self.told = sentence;
        }
        if self.watchdog.as_mut().is_some_and(|watchdog| watchdog.is_alive(pulse)) {
            send(&[NotifyState::Watchdog]);
        }
    }
}

/// Says that the end was asked for.
pub fn stopping() {
    send(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

fn send(news: &[NotifyState<'_>]) {
    // Where the service manager cannot be told, its watchdog says so by a restart.
    let _ = sd_notify::notify(news);
}

/// How the meters and the log do, in one line.
fn sentence(known: &Known) -> String {
    let answering = known.meters.iter().filter(|meter| meter.answers == Some(true)).count();
    let meters = format!("{answering} of {} meters answer", known.meters.len());
    let log = match (&known.log.refusal, known.committed) {
        (Some(refusal), _) => {
            format!("{refusal}; {} readings wait in memory", known.log.waiting)
        }
        (None, Some(at)) => format!("last commit {}", local_time(known.zone(), at)),
        (None, None) => "nothing committed yet".to_owned(),
    };
    format!("{meters}; {log}").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Acknowledged, Polled, Progress};
    use millwatt::time::Instant;
    use millwatt::wire::Stamp;

    const SITE: &str = r#"
[site]
name = "Service"
zone = "Asia/Bangkok"
currency = "THB"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:502"
profile = "eastron-sdm630"
"#;

    #[test]
    fn the_status_is_a_plain_sentence() {
        let site = crate::site_file::parse("site.toml", SITE);
        let board = Board::of(&site.unwrap_or_else(|error| panic!("{error}")));
        assert_eq!(board.look(sentence), "0 of 1 meters answer; nothing committed yet");
        let outcomes = vec![("mill".to_owned(), Ok(()))];
        board.take(
            &Polled { outcomes, ..Polled::default() },
            Instant::from_unix_milliseconds(1_773_550_800_000),
        );
        let watermark = Stamp { epoch: 1, sequence: 4 };
        board.hear(&Progress::Acknowledged(Acknowledged { watermark, readings: 1, dropped: 0 }));
        let told = board.look(sentence);
        assert!(told.starts_with("1 of 1 meters answer; last commit 2"), "{told}");
        let message = "the disk is full;\nfree some".to_owned();
        board.hear(&Progress::Disk { message, waiting: 7, dropped: 0 });
        let refused =
            "1 of 1 meters answer; the disk is full; free some; 7 readings wait in memory";
        assert_eq!(board.look(sentence), refused);
    }
}
