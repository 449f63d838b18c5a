//! Figures, money and months as people of a language write them.

use super::month::Month;
use super::words::Text;
use crate::language::Language;
use millwatt::Decimal;
use millwatt::units::Money;

/// How many months a list names; the rest is counted.
const MOST_MONTHS: usize = 6;

/// What stands for a figure that is not known.
pub const UNKNOWN: &str = "–";

impl Language {
    /// A figure with groups of thousands, rounded to some places, trailing zeros dropped.
    pub(super) fn figure(self, value: Decimal, places: u8) -> String {
        let plain = value.rounded(places).to_string();
        let (sign, plain) =
            plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
        let (whole, decimals) = plain.split_once('.').unwrap_or((plain, ""));
        let (parting, point) = match self {
            Self::Vietnamese => ('.', ","),
            Self::English => (',', "."),
        };
        let point = if decimals.is_empty() { "" } else { point };
        format!("{sign}{}{point}{decimals}", grouped(whole, parting))
    }

    /// The same of a model's figure.
    pub(super) fn number(self, value: f64, places: u8) -> String {
        let figure = Decimal::from_f64(value, places);
        figure.map_or_else(|| UNKNOWN.to_owned(), |figure| self.figure(figure, places))
    }

    /// The same of a figure that may be unknown.
    pub(super) fn maybe(self, value: Option<Decimal>, places: u8) -> String {
        value.map_or_else(|| UNKNOWN.to_owned(), |value| self.figure(value, places))
    }

    /// A share as a percentage with one decimal.
    pub(super) fn percent(self, share: f64) -> String {
        format!("{} %", self.number(share * 100.0, 1))
    }

    /// Money without decimals.
    pub(super) fn money(self, money: Money) -> String {
        format!("{} đ", self.figure(money.units(), 0))
    }

    /// A probability: very small ones are only said to be so.
    pub(super) fn probability(self, p: f64) -> String {
        if p < 0.001 {
            return format!("< {}", self.number(0.001, 3));
        }
        self.number(p, 3)
    }

    /// A list of months, the first ones named.
    pub(super) fn months(self, months: &[Month]) -> String {
        let named = months.iter().take(MOST_MONTHS).map(|month| month.shown(self));
        let named: Vec<String> = named.collect();
        let named = named.join(", ");
        match months.len().saturating_sub(MOST_MONTHS) {
            0 => named,
            more => Text::AndMore.fill(self, &[&named, &more.to_string()]),
        }
    }
}

fn grouped(digits: &str, parting: char) -> String {
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(parting);
        }
        out.push(digit);
    }
    out
}

/// Rows of cells as columns that stand below each other; the first column begins at the left.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).enumerate();
        let cells = cells.map(|(place, (cell, &width))| match place {
            0 => format!("{cell:<width$}"),
            _ => format!("{cell:>width$}"),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Vietnamese};

    #[test]
    fn both_languages_write_figures_their_way() {
        let value = Decimal::new(-1_234_567_890, 3);
        assert_eq!(Vietnamese.figure(value, 2), "−1.234.567,89");
        assert_eq!(English.figure(value, 2), "−1,234,567.89");
        assert_eq!(English.money(Money::from_thousandths(1_500_499)), "1,500 đ");
        assert_eq!(Vietnamese.percent(0.314), "31,4 %");
        assert_eq!(Vietnamese.probability(1e-9), "< 0,001");
        assert_eq!(English.maybe(None, 1), UNKNOWN);
    }

    #[test]
    fn long_lists_are_cut_and_counted() {
        let first = Month::new(2025, 1).expect("a month");
        let eight: Vec<Month> = first.until(first.plus(7)).collect();
        let shown = English.months(&eight);
        assert!(shown.contains("2025-06") && !shown.contains("2025-07"), "{shown}");
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [["a", "1"], ["bc", "234"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(aligned(&rows), "a     1\nbc  234\n");
    }
}
