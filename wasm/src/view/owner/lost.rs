//! Energy that made no good product.

use super::millionths;
use millwatt::production::{Loss, State};
use millwatt::site::Site;
use millwatt::{Decimal, Indicator, Name};

/// What machines used without making good product, each kWh once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) struct Lost {
    /// kWh.
    pub(in crate::view) energy: Decimal,
    /// The least of the machines' coverages.
    pub(in crate::view) coverage: Decimal,
}

/// Whether a figure is part of it: what was drawn idling, in set-up or broken down, planned or not,
/// and of what was drawn running the share of speed, start-up and defects. The other losses of
/// planned time lie within the former.
fn is_lost(figure: &Indicator<'_>) -> bool {
    const STATES: [State; 3] = [State::Idle, State::Setup, State::Down];
    let is_part = |name: &str| figure.part == Some(name);
    match figure.name {
        Name::EnergyByState => STATES.iter().any(|state| is_part(state.name())),
        Name::EnergyByLoss => {
            Loss::ALL.iter().any(|loss| loss.happens_running() && is_part(loss.name()))
        }
        _ => false,
    }
}

impl Lost {
    /// Over all machines; `None` where no machine's state and energy are both known.
    pub(in crate::view) fn of(site: &Site<'_>, indicators: &[Indicator<'_>]) -> Option<Self> {
        let is_outer = |figure: &&Indicator<'_>| {
            !is_inside_machine(site, indicators, figure.asset.unwrap_or(""))
        };
        let outer = indicators.iter().filter(|figure| is_lost(figure)).filter(is_outer);
        let known = outer.filter_map(|figure| Some((millionths(figure.value?), figure.coverage)));
        let sum = known.fold(None, |sum: Option<(i128, Decimal)>, (energy, coverage)| {
            let (before, least) = sum.unwrap_or((0, coverage));
            let least = if millionths(coverage) < millionths(least) { coverage } else { least };
            Some((before.saturating_add(energy), least))
        });
        sum.map(|(energy, coverage)| Self { energy: Decimal::new(energy, 6), coverage })
    }
}

/// Whether an asset is part of a machine with states of its own: its energy is in that machine's.
fn is_inside_machine(site: &Site<'_>, indicators: &[Indicator<'_>], id: &str) -> bool {
    let above = |id| site.asset(id).and_then(|asset| asset.parent);
    let parents = std::iter::successors(site.asset_named(id).and_then(above), |id| above(*id));
    // Parents stand before their parts, so that the chain is no longer than the list.
    parents.take(site.assets.len()).filter_map(|id| site.asset(id)).any(|parent| {
        parent.machine
            && indicators.iter().any(|figure| {
                figure.name == Name::EnergyByState
                    && figure.asset == Some(parent.id)
                    && figure.value.is_some()
            })
    })
}
