//! From "something since the last checkpoint" to the leaf, and to the record where one alone can be it.
//!
//! Nothing that stands in a log is believed for it, but what its checkpoints sign. A checkpoint signs the roots of the
//! tree's full subtrees, so that of many new leaves those below a root that comes out again are proved. If a frame was
//! put in, the log without it comes out as signed. If one was taken away, its stamp is missing in the row. Of a frame
//! that was changed under a right checksum the signatures tell its leaf: the frames that hold readings of it.

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use super::super::chain::{Chain, Holding, Sealed, joined};
use super::super::checkpoint::Seal;
use super::super::leaf::LeafKind;
use super::super::tree::{Frontier, Hash};
use super::Place;
use crate::time::{Instant, Period, Span};
use crate::wire::{Columns, FrameKind, Stamp, events};

/// Most readings that are taken in again in one audit to find frames that were put in: a blink of work, enough for some
/// fifty places in a log of a thousand readings a leaf.
const MOST_TRIED: u64 = 1 << 20;

/// A frame, or damage, that stands before the next checkpoint.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) place: Place,
    /// `None` for damage.
    kind: Option<FrameKind>,
    content: Content,
}

/// What of a frame may wait for a checkpoint; nothing unless it holds readings or events.
#[derive(Debug, Default, Clone)]
pub(super) struct Content {
    pub(super) payload: Vec<u8>,
    /// How many readings it holds.
    pub(super) readings: u64,
    /// The newest instant in it.
    pub(super) newest: Option<Instant>,
}

impl Held {
    /// Readings or events, which a checkpoint signs.
    fn is_content(&self) -> bool {
        matches!(self.kind, Some(FrameKind::Readings | FrameKind::Events))
    }

    /// Whether its stamp is one of the row; damage has none, and the head of a page the newest before it.
    fn is_in_row(&self) -> bool {
        !matches!(self.kind, None | Some(FrameKind::Page | FrameKind::Compacted))
    }

    fn give(&self, chain: &mut Chain) {
        match self.kind {
            Some(FrameKind::Readings) => {
                // What breaks off broke off the first time, too.
                let _ = chain.readings(&self.content.payload);
            }
            Some(FrameKind::Events) => {
                chain.events(&self.content.payload);
            }
            _ => {}
        }
    }

    /// Gives each instant; tells whether the payload could be read to its end.
    fn instants(&self, mut each: impl FnMut(Instant)) -> bool {
        match self.kind {
            Some(FrameKind::Readings) => {
                let Ok(columns) = Columns::new(&self.content.payload) else { return false };
                for column in columns {
                    let Ok(column) = column else { return false };
                    column.readings().for_each(|reading| each(reading.sample.at));
                }
            }
            Some(FrameKind::Events) => {
                for event in events(&self.content.payload) {
                    let Ok(event) = event else { return false };
                    each(event.at);
                }
            }
            _ => {}
        }
        true
    }

    /// How many readings it holds.
    pub(super) const fn readings(&self) -> u64 {
        self.content.readings
    }

    /// From the first to the last instant of what it holds.
    pub(super) fn span(&self) -> Option<(Instant, Instant)> {
        let mut span = None;
        self.instants(|at| span = joined(span, Some((at, at))));
        span
    }
}

/// Stamps that no frame has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Absence {
    pub(super) first: Stamp,
    pub(super) last: Stamp,
    /// The frame before which they should stand.
    pub(super) at: Place,
    /// Whether that frame stands in the place of one that had them.
    pub(super) is_stranger: bool,
}

/// What stands since the last checkpoint, and what that checkpoint left waiting.
#[derive(Debug, Default, Clone)]
pub(super) struct Stretch {
    /// In the order of the log.
    held: Vec<Held>,
    /// How many of them stand before the checkpoint.
    carried: usize,
    /// The state behind the checkpoint.
    tree: Frontier,
    sealed_to: Instant,
    span: Span,
    /// Whether the checkpoint began a tree, which takes in all that waits.
    is_new: bool,
    /// The checkpoint's stamp.
    since: Option<Stamp>,
    /// What was missing before it: a frame may be taken away whose readings only the next one signs.
    earlier: Vec<Absence>,
    /// A page that was written anew begins in it: its frames have one stamp.
    is_compacted: bool,
}

