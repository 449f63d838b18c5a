//! What stands in a log's pages, frame by frame, each reading and note as often as it is there.

use std::collections::BTreeMap;
use std::path::Path;

use millwatt::time::Instant;
use millwatt::wire::{Columns, Frame, FrameKind, Frames, events};

/// A reading by its channel and instant; a note by [`NOTE`] and its instant.
pub type Key = (u16, Instant);

/// The channel of notes, of which no site has so many.
pub const NOTE: u16 = u16::MAX;

/// Readings and notes that were found.
#[derive(Debug, Default, Clone)]
pub struct Found {
    /// The values of each; a note's is its length.
    pub values: BTreeMap<Key, Vec<i64>>,
    /// What cannot be, a clause each.
    pub faults: Vec<String>,
}

impl Found {
    /// In all pages of a folder.
    ///
    /// # Errors
    /// The file system's, as a sentence.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut found = Self::default();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            if path.extension().is_some_and(|suffix| suffix == "mwlog") {
                found.page(&std::fs::read(path).map_err(failed)?);
            }
        }
        Ok(found)
    }

    /// Adds a page.
    pub fn page(&mut self, page: &[u8]) {
        for frame in Frames::new(page) {
            self.frame(&frame);
        }
    }

    /// Adds a frame.
    pub fn frame(&mut self, frame: &Frame<'_>) {
        match frame.kind {
            FrameKind::Readings => self.block(frame.payload),
            FrameKind::Events => self.notes(frame.payload),
            _ => {}
        }
    }

    fn block(&mut self, payload: &[u8]) {
        let Ok(columns) = Columns::new(payload) else {
            return self.faults.push("a block has no beginning".to_owned());
        };
        for column in columns {
            let Ok(column) = column else {
                return self.faults.push("a block breaks off".to_owned());
            };
            for reading in column.readings() {
                let key = (reading.channel.0, reading.sample.at);
                self.values.entry(key).or_default().push(reading.sample.value);
            }
        }
    }

    fn notes(&mut self, payload: &[u8]) {
        for event in events(payload) {
            let Ok(event) = event else {
                return self.faults.push("an event breaks off".to_owned());
            };
            let length = i64::try_from(event.note.len()).unwrap_or(i64::MAX);
            self.values.entry((NOTE, event.at)).or_default().push(length);
        }
    }
}
