//! What a reader entered, on its way out of the page and back: as events of a log.
//!
//! Each entry is a `note` event. Its product is `decision:` and the entry's name, its note the revision and
//! the value: `3: =1+1`. So neither cell can begin as a formula of a spreadsheet, and nothing that was typed
//! has to be changed to be safe. The time is that of the record's end: importing a file twice adds nothing, and
//! of two values the one with the higher revision holds, whatever the clocks of their computers said.

use std::collections::BTreeMap;

use crate::choice::Choice;
use crate::view::View;
use millwatt::archive::Archive;
use millwatt::event::{Event, EventKind};
use millwatt::series::Series;
use millwatt::time::{Instant, Period};

/// What a product begins with that is an entry of this page.
const PREFIX: &str = "decision:";
const HEADS: &str = "time,kind,asset,product,quantity,unit,until,note\n";

/// A value that the log keeps.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Kept {
    revision: u32,
    at: Instant,
    value: String,
}

/// What was entered: on this page, or else before, into the log.
#[derive(Debug)]
pub(in crate::view) struct Entries<'a> {
    choice: &'a Choice,
    kept: BTreeMap<String, Kept>,
}

impl<'a> Entries<'a> {
    fn of(choice: &'a Choice, archive: &Archive) -> Self {
        let mut kept: BTreeMap<String, Kept> = BTreeMap::new();
        for event in archive.events(Period::new(Instant::MIN, Instant::MAX)) {
            let Some((name, one)) = parsed(&event) else { continue };
            let known = kept.entry(name.to_owned()).or_insert_with(|| one.clone());
            if *known < one {
                *known = one;
            }
        }
        Self { choice, kept }
    }

    /// The value of an entry.
    pub fn get(&self, name: &str) -> Option<&str> {
        let kept = || self.kept.get(name).map(|one| one.value.as_str());
        self.choice.edit(name).or_else(kept)
    }

    /// Those of this page that say something that the log does not, with their revision.
    fn newer(&self) -> impl Iterator<Item = (&str, &str, u32)> {
        self.choice.edits().filter_map(move |(name, value)| {
            let (value, kept) = (value.trim(), self.kept.get(name));
            let is_new = !value.is_empty() && kept.is_none_or(|known| known.value != value);
            let revision = kept.map_or(0, |known| known.revision).saturating_add(1);
            is_new.then_some((name, value, revision))
        })
    }
}

fn parsed<'e>(event: &Event<'e>) -> Option<(&'e str, Kept)> {
    let name = event.product.strip_prefix(PREFIX).filter(|_| event.kind == EventKind::Note)?;
    let (revision, value) = event.note.split_once(": ")?;
    let revision = revision.parse().ok()?;
    Some((name, Kept { revision, at: event.at, value: value.to_owned() }))
}

/// A cell of a CSV file; quoted where it must be.
fn cell(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}

impl View<'_> {
    /// What was entered so far, on this page and before.
    pub(in crate::view) fn entries(&self) -> Entries<'_> {
        Entries::of(self.choice, self.archive)
    }

    /// What the reader entered and the log does not hold yet, of every chapter, as the CSV file that
    /// `millwatt import --events` takes; the heads alone where there is nothing.
    #[must_use]
    pub fn events(&self) -> String {
        let local = self.model.site.zone_rules().local(self.model.record.to);
        let (date, minute) = (crate::format::iso(local.date), local.minute_of_day);
        let time = format!("{date} {:02}:{:02}", minute / 60, minute % 60);
        let mut csv = HEADS.to_owned();
        for (name, value, revision) in self.entries().newer() {
            let (product, note) = (format!("{PREFIX}{name}"), format!("{revision}: {value}"));
            csv.push_str(&format!("{time},note,,{},,,,{}\n", cell(&product), cell(&note)));
        }
        csv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note<'a>(product: &'a str, note: &'a str) -> Event<'a> {
        Event {
            at: Instant::MIN,
            until: None,
            kind: EventKind::Note,
            asset: "",
            product,
            thousandths: 0,
            unit: "",
            note,
        }
    }

    #[test]
    fn an_entry_is_a_note_with_its_revision() {
        let (name, kept) =
            parsed(&note("decision:actions.idle-a.owner", "3: =1+1: x")).expect("one");
        assert_eq!(
            (name, kept.revision, kept.value.as_str()),
            ("actions.idle-a.owner", 3, "=1+1: x")
        );
        for (product, words) in [("leaf", "3: x"), ("decision:a", "x: 3"), ("decision:a", "3")] {
            assert_eq!(parsed(&note(product, words)), None);
        }
        let bill = Event { kind: EventKind::Bill, ..note("decision:a", "1: x") };
        assert_eq!(parsed(&bill), None);
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(cell("1: An"), "1: An");
        assert_eq!(cell("1: An, \"Bình\"\n"), "\"1: An, \"\"Bình\"\"\n\"");
    }
}
