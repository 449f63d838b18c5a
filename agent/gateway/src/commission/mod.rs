//! Is a meter wired as it should be? What all meters of a site show at one moment, judged, each fault a sentence that
//! says what to do.

mod findings;
mod snapshot;
mod texts;

pub use findings::{Display, Found, judge};
pub use snapshot::{Snapshot, look};
