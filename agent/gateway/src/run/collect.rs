//! Polling by the wall clock, of a site that may be described anew meanwhile.
//!
//! # How a site is described anew without a gap
//!
//! Every bus goes on by its new description after the meter that it asks just then; connections stay open, and no
//! meter is asked twice for one instant, nor left out. Channels have other numbers under another description, so
//! what buses read by the new one is held until the last has left the old one: the time of one meter's answer. Then
//! the log states the new description and takes what was held.

use super::line::Heard;
use super::{FaultBook, Keeper, Polls, Progress, Watch, milliseconds};
use crate::alarm::Alarms;
use crate::site_file::Compiled;
use std::sync::Arc;
use tokio::sync::{mpsc, watch};
use tokio::time::Interval;

/// From one attempt to the next while the disk refuses, so that it takes all again within five seconds of its mending,
/// however rare commits are.
const RETRY_EVERY: std::time::Duration = std::time::Duration::from_secs(2);

/// How often alarms that wait for time to pass are looked at.
const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(1);

/// Polls by the wall clock until `stop` changes; from then on that a site comes out of `sites`, polls that.
pub async fn collect(
    site: &Compiled,
    keeper: &Keeper,
    mut stop: watch::Receiver<bool>,
    mut sites: mpsc::Receiver<Arc<Compiled>>,
    mut tell: impl FnMut(Progress),
) {
    let mut collector = Collector::start(site, keeper);
    let (mut retries, mut is_kept) = (ticks(RETRY_EVERY), true);
    let mut looks = ticks(LOOK_EVERY);
    loop {
        let Collector { watch, polls, commits, change, .. } = &mut collector;
        tokio::select! {
            Some(heard) = polls.hear() => collector.hear(heard, &mut tell),
            Some(site) = sites.recv(), if change.is_none() => collector.begin(site, &mut tell),
            _ = looks.tick() => collector.look(&mut tell),
            _ = commits.tick() => is_kept = keeper.commit(watch.now(), &mut tell).await,
            _ = retries.tick(), if !is_kept => {
                is_kept = keeper.retry(watch.now(), &mut tell).await;
            }
            _ = stop.changed() => break,
        }
    }
    collector.stop(&mut tell).await;
}

/// The buses of a site and what is made of their readings.
struct Collector<'a> {
    keeper: &'a Keeper,
    watch: Watch,
    polls: Polls,
    change: Option<Change>,
    commits: Interval,
    faults: FaultBook,
    alarms: Alarms,
}

/// A new description on its way to the buses.
struct Change {
    site: Arc<Compiled>,
    /// Buses that go by the old one yet.
    behind: usize,
    /// What others have read by the new one.
    held: Vec<super::Polled>,
}

impl<'a> Collector<'a> {
    fn start(site: &Compiled, keeper: &'a Keeper) -> Self {
        let watch = Watch::start();
        Self {
            keeper,
            polls: Polls::start(site, &watch, None),
            watch,
            change: None,
            commits: ticks(milliseconds(site.commit_every)),
            faults: FaultBook::default(),
            alarms: Alarms::new(&site.alarms),
        }
    }

    fn hear(&mut self, heard: Heard, tell: &mut impl FnMut(Progress)) {
        match (heard, &mut self.change) {
            (Heard::Polled(description, polled), Some(change))
                if description == self.polls.description() =>
            {
                change.held.push(polled);
            }
            (Heard::Polled(_, polled), _) => self.take(polled, tell),
            (Heard::Follows, Some(change)) => {
                change.behind -= 1;
                self.change_over_if_all_follow(tell);
            }
            (Heard::Follows, None) => {}
        }
    }

    fn take(&mut self, polled: super::Polled, tell: &mut impl FnMut(Progress)) {
        self.faults.take(&polled, tell);
        self.alarms.take(&polled.readings).into_iter().for_each(|event| tell(event.into()));
        self.keeper.take(polled, self.watch.now().at);
    }

    fn look(&mut self, tell: &mut impl FnMut(Progress)) {
        self.keeper.beat();
        let now = self.watch.now().at;
        self.alarms.tick(now).into_iter().for_each(|event| tell(event.into()));
    }

    /// Hands a new description to the buses.
    fn begin(&mut self, site: Arc<Compiled>, tell: &mut impl FnMut(Progress)) {
        let behind = self.polls.describe(&site.buses);
        self.change = Some(Change { site, behind, held: Vec::new() });
        self.change_over_if_all_follow(tell);
    }

    fn change_over_if_all_follow(&mut self, tell: &mut impl FnMut(Progress)) {
        let Some(Change { site, held, .. }) = self.change.take_if(|change| change.behind == 0)
        else {
            return;
        };
        self.faults.follow(&site);
        self.alarms.follow(&site.alarms);
        self.keeper.restate(&site);
        self.commits = ticks(milliseconds(site.commit_every));
        self.polls.poll_new(&site);
        tell(Progress::Described(site));
        held.into_iter().for_each(|polled| self.take(polled, tell));
    }

    /// Makes durable what was read.
    async fn stop(mut self, tell: &mut impl FnMut(Progress)) {
        self.polls.stop().await;
        if let Some(Change { site, held, .. }) = self.change.take() {
            self.keeper.restate(&site);
            held.into_iter().for_each(|polled| self.keeper.take(polled, self.watch.now().at));
        }
        self.keeper.commit(self.watch.now(), tell).await;
    }
}

/// Ticks now and then at a distance; one that comes late puts off those behind it.
fn ticks(every: std::time::Duration) -> Interval {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks
}
