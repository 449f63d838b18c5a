//! Small sites whose opportunities can be worked out by hand.

extern crate std;

use std::vec::Vec;

use super::*;
use crate::energy::reactive::ReactiveCharge;
use crate::evaluate::Slices;
use crate::reading::{Quality, Sample};
use crate::site::{Asset, Channel, Facts, Kind as ChannelKind, Quantity, Scale, Shift};
use crate::time::Weekdays;

/// Monday 2026-11-23, midnight in UTC.
const START: Instant = Instant::from_unix_milliseconds(1_795_392_000_000);
const TARIFF: [Tariff<'static>; 1] = [Tariff { since: START, vat_per_mille: 80, source: "a bill" }];
const REST: Band<'static> = Band {
    tariff: 0,
    name: "normal",
    price_thousandths: 1_000_000,
    days: Weekdays(0),
    start: 0,
    end: 0,
};
const DAY_SHIFT: [Shift<'static>; 1] =
    [Shift { name: "day", days: Weekdays::ALL, start: 360, end: 1_320 }];

fn at(minute: i64) -> Instant {
    START + Span::from_minutes(minute)
}

fn days(count: i64) -> Period {
    Period::new(START, at(count * 1_440))
}

const fn asset(id: &'static str, machine: bool) -> Asset<'static> {
    Asset {
        id,
        name: id,
        parent: None,
        machine,
        rated_milliwatts: 0,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    }
}

/// A channel that says every so many minutes what was used or what the machine does.
const fn channel(asset: u16, quantity: Quantity, every: i64) -> Channel<'static> {
    let kind = match quantity {
        Quantity::MachineState => ChannelKind::State,
        _ => ChannelKind::Amount,
    };
    Channel {
        name: "",
        asset: AssetId(asset),
        quantity,
        phase: 0,
        kind,
        scale: Scale(0),
        unit: "Wh",
        every: Span::from_minutes(every),
        modulus: 0,
    }
}

fn site<'a>(
    assets: &'a [Asset<'a>],
    channels: &'a [Channel<'a>],
    bands: &'a [Band<'a>],
) -> Site<'a> {
    Site {
        name: "",
        zone: "UTC",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "kg",
        offsets: &[],
        shifts: &[],
        tariffs: &TARIFF,
        bands,
        assets,
        channels,
        facts: Facts::NONE,
    }
}

/// Samples every so many minutes of the first days, by the minute at which an interval begins.
fn samples(count: i64, every: i64, value: impl Fn(i64) -> i64) -> Vec<Sample> {
    let sample = |minute, value| Sample { at: at(minute), value, quality: Quality::Good };
    (0..=count * 1_440 / every).map(|place| sample(place * every, value(place * every))).collect()
}

/// The same, stamped at the end of each interval.
fn amounts(count: i64, every: i64, value: impl Fn(i64) -> i64) -> Vec<Sample> {
    samples(count, every, |minute| value(minute - every)).into_iter().skip(1).collect()
}

fn milliwatt_hours(energy: Option<Energy>) -> Option<i128> {
    energy.map(Energy::milliwatt_hours)
}

fn thousandths(money: Option<Money>) -> Option<i128> {
    money.map(Money::thousandths)
}

