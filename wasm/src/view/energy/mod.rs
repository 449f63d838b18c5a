//! Energy by day, time of day, hour of the week and tariff band.

use super::View;
use crate::chart::bars::{Column, Part};
use crate::chart::heat::Cell;
use crate::chart::{bars, heat, lines};
use crate::format::{self, day};
use crate::model::Day;
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::time::Date;
use millwatt::units::Power;
use millwatt::{Decimal, Name};

/// Coverage from which a day counts as measured in full; the last minute may still be under way.
const WHOLE: f64 = 0.999;

impl View<'_> {
    pub(super) fn energy_sections(&self) -> Vec<Node> {
        if self.model.days.iter().all(|day| day.energy.is_none()) {
            return vec![self.missing(Key::NoEnergy)];
        }
        let sections = [self.daily(), self.profile(), self.week(), self.bands()];
        sections.into_iter().flatten().collect()
    }

    fn daily(&self) -> Option<Node> {
        let days = &self.model.days;
        let most = days.iter().filter_map(|day| day.energy.map(|energy| (day, energy)));
        let (top, energy) = most.max_by_key(|(_, energy)| energy.rounded(6).units())?;
        let title = self.fill(Key::DailyTitle, &[&day(top.date, self.language), &self.kwh(energy)]);
        let columns: Vec<Column> = days.iter().map(|day| self.day_column(day)).collect();
        let drawing = bars::columns(self.room, &columns, "kWh", |tick| self.number(tick), &title);
        let heads = [Key::Day, Key::Value, Key::Coverage].map(|key| self.text(key).to_owned());
        let rows = days.iter().map(|day| self.day_row(day)).collect();
        let table = self.table(&heads, rows);
        Some(self.section(title, self.text(Key::DailyAid).to_owned(), drawing, Some(table)))
    }

    fn day_column(&self, of: &Day) -> Column {
        let row = self.day_row(of);
        Column {
            label: of.date.day.to_string(),
            value: of.energy.map(Decimal::to_f64),
            complete: of.coverage.to_f64() >= WHOLE,
            hint: row.join(" · "),
        }
    }

    fn day_row(&self, of: &Day) -> Vec<String> {
        let energy =
            of.energy.map(|energy| format::with_unit(&format::exact(energy, self.language), "kWh"));
        let energy = energy.unwrap_or_else(|| self.text(Key::Unknown).to_owned());
        vec![format::full_day(of.date, self.language), energy, self.percent(of.coverage)]
    }

    fn profile(&self) -> Option<Node> {
        let profile = &self.model.profile;
        let top = (0..profile.len()).max_by_key(|place| profile[*place].mean)?;
        let base = profile.iter().map(|quarter| quarter.mean).min()?;
        let time = |place: usize| format!("{:02}:{:02}", place / 4, place % 4 * 15);
        let peak = self.kw(profile[top].mean.kw());
        let title = self.fill(Key::ProfileTitle, &[&peak, &time(top), &self.kw(base.kw())]);
        let kw = |power: Power| power.kw().to_f64();
        let points: Vec<_> =
            profile.iter().map(|q| (kw(q.least), kw(q.mean), kw(q.most))).collect();
        let drawing =
            lines::profile(self.room, &points, "kW", |tick| self.number(tick), &title, &title);
        let heads =
            [self.text(Key::Hour).to_owned(), "min kW".into(), "kW".into(), "max kW".into()];
        let rows = profile.iter().enumerate().map(|(place, quarter)| {
            let figures = [quarter.least, quarter.mean, quarter.most];
            let shown = figures.map(|power| format::places(power.kw(), 3, self.language));
            [vec![time(place)], shown.to_vec()].concat()
        });
        let table = self.table(&heads, rows.collect());
        Some(self.section(title, self.text(Key::ProfileAid).to_owned(), drawing, Some(table)))
    }

    fn week(&self) -> Option<Node> {
        let week = &self.model.week;
        let all = (0..7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        let measured = all.filter_map(|(day, hour)| Some((day, hour, week[day][hour].power()?)));
        let (top_day, top_hour, top) = measured.max_by_key(|(_, _, power)| *power)?;
        let name = self.text(Key::weekday(top_day));
        let title = self.fill(Key::HeatTitle, &[name, &top_hour.to_string(), &self.kw(top.kw())]);
        let most = top.kw().to_f64().max(1e-9);
        let rows: Vec<(String, Vec<Cell>)> = (0..7)
            .map(|day| {
                let name = self.text(Key::weekday(day)).to_owned();
                let cells = (0..24).map(|hour| {
                    let power = week[day][hour].power();
                    let shown = power.map_or_else(
                        || self.text(Key::Unknown).to_owned(),
                        |power| self.kw(power.kw()),
                    );
                    let share = power.map(|power| power.kw().to_f64() / most);
                    Cell { share, hint: format!("{name} {hour}:00 · {shown}") }
                });
                let cells = cells.collect();
                (name, cells)
            })
            .collect();
        let columns: Vec<_> = (0..24).step_by(3).map(|hour| (hour, hour.to_string())).collect();
        let drawing = heat::cells(self.room.width, 36.0, &rows, &columns, "heat", &title);
        Some(self.section(title, self.text(Key::HeatAid).to_owned(), drawing, None))
    }

    fn bands(&self) -> Option<Node> {
        let main = self.model.main();
        let rows: Vec<_> = self
            .model
            .indicators
            .iter()
            .filter(|row| row.name == Name::EnergyByBand && row.asset == Some(main))
            .filter_map(|row| Some((row.part?, row.value?)))
            .collect();
        if rows.is_empty() {
            return Some(self.missing(Key::NoTariff));
        }
        let total = self.model.value(Name::Energy, main, "")?;
        let share = |energy: Decimal| {
            let (part, whole) = (energy.rounded(6).units(), total.rounded(6).units());
            Decimal::quotient(part, whole, 4)
        };
        // The dearest band is the one to talk about: the first by price.
        let price = |name: &str| {
            let bands = self.model.site.bands.iter().filter(|band| band.name == name);
            bands.map(|band| band.price_thousandths).max().unwrap_or(0)
        };
        let (dearest, energy) = rows.iter().max_by_key(|(name, _)| price(name))?;
        let shown = self.percent(share(*energy)?);
        let title = self.fill(Key::BandsTitle, &[&shown, dearest]);
        let bars: Vec<_> = rows
            .iter()
            .map(|(name, energy)| {
                let hint = format!("{name} · {}", self.kwh(*energy));
                let part = Part { value: energy.to_f64(), class: "energy", hint };
                ((*name).to_owned(), vec![part], self.kwh(*energy))
            })
            .collect();
        let sources: Vec<&str> = self.tariffs_in_force();
        let aid = self.fill(Key::BandsAid, &[&sources.join("; ")]);
        Some(self.section(title.clone(), aid, bars::stacked(self.room, &bars, &title), None))
    }

    /// The sources of the tariffs that the period meets.
    fn tariffs_in_force(&self) -> Vec<&str> {
        let tariffs = self.model.site.tariffs;
        let ends = tariffs.iter().skip(1).map(|next| next.since);
        let ends = ends.chain([self.model.period.to]);
        let met = tariffs.iter().zip(ends).filter(|(tariff, end)| {
            tariff.since < self.model.period.to && *end > self.model.period.from
        });
        met.map(|(tariff, _)| tariff.source).collect()
    }

    pub(super) fn coverage_section(&self) -> Node {
        let calendars = &self.model.calendars;
        let Some(first) = calendars.first() else { return node("section") };
        let count = first.days.len();
        let whole = |place: usize| {
            calendars.iter().all(|calendar| calendar.days[place].coverage.to_f64() >= WHOLE)
        };
        let complete = (0..count).filter(|place| whole(*place)).count();
        let title = self.fill(Key::CoverageTitle, &[&complete.to_string(), &count.to_string()]);
        let rows: Vec<_> = calendars
            .iter()
            .map(|calendar| {
                let name = self.model.site.asset(calendar.asset).map_or("", |asset| asset.name);
                let cells = calendar.days.iter().map(|day| self.coverage_cell(name, day));
                (name.to_owned(), cells.collect())
            })
            .collect();
        let every =
            (count as f64 * 26.0 / (self.room.width - self.room.names)).ceil().max(1.0) as usize;
        let dates: Vec<Date> = first.days.iter().map(|day| day.date).collect();
        let columns: Vec<_> =
            (0..count).step_by(every).map(|place| (place, dates[place].day.to_string())).collect();
        let drawing = heat::cells(self.room.width, self.room.names, &rows, &columns, "gap", &title);
        self.section(title, self.text(Key::CoverageAid).to_owned(), drawing, None)
    }

    fn coverage_cell(&self, name: &str, of: &Day) -> Cell {
        let share = 1.0 - of.coverage.to_f64();
        let shown = self.percent(of.coverage);
        // A hair of a gap must still be seen.
        let share = if share > 1.0 - WHOLE { share.max(0.25) } else { 0.0 };
        let hint = format!("{name} · {} · {shown}", format::full_day(of.date, self.language));
        Cell { share: Some(share), hint }
    }
}
