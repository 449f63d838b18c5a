//! The supplier's bills against the meter.

use super::load::by_period;
use super::{Cell, Chapter, Section, Table, Word};
use crate::chart::Room;
use crate::chart::axis::Axis;
use crate::chart::plot::Plot;
use crate::format;
use crate::node::Node;
use crate::strings::Key;
use millwatt::energy::balance::{Reconciled, reconcile};
use millwatt::evaluate::intervals_within;
use millwatt::event::{Event, EventKind};
use millwatt::finding::REPORTABLE_COVERAGE;
use millwatt::site::Quantity;
use millwatt::time::{Instant, Period};
use millwatt::units::Energy;
use millwatt::{Decimal, Series};

/// By how much bill and meter may differ, as auditors use it.
const TOLERANCE: Decimal = Decimal::new(2, 2);

/// A bill of electricity as people entered it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bill {
    period: Period,
    energy: Option<Energy>,
    money: Option<Decimal>,
}

/// A bill beside what the meter counted.
#[derive(Debug, Clone, Copy)]
struct Held {
    bill: Bill,
    measured: Option<Energy>,
    coverage: Decimal,
    /// With tax, by the tariff; `None` without one.
    reckoned: Option<Decimal>,
    result: Option<Reconciled>,
}

/// The bills of electricity: energy and money of one billing cycle are one bill.
fn bills<'e>(events: impl Iterator<Item = Event<'e>>, currency: &str) -> Vec<Bill> {
    let mut bills: Vec<Bill> = Vec::new();
    let electricity = events.filter(|event| {
        event.kind == EventKind::Bill && matches!(event.product, "" | "electricity")
    });
    for event in electricity {
        let Some(until) = event.until.filter(|until| *until > event.at) else { continue };
        let period = Period::new(event.at, until);
        let place = bills.iter().position(|bill| bill.period == period).unwrap_or(bills.len());
        if place == bills.len() {
            bills.push(Bill { period, energy: None, money: None });
        }
        let Some(bill) = bills.get_mut(place) else { continue };
        // Thousandths of a kilowatt-hour are a thousand milliwatt-hours each.
        let energy = Energy::from_milliwatt_hours(event.amount().thousandths() * 1_000);
        if event.unit.eq_ignore_ascii_case("kWh") {
            bill.energy = Some(energy);
        } else if event.unit == currency {
            bill.money = Some(event.amount().units());
        }
    }
    bills
}

