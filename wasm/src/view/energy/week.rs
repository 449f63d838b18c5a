//! Weekday by hour.

use super::load::{Drawn, Window, sum};
use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::{Room, heat};
use crate::node::Node;
use crate::strings::Key;
use millwatt::time::Zone;
use millwatt::units::Power;

/// Mean power of each hour of the week, Monday first.
type Week = [[Drawn; 24]; 7];

fn week_of(windows: &[Window], zone: Zone<'_>) -> Week {
    let mut week = [[Drawn::default(); 24]; 7];
    for window in windows {
        let local = zone.local(window.begins);
        let day = week.get_mut(usize::from(local.weekday.index()));
        if let Some(hour) = day.and_then(|day| day.get_mut(usize::from(local.minute_of_day / 60))) {
            *hour = sum([*hour, window.all].into_iter());
        }
    }
    week
}

impl Chapter<'_> {
    pub(super) fn week(&self) -> Node {
        let week = week_of(&self.load.windows, self.model.site.zone_rules());
        let all = week.iter().enumerate().flat_map(|(day, hours)| {
            hours.iter().enumerate().map(move |(hour, drawn)| (day, hour, drawn.power()))
        });
        let measured = all.filter_map(|(day, hour, power)| Some((day, hour, power?)));
        let Some((day, hour, most)) = measured.max_by_key(|(_, _, power)| *power) else {
            return self.missing("energy.week", self.text(Word::WeekMissing));
        };
        let name = self.text(Key::weekday(day));
        let title = self.fill(Key::HeatTitle, &[name, &hour.to_string(), &self.power(most)]);
        let rows: Vec<(String, Vec<heat::Cell>)> =
            week.iter().enumerate().map(|(day, hours)| self.week_row(day, hours, most)).collect();
        let columns: Vec<_> = (0..24).step_by(3).map(|hour| (hour, hour.to_string())).collect();
        let drawing = heat::cells(Room::NARROW.width, 36.0, &rows, &columns, "heat", &title);
        let aid = self.text(Key::HeatAid).to_owned();
        let section = Section::new("energy.week", title, aid, drawing).half();
        let section = section.coverage(self.coverage()).table(self.week_table(&week));
        self.section(section.method(self.text(Word::WeekMethod).to_owned()))
    }

    fn week_row(&self, day: usize, hours: &[Drawn; 24], most: Power) -> (String, Vec<heat::Cell>) {
        let name = self.text(Key::weekday(day));
        let most = most.kw().to_f64().max(1e-9);
        let cells = hours.iter().enumerate().map(|(hour, drawn)| {
            let power = drawn.power();
            let shown =
                power.map_or_else(|| self.text(Key::Unknown).to_owned(), |power| self.power(power));
            let share = power.map(|power| power.kw().to_f64() / most);
            heat::Cell { share, hint: format!("{name} {hour}:00 · {shown}") }
        });
        (name.to_owned(), cells.collect())
    }

    fn week_table(&self, week: &Week) -> Table {
        let days = (0..7).map(|day| format!("{} kW", self.text(Key::weekday(day))));
        let heads = [self.text(Key::Hour).to_owned()].into_iter().chain(days);
        let rows = (0..24).map(|hour| {
            let powers = week.iter().map(|day| day.get(hour).and_then(Drawn::power));
            let cells = powers.map(|power| {
                self.cell(power.map(|power| power.kw().rounded(3)), |value| self.exact(value))
            });
            [Cell::from(format!("{hour}:00"))].into_iter().chain(cells).collect::<Vec<_>>()
        });
        Table::new(heads).rows(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::Load;
    use super::super::load::tests::{EMPTY, at, interval};
    use super::*;
    use millwatt::interval::Rule;
    use millwatt::time::Period;

    #[test]
    fn the_same_hour_of_two_weeks_has_their_mean() {
        let week = 7 * 1_440;
        let rows = [(600, 1_000), (week + 600, 3_000)];
        let rows = rows.map(|(from, wh)| interval(from, from + 60, wh, Rule::Measured));
        let period = Period::new(at(0), at(2 * week));
        let load = Load::of(EMPTY, period, Power::from_milliwatts(1_000_000), rows.into_iter());
        let week = week_of(&load.windows, EMPTY.zone_rules());
        assert_eq!(week[0][10].power(), Some(Power::from_milliwatts(2_000_000)));
        assert_eq!((week[0][11].power(), week[1][10].power()), (None, None));
    }
}
