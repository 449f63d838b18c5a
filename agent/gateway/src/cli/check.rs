//! `millwatt check`.

use std::path::PathBuf;

use super::{Failure, say};
use crate::retention::TAIL;
use crate::site_file;
use millwatt::time::Span;
use millwatt::wire::{Record, records};

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
            "readings_a_day": readings_a_day(&site),
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
    say(log_size(readings_a_day(&site)));
    let days = days_in_flash(readings_a_day(&site));
    if days < TAIL_DAYS {
        say(format_args!(
            "that is less than the {TAIL_DAYS:.0} days that a server may ask for again: poll less often, or give the node \
             more flash"
        ));
    }
    Ok(())
}

/// Bytes a reading in blocks of an hour in flash, heads of pages counted, and of a day in files, as the benches measure
/// them on eight channels of a machine; a site's own noise moves them.
const HOUR_BLOCKS: f64 = 0.57;
const DAY_BLOCKS: f64 = 0.36;
/// A node's flash less four pages of its journal.
const FLASH: f64 = 4_194_304.0 - 16_384.0;

const TAIL_DAYS: f64 = TAIL.milliseconds() as f64 / Span::DAY.milliseconds() as f64;

fn days_in_flash(readings_a_day: f64) -> f64 {
    FLASH / (readings_a_day * HOUR_BLOCKS).max(1.0)
}

fn log_size(readings_a_day: f64) -> String {
    format!(
        "log: {readings_a_day:.0} readings a day; about {:.0} kB a day in closed pages here; 4 MiB of a node's \
         flash would hold about {:.0} days",
        readings_a_day * DAY_BLOCKS / 1e3,
        days_in_flash(readings_a_day)
    )
}

fn readings_a_day(site: &site_file::Compiled) -> f64 {
    let every = |record| match record {
        Ok(Record::Channel(channel)) => Some(channel.every.milliseconds()),
        _ => None,
    };
    let a_day = |every: i64| 86_400_000.0 / every.max(1) as f64;
    records(&site.manifest).filter_map(every).map(a_day).sum()
}
