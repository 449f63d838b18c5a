//! `millwatt import`.

use super::Failure;

/// Bring in history: readings and events from CSV files
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {}

pub(super) fn import(_: &Arguments) -> Result<(), Failure> {
    Ok(())
}
