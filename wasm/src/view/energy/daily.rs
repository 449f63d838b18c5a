//! Columns over the period, stacked by tariff band.

use super::load::Column;
use super::{Cell, Chapter, Section, Table, Word, share};
use crate::chart::bars::Part;
use crate::chart::stack::{self, Beside};
use crate::format;
use crate::model::WHOLE;
use crate::node::Node;
use crate::strings::Key;
use millwatt::Decimal;
use millwatt::energy::BandUsage;
use millwatt::site::{Band, Site};
use millwatt::time::{Every, Period};
use millwatt::units::{Energy, Money};

/// From so many kWh in a column on they are shown as MWh.
const LARGE: f64 = 20_000.0;

/// What one band costs with tax: all others are given away.
fn cost_of(site: &Site<'_>, bands: &BandUsage, name: &str) -> Money {
    let free = |band: &Band<'_>| if band.name == name { band.price_thousandths } else { 0 };
    let rows: Vec<Band<'_>> =
        site.bands.iter().map(|band| Band { price_thousandths: free(band), ..*band }).collect();
    bands.cost(&Site { bands: &rows, ..*site }).1
}

impl Chapter<'_> {
    pub(super) fn daily(&self) -> Node {
        let used = self.load.columns.iter();
        let used = used.filter_map(|column| Some((column, column.usage.total()?)));
        let Some((top, most)) = used.max_by_key(|(_, total)| *total) else {
            return self.missing("energy.daily", self.text(Key::NoEnergy));
        };
        let most = Energy::from_milliwatt_hours(most).kwh();
        let title = self.daily_title(top, most);
        let (per, unit) = if most.to_f64() >= LARGE { (1_000.0, "MWh") } else { (1.0, "kWh") };
        let names = self.bands();
        let columns: Vec<_> =
            self.load.columns.iter().map(|column| self.column(column, &names, per)).collect();
        let shown = names.iter().map(|name| self.band_name(name).to_owned()).collect();
        let beside = Beside { names: shown, level: self.mean_level(per) };
        let tick = |value| self.number(value);
        let drawing = stack::columns(self.room(), &columns, &beside, unit, tick, &title);
        let section = Section::new("energy.daily", title, self.daily_aid(&names), drawing);
        let section = section.coverage(self.coverage()).table(self.daily_table(&names));
        self.section(section.method(self.text(Word::DailyMethod).to_owned()))
    }

    /// The bands by name, the cheapest first; none without a tariff in the period.
    fn bands(&self) -> Vec<&str> {
        let mut bands: Vec<&Band<'_>> = Vec::new();
        for band in self.view.model.site.bands {
            if !bands.iter().any(|known| known.name == band.name) {
                bands.push(band);
            }
        }
        bands.sort_by_key(|band| band.price_thousandths);
        let priced = self.load.columns.iter().any(|column| {
            let all = Energy::from_milliwatt_hours(column.usage.total().unwrap_or(0));
            column.bands.unpriced() < all
        });
        if priced { bands.into_iter().map(|band| band.name).collect() } else { Vec::new() }
    }

    /// What people call a column.
    pub(super) fn column_name(&self, period: Period) -> String {
        let date = self.model.site.zone_rules().local(period.from).date;
        match self.load.every {
            Every::Day => format::day(date, self.choice.language),
            Every::Week => self.fill(Word::WeekOf, &[&format::day(date, self.choice.language)]),
            Every::Month => format!("{:02}/{}", date.month, date.year),
            Every::Year => date.year.to_string(),
        }
    }

    fn daily_title(&self, top: &Column, most: Decimal) -> String {
        let name = self.column_name(top.period);
        let most = self.kwh(most);
        let mut parts = vec![match self.load.every {
            Every::Day => self.fill(Key::DailyTitle, &[&name, &most]),
            Every::Week | Every::Month | Every::Year => self.fill(Word::ColumnTop, &[&name, &most]),
        }];
        let mut bands = BandUsage::default();
        self.load.columns.iter().for_each(|column| bands.merge(&column.bands));
        if let Some(dearest) = self.bands().last().filter(|_| self.bands().len() > 1) {
            let site = &self.model.site;
            let whole = Energy::from_milliwatt_hours(self.load.usage.total().unwrap_or(0));
            let (own, all) = (cost_of(site, &bands, dearest), bands.cost(site).1);
            let of_cost = Decimal::quotient(own.thousandths(), all.thousandths(), 4);
            if let Some((energy, cost)) = share(bands.of(dearest, site), whole).zip(of_cost) {
                let figures =
                    [self.percent(energy), self.percent(cost), self.band_name(dearest).to_owned()];
                parts.push(self.fill(Word::DailyDear, &figures.each_ref().map(String::as_str)));
            }
        }
        parts.join("; ")
    }

    fn daily_aid(&self, names: &[&str]) -> String {
        let every = match self.load.every {
            Every::Day => Word::DailyAid,
            Every::Week => Word::WeeklyAid,
            Every::Month | Every::Year => Word::MonthlyAid,
        };
        let mut told = vec![self.text(every).to_owned()];
        if names.is_empty() {
            told.push(self.text(Key::NoTariff).to_owned());
        } else {
            told.push(self.fill(Word::TariffSource, &[&self.tariff_sources()]));
        }
        told.join(" ")
    }

    /// The mean of the columns that were measured in full.
    fn mean_level(&self, per: f64) -> Option<(f64, String)> {
        let whole = self.load.columns.iter().filter(|column| is_whole(column));
        let sums: Vec<i128> = whole.filter_map(|column| column.usage.total()).collect();
        let count = i128::try_from(sums.len()).ok()?;
        let mean = Decimal::quotient(sums.iter().sum(), count * 1_000_000, 3)?;
        let told = self.fill(Word::MeanLevel, &[&self.kwh(mean)]);
        (count > 1).then(|| (mean.to_f64() / per, told))
    }

    fn column(&self, column: &Column, names: &[&str], per: f64) -> stack::Column {
        let label = self.column_name(column.period);
        let kwh = |energy: Energy| energy.kwh().to_f64() / per;
        let part = |class, name: &str, energy: Energy| Part {
            value: kwh(energy),
            class,
            hint: format!("{label} · {name} · {}", self.exact_kwh(energy.kwh())),
        };
        let all = Energy::from_milliwatt_hours(column.usage.total().unwrap_or(0));
        let mut parts: Vec<Part> = names
            .iter()
            .map(|name| {
                let energy = column.bands.of(name, &self.model.site);
                part(self.band_class(name), self.band_name(name), energy)
            })
            .collect();
        let (rest, name) = match names.is_empty() {
            true => (all, self.text(Key::Energy)),
            false => (column.bands.unpriced(), self.text(Key::NoPrice)),
        };
        if rest > Energy::ZERO {
            parts.push(part("energy", name, rest));
        }
        let estimated = all - Energy::from_milliwatt_hours(column.usage.measured());
        let covered = self.percent(column.usage.coverage(column.period));
        let hint = format!("{label} · {}", self.fill(Word::Measured, &[&covered]));
        let date = self.model.site.zone_rules().local(column.period.from).date;
        let label = match self.load.every {
            Every::Day | Every::Week => format::day(date, self.choice.language),
            Every::Month | Every::Year => label.clone(),
        };
        stack::Column { label, parts, estimated: kwh(estimated), complete: is_whole(column), hint }
    }

    fn daily_table(&self, names: &[&str]) -> Table {
        let bands = names.iter().map(|name| format!("{} kWh", self.band_name(name)));
        let heads = [self.text(Key::Day).to_owned(), "kWh".to_owned()].into_iter().chain(bands);
        let last = [self.text(Word::EstimatedHead).to_owned(), self.text(Key::Coverage).to_owned()];
        let rows = self.load.columns.iter().map(|column| {
            let exact = |value| self.exact(value);
            let whole = column.usage.total().map(Energy::from_milliwatt_hours);
            let known = |energy: Energy| self.cell(whole.map(|_| energy.kwh()), exact);
            let estimated = whole
                .map(|whole| (whole - Energy::from_milliwatt_hours(column.usage.measured())).kwh());
            let mut cells = vec![Cell::from(self.column_name(column.period))];
            cells.push(known(whole.unwrap_or(Energy::ZERO)));
            let bands = names.iter().map(|name| column.bands.of(name, &self.model.site));
            cells.extend(bands.map(known));
            cells.push(self.cell(estimated, exact));
            let covered = column.usage.coverage(column.period);
            cells.push(Cell::figure(covered, self.percent(covered)));
            cells
        });
        Table::new(heads.chain(last)).rows(rows)
    }
}

