//! A block of readings: columns of one channel each, on a grid.
//!
//! Payload: the base instant (8 bytes, little-endian), then columns until the end. A column begins with a
//! byte: bits 0 and 1 its quality, bit 2 that its channel is the one after the last column's, bit 3 that
//! its grid is the last column's, bit 4 that a [summary](Summary) stands before its values, bit 5 that it is
//! [told by others](super::relation). Unless told so, channel (varint) and grid (start − base in ms as a signed
//! varint, step in ms and count as varints) follow, and the relation where there is one; then the length of its values
//! in bytes (varint) and the values (see [column](mod@column)). A block's columns mostly share one grid, so that most
//! heads are two bytes.

use crate::reading::{ChannelId, Quality, Reading, Sample};
use crate::time::{Instant, Period, Span};
use crate::wire::WireError;
use crate::wire::bytes::{Reader, Writer};
use crate::wire::column::{self, Hint, MOST_VALUES};
use crate::wire::relation::{REACH, Relation, SOURCES};

#[cfg(feature = "alloc")]
mod decoder;
mod stream;
mod values;

#[cfg(feature = "alloc")]
pub use decoder::ColumnDecoder;
pub use stream::{ColumnStream, Streamed};
use values::By;
pub use values::ColumnValues;

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
    summary: Option<Summary>,
    values: &'a [u8],
    by: Option<By<'a>>,
}

/// What a column comes to: enough to draw it from afar without decoding a value.
///
/// Columns of [`SUMMARISED`] values or more carry it. It is not signed by itself: whoever checks a log compares it
/// with the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// The first value.
    pub first: i64,
    /// The last value.
    pub last: i64,
    /// The least.
    pub min: i64,
    /// The largest.
    pub max: i64,
    /// The sum of all.
    pub sum: i128,
    /// How many.
    pub count: usize,
}

/// Columns of so many values carry a summary; in shorter ones it would weigh more than it saves.
pub const SUMMARISED: usize = 256;

impl Summary {
    /// Of values; none when there are none.
    #[must_use]
    pub fn of(values: impl IntoIterator<Item = i64>) -> Option<Self> {
        let mut values = values.into_iter();
        let first = values.next()?;
        let one = Self { first, last: first, min: first, max: first, sum: first.into(), count: 1 };
        Some(values.fold(one, Self::and))
    }

    /// With one more value behind.
    #[must_use]
    pub fn and(self, value: i64) -> Self {
        Self {
            first: self.first,
            last: value,
            min: self.min.min(value),
            max: self.max.max(value),
            sum: self.sum + i128::from(value),
            count: self.count + 1,
        }
    }

    /// As it is written; none when a difference does not fit 64 bits.
    fn told(&self) -> Option<[i64; 4]> {
        let rest = self.sum - i128::from(self.first) * self.count as i128;
        let last = self.last.checked_sub(self.first)?;
        let below = self.first.checked_sub(self.min)?;
        let above = self.max.checked_sub(self.first)?;
        Some([last, below, above, i64::try_from(rest).ok()?])
    }

    fn read(first: i64, count: usize, reader: &mut Reader<'_>) -> Result<Self, WireError> {
        let [last, below, above, rest] =
            [reader.signed()?, reader.signed()?, reader.signed()?, reader.signed()?];
        let near = |off: Option<i64>| off.ok_or(WireError::Malformed);
        Ok(Self {
            first,
            last: near(first.checked_add(last))?,
            min: near(first.checked_sub(below))?,
            max: near(first.checked_add(above))?,
            sum: i128::from(first) * count as i128 + i128::from(rest),
            count,
        })
    }
}

impl<'a> Column<'a> {
    /// Instant of the last sample; of an empty column, the start.
    #[must_use]
    pub fn end(&self) -> Instant {
        self.start
            + self.step.times(i64::try_from(self.count.saturating_sub(1)).unwrap_or(i64::MAX))
    }

    /// Whether a sample lies within a period, both ends included.
    #[must_use]
    pub fn touches(&self, period: Period) -> bool {
        if self.count == 0 || self.start > period.to || self.end() < period.from {
            return false;
        }
        let before = (period.from - self.start).milliseconds();
        let step = self.step.milliseconds();
        if before <= 0 || step == 0 {
            return true;
        }
        self.start + self.step.times((before - 1) / step + 1) <= period.to
    }

    /// What the column comes to, where it says so.
    #[must_use]
    pub const fn stated(&self) -> Option<Summary> {
        self.summary
    }

    /// What the column comes to: as it says, or else by its values. Of an empty column none.
    ///
    /// # Errors
    /// What is wrong with the values.
    pub fn summary(&self) -> Result<Option<Summary>, WireError> {
        if let Some(summary) = self.summary {
            return Ok(Some(summary));
        }
        let mut summary: Option<Summary> = None;
        for value in self.values()? {
            let value = value?;
            summary =
                summary.map_or_else(|| Summary::of([value]), |so_far| Some(so_far.and(value)));
        }
        Ok(summary)
    }

