//! A bus polled on a task of its own, by a description that may be exchanged between two meters.

use super::{BusPoller, Dial, Polled, Watch};
use crate::site_file::Bus;
use millwatt::time::Instant;
use tokio::sync::mpsc;

/// What the task of a bus says.
#[derive(Debug)]
pub(super) enum Heard {
    /// What a round gave, under which of the site's descriptions.
    Polled(u64, Polled),
    /// It goes on, or has ended, by the description that was sent last.
    Follows,
}

/// A bus as the site is described now; without one the task ends.
#[derive(Debug)]
struct Change {
    description: u64,
    bus: Option<Bus>,
}

/// The task of a bus, as the collector knows it.
#[derive(Debug)]
pub(super) struct Line {
    changes: mpsc::Sender<Change>,
    bus: Bus,
}

/// What a task of a bus works with.
pub(super) struct Work {
    poller: BusPoller,
    description: u64,
    changes: mpsc::Receiver<Change>,
    said: mpsc::Sender<Heard>,
    watch: Watch,
}

impl Line {
    /// A bus that is polled once its work is spawned.
    pub(super) fn new(
        bus: &Bus,
        description: u64,
        said: &mpsc::Sender<Heard>,
        watch: &Watch,
        dial: Option<&Dial>,
    ) -> (Self, Work) {
        let (send, changes) = mpsc::channel(1);
        let poller = BusPoller::over(bus, dial.cloned());
        let (said, watch) = (said.clone(), watch.clone());
        let work = Work { poller, description, changes, said, watch };
        (Self { changes: send, bus: bus.clone() }, work)
    }

    /// Whether it is polled over the connection of a bus.
    pub(super) fn is_of(&self, bus: &Bus) -> bool {
        self.bus.is_same_line(bus)
    }

    /// Hands over a new description, to be followed after the meter that is being asked; without one the task ends.
    /// Tells whether there is a task to follow it.
    pub(super) fn change(&mut self, description: u64, bus: Option<&Bus>) -> bool {
        // The one before has been followed.
        let change = Change { description, bus: bus.cloned() };
        self.changes.try_send(change).is_ok()
    }
}

impl Work {
    /// Polls until nobody listens, or the description has no such bus.
    pub(super) async fn poll(mut self) {
        let mut due = self.poller.next_due(self.watch.now().at);
        let mut is_whole = true;
        loop {
            let point = async {
                match is_whole {
                    true => wait_for_due(due, &self.poller, &self.watch).await,
                    false => due,
                }
            };
            tokio::select! {
                biased;
                change = self.changes.recv() => {
                    let Some(Change { description, bus }) = change else { return };
                    let is_heard = self.said.send(Heard::Follows).await.is_ok();
                    let Some(bus) = bus.filter(|_| is_heard) else { return };
                    self.poller.follow(&bus);
                    self.description = description;
                    due = due.min(self.poller.next_due(self.watch.now().at));
                }
                point = point => {
                    let goes_on = || self.changes.is_empty();
                    let (polled, is_done) = self.poller.poll_while(point, goes_on).await;
                    if self.said.send(Heard::Polled(self.description, polled)).await.is_err() {
                        return;
                    }
                    is_whole = is_done;
                    due = if is_done { self.poller.next_due(self.watch.now().at) } else { point };
                }
            }
        }
    }
}

/// Sleeps until a poll is due and gives the instant of the grid that it is for. The clock may be set meanwhile, forth
/// or back: it is looked at every few seconds.
async fn wait_for_due(mut due: Instant, poller: &BusPoller, watch: &Watch) -> Instant {
    const LOOK_AGAIN: i64 = 5_000;
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
