//! 128 Modbus TCP meters of which 64 misbehave in eight ways: the others miss no poll and are asked in time.
//!
//! For hours of simulated time through pipes, and for seconds through sockets with the command itself.
//! `MILLWATT_TOXIC_HOURS` says how many hours; 1 where it is not set.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use millwatt::archive::Archive;
use millwatt::reading::Sample;
use millwatt::series::Series as _;
use millwatt::site::Quantity;
use millwatt::time::{Instant, Period, Span};
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::run::{Dial, Dialled, Polls, Watch};
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;
use millwatt_tests::rig::{self, Running};
use millwatt_tests::toxics::{self, EVERY, METERS, Manner, Meters, Punctuality};
use tokio::task::JoinSet;

/// A tenth of the period.
const JITTER: Duration = Duration::from_millis(100);
/// Monday, 5 January 2026, half a second after midnight UTC.
const BEGUN: Instant = Instant::from_unix_milliseconds(1_767_571_200_500);
/// Memory that a run may gain after its start, kB: pages of the allocator, not a leak by the hour.
const MOST_GAIN: u64 = 2_048;

fn hours() -> i64 {
    let hours = std::env::var("MILLWATT_TOXIC_HOURS").ok();
    hours.map_or(1, |hours| hours.parse().expect("MILLWATT_TOXIC_HOURS is a whole number"))
}

/// Anonymous memory of a process, kB.
fn memory(process: &str) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).expect("a process");
    let row = text.lines().find_map(|line| line.strip_prefix("RssAnon:")).expect("of Linux");
    row.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn samples(archive: &Archive, meter: usize) -> Vec<Sample> {
    let parts = archive.parts().expect("a manifest");
    let site = parts.site();
    let asset = site.asset_named(&toxics::name(meter)).expect("the asset is in the manifest");
    let channel = site.channel_of(asset, Quantity::ActiveEnergy).expect("its channel too");
    archive.samples(channel, Period::new(Instant::MIN, Instant::MAX)).collect()
}

/// Every good meter has a reading at every second of a period, and no other meter has any.
fn check_log(data: &Path, from: Instant, to: Instant) -> u64 {
    let archive = read_archive(data).expect("a log");
    let mut kept = 0;
    for meter in 0..METERS {
        let samples = samples(&archive, meter);
        if Manner::of(meter) != Manner::Good {
            let manner = Manner::of(meter);
            assert_eq!(samples, [], "{manner:?}: what meter {meter} said is no answer");
            continue;
        }
        let inside = samples.iter().filter(|sample| from <= sample.at && sample.at < to);
        let instants = inside.map(|sample| sample.at);
        let seconds = (to - from).milliseconds() / 1_000;
        let due = (0..seconds).map(|second| from + Span::from_seconds(second));
        assert!(instants.eq(due), "meter {meter} missed a poll, or was asked out of its time");
        kept += seconds as u64;
    }
    kept
}

fn check_punctuality(seen: Punctuality, allowed: Duration) {
    let shortest = seen.shortest.expect("good meters were asked more than once");
    let (least, most) = (EVERY - allowed, EVERY + allowed);
    assert!(least <= shortest && seen.longest <= most, "{seen:?}: not within {allowed:?}");
}

fn dial(meters: Meters) -> Dial {
    let attempts = AtomicU64::new(0);
    Arc::new(move |address: &str| -> Dialled {
        let meter = address.trim_start_matches("meter-").split(':').next();
        let meter = meter.and_then(|number| number.parse().ok()).expect("meter-NUMBER:502");
        let attempt = attempts.fetch_add(1, Ordering::Relaxed);
        Box::pin(meters.clone().dial(meter, attempt))
    })
}

/// What a run of simulated time saw.
struct Seen {
    /// Tasks alive after the first minutes, and the most later on.
    tasks: (usize, usize),
    punctuality: Punctuality,
}

async fn poll_for(hours: i64, data: &Path) -> Seen {
    let text = toxics::site(|meter| format!("{}:502", toxics::name(meter)));
    let site = site_file::parse("site.toml", &text).unwrap_or_else(|error| panic!("{error}"));
    let mut writer = Writer::open(data, site.manifest.clone()).expect("the folder opens");
    let (watch, meters) = (Watch::starting_at(BEGUN), Meters::default());
    let mut polls = Polls::start(&site, &watch, Some(dial(meters.clone())));
    let (minute, end) = (Span::from_minutes(1), BEGUN + Span::from_minutes(60).times(hours));
    let (mut commit_at, mut early, mut most) = (BEGUN + minute, None, 0);
    while watch.now().at < end {
        let polled = polls.round().await.expect("there are meters");
        writer.push(polled.readings);
        if watch.now().at < commit_at {
            continue;
        }
        commit_at = commit_at + minute;
        writer.set_clock(watch.now());
        writer.commit().expect("the disk takes it");
        writer.seal_due().expect("signed");
        if watch.now().at - BEGUN > minute.times(20) {
            let alive = tokio::runtime::Handle::current().metrics().num_alive_tasks();
            early.get_or_insert(alive);
            most = most.max(alive);
        }
    }
    polls.stop().await;
    writer.commit().expect("the disk takes it");
    let early = early.expect("more than twenty minutes");
    Seen { tasks: (early, most), punctuality: meters.punctuality() }
}

