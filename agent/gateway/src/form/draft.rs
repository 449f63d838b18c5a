//! From a form that was filled in to the events that it stands for.
//!
//! | form | events |
//! |---|---|
//! | output | `Output` good, `Reject` refused, `Reject` reworked: it was not right at once |
//! | raw material, fuel, people, stop | the event of that name |
//! | stock | `Note` with product, amount and unit: what lies there is not what was burnt |
//! | batch, incident, note, withdrawal | `Note` |
//! | meter | `MeterRemoved`, and a millisecond later `MeterInstalled` |
//! | bill | two `Bill`s of `electricity`: kilowatt-hours and money |
//!
//! Which form and field an event is from stands in the head of its note, see [`note`](super::note). The events are
//! the same bytes however often an entry is sent: the log itself counts equal ones once.

use super::entry::{Entry, Kind, REASONS, Refusal, label, thousandths, words};
use super::place::Place;
use super::told::STANDING;
use crate::import::OwnedEvent;
use crate::run::NEVER_SET;
use millwatt::event::EventKind;
use millwatt::time::{Instant, Span};

/// By how much a phone's clock may be ahead of the gateway's.
const AHEAD: Span = Span::from_minutes(15);
/// How long ago something may have happened.
const OLDEST: Span = Span::DAY.times(400);
/// How long ago a bill may be from.
const OLDEST_BILL: Span = Span::DAY.times(3_660);
/// How long something may have lasted.
const LONGEST: Span = Span::DAY.times(32);

/// An event and the field of the form that it is from. Its note holds people's words alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub field: String,
    pub event: OwnedEvent,
}

/// What an entry comes to. A gateway whose clock was never set judges no time.
pub(super) fn drafted(
    entry: &Entry,
    kind: Kind,
    place: &Place,
    now: Instant,
) -> Result<Vec<Row>, Refusal> {
    let at = place.instant(&entry.at).ok_or(Refusal::Time)?;
    let oldest = if kind == Kind::Bill { OLDEST_BILL } else { OLDEST };
    if now >= NEVER_SET && at > now + AHEAD {
        return Err(Refusal::Future);
    }
    if now >= NEVER_SET && at < now - oldest {
        return Err(Refusal::Old);
    }
    let until = until(entry, place, at)?;
    let asset = place.asset(&entry.asset)?;
    Draft { entry, place, at, until, asset, note: words(&entry.note)? }.rows(kind)
}

fn until(entry: &Entry, place: &Place, at: Instant) -> Result<Option<Instant>, Refusal> {
    if entry.until.is_empty() {
        return Ok(None);
    }
    let until = place.instant(&entry.until).ok_or(Refusal::Until)?;
    let fits = at <= until && until - at <= LONGEST;
    if fits { Ok(Some(until)) } else { Err(Refusal::Until) }
}

/// What all events of an entry share.
struct Draft<'a> {
    entry: &'a Entry,
    place: &'a Place,
    at: Instant,
    until: Option<Instant>,
    asset: String,
    note: String,
}

