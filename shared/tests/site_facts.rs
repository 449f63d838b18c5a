//! What a site states beyond its structure, as figures: two days across New Year's, an even load of 10 kW at
//! cos φ 0.8, wood weighed on both. Every expected number is reckoned by hand.

use std::collections::BTreeMap;

use millwatt::energy::adjustment::NonRoutine;
use millwatt::energy::fuel::Factor;
use millwatt::energy::reactive::ReactiveCharge;
use millwatt::evaluate;
use millwatt::evaluate::Slices;
use millwatt::event::{Event, EventKind};
use millwatt::finding::Finding;
use millwatt::reading::{Quality, Sample};
use millwatt::site::{
    Asset, AssetId, Band, Channel, Facts, FuelPrice, Kind, Quantity, Scale, Site, Tariff,
};
use millwatt::time::{Date, Instant, Offset, Period, Span, Weekdays, Zone};
use millwatt::units::{Carbon, OilEquivalent, Power};

const ZONE: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];
const OLD: Date = Date { year: 2020, month: 1, day: 1 };
const NEW: Date = Date { year: 2026, month: 1, day: 1 };

const ASSETS: [Asset<'static>; 1] = [Asset {
    id: "main",
    name: "Main",
    parent: None,
    machine: false,
    rated_milliwatts: 60_000_000,
    idle_milliwatts: 0,
    running_milliwatts: 0,
    ideal_cycle: Span::ZERO,
    minor_stop: Span::ZERO,
    dwell: Span::ZERO,
}];

const fn counter(name: &'static str, quantity: Quantity) -> Channel<'static> {
    Channel {
        name,
        asset: AssetId(0),
        quantity,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "",
        every: Span::from_minutes(15),
        modulus: 0,
    }
}

const CHANNELS: [Channel<'static>; 2] = [
    counter("main.active_energy", Quantity::ActiveEnergy),
    counter("main.reactive_energy_lagging", Quantity::ReactiveEnergyLagging),
];

const TARIFFS: [Tariff<'static>; 1] =
    [Tariff { since: Instant::MIN, vat_per_mille: 80, source: "a decision" }];
const BANDS: [Band<'static>; 1] = [Band {
    tariff: 0,
    name: "normal",
    price_thousandths: 2_000_000,
    days: Weekdays(0),
    start: 0,
    end: 1_440,
}];

/// Electricity's oil from 2020 on, the grid's carbon anew from 2026 on; wood.
const FACTORS: [Factor<'static>; 3] = [
    Factor {
        fuel: "electricity",
        unit: "kWh",
        since: OLD,
        oil: Some(OilEquivalent::from_milligrams(154_300)),
        heat: None,
        fossil: Some(Carbon::from_milligrams(500_000)),
        biogenic: None,
        source: "a letter",
    },
    Factor {
        fuel: "electricity",
        unit: "kWh",
        since: NEW,
        oil: None,
        heat: None,
        fossil: Some(Carbon::from_milligrams(600_000)),
        biogenic: None,
        source: "another letter",
    },
    Factor {
        fuel: "wood",
        unit: "kg",
        since: OLD,
        oil: Some(OilEquivalent::from_milligrams(373_000)),
        heat: None,
        fossil: None,
        biogenic: Some(Carbon::from_milligrams(1_747_200)),
        source: "a handbook",
    },
];

const fn wood_price(since: Date, price_thousandths: i64) -> FuelPrice<'static> {
    FuelPrice { fuel: "wood", unit: "kg", since, price_thousandths, source: "an invoice" }
}

const PRICES: [FuelPrice<'static>; 2] = [wood_price(OLD, 1_200_000), wood_price(NEW, 1_350_000)];

const FACTS: Facts<'static> = Facts {
    factors: &FACTORS,
    fuel_prices: &PRICES,
    reactive: Some(ReactiveCharge::CIRCULAR_15_2014),
    demand_limit: Some(Power::from_milliwatts(45_000_000)),
    baselines: &[],
    adjustments: &[],
};

