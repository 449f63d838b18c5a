//! What the reader has chosen: language, period, baseline, and what was entered.

use std::collections::BTreeMap;

use crate::view::Part;
use crate::words::Language;
use millwatt::time::{Date, Instant, Period, Span, Zone};

/// How a period was chosen.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// The record's last local day.
    LastDay,
    /// Its last seven.
    Days7,
    /// Its last thirty.
    #[default]
    Days30,
    /// The calendar month of its last day.
    Month,
    /// The calendar quarter of its last day.
    Quarter,
    /// The calendar year of its last day.
    Year,
    /// All of it.
    Whole,
    /// From one date to another.
    Free,
}

impl Preset {
    /// Those that have a button, with the name in `data-act`.
    pub const BUTTONS: [(Self, &'static str); 7] = [
        (Self::LastDay, "day"),
        (Self::Days7, "week"),
        (Self::Days30, "days30"),
        (Self::Month, "month"),
        (Self::Quarter, "quarter"),
        (Self::Year, "year"),
        (Self::Whole, "whole"),
    ];
}

/// Everything that the reader chose or entered.
///
/// Three kinds of acts need no code here, whatever they are for. `set:PART.NAME=VALUE` keeps an
/// option, read with [`option`](Self::option). `brush:PART.NAME` with the value `FROM..TO` (Unix
/// milliseconds) keeps a window of time, an empty value forgets it: [`window`](Self::window).
/// `edit:PART.NAME` keeps what was typed, and goes out with a saved copy: [`edit`](Self::edit). Each
/// has the part drawn anew that its name begins with.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Choice {
    /// In which language.
    pub language: Language,
    /// How the period was chosen.
    pub preset: Preset,
    /// The period, when it was chosen freely.
    pub free: Option<Period>,
    /// Whether days begin with the first shift instead of midnight.
    pub by_shift: bool,
    /// The baseline period that the reader set, instead of the site's.
    pub baseline: Option<Period>,
    /// Whether a server stands behind the page.
    pub live: bool,
    /// Whether the window is as narrow as a phone's.
    pub narrow: bool,
    options: BTreeMap<String, String>,
    windows: BTreeMap<String, Period>,
    edits: BTreeMap<String, String>,
}

/// What must be drawn anew after an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Nothing changed.
    Nothing,
    /// Some parts.
    Some(&'static [Part]),
    /// Every part.
    Whole,
}

/// What the log says that a choice depends on.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// All that the log holds.
    pub period: Period,
    /// The zone's rules.
    pub zone: Zone<'a>,
    /// Minute of the day at which the first shift begins; 0 where there is none.
    pub first_shift: u16,
}

impl Choice {
    /// What is chosen before the reader does anything.
    #[must_use]
    pub fn new(live: bool, narrow: bool) -> Self {
        Self { live, narrow, ..Self::default() }
    }

