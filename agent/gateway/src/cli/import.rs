//! `millwatt import`.

mod target;

use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::import::sources::Precision;
use crate::import::{self, ImportedChannel, Map, SeriesMap, Source, WallZone};
use crate::site_file;
use crate::store;
use millwatt::archive::Archive;
use serde_json::{Value, json};
use target::{Added, Target};

/// Bring in history: readings from files of other programs, or what people wrote down
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("readings").args(READINGS))]
#[command(after_help = HELP)]
pub(super) struct Arguments {
    /// The folder that keeps the log
    #[arg(long, required_unless_present = "suggest")]
    data: Option<PathBuf>,
    /// The site file; needed once, for a new folder
    #[arg(long)]
    site: Option<PathBuf>,
    #[command(flatten)]
    readings: Readings,
    /// What the columns or series of the file mean
    #[arg(long)]
    map: Option<PathBuf>,
    /// What the timestamps of line protocol are counted in
    #[arg(long, value_enum, default_value_t, requires = "line_protocol")]
    precision: Precision,
    /// Write a map with all that the file holds, to be edited, and import nothing
    #[arg(long, requires = "readings", conflicts_with_all = ["map", "events"])]
    suggest: bool,
    /// Events
    #[arg(long)]
    events: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// Files of readings, of which one is named.
#[derive(Debug, clap::Args)]
struct Readings {
    /// A table of readings
    #[arg(long)]
    csv: Option<PathBuf>,
    /// A sheet of readings of a workbook
    #[arg(long)]
    xlsx: Option<PathBuf>,
    /// InfluxDB: an export in line protocol, packed with gzip or not
    #[arg(long)]
    line_protocol: Option<PathBuf>,
    /// Prometheus: what `promtool tsdb dump` writes, or the JSON of a query
    #[arg(long)]
    prometheus: Option<PathBuf>,
    /// Home Assistant: statistics as CSV or JSON, or an exported history
    #[arg(long)]
    home_assistant: Option<PathBuf>,
    /// emoncms: a feed as CSV or JSON, or one of its PHPFina files (.dat, .meta)
    #[arg(long)]
    emoncms: Option<PathBuf>,
}

const READINGS: [&str; 6] =
    ["csv", "xlsx", "line_protocol", "prometheus", "home_assistant", "emoncms"];

const HELP: &str = "Examples:
  millwatt import --site site.toml --data data --csv 2025.csv --map map.toml
  millwatt import --suggest --line-protocol export.gz > map.toml
  millwatt import --data data --line-protocol export.gz --map map.toml
  millwatt import --data data --events events.csv

A map names the time column and what the others are:
  [time]
  column = \"date\"
  format = \"%d/%m/%Y %H:%M\"      # \"excel\" for the date cells of a workbook
  zone = \"Asia/Bangkok\"
  stamp = \"end\"                # or \"begin\": which end of its interval a stamp names
  midnight = \"auto\"            # for files whose 00:00 carries the ending day's date

  [[channel]]
  column = \"kWh\"
  asset = \"main\"
  quantity = \"active_energy\"
  kind = \"amount\"              # or counter, gauge, state
  unit = \"kWh\"

For a workbook, sheet = \"…\" stands at its top. For files of series, a channel is named by what it is
called there, and [time] (zone, format, stamp, every) may be left away:
  [[channel]]
  measurement = \"meters\"       # or metric, statistic_id, feed
  tags = { device = \"main\" }   # or labels; those that matter
  field = \"kwh\"                # for Home Assistant: sum, state, mean, min, max
  asset = \"main\"
  quantity = \"active_energy\"
  kind = \"counter\"
  unit = \"kWh\"

An events file has the columns time,kind,asset,product,quantity,unit,until,note; kinds are output,
reject, raw-material, fuel, stop, people, bill, note. A meter that was exchanged is told by two,
meter-removed and meter-installed, each with the register's value as quantity; meter-factor tells from
when on what it counts must be multiplied (another transformer ratio). Importing a file twice adds
nothing.";

/// A file of readings and how it is read.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Csv,
    Workbook,
    Series(Source),
}

/// What a file gave: its channels, and the report for people and for scripts.
struct Found {
    channels: Vec<ImportedChannel>,
    report: String,
    whole: Value,
}

impl Found {
    fn of(
        channels: Vec<ImportedChannel>,
        report: &(impl std::fmt::Display + serde::Serialize),
    ) -> Self {
        Self { channels, report: report.to_string(), whole: json!(report) }
    }
}

impl Arguments {
    /// The file of readings, where one is named.
    fn file(&self) -> Option<(&Path, Kind)> {
        let readings = &self.readings;
        let named = [
            (&readings.csv, Kind::Csv),
            (&readings.xlsx, Kind::Workbook),
            (&readings.line_protocol, Kind::Series(Source::LineProtocol(self.precision))),
            (&readings.prometheus, Kind::Series(Source::Prometheus)),
            (&readings.home_assistant, Kind::Series(Source::HomeAssistant)),
            (&readings.emoncms, Kind::Series(Source::Emoncms)),
        ];
        named.into_iter().find_map(|(path, kind)| Some((path.as_deref()?, kind)))
    }

