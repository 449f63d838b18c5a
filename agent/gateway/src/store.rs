//! A data folder's content for those who import into it or read from it.

use std::path::Path;

use crate::file_log::{DataError, last_manifest, read_archive};
use millwatt::archive::{Archive, Parts, emit_all};
use millwatt::site::{AssetId, Channel};
use millwatt::wire::Record;

/// The rows of a manifest, for adding channels to it.
#[derive(Debug)]
pub struct ManifestRows<'a> {
    rows: Vec<Record<'a>>,
}

impl<'a> ManifestRows<'a> {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(manifest: &'a [u8]) -> Result<Self, millwatt::wire::WireError> {
        let rows = millwatt::wire::records(manifest).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { rows })
    }

    /// The asset with a short name.
    #[must_use]
    pub fn asset(&self, id: &str) -> Option<AssetId> {
        let mut assets = self.rows.iter().filter_map(|row| match row {
            Record::Asset(asset) => Some(asset.id),
            _ => None,
        });
        let place = assets.position(|known| known == id)?;
        u16::try_from(place).ok().map(AssetId)
    }

    /// The short names of all assets.
    #[must_use]
    pub fn assets(&self) -> Vec<&str> {
        let assets = self.rows.iter().filter_map(|row| match row {
            Record::Asset(asset) => Some(asset.id),
            _ => None,
        });
        assets.collect()
    }

    /// Adds a channel behind the others, or puts it in the place of the one that has its name.
    pub fn put_channel(&mut self, channel: Channel<'a>) {
        let same = |row: &&mut Record<'a>| matches!(row, Record::Channel(known) if known.name == channel.name);
        match self.rows.iter_mut().find(same) {
            Some(row) => *row = Record::Channel(channel),
            None => {
                // Facts stand behind all channels: a program that does not know them stops there.
                let facts = self.rows.iter().position(Record::is_fact);
                self.rows.insert(facts.unwrap_or(self.rows.len()), Record::Channel(channel));
            }
        }
    }

    /// The channel with a name, and its number.
    #[must_use]
    pub fn channel(&self, name: &str) -> Option<(millwatt::reading::ChannelId, Channel<'a>)> {
        let channels = self.rows.iter().filter_map(|row| match row {
            Record::Channel(channel) => Some(*channel),
            _ => None,
        });
        let found = (0..).zip(channels).find(|(_, channel)| channel.name == name);
        found.map(|(number, channel)| (millwatt::reading::ChannelId(number), channel))
    }

    /// The manifest's bytes.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        emit_all(&self.rows)
    }

    /// Adds the channels of another manifest that this one does not have, where their asset is
    /// known by the same short name.
    pub fn keep_channels_of(&mut self, other: &Parts<'a>) {
        for (channel, asset) in other.channels_with_assets() {
            if self.channel(channel.name).is_none()
                && let Some(asset) = self.asset(asset)
            {
                self.put_channel(Channel { asset, ..channel });
            }
        }
    }
}

/// The manifest to write under: the site file's, with the channels that the folder holds besides.
///
/// # Errors
/// See [`DataError`].
pub fn manifest_for(folder: &Path, site: &[u8]) -> Result<Vec<u8>, DataError> {
    let Some(held) = last_manifest(folder)? else { return Ok(site.to_owned()) };
    manifest_over(&held, site)
        .map_err(|error| DataError::Unreadable(folder.to_owned(), error.to_string()))
}

/// The site file's manifest, with the channels that another one holds besides.
///
/// # Errors
/// When one of them cannot be read.
pub fn manifest_over(held: &[u8], site: &[u8]) -> Result<Vec<u8>, millwatt::wire::WireError> {
    let mut rows = ManifestRows::read(site)?;
    rows.keep_channels_of(&Parts::read(held)?);
    Ok(rows.bytes())
}

/// The archive of a folder that may still be empty.
///
/// # Errors
/// See [`DataError`].
pub fn read_if_any(folder: &Path) -> Result<Option<Archive>, DataError> {
    match read_archive(folder) {
        Ok(archive) => Ok(Some(archive)),
        Err(DataError::Empty(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
