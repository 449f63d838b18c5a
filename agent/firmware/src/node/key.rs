//! The device's key: made at the first start, kept in a block of its own.
//!
//! This board has no source of chance. Whoever flashes it writes 32 random bytes as the seed's record; the first start makes
//! the key of them and erases them. A board with a generator of its own would ask that instead.

use millwatt::trust::Hash;

use crate::board::FlashError;
use crate::page::{MOST_RECORD, Page};

/// Said with the seed, so that its hash is nobody else's.
const LABEL: &[u8; 32] = b"millwatt device key from a seed\0";

/// The secret half of the key; `None` where there is neither a key nor a seed.
///
/// # Errors
/// When the flash does not take it.
pub fn key(page: &mut Page, seeds: &mut Page) -> Result<Option<[u8; 32]>, FlashError> {
    let mut buffer = [0; MOST_RECORD];
    let kept = page.read(&mut buffer).and_then(|key| key.try_into().ok());
    let seed = seeds.read(&mut buffer).and_then(|seed| <[u8; 32]>::try_from(seed).ok());
    let key = match (kept, seed) {
        (Some(kept), None) => return Ok(Some(kept)),
        (Some(kept), Some(_)) => kept,
        (None, Some(seed)) => {
            let mut both = [0; 64];
            both[..32].copy_from_slice(LABEL);
            both[32..].copy_from_slice(&seed);
            let key = Hash::of(&both).0;
            page.write(&key)?;
            key
        }
        (None, None) => return Ok(None),
    };
    seeds.erase()?;
    Ok(Some(key))
}