impl Chapter<'_> {
    pub(super) fn bills(&self) -> Node {
        let shown = self.model.period;
        let all = self.archive.events(Period::new(Instant::MIN, shown.to));
        let bills = bills(all, self.model.site.currency);
        let met = bills.into_iter().filter(|bill| bill.period.overlap(shown).is_some());
        let held: Vec<Held> = met.filter_map(|bill| self.held(bill)).collect();
        if held.is_empty() {
            return self.missing("energy.bills", self.text(Word::BillsMissing)).class("half");
        }
        let title = self.bills_title(&held);
        let aid = self.fill(Word::BillsAid, &[&self.percent(TOLERANCE)]);
        let drawing = self.bills_drawing(&held, &title);
        let section = Section::new("energy.bills", title, aid, drawing).half();
        let section = section.table(self.bills_table(&held));
        let section = section.coverage(self.text(Word::BillsCoverage).to_owned());
        self.section(section.method(self.fill(Word::BillsMethod, &[&self.percent(TOLERANCE)])))
    }

    /// A bill against the meter over the bill's own period; `None` without a main meter.
    fn held(&self, bill: Bill) -> Option<Held> {
        let site = self.view.model.site;
        let channel = site.channel_of(site.main?, Quantity::ActiveEnergy)?;
        let intervals = intervals_within(&site, self.archive, channel, bill.period);
        let column = by_period(site, &[bill.period], intervals).into_iter().next()?;
        let coverage = column.usage.coverage(bill.period);
        let measured = column.usage.total().map(Energy::from_milliwatt_hours);
        let enough = coverage.to_f64() >= REPORTABLE_COVERAGE.to_f64();
        let both = measured.zip(bill.energy).filter(|_| enough);
        let result = both.and_then(|(measured, billed)| reconcile(measured, billed, TOLERANCE));
        let cost = column.bands.cost(&site).1.units();
        let reckoned = (enough && cost.units() > 0).then_some(cost);
        Some(Held { bill, measured, coverage, reckoned, result })
    }

    fn bill_name(&self, bill: &Bill) -> String {
        let last = bill.period.to - millwatt::time::Span::from_milliseconds(1);
        format!("{} – {}", self.date(bill.period.from), self.date(last))
    }

    fn bills_title(&self, held: &[Held]) -> String {
        let known: Vec<&Reconciled> = held.iter().filter_map(|row| row.result.as_ref()).collect();
        let agree = known.iter().filter(|result| result.agrees).count();
        let mut told = match known.is_empty() {
            true => self.text(Word::BillsUnknown).to_owned(),
            false => {
                let figures = [agree.to_string(), known.len().to_string()];
                self.fill(Word::BillsTitle, &figures.each_ref().map(String::as_str))
            }
        };
        let worst = known.iter().filter(|result| !result.agrees);
        if let Some(worst) = worst.max_by_key(|result| result.difference.units().abs()) {
            told.push_str("; ");
            told.push_str(&self.fill(Word::BillsWorst, &[&self.signed(worst.difference)]));
        }
        told
    }

    fn signed(&self, share: Decimal) -> String {
        let sign = if share.units() > 0 { "+" } else { "" };
        format!("{sign}{}", self.percent(share))
    }

    fn bills_drawing(&self, held: &[Held], title: &str) -> Node {
        let hundredths = |row: &Held| row.result.map(|result| result.difference.to_f64() * 100.0);
        let allowed = TOLERANCE.to_f64() * 100.0;
        let all = || held.iter().filter_map(hundredths);
        let (least, most) = (all().fold(-allowed, f64::min), all().fold(allowed, f64::max));
        let names = held.iter().enumerate().map(|(place, row)| {
            let date = self.model.site.zone_rules().local(row.bill.period.from).date;
            (place as f64 + 0.5, format::day(date, self.choice.language))
        });
        let count = held.len() as f64;
        let across = Axis::exact(0.0, count, names.collect());
        let up = Axis::linear(least, most, "%", |value| self.number(value));
        let mut plot = Plot::new(Room::NARROW, 220.0, across, up, title);
        plot = plot.band("band", [(0.0, -allowed, allowed), (count, -allowed, allowed)]);
        for (place, row) in held.iter().enumerate() {
            let (from, to) = (place as f64 + 0.3, place as f64 + 0.7);
            plot = match (row.result, hundredths(row)) {
                (Some(result), Some(value)) => {
                    let told = format!(
                        "{} · {}",
                        self.bill_name(&row.bill),
                        self.signed(result.difference)
                    );
                    let class = if result.agrees { "energy" } else { "down" };
                    plot.bar(class, from, to, value.min(0.0), value.max(0.0), &told)
                }
                _ => plot.unmeasured(place as f64, place as f64 + 1.0),
            };
        }
        plot.finish()
    }

    fn bills_table(&self, held: &[Held]) -> Table {
        let heads = [
            self.text(Word::Bill),
            self.text(Word::BilledKwh),
            self.text(Word::MeasuredKwh),
            self.text(Word::Difference),
            self.text(Word::Verdict),
            self.text(Word::BilledMoney),
            self.text(Word::ReckonedMoney),
            self.text(Key::Coverage),
        ];
        let rows = held.iter().map(|row| {
            let exact = |value: Decimal| self.exact(value);
            let verdict = match row.result {
                Some(result) if result.agrees => Word::Agrees,
                Some(_) => Word::Differs,
                None => Word::NotEnough,
            };
            let difference = row.result.map(|result| result.difference);
            vec![
                Cell::from(self.bill_name(&row.bill)),
                self.cell(row.bill.energy.map(Energy::kwh), exact),
                self.cell(row.measured.map(Energy::kwh), exact),
                self.cell(difference, |value| self.signed(value)),
                self.text(verdict).into(),
                self.cell(row.bill.money, |value| self.money(value)),
                self.cell(row.reckoned, |value| self.money(value)),
                Cell::figure(row.coverage, self.percent(row.coverage)),
            ]
        });
        Table::new(heads).rows(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::super::load::tests::at;
    use super::*;

    #[test]
    fn energy_and_money_of_a_cycle_are_one_bill() {
        let event = |until, unit, thousandths| Event {
            at: at(0),
            until,
            kind: EventKind::Bill,
            asset: "",
            product: "electricity",
            thousandths,
            unit,
            note: "",
        };
        let cycle = Some(at(1_440));
        let rows = [
            event(cycle, "kWh", 1_500_000),
            event(cycle, "VND", 3_000_000_000),
            event(None, "kWh", 7),
            Event { product: "water", ..event(cycle, "kWh", 9) },
        ];
        let found = bills(rows.into_iter(), "VND");
        let energy = Some(Energy::from_milliwatt_hours(1_500_000_000));
        let money = Some(Decimal::new(3_000_000_000, 3));
        assert_eq!(found, [Bill { period: Period::new(at(0), at(1_440)), energy, money }]);
    }
}
