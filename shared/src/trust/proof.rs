//! Proofs of the tree: that a leaf is in it, and that it is a later state of another (RFC 9162, 2.1.3 and 2.1.4).

use super::TrustError;
use super::tree::{Hash, node_hash};

/// The root over leaf hashes.
#[must_use]
pub fn root_of(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(&[]),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(root_of(left), root_of(right))
        }
    }
}

/// The largest power of two below a size of at least two.
const fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

/// Hands out the path from a leaf to the root, lowest first. Nothing for a place outside the tree.
pub fn inclusion(leaves: &[Hash], place: usize, out: &mut impl FnMut(Hash)) {
    if leaves.len() < 2 || place >= leaves.len() {
        return;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if place < left.len() {
        inclusion(left, place, out);
        out(root_of(right));
    } else {
        inclusion(right, place - left.len(), out);
        out(root_of(left));
    }
}

/// Hands out what shows that the tree over the first `earlier` leaves grew into the tree over all. Nothing
/// when there is nothing to show.
pub fn consistency(leaves: &[Hash], earlier: usize, out: &mut impl FnMut(Hash)) {
    if earlier > 0 && earlier < leaves.len() {
        subproof(leaves, earlier, true, out);
    }
}

fn subproof(leaves: &[Hash], earlier: usize, whole: bool, out: &mut impl FnMut(Hash)) {
    if earlier == leaves.len() {
        if !whole {
            out(root_of(leaves));
        }
        return;
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if earlier <= left.len() {
        subproof(left, earlier, whole, out);
        out(root_of(right));
    } else {
        subproof(right, earlier - left.len(), false, out);
        out(root_of(left));
    }
}

/// Checks that a leaf stands at a place of the tree with this size and root.
///
/// # Errors
/// [`TrustError::Mismatch`].
///
/// # Example
/// ```
/// use millwatt::trust::{leaf_hash, proof};
/// let leaves = [leaf_hash(b"one"), leaf_hash(b"two"), leaf_hash(b"three")];
/// let mut path = Vec::new();
/// proof::inclusion(&leaves, 1, &mut |hash| path.push(hash));
/// proof::verify_inclusion(leaves[1], 1, 3, &path, proof::root_of(&leaves))?;
/// # Ok::<(), millwatt::trust::TrustError>(())
/// ```
pub fn verify_inclusion(
    leaf: Hash,
    place: u64,
    size: u64,
    path: &[Hash],
    root: Hash,
) -> Result<(), TrustError> {
    if place >= size {
        return Err(TrustError::Mismatch);
    }
    let (mut node, mut last, mut found) = (place, size - 1, leaf);
    for hash in path {
        if last == 0 {
            return Err(TrustError::Mismatch);
        }
        if node & 1 == 1 || node == last {
            found = node_hash(*hash, found);
            let up = if node == 0 { 0 } else { node.trailing_zeros() };
            (node, last) = (node >> up, last >> up);
        } else {
            found = node_hash(found, *hash);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    matched(last == 0 && found == root)
}

/// Checks that a tree of one size and root grew into another.
///
/// # Errors
/// [`TrustError::Mismatch`].
pub fn verify_consistency(
    earlier: (u64, Hash),
    later: (u64, Hash),
    path: &[Hash],
) -> Result<(), TrustError> {
    let ((first, first_root), (second, second_root)) = (earlier, later);
    if first >= second || first == 0 {
        let same = first == second && first_root == second_root;
        let empty = first == 0 && first_root == Hash::of(&[]);
        return matched(path.is_empty() && (same || (empty && first < second)));
    }
    let mut path = path.iter().copied();
    let (mut node, mut last) = (first - 1, second - 1);
    let up = node.trailing_ones();
    (node, last) = (node >> up, last >> up);
    let start = if node == 0 { first_root } else { path.next().ok_or(TrustError::Mismatch)? };
    let (mut first_found, mut second_found) = (start, start);
    for hash in path {
        if last == 0 {
            return Err(TrustError::Mismatch);
        }
        if node & 1 == 1 || node == last {
            first_found = node_hash(hash, first_found);
            second_found = node_hash(hash, second_found);
            let up = if node == 0 { 0 } else { node.trailing_zeros() };
            (node, last) = (node >> up, last >> up);
        } else {
            second_found = node_hash(second_found, hash);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    matched(last == 0 && first_found == first_root && second_found == second_root)
}

const fn matched(is_so: bool) -> Result<(), TrustError> {
    if is_so { Ok(()) } else { Err(TrustError::Mismatch) }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::trust::leaf_hash;
    use std::vec::Vec;

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|n| leaf_hash(&[n])).collect()
    }

    fn proof_of(give: impl Fn(&mut dyn FnMut(Hash))) -> Vec<Hash> {
        let mut path = Vec::new();
        give(&mut |hash| path.push(hash));
        path
    }

    #[test]
    fn every_leaf_of_every_small_tree_is_proved_and_nothing_else() {
        for size in 1..20_u8 {
            let leaves = leaves(size);
            let root = root_of(&leaves);
            for place in 0..size {
                let path = proof_of(|mut out| inclusion(&leaves, place.into(), &mut out));
                let verify = |leaf, place| verify_inclusion(leaf, place, size.into(), &path, root);
                assert_eq!(verify(leaves[usize::from(place)], place.into()), Ok(()));
                for other in (0..size).filter(|other| *other != place) {
                    assert!(verify(leaves[usize::from(other)], place.into()).is_err());
                    assert!(verify(leaves[usize::from(place)], other.into()).is_err());
                }
            }
        }
    }

    #[test]
    fn every_growth_is_proved_and_a_fork_is_not() {
        let other = leaf_hash(b"other");
        for size in 1..20_u8 {
            let leaves = leaves(size);
            let root = root_of(&leaves);
            for earlier in 1..=size {
                let path = proof_of(|mut out| consistency(&leaves, earlier.into(), &mut out));
                let mut then = leaves[..earlier.into()].to_vec();
                let now = (size.into(), root);
                assert_eq!(
                    verify_consistency((earlier.into(), root_of(&then)), now, &path),
                    Ok(())
                );
                then[usize::from(earlier / 2)] = other;
                assert!(verify_consistency((earlier.into(), root_of(&then)), now, &path).is_err());
            }
        }
    }
}
