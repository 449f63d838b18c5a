//! Loose readings as one block.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use crate::reading::{ChannelId, Quality, Reading};
use crate::time::{Instant, Span};
use crate::wire::{BlockWriter, WireError};

/// Readings as a block's payload: a column for every run of one channel at equal distances.
///
/// # Errors
/// [`WireError::BufferFull`] never, as long as no form of a column is larger than what it is given.
pub fn block(readings: &[Reading]) -> Result<Vec<u8>, WireError> {
    let base = readings.iter().map(|reading| reading.sample.at).min().unwrap_or(Instant::MIN);
    let columns = columns(readings);
    let mut buffer = vec![0; 8 + readings.len() * 12 + columns.len() * 64];
    let written = BlockWriter::new(base, &mut buffer).and_then(|mut block| {
        for ((channel, _), column) in &columns {
            block.column(*channel, column.quality, column.start, column.step, &column.values)?;
        }
        Ok(block.payload().len())
    });
    buffer.truncate(written?);
    Ok(buffer)
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
