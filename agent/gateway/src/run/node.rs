//! Nodes: microcontrollers that keep a signed log of their own and send it here.
//!
//! Each has a folder `nodes/<name>` in the data folder, with its frames as they came, so that whoever checks them checks the
//! node's own signatures. A receipt goes out for what is on the disk; the node lets go of that and nothing else.
//!
//! The first key that is seen under a name is kept and its fingerprint told, to be compared with the node's label. Another one is
//! refused from then on. The packets of a line are not signed, the log in them is: whoever cuts into the line can
//! withhold frames and send old ones, but not change what is in the log unseen (`millwatt verify --data data/nodes/<name>`).

mod keep;
mod news;
mod session;

pub use keep::NodeLog;
pub use news::{NodeNews, What};

use std::path::{Path, PathBuf};

use crate::file_log::last_manifest;
use crate::site_file::NodePlan;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The folder of a data folder that holds those of nodes.
const FOLDER: &str = "nodes";

/// Where a node's log is kept.
#[must_use]
pub fn folder_of(data: &Path, name: &str) -> PathBuf {
    data.join(FOLDER).join(name)
}

/// The folders of nodes that have sent enough to be read, in the order of their names.
#[must_use]
pub fn folders(data: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data.join(FOLDER)).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    folders.retain(|folder| last_manifest(folder).is_ok_and(|manifest| manifest.is_some()));
    folders.sort();
    folders
}

/// Hears what all nodes send until it is dropped. Each keeps its own time.
pub async fn hear(nodes: &[NodePlan], data: &Path, mut tell: impl FnMut(NodeNews)) {
    let (send, mut news) = mpsc::channel(64);
    let mut tasks = JoinSet::new();
    for node in nodes {
        tasks.spawn(session::hear(node.clone(), folder_of(data, &node.name), send.clone()));
    }
    // With the last sender gone nothing more would be told: this one stays.
    let _kept = send;
    while let Some(news) = news.recv().await {
        tell(news);
    }
}
