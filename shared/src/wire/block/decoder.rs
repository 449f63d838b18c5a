//! Whole columns of a block, each decoded once.

use alloc::vec::Vec;

use super::Column;
use super::values::By;
use crate::wire::column::Values;
use crate::wire::relation::{REACH, SOURCES};

/// Decodes whole columns and keeps the last few, so that what tells others is not decoded again for each of them.
///
/// ```
/// # use millwatt::reading::{ChannelId, Quality};
/// # use millwatt::time::{Instant, Span};
/// use millwatt::wire::block::ColumnDecoder;
/// use millwatt::wire::{BlockWriter, Columns};
/// # let mut payload = [0; 64];
/// # let start = Instant::from_unix_milliseconds(0);
/// # let mut block = BlockWriter::new(start, &mut payload)?;
/// # block.column(ChannelId(0), Quality::Good, start, Span::from_minutes(1), &[230, 231, 229])?;
/// let mut decoder = ColumnDecoder::default();
/// for column in Columns::new(block.payload())? {
///     assert_eq!(decoder.values(&column?), [230, 231, 229]);
/// }
/// # Ok::<(), millwatt::wire::WireError>(())
/// ```
#[derive(Debug, Default, Clone)]
pub struct ColumnDecoder<'a> {
    kept: [Kept<'a>; REACH + 1],
    oldest: usize,
}

/// A column that was decoded.
#[derive(Debug, Default, Clone)]
struct Kept<'a> {
    bytes: &'a [u8],
    values: Vec<i64>,
}

impl<'a> ColumnDecoder<'a> {
    /// The values of a column, up to the first that cannot be decoded. Whoever does not trust the bytes looks at
    /// [`Column::count`] before.
    pub fn values(&mut self, column: &Column<'a>) -> &[i64] {
        let place = self.oldest;
        self.oldest = (place + 1) % self.kept.len();
        let mut values = core::mem::take(&mut self.kept[place].values);
        values.clear();
        match column.by.and_then(|by| Some((by, self.sources(&by, column.count)?))) {
            Some((by, sources)) => told(column, by, sources, &mut values),
            None => {
                let whole = column.values().into_iter().flatten().map_while(Result::ok);
                values.extend(whole);
            }
        }
        let bytes = if column.by.is_none() { column.values } else { &[] };
        let kept = &mut self.kept[place];
        *kept = Kept { bytes, values };
        &kept.values
    }

    /// The sources' values, where all were decoded here.
    fn sources(&self, by: &By<'a>, count: usize) -> Option<[&[i64]; SOURCES]> {
        let mut sources: [&[i64]; SOURCES] = [&[]; SOURCES];
        for (source, bytes) in sources.iter_mut().zip(by.sources).take(by.relation.kind().sources())
        {
            let is_it =
                |kept: &&Kept<'_>| core::ptr::eq(kept.bytes, bytes) && kept.values.len() == count;
            *source = &self.kept.iter().find(is_it)?.values;
        }
        Some(sources)
    }
}

/// What sources and the column's own rest come to together.
fn told(column: &Column<'_>, by: By<'_>, sources: [&[i64]; SOURCES], values: &mut Vec<i64>) {
    let mut predictor = by.relation.predictor();
    let rest = Values::new(column.values, column.count).into_iter().flatten();
    let whole = (0..).zip(rest.map_while(Result::ok)).map(|(place, rest)| {
        let at = sources.map(|source| source.get(place).copied().unwrap_or(0));
        predictor.next(at).wrapping_add(rest)
    });
    values.extend(whole);
}
