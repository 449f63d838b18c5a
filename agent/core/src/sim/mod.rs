//! A flash that loses power and a disk that loses what was not synced, driven by one seed: for tests of the log, and
//! for peers beside it.

mod files;
mod flash;
mod part;
mod random;

pub use files::{Fault, SimFiles, Trouble};
pub use flash::{Cut, SimFlash};
pub use part::SimPart;
pub use random::Random;
