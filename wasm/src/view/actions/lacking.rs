//! What cannot be seen yet, and how to get it.

use super::model::Row;
use super::words::Word;
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table, View};
use millwatt::analysis::opportunity::{Evidence, Missing};
use millwatt::site::AssetId;

/// How many assets are named before the rest is only counted.
const NAMED: usize = 3;

/// What is missing, why that matters, how to get it.
const fn words(what: Missing) -> [Word; 3] {
    match what {
        Missing::MainMeter => [Word::LacksMain, Word::WhyMain, Word::GetMain],
        Missing::Tariff => [Word::LacksTariff, Word::WhyTariff, Word::GetTariff],
        Missing::Shifts => [Word::LacksShifts, Word::WhyShifts, Word::GetShifts],
        Missing::SubMeters => [Word::LacksSub, Word::WhySub, Word::GetSub],
        Missing::MachineMeters => {
            [Word::LacksMachineMeters, Word::WhyMachineMeters, Word::GetMachineMeters]
        }
        Missing::MachineStates => [Word::LacksStates, Word::WhyStates, Word::GetStates],
        Missing::ReactiveMeter => [Word::LacksReactive, Word::WhyReactive, Word::GetReactive],
        Missing::Output => [Word::LacksOutput, Word::WhyOutput, Word::GetOutput],
        Missing::EmissionFactor => [Word::LacksFactor, Word::WhyFactor, Word::GetFactor],
        Missing::Readings => [Word::LacksReadings, Word::WhyReadings, Word::GetReadings],
    }
}

impl View<'_> {
    /// The table of what is missing; `None` where nothing is.
    pub(super) fn lacking(&self, rows: &[Row<'_>]) -> Option<Node> {
        let missing: Vec<_> = rows.iter().filter_map(missing).collect();
        if missing.is_empty() {
            return None;
        }
        let title = self.fill(Word::MissingTitle, &[&missing.len().to_string()]);
        let heads = [Word::Lacks, Word::Unseeable, Word::HowToGet].map(|word| self.text(word));
        let lines = missing.iter().map(|(what, assets)| self.lacking_row(*what, assets));
        let table = Table::new(heads).rows(lines).shown();
        let drawing = node("div").class("scroll plan").with("tabindex", "0").child(table);
        let aid = self.text(Word::MissingAid).to_owned();
        Some(self.section(Section::new("actions.missing", title, aid, drawing)))
    }

    fn lacking_row(&self, what: Missing, assets: &[AssetId]) -> Vec<Cell> {
        let [lacks, why, get] = words(what);
        let lacks = match assets {
            [] => self.text(lacks).to_owned(),
            some => self.fill(lacks, &[&self.names(some)]),
        };
        vec![lacks.into(), self.text(why).into(), self.text(get).into()]
    }

    /// The first few names, and how many more there are.
    fn names(&self, assets: &[AssetId]) -> String {
        let name = |id: &AssetId| self.model.site.asset(*id).map_or("", |asset| asset.name);
        let named: Vec<&str> = assets.iter().take(NAMED).map(name).collect();
        match assets.len().saturating_sub(NAMED) {
            0 => named.join(", "),
            more => self.fill(Word::More3, &[&named.join(", "), &more.to_string()]),
        }
    }
}

fn missing<'r>(row: &'r Row<'_>) -> Option<(Missing, &'r [AssetId])> {
    match &row.found.evidence {
        Evidence::Missing(what, assets) => Some((*what, assets.as_slice())),
        _ => None,
    }
}
