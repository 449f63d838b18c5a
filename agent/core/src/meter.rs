//! A meter's registers: reads merged up to the protocol's limit, register bytes to readings.

use heapless::Vec;
use millwatt::decimal::{div_round, power_of_ten};
use millwatt::reading::ChannelId;

use crate::modbus::pdu::{MOST_REGISTERS, Request, Table};

/// Most registers of one meter that are read.
pub const MOST_POINTS: usize = 48;
/// Most named states of one machine.
pub const MOST_STATES: usize = 16;
/// Most registers of one meter that scale others.
pub const MOST_FACTORS: usize = 8;

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
    /// Four decimal digits in 16 bits, the most significant first.
    Bcd16,
    /// Eight decimal digits in 32 bits.
    Bcd32,
    /// Sixteen decimal digits in 64 bits.
    Bcd64,
}

impl Encoding {
    /// How many registers it takes.
    #[must_use]
    pub const fn registers(self) -> u16 {
        match self {
            Self::U16 | Self::I16 | Self::Bcd16 => 1,
            Self::U32 | Self::I32 | Self::F32 | Self::Bcd32 => 2,
            Self::U64 | Self::I64 | Self::F64 | Self::Bcd64 => 4,
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

/// In which order the bytes of one register come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteOrder {
    /// The most significant byte first, as Modbus has it.
    HighFirst,
    /// The least significant byte first.
    LowFirst,
}

/// A place in a device's registers and how a number stands there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Which table.
    pub table: Table,
    /// The first register, from 0.
    pub address: u16,
    /// How the number stands there.
    pub encoding: Encoding,
    /// The order of its registers.
    pub words: WordOrder,
    /// The order of the bytes in each.
    pub bytes: ByteOrder,
}

impl Place {
    /// The read that fetches it alone.
    #[must_use]
    pub const fn request(&self) -> Request {
        let Self { table, address, encoding, .. } = *self;
        Request { table, address, count: encoding.registers() }
    }

    /// The number in its register bytes times 10^`decimals` where it is a float, else as it stands; `None` for one
    /// that is none: NaN, infinite, too large, a digit above nine.
    ///
    /// # Example
    /// ```
    /// use millwatt_agent::meter::{ByteOrder, Encoding, Place, WordOrder};
    /// use millwatt_agent::modbus::Table;
    /// let place = Place {
    ///     table: Table::Input,
    ///     address: 0,
    ///     encoding: Encoding::U32,
    ///     words: WordOrder::LowFirst,
    ///     bytes: ByteOrder::HighFirst,
    /// };
    /// assert_eq!(place.decode(&[0x00, 0x02, 0x00, 0x01], 0), Some(65_538));
    /// ```
    #[must_use]
    pub fn decode(&self, bytes: &[u8], decimals: u8) -> Option<i64> {
        let mut wide = [0; 8];
        let length = usize::from(self.encoding.registers()) * 2;
        let bytes = bytes.get(..length)?;
        for (place, word) in bytes.chunks_exact(2).enumerate() {
            let place = match self.words {
                WordOrder::HighFirst => place,
                WordOrder::LowFirst => length / 2 - 1 - place,
            };
            let into = &mut wide[8 - length + place * 2..][..2];
            into.copy_from_slice(word);
            if self.bytes == ByteOrder::LowFirst {
                into.reverse();
            }
        }
        let raw = u64::from_be_bytes(wide);
        match self.encoding {
            Encoding::U16 | Encoding::U32 | Encoding::U64 => i64::try_from(raw).ok(),
            Encoding::I16 => Some(i64::from(raw as u16 as i16)),
            Encoding::I32 => Some(i64::from(raw as u32 as i32)),
            Encoding::I64 => Some(raw as i64),
            Encoding::F32 => scaled(f64::from(f32::from_bits(raw as u32)), decimals),
            Encoding::F64 => scaled(f64::from_bits(raw), decimals),
            Encoding::Bcd16 | Encoding::Bcd32 | Encoding::Bcd64 => digits(raw),
        }
    }

    /// Whether the register bytes are those by which many meters say that they have no such number.
    pub(crate) fn is_absent(&self, bytes: &[u8]) -> bool {
        let bytes = bytes.get(..usize::from(self.encoding.registers()) * 2).unwrap_or_default();
        let extremes: &[i64] = match self.encoding {
            Encoding::I16 => &[i16::MIN as i64, i16::MAX as i64],
            Encoding::I32 => &[i32::MIN as i64, i32::MAX as i64],
            Encoding::I64 => &[i64::MIN, i64::MAX],
            _ => return bytes.iter().all(|byte| *byte == 0xff),
        };
        self.decode(bytes, 0).is_some_and(|value| extremes.contains(&value))
    }

