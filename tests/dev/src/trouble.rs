//! What goes wrong here: a tool that is not there, or a step that failed.

use std::{error::Error, fmt, io, path::Path};

/// Why a step could not be finished, in one sentence that says what to do.
#[derive(Debug)]
pub enum Trouble {
    /// Something that this machine lacks; `remedy` says how to get it.
    Missing {
        /// What is missing, as in "qemu-system-arm".
        tool: String,
        /// What to do, as in "run `apt-get install qemu-system-arm` as root".
        remedy: String,
    },
    /// The step ran and failed.
    Failed(String),
}

impl Trouble {
    /// A missing tool and its remedy.
    pub fn missing(tool: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::Missing { tool: tool.into(), remedy: remedy.into() }
    }

    /// A file operation that failed.
    pub fn file(what: &str, path: &Path, error: &io::Error) -> Self {
        Self::Failed(format!("cannot {what} {}: {error}", path.display()))
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { tool, remedy } => write!(f, "{tool} is missing: {remedy}"),
            Self::Failed(reason) => f.write_str(reason),
        }
    }
}

impl Error for Trouble {}
