//! A column's values, told by itself or by others.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use crate::wire::WireError;
use crate::wire::column::Values;
use crate::wire::relation::{Relation, SOURCES};

/// By what a column is told, as it stands in a block.
#[derive(Debug, Clone, Copy)]
pub(super) struct By<'a> {
    pub(super) relation: Relation,
    pub(super) sources: [&'a [u8]; SOURCES],
}

/// The first value of a column that has some.
pub(super) fn first(bytes: &[u8], by: Option<By<'_>>) -> Result<i64, WireError> {
    let own = Values::first(bytes)?;
    let Some(By { relation, sources }) = by else { return Ok(own) };
    let mut values = [0; SOURCES];
    for (value, source) in values.iter_mut().zip(sources).take(relation.kind().sources()) {
        *value = Values::first(source)?;
    }
    Ok(relation.predictor().next(values).wrapping_add(own))
}

/// A column's values, decoded one by one.
#[derive(Debug, Clone)]
pub struct ColumnValues<'a> {
    /// What stands there itself: the values, or what their relation leaves of them.
    own: Values<'a>,
    // A model takes a kilobyte, which a microcontroller never needs for sources: it writes no such columns.
    #[cfg(feature = "alloc")]
    by: Option<Box<Sources<'a>>>,
}

impl<'a> ColumnValues<'a> {
    pub(super) fn new(
        bytes: &'a [u8],
        by: Option<By<'a>>,
        count: usize,
    ) -> Result<Self, WireError> {
        let own = Values::new(bytes, count)?;
        #[cfg(not(feature = "alloc"))]
        return if by.is_some() { Err(WireError::Malformed) } else { Ok(Self { own }) };
        #[cfg(feature = "alloc")]
        Ok(Self { own, by: by.map(|by| Sources::new(by, count)).transpose()?.map(Box::new) })
    }
}

impl Iterator for ColumnValues<'_> {
    type Item = Result<i64, WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        let own = self.own.next()?;
        #[cfg(feature = "alloc")]
        if let Some(by) = &mut self.by {
            let value = own.and_then(|rest| Ok(by.next()?.wrapping_add(rest)));
            if value.is_err() {
                self.own = Values::none();
            }
            return Some(value);
        }
        Some(own)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.own.size_hint()
    }
}

#[cfg(feature = "alloc")]
use sources::Sources;

#[cfg(feature = "alloc")]
mod sources {
    use super::{By, SOURCES, Values, WireError};
    use crate::wire::relation::Predictor;

    /// The columns that tell another, read beside it.
    #[derive(Debug, Clone)]
    pub(super) struct Sources<'a> {
        predictor: Predictor,
        columns: [Values<'a>; SOURCES],
        count: usize,
    }

    impl<'a> Sources<'a> {
        pub(super) fn new(by: By<'a>, count: usize) -> Result<Self, WireError> {
            let mut columns = [const { Values::none() }; SOURCES];
            let used = by.relation.kind().sources();
            for (column, bytes) in columns.iter_mut().zip(by.sources).take(used) {
                *column = Values::new(bytes, count)?;
            }
            Ok(Self { predictor: by.relation.predictor(), columns, count: used })
        }

        pub(super) fn next(&mut self) -> Result<i64, WireError> {
            let mut values = [0; SOURCES];
            for (value, column) in values.iter_mut().zip(&mut self.columns).take(self.count) {
                *value = column.next().ok_or(WireError::Truncated)??;
            }
            Ok(self.predictor.next(values))
        }
    }
}
