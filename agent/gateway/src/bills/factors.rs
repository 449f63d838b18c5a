//! What a unit of energy counts for, from a TOML file: dated rows, each with its source.

use super::error::BillsError;
use super::header::is_free;
use super::month::Month;
use crate::language::Language;
use millwatt::Decimal;
use millwatt::decimal::div_round;
use millwatt::energy::fuel::Factor;
use millwatt::time::Date;
use millwatt::units::{Carbon, Heat, OilEquivalent};
use serde::Deserialize;
use std::collections::HashSet;
use std::path::Path;
use toml::value::Datetime;

/// The file that comes with the program.
pub const BUILT_IN: &str = include_str!("../../data/factors-vn.toml");

/// Its name in messages and in the output.
const BUILT_IN_NAME: &str = "factors-vn.toml";

/// Factors, bounds and assumptions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factors {
    /// The file they are from.
    #[serde(skip)]
    pub file: String,
    electricity: Vec<ElectricityFactor>,
    grid: Vec<GridFactor>,
    /// The fuels that may have a column.
    #[serde(rename = "fuel", default)]
    pub fuels: Vec<Fuel>,
    /// What an average price may be.
    pub price: PriceBounds,
    /// What the data plan takes for granted.
    pub plan: Assumptions,
}

/// Oil equivalent of electricity from a date on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ElectricityFactor {
    from: Datetime,
    toe: f64,
    /// The document.
    pub source: String,
}

/// Carbon of the grid in a year.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridFactor {
    /// The year of use.
    pub year: i32,
    /// Tonnes of CO₂e a MWh, which is kilograms a kWh.
    pub tco2e_per_mwh: f64,
    /// The document.
    pub source: String,
}

/// A fuel that may have a column of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fuel {
    /// The column's name, which is the fuel's name for scripts.
    pub column: String,
    #[serde(default)]
    also: Vec<String>,
    vi: String,
    en: String,
    /// The unit of its column.
    pub unit: String,
    /// Whether only a scale tells how much of it was burnt.
    #[serde(default)]
    pub weigh: bool,
    #[serde(rename = "factor")]
    factors: Vec<FuelFactor>,
}

/// What a unit of a fuel counts for from a date on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FuelFactor {
    from: Datetime,
    toe: Option<f64>,
    gj: Option<f64>,
    co2_kg: Option<f64>,
    biogenic_kg: Option<f64>,
    /// Whether no official table gives its oil equivalent.
    #[serde(default)]
    pub general_knowledge: bool,
    /// The document, or what stands in its place.
    pub source: String,
}

/// Bounds of an average price.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceBounds {
    /// In đồng a kWh.
    pub least: f64,
    /// In đồng a kWh.
    pub most: f64,
    /// The document.
    pub source: String,
}

/// What the data plan takes for granted: choices, not measurements.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assumptions {
    /// The share of the use from which a base load is worth a meter.
    pub base_load_share: f64,
    /// How much of a base load is saved once it is seen: least and most.
    pub base_load_saving: [f64; 2],
    /// The share of the oil equivalent from which a fuel is worth a scale.
    pub fuel_share: f64,
    /// How much of a fuel's money is saved once it is weighed: least and most.
    pub fuel_saving: [f64; 2],
    /// Where they are from.
    pub source: String,
}

/// A date of TOML; a time of day is no date.
fn date(stamp: &Datetime) -> Option<Date> {
    let date = stamp.date?;
    Date::checked(i32::from(date.year), date.month, date.day)
}

/// A figure in units of its `places`-th place.
fn units(figure: f64, places: u8) -> i128 {
    Decimal::from_f64(figure, places).map_or(0, Decimal::units)
}

/// The latest row that is not later than a month's first day.
fn in_force<T>(rows: &[T], month: Month, from: impl Fn(&T) -> Option<Date>) -> Option<&T> {
    let begun = rows.iter().filter(|row| from(row).is_some_and(|date| date <= month.first_day()));
    begun.max_by_key(|row| from(row))
}

impl Factors {
    /// Those that come with the program.
    ///
    /// # Errors
    /// Never, as a test shows; said like those of any other file.
    pub fn built_in() -> Result<Self, BillsError> {
        Self::parse(BUILT_IN_NAME, BUILT_IN)
    }

