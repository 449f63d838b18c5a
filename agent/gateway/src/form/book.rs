//! What the log already holds of the form's entries: none is kept twice, and one's last can be corrected.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::path::Path;

use super::draft::Row;
use super::entry::{Kind, Refusal};
use super::note::Head;
use super::told::{REMEMBERED, Told};
use crate::file_log::{page_numbers, path_of};
use crate::import::OwnedEvent;
use millwatt::archive::emit_all;
use millwatt::event::{Event, EventKind};
use millwatt::time::{Instant, Span};
use millwatt::wire::{FrameKind, Frames, events};

/// How many of a person's entries can be looked at again.
const MOST_RECENT: usize = 40;
/// Among how many reported stops one that comes again is looked for.
const AGAIN: usize = 100;
/// Most names of products that are offered.
const MOST_PRODUCTS: usize = 60;

/// An entry that is in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    pub id: String,
    pub kind: Kind,
    pub rows: Vec<Row>,
    /// The entry whose place it took.
    pub corrects: Option<String>,
    /// Whether another has taken its place.
    pub is_corrected: bool,
}

/// An entry about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fresh<'a> {
    pub person: &'a str,
    pub id: &'a str,
    pub kind: Kind,
    pub corrects: Option<&'a str>,
    pub rows: Vec<Row>,
}

/// The entries of a log.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// Person and entry, as numbers: a few bytes each, for years.
    known: HashSet<(u32, u64)>,
    recent: HashMap<String, VecDeque<Kept>>,
    products: BTreeSet<String>,
    materials: BTreeSet<String>,
    /// Stops that were reported in the last weeks, in the order of the log.
    stops: Vec<Told>,
    /// What was said of meters and their transformers.
    meters: Vec<OwnedEvent>,
}

impl Book {
    /// Reads the events of a data folder's pages; what cannot be read is passed over, as everywhere.
    pub(super) fn read(folder: &Path) -> std::io::Result<Self> {
        let mut book = Self::default();
        for number in page_numbers(folder)? {
            let page = std::fs::read(path_of(folder, number))?;
            for frame in Frames::new(&page).filter(|frame| frame.kind == FrameKind::Events) {
                events(frame.payload).flatten().for_each(|event| book.take(&event));
            }
        }
        Ok(book)
    }

    /// Takes in what was written.
    pub(super) fn take_written(&mut self, events: &[OwnedEvent]) {
        events.iter().for_each(|event| self.take(&event.as_event()));
    }

    fn take(&mut self, event: &Event<'_>) {
        let names = match event.kind {
            EventKind::Output => Some(&mut self.products),
            EventKind::RawMaterial => Some(&mut self.materials),
            _ => None,
        };
        if let Some(names) = names.filter(|names| names.len() < MOST_PRODUCTS)
            && !event.product.is_empty()
        {
            names.insert(event.product.to_owned());
        }
        let parsed = Head::parse(event.note);
        self.take_of_machine(event, parsed.as_ref());
        if let Some((head, words)) = parsed {
            self.take_entry(&head, words, event);
        }
    }

