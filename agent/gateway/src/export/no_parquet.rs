//! Where the program was built without Parquet: it says how to get it.

use std::io::{self, Write};

use super::Selection;

/// Whether this program writes Parquet.
pub(super) const IS_BUILT: bool = false;

/// Refuses.
pub(super) fn readings(_: Selection<'_>, _: &mut (impl Write + Send)) -> io::Result<u64> {
    Err(super::refused(super::NO_PARQUET))
}

/// Refuses.
pub(super) fn events(_: Selection<'_>, _: &mut (impl Write + Send)) -> io::Result<u64> {
    Err(super::refused(super::NO_PARQUET))
}