    /// Whether it is [told by others](super::relation) of its block.
    #[must_use]
    pub const fn is_told_by_others(&self) -> bool {
        self.by.is_some()
    }

    /// The values, decoded one by one.
    ///
    /// # Errors
    /// See [`Values::new`](column::Values::new); [`WireError::Malformed`] for one that is [told by others](super::relation) where the crate was
    /// built without `alloc`.
    pub fn values(&self) -> Result<ColumnValues<'a>, WireError> {
        ColumnValues::new(self.values, self.by, self.count)
    }

    /// The readings, up to the first that cannot be decoded.
    pub fn readings(&self) -> impl Iterator<Item = Reading> + use<'a> {
        let channel = self.channel;
        let values = self.values().into_iter().flatten().map_while(Result::ok);
        self.samples(values).map(move |sample| Reading { channel, sample })
    }

    /// Its values at their instants.
    pub fn samples<I: IntoIterator<Item = i64>>(
        &self,
        values: I,
    ) -> impl Iterator<Item = Sample> + use<I> {
        let (quality, start, step) = (self.quality, self.start, self.step);
        (0..).zip(values).map(move |(place, value)| {
            let at = start + step.times(place);
            Sample { at, value, quality }
        })
    }
}

const QUALITY: u8 = 3;
const NEXT_CHANNEL: u8 = 4;
const SAME_GRID: u8 = 8;
const WITH_SUMMARY: u8 = 16;
/// Bit of a column's head: a relation follows, and the values are what it leaves.
const BY_OTHERS: u8 = 32;

/// Whether the last of a row of instants is one.
fn ends_in_time(start: i64, step: i64, count: usize) -> bool {
    let steps = i64::try_from(count.saturating_sub(1)).ok();
    let length = steps.and_then(|steps| steps.checked_mul(step));
    length.and_then(|length| start.checked_add(length)).is_some()
}

/// The summary before a column's values, which are left.
fn take_summary(bytes: &mut &[u8], by: Option<By<'_>>, count: usize) -> Result<Summary, WireError> {
    let mut reader = Reader::new(bytes);
    let mut numbers = reader.clone();
    for _ in 0..4 {
        reader.signed()?;
    }
    *bytes = reader.rest();
    if count == 0 {
        return Err(WireError::Malformed);
    }
    let first = values::first(bytes, by)?;
    Summary::read(first, count, &mut numbers)
}

/// Where the samples of a column stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grid {
    start: Instant,
    step: Span,
    count: usize,
}

/// What the next column may leave out.
#[derive(Debug, Default, Clone, Copy)]
struct Before {
    /// The channel that would follow.
    channel: u16,
    grid: Option<Grid>,
}

/// The last columns, the newest first; none where one cannot be a source.
#[derive(Debug, Clone)]
struct Recent<T>([Option<T>; REACH]);

impl<T: Copy> Recent<T> {
    const fn new() -> Self {
        Self([None; REACH])
    }

    fn push(&mut self, column: Option<T>) {
        self.0.rotate_right(1);
        self.0[0] = column;
    }

    /// So many columns back.
    fn get(&self, back: u8) -> Option<T> {
        *self.0.get(usize::from(back).checked_sub(1)?)?
    }
}

