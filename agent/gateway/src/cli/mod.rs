//! The command line: what each command takes, and its exit status (0 fine, 1 found a problem,
//! 2 wrong use).

mod baseline;
mod bills;
mod check;
mod cosign;
mod export;
mod import;
mod indicators;
mod journal;
mod key;
mod new;
mod people;
mod period;
mod profiles;
mod receive;
mod report;
mod run;
mod scan;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// From the meter on a factory's wall to a report that an auditor can trust.
#[derive(Debug, Parser)]
#[command(name = "millwatt", version, about, max_term_width = 100)]
#[command(after_help = "Examples:
  millwatt check site.toml
  millwatt run site.toml --data data
  millwatt report --data data --out report.html
  millwatt verify --data data")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::Arguments),
    Scan(scan::Arguments),
    Check(check::Arguments),
    Run(run::Arguments),
    People(people::Arguments),
    Import(import::Arguments),
    Export(export::Arguments),
    Bills(bills::Arguments),
    Indicators(indicators::Arguments),
    Baseline(baseline::Arguments),
    Report(report::Arguments),
    Verify(verify::Arguments),
    Key(key::Arguments),
    Cosign(cosign::Arguments),
    Profiles(profiles::Arguments),
    Receive(receive::Arguments),
}

/// How a command ended, other than well.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It found a problem: status 1.
    Problem(String),
    /// It was used wrongly: status 2.
    Usage(String),
}

impl Failure {
    /// A problem that an error describes.
    fn problem(error: impl std::fmt::Display) -> Self {
        Self::Problem(error.to_string())
    }
}

/// Runs the command that the program was called with.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match arguments.command {
        Command::New(arguments) => new::new(&arguments),
        Command::Scan(arguments) => scan::scan(&arguments),
        Command::Check(arguments) => check::check(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::People(arguments) => people::people(&arguments),
        Command::Import(arguments) => import::import(&arguments),
        Command::Export(arguments) => export::export(&arguments),
        Command::Bills(arguments) => bills::bills(&arguments),
        Command::Indicators(arguments) => indicators::indicators(&arguments),
        Command::Baseline(arguments) => baseline::baseline(&arguments),
        Command::Report(arguments) => report::report(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Key(arguments) => key::key(&arguments),
        Command::Cosign(arguments) => cosign::cosign(&arguments),
        Command::Profiles(arguments) => profiles::profiles(&arguments),
        Command::Receive(arguments) => receive::receive(&arguments),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Problem(message)) => {
            complain(&message);
            ExitCode::from(1)
        }
        Err(Failure::Usage(message)) => {
            complain(&message);
            ExitCode::from(2)
        }
    }
}

fn complain(message: &str) {
    let sentence = format!("millwatt: {message}");
    match journal::reads(std::io::stderr()) {
        true => eprintln!("{}", journal::Weight::Error.marked(&sentence)),
        false => eprintln!("{sentence}"),
    }
}

/// Warns when a log has damage: what stood there is a gap.
fn warn_of_damage(folder: &std::path::Path, archive: &millwatt::archive::Archive) {
    let bytes = archive.damaged();
    if bytes > 0 {
        let folder = folder.display();
        eprintln!(
            "millwatt: {folder}: {bytes} bytes of the log are damaged and were passed over; \
             what they held shows as gaps"
        );
    }
    let later = archive.later();
    if later > 0 {
        let folder = folder.display();
        eprintln!(
            "millwatt: {folder}: {later} bytes of what the site states are known to later versions only; \
             install the newest millwatt to see all figures"
        );
    }
    let undated = archive.undated();
    if undated > 0 {
        let folder = folder.display();
        eprintln!(
            "millwatt: {folder}: {undated} readings have no date, for the clock was not set from a start to its \
             end; they are kept, and show nowhere"
        );
    }
}

/// Prints a line; a reader that has gone away (`| head`) is no error.
fn say(line: impl std::fmt::Display) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
