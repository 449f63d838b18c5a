//! Machine effectiveness: states, planned time, OEE and its kin, losses, reliability.

pub mod compressor;
pub mod effectiveness;
pub mod kpi;
pub mod losses;
pub mod reliability;
pub mod semi_e10;
pub mod sixteen;
pub mod state;
pub mod stretch;
pub mod thresholds;
pub mod time_model;

pub use effectiveness::{MachineTime, Tally};
pub use losses::{Loss, LossTally};
pub use reliability::{Convention, Failures};
pub use state::{State, StateSpan, StateSpans};
pub use stretch::Stretches;
pub use time_model::TimeModel;
