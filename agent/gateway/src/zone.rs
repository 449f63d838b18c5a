//! A zone's rules as a table of offset changes, for programs that have no zone database.

use chrono::{DateTime, Offset as _, TimeZone as _};
use millwatt::time::{Instant, Offset, Span};

/// First and last year of the table, seconds since 1970: 1990 to 2100.
const YEARS: (i64, i64) = (631_152_000, 4_102_444_800);

fn minutes_at(zone: chrono_tz::Tz, seconds: i64) -> i16 {
    let utc = DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc();
    let offset = zone.offset_from_utc_datetime(&utc).fix().local_minus_utc();
    (offset / 60) as i16
}

/// The offset changes of an IANA zone from 1990 to 2100, oldest first; UTC for an unknown name.
#[must_use]
pub fn offsets(name: &str) -> Vec<Offset> {
    let zone: chrono_tz::Tz = name.parse().unwrap_or(chrono_tz::UTC);
    let mut last = minutes_at(zone, YEARS.0);
    let mut table = vec![Offset { since: Instant::MIN, minutes: last }];
    let week = 7 * 86_400;
    let mut from = YEARS.0;
    while from < YEARS.1 {
        let minutes = minutes_at(zone, from + week);
        if minutes != last {
            let change = first_with(zone, from, from + week, minutes);
            let since = Instant::from_unix_milliseconds(0) + Span::from_seconds(change);
            table.push(Offset { since, minutes });
            last = minutes;
        }
        from += week;
    }
    table
}

/// The first second in (from, to] at which the zone has an offset.
fn first_with(zone: chrono_tz::Tz, mut from: i64, mut to: i64, minutes: i16) -> i64 {
    while to - from > 1 {
        let middle = from + (to - from) / 2;
        if minutes_at(zone, middle) == minutes { to = middle } else { from = middle }
    }
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_change_of_summer_2026() {
        let table = offsets("Europe/Berlin");
        let change = Instant::from_unix_milliseconds(1_774_746_000_000);
        assert!(table.contains(&Offset { since: change, minutes: 120 }));
        assert!(table.len() > 200);
    }

    #[test]
    fn a_zone_without_changes_has_one_row() {
        let row = Offset { since: Instant::MIN, minutes: 420 };
        assert_eq!(offsets("Asia/Bangkok"), [row]);
    }
}
