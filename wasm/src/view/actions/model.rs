//! The opportunities of the period with what people entered about them.

use super::entry::Entry;
use super::events::Entries;
use crate::view::View;
use millwatt::Decimal;
use millwatt::analysis::opportunity::{self, Assumptions, Kind, Opportunity};
use millwatt::decimal::div_round;
use millwatt::energy::action::Action;
use millwatt::time::{Instant, Span};
use millwatt::units::{Energy, Money};

/// Months after which a payback is no argument.
const LONGEST_PAYBACK: f64 = 1_200.0;

/// An opportunity and its action.
#[derive(Debug, Clone)]
pub(in crate::view) struct Row<'a> {
    /// What was found.
    pub found: Opportunity<'a>,
    /// `KIND-ASSET`, which names what is entered.
    pub key: String,
    /// What was entered.
    pub entry: Entry,
}

impl Row<'_> {
    /// Months until the investment has paid, by what was entered.
    pub fn payback(&self) -> Option<Decimal> {
        let action = Action {
            what: &self.key,
            decided: Instant::MIN,
            investment: self.entry.money()?,
            expected_energy: self.found.energy_a_year.unwrap_or(Energy::ZERO),
            expected_money: self.found.money_a_year?,
        };
        action.payback_months().filter(|months| months.to_f64() <= LONGEST_PAYBACK)
    }

    /// Whether it says what to do, and not what is missing.
    pub fn is_action(&self) -> bool {
        self.found.kind != Kind::Missing
    }
}

/// What the page takes for granted, with what the reader changed.
pub(super) fn assumptions(entries: &Entries<'_>) -> Assumptions {
    let standard = Assumptions::default();
    let percent = entries.get("actions.movable").and_then(|text| text.parse::<f64>().ok());
    let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
    let movable = percent.and_then(|percent| Decimal::from_f64(percent / 100.0, 4));
    Assumptions { movable: movable.unwrap_or(standard.movable), ..standard }
}

/// Three significant digits: nobody knows a year ahead better.
pub(in crate::view) fn about(value: Decimal) -> Decimal {
    let whole = value.rounded(0).units();
    let mut step = 1;
    while whole.abs() / step >= 1_000 {
        step *= 10;
    }
    if step == 1 { value } else { Decimal::new(div_round(whole, step) * step, 0) }
}

impl View<'_> {
    /// What could be saved in the period, with what was entered about it; the dearest first.
    pub(in crate::view) fn opportunities(&self) -> Vec<Row<'_>> {
        let entries = self.entries();
        let (site, period) = (&self.model.site, self.model.period);
        let assumed = assumptions(&entries);
        let found = opportunity::find(site, self.archive, period, &self.model.indicators, &assumed);
        let rows = found.into_iter().map(|found| {
            let asset = found.asset.and_then(|asset| site.asset(asset));
            let key = format!("{}-{}", found.kind.name(), asset.map_or("site", |asset| asset.id));
            let entry = Entry::of(&entries, &key);
            Row { found, key, entry }
        });
        rows.collect()
    }
}

/// What all of them save in a year: energy and money.
pub(in crate::view) fn sums(rows: &[Row<'_>]) -> (Energy, Money) {
    let energy = rows.iter().filter_map(|row| row.found.energy_a_year).sum();
    (energy, rows.iter().filter_map(|row| row.found.money_a_year).sum())
}

/// Days of a span, to a tenth.
pub(in crate::view) fn days(span: Span) -> Decimal {
    let (length, day) = (span.milliseconds(), Span::DAY.milliseconds());
    Decimal::quotient(length.into(), day.into(), 1).unwrap_or(Decimal::new(0, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_are_enough_for_a_year() {
        let shown = |units, places| about(Decimal::new(units, places)).to_string();
        assert_eq!(shown(21_312_456_789, 3), "21300000");
        assert_eq!(shown(999_500, 3), "1000");
        assert_eq!(shown(-12_344, 1), "-1230");
        assert_eq!(shown(12_345, 3), "12.345");
    }
}
