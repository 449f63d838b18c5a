//! What a month of electricity costs: bands, reactive charge, oil equivalent and carbon.
//!
//! `cargo run -p millwatt --example bill`

use millwatt::energy::fuel::{Burnt, VIETNAM, in_force, share_of_designated};
use millwatt::energy::reactive::{ReactiveCharge, compensation};
use millwatt::energy::{BandUsage, TariffClock, power_factor};
use millwatt::interval::{Interval, Rule};
use millwatt::site::{Band, Facts, Site, Tariff};
use millwatt::time::{Date, Instant, Offset, Period, Span, Weekdays, Zone};
use millwatt::units::{Amount, ReactiveEnergy};

const ZONE: [Offset; 1] = [Offset { since: Instant::MIN, minutes: 420 }];
const TARIFFS: [Tariff<'static>; 1] = [Tariff {
    since: Instant::MIN,
    vat_per_mille: 80,
    source: "Decision 1279/QD-BCT of 9 May 2025, production, below 6 kV",
}];
const MON_TO_SAT: Weekdays = Weekdays(0b011_1111);
const BANDS: [Band<'static>; 3] = [
    Band {
        tariff: 0,
        name: "normal",
        price_thousandths: 1_987_000,
        days: Weekdays(0),
        start: 0,
        end: 0,
    },
    Band {
        tariff: 0,
        name: "peak",
        price_thousandths: 3_640_000,
        days: MON_TO_SAT,
        start: 1_050,
        end: 1_350,
    },
    Band {
        tariff: 0,
        name: "off-peak",
        price_thousandths: 1_300_000,
        days: Weekdays::ALL,
        start: 0,
        end: 360,
    },
];

fn main() {
    let site = Site {
        name: "workshop",
        zone: "Asia/Ho_Chi_Minh",
        currency: "VND",
        main: None,
        output: None,
        output_unit: "kg",
        offsets: &ZONE,
        shifts: &[],
        tariffs: &TARIFFS,
        bands: &BANDS,
        assets: &[],
        channels: &[],
        facts: Facts::NONE,
    };
    // November 2025, an hour at a time: 60 kWh from 6 to 20 o'clock, 5 kWh at night.
    let zone = Zone::new(&ZONE);
    let first = Date { year: 2025, month: 11, day: 1 };
    let start = zone.instant(first, 0);
    let (mut bands, mut clock) = (BandUsage::default(), TariffClock::new(site));
    let (mut active, hour) = (millwatt::units::Energy::ZERO, Span::from_minutes(60));
    for place in 0..30 * 24 {
        let from = start + hour.times(place);
        let works = (6..20).contains(&(place % 24));
        let amount = if works { 60_000_000 } else { 5_000_000 };
        active += millwatt::units::Energy::from_milliwatt_hours(amount);
        bands.fold(
            &Interval { period: Period::new(from, from + hour), amount, rule: Rule::Measured },
            &mut clock,
        );
    }
    for name in ["peak", "normal", "off-peak"] {
        println!("{name:<9}{:>10} kWh", bands.of(name, &site).kwh());
    }
    let (before, with) = bands.cost(&site);
    println!("cost {} đồng, {} with tax", before.units(), with.units());

    let reactive = ReactiveEnergy::from_millivar_hours(21_600_000_000);
    let factor = power_factor(active, reactive).expect("energy flowed");
    let table = ReactiveCharge::CIRCULAR_15_2014;
    println!(
        "power factor {}, reactive charge {} đồng",
        factor.rounded(3),
        table.charge(factor, before).units()
    );
    if let Some(kvar) = compensation(60.0, factor.to_f64(), 0.95) {
        println!("{kvar:.0} kvar of capacitors would end it");
    }

    let grid = in_force(&VIETNAM, "electricity", "kWh", first).expect("in the table");
    let mut burnt = Burnt::default();
    burnt.fold(Amount::from_thousandths(active.milliwatt_hours() / 1_000), grid);
    println!(
        "{} TOE, {} t CO₂e ({})",
        burnt.oil.toe(),
        burnt.fossil.tonnes().rounded(3),
        grid.source
    );
    println!("{} of the 1,000 TOE of a designated user", share_of_designated(burnt.oil));
}