    fn map(&self) -> Result<&Path, Failure> {
        self.map.as_deref().ok_or_else(|| {
            Failure::Usage(
                "name what the columns or series mean with --map; `--help` shows a map, and \
                 --suggest in the place of --data writes one for a file that is no CSV"
                    .to_owned(),
            )
        })
    }
}

pub(super) fn import(arguments: &Arguments) -> Result<(), Failure> {
    let file = arguments.file();
    let Some(folder) = arguments.data.as_deref() else { return suggest(file) };
    if file.is_none() && arguments.events.is_none() {
        return Err(Failure::Usage(
            "name a file: --csv, --xlsx, --line-protocol, --prometheus, --home-assistant or \
             --emoncms with a --map, or --events"
                .to_owned(),
        ));
    }
    if arguments.suggest {
        return suggest(file);
    }
    let held = store::read_if_any(folder).map_err(Failure::problem)?;
    let manifest = manifest(folder, arguments.site.as_deref(), held.as_ref())?;
    let mut target = Target { held, manifest, folder };
    if let Some((path, kind)) = file {
        let found = read(path, kind, arguments.map()?, &target)?;
        let added = target.add_readings(&found.channels)?;
        tell(arguments.json, path, added, &found.report, found.whole);
    }
    if let Some(events) = &arguments.events {
        let zone = target.zone()?;
        let imported = import::read_events(events, &zone).map_err(Failure::problem)?;
        let added = target.add_events(&imported.events)?;
        tell(arguments.json, events, added, &imported.report, json!(imported.report));
    }
    Ok(())
}

/// Prints a map for a file.
fn suggest(file: Option<(&Path, Kind)>) -> Result<(), Failure> {
    let map = match file {
        Some((path, Kind::Series(source))) => import::suggest(path, source),
        Some((path, Kind::Workbook)) => import::suggest_workbook(path),
        Some((_, Kind::Csv)) | None => {
            return Err(Failure::Usage(
                "--suggest reads files of series and workbooks; the columns of a CSV file are its \
                 first line, and `millwatt import --help` shows a map"
                    .to_owned(),
            ));
        }
    };
    say(map.map_err(Failure::problem)?.trim_end());
    Ok(())
}

fn read(path: &Path, kind: Kind, map: &Path, target: &Target<'_>) -> Result<Found, Failure> {
    let Kind::Series(source) = kind else {
        let map = Map::read(map).map_err(Failure::problem)?;
        let imported = match kind {
            Kind::Workbook => import::read_workbook(path, &map),
            _ => import::read_csv(path, &map),
        };
        let imported = imported.map_err(Failure::problem)?;
        return Ok(Found::of(imported.channels, &imported.report));
    };
    let map = SeriesMap::read(map).map_err(Failure::problem)?;
    let zone: WallZone = target.zone()?.parse().unwrap_or(WallZone::Named(chrono_tz::UTC));
    let imported = import::read_series(path, source, &map, zone).map_err(Failure::problem)?;
    Ok(Found::of(imported.channels, &imported.report))
}

fn tell(json: bool, file: &Path, added: Added, report: &impl std::fmt::Display, whole: Value) {
    let Added { new, already } = added;
    if json {
        let file = file.display().to_string();
        say(json!({ "file": file, "added": new, "already_there": already, "report": whole }));
        return;
    }
    say(format_args!("{}: {new} added, {already} already there", file.display()));
    say(report);
}

fn manifest(
    folder: &Path,
    site: Option<&Path>,
    held: Option<&Archive>,
) -> Result<Vec<u8>, Failure> {
    match (site, held) {
        (Some(site), _) => {
            let site = site_file::read(site).map_err(Failure::problem)?;
            store::manifest_for(folder, &site.manifest).map_err(Failure::problem)
        }
        (None, Some(held)) => Ok(held.manifest().to_owned()),
        (None, None) => Err(Failure::Usage(format!(
            "{} is new: name the site file with --site once, so that the log explains itself",
            folder.display()
        ))),
    }
}
