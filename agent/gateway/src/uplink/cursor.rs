//! Up to where a receiver has the log, by its own signed word; kept in the data folder, so that a start goes on from there.

use std::io;
use std::path::{Path, PathBuf};

use millwatt::wire::Stamp;

use crate::trust::key::replace;

/// Where a data folder keeps what it knows of its uplinks.
pub(super) const FOLDER: &str = "uplinks";

/// What is known of one uplink's receiver.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Everything up to here is kept by the receiver.
    pub receipted: Stamp,
    /// The verifier key of the receiver that said so.
    pub receiver: String,
}

impl Cursor {
    /// The cursor of an uplink to the receiver with this key; at the beginning where there is none, none that can be read,
    /// or one of another receiver.
    #[must_use]
    pub fn read(data: &Path, uplink: &str, receiver: &str) -> Self {
        let begin = Self { receipted: Stamp::default(), receiver: receiver.to_owned() };
        let text = std::fs::read_to_string(path(data, uplink));
        text.map(|text| Self::parse(&text))
            .ok()
            .filter(|kept| kept.receiver == receiver)
            .unwrap_or(begin)
    }

    /// Writes it down, in one step.
    ///
    /// # Errors
    /// The file system's.
    pub fn write(&self, data: &Path, uplink: &str) -> io::Result<()> {
        let folder = data.join(FOLDER);
        if !folder.is_dir() {
            crate::file_log::make_folder(&folder)?;
        }
        replace(&path(data, uplink), self.text().as_bytes(), 0o644)
    }

    fn parse(text: &str) -> Self {
        let value = |name| text.lines().find_map(|line| line.strip_prefix(name));
        Self {
            receipted: value("receipted ").and_then(stamp).unwrap_or_default(),
            receiver: value("receiver ").unwrap_or_default().to_owned(),
        }
    }

    fn text(&self) -> String {
        let Stamp { epoch, sequence } = self.receipted;
        format!("receipted {epoch}.{sequence}\nreceiver {}\n", self.receiver)
    }
}

/// Up to where all of some uplinks have the log; `None` where there are none to wait for.
#[must_use]
pub fn common(data: &Path, uplinks: &[Waiting]) -> Option<Stamp> {
    let cursors = uplinks.iter().map(|one| Cursor::read(data, &one.uplink, &one.receiver));
    cursors.map(|cursor| cursor.receipted).min()
}

/// An uplink whose receiver must have the log before any of it is deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its name.
    pub uplink: String,
    /// The verifier key of its receiver.
    pub receiver: String,
}

/// The newest stamp that any receiver has ever receipted or any server taken, whether its uplink is still used or not.
#[must_use]
pub fn newest(data: &Path) -> Stamp {
    let entries = std::fs::read_dir(data.join(FOLDER)).into_iter().flatten().flatten();
    let texts = entries.filter_map(|entry| std::fs::read_to_string(entry.path()).ok());
    let taken = |text: &str| text.lines().find_map(|line| stamp(line.strip_prefix("sent ")?));
    let newest =
        |text: String| Cursor::parse(&text).receipted.max(taken(&text).unwrap_or_default());
    texts.map(newest).max().unwrap_or_default()
}

fn path(data: &Path, uplink: &str) -> PathBuf {
    data.join(FOLDER).join(format!("{uplink}.cursor"))
}

pub(super) fn stamp(text: &str) -> Option<Stamp> {
    let (epoch, sequence) = text.trim().split_once('.')?;
    Some(Stamp { epoch: epoch.parse().ok()?, sequence: sequence.parse().ok()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_there_after_a_start_and_all_count() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path();
        let stamp = |sequence| Stamp { epoch: 2, sequence };
        let cursor = |sequence, receiver: &str| Cursor {
            receipted: stamp(sequence),
            receiver: receiver.to_owned(),
        };
        assert_eq!(Cursor::read(data, "office", "a+1+AQ").receipted, Stamp::default());
        cursor(9, "a+1+AQ").write(data, "office").expect("written");
        cursor(4, "b+2+AQ").write(data, "province").expect("written");
        assert_eq!(Cursor::read(data, "office", "a+1+AQ"), cursor(9, "a+1+AQ"));
        let waiting = |uplink: &str, receiver: &str| Waiting {
            uplink: uplink.to_owned(),
            receiver: receiver.to_owned(),
        };
        let both = [waiting("office", "a+1+AQ"), waiting("province", "b+2+AQ")];
        assert_eq!(common(data, &both), Some(stamp(4)));
        let other = [waiting("office", "c+3+AQ")];
        assert_eq!(common(data, &other), Some(Stamp::default()), "another receiver has nothing");
        assert_eq!((common(data, &[]), newest(data)), (None, stamp(9)));
        std::fs::write(data.join(FOLDER).join("cloud.sent"), "sent 2.11\n").expect("written");
        assert_eq!(newest(data), stamp(11), "a log goes on above what any server took, too");
    }
}