/// The columns of a block's payload.
#[derive(Debug, Clone)]
pub struct Columns<'a> {
    base: Instant,
    before: Before,
    recent: Recent<(Grid, &'a [u8])>,
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
        let base = Instant::from_unix_milliseconds(base);
        Ok(Self { base, before: Before::default(), recent: Recent::new(), reader })
    }

    fn column(&mut self) -> Result<Column<'a>, WireError> {
        let head = self.reader.byte()?;
        let quality = match head & QUALITY {
            0 => Quality::Good,
            1 => Quality::Estimated,
            2 => Quality::Suspect,
            _ => return Err(WireError::Malformed),
        };
        if head & !(QUALITY | NEXT_CHANNEL | SAME_GRID | WITH_SUMMARY | BY_OTHERS) != 0 {
            return Err(WireError::Malformed);
        }
        let channel = match head & NEXT_CHANNEL {
            0 => u16::try_from(self.reader.varint()?).map_err(|_| WireError::Malformed)?,
            _ => self.before.channel,
        };
        let grid = match head & SAME_GRID {
            0 => self.grid()?,
            _ => self.before.grid.ok_or(WireError::Malformed)?,
        };
        self.before = Before { channel: channel.wrapping_add(1), grid: Some(grid) };
        let by = match head & BY_OTHERS {
            0 => None,
            _ => Some(self.by(grid)?),
        };
        let length = usize::try_from(self.reader.varint()?).map_err(|_| WireError::Malformed)?;
        let mut values = self.reader.slice(length)?;
        let Grid { start, step, count } = grid;
        let summary = match head & WITH_SUMMARY {
            0 => None,
            _ => Some(take_summary(&mut values, by, count)?),
        };
        self.recent.push(by.is_none().then_some((grid, values)));
        Ok(Column { channel: ChannelId(channel), quality, start, step, count, summary, values, by })
    }

    #[cfg(not(feature = "alloc"))]
    fn by(&mut self, _: Grid) -> Result<By<'a>, WireError> {
        Err(WireError::Malformed)
    }

    #[cfg(feature = "alloc")]
    fn by(&mut self, grid: Grid) -> Result<By<'a>, WireError> {
        let (relation, back) = Relation::read(&mut self.reader)?;
        let mut sources: [&[u8]; SOURCES] = [&[]; SOURCES];
        for (source, back) in sources.iter_mut().zip(back).take(relation.kind().sources()) {
            let known = self.recent.get(back).filter(|(other, _)| *other == grid);
            *source = known.ok_or(WireError::Malformed)?.1;
        }
        Ok(By { relation, sources })
    }

    fn grid(&mut self) -> Result<Grid, WireError> {
        let reader = &mut self.reader;
        let base = self.base.unix_milliseconds();
        let start = base.checked_add(reader.signed()?).ok_or(WireError::Malformed)?;
        let step = i64::try_from(reader.varint()?).map_err(|_| WireError::Malformed)?;
        let count = usize::try_from(reader.varint()?).map_err(|_| WireError::Malformed)?;
        if count > MOST_VALUES || (count > 1 && step == 0) || !ends_in_time(start, step, count) {
            return Err(WireError::Malformed);
        }
        let start = Instant::from_unix_milliseconds(start);
        Ok(Grid { start, step: Span::from_milliseconds(step), count })
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

/// By what a column is told, for a writer.
#[derive(Debug, Clone, Copy)]
pub struct ToldBy<'a> {
    /// The relation.
    pub relation: Relation,
    /// How many columns back its sources stand; each has the column's grid and is told by none.
    pub back: [u8; SOURCES],
    /// The values less what the relation says of them.
    pub rest: &'a [i64],
}

/// How a column's values are written.
enum Told<'a> {
    Alone(&'a [i64], &'a mut Hint),
    By(&'a [i64], &'a ToldBy<'a>),
    Streamed(&'a Streamed<'a>),
}

impl Told<'_> {
    const fn count(&self) -> usize {
        match self {
            Self::Alone(values, _) | Self::By(values, _) => values.len(),
            Self::Streamed(streamed) => streamed.count,
        }
    }

    fn summary(&self) -> Option<Summary> {
        match self {
            _ if self.count() < SUMMARISED => None,
            Self::Alone(values, _) | Self::By(values, _) => Summary::of(values.iter().copied()),
            Self::Streamed(streamed) => streamed.summary,
        }
    }

    fn write(self, out: &mut Writer<'_>) -> Result<(), WireError> {
        match self {
            Self::Alone(values, hint) => column::encode_like(values, hint, out),
            Self::By(_, by) => column::encode(by.rest, out),
            Self::Streamed(streamed) => out.slice(streamed.bytes),
        }
    }
}

