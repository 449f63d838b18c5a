//! Readings by instants instead of by channels.

use std::iter::Peekable;

use super::{Row, Selection, Track};
use millwatt::time::Instant;

type Rows<'a> = Peekable<Box<dyn Iterator<Item = Row<'a>> + 'a>>;

/// What several channels said, by instants.
pub(super) struct Grid<'a>(Vec<Rows<'a>>);

impl<'a> Grid<'a> {
    pub(super) fn new(selection: Selection<'a>, tracks: impl Iterator<Item = Track<'a>>) -> Self {
        let columns = tracks.map(|track| {
            let rows: Box<dyn Iterator<Item = Row<'a>> + 'a> = Box::new(selection.rows(track));
            rows.peekable()
        });
        Self(columns.collect())
    }
}

impl<'a> Iterator for Grid<'a> {
    type Item = (Instant, Vec<Option<Row<'a>>>);

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.0.iter_mut().filter_map(|rows| rows.peek().map(|row| row.sample.at));
        let at = next.min()?;
        let cells = self.0.iter_mut().map(|rows| rows.next_if(|row| row.sample.at == at));
        Some((at, cells.collect()))
    }
}
