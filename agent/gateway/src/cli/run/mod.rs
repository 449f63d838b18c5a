//! `millwatt run`.

mod bell;
mod voice;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::Failure;
use super::journal::Weight;
use crate::form;
use crate::live::Server;
use crate::report::Page;
use crate::run::{Board, Keeper, collect, node};
use crate::service::{self, Service};
use crate::site_file::{self, Compiled, UplinkPlan};
use crate::store;
use crate::uplink::{Source, Tell, UplinkNews, Uplinks};
use crate::writer::{MOST_WAITING, Writer};
use bell::Bell;
use serde_json::json;
use tokio::sync::watch;
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
    let (voice, board) = (Voice::new(arguments.json), Board::of(site));
    let mut serving = JoinSet::new();
    serve_page(arguments, voice, &board, &mut serving).await?;
    tell_start(arguments, voice, site, &writer);
    let orders = serve_form(arguments, voice, site, &mut serving).await?;
    let tell_uplinks: Tell = Arc::new(move |news: UplinkNews| voice.uplink(&news));
    let (key, durable) = (writer.ledger().key().clone(), writer.watermark());
    let source = Source {
        data: &arguments.data,
        key: &key,
        watermark: durable,
        board: &board,
        alarms: &site.alarms,
    };
    let uplinks = Uplinks::start(&site.uplinks, source, &tell_uplinks);
    let keeper = Keeper::start(writer).showing(board.clone());
    let (stop, stopped) = watch::channel(false);
    let (mut dropped, bell) = (0, Bell::new(voice, site, uplinks));
    let told = |progress| {
        bell.ring(&progress);
        voice.progress(&progress, &mut dropped);
    };
    tokio::select! {
        () = collect(site, &keeper, stopped, told) => {}
        () = node::hear(&site.nodes, &arguments.data, |news| voice.node(&news)) => {}
        () = orders.keep(&keeper, |progress| voice.progress(&progress, &mut 0)) => {}
        () = tell_service(&keeper, &board) => {}
        () = stop_at_signal(stop) => {}
    }
    let end = keeper.stop();
    bell.stop(voice);
    serving.shutdown().await;
    let (lost, dropped) = end.map_or((0, dropped), |writer| (writer.waiting(), writer.dropped()));
    voice.end(lost, dropped)
}

/// Tells the service manager how it goes, where there is one; ends never.
async fn tell_service(keeper: &Keeper, board: &Board) {
    if let Some(mut service) = Service::of_environment() {
        service.tell(&keeper.pulse(), board).await;
    }
    std::future::pending().await
}

/// Asks the collector to end once a signal says so; ends never.
async fn stop_at_signal(stop: watch::Sender<bool>) {
    wait_for_signal().await;
    service::stopping();
    let _ = stop.send(true);
    std::future::pending().await
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

/// Serves the form where it is asked for; what is handed in there.
async fn serve_form(
    arguments: &Arguments,
    voice: Voice,
    site: &Compiled,
    serving: &mut JoinSet<()>,
) -> Result<form::Orders, Failure> {
    let (desk, orders) = form::desk();
    if let Some(at) = arguments.form {
        let form = form::Form::open(&arguments.data, &site.manifest, desk);
        let form = form.map_err(Failure::problem)?;
        let server = form::Server::bind(at, form, &arguments.data, arguments.plain_http).await;
        let server = server.map_err(Failure::problem)?;
        voice.tell(Weight::News, &voice.announcement(&server), server.told());
        serving.spawn(server.serve());
    }
    Ok(orders)
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
