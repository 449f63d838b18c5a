//! How much of the 1,000 TOE a year that make a site a designated user of energy.

use super::form::Form;
use super::held::Held;
use super::words::Word;
use crate::chart::{block, drawing, hint, stroke, word};
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::decimal::power_of_ten;
use millwatt::energy::fuel::share_of_designated;
use millwatt::units::OilEquivalent;
use millwatt::{Decimal, Indicator, Name};

const NAME: &str = "compliance.designated";
/// From this many TOE a year on an industrial site is designated.
const DESIGNATED: i64 = 1_000;
const TOP: f64 = 24.0;
const THICK: f64 = 24.0;
const HEIGHT: f64 = 70.0;

/// The share of a year's oil equivalent.
pub(super) fn share(toe: Decimal) -> Decimal {
    // A milligram of oil is a billionth of a tonne.
    let one = power_of_ten(9_u8.saturating_sub(toe.places()));
    share_of_designated(OilEquivalent::from_milligrams(toe.units().saturating_mul(one)))
}

/// The carriers, each with what it comes to in a year.
fn in_full<'h>(held: &'h Held<'h>) -> impl Iterator<Item = (&'h Indicator<'h>, Decimal)> {
    let parts = held.parts(Name::OilEquivalent);
    parts.filter_map(move |part| Some((part, held.in_full(part.value?)?)))
}

impl Form<'_> {
    /// The section, and the share where it is known.
    pub(super) fn designated(&self, held: Option<&Held<'_>>) -> (Node, Option<Decimal>) {
        let total = held.and_then(|held| held.figure(Name::OilEquivalent, "", ""));
        let Some((held, total)) = held.zip(total) else {
            return (self.missing(NAME, self.text(Word::NoOil)), None);
        };
        let Some(toe) = total.value else {
            return (self.missing(NAME, &self.lacking(held)), None);
        };
        let Some(yearly) = held.in_full(toe) else {
            let (days, _) = held.days();
            let figures = [days.to_string(), self.toe(toe)];
            let told = self.fill(Word::TooFewDays, &figures.each_ref().map(String::as_str));
            return (self.missing(NAME, &told), None);
        };
        let share = share(yearly);
        let word = if held.is_whole() { Word::DesignatedWhole } else { Word::DesignatedScaled };
        let limit = self.exact(Decimal::new(DESIGNATED.into(), 0));
        let title = self.fill(word, &[&self.toe(yearly), &self.percent(share), &limit]);
        let drawing = self.against_limit(held, yearly, &title);
        let is_designated = share.to_f64() >= 1.0;
        let aid = if is_designated { Word::IsDesignated } else { Word::IsNotDesignated };
        let section = Section::new(NAME, title, self.text(aid).to_owned(), drawing);
        let section = section.coverage(self.held_coverage(held)).table(self.by_carrier(held));
        let method = self.text(Word::DesignatedMethod).to_owned();
        (self.section(section.method(method)), Some(share))
    }

    fn toe(&self, value: Decimal) -> String {
        format::with_unit(&format::short(value, self.choice.language), "TOE")
    }

    /// How many days are known, and that the year is an estimate.
    fn held_coverage(&self, held: &Held<'_>) -> String {
        let (days, asked) = held.days();
        let word = if held.is_whole() { Word::WholeMonths } else { Word::Scaled };
        let figures = [days.to_string(), asked.to_string()];
        self.fill(word, &figures.each_ref().map(String::as_str))
    }

    /// Which carriers have no factor, and what the others come to.
    fn lacking(&self, held: &Held<'_>) -> String {
        let parts = || held.parts(Name::OilEquivalent);
        let without = parts().filter(|part| part.value.is_none());
        let without: Vec<&str> =
            without.map(|part| self.carrier(part.part.unwrap_or(""))).collect();
        let known: f64 = parts().filter_map(|part| part.value).map(Decimal::to_f64).sum();
        let known = Decimal::from_f64(known, 3).unwrap_or(Decimal::new(0, 0));
        match without.is_empty() {
            true => self.text(Word::NoOil).to_owned(),
            false => self.fill(Word::LacksFactor, &[&without.join(", "), &self.toe(known)]),
        }
    }

    /// A bar of the year's carriers against the limit.
    fn against_limit(&self, held: &Held<'_>, yearly: Decimal, title: &str) -> Node {
        let width = self.room().width;
        let limit = DESIGNATED as f64;
        let total = yearly.to_f64().max(0.0);
        let place = |toe: f64| width * toe / (total.max(limit) * 1.08);
        let mut svg = drawing(width, HEIGHT, title);
        svg = svg.child(block(0.0, TOP, width, THICK).class("track"));
        let mut from = 0.0;
        for (part, toe) in in_full(held) {
            let told = format!("{}: {}", self.carrier(part.part.unwrap_or("")), self.toe(toe));
            let to = from + toe.to_f64().max(0.0);
            let bar = block(place(from), TOP, (place(to) - place(from) - 1.0).max(0.5), THICK);
            svg = svg.child(bar.class("energy").child(hint(told)));
            from = to;
        }
        let at = place(limit);
        svg = svg.child(stroke(at, TOP - 8.0, at, TOP + THICK + 8.0, "limit"));
        let threshold = self.toe(Decimal::new(DESIGNATED.into(), 0));
        svg = svg.child(word(at - 5.0, TOP - 10.0, "end", threshold));
        let is_far = place(total) > width * 0.6;
        let (x, anchor) =
            if is_far { (place(total), "end") } else { (place(total) + 2.0, "start") };
        svg.child(word(x, TOP + THICK + 18.0, anchor, self.toe(yearly)))
    }

    fn by_carrier(&self, held: &Held<'_>) -> Table {
        let heads = [Word::Carrier, Word::OilHeld, Word::OilYear].map(|word| self.text(word));
        let figure = |value: Decimal| Cell::figure(value, self.exact(value.rounded(3)));
        let rows = in_full(held).map(|(part, yearly)| {
            let held = part.value.map_or_else(|| self.text(Key::Unknown).into(), figure);
            vec![Cell::from(self.carrier(part.part.unwrap_or(""))), held, figure(yearly)]
        });
        Table::new(heads).rows(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thousand_tonnes_are_all_of_it() {
        assert_eq!(share(Decimal::new(1_000, 0)).to_f64(), 1.0);
        assert_eq!(share(Decimal::new(15_430_000_000, 9)).to_string(), "0.01543");
    }
}
