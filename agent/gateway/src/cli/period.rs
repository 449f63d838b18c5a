//! `--from`, `--to`: local dates and times.

use super::Failure;
use crate::site_file::words;
use millwatt::archive::Archive;
use millwatt::time::{Instant, Period, Zone};

/// The stretch of time that a command looks at.
#[derive(Debug, clap::Args)]
pub(super) struct PeriodArguments {
    /// First local day (2026-01-31) or minute (2026-01-31T06:00); the whole record if absent
    #[arg(long)]
    from: Option<String>,
    /// First local day or minute after the period: 2026-02-01 ends it with January
    #[arg(long)]
    to: Option<String>,
}

impl PeriodArguments {
    /// The period, in the site's zone.
    pub(super) fn period(&self, zone: Zone<'_>, archive: &Archive) -> Result<Period, Failure> {
        let record = archive.span().ok_or_else(|| {
            Failure::Problem("the log holds no reading yet; run or import first".to_owned())
        })?;
        let from = self.from.as_deref().map_or(Ok(record.from), |text| instant(text, zone))?;
        let to = self.to.as_deref().map_or(Ok(record.to), |text| instant(text, zone))?;
        if from >= to {
            let message = "--from must lie before --to (--to is the first day after the period)";
            return Err(Failure::Usage(message.to_owned()));
        }
        Ok(Period::new(from, to))
    }
}

fn instant(text: &str, zone: Zone<'_>) -> Result<Instant, Failure> {
    let (date, minute) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, minute_of_day(time)),
        None => (text, Some(0)),
    };
    let at = words::day(date).zip(minute).map(|(date, minute)| zone.instant(date, minute));
    at.ok_or_else(|| {
        Failure::Usage(format!("`{text}` is no local date; write 2026-01-31 or 2026-01-31T06:00"))
    })
}

fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}