    /// From a file of one's own.
    ///
    /// # Errors
    /// The first thing that is wrong, with its line.
    pub fn read(path: &Path) -> Result<Self, BillsError> {
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&file, &text),
            Err(error) => Err(BillsError::Unreadable { file, why: error.to_string() }),
        }
    }

    fn parse(file: &str, text: &str) -> Result<Self, BillsError> {
        let wrong = |line, message| BillsError::Factors { file: file.to_owned(), line, message };
        let parsed: Result<Self, toml::de::Error> = toml::from_str(text);
        let mut factors = parsed.map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start));
            let line = before.map(|before| before.matches('\n').count() + 1);
            wrong(line, error.message().replace('\n', " "))
        })?;
        factors.judge().map_err(|message| wrong(None, message))?;
        factors.file = file.to_owned();
        Ok(factors)
    }

    fn judge(&self) -> Result<(), String> {
        if self.electricity.is_empty() || self.grid.is_empty() {
            return Err("expected at least one [[electricity]] and one [[grid]]".to_owned());
        }
        let dates = self.electricity.iter().map(|row| &row.from);
        let fuels = self.fuels.iter().flat_map(|fuel| &fuel.factors).map(|row| &row.from);
        if let Some(stamp) = dates.chain(fuels).find(|stamp| date(stamp).is_none()) {
            return Err(format!("`from` = {stamp}: expected a date such as 2011-04-19"));
        }
        let is_amount = |figure: &f64| (0.0..1e12).contains(figure);
        if let Some(figure) = self.figures().find(|figure| !is_amount(figure)) {
            return Err(format!("{figure} is no amount; expected a number of at least 0"));
        }
        self.plan.judge()?;
        self.judge_names()
    }

    /// Every figure of it.
    fn figures(&self) -> impl Iterator<Item = f64> {
        let electricity = self.electricity.iter().map(|row| row.toe);
        let grid = self.grid.iter().map(|row| row.tco2e_per_mwh);
        let rows = self.fuels.iter().flat_map(|fuel| &fuel.factors);
        let fuels = rows.flat_map(|row| [row.toe, row.gj, row.co2_kg, row.biogenic_kg]).flatten();
        let bounds = [self.price.least, self.price.most];
        electricity.chain(grid).chain(fuels).chain(bounds)
    }

    fn judge_names(&self) -> Result<(), String> {
        let mut years = HashSet::new();
        if let Some(row) = self.grid.iter().find(|row| !years.insert(row.year)) {
            return Err(format!("[[grid]] has the year {} twice", row.year));
        }
        let mut known = HashSet::new();
        for name in self.fuels.iter().flat_map(Fuel::names) {
            if !is_free(name) || !known.insert(super::header::plain(name)) {
                return Err(format!(
                    "[[fuel]] `{name}` is another column's name already; give it one of its own"
                ));
            }
        }
        Ok(())
    }

    /// Oil equivalent of electricity in a month.
    pub fn electricity(&self, month: Month) -> Option<&ElectricityFactor> {
        in_force(&self.electricity, month, |row| date(&row.from))
    }

    /// Carbon of the grid in a month: its year's, or the latest before it.
    pub fn grid(&self, month: Month) -> Option<&GridFactor> {
        in_force(&self.grid, month, |row| Date::checked(row.year, 1, 1))
    }

    /// A fuel in a month.
    pub fn fuel(&self, fuel: usize, month: Month) -> Option<&FuelFactor> {
        in_force(&self.fuels.get(fuel)?.factors, month, |row| date(&row.from))
    }

    /// What a kWh counts for, as a site states it: oil equivalent and the grid's carbon in rows of their own, each
    /// with its date and document.
    pub fn electricity_rows(&self) -> impl Iterator<Item = Factor<'_>> {
        let oil = self.electricity.iter().filter_map(|row| {
            Some(Factor { since: date(&row.from)?, source: &row.source, ..row.factor() })
        });
        let carbon = self.grid.iter().filter_map(|row| {
            let since = Date::checked(row.year, 1, 1)?;
            Some(Factor { since, source: &row.source, ..row.factor() })
        });
        oil.chain(carbon).map(|row| Factor { fuel: "electricity", unit: "kWh", ..row })
    }

    /// What a unit of a fuel counts for, as a site states it, by any of the fuel's names; nothing where the file
    /// does not know the fuel, or not in this unit.
    pub fn fuel_rows<'f>(
        &'f self,
        fuel: &'f str,
        unit: &'f str,
    ) -> impl Iterator<Item = Factor<'f>> {
        let name = super::header::plain(fuel);
        let scaled = |known: &'f Fuel| Some((known, ratio(&known.unit, unit)?));
        let known = self.fuels.iter().filter(|known| known.is_called(&name)).find_map(scaled);
        known.into_iter().flat_map(move |(known, ratio)| {
            let rows = known.factors.iter().filter_map(move |row| {
                Some(Factor { since: date(&row.from)?, source: &row.source, ..row.factor() })
            });
            rows.map(move |row| Factor { fuel, unit, ..times(row, ratio) })
        })
    }
}

