//! Logs of other sites that the reader dropped on the page, and what else a view may know beside its own.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use super::summary::Summary;
use crate::choice::{Choice, Record};
use crate::opening::{self, MOST_BYTES, Opening};
use crate::view::trust::Proof;
use millwatt::analysis::baseline::Study;
use millwatt::archive::Archive;
use millwatt::evaluate;

/// What a view may know beside the log that it shows.
#[derive(Debug, Default, Clone, Copy)]
pub struct Beside<'a> {
    /// What the log's file is.
    pub opening: Opening,
    /// Where the check of its signatures is kept, so that it is made once.
    pub proof: Option<&'a OnceCell<Proof>>,
    /// Where the baseline's study is kept, for the chapters that speak of it.
    pub study: Option<&'a OnceCell<Rc<Study>>>,
    /// Other sites' logs.
    pub others: &'a [Other],
}

/// A file that was dropped on the page.
#[derive(Debug)]
pub struct Other {
    /// The file's name: text that anybody may have written.
    pub name: String,
    /// What it is.
    pub opening: Opening,
    archive: Option<Archive>,
    /// What was computed last.
    known: RefCell<Option<Summary>>,
}

impl Other {
    /// Reads a file; one that cannot be read keeps only the reason. `size` is the file's, of which a page
    /// hands over no bytes where they are too many.
    #[must_use]
    pub fn open(name: String, size: u64, bytes: &[u8]) -> Self {
        let read = match size {
            0..=MOST => opening::open(bytes),
            _ => Err(Opening::Enormous { bytes: size }),
        };
        let (archive, opening) = match read {
            Ok((archive, opening)) => (Some(archive), opening),
            Err(opening) => (None, opening),
        };
        Self { name, opening, archive, known: RefCell::new(None) }
    }

    /// Its figures over the period that the same choice gives on its own record; `None` for a file that
    /// cannot be read.
    #[must_use]
    pub fn summary(&self, choice: &Choice) -> Option<Summary> {
        let archive = self.archive.as_ref()?;
        let (parts, held) = (archive.parts().ok()?, archive.span()?);
        let site = parts.site();
        let first_shift = site.shifts.iter().map(|shift| shift.start).min().unwrap_or(0);
        let record = Record { period: held, zone: site.zone_rules(), first_shift };
        let period = choice.period(record);
        let known = self.known.borrow().clone().filter(|known| known.period == period);
        if known.is_some() {
            return known;
        }
        let mut indicators = Vec::new();
        evaluate(&site, archive, period, |indicator| indicators.push(indicator));
        let summary = Summary::of(&site, &indicators, period, held);
        self.known.replace(Some(summary.clone()));
        Some(summary)
    }
}

const MOST: u64 = MOST_BYTES as u64;

/// Carries out the reader's wish to remove a site, if there is one: the option `sites.remove`.
pub fn remove_wanted(others: &mut Vec<Other>, choice: &mut Choice) {
    let place = choice.take("sites.remove").and_then(|place| place.parse::<usize>().ok());
    if let Some(place) = place.filter(|place| *place < others.len()) {
        others.remove(place);
    }
}
