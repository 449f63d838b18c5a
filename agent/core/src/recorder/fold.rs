//! Rows into a block: a column for each stretch in which a channel answered on a grid with one quality.

use millwatt::reading::{ChannelId, Quality};
use millwatt::time::{Instant, Span};
use millwatt::wire::row::Row;
use millwatt::wire::{BlockWriter, WireError};

/// Values of a channel at equal distances.
struct Stretch<const ROWS: usize> {
    quality: Quality,
    start: Instant,
    step: Span,
    count: usize,
    values: [i64; ROWS],
}

impl<const ROWS: usize> Stretch<ROWS> {
    /// Takes a sample that stands where the next one would; tells whether it did.
    fn takes(&mut self, at: Instant, value: i64, quality: Quality) -> bool {
        let step = at - self.start;
        let fits = match self.count {
            0 => true,
            1 => quality == self.quality && step > Span::ZERO,
            count => quality == self.quality && step == self.step.times(count as i64),
        };
        if !fits || self.count >= ROWS {
            return false;
        }
        match self.count {
            0 => (self.start, self.quality) = (at, quality),
            1 => self.step = step,
            _ => {}
        }
        self.values[self.count] = value;
        self.count += 1;
        true
    }

    fn end(&mut self, channel: ChannelId, block: &mut BlockWriter<'_>) -> Result<(), WireError> {
        let count = core::mem::take(&mut self.count);
        let step = if count > 1 { self.step } else { Span::ZERO };
        match count {
            0 => Ok(()),
            _ => block.column(channel, self.quality, self.start, step, &self.values[..count]),
        }
    }
}

/// The payload of a block of rows, which are gone through once a channel.
pub(super) fn block<const CHANNELS: usize, const ROWS: usize>(
    channels: usize,
    rows: impl Iterator<Item = Row<CHANNELS>> + Clone,
    buffer: &mut [u8],
) -> Result<&[u8], WireError> {
    let base = rows.clone().next().map_or(Instant::from_unix_milliseconds(0), |row| row.at);
    let (quality, step) = (Quality::Good, Span::ZERO);
    let mut stretch = Stretch { quality, start: base, step, count: 0, values: [0; ROWS] };
    let mut block = BlockWriter::new(base, buffer)?;
    for place in 0..channels.min(CHANNELS) {
        let channel = ChannelId(place as u16);
        for row in rows.clone() {
            let Some((value, quality)) = row.cells[place] else {
                stretch.end(channel, &mut block)?;
                continue;
            };
            if !stretch.takes(row.at, value, quality) {
                stretch.end(channel, &mut block)?;
                stretch.takes(row.at, value, quality);
            }
        }
        stretch.end(channel, &mut block)?;
    }
    let length = block.payload().len();
    Ok(&buffer[..length])
}
