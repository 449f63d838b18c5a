//! The action plan: what, who, until when, by what means, how it is evaluated and verified.

use super::entry::Status;
use super::model::Row;
use super::words::Word;
use crate::format;
use crate::node::{Node, node};
use crate::view::{Cell, Section, Table, View};
use millwatt::Decimal;
use millwatt::analysis::opportunity::Kind;

/// How many actions the plan lists.
const MOST: usize = 20;
/// Where a pen goes.
const DOTS: &str = "…………";

/// How the result of an action is evaluated where nobody entered anything else.
const fn evaluated_by(kind: Kind) -> Word {
    match kind {
        Kind::Idle => Word::EvaluateIdle,
        Kind::NightLoad => Word::EvaluateNight,
        Kind::PeakShift => Word::EvaluateShift,
        Kind::PowerFactor => Word::EvaluateFactor,
        Kind::Leaks => Word::EvaluateLeaks,
        Kind::MinorStops => Word::EvaluateMinor,
        Kind::Unmetered | Kind::Missing => Word::EvaluateUnmetered,
        Kind::Demand => Word::EvaluateDemand,
    }
}

impl View<'_> {
    /// The plan; `None` where nothing is to be done.
    pub(super) fn plan(&self, rows: &[&Row<'_>]) -> Option<Node> {
        let planned = rows.iter().copied().filter(|row| row.entry.status != Status::Dropped);
        let planned: Vec<&Row<'_>> = planned.take(MOST).collect();
        if planned.is_empty() {
            return None;
        }
        let settled =
            planned.iter().filter(|row| row.entry.owner.is_some() && row.entry.due.is_some());
        let settled = settled.count().to_string();
        let title = self.fill(Word::PlanTitle, &[&planned.len().to_string(), &settled]);
        let heads = [
            Word::What,
            Word::Saving,
            Word::Who,
            Word::Until,
            Word::Means,
            Word::Evaluated,
            Word::Verified,
            Word::Status,
        ];
        let table = Table::new(heads.map(|word| self.text(word)));
        let table = table.rows(planned.iter().map(|row| self.plan_row(row))).shown();
        let drawing = node("div").class("scroll plan").with("tabindex", "0").child(table);
        let aid = format!("{} {}", self.text(Word::PlanAid), self.text(Word::SaveHint));
        let section = Section::new("actions.plan", title, aid, drawing);
        Some(self.section(section.method(self.text(Word::VerifyMethod).to_owned())))
    }

    fn plan_row(&self, row: &Row<'_>) -> Vec<Cell> {
        let entry = &row.entry;
        let written = |text: Option<&str>| text.unwrap_or(DOTS).to_owned();
        let worth = self.worth(row).unwrap_or_else(|| self.text(Word::Information).to_owned());
        let evaluated = entry.evaluated.clone();
        let evaluated =
            evaluated.unwrap_or_else(|| self.text(evaluated_by(row.found.kind)).to_owned());
        let cells = [
            self.what(row),
            worth,
            written(entry.owner.as_deref()),
            entry.due.as_deref().map_or(DOTS.to_owned(), |due| self.entered_date(due)),
            self.means(row),
            evaluated,
            self.verified(row.found.asset, entry),
            self.text(entry.status.word()).to_owned(),
        ];
        cells.into_iter().map(Cell::from).collect()
    }

    /// The investment and when it has paid.
    fn means(&self, row: &Row<'_>) -> String {
        let Some(money) = row.entry.money() else { return DOTS.to_owned() };
        let shown = self.money(money.units());
        let months = |months: Decimal| self.fill(Word::Months, &[&self.months(months)]);
        row.payback().map_or(shown.clone(), |paid| format!("{shown}, {}", months(paid)))
    }

    /// A date as people write it, or what was entered instead.
    pub(in crate::view) fn entered_date(&self, text: &str) -> String {
        let date = super::entry::date(text);
        date.map_or(text.to_owned(), |date| format::full_day(date, self.choice.language))
    }
}
