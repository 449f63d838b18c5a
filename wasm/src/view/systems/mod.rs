//! What further management systems ask for: quality, environment, food safety, work safety, lean, productivity.
//!
//! A page each: the indicators that the log allows, fields for those that it does not, and what is missing.

mod environment;
mod food;
mod lean;
mod productivity;
mod quality;
mod safety;
mod words;
mod years;

use super::compliance::form::{Bounds, Entry, Form, Item, thousandths};
use super::compliance::held::{Held, Narrow, year_of};
use super::{Section, View};
use crate::format;
use crate::node::Node;
use millwatt::time::Span;
use millwatt::units::Amount;
use millwatt::{Decimal, Name};
use std::ops::Deref;
use words::Word;

/// One page under way: its section, and how many of its lines are answered of how many.
type Page = (Node, (usize, usize));

/// The fields of this chapter with the figures of the year.
struct Systems<'s> {
    form: Form<'s>,
    held: Option<&'s Held<'s>>,
    year: i32,
}

impl<'s> Deref for Systems<'s> {
    type Target = Form<'s>;

    fn deref(&self) -> &Form<'s> {
        &self.form
    }
}

impl View<'_> {
    pub(super) fn systems(&self) -> Node {
        let zone = self.model.site.zone_rules();
        let narrow = Narrow::of(self.model.site);
        let asked = year_of(zone, self.model.period);
        let held = self.held(&narrow, asked);
        let year = zone.local(asked.from).date.year;
        let systems = Systems { form: Form::new(self), held: held.as_ref(), year };
        let pages = [
            systems.quality(),
            systems.environment(),
            systems.food(),
            systems.safety(),
            systems.lean(),
            systems.productivity(),
        ];
        let known: usize = pages.iter().map(|(_, (known, _))| known).sum();
        let of: usize = pages.iter().map(|(_, (_, of))| of).sum();
        let title = self.fill(Word::ChapterTitle, &[&known.to_string(), &of.to_string()]);
        self.chapter(&title, pages.map(|(page, _)| page))
    }
}

impl Systems<'_> {
    /// A page of lines under a title that states what was found.
    fn page(
        &self,
        name: &'static str,
        title: String,
        [aid, method]: [Word; 2],
        items: Vec<Item>,
    ) -> Page {
        let groups = [(String::new(), items)];
        let answered = self.answered(&groups);
        let section = Section::new(name, title, self.text(aid).to_owned(), self.sheet(&groups));
        let section = section.coverage(self.of_what()).method(self.text(method).to_owned());
        (self.section(section), answered)
    }

    /// Which time the figures are of.
    fn of_what(&self) -> String {
        let (from, to) = (self.date(self.model.period.from), self.date(self.last_date()));
        self.fill(Word::OfWhat, &[&from, &to, &self.year.to_string()])
    }

    /// The name of an entry that is of this year.
    fn yearly(&self, name: &str) -> String {
        format!("systems.{}.{name}", self.year)
    }

    /// A field for a number of this year.
    fn field(&self, name: &str, label: Word) -> Item {
        Item::field(self.yearly(name), self.text(label).to_owned(), Entry::Number(Bounds::ANY))
    }

    /// What was entered there.
    fn given(&self, name: &str) -> Option<Decimal> {
        self.entered(&self.yearly(name), Bounds::ANY)
    }

    /// The same as a whole number, where it is one.
    fn counted<T: TryFrom<i128>>(&self, name: &str) -> Option<T> {
        let number = self.given(name)?;
        let whole = number.rounded(0);
        let is_whole = thousandths(number) == thousandths(whole);
        is_whole.then(|| T::try_from(whole.units()).ok()).flatten()
    }

    /// A line of the data.
    fn line(&self, label: Word, figure: Option<(Decimal, String)>, lacks: &str) -> Item {
        Item::figure(self.text(label).to_owned(), figure, lacks)
    }

    /// A share, with its words.
    fn share(&self, share: Decimal) -> (Decimal, String) {
        (share, self.percent(share))
    }

    /// A figure of three digits, with its unit.
    fn brief(&self, value: Decimal, unit: &str) -> (Decimal, String) {
        (value, format::with_unit(&format::short(value, self.choice.language), unit))
    }

    /// What the site made in the period, good and refused.
    fn made(&self) -> (Option<Amount>, Option<Amount>) {
        let of = |name| self.model.value(name, "", "");
        let amount = |value| Amount::from_thousandths(thousandths(value));
        (of(Name::Output).map(amount), of(Name::Reject).map(amount))
    }

    /// A length of time in the unit that suits it, with its words.
    fn lasted(&self, span: Span) -> (Decimal, String) {
        let milliseconds = span.milliseconds();
        let (unit, length) = match milliseconds {
            ..120_000 => (Word::Seconds, 1_000),
            120_000..7_200_000 => (Word::Minutes, 60_000),
            7_200_000..172_800_000 => (Word::Hours, 3_600_000),
            _ => (Word::Days, 86_400_000),
        };
        let value = Decimal::quotient(milliseconds.into(), length, 3);
        self.brief(value.unwrap_or(Decimal::new(0, 0)), self.text(unit))
    }
}