impl Draft<'_> {
    fn rows(&self, kind: Kind) -> Result<Vec<Row>, Refusal> {
        match kind {
            Kind::Output => self.output(),
            Kind::RawMaterial => self.weighed(EventKind::RawMaterial),
            Kind::Fuel => self.weighed(EventKind::Fuel),
            Kind::Stock => self.weighed(EventKind::Note),
            Kind::Stop => self.stop(),
            Kind::People => self.people(),
            Kind::Batch => self.batch(),
            Kind::Incident | Kind::Note => self.said(),
            Kind::Meter => self.meter(),
            Kind::Bill => self.bill(),
            Kind::Withdraw => Ok(vec![self.row("withdrawn", self.event(EventKind::Note))]),
        }
    }

    fn row(&self, field: &str, event: OwnedEvent) -> Row {
        Row { field: field.to_owned(), event }
    }

    fn event(&self, kind: EventKind) -> OwnedEvent {
        OwnedEvent {
            at: self.at,
            until: self.until,
            kind,
            asset: self.asset.clone(),
            product: String::new(),
            thousandths: 0,
            unit: String::new(),
            note: self.note.clone(),
        }
    }

    /// The product's name, which must be there.
    fn product(&self) -> Result<String, Refusal> {
        label(&self.entry.product).and_then(|product| {
            if product.is_empty() { Err(Refusal::Product) } else { Ok(product) }
        })
    }

    fn output(&self) -> Result<Vec<Row>, Refusal> {
        let product = label(&self.entry.product)?;
        let Entry { good, reject, rework, .. } = self.entry;
        let fields = [
            ("good", EventKind::Output, good),
            ("reject", EventKind::Reject, reject),
            ("rework", EventKind::Reject, rework),
        ];
        let mut rows = Vec::new();
        for (field, kind, amount) in fields {
            if amount.is_empty() {
                continue;
            }
            let (product, unit) = (product.clone(), self.place.output_unit.clone());
            let thousandths = thousandths(amount)?;
            let event = OwnedEvent { product, thousandths, unit, ..self.event(kind) };
            rows.push(self.row(field, event));
        }
        if rows.is_empty() { Err(Refusal::Amount) } else { Ok(rows) }
    }

    fn weighed(&self, kind: EventKind) -> Result<Vec<Row>, Refusal> {
        let (product, thousandths) = (self.product()?, thousandths(&self.entry.amount)?);
        let unit = self.entry.unit.clone();
        if !self.place.units().contains(&unit.as_str()) {
            return Err(Refusal::Unit);
        }
        let event = OwnedEvent { product, thousandths, unit, ..self.event(kind) };
        Ok(vec![self.row("amount", event)])
    }

    fn stop(&self) -> Result<Vec<Row>, Refusal> {
        let product = self.entry.product.clone();
        if !REASONS.contains(&product.as_str()) {
            return Err(Refusal::Reason);
        }
        if self.until.is_none() {
            return Err(Refusal::Until);
        }
        let event = OwnedEvent { product, ..self.event(EventKind::Stop) };
        let field = if self.entry.standing { STANDING } else { "reason" };
        Ok(vec![self.row(field, event)])
    }

    fn people(&self) -> Result<Vec<Row>, Refusal> {
        let thousandths = thousandths(&self.entry.amount)?;
        if thousandths % 1_000 != 0 {
            return Err(Refusal::Amount);
        }
        let unit = "person".to_owned();
        let event = OwnedEvent { thousandths, unit, ..self.event(EventKind::People) };
        Ok(vec![self.row("amount", event)])
    }

    fn batch(&self) -> Result<Vec<Row>, Refusal> {
        let event = OwnedEvent { product: self.product()?, ..self.event(EventKind::Note) };
        Ok(vec![self.row("product", event)])
    }

    fn said(&self) -> Result<Vec<Row>, Refusal> {
        if self.note.is_empty() {
            return Err(Refusal::Words);
        }
        Ok(vec![self.row("words", self.event(EventKind::Note))])
    }

    /// What a meter shows, in steps of its register.
    fn shown(&self, kilowatt_hours: &str) -> Result<i64, Refusal> {
        self.place.steps(&self.asset, thousandths(kilowatt_hours)?)
    }

    fn meter(&self) -> Result<Vec<Row>, Refusal> {
        let last = self.shown(&self.entry.removed)?;
        let first = self.shown(&self.entry.installed)?;
        let event = |kind, at, thousandths| {
            let unit = "step".to_owned();
            OwnedEvent { at, thousandths, unit, until: None, ..self.event(kind) }
        };
        let after = self.at + Span::from_milliseconds(1);
        let removed = event(EventKind::MeterRemoved, self.at, last);
        let installed = event(EventKind::MeterInstalled, after, first);
        Ok(vec![self.row("removed", removed), self.row("installed", installed)])
    }

    fn billed(&self, field: &str, amount: &str, unit: &str) -> Result<Row, Refusal> {
        let (product, thousandths) = ("electricity".to_owned(), thousandths(amount)?);
        let unit = unit.to_owned();
        let event = OwnedEvent { product, thousandths, unit, ..self.event(EventKind::Bill) };
        Ok(self.row(field, event))
    }

    fn bill(&self) -> Result<Vec<Row>, Refusal> {
        let Entry { amount, money, .. } = self.entry;
        let kwh = self.billed("kwh", amount, "kWh")?;
        Ok(vec![kwh, self.billed("money", money, &self.place.currency)?])
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::tests::distillery;
    use super::*;

    fn entry(kind: &str, change: impl FnOnce(&mut Entry)) -> Result<Vec<Row>, Refusal> {
        let place = distillery();
        let text = |text: &str| text.to_owned();
        let mut entry =
            Entry { at: text("2026-03-02T16:00"), kind: text(kind), ..Entry::default() };
        change(&mut entry);
        let kind = Kind::named(&entry.kind).expect("a kind");
        let now = place.instant("2026-03-02T16:10").expect("a time");
        drafted(&entry, kind, &place, now)
    }

    #[test]
    fn output_is_up_to_three_events() {
        let rows = entry("output", |entry| {
            entry.good = "7.5".to_owned();
            entry.rework = "0.25".to_owned();
        });
        let rows = rows.expect("fits");
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.field.as_str(), row.event.kind, row.event.thousandths))
            .collect();
        let expected = [("good", EventKind::Output, 7_500), ("rework", EventKind::Reject, 250)];
        assert_eq!(told, expected);
        assert_eq!(entry("output", |_| {}), Err(Refusal::Amount));
    }

    #[test]
    fn a_stock_count_is_not_burnt() {
        let rows = entry("stock", |entry| {
            entry.product = "firewood".to_owned();
            (entry.amount, entry.unit) = ("1200".to_owned(), "kg".to_owned());
        });
        assert_eq!(rows.expect("fits")[0].event.kind, EventKind::Note);
        let unit = entry("fuel", |entry| {
            entry.product = "firewood".to_owned();
            (entry.amount, entry.unit) = ("1200".to_owned(), "xe".to_owned());
        });
        assert_eq!(unit, Err(Refusal::Unit));
    }

    #[test]
    fn time_is_judged() {
        let at = |at: &str| {
            entry("note", |entry| {
                (entry.at, entry.note) = (at.to_owned(), "x".to_owned());
            })
        };
        assert_eq!(at("2026-03-02T16:26"), Err(Refusal::Future));
        assert_eq!(at("2024-03-02T16:00"), Err(Refusal::Old));
        assert_eq!(at("hôm qua"), Err(Refusal::Time));
        assert!(at("2026-03-02T16:20").is_ok());
        let stop = |until: &str| {
            entry("stop", |entry| {
                (entry.until, entry.product) = (until.to_owned(), "breakdown".to_owned());
            })
        };
        assert_eq!(stop(""), Err(Refusal::Until));
        assert_eq!(stop("2026-03-02T15:59"), Err(Refusal::Until));
        assert!(stop("2026-03-02T16:09").is_ok());
    }

    #[test]
    fn a_meter_is_exchanged_in_order() {
        let rows = entry("meter", |entry| {
            entry.asset = "still".to_owned();
            (entry.removed, entry.installed) = ("812.5".to_owned(), "0".to_owned());
        });
        let rows = rows.expect("fits");
        assert!(rows[0].event.at < rows[1].event.at);
        assert!(rows[0].event.thousandths > 0 && rows[1].event.thousandths == 0);
        assert_eq!(entry("meter", |entry| entry.removed = "1".to_owned()), Err(Refusal::Counter));
    }
}
