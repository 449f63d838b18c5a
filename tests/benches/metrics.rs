//! How quick the metric crate is, beside statsmodels in the same run.
//!
//! `cargo figures` runs it with everything it needs. By hand: `cargo bench -p millwatt --bench metrics`,
//! with `MILLWATT_STATSMODELS` naming a Python that has statsmodels. Each figure is the best of
//! several runs, since others use the machine too.

mod workload;

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use millwatt::energy::EnergyTally;
use millwatt::energy::regression::{Design, Moments, Term};
use millwatt::energy::rules::Rules;
use millwatt::energy::subsets::best;
use millwatt::interval::{Intervals, Meter};
use workload::{COLUMNS, Site, readings, rows};

const RUNS: usize = 9;

/// Seconds of the quickest of several runs.
fn quickest(mut run: impl FnMut()) -> f64 {
    let mut times = (0..RUNS).map(|_| {
        let started = Instant::now();
        run();
        started.elapsed().as_secs_f64()
    });
    let first = times.next().expect("at least one run");
    times.fold(first, f64::min)
}

fn folding() {
    let samples = readings(30 * 1_440);
    let site = Site::default();
    let count = samples.len() as f64;
    let rules = Meter::of(&site.channel(), &site.asset());
    let algebra = quickest(|| {
        let intervals = Intervals::new(rules, samples.iter().copied());
        black_box(intervals.map(|interval| interval.amount).sum::<i128>());
    });
    let whole = quickest(|| {
        let mut tally = EnergyTally::new(site.site(), &site.asset());
        Intervals::new(rules, samples.iter().copied()).for_each(|one| tally.fold(&one));
        black_box(tally.sums());
    });
    println!("a reading through the counter rules             {:>8.1} ns", algebra / count * 1e9);
    println!("a reading through them into all accumulators    {:>8.1} ns", whole / count * 1e9);
}

fn subsets(count: usize) -> f64 {
    let (used, columns) = rows(count);
    let terms: [Term<'_>; COLUMNS] = std::array::from_fn(|column| Term::Value(&columns[column]));
    let ours = quickest(|| {
        let moments = Moments::of(&used, Design::new(&terms)).expect("numbers");
        black_box(best(&moments, &Rules::SEP, |candidate| {
            black_box(candidate.accepted());
        }));
    });
    println!("all subsets of 8 over {count:>3} rows, with panels      {:>8.2} ms", ours * 1e3);
    ours
}

/// Milliseconds that statsmodels needs for the same, as the script beside this file prints them.
fn peer(count: usize, ours: f64) {
    let Some(python) = std::env::var_os("MILLWATT_STATSMODELS") else {
        println!("  statsmodels: MILLWATT_STATSMODELS is not set; `cargo figures` sets it");
        return;
    };
    let (used, columns) = rows(count);
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/python/golden/subsets_time.py");
    let input = std::env::temp_dir().join(format!("millwatt-subsets-{}.json", std::process::id()));
    let text = serde_json::json!({ "used": used, "columns": columns }).to_string();
    std::fs::write(&input, text).expect("the temporary folder can be written");
    let output = Command::new(python).arg(script).arg(&input).output().expect("Python starts");
    let _ = std::fs::remove_file(&input);
    let text = String::from_utf8_lossy(&output.stdout);
    let theirs: f64 = text.trim().parse().expect("the script prints milliseconds");
    println!(
        "  statsmodels, the same                         {theirs:>8.1} ms, {:.0} times ours",
        theirs / ours / 1e3
    );
}

/// Does a workload once, for a tool that counts instructions.
fn once(workload: &str, size: usize) {
    match workload {
        "read" => {
            black_box(readings(size as i64));
        }
        "fold" => {
            let samples = readings(size as i64);
            let site = Site::default();
            let rules = Meter::of(&site.channel(), &site.asset());
            let mut tally = EnergyTally::new(site.site(), &site.asset());
            Intervals::new(rules, samples.into_iter()).for_each(|one| tally.fold(&one));
            black_box(tally.sums());
        }
        _ => {
            let (used, columns) = rows(size);
            let terms: [Term<'_>; COLUMNS] =
                std::array::from_fn(|column| Term::Value(&columns[column]));
            let moments = Moments::of(&used, Design::new(&terms)).expect("numbers");
            black_box(best(&moments, &Rules::SEP, |_| {}));
        }
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    if let Some(place) = words.iter().position(|word| word == "once") {
        let size = words.get(place + 2).and_then(|size| size.parse().ok());
        let workload = words.get(place + 1).map_or("", String::as_str);
        return once(workload, size.expect("once WORKLOAD SIZE"));
    }
    println!("best of {RUNS} runs, one core, release build");
    folding();
    for count in [12, 365] {
        let ours = subsets(count);
        peer(count, ours);
    }
}
