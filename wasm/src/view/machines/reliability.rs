//! How often machines fail, how long repair takes, and how that changes.

use super::account::Account;
use super::words::Word;
use super::{Chapter, millionths};
use crate::chart::Room;
use crate::chart::axis::{Axis, instant};
use crate::chart::plot::Plot;
use crate::node::Node;
use crate::strings::Key;
use crate::view::{Cell, Section, Table};
use millwatt::production::{Convention, Failures};
use millwatt::time::{Period, Span};
use millwatt::{Decimal, Name};

const NAME: &str = "machines.reliability";
/// Fewest failures from which a mean between them is a trend.
const FEWEST: u32 = 2;

impl Chapter<'_> {
    pub(super) fn reliability(&self) -> Node {
        let failing = self.accounts.iter().map(|account| (account, account.failures()));
        let failing: Vec<_> = failing.filter(|(_, sum)| sum.failures > 0).collect();
        let most = failing.iter().max_by_key(|(_, sum)| sum.failures);
        let Some((most, sum)) = most.filter(|(_, sum)| sum.failures >= FEWEST) else {
            return self.too_few_failures(failing.first().copied());
        };
        let chosen = self.view.choice.option("machines.machine");
        let chosen = failing
            .iter()
            .find(|(account, sum)| Some(account.asset.id) == chosen && sum.failures >= FEWEST);
        let title = self.reliability_title(most, sum);
        let (drawn, of_drawn) = chosen.map_or((*most, sum), |(account, sum)| (*account, sum));
        let Some(drawing) = self.trend(drawn, of_drawn, &title) else {
            return self
                .view
                .missing(NAME, &format!("{title}. {}", self.view.text(Word::OneBucket)));
        };
        let every = if self.shop.is_by_month() { Word::ByMonth } else { Word::ByWeek };
        let aid = [drawn.asset.name, self.view.text(every)];
        let aid = self.view.fill(Word::ReliabilityAid, &aid);
        let section = Section::new(NAME, title, aid, drawing).half();
        let section = section.coverage(self.plan_known()).table(self.reliability_table());
        self.view.section(section.method(self.view.text(Word::ReliabilityMethod).to_owned()))
    }

    fn too_few_failures(&self, only: Option<(&Account<'_>, Failures)>) -> Node {
        let said = match only {
            Some((account, sum)) => {
                let repair = self.hours(sum.repair.hours());
                self.view.fill(Word::OneFailure, &[account.asset.name, &repair])
            }
            None => self.view.text(Word::NoFailureYet).to_owned(),
        };
        self.view.missing(NAME, &said)
    }

    fn reliability_title(&self, most: &Account<'_>, sum: &Failures) -> String {
        let shown = |hours: Option<Decimal>| {
            hours.map_or_else(|| self.unknown().to_owned(), |hours| self.hours(hours))
        };
        let count = i64::from(sum.failures);
        let repair =
            (count > 0).then(|| Span::from_milliseconds(sum.repair.milliseconds() / count.max(1)));
        let figures = [
            most.asset.name.to_owned(),
            sum.failures.to_string(),
            shown(sum.mtbf(Convention::PerFailure)),
            repair.map_or_else(|| self.unknown().to_owned(), |span| self.lasted(span)),
        ];
        self.view.fill(Word::ReliabilityTitle, &figures.each_ref().map(String::as_str))
    }

    /// MTBF by week or month with the period's own; `None` for a single one.
    fn trend(&self, account: &Account<'_>, sum: &Failures, label: &str) -> Option<Node> {
        let hours = |failures: &Failures| failures.mtbf(Convention::PerFailure);
        let points: Vec<(Period, Option<Decimal>)> =
            account.trend.iter().map(|(bucket, part)| (*bucket, hours(part))).collect();
        let whole = hours(sum).filter(|_| points.len() > 1)?;
        let known = points.iter().filter_map(|(_, hours)| *hours).chain([whole]);
        let top = known.max_by_key(|hours| millionths(*hours)).map_or(1.0, Decimal::to_f64);
        let (zone, room) = (self.shop.site.zone_rules(), Room::NARROW);
        let across = Axis::time(self.shop.period, zone, self.view.choice.language, room);
        let up = Axis::linear(0.0, top, "h", |tick| self.view.number(tick));
        let line =
            points.iter().map(|(bucket, hours)| (middle(*bucket), hours.map(Decimal::to_f64)));
        let mean = self.view.fill(Word::MeanOfPeriod, &[&self.hours(whole)]);
        let plot = Plot::new(room, 220.0, across, up, label).line("line energy", line);
        let mut plot = plot.level("baseline", whole.to_f64(), &mean);
        for (bucket, hours) in &points {
            if let Some(hours) = hours {
                let hint = format!("{} · {}", self.view.date(bucket.from), self.hours(*hours));
                plot = plot.point("energy", middle(*bucket), hours.to_f64(), &hint);
            }
        }
        Some(plot.finish())
    }

    fn reliability_table(&self) -> Table {
        let heads = [
            self.view.text(Key::Asset),
            self.view.text(Word::FailuresHead),
            "MTBF",
            "MTTR",
            "MTBF (ISO 22400-2, n + 1)",
            self.view.text(Word::MinorStopsHead),
            self.view.text(Word::LimitHead),
        ];
        let rows = self.accounts.iter().map(|account| {
            let of = |name| self.value(name, account.asset.id, "");
            let plus_one = account.failures().mtbf(Convention::PlusOne);
            vec![
                account.asset.name.into(),
                self.count_cell(of(Name::Failures)),
                self.between_cell(of(Name::Mtbf), account),
                self.between_cell(of(Name::Mttr), account),
                self.between_cell(plus_one, account),
                self.count_cell(of(Name::MinorStops)),
                self.limit_cell(of(Name::MinorStopLimit)),
            ]
        });
        Table::new(heads).rows(rows)
    }

    fn count_cell(&self, count: Option<Decimal>) -> Cell {
        match count {
            Some(count) => Cell::figure(count, self.view.exact(count)),
            None => self.unknown().into(),
        }
    }

    /// Hours, or that nothing failed.
    fn between_cell(&self, hours: Option<Decimal>, account: &Account<'_>) -> Cell {
        match hours {
            None if account.all().time > Span::ZERO => self.view.text(Key::NoFailure).into(),
            hours => self.hours_cell(hours),
        }
    }

    fn limit_cell(&self, limit: Option<Decimal>) -> Cell {
        let Some(limit) = limit else { return self.unknown().into() };
        let minutes = Decimal::new(limit.units() * 60, limit.places()).rounded(1);
        Cell::figure(limit, self.view.fill(Word::Minutes, &[&self.view.exact(minutes)]))
    }
}

fn middle(bucket: Period) -> f64 {
    (instant(bucket.from) + instant(bucket.to)) / 2.0
}
