//! The folder that an import adds to: what it holds already is not written again.

use std::path::Path;

use super::Failure;
use crate::file_log::DataError;
use crate::import::{self, ImportedChannel};
use crate::store::ManifestRows;
use crate::writer::{self, Writer};
use millwatt::archive::{Archive, emit_all};
use millwatt::decimal::power_of_ten;
use millwatt::reading::{ChannelId, Reading, Sample};
use millwatt::site::Channel;

/// What an import added to a folder.
#[derive(Debug, Clone, Copy)]
pub(super) struct Added {
    /// What it did not hold.
    pub new: usize,
    /// What it held.
    pub already: usize,
}

/// The folder that is imported into.
pub(super) struct Target<'a> {
    /// What it holds already.
    pub held: Option<Archive>,
    /// What it is written under.
    pub manifest: Vec<u8>,
    /// Where it is.
    pub folder: &'a Path,
}

impl Target<'_> {
    fn unreadable(&self, error: millwatt::wire::WireError) -> Failure {
        Failure::problem(DataError::Unreadable(self.folder.to_owned(), error.to_string()))
    }

    /// The site's zone.
    pub fn zone(&self) -> Result<String, Failure> {
        let parts = millwatt::archive::Parts::read(&self.manifest);
        let parts = parts.map_err(|error| self.unreadable(error))?;
        Ok(parts.site().zone.to_owned())
    }

    /// Writes what the folder does not hold yet.
    pub fn add_readings(&mut self, channels: &[ImportedChannel]) -> Result<Added, Failure> {
        let mut rows =
            ManifestRows::read(&self.manifest).map_err(|error| self.unreadable(error))?;
        let mut fresh = Vec::new();
        for channel in channels {
            let exponent = put_channel(&mut rows, channel)?;
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
        let all: usize = channels.iter().map(|channel| channel.samples.len()).sum();
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

    /// Writes the events that the folder does not hold yet.
    pub fn add_events(&mut self, events: &[import::OwnedEvent]) -> Result<Added, Failure> {
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
        every: imported.every,
        modulus: known.map_or(0, |known| known.modulus),
    });
    Ok((imported.scale.0 - scale.0).unsigned_abs())
}
