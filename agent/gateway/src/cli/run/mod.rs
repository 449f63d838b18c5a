//! `millwatt run`.

mod bell;
mod reload;
mod voice;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use super::journal::Weight;
use crate::form::{self, Form};
use crate::live::Server;
use crate::report::Page;
use crate::run::{Board, Keeper, Progress, collect, node};
use crate::service::{self, Service};
use crate::site_file::{self, Compiled, UplinkPlan};
use crate::store;
use crate::writer::{MOST_WAITING, Writer};
use bell::Bell;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use voice::{Voice, found};

const _: () = assert!(MOST_WAITING == 1_000_000, "what `run` tells people says so");

/// Poll the site's meters on the grid and keep what they say
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt run site.toml --data data
  millwatt run site.toml --data data --listen 127.0.0.1:8765
  millwatt run site.toml --data data --json

With --json each line is an object; {\"event\":\"watermark\", epoch, sequence, readings} means that every
reading up to there is on the disk and survives a power cut.

At SIGHUP the site file is read again. If it is wrong, what is wrong is told and the one before goes on; if it is right,
it holds from then on, and no reading of a meter that stayed is missed.

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
    let (runtime, ending) = runtime()?;
    let site = site_file::read(&arguments.site).map_err(Failure::problem)?;
    let manifest =
        store::manifest_for(&arguments.data, &site.manifest).map_err(Failure::problem)?;
    let mut writer = Writer::open(&arguments.data, manifest).map_err(Failure::problem)?;
    let waits_for = site.uplinks.iter().filter_map(UplinkPlan::waits_for);
    writer.set_retention(site.retention, waits_for.collect());
    runtime.block_on(run_until_stopped(arguments, site, writer, ending))
}

async fn run_until_stopped(
    arguments: &Arguments,
    site: Compiled,
    writer: Writer,
    ending: impl Future<Output = ()>,
) -> Result<(), Failure> {
    let (voice, board, site) = (Voice::new(arguments.json), Board::of(&site), Arc::new(site));
    let mut serving = JoinSet::new();
    serve_page(arguments, voice, &board, &mut serving).await?;
    tell_start(arguments, voice, &site, &writer);
    let (form, orders) = serve_form(arguments, voice, &site, &mut serving).await?;
    let mut bell = Bell::new(voice, &arguments.data, &board, &writer, &site);
    let keeper = Keeper::start(writer).showing(board.clone());
    let (stop, stopped) = watch::channel(false);
    let (ask, asked) = mpsc::channel(1);
    let (describe, described) = watch::channel(site.clone());
    let mut dropped = 0;
    let told = |progress| {
        if let Progress::Described(site) = &progress {
            form.iter().for_each(|form| form.restate(&site.manifest));
            describe.send_replace(site.clone());
        }
        bell.ring(&progress);
        voice.progress(&progress, &mut dropped);
    };
    tokio::select! {
        () = collect(&site, &keeper, stopped, asked, told) => {}
        () = hear_nodes(described, &arguments.data, voice) => {}
        () = orders.keep(&keeper, |progress| voice.progress(&progress, &mut 0)) => {}
        () = tell_service(&keeper, &board) => {}
        () = reload::at_hangup(&arguments.site, voice, ask, &stop) => {}
        () = stop_at_signal(ending, &stop) => {}
    }
    let end = keeper.stop();
    bell.stop();
    serving.shutdown().await;
    let (lost, dropped) = end.map_or((0, dropped), |writer| (writer.waiting(), writer.dropped()));
    voice.end(lost, dropped)
}

/// Hears the site's nodes; anew where a new description has others.
async fn hear_nodes(mut described: watch::Receiver<Arc<Compiled>>, data: &Path, voice: Voice) {
    loop {
        let nodes = described.borrow_and_update().nodes.clone();
        let are_others = |site: &Arc<Compiled>| site.nodes != nodes;
        tokio::select! {
            () = node::hear(&nodes, data, |news| voice.node(&news)) => {}
            site = described.wait_for(are_others) => drop(site),
        }
    }
}

/// Tells the service manager how it goes, where there is one; ends never.
async fn tell_service(keeper: &Keeper, board: &Board) {
    if let Some(mut service) = Service::of_environment() {
        service.tell(&keeper.pulse(), board).await;
    }
    std::future::pending().await
}

/// Asks the collector to end once a signal says so; ends never.
async fn stop_at_signal(ending: impl Future<Output = ()>, stop: &watch::Sender<bool>) {
    ending.await;
    end(stop);
    std::future::pending().await
}

fn end(stop: &watch::Sender<bool>) {
    service::stopping();
    stop.send_replace(true);
}

async fn serve_page(
    arguments: &Arguments,
    voice: Voice,
    board: &Board,
    serving: &mut JoinSet<()>,
) -> Result<(), Failure> {
    let Some(address) = arguments.listen else { return Ok(()) };
    let page = Page::find(arguments.page.as_deref()).map_err(Failure::problem)?;
    let server = Server::bind(address, page, &arguments.data).await.map_err(Failure::problem)?;
    if let Some(address) = server.address() {
        let line = json!({ "event": "serving", "url": format!("http://{address}/") });
        voice.tell(Weight::News, &format!("live page: http://{address}/"), line);
    }
    serving.spawn(server.showing(board.clone()).serve());
    Ok(())
}

/// Says what is collected from where into what.
fn tell_start(arguments: &Arguments, voice: Voice, site: &Compiled, writer: &Writer) {
    let recovery = writer.recovery();
    let started = format!(
        "{}: {} channels into {}{}; Ctrl-C stops",
        site.name,
        site.channels.len(),
        arguments.data.display(),
        found(&recovery)
    );
    let line = json!({ "event": "started", "torn_bytes": recovery.torn, "damaged_bytes": recovery.damaged });
    voice.tell(Weight::News, &started, line);
    voice.signer(writer.ledger(), &arguments.data);
}

/// Serves the form where it is asked for; the form, and what is handed in there.
async fn serve_form(
    arguments: &Arguments,
    voice: Voice,
    site: &Compiled,
    serving: &mut JoinSet<()>,
) -> Result<(Option<Form>, form::Orders), Failure> {
    let (desk, orders) = form::desk();
    let Some(at) = arguments.form else { return Ok((None, orders)) };
    let form = Form::open(&arguments.data, &site.manifest, desk).map_err(Failure::problem)?;
    let server = form::Server::bind(at, form.clone(), &arguments.data, arguments.plain_http).await;
    let server = server.map_err(Failure::problem)?;
    voice.tell(Weight::News, &voice.announcement(&server), server.told());
    serving.spawn(server.serve());
    Ok((Some(form), orders))
}

/// A runtime, and what ends at Ctrl-C or when the service manager asks to end: both are heard from now on.
pub(super) fn runtime() -> Result<(Runtime, impl Future<Output = ()>), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::problem)?;
    let inside = runtime.enter();
    let [mut interrupt, mut terminate] =
        [SignalKind::interrupt(), SignalKind::terminate()].map(|kind| signal(kind).ok());
    drop(inside);
    let ending = async move {
        tokio::select! {
            Some(()) = heard(&mut interrupt) => {}
            Some(()) = heard(&mut terminate) => {}
            else => std::future::pending().await,
        }
    };
    Ok((runtime, ending))
}

async fn heard(signal: &mut Option<Signal>) -> Option<()> {
    signal.as_mut()?.recv().await
}
