//! A signed page written anew: frames of a minute become blocks of a day.
//!
//! A page is read, packed, read again and compared, with the leaves of its tree. Of the checkpoints one for some ten
//! thousand readings stays, at most one a day: the leaves between come out of the readings. A page that is damaged, or
//! was written under two manifests or two keys, stays as it is.

use alloc::vec::Vec;

use super::Archive;
use crate::wire::{FrameKind, Frames};
use signed_page::SignedPage;

mod signed_page;

/// A checkpoint costs about 500 bytes; fewer readings than this are not worth one.
pub const WORTH_A_CHECKPOINT: u64 = 50_000;

/// The page's content in fewer bytes, proved to be the same, its signatures included; `None` where there is nothing
/// to gain, or something that must stay as it is.
#[must_use]
pub fn denser(bytes: &[u8]) -> Option<Vec<u8>> {
    let first = Frames::new(bytes).next()?;
    if first.kind == FrameKind::Compacted {
        return None;
    }
    let before = Archive::load(bytes).ok().filter(|archive| archive.damaged() == 0)?;
    let page = SignedPage::walk(bytes)?;
    let denser = page.compact()?;
    let again = SignedPage::walk(&denser)?;
    let is_proved = page.leaves() == again.leaves() && page.tail == again.tail;
    let is_same = Archive::load(&denser).ok()?.holds_the_same(&before);
    (denser.len() < bytes.len() && is_proved && is_same).then_some(denser)
}