#[test]
fn half_an_hour_idle_is_25_minutes_beyond_the_grace() {
    let assets = [asset("saw", true)];
    let channels = [channel(0, Quantity::MachineState, 1), channel(0, Quantity::ActiveEnergy, 1)];
    let bands = [REST];
    let state = |minute: i64| match minute {
        0..600 | 630..720 => 3,
        600..630 | 720..723 => 1,
        _ => 0,
    };
    let used = |minute| [0, 10, 0, 100][state(minute) as usize];
    let (states, energy) = (samples(1, 1, state), amounts(1, 1, used));
    let series = Slices { channels: &[&states, &energy], events: &[] };
    let site = site(&assets, &channels, &bands);
    let found = find(&site, &series, days(1), &[], &Assumptions::default());

    let idle = &found[0];
    assert_eq!((idle.kind, idle.asset), (Kind::Idle, Some(AssetId(0))));
    // 25 minutes of 10 Wh, 365 times; at 1,000 with 8 % tax.
    assert_eq!(milliwatt_hours(idle.energy_a_year), Some(91_250_000));
    assert_eq!(thousandths(idle.money_a_year), Some(98_550_000));
    assert_eq!((idle.emission_a_year, idle.confidence), (None, Confidence::Estimated));
    let Evidence::Stops(stops) = &idle.evidence else { panic!("{:?}", idle.evidence) };
    assert_eq!((stops.count, stops.time), (1, Span::from_minutes(25)));
    assert_eq!(stops.by_hour[10].milliwatt_hours(), 250_000);

    let minor = &found[1];
    assert_eq!(
        (minor.kind, milliwatt_hours(minor.energy_a_year)),
        (Kind::MinorStops, Some(10_950_000))
    );
    let (energy, money, carbon) = total(&found);
    assert_eq!((energy.milliwatt_hours(), carbon), (102_200_000, Carbon::ZERO));
    assert_eq!(money.thousandths(), 98_550_000 + 11_826_000);
}

#[test]
fn less_than_a_day_is_scaled_to_no_year() {
    let assets = [asset("saw", true)];
    let channels = [channel(0, Quantity::MachineState, 1), channel(0, Quantity::ActiveEnergy, 1)];
    let (states, energy) = (samples(1, 1, |_| 1), amounts(1, 1, |_| 10));
    let series = Slices { channels: &[&states, &energy], events: &[] };
    let half = Period::new(START, at(720));
    let found = find(&site(&assets, &channels, &[]), &series, half, &[], &Assumptions::default());
    assert!(found.iter().all(|one| one.kind == Kind::Missing), "{found:?}");
}

#[test]
fn half_of_what_runs_in_the_dearest_hours_moves_to_the_mean_of_the_others() {
    let assets = [asset("saw", true)];
    let channels = [channel(0, Quantity::MachineState, 1), channel(0, Quantity::ActiveEnergy, 1)];
    let peak =
        Band { name: "peak", price_thousandths: 3_000_000, days: Weekdays::ALL, end: 120, ..REST };
    let bands = [REST, peak];
    let (states, energy) = (samples(1, 1, |_| 3), amounts(1, 1, |_| 100));
    let series = Slices { channels: &[&states, &energy], events: &[] };
    let site = site(&assets, &channels, &bands);
    let found = find(&site, &series, days(1), &[], &Assumptions::default());
    let shift = &found[0];
    assert_eq!((shift.kind, shift.energy_a_year), (Kind::PeakShift, None));
    // 12 kWh a day, half of it, 2,000 less with 8 % tax, 365 days.
    assert_eq!(thousandths(shift.money_a_year), Some(6 * 2_000 * 1_080 * 365));
    assert_eq!(shift.confidence, Confidence::Assumed);
    let none = Assumptions { movable: Decimal::new(0, 2), ..Assumptions::default() };
    let found = find(&site, &series, days(1), &[], &none);
    assert!(found.iter().all(|one| one.kind != Kind::PeakShift));
}

/// A main meter of 1 kWh an hour; in the fourth night a machine stands idle beside it at 2 kW.
fn one_bad_night(minute: i64) -> bool {
    (3 * 1_440 + 1_320..4 * 1_440 + 360).contains(&minute)
}

