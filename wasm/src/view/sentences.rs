//! The owner's three sentences: what was used, what changed, what to do first.

use super::View;
use crate::format;
use crate::node::{Node, node};
use crate::strings::Key;
use millwatt::{Decimal, Name};

impl View<'_> {
    pub(super) fn sentences(&self) -> Node {
        let sentences = [self.used(), self.changed(), self.first()];
        node("div").class("sentences").children(sentences.map(|text| node("p").text(text)))
    }

    fn used(&self) -> String {
        let main = self.model.main();
        let Some(energy) = self.model.figure(Name::Energy, main, "") else {
            return self.text(Key::UsedUnknown).to_owned();
        };
        let Some(value) = energy.value else { return self.text(Key::UsedUnknown).to_owned() };
        let coverage = self.percent(energy.coverage);
        match self.model.value(Name::Cost, main, "") {
            Some(cost) if cost.units() > 0 => {
                self.fill(Key::Used, &[&self.kwh(value), &self.money(cost), &coverage])
            }
            _ => self.fill(Key::UsedNoPrice, &[&self.kwh(value), &coverage]),
        }
    }

    fn length(&self) -> String {
        let days = self.model.period.span().milliseconds() as f64 / 86_400_000.0;
        let days = Decimal::from_f64(days, 1).unwrap_or(Decimal::new(0, 0));
        self.fill(Key::DaysCount, &[&format::exact(days, self.language)])
    }

    fn changed(&self) -> String {
        let now = self.model.value(Name::Energy, self.model.main(), "");
        let (Some(now), Some(before)) = (now, self.model.before) else {
            return self.fill(Key::NotComparable, &[&self.length()]);
        };
        let (now_units, then) = (now.rounded(6), before.energy.rounded(6));
        let difference = now_units.units() - then.units();
        let key = if difference < 0 { Key::LessThan } else { Key::MoreThan };
        let size = Decimal::new(difference.abs(), 6);
        let share = Decimal::quotient(difference.abs(), then.units(), 4);
        let share = share.map_or_else(|| "–".to_owned(), |share| self.percent(share));
        let figures = [self.length(), self.kwh(size), share];
        let [length, size, share] = figures.each_ref().map(String::as_str);
        match self.output_change(before.output) {
            Some(output) => self.fill(key, &[length, size, share, &output]),
            None if difference < 0 => self.fill(Key::LessThanPlain, &[length, size, share]),
            None => self.fill(Key::MoreThanPlain, &[length, size, share]),
        }
    }

    fn output_change(&self, before: Option<Decimal>) -> Option<String> {
        let (now, then) = (self.model.value(Name::Output, "", "")?, before?);
        let change = Decimal::quotient(now.units() - then.units(), then.units(), 4)?;
        let sign = if change.units() > 0 { "+" } else { "" };
        Some(format!("{sign}{}", self.percent(change)))
    }

    /// The largest idle energy, or a power factor that is charged for where nothing idles.
    fn first(&self) -> String {
        let idle = self.model.by_asset(Name::EnergyByState, "idle");
        let worst = idle.max_by_key(|(_, energy)| energy.rounded(6).units());
        if let (Some((asset, energy)), Some(price)) = (worst, self.model.mean_price())
            && energy.units() > 0
        {
            let cost = Decimal::from_f64(energy.to_f64() * price, 0).unwrap_or(Decimal::new(0, 0));
            let figures = [self.model.asset_name(asset), &self.kwh(energy), &self.money(cost)];
            return self.fill(Key::FirstIdle, &figures);
        }
        let main = self.model.main();
        match self.model.value(Name::PowerFactor, main, "") {
            Some(factor) if factor.to_f64() < 0.9 => {
                self.fill(Key::FirstFactor, &[&format::places(factor, 2, self.language)])
            }
            _ => self.text(Key::FirstNothing).to_owned(),
        }
    }
}
