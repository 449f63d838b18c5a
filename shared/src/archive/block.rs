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
    let mut buffer = vec![0; 8 + readings.len() * 12 + columns.len() * 64];
    let written = write(base, &columns, &mut buffer);
    buffer.truncate(written?);
    Ok(buffer)
}

fn write(base: Instant, columns: &Columns, buffer: &mut [u8]) -> Result<usize, WireError> {
    let mut block = BlockWriter::new(base, buffer)?;
    // The nearest first; none where others tell it.
    let mut earlier: VecDeque<Option<&Column>> = VecDeque::new();
    for ((channel, _), column) in columns {
        let Column { quality, start, step, values } = column;
        let on_grid: Vec<_> =
            earlier.iter().map(|other| other.as_ref()?.on_grid_of(column)).collect();
        let found = related(values, &on_grid);
        match &found {
            None => block.column(*channel, *quality, *start, *step, values)?,
            Some(found) => {
                block.column_by(*channel, *quality, *start, *step, values, &found.told_by())?;
            }
        }
        earlier.truncate(REACH - 1);
        earlier.push_front(found.is_none().then_some(column));
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
    /// Its values, where they stand at the instants of another's.
    fn on_grid_of(&self, other: &Self) -> Option<&[i64]> {
        let grid = |column: &Self| (column.start, column.step, column.values.len());
        (grid(self) == grid(other)).then_some(&self.values[..])
    }

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
