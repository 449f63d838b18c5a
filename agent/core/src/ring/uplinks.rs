//! Several receivers of one log, each with a cursor of its own.

use millwatt::wire::Stamp;

/// Up to where each of `N` receivers has the log, by its receipts. What all of them have may be erased; each goes on
/// reading where it was.
///
/// The log itself keeps only what all have: after a start everyone begins there, and whoever was further gets some
/// frames again, which it knows by their stamps.
///
/// # Example
/// ```
/// use millwatt::wire::Stamp;
/// use millwatt_agent::ring::Uplinks;
/// let stamp = |sequence| Stamp { epoch: 1, sequence };
/// // A broker and a gateway on a serial line; `ring.receipted()` after a start.
/// let mut uplinks = Uplinks::<2>::new(stamp(0));
/// assert_eq!(uplinks.receipt(0, stamp(40)), stamp(0)); // the other has nothing yet
/// assert_eq!(uplinks.receipt(1, stamp(25)), stamp(25)); // for `ring.receipt`
/// assert_eq!(uplinks.cursor(0), stamp(40)); // for `ring.read`
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uplinks<const N: usize> {
    up_to: [Stamp; N],
}

impl<const N: usize> Uplinks<N> {
    /// After a start: all have what the log says that all have.
    #[must_use]
    pub const fn new(receipted: Stamp) -> Self {
        Self { up_to: [receipted; N] }
    }

    /// Takes in the receipt of one; gives up to where all have the log. One that is not there changes nothing.
    pub fn receipt(&mut self, uplink: usize, up_to: Stamp) -> Stamp {
        if let Some(known) = self.up_to.get_mut(uplink) {
            *known = up_to.max(*known);
        }
        self.common()
    }

    /// Takes in that one has lost what is above a stamp; gives from where on the log is needed again.
    pub fn recall(&mut self, uplink: usize, to: Stamp) -> Stamp {
        if let Some(known) = self.up_to.get_mut(uplink) {
            *known = to.min(*known);
        }
        self.common()
    }

    /// What one reads on from; the beginning for one that is not there.
    #[must_use]
    pub fn cursor(&self, uplink: usize) -> Stamp {
        self.up_to.get(uplink).copied().unwrap_or_default()
    }

    fn common(&self) -> Stamp {
        self.up_to.iter().copied().min().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(sequence: u64) -> Stamp {
        Stamp { epoch: 1, sequence }
    }

    #[test]
    fn nothing_is_let_go_that_one_still_needs() {
        let mut uplinks = Uplinks::<3>::new(stamp(5));
        assert_eq!(uplinks.receipt(0, stamp(90)), stamp(5));
        assert_eq!(uplinks.receipt(2, stamp(70)), stamp(5));
        assert_eq!(uplinks.receipt(1, stamp(80)), stamp(70));
        assert_eq!(uplinks.receipt(1, stamp(10)), stamp(70), "an old receipt takes nothing back");
        assert_eq!(uplinks.recall(1, stamp(20)), stamp(20), "a lost disk does");
        assert_eq!((uplinks.cursor(0), uplinks.cursor(1)), (stamp(90), stamp(20)));
        assert_eq!(uplinks.receipt(7, stamp(99)), stamp(20), "nobody");
        assert_eq!(uplinks.cursor(7), Stamp::default());
    }
}
