//! Whether the collector does its work, for whoever watches over it.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::rows;
use crate::run::{Known, NEVER_SET};
use millwatt::time::{Instant, Span};

/// For how long all meters may be silent; those that are asked more rarely, for two of their turns.
const SILENCE: Span = Span::from_minutes(5);

/// The state and why it is not `ok`; 503 for what somebody must look after now.
pub(super) fn judge(known: &Known, now: Instant) -> (StatusCode, Value) {
    judge_after(known, now, known.answered.elapsed())
}

fn judge_after(known: &Known, now: Instant, silent: Duration) -> (StatusCode, Value) {
    let (failures, weaknesses) = (failures(known, silent), weaknesses(known, now));
    let (status, word) = match (failures.is_empty(), weaknesses.is_empty()) {
        (true, true) => (StatusCode::OK, "ok"),
        (true, false) => (StatusCode::OK, "degraded"),
        (false, _) => (StatusCode::SERVICE_UNAVAILABLE, "failing"),
    };
    let zone = known.zone();
    let newest = known.channels.iter().filter_map(|row| row.last).map(|last| last.at).max();
    let reasons = [failures, weaknesses].concat();
    let body = json!({
        "status": word,
        "reasons": reasons,
        "version": env!("CARGO_PKG_VERSION"),
        "started": rows::instant(zone, known.started),
        "newest_reading": newest.map(|newest| rows::instant(zone, newest)),
        "log": rows::log(&known.log),
    });
    (status, body)
}

/// Why nothing new is kept.
fn failures(known: &Known, silent: Duration) -> Vec<String> {
    let mut reasons = Vec::new();
    if let Some(refusal) = &known.log.refusal {
        let waiting = known.log.waiting;
        reasons.push(format!("the log refuses: {refusal}; {waiting} readings wait in memory"));
    }
    if silent.as_millis() > patience(known) && !known.meters.is_empty() {
        reasons.push(format!(
            "no meter has answered for {} minutes; check power, cables and addresses: /api/v1/faults tells what each says",
            silent.as_secs() / 60
        ));
    }
    reasons
}

/// Milliseconds for which all meters may be silent.
fn patience(known: &Known) -> u128 {
    let turn = known.meters.iter().map(|meter| meter.every).min().unwrap_or(SILENCE);
    let longest = SILENCE.milliseconds().max(turn.times(2).milliseconds());
    u128::from(longest.max(0).unsigned_abs())
}

/// What is not as it should be.
fn weaknesses(known: &Known, now: Instant) -> Vec<String> {
    let mut reasons: Vec<String> =
        known.meters.iter().filter_map(|meter| meter.fault.clone()).collect();
    if now < NEVER_SET {
        let sentence = "the clock of this machine was never set: readings get their dates once it \
                        is; set it, or give it a time server";
        reasons.push(sentence.to_owned());
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Board, Polled, Progress};

    const SITE: &str = r#"
[site]
name = "Health"
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

    fn board() -> Board {
        let site = crate::site_file::parse("site.toml", SITE);
        Board::of(&site.unwrap_or_else(|error| panic!("{error}")))
    }

    fn word(board: &Board, now: Instant, silent: u64) -> (u16, String) {
        let silent = Duration::from_secs(silent);
        let (status, body) = board.look(|known| judge_after(known, now, silent));
        (status.as_u16(), body["status"].as_str().expect("a word").to_owned())
    }

    #[test]
    fn failing_is_what_keeps_nothing_new() {
        let board = board();
        assert_eq!(word(&board, NEVER_SET, 300), (200, "ok".to_owned()));
        assert_eq!(word(&board, NEVER_SET, 301), (503, "failing".to_owned()));
        assert_eq!(word(&board, Instant::from_unix_milliseconds(5), 0).1, "degraded");
        let polled = Polled {
            outcomes: vec![("mill".to_owned(), Err("no answer".to_owned()))],
            ..Polled::default()
        };
        board.take(&polled, NEVER_SET);
        assert_eq!(word(&board, NEVER_SET, 0), (200, "degraded".to_owned()));
        let message = "the disk is full".to_owned();
        board.hear(&Progress::Disk { message, waiting: 3, dropped: 0 });
        assert_eq!(word(&board, NEVER_SET, 0), (503, "failing".to_owned()));
        let reasons = board.look(|known| judge_after(known, NEVER_SET, Duration::ZERO).1);
        let reasons = reasons["reasons"].to_string();
        assert!(reasons.contains("disk is full; 3 readings wait"), "{reasons}");
        assert!(reasons.contains("no answer"), "{reasons}");
    }

    #[test]
    fn meters_that_are_asked_rarely_may_be_silent_for_longer() {
        let site = format!("{SITE}every = \"15min\"\n");
        let site = crate::site_file::parse("site.toml", &site);
        let board = Board::of(&site.unwrap_or_else(|error| panic!("{error}")));
        assert_eq!(word(&board, NEVER_SET, 1_800).0, 200);
        assert_eq!(word(&board, NEVER_SET, 1_801).0, 503);
    }
}
