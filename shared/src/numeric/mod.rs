//! Arithmetic that is the same to the last bit everywhere: double-double, its exponential and
//! logarithm, and the distributions that tests of significance need.
//!
//! Every function here uses only additions, multiplications, divisions, square roots and comparisons
//! of doubles, which IEEE 754 rounds correctly on every target, with or without a floating-point
//! unit. Nothing is fused and nothing comes from a platform's own mathematics library.

pub mod distribution;
pub mod double_double;

pub use distribution::{FisherF, StudentT};
pub use double_double::DoubleDouble;
