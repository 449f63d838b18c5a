//! The drawing that shows an opportunity, and its table.

use super::model::Row;
use super::words::Word;
use crate::chart::axis::{Axis, instant};
use crate::chart::bars::{self, Part};
use crate::chart::plot::Plot;
use crate::chart::{Room, clipped};
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use crate::view::{Cell, Table, View};
use millwatt::Decimal;
use millwatt::analysis::opportunity::{Bands, Demand, Evidence, Factor, Leaks, Nights, Stops};
use millwatt::production::compressor::LeakTest;
use millwatt::time::{Date, Span};
use millwatt::units::{Energy, Power};

const HEIGHT: f64 = 180.0;
/// The line under which reactive power is charged for in Vietnam; the table itself comes from the site.
const FACTOR_LINE: f64 = 0.9;

fn kilowatts(power: Power) -> f64 {
    power.kw().to_f64()
}

fn minutes(span: Span) -> f64 {
    span.milliseconds() as f64 / 60_000.0
}

impl View<'_> {
    pub(super) fn evidence(&self, row: &Row<'_>, label: &str) -> Node {
        match &row.found.evidence {
            Evidence::Stops(stops) => self.draw_stops(stops, label),
            Evidence::Nights(nights) => self.draw_nights(nights, label),
            Evidence::Bands(bands) => self.draw_bands(bands, label),
            Evidence::Factor(factor) => self.draw_factor(factor, label),
            Evidence::Leaks(leaks) => self.draw_leaks(leaks, label),
            Evidence::Unmetered(share, main) => self.draw_unmetered(*share, *main, label),
            Evidence::Demand(demand) => self.draw_demand(demand, label),
            Evidence::Missing(..) => node("p"),
        }
    }

    /// The hours of a day across, and figures from zero up.
    fn by_hour(&self, most: f64, unit: &str, label: &str) -> Plot {
        let ticks = (0..=24).step_by(6).map(|hour| (f64::from(hour), format!("{hour:02}:00")));
        let across = Axis::exact(0.0, 24.0, ticks.collect());
        let up = Axis::linear(0.0, most, unit, |tick| self.number(tick));
        Plot::new(Room::NARROW, HEIGHT, across, up, label)
    }

    /// Days across, and figures between two ends.
    fn by_day(&self, least: f64, most: f64, unit: &str, label: &str) -> Plot {
        let zone = self.model.site.zone_rules();
        let across = Axis::time(self.model.period, zone, self.choice.language, Room::NARROW);
        let up = Axis::linear(least, most, unit, |tick| self.number(tick));
        Plot::new(Room::NARROW, HEIGHT, across, up, label)
    }

    fn draw_stops(&self, stops: &Stops, label: &str) -> Node {
        let kwh = |energy: &Energy| energy.kwh().to_f64();
        let most = stops.by_hour.iter().map(kwh).fold(0.0, f64::max);
        let plot = self.by_hour(most, "kWh", label);
        let hours = (0..24_u8).zip(&stops.by_hour).filter(|(_, energy)| **energy > Energy::ZERO);
        let drawn = hours.fold(plot, |plot, (hour, energy)| {
            let told = format!("{} · {}", clock(hour), self.kwh(energy.kwh()));
            let from = f64::from(hour);
            plot.bar("idle", from, from + 1.0, 0.0, kwh(energy), &told)
        });
        drawn.finish()
    }

    /// From noon to noon.
    fn night(&self, date: Date) -> (f64, f64) {
        let zone = self.model.site.zone_rules();
        let noon = |date| instant(zone.instant(date, 720));
        (noon(date), noon(date.plus_days(1)))
    }

    fn draw_nights(&self, nights: &Nights, label: &str) -> Node {
        let powers = nights.nights.iter().filter_map(|night| night.power);
        let most = powers.map(kilowatts).fold(0.0, f64::max);
        let base = kilowatts(nights.base);
        let (first, last) = (instant(self.model.period.from), instant(self.model.period.to));
        let plot = self.by_day(0.0, most, "kW", label);
        let drawn = nights.nights.iter().fold(plot, |plot, night| {
            let (from, to) = self.night(night.date);
            let (from, to) = (from.max(first), to.min(last));
            let Some(power) = night.power else { return plot.unmeasured(from, to) };
            let date = format::full_day(night.date, self.choice.language);
            let told = format!("{date} · {}", self.kw(power.kw()));
            let high = kilowatts(power);
            let plot = plot.bar("energy", from, to, 0.0, high.min(base), &told);
            if high > base { plot.bar("down", from, to, base, high, &told) } else { plot }
        });
        let line = self.fill(Word::BaseLine, &[&self.kw(nights.base.kw())]);
        drawn.level("line baseline", base, &line).finish()
    }

    fn draw_bands(&self, bands: &Bands<'_>, label: &str) -> Node {
        let rows = bands.bands.iter().map(|band| {
            let price = Decimal::new(band.price_thousandths.into(), 3);
            let hint = format!(
                "{} · {} · {}/kWh",
                self.band_name(band.name),
                self.kwh(band.energy.kwh()),
                self.money(price)
            );
            let value = band.energy.kwh().to_f64();
            let part = Part { value, class: "energy", hint };
            let name = clipped(self.band_name(band.name), Room::NARROW.names - 8.0);
            (name, vec![part], self.kwh(band.energy.kwh()))
        });
        bars::stacked(Room::NARROW, &rows.collect::<Vec<_>>(), label)
    }

    fn draw_factor(&self, factor: &Factor, label: &str) -> Node {
        let known = || factor.days.iter().filter_map(|(date, value)| Some((*date, (*value)?)));
        let least = known().map(|(_, value)| value.to_f64()).fold(FACTOR_LINE, f64::min);
        let plot = self.by_day((least - 0.02).max(0.0), 1.0, "cos φ", label);
        let drawn = known().fold(plot, |plot, (date, value)| {
            let (noon, _) = self.night(date);
            let date = format::full_day(date, self.choice.language);
            let told = format!("{date} · {}", self.factor(value));
            plot.point("energy", noon, value.to_f64(), &told)
        });
        let line = self.number(FACTOR_LINE);
        drawn.level("line limit", FACTOR_LINE, &line).finish()
    }

    fn draw_leaks(&self, leaks: &Leaks, label: &str) -> Node {
        let both = |test: &LeakTest| minutes(test.loaded + test.unloaded);
        let most = leaks.by_hour.iter().map(both).fold(0.0, f64::max);
        let plot = self.by_hour(most, self.text(Word::Minutes), label);
        let hours = (0..24_u8).zip(&leaks.by_hour).filter(|(_, test)| both(test) > 0.0);
        let drawn = hours.fold(plot, |plot, (hour, test)| {
            let (from, loaded) = (f64::from(hour), minutes(test.loaded));
            let words = [self.minutes(test.loaded), self.minutes(test.unloaded)];
            let [on, off] = words;
            let loaded_word = self.text(Word::Loaded);
            let told = format!(
                "{} · {loaded_word} {on} · {} {off}",
                clock(hour),
                self.text(Word::Unloaded)
            );
            let plot = plot.bar("running", from, from + 1.0, 0.0, loaded, &told);
            plot.bar("idle", from, from + 1.0, loaded, both(test), &told)
        });
        drawn.finish()
    }

    pub(super) fn minutes(&self, span: Span) -> String {
        format::with_unit(&self.number(minutes(span).round()), self.text(Word::Minutes))
    }

    fn draw_unmetered(&self, share: Decimal, main: Option<Energy>, label: &str) -> Node {
        let whole = main.map_or(1.0, |main| main.kwh().to_f64());
        let unknown = whole * share.to_f64();
        let row = |word: Word, value: f64, class: &'static str| {
            let share = Decimal::from_f64(value / whole, 6).unwrap_or(Decimal::new(0, 6));
            let (name, shown) = (self.text(word), self.percent(share));
            let hint = format!("{name} · {shown}");
            let name = clipped(name, Room::NARROW.names - 8.0);
            (name, vec![Part { value, class, hint }], shown)
        };
        let rows = [row(Word::Seen, whole - unknown, "energy"), row(Word::Unseen, unknown, "down")];
        bars::stacked(Room::NARROW, &rows, label)
    }

    fn draw_demand(&self, demand: &Demand, label: &str) -> Node {
        let plot = self.by_day(0.0, kilowatts(demand.peak), "kW", label);
        let zone = self.model.site.zone_rules();
        let begin = |date: Date| instant(zone.instant(date, 0));
        let drawn = demand.days.iter().fold(plot, |plot, (date, power)| {
            let (from, to) = (begin(*date), begin(date.plus_days(1)));
            let Some(power) = power else { return plot.unmeasured(from, to) };
            let class = if *power > demand.limit { "down" } else { "energy" };
            let date = format::full_day(*date, self.choice.language);
            let told = format!("{date} · {}", self.kw(power.kw()));
            plot.bar(class, from, to, 0.0, kilowatts(*power), &told)
        });
        let line = self.fill(Word::LimitLine, &[&self.kw(demand.limit.kw())]);
        drawn.level("line limit", kilowatts(demand.limit), &line).finish()
    }

    /// The figures behind the drawing.
    pub(super) fn evidence_table(&self, row: &Row<'_>) -> Option<Table> {
        let heads = |words: &[Word]| words.iter().map(|word| self.text(*word)).collect::<Vec<_>>();
        let dated = |date: Date| Cell::from(format::full_day(date, self.choice.language));
        let unknown = || Cell::from(self.text(Key::Unknown));
        let power = |power: Option<Power>| power.map_or_else(unknown, |power| self.cell_kw(power));
        let table = match &row.found.evidence {
            Evidence::Stops(stops) => {
                let hours = (0..24_u8).zip(&stops.by_hour);
                let row = |(hour, energy): (u8, &Energy)| {
                    vec![clock(hour).into(), self.cell_kwh(*energy)]
                };
                Table::new(heads(&[Word::Hour, Word::Energy])).rows(hours.map(row))
            }
            Evidence::Nights(nights) => {
                let rows =
                    nights.nights.iter().map(|night| vec![dated(night.date), power(night.power)]);
                Table::new(heads(&[Word::Date, Word::Power])).rows(rows)
            }
            Evidence::Demand(demand) => {
                let rows = demand.days.iter().map(|(date, peak)| vec![dated(*date), power(*peak)]);
                Table::new(heads(&[Word::Date, Word::Power])).rows(rows)
            }
            Evidence::Factor(factor) => {
                let shown = |value: Decimal| Cell::figure(value, self.factor(value));
                let rows = factor
                    .days
                    .iter()
                    .map(|(date, value)| vec![dated(*date), value.map_or_else(unknown, shown)]);
                Table::new(heads(&[Word::Date, Word::Factor])).rows(rows)
            }
            Evidence::Bands(bands) => self.table_of_bands(bands),
            Evidence::Leaks(leaks) => {
                let hours = (0..24_u8).zip(&leaks.by_hour);
                let row = |(hour, test): (u8, &LeakTest)| -> Vec<Cell> {
                    let spans = [test.loaded, test.unloaded].map(|span| self.minutes(span));
                    [clock(hour)].into_iter().chain(spans).map(Cell::from).collect()
                };
                let heads = heads(&[Word::Hour, Word::Loaded, Word::Unloaded]);
                Table::new(heads).rows(hours.map(row))
            }
            Evidence::Unmetered(..) | Evidence::Missing(..) => return None,
        };
        Some(table)
    }

    fn table_of_bands(&self, bands: &Bands<'_>) -> Table {
        let heads = [Word::Band, Word::Price, Word::Energy].map(|word| self.text(word));
        let by_band = bands.bands.iter().map(|band| {
            let price = Decimal::new(band.price_thousandths.into(), 3);
            let price = Cell::figure(price, self.money(price));
            vec![self.band_name(band.name).into(), price, self.cell_kwh(band.energy)]
        });
        let dearest = bands.bands.first().map_or("", |band| self.band_name(band.name));
        let by_machine = bands.machines.iter().map(|(id, energy)| {
            let name = self.model.site.asset(*id).map_or("", |asset| asset.name);
            vec![format!("{dearest}: {name}").into(), "".into(), self.cell_kwh(*energy)]
        });
        Table::new(heads).rows(by_band).rows(by_machine)
    }

    pub(super) fn cell_kwh(&self, energy: Energy) -> Cell {
        Cell::figure(energy.kwh(), self.kwh(energy.kwh()))
    }

    fn cell_kw(&self, power: Power) -> Cell {
        Cell::figure(power.kw(), self.kw(power.kw()))
    }

    /// The meaning of two colours, where there are two.
    pub(super) fn evidence_legend(&self, row: &Row<'_>) -> Option<Node> {
        let Evidence::Leaks(_) = &row.found.evidence else { return None };
        let mark = |class: &'static str, word: Word| {
            let mark = node("span").class(class).text("■");
            node("span").child(mark).text(" ").text(self.text(word))
        };
        let marks = [mark("running", Word::Loaded), mark("idle", Word::Unloaded)];
        Some(node("p").class("legend").children(marks))
    }
}

fn clock(hour: u8) -> String {
    format!("{hour:02}:00")
}