/// Midnight that begins the last day of 2025.
fn start() -> Instant {
    Zone::new(&ZONE).instant(Date { year: 2025, month: 12, day: 31 }, 0)
}

fn at(hour: i64) -> Instant {
    start() + Span::from_minutes(hour * 60)
}

/// A register read every 15 minutes, ten before midnight first, so that intervals lie across it.
fn register(step: i64) -> Vec<Sample> {
    let first = start() - Span::from_minutes(10);
    let sample = |place: i64| Sample {
        at: first + Span::from_minutes(15 * place),
        value: 7_000 + step * place,
        quality: Quality::Good,
    };
    (0..194).map(sample).collect()
}

fn event(hour: i64, kind: EventKind, product: &'static str, kilograms: i64) -> Event<'static> {
    Event {
        at: at(hour),
        until: None,
        kind,
        asset: "",
        product,
        thousandths: kilograms * 1_000,
        unit: "kg",
        note: "",
    }
}

const fn wood_and_output() -> [(i64, EventKind, &'static str, i64); 3] {
    [
        (10, EventKind::Fuel, "wood", 100),
        (20, EventKind::Output, "boards", 200),
        (34, EventKind::Fuel, "wood", 50),
    ]
}

/// Value (none: empty), unit and findings by name and part.
type Told = BTreeMap<String, (String, String, Vec<Finding>)>;

fn told(facts: Facts<'_>, more: &[Event<'_>]) -> Told {
    let site = Site {
        name: "",
        zone: "Asia/Bangkok",
        currency: "VND",
        main: Some(AssetId(0)),
        output: None,
        output_unit: "kg",
        offsets: &ZONE,
        shifts: &[],
        tariffs: &TARIFFS,
        bands: &BANDS,
        assets: &ASSETS,
        channels: &CHANNELS,
        facts,
    };
    let of = |(hour, kind, product, amount)| event(hour, kind, product, amount);
    let mut events: Vec<Event<'_>> = wood_and_output().into_iter().map(of).collect();
    events.extend(more);
    events.sort_by_key(|event| event.at);
    // 2.5 kWh and 1.875 kvarh in each quarter of an hour.
    let (active, reactive) = (register(2_500), register(1_875));
    let series = Slices { channels: &[&active, &reactive], events: &events };
    let mut told = Told::new();
    evaluate(&site, &series, Period::new(at(0), at(48)), |figure| {
        let key = format!("{} {}", figure.name.word(), figure.part.unwrap_or(""));
        let value = figure.value.map_or(String::new(), |value| value.to_string());
        let findings = figure.findings.iter().collect();
        told.insert(key.trim().to_owned(), (value, figure.unit.to_string(), findings));
    });
    told
}

fn expect(told: &Told, figures: &[(&str, &str, &str)]) {
    for (key, value, unit) in figures {
        let (found, its_unit, findings) = told.get(*key).unwrap_or_else(|| panic!("no {key}"));
        assert_eq!((found.as_str(), its_unit.as_str()), (*value, *unit), "{key} {findings:?}");
    }
}

#[test]
fn factors_and_prices_hold_from_their_local_midnight() {
    let told = told(FACTS, &[]);
    expect(
        &told,
        &[
            ("energy", "480", "kWh"),
            // 480 × 0.0001543 and 150 × 0.000373.
            ("oil_equivalent electricity", "0.074064", "TOE"),
            ("oil_equivalent wood", "0.05595", "TOE"),
            ("oil_equivalent", "0.130014", "TOE"),
            // 240 × 0.5 + 240 × 0.6.
            ("emission electricity", "264", "kgCO2e"),
            ("emission wood", "0", "kgCO2e"),
            ("emission", "264", "kgCO2e"),
            ("biogenic_emission wood", "262.08", "kgCO2e"),
            ("biogenic_emission", "262.08", "kgCO2e"),
            ("specific_emission", "1.32", "kgCO2e/kg"),
            // 100 × 1,200 + 50 × 1,350.
            ("fuel_cost wood", "187500", "VND"),
            ("fuel_cost", "187500", "VND"),
            // 480 × 2,000 × 1.08 and the wood.
            ("cost", "1036800", "VND"),
            ("energy_cost", "1224300", "VND"),
        ],
    );
    assert!(!told.contains_key("biogenic_emission electricity"));
}

#[test]
fn a_low_power_factor_is_charged_and_demand_stands_beside_its_limit() {
    let told = told(FACTS, &[]);
    expect(
        &told,
        &[
            ("power_factor", "0.8", "1"),
            ("cost_before_tax", "960000", "VND"),
            // 12.5 % of it.
            ("reactive_charge", "120000", "VND"),
            ("peak_demand_15", "10", "kW"),
            ("demand_share", "0.222222", "1"),
        ],
    );
    let small = Facts { demand_limit: Some(Power::from_milliwatts(39_000_000)), ..FACTS };
    let small = self::told(small, &[]);
    assert!(!small.contains_key("reactive_charge"), "below 40 kW it does not apply");
    expect(&small, &[("demand_share", "0.25641", "1")]);
}

#[test]
fn a_fuel_without_a_factor_leaves_no_total() {
    let diesel = Event { unit: "L", ..event(12, EventKind::Fuel, "diesel", 5) };
    let told = told(FACTS, &[diesel]);
    let lacks = [
        ("oil_equivalent diesel", "no_factor", "5"),
        ("oil_equivalent", "no_factor", "1"),
        ("emission diesel", "no_factor", "5"),
        ("emission", "no_factor", "1"),
        ("biogenic_emission", "no_factor", "1"),
        ("specific_emission", "no_factor", "1"),
        ("fuel_cost diesel", "no_fuel_price", "5"),
        ("fuel_cost", "no_fuel_price", "1"),
        ("energy_cost", "no_fuel_price", "1"),
    ];
    for (key, cause, evidence) in lacks {
        let (value, _, findings) = &told[key];
        let shown = findings[0].evidence.map(|evidence| evidence.to_string());
        assert_eq!((value.as_str(), findings[0].cause.name()), ("", cause), "{key}");
        assert_eq!(shown.as_deref(), Some(evidence), "{key}");
    }
    // What has its own is known all the same.
    expect(
        &told,
        &[("oil_equivalent wood", "0.05595", "TOE"), ("fuel_cost wood", "187500", "VND")],
    );
}

#[test]
fn before_the_first_row_of_electricity_there_is_no_factor() {
    let told = told(Facts { factors: &FACTORS[1..], ..FACTS }, &[]);
    for (key, evidence) in [("emission electricity", "240"), ("oil_equivalent electricity", "480")]
    {
        let (value, _, findings) = &told[key];
        let shown = findings[0].evidence.map(|evidence| evidence.to_string());
        assert_eq!((value.as_str(), shown.as_deref()), ("", Some(evidence)), "{key}");
    }
}

#[test]
fn a_site_that_states_nothing_shows_none_of_it() {
    let told = told(Facts::NONE, &[]);
    let words =
        ["oil_equivalent", "emission", "biogenic_emission", "fuel_cost", "specific_emission"];
    let charges = ["reactive_charge", "demand_share"];
    assert!(words.iter().chain(&charges).all(|word| !told.contains_key(*word)));
    // It has a tariff and burns wood: what it pays for energy is not known without the wood's price.
    let (value, _, findings) = &told["energy_cost"];
    assert_eq!((value.as_str(), findings[0].cause.name()), ("", "no_fuel_price"));
}

#[test]
fn adjustments_and_baselines_change_no_figure() {
    let always = Period::new(at(0), Instant::MAX);
    let a_day = millwatt::units::Energy::from_milliwatt_hours(1);
    let change = [NonRoutine { period: always, a_day, note: "", source: "" }];
    assert_eq!(told(Facts { adjustments: &change, ..FACTS }, &[]), told(FACTS, &[]));
}
