//! A flash that loses power, driven by one seed: for tests of the ring, and for peers beside it.

mod flash;
mod random;

pub use flash::{Cut, SimFlash};
pub use random::Random;
