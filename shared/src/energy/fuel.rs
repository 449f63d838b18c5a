//! Fuels and electricity as oil equivalent, heat and greenhouse gas, by dated factors.
//!
//! Factors are data: each row has a date and a source string, a site may replace any of them, and
//! [`VIETNAM`] is where it starts from. Carbon from biomass is kept apart and never added in.

use crate::decimal::{Decimal, div_round};
use crate::time::Date;
use crate::units::{Amount, Carbon, Heat, OilEquivalent};

/// What one unit of a fuel, or one kWh of electricity, counts for from a date on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "wire", derive(serde::Serialize, serde::Deserialize))]
pub struct Factor<'a> {
    /// The fuel's name: `diesel`, `firewood`, `electricity`.
    pub fuel: &'a str,
    /// The unit it is weighed or metered in.
    pub unit: &'a str,
    /// First day on which it holds.
    pub since: Date,
    /// Oil equivalent of a unit; `None` where no document gives one.
    pub oil: Option<OilEquivalent>,
    /// Lower heating value of a unit.
    pub heat: Option<Heat>,
    /// Greenhouse gas of a unit from fossil carbon.
    pub fossil: Option<Carbon>,
    /// Carbon dioxide of a unit from biomass.
    pub biogenic: Option<Carbon>,
    /// The document that gives it, and how far it was read.
    pub source: &'a str,
}

/// The factor of a fuel in force on a day: the latest that is not later.
///
/// # Example
/// ```
/// use millwatt::energy::fuel::{in_force, VIETNAM};
/// use millwatt::time::Date;
/// let grid = |year| in_force(&VIETNAM, "electricity", "kWh", Date { year, month: 6, day: 1 });
/// let of_a_megawatt_hour = |year| grid(year).and_then(|row| row.fossil).map(|kg| kg.tonnes().to_string());
/// assert_eq!(of_a_megawatt_hour(2023).as_deref(), Some("0.0006592")); // t a kWh
/// assert_eq!(of_a_megawatt_hour(2021).as_deref(), Some("0.0007221"));
/// ```
#[must_use]
pub fn in_force<'f, 'a>(
    factors: &'f [Factor<'a>],
    fuel: &str,
    unit: &str,
    day: Date,
) -> Option<&'f Factor<'a>> {
    let known = factors.iter().filter(|row| row.fuel == fuel && row.unit == unit);
    known.filter(|row| row.since <= day).max_by_key(|row| row.since)
}

