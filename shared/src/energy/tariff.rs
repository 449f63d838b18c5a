//! Price bands: which one an instant falls in, and what each took.

use crate::interval::Interval;
use crate::site::{Band, Site, Tariff};
use crate::time::{Instant, Period, Span, Zone};
use crate::units::{Energy, Money};

/// How many band rows a site can have over all its tariffs.
pub const MOST_BANDS: usize = 48;

/// Tells the band of successive instants; quickest when they come in time order.
#[derive(Debug, Clone)]
pub struct TariffClock<'a> {
    zone: Zone<'a>,
    tariffs: &'a [Tariff<'a>],
    bands: &'a [Band<'a>],
    current: Period,
    row: Option<usize>,
}

impl<'a> TariffClock<'a> {
    /// The clock of a site's tariffs.
    #[must_use]
    pub const fn new(site: Site<'a>) -> Self {
        let (zone, tariffs, bands) = (site.zone_rules(), site.tariffs, site.bands);
        let current = Period::new(Instant::MAX, Instant::MAX);
        Self { zone, tariffs, bands, current, row: None }
    }

    /// The row of [`Site::bands`] in force at an instant and the stretch for which that holds;
    /// `None` where no tariff is in force.
    #[inline]
    pub fn at(&mut self, at: Instant) -> (Option<usize>, Period) {
        if at < self.current.from || at >= self.current.to {
            self.look_up(at);
        }
        (self.row, self.current)
    }

    fn look_up(&mut self, at: Instant) {
        let local = self.zone.local(at);
        let tariff = self.tariffs.iter().rposition(|tariff| tariff.since <= at);
        let mut until = self.next_tariff(at);
        let mut boundary = 1_440;
        (self.row, self.current.from) = (None, at);
        for (row, band) in self.rows_of(tariff) {
            let inside = (band.start..band.end).contains(&local.minute_of_day);
            let named = inside && band.days.contains(local.weekday);
            let rest = band.days.0 == 0 && self.row.is_none();
            if named || rest {
                self.row = Some(row);
            }
            for edge in [band.start, band.end] {
                if edge > local.minute_of_day && edge < boundary {
                    boundary = edge;
                }
            }
        }
        until = until.min(self.zone.instant(local.date, boundary));
        self.current.to = until.max(at + Span::from_milliseconds(1));
    }

    fn rows_of(
        &self,
        tariff: Option<usize>,
    ) -> impl Iterator<Item = (usize, &'a Band<'a>)> + use<'a> {
        let tariff = tariff.and_then(|place| u16::try_from(place).ok());
        let rows = self.bands.iter().enumerate();
        rows.filter(move |(_, band)| Some(band.tariff) == tariff)
    }

    fn next_tariff(&self, at: Instant) -> Instant {
        let later = self.tariffs.iter().map(|tariff| tariff.since).find(|since| *since > at);
        later.unwrap_or(Instant::MAX)
    }
}

/// Energy by band row, and outside every tariff. Merges in any order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BandUsage {
    rows: [Energy; MOST_BANDS],
    unpriced: Energy,
}

impl Default for BandUsage {
    fn default() -> Self {
        Self { rows: [Energy::ZERO; MOST_BANDS], unpriced: Energy::ZERO }
    }
}

impl BandUsage {
    /// Folds one interval, split in proportion to time where it crosses a band's edge.
    #[inline]
    pub fn fold(&mut self, interval: &Interval, clock: &mut TariffClock<'_>) {
        let mut from = interval.period.from;
        while from < interval.period.to {
            let (row, holds) = clock.at(from);
            if from == interval.period.from && interval.period.to <= holds.to {
                *self.slot(row) += Energy::from_milliwatt_hours(interval.amount);
                return;
            }
            let end = holds.to.min(interval.period.to);
            if let Some(part) = interval.within(Period::new(from, end)) {
                *self.slot(row) += Energy::from_milliwatt_hours(part.amount);
            }
            from = end;
        }
    }

    fn slot(&mut self, row: Option<usize>) -> &mut Energy {
        match row.and_then(|row| self.rows.get_mut(row)) {
            Some(slot) => slot,
            None => &mut self.unpriced,
        }
    }

