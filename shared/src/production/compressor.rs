//! Leaks of compressed air, from how a load/unload compressor works when nobody uses any.

use super::state::{State, StateSpan};
use crate::decimal::{Decimal, div_round};
use crate::time::{MILLISECONDS_AN_HOUR, Span};
use crate::units::{Energy, Power};
use crate::usage::share;

/// Loaded and unloaded time of a compressor in windows without demand: nights, Sundays. Merges in any
/// order.
///
/// # Missing data
/// Without a window that has both times known there is no rate.
/// # Source
/// Leak share = T / (T + t), T loaded and t unloaded while no air is used; below a tenth is good, a
/// fifth and more is poor, as compressed-air guides have it.
/// # Example
/// ```
/// use millwatt::production::compressor::LeakTest;
/// use millwatt::{time::Span, units::Power};
/// let mut night = LeakTest::default();
/// night.loaded = Span::from_minutes(84);
/// night.unloaded = Span::from_minutes(336);
/// assert_eq!(night.leak_share().expect("a night").to_string(), "0.2");
/// let a_year = night.energy_lost(Power::from_milliwatts(15_000_000), Span::from_minutes(8_760 * 60));
/// assert_eq!(a_year.expect("a night").kwh().to_string(), "26280"); // a fifth of 15 kW
/// ```
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct LeakTest {
    /// Time under load.
    pub loaded: Span,
    /// Time on, without load.
    pub unloaded: Span,
}

impl LeakTest {
    /// Adds a span within a window without demand: running is loaded, idle and off unloaded; other
    /// states tell nothing.
    pub fn fold(&mut self, span: &StateSpan) {
        let lasted = span.period.span();
        match span.state {
            State::Running => self.loaded = self.loaded + lasted,
            State::Idle | State::Off => self.unloaded = self.unloaded + lasted,
            State::Setup | State::Down => {}
        }
    }

    /// Adds another window.
    pub fn merge(&mut self, other: &Self) {
        self.loaded = self.loaded + other.loaded;
        self.unloaded = self.unloaded + other.unloaded;
    }

    /// The share of what the compressor can give that leaks away; `None` without a window.
    #[must_use]
    pub fn leak_share(&self) -> Option<Decimal> {
        let whole = self.loaded + self.unloaded;
        (whole > Span::ZERO).then(|| share(self.loaded, whole))
    }

    /// Energy that the leaks take over a time under pressure, at the power drawn under load.
    #[must_use]
    pub fn energy_lost(&self, loaded_power: Power, under_pressure: Span) -> Option<Energy> {
        let share = self.leak_share()?.units();
        let hours = i128::from(under_pressure.milliseconds());
        let product = loaded_power.milliwatts().checked_mul(hours)?.checked_mul(share)?;
        let one = MILLISECONDS_AN_HOUR * 1_000_000;
        Some(Energy::from_milliwatt_hours(div_round(product, one)))
    }
}