#[test]
fn for_hours_the_good_meters_miss_no_poll() {
    let (folder, hours) = (tempfile::tempdir().expect("a temporary folder"), hours());
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().start_paused(true).build().expect("a runtime");
    let Seen { tasks, punctuality: seen } = runtime.block_on(poll_for(hours, folder.path()));
    let first = BEGUN.floor(Span::from_seconds(1)) + Span::from_seconds(1);
    let last = BEGUN + Span::from_minutes(60).times(hours) - Span::from_seconds(2);
    let kept = check_log(folder.path(), first, last.floor(Span::from_seconds(1)));
    check_punctuality(seen, JITTER);
    assert!(tasks.1 <= tasks.0 + METERS, "tasks grew from {} to {}", tasks.0, tasks.1);
    println!(
        "{hours} h simulated, 64 of 128 meters toxic: {kept} polls of the good ones, none missed, from {:?} to {:?} apart",
        seen.shortest.unwrap_or_default(),
        seen.longest
    );
}

/// The longest that this machine itself let a thread wait beyond its time.
fn watch_the_machine(stop: &Arc<AtomicU64>) -> std::thread::JoinHandle<Duration> {
    let stop = stop.clone();
    std::thread::spawn(move || {
        let (nap, mut worst) = (Duration::from_millis(5), Duration::ZERO);
        while stop.load(Ordering::Relaxed) == 0 {
            let before = std::time::Instant::now();
            std::thread::sleep(nap);
            worst = worst.max(before.elapsed().saturating_sub(nap));
        }
        worst
    })
}

/// Processor time of a process so far: user and system, in hundredths of a second.
fn processor_time(process: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("a process");
    let after_name = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    after_name.split(' ').skip(11).take(2).map(|field| field.parse::<u64>().expect("a count")).sum()
}

#[test]
fn through_sockets_the_good_meters_miss_no_poll() {
    const SECONDS: u64 = 20;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
    let (mut tasks, stop) = (JoinSet::new(), Arc::new(AtomicU64::new(0)));
    let (meters, addresses) = runtime.block_on(async {
        let meters = Meters::default();
        let addresses = meters.listen(&mut tasks).await.expect("loopback has ports");
        (meters, addresses)
    });
    let site = toxics::site(|meter| addresses[meter].to_string());
    std::fs::write(path("site.toml"), site).expect("the site file can be written");
    let mut command = rig::millwatt();
    command.arg("run").arg(path("site.toml")).arg("--data").arg(path("data"));
    let mut run = Running::start(&mut command, &path("run.log"));
    let id = run.0.id();
    rig::wait_until("the good meters are asked", Duration::from_secs(20), || {
        meters.punctuality().asked >= 3 * METERS as u64 / 2
    });
    let machine = watch_the_machine(&stop);
    meters.forget();
    let (warm, cpu, from) = (memory(&id.to_string()), processor_time(id), wall());
    std::thread::sleep(Duration::from_secs(SECONDS));
    let (end, cpu, to) = (memory(&id.to_string()), processor_time(id) - cpu, wall());
    let seen = meters.punctuality();
    stop.store(1, Ordering::Relaxed);
    let stall = machine.join().expect("the thread ends");
    assert!(run.terminate().success());
    let second = Span::from_seconds(1);
    let kept = check_log(&path("data"), from.floor(second) + second, to.floor(second));
    check_punctuality(seen, JITTER + stall);
    assert!(end <= warm + MOST_GAIN * 2, "memory grew from {warm} to {end} kB in {SECONDS} s");
    println!(
        "{SECONDS} s through sockets, 64 of 128 meters toxic: {kept} polls of the good ones, none missed, from {:?} to \
         {:?} apart (this machine itself let a thread wait {stall:?}); {} % of a processor, {} kB gained",
        seen.shortest.unwrap_or_default(),
        seen.longest,
        cpu / SECONDS,
        end.saturating_sub(warm)
    );
}

fn wall() -> Instant {
    millwatt_gateway::run::wall_clock()
}
