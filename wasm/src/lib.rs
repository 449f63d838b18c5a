//! The report page: it reads the log's own bytes, computes with the metric crate and draws.
//!
//! Rust computes and draws; `dom` and `page` are the only callers of the browser. Everything else is
//! pure and tested without one: [`model`] holds the figures, [`view`] makes of them a tree of
//! [`node`]s, [`chart`] the drawings, [`strings`] and [`mod@format`] the words and numbers.

pub mod brush;
pub mod chart;
pub mod choice;
#[cfg(feature = "_digest")]
pub mod digest;
pub mod dom;
pub mod export;
pub mod format;
pub mod model;
pub mod node;
pub mod opening;
pub mod page;
pub mod strings;
pub mod view;
pub mod words;
pub mod worker;
