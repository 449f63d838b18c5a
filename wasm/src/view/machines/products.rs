//! Shifts and products side by side: output, energy for a unit, availability, and whether a
//! difference is more than the days' own.

use super::compare::{Difference, ProductSum, ShiftSum, deviation, difference, per_unit};
use super::words::Word;
use super::{Chapter, millionths};
use crate::chart::bars::{Part, stacked};
use crate::chart::clipped;
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::Decimal;
use millwatt::units::Amount;

const NAME: &str = "machines.products";
/// Most products that are drawn and listed.
const MOST: usize = 12;

/// One row of the comparison: a shift or a product.
struct Compared {
    name: String,
    per_unit: Option<Decimal>,
    unit: String,
    days: Vec<f64>,
    class: &'static str,
}

impl Chapter<'_> {
    pub(super) fn products(&self) -> Node {
        let shifts = super::compare::shifts(&self.shop, &self.accounts);
        let products = super::compare::products(&self.shop, &self.view.model.days);
        if shifts.len() < 2 && products.len() < 2 {
            return self.view.missing(NAME, self.view.text(Word::NothingToCompare));
        }
        let title = self.compared_title(&shifts, &products);
        let compared = self.compared(&shifts, &products);
        let mut drawing = node("div");
        if compared.iter().any(|row| row.per_unit.is_some()) {
            drawing = drawing.child(self.compared_bars(&compared, &title));
        }
        if !shifts.is_empty() {
            drawing = drawing.child(self.scrolled(self.shift_table(&shifts)));
        }
        drawing = match products.is_empty() {
            true => drawing.child(node("p").class("note").text(self.view.text(Word::NoProducts))),
            false => drawing.child(self.scrolled(self.product_table(&products))),
        };
        let aid = self.view.text(Word::CompareAid).to_owned();
        let section =
            Section::new(NAME, title, aid, drawing).coverage(self.compared_coverage(&shifts));
        self.view.section(section.method(self.view.text(Word::CompareMethod).to_owned()))
    }

    fn scrolled(&self, table: Table) -> Node {
        node("div").class("scroll").with("tabindex", "0").child(table.shown())
    }

    fn kwh_unit(&self, unit: &str) -> String {
        let unit = if unit.is_empty() { self.shop.site.output_unit } else { unit };
        format!("kWh/{unit}")
    }

    fn compared(&self, shifts: &[ShiftSum<'_>], products: &[ProductSum<'_>]) -> Vec<Compared> {
        let row_of_shift = |shift: &ShiftSum<'_>| Compared {
            name: shift.name.to_owned(),
            per_unit: of_shift(shift),
            unit: self.kwh_unit(""),
            days: shift.ratios(),
            class: "energy",
        };
        let of_product = |product: &ProductSum<'_>| Compared {
            name: product.name.to_owned(),
            per_unit: product.per_unit(),
            unit: self.kwh_unit(product.unit),
            days: product.ratios.clone(),
            class: "energy",
        };
        let products = products.iter().take(MOST).map(of_product);
        shifts.iter().map(row_of_shift).chain(products).collect()
    }

    /// The best and the worst shift, or product where there is one shift, and what days say of it.
    fn compared_title(&self, shifts: &[ShiftSum<'_>], products: &[ProductSum<'_>]) -> String {
        let rows = match shifts.len() {
            0 | 1 => self.compared(&[], products),
            _ => self.compared(shifts, &[]),
        };
        let figure = |row: &&Compared| row.per_unit.map(millionths);
        let known = || rows.iter().filter(|row| row.per_unit.is_some());
        let both = known().min_by_key(figure).zip(known().max_by_key(figure));
        let Some((best, worst)) = both.filter(|(best, worst)| best.name != worst.name) else {
            return self.availability_title(shifts);
        };
        let key = match difference(&best.days, &worst.days) {
            Difference::TooFew => Word::CompareFew,
            Difference::WithinSpread => Word::CompareWithin,
            Difference::BeyondSpread => Word::CompareBeyond,
        };
        let figures = [best, worst].map(|row| (row.name.as_str(), self.compared_figure(row)));
        let [(best, low), (worst, high)] = &figures;
        self.view.fill(key, &[best, low, worst, high])
    }

    /// Without energy for a unit: which shift's machines ran most of their time.
    fn availability_title(&self, shifts: &[ShiftSum<'_>]) -> String {
        let known = shifts.iter().filter_map(|shift| Some((shift, shift.time.availability()?)));
        let best = known.max_by_key(|(_, share)| millionths(*share));
        match best {
            Some((shift, share)) => {
                self.view.fill(Word::CompareAvailability, &[shift.name, &self.view.percent(share)])
            }
            None => self.view.text(Word::CompareNothing).to_owned(),
        }
    }

    fn compared_figure(&self, row: &Compared) -> String {
        let language = self.view.choice.language;
        row.per_unit.map_or_else(
            || self.unknown().to_owned(),
            |value| format::with_unit(&format::short(value, language), &row.unit),
        )
    }

    fn compared_bars(&self, rows: &[Compared], title: &str) -> Node {
        let room = self.view.room();
        let known = rows.iter().filter_map(|row| Some((row, row.per_unit?)));
        let bars: Vec<_> = known
            .map(|(row, value)| {
                let shown = self.compared_figure(row);
                let spread = self.spread_text(&row.days);
                let hint = format!("{} · {shown} {spread}", row.name);
                let part = Part { value: value.to_f64(), class: row.class, hint };
                (clipped(&row.name, room.names - 8.0), vec![part], shown)
            })
            .collect();
        stacked(room, &bars, title)
    }

    /// The deviation of days around their mean, with its sign; empty where there are too few.
    fn spread_text(&self, days: &[f64]) -> String {
        let spread = deviation(days).and_then(|spread| Decimal::from_f64(spread, 6));
        spread.map_or_else(String::new, |spread| {
            format!("± {}", format::short(spread, self.view.choice.language))
        })
    }

    fn amount_cell(&self, amount: Option<Amount>, unit: &str) -> Cell {
        let Some(amount) = amount else { return self.unknown().into() };
        let short = format::short(amount.units(), self.view.choice.language);
        Cell::figure(amount.units(), format::with_unit(&short, unit))
    }

    fn ratio_cell(&self, value: Option<Decimal>, unit: &str) -> Cell {
        let Some(value) = value else { return self.unknown().into() };
        let short = format::short(value, self.view.choice.language);
        Cell::figure(value, format::with_unit(&short, unit))
    }

    fn shift_table(&self, shifts: &[ShiftSum<'_>]) -> Table {
        let heads = [
            self.view.text(Word::ShiftHead),
            self.view.text(Word::TimesHead),
            self.view.text(Key::Output),
            self.view.text(Key::Energy),
            self.view.text(Key::SpecificEnergy),
            self.view.text(Word::SpreadHead),
            self.view.text(Key::Availability),
            "OEE",
        ];
        let rows = shifts.iter().map(|shift| {
            let count = i128::try_from(shift.count()).unwrap_or(i128::MAX);
            let energy = shift.energy();
            vec![
                shift.name.into(),
                Cell::figure(Decimal::new(count, 0), count.to_string()),
                self.amount_cell(shift.made(), self.shop.site.output_unit),
                self.energy_cell(energy.unwrap_or_default(), energy.is_some()),
                self.ratio_cell(of_shift(shift), &self.kwh_unit("")),
                self.spread_text(&shift.ratios()).into(),
                self.percent_cell(shift.time.availability()),
                self.percent_cell(shift.oee),
            ]
        });
        Table::new(heads).rows(rows)
    }

    fn product_table(&self, products: &[ProductSum<'_>]) -> Table {
        let heads = [
            self.view.text(Word::ProductHead),
            self.view.text(Key::Output),
            self.view.text(Word::OwnDaysHead),
            self.view.text(Word::SharedDaysHead),
            self.view.text(Key::SpecificEnergy),
            self.view.text(Word::SpreadHead),
        ];
        let rows = products.iter().take(MOST).map(|product| {
            let unit =
                if product.unit.is_empty() { self.shop.site.output_unit } else { product.unit };
            vec![
                product.name.into(),
                self.amount_cell(Some(product.made), unit),
                product.ratios.len().to_string().into(),
                product.shared_days.to_string().into(),
                self.ratio_cell(product.per_unit(), &self.kwh_unit(product.unit)),
                self.spread_text(&product.ratios).into(),
            ]
        });
        Table::new(heads).rows(rows)
    }

    fn compared_coverage(&self, shifts: &[ShiftSum<'_>]) -> String {
        let output = self.shop.site.output.and_then(|output| self.shop.site.asset(output));
        let judged = shifts.iter().any(|shift| shift.oee.is_some());
        match output.filter(|_| judged) {
            Some(asset) => self.view.fill(Word::CompareCoverage, &[asset.name]),
            None => self.view.text(Word::CompareNoOee).to_owned(),
        }
    }
}

fn of_shift(shift: &ShiftSum<'_>) -> Option<Decimal> {
    per_unit(shift.energy()?, shift.made()?)
}
