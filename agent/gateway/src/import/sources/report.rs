//! What an import found in a file of series, for people (`Display`) and for scripts (`Serialize`).

use super::super::report::{ImportReport, Trouble, write_troubles};
use serde::Serialize;
use std::fmt;

/// What an import found in a file of series.
///
/// Every figure is counted once: `values` = `other_values` + the rows of all `channels` + the figures
/// of what was `refused`; a figure that two channels take is a row of each.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SeriesReport {
    /// The file as it was named.
    pub file: String,
    /// What troubles are counted in: `line` or `value`.
    pub place: &'static str,
    /// Figures that could be told apart.
    pub values: usize,
    /// Figures of series that the map does not name.
    pub other_values: usize,
    /// The first of these series.
    pub other_series: Vec<String>,
    /// Lines of which nothing could be read.
    pub unreadable: usize,
    /// The first of them.
    pub troubles: Vec<Trouble>,
    /// Channels that got nothing, and why.
    pub refused: Vec<String>,
    /// What became of each other channel.
    pub channels: Vec<ImportReport>,
}

impl fmt::Display for SeriesReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: {} values read, {} of series that the map does not name, {} {}s unreadable",
            self.file, self.values, self.other_values, self.unreadable, self.place
        )?;
        write_troubles(f, self.place, self.unreadable, &self.troubles)?;
        for series in &self.other_series {
            writeln!(f, "  not taken: {series}")?;
        }
        for reason in &self.refused {
            writeln!(f, "  nothing taken: {reason}")?;
        }
        for channel in &self.channels {
            write!(f, "{channel}")?;
        }
        Ok(())
    }
}
