//! `millwatt run`: meters polled on the grid, readings into the log.

mod board;
mod bus;
mod keeper;
mod link;
pub mod node;
pub mod probe;
mod pulse;
pub mod scan;
mod watch;

pub use self::watch::{NEVER_SET, Now, Watch};
pub use board::{Board, ChannelRow, Known, LogRow, MeterRow};
pub use bus::{BusPoller, Polled};
pub use keeper::{Acknowledged, Keeper};
pub use pulse::{Pulse, Watchdog};

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::alarm::{AlarmEvent, Alarms};
use crate::retention::Retired;
use crate::site_file::Compiled;
use millwatt::time::{Instant, Span};
use tokio::sync::mpsc;
use tokio::sync::watch::Receiver;
use tokio::task::JoinSet;

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

/// From one attempt to the next while the disk refuses, so that it takes all again within five seconds of its mending,
/// however rare commits are.
const RETRY_EVERY: std::time::Duration = std::time::Duration::from_secs(2);

/// How often alarms that wait for time to pass are looked at.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

impl From<AlarmEvent> for Progress {
    fn from(event: AlarmEvent) -> Self {
        Self::Alarm(Box::new(event))
    }
}

/// Polls by the wall clock until `stop` changes. Each bus keeps its own time, so that a dead one
/// delays nobody.
pub async fn collect(
    site: &Compiled,
    keeper: &Keeper,
    mut stop: Receiver<bool>,
    mut tell: impl FnMut(Progress),
) {
    let watch = Watch::start();
    let (mut tasks, mut polled) = start_polls(site, &watch);
    let mut faults = FaultBook::default();
    let mut commits = ticks(milliseconds(site.commit_every));
    let (mut retries, mut is_kept) = (ticks(RETRY_EVERY), true);
    let (mut alarms, mut looks) = (Alarms::new(&site.alarms), ticks(LOOK_EVERY));
    loop {
        tokio::select! {
            Some(polled) = polled.recv() => {
                faults.take(&polled, &mut tell);
                alarms.take(&polled.readings).into_iter().for_each(|event| tell(event.into()));
                keeper.take(polled, watch.now().at);
            }
            _ = looks.tick() => {
                keeper.beat();
                alarms.tick(watch.now().at).into_iter().for_each(|event| tell(event.into()));
            }
            _ = commits.tick() => is_kept = keeper.commit(watch.now(), &mut tell).await,
            _ = retries.tick(), if !is_kept => {
                is_kept = keeper.retry(watch.now(), &mut tell).await;
            }
            _ = stop.changed() => break,
        }
    }
    tasks.shutdown().await;
    keeper.commit(watch.now(), &mut tell).await;
}

/// A task for each bus, and what they hear.
fn start_polls(site: &Compiled, watch: &Watch) -> (JoinSet<()>, mpsc::Receiver<Polled>) {
    let (send, polled) = mpsc::channel(64);
    let mut tasks = JoinSet::new();
    for bus in &site.buses {
        let (mut poller, send, watch) = (BusPoller::new(bus), send.clone(), watch.clone());
        tasks.spawn(async move {
            loop {
                let due = wait_for_due(&poller, &watch).await;
                if send.send(poller.poll(due).await).await.is_err() {
                    return;
                }
            }
        });
    }
    (tasks, polled)
}

/// Ticks now and then at a distance; one that comes late puts off those behind it.
fn ticks(every: std::time::Duration) -> tokio::time::Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}

/// Sleeps until the next poll is due and gives the instant of the grid that it is for. The clock may be set
/// meanwhile, forth or back: it is looked at every few seconds.
async fn wait_for_due(poller: &BusPoller, watch: &Watch) -> Instant {
    const LOOK_AGAIN: i64 = 5_000;
    let mut due = poller.next_due(watch.now().at);
    loop {
        let now = watch.now().at;
        let wait = (due - now).milliseconds();
        let next = poller.next_due(now);
        if wait < -LOOK_AGAIN || next < due {
            due = next;
            continue;
        }
        if wait <= 0 {
            return due;
        }
        let sleep = wait.min(LOOK_AGAIN).unsigned_abs();
        tokio::time::sleep(std::time::Duration::from_millis(sleep)).await;
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
