//! A block of readings: columns of one channel each, on a grid.
//!
//! Payload: the base instant (8 bytes, little-endian), then columns until the end. A column is
//! channel (varint), quality (byte), start − base in ms (signed varint), step in ms (varint),
//! count (varint), length of its values in bytes (varint), values (see [column](mod@column)).

use crate::reading::{ChannelId, Quality, Reading, Sample};
use crate::time::{Instant, Span};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::column::{self, MOST_VALUES, Values};

/// Samples of one channel and quality at equal distances.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    /// The channel's number in the manifest before this block.
    pub channel: ChannelId,
    /// Of every sample.
    pub quality: Quality,
    /// Instant of the first sample.
    pub start: Instant,
    /// From one sample to the next.
    pub step: Span,
    /// How many.
    pub count: usize,
    values: &'a [u8],
}

impl<'a> Column<'a> {
    /// The values, decoded one by one.
    ///
    /// # Errors
    /// See [`Values::new`].
    pub fn values(&self) -> Result<Values<'a>, WireError> {
        Values::new(self.values, self.count)
    }

    /// The readings, up to the first that cannot be decoded.
    pub fn readings(&self) -> impl Iterator<Item = Reading> + use<'a> {
        let (channel, quality, start, step) = (self.channel, self.quality, self.start, self.step);
        let values = self.values().into_iter().flatten().map_while(Result::ok);
        (0..).zip(values).map(move |(place, value)| {
            let at = start + step.times(place);
            Reading { channel, sample: Sample { at, value, quality } }
        })
    }
}

/// The columns of a block's payload.
#[derive(Debug, Clone)]
pub struct Columns<'a> {
    base: Instant,
    reader: Reader<'a>,
}

impl<'a> Columns<'a> {
    /// Over a payload.
    ///
    /// # Errors
    /// [`WireError::Truncated`].
    pub fn new(payload: &'a [u8]) -> Result<Self, WireError> {
        let mut reader = Reader::new(payload);
        let base = i64::from_le_bytes(reader.array()?);
        Ok(Self { base: Instant::from_unix_milliseconds(base), reader })
    }

    fn column(&mut self) -> Result<Column<'a>, WireError> {
        let reader = &mut self.reader;
        let channel = u16::try_from(reader.varint()?).map_err(|_| WireError::Malformed)?;
        let quality = match reader.byte()? {
            0 => Quality::Good,
            1 => Quality::Estimated,
            2 => Quality::Suspect,
            _ => return Err(WireError::Malformed),
        };
        let start = self.base + Span::from_milliseconds(reader.signed()?);
        let step = i64::try_from(reader.varint()?).map_err(|_| WireError::Malformed)?;
        let count = usize::try_from(reader.varint()?).map_err(|_| WireError::Malformed)?;
        let length = usize::try_from(reader.varint()?).map_err(|_| WireError::Malformed)?;
        let values = reader.slice(length)?;
        if count > MOST_VALUES || (count > 1 && step == 0) {
            return Err(WireError::Malformed);
        }
        let (channel, step) = (ChannelId(channel), Span::from_milliseconds(step));
        Ok(Column { channel, quality, start, step, count, values })
    }
}

impl<'a> Iterator for Columns<'a> {
    type Item = Result<Column<'a>, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.reader.rest().is_empty() {
            return None;
        }
        let column = self.column();
        if column.is_err() {
            self.reader = Reader::new(&[]);
        }
        Some(column)
    }
}

/// Writes a block's payload into a lent buffer.
#[derive(Debug)]
pub struct BlockWriter<'a> {
    base: Instant,
    out: Writer<'a>,
}

impl<'a> BlockWriter<'a> {
    /// An empty block; starts near `base` are short.
    ///
    /// # Errors
    /// [`WireError::BufferFull`].
    pub fn new(base: Instant, buffer: &'a mut [u8]) -> Result<Self, WireError> {
        let mut out = Writer::new(buffer);
        out.slice(&base.unix_milliseconds().to_le_bytes())?;
        Ok(Self { base, out })
    }

    /// Adds a column of values at equal distances; nothing is written when it does not fit.
    ///
    /// # Errors
    /// [`WireError::BufferFull`]; [`WireError::Malformed`] for more than [`MOST_VALUES`] values, or
    /// several values without a step.
    pub fn column(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        start: Instant,
        step: Span,
        values: &[i64],
    ) -> Result<(), WireError> {
        let stepless = values.len() > 1 && step <= Span::ZERO;
        if values.len() > MOST_VALUES || stepless {
            return Err(WireError::Malformed);
        }
        let before = self.out.length();
        let written = self.try_column(channel, quality, start, step, values);
        if written.is_err() {
            self.out.truncate(before);
        }
        written
    }

    fn try_column(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        start: Instant,
        step: Span,
        values: &[i64],
    ) -> Result<(), WireError> {
        let out = &mut self.out;
        out.varint(channel.0.into())?;
        out.byte(quality as u8)?;
        out.signed((start - self.base).milliseconds())?;
        out.varint(step.milliseconds().max(0).unsigned_abs())?;
        out.varint(values.len() as u64)?;
        let place = out.length();
        column::encode(values, out)?;
        out.insert_length(place)
    }

    /// The payload so far.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        self.out.written()
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec;

    const BASE: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);

    #[test]
    fn readings_come_back() {
        let mut buffer = [0; 128];
        let mut block = BlockWriter::new(BASE, &mut buffer).expect("fits");
        let minute = Span::from_minutes(1);
        block.column(ChannelId(3), Quality::Good, BASE, minute, &[5, 6, 8]).expect("fits");
        block.column(ChannelId(300), Quality::Suspect, BASE - minute, minute, &[-1]).expect("fits");
        let columns = Columns::new(block.payload()).expect("has a base");
        let got: Vec<Reading> =
            columns.flat_map(|column| column.expect("well formed").readings()).collect();
        let reading = |channel, minutes: i64, value, quality| Reading {
            channel: ChannelId(channel),
            sample: Sample { at: BASE + Span::from_minutes(minutes), value, quality },
        };
        let expected = [
            reading(3, 0, 5, Quality::Good),
            reading(3, 1, 6, Quality::Good),
            reading(3, 2, 8, Quality::Good),
            reading(300, -1, -1, Quality::Suspect),
        ];
        assert_eq!(got, expected);
    }

    #[test]
    fn literal_bytes_of_version_0() {
        let mut buffer = [0; 64];
        let mut block = BlockWriter::new(BASE, &mut buffer).expect("fits");
        let minute = Span::from_minutes(1);
        block.column(ChannelId(1), Quality::Good, BASE, minute, &[7, 7]).expect("fits");
        let base = BASE.unix_milliseconds().to_le_bytes();
        assert_eq!(block.payload()[..8], base);
        assert_eq!(block.payload()[8..], [1, 0, 0, 0xe0, 0xd4, 0x03, 2, 2, 0x40, 14]);
    }

    #[test]
    fn a_column_that_does_not_fit_leaves_the_block_as_it_was() {
        let mut buffer = [0; 24];
        let mut block = BlockWriter::new(BASE, &mut buffer).expect("fits");
        let minute = Span::from_minutes(1);
        block.column(ChannelId(1), Quality::Good, BASE, minute, &[7, 7]).expect("fits");
        let before = block.payload().to_vec();
        let values = [1, 99, 1_000, -5];
        let full = block.column(ChannelId(2), Quality::Good, BASE, minute, &values);
        assert_eq!(full, Err(WireError::BufferFull));
        assert_eq!(block.payload(), before);
    }
}