    fn take_of_machine(&mut self, event: &Event<'_>, parsed: Option<&(Head<'_>, &str)>) {
        let head = parsed.map(|(head, _)| head);
        if let Some((person, corrects)) = head.and_then(|head| Some((head.person, head.corrects?)))
        {
            let replaced = |told: &&mut Told| told.person == person && told.entry == corrects;
            self.stops.iter_mut().filter(replaced).for_each(|told| told.is_replaced = true);
        }
        match event.kind {
            EventKind::Stop => {
                let words = parsed.map_or(event.note, |(_, words)| words);
                let told = Told::new(owned(event, words), head);
                let is_same =
                    |known: &Told| (&known.event, &known.entry) == (&told.event, &told.entry);
                if !self.stops.iter().rev().take(AGAIN).any(is_same) {
                    self.stops.push(told);
                }
            }
            EventKind::MeterRemoved | EventKind::MeterInstalled | EventKind::MeterFactor => {
                self.meters.push(owned(event, event.note));
            }
            _ => {}
        }
    }

    /// The stops that were reported lately, and what was said of meters, in time order.
    pub(super) fn said_of_machines(&mut self, now: Instant) -> (Vec<Told>, Vec<OwnedEvent>) {
        self.stops.retain(|told| told.event.at >= now - REMEMBERED);
        self.meters.sort_by_key(|event| event.at);
        self.meters.dedup();
        (self.stops.clone(), self.meters.clone())
    }

    fn take_entry(&mut self, head: &Head<'_>, words: &str, event: &Event<'_>) {
        self.known.extend(numbers(head.person, head.entry));
        let recent = self.recent.entry(head.person.to_owned()).or_default();
        let known = |id: &str| recent.iter().position(|kept| kept.id == id);
        let replaced = head.corrects.and_then(known);
        let place = known(head.entry);
        if let Some(replaced) = replaced {
            recent[replaced].is_corrected = true;
        }
        let place = place.unwrap_or_else(|| {
            recent.push_back(Kept {
                id: head.entry.to_owned(),
                kind: head.kind,
                rows: Vec::new(),
                corrects: head.corrects.map(str::to_owned),
                is_corrected: false,
            });
            recent.len() - 1
        });
        let row = Row { field: head.field.to_owned(), event: owned(event, words) };
        if head.field != REVERSED && !recent[place].rows.contains(&row) {
            recent[place].rows.push(row);
        }
        if recent.len() > MOST_RECENT {
            recent.pop_front();
        }
    }

    /// Whether a person's entry is in the log.
    pub(super) fn holds(&self, person: &str, entry: &str) -> bool {
        numbers(person, entry).is_some_and(|numbers| self.known.contains(&numbers))
    }

    /// A person's last entries, the newest first.
    pub(super) fn recent(&self, person: &str) -> impl Iterator<Item = &Kept> {
        self.recent.get(person).into_iter().flat_map(|kept| kept.iter().rev())
    }

    /// The products that were made, and the raw materials that were used.
    pub(super) fn names(&self) -> [Vec<&str>; 2] {
        [&self.products, &self.materials].map(|names| names.iter().map(String::as_str).collect())
    }

    /// The events of a fresh entry as they go into the log, after those that take back what it corrects.
    pub(super) fn signed(&self, fresh: Fresh<'_>) -> Result<Vec<OwnedEvent>, Refusal> {
        let Fresh { person, id, kind, corrects, rows } = fresh;
        let head = Head { person, entry: id, kind, field: REVERSED, corrects };
        let mut events = Vec::new();
        let mut later = Span::ZERO;
        if let Some(corrects) = corrects {
            let earlier = self.correctable(person, corrects, kind)?;
            later = after(earlier.rows.iter().map(|row| row.event.at).min());
            let reversed = earlier.rows.iter().filter(|row| is_summed(row.event.kind));
            events.extend(reversed.map(|row| OwnedEvent {
                thousandths: -row.event.thousandths,
                note: head.emit(""),
                ..row.event.clone()
            }));
        } else if kind == Kind::Withdraw {
            return Err(Refusal::Corrects);
        }
        let spoken = rows.iter().filter_map(|row| self.spoken(&row.event)).max();
        later = later.max(spoken.map_or(Span::ZERO, |at| after(Some(at))));
        events.extend(rows.into_iter().map(|Row { field, event }| OwnedEvent {
            at: event.at + later,
            note: Head { field: &field, ..head }.emit(&event.note),
            ..event
        }));
        Ok(events)
    }

    /// The last word on the stop that an event is about: where they begin in one minute, they are of one.
    fn spoken(&self, event: &OwnedEvent) -> Option<Instant> {
        let minute = |at: Instant| at.floor(Span::from_minutes(1));
        let is_same = |told: &&Told| {
            told.event.asset == event.asset && minute(told.event.at) == minute(event.at)
        };
        let is_stop = event.kind == EventKind::Stop;
        self.stops.iter().filter(|_| is_stop).filter(is_same).map(|told| told.event.at).max()
    }

    fn correctable(&self, person: &str, id: &str, kind: Kind) -> Result<&Kept, Refusal> {
        let kept = self.recent(person).find(|kept| kept.id == id).ok_or(Refusal::Corrects)?;
        let fits = kind == kept.kind || kind == Kind::Withdraw;
        // A second exchange of the same meter would count twice; it is for `millwatt import`.
        let is_final = matches!(kept.kind, Kind::Meter | Kind::Withdraw) || kept.is_corrected;
        if fits && !is_final { Ok(kept) } else { Err(Refusal::Corrects) }
    }
}

/// The field of an event that takes back an amount.
const REVERSED: &str = "reversed";

/// Whether figures add up the amounts of a kind, so that a wrong one must be taken back.
const fn is_summed(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Output
            | EventKind::Reject
            | EventKind::RawMaterial
            | EventKind::Fuel
            | EventKind::Bill
    )
}

/// A millisecond later than what was said before, within the minute that people name: of two reasons for one stop
/// the last word counts.
fn after(earlier: Option<Instant>) -> Span {
    let first = earlier.unwrap_or(Instant::MIN);
    let within = first - first.floor(Span::from_minutes(1));
    within + Span::from_milliseconds(1)
}

/// Person and entry as numbers; `None` when they are no hexadecimal digits.
fn numbers(person: &str, entry: &str) -> Option<(u32, u64)> {
    Some((u32::from_str_radix(person, 16).ok()?, u64::from_str_radix(entry, 16).ok()?))
}