    /// An option that was chosen.
    #[must_use]
    pub fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }

    /// An option that asks for something once: it is forgotten.
    pub fn take(&mut self, name: &str) -> Option<String> {
        self.options.remove(name)
    }

    /// A window of time that was drawn open.
    #[must_use]
    pub fn window(&self, name: &str) -> Option<Period> {
        self.windows.get(name).copied()
    }

    /// What was entered.
    #[must_use]
    pub fn edit(&self, name: &str) -> Option<&str> {
        self.edits.get(name).map(String::as_str)
    }

    /// Everything that was entered, by name.
    pub fn edits(&self) -> impl Iterator<Item = (&str, &str)> {
        self.edits.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Carries out what a control asks for.
    pub fn act(&mut self, act: &str, value: &str, record: Record<'_>) -> Scope {
        if let Some((kind, name)) = act.split_once(':') {
            return self.keep(kind, name, value, record);
        }
        match act {
            "vi" => self.language = Language::Vietnamese,
            "en" => self.language = Language::English,
            "by-shift" => self.turn(record),
            "narrow" => self.narrow = value == "narrow",
            "from" | "to" => return self.choose(act, value, record),
            "earlier" | "later" => return self.step(act, record),
            _ => {
                let button = Preset::BUTTONS.iter().find(|(_, name)| *name == act);
                let Some((preset, _)) = button else { return Scope::Nothing };
                self.preset = *preset;
            }
        }
        Scope::Whole
    }

    fn keep(&mut self, kind: &str, name: &str, value: &str, record: Record<'_>) -> Scope {
        if (kind, name) == ("brush", "baseline") {
            self.baseline = window(value).map(|period| whole_days(period, record.zone));
            return Scope::Whole;
        }
        match kind {
            "set" => {
                let (name, value) = name.split_once('=').unwrap_or((name, value));
                self.options.insert(name.to_owned(), value.to_owned());
                scope(name)
            }
            "brush" => {
                match window(value) {
                    Some(period) => self.windows.insert(name.to_owned(), period),
                    None => self.windows.remove(name),
                };
                scope(name)
            }
            "edit" => {
                let value = value.trim();
                if value.is_empty() {
                    self.edits.remove(name);
                } else {
                    self.edits.insert(name.to_owned(), value.to_owned());
                }
                scope(name)
            }
            _ => Scope::Nothing,
        }
    }

    /// A date was entered; an end before the beginning is ignored.
    fn choose(&mut self, act: &str, value: &str, record: Record<'_>) -> Scope {
        let Some(date) = date(value) else { return Scope::Nothing };
        let mut period = self.period(record);
        match act {
            "from" => period.from = self.begin(date, record),
            _ => period.to = self.begin(date.plus_days(1), record),
        }
        if period.from >= period.to {
            return Scope::Nothing;
        }
        (self.preset, self.free) = (Preset::Free, Some(period));
        Scope::Whole
    }

    /// The stretch of the same length before or behind the one shown.
    fn step(&mut self, act: &str, record: Record<'_>) -> Scope {
        let shown = self.period(record);
        let length = shown.span();
        let next = match act {
            "earlier" => Period::new(shown.from - length, shown.from),
            _ => Period::new(shown.to, shown.to + length),
        };
        if next.overlap(record.period).is_none() {
            return Scope::Nothing;
        }
        (self.preset, self.free) = (Preset::Free, Some(next));
        Scope::Whole
    }

    /// Days begin at another time from now on; a period that was chosen by its dates keeps them.
    fn turn(&mut self, record: Record<'_>) {
        let begun = Span::from_minutes(if self.by_shift { record.first_shift.into() } else { 0 });
        self.by_shift = !self.by_shift;
        let moved = |at: Instant| self.begin(record.zone.local(at - begun).date, record);
        let free = self.free.map(|free| Period::new(moved(free.from), moved(free.to)));
        self.free = free;
    }

    /// When a day begins: at midnight, or with the first shift.
    fn begin(&self, date: Date, record: Record<'_>) -> Instant {
        let minute = if self.by_shift { record.first_shift } else { 0 };
        record.zone.instant(date, minute)
    }

    /// The period that is shown: whole days, inside the record.
    #[must_use]
    pub fn period(&self, record: Record<'_>) -> Period {
        let zone = record.zone;
        let last = zone.local(record.period.to - Span::from_milliseconds(1)).date;
        let first = self.begin(zone.local(record.period.from).date, record);
        let days = |count: i64| self.begin(last.plus_days(1 - count), record);
        let since = |month: u8| self.begin(Date { day: 1, month, ..last }, record);
        let from = match self.preset {
            Preset::LastDay => days(1),
            Preset::Days7 => days(7),
            Preset::Days30 => days(30),
            Preset::Month => since(last.month),
            Preset::Quarter => since((last.month - 1) / 3 * 3 + 1),
            Preset::Year => since(1),
            Preset::Whole => first,
            Preset::Free => return self.free.unwrap_or(record.period),
        };
        Period::new(from.max(first), self.begin(last.plus_days(1), record))
    }
}

