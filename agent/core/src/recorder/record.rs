//! Records of a run: rows that were committed together, and a checksum that goes on from the record before.
//!
//! Behind each row a bit says whether another follows in the record. Zeros fill the last byte. Then comes the CRC-32C
//! of the checksum before (at first the one of the run's head) and these bytes.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::bits::{BitReader, BitWriter};
use millwatt::wire::frame::checksum;
use millwatt::wire::row::{Row, RowCoder};

use crate::ring::append::padded;

/// Bytes of a checksum.
pub(super) const SUM: usize = 4;

/// A buffer that holds a record of one row at least, however wild.
pub(super) type Buffer<const CHANNELS: usize> = [[u8; 24]; CHANNELS];

/// Rows that are not yet durable.
#[derive(Debug)]
pub(super) struct Pending<const CHANNELS: usize> {
    buffer: Buffer<CHANNELS>,
    bits: usize,
    pub rows: usize,
}

impl<const CHANNELS: usize> Pending<CHANNELS> {
    pub(super) const fn new() -> Self {
        Self { buffer: [[0; 24]; CHANNELS], bits: 0, rows: 0 }
    }

    /// Bytes so far, checksum counted.
    pub(super) const fn length(&self) -> usize {
        self.bits.div_ceil(8) + SUM
    }

    /// Whether any row still fits.
    pub(super) const fn has_room(&self) -> bool {
        self.bits + 1 + millwatt::wire::row::most_bits(CHANNELS) + 8 * SUM < 24 * 8 * CHANNELS
            || self.rows == 0
    }

    pub(super) fn push(&mut self, row: &Row<CHANNELS>, coder: &mut RowCoder<CHANNELS>) {
        let bits = self.bits.saturating_sub(usize::from(self.rows > 0));
        let mut out = BitWriter::new(self.buffer.as_flattened_mut(), bits);
        let follows = if self.rows > 0 { out.put(1, 1) } else { Ok(()) };
        let written = follows.and_then(|()| coder.encode(row, &mut out));
        let ended = written.and_then(|()| out.put(0, 1));
        ended.expect("a record's buffer holds any row");
        self.bits = out.bits();
        self.rows += 1;
    }

    /// The record behind a checksum, and its own.
    pub(super) fn finish(&mut self, before: u32) -> (&[u8], u32) {
        let length = self.bits.div_ceil(8);
        let filled = length * 8 - self.bits;
        let mut out = BitWriter::new(self.buffer.as_flattened_mut(), self.bits);
        out.put(0, filled as u32).expect("the last byte is there");
        let bytes = self.buffer.as_flattened_mut();
        let sum = checksum(&before.to_le_bytes(), &bytes[..length]);
        bytes[length..length + SUM].copy_from_slice(&sum.to_le_bytes());
        (self.bits, self.rows) = (0, 0);
        (&bytes[..length + SUM], sum)
    }
}

/// The records of a run, up to the first that does not prove itself.
#[derive(Debug, Clone)]
pub(super) struct Records<'a, const CHANNELS: usize> {
    bytes: &'a [u8],
    sum: u32,
    coder: RowCoder<CHANNELS>,
    unit: usize,
    /// Bytes of the records so far, filled to whole units.
    pub length: usize,
}

impl<'a, const CHANNELS: usize> Records<'a, CHANNELS> {
    pub(super) fn new<J: NorFlash>(bytes: &'a [u8], sum: u32, channels: usize) -> Self {
        let unit = padded::<J>(1);
        Self { bytes, sum, coder: RowCoder::new(channels), unit, length: 0 }
    }
}

impl<'a, const CHANNELS: usize> Iterator for Records<'a, CHANNELS> {
    type Item = Rows<'a, CHANNELS>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.length..)?;
        let bits = BitReader::new(rest);
        let rows = Rows { bits, coder: self.coder.clone(), follows: true };
        let mut all = rows.clone();
        all.by_ref().for_each(drop);
        let length = all.bits.bits().div_ceil(8);
        let sum = rest.get(length..length + SUM)?;
        let expected = checksum(&self.sum.to_le_bytes(), &rest[..length]);
        if sum != expected.to_le_bytes() || all.follows {
            return None;
        }
        (self.coder, self.sum) = (all.coder, expected);
        self.length += (length + SUM).next_multiple_of(self.unit);
        Some(rows)
    }
}

/// The rows of a record.
#[derive(Debug, Clone)]
pub(super) struct Rows<'a, const CHANNELS: usize> {
    bits: BitReader<'a>,
    coder: RowCoder<CHANNELS>,
    follows: bool,
}

impl<const CHANNELS: usize> Iterator for Rows<'_, CHANNELS> {
    type Item = Row<CHANNELS>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.follows {
            return None;
        }
        let row = self.coder.decode(&mut self.bits).ok()?;
        self.follows = self.bits.bit().ok()?;
        Some(row)
    }
}
