//! Machine effectiveness: states, planned time, availability, performance, quality, OEE.

pub mod effectiveness;
pub mod state;

pub use effectiveness::{MachineTime, Tally};
pub use state::{State, StateSpan, StateSpans};
