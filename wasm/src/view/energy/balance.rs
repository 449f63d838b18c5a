//! The main meter against the meters below it.

use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::Room;
use crate::chart::axis::{Axis, instant};
use crate::chart::plot::Plot;
use crate::format;
use crate::model::{Calendar, Day};
use crate::node::Node;
use crate::strings::Key;
use millwatt::energy::balance::unmetered;
use millwatt::finding::REPORTABLE_COVERAGE;
use millwatt::time::{Date, Period};
use millwatt::units::Energy;
use millwatt::{Decimal, Name};

/// By how much meters may differ before one of them is wrong: what classes of meters allow.
const TOLERANCE: f64 = 0.02;

/// One day of the main meter and of those below it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Balance {
    date: Date,
    main: Option<Energy>,
    subs: Option<Energy>,
    /// What no sub-meter saw; `None` where a meter did not measure enough of the day.
    share: Option<Decimal>,
}

fn energy(day: &Day) -> Option<Energy> {
    // A day's energy is told in kWh to a milliwatt-hour.
    day.energy.map(|kwh| Energy::from_milliwatt_hours(kwh.units()))
}

fn is_covered(day: &Day) -> bool {
    day.coverage.to_f64() >= REPORTABLE_COVERAGE.to_f64()
}

/// The days of the main meter beside those of its sub-meters.
fn balances(main: &[Day], subs: &[&[Day]]) -> Vec<Balance> {
    let days = main.iter().enumerate().map(|(place, day)| {
        let others: Vec<&Day> = subs.iter().filter_map(|days| days.get(place)).collect();
        let sum = others.iter().try_fold(Energy::ZERO, |sum, day| Some(sum + energy(day)?));
        let covered = is_covered(day) && others.iter().all(|day| is_covered(day));
        let share = energy(day).zip(sum).filter(|_| covered);
        let share = share.and_then(|(main, subs)| unmetered(main, &[subs]));
        Balance { date: day.date, main: energy(day), subs: sum, share }
    });
    days.collect()
}