impl Stretch {
    /// Takes a frame, or damage.
    pub(super) fn hold(&mut self, place: Place, kind: Option<FrameKind>, content: Content) {
        self.is_compacted |= kind == Some(FrameKind::Compacted);
        self.held.push(Held { place, kind, content });
    }

    /// Takes out one.
    pub(super) fn take(&mut self, number: usize) -> Held {
        self.carried -= usize::from(number < self.carried);
        self.held.remove(number)
    }

    /// The first that a checkpoint would sign, or damage.
    pub(super) fn first(&self) -> Option<Place> {
        let mut signed = self.held.iter().filter(|held| held.kind.is_none() || held.is_content());
        signed.next().map(|held| held.place)
    }

    /// Begins behind a checkpoint, the chain being as the checkpoint left it.
    pub(super) fn begin(&mut self, chain: &Chain, checkpoint: Place, is_new: bool) {
        self.earlier = self.absences(checkpoint);
        (self.sealed_to, self.span) = (chain.sealed_to(), chain.span());
        let waits = |held: &Held| is_new || held.content.newest >= Some(chain.sealed_to());
        self.held.retain(|held| held.is_content() && waits(held));
        (self.carried, self.tree, self.is_new) = (self.held.len(), chain.tree.clone(), is_new);
        (self.since, self.is_compacted) = (Some(checkpoint.stamp), false);
    }

    /// The runs of stamps between the last checkpoint and this one that no frame has; of several only two, for none of
    /// them is more to blame than the others.
    fn absences(&self, checkpoint: Place) -> Vec<Absence> {
        let end = checkpoint.stamp;
        let since = self.since.filter(|since| *since < end && !self.is_compacted);
        let Some(since) = since else { return Vec::new() };
        let between = self.row().map(|held| held.place.stamp).filter(|stamp| *stamp < end);
        let mut stamps: Vec<Stamp> = between.filter(|stamp| *stamp > since).collect();
        stamps.extend([since, end]);
        stamps.sort_unstable();
        let runs = stamps.windows(2).filter_map(|pair| between_stamps(pair[0], pair[1]));
        runs.take(2).map(|(first, last)| self.absence(first, last, checkpoint)).collect()
    }

    fn absence(&self, first: Stamp, last: Stamp, checkpoint: Place) -> Absence {
        let row: Vec<Place> = self.row().map(|held| held.place).collect();
        let is_before = |place: &Place| self.since <= Some(place.stamp) && place.stamp < first;
        let behind = row.iter().rposition(is_before).map_or(0, |place| place + 1);
        let at = row.get(behind).copied().unwrap_or(checkpoint);
        Absence { first, last, at, is_stranger: at.stamp != last.next() }
    }

    /// Whether stamps were missing before the last checkpoint.
    pub(super) fn is_behind_absences(&self) -> bool {
        !self.earlier.is_empty()
    }

    /// The stamps that are missing before this checkpoint or the last, where they are one run.
    pub(super) fn absence_before(&self, checkpoint: Place) -> Option<Absence> {
        match [self.earlier.clone(), self.absences(checkpoint)].concat().as_slice() {
            [absence] => Some(*absence),
            _ => None,
        }
    }

    fn row(&self) -> impl Iterator<Item = &Held> {
        self.held[self.carried..].iter().filter(|held| held.is_in_row())
    }

    /// The chain as it stood before the checkpoint that does not fit, under a manifest, without one of the frames.
    fn replay(&self, manifest: Hash, without: Option<usize>) -> Chain {
        let mut chain = Chain::new(self.span);
        let give = |range: Range<usize>, chain: &mut Chain| {
            let kept = range.filter(|number| Some(*number) != without);
            kept.for_each(|number| self.held[number].give(chain));
        };
        give(0..self.carried, &mut chain);
        if self.is_new {
            chain.restart(self.sealed_to, self.span);
        } else {
            chain.resume(self.tree.clone(), self.sealed_to, self.span);
        }
        give(self.carried..self.held.len(), &mut chain);
        chain.under(manifest);
        chain
    }

    /// Counts one more replay; tells whether there is time for it.
    fn may_try(&self, tried: &mut u64) -> bool {
        let readings = self.held.iter().map(|held| held.content.readings + 1);
        *tried = readings.fold(*tried, u64::saturating_add);
        *tried <= MOST_TRIED
    }

