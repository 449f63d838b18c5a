//! What laws and standards ask for: the yearly report, the 1,000 TOE, the data of an energy management system,
//! the technology score sheet.
//!
//! Law is data with a source. What nobody could hold against the legal text says so where it stands, and what
//! the data do not answer is a field.

mod annual;
mod checklist;
mod circular17;
mod designated;
pub(crate) mod entry;
pub(in crate::view) mod form;
pub(in crate::view) mod held;
mod iso50001;
mod score;
mod words;

use super::View;
use super::machines::lower;
use crate::node::Node;
use form::Form;
use held::{Narrow, twelve_months, year_of};
use words::Word;

impl View<'_> {
    pub(super) fn compliance(&self) -> Node {
        let form = Form::new(self);
        let (site, zone) = (self.model.site, self.model.site.zone_rules());
        let narrow = Narrow::of(site);
        let year = self.held(&narrow, year_of(zone, self.model.period));
        let months = self.held(&narrow, twelve_months(zone, self.model.record));
        let (annual, known) = form.annual(year.as_ref());
        let (designated, share) = form.designated(months.as_ref());
        let (checklist, met) = form.iso50001(months.as_ref());
        let sheet = form.circular17(months.as_ref());
        let title = form.title(share, met, known);
        self.chapter(&title, [annual, designated, checklist, sheet])
    }
}

impl Form<'_> {
    /// What the chapter found.
    fn title(
        &self,
        share: Option<millwatt::Decimal>,
        (met, asked): (usize, usize),
        (known, lines): (usize, usize),
    ) -> String {
        let counts = [met, asked, known, lines].map(|count| count.to_string());
        let [met, asked, known, lines] = counts.each_ref().map(String::as_str);
        match share {
            Some(share) => {
                let share = self.percent(share);
                self.fill(Word::ChapterTitle, &[&share, met, asked, known, lines])
            }
            None => self.fill(Word::ChapterNoOil, &[met, asked, known, lines]),
        }
    }
}

impl View<'_> {
    /// What people call a carrier of energy inside a sentence.
    pub(in crate::view) fn carrier_inside(&self, name: &str) -> String {
        let called = self.carrier(name);
        if called == name { called.to_owned() } else { lower(called) }
    }

    /// What people call a carrier of energy.
    pub(in crate::view) fn carrier<'n>(&self, name: &'n str) -> &'n str {
        match name {
            "electricity" => self.text(Word::Electricity),
            "firewood" | "wood" => self.text(Word::Firewood),
            "diesel" => self.text(Word::Diesel),
            "petrol" => self.text(Word::Petrol),
            "fuel oil" => self.text(Word::FuelOil),
            "natural gas" => self.text(Word::NaturalGas),
            "coal" => self.text(Word::Coal),
            other => other,
        }
    }
}
