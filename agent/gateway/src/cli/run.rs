//! `millwatt run`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::{Failure, say};
use crate::alarm::{Deliver as _, Webhook};
use crate::figures::local_time;
use crate::form;
use crate::language::Language;
use crate::live::Server;
use crate::report::Page;
use crate::retention::Retired;
use crate::run::node::{self, NodeNews};
use crate::run::{Acknowledged, Board, Keeper, Progress, collect, wall_clock};
use crate::site_file::{self, Compiled, UplinkPlan};
use crate::store;
use crate::trust::Ledger;
use crate::uplink::{Source, Tell, UplinkNews, Uplinks};
use crate::writer::{MOST_WAITING, Writer};
use millwatt::time::Zone;
use millwatt_agent::log::Recovery;
use serde_json::{Value, json};
use tokio::sync::watch;

const _: () = assert!(MOST_WAITING == 1_000_000, "what `run` tells people says so");

/// Poll the site's meters on the grid and keep what they say
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt run site.toml --data data
  millwatt run site.toml --data data --listen 127.0.0.1:8765
  millwatt run site.toml --data data --json

With --json each line is an object; {\"event\":\"watermark\", epoch, sequence, readings} means that every
reading up to there is on the disk and survives a power cut.

While the disk refuses, readings wait in memory and the disk is tried again every two seconds. Memory
keeps 1,000,000 of them: the oldest beyond are dropped, and told as \"dropped\", counted from the start.")]
pub(super) struct Arguments {
    /// The site file
    site: PathBuf,
    /// The folder that keeps the log
    #[arg(long)]
    data: PathBuf,
    /// Serve the live page, /api, /metrics and /health there; nothing is served unless asked for
    #[arg(long)]
    listen: Option<SocketAddr>,
    /// The folder that holds the built page
    #[arg(long)]
    page: Option<PathBuf>,
    /// Serve the shop-floor form there; by TLS beyond this machine
    #[arg(long)]
    form: Option<SocketAddr>,
    /// Serve the form without TLS: PINs can be read on the network
    #[arg(long, requires = "form")]
    plain_http: bool,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let site = site_file::read(&arguments.site).map_err(Failure::problem)?;
    let manifest =
        store::manifest_for(&arguments.data, &site.manifest).map_err(Failure::problem)?;
    let mut writer = Writer::open(&arguments.data, manifest).map_err(Failure::problem)?;
    let waits_for = site.uplinks.iter().filter_map(UplinkPlan::waits_for);
    writer.set_retention(site.retention, waits_for.collect());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(Failure::problem)?.block_on(run_until_stopped(arguments, &site, writer))
}