/// Writes a block's payload into a lent buffer.
#[derive(Debug)]
pub struct BlockWriter<'a> {
    base: Instant,
    before: Before,
    recent: Recent<Grid>,
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
        Ok(Self { base, before: Before::default(), recent: Recent::new(), out })
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
        self.column_like(channel, quality, start, step, values, &mut Hint::default())
    }

    /// The same for a writer that keeps what suited the channel's last column.
    ///
    /// # Errors
    /// See [`column`](Self::column).
    pub fn column_like(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        start: Instant,
        step: Span,
        values: &[i64],
        hint: &mut Hint,
    ) -> Result<(), WireError> {
        self.add(channel, quality, start, step, Told::Alone(values, hint))
    }

    /// Adds a column that was written value by value.
    ///
    /// # Errors
    /// See [`column`](Self::column).
    pub fn column_streamed(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        start: Instant,
        step: Span,
        column: &Streamed<'_>,
    ) -> Result<(), WireError> {
        self.add(channel, quality, start, step, Told::Streamed(column))
    }

    /// Adds a column that others of this block tell.
    ///
    /// # Errors
    /// See [`column`](Self::column); [`WireError::Malformed`] where no such column can be a source, or the rest has
    /// another length.
    pub fn column_by(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        start: Instant,
        step: Span,
        values: &[i64],
        by: &ToldBy<'_>,
    ) -> Result<(), WireError> {
        let grid = Grid { start, step, count: values.len() };
        let sources = &by.back[..by.relation.kind().sources()];
        let are_there = sources.iter().all(|back| self.recent.get(*back) == Some(grid));
        if !are_there || by.rest.len() != values.len() {
            return Err(WireError::Malformed);
        }
        self.add(channel, quality, start, step, Told::By(values, by))
    }

    fn add(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        start: Instant,
        step: Span,
        told: Told<'_>,
    ) -> Result<(), WireError> {
        let count = told.count();
        let grid = Grid { start, step, count };
        let stepless = count > 1 && step <= Span::ZERO;
        let ends = ends_in_time(start.unix_milliseconds(), step.milliseconds(), count);
        let (from, base) = (start.unix_milliseconds(), self.base.unix_milliseconds());
        let is_near = from.checked_sub(base).is_some();
        if count > MOST_VALUES || stepless || !ends || !is_near {
            return Err(WireError::Malformed);
        }
        let before = self.out.length();
        let is_alone = !matches!(told, Told::By(..));
        let written = self.try_column(channel, quality, grid, told);
        match written {
            Ok(()) => {
                let channel = channel.0.wrapping_add(1);
                self.before = Before { channel, grid: Some(grid) };
                self.recent.push(is_alone.then_some(grid));
            }
            Err(_) => self.out.truncate(before),
        }
        written
    }

    fn try_column(
        &mut self,
        channel: ChannelId,
        quality: Quality,
        grid: Grid,
        told: Told<'_>,
    ) -> Result<(), WireError> {
        let (before, out) = (self.before, &mut self.out);
        let is_next = channel.0 == before.channel;
        let is_same = before.grid == Some(grid);
        let summary = told.summary().and_then(|summary| summary.told());
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        let flags = flag(is_next, NEXT_CHANNEL)
            | flag(is_same, SAME_GRID)
            | flag(summary.is_some(), WITH_SUMMARY)
            | flag(matches!(told, Told::By(..)), BY_OTHERS);
        out.byte(quality as u8 | flags)?;
        if !is_next {
            out.varint(channel.0.into())?;
        }
        if !is_same {
            out.signed((grid.start - self.base).milliseconds())?;
            out.varint(grid.step.milliseconds().max(0).unsigned_abs())?;
            out.varint(grid.count as u64)?;
        }
        if let Told::By(_, by) = &told {
            by.relation.emit(by.back, out)?;
        }
        let place = out.length();
        summary.into_iter().flatten().try_for_each(|number| out.signed(number))?;
        told.write(out)?;
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
    fn literal_bytes_of_version_1() {
        let mut buffer = [0; 64];
        let mut block = BlockWriter::new(BASE, &mut buffer).expect("fits");
        let minute = Span::from_minutes(1);
        block.column(ChannelId(1), Quality::Good, BASE, minute, &[7, 7]).expect("fits");
        let base = BASE.unix_milliseconds().to_le_bytes();
        assert_eq!(block.payload()[..8], base);
        block.column(ChannelId(2), Quality::Suspect, BASE, minute, &[1, 1]).expect("fits");
        let first = [0, 1, 0, 0xe0, 0xd4, 0x03, 2, 2, 0xff, 14];
        assert_eq!(block.payload()[8..18], first);
        assert_eq!(block.payload()[18..], [14, 2, 0xff, 2]);
    }

    #[test]
    fn a_long_column_says_what_it_comes_to() {
        let values: Vec<i64> =
            (0..SUMMARISED as i64).map(|place| place * place % 977 - 300).collect();
        let mut buffer = [0; 4_096];
        let mut block = BlockWriter::new(BASE, &mut buffer).expect("fits");
        let minute = Span::from_minutes(1);
        let short = &values[..SUMMARISED - 1];
        block.column(ChannelId(1), Quality::Good, BASE, minute, &values).expect("fits");
        block.column(ChannelId(2), Quality::Good, BASE, minute, short).expect("fits");
        let wild: Vec<i64> =
            (0..300).map(|place| if place % 2 == 0 { i64::MIN } else { 7 }).collect();
        block.column(ChannelId(3), Quality::Good, BASE, minute, &wild).expect("fits");
        let columns: Vec<_> = Columns::new(block.payload()).expect("a block").flatten().collect();
        let stated: Vec<bool> = columns.iter().map(|column| column.stated().is_some()).collect();
        assert_eq!(stated, [true, false, false], "short or too far apart");
        for (column, values) in columns.iter().zip([&values[..], short, &wild[..]]) {
            assert_eq!(column.summary(), Ok(Summary::of(values.iter().copied())));
            let back: Result<Vec<i64>, _> = column.values().expect("sound").collect();
            assert_eq!(back.as_deref(), Ok(values));
        }
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
