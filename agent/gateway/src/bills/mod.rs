//! What twelve electricity bills already tell, before any meter is bought.
//!
//! A CSV file with a line a month (energy, money, output, wood) becomes cost and energy for a unit of
//! output, oil equivalent, greenhouse gas, the price of a low power factor, a baseline with the rules that
//! judge it, and a plan: what to find out first, and what that could be worth in the site's own money.
//!
//! - Nothing is filled in: a month, a cell or a factor that is not there is named.
//! - Factors and assumptions are data, each with its source; a file of one's own may take their place.
//! - Sums are exact; models are those of [`millwatt::energy`].

mod account;
mod baseline;
mod error;
mod factors;
mod figure;
mod format;
mod header;
mod json;
mod month;
mod notes;
mod plan;
mod sentences;
mod show;
mod table;
mod words;

pub use error::BillsError;
pub use factors::{BUILT_IN, Factors};
pub use figure::Sign;

use crate::language::Language;
use account::Account;
use baseline::Baseline;
use notes::Note;
use plan::Line;
use std::collections::BTreeMap;
use std::path::Path;
use table::Bills;

const TEMPLATE: &str = include_str!("../../data/bills-template.csv");

/// An empty file to fill in: comments, names of columns. In Vietnamese with semicolons, as spreadsheets
/// expect it where the comma is decimal; with a byte order mark, so that they see the letters.
#[must_use]
pub fn template(language: Language) -> String {
    let line = |line: &str| match language {
        Language::Vietnamese if !line.starts_with("# ") => line.replace(',', ";") + "\n",
        _ => line.to_owned() + "\n",
    };
    let lines: String = TEMPLATE.lines().map(line).collect();
    format!("\u{feff}{lines}")
}

/// Everything that the bills of a file tell.
#[derive(Debug)]
pub struct Report {
    bills: Bills,
    factors: Factors,
    account: Account,
    baseline: Baseline,
    plan: Vec<Line>,
    notes: Vec<Note>,
}

impl Report {
    /// Of a CSV file; `decimal` is its decimal sign, where the user was asked for it.
    ///
    /// # Errors
    /// When anything of the file cannot be read, with every place.
    pub fn read(path: &Path, factors: Factors, decimal: Option<Sign>) -> Result<Self, BillsError> {
        let bills = Bills::read(path, &factors.fuels, decimal)?;
        let account = Account::of(&bills, &factors);
        let baseline = Baseline::of(&bills);
        let plan = plan::plan(&bills, &factors, &account, &baseline);
        let notes = notes::notes(&bills, &factors, &account);
        Ok(Self { bills, factors, account, baseline, plan, notes })
    }

    /// For people.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        show::text(self, language)
    }

    /// For scripts.
    #[must_use]
    pub fn json(&self, language: Language) -> serde_json::Value {
        json::json(self, language)
    }

    /// A fuel's name for people.
    fn fuel(&self, place: usize, language: Language) -> &str {
        self.factors.fuels.get(place).map_or("", |fuel| fuel.name(language))
    }

    /// Each factor that was used, with its document.
    fn sources(&self, language: Language) -> Vec<(String, &str)> {
        let last = self.bills.last();
        let electricity = words::Text::SourceElectricity.of(language).to_owned();
        let row = self.factors.electricity(last);
        let mut sources: Vec<(String, &str)> =
            row.map(|row| (electricity, row.source.as_str())).into_iter().collect();
        let grids = self.bills.bills.iter().filter_map(|bill| self.factors.grid(bill.month));
        let grids: BTreeMap<i32, _> = grids.map(|row| (row.year, row)).collect();
        for (year, row) in grids {
            let factor = language.number(row.tco2e_per_mwh, 4);
            let name = words::Text::SourceGrid.fill(language, &[&year.to_string(), &factor]);
            sources.push((name, row.source.as_str()));
        }
        for place in &self.bills.burnt {
            let Some(row) = self.factors.fuel(*place, last) else { continue };
            sources.push((self.fuel(*place, language).to_owned(), row.source.as_str()));
        }
        sources
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_in_vietnamese_parts_its_columns_by_semicolons() {
        let english = template(Language::English);
        assert!(english.starts_with("\u{feff}# EN") && english.ends_with(",fuel_vnd\n"));
        let vietnamese = template(Language::Vietnamese);
        assert!(
            vietnamese.contains("\nmonth;kwh;kvarh;") && vietnamese.contains("\n#2025-01;12000;")
        );
        assert!(vietnamese.contains("\n# EN wood_t: firewood in tonnes."));
    }
}
