//! `cargo demo`: the agent against a simulated factory.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use crate::{page, trouble::Trouble};

/// Runs the agent against a simulated factory and serves its live report.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Simulates the days, writes the report and ends.
    #[arg(long)]
    once: bool,
    /// How many days are simulated before the report is first written.
    #[arg(long, value_name = "N", default_value_t = 30)]
    days: u32,
    /// Where the live report is served on loopback.
    #[arg(long, default_value_t = 8765)]
    port: u16,
    /// Where log and report are kept.
    #[arg(long, value_name = "FOLDER", default_value = "target/demo")]
    dir: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  cargo demo                          runs until Ctrl-C
  cargo demo --once                   thirty days, then ends
  cargo demo --once --days 7 --dir /tmp/demo";

/// Runs the demo.
pub fn run(options: &Options) -> Result<ExitCode, Trouble> {
    let page = page::ensure_page()?;
    println!("page: {}", page.display());
    let Options {
        once,
        days,
        port,
        dir,
    } = options;
    println!(
        "the plant is not there yet ({days} days, port {port}, {}, {once})",
        dir.display()
    );
    Ok(ExitCode::SUCCESS)
}
