//! The owner's page: three sentences made from the data, then the cards.

mod advice;
mod cards;
mod change;
pub(in crate::view) mod lost;
mod sentences;
mod words;

use super::View;
use crate::format;
use crate::node::{Node, node};
use crate::words::Language;
use change::Change;
use millwatt::decimal::power_of_ten;
use millwatt::time::Span;
use millwatt::{Decimal, Indicator, Name, Unit};
use std::ops::Deref;
use words::Word;

/// What the page is made of.
#[derive(Debug, Clone)]
struct Owner<'a> {
    view: View<'a>,
    change: Change,
}

impl<'a> Deref for Owner<'a> {
    type Target = View<'a>;

    fn deref(&self) -> &View<'a> {
        &self.view
    }
}

/// What everything used costs, with tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    /// Electricity and fuels, or electricity where no fuel was burnt.
    OfAll(Decimal),
    /// Electricity alone: a fuel was burnt whose price is not stated.
    OfElectricity(Decimal),
}

impl View<'_> {
    /// One screen, one sheet.
    pub(super) fn owner(&self) -> Node {
        let owner = Owner { view: *self, change: change::change(self) };
        let title = node("h2").class("quiet").text(self.text(Word::OwnersPage));
        node("div").class("owner").child(title).child(owner.sentences()).child(owner.cards())
    }

    /// How long the period lasts, in words.
    pub(super) fn period_length(&self) -> String {
        days(self, self.model.period.span())
    }
}

impl<'a> Owner<'a> {
    /// A figure of the site as a whole.
    fn of_site(&self, name: Name) -> Option<&'a Indicator<'a>> {
        self.model.figure(name, "", "")
    }

    /// A figure of the main meter.
    fn of_main(&self, name: Name) -> Option<&'a Indicator<'a>> {
        self.model.figure(name, self.model.main(), "")
    }

    /// A figure to three digits with its unit.
    fn shown(&self, figure: &Indicator<'_>, value: Decimal) -> String {
        self.written(figure, value, format::short)
    }

    /// A figure to the last digit with its unit.
    fn in_full(&self, figure: &Indicator<'_>, value: Decimal) -> String {
        self.written(figure, value, format::exact)
    }

    fn written(
        &self,
        figure: &Indicator<'_>,
        value: Decimal,
        digits: impl Fn(Decimal, Language) -> String,
    ) -> String {
        let language = self.choice.language;
        match figure.unit {
            Unit::Named(unit) if unit == self.model.site.currency => self.money(value),
            Unit::KilogramOfCarbon => {
                let tonnes = Decimal::new(value.units(), value.places().saturating_add(3));
                format::with_unit(&digits(tonnes, language), "tCO₂e")
            }
            Unit::KilogramOfCarbonPer(unit) => {
                format::with_unit(&digits(value, language), &format!("kgCO₂e/{unit}"))
            }
            unit => format::with_unit(&digits(value, language), &unit.to_string()),
        }
    }

    /// A figure that is known, to three digits.
    fn known(&self, figure: Option<&Indicator<'_>>) -> Option<String> {
        figure.and_then(|figure| Some(self.shown(figure, figure.value?)))
    }

    /// Oil equivalent and greenhouse gas of everything used, as far as factors tell them.
    fn equivalents(&self) -> Vec<String> {
        let figures =
            [Name::OilEquivalent, Name::Emission].map(|name| self.known(self.of_site(name)));
        figures.into_iter().flatten().collect()
    }

    /// What energy costs at the period's mean price, tax included.
    fn worth(&self, energy: Decimal) -> Option<Decimal> {
        Decimal::from_f64(energy.to_f64() * self.model.mean_price()?, 0)
    }

    /// Everything used, with tax; `None` without a tariff.
    fn cost(&self) -> Option<Cost> {
        let known = |figure: Option<&Indicator<'_>>| {
            figure.and_then(|figure| figure.value).filter(|cost| cost.units() > 0)
        };
        let electricity = known(self.of_main(Name::Cost));
        match known(self.of_site(Name::EnergyCost)) {
            Some(cost) => Some(Cost::OfAll(cost)),
            None if self.fuels().next().is_some() => electricity.map(Cost::OfElectricity),
            None => electricity.map(Cost::OfAll),
        }
    }
}

/// A length in days, to a tenth.
fn days(view: &View<'_>, span: Span) -> String {
    let (length, day) = (span.milliseconds().into(), Span::DAY.milliseconds().into());
    let days = Decimal::quotient(length, day, 1).unwrap_or(Decimal::new(0, 1));
    view.fill(Word::Days, &[&view.exact(days)])
}

/// Millionths, whatever the figure's places.
fn millionths(value: Decimal) -> i128 {
    let value = value.rounded(6);
    value.units().saturating_mul(power_of_ten(6 - value.places()))
}
