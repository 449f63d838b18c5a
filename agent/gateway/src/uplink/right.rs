//! What shows a server that one may send: a token, or a user and a password, in files that nobody else need read.

use std::path::{Path, PathBuf};

/// What shows that one may send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Right {
    /// Nothing.
    Open,
    /// A token, in the first line of a file.
    Token(PathBuf),
    /// A user, and a password in the first line of a file.
    Password(String, PathBuf),
}

/// The same as it is sent.
pub(super) enum Proof {
    Token(String),
    /// A user and a password.
    Password(String, String),
}

impl Right {
    /// Reads the files, each time anew, so that what was exchanged holds at once.
    pub(super) fn proof(&self) -> Result<Option<Proof>, String> {
        Ok(match self {
            Self::Open => None,
            Self::Token(path) => Some(Proof::Token(first_line(path)?)),
            Self::Password(user, path) => Some(Proof::Password(user.clone(), first_line(path)?)),
        })
    }
}

fn first_line(path: &Path) -> Result<String, String> {
    let told = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
    let text = std::fs::read_to_string(path);
    let text =
        text.map_err(|error| told(&format_args!("{error}; check the path and its rights")))?;
    let line = text.lines().next().unwrap_or_default().trim();
    if line.is_empty() || line.contains(|c: char| c.is_control()) {
        return Err(told(&"expected one line of text"));
    }
    Ok(line.to_owned())
}
