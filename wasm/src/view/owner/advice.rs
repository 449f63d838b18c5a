//! The one thing to do first, and what that saves in a year.

use super::words::Word;
use super::{Owner, days};
use crate::view::View;
use millwatt::Name;
use millwatt::analysis::opportunity::Confidence;
use millwatt::production::State;

/// How sure an advice is, in words.
const fn trust_word(confidence: Confidence) -> Word {
    match confidence {
        Confidence::Measured => Word::TrustMeasured,
        Confidence::Estimated => Word::TrustEstimated,
        Confidence::Assumed => Word::TrustAssumed,
    }
}

impl Owner<'_> {
    /// The opportunity that saves the most, and how sure that is.
    pub(super) fn first(&self) -> (String, String) {
        let view: &View<'_> = self;
        let rows = view.opportunities();
        let mut saving = rows.iter().filter(|row| row.is_action() && view.worth(row).is_some());
        let Some(first) = saving.next() else { return self.nothing_to_do() };
        let (what, worth) = (view.what(first), view.worth(first).unwrap_or_default());
        let figures = [days(view, first.found.measured), self.percent(first.found.coverage)];
        let word = trust_word(first.found.confidence);
        let trust = self.fill(word, &figures.each_ref().map(String::as_str));
        (format!("{what}: {worth}."), trust)
    }

    /// Why nothing is advised.
    fn nothing_to_do(&self) -> (String, String) {
        let mut states = self.model.by_asset(Name::EnergyByState, State::Idle.name());
        let words = match states.next() {
            Some(_) => (Word::NothingFound, Word::NothingFoundTrust),
            None => (Word::NoMachines, Word::NoMachinesTrust),
        };
        (self.text(words.0).to_owned(), self.text(words.1).to_owned())
    }
}
