//! `millwatt baseline`.

mod json;
mod text;

use std::path::PathBuf;

use super::period::PeriodArguments;
use super::{Failure, say, warn_of_damage};
use crate::logs;
use crate::site_file::words;
use millwatt::analysis::baseline::{Question, Study};
use millwatt::time::{Instant, Period, Span, Zone};

/// Print an energy baseline: its model and validity, what was saved and how sure that is
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt baseline --data data
  millwatt baseline --data data --from 2026-04-21 --to 2026-05-06 --baseline 2026-04-06..2026-04-21
  millwatt baseline --data data --drivers output,shifts
  millwatt baseline --data data --json | jq '.figures.saving'

The baseline is the site file's [[baseline]], else the first third of the record. The figures are those of the
report page's chapter, to the last digit. A saving that is not `verified` may not be claimed.")]
pub(super) struct Arguments {
    /// The folder that holds the log; given several times, the logs of several devices of the site
    #[arg(long, required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    period: PeriodArguments,
    /// The baseline's period, instead of the site file's: first day and first day after it
    #[arg(long, value_name = "FROM..TO")]
    baseline: Option<String>,
    /// The model to use, `mean` for none; else the best that may be used
    #[arg(long, value_name = "DRIVER,DRIVER")]
    drivers: Option<String>,
    /// Print JSON: {site, zone, from, to, baseline, model, verdict, figures, checks, models, changes, adjustments,
    /// findings, rows}
    #[arg(long)]
    json: bool,
}

pub(super) fn baseline(arguments: &Arguments) -> Result<(), Failure> {
    let archive = logs::read_all(&arguments.data).map_err(Failure::problem)?;
    warn_of_damage(&arguments.data[0], &archive);
    let parts = archive.parts().map_err(Failure::problem)?;
    let (site, zone) = (parts.site(), parts.site().zone_rules());
    let period = arguments.period.period(zone, &archive)?;
    let record = archive.span().unwrap_or(period);
    let stated = arguments.baseline.as_deref().map(|text| window(text, zone)).transpose()?;
    let question = Question {
        record,
        reporting: Period::new(period.from, day_end(period.to, zone)),
        baseline: stated,
        drivers: arguments.drivers.as_deref(),
    };
    let study = Study::new(&site, &archive, &question);
    say(if arguments.json {
        json::of(&site, &study).to_string()
    } else {
        text::of(&site, &study).trim_end().to_owned()
    });
    match &study.model {
        Some(_) => Ok(()),
        None => Err(Failure::Problem("there is no baseline; the findings say why".to_owned())),
    }
}

/// The end of the local day that an instant is in; the instant itself where a day begins.
fn day_end(at: Instant, zone: Zone<'_>) -> Instant {
    let last = zone.local(at - Span::from_milliseconds(1)).date;
    zone.instant(last.plus_days(1), 0)
}

fn window(text: &str, zone: Zone<'_>) -> Result<Period, Failure> {
    let dates = text.split_once("..").and_then(|(from, to)| words::day(from).zip(words::day(to)));
    let period = dates.map(|(from, to)| Period::new(zone.instant(from, 0), zone.instant(to, 0)));
    period.filter(|period| period.from < period.to).ok_or_else(|| {
        let message = format!(
            "`{text}` is no period; write 2026-01-01..2026-04-01, the first day and the first day after it"
        );
        Failure::Usage(message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_two_dates_in_their_order() {
        let zone = Zone::new(&[]);
        let days =
            |text: &str| window(text, zone).ok().map(|one| one.span().milliseconds() / 86_400_000);
        assert_eq!(days("2026-01-01..2026-02-01"), Some(31));
        for wrong in ["2026-01-01", "2026-02-01..2026-01-01", "..", "2026-01-01..2026-02-30"] {
            assert_eq!(days(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_period_ends_with_a_whole_day() {
        let (zone, midnight) = (Zone::new(&[]), Instant::from_unix_milliseconds(86_400_000));
        assert_eq!(day_end(midnight, zone), midnight);
        assert_eq!(day_end(midnight + Span::from_minutes(1), zone), midnight + Span::DAY);
    }
}