    const fn end(&self) -> u16 {
        self.address.saturating_add(self.encoding.registers())
    }
}

/// Sixteen decimal digits of four bits each.
fn digits(raw: u64) -> Option<i64> {
    (0..16).rev().try_fold(0, |value, place| {
        let digit = (raw >> (place * 4) & 0xf) as i64;
        (digit <= 9).then_some(value * 10 + digit)
    })
}

/// A register that scales others: the ratio of a transformer, or where the point stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Factor {
    /// Where it stands.
    pub place: Place,
    /// What it does to them.
    pub meaning: FactorMeaning,
}

/// What a scaling register does to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorMeaning {
    /// The number is in units of ten to the power of the register.
    Exponent,
    /// The number is multiplied by the register, which has so many digits behind the point.
    Multiplier {
        /// Digits behind its point.
        decimals: u8,
    },
}

impl Factor {
    /// A point's scaled integer of so many decimals from its number; `None` when it is too large.
    fn apply(&self, register: i64, value: i64, decimals: u8) -> Option<i64> {
        let value = i128::from(value);
        let product = match self.meaning {
            FactorMeaning::Exponent => {
                let power = i32::try_from(register).ok()?.checked_add(decimals.into())?;
                let ten =
                    power_of_ten(u8::try_from(power.unsigned_abs()).ok().filter(|n| *n <= 18)?);
                if power < 0 { div_round(value, ten) } else { value.checked_mul(ten)? }
            }
            FactorMeaning::Multiplier { decimals } => {
                let product = value.checked_mul(register.into())?;
                div_round(product, power_of_ten(decimals.min(18)))
            }
        };
        i64::try_from(product).ok()
    }
}

/// One number in a meter and the channel it feeds.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The channel.
    pub channel: ChannelId,
    /// Where it stands, and how.
    pub place: Place,
    /// Floats are multiplied by 10^`decimals` and rounded to the nearest integer; of numbers that an exponent
    /// scales, how many digits are kept.
    pub decimals: u8,
    /// Whether a number whose bits are all ones, of a signed one the greatest or the least, stands for none.
    pub has_absent: bool,
    /// Which of the plan's factors scales it.
    pub factor: Option<u8>,
    /// For states: the meter's code and ours; a code that is not here is no reading.
    pub states: Vec<(i64, i64), MOST_STATES>,
}

impl Point {
    /// The channel's scaled integer from the point's register bytes and the plan's factors as they were read;
    /// `None` for a number that is none, a state without a name, or a factor that was not read.
    #[must_use]
    pub fn decode(&self, bytes: &[u8], factors: &[(Factor, Option<i64>)]) -> Option<i64> {
        let value = self.place.decode(bytes, self.decimals)?;
        let value = match self.factor {
            None => value,
            Some(place) => {
                let (factor, register) = factors.get(usize::from(place))?;
                factor.apply((*register)?, value, self.decimals)?
            }
        };
        if self.states.is_empty() {
            return Some(value);
        }
        self.states.iter().find(|(code, _)| *code == value).map(|(_, state)| *state)
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
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    points: Vec<Point, MOST_POINTS>,
    factors: Vec<Factor, MOST_FACTORS>,
    reads: Vec<Read, MOST_POINTS>,
}

impl Plan {
    /// Merges points of one table into reads of at most `most` registers, across at most `gap`
    /// registers that nobody wants (0 for devices that refuse addresses they do not have). With `most` 1 each number
    /// is read by itself: none is ever split over two reads.
    ///
    /// Where gaps may be crossed, reads that follow each other ask for different counts, so that over a serial
    /// line a late answer to one is not taken for the next.
    #[must_use]
    pub fn new(
        mut points: Vec<Point, MOST_POINTS>,
        factors: Vec<Factor, MOST_FACTORS>,
        gap: u16,
        most: u16,
    ) -> Self {
        let most = most.clamp(1, MOST_REGISTERS);
        points.sort_unstable_by_key(|point| (point.place.table, point.place.address));
        let mut reads: Vec<Read, MOST_POINTS> = Vec::new();
        for (index, point) in points.iter().enumerate() {
            if let Some(read) = reads.last_mut() {
                let Request { table, address, count } = read.request;
                let reach = address.saturating_add(count).saturating_add(gap);
                let whole = point.place.end().saturating_sub(address).max(count);
                if table == point.place.table && point.place.address <= reach && whole <= most {
                    read.request.count = whole;
                    read.last = index + 1;
                    continue;
                }
            }
            let read = Read { request: point.place.request(), first: index, last: index + 1 };
            if reads.push(read).is_err() {
                break;
            }
        }
        if gap > 0 {
            tell_apart(&mut reads, most);
        }
        Self { points, factors, reads }
    }

    /// The reads, in the order of tables and addresses.
    #[must_use]
    pub fn reads(&self) -> &[Read] {
        &self.reads
    }

