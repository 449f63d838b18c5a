//! What a program said is kept and somebody may have seen.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use millwatt::trust::Note;
use millwatt::wire::{Frames, Stamp};

use super::disk::{Disk, Effect};
use super::found::{Found, Key};
use super::trace::{Call, Outcome};

/// What must be there, what may be; see the [module](self).
#[derive(Debug, Default, Clone)]
pub struct Told {
    /// Acknowledged.
    pub kept: BTreeMap<Key, i64>,
    /// All that was ever written: it may be there.
    pub written: BTreeMap<Key, i64>,
    /// The texts of all checkpoints that were published.
    pub published: Vec<String>,
    /// Acknowledged, but on pages that were deleted since: it may be there or not.
    pub retired: BTreeMap<Key, i64>,
    /// Written and not acknowledged, in the order of writing.
    waiting: Vec<(Stamp, Key, i64)>,
    /// What was added to pages and is no whole frame yet.
    tail: BTreeMap<PathBuf, Vec<u8>>,
    line: Vec<u8>,
    /// Readings that the running program wrote and acknowledged.
    own: u64,
}

impl Told {
    /// Another program begins after a cut: what nobody acknowledged may be gone.
    pub fn begin_process(&mut self) {
        self.waiting.clear();
        self.tail.clear();
        self.line.clear();
        self.own = 0;
    }

    /// Takes what the program says on its standard output; gives whether it acknowledged anything.
    ///
    /// # Panics
    /// When it acknowledges what it never wrote.
    pub fn hear(&mut self, call: &Call) -> bool {
        let is_heard = !matches!(call.outcome, Outcome::Failed(_));
        if !is_heard || !matches!(&call.name[..], "write" | "writev") || call.number(0) != 1 {
            return false;
        }
        let before = self.kept.len();
        self.line.extend_from_slice(call.bytes(1));
        while let Some(end) = self.line.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.line.drain(..=end).collect();
            self.hear_line(String::from_utf8_lossy(&line).trim());
        }
        self.kept.len() > before
    }

    fn hear_line(&mut self, line: &str) {
        let Ok(json) = serde_json::from_str::<serde_json::Value>(line) else { return };
        if json["event"] == "watermark" {
            let number = |name: &str| json[name].as_u64().expect("a watermark has numbers");
            let epoch = u32::try_from(number("epoch")).expect("an epoch");
            let mark = Stamp { epoch, sequence: number("sequence") };
            self.acknowledge(mark);
            assert_eq!(self.own, number("readings"), "readings up to {mark:?}");
        }
    }

    fn acknowledge(&mut self, mark: Stamp) {
        let (kept, left) =
            std::mem::take(&mut self.waiting).into_iter().partition(|one| one.0 <= mark);
        self.waiting = left;
        for (_, key, value) in kept {
            self.own += u64::from(self.kept.insert(key, value).is_none());
        }
    }

    /// Takes what a call did, after it.
    ///
    /// # Panics
    /// When what is published is no checkpoint.
    pub fn see(&mut self, effect: &Effect, disk: &Disk) {
        match effect {
            Effect::Renamed(path) if path.ends_with("checkpoint") => {
                let note = Note::parse(disk.seen(path).expect("it was just renamed"));
                self.published.push(note.expect("a signed note").text().to_owned());
            }
            Effect::Renamed(path) if is_page(path) => {
                self.take(disk.seen(path).expect("it was just renamed"));
            }
            Effect::Deleted(path, page) if is_page(path) => {
                let mut found = Found::default();
                found.page(page);
                for key in found.values.into_keys() {
                    self.retired.extend(self.kept.remove_entry(&key));
                }
            }
            Effect::Appended(path, bytes) if is_page(path) => self.append(path, bytes),
            _ => {}
        }
    }

    fn append(&mut self, path: &Path, bytes: &[u8]) {
        let tail = self.tail.entry(path.to_owned()).or_default();
        tail.extend_from_slice(bytes);
        let mut tail = std::mem::take(tail);
        let end = self.take(&tail);
        tail.drain(..end);
        self.tail.insert(path.to_owned(), tail);
    }

    /// Takes what frames hold and was not there before; gives where the last of them ends.
    fn take(&mut self, bytes: &[u8]) -> usize {
        let mut frames = Frames::new(bytes);
        for frame in frames.by_ref() {
            let mut found = Found::default();
            found.frame(&frame);
            for (key, values) in found.values {
                self.written.insert(key, values[0]);
                if !self.kept.contains_key(&key) {
                    self.waiting.push((frame.stamp, key, values[0]));
                }
            }
        }
        frames.sound_end()
    }
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "mwlog")
}
