//! A meter's registers: reads merged up to the protocol's limit, register bytes to readings.

use heapless::Vec;
use millwatt::decimal::{div_round, power_of_ten};
use millwatt::reading::ChannelId;

use crate::modbus::pdu::{MOST_REGISTERS, Request, Table};

/// Most registers of one meter that are read.
pub const MOST_POINTS: usize = 48;
/// Most named states of one machine.
pub const MOST_STATES: usize = 16;

/// How a number stands in registers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Unsigned, 16 bits.
    U16,
    /// Two's complement, 16 bits.
    I16,
    /// Unsigned, 32 bits.
    U32,
    /// Two's complement, 32 bits.
    I32,
    /// Unsigned, 64 bits.
    U64,
    /// Two's complement, 64 bits.
    I64,
    /// IEEE 754, 32 bits.
    F32,
    /// IEEE 754, 64 bits.
    F64,
}

impl Encoding {
    /// How many registers it takes.
    #[must_use]
    pub const fn registers(self) -> u16 {
        match self {
            Self::U16 | Self::I16 => 1,
            Self::U32 | Self::I32 | Self::F32 => 2,
            Self::U64 | Self::I64 | Self::F64 => 4,
        }
    }
}

/// In which order the registers of one number come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordOrder {
    /// The most significant register first.
    HighFirst,
    /// The least significant register first.
    LowFirst,
}

/// One number in a meter and the channel it feeds.
#[derive(Debug, Clone)]
pub struct Point {
    /// The channel.
    pub channel: ChannelId,
    /// Where it stands.
    pub table: Table,
    /// The first register, from 0.
    pub address: u16,
    /// How it stands there.
    pub encoding: Encoding,
    /// The order of its registers.
    pub order: WordOrder,
    /// Floats are multiplied by 10^`decimals` and rounded to the nearest integer.
    pub decimals: u8,
    /// For states: the meter's code and ours; a code that is not here is no reading.
    pub states: Vec<(i64, i64), MOST_STATES>,
}

impl Point {
    /// The channel's scaled integer from the point's register bytes; `None` for a number that is
    /// none (NaN, infinite, too large) or a state without a name.
    #[must_use]
    pub fn decode(&self, bytes: &[u8]) -> Option<i64> {
        let mut wide = [0; 8];
        let length = usize::from(self.encoding.registers()) * 2;
        let bytes = bytes.get(..length)?;
        for (place, word) in bytes.chunks_exact(2).enumerate() {
            let place = match self.order {
                WordOrder::HighFirst => place,
                WordOrder::LowFirst => length / 2 - 1 - place,
            };
            wide[8 - length + place * 2..][..2].copy_from_slice(word);
        }
        let raw = u64::from_be_bytes(wide);
        let value = match self.encoding {
            Encoding::U16 | Encoding::U32 | Encoding::U64 => i64::try_from(raw).ok()?,
            Encoding::I16 => i64::from(raw as u16 as i16),
            Encoding::I32 => i64::from(raw as u32 as i32),
            Encoding::I64 => raw as i64,
            Encoding::F32 => scaled(f64::from(f32::from_bits(raw as u32)), self.decimals)?,
            Encoding::F64 => scaled(f64::from_bits(raw), self.decimals)?,
        };
        if self.states.is_empty() {
            return Some(value);
        }
        self.states.iter().find(|(code, _)| *code == value).map(|(_, state)| *state)
    }

    fn end(&self) -> u16 {
        self.address.saturating_add(self.encoding.registers())
    }
}

/// value × 10^decimals to the nearest integer, exactly: the float is taken apart and never
/// multiplied as a float.
fn scaled(value: f64, decimals: u8) -> Option<i64> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i128;
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let power = exponent.max(1) - 1_075;
    let product = mantissa * power_of_ten(decimals.min(18));
    let magnitude = if power >= 0 {
        if power > 60 && product != 0 {
            return None;
        }
        product.checked_mul(1_i128 << power.min(60))?
    } else if power < -125 {
        0
    } else {
        div_round(product, 1_i128 << -power)
    };
    i64::try_from(if value < 0.0 { -magnitude } else { magnitude }).ok()
}

/// One request and the points it answers, as a range of the sorted points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// What to ask.
    pub request: Request,
    /// The first point that it answers.
    pub first: usize,
    /// One past the last.
    pub last: usize,
}

/// The points of a meter and the fewest reads that fetch them.
#[derive(Debug, Clone)]
pub struct Plan {
    points: Vec<Point, MOST_POINTS>,
    reads: Vec<Read, MOST_POINTS>,
}

