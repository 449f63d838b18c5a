//! Records of a run: rows that were committed together, and a checksum that goes on from the record before.
//!
//! Behind each row a bit says whether another follows in the record. Zeros fill the last byte. Then comes the CRC-32C
//! of the checksum before (at first the one of the run's head) and these bytes.

use embedded_storage::nor_flash::NorFlash;
use millwatt::wire::bits::{BitReader, BitWriter};
use millwatt::wire::frame::checksum;
use millwatt::wire::row::{Row, RowCoder, most_bits};

use crate::ring::append::padded;

/// Bytes of a checksum.
pub(super) const SUM: usize = 4;

/// Bytes of memory a channel: an hour of usual rows, and one row at least, however wild.
const EACH: usize = 64;

/// Rows that are not yet durable.
#[derive(Debug)]
pub(super) struct Pending<const CHANNELS: usize> {
    buffer: [[u8; EACH]; CHANNELS],
    bits: usize,
    pub rows: usize,
}

impl<const CHANNELS: usize> Pending<CHANNELS> {
    pub(super) const fn new() -> Self {
        Self { buffer: [[0; EACH]; CHANNELS], bits: 0, rows: 0 }
    }

    /// Bytes so far, checksum counted.
    pub(super) const fn length(&self) -> usize {
        self.bits.div_ceil(8) + SUM
    }

    /// Whether any row still fits.
    pub(super) const fn has_room(&self) -> bool {
        self.bits + most_bits(CHANNELS) + 8 * (SUM + 1) <= 8 * EACH * CHANNELS
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

    /// The rows, as they would stand in a record.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.as_flattened()
    }

    pub(super) const fn clear(&mut self) {
        (self.bits, self.rows) = (0, 0);
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

/// The rows of a run's records, one after the other; how they end is not asked.
#[derive(Debug, Clone)]
pub(super) struct Rows<'a, const CHANNELS: usize> {
    bytes: &'a [u8],
    unit: usize,
    coder: RowCoder<CHANNELS>,
    /// Where the next record begins, and the one that is being read.
    next: usize,
    bits: BitReader<'a>,
    follows: bool,
}

impl<'a, const CHANNELS: usize> Rows<'a, CHANNELS> {
    pub(super) fn new<J: NorFlash>(bytes: &'a [u8], channels: usize) -> Self {
        let (unit, coder, bits) = (padded::<J>(1), RowCoder::new(channels), BitReader::new(&[]));
        Self { bytes, unit, coder, next: 0, bits, follows: false }
    }

    /// How many rows stand in records that prove themselves, and where these end.
    pub(super) fn proved(mut self, mut sum: u32) -> (usize, usize) {
        let (mut rows, mut to) = (0, 0);
        while let Some(read) = self.record() {
            let (record, place) = (&self.bytes[to..], self.bits.bits().div_ceil(8));
            let expected = checksum(&sum.to_le_bytes(), &record[..place]);
            if record.get(place..place + SUM) != Some(&expected.to_le_bytes()) {
                break;
            }
            (sum, rows, to) = (expected, rows + read, self.next);
        }
        (rows, to)
    }

    /// Passes over a record; tells how many rows it had.
    fn record(&mut self) -> Option<usize> {
        let mut rows = 0;
        loop {
            self.next()?;
            rows += 1;
            if !self.follows {
                return Some(rows);
            }
        }
    }
}

impl<const CHANNELS: usize> Iterator for Rows<'_, CHANNELS> {
    type Item = Row<CHANNELS>;

    fn next(&mut self) -> Option<Self::Item> {
        if !self.follows {
            self.bits = BitReader::new(self.bytes.get(self.next..)?);
        }
        let row = self.coder.decode(&mut self.bits).ok()?;
        self.follows = self.bits.bit().ok()?;
        if !self.follows {
            self.next += (self.bits.bits().div_ceil(8) + SUM).next_multiple_of(self.unit);
        }
        Some(row)
    }
}
