//! Wall time to instants and back, by the zone database or a fixed offset.

use chrono::offset::LocalResult;
use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset as _, TimeZone};
use millwatt::time::Instant;
use std::fmt;
use std::str::FromStr;

/// How clocks on the wall run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WallZone {
    /// By the rules of an IANA zone.
    Named(chrono_tz::Tz),
    /// Always the same distance from UTC.
    Fixed(FixedOffset),
}

impl FromStr for WallZone {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(zone) = text.parse::<chrono_tz::Tz>() {
            return Ok(Self::Named(zone));
        }
        let signed = text.starts_with(['+', '-']);
        let fixed = text.parse::<FixedOffset>().ok().filter(|_| signed);
        fixed.map(Self::Fixed).ok_or(())
    }
}

impl fmt::Display for WallZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(zone) => f.write_str(zone.name()),
            Self::Fixed(offset) => write!(f, "{offset}"),
        }
    }
}

/// The instants at which a wall clock shows a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Never: the clock was put forward past it.
    Never,
    /// Once, as nearly always.
    Once(Instant),
    /// Twice: the clock was put back over it.
    Twice(Instant, Instant),
}

impl WallZone {
    pub(super) fn shown(self, wall: NaiveDateTime) -> Shown {
        match self {
            Self::Named(zone) => shown(zone.from_local_datetime(&wall)),
            Self::Fixed(offset) => shown(offset.from_local_datetime(&wall)),
        }
    }

    pub(super) fn local(self, at: Instant) -> DateTime<FixedOffset> {
        let utc = DateTime::from_timestamp_millis(at.unix_milliseconds()).unwrap_or_default();
        let utc = utc.naive_utc();
        let offset = match self {
            Self::Named(zone) => zone.offset_from_utc_datetime(&utc).fix(),
            Self::Fixed(offset) => offset,
        };
        offset.from_utc_datetime(&utc)
    }
}

fn shown<Z: TimeZone>(result: LocalResult<DateTime<Z>>) -> Shown {
    let instant = |at: DateTime<Z>| Instant::from_unix_milliseconds(at.timestamp_millis());
    match result {
        LocalResult::None => Shown::Never,
        LocalResult::Single(at) => Shown::Once(instant(at)),
        LocalResult::Ambiguous(first, second) => Shown::Twice(instant(first), instant(second)),
    }
}

/// A moment as people write it, with seconds only where there are some.
pub(super) fn plain(at: &DateTime<FixedOffset>) -> impl fmt::Display {
    let whole_minute = at.timestamp() % 60 == 0;
    at.format(if whole_minute { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(text: &str) -> WallZone {
        text.parse().expect(text)
    }

    fn wall(text: &str) -> NaiveDateTime {
        text.parse().expect(text)
    }

    #[test]
    fn reads_names_and_offsets() {
        let noon = wall("2018-06-01T12:00:00");
        let seoul = zone("Asia/Seoul").shown(noon);
        assert_eq!(seoul, zone("+09:00").shown(noon));
        assert_eq!(seoul, Shown::Once(Instant::from_unix_milliseconds(1_527_822_000_000)));
        assert!("Mars/Olympus".parse::<WallZone>().is_err() && "".parse::<WallZone>().is_err());
    }

    #[test]
    fn knows_hours_that_come_never_or_twice() {
        let berlin = zone("Europe/Berlin");
        assert_eq!(berlin.shown(wall("2018-03-25T02:30:00")), Shown::Never);
        let Shown::Twice(first, second) = berlin.shown(wall("2018-10-28T02:30:00")) else {
            panic!("the clock was put back");
        };
        assert_eq!((second - first).milliseconds(), 3_600_000);
        assert_eq!(berlin.local(first).to_rfc3339(), "2018-10-28T02:30:00+02:00");
        assert_eq!(plain(&berlin.local(second)).to_string(), "2018-10-28 02:30");
    }
}
