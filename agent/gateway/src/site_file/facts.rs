//! Tables of what a site states beyond its structure: dated factors and prices, what reactive power costs,
//! baselines, and changes of the factory.

mod judge;
mod records;

pub(super) use judge::judge;
pub(super) use records::Statements;

use super::words::Day;
use millwatt::time::Every;
use serde::Deserialize;
use toml::Spanned;

/// The name of electricity among factors, and the unit it is counted in.
pub(super) const ELECTRICITY: (&str, &str) = ("electricity", "kWh");

/// `[[factor]]`: what a unit of a fuel, or a kWh of electricity, counts for from a date on.
///
/// For what a site gives no factor, a site that counts in VND takes those that come with the program, which
/// `millwatt bills --print-factors` shows: electricity always, and the fuels that its prices and drivers name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactorTable {
    /// `electricity`, or a fuel as it is reported.
    pub fuel: Spanned<String>,
    /// The unit of what is reported; kWh for electricity.
    pub unit: String,
    /// The first day on which it holds.
    pub from: Spanned<Day>,
    /// Tonnes of oil equivalent in a unit.
    pub toe: Option<f64>,
    /// Heat of a unit, MJ.
    pub heat_mj: Option<f64>,
    /// Greenhouse gas from fossil carbon, kg of CO₂e.
    pub co2_kg: Option<f64>,
    /// Carbon dioxide from biomass, kg.
    pub biogenic_co2_kg: Option<f64>,
    /// The document that gives it.
    pub source: Option<String>,
}

/// `[[fuel_price]]`: what a fuel costs from a date on, as the site pays it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FuelPriceTable {
    /// The fuel as it is reported.
    pub fuel: Spanned<String>,
    /// The unit of what is reported.
    pub unit: String,
    /// The first day on which it holds.
    pub from: Spanned<Day>,
    /// Of one unit, tax and all.
    pub price: f64,
    /// The contract or the invoice.
    pub source: Option<String>,
}

/// `[reactive]`: what a low power factor costs, by a rule that comes with the program or by own steps.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReactiveTable {
    /// `circular-15-2014`.
    pub rule: Option<Spanned<String>>,
    /// Power factor and surcharge in percent of the money for active energy, the highest factor first.
    pub steps: Option<Vec<[f64; 2]>>,
    /// The surcharge below the last step.
    pub below_percent: Option<f64>,
    /// The demand from which it applies; 0 when left out.
    pub from_kw: Option<f64>,
    /// The document that sets the steps.
    pub source: Option<String>,
}

/// How long a row of a baseline is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EveryWord {
    /// A local day.
    Day,
    /// An ISO week.
    Week,
    /// A calendar month.
    Month,
}

impl EveryWord {
    /// What it stands for.
    #[must_use]
    pub const fn value(self) -> Every {
        match self {
            Self::Day => Every::Day,
            Self::Week => Every::Week,
            Self::Month => Every::Month,
        }
    }
}

/// `[[baseline]]`: from which period, and by what, use is modelled.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineTable {
    /// The first day.
    pub from: Spanned<Day>,
    /// The first day after it.
    pub to: Spanned<Day>,
    /// How long a row is.
    pub every: EveryWord,
    /// What use depends on; see [`Driver`](millwatt::site::Driver).
    pub drivers: Spanned<Vec<String>>,
    /// The improvement that is wanted.
    pub target_percent: Option<f64>,
    /// Why this one.
    #[serde(default)]
    pub note: String,
}

/// `[[adjustment]]`: a change of the factory that no driver tells, in energy a day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdjustmentTable {
    /// The first day.
    pub from: Spanned<Day>,
    /// The first day after it; it stays when left out.
    pub to: Option<Spanned<Day>>,
    /// What it adds to each day; negative when it takes away.
    pub kwh_a_day: f64,
    /// What changed.
    pub note: String,
    /// How its size is known.
    pub source: Option<String>,
}
