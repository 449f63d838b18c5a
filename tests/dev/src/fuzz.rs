//! Made-up bytes for every parser, guided by coverage: libFuzzer on the stable compiler.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{
    cargo, child, packages, places,
    stage::{Context, Report},
    trouble::Trouble,
};

/// What is fuzzed, a program each: three side by side for half a minute, so that all have had theirs in a minute and a half.
const TARGETS: [&str; 9] = [
    "frames",
    "blocks",
    "logs",
    "notes",
    "recovery",
    "compaction",
    "reports",
    "receipts",
    "modbus",
];

/// Counts which branches are taken, as libFuzzer reads it. Stable flags, no sanitizer.
const INSTRUMENTED: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";

/// A parser may take this long, and this much memory, over one input.
const LIMITS: [&str; 4] =
    ["-timeout=5", "-rss_limit_mb=1024", "-malloc_limit_mb=256", "-max_len=4096"];

/// Runs every target for half a minute, with `--long` for ten, from the committed inputs on.
pub fn all(context: &Context) -> Report {
    match build(context) {
        Ok(folder) => TARGETS
            .chunks(3)
            .map(|targets| run(context, &folder, targets))
            .fold(Report::default(), Report::and),
        Err(trouble) => context.trouble(&trouble),
    }
}

fn build(context: &Context) -> Result<PathBuf, Trouble> {
    packages::have("g++", &["g++"], &context.log)?;
    let target = places::target().join("fuzz");
    let told = child::answer(Command::new("rustc").arg("-vV")).unwrap_or_default();
    let triple = told.lines().find_map(|line| line.strip_prefix("host: ")).ok_or_else(|| {
        Trouble::Failed("`rustc -vV` does not say its host; look at it by hand".into())
    })?;
    let mut command = cargo::host();
    command.args(["build", "--release", "--locked", "--target", triple]);
    // Named, for otherwise build scripts would be instrumented, too.
    command.current_dir(places::root().join("tests/fuzz"));
    command.env("CARGO_TARGET_DIR", &target).env("RUSTFLAGS", INSTRUMENTED);
    child::succeed(&mut command, &context.log, cargo::LIMIT)?;
    Ok(target.join(triple).join("release"))
}

/// Some targets side by side.
fn run(context: &Context, programs: &Path, targets: &[&str]) -> Report {
    std::thread::scope(|scope| {
        let one = |target| scope.spawn(move || one(context, programs, target));
        let running: Vec<_> = targets.iter().map(|target| one(*target)).collect();
        running
            .into_iter()
            .map(|thread| match thread.join() {
                Ok(report) => report,
                Err(_) => context.trouble(&Trouble::Failed("the fuzzer's thread ended".into())),
            })
            .fold(Report::default(), Report::and)
    })
}

fn one(context: &Context, programs: &Path, target: &str) -> Report {
    let log = context.log.with_file_name(format!("fuzz-{target}.log"));
    let work = places::target().join("fuzz-inputs").join(target);
    if let Err(error) = std::fs::create_dir_all(&work) {
        return context.trouble(&Trouble::Failed(format!("{}: {error}", work.display())));
    }
    let seconds = if context.long { 600 } else { 30 };
    let mut command = Command::new(programs.join(target));
    command.arg(&work).arg(places::root().join("tests/fuzz/corpus").join(target));
    command.args(LIMITS).arg(format!("-max_total_time={seconds}")).arg("-seed=2026");
    command.arg(format!("-artifact_prefix={}/", log.parent().unwrap_or(&log).display()));
    let ended = child::succeed(&mut command, &log, Duration::from_secs(seconds + 120));
    let report = context.verdict(ended);
    let text = places::read(&log).unwrap_or_default();
    let told = text.lines().rev().find(|line| line.starts_with("Done ")).unwrap_or("no runs");
    let note = format!("{target:<10} {}", told.trim_start_matches("Done "));
    Report { notes: [report.notes, vec![note]].concat(), ..report }
}
