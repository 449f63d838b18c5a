//! The supplier's bill: what the main meter counted in a month, by tariff hours.

use super::calendar::{civil, day_of, instant, minute_of, works};
use super::events::{Kind, PlantEvent};

/// Đồng a kWh below 6 kV in normal, peak and off-peak hours, before tax.
///
/// # Source
/// Decision 1279/QD-BCT of 9 May 2025, from public copies.
const PRICES: [i64; 3] = [1_987, 3_640, 1_300];
/// Per cent of tax.
const TAX: i64 = 8;
/// 2026-04-22, the day of Decision 963/QD-BCT, from which the hours are others.
const NEW_HOURS: i64 = 20_565;

/// What a month costs so far.
#[derive(Debug, Clone)]
pub struct Account {
    since: i64,
    month: (i64, i64),
    /// mWh in normal, peak and off-peak hours.
    bands: [i64; 3],
}

/// Normal, peak or off-peak: 0, 1, 2.
fn band(at: i64) -> usize {
    let (day, minute) = (day_of(at), minute_of(at));
    let (peak, low) = if day < NEW_HOURS {
        let peak = (570..690).contains(&minute) || (1_020..1_200).contains(&minute);
        (peak, !(240..1_320).contains(&minute))
    } else {
        ((1_050..1_350).contains(&minute), minute < 360)
    };
    if peak && works(day) { 1 } else { 2 * usize::from(low) }
}

fn month_of(at: i64) -> (i64, i64) {
    let (year, month, _) = civil(day_of(at));
    (year, month)
}

impl Account {
    /// Nothing used.
    #[must_use]
    pub fn new(since: i64) -> Self {
        Self { since, month: month_of(since), bands: [0; 3] }
    }

    /// Takes in the energy of the step that ends `now`, in mWh; gives the bill of a month that
    /// ended with it.
    pub fn add(&mut self, begun: i64, now: i64, energy: i64) -> Option<PlantEvent> {
        self.bands[band(begun)] += energy;
        if month_of(now) == self.month {
            return None;
        }
        let bill = self.bill(now);
        *self = Self::new(now);
        Some(bill)
    }

    /// Đồng with tax, rounded.
    fn dong(&self) -> i64 {
        let net: i128 =
            self.bands.iter().zip(PRICES).map(|(used, price)| i128::from(used * price)).sum();
        let gross = net * i128::from(100 + TAX);
        i64::try_from((gross + 50_000_000) / 100_000_000).unwrap_or(i64::MAX)
    }

    fn bill(&self, now: i64) -> PlantEvent {
        let used: i64 = self.bands.iter().sum();
        let note = format!("tiền điện {} đồng gồm thuế {TAX} %", self.dong());
        PlantEvent {
            until: Some(now),
            // The bill comes on the second at nine.
            told: instant(day_of(now) + 1, 540),
            product: "electricity",
            tenths: Some((used + 50_000) / 100_000),
            unit: "kWh",
            note,
            ..PlantEvent::new(self.since, Kind::Bill, "main")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_have_their_price() {
        // Wednesday 2026-03-04, a Sunday, and Wednesday 2026-04-22.
        let bands =
            |day: i64, hours: [i64; 4]| hours.map(|half_hour| band(instant(day, half_hour * 30)));
        assert_eq!(bands(20_516, [18, 19, 34, 44]), [0, 1, 1, 2]);
        assert_eq!(bands(20_520, [18, 19, 34, 44]), [0, 0, 0, 2]);
        assert_eq!(civil(NEW_HOURS), (2026, 4, 22));
        assert_eq!(bands(NEW_HOURS, [11, 19, 35, 45]), [2, 0, 1, 0]);
    }

    #[test]
    fn a_bill_is_its_bands() {
        let start = instant(20_516, 0);
        let mut account = Account::new(start);
        assert_eq!(account.add(instant(20_516, 480), instant(20_516, 490), 10_000_000), None);
        account.add(instant(20_516, 1_080), instant(20_516, 1_090), 2_000_000);
        // 10 kWh normal and 2 kWh peak: (19,870 + 7,280) x 1.08.
        assert_eq!(account.dong(), 29_322);
        let april = instant(20_544, 0);
        let bill = account.add(april - 10_000, april, 1_000_000).expect("March is over");
        assert_eq!((bill.at, bill.until, bill.tenths), (start, Some(april), Some(130)));
        // And 1 kWh off-peak: 1,300 x 1.08 more.
        assert!(bill.note.contains("30726 đồng"), "{}", bill.note);
    }
}
