//! What `millwatt run` says: sentences for people, with their weight where the journal reads them, or a JSON object a
//! line.

use std::path::Path;

use serde_json::{Value, json};

use super::super::journal::{self, Weight};
use super::super::{Failure, say};
use crate::alarm::{AlarmEvent, WebhookNews};
use crate::figures::local_time;
use crate::form;
use crate::language::Language;
use crate::retention::Retired;
use crate::run::node::{self, NodeNews};
use crate::run::{Acknowledged, Progress, wall_clock};
use crate::trust::Ledger;
use crate::uplink::{self, UplinkNews};
use millwatt::time::Zone;
use millwatt_agent::alarm::Turn;
use millwatt_agent::log::Recovery;

/// To whom it is said.
#[derive(Debug, Clone, Copy)]
pub(super) enum Voice {
    /// To programs.
    Json,
    /// To people at a screen.
    Screen,
    /// To people who read the journal.
    Journal,
}

impl Voice {
    /// Asked for by `--json`, or found by who reads standard output.
    pub(super) fn new(json: bool) -> Self {
        match json {
            true => Self::Json,
            false if journal::reads(std::io::stdout()) => Self::Journal,
            false => Self::Screen,
        }
    }

    /// Says something in the one form or the other.
    pub(super) fn tell(self, weight: Weight, sentence: &str, line: Value) {
        match self {
            Self::Json => say(line),
            Self::Screen => say(sentence),
            Self::Journal => say(weight.marked(sentence)),
        }
    }

    /// The same with the time before the sentence; nothing where only programs are to hear it.
    fn tell_if_any(self, weight: Weight, sentence: Option<String>, line: Value) {
        match (self, sentence) {
            (Self::Json, _) => say(line),
            (_, Some(sentence)) => self.tell(weight, &format!("{} {sentence}", now()), line),
            (_, None) => {}
        }
    }

    /// Says what there is to tell of an uplink.
    pub(super) fn uplink(self, news: &UplinkNews) {
        let weight = match news.what {
            uplink::What::Trouble { .. } | uplink::What::Lost { .. } => Weight::Warning,
            _ => Weight::News,
        };
        self.tell_if_any(weight, news.sentence(), news.json());
    }

    /// Says what there is to tell of a node.
    pub(super) fn node(self, news: &NodeNews) {
        let weight = match news.what {
            node::What::First { .. } | node::What::Hello { .. } | node::What::Kept { .. } => {
                Weight::News
            }
            _ => Weight::Warning,
        };
        self.tell_if_any(weight, news.sentence(), news.json());
    }

    /// What the form says of itself; nobody photographs a journal.
    pub(super) fn announcement(self, form: &form::Server) -> String {
        match self {
            Self::Journal => form.introduction(),
            Self::Json | Self::Screen => form.announcement(),
        }
    }

    /// Says that a site file is not followed, and why.
    pub(super) fn not_reloaded(self, error: &dyn std::fmt::Display) {
        let message = error.to_string();
        let sentence = format!("{message}; the site file as it was before goes on");
        let line = json!({ "event": "not_reloaded", "at": now(), "message": message });
        self.tell_if_any(Weight::Warning, Some(sentence), line);
    }

    /// Says how the webhook does.
    pub(super) fn webhook(self, news: &WebhookNews) {
        let weight = match news {
            WebhookNews::Works => Weight::News,
            _ => Weight::Warning,
        };
        let message = news.to_string();
        self.tell(weight, &message, json!({ "event": "webhook", "message": message }));
    }
}

fn now() -> String {
    local_time(Zone::new(&[]), wall_clock())
}

/// The readings that are gone for good, as the end of a sentence; nothing when there are none.
fn and_dropped(dropped: u64) -> String {
    match dropped {
        0 => String::new(),
        _ => format!(
            "; {dropped} of the oldest readings were dropped: memory keeps 1,000,000 while the disk refuses"
        ),
    }
}

/// What recovery found, in words; nothing when all was sound.
pub(super) fn found(recovery: &Recovery) -> String {
    let mut text = String::new();
    if recovery.torn > 0 {
        text += &format!(" ({} bytes of a torn frame cut off)", recovery.torn);
    }
    if recovery.damaged > 0 {
        text += &format!(" ({} damaged bytes passed over; they show as gaps)", recovery.damaged);
    }
    text
}

