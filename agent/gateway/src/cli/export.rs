//! `millwatt export`.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use super::period::PeriodArguments;
use super::{Failure, warn_of_damage};
use crate::export::{Content, Form, Selection, Wanted, events, readings, to_file};
use crate::{file_log, logs};

/// Give readings or events to other programs, every value to its last digit
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt export --data data --out january.csv --from 2026-01-01 --to 2026-02-01
  millwatt export --data data --out mill.lp --asset mill          InfluxDB's line protocol
  millwatt export --data data --out january.xlsx --from 2026-01-01 --to 2026-02-01   a sheet an asset
  millwatt export --data data --out january.parquet                for pandas and DuckDB; in a build with --features parquet
  millwatt export --data data --channel mill.active_energy --form json | jq .value
  millwatt export --data data --events --out events.csv           as `millwatt import --events` takes them

A reading at the very end of the period is given, too: it bounds what a counter counted. What goes out is a copy that anybody
may change; the record that proves itself is the log (`millwatt verify`).")]
pub(super) struct Arguments {
    /// The folder that holds the log; given several times, the logs of several devices of the site
    #[arg(long, required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    period: PeriodArguments,
    /// The file to write, .csv, .json, .lp, .xlsx or .parquet; the screen if absent
    #[arg(long)]
    out: Option<PathBuf>,
    /// In which form; by the file's name if absent, else csv
    #[arg(long, value_enum)]
    form: Option<Form>,
    /// Only this channel; may be given several times
    #[arg(long)]
    channel: Vec<String>,
    /// Only this asset; may be given several times
    #[arg(long)]
    asset: Vec<String>,
    /// What people reported, in place of readings
    #[arg(long, conflicts_with = "channel")]
    events: bool,
    /// Write over a file that is there
    #[arg(long, requires = "out")]
    force: bool,
}

impl Arguments {
    const fn content(&self) -> Content {
        if self.events { Content::Events } else { Content::Readings }
    }
}

pub(super) fn export(arguments: &Arguments) -> Result<(), Failure> {
    let form = form(arguments)?;
    match &arguments.out {
        None => match to_screen(arguments, form) {
            // A reader that has gone away (`| head`) is no error.
            Err(Ended::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            ended => ended.map(|_| ()).map_err(|ended| ended.told(Path::new("the screen"))),
        },
        Some(out) => to_path(arguments, form, out),
    }
}

fn form(arguments: &Arguments) -> Result<Form, Failure> {
    let name = arguments.out.as_ref().map(|out| out.display().to_string());
    let form = match (arguments.form, name) {
        (Some(form), _) => form,
        (None, None) => Form::Csv,
        (None, Some(name)) => Form::of(&name).ok_or_else(|| {
            Failure::Usage(format!(
                "{name}: say in which form, with --form csv, json, line-protocol, xlsx or parquet"
            ))
        })?,
    };
    if arguments.events && form == Form::LineProtocol {
        let message =
            "line protocol has no place for events; choose --form csv, json, xlsx or parquet";
        return Err(Failure::Usage(message.to_owned()));
    }
    if let Some(why) = form.missing() {
        return Err(Failure::Usage(why.to_owned()));
    }
    if arguments.out.is_none() && !form.is_text() {
        let message = "this form is no text for a screen; name a file with --out";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(form)
}

/// Why nothing was written.
enum Ended {
    Asked(Failure),
    Output(std::io::Error),
}

impl Ended {
    fn told(self, out: &Path) -> Failure {
        match self {
            Self::Asked(failure) => failure,
            Self::Output(error) => {
                let way_out = file_log::way_out(&error);
                Failure::Problem(format!("{}: {error}; {way_out}", out.display()))
            }
        }
    }
}

/// A file that is there stays until the new one is whole.
fn to_path(arguments: &Arguments, form: Form, out: &Path) -> Result<(), Failure> {
    if out.exists() && !arguments.force {
        let message = format!("{}: it is there already; --force writes over it", out.display());
        return Err(Failure::Usage(message));
    }
    let mut draft = out.as_os_str().to_owned();
    draft.push(".part");
    let draft = PathBuf::from(draft);
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or_else(|| Path::new("."));
    let written = File::create(&draft).map_err(Ended::Output).and_then(|file| {
        let what = (arguments.content(), form);
        let count = write(arguments, |selection| to_file(selection, what, &file, folder))?;
        file.sync_all().and_then(|()| std::fs::rename(&draft, out)).map_err(Ended::Output)?;
        Ok(count)
    });
    match written {
        Ok(count) => {
            let what = match arguments.content() {
                Content::Readings => "readings",
                Content::Events => "events",
            };
            super::say(format_args!("{}: {count} {what}", out.display()));
            Ok(())
        }
        Err(ended) => {
            // It may not have been made.
            let _ = std::fs::remove_file(&draft);
            Err(ended.told(out))
        }
    }
}

fn to_screen(arguments: &Arguments, form: Form) -> Result<u64, Ended> {
    write(arguments, |selection| {
        let mut out = BufWriter::new(std::io::stdout());
        let count = match arguments.content() {
            Content::Readings => readings(selection, form, &mut out),
            Content::Events => events(selection, form, &mut out),
        }?;
        out.flush()?;
        Ok(count)
    })
}

/// Reads the log, and writes what of it is wanted.
fn write(
    arguments: &Arguments,
    write: impl FnOnce(Selection<'_>) -> std::io::Result<u64>,
) -> Result<u64, Ended> {
    let problem = |error: String| Ended::Asked(Failure::Problem(error));
    let archive = logs::read_all(&arguments.data).map_err(|error| problem(error.to_string()))?;
    warn_of_damage(&arguments.data[0], &archive);
    let parts = archive.parts().map_err(|error| problem(error.to_string()))?;
    let site = parts.site();
    let period = arguments.period.period(site.zone_rules(), &archive).map_err(Ended::Asked)?;
    let wanted = Wanted { channels: arguments.channel.clone(), assets: arguments.asset.clone() };
    if let Some(unknown) = wanted.unknown(&site) {
        return Err(Ended::Asked(Failure::Usage(unknown)));
    }
    let selection = Selection { archive: &archive, site: &site, period, wanted: &wanted };
    write(selection).map_err(Ended::Output)
}
