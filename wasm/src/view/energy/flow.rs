//! From the sources over areas and lines to the machines.

use super::paths::{End, Path, Source, electricity, largest};
use super::tree::top;
use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::sankey::{Flow, Stop, sankey};
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::event::{Event, EventKind};
use millwatt::site::AssetId;
use millwatt::{Decimal, Name, Series};

/// More flows than these are not told apart.
const MOST_FLOWS: usize = 12;

/// In what flows are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Energy,
    Oil,
    Money,
    Carbon,
}

impl Measure {
    const ALL: [Self; 4] = [Self::Energy, Self::Oil, Self::Money, Self::Carbon];

    const fn option(self) -> &'static str {
        match self {
            Self::Energy => "kwh",
            Self::Oil => "toe",
            Self::Money => "money",
            Self::Carbon => "co2",
        }
    }

    const fn word(self) -> Word {
        match self {
            Self::Energy => Word::FlowKwh,
            Self::Oil => Word::FlowOil,
            Self::Money => Word::FlowMoney,
            Self::Carbon => Word::FlowCarbon,
        }
    }

    const fn aid(self) -> Word {
        match self {
            Self::Energy => Word::FlowKwhAid,
            Self::Oil => Word::FlowOilAid,
            Self::Money => Word::FlowMoneyAid,
            Self::Carbon => Word::FlowCarbonAid,
        }
    }

    /// The figure that tells a carrier's whole.
    const fn name(self) -> Name {
        match self {
            Self::Energy => Name::Energy,
            Self::Oil => Name::OilEquivalent,
            Self::Money => Name::FuelCost,
            Self::Carbon => Name::Emission,
        }
    }
}

/// All paths of a measure.
#[derive(Debug, Default)]
struct Carried {
    paths: Vec<Path>,
    /// By how much sub-meters saw more than the meter above them.
    excess: f64,
    /// Carriers of which the measure is not known.
    unknown: Vec<String>,
}

/// What was weighed of a fuel, by the short name of the asset that burnt it.
type Weighed<'e> = Vec<(&'e str, Vec<(&'e str, i128)>)>;

fn weighed<'e>(events: impl Iterator<Item = Event<'e>>) -> Weighed<'e> {
    let mut fuels: Weighed<'e> = Vec::new();
    for event in events.filter(|event| event.kind == EventKind::Fuel) {
        let place = fuels.iter().position(|(fuel, _)| *fuel == event.product);
        let place = place.unwrap_or_else(|| {
            fuels.push((event.product, Vec::new()));
            fuels.len() - 1
        });
        let Some((_, assets)) = fuels.get_mut(place) else { continue };
        let amount = event.amount().thousandths();
        match assets.iter_mut().find(|(asset, _)| *asset == event.asset) {
            Some((_, sum)) => *sum += amount,
            None => assets.push((event.asset, amount)),
        }
    }
    fuels
}

