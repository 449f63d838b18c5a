//! Rows: what all channels of a device showed at one instant, in few bits.
//!
//! A block is dense because it holds an hour; a row must be durable within a minute. So a device keeps rows in a
//! journal, each told by what the rows before it let expect, and folds them into a [block](super::block) when there are
//! enough. A row is one bit while its instant comes on the grid, one while the same channels answer with the same quality, and
//! then an adaptive Rice code a channel: for a value that does not move one bit, for the usual noise of a meter four
//! to six.
//!
//! ```
//! use millwatt::reading::Quality;
//! use millwatt::time::Instant;
//! use millwatt::wire::bits::{BitReader, BitWriter};
//! use millwatt::wire::row::{Row, RowCoder};
//! let row = |minute: i64, watts: i64| Row {
//!     at: Instant::from_unix_milliseconds(1_795_392_000_000 + minute * 60_000),
//!     cells: [Some((watts, Quality::Good)), None],
//! };
//! let (mut buffer, mut coder) = ([0; 64], RowCoder::new(2));
//! let mut out = BitWriter::new(&mut buffer, 0);
//! let rows = [row(0, 7_400), row(1, 7_420), row(2, 7_390)];
//! rows.iter().try_for_each(|row| coder.encode(row, &mut out))?;
//! let mut bits = BitReader::new(&buffer);
//! let mut coder = RowCoder::new(2);
//! for row in rows {
//!     assert_eq!(coder.decode(&mut bits)?, row);
//! }
//! # Ok::<(), millwatt::wire::WireError>(())
//! ```

use crate::reading::Quality;
use crate::time::Instant;
use crate::wire::WireError;
use crate::wire::bits::{BitReader, BitWriter};
use crate::wire::bytes::{unzigzag, zigzag};

/// What a channel showed; none when it did not answer.
pub type Cell = Option<(i64, Quality)>;

/// What all channels of a device showed at one instant, in the order of their numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<const CHANNELS: usize> {
    /// When.
    pub at: Instant,
    /// What, channel by channel.
    pub cells: [Cell; CHANNELS],
}

/// Most bits that a row of so many channels takes.
#[must_use]
pub const fn most_bits(channels: usize) -> usize {
    1 + LENGTH as usize + 64 + 1 + channels * (2 + ESCAPE as usize + LENGTH as usize + 64)
}

/// Ones that say that a value comes with its length.
const ESCAPE: u32 = 12;
/// Bits of a length less one.
const LENGTH: u32 = 6;
/// Errors and steps are averaged in sixteenths; larger ones count as this.
const MOST_ERROR: u64 = 1 << 40;

/// What writer and reader of a row of rows both keep.
#[derive(Debug, Clone)]
pub struct RowCoder<const CHANNELS: usize> {
    at: i64,
    step: i64,
    used: usize,
    tracks: [Track; CHANNELS],
}

impl<const CHANNELS: usize> RowCoder<CHANNELS> {
    /// Before the first row of so many channels, at most `CHANNELS`.
    #[must_use]
    pub fn new(channels: usize) -> Self {
        let used = channels.min(CHANNELS);
        Self { at: 0, step: 0, used, tracks: [Track::NEW; CHANNELS] }
    }

    /// Writes a row; cells beyond the channels in use are left out.
    ///
    /// # Errors
    /// [`WireError::BufferFull`]; the coder cannot be used further.
    pub fn encode(
        &mut self,
        row: &Row<CHANNELS>,
        out: &mut BitWriter<'_>,
    ) -> Result<(), WireError> {
        let at = row.at.unix_milliseconds();
        match self.pass_to(at) {
            0 => out.put(0, 1)?,
            late => {
                out.put(1, 1)?;
                put_long(zigzag(late), out)?;
            }
        }
        let quality = |cell: &Cell| cell.map(|(_, quality)| quality);
        let tracks = &mut self.tracks[..self.used];
        let is_same =
            tracks.iter().zip(&row.cells).all(|(track, cell)| track.quality == quality(cell));
        out.put(u64::from(!is_same), 1)?;
        for (track, cell) in tracks.iter_mut().zip(&row.cells).filter(|_| !is_same) {
            track.quality = quality(cell);
            out.put(track.quality.map_or(0, |quality| quality as u64 + 1), 2)?;
        }
        for (track, cell) in tracks.iter_mut().zip(row.cells) {
            if let Some((value, _)) = cell {
                track.encode(value, out)?;
            }
        }
        Ok(())
    }

    /// Reads a row.
    ///
    /// # Errors
    /// [`WireError::Truncated`]; the coder cannot be used further. Bits that no row was written into give some row:
    /// what says that a row is one is its checksum.
    pub fn decode(&mut self, bits: &mut BitReader<'_>) -> Result<Row<CHANNELS>, WireError> {
        let late = if bits.bit()? { unzigzag(take_long(bits)?) } else { 0 };
        let at = self.at.wrapping_add(self.step).wrapping_add(late);
        self.pass_to(at);
        let tracks = &mut self.tracks[..self.used];
        if bits.bit()? {
            for track in &mut *tracks {
                track.quality = match bits.take(2)? {
                    0 => None,
                    1 => Some(Quality::Good),
                    2 => Some(Quality::Estimated),
                    _ => Some(Quality::Suspect),
                };
            }
        }
        let mut cells = [None; CHANNELS];
        for (track, cell) in tracks.iter_mut().zip(&mut cells) {
            if let Some(quality) = track.quality {
                *cell = Some((track.decode(bits)?, quality));
            }
        }
        Ok(Row { at: Instant::from_unix_milliseconds(at), cells })
    }

