//! Rows into a block: a column for each stretch in which a channel answered on a grid with one quality.

use embedded_storage::nor_flash::NorFlash;
use millwatt::reading::{ChannelId, Quality};
use millwatt::time::{Instant, Span};
use millwatt::wire::column::Hint;
use millwatt::wire::row::Row;
use millwatt::wire::{BlockWriter, FrameKind, WireError};

use super::journal::Kept;
use crate::ring::{Ring, RingError, WhenFull};

/// Writes blocks into the ring, with what suited the channels so far.
#[derive(Debug)]
pub(super) struct Blocks<const CHANNELS: usize, const ROWS: usize> {
    pub when_full: WhenFull,
    hints: [Hint; CHANNELS],
}

impl<const CHANNELS: usize, const ROWS: usize> Blocks<CHANNELS, ROWS> {
    pub(super) fn new(when_full: WhenFull) -> Self {
        Self { when_full, hints: [Hint::default(); CHANNELS] }
    }

    /// Writes rows as one block where it takes no more than half of what a page has room for; tells whether it did.
    ///
    /// Rows that are folded again after a start, without these hints, then still fit into one.
    pub(super) fn write_whole<F: NorFlash>(
        &mut self,
        ring: &mut Ring<F>,
        rows: &Kept<'_, CHANNELS>,
        buffer: &mut [u8],
    ) -> Result<bool, RingError<F::Error>> {
        let room = buffer.get_mut(..Ring::<F>::MOST_PAYLOAD / 2).unwrap_or_default();
        let Ok(payload) =
            block::<CHANNELS, ROWS>(rows.channels, rows.rows(), &mut self.hints, room)
        else {
            return Ok(false);
        };
        let (kind, when_full) = (FrameKind::Readings, self.when_full);
        ring.append_as(rows.stamp, rows.clock, kind, payload, when_full)?;
        Ok(true)
    }

    /// Writes rows as a block, or as several where one would not fit a page: always the same ones for the same rows.
    pub(super) fn write<F: NorFlash>(
        &mut self,
        ring: &mut Ring<F>,
        rows: &Kept<'_, CHANNELS>,
        buffer: &mut [u8],
    ) -> Result<(), RingError<F::Error>> {
        if self.write_whole(ring, rows, buffer)? {
            return Ok(());
        }
        let (kind, when_full) = (FrameKind::Readings, self.when_full);
        let room = buffer.get_mut(..Ring::<F>::MOST_PAYLOAD).unwrap_or_default();
        let (mut stamp, mut from, mut taken) = (rows.stamp, 0, ROWS);
        while from < rows.count {
            let count = taken.min(rows.count - from);
            let part = rows.rows().skip(from).take(count);
            let hints = &mut [Hint::default(); CHANNELS];
            match block::<CHANNELS, ROWS>(rows.channels, part, hints, room) {
                Ok(payload) => {
                    ring.append_as(stamp, rows.clock, kind, payload, when_full)?;
                    (stamp, from) = (stamp.next(), from + count);
                }
                Err(WireError::BufferFull) if count > 1 => taken = count / 2,
                Err(_) => return Err(RingError::TooLarge),
            }
        }
        Ok(())
    }
}

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

    fn end(
        &mut self,
        channel: ChannelId,
        hint: &mut Hint,
        block: &mut BlockWriter<'_>,
    ) -> Result<(), WireError> {
        let count = core::mem::take(&mut self.count);
        let step = if count > 1 { self.step } else { Span::ZERO };
        let (start, values) = (self.start, &self.values[..count]);
        match count {
            0 => Ok(()),
            _ => block.column_like(channel, self.quality, start, step, values, hint),
        }
    }
}

/// The payload of a block of rows, which are gone through once a channel; the hints say what suited the last one.
fn block<'a, const CHANNELS: usize, const ROWS: usize>(
    channels: usize,
    rows: impl Iterator<Item = Row<CHANNELS>> + Clone,
    hints: &mut [Hint; CHANNELS],
    buffer: &'a mut [u8],
) -> Result<&'a [u8], WireError> {
    let base = rows.clone().next().map_or(Instant::from_unix_milliseconds(0), |row| row.at);
    let (quality, step) = (Quality::Good, Span::ZERO);
    let mut stretch = Stretch { quality, start: base, step, count: 0, values: [0; ROWS] };
    let mut block = BlockWriter::new(base, buffer)?;
    for (place, hint) in hints.iter_mut().enumerate().take(channels) {
        let channel = ChannelId(place as u16);
        for row in rows.clone() {
            let Some((value, quality)) = row.cells[place] else {
                stretch.end(channel, hint, &mut block)?;
                continue;
            };
            if !stretch.takes(row.at, value, quality) {
                stretch.end(channel, hint, &mut block)?;
                stretch.takes(row.at, value, quality);
            }
        }
        stretch.end(channel, hint, &mut block)?;
    }
    let length = block.payload().len();
    Ok(&buffer[..length])
}
