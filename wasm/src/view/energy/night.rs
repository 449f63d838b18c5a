//! What is drawn while no shift is on.

use super::load::{Drawn, Window, sum};
use super::{Cell, Chapter, Section, Table, Word, share};
use crate::chart::Room;
use crate::chart::axis::{Axis, instant};
use crate::chart::plot::Plot;
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::Decimal;
use millwatt::time::{Every, Period, Span, Zone};
use millwatt::units::{Energy, Power};

/// Days of a year, for what a period's nights come to.
const DAYS_A_YEAR: i64 = 365;

/// What was drawn outside shifts in each of successive stretches.
fn closed_by(windows: &[Window], periods: &[Period]) -> Vec<(Period, Drawn)> {
    let closed_in = |period: &Period| {
        let from = windows.partition_point(|window| window.begins < period.from);
        let to = windows.partition_point(|window| window.begins < period.to);
        let inside = windows.get(from..to).unwrap_or_default();
        (*period, sum(inside.iter().map(Window::closed)))
    };
    periods.iter().map(closed_in).collect()
}

/// What was drawn outside shifts on each weekday, Monday first.
fn closed_on(windows: &[Window], zone: Zone<'_>) -> [Drawn; 7] {
    let mut days = [Drawn::default(); 7];
    for window in windows {
        let weekday = zone.local(window.begins).weekday.index();
        if let Some(day) = days.get_mut(usize::from(weekday)) {
            *day += window.closed();
        }
    }
    days
}

/// What a measured stretch comes to in a year; `None` of no time.
fn a_year(amount: f64, measured: Span) -> Option<f64> {
    let year = Span::DAY.times(DAYS_A_YEAR).milliseconds() as f64;
    let measured = measured.milliseconds() as f64;
    (measured > 0.0).then(|| amount * year / measured)
}

