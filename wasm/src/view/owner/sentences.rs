//! The owner's three sentences: what was used, what changed, what to do first.

use super::change::{Before, Change, Difference};
use super::words::Word;
use super::{Cost, Owner};
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::{Decimal, Indicator, Name};

/// Fuels that are named; of more, how many they are.
const NAMED_FUELS: usize = 3;

impl<'a> Owner<'a> {
    pub(super) fn sentences(&self) -> Node {
        let leads = [Word::LeadUsed, Word::LeadChanged, Word::LeadFirst];
        let told = [self.used(), self.changed(), self.first()];
        let sentences = leads.into_iter().zip(told).map(|(lead, (sentence, trust))| {
            let lead = node("b").text(self.text(lead));
            let told = node("p").child(lead).text(format!(" {sentence} "));
            told.children((!trust.is_empty()).then(|| node("span").class("trust").text(trust)))
        });
        node("div").class("sentences").children(sentences)
    }

    /// What was used and what it cost, and how much of it was measured.
    fn used(&self) -> (String, String) {
        let figure = self.of_main(Name::Energy);
        let Some((energy, value)) = figure.and_then(|figure| Some((figure, figure.value?))) else {
            let is_named = self.model.site.main.is_some();
            let word = if is_named { Word::UsedUnknown } else { Word::UsedNoMain };
            return (self.text(word).to_owned(), String::new());
        };
        let electricity = self.fill(Word::OfElectricity, &[&self.kwh(value)]);
        let carriers = self.listed([electricity].into_iter().chain(self.fuels_used()).collect());
        let length = self.period_length();
        let mut told = match self.cost() {
            Some(Cost::OfAll(cost)) => {
                self.fill(Word::UsedFor, &[&length, &carriers, &self.money(cost)])
            }
            Some(Cost::OfElectricity(cost)) => {
                self.fill(Word::UsedCosting, &[&length, &carriers, &self.money(cost)])
            }
            None => self.fill(Word::Used, &[&length, &carriers]),
        };
        let equivalents = self.equivalents();
        if !equivalents.is_empty() {
            told.push_str(&self.fill(Word::Equals, &[&self.listed(equivalents)]));
        }
        if self.cost().is_none() {
            told.push_str(self.text(Word::NoPriceYet));
        }
        (told, self.trust_of(energy))
    }

    fn trust_of(&self, energy: &Indicator<'_>) -> String {
        let measured = self.fill(Word::Measured, &[&self.percent(energy.coverage)]);
        let causes = energy.findings.iter().map(|finding| self.text(Key::cause(finding.cause)));
        let causes = causes.collect::<Vec<_>>().join(", ");
        if causes.is_empty() { format!("{measured}.") } else { format!("{measured} ({causes}).") }
    }

    /// Fuels as people weighed them.
    pub(super) fn fuels(&self) -> impl Iterator<Item = &'a Indicator<'a>> + use<'a> {
        let all = self.model.indicators.iter();
        all.filter(|figure| figure.name == Name::FuelUse && figure.value.is_some())
    }

    fn fuels_used(&self) -> Vec<String> {
        let mut told: Vec<_> = self
            .fuels()
            .take(NAMED_FUELS)
            .filter_map(|figure| {
                let amount = self.shown(figure, figure.value?);
                Some(self.fill(Word::OfFuel, &[&amount, &self.carrier_inside(figure.part?)]))
            })
            .collect();
        let others = self.fuels().skip(NAMED_FUELS).count();
        if others > 0 {
            told.push(self.fill(Word::OtherFuels, &[&others.to_string()]));
        }
        told
    }

    /// `a, b and c`.
    fn listed(&self, mut told: Vec<String>) -> String {
        let last = told.pop().unwrap_or_default();
        if told.is_empty() { last } else { told.join(", ") + self.text(Word::And) + &last }
    }

    /// What changed, and whether it is more than noise.
    fn changed(&self) -> (String, String) {
        match &self.change {
            Change::Saved(saved) => {
                self.against(Word::Less, Word::Saving, Word::BeyondNoise, saved)
            }
            Change::Rose(rose) => self.against(Word::More, Word::Costing, Word::BeyondNoise, rose),
            Change::Noise(noise) => {
                let word = if noise.is_less() { Word::Less } else { Word::More };
                self.against(word, Word::Worth, Word::InsideNoise, noise)
            }
            Change::NoBaseline(why) => match self.since_before() {
                Some(before) => self.against_before(&before, why),
                None => (self.nothing_before(), why.clone()),
            },
        }
    }

    fn against(
        &self,
        what: Word,
        money: Word,
        trust: Word,
        difference: &Difference,
    ) -> (String, String) {
        let unknown = || self.text(Key::Unknown).to_owned();
        let energy = self.kwh(difference.size());
        let share = difference.share().map_or_else(unknown, |share| self.percent(share));
        let mut told = self.fill(what, &[&self.rows_of(difference), &energy, &share]);
        if let Some(worth) = difference.money() {
            told.push_str(&self.fill(money, &[&self.money(worth)]));
        }
        let band = difference.band().map_or_else(unknown, |band| self.kwh(band));
        let mut trust = self.fill(trust, &[&band]);
        if difference.is_provisional {
            trust.push_str(self.text(Word::Provisional));
        }
        (told + ".", trust)
    }

    fn against_before(&self, before: &Before, why: &str) -> (String, String) {
        let is_less = before.energy.units() < 0;
        let word = if is_less { Word::LessThanBefore } else { Word::MoreThanBefore };
        let size = Decimal::new(before.energy.units().abs(), before.energy.places());
        let unknown = || self.text(Key::Unknown).to_owned();
        let share = before.share.map_or_else(unknown, |share| self.percent(share));
        let mut told = self.fill(word, &[&self.period_length(), &self.kwh(size), &share]);
        if let Some(worth) = self.worth(size) {
            told.push_str(&self.fill(Word::Worth, &[&self.money(worth)]));
        }
        if let Some(output) = before.output {
            let sign = if output.units() > 0 { "+" } else { "" };
            let change = format!("{sign}{}", self.percent(output));
            told.push_str(&self.fill(Word::OutputChanged, &[&change]));
        }
        (told + ".", format!("{} {why}", self.text(Word::NotSeparated)))
    }
}
