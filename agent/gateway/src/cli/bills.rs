//! `millwatt bills`.

use std::path::PathBuf;

use super::{Failure, say};
use crate::bills::{self, BillsError, Factors, Report, Sign};
use crate::language::Language;

/// What twelve electricity bills already tell: cost and energy a kilogram, TOE, CO2, a baseline, what to meter first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt bills --template > bills.csv
  millwatt bills bills.csv
  millwatt bills bills.csv --lang vi
  millwatt bills bills.csv --json | jq '.plan[].text.what'
  millwatt bills --print-factors > factors.toml

A line a month; only month and kwh are needed, the others make more of it: kvarh, cost_vnd, output, wood_t,
diesel_l, lpg_kg, fuel_vnd. Names may be Vietnamese, numbers 1.234,5 or 1,234.5, columns parted by commas,
semicolons or tabs.")]
pub(super) struct Arguments {
    /// The bills, as `--template` begins them
    #[arg(required_unless_present_any = ["template", "print_factors"])]
    csv: Option<PathBuf>,
    /// Print an empty file to fill in
    #[arg(long)]
    template: bool,
    /// Print the factors and assumptions that come with the program, to edit
    #[arg(long)]
    print_factors: bool,
    /// A file of factors of your own, in place of those
    #[arg(long)]
    factors: Option<PathBuf>,
    /// The decimal sign, for a file that leaves it open
    #[arg(long, value_enum)]
    decimal: Option<DecimalWord>,
    /// Print JSON: {months, totals, carriers, per_output, designated, baseline, plan, notes, sources}
    #[arg(long)]
    json: bool,
    /// The language; by LC_ALL or LANG when left out
    #[arg(long, value_enum)]
    lang: Option<Language>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum DecimalWord {
    Point,
    Comma,
}

impl DecimalWord {
    const fn sign(self) -> Sign {
        match self {
            Self::Point => Sign::Point,
            Self::Comma => Sign::Comma,
        }
    }
}

pub(super) fn bills(arguments: &Arguments) -> Result<(), Failure> {
    let language = arguments.lang.unwrap_or_else(Language::spoken);
    if arguments.template {
        say(bills::template(language).trim_end());
        return Ok(());
    }
    if arguments.print_factors {
        say(bills::BUILT_IN.trim_end());
        return Ok(());
    }
    let report = read(arguments).map_err(|error| Failure::Problem(error.text(language)))?;
    if arguments.json {
        say(report.json(language));
    } else {
        say(report.text(language).trim_end());
    }
    Ok(())
}

fn read(arguments: &Arguments) -> Result<Report, BillsError> {
    let factors = match &arguments.factors {
        Some(path) => Factors::read(path)?,
        None => Factors::built_in()?,
    };
    let csv = arguments.csv.as_deref().expect("clap asks for the file");
    Report::read(csv, factors, arguments.decimal.map(DecimalWord::sign))
}