impl Chapter<'_> {
    pub(super) fn balance(&self) -> Node {
        let calendars = &self.view.model.calendars;
        let main = calendars.iter().find(|one| Some(one.asset) == self.model.site.main);
        let (subs, silent) = self.sub_calendars();
        let Some(main) = main.filter(|_| !subs.is_empty()) else {
            return self.missing("energy.balance", self.text(Word::FlowNoMeters));
        };
        let days: Vec<&[Day]> = subs.iter().map(|one| one.days.as_slice()).collect();
        let rows = balances(&main.days, &days);
        if rows.iter().all(|row| row.share.is_none()) {
            return self.missing("energy.balance", self.text(Word::BalanceMissing));
        }
        let title = self.balance_title(&rows);
        let drawing = self.balance_drawing(&rows, &title);
        let names: Vec<&str> = silent.iter().map(|one| self.name_of(one.asset)).collect();
        let mut aid = self.text(Word::BalanceAid).to_owned();
        if !names.is_empty() {
            aid.push(' ');
            aid.push_str(&self.fill(Word::BalanceSilent, &[&names.join(", ")]));
        }
        let compared = rows.iter().filter(|row| row.share.is_some()).count();
        let figures = [compared.to_string(), rows.len().to_string()];
        let covered = self.fill(Word::DaysCompared, &figures.each_ref().map(String::as_str));
        let section = Section::new("energy.balance", title, aid, drawing).half().coverage(covered);
        let section = section.table(self.balance_table(&rows));
        self.section(section.method(self.text(Word::BalanceMethod).to_owned()))
    }

    /// The meters directly below the main one: those that told something, and those that did not.
    fn sub_calendars(&self) -> (Vec<&Calendar>, Vec<&Calendar>) {
        let is_sub = |one: &&Calendar| {
            self.meters.iter().any(|meter| meter.asset == one.asset && meter.above.is_none())
        };
        let all = self.view.model.calendars.iter().filter(is_sub);
        all.partition(|one| one.days.iter().any(|day| day.energy.is_some()))
    }

    fn balance_title(&self, rows: &[Balance]) -> String {
        let known = self.model.value(Name::Unmetered, "", "");
        let mut told = match known {
            Some(share) if share.units() >= 0 => {
                self.fill(Word::BalanceTitle, &[&self.percent(share)])
            }
            Some(share) => self.fill(Word::BalanceOver, &[&self.percent(negated(share))]),
            None => self.text(Word::BalanceUnknown).to_owned(),
        };
        let over = rows.iter().filter(|row| is_over(row)).count();
        if over > 0 {
            told.push_str("; ");
            told.push_str(&self.fill(Word::BalanceWrong, &[&over.to_string()]));
        }
        told
    }

    fn balance_drawing(&self, rows: &[Balance], title: &str) -> Node {
        let zone = self.view.model.site.zone_rules();
        let hundredths = |share: Decimal| share.to_f64() * 100.0;
        let shares = || rows.iter().filter_map(|row| row.share).map(hundredths);
        let (least, most) = (shares().fold(0.0, f64::min), shares().fold(1.0, f64::max));
        let across = Axis::time(self.model.period, zone, self.choice.language, Room::NARROW);
        let up = Axis::linear(least, most, "%", |value| self.number(value));
        let mut plot = Plot::new(Room::NARROW, 220.0, across, up, title);
        for row in rows {
            let ends = (zone.instant(row.date, 0), zone.instant(row.date.plus_days(1), 0));
            let day = Period::new(ends.0, ends.1).overlap(self.model.period);
            let Some(day) = day else { continue };
            let (from, to) = (instant(day.from), instant(day.to));
            plot = match row.share {
                Some(share) => {
                    let day = format::full_day(row.date, self.choice.language);
                    let told = format!("{day} · {}", self.percent(share));
                    let class = if is_over(row) { "down" } else { "energy" };
                    let share = hundredths(share);
                    plot.bar(class, from, to, share.min(0.0), share.max(0.0), &told)
                }
                None => plot.unmeasured(from, to),
            };
        }
        plot.finish()
    }

    fn balance_table(&self, rows: &[Balance]) -> Table {
        let heads = [
            self.text(Key::Day),
            self.text(Word::MainKwh),
            self.text(Word::SubsKwh),
            self.text(Word::Unmetered),
        ];
        let rows = rows.iter().map(|row| {
            let exact = |value: Decimal| self.exact(value);
            vec![
                Cell::from(format::full_day(row.date, self.choice.language)),
                self.cell(row.main.map(Energy::kwh), exact),
                self.cell(row.subs.map(Energy::kwh), exact),
                self.cell(row.share, |share| self.percent(share)),
            ]
        });
        Table::new(heads).rows(rows)
    }
}

fn is_over(row: &Balance) -> bool {
    row.share.is_some_and(|share| share.to_f64() < -TOLERANCE)
}

fn negated(value: Decimal) -> Decimal {
    Decimal::new(-value.units(), value.places())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(kwh: Option<i128>, coverage: i128) -> Day {
        let date = Date { year: 2026, month: 11, day: 23 };
        let energy = kwh.map(|kwh| Decimal::new(kwh * 1_000_000, 6));
        Day { date, energy, coverage: Decimal::new(coverage, 2) }
    }

    #[test]
    fn a_day_is_compared_where_every_meter_measured_it() {
        let main = [day(Some(100), 100), day(Some(100), 100), day(Some(100), 100)];
        let one = [day(Some(60), 100), day(Some(60), 90), day(Some(60), 100)];
        let other = [day(Some(20), 100), day(Some(20), 100), day(None, 100)];
        let rows = balances(&main, &[&one, &other]);
        let shares: Vec<_> =
            rows.iter().map(|row| row.share.map(|share| share.to_string())).collect();
        assert_eq!(shares, [Some("0.2".to_owned()), None, None]);
    }

    #[test]
    fn meters_below_that_see_more_are_found() {
        let rows = balances(&[day(Some(100), 100)], &[&[day(Some(103), 100)]]);
        assert!(is_over(&rows[0]));
        let rows = balances(&[day(Some(100), 100)], &[&[day(Some(101), 100)]]);
        assert!(!is_over(&rows[0]));
    }
}
