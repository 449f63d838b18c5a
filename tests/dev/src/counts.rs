//! Instructions that the metric crate's work takes, by callgrind: the same on a quiet machine and a busy
//! one, so that they can be held to a limit where times cannot.

use std::{fs, path::Path};

use crate::{
    cargo, child, packages, places,
    stage::{Context, Report},
    trouble::Trouble,
};

/// A workload in two sizes; their difference is what one more unit of it costs.
struct Work {
    about: &'static str,
    name: &'static str,
    /// The workload that only makes the data.
    without: Option<&'static str>,
    sizes: [u64; 2],
    /// What one unit may cost: a fifth more than it did when the limit was set.
    limit: f64,
}

const WORKS: [Work; 2] = [
    Work {
        about: "a reading into all accumulators of its channel",
        name: "fold",
        without: Some("read"),
        sizes: [20_000, 60_000],
        limit: 282.0,
    },
    Work {
        about: "a row in all subsets of eight drivers",
        name: "subsets",
        without: None,
        sizes: [60, 180],
        limit: 410_000.0,
    },
];

/// Fails where a unit of work costs more than its limit.
pub fn compare(context: &Context) -> Report {
    match count_all(&context.log) {
        Ok(costs) => {
            let told = |(work, cost): (&Work, &f64)| {
                format!("{:<48}{cost:>10.0} instructions (limit {:.0})", work.about, work.limit)
            };
            let notes = WORKS.iter().zip(&costs).map(told).collect();
            let within = WORKS.iter().zip(&costs).all(|(work, cost)| *cost <= work.limit);
            let verdict = if within { Ok(()) } else { Err(Trouble::Failed(BEYOND.to_owned())) };
            let report = context.verdict(verdict);
            Report { notes: [report.notes, notes].concat(), ..report }
        }
        Err(trouble) => context.trouble(&trouble),
    }
}

const BEYOND: &str = "a unit of work costs more instructions than its limit";

fn count_all(log: &Path) -> Result<Vec<f64>, Trouble> {
    packages::have("valgrind", &["valgrind"], log)?;
    WORKS.iter().map(|work| cost(work, log)).collect()
}

fn cost(work: &Work, log: &Path) -> Result<f64, Trouble> {
    let [few, many] = work.sizes;
    let of = |name| Ok(count(name, many, log)?.saturating_sub(count(name, few, log)?));
    let data = work.without.map_or(Ok(0), of)?;
    Ok(of(work.name)?.saturating_sub(data) as f64 / (many - few) as f64)
}

fn count(name: &str, size: u64, log: &Path) -> Result<u64, Trouble> {
    let printed = places::log("callgrind")?;
    places::write(&printed, "")?;
    let runner = "valgrind --tool=callgrind --callgrind-out-file=/dev/null";
    let mut command = cargo::host();
    command.arg("--config").arg(format!("target.'cfg(all())'.runner = '{runner}'"));
    command.args(["bench", "--quiet", "--package", "millwatt", "--bench", "metrics", "--"]);
    command.args(["once", name, &size.to_string()]);
    child::succeed(&mut command, &printed, cargo::LIMIT)?;
    let text = places::read(&printed)?;
    fs::write(log, &text).map_err(|error| Trouble::file("write", log, &error))?;
    let collected = text.lines().find_map(|line| line.split("Collected : ").nth(1));
    let collected = collected.and_then(|count| count.trim().parse().ok());
    collected.ok_or_else(|| Trouble::Failed("callgrind printed no count".to_owned()))
}
