//! A meter's register with all that goes wrong with one, and what may be booked.
//!
//! `cargo run -p millwatt --example counter`

use millwatt::correction::{Corrections, Exchange};
use millwatt::interval::{Intervals, Meter};
use millwatt::reading::{Quality, Sample};
use millwatt::site::{Asset, AssetId, Channel, Kind, Quantity, Scale};
use millwatt::time::{Instant, Period, Span};
use millwatt::usage::Usage;

fn at(minute: i64) -> Instant {
    Instant::from_unix_milliseconds(minute * 60_000)
}

fn main() {
    let press = Asset {
        id: "press",
        name: "Press",
        parent: None,
        machine: true,
        rated_milliwatts: 12_000_000,
        idle_milliwatts: 0,
        running_milliwatts: 0,
        ideal_cycle: Span::ZERO,
        minor_stop: Span::ZERO,
        dwell: Span::ZERO,
    };
    let register = Channel {
        name: "press.active_energy",
        asset: AssetId(0),
        quantity: Quantity::ActiveEnergy,
        phase: 0,
        kind: Kind::Counter,
        scale: Scale(0),
        unit: "Wh",
        every: Span::from_minutes(1),
        modulus: 100_000,
    };
    // Five digits that run over, three minutes without answer, a new meter at minute nine.
    let readings = [
        (0, 99_700),
        (1, 99_850),
        (2, 0),
        (3, 100),
        (4, 260),
        (7, 700),
        (8, 850),
        (9, 31),
        (10, 190),
    ];
    let samples =
        readings.map(|(minute, value)| Sample { at: at(minute), value, quality: Quality::Good });
    let mut known = Corrections::NONE;
    known.exchanged(Exchange { at: at(9), last: 990, first: 20 });

    let mut usage = Usage::default();
    let rules = Meter::of(&register, &press);
    for interval in Intervals::new(rules, samples.into_iter()).corrected(known) {
        let minute = |at: Instant| at.unix_milliseconds() / 60_000;
        let (from, to) = (minute(interval.period.from), minute(interval.period.to));
        println!(
            "minute {from:>2} to {to:>2}: {:>4} Wh, {}",
            interval.amount / 1_000,
            interval.rule.name()
        );
        usage.fold(&interval);
    }
    let all = Period::new(at(0), at(10));
    println!(
        "{} Wh, {} of the time measured",
        usage.total().unwrap_or(0) / 1_000,
        usage.coverage(all)
    );
    for finding in usage.findings(all).iter() {
        println!("finding: {}", finding.cause.name());
    }
}
