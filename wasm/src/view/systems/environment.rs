//! Environment (ISO 14001): greenhouse gas, water, waste, each for a unit of output.

use super::words::Word;
use super::{Page, Systems};
use crate::strings::Key;
use crate::view::compliance::form::{Item, over};
use millwatt::{Decimal, Name};

/// What people enter: its name, what it is, its unit, and what it is for a unit of output.
const ENTERED: [(&str, Word, &str, Word); 4] = [
    ("water", Word::Water, "m³", Word::WaterPer),
    ("wastewater", Word::Wastewater, "m³", Word::WastewaterPer),
    ("waste", Word::Waste, "kg", Word::WastePer),
    ("hazardous", Word::Hazardous, "kg", Word::HazardousPer),
];

impl Systems<'_> {
    /// A figure of the year.
    fn of_year(&self, name: Name) -> Option<(Decimal, String)> {
        let figure = self.held?.figure(name, "", "")?;
        Some(self.brief(figure.value?, &figure.unit.to_string()))
    }

    /// A figure of the year in kilograms of CO₂e, in tonnes.
    fn tonnes(&self, name: Name) -> Option<(Decimal, String)> {
        let kilograms = self.held?.value(name, "", "")?;
        let places = kilograms.places().saturating_add(3);
        Some(self.brief(Decimal::new(kilograms.units(), places), "t CO₂e"))
    }

    pub(super) fn environment(&self) -> Page {
        let emission = self.tonnes(Name::Emission);
        let intensity = self.of_year(Name::SpecificEmission);
        let told = emission.clone().zip(intensity.clone());
        let title = match (told, &emission) {
            (Some(((_, emission), (_, intensity))), _) => {
                let year = self.year.to_string();
                self.fill(Word::EnvironmentTitle, &[&emission, &year, &intensity])
            }
            (None, Some((_, emission))) => {
                self.fill(Word::EnvironmentPlain, &[emission, &self.year.to_string()])
            }
            (None, None) => self.text(Word::EnvironmentUnknown).to_owned(),
        };
        let (factor, output) = (self.text(Word::NeedsFactor), self.text(Key::NeedsOutput));
        let mut items = vec![
            self.line(Word::Emission, emission, factor),
            self.line(Word::SpecificEmission, intensity, output),
            self.line(Word::Biogenic, self.tonnes(Name::BiogenicEmission), self.text(Word::NoFuel)),
            self.line(Word::Oil, self.of_year(Name::OilEquivalent), factor),
        ];
        let made = self.held.and_then(|held| held.value(Name::Output, "", ""));
        for (name, label, unit, per) in ENTERED {
            items.push(self.with_unit(name, label, unit));
            let given = self.given(name);
            let ratio = given.zip(made).and_then(|(given, made)| over(given, made, 6));
            let unit = format!("{unit}/{}", self.model.site.output_unit);
            let figure = ratio.map(|ratio| self.brief(ratio, &unit));
            let lacks = if given.is_none() { self.text(Word::NeedsEntry) } else { output };
            items.push(self.line(per, figure, lacks));
        }
        let words = [Word::EnvironmentAid, Word::EnvironmentMethod];
        self.page("systems.iso14001", title, words, items)
    }

    fn with_unit(&self, name: &str, label: Word, unit: &str) -> Item {
        let field = self.field(name, label);
        Item { label: format!("{} ({unit})", self.text(label)), ..field }
    }
}