/// The part that a name begins with, and those that show the same.
fn scope(name: &str) -> Scope {
    let part = name.split('.').next().unwrap_or_default();
    match Part::ALL
        .iter()
        .position(|known| known.name() == part)
        .map(|place| &Part::ALL[place..=place])
    {
        None => Scope::Whole,
        Some([Part::Baseline]) => {
            Scope::Some(&[Part::Owner, Part::Baseline, Part::Actions, Part::Review])
        }
        Some([Part::Actions]) => Scope::Some(&[Part::Actions, Part::Review, Part::Trust]),
        Some(one) => Scope::Some(one),
    }
}

/// `FROM..TO` in Unix milliseconds.
fn window(value: &str) -> Option<Period> {
    let (from, to) = value.split_once("..")?;
    let at = |text: &str| text.parse().ok().map(Instant::from_unix_milliseconds);
    let period = Period::new(at(from)?, at(to)?);
    (period.from < period.to).then_some(period)
}

fn whole_days(period: Period, zone: Zone<'_>) -> Period {
    let half = Span::DAY.milliseconds() / 2;
    let nearest = |at: Instant| zone.day_start(at + Span::from_milliseconds(half));
    let (from, to) = (nearest(period.from), nearest(period.to));
    if from < to { Period::new(from, to) } else { Period::new(from, from + Span::DAY) }
}

/// A date as a date input gives it.
fn date(text: &str) -> Option<Date> {
    let mut parts = text.split('-');
    let year = parts.next()?.parse().ok()?;
    let (month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Date::checked(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record<'static> {
        let start = Instant::from_unix_milliseconds(1_795_392_000_000);
        let period = Period::new(start, start + Span::DAY.times(40));
        Record { period, zone: Zone::new(&[]), first_shift: 360 }
    }

    #[test]
    fn options_windows_and_entries_belong_to_their_part() {
        let mut choice = Choice::default();
        assert_eq!(choice.act("set:energy.week=mean", "", record()), Scope::Some(&[Part::Energy]));
        assert_eq!(choice.option("energy.week"), Some("mean"));
        assert_eq!(
            choice.act("brush:machines.time", "10..20", record()),
            Scope::Some(&[Part::Machines])
        );
        assert_eq!(
            choice.window("machines.time").map(Period::span),
            Some(Span::from_milliseconds(10))
        );
        choice.act("brush:machines.time", "", record());
        assert_eq!(choice.window("machines.time"), None);
        choice.act("edit:actions.idle.cost", " 12 ", record());
        assert_eq!(choice.edits().collect::<Vec<_>>(), [("actions.idle.cost", "12")]);
        assert_eq!(choice.act("nonsense", "", record()), Scope::Nothing);
    }

    #[test]
    fn days_begin_at_midnight_or_with_the_first_shift() {
        let mut choice = Choice { preset: Preset::LastDay, ..Choice::default() };
        let midnight = choice.period(record());
        choice.act("by-shift", "", record());
        assert_eq!(choice.period(record()).from - midnight.from, Span::from_minutes(360));
        choice.act("earlier", "", record());
        assert_eq!(midnight.from - choice.period(record()).from, Span::from_minutes(1_440 - 360));
    }

    #[test]
    fn dates_that_were_chosen_stay_when_days_begin_with_the_first_shift() {
        let mut choice = Choice::default();
        choice.act("from", "2026-11-24", record());
        choice.act("to", "2026-11-25", record());
        let midnight = choice.period(record());
        assert_eq!(midnight.span(), Span::DAY.times(2));
        choice.act("by-shift", "", record());
        let shifts = choice.period(record());
        assert_eq!(shifts.from - midnight.from, Span::from_minutes(360));
        assert_eq!(shifts.span(), Span::DAY.times(2));
        choice.act("by-shift", "", record());
        assert_eq!(choice.period(record()), midnight);
    }

    #[test]
    fn an_end_before_its_beginning_changes_nothing() {
        let mut choice = Choice::default();
        assert_eq!(choice.act("to", "1999-01-01", record()), Scope::Nothing);
        assert_eq!(choice.act("from", "2026-02-30", record()), Scope::Nothing);
        assert_eq!(
            choice.act("brush:machines.time", "20..10", record()),
            Scope::Some(&[Part::Machines])
        );
        assert_eq!(choice.window("machines.time"), None);
    }
}
