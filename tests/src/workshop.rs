//! The simulated workshop and its agent, run for some days under the lockstep clock.

use std::path::Path;
use std::sync::{Arc, Mutex};

use crate::plant::{Plant, server, site};
use millwatt::time::{Instant, Span};
use millwatt_gateway::run::{Keeper, Progress, VirtualClock, collect_lockstep};
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;

/// The workshop's seed.
pub const SEED: u64 = 11;
/// Monday, 2 March 2026, midnight in the factory's zone.
pub const START: Instant = Instant::from_unix_milliseconds(1_772_384_400_000);

/// Runs the workshop and its agent from [`START`] on; gives the faults told.
///
/// # Panics
/// When a rig cannot be set up.
pub fn simulate(folder: &Path, until: Instant) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let clock = Arc::new(VirtualClock::new(START - Span::from_minutes(1)));
        let plant = Arc::new(Mutex::new(Plant::new(SEED, START.unix_milliseconds())));
        let present = clock.clone();
        let present: server::Clock = Arc::new(move || present.now().unix_milliseconds());
        let servers = server::Servers::start(&plant, &present).await.expect("loopback has ports");
        let text = site::site_file(&servers);
        let site = site_file::parse("site.toml", &text).unwrap_or_else(|error| panic!("{error}"));
        let writer = Writer::open(folder, site.manifest.clone()).expect("a fresh folder");
        let keeper = Keeper::start(writer);
        let (_stop, stopped) = tokio::sync::watch::channel(false);
        let mut told = Vec::new();
        collect_lockstep(&site, &keeper, &clock, until, stopped, |progress| match progress {
            Progress::Acknowledged(_) | Progress::Retired(_) | Progress::Described(_) => {}
            other => told.push(format!("{other:?}")),
        })
        .await;
        keeper.stop();
        told
    })
}