    /// The registers that scale others, to be read before them.
    #[must_use]
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// Parts a read in two that the device refuses as a whole, at its widest gap; one of a single number it cuts to
    /// that. Tells whether there is something else to ask.
    pub fn part(&mut self, read: usize) -> bool {
        let Some(Read { first, last, .. }) = self.reads.get(read).cloned() else { return false };
        let gap = |at: &usize| {
            let place = |at: usize| {
                self.points.get(at).map_or((0, 0), |point| (point.place.address, point.place.end()))
            };
            let middle = (first + last) / 2;
            (place(*at).0.saturating_sub(place(at - 1).1), usize::MAX - at.abs_diff(middle))
        };
        let Some(at) = (first + 1..last).max_by_key(gap) else { return self.trim(read) };
        let parts = [self.read_of(first, at), self.read_of(at, last)];
        self.reads.remove(read);
        for (index, part) in parts.into_iter().enumerate() {
            // There is room: there are never more reads than points.
            let _ = self.reads.insert(read + index, part);
        }
        true
    }

    /// Takes off what only tells a read of one number from another; tells whether there was any.
    fn trim(&mut self, read: usize) -> bool {
        let Some(Read { request, first, last }) = self.reads.get(read).cloned() else {
            return false;
        };
        let exact = self.read_of(first, last);
        let is_longer = request.count > exact.request.count;
        self.reads[read] = exact;
        is_longer
    }

    fn read_of(&self, first: usize, last: usize) -> Read {
        let points = self.points.get(first..last).unwrap_or_default();
        let start = points.first().map_or(Table::Holding, |point| point.place.table);
        let address = points.first().map_or(0, |point| point.place.address);
        let end = points.iter().map(|point| point.place.end()).max().unwrap_or(address);
        Read { request: Request { table: start, address, count: end - address }, first, last }
    }

    /// The points that a read answers, each with its value in the register bytes and under the factors as read.
    /// Those that the meter says it does not have are left out.
    pub fn values<'a>(
        &'a self,
        read: &'a Read,
        bytes: &'a [u8],
        factors: &'a [(Factor, Option<i64>)],
    ) -> impl Iterator<Item = (ChannelId, Option<i64>)> + 'a {
        let points = self.points.get(read.first..read.last).unwrap_or_default();
        points.iter().filter_map(move |point| {
            let offset = usize::from(point.place.address.saturating_sub(read.request.address)) * 2;
            let bytes = bytes.get(offset..).unwrap_or_default();
            let is_absent = point.has_absent && point.place.is_absent(bytes);
            (!is_absent).then(|| (point.channel, point.decode(bytes, factors)))
        })
    }
}

