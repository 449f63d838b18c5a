//! What people weighed and counted, row by row.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::rows::{hull, row_of};
use crate::event::{Event, EventKind};
use crate::series::Series;
use crate::time::{Period, Span};
use crate::units::Amount;

/// Most kinds of things that a study tells apart.
const MOST_THINGS: usize = 64;

/// One thing that people reported, by row.
#[derive(Debug, Clone)]
pub(super) struct Thing {
    pub kind: EventKind,
    /// What it was; empty for all output together.
    pub product: String,
    /// As it was first written.
    pub unit: String,
    rows: Vec<Sum>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sum {
    amount: Amount,
    is_reported: bool,
    /// Somebody wrote it in another unit: no sum has a meaning.
    is_mixed: bool,
}

impl Thing {
    fn of(event: &Event<'_>, product: &str, rows: usize) -> Self {
        let (product, unit) = (product.to_owned(), event.unit.to_owned());
        Self { kind: event.kind, product, unit, rows: vec![Sum::default(); rows] }
    }

    fn add(&mut self, event: &Event<'_>, row: usize) {
        if let Some(sum) = self.rows.get_mut(row) {
            sum.amount += event.amount();
            sum.is_reported = true;
            sum.is_mixed |= event.unit != self.unit;
        }
    }

    /// The amount of each row. A row without a report is zero where no work was planned, and unknown where
    /// some was or where the site states no shifts.
    pub fn amounts(&self, planned: Option<&[Span]>) -> Vec<Option<Amount>> {
        let rests = |row: usize| planned.and_then(|spans| spans.get(row)) == Some(&Span::ZERO);
        let known = |(row, sum): (usize, &Sum)| match sum {
            Sum { is_mixed: true, .. } => None,
            Sum { is_reported: true, amount, .. } => Some(*amount),
            _ => rests(row).then_some(Amount::ZERO),
        };
        self.rows.iter().enumerate().map(known).collect()
    }
}

/// Everything that people reported and that use can depend on.
#[derive(Debug, Clone)]
pub(super) struct Reported(Vec<Thing>);

impl Reported {
    /// Of the rows of a study.
    pub fn of<S: Series>(series: &S, rows: &[Period]) -> Self {
        let mut things = Self(Vec::new());
        for event in series.events(hull(rows)) {
            if let Some(row) = row_of(rows, event.at) {
                things.take(&event, row, rows.len());
            }
        }
        things.0.sort_by(|one, other| one.product.cmp(&other.product));
        things
    }

    fn take(&mut self, event: &Event<'_>, row: usize, rows: usize) {
        match event.kind {
            EventKind::Output => {
                self.add(event, "", row, rows);
                if !event.product.is_empty() {
                    self.add(event, event.product, row, rows);
                }
            }
            EventKind::RawMaterial | EventKind::Fuel if !event.product.is_empty() => {
                self.add(event, event.product, row, rows);
            }
            _ => {}
        }
    }

    fn add(&mut self, event: &Event<'_>, product: &str, row: usize, rows: usize) {
        let same = |thing: &&mut Thing| thing.kind == event.kind && thing.product == product;
        if let Some(thing) = self.0.iter_mut().find(same) {
            return thing.add(event, row);
        }
        if self.0.len() < MOST_THINGS {
            let mut thing = Thing::of(event, product, rows);
            thing.add(event, row);
            self.0.push(thing);
        }
    }

    /// What was reported of a thing; all output where `product` is empty.
    pub fn thing(&self, kind: EventKind, product: &str) -> Option<&Thing> {
        self.0.iter().find(|thing| thing.kind == kind && thing.product == product)
    }

    /// The things of a kind that have a name, in the order of their names.
    pub fn named(&self, kind: EventKind) -> impl Iterator<Item = &Thing> {
        self.0.iter().filter(move |thing| thing.kind == kind && !thing.product.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::Slices;
    use crate::time::Instant;

    fn event(
        hour: i64,
        product: &'static str,
        thousandths: i64,
        unit: &'static str,
    ) -> Event<'static> {
        let at = Instant::from_unix_milliseconds(hour * 3_600_000);
        let (kind, asset, note) = (EventKind::RawMaterial, "", "");
        Event { at, until: None, kind, asset, product, thousandths, unit, note }
    }

    #[test]
    fn no_report_is_nothing_on_a_day_of_rest_and_unknown_on_a_day_of_work() {
        let day = |count: i64| Instant::from_unix_milliseconds(count * 86_400_000);
        let rows: Vec<Period> = (0..4).map(|n| Period::new(day(n), day(n + 1))).collect();
        let events =
            [event(3, "leaf", 700, "kg"), event(9, "leaf", 300, "kg"), event(80, "leaf", 1, "t")];
        let series = Slices { channels: &[], events: &events };
        let reported = Reported::of(&series, &rows);
        let leaf = reported.thing(EventKind::RawMaterial, "leaf").expect("was reported");
        let planned = [Span::DAY, Span::DAY, Span::ZERO, Span::DAY];
        let one = Some(Amount::from_thousandths(1_000));
        assert_eq!(leaf.amounts(Some(&planned)), [one, None, Some(Amount::ZERO), None]);
        assert_eq!(leaf.amounts(None), [one, None, None, None]);
        assert!(reported.thing(EventKind::Fuel, "leaf").is_none());
    }
}