/// One figure of a fuel in force on a day: that of the latest row which gives it and is not later.
///
/// The grid's carbon and the oil equivalent of electricity come from different documents, and in rows of their own.
///
/// # Example
/// ```
/// use millwatt::energy::fuel::{figure_in_force, Factor, VIETNAM};
/// use millwatt::time::Date;
/// let (day, grid) = (Date { year: 2026, month: 1, day: 1 }, VIETNAM[9]);
/// let rows = [grid, Factor { since: day, oil: None, ..grid }];
/// let oil = figure_in_force(&rows, "electricity", "kWh", day, |row| row.oil);
/// assert_eq!(oil, grid.oil);
/// ```
#[must_use]
pub fn figure_in_force<T>(
    factors: &[Factor<'_>],
    fuel: &str,
    unit: &str,
    day: Date,
    figure: impl Fn(&Factor<'_>) -> Option<T>,
) -> Option<T> {
    let known = factors.iter().filter(|row| row.fuel == fuel && row.unit == unit);
    let begun = known.filter(|row| row.since <= day);
    let given = begun.filter_map(|row| Some((row.since, figure(row)?)));
    given.max_by_key(|(since, _)| *since).map(|(_, figure)| figure)
}

/// What an amount of a fuel, or of electricity in kWh, counts for.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Burnt {
    /// Oil equivalent.
    pub oil: OilEquivalent,
    /// Heat.
    pub heat: Heat,
    /// Greenhouse gas from fossil carbon.
    pub fossil: Carbon,
    /// Carbon dioxide from biomass, to be told apart.
    pub biogenic: Carbon,
    /// How many of its parts lack an oil equivalent, a heat or a carbon factor.
    pub unknown: u32,
}

impl Burnt {
    /// Adds an amount by its factor, each figure to its smallest unit.
    ///
    /// # Missing data
    /// A figure without factor adds nothing and is counted in `unknown`.
    /// # Example
    /// ```
    /// use millwatt::energy::fuel::{in_force, Burnt, VIETNAM};
    /// use millwatt::{time::Date, units::Amount};
    /// let day = Date { year: 2023, month: 7, day: 1 };
    /// let mut burnt = Burnt::default();
    /// let grid = in_force(&VIETNAM, "electricity", "kWh", day).expect("in the table");
    /// burnt.fold(Amount::from_thousandths(100_000_000), grid); // 100,000 kWh
    /// assert_eq!(burnt.oil.toe().to_string(), "15.43");
    /// assert_eq!(burnt.fossil.tonnes().to_string(), "65.92");
    /// ```
    pub fn fold(&mut self, amount: Amount, factor: &Factor<'_>) {
        let times = |per_unit: Option<i128>| {
            per_unit.map(|one| div_round(amount.thousandths().saturating_mul(one), 1_000))
        };
        let oil = times(factor.oil.map(OilEquivalent::milligrams));
        let heat = times(factor.heat.map(Heat::kilojoules));
        let fossil = times(factor.fossil.map(Carbon::milligrams));
        let biogenic = times(factor.biogenic.map(Carbon::milligrams));
        self.oil += OilEquivalent::from_milligrams(oil.unwrap_or(0));
        self.heat += Heat::from_kilojoules(heat.unwrap_or(0));
        self.fossil += Carbon::from_milligrams(fossil.unwrap_or(0));
        self.biogenic += Carbon::from_milligrams(biogenic.unwrap_or(0));
        let without_carbon = fossil.is_none() && biogenic.is_none();
        self.unknown += u32::from(oil.is_none() || heat.is_none() || without_carbon);
    }

    /// Adds another part.
    pub fn merge(&mut self, other: &Self) {
        self.oil += other.oil;
        self.heat += other.heat;
        self.fossil += other.fossil;
        self.biogenic += other.biogenic;
        self.unknown = self.unknown.saturating_add(other.unknown);
    }
}

/// Fuel used between two counts of the stock: what was there, what came, less what is left.
///
/// # Missing data
/// Negative when a count or a delivery is wrong: shown so, never cut to zero.
/// # Example
/// ```
/// use millwatt::energy::fuel::used_from_stock;
/// use millwatt::units::Amount;
/// let tonnes = |tonnes: i128| Amount::from_thousandths(tonnes * 1_000);
/// assert_eq!(used_from_stock(tonnes(12), tonnes(30), tonnes(9)), tonnes(33));
/// ```
#[must_use]
pub fn used_from_stock(opening: Amount, delivered: Amount, closing: Amount) -> Amount {
    opening + delivered - closing
}

/// Share of the 1,000 TOE a year from which a site is a designated energy user.
///
/// # Source
/// Law 50/2010/QH12 on economical and efficient use of energy and its decrees, as reported by the
/// national energy-efficiency programme: industry from 1,000 TOE a year.
/// # Example
/// ```
/// use millwatt::energy::fuel::share_of_designated;
/// use millwatt::units::OilEquivalent;
/// let tonnes = OilEquivalent::from_milligrams(15_430_000_000);
/// assert_eq!(share_of_designated(tonnes).to_string(), "0.01543");
/// ```
#[must_use]
pub fn share_of_designated(of_twelve_months: OilEquivalent) -> Decimal {
    const THOUSAND_TONNES: i128 = 1_000_000_000_000;
    Decimal::quotient(of_twelve_months.milligrams(), THOUSAND_TONNES, 6)
        .unwrap_or(Decimal::new(0, 6))
}

const fn date(year: i32, month: u8, day: u8) -> Date {
    Date { year, month, day }
}

const OIL_LETTER: &str = "MOIT letter 3505/BCT-KHCN, 19/4/2011";
const OIL_SINCE: Date = date(2011, 4, 19);
const NO_GRID: &str = "Department of Climate Change, grid emission factor of the year";

/// A row of a fuel that a state document gives in oil equivalent, in grams a unit.
const fn fuel(name: &'static str, unit: &'static str, grams_of_oil: i128) -> Factor<'static> {
    Factor {
        fuel: name,
        unit,
        since: OIL_SINCE,
        oil: Some(OilEquivalent::from_milligrams(grams_of_oil * 1_000)),
        heat: None,
        fossil: None,
        biogenic: None,
        source: OIL_LETTER,
    }
}

/// The same with IPCC's default heating value (kJ/kg) and carbon (kg/TJ).
const fn burning(
    row: Factor<'static>,
    kilojoules: i128,
    kilograms_a_terajoule: i128,
) -> Factor<'static> {
    // kJ × kg/TJ = 10^-3 mg: 1 TJ is 10^9 kJ and 1 kg is 10^6 mg.
    let carbon = Carbon::from_milligrams(kilojoules * kilograms_a_terajoule / 1_000);
    let source = "oil: MOIT letter 3505/BCT-KHCN, 19/4/2011; heat and carbon: IPCC 2006 defaults, \
                  recalled, to be checked";
    Factor { heat: Some(Heat::from_kilojoules(kilojoules)), fossil: Some(carbon), source, ..row }
}

