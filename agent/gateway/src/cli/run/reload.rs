//! The site file read again when the program is asked to, by SIGHUP.

use std::io::IsTerminal as _;
use std::path::Path;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};

use super::voice::Voice;
use crate::site_file::{self, Compiled};

/// Reads the site file at each SIGHUP and hands on what it describes; what is wrong is told, and nothing changes.
/// Ends never.
pub(super) async fn at_hangup(
    path: &Path,
    voice: Voice,
    sites: mpsc::Sender<Arc<Compiled>>,
    stop: &watch::Sender<bool>,
) {
    let has_terminal = std::io::stdin().is_terminal();
    let Ok(mut hangups) = signal(SignalKind::hangup()) else { return std::future::pending().await };
    while hangups.recv().await.is_some() {
        if has_terminal && !std::io::stdin().is_terminal() {
            // Nobody asked for anything: the terminal was closed.
            super::end(stop);
            continue;
        }
        let path = path.to_owned();
        match tokio::task::spawn_blocking(move || site_file::read(&path)).await {
            Ok(Ok(site)) => {
                // Fails only when the collector has ended.
                let _ = sites.send(Arc::new(site)).await;
            }
            Ok(Err(error)) => voice.not_reloaded(&error),
            Err(error) => voice.not_reloaded(&error),
        }
    }
    std::future::pending().await
}
