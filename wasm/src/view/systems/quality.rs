//! Quality (ISO 9001): yields, scrap, defects, complaints.

use super::words::Word;
use super::{Page, Systems};
use crate::strings::Key;
use crate::view::compliance::form::{Item, over, thousandths};
use millwatt::management::quality::{Step, defects_per_million, rolled_throughput_yield};
use millwatt::production::kpi::{finished_goods_ratio, first_pass_yield, scrap_ratio};
use millwatt::units::Amount;
use millwatt::{Decimal, Name};

/// How many materials are told.
const MATERIALS: usize = 4;
/// Units of a machine whose share of good ones is known to a millionth.
const MILLION: u64 = 1_000_000;

impl Systems<'_> {
    pub(super) fn quality(&self) -> Page {
        let (good, reject) = self.made();
        let both = good.zip(reject);
        let first = both.and_then(|(good, reject)| first_pass_yield(good, good + reject));
        let scrap = both.and_then(|(good, reject)| scrap_ratio(reject, good + reject));
        let rolled = self.rolled();
        let lacks = self.text(Word::NeedsReject);
        let mut items = vec![
            self.line(Word::FirstPass, first.map(|share| self.share(share)), lacks),
            self.line(Word::Scrap, scrap.map(|share| self.share(share)), lacks),
            self.line(Word::Rolled, rolled.map(|share| self.share(share)), lacks),
        ];
        items.extend(self.yields(good));
        items.extend([
            self.field("defects", Word::Defects),
            self.field("units", Word::Inspected),
            self.field("chances", Word::Chances),
            self.line(Word::PerMillion, self.per_million(), self.text(Word::NeedsThree)),
            self.field("complaints", Word::Complaints),
        ]);
        let title = match first {
            Some(first) => self.fill(Word::QualityTitle, &[&self.percent(first)]),
            None => self.text(Word::QualityUnknown).to_owned(),
        };
        self.page("systems.iso9001", title, [Word::QualityAid, Word::QualityMethod], items)
    }

    /// The chance of a unit to pass every machine that counts good and refused.
    fn rolled(&self) -> Option<Decimal> {
        let step = |(_, share): (&str, Decimal)| {
            let passed = u64::try_from(over(share, Decimal::new(1, 0), 6)?.units()).ok()?;
            Some(Step { entered: MILLION, passed: passed.min(MILLION) })
        };
        let steps: Vec<Step> = self.model.by_asset(Name::Quality, "").filter_map(step).collect();
        (!steps.is_empty()).then(|| rolled_throughput_yield(&steps)).flatten()
    }

    /// Good output of each raw material.
    fn yields(&self, good: Option<Amount>) -> Vec<Item> {
        let materials = self.model.indicators.iter().filter(|one| one.name == Name::RawMaterial);
        let items = materials.take(MATERIALS).map(|material| {
            let used = material.value.map(|used| Amount::from_thousandths(thousandths(used)));
            let ratio = good.zip(used).and_then(|(good, used)| finished_goods_ratio(good, used));
            let unit = format!("{}/{}", self.model.site.output_unit, material.unit);
            let label = self.fill(Word::Yield, &[material.part.unwrap_or("")]);
            let figure = ratio.map(|ratio| self.brief(ratio, &unit));
            Item::figure(label, figure, self.text(Key::NeedsOutput))
        });
        let items: Vec<Item> = items.collect();
        if items.is_empty() {
            return vec![self.line(Word::YieldUnknown, None, self.text(Word::NeedsMaterial))];
        }
        items
    }

    fn per_million(&self) -> Option<(Decimal, String)> {
        let (defects, units) = self.counted("defects").zip(self.counted("units"))?;
        let found = defects_per_million(defects, units, self.counted("chances")?)?;
        Some(self.brief(found, ""))
    }
}
