//! A flash that loses power and a disk that loses what was not synced, driven by one seed: for tests of the log, and
//! for peers beside it.

mod files;
mod flash;
mod random;

pub use files::{Fault, SimFiles, Trouble};
pub use flash::{Cut, SimFlash};
pub use random::Random;
