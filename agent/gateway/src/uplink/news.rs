//! What there is to tell of an uplink.

use millwatt::wire::Stamp;
use serde_json::{Value, json};

/// News of one uplink.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UplinkNews {
    /// Its name.
    pub uplink: String,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The receiver keeps everything up to here.
    Kept {
        /// The newest frame.
        up_to: Stamp,
        /// Whether this is the first word of it since the start.
        is_first: bool,
    },
    /// The receiver had more once: it has lost what is above this stamp, and gets it again.
    Lost {
        /// Up to here it has the log.
        to: Stamp,
    },
    /// A day's file is in its folder.
    Written {
        /// Its name.
        file: String,
        /// How many readings it has.
        rows: u64,
    },
    /// A server took readings and events up to here.
    Taken {
        /// The newest frame that they come from.
        up_to: Stamp,
        /// How many there were.
        records: usize,
        /// Whether these are the first since the start.
        is_first: bool,
    },
    /// What was wrong is over.
    Works,
    /// Something is wrong.
    Trouble {
        /// What, and what to do.
        message: String,
    },
}

impl UplinkNews {
    /// For people; `None` for what only programs want to hear.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        let uplink = &self.uplink;
        Some(match &self.what {
            What::Kept { is_first: true, .. } => {
                format!("uplink `{uplink}`: the receiver keeps the log")
            }
            What::Taken { is_first: true, .. } => {
                format!("uplink `{uplink}`: the server takes readings")
            }
            What::Kept { .. } | What::Taken { .. } => return None,
            What::Lost { to } => format!(
                "uplink `{uplink}`: the receiver has lost what it had above frame {}.{}; it gets it again, as far as it is here",
                to.epoch, to.sequence
            ),
            What::Written { file, rows } => {
                format!("uplink `{uplink}`: {file} is written, {rows} readings")
            }
            What::Works => format!("uplink `{uplink}`: works again"),
            What::Trouble { message } => format!("uplink `{uplink}`: {message}"),
        })
    }

    /// For programs.
    #[must_use]
    pub fn json(&self) -> Value {
        let stamp = |what: &str, stamp: &Stamp| json!({ "what": what, "epoch": stamp.epoch, "sequence": stamp.sequence });
        let mut line = match &self.what {
            What::Kept { up_to, .. } => stamp("kept", up_to),
            What::Lost { to } => stamp("lost", to),
            What::Written { file, rows } => {
                json!({ "what": "written", "file": file, "readings": rows })
            }
            What::Taken { up_to, records, .. } => {
                let mut line = stamp("taken", up_to);
                line["records"] = (*records).into();
                line
            }
            What::Works => json!({ "what": "works" }),
            What::Trouble { message } => json!({ "what": "trouble", "message": message }),
        };
        line["event"] = "uplink".into();
        line["uplink"] = self.uplink.as_str().into();
        line
    }
}
