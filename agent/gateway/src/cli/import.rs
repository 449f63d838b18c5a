//! `millwatt import`.

use std::path::{Path, PathBuf};

use super::{Failure, say};
use crate::file_log::DataError;
use crate::import::{self, Imported, ImportedChannel, Map};
use crate::store::{self, ManifestRows};
use crate::writer::Writer;
use crate::{site_file, writer};
use millwatt::archive::{Archive, emit_all};
use millwatt::decimal::power_of_ten;
use millwatt::reading::{ChannelId, Reading, Sample};
use millwatt::site::Channel;
use serde_json::{Value, json};

/// Bring in history: readings from a CSV file, or what people wrote down
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt import --site site.toml --data data --csv 2025.csv --map map.toml
  millwatt import --data data --events events.csv

A map names the time column and what the others are:
  [time]
  column = \"date\"
  format = \"%d/%m/%Y %H:%M\"
  zone = \"Asia/Bangkok\"
  stamp = \"end\"                # or \"begin\": which end of its interval a stamp names
  midnight = \"auto\"            # for files whose 00:00 carries the ending day's date

  [[channel]]
  column = \"kWh\"
  asset = \"main\"
  quantity = \"active_energy\"
  kind = \"amount\"              # or counter, gauge, state
  unit = \"kWh\"

An events file has the columns time,kind,asset,product,quantity,unit,until,note; kinds are output,
reject, raw-material, fuel, stop, people, bill, note. A meter that was exchanged is told by two,
meter-removed and meter-installed, each with the register's value as quantity; meter-factor tells from
when on what it counts must be multiplied (another transformer ratio). Importing a file twice adds
nothing.")]
pub(super) struct Arguments {
    /// The folder that keeps the log
    #[arg(long)]
    data: PathBuf,
    /// The site file; needed once, for a new folder
    #[arg(long)]
    site: Option<PathBuf>,
    /// Readings
    #[arg(long, requires = "map", required_unless_present = "events")]
    csv: Option<PathBuf>,
    /// What the columns of the CSV file mean
    #[arg(long)]
    map: Option<PathBuf>,
    /// Events
    #[arg(long)]
    events: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn import(arguments: &Arguments) -> Result<(), Failure> {
    let held = store::read_if_any(&arguments.data).map_err(Failure::problem)?;
    let manifest = manifest(arguments, held.as_ref())?;
    let mut target = Target { held, manifest, folder: &arguments.data };
    if let (Some(csv), Some(map)) = (&arguments.csv, &arguments.map) {
        let map = Map::read(map).map_err(Failure::problem)?;
        let imported = import::read_csv(csv, &map).map_err(Failure::problem)?;
        let added = target.add_readings(&imported)?;
        tell(arguments.json, csv, added, &imported.report, json!(imported.report));
    }
    if let Some(events) = &arguments.events {
        let zone = target.zone()?;
        let imported = import::read_events(events, &zone).map_err(Failure::problem)?;
        let added = target.add_events(&imported.events)?;
        tell(arguments.json, events, added, &imported.report, json!(imported.report));
    }
    Ok(())
}

/// What an import added to a folder.
#[derive(Debug, Clone, Copy)]
struct Added {
    new: usize,
    already: usize,
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

fn manifest(arguments: &Arguments, held: Option<&Archive>) -> Result<Vec<u8>, Failure> {
    match (&arguments.site, held) {
        (Some(site), _) => {
            let site = site_file::read(site).map_err(Failure::problem)?;
            store::manifest_for(&arguments.data, &site.manifest).map_err(Failure::problem)
        }
        (None, Some(held)) => Ok(held.manifest().to_owned()),
        (None, None) => Err(Failure::Usage(format!(
            "{} is new: name the site file with --site once, so that the log explains itself",
            arguments.data.display()
        ))),
    }
}

/// The folder that is imported into.
struct Target<'a> {
    held: Option<Archive>,
    manifest: Vec<u8>,
    folder: &'a Path,
}

impl Target<'_> {
    fn unreadable(&self, error: millwatt::wire::WireError) -> Failure {
        Failure::problem(DataError::Unreadable(self.folder.to_owned(), error.to_string()))
    }

