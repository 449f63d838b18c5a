//! `cargo demo`: the agent against a simulated factory.

use std::{
    io::{IsTerminal as _, Write as _},
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, Mutex},
    time::Duration,
};

use clap::Args;
use millwatt::time::{Instant, Span};
use millwatt_gateway::{
    file_log, import,
    live::{self, Server},
    report::Page,
    run::{Keeper, Progress, VirtualClock, collect_lockstep},
    site_file::{self, Compiled},
    writer::Writer,
};
use millwatt_tests::plant::{Plant, server, site};
use tokio::{runtime, sync::watch, task::JoinSet};

use crate::{interrupt, page, places, trouble::Trouble};

/// Runs the agent against a simulated factory and serves its live report.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Simulates the days, writes the report and ends.
    #[arg(long)]
    once: bool,
    /// How many days are simulated before the report is first written.
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u32,
    /// Where the live report is served on loopback.
    #[arg(long, default_value_t = 8765)]
    port: u16,
    /// Where log and report are kept.
    #[arg(long, value_name = "FOLDER", default_value = "target/demo")]
    dir: PathBuf,
    /// Another seed gives another month.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
}

const EXAMPLES: &str = "\
Examples:
  cargo demo                          runs until Ctrl-C
  cargo demo --once                   thirty days, then ends
  cargo demo --once --days 7 --dir /tmp/demo";

/// Monday, 6 April 2026, local midnight: the month sees the tariff hours change.
const START: Instant = Instant::from_unix_milliseconds(1_775_408_400_000);

/// Runs the demo.
pub fn run(options: &Options) -> Result<ExitCode, Trouble> {
    println!("1/3 the page");
    let page = page::ensure_page()?;
    let page = Page::find(Some(&page)).map_err(failed)?;
    interrupt::be_gentle();
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(failed)?.block_on(demonstrate(options, page))?;
    Ok(ExitCode::SUCCESS)
}

fn failed(error: impl std::fmt::Display) -> Trouble {
    Trouble::Failed(error.to_string())
}

/// The factory, the agent and what lies between them.
struct Demo<'a> {
    options: &'a Options,
    plant: Arc<Mutex<Plant>>,
    clock: Arc<VirtualClock>,
    site: Compiled,
    keeper: Keeper,
    stop: watch::Receiver<bool>,
    told: Instant,
}

async fn demonstrate(options: &Options, page: Page) -> Result<(), Trouble> {
    println!("2/3 the factory and its agent");
    let (data, report) = (options.dir.join("data"), options.dir.join("report.html"));
    start_afresh(&data)?;
    let clock = Arc::new(VirtualClock::new(START));
    let plant = Arc::new(Mutex::new(Plant::new(options.seed, START.unix_milliseconds())));
    let present = clock.clone();
    let present: server::Clock = Arc::new(move || present.now().unix_milliseconds());
    let servers = server::Servers::start(&plant, &present).await.map_err(failed)?;
    let site_path = options.dir.join("site.toml");
    places::write(&site_path, site::site_file(&servers))?;
    let site = site_file::read(&site_path).map_err(failed)?;
    let writer = Writer::open(&data, site.manifest.clone()).map_err(failed)?;

    let mut tasks = JoinSet::new();
    let server = bind(options.port, &page, &data).await?;
    let address = server.address().map(|address| format!("http://{address}/"));
    let address = address.unwrap_or_default();
    tasks.spawn(server.serve());
    println!(
        "    {} meters on loopback; site file {}",
        servers.addresses().len(),
        site_path.display()
    );
    println!("    live report: {address}");
    let (send, stop) = watch::channel(false);
    tasks.spawn(watch_for_interrupt(send));

    println!("3/3 {} days, minute by minute", options.days);
    let keeper = Keeper::start(writer);
    let mut demo = Demo { options, plant, clock, site, keeper, stop, told: START };
    for day in 1..=options.days {
        demo.live_until(START + Span::DAY.times(day.into())).await?;
        if *demo.stop.borrow() {
            break;
        }
        demo.show(day);
    }
    write_report(&data, &page, &report)?;
    println!("    report: {} (opens with no network)", report.display());
    if !options.once && !*demo.stop.borrow() {
        println!("    going on, a simulated minute a second, at {address}; Ctrl-C stops");
        demo.go_on().await?;
        write_report(&data, &page, &report)?;
    }
    demo.keeper.stop();
    tasks.shutdown().await;
    println!("done: site file, log and report are in {}", options.dir.display());
    Ok(())
}

