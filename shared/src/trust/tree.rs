//! The Merkle tree of RFC 6962: its hashes, and the little of it that must be kept to let it grow.

use core::ops::Range;

use sha2::{Digest, Sha256};

use super::TrustError;

/// A SHA-256 value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

impl core::fmt::Debug for Hash {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Hash {
    /// Of some bytes, without any prefix.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// The hash of a leaf: of a zero byte and its content (RFC 6962, 2.1).
#[must_use]
pub fn leaf_hash(content: &[u8]) -> Hash {
    Hash(leaf_digest().chain_update(content).finalize().into())
}

/// A digest that has taken in the byte before a leaf's content.
pub(super) fn leaf_digest() -> Sha256 {
    Sha256::new_with_prefix([0])
}

/// The hash of a node: of a one byte and the hashes below it (RFC 6962, 2.1).
#[must_use]
pub fn node_hash(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new_with_prefix([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Most levels of a tree: a leaf a second for thirty thousand years.
pub const MOST_LEVELS: usize = 40;

/// The roots of a tree's full subtrees, the largest first: one for each bit set in its size. From these it
/// grows and has its root; the leaves themselves may be gone.
#[derive(Clone)]
pub struct Frontier {
    size: u64,
    roots: [Hash; MOST_LEVELS],
}

impl PartialEq for Frontier {
    fn eq(&self, other: &Self) -> bool {
        self.size == other.size && self.roots() == other.roots()
    }
}

impl Eq for Frontier {}

impl core::fmt::Debug for Frontier {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{} leaves, root {:?}", self.size, self.root())
    }
}

impl Default for Frontier {
    fn default() -> Self {
        Self::new()
    }
}

impl Frontier {
    /// Of the empty tree.
    #[must_use]
    pub const fn new() -> Self {
        Self { size: 0, roots: [Hash([0; 32]); MOST_LEVELS] }
    }

    /// From a size and the subtree roots that belong to it.
    ///
    /// # Errors
    /// [`TrustError::Malformed`] when there are more or fewer roots than the size has bits.
    pub fn from_roots(
        size: u64,
        roots: impl IntoIterator<Item = Hash>,
    ) -> Result<Self, TrustError> {
        let mut frontier = Self { size, ..Self::new() };
        let expected = frontier.length();
        let mut found = 0;
        for root in roots {
            *frontier.roots.get_mut(found).ok_or(TrustError::Malformed)? = root;
            found += 1;
        }
        if found == expected && size >> MOST_LEVELS == 0 {
            Ok(frontier)
        } else {
            Err(TrustError::Malformed)
        }
    }

    /// Leaves.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    #[must_use]
    pub fn roots(&self) -> &[Hash] {
        &self.roots[..self.length()]
    }

    /// The full subtrees, the largest first: which leaves each stands for, and its root.
    pub fn subtrees(&self) -> impl Iterator<Item = (Range<u64>, Hash)> + '_ {
        let (size, mut from) = (self.size, 0_u64);
        let bits = (0..u64::BITS).rev().filter(move |bit| (size >> *bit) & 1 == 1);
        bits.zip(self.roots()).map(move |(bit, root)| {
            let leaves = from..from + (1_u64 << bit);
            from = leaves.end;
            (leaves, *root)
        })
    }

    const fn length(&self) -> usize {
        self.size.count_ones() as usize
    }

    /// Adds a leaf. The tree stays as it is once it has 2^[`MOST_LEVELS`] − 1.
    pub fn push(&mut self, leaf: Hash) {
        if (self.size + 1) >> MOST_LEVELS != 0 {
            return;
        }
        let mut last = self.length();
        let mut root = leaf;
        for _ in 0..self.size.trailing_ones() {
            last -= 1;
            root = node_hash(self.roots[last], root);
        }
        self.roots[last] = root;
        self.size += 1;
    }

    /// The tree's root; of the empty tree the hash of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        let roots = self.roots().iter().rev().copied();
        roots.reduce(|right, left| node_hash(left, right)).unwrap_or_else(|| Hash::of(&[]))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    /// RFC 6962's definition, word by word: the left subtree has the largest power of two below the size.
    fn defined(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => Hash::of(&[]),
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
                node_hash(defined(left), defined(right))
            }
        }
    }

    #[test]
    fn the_root_is_that_of_the_definition() {
        let leaves: Vec<Hash> = (0..70_u8).map(|n| leaf_hash(&[n])).collect();
        let mut frontier = Frontier::new();
        for size in 0..leaves.len() {
            assert_eq!(frontier.root(), defined(&leaves[..size]), "{size} leaves");
            let again = Frontier::from_roots(frontier.size(), frontier.roots().iter().copied());
            assert_eq!(again.as_ref(), Ok(&frontier));
            frontier.push(leaves[size]);
        }
    }

    #[test]
    fn subtrees_are_those_of_the_definition_and_cover_all_leaves_once() {
        let leaves: Vec<Hash> = (0..70_u8).map(|n| leaf_hash(&[n])).collect();
        let mut frontier = Frontier::new();
        leaves.iter().for_each(|leaf| frontier.push(*leaf));
        let mut next = 0;
        for (range, root) in frontier.subtrees() {
            assert_eq!(range.start, next);
            next = range.end;
            assert_eq!(root, defined(&leaves[range.start as usize..range.end as usize]));
        }
        assert_eq!(next, 70);
    }

    #[test]
    fn wrong_numbers_of_roots_are_refused() {
        let root = leaf_hash(&[]);
        assert_eq!(Frontier::from_roots(3, [root]), Err(TrustError::Malformed));
        assert_eq!(Frontier::from_roots(1, [root, root]), Err(TrustError::Malformed));
        assert_eq!(Frontier::from_roots(1 << 50, [root]), Err(TrustError::Malformed));
    }
}
