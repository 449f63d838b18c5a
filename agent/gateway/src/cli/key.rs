//! `millwatt key`.

use std::path::PathBuf;

use super::{Failure, say};
use crate::trust::DeviceKey;
use crate::writer::Writer;
use crate::{file_log, trust};

/// Show the key that signs a log, make one, or replace it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt key --data data            print the public half and its fingerprint; makes the key at first
  millwatt key --data data --vkey     print the verifier key alone, for `millwatt verify --key`
  millwatt key --data data --rotate   replace the key; the old one vouches for the new

The secret half is data/device.key, readable by its owner alone. Keep a copy of it where the log is not.")]
pub(super) struct Arguments {
    /// The folder that holds the log
    #[arg(long)]
    data: PathBuf,
    /// Print the verifier key and nothing else
    #[arg(long)]
    vkey: bool,
    /// Make a new key; the log takes it in with the old key's signature
    #[arg(long, conflicts_with = "vkey")]
    rotate: bool,
}

pub(super) fn key(arguments: &Arguments) -> Result<(), Failure> {
    let folder = &arguments.data;
    if !folder.is_dir() {
        return Err(Failure::problem(file_log::DataError::Empty(folder.clone())));
    }
    if arguments.rotate {
        let manifest = file_log::last_manifest(folder).map_err(Failure::problem)?;
        let manifest =
            manifest.ok_or_else(|| Failure::problem(file_log::DataError::Empty(folder.clone())))?;
        let mut writer = Writer::open(folder, manifest).map_err(Failure::problem)?;
        writer.rotate_key().map_err(Failure::problem)?;
    }
    let key = DeviceKey::open(folder).map_err(Failure::problem)?;
    let verifier = key.verifier();
    if arguments.vkey {
        say(verifier);
        return Ok(());
    }
    say(format_args!("log          {}", key.origin()));
    say(format_args!("verifier key {verifier}"));
    say(format_args!("fingerprint  {}", verifier.fingerprint()));
    if let Some(note) = trust::ledger::published(folder) {
        say(format_args!("checkpoint   {}", folder.join("checkpoint").display()));
        for line in String::from_utf8_lossy(&note).lines() {
            say(format_args!("  {line}"));
        }
    }
    Ok(())
}