#[test]
fn nights_are_held_against_the_quietest_tenth() {
    let assets = [asset("main", false)];
    let channels = [channel(0, Quantity::ActiveEnergy, 60)];
    let bands = [REST];
    let used = |minute| if one_bad_night(minute) { 3_000 } else { 1_000 };
    let energy = amounts(10, 60, used);
    let series = Slices { channels: &[&energy], events: &[] };
    let site = site(&assets, &channels, &bands);
    let site = Site { main: Some(AssetId(0)), shifts: &DAY_SHIFT, ..site };
    let found = find(&site, &series, days(10), &[], &Assumptions::default());
    let night = &found[0];
    assert_eq!(night.kind, Kind::NightLoad);
    // Eight hours at 2 kW too much in ten days: 16 kWh, 584 a year.
    assert_eq!(milliwatt_hours(night.energy_a_year), Some(584_000_000));
    assert_eq!(thousandths(night.money_a_year), Some(584 * 1_080_000));
    let Evidence::Nights(loads) = &night.evidence else { panic!("{:?}", night.evidence) };
    // The last one is two hours long, which is no night.
    assert_eq!((loads.nights.len(), loads.base.milliwatts()), (10, 1_000_000));
}

#[test]
fn what_idles_by_night_counts_once() {
    let assets = [asset("main", false), asset("oven", true)];
    let channels = [
        channel(0, Quantity::ActiveEnergy, 60),
        channel(1, Quantity::ActiveEnergy, 60),
        channel(1, Quantity::MachineState, 60),
    ];
    let used = |minute| if one_bad_night(minute) { 3_000 } else { 1_000 };
    let main = amounts(10, 60, used);
    let oven = amounts(10, 60, |minute| if one_bad_night(minute) { 2_000 } else { 0 });
    let states = samples(10, 60, |minute| i64::from(one_bad_night(minute)));
    let series = Slices { channels: &[&main, &oven, &states], events: &[] };
    let site = site(&assets, &channels, &[]);
    let site = Site { main: Some(AssetId(0)), shifts: &DAY_SHIFT, ..site };
    let found = find(&site, &series, days(10), &[], &Assumptions::default());
    let mut sum = Energy::ZERO;
    for one in &found {
        match &one.evidence {
            Evidence::Stops(stops) => sum += stops.energy,
            Evidence::Nights(loads) => {
                sum += loads.excess;
                // The grace is left to the night.
                assert_eq!(loads.excess.milliwatt_hours(), 166_666);
            }
            _ => {}
        }
    }
    assert_eq!(sum.milliwatt_hours(), 16_000_000);
}

#[test]
fn a_charged_power_factor_saves_its_charge() {
    let assets = [asset("main", false)];
    let channels =
        [channel(0, Quantity::ActiveEnergy, 60), channel(0, Quantity::ReactiveEnergyLagging, 60)];
    let bands = [REST];
    let (active, reactive) = (amounts(2, 60, |_| 10_000), amounts(2, 60, |_| 7_500));
    let series = Slices { channels: &[&active, &reactive], events: &[] };
    let facts = Facts {
        reactive: Some(ReactiveCharge::CIRCULAR_15_2014),
        demand_limit: Some(Power::from_milliwatts(50_000_000)),
        ..Facts::NONE
    };
    let site = site(&assets, &channels, &bands);
    let site = Site { main: Some(AssetId(0)), facts, ..site };
    let of = |facts: Facts<'static>| {
        let site = Site { facts, ..site };
        let found = find(&site, &series, days(2), &[], &Assumptions::default());
        found.into_iter().find(|one| one.kind == Kind::PowerFactor)
    };
    let found = of(facts).expect("0.80 is charged for");
    // 240 kWh a day at 1,000 before tax, an eighth of it.
    assert_eq!(thousandths(found.money_a_year), Some(30_000 * 365 * 1_000));
    let Evidence::Factor(factor) = &found.evidence else { panic!("{:?}", found.evidence) };
    assert_eq!(factor.factor.rounded(2), Decimal::new(80, 2));
    assert_eq!(factor.kvar_mean, Some(Decimal::new(42, 1))); // 10 × (0.75 − 0.3287)
    assert_eq!(factor.charged, Charged::Yes);

    let small = Facts { demand_limit: Some(Power::from_milliwatts(30_000_000)), ..facts };
    let found = of(small).expect("told, though it costs nothing");
    assert_eq!(found.money_a_year, None);
    let Evidence::Factor(factor) = &found.evidence else { panic!("{:?}", found.evidence) };
    assert_eq!(factor.charged, Charged::No);
}