    /// Whether all is as it was signed under another manifest.
    pub(super) fn is_signed_under(&self, manifest: Hash, seal: &Seal<'_>, tried: &mut u64) -> bool {
        if !self.may_try(tried) {
            return false;
        }
        let mut chain = self.replay(manifest, None);
        chain.seal(seal.sealed_to);
        chain.tree == seal.tree
    }

    /// The frame without which all is as it was signed, with the chain and what the checkpoint took in.
    pub(super) fn put_in(
        &self,
        manifest: Hash,
        seal: &Seal<'_>,
        tried: &mut u64,
    ) -> Option<(usize, Chain, Sealed)> {
        for number in (0..self.held.len()).filter(|number| self.held[*number].is_content()) {
            if !self.may_try(tried) {
                return None;
            }
            let mut chain = self.replay(manifest, Some(number));
            let sealed = chain.seal(seal.sealed_to);
            if chain.tree == seal.tree {
                return Some((number, chain, sealed));
            }
        }
        None
    }

    /// The frames that hold something of the leaves that are not proved, or that cannot be read to their end.
    pub(super) fn holders(&self, unproved: &Unproved) -> Vec<Place> {
        let numbered = self.held.iter().enumerate().filter(|(_, held)| held.is_content());
        let holders = numbered.filter(|(number, held)| {
            let is_carried = *number < self.carried;
            let mut holds = false;
            let is_whole = held.instants(|at| {
                let is_before = at < self.sealed_to && !(is_carried && self.is_new);
                holds |= match is_before {
                    true => !is_carried && unproved.late,
                    false => unproved.has(at),
                };
            });
            holds || !is_whole
        });
        holders.map(|(_, held)| held.place).collect()
    }
}

/// The stamps between two, as far as the later one's epoch tells that there were such.
fn between_stamps(before: Stamp, after: Stamp) -> Option<(Stamp, Stamp)> {
    let is_one_epoch = before.epoch == after.epoch;
    let first = if is_one_epoch { before.sequence + 1 } else { 1 };
    let stamp = |sequence| Stamp { epoch: after.epoch, sequence };
    (first < after.sequence).then(|| (stamp(first), stamp(after.sequence - 1)))
}

/// The leaves of a checkpoint that did not come out again, and those that did.
#[derive(Debug, Default)]
pub(super) struct Unproved {
    /// The spans of those of readings that came on time, in time order.
    on_time: Vec<Period>,
    /// Whether that of late readings is one of them.
    late: bool,
    /// How many readings they hold.
    pub(super) readings: u64,
    /// From the first to the last instant of what they hold.
    pub(super) span: Option<(Instant, Instant)>,
    /// How many leaves are proved.
    pub(super) proved: u64,
    /// Readings in these.
    pub(super) proved_readings: u64,
    /// From the first to the last instant in these.
    pub(super) proved_span: Option<(Instant, Instant)>,
}

impl Unproved {
    /// By what came out of the frames and what was signed, the tree having been known up to here.
    pub(super) fn of(known: &Frontier, signed: &Frontier, sealed: &Sealed) -> Self {
        let proved = proved(known, signed, &sealed.leaves);
        let mut told = Self::sort(&sealed.holdings, &proved);
        let is_whole = told.leaves() == 0 && told.proved == signed.size() - known.size();
        if is_whole {
            // All that is new is as signed: what was known before is not, so that nothing can be parted.
            told = Self::sort(&sealed.holdings, &vec![false; proved.len()]);
        }
        told
    }

    fn sort(holdings: &[Holding], proved: &[bool]) -> Self {
        let mut told = Self::default();
        for (holding, is_proved) in holdings.iter().zip(proved) {
            if *is_proved {
                told.proved += 1;
                told.proved_readings += holding.readings;
                told.proved_span = joined(told.proved_span, holding.span);
                continue;
            }
            match holding.kind {
                LeafKind::OnTime => told.on_time.push(holding.period),
                LeafKind::Late => told.late = true,
            }
            told.readings += holding.readings;
            told.span = joined(told.span, holding.span);
        }
        told
    }

    /// How many leaves are not proved.
    pub(super) fn leaves(&self) -> u64 {
        self.on_time.len() as u64 + u64::from(self.late)
    }

