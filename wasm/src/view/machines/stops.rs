//! Why machines stood: few reasons of many hours, and the stops that nobody has explained.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::account::{Account, Stop};
use super::reason::Reason;
use super::slot::{Slot, sum};
use super::words::Word;
use super::{Chapter, class_of, class_of_sixteen};
use crate::chart::pareto::{Row, pareto};
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table};
use millwatt::Decimal;
use millwatt::production::Loss;
use millwatt::time::Span;

const NAME: &str = "machines.stops";
/// Most reasons that are drawn; the others stand together.
const MOST: usize = 9;
/// Unqualified stops that are listed.
const LISTED: usize = 10;

/// By what stops are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Hours,
    Count,
    Energy,
    Money,
}

impl By {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Hours, "hours"),
        (Self::Count, "count"),
        (Self::Energy, "kwh"),
        (Self::Money, "money"),
    ];

    fn named(name: Option<&str>) -> Self {
        let found = Self::ALL.into_iter().find(|(_, known)| Some(*known) == name);
        found.map_or(Self::Hours, |(by, _)| by)
    }
}

/// A reason and all its stops; without a reason, all that are too small to be drawn.
type Ranked<'a> = (Option<Reason<'a>>, Slot);

impl Chapter<'_> {
    pub(super) fn stops(&self) -> Node {
        let mut reasons: BTreeMap<Reason<'_>, Slot> = BTreeMap::new();
        for (cause, slot) in self.accounts.iter().flat_map(|account| &account.stops) {
            reasons.entry(cause.reason).or_default().merge(slot);
        }
        if reasons.is_empty() {
            let is_planned = self.accounts.iter().any(|account| account.planned > Span::ZERO);
            let key = if is_planned { Word::NoStops } else { Word::NoPlan };
            return self.view.missing(NAME, self.view.text(key));
        }
        let by = By::named(self.view.choice.option("machines.by"));
        let mut ranked: Vec<Ranked<'_>> =
            reasons.into_iter().map(|(reason, slot)| (Some(reason), slot)).collect();
        ranked.sort_by_key(|(_, slot)| Reverse(self.weight(by, slot)));
        let title = self.stops_title(&ranked);
        let drawing = node("div").child(self.pareto(by, &ranked, &title));
        let drawing = drawing.children(self.unqualified());
        let aid = self.view.text(Word::StopsAid).to_owned();
        let section = Section::new(NAME, title, aid, drawing).controls(self.stops_controls(by));
        let section = section.table(self.stops_table(&ranked)).coverage(self.plan_known());
        self.view.section(section.method(self.view.text(Word::StopsMethod).to_owned()))
    }

    /// What a reason is called.
    pub(super) fn reason(&self, reason: Reason<'_>) -> String {
        match reason {
            Reason::Known(loss) => self.view.text(Word::sixteen(loss)).to_owned(),
            Reason::Said("other") => self.view.text(Word::OtherReason).to_owned(),
            Reason::Said(words) => format!("“{words}”"),
            Reason::Unqualified => self.view.text(Word::loss(Loss::Unqualified)).to_owned(),
        }
    }

    /// What stops are ranked by, in the smallest unit.
    fn weight(&self, by: By, slot: &Slot) -> i128 {
        match by {
            By::Hours => slot.time.milliseconds().into(),
            By::Count => slot.count.into(),
            By::Energy => slot.energy.milliwatt_hours(),
            By::Money => slot.cost(&self.shop.site).map_or(0, |money| money.thousandths()),
        }
    }

    fn weighed(&self, by: By, slot: &Slot) -> String {
        match by {
            By::Hours => self.hours(slot.time.hours()),
            By::Count => slot.count.to_string(),
            By::Energy => self.energy(slot.energy),
            By::Money => self.money(slot.cost(&self.shop.site)),
        }
    }

    fn stops_title(&self, ranked: &[Ranked<'_>]) -> String {
        let all = sum(ranked.iter().map(|(_, slot)| slot));
        let silent = self.accounts.iter().map(|account| account.stood(Loss::Unqualified).time);
        let silent: Span = silent.sum();
        let share = self.view.percent(millwatt::usage::share(silent, all.time));
        let figures = [self.hours(all.time.hours()), share];
        let key = if silent > Span::ZERO { Word::StopsTitle } else { Word::StopsExplained };
        self.view.fill(key, &figures.each_ref().map(String::as_str))
    }

    fn stops_controls(&self, by: By) -> Node {
        let options = By::ALL.map(|(by, value)| {
            let shown = match by {
                By::Hours => self.view.text(Word::InHours).to_owned(),
                By::Count => self.view.text(Word::InCounts).to_owned(),
                By::Energy => "kWh".to_owned(),
                By::Money => self.currency(),
            };
            (value, shown)
        });
        let chosen = By::ALL.into_iter().find(|(known, _)| *known == by);
        let chosen = chosen.map_or("", |(_, value)| value);
        self.buttons("by", Word::UnitLabel, &options, chosen)
    }

    fn pareto(&self, by: By, ranked: &[Ranked<'_>], title: &str) -> Node {
        let (drawn, others) = ranked.split_at(ranked.len().min(MOST));
        let others = (!others.is_empty()).then(|| (None, sum(others.iter().map(|(_, slot)| slot))));
        let whole: i128 = ranked.iter().map(|(_, slot)| self.weight(by, slot)).sum();
        let mut so_far = 0;
        let rows: Vec<Row> = drawn
            .iter()
            .chain(&others)
            .map(|(reason, slot)| {
                so_far += self.weight(by, slot);
                let share = Decimal::quotient(so_far, whole, 4);
                let share = share.map_or_else(String::new, |share| self.view.percent(share));
                self.pareto_row(by, *reason, slot, share)
            })
            .collect();
        let heads = ["", self.view.text(Word::SoFar)];
        pareto(self.view.room(), &rows, heads, title)
    }

    fn pareto_row(&self, by: By, reason: Option<Reason<'_>>, slot: &Slot, so_far: String) -> Row {
        let (name, class) = match reason {
            Some(reason) => (self.reason(reason), class_of_reason(reason)),
            None => (self.view.text(Word::OtherReasons).to_owned(), "down"),
        };
        let count = self.view.fill(Word::Times, &[&slot.count.to_string()]);
        let figures = [self.hours(slot.time.hours()), count, self.energy(slot.energy)];
        let hint = format!("{name} · {}", figures.join(" · "));
        let value = self.weight(by, slot) as f64;
        Row { name, value, class, shown: self.weighed(by, slot), so_far, hint }
    }

    fn stops_table(&self, ranked: &[Ranked<'_>]) -> Table {
        let heads = [
            self.view.text(Word::ReasonHead).to_owned(),
            self.view.text(Word::InHours).to_owned(),
            self.view.text(Word::InCounts).to_owned(),
            "kWh".to_owned(),
            self.currency(),
        ];
        let is_metered = self.accounts.iter().any(|account| account.is_metered);
        let rows = ranked.iter().map(|(reason, slot)| {
            let reason = reason.map_or_else(String::new, |reason| self.reason(reason));
            let money = slot.cost(&self.shop.site).filter(|_| is_metered);
            vec![
                reason.into(),
                self.span_cell(slot.time),
                Cell::figure(Decimal::new(slot.count.into(), 0), slot.count.to_string()),
                self.energy_cell(slot.energy, is_metered),
                self.money_cell(money),
            ]
        });
        Table::new(heads).rows(rows)
    }

    /// The longest stops that nobody has classified, and where to do it.
    fn unqualified(&self) -> Option<Node> {
        let mut longest: Vec<(&Account<'_>, Stop<'_>)> = Vec::new();
        for account in &self.accounts {
            longest.extend(account.longest.iter().map(|stop| (account, *stop)));
        }
        longest.sort_by_key(|(_, stop)| (Reverse(stop.planned), stop.period.from));
        longest.truncate(LISTED);
        let heads = [Word::WhenHead, Word::MachineLabel, Word::LastedHead, Word::SaidHead];
        let heads = heads.map(|key| self.view.text(key)).into_iter().chain(["kWh"]);
        let rows = longest.iter().map(|(account, stop)| {
            let said = match stop.reason {
                Reason::Unqualified => "–".to_owned(),
                said => self.reason(said),
            };
            vec![
                self.moment(stop.period.from).into(),
                account.asset.name.into(),
                Cell::figure(stop.planned.hours(), self.lasted(stop.planned)),
                said.into(),
                self.energy_cell(stop.energy, account.is_metered),
            ]
        });
        let table = Table::new(heads).rows(rows).shown();
        let listed = self.view.behind(Word::LongestStops, table);
        let how = node("p").class("missing").text(self.view.text(Word::Classify));
        (!longest.is_empty()).then(|| node("div").child(how).child(listed))
    }

    /// How much of planned time is known, of all machines together.
    pub(super) fn plan_known(&self) -> String {
        let planned: Span = self.accounts.iter().map(|account| account.planned).sum();
        if planned == Span::ZERO {
            return self.view.text(Word::NoPlan).to_owned();
        }
        let known: Span = self.accounts.iter().map(|account| account.all().time).sum();
        let share = self.view.percent(millwatt::usage::share(known, planned));
        self.view.fill(Word::PlanKnown, &[&share])
    }
}

fn class_of_reason(reason: Reason<'_>) -> &'static str {
    match reason {
        Reason::Unqualified => class_of(Loss::Unqualified),
        Reason::Known(loss) => class_of_sixteen(loss),
        Reason::Said(_) => "down",
    }
}
