//! The highest quarters of an hour, the limit, and what ran then.

use super::load::{QUARTER, Window};
use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::Room;
use crate::chart::axis::{Axis, instant};
use crate::chart::plot::Plot;
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::energy::Peak;
use millwatt::production::State;
use millwatt::production::state::states;
use millwatt::site::AssetId;
use millwatt::time::{Period, Span};
use millwatt::{Decimal, Name};

/// How many of the highest windows are told.
const HIGHEST: usize = 10;
/// Machines that are asked what they did; the largest are asked.
const MOST_ASKED: usize = 24;

fn peak_of(window: &Window) -> Option<Peak> {
    Some(Peak { power: window.whole()?, begins: window.begins })
}

/// The highest whole windows, of equal ones the earlier first.
fn highest(windows: &[Window], count: usize) -> Vec<Peak> {
    let mut peaks: Vec<Peak> = windows.iter().filter_map(peak_of).collect();
    peaks.sort_by_key(|peak| (std::cmp::Reverse(peak.power), peak.begins));
    peaks.truncate(count);
    peaks
}

impl Chapter<'_> {
    pub(super) fn demand(&self) -> Node {
        let peaks = highest(&self.load.windows, HIGHEST);
        let Some(top) = peaks.first() else {
            return self.missing("energy.demand", self.text(Word::DemandMissing));
        };
        let title = self.demand_title(top);
        let limit = self.model.site.facts.demand_limit;
        let zone = self.view.model.site.zone_rules();
        let mut highest_kw = top.power.kw().to_f64();
        let across = Axis::time(self.model.period, zone, self.choice.language, Room::NARROW);
        if let Some(limit) = limit {
            highest_kw = highest_kw.max(limit.kw().to_f64());
        }
        let up = Axis::linear(0.0, highest_kw.max(1e-6), "kW", |value| self.number(value));
        let mut plot = Plot::new(Room::NARROW, 220.0, across, up, &title);
        for (date, windows) in self.load.by_day(zone) {
            let (from, to) = (zone.instant(date, 0), zone.instant(date.plus_days(1), 0));
            let day = Period::new(from, to).overlap(self.model.period);
            let peak = highest(windows, 1).into_iter().next();
            if let Some((day, peak)) = day.zip(peak) {
                let class =
                    if limit.is_some_and(|limit| peak.power > limit) { "down" } else { "energy" };
                let told = format!("{} · {}", self.moment(&peak), self.power(peak.power));
                let power = peak.power.kw().to_f64();
                plot = plot.bar(class, instant(day.from), instant(day.to), 0.0, power, &told);
            }
        }
        if let Some(limit) = limit {
            let told = self.fill(Word::LimitLevel, &[&self.power(limit)]);
            plot = plot.level("limit", limit.kw().to_f64(), &told);
        }
        let section = Section::new("energy.demand", title, self.demand_aid(), plot.finish());
        let section = section.half().coverage(self.coverage()).table(self.demand_table(&peaks));
        self.section(section.method(self.text(Word::DemandMethod).to_owned()))
    }

    fn moment(&self, peak: &Peak) -> String {
        let local = self.model.site.zone_rules().local(peak.begins);
        format::moment(local, self.choice.language)
    }

    fn demand_title(&self, top: &Peak) -> String {
        let figures = [self.power(top.power), self.moment(top)];
        let mut told = self.fill(Word::DemandTitle, &figures.each_ref().map(String::as_str));
        let share = self.model.value(Name::DemandShare, "", "");
        if let Some((share, limit)) = share.zip(self.model.site.facts.demand_limit) {
            told.push_str("; ");
            let figures = [self.percent(share), self.power(limit)];
            told.push_str(&self.fill(Word::DemandShare, &figures.each_ref().map(String::as_str)));
        }
        let factor = self.model.value(Name::LoadFactor, self.model.main(), "");
        if let Some(factor) = factor {
            told.push_str("; ");
            told.push_str(&self.fill(Word::LoadFactor, &[&self.percent(factor)]));
        }
        told
    }

    fn demand_aid(&self) -> String {
        let aid = self.text(Word::DemandAid).to_owned();
        match self.model.site.facts.demand_limit {
            Some(_) => aid,
            None => format!("{aid} {}", self.text(Word::NoLimit)),
        }
    }

    fn demand_table(&self, peaks: &[Peak]) -> Table {
        let limit = self.model.site.facts.demand_limit;
        let machines = self.asked();
        let heads =
            [self.text(Word::Begins), "kW", self.text(Word::OfLimit), self.text(Word::RanThen)];
        let rows = peaks.iter().map(|peak| {
            let kw = peak.power.kw().rounded(3);
            let of_limit = limit.and_then(|limit| {
                Decimal::quotient(peak.power.milliwatts(), limit.milliwatts(), 4)
            });
            let of_limit = match of_limit {
                Some(share) => Cell::figure(share, self.percent(share)),
                None => "–".into(),
            };
            let running = self.running(&machines, peak.period(QUARTER));
            vec![
                Cell::from(self.moment(peak)),
                Cell::figure(kw, self.exact(kw)),
                of_limit,
                running.into(),
            ]
        });
        Table::new(heads).rows(rows)
    }

    /// The machines that used most.
    fn asked(&self) -> Vec<AssetId> {
        let machines = self.view.model.site.numbered_assets().filter(|(_, asset)| asset.machine);
        let mut machines: Vec<AssetId> = machines.map(|(id, _)| id).collect();
        machines.sort_by_key(|id| std::cmp::Reverse(self.energy_of(*id)));
        machines.truncate(MOST_ASKED);
        machines
    }

    /// The machines that ran for at least half of a window.
    fn running(&self, machines: &[AssetId], window: Period) -> String {
        let ran = |id: AssetId| -> Option<Span> {
            let spans = states(&self.view.model.site, self.archive, id, window)?;
            let running = spans.filter(|span| span.state == State::Running);
            Some(running.filter_map(|span| span.period.overlap(window)).map(Period::span).sum())
        };
        let half = Span::from_milliseconds(window.span().milliseconds() / 2);
        let known: Vec<(AssetId, Span)> =
            machines.iter().filter_map(|id| Some((*id, ran(*id)?))).collect();
        if known.is_empty() {
            return self.text(Key::Unknown).to_owned();
        }
        let names = known.iter().filter(|(_, span)| *span >= half).map(|(id, _)| self.name_of(*id));
        let names: Vec<&str> = names.collect();
        if names.is_empty() { self.text(Word::NoMachine).to_owned() } else { names.join(", ") }
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::Load;
    use super::super::load::tests::{EMPTY, at, interval};
    use super::*;
    use millwatt::interval::Rule;
    use millwatt::units::Power;

    #[test]
    fn only_whole_windows_are_ranked() {
        let rows = [
            interval(0, 15, 1_000, Rule::Measured),
            interval(15, 30, 3_000, Rule::Measured),
            interval(30, 40, 9_000, Rule::Measured),
            interval(45, 60, 3_000, Rule::Measured),
        ];
        let period = Period::new(at(0), at(1_440));
        let load = Load::of(EMPTY, period, Power::from_milliwatts(1_000_000), rows.into_iter());
        let peaks = highest(&load.windows, 2);
        let kilowatts = |kw: i128| Power::from_milliwatts(kw * 1_000_000);
        let expected = [(kilowatts(12), at(15)), (kilowatts(12), at(45))];
        let got: Vec<_> = peaks.iter().map(|peak| (peak.power, peak.begins)).collect();
        assert_eq!(got, expected);
    }
}
