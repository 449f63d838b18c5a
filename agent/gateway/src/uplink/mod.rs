//! Who gets the log: [`Uplinks`], each on a thread of its own, so that a dead line delays no
//! meter.
//!
//! Frames go out as they stand in the log, above what a receiver has ([`cursor`]), and only what is durable here. The log
//! is the only buffer: weeks without a line cost disk, no memory. What a device may forget is decided by a receiver's
//! [signed word](millwatt::trust::delivery) that it keeps the frames ([`sender`]), never by a broker's or a server's
//! acknowledgement; until then [retention](crate::retention) leaves them. The other end is [`receive`](crate::receive).

pub mod cursor;
pub mod http;
mod line;
pub mod log_reader;
mod news;
pub(crate) mod over_mqtt;
pub mod sender;

pub use cursor::Waiting;
pub use line::{FramesLine, Step, Tell, Watermark};
pub use news::{UplinkNews, What};

use std::path::Path;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::site_file::{UplinkPlan, Way};
use crate::trust::DeviceKey;
use millwatt::wire::Stamp;
use tokio::sync::watch;

/// All uplinks of a site, at work.
pub struct Uplinks {
    watermark: watch::Sender<Stamp>,
    threads: Vec<JoinHandle<()>>,
}

impl Uplinks {
    /// Starts a site's uplinks over a data folder, whose frames up to the watermark are durable.
    #[must_use]
    pub fn start(
        plans: &[UplinkPlan],
        data: &Path,
        key: &DeviceKey,
        watermark: Stamp,
        tell: &Tell,
    ) -> Self {
        let (watermark, durable) = watch::channel(watermark);
        let start = |plan: &UplinkPlan| {
            let names = (plan.name.as_str(), plan.receiver.as_str());
            let line = FramesLine::new(data, names, key.clone(), durable.clone(), tell.clone());
            let (way, name) = (plan.way.clone(), format!("uplink {}", plan.name));
            // Without a thread for it nothing is sent; the log stays as it is.
            std::thread::Builder::new().name(name).spawn(move || run(&way, line)).ok()
        };
        Self { watermark, threads: plans.iter().filter_map(start).collect() }
    }

    /// Everything up to here is durable.
    pub fn durable(&self, watermark: Stamp) {
        self.watermark.send_replace(watermark);
    }

    /// Ends the threads, and waits for them at most so long: what was not sent is in the log.
    pub fn stop(self, grace: Duration) {
        drop(self.watermark);
        let end = Instant::now() + grace;
        while self.threads.iter().any(|thread| !thread.is_finished()) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

fn run(way: &Way, line: FramesLine) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let Ok(runtime) = runtime else { return };
    match way {
        Way::Http(plan) => runtime.block_on(http::run(plan, line)),
        Way::Mqtt(plan) => runtime.block_on(over_mqtt::run(plan, line)),
    }
}