async fn run_until_stopped(
    arguments: &Arguments,
    site: &Compiled,
    writer: Writer,
) -> Result<(), Failure> {
    let (json, board) = (arguments.json, Board::of(site));
    let mut serving = tokio::task::JoinSet::new();
    if let Some(address) = arguments.listen {
        let page = Page::find(arguments.page.as_deref()).map_err(Failure::problem)?;
        let server =
            Server::bind(address, page, &arguments.data).await.map_err(Failure::problem)?;
        if let Some(address) = server.address() {
            let line = json!({ "event": "serving", "url": format!("http://{address}/") });
            tell(json, &format!("live page: http://{address}/"), line);
        }
        serving.spawn(server.showing(board.clone()).serve());
    }
    let recovery = writer.recovery();
    let started = format!(
        "{}: {} channels into {}{}; Ctrl-C stops",
        site.name,
        site.channels.len(),
        arguments.data.display(),
        found(&recovery)
    );
    tell(
        json,
        &started,
        json!({ "event": "started", "torn_bytes": recovery.torn, "damaged_bytes": recovery.damaged }),
    );
    tell_signer(json, writer.ledger(), &arguments.data);
    let (desk, orders) = form::desk();
    if let Some(at) = arguments.form {
        let form = form::Form::open(&arguments.data, &site.manifest, desk);
        let form = form.map_err(Failure::problem)?;
        let server = form::Server::bind(at, form, &arguments.data, arguments.plain_http).await;
        let server = server.map_err(Failure::problem)?;
        tell(json, &server.announcement(), server.told());
        serving.spawn(server.serve());
    }
    let tell_uplinks: Tell = Arc::new(move |news: UplinkNews| tell_uplink(json, &news));
    let (key, durable) = (writer.ledger().key().clone(), writer.watermark());
    let source = Source {
        data: &arguments.data,
        key: &key,
        watermark: durable,
        board: &board,
        alarms: &site.alarms,
    };
    let uplinks = Uplinks::start(&site.uplinks, source, &tell_uplinks);
    let keeper = Keeper::start(writer).showing(board);
    let (stop, stopped) = watch::channel(false);
    let (mut dropped, alarms) = (0, Bell::new(json, site, uplinks));
    let told = |progress| {
        alarms.ring(&progress);
        report(json, &progress, &mut dropped);
    };
    tokio::select! {
        () = collect(site, &keeper, stopped, told) => {}
        () = node::hear(&site.nodes, &arguments.data, |news| tell_node(json, &news)) => {}
        () = orders.keep(&keeper, |progress| report(json, &progress, &mut 0)) => {}
        () = async { wait_for_signal().await; let _ = stop.send(true); std::future::pending().await } => {}
    }
    let end = keeper.stop();
    alarms.stop(json);
    serving.shutdown().await;
    let (lost, dropped) = end.map_or((0, dropped), |writer| (writer.waiting(), writer.dropped()));
    tell_end(json, lost, dropped)
}

/// How long what is on its way may take at the end.
const FAREWELL: Duration = Duration::from_secs(2);

/// Where news go beside the screen.
struct Bell {
    webhook: Option<Webhook>,
    uplinks: Uplinks,
}

impl Bell {
    fn new(json: bool, site: &Compiled, uplinks: Uplinks) -> Self {
        let news = move |news: &dyn std::fmt::Display| {
            let line = json!({ "event": "webhook", "message": news.to_string() });
            tell(json, &news.to_string(), line);
        };
        let start = |url: &str| Webhook::start(url, move |told| news(&told));
        Self { webhook: site.alarms.webhook.as_deref().map(start), uplinks }
    }

    fn ring(&self, progress: &Progress) {
        match progress {
            Progress::Alarm(event) => {
                self.webhook.iter().for_each(|webhook| webhook.deliver(event));
                self.uplinks.alarm(event);
            }
            Progress::Acknowledged(kept) => self.uplinks.durable(kept.watermark),
            _ => {}
        }
    }

    /// Gives what waits a moment to go out, and says what did not.
    fn stop(self, json: bool) {
        self.uplinks.stop(FAREWELL);
        let left = self.webhook.map_or(0, |webhook| webhook.stop(FAREWELL));
        if left > 0 {
            let line = json!({ "event": "undelivered", "alarms": left });
            tell(json, &format!("{left} alarms were not delivered"), line);
        }
    }
}

/// Says whether all that was read is kept.
fn tell_end(json: bool, lost: usize, dropped: u64) -> Result<(), Failure> {
    let more = and_dropped(dropped);
    if lost > 0 {
        let message = format!("stopped with {lost} readings that the disk did not take{more}");
        return Err(Failure::Problem(message));
    }
    let sentence = match dropped {
        0 => "stopped; everything read is kept".to_owned(),
        _ => format!("stopped{more}"),
    };
    tell(json, &sentence, json!({ "event": "stopped", "dropped": dropped }));
    Ok(())
}

/// The readings that are gone for good, as the end of a sentence; nothing when there are none.
fn and_dropped(dropped: u64) -> String {
    match dropped {
        0 => String::new(),
        _ => format!(
            "; {dropped} of the oldest readings were dropped: memory keeps 1,000,000 while the disk refuses"
        ),
    }
}

