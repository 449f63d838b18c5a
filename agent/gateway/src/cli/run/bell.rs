//! Where news go beside the screen: webhook and uplinks.

use std::time::Duration;

use serde_json::json;

use super::super::journal::Weight;
use super::voice::Voice;
use crate::alarm::{Deliver as _, Webhook};
use crate::run::Progress;
use crate::site_file::Compiled;
use crate::uplink::Uplinks;

/// How long what is on its way may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// The webhook and the uplinks of a site.
pub(super) struct Bell {
    webhook: Option<Webhook>,
    uplinks: Uplinks,
}

impl Bell {
    pub(super) fn new(voice: Voice, site: &Compiled, uplinks: Uplinks) -> Self {
        let start = |url: &str| Webhook::start(url, move |news| voice.webhook(&news));
        Self { webhook: site.alarms.webhook.as_deref().map(start), uplinks }
    }

    pub(super) fn ring(&self, progress: &Progress) {
        match progress {
            Progress::Alarm(event) => {
                self.webhook.iter().for_each(|webhook| webhook.deliver(event));
                self.uplinks.alarm(event);
            }
            Progress::Acknowledged(kept) => self.uplinks.durable(kept.watermark),
            _ => {}
        }
    }

    /// Gives what waits a moment to go out, and says what did not.
    pub(super) fn stop(self, voice: Voice) {
        self.uplinks.stop(FAREWELL);
        let left = self.webhook.map_or(0, |webhook| webhook.stop(FAREWELL));
        if left > 0 {
            let line = json!({ "event": "undelivered", "alarms": left });
            voice.tell(Weight::Warning, &format!("{left} alarms were not delivered"), line);
        }
    }
}
