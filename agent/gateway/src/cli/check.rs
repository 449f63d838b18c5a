//! `millwatt check`.

use std::path::PathBuf;

use super::{Failure, say};
use crate::site_file;

/// Judge a site file: what is wrong, in which line, and what was expected
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  millwatt check site.toml")]
pub(super) struct Arguments {
    /// The site file
    site: PathBuf,
    /// Print what the file comes to as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn check(arguments: &Arguments) -> Result<(), Failure> {
    let site = site_file::read(&arguments.site).map_err(Failure::problem)?;
    let meters: usize = site.buses.iter().map(|bus| bus.meters.len()).sum();
    let reads = |bus: &site_file::Bus| -> usize {
        bus.meters.iter().map(|meter| meter.plan.reads().len()).sum()
    };
    if arguments.json {
        say(serde_json::json!({
            "site": site.name,
            "meters": meters,
            "channels": site.channels,
            "manifest_bytes": site.manifest.len(),
        }));
        return Ok(());
    }
    say(format_args!("{}: fine", arguments.site.display()));
    say(format_args!("{}: {meters} meters, {} channels", site.name, site.channels.len()));
    for bus in &site.buses {
        let assets: Vec<_> = bus.meters.iter().map(|meter| meter.asset.as_str()).collect();
        say(format_args!(
            "  {}: {} in {} reads a round",
            bus.address,
            assets.join(", "),
            reads(bus)
        ));
    }
    Ok(())
}
