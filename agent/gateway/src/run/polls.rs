//! All buses of a site, each polled on a task of its own, so that a dead one delays nobody.

use super::line::{Heard, Line};
use super::{Dial, Polled, Watch};
use crate::site_file::{Bus, Compiled};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The buses of a site at work.
pub struct Polls {
    watch: Watch,
    dial: Option<Dial>,
    lines: Vec<Line>,
    tasks: JoinSet<()>,
    said: mpsc::Sender<Heard>,
    heard: mpsc::Receiver<Heard>,
    /// Counts the descriptions of the site.
    description: u64,
}

impl std::fmt::Debug for Polls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Polls").field("lines", &self.lines).finish_non_exhaustive()
    }
}

impl Polls {
    /// Starts to poll every bus of a site; in a simulated plant, where there is one.
    #[must_use]
    pub fn start(site: &Compiled, watch: &Watch, dial: Option<Dial>) -> Self {
        let (said, heard) = mpsc::channel(64);
        let (lines, tasks, watch) = (Vec::new(), JoinSet::new(), watch.clone());
        let mut polls = Self { watch, dial, lines, tasks, said, heard, description: 0 };
        polls.poll_new(site);
        polls
    }

    /// What the next round on a bus gives.
    pub async fn round(&mut self) -> Option<Polled> {
        loop {
            if let Heard::Polled(_, polled) = self.hear().await? {
                return Some(polled);
            }
        }
    }

    /// Ends all tasks.
    pub async fn stop(&mut self) {
        self.tasks.shutdown().await;
    }

    /// What the next of the tasks says.
    pub(super) async fn hear(&mut self) -> Option<Heard> {
        self.heard.recv().await
    }

    /// Which of the site's descriptions is the newest.
    pub(super) const fn description(&self) -> u64 {
        self.description
    }

    /// Starts to poll the buses that are not polled yet.
    pub(super) fn poll_new(&mut self, site: &Compiled) {
        for bus in &site.buses {
            if !self.lines.iter().any(|line| line.is_of(bus)) {
                let Self { said, watch, dial, description, .. } = self;
                let (line, work) = Line::new(bus, *description, said, watch, dial.as_ref());
                self.tasks.spawn(work.poll());
                self.lines.push(line);
            }
        }
    }

    /// Hands a new description to the buses; gives how many have to follow it yet.
    pub(super) fn describe(&mut self, buses: &[Bus]) -> usize {
        self.description += 1;
        let (description, mut behind) = (self.description, 0);
        self.lines.retain_mut(|line| {
            let bus = buses.iter().find(|bus| line.is_of(bus));
            behind += usize::from(line.change(description, bus));
            bus.is_some()
        });
        behind
    }
}
