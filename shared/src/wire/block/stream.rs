//! A block's column whose values are never held.

use super::Summary;
use crate::wire::WireError;
use crate::wire::column::{Hint, Stream};

/// A column of a block while its values come: it is written into a lent buffer, and what it comes to is kept.
///
/// ```
/// use millwatt::reading::{ChannelId, Quality};
/// use millwatt::time::{Instant, Span};
/// use millwatt::wire::block::ColumnStream;
/// use millwatt::wire::{BlockWriter, Columns, column::Hint};
/// let (mut bytes, mut payload) = ([0; 512], [0; 512]);
/// let mut power = ColumnStream::new(Hint::default(), &mut bytes);
/// for minute in 0..300 {
///     power.push(4_200 + minute % 7)?;
/// }
/// let start = Instant::from_unix_milliseconds(1_767_571_200_000);
/// let mut block = BlockWriter::new(start, &mut payload)?;
/// block.column_streamed(ChannelId(0), Quality::Good, start, Span::from_minutes(1), &power.finish())?;
/// let column = Columns::new(block.payload())?.next().expect("a column")?;
/// assert_eq!((column.count, column.stated().expect("a summary").max), (300, 4_206));
/// # Ok::<(), millwatt::wire::WireError>(())
/// ```
#[derive(Debug)]
pub struct ColumnStream<'a> {
    values: Stream<'a>,
    summary: Option<Summary>,
}

/// A column that was written value by value, for a [`BlockWriter`](super::BlockWriter).
#[derive(Debug, Clone, Copy)]
pub struct Streamed<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) count: usize,
    pub(super) summary: Option<Summary>,
}

impl<'a> Streamed<'a> {
    /// The values as they stand in a block.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl<'a> ColumnStream<'a> {
    /// An empty column; the hint says what suits the channel.
    #[must_use]
    pub const fn new(hint: Hint, buffer: &'a mut [u8]) -> Self {
        Self { values: Stream::new(hint, buffer), summary: None }
    }

    /// What the values so far come to; of none, none.
    #[must_use]
    pub const fn summary(&self) -> Option<Summary> {
        self.summary
    }

    /// Adds a value.
    ///
    /// # Errors
    /// See [`Stream::push`]: the column ends before this value.
    pub fn push(&mut self, value: i64) -> Result<(), WireError> {
        self.values.push(value)?;
        self.summary =
            self.summary.map_or_else(|| Summary::of([value]), |so_far| Some(so_far.and(value)));
        Ok(())
    }

    /// The whole column.
    #[must_use]
    pub fn finish(self) -> Streamed<'a> {
        let count = self.values.count();
        Streamed { bytes: self.values.finish(), count, summary: self.summary }
    }
}