    /// Adds what another part of the period took.
    pub fn merge(&mut self, other: &Self) {
        self.rows.iter_mut().zip(&other.rows).for_each(|(mine, theirs)| *mine += *theirs);
        self.unpriced += other.unpriced;
    }

    /// Energy of a band by name, over all rows and tariffs that share it.
    #[must_use]
    pub fn of(&self, name: &str, site: &Site<'_>) -> Energy {
        let rows = site.bands.iter().zip(&self.rows);
        rows.filter(|(band, _)| band.name == name).map(|(_, energy)| *energy).sum()
    }

    /// Energy at times without a tariff.
    #[must_use]
    pub const fn unpriced(&self) -> Energy {
        self.unpriced
    }

    /// What the priced energy costs: before tax, and with it. To a thousandth of the currency.
    ///
    /// # Source
    /// Σ E_band × price_band × (1 + VAT), each tariff with its own rate.
    #[must_use]
    pub fn cost(&self, site: &Site<'_>) -> (Money, Money) {
        // mWh × thousandths of currency a kWh × per mille: 10^9 to the thousandth of currency.
        let (mut before, mut with) = (0_i128, 0_i128);
        for (band, energy) in site.bands.iter().zip(&self.rows) {
            let tariff = site.tariffs.get(usize::from(band.tariff));
            let vat = tariff.map_or(0, |tariff| i128::from(tariff.vat_per_mille));
            let product = energy.milliwatt_hours().wrapping_mul(band.price_thousandths.into());
            before = before.wrapping_add(product.wrapping_mul(1_000));
            with = with.wrapping_add(product.wrapping_mul(1_000 + vat));
        }
        let money = |sum| Money::from_thousandths(crate::decimal::div_round(sum, 1_000_000_000));
        (money(before), money(with))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Rule;
    use crate::site::Facts;
    use crate::time::Weekdays;

    const WORKDAYS: Weekdays = Weekdays(0b011_1111);

    fn band(name: &'static str, price: i64, days: Weekdays, start: u16, end: u16) -> Band<'static> {
        Band { tariff: 0, name, price_thousandths: price, days, start, end }
    }

    fn site<'a>(tariffs: &'a [Tariff<'a>], bands: &'a [Band<'a>]) -> Site<'a> {
        Site {
            name: "",
            zone: "UTC",
            currency: "VND",
            main: None,
            output: None,
            output_unit: "kg",
            offsets: &[],
            shifts: &[],
            tariffs,
            bands,
            assets: &[],
            channels: &[],
            facts: Facts::NONE,
        }
    }

    /// Monday 2026-11-23T00:00Z plus minutes.
    fn at(minute: i64) -> Instant {
        Instant::from_unix_milliseconds(1_795_392_000_000 + minute * 60_000)
    }

    #[test]
    fn splits_at_the_edge_and_prices_each_part() {
        let tariffs = [Tariff { since: at(0), vat_per_mille: 80, source: "test" }];
        let bands = [
            band("normal", 2_000_000, Weekdays(0), 0, 0),
            band("peak", 3_000_000, WORKDAYS, 1_050, 1_350),
        ];
        let site = site(&tariffs, &bands);
        let mut usage = BandUsage::default();
        let mut clock = TariffClock::new(site);
        let period = Period::new(at(1_020), at(1_080));
        let hour = Interval { period, amount: 10_000_000, rule: Rule::Measured };
        usage.fold(&hour, &mut clock);
        assert_eq!(usage.of("peak", &site), Energy::from_milliwatt_hours(5_000_000));
        let (before, with) = usage.cost(&site);
        assert_eq!(before, Money::from_thousandths(25_000_000));
        assert_eq!(with, Money::from_thousandths(27_000_000));
    }

    #[test]
    fn sunday_has_no_peak_and_no_tariff_has_no_price() {
        let tariffs = [Tariff { since: at(0), vat_per_mille: 0, source: "test" }];
        let bands = [band("normal", 1, Weekdays(0), 0, 0), band("peak", 2, WORKDAYS, 0, 1_440)];
        let mut clock = TariffClock::new(site(&tariffs, &bands));
        assert_eq!(clock.at(at(0)).0, Some(1));
        assert_eq!(clock.at(at(6 * 1_440)).0, Some(0));
        assert_eq!(clock.at(at(-1)), (None, Period::new(at(-1), at(0))));
    }
}
