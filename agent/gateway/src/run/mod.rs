//! `millwatt run`: meters polled on the grid, readings into the log.

mod board;
mod bus;
mod collect;
mod keeper;
mod line;
mod link;
pub mod node;
mod polls;
pub mod probe;
mod pulse;
pub mod scan;
mod watch;

pub use self::watch::{NEVER_SET, Now, Watch};
pub use board::{Board, ChannelRow, Known, LogRow, MeterRow};
pub use bus::{BusPoller, Polled};
pub use collect::collect;
pub use keeper::{Acknowledged, Keeper};
pub use link::{Dial, Dialled};
pub use polls::Polls;
pub use pulse::{Pulse, Watchdog};

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::alarm::AlarmEvent;
use crate::retention::Retired;
use crate::site_file::Compiled;
use millwatt::time::{Instant, Span};
use tokio::sync::watch::Receiver;

/// A clock that only its owner moves, shared with a simulated plant.
#[derive(Debug, Default)]
pub struct VirtualClock(AtomicI64);

impl VirtualClock {
    /// A clock that shows an instant.
    #[must_use]
    pub const fn new(at: Instant) -> Self {
        Self(AtomicI64::new(at.unix_milliseconds()))
    }

    /// What it shows.
    pub fn now(&self) -> Instant {
        Instant::from_unix_milliseconds(self.0.load(Ordering::SeqCst))
    }

    /// Moves it.
    pub fn set(&self, at: Instant) {
        self.0.store(at.unix_milliseconds(), Ordering::SeqCst);
    }
}

/// What the collector tells while it works.
#[derive(Debug, Clone)]
pub enum Progress {
    /// Readings are durable.
    Acknowledged(Acknowledged),
    /// A meter stopped answering, or a register gave no number.
    Fault {
        /// The meter's asset.
        asset: String,
        /// What is wrong and what to check.
        message: String,
    },
    /// A meter answers again.
    Answers {
        /// The meter's asset.
        asset: String,
    },
    /// A page was deleted, as the site file wants it.
    Retired(Retired),
    /// Something that the site file wants people to hear of has begun or ended.
    Alarm(Box<AlarmEvent>),
    /// The site was described anew, and is polled by that from now on.
    Described(Arc<Compiled>),
    /// The log cannot be written; readings wait in memory.
    Disk {
        /// What failed and what to do.
        message: String,
        /// How many readings wait.
        waiting: usize,
        /// Readings dropped since the start: memory keeps only so many, and the oldest go first.
        dropped: u64,
    },
}

/// The wall clock.
#[must_use]
pub fn wall_clock() -> Instant {
    Instant::from_unix_milliseconds(chrono::Utc::now().timestamp_millis())
}

impl From<AlarmEvent> for Progress {
    fn from(event: AlarmEvent) -> Self {
        Self::Alarm(Box::new(event))
    }
}

fn milliseconds(span: Span) -> std::time::Duration {
    std::time::Duration::from_millis(span.milliseconds().max(1).unsigned_abs())
}

/// Polls by a virtual clock from its present to `until`: it moves only when every due poll has
/// been answered or has timed out. `pause` is called after each step, for whoever wants to look.
pub async fn collect_lockstep(
    site: &Compiled,
    keeper: &Keeper,
    clock: &Arc<VirtualClock>,
    until: Instant,
    mut stop: Receiver<bool>,
    mut tell: impl FnMut(Progress),
) {
    let watch = Watch::simulated(clock.clone());
    let mut pollers: Vec<BusPoller> = site.buses.iter().map(BusPoller::new).collect();
    let mut faults = FaultBook::default();
    let mut committed = clock.now();
    while !*stop.borrow_and_update() {
        let now = clock.now();
        let Some(due) = pollers.iter().map(|poller| poller.next_due(now)).min() else {
            break;
        };
        if due > until {
            break;
        }
        clock.set(due);
        let polls = pollers.iter_mut().filter(|poller| poller.next_due(now) == due);
        for polled in futures_join(polls.map(|poller| poller.poll(due))).await {
            faults.take(&polled, &mut tell);
            keeper.take(polled, watch.now().at);
        }
        if due - committed >= site.commit_every {
            keeper.commit(watch.now(), &mut tell).await;
            committed = due;
        }
    }
    keeper.commit(watch.now(), &mut tell).await;
}

/// Drives futures side by side until all are done.
async fn futures_join<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(|future| (Some(Box::pin(future)), None)).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in &mut running {
            if let Some(pending) = future {
                match pending.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => (*future, *output) = (None, Some(value)),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    running.into_iter().filter_map(|(_, output)| output).collect()
}

/// Which meters are known to fail, so that each change is told once.
#[derive(Debug, Default)]
struct FaultBook(std::collections::BTreeMap<String, String>);

impl FaultBook {
    /// Forgets assets that a new description has no meter for.
    fn follow(&mut self, site: &Compiled) {
        let meters = || site.buses.iter().flat_map(|bus| &bus.meters);
        self.0.retain(|asset, _| meters().any(|meter| meter.asset == *asset));
    }

    fn take(&mut self, polled: &Polled, tell: &mut impl FnMut(Progress)) {
        for (asset, outcome) in &polled.outcomes {
            match outcome {
                Ok(()) => {
                    if self.0.remove(asset).is_some() {
                        tell(Progress::Answers { asset: asset.clone() });
                    }
                }
                Err(message) => {
                    let known = self.0.insert(asset.clone(), message.clone());
                    if known.as_ref() != Some(message) {
                        let (asset, message) = (asset.clone(), message.clone());
                        tell(Progress::Fault { asset, message });
                    }
                }
            }
        }
    }
}
