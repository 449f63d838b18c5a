//! Energy performance: use, cost, demand, power factor; baselines and what they prove.

pub mod action;
pub mod adjustment;
pub mod balance;
pub mod change_point;
pub mod cusum;
pub mod degree_days;
pub mod demand;
pub mod design;
pub mod enpi;
pub mod fuel;
pub mod load;
pub mod panel;
pub mod power_factor;
pub mod reactive;
pub mod regression;
mod residuals;
pub mod rules;
pub mod subsets;
pub mod tally;
pub mod tariff;
pub mod uncertainty;
pub mod wiring;

pub use demand::{Demand, Peak};
pub use load::{LoadHistogram, SlidingDemand};
pub use power_factor::power_factor;
pub use tally::{EnergySums, EnergyTally};
pub use tariff::{BandUsage, TariffClock};
