//! What is offered, and dated prices: files that come with the program, so that neither stands in code.

use std::collections::BTreeSet;

use crate::language::Language;
use serde::Deserialize;
use toml::value::Datetime;

/// A name in both languages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    en: String,
    vi: String,
}

impl Name {
    /// The name in one of them.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::Vietnamese => &self.vi,
        }
    }
}

/// `data/new-site.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// IANA zone.
    pub zone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// Planned work where none is told.
    pub shift: ShiftOffer,
    /// What factories make.
    #[serde(rename = "kind")]
    pub kinds: Vec<Kind>,
}

/// A shift that is offered.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftOffer {
    /// What it is called.
    pub name: Name,
    /// Days as the site file has them.
    pub days: String,
    /// Hours as the site file has them.
    pub hours: String,
}

/// A kind of factory.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// What it makes.
    pub name: Name,
    /// What that is mostly counted in.
    pub unit: String,
    /// Machines that such a factory may have.
    pub machines: Vec<Name>,
}

/// `data/tariffs-vn.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tariffs {
    /// ISO 4217 code of the prices.
    pub currency: String,
    /// Price lists, oldest first.
    #[serde(rename = "price")]
    pub prices: Vec<PriceList>,
    /// Hours that a bill may follow.
    #[serde(rename = "schedule")]
    pub schedules: Vec<Schedule>,
}

/// A price list from a day on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceList {
    from: Datetime,
    vat_percent: u8,
    source: String,
    /// Prices by the voltage of the supply.
    #[serde(rename = "level")]
    pub levels: Vec<Level>,
}

/// Prices at a voltage.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// The same in every list.
    pub id: String,
    /// What people call it.
    pub name: Name,
    normal: u32,
    peak: u32,
    off_peak: u32,
}

/// Hours that a bill follows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Schedule {
    /// What people call it.
    pub name: Name,
    /// From when on which, oldest first.
    #[serde(rename = "part")]
    parts: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    from: Option<Datetime>,
    source: String,
    peak_days: Option<String>,
    #[serde(default)]
    peak: Vec<String>,
    #[serde(default)]
    off_peak: Vec<String>,
}

/// A tariff as it goes into a site file.
#[derive(Debug, Clone, PartialEq)]
pub struct Tariff {
    /// The first day on which it holds.
    pub from: Datetime,
    /// Value-added tax.
    pub vat_percent: u8,
    /// The documents that set it.
    pub source: String,
    /// Its bands, the one for all other hours first.
    pub bands: Vec<Band>,
}

/// A price band of a tariff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Band {
    /// `normal`, `peak`, `off-peak`.
    pub name: &'static str,
    /// For one kWh, before tax.
    pub price: u32,
    /// Days on which its hours begin; every day when left out.
    pub days: Option<String>,
    /// Hours; all that the others leave when there are none.
    pub hours: Vec<String>,
}

/// What is offered.
#[must_use]
pub fn offer() -> Offer {
    let text = include_str!("../../data/new-site.toml");
    toml::from_str(text).expect("a file of the program, which a test reads")
}

/// Dated prices.
#[must_use]
pub fn tariffs() -> Tariffs {
    let text = include_str!("../../data/tariffs-vn.toml");
    toml::from_str(text).expect("a file of the program, which a test reads")
}

impl Tariffs {
    /// The levels of the newest list.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        self.prices.last().map(|list| list.levels.as_slice()).unwrap_or_default()
    }

    /// The tariffs of a level under a schedule: a new one whenever the prices or the hours change.
    #[must_use]
    pub fn dated(&self, level: &Level, schedule: &Schedule) -> Vec<Tariff> {
        let priced = |list: &PriceList| list.levels.iter().any(|known| known.id == level.id);
        let Some(first) = self.prices.iter().find(|list| priced(list)) else { return Vec::new() };
        let lists = self.prices.iter().map(|list| list.from);
        let parts = schedule.parts.iter().filter_map(|part| part.from);
        let days: BTreeSet<Datetime> =
            lists.chain(parts).filter(|day| *day >= first.from).collect();
        days.into_iter().filter_map(|day| self.on(day, &level.id, schedule)).collect()
    }

    /// What holds from a day on.
    fn on(&self, day: Datetime, level: &str, schedule: &Schedule) -> Option<Tariff> {
        let list = self.prices.iter().rev().find(|list| list.from <= day)?;
        let prices = list.levels.iter().find(|known| known.id == level)?;
        let began = |part: &&Part| part.from.is_none_or(|from| from <= day);
        let part = schedule.parts.iter().rev().find(began)?;
        let source = format!(
            "{}, {}; {}; from public copies, compare with your bill",
            list.source, prices.name.en, part.source
        );
        let bands = part.bands(prices);
        Some(Tariff { from: day, vat_percent: list.vat_percent, source, bands })
    }
}

impl Part {
    fn bands(&self, prices: &Level) -> Vec<Band> {
        let band = |name, price, days: Option<&String>, hours: &[String]| Band {
            name,
            price,
            days: days.cloned(),
            hours: hours.to_vec(),
        };
        let mut bands = vec![band("normal", prices.normal, None, &[])];
        if !self.peak.is_empty() {
            bands.push(band("peak", prices.peak, self.peak_days.as_ref(), &self.peak));
        }
        if !self.off_peak.is_empty() {
            bands.push(band("off-peak", prices.off_peak, None, &self.off_peak));
        }
        bands
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_can_be_read() {
        assert!(!offer().kinds.is_empty());
        assert_eq!(tariffs().currency, offer().currency);
        assert!(tariffs().prices.is_sorted_by_key(|list| list.from));
    }

    #[test]
    fn a_tariff_begins_whenever_prices_or_hours_change() {
        let tariffs = tariffs();
        let of =
            |schedule: usize| tariffs.dated(&tariffs.levels()[0], &tariffs.schedules[schedule]);
        let days = |schedule| -> Vec<_> {
            of(schedule).iter().map(|tariff| tariff.from.to_string()).collect()
        };
        assert_eq!(days(0), ["2025-05-10", "2026-04-22"]);
        assert_eq!(days(1), ["2025-05-10"]);
        let both = of(0);
        let changed = &both[1];
        assert_eq!(changed.bands[1].hours, ["17:30-22:30"]);
        assert!(changed.source.contains("Decision 963/QD-BCT"), "{}", changed.source);
        let whole = of(2);
        assert_eq!(whole[0].bands.len(), 1, "one price at all hours");
    }
}