fn owned(event: &Event<'_>, words: &str) -> OwnedEvent {
    OwnedEvent {
        at: event.at,
        until: event.until,
        kind: event.kind,
        asset: event.asset.to_owned(),
        product: event.product.to_owned(),
        thousandths: event.thousandths,
        unit: event.unit.to_owned(),
        note: words.to_owned(),
    }
}

/// Events as a frame carries them.
pub(super) fn payload(events: &[OwnedEvent]) -> Vec<u8> {
    emit_all(&events.iter().map(OwnedEvent::as_event).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted;
    use super::super::entry::Entry;
    use super::super::place::tests::distillery;
    use super::*;

    const LAN: &str = "1f3a9c02";

    fn fresh<'a>(id: &'a str, corrects: Option<&'a str>, entry: &Entry) -> Fresh<'a> {
        let (place, kind) = (distillery(), Kind::named(&entry.kind).expect("a kind"));
        let now = place.instant("2026-03-02T17:00").expect("a time");
        let rows = drafted(entry, kind, &place, now).expect("fits");
        Fresh { person: LAN, id, kind, corrects, rows }
    }

    fn entry(kind: &str, good: &str) -> Entry {
        let [at, kind, good] = ["2026-03-02T16:00", kind, good].map(str::to_owned);
        Entry { at, kind, good, ..Entry::default() }
    }

    #[test]
    fn a_correction_takes_back_what_it_replaces() {
        let mut book = Book::default();
        let [one, two, three] = ["00000000000000a1", "00000000000000a2", "00000000000000a3"];
        let first = book.signed(fresh(one, None, &entry("output", "100"))).expect("signed");
        book.take_written(&first);
        assert!(book.holds(LAN, one) && !book.holds(LAN, two));
        let second = fresh(two, Some(one), &entry("output", "90"));
        let second = book.signed(second).expect("signed");
        book.take_written(&second);
        let sum = |events: &[OwnedEvent]| events.iter().map(|one| one.thousandths).sum::<i64>();
        assert_eq!(sum(&first) + sum(&second), 90_000);
        assert!(second[1].note.contains(" corrects:00000000000000a1 |"), "{}", second[1].note);
        let again = fresh(three, Some(one), &entry("output", "80"));
        assert_eq!(book.signed(again), Err(Refusal::Corrects), "corrected already");
        let gone = fresh(three, Some(two), &entry("withdraw", ""));
        let gone = book.signed(gone).expect("signed");
        assert_eq!(sum(&first) + sum(&second) + sum(&gone), 0);
        let told: Vec<_> =
            book.recent(LAN).map(|kept| (kept.id.as_str(), kept.is_corrected)).collect();
        assert_eq!(told, [(two, false), (one, true)]);
    }

    #[test]
    fn of_a_stop_the_last_word_counts_whoever_says_it() {
        let mut book = Book::default();
        let stop = |reason: &str| {
            let until = "2026-03-02T16:30".to_owned();
            Entry {
                until,
                product: reason.to_owned(),
                asset: "still".to_owned(),
                ..entry("stop", "")
            }
        };
        let (minh, ids) =
            ("0badcafe", ["a1", "b1", "a2"].map(|end| format!("00000000000000{end}")));
        let mut words: Vec<OwnedEvent> = Vec::new();
        let says = [(LAN, None, "setup"), (minh, None, "breakdown"), (LAN, Some(0), "tool_change")];
        for (id, (person, corrects, reason)) in ids.iter().zip(says) {
            let corrects = corrects.map(|place: usize| ids[place].as_str());
            let fresh = Fresh { person, ..fresh(id, corrects, &stop(reason)) };
            let events = book.signed(fresh).expect("signed");
            book.take_written(&events);
            words.extend(events);
        }
        assert!(words.windows(2).all(|pair| pair[0].at < pair[1].at), "{words:?}");
        let (told, _) = book.said_of_machines(words[0].at);
        let replaced: Vec<_> = told.iter().map(|told| told.is_replaced).collect();
        assert_eq!(replaced, [true, false, false], "Lan took hers back, not Minh's");
        let mut elsewhere = stop("setup");
        elsewhere.asset = String::new();
        let events = book.signed(fresh("00000000000000a3", None, &elsewhere)).expect("signed");
        assert_eq!(events[0].at, words[0].at, "another machine's stop is another");
    }

    #[test]
    fn the_log_alone_tells_the_same() {
        let mut book = Book::default();
        let id = "00000000000000a1";
        let events = book.signed(fresh(id, None, &entry("output", "7.5"))).expect("signed");
        book.take_written(&events);
        let bytes = payload(&events);
        let mut read = Book::default();
        for _ in 0..2 {
            super::events(&bytes).flatten().for_each(|event| read.take(&event));
        }
        assert!(read.holds(LAN, id));
        assert_eq!(read.recent(LAN).collect::<Vec<_>>(), book.recent(LAN).collect::<Vec<_>>());
    }
}
