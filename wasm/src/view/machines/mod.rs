//! What the machines did: effectiveness, losses, states, stops, failures, idling, shifts.
//!
//! Every machine is folded once into an [`Account`]; the sections draw from those and from the
//! period's indicators.

mod account;
mod compare;
mod fall;
#[cfg(test)]
mod hand;
mod idle;
mod oee;
mod products;
mod reason;
mod reliability;
mod saving;
mod shop;
mod sixteen;
mod slot;
mod states;
mod stops;
mod strip;
mod waterfall;
mod window;
mod words;

use std::collections::HashMap;

use super::{Cell, View};
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use account::Account;
use fall::{Fall, Measure};
use millwatt::decimal::power_of_ten;
use millwatt::production::Loss;
use millwatt::production::sixteen::SixteenLoss;
use millwatt::site::AssetId;
use millwatt::time::{Instant, Period, Span};
use millwatt::units::{Energy, Money};
use millwatt::{Decimal, Indicator, Name};
use shop::Shop;
use words::Word;

/// Most rows that a drawing shows.
const MOST_ROWS: usize = 24;

impl View<'_> {
    pub(super) fn machines(&self) -> Node {
        Chapter::new(*self).drawn()
    }
}

/// The chapter under way: what was computed once for all its sections.
struct Chapter<'a> {
    view: View<'a>,
    shop: Shop<'a>,
    accounts: Vec<Account<'a>>,
    /// The part of the period that the states are drawn of.
    window: Period,
    figures: HashMap<(Name, &'a str, &'a str), &'a Indicator<'a>>,
}

impl<'a> Chapter<'a> {
    fn new(view: View<'a>) -> Self {
        let model = view.model;
        let shop = Shop::new(model.site, view.archive, model.period);
        let mut figures = HashMap::new();
        for figure in &model.indicators {
            let key = (figure.name, figure.asset.unwrap_or(""), figure.part.unwrap_or(""));
            figures.entry(key).or_insert(figure);
        }
        let window = window::shown(&view);
        let mut chapter = Self { view, shop, accounts: Vec::new(), window, figures };
        chapter.accounts = chapter.fold();
        chapter
    }

