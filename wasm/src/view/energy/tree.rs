//! Which meter hangs below which.

use millwatt::site::{AssetId, Quantity, Site};

/// A meter of electricity other than the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meter {
    /// What it measures.
    pub asset: AssetId,
    /// The nearest metered asset that it is part of; `None` directly below the main meter.
    pub above: Option<AssetId>,
    /// The area or line that it is part of in the end.
    pub top: Option<AssetId>,
}

/// All meters of electricity but the main one, in the site's order.
pub(super) fn meters(site: &Site<'_>) -> Vec<Meter> {
    let is_metered = |asset| site.channel_of(asset, Quantity::ActiveEnergy).is_some();
    let metered: Vec<AssetId> =
        site.numbered_assets().map(|(id, _)| id).filter(|id| is_metered(*id)).collect();
    let subs = metered.iter().copied().filter(|id| site.main != Some(*id));
    subs.map(|asset| Meter {
        asset,
        above: above(site, asset).into_iter().find(|id| metered.contains(id)),
        top: top(site, asset),
    })
    .collect()
}

/// The area or line that an asset is part of in the end.
pub(super) fn top(site: &Site<'_>, asset: AssetId) -> Option<AssetId> {
    above(site, asset).pop()
}

/// What an asset is part of, the nearest first, up to the main meter.
fn above(site: &Site<'_>, asset: AssetId) -> Vec<AssetId> {
    let parent = |id: &AssetId| site.asset(*id).and_then(|row| row.parent);
    let chain = std::iter::successors(parent(&asset), parent);
    // Parents stand before their parts, so that the chain is no longer than the list.
    chain.take_while(|id| site.main != Some(*id)).take(site.assets.len()).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::load::tests::EMPTY;
    use super::*;
    use millwatt::site::{Asset, Channel, Kind, Scale};
    use millwatt::time::Span;

    pub fn asset(id: &'static str, parent: Option<u16>) -> Asset<'static> {
        Asset {
            id,
            name: id,
            parent: parent.map(AssetId),
            machine: true,
            rated_milliwatts: 0,
            idle_milliwatts: 0,
            running_milliwatts: 0,
            ideal_cycle: Span::ZERO,
            minor_stop: Span::ZERO,
            dwell: Span::ZERO,
        }
    }

    pub fn metered(asset: u16) -> Channel<'static> {
        Channel {
            name: "",
            asset: AssetId(asset),
            quantity: Quantity::ActiveEnergy,
            phase: 0,
            kind: Kind::Counter,
            scale: Scale(0),
            unit: "Wh",
            every: Span::from_minutes(1),
            modulus: 0,
        }
    }

    #[test]
    fn a_line_without_meter_is_passed_over_and_still_the_use() {
        let assets = [
            asset("main", None),
            asset("hall", Some(0)),
            asset("line", Some(1)),
            asset("mill", Some(2)),
            asset("motor", Some(3)),
        ];
        let channels = [metered(0), metered(3), metered(4)];
        let site = Site { main: Some(AssetId(0)), assets: &assets, channels: &channels, ..EMPTY };
        let hall = Some(AssetId(1));
        let expected = [
            Meter { asset: AssetId(3), above: None, top: hall },
            Meter { asset: AssetId(4), above: Some(AssetId(3)), top: hall },
        ];
        assert_eq!(meters(&site), expected);
    }

    #[test]
    fn a_ring_of_parents_ends() {
        let assets = [asset("one", Some(1)), asset("other", Some(0))];
        let channels = [metered(0)];
        let site = Site { assets: &assets, channels: &channels, ..EMPTY };
        assert_eq!(meters(&site).len(), 1);
    }
}
