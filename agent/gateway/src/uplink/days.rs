//! An uplink to a folder at work: looks now and then whether a day has ended, and writes it.

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use super::folder::{Day, DayFiles, Extent, FolderPlan, Out};
use super::line::Teller;
use super::{Tell, Watermark, What};
use crate::export::{Form, Selection, Wanted, readings};
use crate::file_log::{extent, last_manifest, way_out};
use crate::logs::read_since;
use crate::run::wall_clock;
use millwatt::archive::Parts;
use millwatt::time::{Period, Span};

/// From one look to the next, each of which reads the first and the last page.
const LOOK_EVERY: Duration = Duration::from_secs(300);
/// From one attempt to the next while a folder is away.
const RETRY_EVERY: Duration = Duration::from_secs(10);
/// So soon it ends when it should.
const PATIENCE: Duration = Duration::from_millis(200);

/// Writes days until nobody writes the log any more.
pub(super) fn run(data: &Path, uplink: &str, plan: &FolderPlan, log: &Watermark, tell: Tell) {
    let days = DayFiles::new(data, uplink, plan.clone());
    let mut teller = Teller::new(uplink.to_owned(), tell);
    while log.has_changed().is_ok() {
        match look(data, plan, &days) {
            Ok(Some(Day { file, rows })) => {
                teller.fine();
                if rows > 0 {
                    teller.tell(What::Written { file, rows });
                }
            }
            Ok(None) => {
                teller.fine();
                wait(log, LOOK_EVERY);
            }
            Err(message) => {
                teller.trouble(message);
                wait(log, RETRY_EVERY);
            }
        }
    }
}

fn wait(log: &Watermark, long: Duration) {
    let end = Instant::now() + long;
    while log.has_changed().is_ok() && Instant::now() < end {
        std::thread::sleep(PATIENCE);
    }
}

/// Writes the oldest day that is due.
fn look(data: &Path, plan: &FolderPlan, days: &DayFiles) -> Result<Option<Day>, String> {
    let of_log = |error: io::Error| format!("{}: {error}; {}", data.display(), way_out(&error));
    let Some((first, newest)) = extent(data).map_err(of_log)? else { return Ok(None) };
    let manifest = last_manifest(data).map_err(|error| error.to_string())?.unwrap_or_default();
    let parts = Parts::read(&manifest).map_err(|error| format!("{}: {error}", data.display()))?;
    let extent = Extent { first, newest: newest.min(wall_clock()) };
    let fill = |period: Period, out: &mut Out<'_>| fill(data, plan, period, out);
    days.turn(parts.site().zone_rules(), extent, fill).map_err(|error| error.to_string())
}

/// Writes the readings of a period, its end excluded.
fn fill(data: &Path, plan: &FolderPlan, period: Period, mut out: &mut Out<'_>) -> io::Result<u64> {
    let archive = read_since(&[data.to_owned()], period.from)?;
    let parts = archive.parts().map_err(io::Error::other)?;
    let (site, wanted) = (parts.site(), Wanted::default());
    let period = Period::new(period.from, period.to - Span::from_milliseconds(1));
    let form = Form::of(&format!(".{}", plan.ending)).unwrap_or(Form::Csv);
    readings(Selection { archive: &archive, site: &site, period, wanted: &wanted }, form, &mut out)
}