    fn fold(&self) -> Vec<Account<'a>> {
        let all = self.shop.site.numbered_assets().filter(|(_, asset)| asset.machine);
        let machines: Vec<AssetId> = all.map(|(id, _)| id).collect();
        let drawn = self.rows(machines.len());
        let numbered = machines.into_iter().enumerate();
        let accounts = numbered.filter_map(|(place, id)| {
            let strip = drawn.contains(&place).then(|| self.strip());
            Account::of(&self.shop, id, strip)
        });
        accounts.collect()
    }

    fn drawn(&self) -> Node {
        let title = self.view.text(Key::Machines);
        let missing = |key| self.view.missing("machines.states", key);
        if self.accounts.is_empty() {
            return self.view.chapter(title, [missing(self.view.text(Key::NoMachines))]);
        }
        if self.accounts.iter().all(|account| account.known == Span::ZERO) {
            return self.view.chapter(title, [missing(self.view.text(Word::NoStates))]);
        }
        let sections = [
            self.oee(),
            self.waterfall(),
            self.sixteen(),
            self.states(),
            self.stops(),
            self.reliability(),
            self.idle(),
            self.products(),
        ];
        self.view.chapter(&self.title().unwrap_or_else(|| title.to_owned()), sections)
    }

    /// How much of planned time all machines lost, and to what most.
    fn title(&self) -> Option<String> {
        let falls = self.accounts.iter().filter_map(|account| self.fall(account, Measure::Hours));
        let falls: Vec<Fall> = falls.collect();
        let known: i128 = falls.iter().map(|fall| fall.whole - fall.unmeasured).sum();
        let lost: i128 = falls.iter().map(Fall::lost).sum();
        let of = |loss| falls.iter().filter_map(|fall| fall.of_loss(loss)).sum::<i128>();
        let (loss, most) =
            Loss::ALL.map(|loss| (loss, of(loss))).into_iter().max_by_key(|one| one.1)?;
        let share = Decimal::quotient(lost, known, 4).filter(|_| most > 0)?;
        let figures = [
            self.view.percent(share),
            lower(self.view.text(Word::loss(loss))),
            self.measured(Measure::Hours, most),
        ];
        Some(self.view.fill(Word::ChapterTitle, &figures.each_ref().map(String::as_str)))
    }

    /// From planned time down to good product.
    fn fall(&self, account: &Account<'_>, measure: Measure) -> Option<Fall> {
        Fall::of(account, measure, &self.shop.site, |name, loss| {
            self.value(name, account.asset.id, loss.name()).map(millionths)
        })
    }

    /// An indicator; the part is empty where it has none.
    fn figure(&self, name: Name, asset: &str, part: &str) -> Option<&'a Indicator<'a>> {
        self.figures.get(&(name, asset, part)).copied()
    }

    fn value(&self, name: Name, asset: &str, part: &str) -> Option<Decimal> {
        self.figure(name, asset, part).and_then(|figure| figure.value)
    }

    fn unknown(&self) -> &'static str {
        self.view.text(Key::Unknown)
    }

    fn hours(&self, hours: Decimal) -> String {
        format::with_unit(&format::short(hours, self.view.choice.language), "h")
    }

    fn energy(&self, energy: Energy) -> String {
        self.view.kwh(energy.kwh())
    }

    fn money(&self, money: Option<Money>) -> String {
        money.map_or_else(|| self.unknown().to_owned(), |money| self.view.money(money.units()))
    }

    /// A figure of a measure in words.
    fn measured(&self, measure: Measure, units: i128) -> String {
        let value = measure.decimal(units);
        match measure {
            Measure::Hours => self.hours(value),
            Measure::Energy => self.view.kwh(value),
            Measure::Money => self.view.money(value),
        }
    }

    /// A length of time in the two largest units that it has.
    fn lasted(&self, span: Span) -> String {
        let seconds = span.milliseconds() / 1_000;
        let (hours, minutes) = (seconds / 3_600, seconds / 60 % 60);
        let text = |number: i64| number.to_string();
        match seconds {
            0..60 => self.view.fill(Word::Seconds, &[&text(seconds)]),
            60..3_600 => self.view.fill(Word::Minutes, &[&text(minutes)]),
            _ => self.view.fill(Word::HoursMinutes, &[&text(hours), &text(minutes)]),
        }
    }

    /// Date and time to the minute.
    fn moment(&self, at: Instant) -> String {
        format::moment(self.shop.site.zone_rules().local(at), self.view.choice.language)
    }

    fn span_cell(&self, span: Span) -> Cell {
        Cell::figure(span.hours(), self.hours(span.hours()))
    }

    fn energy_cell(&self, energy: Energy, is_known: bool) -> Cell {
        match is_known {
            true => Cell::figure(energy.kwh(), self.energy(energy)),
            false => self.unknown().into(),
        }
    }

    fn money_cell(&self, money: Option<Money>) -> Cell {
        match money {
            Some(money) => Cell::figure(money.units(), self.view.money(money.units())),
            None => self.unknown().into(),
        }
    }

    fn percent_cell(&self, share: Option<Decimal>) -> Cell {
        match share {
            Some(share) => Cell::figure(share, self.view.percent(share)),
            None => self.unknown().into(),
        }
    }

    /// Buttons of which one is chosen; `name` is the option's, without the chapter's.
    fn buttons(&self, name: &str, label: Word, options: &[(&str, String)], chosen: &str) -> Node {
        let button = |(value, shown): &(&str, String)| {
            let pressed = if *value == chosen { "true" } else { "false" };
            let act = format!("set:machines.{name}={value}");
            let button = node("button").with("type", "button").with("data-act", act);
            button.with("aria-pressed", pressed).text(shown)
        };
        let group = node("div").class("picker").with("role", "group");
        group.with("aria-label", self.view.text(label)).children(options.iter().map(button))
    }

    /// A choice among many.
    fn select(&self, name: &str, label: Word, options: &[(String, String)], chosen: &str) -> Node {
        let option = |(value, shown): &(String, String)| {
            let option = node("option").with("value", value);
            let option = if value == chosen { option.with("selected", "") } else { option };
            option.text(shown)
        };
        let select = node("select").with("data-act", format!("set:machines.{name}"));
        let select = select.children(options.iter().map(option));
        node("label").text(self.view.text(label)).text(" ").child(select)
    }

    /// Its buttons in hours, kWh and money.
    fn measures(&self, name: &str, chosen: Measure) -> Node {
        let word = |measure| match measure {
            Measure::Hours => self.view.text(Word::InHours).to_owned(),
            Measure::Energy => "kWh".to_owned(),
            Measure::Money => self.currency(),
        };
        let options = Measure::ALL.map(|(measure, value)| (value, word(measure)));
        let chosen = Measure::ALL.into_iter().find(|(measure, _)| *measure == chosen);
        self.buttons(name, Word::UnitLabel, &options, chosen.map_or("", |(_, value)| value))
    }

    fn currency(&self) -> String {
        match self.shop.site.currency {
            "VND" => "đồng".to_owned(),
            other => other.to_owned(),
        }
    }
}

/// A figure in millionths.
fn millionths(value: Decimal) -> i128 {
    let value = value.rounded(6);
    value.units().saturating_mul(power_of_ten(6_u8.saturating_sub(value.places())))
}

/// A word as it stands inside a sentence.
pub(super) fn lower(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// The class that gives a big loss its colour.
const fn class_of(loss: Loss) -> &'static str {
    match loss {
        Loss::Breakdown | Loss::Speed => "down",
        Loss::Setup => "setup",
        Loss::MinorStop | Loss::Unqualified => "idle",
        Loss::StartUp | Loss::Defect => "quality",
    }
}

/// The same for one of the sixteen.
fn class_of_sixteen(loss: SixteenLoss) -> &'static str {
    loss.of_six().map_or("down", class_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_taken_to_a_millionth() {
        assert_eq!(millionths(Decimal::new(15, 1)), 1_500_000);
        assert_eq!(millionths(Decimal::new(12_345_678, 7)), 1_234_568);
        assert_eq!(millionths(Decimal::new(-2, 0)), -2_000_000);
    }

    #[test]
    fn a_word_begins_small_inside_a_sentence() {
        assert_eq!((lower("Đang chạy"), lower("")), ("đang chạy".to_owned(), String::new()));
    }
}
