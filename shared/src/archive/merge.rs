//! Several logs of one site under one manifest.

use alloc::vec::Vec;

use super::{Parts, emit_all};
use crate::site::{Asset, AssetId, Channel};
use crate::wire::{Record, WireError};

/// The manifest of a site whose devices keep logs of their own: head, calendar, shifts, tariffs and facts of the first,
/// the assets and channels of all. Assets are the same where their short names are, channels where their names are.
pub(super) fn merged(manifests: &[Vec<u8>]) -> Result<Vec<u8>, WireError> {
    let all = manifests.iter().map(|manifest| Parts::read(manifest));
    let all: Vec<Parts<'_>> = all.collect::<Result<_, _>>()?;
    let first = all.first().ok_or(WireError::Malformed)?;
    let mut assets: Vec<Asset<'_>> = Vec::new();
    let mut channels: Vec<Channel<'_>> = Vec::new();
    for parts in &all {
        let mut places: Vec<AssetId> = Vec::new();
        let place_of = |places: &[AssetId], asset: AssetId| {
            places.get(usize::from(asset.0)).copied().ok_or(WireError::Malformed)
        };
        for asset in &parts.assets {
            let known = assets.iter().position(|known| known.id == asset.id);
            let place = known.unwrap_or(assets.len());
            if known.is_none() {
                let parent = asset.parent.map(|parent| place_of(&places, parent)).transpose()?;
                assets.push(Asset { parent, ..*asset });
            }
            places.push(AssetId(u16::try_from(place).map_err(|_| WireError::Malformed)?));
        }
        for channel in &parts.channels {
            if !channels.iter().any(|known| known.name == channel.name) {
                channels.push(Channel { asset: place_of(&places, channel.asset)?, ..*channel });
            }
        }
    }
    let mut rows = alloc::vec![Record::Head(first.head)];
    rows.extend(first.offsets.iter().copied().map(Record::Offset));
    rows.extend(first.shifts.iter().copied().map(Record::Shift));
    rows.extend(first.tariffs.iter().copied().map(Record::Tariff));
    rows.extend(first.bands.iter().copied().map(Record::Band));
    rows.extend(assets.into_iter().map(Record::Asset));
    rows.extend(channels.into_iter().map(Record::Channel));
    rows.extend(first.facts());
    Ok(emit_all(&rows))
}
