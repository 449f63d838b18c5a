//! What there is to tell of a node.

use millwatt::wire::Stamp;
use serde_json::{Value, json};

/// News of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeNews {
    /// Its name.
    pub node: String,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A node was seen under this name for the first time: its key is the one from now on.
    First {
        /// To be compared with the node's label.
        fingerprint: String,
    },
    /// It said hello.
    Hello {
        /// Name and version of its program.
        program: String,
        /// Its starts.
        epoch: u32,
    },
    /// It gave up frames up to a stamp, for want of room.
    GaveUp {
        /// Up to here there may be gaps.
        up_to: Stamp,
    },
    /// Frames are on the disk and receipted.
    Kept {
        /// Everything up to here.
        up_to: Stamp,
        /// How many came now.
        frames: usize,
    },
    /// Its program failed some time ago, and has started again.
    Failed {
        /// What it said.
        text: String,
    },
    /// Something that people must act on, or know.
    Trouble {
        /// What is wrong and what to do.
        message: String,
    },
}

impl NodeNews {
    /// For people; `None` for what only programs want to hear.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let node = &self.node;
        Some(match &self.what {
            What::First { fingerprint } => format!(
                "node `{node}`: first seen, key {fingerprint}; compare it with the node's label, from now on no other is taken"
            ),
            What::Hello { program, epoch } => format!("node `{node}`: {program}, start {epoch}"),
            What::GaveUp { up_to } => format!(
                "node `{node}`: its flash was full, what it had up to frame {}.{} and nobody here has is given up",
                up_to.epoch, up_to.sequence
            ),
            What::Kept { .. } => return None,
            What::Failed { text } => {
                format!("node `{node}`: its program failed and started again; it said: {text}")
            }
            What::Trouble { message } => format!("node `{node}`: {message}"),
        })
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let mut line = match &self.what {
            What::First { fingerprint } => json!({ "what": "first", "fingerprint": fingerprint }),
            What::Hello { program, epoch } => {
                json!({ "what": "hello", "program": program, "epoch": epoch })
            }
            What::GaveUp { up_to } => {
                json!({ "what": "gave_up", "epoch": up_to.epoch, "sequence": up_to.sequence })
            }
            What::Kept { up_to, frames } => {
                json!({ "what": "kept", "epoch": up_to.epoch, "sequence": up_to.sequence, "frames": frames })
            }
            What::Failed { text } => json!({ "what": "failed", "text": text }),
            What::Trouble { message } => json!({ "what": "trouble", "message": message }),
        };
        line["event"] = "node".into();
        line["node"] = self.node.as_str().into();
        line
    }
}
