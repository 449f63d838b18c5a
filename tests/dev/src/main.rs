//! The program behind `cargo demo`, `cargo figures`, `cargo package-deb` and `cargo full-test`.
//!
//! All commands must work on a fresh machine with nothing installed by hand: what is missing is
//! built or installed here, and each installation is announced. Children write to log files under
//! `target/full-test`; the terminal shows what happens in one line each.

mod cargo;
mod child;
mod counts;
mod demo;
mod digest;
mod figures;
mod firmware;
mod full_test;
mod fuzz;
mod interrupt;
mod mutants;
mod node_image;
mod package_deb;
mod packages;
mod page;
mod places;
mod rigs;
mod stage;
mod suites;
mod tally;
mod toolchain;
mod trouble;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds, shows and tests millwatt.
#[derive(Parser)]
#[command(bin_name = "cargo", version, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the agent against a simulated factory and serves its live report.
    Demo(demo::Options),
    /// Measures what the README says of the metric crate.
    Figures(figures::Options),
    /// Builds the gateway's program and the page, and packs both for Debian.
    PackageDeb(package_deb::Options),
    /// Checks everything: style, documentation, tests, firmware in QEMU, report in a browser.
    FullTest(full_test::Options),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    interrupt::end_children_on_signal();
    let outcome = match arguments.command {
        Command::Demo(options) => demo::run(&options),
        Command::Figures(options) => figures::run(&options),
        Command::PackageDeb(options) => package_deb::run(&options),
        Command::FullTest(options) => full_test::run(&options),
    };
    outcome.unwrap_or_else(|trouble| {
        eprintln!("error: {trouble}");
        ExitCode::FAILURE
    })
}
