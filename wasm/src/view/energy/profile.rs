//! How the load goes over the day: workdays against days off.

use super::typical::{QUARTERS, Typical, Usual};
use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::lines::{Stretch, Times, typical};
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::Decimal;
use millwatt::energy::TariffClock;
use millwatt::time::{Date, Instant, Weekday};

/// A quarter-hour as clocks show it.
fn clock(place: usize) -> String {
    format!("{:02}:{:02}", place / 4 % 24, place % 4 * 15)
}

impl Chapter<'_> {
    /// Whether a shift begins on a weekday; without shifts, whether it is not Sunday.
    pub(super) fn is_workday(&self, day: Weekday) -> bool {
        let shifts = self.view.model.site.shifts;
        match shifts.is_empty() {
            true => day.index() < 6,
            false => shifts.iter().any(|shift| shift.days.contains(day)),
        }
    }

    pub(super) fn profile(&self) -> Node {
        let zone = self.view.model.site.zone_rules();
        let of = |wanted: bool| {
            let is_wanted = |date: Date| self.is_workday(date.weekday()) == wanted;
            Typical::of(&self.load, zone, is_wanted)
        };
        let (work, rest) = (of(true), of(false));
        let Some(title) = self.profile_title(&work, &rest) else {
            return self.missing("energy.profile", self.text(Word::ProfileMissing));
        };
        let kinds = [
            times("line energy", self.text(Word::Workdays), &work),
            times("line rest", self.text(Word::DaysOff), &rest),
        ];
        let kinds: Vec<Times> =
            kinds.into_iter().filter(|kind| kind.points.iter().any(Option::is_some)).collect();
        let strip = self.strip();
        let tick = |value| self.number(value);
        let drawing = typical(self.room(), &kinds, &strip, "kW", tick, &title);
        let section =
            Section::new("energy.profile", title, self.profile_aid(&work, &rest), drawing);
        let section = section.coverage(self.coverage()).table(self.profile_table(&work, &rest));
        self.section(section.method(self.text(Word::ProfileMethod).to_owned()))
    }

    fn profile_title(&self, work: &Typical, rest: &Typical) -> Option<String> {
        let told = |key, (place, power): (usize, f64)| {
            self.fill(key, &[&self.kilowatts(power), &clock(place)])
        };
        let work = work.top().map(|top| told(Word::ProfileWork, top));
        let rest = rest.top().map(|top| told(Word::ProfileRest, top));
        let parts: Vec<String> = work.into_iter().chain(rest).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// A power of a drawing.
    pub(super) fn kilowatts(&self, power: f64) -> String {
        format::with_unit(&self.brief(power), "kW")
    }

    fn profile_aid(&self, work: &Typical, rest: &Typical) -> String {
        let days = [work.days.to_string(), rest.days.to_string()];
        let mut told = vec![self.fill(Word::ProfileAid, &days.each_ref().map(String::as_str))];
        if !work.has_band() {
            told.push(self.text(Word::ProfileNoBand).to_owned());
        }
        if self.model.site.shifts.is_empty() {
            told.push(self.text(Word::ProfileNoShifts).to_owned());
        }
        if let Some(source) = self.tariffs_in_force().last() {
            told.push(self.fill(Word::TariffSource, &[source.trim_end_matches('.')]));
        }
        told.join(" ")
    }

    /// The bands of the last workday of the period.
    fn strip(&self) -> Vec<Stretch> {
        let zone = self.view.model.site.zone_rules();
        let last = zone.local(self.last_date()).date;
        let mut days = (0..7).map(|back| last.plus_days(-back));
        let Some(day) = days.find(|day| self.is_workday(day.weekday())) else {
            return Vec::new();
        };
        let (begins, ends) = (zone.instant(day, 0), zone.instant(day.plus_days(1), 0));
        let mut clock = TariffClock::new(self.view.model.site);
        let mut strip = Vec::new();
        let mut from = begins;
        while from < ends {
            let (row, holds) = clock.at(from);
            let to = holds.to.min(ends);
            let minute = |at: Instant| (at - begins).milliseconds() as f64 / 60_000.0;
            let band = row.and_then(|row| self.view.model.site.bands.get(row));
            strip.extend(band.map(|band| {
                let class = self.band_class(band.name);
                let word = if class.ends_with('3') { "on-dark" } else { "told" };
                let name = self.band_name(band.name).to_owned();
                Stretch { from: minute(from), to: minute(to), class, word, name }
            }));
            from = to;
        }
        strip
    }

    fn profile_table(&self, work: &Typical, rest: &Typical) -> Table {
        let kinds = [(self.text(Word::Workdays), work), (self.text(Word::DaysOff), rest)];
        let heads = kinds
            .iter()
            .flat_map(|(name, _)| ["P10", "P50", "P90"].map(|part| format!("{name} {part} kW")));
        let heads = [self.text(Key::Hour).to_owned()].into_iter().chain(heads);
        let rows = (0..QUARTERS).map(|place| {
            let usual = |kind: &Typical| kind.times.get(place).copied().flatten();
            let figures = kinds.iter().flat_map(|(_, kind)| figures(usual(kind)));
            let cells = figures.map(|value| {
                let value = value.and_then(|value| Decimal::from_f64(value, 3));
                self.cell(value, |value| self.exact(value))
            });
            [Cell::from(clock(place))].into_iter().chain(cells).collect::<Vec<_>>()
        });
        Table::new(heads).rows(rows)
    }
}

fn figures(usual: Option<Usual>) -> [Option<f64>; 3] {
    match usual {
        Some(usual) => [usual.low, usual.middle, usual.high].map(Some),
        None => [None; 3],
    }
}

fn times(class: &'static str, name: &str, kind: &Typical) -> Times {
    let points = kind.times.iter().map(|usual| usual.map(|of| (of.low, of.middle, of.high)));
    Times { class, name: name.to_owned(), points: points.collect(), has_band: kind.has_band() }
}
