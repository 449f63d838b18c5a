//! What every meter shows, read a few times in a row.

use std::collections::BTreeMap;

use crate::run::{BusPoller, wall_clock};
use crate::site_file::Compiled;
use millwatt::archive::Parts;
use millwatt::energy::wiring::Phase;
use millwatt::reading::{ChannelId, Reading};
use millwatt::site::{Channel, Quantity, Site};
use millwatt::time::{Instant, Span};
use millwatt::wire::WireError;

/// Rounds of a look: a counter that stands still is seen by the second.
const ROUNDS: i64 = 3;
/// From one round to the next.
const APART: std::time::Duration = std::time::Duration::from_secs(2);

/// What an asset's meter shows, in V, A, W, var, Hz and Wh; what is not there the meter does not tell.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Snapshot {
    /// The asset's short name.
    pub asset: String,
    /// The asset that this one is part of.
    pub parent: Option<String>,
    /// Whether it carries the whole site.
    pub is_main: bool,
    /// The most it can draw, W; none when the site file does not say.
    pub rated: Option<f64>,
    /// By phase.
    pub volts: [Option<f64>; 3],
    /// By phase.
    pub amperes: [Option<f64>; 3],
    /// By phase.
    pub watts: [Option<f64>; 3],
    /// By phase.
    pub vars: [Option<f64>; 3],
    /// Of all phases.
    pub total_watts: Option<f64>,
    /// As the meter's own register has it.
    pub power_factor: Option<f64>,
    /// Of the mains.
    pub hertz: Option<f64>,
    /// The counter of active energy at the first and the last round, and what its last digit is worth.
    pub counted: Option<(f64, f64, f64)>,
    /// From the first to the last round.
    pub lasted: Span,
    /// Whether it feeds back: its export counter is not zero.
    pub feeds_back: bool,
    /// What reading it failed with.
    pub faults: Vec<String>,
}

impl Snapshot {
    /// What it shows of its three phases, where it shows all of them.
    #[must_use]
    pub fn phases(&self) -> Option<[Phase; 3]> {
        let mut phases = [Phase::default(); 3];
        for (place, phase) in phases.iter_mut().enumerate() {
            let (volts, amperes) = (self.volts[place]?, self.amperes[place]?);
            let (watts, vars) = (self.watts[place]?, self.vars[place]);
            *phase = Phase { volts, amperes, watts, vars };
        }
        Some(phases)
    }

    /// Its power: the whole's register, or the sum of the phases.
    #[must_use]
    pub fn power(&self) -> Option<f64> {
        let sum = || self.watts.iter().copied().sum::<Option<f64>>();
        self.total_watts.or_else(sum)
    }

    fn take(&mut self, channel: &Channel<'_>, value: f64, digit: f64) {
        let phase = usize::from(channel.phase.saturating_sub(1)).min(2);
        match (channel.quantity, channel.phase) {
            (Quantity::ActivePower, 0) => self.total_watts = Some(value),
            (Quantity::PowerFactor, 0) => self.power_factor = Some(value),
            (Quantity::Frequency, _) => self.hertz = Some(value),
            (Quantity::ActiveEnergy, 0) => {
                let first = self.counted.map_or(value, |(first, ..)| first);
                self.counted = Some((first, value, digit));
            }
            (Quantity::ActiveEnergyExport, 0) => self.feeds_back |= value > 0.0,
            // A single-phase meter's voltage and current have no phase of their own.
            (Quantity::Voltage, _) => self.volts[phase] = Some(value),
            (Quantity::Current, _) => self.amperes[phase] = Some(value),
            (Quantity::ActivePower, _) => self.watts[phase] = Some(value),
            (Quantity::ReactivePower, 1..) => self.vars[phase] = Some(value),
            _ => {}
        }
    }
}

/// Reads every meter of a site a few times; `tell` hears of each round.
///
/// # Errors
/// When the site's own manifest cannot be read, which is a fault of this program.
pub async fn look(
    site: &Compiled,
    mut tell: impl FnMut(i64, i64),
) -> Result<Vec<Snapshot>, WireError> {
    let parts = Parts::read(&site.manifest)?;
    let known = parts.site();
    let mut snapshots = of_assets(&known);
    let mut pollers: Vec<BusPoller> = site.buses.iter().map(BusPoller::new).collect();
    let begun = wall_clock();
    for round in 0..ROUNDS {
        tell(round + 1, ROUNDS);
        if round > 0 {
            tokio::time::sleep(APART).await;
        }
        snapshots.values_mut().for_each(|snapshot| snapshot.faults.clear());
        for poller in &mut pollers {
            let polled = poller.poll(Instant::from_unix_milliseconds(0)).await;
            polled.readings.iter().for_each(|reading| take(&known, &mut snapshots, reading));
            for (asset, fault) in polled.outcomes {
                let snapshot = snapshots.get_mut(&asset);
                snapshot
                    .into_iter()
                    .for_each(|snapshot| snapshot.faults.extend(fault.clone().err()));
            }
        }
    }
    let lasted = wall_clock() - begun;
    let metered: Vec<&str> =
        site.buses.iter().flat_map(|bus| &bus.meters).map(|meter| meter.asset.as_str()).collect();
    let snapshots =
        snapshots.into_values().filter(|snapshot| metered.contains(&snapshot.asset.as_str()));
    Ok(snapshots.map(|snapshot| Snapshot { lasted, ..snapshot }).collect())
}

fn of_assets(site: &Site<'_>) -> BTreeMap<String, Snapshot> {
    let of = |(place, asset): (usize, &millwatt::site::Asset<'_>)| {
        let parent = asset.parent.and_then(|id| site.asset(id)).map(|asset| asset.id.to_owned());
        let rated = Some(asset.rated_milliwatts as f64 / 1e3).filter(|watts| *watts > 0.0);
        let is_main = site.main.is_some_and(|main| usize::from(main.0) == place);
        let snapshot =
            Snapshot { asset: asset.id.to_owned(), parent, rated, is_main, ..Snapshot::default() };
        (snapshot.asset.clone(), snapshot)
    };
    site.assets.iter().enumerate().map(of).collect()
}

fn take(site: &Site<'_>, snapshots: &mut BTreeMap<String, Snapshot>, reading: &Reading) {
    let ChannelId(place) = reading.channel;
    let Some(channel) = site.channels.get(usize::from(place)) else { return };
    let Some(asset) = site.asset(channel.asset) else { return };
    let digit = 10_f64.powi(i32::from(channel.scale.0));
    if let Some(snapshot) = snapshots.get_mut(asset.id) {
        snapshot.take(channel, reading.sample.value as f64 * digit, digit);
    }
}
