//! The cards: one figure each, with what it speaks of and how well it is known.

use super::View;
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::{Indicator, Name};

impl View<'_> {
    pub(super) fn cards(&self) -> Node {
        let main = self.model.main();
        let mut cards = vec![
            self.card(Key::Energy, self.model.figure(Name::Energy, main, "")),
            self.card(Key::Cost, self.model.figure(Name::Cost, main, "")),
            self.card(Key::Output, self.model.figure(Name::Output, "", "")),
            self.card(Key::SpecificEnergy, self.model.figure(Name::SpecificEnergy, "", "")),
        ];
        let fuels = self.model.indicators.iter().filter(|row| row.name == Name::SpecificFuel);
        cards.extend(fuels.take(1).map(|fuel| self.card(Key::SpecificFuel, Some(fuel))));
        cards.push(self.card(Key::Peak, self.model.figure(Name::PeakDemand15, main, "")));
        cards.push(self.card(Key::PowerFactor, self.model.figure(Name::PowerFactor, main, "")));
        cards.push(self.coverage_card(main));
        node("div").class("cards").children(cards)
    }

    fn card(&self, key: Key, figure: Option<&Indicator<'_>>) -> Node {
        let value = figure.and_then(|figure| figure.value.zip(Some(figure)));
        let (shown, exact) = match value {
            None => (self.text(Key::Unknown).to_owned(), String::new()),
            Some((value, figure)) if figure.name == Name::Cost => {
                (self.money(value), format::exact(value, self.language))
            }
            Some((value, figure)) => {
                let unit = figure.unit.to_string();
                let short = format::with_unit(&format::short(value, self.language), &unit);
                (short, format::with_unit(&format::exact(value, self.language), &unit))
            }
        };
        let card = node("div").class("card").child(node("h3").text(self.text(key)));
        let card = card.child(node("p").class("value").with("title", exact).text(shown));
        let note = match value {
            Some((_, figure)) => self.note(figure),
            None => self.text(needs(key)).to_owned(),
        };
        card.child(node("p").class("note").text(note))
    }

    /// What stands under a card's figure: when, of what, and what stands against it.
    fn note(&self, figure: &Indicator<'_>) -> String {
        let mut notes = Vec::new();
        if figure.name == Name::Cost && figure.value.is_some() {
            notes.push(self.text(Key::WithTax).to_owned());
        }
        if let Some(begins) = figure.begins {
            let local = self.model.site.zone_rules().local(begins);
            notes.push(format::moment(local, self.language));
        }
        notes.extend(figure.part.map(str::to_owned));
        let causes = figure.findings.iter().map(|finding| finding.cause);
        notes.extend(causes.map(|cause| self.text(Key::cause(cause)).to_owned()));
        notes.join(" · ")
    }

    fn coverage_card(&self, main: &str) -> Node {
        let figure = self.model.figure(Name::Energy, main, "");
        let shown = figure.map_or_else(
            || self.text(Key::Unknown).to_owned(),
            |figure| self.percent(figure.coverage),
        );
        let card = node("div").class("card").child(node("h3").text(self.text(Key::Coverage)));
        card.child(node("p").class("value").text(shown))
            .child(node("p").class("note").text(self.model.asset_name(main)))
    }
}

/// What a card without a figure needs.
const fn needs(key: Key) -> Key {
    match key {
        Key::Cost => Key::NeedsTariff,
        Key::Output | Key::SpecificEnergy | Key::SpecificFuel => Key::NeedsOutput,
        _ => Key::NeedsMeter,
    }
}
