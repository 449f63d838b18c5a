//! What a machine without a state register is doing: the report's own rule over its last samples.

use std::collections::VecDeque;

use super::state::fresh;
use crate::run::Known;
use millwatt::archive::Parts;
use millwatt::event::Event;
use millwatt::production::State;
use millwatt::production::state::states;
use millwatt::reading::{ChannelId, Sample};
use millwatt::series::Series;
use millwatt::site::{AssetId, Quantity, Site};
use millwatt::time::{Instant, Period};

/// Samples that are looked back on: enough for the counter's rules, and for a power between leaving a state and entering it.
const SAMPLES: usize = 32;

/// The samples of a channel that tells the state, by a machine's power or by what it counts.
#[derive(Debug)]
pub(super) struct Machine {
    asset: AssetId,
    channels: [Option<ChannelId>; 2],
    samples: [VecDeque<Sample>; 2],
}

impl Machine {
    /// None for what has no states, or has a register for them.
    pub(super) fn of(site: &Site<'_>, id: &str) -> Option<Self> {
        let asset = site.asset_named(id)?;
        let of = |quantity| site.channel_of(asset, quantity);
        let channels = [of(Quantity::ActiveEnergy), of(Quantity::GoodCount)];
        let machine = Self { asset, channels, samples: [VecDeque::new(), VecDeque::new()] };
        let nothing =
            Period::new(Instant::from_unix_milliseconds(0), Instant::from_unix_milliseconds(0));
        let is_told = of(Quantity::MachineState).is_none()
            && states(site, &machine, asset, nothing).is_some();
        is_told.then_some(machine)
    }

    /// Takes in what was read since it was asked last.
    pub(super) fn note(&mut self, known: &Known) {
        for (channel, samples) in self.channels.iter().zip(&mut self.samples) {
            let row = channel.and_then(|ChannelId(number)| known.channels.get(usize::from(number)));
            let Some(last) = row.and_then(|row| row.last) else { continue };
            match samples.back() {
                Some(known) if last == *known => continue,
                // A clock that was set back begins anew, as does a reading that was told twice.
                Some(known) if last.at <= known.at => samples.clear(),
                _ => {}
            }
            samples.push_back(last);
            if samples.len() > SAMPLES {
                samples.pop_front();
            }
        }
    }

    /// The state up to the newest sample; `None` when it is not known, or no longer.
    pub(super) fn state(&self, known: &Known, now: Instant) -> Option<State> {
        let parts = Parts::read(&known.manifest).ok()?;
        let ends =
            |end: fn(&VecDeque<Sample>) -> Option<&Sample>| self.samples.iter().filter_map(end);
        let from = ends(VecDeque::front).map(|sample| sample.at).min()?;
        let to = ends(VecDeque::back).map(|sample| sample.at).max()?;
        let last = states(&parts.site(), self, self.asset, Period::new(from, to))?.last()?;
        // The rule chooses the channel: the span must end with the last reading of it, and that must be of the present.
        let is_present = |channel: &Option<ChannelId>| {
            let row = channel.and_then(|ChannelId(number)| known.channels.get(usize::from(number)));
            row.and_then(|row| fresh(row, now)).is_some_and(|sample| sample.at == last.period.to)
        };
        self.channels.iter().any(is_present).then_some(last.state)
    }
}

impl Series for Machine {
    fn samples(&self, channel: ChannelId, _: Period) -> impl Iterator<Item = Sample> + '_ {
        let mut rows = self.channels.iter().zip(&self.samples);
        let found = rows.find(|(known, _)| **known == Some(channel));
        found.into_iter().flat_map(|(_, samples)| samples.iter().copied())
    }

    fn events(&self, _: Period) -> impl Iterator<Item = Event<'_>> + '_ {
        std::iter::empty()
    }
}