impl Plan {
    /// Merges points of one table into reads of at most `most` registers, across at most `gap`
    /// registers that nobody wants (0 for devices that refuse addresses they do not have).
    ///
    /// A number is never split over two reads.
    #[must_use]
    pub fn new(mut points: Vec<Point, MOST_POINTS>, gap: u16, most: u16) -> Self {
        let most = most.clamp(4, MOST_REGISTERS);
        points.sort_unstable_by_key(|point| (point.table, point.address));
        let mut reads: Vec<Read, MOST_POINTS> = Vec::new();
        for (place, point) in points.iter().enumerate() {
            if let Some(read) = reads.last_mut() {
                let Request { table, address, count } = read.request;
                let reach = address.saturating_add(count).saturating_add(gap);
                let whole = point.end().saturating_sub(address).max(count);
                if table == point.table && point.address <= reach && whole <= most {
                    read.request.count = whole;
                    read.last = place + 1;
                    continue;
                }
            }
            let (table, address) = (point.table, point.address);
            let request = Request { table, address, count: point.encoding.registers() };
            let read = Read { request, first: place, last: place + 1 };
            if reads.push(read).is_err() {
                break;
            }
        }
        Self { points, reads }
    }

    /// The reads, in the order of tables and addresses.
    #[must_use]
    pub fn reads(&self) -> &[Read] {
        &self.reads
    }

    /// The points that a read answers, each with its value in the register bytes.
    pub fn values<'a>(
        &'a self,
        read: &'a Read,
        bytes: &'a [u8],
    ) -> impl Iterator<Item = (ChannelId, Option<i64>)> + 'a {
        let points = self.points.get(read.first..read.last).unwrap_or_default();
        points.iter().map(move |point| {
            let offset = usize::from(point.address.saturating_sub(read.request.address)) * 2;
            (point.channel, bytes.get(offset..).and_then(|bytes| point.decode(bytes)))
        })
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec as List;

    fn point(table: Table, address: u16, encoding: Encoding) -> Point {
        let (order, states) = (WordOrder::HighFirst, Vec::new());
        Point { channel: ChannelId(0), table, address, encoding, order, decimals: 3, states }
    }

    fn requests(points: &[Point], gap: u16) -> List<(u16, u16)> {
        let points = points.iter().cloned().collect();
        let plan = Plan::new(points, gap, MOST_REGISTERS);
        plan.reads().iter().map(|read| (read.request.address, read.request.count)).collect()
    }

    #[test]
    fn merges_up_to_the_limit_and_never_splits_a_number() {
        use Table::{Holding, Input};
        let points = [
            point(Input, 0, Encoding::F32),
            point(Input, 72, Encoding::F32),
            point(Input, 123, Encoding::F32),
            point(Input, 124, Encoding::F32),
            point(Holding, 0, Encoding::U16),
        ];
        assert_eq!(requests(&points, 125), [(0, 1), (0, 125), (124, 2)]);
        assert_eq!(requests(&points, 0), [(0, 1), (0, 2), (72, 2), (123, 3)]);
    }

    #[test]
    fn decodes_every_encoding_and_both_orders() {
        let decode = |encoding, order, bytes: &[u8]| {
            Point { order, ..point(Table::Input, 0, encoding) }.decode(bytes)
        };
        use WordOrder::{HighFirst, LowFirst};
        assert_eq!(decode(Encoding::U16, HighFirst, &[0xff, 0xfe]), Some(65_534));
        assert_eq!(decode(Encoding::I16, HighFirst, &[0xff, 0xfe]), Some(-2));
        assert_eq!(decode(Encoding::U32, HighFirst, &[0, 1, 0, 2]), Some(65_538));
        assert_eq!(decode(Encoding::U32, LowFirst, &[0, 2, 0, 1]), Some(65_538));
        assert_eq!(decode(Encoding::I64, HighFirst, &[0xff; 8]), Some(-1));
        assert_eq!(decode(Encoding::U64, HighFirst, &[0xff; 8]), None);
        let bytes = 1_234.567_f32.to_be_bytes();
        assert_eq!(decode(Encoding::F32, HighFirst, &bytes), Some(1_234_567));
        assert_eq!(decode(Encoding::F32, HighFirst, &f32::NAN.to_be_bytes()), None);
        assert_eq!(decode(Encoding::F64, HighFirst, &(-0.0005_f64).to_be_bytes()), Some(-1));
        assert_eq!(decode(Encoding::F32, HighFirst, &[0, 0]), None, "too few bytes");
    }

    #[test]
    fn a_state_without_a_name_is_no_reading() {
        let states = Vec::from_slice(&[(17, 3)]).expect("fits");
        let point = Point { states, ..point(Table::Holding, 0, Encoding::U16) };
        assert_eq!(point.decode(&[0, 17]), Some(3));
        assert_eq!(point.decode(&[0, 18]), None);
    }

    #[test]
    fn floats_are_scaled_without_rounding_twice() {
        assert_eq!(scaled(0.1, 18), Some(100_000_000_000_000_006));
        assert_eq!(scaled(f64::MAX, 0), None);
        assert_eq!(scaled(f64::MIN_POSITIVE, 18), Some(0));
        assert_eq!(scaled(-2.5, 0), Some(-3));
        assert_eq!(scaled(9_007_199_254_740_993.0, 0), Some(9_007_199_254_740_992));
    }
}
