//! Who gets the log: [`Uplinks`], each on a thread of its own, so that a dead line delays no
//! meter.
//!
//! Frames go out as they stand in the log, above what a receiver has ([`cursor`]), and only what is durable here. The log
//! is the only buffer: weeks without a line cost disk, no memory. What a device may forget is decided by a receiver's
//! [signed word](millwatt::trust::delivery) that it keeps the frames ([`sender`]), never by a broker's or a server's
//! acknowledgement; until then [retention](crate::retention) leaves them. The other end is [`receive`](crate::receive).
//! A [`folder`] gets a file for each finished day, a server by [`push_http`] JSON as it comes, and nothing waits for them.

mod batch;
pub mod cursor;
mod days;
mod feed;
pub mod folder;
pub mod http;
mod line;
pub mod log_reader;
pub mod messages;
pub mod nats;
mod news;
pub(crate) mod over_mqtt;
#[cfg_attr(not(feature = "nats"), path = "no_nats.rs")]
mod over_nats;
mod push;
pub mod push_http;
pub mod right;
pub mod sender;
mod talk;

pub use cursor::Waiting;
pub use line::{FramesLine, Step, Tell, Watermark};
pub use news::{UplinkNews, What};

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::alarm::{AlarmEvent, Plan};
use crate::run::Board;
use crate::site_file::{UplinkPlan, Way};
use crate::trust::DeviceKey;
use messages::Messages;
use millwatt::wire::Stamp;
use push::Outbox;
use talk::Talk;
use tokio::sync::{mpsc, watch};

/// All uplinks of a site, at work.
pub struct Uplinks {
    watermark: watch::Sender<Stamp>,
    alarms: Vec<mpsc::UnboundedSender<AlarmEvent>>,
    threads: Vec<JoinHandle<()>>,
}

/// What there is to send.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// Who signs what goes out.
    pub key: &'a DeviceKey,
    /// Up to where the log is durable.
    pub watermark: Stamp,
    /// The present.
    pub board: &'a Board,
    /// The alarms that there may be.
    pub alarms: &'a Plan,
}

impl Uplinks {
    /// Starts a site's uplinks.
    #[must_use]
    pub fn start(plans: &[UplinkPlan], source: Source<'_>, tell: &Tell) -> Self {
        Self::start_after(Vec::new(), plans, source, tell)
    }

    /// Ends these and starts others in their place, which begin when these have taken leave: a receiver never has two
    /// of one name. What is told meanwhile waits for them.
    #[must_use]
    pub fn replace(self, plans: &[UplinkPlan], source: Source<'_>, tell: &Tell) -> Self {
        let Self { watermark, alarms, threads } = self;
        drop((watermark, alarms));
        Self::start_after(threads, plans, source, tell)
    }

    fn start_after(
        before: Vec<JoinHandle<()>>,
        plans: &[UplinkPlan],
        source: Source<'_>,
        tell: &Tell,
    ) -> Self {
        let before = Arc::new(before);
        let (watermark, durable) = watch::channel(source.watermark);
        let (mut alarms, mut threads) = (Vec::new(), Vec::new());
        for plan in plans {
            let names = (plan.name.as_str(), plan.receiver.as_deref());
            let key = source.key.clone();
            let line = FramesLine::new(source.data, names, key, durable.clone(), tell.clone());
            let messages = plan.messages.clone().and_then(|plan| {
                // The manifest of a site that was compiled can be read.
                Messages::new(source.board.clone(), source.alarms, plan).ok()
            });
            let talk = messages.map(|messages| {
                let (sender, receiver) = mpsc::unbounded_channel();
                alarms.push(sender);
                Talk::new(messages, receiver)
            });
            let (way, name, tell) = (plan.way.clone(), plan.name.clone(), tell.clone());
            let (data, log) = (source.data.to_owned(), durable.clone());
            let device = source.key.origin().to_owned();
            let thread = std::thread::Builder::new().name(format!("uplink {name}"));
            // Without a thread for it nothing is sent; the log stays as it is.
            let before = before.clone();
            let work = move || {
                wait_for(&before, LONGEST_LEAVE);
                match &way {
                    Way::Folder(plan) => days::run(&data, &name, plan, &log, tell),
                    Way::Http(plan) => by(|| http::run(plan, line)),
                    Way::Push(plan) => {
                        let way = push_http::ByHttp::new(plan.clone());
                        by(|| push::run(Outbox { data, uplink: name, device, log }, way, tell));
                    }
                    Way::Nats(plan) => {
                        let way = over_nats::ByNats::new(plan.clone());
                        by(|| push::run(Outbox { data, uplink: name, device, log }, way, tell));
                    }
                    Way::Mqtt(plan) => by(|| over_mqtt::run(plan, line, talk)),
                }
            };
            threads.extend(thread.spawn(work).ok());
        }
        Self { watermark, alarms, threads }
    }

    /// Everything up to here is durable.
    pub fn durable(&self, watermark: Stamp) {
        self.watermark.send_replace(watermark);
    }

    /// An alarm begins or ends.
    pub fn alarm(&self, event: &AlarmEvent) {
        for uplink in &self.alarms {
            // A thread that has ended hears nothing more.
            let _ = uplink.send(event.clone());
        }
    }

    /// Ends the threads, and waits for them at most so long: what was not sent is in the log.
    pub fn stop(self, grace: Duration) {
        drop(self.watermark);
        wait_for(&self.threads, grace);
    }
}

/// How long those that are replaced may take, who may be in the middle of a request.
const LONGEST_LEAVE: Duration = Duration::from_secs(60);

fn wait_for(threads: &[JoinHandle<()>], grace: Duration) {
    let end = Instant::now() + grace;
    while threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Runs what waits for a network.
fn by<F: Future<Output = ()>>(work: impl FnOnce() -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    if let Ok(runtime) = runtime {
        runtime.block_on(work());
    }
}
