//! `millwatt cosign`.

use std::path::PathBuf;
use std::time::SystemTime;

use super::{Failure, say};
use crate::trust::cosign::Cosigner;

/// Check a log and sign its newest checkpoint beside the device, as a server, an auditor or a province does
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  millwatt cosign --data copy-of-data --name example.org/province --key province.key --kept kept

The newest checkpoint is kept in the folder --kept with both signatures. The next time the log must be a later
state of it: a history that was cut off or rewritten is refused and named. Anybody checks with
  millwatt verify --data data --checkpoint kept/….checkpoint --cosigner VERIFIER-KEY")]
pub(super) struct Arguments {
    /// The folder that holds the log, or a copy of it
    #[arg(long)]
    data: PathBuf,
    /// The name to sign under, made up like a web address
    #[arg(long)]
    name: String,
    /// The file with the signing key; made if there is none, readable by its owner alone
    #[arg(long)]
    key: PathBuf,
    /// The folder that keeps what was cosigned
    #[arg(long)]
    kept: PathBuf,
}

pub(super) fn cosign(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { data, name, key, kept } = arguments;
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let time =
        time.map_err(|_| Failure::Problem("the clock is before 1970; set it first".to_owned()))?;
    let cosigner = Cosigner { name, key, kept };
    let (path, verifier) = cosigner.cosign(data, time.as_secs()).map_err(Failure::problem)?;
    say(format_args!("{}: cosigned", path.display()));
    say(format_args!("verifier key {verifier}"));
    Ok(())
}