/// Lets no two successive reads of one table ask for the same count.
fn tell_apart(reads: &mut [Read], most: u16) {
    let mut before: Option<Request> = None;
    for read in reads {
        let Request { table, address, count } = read.request;
        let is_alike = before.is_some_and(|before| (before.table, before.count) == (table, count));
        if is_alike && count < most && address.checked_add(count).is_some() {
            read.request.count = count + 1;
        }
        before = Some(read.request);
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::vec::Vec as List;

    fn point(table: Table, address: u16, encoding: Encoding) -> Point {
        let (words, bytes, states) = (WordOrder::HighFirst, ByteOrder::HighFirst, Vec::new());
        let place = Place { table, address, encoding, words, bytes };
        let (channel, decimals, has_absent, factor) = (ChannelId(0), 3, false, None);
        Point { channel, place, decimals, has_absent, factor, states }
    }

    fn requests(points: &[Point], gap: u16) -> List<(u16, u16)> {
        let points = points.iter().cloned().collect();
        let plan = Plan::new(points, Vec::new(), gap, MOST_REGISTERS);
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
        let decode = |encoding, words, bytes: &[u8]| {
            Place { words, ..point(Table::Input, 0, encoding).place }.decode(bytes, 3)
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
        assert_eq!(point.decode(&[0, 17], &[]), Some(3));
        assert_eq!(point.decode(&[0, 18], &[]), None);
    }

    #[test]
    fn floats_are_scaled_without_rounding_twice() {
        assert_eq!(scaled(0.1, 18), Some(100_000_000_000_000_006));
        assert_eq!(scaled(f64::MAX, 0), None);
        assert_eq!(scaled(f64::MIN_POSITIVE, 18), Some(0));
        assert_eq!(scaled(-2.5, 0), Some(-3));
        assert_eq!(scaled(9_007_199_254_740_993.0, 0), Some(9_007_199_254_740_992));
    }

    #[test]
    fn decimal_digits_and_swapped_bytes() {
        let decode = |encoding, bytes, raw: &[u8]| {
            Place { bytes, ..point(Table::Input, 0, encoding).place }.decode(raw, 0)
        };
        use ByteOrder::{HighFirst, LowFirst};
        assert_eq!(decode(Encoding::Bcd16, HighFirst, &[0x12, 0x34]), Some(1_234));
        assert_eq!(decode(Encoding::Bcd32, HighFirst, &[0, 0, 0x98, 0x76]), Some(9_876));
        assert_eq!(decode(Encoding::Bcd64, HighFirst, &[0x99; 8]), Some(9_999_999_999_999_999));
        assert_eq!(decode(Encoding::Bcd16, HighFirst, &[0x1a, 0]), None, "no digit");
        assert_eq!(decode(Encoding::U32, LowFirst, &[1, 0, 2, 0]), Some(65_538));
    }

    #[test]
    fn a_register_scales_another() {
        let of = |meaning, register, value, decimals| {
            let place = point(Table::Holding, 9, Encoding::I16).place;
            Factor { place, meaning }.apply(register, value, decimals)
        };
        let (exponent, ratio) =
            (FactorMeaning::Exponent, FactorMeaning::Multiplier { decimals: 1 });
        assert_eq!(of(exponent, -2, 12_345, 3), Some(123_450), "123.45");
        assert_eq!(of(exponent, -5, 12_345, 3), Some(123), "0.123");
        assert_eq!(of(exponent, 99, 1, 0), None, "nobody means that");
        assert_eq!(of(ratio, 405, 1_000, 2), Some(40_500), "10.00 times 40.5");
        assert_eq!(of(ratio, i64::MAX, i64::MAX, 0), None);
        let scaled = Point { factor: Some(0), ..point(Table::Holding, 0, Encoding::U16) };
        let factor = Factor { place: scaled.place, meaning: ratio };
        assert_eq!(scaled.decode(&[0, 7], &[(factor, Some(20))]), Some(14));
        assert_eq!(scaled.decode(&[0, 7], &[(factor, None)]), None, "its factor was not read");
        assert_eq!(scaled.decode(&[0, 7], &[]), None);
    }

    #[test]
    fn reads_that_follow_each_other_look_different() {
        let points = [0, 60, 120].map(|address| point(Table::Input, address, Encoding::F32));
        assert_eq!(requests(&points, 10), [(0, 2), (60, 3), (120, 2)]);
        assert_eq!(requests(&points, 0), [(0, 2), (60, 2), (120, 2)], "no register too many");
    }

    #[test]
    fn a_refused_read_is_parted_down_to_its_numbers() {
        let points = [0, 2, 4, 20].map(|address| point(Table::Input, address, Encoding::F32));
        let mut plan = Plan::new(points.into_iter().collect(), Vec::new(), 40, 125);
        let requests = |plan: &Plan| -> List<(u16, u16)> {
            plan.reads().iter().map(|read| (read.request.address, read.request.count)).collect()
        };
        assert_eq!(requests(&plan), [(0, 22)]);
        assert!(plan.part(0));
        assert_eq!(requests(&plan), [(0, 6), (20, 2)], "at the gap first");
        assert!(!plan.part(1), "one number");
        assert!(plan.part(0) && plan.part(1));
        assert_eq!(requests(&plan), [(0, 2), (2, 2), (4, 2), (20, 2)]);
        assert!(!plan.part(9));
        let apart = [0, 60].map(|address| point(Table::Input, address, Encoding::F32));
        let mut plan = Plan::new(apart.into_iter().collect(), Vec::new(), 10, 125);
        assert_eq!(requests(&plan), [(0, 2), (60, 3)], "one register too many tells them apart");
        assert!(plan.part(1) && !plan.part(1));
        assert_eq!(requests(&plan), [(0, 2), (60, 2)]);
    }

    #[test]
    fn what_a_meter_does_not_have_is_no_reading() {
        let values = |encoding, bytes: &[u8]| {
            let point = Point { has_absent: true, ..point(Table::Input, 0, encoding) };
            let plan = Plan::new([point].into_iter().collect(), Vec::new(), 0, 125);
            plan.values(&plan.reads()[0], bytes, &[]).map(|(_, value)| value).collect::<List<_>>()
        };
        assert_eq!(values(Encoding::U32, &[0xff; 4]), []);
        assert_eq!(values(Encoding::I32, &[0x7f, 0xff, 0xff, 0xff]), []);
        assert_eq!(values(Encoding::I32, &[0xff; 4]), [Some(-1)]);
        assert_eq!(values(Encoding::U16, &[0, 1]), [Some(1)]);
    }

    #[test]
    fn most_one_reads_each_number_by_itself() {
        let points = [0, 2].map(|address| point(Table::Input, address, Encoding::F32));
        let plan = Plan::new(points.into_iter().collect(), Vec::new(), 9, 1);
        assert_eq!(plan.reads().len(), 2);
    }
}
