//! `millwatt report`.

use std::path::{Path, PathBuf};

use super::{Failure, say, warn_of_damage};
use crate::report::Page;
use crate::{file_log, live, logs};

/// Pack page and data into one file that opens with no network
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  millwatt report --data data --out report.html
  millwatt report --data workshop/data --data boiler-house/data --out both.html

Devices of one site that keep a log each are named one after the other; the site is the first one's.")]
pub(super) struct Arguments {
    /// The folder that holds the log; given several times, the logs of several devices of the site
    #[arg(long, required = true)]
    data: Vec<PathBuf>,
    /// The file to write
    #[arg(long, default_value = "report.html")]
    out: PathBuf,
    /// The folder that holds the built page
    #[arg(long)]
    page: Option<PathBuf>,
}

pub(super) fn report(arguments: &Arguments) -> Result<(), Failure> {
    let page = Page::find(arguments.page.as_deref()).map_err(Failure::problem)?;
    let bytes = write_report(&arguments.data, &page, &arguments.out)?;
    say(format_args!("{}: {} kB; opens in any browser", arguments.out.display(), bytes / 1_000));
    Ok(())
}

/// Packs the folders' logs; gives the file's size. A report that is there stays until the new one is
/// whole.
fn write_report(data: &[PathBuf], page: &Page, out: &Path) -> Result<usize, Failure> {
    let archive = logs::read_all(data).map_err(Failure::problem)?;
    let first = data.first().map(PathBuf::as_path).unwrap_or_else(|| Path::new(""));
    warn_of_damage(first, &archive);
    let title = live::title(&archive).ok_or_else(|| {
        Failure::Problem(format!("{}: the log holds no reading yet", first.display()))
    })?;
    let log = logs::packed(data).map_err(Failure::problem)?;
    let html = page.pack(&title, &log);
    let failed = |error: std::io::Error| {
        Failure::Problem(format!("{}: {error}; {}", out.display(), file_log::way_out(&error)))
    };
    let draft = out.with_extension("part");
    std::fs::write(&draft, &html).map_err(failed)?;
    std::fs::rename(&draft, out).map_err(failed)?;
    Ok(html.len())
}
