//! Readings to a stream of NATS JetStream: a batch is a message, and taken when the stream says so.
//!
//! The stream is the operator's, who decides how long it keeps what; it need take the subject. The key of a batch is the
//! message's `Nats-Msg-Id`, so that within its window the stream itself drops what comes twice.

use std::path::PathBuf;

use super::right::Right;

/// Where a stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatsPlan {
    /// `nats://host:4222` or `tls://host:4222`.
    pub url: String,
    /// What the messages are about, `millwatt.suoi-giang`.
    pub subject: String,
    /// Who one is to the server.
    pub right: Right,
    /// Certificates that vouch for it, PEM; the usual ones when there is none.
    pub ca: Option<PathBuf>,
    /// One's own certificate, PEM.
    pub certificate: Option<PathBuf>,
    /// And its key.
    pub key: Option<PathBuf>,
}

/// Why a text is no subject that messages are published on; `None` where it is one.
#[must_use]
pub fn refused_subject(text: &str) -> Option<&'static str> {
    let is_plain = |word: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
    };
    (!text.split('.').all(is_plain))
        .then_some("`subject`: expected words of letters a-z, digits, - and _, with points between")
}

/// Why this program does not speak NATS, and how to get one that does; `None` where it does.
#[must_use]
pub fn missing() -> Option<&'static str> {
    const MISSING: &str = "this program was built without NATS; build it with \
        `cargo build --release -p millwatt-gateway --features nats`";
    (!super::over_nats::IS_BUILT).then_some(MISSING)
}
