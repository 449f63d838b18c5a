//! The simulated workshop through real sockets under the lockstep clock: the figures are the
//! factory's own.

use millwatt::time::Span;
use millwatt_tests::plant::{LINE, MAIN, Plant};
use millwatt_tests::rig;
use millwatt_tests::workshop::{SEED, START, simulate};

#[test]
fn two_days_of_the_workshop_are_measured_as_they_were() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let told = simulate(folder.path(), START + Span::DAY.times(2));
    assert!(told.is_empty(), "{told:?}");
    let json = rig::indicators(folder.path(), &["--from", "2026-03-02", "--to", "2026-03-04"]);

    let (mut before, mut after) =
        (Plant::new(SEED, START.unix_milliseconds()), Plant::new(SEED, START.unix_milliseconds()));
    before.advance_to(START.unix_milliseconds());
    after.advance_to((START + Span::DAY.times(2)).unix_milliseconds());
    let names = LINE.iter().map(|design| design.id).chain(["main"]);
    for (place, name) in names.enumerate() {
        let shown = rig::figure(&json, "energy", name, "");
        let kwh: f64 = shown["value"].as_str().and_then(|v| v.parse().ok()).expect("a number");
        let (one, other) = (before.machine(place), after.machine(place));
        let truth = (other.milliwatt_hours - one.milliwatt_hours) as f64 / 1e6;
        // Two float32 registers below 2048 kWh: half a step of 2^-13 kWh each.
        assert!((kwh - truth).abs() <= 1.3e-4, "{name}: {kwh} shown, {truth} drawn");
        assert_eq!(shown["coverage"].as_str(), Some("1"), "{name}");
        if place != MAIN && LINE[place].rate_kg_h > 0.0 {
            let quality = rig::figure(&json, "quality", name, "")["value"].as_str();
            let (good, reject) = (other.good / 1_000, other.reject / 1_000);
            let truth = millwatt::Decimal::quotient(good.into(), (good + reject).into(), 6);
            assert_eq!(quality.map(str::to_owned), truth.map(|t| t.to_string()), "{name}");
        }
    }
    let output = rig::figure(&json, "output", "", "")["value"].as_str();
    let truth = millwatt::Decimal::new((after.machine(4).good / 1_000).into(), 1).to_string();
    assert_eq!(output, Some(truth.as_str()));
}

#[test]
fn an_unplugged_meter_leaves_a_gap_and_delays_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let told = simulate(folder.path(), START + Span::DAY.times(9));
    assert_eq!(told.len(), 2, "once when it stops, once when it answers: {told:?}");
    assert!(told[0].contains("sorting") && told[1].contains("Answers"), "{told:?}");
    let day = |extra: &[&str]| {
        let period = ["--from", "2026-03-10", "--to", "2026-03-11"];
        rig::indicators(folder.path(), &[&period, extra].concat())
    };
    let json = day(&[]);
    let coverage = |name: &str, asset: &str| -> f64 {
        let shown = rig::figure(&json, name, asset, "");
        shown["coverage"].as_str().and_then(|v| v.parse().ok()).expect("a number")
    };
    // From the last minute before 10:00 to the first after 13:00: 181 of 1440 minutes.
    assert!((coverage("energy", "sorting") - (1_440.0 - 181.0) / 1_440.0).abs() < 1e-6);
    assert_eq!(coverage("energy", "rolling"), 1.0, "its neighbours have no gap");
    let findings = rig::figure(&json, "energy", "sorting", "")["findings"].to_string();
    assert!(findings.contains("estimated_share") && findings.contains("low_coverage"));
    let oee = rig::figure(&json, "oee", "sorting", "");
    assert!(oee["findings"].to_string().contains("low_coverage"), "{oee}");
}
