//! A small site by hand, for tests of this chapter.

use super::account::Account;
use super::shop::Shop;
use millwatt::archive::Archive;
use millwatt::interval::{Interval, Rule};
use millwatt::production::{State, StateSpan};
use millwatt::site::{Asset, AssetId, Band, Facts, Shift, Site, Tariff};
use millwatt::time::{Instant, Period, Span, Weekdays};

const ASSETS: [Asset<'static>; 1] = [Asset {
    id: "mill",
    name: "Mill",
    parent: None,
    machine: true,
    rated_milliwatts: 0,
    idle_milliwatts: 0,
    running_milliwatts: 0,
    ideal_cycle: Span::ZERO,
    minor_stop: Span::ZERO,
    dwell: Span::ZERO,
}];
const SHIFTS: [Shift<'static>; 1] =
    [Shift { name: "day", days: Weekdays::ALL, start: 0, end: 480 }];
const TARIFFS: [Tariff<'static>; 1] =
    [Tariff { since: Instant::MIN, vat_per_mille: 100, source: "test" }];
/// 1,000 a kWh, and 3,000 from 01:00 to 02:00.
const BANDS: [Band<'static>; 2] = [
    Band {
        tariff: 0,
        name: "normal",
        price_thousandths: 1_000_000,
        days: Weekdays(0),
        start: 0,
        end: 0,
    },
    Band {
        tariff: 0,
        name: "peak",
        price_thousandths: 3_000_000,
        days: Weekdays::ALL,
        start: 60,
        end: 120,
    },
];

/// One machine, one shift from midnight to eight, a price with a peak hour; UTC.
pub(super) const fn site() -> Site<'static> {
    Site {
        name: "",
        zone: "UTC",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "kg",
        offsets: &[],
        shifts: &SHIFTS,
        tariffs: &TARIFFS,
        bands: &BANDS,
        assets: &ASSETS,
        channels: &[],
        facts: Facts::NONE,
    }
}

/// Minutes since midnight of 1 January 1970.
pub(super) const fn at(minute: i64) -> Instant {
    Instant::from_unix_milliseconds(minute * 60_000)
}

/// From minute to minute.
pub(super) const fn period(from: i64, to: i64) -> Period {
    Period::new(at(from), at(to))
}

/// A stretch of a state.
pub(super) const fn stretch(from: i64, to: i64, state: State) -> StateSpan {
    StateSpan { period: period(from, to), state }
}

/// A steady load in watts, a minute at a time.
pub(super) fn load(from: i64, to: i64, watts: i128) -> Vec<Interval> {
    let minute = |minute| Interval {
        period: period(minute, minute + 1),
        amount: watts * 1_000 / 60,
        rule: Rule::Measured,
    };
    (from..to).map(minute).collect()
}

/// The machine's account of the first eight hours.
pub(super) fn account(stretches: &[StateSpan], loads: Vec<Interval>) -> Account<'static> {
    let archive: &'static Archive = Box::leak(Box::default());
    let shop = Shop::new(site(), archive, period(0, 480));
    let mill = shop.site.assets.first().expect("one machine");
    Account::folded(&shop, AssetId(0), mill, stretches.iter().copied(), loads.into_iter())
}
