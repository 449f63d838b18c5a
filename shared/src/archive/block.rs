//! Loose readings as one block.

use alloc::collections::{BTreeMap, VecDeque};
use alloc::vec;
use alloc::vec::Vec;

use crate::reading::{ChannelId, Quality, Reading};
use crate::time::{Instant, Span};
use crate::wire::relation::REACH;
use crate::wire::{BlockWriter, WireError};

use super::related;

/// Readings as a block's payload: a column for every run of one channel at equal distances, long ones told by others where
/// that is shorter.
///
/// # Errors
/// [`WireError::BufferFull`] never, as long as no form of a column is larger than what it is given.
pub fn block(readings: &[Reading]) -> Result<Vec<u8>, WireError> {
    let base = readings.iter().map(|reading| reading.sample.at).min().unwrap_or(Instant::MIN);
    let columns = columns(readings);
    let stretches: Vec<Stretch<'_>> = columns
        .iter()
        .map(|((channel, _), column)| {
            let Column { quality, start, step, ref values } = *column;
            Stretch { channel: *channel, quality, start, step, values }
        })
        .collect();
    written(base, &stretches)
}

/// Samples of one channel at equal distances.
#[derive(Clone, Copy)]
pub(super) struct Stretch<'a> {
    pub(super) channel: ChannelId,
    pub(super) quality: Quality,
    pub(super) start: Instant,
    pub(super) step: Span,
    pub(super) values: &'a [i64],
}

impl<'a> Stretch<'a> {
    /// Its values, where they stand at the instants of another's.
    fn on_grid_of(&self, other: &Self) -> Option<&'a [i64]> {
        let grid = |one: &Self| (one.start, one.step, one.values.len());
        (grid(self) == grid(other)).then_some(self.values)
    }
}

/// A block's payload with these columns, long ones told by others where that is shorter.
pub(super) fn written(base: Instant, stretches: &[Stretch<'_>]) -> Result<Vec<u8>, WireError> {
    let values: usize = stretches.iter().map(|stretch| stretch.values.len()).sum();
    // A value takes less than 12 bytes, a column's head less than 64.
    let mut buffer = vec![0; 8 + values * 12 + stretches.len() * 64];
    let length = write(base, stretches, &mut buffer)?;
    buffer.truncate(length);
    Ok(buffer)
}

fn write(base: Instant, stretches: &[Stretch<'_>], buffer: &mut [u8]) -> Result<usize, WireError> {
    let mut block = BlockWriter::new(base, buffer)?;
    // The nearest first; none where others tell it.
    let mut earlier: VecDeque<Option<&Stretch<'_>>> = VecDeque::new();
    for stretch in stretches {
        let Stretch { channel, quality, start, step, values } = *stretch;
        let on_grid: Vec<_> = earlier.iter().map(|other| (*other)?.on_grid_of(stretch)).collect();
        let found = related(values, &on_grid);
        match &found {
            None => block.column(channel, quality, start, step, values)?,
            Some(found) => {
                block.column_by(channel, quality, start, step, values, &found.told_by())?;
            }
        }
        earlier.truncate(REACH - 1);
        earlier.push_front(found.is_none().then_some(stretch));
    }
    Ok(block.payload().len())
}

struct Column {
    quality: Quality,
    start: Instant,
    step: Span,
    values: Vec<i64>,
}

impl Column {
    fn takes(&mut self, reading: &Reading) -> bool {
        let sample = reading.sample;
        let count = i64::try_from(self.values.len()).unwrap_or(i64::MAX);
        let distance = sample.at - self.start;
        if count == 1 && distance > Span::ZERO {
            self.step = distance;
        }
        let fits = distance == self.step.times(count) && distance > Span::ZERO;
        let fits = fits && sample.quality == self.quality;
        if fits {
            self.values.push(sample.value);
        }
        fits
    }
}

type Columns = BTreeMap<(ChannelId, usize), Column>;

fn columns(readings: &[Reading]) -> Columns {
    let mut columns = Columns::new();
    let mut runs = BTreeMap::new();
    for reading in readings {
        let run = runs.entry(reading.channel).or_insert(0_usize);
        if let Some(column) = columns.get_mut(&(reading.channel, *run)) {
            if column.takes(reading) {
                continue;
            }
            *run += 1;
        }
        let sample = reading.sample;
        let (quality, start, values) = (sample.quality, sample.at, vec![sample.value]);
        let column = Column { quality, start, step: Span::ZERO, values };
        columns.insert((reading.channel, *run), column);
    }
    columns
}