fn is_whole(column: &Column) -> bool {
    column.usage.coverage(column.period).to_f64() >= WHOLE
}

#[cfg(test)]
mod tests {
    use super::super::load::by_period;
    use super::super::load::tests::{EMPTY, at, interval};
    use super::*;
    use millwatt::interval::Rule;
    use millwatt::site::Tariff;
    use millwatt::time::{Instant, Weekdays};

    #[test]
    fn the_cost_of_bands_adds_up_to_all() {
        let tariffs = [Tariff { since: Instant::MIN, vat_per_mille: 100, source: "" }];
        let band = |name, days, start, end, price_thousandths| Band {
            tariff: 0,
            name,
            price_thousandths,
            days,
            start,
            end,
        };
        let bands = [
            band("usual", Weekdays(0), 0, 0, 2_000_000),
            band("dear", Weekdays::ALL, 60, 120, 3_000_000),
        ];
        let site = Site { tariffs: &tariffs, bands: &bands, ..EMPTY };
        let period = [Period::new(at(0), at(120))];
        let used = by_period(site, &period, [interval(0, 120, 4_000, Rule::Measured)].into_iter());
        let cost = |name| cost_of(&site, &used[0].bands, name).units().to_string();
        assert_eq!((cost("usual"), cost("dear")), ("4400".to_owned(), "6600".to_owned()));
        assert_eq!(used[0].bands.cost(&site).1.units().to_string(), "11000");
    }
}
