//! The power factor, what it costs, and what capacitors would lift it.

use super::load::{Column, by_period};
use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::Room;
use crate::chart::axis::{Axis, instant};
use crate::chart::plot::Plot;
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::energy::power_factor;
use millwatt::energy::reactive::compensation;
use millwatt::evaluate::intervals_within;
use millwatt::reading::ChannelId;
use millwatt::site::Quantity;
use millwatt::time::{Every, Period};
use millwatt::units::{Energy, Money, ReactiveEnergy};
use millwatt::{Decimal, Name};

/// The power factor from which nothing is charged.
const FREE: f64 = 0.9;
/// What is aimed at where capacitors are bought.
const AIMED: f64 = 0.95;

/// The power factor of a stretch of time, from its energies.
#[derive(Debug, Clone, Copy)]
struct Factor {
    period: Period,
    value: Option<Decimal>,
    active: Option<i128>,
    reactive: Option<i128>,
    /// Before tax.
    cost: Money,
}

impl Chapter<'_> {
    pub(super) fn factor(&self) -> Node {
        let main = self.model.main();
        let figure = self.model.figure(Name::PowerFactor, main, "");
        let channels = self.both_channels();
        let value = figure.and_then(|figure| figure.value);
        let Some(((active, reactive), value)) = channels.zip(value) else {
            let why = self.fill(Word::FactorMissing, &[&self.reasons(figure)]);
            return self.missing("energy.factor", &why);
        };
        let periods: Vec<Period> = self.load.columns.iter().map(|column| column.period).collect();
        let rows = self.factors(&self.load.columns, reactive, &periods);
        let zone = self.view.model.site.zone_rules();
        let months: Vec<Period> = self.model.period.every(Every::Month, zone).collect();
        let by_month = match months.len() > 1 {
            true => self.factors_of_months(active, reactive, &months),
            false => Vec::new(),
        };
        let title = self.factor_title(value);
        let drawing = self.factor_drawing(&rows, &title);
        let section =
            Section::new("energy.factor", title, self.factor_aid(value, &by_month), drawing);
        let covered = figure.map_or(Decimal::new(0, 4), |figure| figure.coverage);
        let section = section.half().coverage(self.fill(Word::Measured, &[&self.percent(covered)]));
        let section = section.table(self.factor_table(&rows, &by_month));
        self.section(section.method(self.factor_method()))
    }

    fn both_channels(&self) -> Option<(ChannelId, ChannelId)> {
        let site = &self.model.site;
        let channel = |quantity| site.channel_of(site.main?, quantity);
        channel(Quantity::ActiveEnergy).zip(channel(Quantity::ReactiveEnergyLagging))
    }

    fn factors(&self, active: &[Column], reactive: ChannelId, periods: &[Period]) -> Vec<Factor> {
        let site = self.view.model.site;
        let intervals = intervals_within(&site, self.archive, reactive, self.model.period);
        let reactive = by_period(site, periods, intervals);
        let both = active.iter().zip(&reactive);
        both.map(|(active, reactive)| {
            let totals = active.usage.total().zip(reactive.usage.total());
            let value = totals.and_then(|(active, reactive)| {
                power_factor(
                    Energy::from_milliwatt_hours(active),
                    ReactiveEnergy::from_millivar_hours(reactive),
                )
            });
            Factor {
                period: active.period,
                value,
                active: active.usage.total(),
                reactive: reactive.usage.total(),
                cost: active.bands.cost(&site).0,
            }
        })
        .collect()
    }

    fn factors_of_months(
        &self,
        active: ChannelId,
        reactive: ChannelId,
        months: &[Period],
    ) -> Vec<Factor> {
        let site = self.view.model.site;
        let intervals = intervals_within(&site, self.archive, active, self.model.period);
        self.factors(&by_period(site, months, intervals), reactive, months)
    }

    fn places(&self, value: Decimal) -> String {
        format::places(value, 2, self.choice.language)
    }

    fn factor_title(&self, value: Decimal) -> String {
        let below = value.to_f64() < FREE;
        let key = if below { Word::FactorLow } else { Word::FactorGood };
        let mut told = self.fill(key, &[&self.places(value)]);
        let charge = self.model.value(Name::ReactiveCharge, "", "");
        if let Some(charge) = charge.filter(|charge| charge.units() > 0) {
            told.push_str("; ");
            told.push_str(&self.fill(Word::FactorCharge, &[&self.money(charge)]));
        }
        if let Some(kvar) = self.kvar(value, AIMED).filter(|_| below) {
            told.push_str("; ");
            told.push_str(&self.fill(Word::FactorKvar, &[&self.kilovars(kvar)]));
        }
        told
    }

    /// Capacitors for the mean load while a shift is on; over all time where there are no shifts.
    fn kvar(&self, factor: Decimal, wanted: f64) -> Option<f64> {
        compensation(self.running_load()?, factor.to_f64(), wanted)
    }

    fn running_load(&self) -> Option<f64> {
        let open = match self.model.site.shifts.is_empty() {
            true => self.load.closed(),
            false => self.load.open(),
        };
        open.power().map(|power| power.kw().to_f64())
    }

    fn kilovars(&self, kvar: f64) -> String {
        format::with_unit(&self.brief(kvar), "kvar")
    }

    fn factor_aid(&self, value: Decimal, by_month: &[Factor]) -> String {
        let mut told = vec![self.text(Word::FactorAid).to_owned()];
        let needs = [FREE, AIMED].map(|wanted| self.kvar(value, wanted));
        if let ([free, Some(aimed)], Some(load)) = (needs, self.running_load()) {
            let free = free.map_or_else(|| self.kilovars(0.0), |kvar| self.kilovars(kvar));
            let figures = [self.kilowatts(load), self.places(value), free, self.kilovars(aimed)];
            let figures = figures.each_ref().map(String::as_str);
            told.push(self.fill(Word::FactorNeeds, &figures));
        }
        let charge = self.model.figure(Name::ReactiveCharge, "", "");
        match charge {
            Some(charge) if charge.value.is_none() => {
                told.push(self.fill(Word::FactorNoCharge, &[&self.reasons(Some(charge))]));
            }
            None => told.push(self.text(Word::FactorNoRule).to_owned()),
            Some(_) => {}
        }
        if !by_month.is_empty() {
            told.push(self.text(Word::FactorMonths).to_owned());
        }
        told.join(" ")
    }

    fn factor_drawing(&self, rows: &[Factor], title: &str) -> Node {
        let zone = self.view.model.site.zone_rules();
        let across = Axis::time(self.model.period, zone, self.choice.language, Room::NARROW);
        let known = rows.iter().filter_map(|row| row.value).map(Decimal::to_f64);
        let least = known.fold(FREE, f64::min);
        let up = Axis::linear(least - 0.05, 1.0, "cos φ", |value| self.number(value));
        let mut plot = Plot::new(Room::NARROW, 220.0, across, up, title);
        let middle = |row: &Factor| f64::midpoint(instant(row.period.from), instant(row.period.to));
        plot = plot.level("limit", FREE, self.text(Word::FactorLine));
        let line = rows.iter().map(|row| (middle(row), row.value.map(Decimal::to_f64)));
        plot = plot.line("line energy", line);
        for row in rows {
            let Some(value) = row.value else {
                plot = plot.unmeasured(instant(row.period.from), instant(row.period.to));
                continue;
            };
            let class = if value.to_f64() < FREE { "down" } else { "energy" };
            let told = format!("{} · {}", self.column_name(row.period), self.places(value));
            plot = plot.point(class, middle(row), value.to_f64(), &told);
        }
        plot.finish()
    }

    fn factor_table(&self, rows: &[Factor], by_month: &[Factor]) -> Table {
        let heads = [
            self.text(Key::Period),
            "cos φ",
            "kWh",
            "kvarh",
            self.text(Word::Surcharge),
            self.text(Word::ChargeHead),
        ];
        let day = |row: &Factor| self.factor_row(self.column_name(row.period), row, false);
        let month = |row: &Factor| {
            let date = self.model.site.zone_rules().local(row.period.from).date;
            self.factor_row(format!("{:02}/{}", date.month, date.year), row, true)
        };
        let months: Vec<Vec<Cell>> = by_month.iter().map(month).collect();
        Table::new(heads).rows(months).rows(rows.iter().map(day))
    }

    /// A row; what it costs only where it can be a billing cycle.
    fn factor_row(&self, name: String, row: &Factor, is_cycle: bool) -> Vec<Cell> {
        let exact = |value| self.exact(value);
        let rule = self.model.site.facts.reactive.filter(|_| is_cycle).zip(row.value);
        let share = rule.map(|(rule, factor)| rule.share(factor));
        let charge = rule.map(|(rule, factor)| rule.charge(factor, row.cost).units());
        let or_nothing = |value: Option<Decimal>, shown: String| match value {
            Some(value) => Cell::figure(value, shown),
            None => "–".into(),
        };
        let shown_share = share.map_or_else(String::new, |share| self.percent(share));
        let shown_charge = charge.map_or_else(String::new, |charge| self.money(charge));
        vec![
            Cell::from(name),
            self.cell(row.value, |value| format::places(value, 3, self.choice.language)),
            self.cell(row.active.map(|sum| Energy::from_milliwatt_hours(sum).kwh()), exact),
            self.cell(
                row.reactive.map(|sum| ReactiveEnergy::from_millivar_hours(sum).kvarh()),
                exact,
            ),
            or_nothing(share, shown_share),
            or_nothing(charge, shown_charge),
        ]
    }

    fn factor_method(&self) -> String {
        let source = self.model.site.facts.reactive.map_or("–", |rule| rule.source);
        self.fill(Word::FactorMethod, &[source])
    }
}