    fn has(&self, at: Instant) -> bool {
        let next = self.on_time.partition_point(|period| period.to <= at);
        self.on_time.get(next).is_some_and(|period| period.from <= at)
    }
}

/// Which new leaves are proved by the roots of the signed tree's subtrees: as they come from the front, and, where
/// there are more or fewer leaves than were signed, as they come from the end.
fn proved(known: &Frontier, signed: &Frontier, leaves: &[Hash]) -> Vec<bool> {
    let first = known.size();
    let mut proved = vec![false; leaves.len()];
    let mut from_the_front = known.clone();
    let expected = signed.size().saturating_sub(first);
    let shift = leaves.len() as i64 - expected as i64;
    for (range, root) in signed.subtrees().filter(|(range, _)| range.end > first) {
        let new = range.start.max(first) - first..range.end - first;
        if let Some(places) = places(&new, 0, leaves.len()) {
            let have = (from_the_front.size() - first) as usize;
            leaves[have..places.end].iter().for_each(|leaf| from_the_front.push(*leaf));
            if from_the_front.roots().last() == Some(&root) {
                proved[places].fill(true);
            }
        }
        let from_the_end = if shift == 0 { None } else { places(&new, shift, leaves.len()) };
        if let Some(places) = from_the_end.filter(|_| range.start >= first) {
            let mut subtree = Frontier::new();
            leaves[places.clone()].iter().for_each(|leaf| subtree.push(*leaf));
            if subtree.root() == root {
                proved[places].fill(true);
            }
        }
    }
    proved
}

/// The places of some leaves, so many further on, when all of them are there.
fn places(leaves: &Range<u64>, shift: i64, length: usize) -> Option<Range<usize>> {
    let place = |leaf: u64| usize::try_from(leaf.checked_add_signed(shift)?).ok();
    let places = place(leaves.start)?..place(leaves.end)?;
    (places.end <= length).then_some(places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::leaf_hash;

    fn leaf(number: u8) -> Hash {
        leaf_hash(&[number])
    }

    fn tree(leaves: &[Hash]) -> Frontier {
        let mut tree = Frontier::new();
        leaves.iter().for_each(|leaf| tree.push(*leaf));
        tree
    }

    /// Which of the leaves from `known` on are proved, as the places that are not.
    fn unproved(known: u8, signed: &[Hash], found: &[Hash]) -> Vec<usize> {
        let all: Vec<Hash> = (0..known).map(leaf).collect();
        let proved = proved(&tree(&all), &tree(&[&all, signed].concat()), found);
        (0..proved.len()).filter(|place| !proved[*place]).collect()
    }

    #[test]
    fn a_changed_leaf_is_told_from_those_below_other_roots() {
        let signed: Vec<Hash> = (20..35).map(leaf).collect();
        let mut found = signed.clone();
        found[13] = leaf(99);
        // 15 leaves: subtrees of 8, 4, 2 and 1.
        assert_eq!(unproved(0, &signed, &found), [12, 13]);
        // Behind five more: of 16, which begins with these, and of 4.
        assert_eq!(unproved(5, &signed, &found), [11, 12, 13, 14]);
        assert!(unproved(5, &signed, &signed).is_empty());
    }

    #[test]
    fn leaves_behind_one_that_was_taken_away_are_proved_from_the_end() {
        let signed: Vec<Hash> = (20..35).map(leaf).collect();
        let mut found = signed.clone();
        found.remove(9);
        assert_eq!(unproved(0, &signed, &found), [8, 9, 10]);
        found.insert(9, leaf(98));
        found.insert(9, leaf(99));
        assert_eq!(unproved(0, &signed, &found), [8, 9, 10, 11, 12]);
    }

    #[test]
    fn stamps_between_two_are_those_of_one_epoch() {
        let stamp = |epoch, sequence| Stamp { epoch, sequence };
        assert_eq!(between_stamps(stamp(1, 4), stamp(1, 5)), None);
        assert_eq!(between_stamps(stamp(1, 4), stamp(1, 7)), Some((stamp(1, 5), stamp(1, 6))));
        assert_eq!(between_stamps(stamp(1, 4), stamp(2, 1)), None);
        assert_eq!(between_stamps(stamp(1, 4), stamp(2, 2)), Some((stamp(2, 1), stamp(2, 1))));
    }
}