/// By what a figure for a unit is multiplied, and divided, for one of another unit.
fn ratio(of: &str, wanted: &str) -> Option<(i128, i128)> {
    match (of, wanted) {
        _ if of == wanted => Some((1, 1)),
        ("t", "kg") => Some((1, 1_000)),
        ("kg", "t") => Some((1_000, 1)),
        _ => None,
    }
}

/// A row for another unit.
fn times(row: Factor<'_>, (by, over): (i128, i128)) -> Factor<'_> {
    let scaled = |figure: i128| div_round(figure.saturating_mul(by), over);
    let carbon = |of: Carbon| Carbon::from_milligrams(scaled(of.milligrams()));
    Factor {
        oil: row.oil.map(|of| OilEquivalent::from_milligrams(scaled(of.milligrams()))),
        heat: row.heat.map(|of| Heat::from_kilojoules(scaled(of.kilojoules()))),
        fossil: row.fossil.map(carbon),
        biogenic: row.biogenic.map(carbon),
        ..row
    }
}

impl Assumptions {
    fn judge(&self) -> Result<(), String> {
        let is_share = |share: f64| (0.0..=1.0).contains(&share);
        let ranges = [self.base_load_saving, self.fuel_saving];
        let are_ranges = ranges.iter().all(|[least, most]| is_share(*least) && least <= most);
        let are_shares = ranges.iter().all(|[_, most]| is_share(*most));
        if are_ranges && are_shares && is_share(self.base_load_share) && is_share(self.fuel_share) {
            return Ok(());
        }
        Err("[plan]: expected shares from 0 to 1, and savings as [least, most]".to_owned())
    }
}

impl Fuel {
    /// Its column's name and the other names for it.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.column).chain(&self.also).map(String::as_str)
    }

    /// Whether it has a name, which is [`plain`](super::header::plain).
    fn is_called(&self, name: &str) -> bool {
        let shown = [self.vi.as_str(), self.en.as_str()];
        self.names().chain(shown).any(|known| super::header::plain(known) == name)
    }

    /// Its name for people.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }
}

/// A row without any figure; its date and name were used to find it already.
const EMPTY: Factor<'static> = Factor {
    fuel: "",
    unit: "",
    since: Date { year: 1970, month: 1, day: 1 },
    oil: None,
    heat: None,
    fossil: None,
    biogenic: None,
    source: "",
};

impl ElectricityFactor {
    /// Oil equivalent alone: the grid's carbon has dates of its own.
    pub fn factor(&self) -> Factor<'static> {
        Factor { oil: Some(OilEquivalent::from_milligrams(units(self.toe, 9))), ..EMPTY }
    }
}

impl GridFactor {
    /// Carbon alone.
    pub fn factor(&self) -> Factor<'static> {
        let carbon = Carbon::from_milligrams(units(self.tco2e_per_mwh, 6));
        Factor { fossil: Some(carbon), ..EMPTY }
    }
}

