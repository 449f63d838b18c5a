//! One file on a disk that loses, tears and reorders what was not synced.
//!
//! After a crash a file has what its last good sync wrote; of what was written since, each sector of 512 bytes may be
//! as after any of the writes, whatever came before or after it, and the length is anywhere between. What a sync failed
//! to write may stay away for ever though later syncs succeed: Linux drops it and goes on showing it until the power
//! goes.

use std::collections::{BTreeMap, BTreeSet};

use super::choices::Choices;

/// Bytes that a disk writes whole or not at all.
const SECTOR: usize = 512;

/// A file's content; see the [module](self).
#[derive(Debug, Default, Clone)]
pub struct Content {
    /// As the last good sync wrote it.
    durable: Vec<u8>,
    /// As it was after each change since; the last is what a program sees.
    since: Vec<Vec<u8>>,
    /// Sectors that changed since.
    changed: BTreeSet<usize>,
    /// Sectors that the next sync tries to write.
    dirty: BTreeSet<usize>,
    /// Sectors that a failed sync may have dropped, with what the disk has there.
    dropped: BTreeMap<usize, Vec<u8>>,
}

fn sectors(from: usize, to: usize) -> std::ops::Range<usize> {
    from / SECTOR..to.div_ceil(SECTOR)
}

/// What stands in a sector of a file, up to a length; zeros behind the file's end.
fn part(bytes: &[u8], sector: usize, length: usize) -> Vec<u8> {
    let (start, end) = (sector * SECTOR, ((sector + 1) * SECTOR).min(length));
    let there = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
    let mut part = there.to_vec();
    part.resize(end.saturating_sub(start), 0);
    part
}

impl Content {
    /// A file that has long been there.
    #[must_use]
    pub fn durable(bytes: Vec<u8>) -> Self {
        Self { durable: bytes, ..Self::default() }
    }

    /// As who reads it sees it.
    #[must_use]
    pub fn seen(&self) -> &[u8] {
        self.since.last().unwrap_or(&self.durable)
    }

    fn change(&mut self, bytes: Vec<u8>, from: usize, to: usize) {
        self.changed.extend(sectors(from, to));
        self.dirty.extend(sectors(from, to));
        self.since.push(bytes);
    }

    /// Writes bytes at a place; what lies between the end and it becomes zeros.
    pub fn write(&mut self, place: usize, bytes: &[u8]) {
        let mut next = self.seen().to_vec();
        let (before, end) = (next.len(), place + bytes.len());
        next.resize(before.max(end), 0);
        next[place..end].copy_from_slice(bytes);
        self.change(next, place.min(before), end);
    }

    /// Gives it another length.
    pub fn set_length(&mut self, length: usize) {
        let mut next = self.seen().to_vec();
        let before = next.len();
        next.resize(length, 0);
        self.change(next, before.min(length), before.max(length));
    }

    /// A sync that succeeded.
    pub fn sync(&mut self) {
        let length = self.seen().len();
        self.dropped.retain(|sector, _| !self.dirty.contains(sector) && sector * SECTOR < length);
        if let Some(seen) = self.since.pop() {
            self.durable = seen;
        }
        self.since.clear();
        self.changed.clear();
        self.dirty.clear();
    }

    /// A sync that failed: what it should have written is no longer tried.
    pub fn fail(&mut self) {
        // The length may become durable with any later sync.
        for sector in std::mem::take(&mut self.dirty) {
            let on_disk = || part(&self.durable, sector, usize::MAX);
            self.dropped.entry(sector).or_insert_with(on_disk);
        }
    }

    /// What a crash leaves.
    #[must_use]
    pub fn left(&self, choices: &mut Choices) -> Vec<u8> {
        let versions = || std::iter::once(&self.durable).chain(&self.since);
        let lengths: Vec<usize> = versions().map(Vec::len).collect();
        let mut left = self.seen().to_vec();
        left.resize(choices.length(&lengths), 0);
        let length = left.len();
        let uncertain: BTreeSet<usize> =
            self.changed.iter().chain(self.dropped.keys()).copied().collect();
        for sector in uncertain.into_iter().filter(|sector| sector * SECTOR < length) {
            let (start, end) = (sector * SECTOR, ((sector + 1) * SECTOR).min(length));
            let on_disk = self.dropped.get(&sector).map(|bytes| part(bytes, 0, SECTOR));
            let written = versions().map(|version| part(version, sector, (sector + 1) * SECTOR));
            let mut parts: Vec<Vec<u8>> = Vec::new();
            for bytes in on_disk.into_iter().chain(written) {
                parts.retain(|known| *known != bytes);
                parts.push(bytes);
            }
            let chosen = if parts.len() > 1 { choices.choose(parts.len()) } else { 0 };
            left[start..end].copy_from_slice(&parts[chosen][..end - start]);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::super::choices::some_of;
    use super::*;

    fn images(content: &Content) -> Vec<Vec<u8>> {
        some_of(100, 7, |choices| content.left(choices))
    }

    #[test]
    fn what_was_synced_is_in_every_image_and_what_was_not_in_some() {
        let mut content = Content::default();
        content.write(0, &[1; 700]);
        content.sync();
        content.write(700, &[2; 900]);
        let images = images(&content);
        assert!(images.iter().all(|image| image.starts_with(&[1; 700])));
        assert_eq!(images[0], [1; 700]);
        let whole = |image: &Vec<u8>| image.len() == 1_600 && image[700..] == [2; 900];
        assert!(images.iter().any(whole));
        let is_torn = |image: &Vec<u8>| image.len() > 1_100 && image[700..1_024] == [0; 324];
        assert!(images.iter().any(|image| is_torn(image) && image[1_024..].contains(&2)));
        assert!(images.iter().any(|image| image.len() == 1_600 && image[700..] == [0; 900]));
    }

    #[test]
    fn the_second_of_two_writes_may_be_there_without_the_first() {
        let mut content = Content::durable(vec![1; 512]);
        content.write(512, &[2; 512]);
        content.write(1_024, &[3; 512]);
        let is_second_alone = |image: &Vec<u8>| image[512..] == [[0; 512], [3; 512]].concat();
        assert!(images(&content).iter().any(is_second_alone));
    }

    #[test]
    fn what_a_sync_failed_to_write_may_be_gone_until_it_is_written_again() {
        let mut content = Content::durable(vec![1; 512]);
        content.write(512, &[2; 512]);
        content.fail();
        content.write(1_024, &[3; 512]);
        content.sync();
        let is_gone = |image: &Vec<u8>| image[512..1_024] == [0; 512];
        assert!(images(&content).iter().any(is_gone) && !images(&content).iter().all(is_gone));
        assert!(images(&content).iter().all(|image| image[1_024..] == [3; 512]));
        let whole = content.seen().to_vec();
        content.write(0, &whole);
        content.sync();
        assert!(images(&content).iter().all(|image| *image == whole));
    }

    #[test]
    fn what_was_cut_off_is_certain_with_the_next_sync() {
        let mut content = Content::durable(vec![1; 100]);
        content.write(100, &[2; 100]);
        content.fail();
        content.set_length(100);
        assert!(images(&content).iter().any(|image| image.len() > 100));
        content.sync();
        assert!(images(&content).iter().all(|image| *image == [1; 100]));
    }
}