impl Chapter<'_> {
    pub(super) fn flow(&self) -> Node {
        let measure = self.measure();
        let carried = self.carried(measure);
        let options = Measure::ALL.map(|one| (one.option(), self.text(one.word())));
        let buttons = self.choices("energy.flow", Word::FlowUnits, measure.option(), &options);
        if carried.paths.len() < 2 {
            let sentence = self.no_flow(measure, &carried);
            return self.missing("energy.flow", &sentence).child(buttons);
        }
        let title = self.flow_title(measure, &carried);
        let shown = largest(carried.paths.clone(), MOST_FLOWS);
        let flows: Vec<Flow> = shown.iter().map(|path| self.drawn(path, &shown)).collect();
        let amount = |value| self.amount(measure, value);
        let drawing = sankey(self.room(), &flows, amount, &title);
        let section = Section::new("energy.flow", title, self.flow_aid(measure, &carried), drawing);
        let section = section.controls(buttons).coverage(self.coverage());
        let section = section.table(self.flow_table(measure, &carried.paths));
        self.section(section.method(self.text(Word::FlowMethod).to_owned()))
    }

    /// As the reader chose; else what shows something.
    fn measure(&self) -> Measure {
        let chosen = self.choice.option("energy.flow");
        let chosen = Measure::ALL.into_iter().find(|one| Some(one.option()) == chosen);
        let usual = if self.meters.is_empty() { Measure::Oil } else { Measure::Energy };
        chosen.unwrap_or(usual)
    }

    fn no_flow(&self, measure: Measure, carried: &Carried) -> String {
        let mut told = Vec::new();
        if self.meters.is_empty() || measure == Measure::Energy {
            told.push(self.text(Word::FlowNoMeters).to_owned());
        }
        if !carried.unknown.is_empty() {
            told.push(self.fill(Word::FlowUnknown, &[&carried.unknown.join(", ")]));
        }
        told.join(" ")
    }

    fn carried(&self, measure: Measure) -> Carried {
        let mut carried = Carried::default();
        match self.whole_electricity(measure) {
            Some(whole) => {
                let used = |asset| self.used(measure, asset, whole);
                let found = electricity(&self.meters, whole, used);
                (carried.paths, carried.excess) = (found.paths, found.excess);
            }
            None => carried.unknown.push(self.text(Word::Grid).to_owned()),
        }
        if measure != Measure::Energy {
            self.add_fuels(measure, &mut carried);
        }
        carried
    }

    fn whole_electricity(&self, measure: Measure) -> Option<f64> {
        let main = self.model.main();
        let value = match measure {
            Measure::Energy => self.model.value(Name::Energy, main, ""),
            Measure::Money => {
                let cost = self.model.value(Name::Cost, main, "");
                cost.filter(|cost| cost.units() > 0)
            }
            Measure::Oil | Measure::Carbon => self.model.value(measure.name(), "", "electricity"),
        };
        value.map(|value| in_unit(measure, value))
    }

    /// What an asset's meter saw; oil and carbon go by energy, money by the hours of use.
    fn used(&self, measure: Measure, asset: AssetId, whole: f64) -> Option<f64> {
        let id = self.model.site.asset(asset)?.id;
        let energy = self.model.value(Name::Energy, id, "")?.to_f64();
        match measure {
            Measure::Energy => Some(energy),
            Measure::Money => self.model.value(Name::Cost, id, "").map(Decimal::to_f64),
            Measure::Oil | Measure::Carbon => {
                let all = self.model.value(Name::Energy, self.model.main(), "")?.to_f64();
                (all > 0.0).then(|| energy * whole / all)
            }
        }
    }

    fn add_fuels(&self, measure: Measure, carried: &mut Carried) {
        let site = &self.model.site;
        for (fuel, parts) in weighed(self.archive.events(self.model.period)) {
            let Some(whole) = self.model.value(measure.name(), "", fuel) else {
                carried.unknown.push(self.fuel_name(fuel).to_owned());
                continue;
            };
            let (whole, all) =
                (in_unit(measure, whole), parts.iter().map(|part| part.1).sum::<i128>());
            for (asset, amount) in parts {
                let amount = if all == 0 { 0.0 } else { whole * amount as f64 / all as f64 };
                let burner = site.asset_named(asset);
                let (over, end) = match burner {
                    Some(id) => (top(site, id), End::Asset(id)),
                    None => (None, End::Site),
                };
                if amount > 0.0 {
                    let source = Source::Fuel(fuel.to_owned());
                    carried.paths.push(Path { source, over, end, amount });
                }
            }
        }
    }

    fn amount(&self, measure: Measure, value: f64) -> String {
        let decimal = Decimal::from_f64(value, 6).unwrap_or(Decimal::new(0, 0));
        match measure {
            Measure::Energy => self.kwh(decimal),
            Measure::Oil => format::with_unit(&self.brief(value), "TOE"),
            Measure::Money => self.money(decimal),
            Measure::Carbon => format::with_unit(&self.brief(value), "t CO₂e"),
        }
    }

    fn source_name(&self, source: &Source) -> String {
        match source {
            Source::Electricity => self.text(Word::Grid).to_owned(),
            Source::Fuel(fuel) => self.fuel_name(fuel).to_owned(),
        }
    }

    fn end_name(&self, end: End) -> String {
        match end {
            End::Asset(asset) => self.name_of(asset).to_owned(),
            End::Rest(_) => self.text(Word::Unmetered).to_owned(),
            End::Others => self.text(Word::Others).to_owned(),
            End::Site => self.text(Word::WholeSite).to_owned(),
        }
    }

    fn drawn(&self, path: &Path, all: &[Path]) -> Flow {
        const REST: u32 = 1 << 17;
        const OTHERS: u32 = 1 << 18;
        let first = all.iter().position(|one| one.source == path.source).unwrap_or(0);
        let end = match path.end {
            End::Asset(asset) => u32::from(asset.0),
            End::Rest(None) => REST,
            End::Rest(Some(asset)) => REST + 1 + u32::from(asset.0),
            End::Others => OTHERS,
            End::Site => OTHERS + 1,
        };
        let over = |id: AssetId| Stop { key: id.0.into(), name: self.name_of(id).to_owned() };
        let key = u32::try_from(first).unwrap_or(u32::MAX);
        Flow {
            source: Stop { key, name: self.source_name(&path.source) },
            over: path.over.map(over),
            end: Stop { key: end, name: self.end_name(path.end) },
            value: path.amount,
            is_measured: !matches!(path.end, End::Rest(_)),
        }
    }

    /// Who took most, what no sub-meter saw, and meters that contradict one another.
    fn flow_title(&self, measure: Measure, carried: &Carried) -> String {
        let all: f64 = carried.paths.iter().map(|path| path.amount).sum();
        let of = |end: End| -> f64 {
            let same = carried.paths.iter().filter(|path| path.end == end);
            same.map(|path| path.amount).sum()
        };
        let assets = carried.paths.iter().filter(|path| matches!(path.end, End::Asset(_)));
        let ends = assets.map(|path| (path.end, of(path.end)));
        let top = ends.max_by(|one, other| one.1.total_cmp(&other.1));
        let share = |amount: f64| self.percent(part_of(amount, all));
        let mut parts = Vec::new();
        if let Some((end, amount)) = top {
            let figures = [self.end_name(end), self.amount(measure, amount), share(amount)];
            parts.push(self.fill(Word::FlowTop, &figures.each_ref().map(String::as_str)));
        }
        let fuel = self.largest_fuel(carried);
        if let Some((source, amount)) = fuel {
            parts.push(self.fill(Word::FlowFuel, &[&self.source_name(&source), &share(amount)]));
        }
        let rest = of(End::Rest(None));
        if rest > all * 0.005 {
            parts.push(self.fill(Word::FlowRest, &[&share(rest)]));
        }
        if carried.excess > all * 0.005 {
            parts.push(self.fill(Word::FlowExcess, &[&self.amount(measure, carried.excess)]));
        }
        parts.join("; ")
    }

    fn largest_fuel(&self, carried: &Carried) -> Option<(Source, f64)> {
        let fuels = carried.paths.iter().filter(|path| path.source != Source::Electricity);
        let of = |source: &Source| -> f64 {
            let same = carried.paths.iter().filter(|path| path.source == *source);
            same.map(|path| path.amount).sum()
        };
        let sums = fuels.map(|path| (path.source.clone(), of(&path.source)));
        sums.max_by(|one, other| one.1.total_cmp(&other.1))
    }

    fn flow_aid(&self, measure: Measure, carried: &Carried) -> String {
        let mut told = vec![self.text(measure.aid()).to_owned()];
        if !carried.unknown.is_empty() {
            told.push(self.fill(Word::FlowUnknown, &[&carried.unknown.join(", ")]));
        }
        if measure == Measure::Carbon
            && let Some(biogenic) = self.model.value(Name::BiogenicEmission, "", "")
            && biogenic.units() > 0
        {
            let tonnes = self.amount(Measure::Carbon, in_unit(Measure::Carbon, biogenic));
            told.push(self.fill(Word::FlowBiogenic, &[&tonnes]));
        }
        told.join(" ")
    }

    fn flow_table(&self, measure: Measure, paths: &[Path]) -> Table {
        let heads = [
            self.text(Word::Source),
            self.text(Word::Use),
            self.text(Key::Asset),
            self.text(measure.word()),
            self.text(Word::Share),
        ];
        let all: f64 = paths.iter().map(|path| path.amount).sum();
        let rows = largest(paths.to_vec(), usize::MAX).into_iter().map(|path| {
            let over = path.over.map_or("–", |id| self.name_of(id));
            let share = part_of(path.amount, all);
            vec![
                Cell::from(self.source_name(&path.source)),
                over.into(),
                self.end_name(path.end).into(),
                self.cell(Decimal::from_f64(path.amount, 3), |value| self.exact(value)),
                Cell::figure(share, self.percent(share)),
            ]
        });
        Table::new(heads).rows(rows)
    }
}

/// A figure in the unit that is shown: carbon in tonnes.
fn in_unit(measure: Measure, value: Decimal) -> f64 {
    let value = value.to_f64();
    if measure == Measure::Carbon { value / 1_000.0 } else { value }
}

fn part_of(part: f64, whole: f64) -> Decimal {
    let share = if whole > 0.0 { part / whole } else { 0.0 };
    Decimal::from_f64(share, 4).unwrap_or(Decimal::new(0, 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::time::Instant;

    #[test]
    fn fuel_is_summed_by_who_burnt_it() {
        let event = |asset, thousandths| Event {
            at: Instant::MIN,
            until: None,
            kind: EventKind::Fuel,
            asset,
            product: "wood",
            thousandths,
            unit: "kg",
            note: "",
        };
        let rows = [event("oven", 2_000), event("", 500), event("oven", 3_000)];
        let note = Event { kind: EventKind::Note, ..rows[0] };
        let sums = weighed(rows.into_iter().chain([note]));
        assert_eq!(sums, [("wood", vec![("oven", 5_000), ("", 500)])]);
    }
}
