//! The thread that writes: a slow disk must not delay a poll.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::{Board, Now, Polled, Progress, Pulse};
use crate::retention::Retention;
use crate::site_file::{Compiled, UplinkPlan};
use crate::uplink::Waiting;
use crate::writer::{WriteError, Writer};
use millwatt::reading::Reading;
use millwatt::time::Instant;
use millwatt::wire::Stamp;
use tokio::sync::oneshot;

/// What is durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledged {
    /// Every frame at or below it survives a power cut.
    pub watermark: Stamp,
    /// Readings made durable since the start.
    pub readings: u64,
    /// Readings dropped since the start, because the disk refused for longer than memory lasts.
    pub dropped: u64,
}

enum Order {
    Restate(Box<Restatement>),
    Beat,
    Push(Vec<Reading>),
    Commit(Now, oneshot::Sender<Vec<Progress>>),
    Events(Vec<u8>, oneshot::Sender<Vec<Progress>>),
}

/// What a site file that was read again changes for the writer.
struct Restatement {
    manifest: Vec<u8>,
    retention: Retention,
    waits_for: Vec<Waiting>,
}

/// A writer on a thread of its own. Readings pushed are durable once a commit is acknowledged.
#[derive(Debug)]
pub struct Keeper {
    orders: Mutex<Option<Sender<Order>>>,
    thread: Option<JoinHandle<Writer>>,
    board: Board,
    pulse: Pulse,
}

impl Keeper {
    /// Starts the thread.
    #[must_use]
    pub fn start(writer: Writer) -> Self {
        let (orders, receiver) = channel();
        let pulse = Pulse::default();
        let of_thread = pulse.clone();
        let thread = std::thread::spawn(move || keep(writer, &receiver, &of_thread));
        let (orders, thread) = (Mutex::new(Some(orders)), Some(thread));
        Self { orders, thread, board: Board::default(), pulse }
    }

    /// Lets a board know of all that it is handed.
    #[must_use]
    pub fn showing(mut self, board: Board) -> Self {
        self.board = board;
        self
    }

    /// How the thread and whoever hands over readings get on.
    #[must_use]
    pub fn pulse(&self) -> Pulse {
        self.pulse.clone()
    }

    /// Whoever hands over readings is at work; the thread is asked whether it is.
    pub fn beat(&self) {
        if self.pulse.collected() {
            self.order(Order::Beat);
        }
    }

    fn order(&self, order: Order) {
        if let Ok(orders) = self.orders.lock()
            && let Some(orders) = orders.as_ref()
        {
            // The thread ends only after this sender is gone.
            let _ = orders.send(order);
        }
    }

    /// Hands over what a round on a bus gave.
    pub fn take(&self, polled: Polled, at: Instant) {
        self.board.take(&polled, at);
        self.push(polled.readings);
    }

    /// Hands over readings.
    pub fn push(&self, readings: Vec<Reading>) {
        if !readings.is_empty() {
            self.order(Order::Push(readings));
        }
    }

    /// What is handed over from now on is of a site that was described anew.
    pub fn restate(&self, site: &Compiled) {
        let waits_for = site.uplinks.iter().filter_map(UplinkPlan::waits_for).collect();
        let (manifest, retention) = (site.manifest.clone(), site.retention);
        self.order(Order::Restate(Box::new(Restatement { manifest, retention, waits_for })));
        self.board.restate(site);
    }

    /// Makes what was pushed durable, tells the outcome, and gives whether the disk took it.
    pub async fn commit(&self, now: Now, tell: &mut impl FnMut(Progress)) -> bool {
        let (send, answer) = oneshot::channel();
        self.order(Order::Commit(now, send));
        let told = answer.await.unwrap_or_default();
        told.iter().for_each(|progress| self.board.hear(progress));
        let is_kept = !told.iter().any(|progress| matches!(progress, Progress::Disk { .. }));
        told.into_iter().for_each(tell);
        is_kept
    }

    /// A [`commit`](Self::commit) after one that failed: the disk's refusal was told and is not told again.
    pub async fn retry(&self, now: Now, tell: &mut impl FnMut(Progress)) -> bool {
        let mut tell_news = |progress| match progress {
            Progress::Disk { .. } => {}
            news => tell(news),
        };
        self.commit(now, &mut tell_news).await
    }

    /// Writes events, durable when told.
    pub async fn events(&self, payload: Vec<u8>, tell: &mut impl FnMut(Progress)) {
        let (send, answer) = oneshot::channel();
        self.order(Order::Events(payload, send));
        let told = answer.await.unwrap_or_default();
        told.iter().for_each(|progress| self.board.hear(progress));
        told.into_iter().for_each(tell);
    }

    /// Ends the thread and gives the writer back; `None` if the thread failed.
    pub fn stop(mut self) -> Option<Writer> {
        if let Ok(mut orders) = self.orders.lock() {
            *orders = None;
        }
        self.thread.take().and_then(|thread| thread.join().ok())
    }
}

fn keep(mut writer: Writer, orders: &Receiver<Order>, pulse: &Pulse) -> Writer {
    let mut readings = 0_u64;
    while let Ok(order) = orders.recv() {
        pulse.wrote();
        let (written, answer) = match order {
            Order::Restate(restatement) => {
                let Restatement { manifest, retention, waits_for } = *restatement;
                writer.restate(&manifest);
                writer.set_retention(retention, waits_for);
                continue;
            }
            Order::Beat => {
                pulse.answered();
                continue;
            }
            Order::Push(pushed) => {
                writer.push(pushed);
                continue;
            }
            Order::Commit(now, answer) => {
                writer.set_clock(now);
                let waited = writer.waiting();
                let written = writer.commit().and_then(|kept| writer.seal_due().map(|()| kept));
                // A failure half-way leaves durable what stood before it.
                readings += (waited - writer.waiting()) as u64;
                (written, answer)
            }
            Order::Events(payload, answer) => (writer.events(&payload), answer),
        };
        let progress = outcome(&writer, written, readings);
        let retired = writer.retired().into_iter().map(Progress::Retired);
        // Whoever asked may have stopped listening.
        let _ = answer.send(retired.chain([progress]).collect());
    }
    // What cannot be signed now is signed at the next start.
    let _ = writer.seal_all();
    writer
}

fn outcome(writer: &Writer, written: Result<Stamp, WriteError>, readings: u64) -> Progress {
    let dropped = writer.dropped();
    match written {
        Ok(watermark) => Progress::Acknowledged(Acknowledged { watermark, readings, dropped }),
        Err(error) => {
            let (message, waiting) = (error.to_string(), writer.waiting());
            Progress::Disk { message, waiting, dropped }
        }
    }
}
