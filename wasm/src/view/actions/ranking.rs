//! All opportunities side by side.

use super::model::{Row, about, days, sums};
use super::words::Word;
use crate::chart::bars::{self, Part};
use crate::chart::{Room, clipped};
use crate::node::Node;
use crate::strings::Key;
use crate::view::{Cell, Section, Table, View};
use millwatt::Decimal;
use millwatt::units::Money;

/// How many bars are drawn, and how many rows the table has.
const MOST_BARS: usize = 12;
const MOST_ROWS: usize = 60;

impl View<'_> {
    /// Bars of what each saves; `None` where nothing is known to be saved.
    pub(super) fn ranking(&self, rows: &[&Row<'_>]) -> Option<Node> {
        let saving: Vec<&Row<'_>> =
            rows.iter().copied().filter(|row| self.worth(row).is_some()).collect();
        let first = saving.first()?;
        let is_priced = first.found.money_a_year.is_some_and(|money| money > Money::ZERO);
        let title = if is_priced { self.share_of_first(&saving) } else { None };
        let title = title.unwrap_or_else(|| self.text(Word::RankingTitlePlain).to_owned());
        let aid = if is_priced { Word::RankingAid } else { Word::RankingAidPlain };
        let shown = saving.iter().filter(|row| !is_priced || row.found.money_a_year.is_some());
        let bars = shown.take(MOST_BARS).map(|row| self.bar(row, is_priced));
        let drawing = bars::stacked(self.ranking_room(), &bars.collect::<Vec<_>>(), &title);
        let section = Section::new("actions.ranking", title, self.text(aid).to_owned(), drawing);
        let section = section.table(self.ranking_table(rows));
        Some(self.section(section.method(self.text(Word::RankingMethod).to_owned())))
    }

    /// What to do takes more words than a machine's name.
    fn ranking_room(&self) -> Room {
        let room = self.room();
        if room == Room::NARROW { room } else { Room { names: 300.0, ..room } }
    }

    fn share_of_first(&self, rows: &[&Row<'_>]) -> Option<String> {
        let first = rows.first()?.found.money_a_year?;
        let all: Money = rows.iter().filter_map(|row| row.found.money_a_year).sum();
        let share = Decimal::quotient(first.thousandths(), all.thousandths(), 4)?;
        Some(self.fill(Word::RankingTitle, &[&self.percent(share)]))
    }

    fn bar(&self, row: &Row<'_>, is_priced: bool) -> (String, Vec<Part>, String) {
        let found = &row.found;
        let value = match is_priced {
            true => found.money_a_year.map(|money| money.units()),
            false => found.energy_a_year.map(|energy| energy.kwh()),
        };
        let value = value.unwrap_or(Decimal::new(0, 0));
        let shown = if is_priced { self.money(about(value)) } else { self.kwh(about(value)) };
        let hint = format!("{} · {shown}", self.what(row));
        let name = clipped(&self.what(row), self.ranking_room().names - 8.0);
        (name, vec![Part { value: value.to_f64(), class: "good", hint }], shown)
    }

    fn ranking_table(&self, rows: &[&Row<'_>]) -> Table {
        let heads =
            [Word::What, Word::Money, Word::Energy, Word::Emission, Word::Confidence, Word::Days];
        let table = Table::new(heads.map(|word| self.text(word)));
        let table = table.rows(rows.iter().take(MOST_ROWS).map(|row| self.ranking_row(row)));
        let rest: Vec<Row<'_>> = rows.iter().skip(MOST_ROWS).map(|row| (*row).clone()).collect();
        if rest.is_empty() {
            return table;
        }
        let (energy, money) = sums(&rest);
        let name = self.fill(Word::Others, &[&rest.len().to_string()]);
        let money = Cell::figure(money.units(), self.money(about(money.units())));
        let empty = || Cell::from("");
        table.row([name.into(), money, self.cell_kwh(energy), empty(), empty(), empty()])
    }

    fn ranking_row(&self, row: &Row<'_>) -> Vec<Cell> {
        let found = &row.found;
        let unknown = || Cell::from(self.text(Key::Unknown));
        let money = found
            .money_a_year
            .map(|money| Cell::figure(money.units(), self.money(about(money.units()))));
        let energy = found
            .energy_a_year
            .map(|energy| Cell::figure(energy.kwh(), self.kwh(about(energy.kwh()))));
        let emission = found
            .emission_a_year
            .map(|carbon| Cell::figure(carbon.tonnes(), self.tonnes(carbon.tonnes())));
        let measured = days(found.measured);
        vec![
            self.what(row).into(),
            money.unwrap_or_else(unknown),
            energy.unwrap_or_else(unknown),
            emission.unwrap_or_else(unknown),
            self.text(Self::confidence(row).1).into(),
            Cell::figure(measured, self.exact(measured)),
        ]
    }
}
