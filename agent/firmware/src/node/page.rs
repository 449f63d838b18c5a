//! A record in a block of its own: what is written once and read at starts.

use embedded_storage::nor_flash::{NorFlash as _, ReadNorFlash as _};
use millwatt::wire::frame::checksum;

use crate::board::{BLOCK, FlashError, Part};

const WORD: usize = 4;

/// A block that holds one record: `mwpg`, length, CRC-32C, content.
pub struct Page(Part);

const MAGIC: u32 = u32::from_le_bytes(*b"mwpg");
const HEAD: usize = 12;
/// Bytes of a record at most.
pub const MOST_RECORD: usize = 256;

impl Page {
    /// In the first block of a part.
    pub const fn new(part: Part) -> Self {
        Self(part)
    }

    /// The record, into a buffer; `None` where there is none that proves itself.
    pub fn read<'b>(&mut self, buffer: &'b mut [u8; MOST_RECORD]) -> Option<&'b [u8]> {
        let mut head = [0; HEAD];
        self.0.read(0, &mut head).ok()?;
        let [magic, length, sum] = words(&head);
        let length = length as usize;
        if magic != MAGIC || length > MOST_RECORD {
            return None;
        }
        let padded = length.next_multiple_of(WORD).min(MOST_RECORD);
        self.0.read(HEAD as u32, buffer.get_mut(..padded)?).ok()?;
        let content = buffer.get(..length)?;
        (checksum(content, &[]) == sum).then_some(content)
    }

    /// Puts a record in the place of what is there.
    pub fn write(&mut self, content: &[u8]) -> Result<(), FlashError> {
        let content = content.get(..MOST_RECORD).unwrap_or(content);
        let mut record = [0xff; MOST_RECORD];
        if let Some(place) = record.get_mut(..content.len()) {
            place.copy_from_slice(content);
        }
        let padded = content.len().next_multiple_of(WORD).min(MOST_RECORD);
        self.erase()?;
        self.0.write(HEAD as u32, record.get(..padded).unwrap_or_default())?;
        // The head last: until it is there, there is no record.
        let head = [MAGIC, content.len() as u32, checksum(content, &[])].map(u32::to_le_bytes);
        self.0.write(0, head.as_flattened())
    }

    /// Takes the record away.
    pub fn erase(&mut self) -> Result<(), FlashError> {
        self.0.erase(0, BLOCK as u32)
    }
}

fn words(bytes: &[u8; HEAD]) -> [u32; 3] {
    let chunks = bytes.as_chunks::<WORD>().0;
    core::array::from_fn(|place| chunks.get(place).map_or(0, |word| u32::from_le_bytes(*word)))
}
