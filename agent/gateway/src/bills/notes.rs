//! What stands beside the figures: gaps, factors of another year, odd prices, what nobody checked.

use super::account::{Account, MonthAccount, price};
use super::factors::Factors;
use super::month::Month;
use super::table::{Bill, Bills};
use super::words::Text;
use crate::language::Language;
use std::slice::from_ref;

/// A gap or a doubt.
#[derive(Debug, Clone, PartialEq)]
pub enum Note {
    /// Months without a row.
    Missing(Vec<Month>),
    /// Months without energy.
    NoKwh(Vec<Month>),
    /// Months without money.
    NoCost(Vec<Month>),
    /// Months without output.
    NoOutput(Vec<Month>),
    /// Months in which a fuel is not known that was burnt in others.
    NoFuel(usize, Vec<Month>),
    /// Months for which there is no factor: of the grid, or of a fuel's or electricity's oil equivalent.
    NoFactor(Vec<Month>),
    /// Months whose grid factor is another year's.
    OtherYear(i32, Vec<Month>),
    /// A month whose price is outside the bounds.
    OddPrice(Month, f64),
    /// The unit of the output is not told.
    Unit,
    /// The oil equivalent of a fuel is in no official table.
    GeneralKnowledge(usize),
}

/// Everything to be said of the bills of a file.
pub fn notes(bills: &Bills, factors: &Factors, account: &Account) -> Vec<Note> {
    let mut notes = gaps(bills, account);
    notes.extend(of_factors(bills, factors, account));
    notes.extend(bills.bills.iter().filter_map(|bill| odd_price(bill, factors)));
    if !bills.unit_told && account.output.months > 0 {
        notes.push(Note::Unit);
    }
    notes
}

/// Columns that are empty throughout are the plan's matter; here are the holes of the others.
fn gaps(bills: &Bills, account: &Account) -> Vec<Note> {
    let mut notes = vec![Note::Missing(bills.missing()), Note::NoKwh(bills.without(|row| row.kwh))];
    if account.cost.months > 0 {
        notes.push(Note::NoCost(bills.without(|row| row.cost)));
    }
    if account.output.months > 0 {
        notes.push(Note::NoOutput(bills.without(|row| row.output)));
    }
    for fuel in &bills.burnt {
        let months = bills.without(|row| row.fuels.get(*fuel).copied().flatten());
        notes.push(Note::NoFuel(*fuel, months));
    }
    notes.retain(|note| !note.months().is_empty());
    notes
}

fn of_factors(bills: &Bills, factors: &Factors, account: &Account) -> Vec<Note> {
    let rows = || bills.bills.iter().zip(&account.months);
    let lacking = rows().filter(|(_, month)| month.lacks_factor).map(|(bill, _)| bill.month);
    let mut notes = vec![Note::NoFactor(lacking.collect())];
    let other = |(bill, month): (&Bill, &MonthAccount)| {
        let year = month.grid_year.filter(|year| *year != bill.month.year())?;
        bill.kwh.map(|_| (year, bill.month))
    };
    let mut years: Vec<i32> = rows().filter_map(other).map(|(year, _)| year).collect();
    years.dedup();
    for year in years {
        let months = rows().filter_map(other).filter(|(known, _)| *known == year);
        notes.push(Note::OtherYear(year, months.map(|(_, month)| month).collect()));
    }
    notes.retain(|note| !note.months().is_empty());
    let recalled =
        |fuel: &usize| factors.fuel(*fuel, bills.last()).is_some_and(|row| row.general_knowledge);
    notes.extend(bills.burnt.iter().copied().filter(recalled).map(Note::GeneralKnowledge));
    notes
}

fn odd_price(bill: &Bill, factors: &Factors) -> Option<Note> {
    let price = price(from_ref(bill))?.to_f64();
    let bounds = factors.price.least..=factors.price.most;
    (!bounds.contains(&price)).then_some(Note::OddPrice(bill.month, price))
}

impl Note {
    /// The stable word for scripts.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing_months",
            Self::NoKwh(_) => "no_kwh",
            Self::NoCost(_) => "no_cost",
            Self::NoOutput(_) => "no_output",
            Self::NoFuel(..) => "no_fuel",
            Self::NoFactor(_) => "no_factor",
            Self::OtherYear(..) => "grid_factor_of_another_year",
            Self::OddPrice(..) => "odd_price",
            Self::Unit => "output_unit_assumed",
            Self::GeneralKnowledge(_) => "factor_is_general_knowledge",
        }
    }

    /// The months that it speaks of.
    pub fn months(&self) -> &[Month] {
        match self {
            Self::Missing(months)
            | Self::NoKwh(months)
            | Self::NoCost(months)
            | Self::NoOutput(months)
            | Self::NoFuel(_, months)
            | Self::NoFactor(months)
            | Self::OtherYear(_, months) => months,
            Self::OddPrice(month, _) => from_ref(month),
            Self::Unit | Self::GeneralKnowledge(_) => &[],
        }
    }

    /// The sentence in a language.
    pub fn text(&self, factors: &Factors, language: Language) -> String {
        let months = language.months(self.months());
        let fuel = |fuel: &usize| factors.fuels.get(*fuel).map_or("", |row| row.name(language));
        let say = |key: Text, figures: &[&str]| key.fill(language, figures);
        match self {
            Self::Missing(_) => say(Text::NoteMissing, &[&months]),
            Self::NoKwh(_) => say(Text::NoteNoKwh, &[&months]),
            Self::NoCost(_) => say(Text::NoteNoCost, &[&months]),
            Self::NoOutput(_) => say(Text::NoteNoOutput, &[&months]),
            Self::NoFuel(place, _) => say(Text::NoteNoFuel, &[fuel(place), &months]),
            Self::NoFactor(_) => say(Text::NoteNoFactor, &[&months, &factors.file]),
            Self::OtherYear(year, _) => say(Text::NoteOtherYear, &[&year.to_string(), &months]),
            Self::OddPrice(_, price) => {
                let bounds = [factors.price.least, factors.price.most];
                let [least, most] = bounds.map(|bound| language.number(bound, 0));
                let (price, source) = (language.number(*price, 1), &factors.price.source);
                say(Text::NoteOddPrice, &[&months, &price, &least, &most, source])
            }
            Self::Unit => say(Text::NoteUnit, &[]),
            Self::GeneralKnowledge(place) => say(Text::NoteGeneralKnowledge, &[fuel(place)]),
        }
    }
}
