//! Energy performance: use, cost, demand, power factor.

pub mod demand;
pub mod power_factor;
pub mod tariff;

pub use demand::{Demand, Peak};
pub use power_factor::power_factor;
pub use tariff::{BandUsage, TariffClock};
