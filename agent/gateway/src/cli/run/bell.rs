//! Where news go beside the screen: webhook and uplinks.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::super::journal::Weight;
use super::voice::Voice;
use crate::alarm::{Active, Deliver as _, Webhook};
use crate::run::{Board, Progress};
use crate::site_file::Compiled;
use crate::trust::DeviceKey;
use crate::uplink::{Source, Tell, UplinkNews, Uplinks};
use crate::writer::Writer;
use millwatt::wire::Stamp;

/// How long what is on its way may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// The webhook and the uplinks of a site.
pub(super) struct Bell<'a> {
    voice: Voice,
    data: &'a Path,
    board: Board,
    key: DeviceKey,
    durable: Stamp,
    site: Arc<Compiled>,
    active: Active,
    tell: Tell,
    webhook: Option<Webhook>,
    /// There all the time, but for the moment of their exchange.
    uplinks: Option<Uplinks>,
}

impl<'a> Bell<'a> {
    pub(super) fn new(
        voice: Voice,
        data: &'a Path,
        board: &Board,
        writer: &Writer,
        site: &Arc<Compiled>,
    ) -> Self {
        let mut bell = Self {
            voice,
            data,
            board: board.clone(),
            key: writer.ledger().key().clone(),
            durable: writer.watermark(),
            site: site.clone(),
            active: Active::default(),
            tell: Arc::new(move |news: UplinkNews| voice.uplink(&news)),
            webhook: None,
            uplinks: None,
        };
        bell.start_uplinks();
        bell.start_webhook();
        bell
    }

    /// Starts the site's uplinks, after those that there were.
    fn start_uplinks(&mut self) {
        let source = Source {
            data: self.data,
            key: &self.key,
            watermark: self.durable,
            board: &self.board,
            alarms: &self.site.alarms,
        };
        let plans = &self.site.uplinks;
        self.uplinks = Some(match self.uplinks.take() {
            Some(before) => before.replace(plans, source, &self.tell),
            None => Uplinks::start(plans, source, &self.tell),
        });
    }

    fn start_webhook(&mut self) {
        let voice = self.voice;
        let start = |url: &str| Webhook::start(url, move |news| voice.webhook(&news));
        self.webhook = self.site.alarms.webhook.as_deref().map(start);
    }

    pub(super) fn ring(&mut self, progress: &Progress) {
        match progress {
            Progress::Alarm(event) => {
                self.active.note(event);
                self.webhook.iter().for_each(|webhook| webhook.deliver(event));
                self.uplinks.iter().for_each(|uplinks| uplinks.alarm(event));
            }
            Progress::Acknowledged(kept) => {
                self.durable = kept.watermark;
                self.uplinks.iter().for_each(|uplinks| uplinks.durable(kept.watermark));
            }
            Progress::Described(site) => self.follow(site),
            _ => {}
        }
    }

    /// Goes on for a site that was described anew. What is the same in it is left at work.
    fn follow(&mut self, site: &Arc<Compiled>) {
        let before = std::mem::replace(&mut self.site, site.clone());
        if before.alarms.webhook != site.alarms.webhook {
            let (voice, old) = (self.voice, self.webhook.take());
            std::thread::spawn(move || take_leave(voice, old));
            self.start_webhook();
        }
        let standing = self.active.list().into_iter();
        let standing: Vec<_> =
            standing.filter(|event| site.alarms.shares(&before.alarms, event.number)).collect();
        self.active = Active::default();
        standing.iter().for_each(|event| self.active.note(event));
        let is_same = before.uplinks == site.uplinks
            && before.manifest == site.manifest
            && before.alarms == site.alarms;
        if is_same {
            return;
        }
        self.start_uplinks();
        for event in &standing {
            self.uplinks.iter().for_each(|uplinks| uplinks.alarm(event));
        }
    }

    /// Gives what waits a moment to go out, and says what did not.
    pub(super) fn stop(self) {
        if let Some(uplinks) = self.uplinks {
            uplinks.stop(FAREWELL);
        }
        take_leave(self.voice, self.webhook);
    }
}

fn take_leave(voice: Voice, webhook: Option<Webhook>) {
    let left = webhook.map_or(0, |webhook| webhook.stop(FAREWELL));
    if left > 0 {
        let line = json!({ "event": "undelivered", "alarms": left });
        voice.tell(Weight::Warning, &format!("{left} alarms were not delivered"), line);
    }
}
