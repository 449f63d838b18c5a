//! Which uses matter.

use super::paths::{End, electricity};
use super::{Cell, Chapter, Section, Table, Word, share};
use crate::chart::axis::Axis;
use crate::chart::clipped;
use crate::chart::plot::Plot;
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::energy::balance::significant;
use millwatt::units::Energy;
use millwatt::{Decimal, Name};

/// The share of all that makes uses significant.
const SIGNIFICANT: Decimal = Decimal::new(8, 1);

/// One use.
struct Use {
    name: String,
    energy: Energy,
    is_measured: bool,
    /// With those before it, as a share of all.
    so_far: Decimal,
}

impl Chapter<'_> {
    pub(super) fn pareto(&self) -> Node {
        let uses = self.uses();
        if self.meters.is_empty() || uses.len() < 2 {
            return self.missing("energy.pareto", self.text(Word::FlowNoMeters));
        }
        let (ranked, count) = ranked(uses);
        let title = self.pareto_title(&ranked, count);
        let drawing = self.pareto_drawing(&ranked, count, &title);
        let aid = self.text(Word::ParetoAid).to_owned();
        let section = Section::new("energy.pareto", title, aid, drawing).coverage(self.coverage());
        let section = section.table(self.pareto_table(&ranked, count));
        self.section(section.method(self.text(Word::ParetoMethod).to_owned()))
    }

    /// What each end of a meter used, and what no meter saw.
    fn uses(&self) -> Vec<Use> {
        let whole = self.model.value(Name::Energy, self.model.main(), "");
        let kwh = |asset| self.energy_of(asset).map(|energy| energy.kwh().to_f64());
        let found = electricity(&self.meters, whole.map_or(0.0, Decimal::to_f64), kwh);
        let paths = found.paths.into_iter().filter_map(|path| {
            let energy = Energy::from_kwh(path.amount)?;
            let (name, is_measured) = match path.end {
                End::Asset(asset) => (self.name_of(asset).to_owned(), true),
                _ => (self.unmetered_name(path.over), false),
            };
            Some(Use { name, energy, is_measured, so_far: Decimal::new(0, 4) })
        });
        paths.collect()
    }

    fn unmetered_name(&self, over: Option<millwatt::site::AssetId>) -> String {
        let unmetered = self.text(Word::Unmetered);
        over.map_or_else(
            || unmetered.to_owned(),
            |over| format!("{unmetered} · {}", self.name_of(over)),
        )
    }

    fn pareto_title(&self, ranked: &[Use], count: usize) -> String {
        let first = ranked.first().map_or("", |one| one.name.as_str());
        let so_far = ranked.get(count.saturating_sub(1)).map_or(SIGNIFICANT, |one| one.so_far);
        let figures = [count.to_string(), ranked.len().to_string(), self.percent(so_far)];
        let [few, all, so_far] = figures.each_ref().map(String::as_str);
        let mut told = self.fill(Word::ParetoTitle, &[few, all, so_far, first]);
        if ranked.iter().take(count).any(|one| !one.is_measured) {
            told.push_str("; ");
            told.push_str(self.text(Word::ParetoUnmetered));
        }
        told
    }

    fn pareto_drawing(&self, ranked: &[Use], count: usize, title: &str) -> Node {
        let most = if self.choice.narrow { 6 } else { 12 };
        let shown: Vec<&Use> = ranked.iter().take(most).collect();
        let slot = (self.room().width - 56.0) / shown.len().max(1) as f64;
        let places = shown.iter().enumerate();
        let names = places.map(|(place, one)| (place as f64 + 0.5, clipped(&one.name, slot - 6.0)));
        let across = Axis::exact(0.0, shown.len() as f64, names.collect());
        let up = Axis::linear(0.0, 100.0, "%", |value| self.number(value));
        let mut plot = Plot::new(self.room(), 250.0, across, up, title);
        let mut before = 0.0;
        for (place, one) in shown.iter().enumerate() {
            let so_far = one.so_far.to_f64() * 100.0;
            let class = match (one.is_measured, place < count) {
                (false, _) => "estimate",
                (true, true) => "energy",
                (true, false) => "energy price1",
            };
            let (from, told) =
                (place as f64, format!("{} · {}", one.name, self.kwh(one.energy.kwh())));
            if !one.is_measured {
                plot = plot.bar("track", from, from + 1.0, 0.0, so_far - before, &told);
            }
            plot = plot.bar(class, from, from + 1.0, 0.0, so_far - before, &told);
            before = so_far;
        }
        let line = shown.iter().enumerate();
        let line = line.map(|(place, one)| (place as f64 + 0.5, Some(one.so_far.to_f64() * 100.0)));
        let told = self.text(Word::ParetoLevel);
        plot.line("line ink", line).level("level", 80.0, told).finish()
    }

    fn pareto_table(&self, ranked: &[Use], count: usize) -> Table {
        let heads = [
            self.text(Key::Asset),
            "kWh",
            self.text(Word::Cumulative),
            self.text(Word::Significant),
        ];
        let rows = ranked.iter().enumerate().map(|(place, one)| {
            let kwh = one.energy.kwh().rounded(3);
            let is_one = if place < count { Word::Yes } else { Word::No };
            vec![
                Cell::from(one.name.as_str()),
                Cell::figure(kwh, format::exact(kwh, self.choice.language)),
                Cell::figure(one.so_far, self.percent(one.so_far)),
                self.text(is_one).into(),
            ]
        });
        Table::new(heads).rows(rows)
    }
}

/// The largest first, and how many of them are significant.
fn ranked(uses: Vec<Use>) -> (Vec<Use>, usize) {
    let energies: Vec<Energy> = uses.iter().map(|one| one.energy).collect();
    let whole: Energy = energies.iter().copied().sum();
    let mut order = vec![0; uses.len()];
    let count = significant(&energies, SIGNIFICANT, &mut order);
    let mut places: Vec<Option<Use>> = uses.into_iter().map(Some).collect();
    let mut sum = Energy::ZERO;
    let mut sorted = Vec::new();
    for place in order {
        let Some(one) = places.get_mut(place).and_then(Option::take) else { continue };
        sum += one.energy;
        sorted.push(Use { so_far: share(sum, whole).unwrap_or(one.so_far), ..one });
    }
    (sorted, count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_uses_come_first_with_their_sum() {
        let uses = [30, 500, 120, 350].map(|kwh| Use {
            name: kwh.to_string(),
            energy: Energy::from_milliwatt_hours(kwh * 1_000_000),
            is_measured: true,
            so_far: Decimal::new(0, 4),
        });
        let (ranked, count) = ranked(uses.into_iter().collect());
        let names: Vec<&str> = ranked.iter().map(|one| one.name.as_str()).collect();
        assert_eq!((names, count), (vec!["500", "350", "120", "30"], 2));
        assert_eq!(ranked[1].so_far.to_string(), "0.85");
    }
}
