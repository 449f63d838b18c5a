//! Alarms to a URL, on a thread of their own: a slow or dead server delays nobody.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::AlarmEvent;

/// A way to tell people of alarms.
///
/// It must return at once: whoever calls it has meters to poll.
pub trait Deliver: Send + Sync {
    /// Takes an event to deliver it by and by.
    fn deliver(&self, event: &AlarmEvent);
}

/// Most events that wait; beyond, the oldest are dropped and counted.
pub const MOST_WAITING: usize = 256;
/// For one attempt, from the name's look-up to the end of the answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// From the first failure to the next attempt; doubled at each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// What the webhook has to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookNews {
    /// The server cannot be reached or fails; told once, it is tried until it takes the event.
    Fails {
        /// What is wrong.
        reason: String,
        /// How many events wait.
        waiting: usize,
        /// How many were dropped since the start.
        dropped: u64,
    },
    /// It takes events again.
    Works,
    /// It does not want an event, which is dropped: the URL is wrong, or its rules are.
    Refused {
        /// The status of its answer.
        status: u16,
    },
}

impl std::fmt::Display for WebhookNews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fails { reason, waiting, dropped } => write!(
                f,
                "webhook: {reason}; it is tried again, {waiting} alarms wait, {dropped} were dropped"
            ),
            Self::Works => f.write_str("webhook: alarms are taken again"),
            Self::Refused { status } => write!(
                f,
                "webhook: the server refuses an alarm with status {status}, it is dropped; check `webhook` in the site file"
            ),
        }
    }
}

/// Posts each event as JSON to a URL, in their order, until the server answers with success.
///
/// # Missing data
/// While the server is away, [`MOST_WAITING`] events wait in memory; beyond, and at the end of the program, the oldest
/// are lost and counted. An answer of 4xx other than 408, 425 and 429 is final: the event is dropped and told.
/// # Example
/// ```no_run
/// use millwatt_gateway::alarm::Webhook;
/// let webhook = Webhook::start("http://192.168.1.5:8123/alarms", |news| eprintln!("{news}"));
/// // … `webhook.deliver(&event)` for each event …
/// assert_eq!(webhook.stop(std::time::Duration::from_secs(2)), 0, "events that were not taken");
/// ```
#[derive(Debug)]
pub struct Webhook {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Queue {
    /// Each with a number that rises, so that one that was dropped while on its way is not mistaken for the next.
    waiting: VecDeque<(u64, String)>,
    pushed: u64,
    dropped: u64,
    is_closing: bool,
}

impl Queue {
    fn push(&mut self, body: String) {
        if self.waiting.len() >= MOST_WAITING {
            self.waiting.pop_front();
            self.dropped += 1;
        }
        self.waiting.push_back((self.pushed, body));
        self.pushed += 1;
    }

