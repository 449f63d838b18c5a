//! Alarms of a site: what the site file says, what readings make of it, and who is told.
//!
//! The judging is the core's, see [`millwatt_agent::alarm`]. Here stand its rows in the site file, the [`Alarms`] that
//! are told what each poll gave, the [`AlarmEvent`] in words and numbers, the list of what is [`Active`], and ways to
//! [`Deliver`] it.

mod active;
mod engine;
mod judge;
mod plan;
mod row;
mod sentences;
pub mod thresholds;
mod webhook;

pub use active::Active;
pub use engine::{AlarmEvent, Alarms};
pub use judge::judge;
pub use plan::{Plan, Watched};
pub use row::{KindWord, Row, Ways};
pub use webhook::{Deliver, MOST_WAITING, Webhook, WebhookNews};

/// What is wrong with the alarms of a site file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where in the text, if one place is to blame.
    pub place: Option<usize>,
    /// What is wrong and what was expected.
    pub message: String,
}

impl Refusal {
    fn at<T>(spanned: &toml::Spanned<T>, message: impl Into<String>) -> Self {
        Self { place: Some(spanned.span().start), message: message.into() }
    }
}