    fn zone(&self) -> Result<String, Failure> {
        let parts = millwatt::archive::Parts::read(&self.manifest);
        let parts = parts.map_err(|error| self.unreadable(error))?;
        Ok(parts.site().zone.to_owned())
    }

    /// Writes what the folder does not hold yet.
    fn add_readings(&mut self, imported: &Imported) -> Result<Added, Failure> {
        let mut rows =
            ManifestRows::read(&self.manifest).map_err(|error| self.unreadable(error))?;
        let mut fresh = Vec::new();
        for channel in &imported.channels {
            let exponent = put_channel(&mut rows, channel, imported)?;
            let Some((id, _)) = rows.channel(&channel.name) else { continue };
            let held = self.held.as_ref().and_then(|held| held_channel(held, &channel.name));
            let is_new =
                |sample: &&Sample| !held.is_some_and(|(archive, id)| archive.holds(id, sample.at));
            let samples = channel.samples.iter().filter(is_new);
            fresh.extend(samples.map(|sample| {
                let value = sample.value.saturating_mul(power_of_ten(exponent) as i64);
                Reading { channel: id, sample: Sample { value, ..*sample } }
            }));
        }
        let all: usize = imported.channels.iter().map(|channel| channel.samples.len()).sum();
        let added = Added { new: fresh.len(), already: all - fresh.len() };
        let bytes = rows.bytes();
        if !fresh.is_empty() {
            self.write(&bytes, fresh)?;
        }
        self.manifest = bytes;
        Ok(added)
    }

    fn open(&self, manifest: &[u8]) -> Result<Writer, Failure> {
        Writer::open(self.folder, manifest.to_owned()).map_err(Failure::problem)
    }

    /// Writes readings in blocks of the size that one frame holds with ease.
    fn write(&self, manifest: &[u8], readings: Vec<Reading>) -> Result<(), Failure> {
        let mut writer = self.open(manifest)?;
        for part in readings.chunks(writer::MOST_WAITING / 10) {
            writer.push(part.iter().copied());
            writer.commit().map_err(Failure::problem)?;
        }
        writer.seal_all().map_err(Failure::problem)
    }

    fn add_events(&mut self, events: &[import::OwnedEvent]) -> Result<Added, Failure> {
        let held = |event: &import::OwnedEvent| {
            self.held.as_ref().is_some_and(|held| held.holds_event(&event.as_event()))
        };
        let fresh: Vec<_> =
            events.iter().filter(|event| !held(event)).map(import::OwnedEvent::as_event).collect();
        if !fresh.is_empty() {
            let mut writer = self.open(&self.manifest)?;
            writer.events(&emit_all(&fresh)).map_err(Failure::problem)?;
            writer.seal_all().map_err(Failure::problem)?;
        }
        Ok(Added { new: fresh.len(), already: events.len() - fresh.len() })
    }
}

/// The archive and its number of a channel, where it has one.
fn held_channel<'a>(held: &'a Archive, name: &str) -> Option<(&'a Archive, ChannelId)> {
    let parts = held.parts().ok()?;
    let place = parts.site().channels.iter().position(|channel| channel.name == name)?;
    u16::try_from(place).ok().map(|place| (held, ChannelId(place)))
}

/// Makes room for a channel in the manifest; gives the power of ten by which its samples must be
/// multiplied to stand beside the ones that are there.
fn put_channel<'a>(
    rows: &mut ManifestRows<'a>,
    imported: &'a ImportedChannel,
    whole: &Imported,
) -> Result<u8, Failure> {
    let asset = rows.asset(&imported.asset).ok_or_else(|| {
        let known = rows.assets().join(", ");
        Failure::Problem(format!(
            "[[channel]] asset = `{}` names no asset of the site; expected one of: {known}",
            imported.asset
        ))
    })?;
    let known = rows.channel(&imported.name).map(|(_, channel)| channel);
    let finer = known.map(|known| known.scale).filter(|scale| scale.0 < imported.scale.0);
    let scale = finer.unwrap_or(imported.scale);
    rows.put_channel(Channel {
        name: &imported.name,
        asset,
        quantity: imported.quantity,
        phase: imported.phase,
        kind: imported.kind,
        scale,
        unit: &imported.unit,
        every: whole.every,
        modulus: known.map_or(0, |known| known.modulus),
    });
    Ok((imported.scale.0 - scale.0).unsigned_abs())
}
