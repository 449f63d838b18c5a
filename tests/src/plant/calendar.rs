//! Local time of the factory: days, shifts, breaks, stamps.

use std::ops::Range;

/// Local time minus UTC, in milliseconds.
pub const OFFSET_MS: i64 = 7 * 3_600_000;
/// Milliseconds of a minute.
pub const MINUTE_MS: i64 = 60_000;
/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// Minutes of the day of the first and the second shift.
pub const SHIFTS: [Range<i64>; 2] = [360..840, 840..1_320];
/// Minutes of the day when people eat.
const BREAKS: [Range<i64>; 2] = [690..720, 1_080..1_110];

/// Local day of an instant, counted from 1970-01-01.
#[must_use]
pub const fn day_of(at: i64) -> i64 {
    (at + OFFSET_MS).div_euclid(DAY_MS)
}

/// Milliseconds since local midnight.
#[must_use]
pub const fn time_of_day(at: i64) -> i64 {
    (at + OFFSET_MS).rem_euclid(DAY_MS)
}

/// Minutes since local midnight.
#[must_use]
pub const fn minute_of(at: i64) -> i64 {
    time_of_day(at) / MINUTE_MS
}

/// The instant of a minute of a local day.
#[must_use]
pub const fn instant(day: i64, minute: i64) -> i64 {
    day * DAY_MS + minute * MINUTE_MS - OFFSET_MS
}

/// Whether people work on a day: Monday to Saturday.
#[must_use]
pub const fn works(day: i64) -> bool {
    // 1970-01-01 was a Thursday; the fourth day of each week from there is a Sunday.
    day.rem_euclid(7) != 3
}

/// Whether a day is a Saturday.
#[must_use]
pub const fn is_saturday(day: i64) -> bool {
    day.rem_euclid(7) == 2
}

/// Whether an instant lies in a shift.
#[must_use]
pub fn in_shift(at: i64) -> bool {
    works(day_of(at)) && SHIFTS.iter().any(|shift| shift.contains(&minute_of(at)))
}

/// When the break ends in which an instant lies.
#[must_use]
pub fn break_end(at: i64) -> Option<i64> {
    let within = BREAKS.iter().find(|rest| rest.contains(&minute_of(at)));
    within.map(|rest| instant(day_of(at), rest.end))
}

/// Year, month and day of month of a day counted from 1970-01-01.
///
/// # Source
/// The Gregorian calendar: 146,097 days in 400 years, years counted from 1 March.
#[must_use]
pub const fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let in_era = shifted.rem_euclid(146_097);
    let year = (in_era - in_era / 1_460 + in_era / 36_524 - in_era / 146_096) / 365;
    let in_year = in_era - (365 * year + year / 4 - year / 100);
    let from_march = (5 * in_year + 2) / 153;
    let day = in_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    (year + era * 400 + (month <= 2) as i64, month, day)
}

/// Local time as people write it: `2026-03-02 07:30`.
#[must_use]
pub fn stamp(at: i64) -> String {
    let (year, month, day) = civil(day_of(at));
    let minute = minute_of(at);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(civil(19_782), (2024, 2, 29));
        // `date -d 2026-03-02 +%s` of UTC is 1772409600; seven hours earlier it is midnight here.
        assert_eq!(stamp(1_772_409_600_000 - OFFSET_MS), "2026-03-02 00:00");
        assert_eq!(instant(day_of(1_772_384_400_000), 0), 1_772_384_400_000);
    }

    #[test]
    fn the_week_has_one_day_of_rest() {
        let monday = day_of(1_772_384_400_000);
        let worked: Vec<bool> = (0..7).map(|day| works(monday + day)).collect();
        assert_eq!(worked, [true, true, true, true, true, true, false]);
        assert!(is_saturday(monday + 5));
        assert!(in_shift(instant(monday, 360)) && in_shift(instant(monday, 1_319)));
        assert!(!in_shift(instant(monday, 359)) && !in_shift(instant(monday, 1_320)));
        assert_eq!(break_end(instant(monday, 700)), Some(instant(monday, 720)));
    }
}
