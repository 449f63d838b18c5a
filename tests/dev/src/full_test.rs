//! `cargo full-test`: runs the stages and counts.

use std::{env, path::Path, process::ExitCode, time::Instant};

use clap::Args;

use crate::{
    places,
    stage::{Context, Report, Stage},
    suites::STAGES,
    tally::Tally,
    trouble::Trouble,
};

/// How much of a log a failed stage shows.
const TAIL_LINES: usize = 60;

/// Checks everything: style, documentation, tests, firmware in QEMU, report in a browser.
///
/// What a stage needs and this machine lacks is installed where that is allowed (Debian packages
/// as root, PyPI and npm packages into the target folder) and named. With CI=true a tool that is
/// still missing is a failure, else a counted skip. Logs are kept in target/full-test, screenshots
/// in target/artefacts.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Raises the counts: more kills, cuts and random cases.
    #[arg(long)]
    long: bool,
    /// Runs this stage only; may be given several times.
    #[arg(long, value_name = "STAGE", value_parser = stage_names())]
    only: Vec<String>,
    /// Lists the stages and ends.
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  cargo full-test                     everything
  cargo full-test --only firmware     one stage
  cargo full-test --long              everything, with more random cases";

/// Runs the stages that were asked for.
pub fn run(options: &Options) -> Result<ExitCode, Trouble> {
    if options.list {
        STAGES.iter().for_each(|stage| println!("{:<10}{}", stage.name, stage.about));
        return Ok(ExitCode::SUCCESS);
    }
    let started = Instant::now();
    let mut total = Tally::default();
    for stage in STAGES.iter().filter(|stage| is_wanted(stage, options)) {
        total += run_stage(stage, options)?;
    }
    println!("full test in {:.0} s", started.elapsed().as_secs_f64());
    println!("{total}");
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn stage_names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

fn is_wanted(stage: &Stage, options: &Options) -> bool {
    options.only.is_empty() || options.only.iter().any(|name| name == stage.name)
}

fn run_stage(stage: &Stage, options: &Options) -> Result<Tally, Trouble> {
    println!("{}: {}", stage.name, stage.about);
    let log = places::log(stage.name)?;
    places::write(&log, "")?;
    let context = Context { log, long: options.long, strict: is_ci() };
    let started = Instant::now();
    let report = (stage.run)(&context);
    report.notes.iter().for_each(|note| println!("  {note}"));
    println!("  {} in {:.1} s", report.tally, started.elapsed().as_secs_f64());
    if report.tally.failed > 0 {
        show_failure(&context.log, &report);
    }
    Ok(report.tally)
}

fn is_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

fn show_failure(log: &Path, report: &Report) {
    let text = match report.failures.is_empty() {
        true => tail(&places::read(log).unwrap_or_default()),
        false => report.failures.clone(),
    };
    text.lines().for_each(|line| println!("  | {line}"));
    println!("  the whole output is in {}", log.display());
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(TAIL_LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_the_end_of_a_long_text_and_all_of_a_short_one() {
        let text = (1..=100).map(|n| n.to_string()).collect::<Vec<_>>().join("\n");
        assert!(tail(&text).starts_with("41\n"));
        assert_eq!(tail("one\ntwo"), "one\ntwo");
    }
}