impl Voice {
    /// Says whether all that was read is kept.
    pub(super) fn end(self, lost: usize, dropped: u64) -> Result<(), Failure> {
        let more = and_dropped(dropped);
        if lost > 0 {
            let message = format!("stopped with {lost} readings that the disk did not take{more}");
            return Err(Failure::Problem(message));
        }
        let sentence = match dropped {
            0 => "stopped; everything read is kept".to_owned(),
            _ => format!("stopped{more}"),
        };
        self.tell(Weight::News, &sentence, json!({ "event": "stopped", "dropped": dropped }));
        Ok(())
    }

    /// Says under which name and key the log is signed, and if the name had to change.
    pub(super) fn signer(self, ledger: &Ledger, folder: &Path) {
        let (origin, key) = (ledger.key().origin(), ledger.key().verifier());
        if let Some(leaves) = ledger.lost() {
            let line = json!({ "event": "lost_end", "leaves": leaves, "origin": origin });
            let sentence = format!(
                "the end of the signed log is gone, {leaves} spans of readings that were published; a new log \
                 begins as {origin}, the old one can still be checked up to where it ends"
            );
            self.tell(Weight::Error, &sentence, line);
        }
        let sentence = format!(
            "signed as {origin}, key {}; keep a copy of {} where the log is not",
            key.fingerprint(),
            folder.join("device.key").display()
        );
        let line = json!({ "event": "signed", "origin": origin, "verifier_key": key.to_string() });
        self.tell(Weight::News, &sentence, line);
    }

    /// Tells programs what is durable; people hear of it only when readings were dropped before. `dropped` is what
    /// they were told last.
    fn kept(self, kept: &Acknowledged, dropped: &mut u64) {
        let Acknowledged { watermark, readings, dropped: now } = *kept;
        let (epoch, sequence) = (watermark.epoch, watermark.sequence);
        let line = json!({
            "event": "watermark", "epoch": epoch, "sequence": sequence, "readings": readings, "dropped": now
        });
        let is_news = now > *dropped;
        let sentence =
            is_news.then(|| format!("the disk takes readings again{}", and_dropped(now)));
        self.tell_if_any(Weight::Warning, sentence, line);
        *dropped = now;
    }

    /// Says how the collector gets on. `dropped` is how many lost readings were told last.
    pub(super) fn progress(self, progress: &Progress, dropped: &mut u64) {
        let (weight, sentence, mut line) = match progress {
            Progress::Acknowledged(kept) => return self.kept(kept, dropped),
            Progress::Alarm(event) => return self.alarm(event),
            Progress::Fault { asset, message } => {
                let line = json!({ "event": "fault", "asset": asset, "message": message });
                (Weight::Warning, message.clone(), line)
            }
            Progress::Retired(Retired { page, up_to }) => {
                let zone = Zone::new(&[]);
                let up_to = up_to.map(|up_to| local_time(zone, up_to)).unwrap_or_default();
                let line = json!({ "event": "retired", "page": page, "up_to": up_to });
                let sentence = format!(
                    "page {page} deleted, as the site file says; its readings went up to {up_to}, their roots stay"
                );
                (Weight::News, sentence, line)
            }
            Progress::Described(site) => {
                let meters = site.buses.iter().map(|bus| bus.meters.len()).sum::<usize>();
                let channels = site.channels.len();
                let line = json!({ "event": "reloaded", "meters": meters, "channels": channels });
                let sentence = format!(
                    "the site file was read again and holds from now on: {meters} meters, {channels} channels"
                );
                (Weight::News, sentence, line)
            }
            Progress::Answers { asset } => {
                let line = json!({ "event": "answers", "asset": asset });
                (Weight::News, format!("meter of `{asset}` answers again"), line)
            }
            Progress::Disk { message, waiting, dropped } => {
                let line = json!({ "event": "disk", "message": message, "waiting": waiting, "dropped": dropped });
                let more = and_dropped(*dropped);
                let sentence = format!("{message} ({waiting} readings wait in memory{more})");
                (Weight::Error, sentence, line)
            }
        };
        line["at"] = now().into();
        self.tell_if_any(weight, Some(sentence), line);
    }

    fn alarm(self, event: &AlarmEvent) {
        let weight = match event.turn {
            Turn::Raised => Weight::Warning,
            Turn::Cleared => Weight::News,
        };
        let sentence = event.sentence(Language::spoken()).to_owned();
        self.tell_if_any(weight, Some(sentence), event.json());
    }
}
