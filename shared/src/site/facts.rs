//! What a site states beyond its structure: dated factors, prices, limits and baselines.

use crate::energy::adjustment::NonRoutine;
use crate::energy::fuel::Factor;
use crate::energy::reactive::ReactiveCharge;
use crate::time::{Date, Every, Period};
use crate::units::Power;

/// What a site states beyond its structure: dated data, each with its source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Facts<'a> {
    /// What energy counts for, oldest first: only what the site, or a file of factors, gives.
    pub factors: &'a [Factor<'a>],
    /// What fuels cost, oldest first.
    pub fuel_prices: &'a [FuelPrice<'a>],
    /// What reactive power costs.
    pub reactive: Option<ReactiveCharge<'a>>,
    /// The contracted or registered demand.
    pub demand_limit: Option<Power>,
    /// Baselines, oldest first.
    pub baselines: &'a [Baseline<'a>],
    /// Changes of the factory that no driver tells, oldest first.
    pub adjustments: &'a [NonRoutine<'a>],
}

impl Facts<'static> {
    /// A site that states none.
    pub const NONE: Self = Self {
        factors: &[],
        fuel_prices: &[],
        reactive: None,
        demand_limit: None,
        baselines: &[],
        adjustments: &[],
    };
}

/// What a fuel costs from a date on, as the site pays it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct FuelPrice<'a> {
    /// The fuel's name, as its weighings have it: `firewood`.
    pub fuel: &'a str,
    /// The unit it is weighed in.
    pub unit: &'a str,
    /// First day on which it holds.
    pub since: Date,
    /// Thousandths of the currency for one unit, with what tax the site pays.
    pub price_thousandths: i64,
    /// The document: a contract, an invoice.
    pub source: &'a str,
}

impl<'a> FuelPrice<'a> {
    /// The price of a fuel in force on a day: the latest that is not later.
    ///
    /// # Example
    /// ```
    /// use millwatt::site::FuelPrice;
    /// use millwatt::time::Date;
    /// let day = |month| Date { year: 2026, month, day: 1 };
    /// let price = |month, price_thousandths| FuelPrice { fuel: "firewood", unit: "kg",
    ///     since: day(month), price_thousandths, source: "invoice" };
    /// let prices = [price(1, 1_200_000), price(4, 1_350_000)];
    /// let of = |month| FuelPrice::in_force(&prices, "firewood", "kg", day(month));
    /// assert_eq!(of(3).map(|row| row.price_thousandths), Some(1_200_000));
    /// assert_eq!(of(4).map(|row| row.price_thousandths), Some(1_350_000));
    /// ```
    #[must_use]
    pub fn in_force<'f>(
        prices: &'f [FuelPrice<'a>],
        fuel: &str,
        unit: &str,
        day: Date,
    ) -> Option<&'f FuelPrice<'a>> {
        let known = prices.iter().filter(|row| row.fuel == fuel && row.unit == unit);
        known.filter(|row| row.since <= day).max_by_key(|row| row.since)
    }
}

/// A baseline as the site states it: which period and drivers a model is made from. The model itself is
/// computed from the readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Baseline<'a> {
    /// From which period it is made.
    pub period: Period,
    /// How long a row of it is: [`Every::Day`], [`Every::Week`] or [`Every::Month`].
    pub every: Every,
    /// What use depends on: names of [`Driver`]s with a space between them.
    pub drivers: &'a str,
    /// The improvement that is wanted, tenths of a percent; 0 for none.
    pub target_per_mille: u16,
    /// Why this one, in words.
    pub note: &'a str,
}

impl<'a> Baseline<'a> {
    /// Its drivers in their order; `None` for a name that is none.
    pub fn drivers(&self) -> impl Iterator<Item = Option<Driver<'a>>> + use<'a> {
        self.drivers.split(' ').filter(|name| !name.is_empty()).map(Driver::named)
    }
}