impl Demo<'_> {
    /// Simulates until an instant and brings in what people reported meanwhile.
    async fn live_until(&mut self, until: Instant) -> Result<(), Trouble> {
        let mut disk = None;
        let Self { site, keeper, clock, stop, .. } = self;
        collect_lockstep(site, keeper, clock, until, stop.clone(), |progress| match progress {
            Progress::Acknowledged(_)
            | Progress::Retired(_)
            | Progress::Described(_)
            | Progress::Alarm(_) => {}
            Progress::Fault { message, .. } => println!("\r    {message}"),
            Progress::Answers { asset } => println!("\r    meter of `{asset}` answers again"),
            Progress::Disk { message, .. } => disk = Some(message),
        })
        .await;
        if let Some(message) = disk {
            return Err(Trouble::Failed(message));
        }
        self.report_events(self.clock.now()).await
    }

    /// The paper on the wall, by the same way as a user's.
    async fn report_events(&mut self, now: Instant) -> Result<(), Trouble> {
        let csv = {
            let plant = self.plant.lock().map_err(failed)?;
            plant.events_csv(self.told.unix_milliseconds(), now.unix_milliseconds())
        };
        self.told = now;
        if csv.lines().count() < 2 {
            return Ok(());
        }
        let path = self.options.dir.join("events.csv");
        places::write(&path, csv)?;
        let read = import::read_events(&path, "Asia/Ho_Chi_Minh").map_err(failed)?;
        let events: Vec<_> = read.events.iter().map(import::OwnedEvent::as_event).collect();
        let mut disk = None;
        let payload = millwatt::archive::emit_all(&events);
        self.keeper
            .events(payload, &mut |progress| {
                if let Progress::Disk { message, .. } = progress {
                    disk = Some(message);
                }
            })
            .await;
        disk.map_or(Ok(()), |message| Err(Trouble::Failed(message)))
    }

    fn show(&self, day: u32) {
        let days = self.options.days;
        let tty = std::io::stdout().is_terminal();
        if tty {
            print!("\r    day {day} of {days}");
            // Progress that cannot be shown is no failure.
            let _ = std::io::stdout().flush();
        } else if day.is_multiple_of(5) || day == days {
            println!("    day {day} of {days}");
        }
        if tty && day == days {
            println!();
        }
    }

    /// A simulated minute a second, until Ctrl-C.
    async fn go_on(&mut self) -> Result<(), Trouble> {
        let mut seconds = tokio::time::interval(Duration::from_secs(1));
        while !*self.stop.borrow() {
            seconds.tick().await;
            self.live_until(self.clock.now() + Span::from_minutes(1)).await?;
        }
        Ok(())
    }
}

async fn watch_for_interrupt(stop: watch::Sender<bool>) {
    while !interrupt::requested() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Whoever listened may be done already.
    let _ = stop.send(true);
}

/// Removes the log of an earlier demo, and nothing else.
fn start_afresh(data: &Path) -> Result<(), Trouble> {
    places::make_folder(data)?;
    let entries = std::fs::read_dir(data).map_err(failed)?;
    let logs = entries.flatten().map(|entry| entry.path());
    logs.filter(|path| path.extension().is_some_and(|suffix| suffix == "mwlog"))
        .try_for_each(|path| std::fs::remove_file(path).map_err(failed))
}

/// The live report's server; on any free port when the wanted one is taken.
async fn bind(port: u16, page: &Page, data: &Path) -> Result<Server, Trouble> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match Server::bind(at(port), page.clone(), data).await {
        Ok(server) => Ok(server),
        Err(error) => {
            println!("    {error}; taking a free port instead");
            Server::bind(at(0), page.clone(), data).await.map_err(failed)
        }
    }
}

fn write_report(data: &Path, page: &Page, report: &Path) -> Result<(), Trouble> {
    let archive = file_log::read_archive(data).map_err(failed)?;
    let entries = std::fs::read_dir(data).map_err(failed)?.flatten();
    let bytes: u64 =
        entries.filter_map(|entry| entry.metadata().ok()).map(|metadata| metadata.len()).sum();
    let readings = archive.length().max(1);
    println!(
        "    log: {readings} readings, {:.2} bytes each with heads and checksums",
        bytes as f64 / readings as f64
    );
    let title = live::title(&archive).ok_or_else(|| failed("the log holds no reading yet"))?;
    let log = live::packed_log(data).map_err(failed)?;
    places::write(report, page.pack(&title, &log))
}
