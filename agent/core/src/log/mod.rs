//! The log: frames appended to pages; what is durable is told by a watermark and by nothing else.
//!
//! The log knows pages only through [`Pages`]: files on a gateway, memory in a test, flash on a
//! node. It never overwrites: a page that ends in damage takes no more frames.

mod append;
mod pages;
mod recover;

pub use append::{Log, LogError};
pub use pages::Pages;
pub use recover::Recovery;

#[cfg(test)]
mod cut;
