//! Energy performance: use, cost, demand, power factor; baselines and what they prove.

pub mod degree_days;
pub mod demand;
pub mod panel;
pub mod power_factor;
pub mod regression;
pub mod tariff;

pub use demand::{Demand, Peak};
pub use power_factor::power_factor;
pub use tariff::{BandUsage, TariffClock};
