//! From the form to the one thread that writes: an entry is kept when its events are durable.

use tokio::sync::{mpsc, oneshot};

use crate::run::{Keeper, Progress};
use millwatt::wire::Stamp;

/// What a phone is told while nobody writes.
const STOPPED: &str = "the collector is stopping";

/// Events to write, and where to say how that went.
struct Order {
    payload: Vec<u8>,
    answer: oneshot::Sender<Result<Stamp, String>>,
}

/// Where the form hands in events.
#[derive(Debug, Clone)]
pub struct Desk {
    orders: mpsc::Sender<Order>,
}

/// What was handed in, for whoever has the [`Keeper`].
pub struct Orders {
    orders: mpsc::Receiver<Order>,
}

/// A desk and what is handed in there.
#[must_use]
pub fn desk() -> (Desk, Orders) {
    let (send, orders) = mpsc::channel(16);
    (Desk { orders: send }, Orders { orders })
}

impl Desk {
    /// Writes events; gives the watermark once they are durable, or else says why they may not be.
    ///
    /// # Errors
    /// What the disk said. The same events may be handed in again: equal ones count once.
    pub async fn write(&self, payload: Vec<u8>) -> Result<Stamp, String> {
        let (answer, written) = oneshot::channel();
        let stopped = || STOPPED.to_owned();
        self.orders.send(Order { payload, answer }).await.map_err(|_| stopped())?;
        written.await.map_err(|_| stopped())?
    }
}

impl Orders {
    /// Writes what is handed in until it is dropped; goes on waiting when there is no form. Tells of everything but
    /// success.
    pub async fn keep(self, keeper: &Keeper, mut tell: impl FnMut(Progress)) {
        self.keep_with(async |payload| written(keeper, payload, &mut tell).await).await;
    }

    /// As [`keep`](Self::keep), by any means of writing.
    pub async fn keep_with(mut self, mut write: impl AsyncFnMut(Vec<u8>) -> Result<Stamp, String>) {
        while let Some(Order { payload, answer }) = self.orders.recv().await {
            let outcome = write(payload).await;
            // Whoever asked may have gone away; the events stay.
            let _ = answer.send(outcome);
        }
        std::future::pending::<()>().await;
    }
}

async fn written(
    keeper: &Keeper,
    payload: Vec<u8>,
    tell: &mut impl FnMut(Progress),
) -> Result<Stamp, String> {
    let mut outcome = Err(STOPPED.to_owned());
    let mut take = |progress: Progress| {
        match &progress {
            Progress::Acknowledged(kept) => outcome = Ok(kept.watermark),
            Progress::Disk { message, .. } => outcome = Err(message.clone()),
            _ => {}
        }
        if !matches!(progress, Progress::Acknowledged(_)) {
            tell(progress);
        }
    };
    keeper.events(payload, &mut take).await;
    outcome
}