    /// How much later than expected an instant is, which is the last one from now on.
    const fn pass_to(&mut self, at: i64) -> i64 {
        let late = at.wrapping_sub(self.at.wrapping_add(self.step));
        (self.step, self.at) = (at.wrapping_sub(self.at), at);
        late
    }
}

/// What is expected of a channel.
#[derive(Debug, Clone, Copy)]
struct Track {
    quality: Option<Quality>,
    last: i64,
    /// The usual step, and how far off a value is when none is expected and when it is; sixteenths.
    step: i64,
    still: u64,
    moving: u64,
    seen: u32,
}

impl Track {
    const NEW: Self = Self { quality: None, last: 0, step: 0, still: 0, moving: 0, seen: 0 };

    /// The value expected and how many bits of what is off stand plain.
    const fn expected(&self) -> (i64, u32) {
        let (step, error) = match self.moving < self.still {
            true => (self.step >> 4, self.moving),
            false => (0, self.still),
        };
        let usual = error * 11 / 128;
        (self.last.wrapping_add(step), if usual == 0 { 0 } else { usual.ilog2() + 1 })
    }

    fn encode(&mut self, value: i64, out: &mut BitWriter<'_>) -> Result<(), WireError> {
        let (expected, plain) = self.expected();
        let off = zigzag(value.wrapping_sub(expected));
        let ones = off >> plain;
        if ones < u64::from(ESCAPE) {
            out.put((1 << (ones + 1)) - 2, ones as u32 + 1)?;
            out.put(off, plain)?;
        } else {
            out.put((1 << ESCAPE) - 1, ESCAPE)?;
            put_long(off, out)?;
        }
        self.learn(value);
        Ok(())
    }

    fn decode(&mut self, bits: &mut BitReader<'_>) -> Result<i64, WireError> {
        let (expected, plain) = self.expected();
        let mut ones = 0;
        while ones < ESCAPE && bits.bit()? {
            ones += 1;
        }
        let off = match ones {
            ESCAPE => take_long(bits)?,
            ones => u64::from(ones) << plain | bits.take(plain)?,
        };
        let value = expected.wrapping_add(unzigzag(off));
        self.learn(value);
        Ok(value)
    }

    fn learn(&mut self, value: i64) {
        let step = value.wrapping_sub(self.last);
        let off = step.wrapping_sub(self.step >> 4);
        if self.seen > 0 {
            let weight = i64::from(self.seen.min(8));
            let sixteenths = |size: i64| (size.unsigned_abs().min(MOST_ERROR) << 4) as i64;
            let towards = |mean: u64, new: i64| {
                (mean as i64 + (sixteenths(new) - mean as i64) / weight) as u64
            };
            self.still = towards(self.still, step);
            self.moving = towards(self.moving, off);
            let usual = sixteenths(step) * step.signum();
            self.step += (usual - self.step) / weight;
        }
        self.last = value;
        self.seen = self.seen.saturating_add(1);
    }
}

/// A number behind its length.
fn put_long(value: u64, out: &mut BitWriter<'_>) -> Result<(), WireError> {
    let length = (u64::BITS - value.leading_zeros()).max(1);
    out.put(u64::from(length - 1), LENGTH)?;
    out.put(value, length)
}

fn take_long(bits: &mut BitReader<'_>) -> Result<u64, WireError> {
    let length = bits.take(LENGTH)? as u32 + 1;
    bits.take(length)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use proptest::prelude::*;

    fn quality() -> impl Strategy<Value = Quality> {
        prop_oneof![Just(Quality::Good), Just(Quality::Estimated), Just(Quality::Suspect)]
    }

    fn value() -> impl Strategy<Value = i64> {
        prop_oneof![-300_i64..300, any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
    }

    fn row() -> impl Strategy<Value = Row<3>> {
        let at = prop_oneof![any::<i64>(), (0_i64..50).prop_map(|minute| minute * 60_000)];
        let cells = prop::array::uniform3(prop::option::of((value(), quality())));
        (at, cells).prop_map(|(at, cells)| Row { at: Instant::from_unix_milliseconds(at), cells })
    }

    proptest! {
        #[test]
        fn rows_come_back(rows in prop::collection::vec(row(), 0..40)) {
            let mut buffer = std::vec![0xff; rows.len() * most_bits(3).div_ceil(8)];
            let mut out = BitWriter::new(&mut buffer, 0);
            let mut coder = RowCoder::new(3);
            for row in &rows {
                let before = out.bits();
                coder.encode(row, &mut out).expect("fits");
                prop_assert!(out.bits() - before <= most_bits(3));
            }
            let mut bits = BitReader::new(&buffer);
            let mut coder = RowCoder::new(3);
            for row in rows {
                prop_assert_eq!(coder.decode(&mut bits), Ok(row));
            }
        }

        #[test]
        fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let (mut bits, mut coder) = (BitReader::new(&bytes), RowCoder::<4>::new(3));
            while coder.decode(&mut bits).is_ok() {}
        }
    }

    #[test]
    fn literal_bits_of_version_1() {
        let row = |at, value| Row {
            at: Instant::from_unix_milliseconds(at),
            cells: [Some((value, Quality::Good))],
        };
        let mut buffer = [0; 16];
        let mut out = BitWriter::new(&mut buffer, 0);
        let mut coder = RowCoder::new(1);
        for row in [row(8, 5), row(16, 5), row(24, 6)] {
            coder.encode(&row, &mut out).expect("fits");
        }
        // 1 000100 10000, 1 01, 11111111110; 0 0 0; 0 0 110
        assert_eq!(out.bits(), 12 + 3 + 11 + 3 + 5);
        assert_eq!(buffer[..5], [0b1000_1001, 0b0000_1011, 0b1111_1111, 0b1000_0001, 0b1000_0000]);
    }
}
