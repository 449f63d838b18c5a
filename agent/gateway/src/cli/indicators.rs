//! `millwatt indicators`.

use std::path::PathBuf;

use super::period::PeriodArguments;
use super::{Failure, say, warn_of_damage};
use crate::{figures, logs};
use millwatt::time::Every;

/// Print the indicators of a period, with coverage and findings
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt indicators --data data --from 2026-01-01 --to 2026-02-01
  millwatt indicators --data data --json --every day
  millwatt indicators --data data --json | jq '.indicators[] | select(.name == \"oee\")'")]
pub(super) struct Arguments {
    /// The folder that holds the log; given several times, the logs of several devices of the site
    #[arg(long, required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    period: PeriodArguments,
    /// Print JSON: {site, zone, from, to, indicators: [{name, asset, value, unit, coverage, findings}]}
    #[arg(long)]
    json: bool,
    /// A figure for each local day, week, month or year of the period
    #[arg(long, value_enum)]
    every: Option<EveryWord>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum EveryWord {
    Day,
    Week,
    Month,
    Year,
}

impl EveryWord {
    const fn every(self) -> Every {
        match self {
            Self::Day => Every::Day,
            Self::Week => Every::Week,
            Self::Month => Every::Month,
            Self::Year => Every::Year,
        }
    }
}

pub(super) fn indicators(arguments: &Arguments) -> Result<(), Failure> {
    let archive = logs::read_all(&arguments.data).map_err(Failure::problem)?;
    warn_of_damage(&arguments.data[0], &archive);
    let parts = archive.parts().map_err(Failure::problem)?;
    let site = parts.site();
    let period = arguments.period.period(site.zone_rules(), &archive)?;
    let every = arguments.every.map(EveryWord::every);
    if arguments.json {
        say(figures::json_of(&site, &archive, period, every));
        return Ok(());
    }
    match every {
        None => say(figures::table_of(&site, &archive, period)),
        Some(every) => period
            .every(every, site.zone_rules())
            .for_each(|cut| say(figures::table_of(&site, &archive, cut))),
    }
    Ok(())
}