impl FuelFactor {
    /// As the metrics take it.
    pub fn factor(&self) -> Factor<'static> {
        let carbon = |kilograms: f64| Carbon::from_milligrams(units(kilograms, 6));
        Factor {
            oil: self.toe.map(|toe| OilEquivalent::from_milligrams(units(toe, 9))),
            heat: self.gj.map(|gj| Heat::from_kilojoules(units(gj, 6))),
            fossil: self.co2_kg.map(carbon),
            biogenic: self.biogenic_kg.map(carbon),
            ..EMPTY
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::energy::fuel::{VIETNAM, in_force};

    fn month(year: i32) -> Month {
        Month::new(year, 6).expect("a month")
    }

    #[test]
    fn the_file_agrees_with_the_table_of_the_metrics() {
        let factors = Factors::built_in().expect("it can be read");
        let day = month(2025).first_day();
        for (column, fuel, unit, scale) in [
            ("wood_t", "firewood", "kg", 1_000),
            ("diesel_l", "diesel", "L", 1),
            ("diesel_kg", "diesel", "kg", 1),
            ("petrol_l", "petrol", "L", 1),
            ("fo_l", "fuel oil", "L", 1),
            ("lpg_kg", "LPG", "kg", 1),
            ("coal_1_2_t", "coal 1-2", "kg", 1_000),
            ("coal_3_4_t", "coal 3-4", "kg", 1_000),
            ("coal_5_6_t", "coal 5-6", "kg", 1_000),
        ] {
            let place = factors.fuels.iter().position(|row| row.column == column);
            let ours = factors.fuel(place.expect(column), month(2025)).expect(column).factor();
            let theirs = in_force(&VIETNAM, fuel, unit, day).expect(column);
            let oil = |row: &Factor<'_>| row.oil.map(OilEquivalent::milligrams);
            assert_eq!(oil(&ours), oil(theirs).map(|oil| oil * scale), "{column}");
            if let Some(theirs) = theirs.fossil.map(Carbon::milligrams) {
                let ours = ours.fossil.map(Carbon::milligrams);
                assert_eq!(ours, Some(theirs * scale), "{column}");
            }
        }
        for year in 2014..2024 {
            let theirs = in_force(&VIETNAM, "electricity", "kWh", month(year).first_day());
            let grid = factors.grid(month(year)).expect("a row");
            assert_eq!(
                (grid.year, Some(grid.factor().fossil)),
                (year, theirs.map(|row| row.fossil))
            );
        }
    }

    #[test]
    fn a_year_without_a_row_takes_the_latest_before_it() {
        let factors = Factors::built_in().expect("it can be read");
        assert_eq!(factors.grid(month(2025)).map(|row| row.year), Some(2023));
        assert!(factors.grid(month(2013)).is_none());
        assert!(factors.electricity(month(2010)).is_none());
    }

    #[test]
    fn rows_of_a_site_are_in_its_units_and_by_any_name() {
        let factors = Factors::built_in().expect("it can be read");
        let electricity: Vec<_> = factors.electricity_rows().collect();
        let last = electricity.last().expect("a row");
        assert_eq!((last.since.year, last.oil), (2023, None));
        assert_eq!(last.fossil, Some(Carbon::from_milligrams(659_200)));
        for name in ["firewood", "Củi", "wood"] {
            let rows: Vec<_> = factors.fuel_rows(name, "kg").collect();
            assert_eq!((rows.len(), rows[0].fuel, rows[0].unit), (1, name, "kg"));
            assert_eq!(rows[0].oil, Some(OilEquivalent::from_milligrams(373_000)));
            assert_eq!(rows[0].heat, Some(Heat::from_kilojoules(15_600)));
            assert_eq!(rows[0].biogenic, Some(Carbon::from_milligrams(1_747_200)));
        }
        let diesel: Vec<_> = factors.fuel_rows("diesel", "L").collect();
        assert_eq!(diesel[0].oil, Some(OilEquivalent::from_milligrams(880_000)));
        assert_eq!(factors.fuel_rows("diesel", "barrel").count(), 0);
        assert_eq!(factors.fuel_rows("moonlight", "kg").count(), 0);
    }

    #[test]
    fn a_wrong_file_is_refused_at_its_line() {
        let refused = |from: &str, to: &str| {
            let text = BUILT_IN.replacen(from, to, 1);
            Factors::parse("mine.toml", &text).expect_err(to).to_string()
        };
        assert!(refused("toe = 0.0001543", "toes = 1").contains("line 13"));
        assert!(refused("2011-04-19", "07:00:00").contains("expected a date"));
        assert!(refused("0.373", "-1").contains("-1 is no amount"));
        assert!(refused("year = 2015", "year = 2014").contains("2014 twice"));
        assert!(refused("\"wood_t\"", "\"kwh\"").contains("`kwh`"));
        assert!(refused("[0.10, 0.20]", "[0.2, 0.1]").contains("[plan]"));
    }
}