/// What use depends on, a column of a baseline's model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Driver<'a> {
    /// `output`: the site's good output.
    Output,
    /// `output:PRODUCT`: good output of one product, as reported.
    OutputOf(&'a str),
    /// `raw:PRODUCT`: raw material, as reported.
    RawMaterial(&'a str),
    /// `fuel:FUEL`: fuel, as reported.
    Fuel(&'a str),
    /// `temperature:ASSET`: the mean of an asset's temperature, °C.
    Temperature(&'a str),
    /// `cooling:ASSET:BASE`: degree-days of an asset's temperature over a base in °C.
    Cooling(&'a str, f64),
    /// `heating:ASSET:BASE`: degree-days under a base in °C.
    Heating(&'a str, f64),
    /// `runtime:ASSET`: hours for which an asset ran.
    Runtime(&'a str),
    /// `shifts`: planned hours.
    Shifts,
}

impl<'a> Driver<'a> {
    /// Every form of a name, for messages.
    pub const FORMS: &'static str = "output, output:PRODUCT, raw:PRODUCT, fuel:FUEL, temperature:ASSET, \
                                     cooling:ASSET:BASE, heating:ASSET:BASE, runtime:ASSET, shifts";

    /// The driver of a name; `None` when it is none.
    ///
    /// # Example
    /// ```
    /// use millwatt::site::Driver;
    /// assert_eq!(Driver::named("output"), Some(Driver::Output));
    /// assert_eq!(Driver::named("cooling:hall:24.5"), Some(Driver::Cooling("hall", 24.5)));
    /// assert_eq!(Driver::named("cooling:hall"), None); // no base
    /// ```
    #[must_use]
    pub fn named(name: &'a str) -> Option<Self> {
        match name {
            "output" => return Some(Self::Output),
            "shifts" => return Some(Self::Shifts),
            _ => {}
        }
        let (kind, of) = name.split_once(':').filter(|(_, of)| !of.is_empty())?;
        match kind {
            "output" => Some(Self::OutputOf(of)),
            "raw" => Some(Self::RawMaterial(of)),
            "fuel" => Some(Self::Fuel(of)),
            "temperature" => Some(Self::Temperature(of)),
            "runtime" => Some(Self::Runtime(of)),
            "cooling" => based(of).map(|(asset, base)| Self::Cooling(asset, base)),
            "heating" => based(of).map(|(asset, base)| Self::Heating(asset, base)),
            _ => None,
        }
    }

    /// The short name of the asset that it asks for.
    #[must_use]
    pub const fn asset(&self) -> Option<&'a str> {
        match *self {
            Self::Temperature(asset)
            | Self::Cooling(asset, _)
            | Self::Heating(asset, _)
            | Self::Runtime(asset) => Some(asset),
            Self::Output
            | Self::OutputOf(_)
            | Self::RawMaterial(_)
            | Self::Fuel(_)
            | Self::Shifts => None,
        }
    }
}

/// `ASSET:BASE`, the base a temperature that people live in.
fn based(text: &str) -> Option<(&str, f64)> {
    let (asset, base) = text.rsplit_once(':').filter(|(asset, _)| !asset.is_empty())?;
    let base: f64 = base.parse().ok()?;
    (-60.0..=100.0).contains(&base).then_some((asset, base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_driver_is_one() {
        let words = [
            "output",
            "output:tea",
            "raw:leaf",
            "fuel:wood",
            "temperature:hall",
            "cooling:hall:26",
            "heating:hall:-1.5",
            "runtime:mill",
            "shifts",
        ];
        assert_eq!(words.len(), Driver::FORMS.split(", ").count());
        for (word, form) in words.iter().zip(Driver::FORMS.split(", ")) {
            assert!(Driver::named(word).is_some(), "{form}");
        }
        assert_eq!(Driver::named("heating:hall:-1.5"), Some(Driver::Heating("hall", -1.5)));
        for word in ["", "raw", "raw:", "cooling::26", "cooling:hall:hot", "heating:a:NaN", "sun"] {
            assert_eq!(Driver::named(word), None, "{word}");
        }
    }

    #[test]
    fn drivers_of_a_baseline_keep_their_order() {
        let now = crate::time::Instant::from_unix_milliseconds(0);
        let baseline = Baseline {
            period: Period::new(now, now),
            every: Every::Day,
            drivers: "runtime:mill output sun",
            target_per_mille: 30,
            note: "",
        };
        let mut drivers = baseline.drivers();
        assert_eq!(drivers.next(), Some(Some(Driver::Runtime("mill"))));
        assert_eq!(drivers.next(), Some(Some(Driver::Output)));
        assert_eq!((drivers.next(), drivers.next()), (Some(None), None));
    }
}