/// Says under which name and key the log is signed, and if the name had to change.
fn tell_signer(json: bool, ledger: &Ledger, folder: &Path) {
    let (origin, key) = (ledger.key().origin(), ledger.key().verifier());
    if let Some(leaves) = ledger.lost() {
        let line = json!({ "event": "lost_end", "leaves": leaves, "origin": origin });
        let sentence = format!(
            "the end of the signed log is gone, {leaves} spans of readings that were published; a new log \
             begins as {origin}, the old one can still be checked up to where it ends"
        );
        tell(json, &sentence, line);
    }
    let sentence = format!(
        "signed as {origin}, key {}; keep a copy of {} where the log is not",
        key.fingerprint(),
        folder.join("device.key").display()
    );
    let line = json!({ "event": "signed", "origin": origin, "verifier_key": key.to_string() });
    tell(json, &sentence, line);
}

/// What recovery found, in words; nothing when all was sound.
fn found(recovery: &Recovery) -> String {
    let mut text = String::new();
    if recovery.torn > 0 {
        text += &format!(" ({} bytes of a torn frame cut off)", recovery.torn);
    }
    if recovery.damaged > 0 {
        text += &format!(" ({} damaged bytes passed over; they show as gaps)", recovery.damaged);
    }
    text
}

/// Says what there is to tell of an uplink.
fn tell_uplink(json: bool, news: &UplinkNews) {
    if json {
        say(news.json());
    } else if let Some(sentence) = news.sentence() {
        say(format_args!("{} {sentence}", local_time(Zone::new(&[]), wall_clock())));
    }
}

/// Returns at Ctrl-C or when the service manager asks to end.
pub(super) async fn wait_for_signal() {
    let mut terminate =
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(terminate) => terminate,
            Err(_) => return std::future::pending().await,
        };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

/// Says what there is to tell of a node.
fn tell_node(json: bool, news: &NodeNews) {
    if json {
        say(news.json());
    } else if let Some(sentence) = news.sentence() {
        say(format_args!("{} {sentence}", local_time(Zone::new(&[]), wall_clock())));
    }
}

fn tell(json: bool, sentence: &str, line: Value) {
    if json { say(line) } else { say(sentence) }
}

/// Tells programs what is durable; people hear of it only when readings were dropped before. `dropped` is what they
/// were told last.
fn report_kept(json: bool, at: &str, kept: &Acknowledged, dropped: &mut u64) {
    let Acknowledged { watermark, readings, dropped: now } = *kept;
    let (epoch, sequence) = (watermark.epoch, watermark.sequence);
    if json {
        say(
            json!({ "event": "watermark", "epoch": epoch, "sequence": sequence, "readings": readings, "dropped": now }),
        );
    } else if now > *dropped {
        say(format_args!("{at} the disk takes readings again{}", and_dropped(now)));
    }
    *dropped = now;
}

fn report(json: bool, progress: &Progress, dropped: &mut u64) {
    let at = local_time(Zone::new(&[]), wall_clock());
    match progress {
        Progress::Acknowledged(kept) => report_kept(json, &at, kept, dropped),
        Progress::Fault { asset, message } => {
            let line = json!({ "event": "fault", "at": at, "asset": asset, "message": message });
            tell(json, &format!("{at} {message}"), line);
        }
        Progress::Alarm(event) => {
            tell(json, &format!("{at} {}", event.sentence(Language::spoken())), event.json());
        }
        Progress::Retired(Retired { page, up_to }) => {
            let up_to = up_to.map(|up_to| local_time(Zone::new(&[]), up_to)).unwrap_or_default();
            let line = json!({ "event": "retired", "at": at, "page": page, "up_to": up_to });
            let sentence = format!(
                "{at} page {page} deleted, as the site file says; its readings went up to {up_to}, their roots stay"
            );
            tell(json, &sentence, line);
        }
        Progress::Answers { asset } => {
            let line = json!({ "event": "answers", "at": at, "asset": asset });
            tell(json, &format!("{at} meter of `{asset}` answers again"), line);
        }
        Progress::Disk { message, waiting, dropped } => {
            let line = json!({ "event": "disk", "at": at, "message": message, "waiting": waiting, "dropped": dropped });
            let more = and_dropped(*dropped);
            tell(json, &format!("{at} {message} ({waiting} readings wait in memory{more})"), line);
        }
    }
}
