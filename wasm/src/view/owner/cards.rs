//! The cards: one figure each, with a line on what it speaks of and how well it is known, or on what
//! it needs.

use super::change::{Change, Difference};
use super::lost::Lost;
use super::words::Word;
use super::{Cost, Owner, millionths};
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::finding::{Cause, REPORTABLE_COVERAGE};
use millwatt::{Decimal, Indicator, Name};

/// One figure.
struct Card {
    /// Stable, for scripts.
    name: &'static str,
    title: Word,
    /// To three digits; `None` where it is not known.
    value: Option<String>,
    /// To the last digit.
    exact: String,
    /// What stands under it; parts that are empty are left out.
    notes: Vec<String>,
}

impl Card {
    const fn unknown(name: &'static str, title: Word, notes: Vec<String>) -> Self {
        Self { name, title, value: None, exact: String::new(), notes }
    }
}

impl Owner<'_> {
    pub(super) fn cards(&self) -> Node {
        let cards = [
            self.energy_card(),
            self.cost_card(),
            self.specific_card(),
            self.improvement_card(),
            self.oee_card(),
            self.lost_card(),
            self.peak_card(),
            self.factor_card(),
            self.fuel_card(),
            self.output_card(),
            self.coverage_card(),
        ];
        node("div").class("cards").children(cards.map(|card| self.drawn(card)))
    }

    fn drawn(&self, card: Card) -> Node {
        let unknown = || self.text(Key::Unknown).to_owned();
        let class = if card.value.is_some() { "value" } else { "value unknown" };
        let value = node("p").class(class).text(card.value.unwrap_or_else(unknown));
        let value = if card.exact.is_empty() { value } else { value.with("title", card.exact) };
        let notes: Vec<_> = card.notes.into_iter().filter(|note| !note.is_empty()).collect();
        let title = node("p").class("name").text(self.text(card.title));
        let note = node("p").class("note").text(notes.join(" · "));
        let shown = node("div").class("card").with("data-card", card.name);
        shown.child(title).child(value).child(note)
    }

    /// A card of an indicator; without a value it says why, and what to do.
    fn card(
        &self,
        name: &'static str,
        title: Word,
        figure: Option<&Indicator<'_>>,
        needs: Word,
        mut notes: Vec<String>,
    ) -> Card {
        let causes = figure.map_or_else(String::new, |figure| self.causes(figure));
        let known = figure.and_then(|figure| Some((figure, figure.value?)));
        let Some((figure, value)) = known else {
            return Card::unknown(name, title, vec![causes, self.text(needs).to_owned()]);
        };
        notes.push(causes);
        let (shown, exact) = (self.shown(figure, value), self.in_full(figure, value));
        Card { name, title, value: Some(shown), exact, notes }
    }

    /// What stands against a figure.
    fn causes(&self, figure: &Indicator<'_>) -> String {
        let causes = figure.findings.iter().map(|finding| self.text(Key::cause(finding.cause)));
        causes.collect::<Vec<_>>().join(", ")
    }

    fn energy_card(&self) -> Card {
        let told = self.equivalents().join(" · ");
        let has_fuels = self.fuels().next().is_some();
        let told =
            if has_fuels && !told.is_empty() { self.fill(Word::WithFuels, &[&told]) } else { told };
        let needs = if self.lacks_factor() { self.text(Word::NeedsFactor) } else { "" };
        let notes = vec![told, needs.to_owned()];
        let energy = self.of_main(Name::Energy);
        self.card("energy", Word::Electricity, energy, Word::NeedsMeter, notes)
    }

    fn lacks_factor(&self) -> bool {
        match self.of_site(Name::OilEquivalent) {
            Some(figure) => figure.findings.iter().any(|finding| finding.cause == Cause::NoFactor),
            None => self.model.site.facts.factors.is_empty(),
        }
    }

    fn cost_card(&self) -> Card {
        let name = "cost";
        let electricity = self.of_main(Name::Cost);
        let fuels = self.of_site(Name::FuelCost).and_then(|figure| figure.value);
        let parts = electricity.and_then(|figure| figure.value).zip(fuels);
        let (title, cost, note) = match (self.cost(), parts) {
            (None, _) => {
                let causes = electricity.map_or_else(String::new, |figure| self.causes(figure));
                let needs = self.text(Word::NeedsTariff).to_owned();
                return Card::unknown(name, Word::ElectricityCost, vec![causes, needs]);
            }
            (Some(Cost::OfAll(cost)), Some((electricity, fuels))) => {
                let parts = [self.money(electricity), self.money(fuels)];
                let note = self.fill(Word::CostParts, &[&parts[0], &parts[1]]);
                (Word::EnergyCost, cost, note)
            }
            (Some(Cost::OfAll(cost)), None) => {
                (Word::ElectricityCost, cost, self.text(Word::WithTax).to_owned())
            }
            (Some(Cost::OfElectricity(cost)), _) => {
                let note = self.text(Word::FuelNoPrice);
                let note = format!("{}; {note}", self.text(Word::WithTax));
                (Word::ElectricityCost, cost, note)
            }
        };
        let causes = electricity.map_or_else(String::new, |figure| self.causes(figure));
        let (value, exact) = (Some(self.money(cost)), self.exact(cost));
        Card { name, title, value, exact, notes: vec![note, causes] }
    }

    fn specific_card(&self) -> Card {
        let emission = self.known(self.of_site(Name::SpecificEmission)).unwrap_or_default();
        let fuels = self.model.indicators.iter().filter(|row| row.name == Name::SpecificFuel);
        let fuels = fuels.take(1).filter_map(|fuel| {
            let name = self.carrier_inside(fuel.part?);
            Some(format!("{name} {}", self.known(Some(fuel))?))
        });
        let notes = fuels.chain([emission]).collect();
        let figure = self.of_site(Name::SpecificEnergy);
        self.card("specific", Word::SpecificEnergy, figure, Word::NeedsOutput, notes)
    }

    /// The EnPI against the baseline; an arrow only where the change passes its uncertainty.
    fn improvement_card(&self) -> Card {
        let (name, title) = ("enpi", Word::Improvement);
        match &self.change {
            Change::Saved(saved) => self.enpi_card(name, Word::Saved, saved),
            Change::Rose(rose) => self.enpi_card(name, Word::Rose, rose),
            Change::Noise(noise) => self.enpi_card(name, Word::Noise, noise),
            Change::NoBaseline(why) => Card::unknown(name, title, vec![why.clone()]),
        }
    }

    fn enpi_card(&self, name: &'static str, note: Word, difference: &Difference) -> Card {
        let shown = difference.enpi().map(|(enpi, band)| {
            let language = self.choice.language;
            let [enpi, band] = [enpi, band].map(|value| format::places(value, 3, language));
            format!("{enpi} ± {band}")
        });
        let share = difference.share().map(|share| self.fill(note, &[&self.percent(share)]));
        let notes = vec![share.unwrap_or_else(|| self.text(Word::NeedsMeter).to_owned())];
        Card { name, title: Word::Improvement, value: shown, exact: String::new(), notes }
    }

    /// The lowest OEE of all machines, with its name.
    fn oee_card(&self) -> Card {
        let known: Vec<_> = self.model.by_asset(Name::Oee, "").collect();
        let Some((asset, _)) = known.iter().min_by_key(|(_, oee)| millionths(*oee)) else {
            let any = self.model.indicators.iter().find(|figure| figure.name == Name::Oee);
            return self.card("oee", Word::Oee, any, Word::NeedsOee, Vec::new());
        };
        let figure = self.model.figure(Name::Oee, asset, "");
        let title = if known.len() > 1 { Word::LowestOee } else { Word::Oee };
        let name = self.model.asset_name(asset).to_owned();
        let card = self.card("oee", title, figure, Word::NeedsOee, vec![name]);
        let value = figure.and_then(|figure| figure.value).map(|oee| self.percent(oee));
        Card { value, ..card }
    }

    /// Electricity that made no good product, in money.
    fn lost_card(&self) -> Card {
        let (name, title) = ("lost", Word::LostMoney);
        let Some(lost) = Lost::of(&self.model.site, &self.model.indicators) else {
            return Card::unknown(name, title, vec![self.text(Word::NeedsStates).to_owned()]);
        };
        let low = millionths(lost.coverage) < millionths(REPORTABLE_COVERAGE);
        let low = if low { self.text(Key::LowCoverage) } else { "" };
        let energy = self.kwh(lost.energy);
        let (value, what) = match self.worth(lost.energy) {
            Some(worth) => (self.money(worth), self.fill(Word::LostWhat, &[&energy])),
            None => (energy, self.text(Word::LostNoPrice).to_owned()),
        };
        let exact = format::with_unit(&self.exact(lost.energy), "kWh");
        Card { name, title, value: Some(value), exact, notes: vec![what, low.to_owned()] }
    }

    fn peak_card(&self) -> Card {
        let figure = self.of_main(Name::PeakDemand15);
        let begins = figure.and_then(|figure| figure.begins).map(|begins| {
            let local = self.model.site.zone_rules().local(begins);
            format::moment(local, self.choice.language)
        });
        let notes = begins.into_iter().chain([self.limit_note()]).collect();
        self.card("peak", Word::Peak, figure, Word::NeedsMeter, notes)
    }

    fn limit_note(&self) -> String {
        let Some(limit) = self.model.site.facts.demand_limit else {
            return self.text(Word::NoLimit).to_owned();
        };
        let share = self.model.indicators.iter().find(|row| row.name == Name::DemandShare);
        let Some(share) = share.and_then(|row| row.value) else { return String::new() };
        let (limit, shown) = (self.kw(limit.kw()), self.percent(share));
        if millionths(share) > 1_000_000 {
            self.fill(Word::OverLimit, &[&limit, &shown])
        } else {
            self.fill(Word::OfLimit, &[&shown, &limit])
        }
    }

    fn factor_card(&self) -> Card {
        let figure = self.of_main(Name::PowerFactor);
        let charge = self.of_site(Name::ReactiveCharge).and_then(|row| row.value);
        let value = figure.and_then(|figure| figure.value);
        let note = match (value, charge.filter(|charge| charge.units() > 0)) {
            (None, _) => String::new(),
            (_, Some(charge)) => self.fill(Word::FactorCosts, &[&self.money(charge)]),
            (Some(factor), None) if is_low(factor) => self.text(Word::FactorMayCost).to_owned(),
            _ => self.text(Word::FactorReached).to_owned(),
        };
        self.card("factor", Word::PowerFactor, figure, Word::NeedsReactive, vec![note])
    }

    fn fuel_card(&self) -> Card {
        let Some(fuel) = self.fuels().next() else {
            return self.card("fuel", Word::Fuel, None, Word::NeedsFuel, Vec::new());
        };
        let part = fuel.part.unwrap_or("");
        let money = self.known(self.model.figure(Name::FuelCost, "", part)).unwrap_or_default();
        let others = self.fuels().skip(1).count();
        let others = if others == 0 {
            String::new()
        } else {
            format!("+ {}", self.fill(Word::OtherFuels, &[&others.to_string()]))
        };
        let notes = vec![self.carrier_inside(part), money, others];
        self.card("fuel", Word::Fuel, Some(fuel), Word::NeedsFuel, notes)
    }

    fn output_card(&self) -> Card {
        let reject = self.known(self.of_site(Name::Reject));
        let reject = reject.map(|reject| self.fill(Word::Rejected, &[&reject]));
        let notes = reject.into_iter().collect();
        let figure = self.of_site(Name::Output);
        self.card("output", Word::Output, figure, Word::NeedsOutput, notes)
    }

    fn coverage_card(&self) -> Card {
        let (name, title) = ("coverage", Word::Coverage);
        let Some(figure) = self.of_main(Name::Energy) else {
            return Card::unknown(name, title, vec![self.text(Word::NeedsMeter).to_owned()]);
        };
        let coverage: Decimal = figure.coverage;
        let low = millionths(coverage) < millionths(REPORTABLE_COVERAGE);
        let low = if low { self.text(Word::CoverageLow) } else { "" };
        let notes = vec![self.model.asset_name(self.model.main()).to_owned(), low.to_owned()];
        let (value, exact) = (Some(self.percent(coverage)), self.exact(coverage));
        Card { name, title, value, exact, notes }
    }
}

/// Whether a power factor is below 0.9 as bills round it, to two places.
fn is_low(factor: Decimal) -> bool {
    millionths(factor.rounded(2)) < 900_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bills_round_a_power_factor_to_two_places() {
        assert!(is_low(Decimal::new(894, 3)));
        assert!(!is_low(Decimal::new(895, 3)));
        assert!(!is_low(Decimal::new(1, 0)));
    }
}
