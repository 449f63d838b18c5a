//! `millwatt check`.

use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::alarm::thresholds::proposals;
use crate::commission::{self, Display, Found, Snapshot};
use crate::file_log::read_archive;
use crate::language::Language;
use crate::retention::TAIL;
use crate::site_file::{self, Rows};
use millwatt::time::Span;
use millwatt::wire::{Record, records};

/// Judge a site file: what is wrong, in which line, and what was expected; with --live also how its meters are wired
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt check site.toml
  millwatt check site.toml --data data                         # thresholds of machine states, from the first days
  millwatt check site.toml --live                              # ask every meter; run it while the machines run
  millwatt check site.toml --live --display main=12345.6       # what the meter's own display says, in kWh")]
pub(super) struct Arguments {
    /// The site file
    site: PathBuf,
    /// Print what the file comes to as JSON; with --live [{asset, name, fault, sentence}]
    #[arg(long)]
    json: bool,
    /// Ask every meter and judge what it shows: direction and order of transformers, sums, ratios, registers
    #[arg(long)]
    live: bool,
    /// What a meter's display says, as ASSET=KWH; may be given several times
    #[arg(long, value_name = "ASSET=KWH", requires = "live", value_parser = display)]
    display: Vec<Display>,
    /// Propose idle_kw and running_kw of machines without them, by what this log has seen
    #[arg(long, conflicts_with = "live")]
    data: Option<PathBuf>,
    /// The language of findings; by LC_ALL or LANG when left out
    #[arg(long, value_enum)]
    lang: Option<Language>,
}

fn display(text: &str) -> Result<Display, String> {
    let (asset, kwh) = text.split_once('=').ok_or("expected ASSET=KWH, such as main=12345.6")?;
    let kwh: f64 = kwh.trim().parse().map_err(|_| format!("`{kwh}` is no number of kWh"))?;
    match kwh.is_finite() && kwh >= 0.0 {
        true => Ok(Display { asset: asset.trim().to_owned(), kwh }),
        false => Err(format!("`{kwh}` is no number of kWh")),
    }
}

pub(super) fn check(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.live {
        return live(arguments);
    }
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
    if let Some(folder) = &arguments.data {
        propose(folder, arguments.lang.unwrap_or_else(Language::spoken))?;
    }
    let days = days_in_flash(readings_a_day(&site));
    if days < TAIL_DAYS {
        say(format_args!(
            "that is less than the {TAIL_DAYS:.0} days that a server may ask for again: poll less often, or give the node \
             more flash"
        ));
    }
    Ok(())
}

/// Thresholds for machines whose state follows from power, as the first days' histogram has them.
fn propose(folder: &Path, language: Language) -> Result<(), Failure> {
    let archive = read_archive(folder).map_err(Failure::problem)?;
    for proposal in proposals(&archive).map_err(Failure::problem)? {
        say(proposal.sentence(language));
        proposal.toml().into_iter().for_each(say);
    }
    Ok(())
}

fn live(arguments: &Arguments) -> Result<(), Failure> {
    let site =
        site_file::read_rows(&arguments.site, Rows::Commissioning).map_err(Failure::problem)?;
    let meters: Vec<&str> =
        site.buses.iter().flat_map(|bus| &bus.meters).map(|meter| meter.asset.as_str()).collect();
    if let Some(stranger) =
        arguments.display.iter().find(|display| !meters.contains(&&*display.asset))
    {
        let message = format!(
            "--display: `{}` has no meter; expected one of: {}",
            stranger.asset,
            meters.join(", ")
        );
        return Err(Failure::Usage(message));
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::problem)?;
    let progress = |round, of| eprintln!("reading every meter, {round} of {of}");
    let shown = runtime.block_on(commission::look(&site, progress)).map_err(Failure::problem)?;
    let found = commission::judge(&shown, &arguments.display);
    let language = arguments.lang.unwrap_or_else(Language::spoken);
    if arguments.json {
        let row = |found: &Found| {
            serde_json::json!({
                "asset": found.asset, "name": found.name, "fault": found.is_fault, "sentence": found.sentence(language),
            })
        };
        say(serde_json::Value::from_iter(found.iter().map(row)));
    } else {
        shown.iter().map(line).for_each(say);
        found.iter().map(|found| found.sentence(language)).for_each(say);
    }
    match found.iter().filter(|found| found.is_fault).count() {
        0 => Ok(()),
        1 => Err(Failure::Problem("1 thing to put right".to_owned())),
        count => Err(Failure::Problem(format!("{count} things to put right"))),
    }
}

/// What a meter shows, in a line.
fn line(shown: &Snapshot) -> String {
    let three = |values: &[Option<f64>; 3], digits: usize| -> String {
        let values = values.iter().flatten().map(|value| format!("{value:.digits$}"));
        values.collect::<Vec<_>>().join(" / ")
    };
    let kilo =
        |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{:.2}", value / 1e3));
    format!(
        "{:<16} {} V, {} A, {} kW, {} kWh",
        shown.asset,
        three(&shown.volts, 1),
        three(&shown.amperes, 2),
        kilo(shown.power()),
        kilo(shown.counted.map(|(_, last, _)| last))
    )
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
