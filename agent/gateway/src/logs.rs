//! The logs of several devices of a site: read together, and carried in one file.

use std::path::PathBuf;

use millwatt::archive::Archive;
use millwatt::time::{Instant, Period};
use millwatt::trust::audit;
use millwatt::wire::bytes::Writer;
use millwatt::wire::frame::HEAD;
use millwatt::wire::{Clock, Frame, FrameKind, Stamp};

use crate::file_log::{DataError, add_folder, pages_since, path_of, read_archive};
use crate::live::packed_log;
use crate::run::node;

/// Reads folders into one memory; the site is the first one's, assets and channels are those of all.
///
/// # Errors
/// See [`DataError`]; [`DataError::Twice`] where two of them have a channel of one name at the same time.
pub fn read_all(folders: &[PathBuf]) -> Result<Archive, DataError> {
    let folders = &with_nodes(folders)[..];
    if let [folder] = folders {
        return read_archive(folder);
    }
    refuse_doubles(folders)?;
    let mut archive = Archive::new();
    for folder in folders {
        archive.begin_log();
        let added = add_folder(folder, &mut archive);
        added.map_err(|error| DataError::Io(folder.clone(), error))?;
    }
    archive.settle();
    Ok(archive)
}

/// Reads what folders have from a time on, and some from before it; see [`read_all`].
///
/// # Errors
/// The file system's.
pub fn read_since(folders: &[PathBuf], since: Instant) -> std::io::Result<Archive> {
    let mut archive = Archive::new();
    for folder in with_nodes(folders) {
        archive.begin_log();
        for page in pages_since(&folder, since)? {
            archive.extend(&std::fs::read(path_of(&folder, page))?);
        }
    }
    archive.settle();
    Ok(archive)
}

/// Folders, each followed by those of the nodes that send their logs there.
#[must_use]
pub fn with_nodes(folders: &[PathBuf]) -> Vec<PathBuf> {
    let each = |folder: &PathBuf| [vec![folder.clone()], node::folders(folder)].concat();
    folders.iter().flat_map(each).collect()
}

/// One channel in two logs is right only where one device took over from the other.
fn refuse_doubles(folders: &[PathBuf]) -> Result<(), DataError> {
    let mut known: Vec<(&PathBuf, String, Period)> = Vec::new();
    for folder in folders {
        let archive = read_archive(folder)?;
        let Some(span) = archive.span() else { continue };
        let unreadable = |error| DataError::Unreadable(folder.clone(), format!("{error}"));
        let parts = archive.parts().map_err(unreadable)?;
        let before = known.len();
        for channel in parts.site().channels {
            let name = channel.name.to_owned();
            let is_same = |(_, other, period): &&(_, String, Period)| {
                *other == name && period.overlap(span).is_some()
            };
            if let Some((other, ..)) = known[..before].iter().find(is_same) {
                return Err(DataError::Twice((*other).clone(), folder.clone(), name));
            }
            known.push((folder, name, span));
        }
    }
    Ok(())
}

/// The logs of folders as a report carries them.
///
/// # Errors
/// See [`DataError`].
pub fn packed(folders: &[PathBuf]) -> Result<Vec<u8>, DataError> {
    let mut bytes = Vec::new();
    for folder in &with_nodes(folders) {
        if !bytes.is_empty() {
            bytes.extend(border());
        }
        bytes.extend(packed_log(folder)?);
    }
    Ok(bytes)
}

fn border() -> [u8; HEAD] {
    let (stamp, clock) = (Stamp::default(), Clock::default());
    let frame = Frame { stamp, clock, kind: FrameKind::Log, payload: &[] };
    let mut bytes = [0; HEAD];
    frame.emit(&mut Writer::new(&mut bytes)).expect("a head without a payload fits");
    bytes
}

/// The logs that stand one after the other in some bytes.
#[must_use]
pub fn split(bytes: &[u8]) -> Vec<&[u8]> {
    audit::logs(bytes).into_iter().map(|(_, log)| log).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_come_apart_where_they_were_joined() {
        let one = [&b"one"[..], &border(), b"two", &border(), b"three"].concat();
        assert_eq!(split(&one), [&b"one"[..], b"two", b"three"]);
        assert_eq!(split(b"alone"), [b"alone"]);
    }
}