/// Electricity of the grid in a year, in grams of CO₂e a kWh × 10.
const fn grid(year: i32, tenth_grams: i128) -> Factor<'static> {
    Factor {
        fuel: "electricity",
        unit: "kWh",
        since: date(year, 1, 1),
        oil: Some(OilEquivalent::from_milligrams(154_300)),
        heat: Some(Heat::from_kilojoules(3_600)),
        fossil: Some(Carbon::from_milligrams(tenth_grams * 100)),
        biogenic: None,
        source: NO_GRID,
    }
}

/// Where a site in Vietnam starts from. Firewood is in no official table: its row is an editable
/// default.
///
/// # Source
/// Each row names its own. Diesel by litre: 0.88 TOE for 1,000 L.
pub const VIETNAM: [Factor<'static>; 22] = [
    grid(2014, 6_612),
    grid(2015, 8_154),
    grid(2016, 9_185),
    grid(2017, 8_649),
    grid(2018, 9_130),
    grid(2019, 8_458),
    grid(2020, 8_041),
    grid(2021, 7_221),
    grid(2022, 6_766),
    grid(2023, 6_592),
    burning(fuel("diesel", "kg", 1_020), 43_000, 74_100),
    fuel("diesel", "L", 880),
    burning(fuel("fuel oil", "kg", 990), 40_400, 77_400),
    fuel("fuel oil", "L", 940),
    burning(fuel("LPG", "kg", 1_090), 47_300, 63_100),
    fuel("natural gas", "m³", 900),
    burning(fuel("petrol", "kg", 1_050), 44_300, 69_300),
    fuel("petrol", "L", 830),
    burning(fuel("coal 1-2", "kg", 700), 26_700, 98_300),
    fuel("coal 3-4", "kg", 600),
    fuel("coal 5-6", "kg", 500),
    FIREWOOD,
];

const FIREWOOD: Factor<'static> = Factor {
    fuel: "firewood",
    unit: "kg",
    since: OIL_SINCE,
    oil: Some(OilEquivalent::from_milligrams(373_000)),
    heat: Some(Heat::from_kilojoules(15_600)),
    fossil: None,
    biogenic: Some(Carbon::from_milligrams(15_600 * 112_000 / 1_000)),
    source: "no official row; IPCC 2006 wood, 15.6 MJ/kg and 112 kg CO2/GJ, recalled, to be checked \
             and lowered for wet wood",
};

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_litre_and_a_tonne_of_the_official_table() {
        let day = date(2026, 1, 1);
        let toe = |fuel, unit, thousandths| {
            let mut burnt = Burnt::default();
            let row = in_force(&VIETNAM, fuel, unit, day).expect("in the table");
            burnt.fold(Amount::from_thousandths(thousandths), row);
            burnt.oil.toe().to_string()
        };
        assert_eq!(toe("diesel", "kg", 1_000_000), "1.02");
        assert_eq!(toe("diesel", "L", 1_000_000), "0.88");
        assert_eq!(toe("LPG", "kg", 1_000_000), "1.09");
        assert_eq!(toe("coal 5-6", "kg", 1_000_000), "0.5");
        assert_eq!(toe("natural gas", "m³", 1_000_000), "0.9");
    }

    #[test]
    fn wood_is_biogenic_and_a_missing_factor_is_counted() {
        let day = date(2026, 1, 1);
        let mut burnt = Burnt::default();
        let wood = in_force(&VIETNAM, "firewood", "kg", day).expect("in the table");
        burnt.fold(Amount::from_thousandths(1_000_000), wood);
        assert_eq!(burnt.fossil, Carbon::ZERO);
        assert_eq!(burnt.biogenic.tonnes().to_string(), "1.7472");
        assert_eq!(burnt.heat.gigajoules().to_string(), "15.6");
        let gas = in_force(&VIETNAM, "natural gas", "m³", day).expect("in the table");
        burnt.fold(Amount::from_thousandths(1_000), gas);
        assert_eq!(burnt.unknown, 1);
    }

    #[test]
    fn before_its_date_a_factor_does_not_hold() {
        assert!(in_force(&VIETNAM, "diesel", "kg", date(2010, 1, 1)).is_none());
        assert!(in_force(&VIETNAM, "moonlight", "kg", date(2026, 1, 1)).is_none());
    }
}
