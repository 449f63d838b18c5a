//! Lean: the pace that customers ask for against that of the line, how long work waits, changeovers, orders.

use super::words::Word;
use super::{Page, Systems};
use crate::view::compliance::form::{Bounds, Entry, Item, thousandths};
use millwatt::calendar::{Planned, planned_time};
use millwatt::decimal::div_round;
use millwatt::management::lean::{
    Changeovers, cycle_time, lead_time, on_time_in_full, takt, value_added_ratio,
};
use millwatt::production::state::states;
use millwatt::production::{State, Stretches};
use millwatt::site::AssetId;
use millwatt::time::Span;
use millwatt::units::Amount;
use millwatt::{Decimal, Name};

const NAME: &str = "systems.lean";
const DEMAND: &str = "systems.lean.demand";
const IN_PROCESS: &str = "systems.lean.in_process";
const VALUE_ADDED: &str = "systems.lean.value_added";
/// How many machines' changeovers are told.
const MACHINES: usize = 3;
const WEEK: Span = Span::DAY.times(7);

impl Systems<'_> {
    pub(super) fn lean(&self) -> Page {
        let amount = |name: &str| {
            let number = self.entered(name, Bounds::ANY)?;
            Some(Amount::from_thousandths(thousandths(number)))
        };
        let pace = amount(DEMAND).and_then(|demand| takt(self.planned_a_week()?, demand));
        let cycle = self.cycle();
        let (good, _) = self.made();
        let lead = amount(IN_PROCESS).zip(good);
        let lead = lead.and_then(|(under_way, finished)| {
            lead_time(under_way, finished, self.model.period.span())
        });
        let minutes = self.entered(VALUE_ADDED, Bounds::ANY);
        let added = minutes.and_then(|minutes| span(minutes, 60_000));
        let ratio = added.zip(lead).and_then(|(added, lead)| value_added_ratio(added, lead));
        let kept = self.counted("kept").zip(self.counted("orders"));
        let kept = kept.and_then(|(kept, orders)| on_time_in_full(kept, orders));
        let lasted = |length: Option<Span>| length.map(|length| self.lasted(length));
        let mut items = vec![
            self.standing(DEMAND, Word::Demand),
            self.line(Word::Takt, lasted(pace), self.text(Word::NeedsDemand)),
            self.line(Word::Cycle, lasted(cycle), self.text(Word::NeedsCycle)),
            self.standing(IN_PROCESS, Word::InProcess),
            self.line(Word::Lead, lasted(lead), self.text(Word::NeedsInProcess)),
            self.standing(VALUE_ADDED, Word::ValueAdded),
            self.line(
                Word::ValueRatio,
                ratio.map(|one| self.share(one)),
                self.text(Word::NeedsLead),
            ),
        ];
        items.extend(self.changeovers());
        items.extend([
            self.field("orders", Word::Orders),
            self.field("kept", Word::Kept),
            self.line(Word::InFull, kept.map(|one| self.share(one)), self.text(Word::NeedsOrders)),
        ]);
        let title = self.lean_title(pace, cycle);
        self.page(NAME, title, [Word::LeanAid, Word::LeanMethod], items)
    }

    fn lean_title(&self, pace: Option<Span>, cycle: Option<Span>) -> String {
        let told = |span| self.lasted(span).1;
        match (pace, cycle) {
            (Some(pace), Some(cycle)) => {
                let is_enough = cycle <= pace;
                let word = if is_enough { Word::LeanKeepsUp } else { Word::LeanTooSlow };
                self.fill(word, &[&told(cycle), &told(pace)])
            }
            (None, Some(cycle)) => self.fill(Word::LeanCycle, &[&told(cycle)]),
            _ => self.text(Word::LeanUnknown).to_owned(),
        }
    }

    /// A field for a number that no year limits, with the output's unit.
    fn standing(&self, name: &str, label: Word) -> Item {
        let label = self.fill(label, &[self.model.site.output_unit]);
        Item::field(name.to_owned(), label, Entry::Number(Bounds::ANY))
    }

    /// Planned work a week, as the period has it; `None` without shifts.
    fn planned_a_week(&self) -> Option<Span> {
        let (site, period) = (&self.model.site, self.model.period);
        let planned = planned_time(Planned::new(site.zone_rules(), site.shifts, period));
        let scaled = i128::from(planned.milliseconds()) * i128::from(WEEK.milliseconds());
        let length = i128::from(period.span().milliseconds());
        let week = (length > 0 && scaled > 0).then(|| div_round(scaled, length))?;
        i64::try_from(week).ok().map(Span::from_milliseconds)
    }

    /// Running time of the output's machine for a unit that it made.
    fn cycle(&self) -> Option<Span> {
        let output = self.model.site.asset(self.model.site.output?)?;
        let hours = self.model.value(Name::StateTime, output.id, State::Running.name())?;
        let (good, reject) = self.made();
        cycle_time(span(hours, 3_600_000)?, good? + reject.unwrap_or(Amount::ZERO))
    }

    /// The machines that are set up the longest: how often, and for how long.
    fn changeovers(&self) -> Vec<Item> {
        let setup = self.model.by_asset(Name::StateTime, State::Setup.name());
        let mut machines: Vec<(&str, Decimal)> =
            setup.filter(|(_, hours)| hours.units() > 0).collect();
        machines.sort_by_key(|(_, hours)| std::cmp::Reverse(thousandths(*hours)));
        let told = machines.iter().take(MACHINES).filter_map(|(id, _)| {
            let asset = self.model.site.asset_named(id)?;
            let (count, mean) = self.changeovers_of(asset)?;
            let (exact, mean) = self.lasted(mean);
            let label = self.fill(Word::Changeovers, &[self.model.asset_name(id)]);
            let shown = self.fill(Word::ChangeoversTold, &[&count.to_string(), &mean]);
            Some(Item::figure(label, Some((exact, shown)), ""))
        });
        let told: Vec<Item> = told.collect();
        if told.is_empty() {
            return vec![self.line(Word::NoChangeovers, None, self.text(Word::NeedsSetup))];
        }
        told
    }

    fn changeovers_of(&self, asset: AssetId) -> Option<(usize, Span)> {
        let (site, period) = (&self.model.site, self.model.period);
        let spans = states(site, self.archive, asset, period)?;
        let dwell = site.asset(asset)?.dwell;
        let (mut changes, mut count) = (Changeovers::default(), 0);
        for stretch in Stretches::new(spans, dwell) {
            let inside = stretch.period.overlap(period).filter(|_| stretch.state == State::Setup);
            if let Some(inside) = inside {
                changes.fold(inside.span(), Span::ZERO);
                count += 1;
            }
        }
        Some((count, changes.mean()?))
    }
}

/// A number of some unit of time, whose length is given in milliseconds.
fn span(number: Decimal, unit: i128) -> Option<Span> {
    let milliseconds = div_round(thousandths(number).checked_mul(unit)?, 1_000);
    i64::try_from(milliseconds).ok().map(Span::from_milliseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_lengths_of_time() {
        assert_eq!(span(Decimal::new(15, 1), 60_000), Some(Span::from_seconds(90)));
        assert_eq!(span(Decimal::new(250_000, 6), 3_600_000), Some(Span::from_minutes(15)));
    }
}