    /// Takes an event out, if it is still there.
    fn done(&mut self, number: u64) {
        if self.waiting.front().is_some_and(|(first, _)| *first == number) {
            self.waiting.pop_front();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The oldest event, once there is one; `None` when nothing more is to be done.
    fn next(&self) -> Option<(u64, String)> {
        let mut queue = self.lock();
        loop {
            if let Some(oldest) = queue.waiting.front() {
                return Some(oldest.clone());
            }
            if queue.is_closing {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits between two attempts; tells whether there is to be another.
    fn pause(&self, pause: Duration) -> bool {
        let waited = self.changed.wait_timeout_while(self.lock(), pause, |queue| !queue.is_closing);
        let (queue, _) = waited.unwrap_or_else(PoisonError::into_inner);
        !queue.is_closing
    }
}

impl Webhook {
    /// Starts the thread; `tell` is called on it.
    #[must_use]
    pub fn start(url: &str, mut tell: impl FnMut(WebhookNews) + Send + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let (url, of_thread) = (url.to_owned(), shared.clone());
        let agent = agent();
        std::thread::spawn(move || {
            post_all(&of_thread, |body| post(&agent, &url, body), &mut tell);
        });
        Self { shared }
    }

    /// Ends the thread when all is delivered, at the latest after `grace`; gives how many events were not.
    #[must_use]
    pub fn stop(self, grace: Duration) -> usize {
        self.shared.lock().is_closing = true;
        self.shared.changed.notify_all();
        let waited = self
            .shared
            .changed
            .wait_timeout_while(self.shared.lock(), grace, |queue| !queue.waiting.is_empty());
        waited.unwrap_or_else(PoisonError::into_inner).0.waiting.len()
    }
}

impl Deliver for Webhook {
    fn deliver(&self, event: &AlarmEvent) {
        self.shared.lock().push(event.json().to_string());
        self.shared.changed.notify_all();
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(0)
        .user_agent(concat!("millwatt/", env!("CARGO_PKG_VERSION")))
        .build();
    ureq::Agent::new_with_config(config)
}

/// One attempt; the status of the answer.
fn post(agent: &ureq::Agent, url: &str, body: &str) -> Result<u16, String> {
    let request = agent.post(url).header("content-type", "application/json; charset=utf-8");
    let answer = request.send(body).map_err(|error| error.to_string())?;
    Ok(answer.status().as_u16())
}

/// What an attempt came to.
enum Attempt {
    Taken,
    Refused(u16),
    Failed(String),
}

impl Attempt {
    fn of(answer: Result<u16, String>) -> Self {
        match answer {
            Ok(200..=299) => Self::Taken,
            Ok(status @ (408 | 425 | 429)) => {
                Self::Failed(format!("it answers with status {status}"))
            }
            Ok(status @ 400..=499) => Self::Refused(status),
            Ok(status) => Self::Failed(format!("it answers with status {status}")),
            Err(reason) => Self::Failed(reason),
        }
    }
}

/// Delivers event after event until the queue closes.
fn post_all(
    shared: &Shared,
    post: impl Fn(&str) -> Result<u16, String>,
    tell: &mut impl FnMut(WebhookNews),
) {
    let (mut pause, mut is_failing) = (FIRST_PAUSE, false);
    while let Some((number, body)) = shared.next() {
        match Attempt::of(post(&body)) {
            Attempt::Failed(reason) => {
                if !is_failing {
                    let queue = shared.lock();
                    let (waiting, dropped) = (queue.waiting.len(), queue.dropped);
                    drop(queue);
                    tell(WebhookNews::Fails { reason, waiting, dropped });
                }
                is_failing = true;
                if !shared.pause(pause) {
                    return;
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
                continue;
            }
            Attempt::Refused(status) => tell(WebhookNews::Refused { status }),
            Attempt::Taken if is_failing => tell(WebhookNews::Works),
            Attempt::Taken => {}
        }
        (pause, is_failing) = (FIRST_PAUSE, false);
        shared.lock().done(number);
        shared.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_what_can_wait_the_oldest_are_dropped_and_counted() {
        let mut queue = Queue::default();
        (0..MOST_WAITING + 3).for_each(|number| queue.push(number.to_string()));
        assert_eq!((queue.waiting.len(), queue.dropped), (MOST_WAITING, 3));
        assert_eq!(queue.waiting.front().map(|(_, body)| body.as_str()), Some("3"));
        queue.done(2);
        assert_eq!(queue.waiting.len(), MOST_WAITING, "it was dropped while on its way");
        queue.done(3);
        assert_eq!(queue.waiting.len(), MOST_WAITING - 1);
    }

    #[test]
    fn what_is_final_and_what_is_tried_again() {
        let is_taken = |answer| matches!(Attempt::of(answer), Attempt::Taken);
        let is_final = |answer| matches!(Attempt::of(answer), Attempt::Refused(_));
        assert!(is_taken(Ok(200)) && is_taken(Ok(204)) && !is_taken(Ok(302)));
        assert!(is_final(Ok(404)) && !is_final(Ok(429)) && !is_final(Ok(503)));
        assert!(!is_final(Err("refused".to_owned())));
    }

    #[test]
    fn a_server_that_comes_back_gets_all_in_order() {
        let shared = Shared::default();
        ["one", "two", "three"].iter().for_each(|body| shared.lock().push((*body).to_owned()));
        let (taken, failures) = (std::cell::RefCell::new(Vec::new()), std::cell::Cell::new(1));
        let mut news = Vec::new();
        let post = |body: &str| {
            if failures.replace(0) > 0 {
                return Err("nobody is there".to_owned());
            }
            taken.borrow_mut().push(body.to_owned());
            if taken.borrow().len() == 3 {
                shared.lock().is_closing = true;
            }
            Ok(if body == "two" { 404 } else { 200 })
        };
        post_all(&shared, post, &mut |told| news.push(told));
        assert_eq!(*taken.borrow(), ["one", "two", "three"]);
        let reason = "nobody is there".to_owned();
        let fails = WebhookNews::Fails { reason, waiting: 3, dropped: 0 };
        assert_eq!(news, [fails, WebhookNews::Works, WebhookNews::Refused { status: 404 }]);
    }
}