impl Chapter<'_> {
    pub(super) fn night(&self) -> Node {
        let closed = self.load.closed();
        let Some(power) = closed.power().filter(|_| !self.model.site.shifts.is_empty()) else {
            return self.missing("energy.night", &self.no_night());
        };
        let zone = self.view.model.site.zone_rules();
        let cut = |every| {
            let periods: Vec<Period> = self.model.period.every(every, zone).collect();
            closed_by(&self.load.windows, &periods)
        };
        let (days, weeks) = (cut(Every::Day), cut(Every::Week));
        let title = self.night_title(power, closed, &weeks);
        let drawing = self.night_drawing(&days, &weeks, &title);
        let aid = self.text(Word::NightAid).to_owned();
        let section = Section::new("energy.night", title, aid, drawing).half();
        let section = section.coverage(self.coverage());
        let section = section.table(self.night_table(closed, &weeks));
        self.section(section.method(self.text(Word::NightMethod).to_owned()))
    }

    fn no_night(&self) -> String {
        let base = self.load.histogram.quantile(5);
        match base.filter(|_| self.model.site.shifts.is_empty()) {
            Some(base) => self.fill(Word::NightNoShifts, &[&self.power(base)]),
            None => self.text(Word::NightMissing).to_owned(),
        }
    }

    /// What closed hours cost in a year, with tax; `None` without a tariff.
    fn closed_cost_a_year(&self) -> Option<Decimal> {
        let site = &self.model.site;
        let cost = self.load.measured_bands.cost(site).1 - self.load.open_bands.cost(site).1;
        let cost = cost.units().to_f64();
        let year = a_year(cost, self.load.usage.measured_time()).filter(|_| cost > 0.0)?;
        Decimal::from_f64(year, 0)
    }

    fn night_title(&self, power: Power, closed: Drawn, weeks: &[(Period, Drawn)]) -> String {
        let measured = Energy::from_milliwatt_hours(self.load.usage.measured());
        let part = share(closed.energy, measured).unwrap_or(Decimal::new(0, 4));
        let figures = [self.power(power), self.percent(part)];
        let mut told = vec![self.fill(Word::NightTitle, &figures.each_ref().map(String::as_str))];
        if let Some(cost) = self.closed_cost_a_year() {
            told.push(self.fill(Word::NightCost, &[&self.money(cost)]));
        }
        let known = || weeks.iter().filter_map(|(_, drawn)| drawn.power());
        if let Some((first, last)) =
            known().next().zip(known().next_back()).filter(|_| weeks.len() > 2)
        {
            let figures = [self.power(first), self.power(last)];
            told.push(self.fill(Word::NightMoved, &figures.each_ref().map(String::as_str)));
        }
        told.join("; ")
    }

    fn night_drawing(
        &self,
        days: &[(Period, Drawn)],
        weeks: &[(Period, Drawn)],
        title: &str,
    ) -> Node {
        let zone = self.view.model.site.zone_rules();
        let kw = |drawn: &Drawn| drawn.power().map(|power| power.kw().to_f64());
        let base = self.load.histogram.quantile(5).map(|base| base.kw().to_f64());
        let all = days.iter().filter_map(|(_, drawn)| kw(drawn)).chain(base);
        let most = all.fold(1e-6, f64::max);
        let across = Axis::time(self.model.period, zone, self.choice.language, Room::NARROW);
        let up = Axis::linear(0.0, most, "kW", |value| self.number(value));
        let mut plot = Plot::new(Room::NARROW, 220.0, across, up, title);
        for (day, drawn) in days {
            let (from, to) = (instant(day.from), instant(day.to));
            plot = match drawn.power() {
                Some(power) => {
                    let told = format!("{} · {}", self.date(day.from), self.power(power));
                    plot.bar("energy price1", from, to, 0.0, power.kw().to_f64(), &told)
                }
                None => plot.unmeasured(from, to),
            };
        }
        if weeks.len() > 2 {
            let ends = weeks.last().map(|(week, drawn)| (instant(week.to), kw(drawn)));
            let steps = weeks.iter().map(|(week, drawn)| (instant(week.from), kw(drawn)));
            plot = plot.steps("line ink", steps.chain(ends));
        }
        if let Some(base) = base {
            let told = self.fill(Word::BaseLevel, &[&self.kilowatts(base)]);
            plot = plot.level("level", base, &told);
        }
        plot.finish()
    }

    fn night_table(&self, closed: Drawn, weeks: &[(Period, Drawn)]) -> Table {
        let heads = [
            self.text(Word::ClosedHours),
            self.text(Word::Hours),
            "kWh",
            "kW",
            self.text(Word::KwhAYear),
        ];
        let whole = self.night_row(self.text(Key::Period).to_owned(), closed, true);
        let weekdays = closed_on(&self.load.windows, self.model.site.zone_rules());
        let weekdays = weekdays.into_iter().enumerate().map(|(day, drawn)| {
            self.night_row(self.text(Key::weekday(day)).to_owned(), drawn, true)
        });
        let weeks = weeks.iter().map(|(week, drawn)| {
            let date = self.model.site.zone_rules().local(week.from).date;
            let name = self.fill(Word::WeekOf, &[&format::day(date, self.choice.language)]);
            self.night_row(name, *drawn, false)
        });
        Table::new(heads).rows([whole]).rows(weekdays).rows(weeks)
    }

    /// A row; what it comes to in a year only where it is of the whole period.
    fn night_row(&self, name: String, drawn: Drawn, is_of_all: bool) -> Vec<Cell> {
        let exact = |value: Decimal| self.exact(value);
        let hours = drawn.time.hours().rounded(2);
        let kwh = drawn.energy.kwh().rounded(3);
        let known = drawn.power();
        let year = a_year(kwh.to_f64(), self.load.usage.measured_time());
        let year = year.and_then(|year| Decimal::from_f64(year, 0)).filter(|_| known.is_some());
        vec![
            Cell::from(name),
            Cell::figure(hours, self.exact(hours)),
            self.cell(known.map(|_| kwh), exact),
            self.cell(known.map(|power| power.kw().rounded(3)), exact),
            if is_of_all { self.cell(year, exact) } else { "–".into() },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::Load;
    use super::super::load::tests::{EMPTY, at, interval};
    use super::*;
    use millwatt::interval::Rule;
    use millwatt::site::{Shift, Site};
    use millwatt::time::Weekdays;

    #[test]
    fn nights_are_told_by_weekday_and_by_stretch() {
        // 1 kW all of Monday and Tuesday; a shift of 8 hours on Mondays.
        let shifts = [Shift { name: "", days: Weekdays(1), start: 480, end: 960 }];
        let site = Site { shifts: &shifts, ..EMPTY };
        let period = Period::new(at(0), at(2 * 1_440));
        let rows = [interval(0, 2 * 1_440, 48_000, Rule::Measured)];
        let load = Load::of(site, period, Power::from_milliwatts(1_000_000), rows.into_iter());
        let days = closed_on(&load.windows, site.zone_rules());
        let kwh = |drawn: &Drawn| drawn.energy.kwh().to_string();
        assert_eq!(
            (kwh(&days[0]), kwh(&days[1]), kwh(&days[2])),
            ("16".into(), "24".into(), "0".into())
        );
        let halves = [Period::new(at(0), at(720)), Period::new(at(720), at(1_440))];
        let closed: Vec<_> =
            closed_by(&load.windows, &halves).iter().map(|(_, drawn)| kwh(drawn)).collect();
        assert_eq!(closed, ["8", "8"]);
        assert_eq!(a_year(40.0, Span::DAY.times(2)), Some(7_300.0));
        assert_eq!(a_year(40.0, Span::ZERO), None);
    }
}
