//! The text of a stamp to wall time, by the format that the map names.

use chrono::format::{Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use std::fmt::Write;

/// What a stamp's text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Milliseconds since 1970 on the wall, or in UTC for an absolute stamp.
    pub wall: i64,
    /// What can be said about it.
    pub sort: Sort,
}

/// How far a stamp settles what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A time of the day that leaves no doubt.
    Wall,
    /// 00:00, which may begin or end the day of its date.
    Midnight,
    /// Carries its own offset from UTC.
    Absolute,
}

/// How stamps are written.
#[derive(Debug, Clone)]
pub enum StampFormat {
    /// Seconds since 1970 in UTC, fractions allowed.
    UnixSeconds,
    /// Milliseconds since 1970 in UTC.
    UnixMilliseconds,
    /// The date cells of a workbook, in wall time.
    Excel,
    /// A pattern of chrono's strftime, as it was written and as it is followed.
    Pattern(String, Vec<Item<'static>>),
}

impl StampFormat {
    /// Reads a format and tries it on a moment.
    ///
    /// # Errors
    /// What is wrong with it and what was expected.
    pub fn new(text: &str) -> Result<Self, String> {
        match text {
            "unix-s" => return Ok(Self::UnixSeconds),
            "unix-ms" => return Ok(Self::UnixMilliseconds),
            "excel" => return Ok(Self::Excel),
            _ => {}
        }
        let expected = "expected a pattern such as \"%d/%m/%Y %H:%M\", or \"unix-s\", \"unix-ms\"";
        let items = StrftimeItems::new(text).parse_to_owned();
        let items =
            items.map_err(|_| format!("`format` = `{text}` has an unknown % code; {expected}"))?;
        let format = Self::Pattern(text.to_owned(), items);
        if format.gives_whole_dates() {
            Ok(format)
        } else {
            Err(format!("`format` = `{text}` gives no whole date; {expected}"))
        }
    }

    /// Whether a moment written in this format can be read back to its day.
    fn gives_whole_dates(&self) -> bool {
        let Self::Pattern(_, items) = self else {
            return true;
        };
        let moment = DateTime::from_timestamp(TRIAL, 0).unwrap_or_default().fixed_offset();
        let mut text = String::new();
        let written = write!(text, "{}", moment.format_with_items(items.iter()));
        let back = self.stamp(&text);
        let day = |wall: i64| wall.div_euclid(DAY);
        written.is_ok() && back.is_ok_and(|stamp| day(stamp.wall) == day(TRIAL * 1_000))
    }

    /// Whether stamps carry their offset from UTC, so that no zone is needed.
    #[must_use]
    pub fn is_absolute(&self) -> bool {
        let items = match self {
            Self::UnixSeconds | Self::UnixMilliseconds => return true,
            Self::Excel => return false,
            Self::Pattern(_, items) => items,
        };
        use chrono::format::{Fixed, Numeric};
        items.iter().any(|item| match item {
            Item::Fixed(
                Fixed::TimezoneOffset
                | Fixed::TimezoneOffsetZ
                | Fixed::TimezoneOffsetColon
                | Fixed::TimezoneOffsetColonZ
                | Fixed::RFC2822
                | Fixed::RFC3339,
            ) => true,
            Item::Numeric(numeric, _) => *numeric == Numeric::Timestamp,
            _ => false,
        })
    }

    /// Reads one stamp.
    pub(super) fn stamp(&self, text: &str) -> Result<Stamp, String> {
        let found = match self {
            Self::UnixSeconds => unix(text, 3),
            Self::UnixMilliseconds => unix(text, 0),
            Self::Excel => None,
            Self::Pattern(_, items) => match text {
                "" => None,
                _ => by_pattern(text, items).or_else(|| end_of_day(text, items)),
            },
        };
        found.ok_or_else(|| match self {
            _ if text.is_empty() => "has no stamp".to_owned(),
            Self::UnixSeconds => format!("`{text}` is no number of seconds since 1970"),
            Self::UnixMilliseconds => format!("`{text}` is no number of milliseconds since 1970"),
            Self::Excel => format!(
                "`{text}` is no date cell of a workbook; format it as a date and time there, \
                 or write the pattern of such texts as `format`"
            ),
            Self::Pattern(pattern, _) => format!("`{text}` is no stamp of the form `{pattern}`"),
        })
    }
}

const DAY: i64 = 86_400_000;

/// 2018-11-22 09:30:00, whose day and month cannot be mistaken for each other.
const TRIAL: i64 = 1_542_879_000;

fn unix(text: &str, places: u8) -> Option<Stamp> {
    let number = super::number::parse(text, '.', places).ok()?;
    let wall = number.scaled(places).filter(|_| !number.rounded())?;
    DateTime::from_timestamp_millis(wall)?;
    Some(Stamp::absolute(wall))
}

fn by_pattern(text: &str, items: &[Item<'_>]) -> Option<Stamp> {
    let mut parsed = Parsed::new();
    parse(&mut parsed, text, items.iter()).ok()?;
    if parsed.offset().is_some() || parsed.timestamp().is_some() {
        return absolute(&parsed).map(Stamp::absolute);
    }
    let date: NaiveDate = parsed.to_naive_date().ok()?;
    let wall = date.and_time(time_of_day(&mut parsed)?);
    Some(Stamp::on_the_wall(milliseconds(wall)))
}

fn absolute(parsed: &Parsed) -> Option<i64> {
    let at = match parsed.offset() {
        Some(_) => parsed.to_datetime().ok()?.to_utc(),
        None => parsed.to_naive_datetime_with_offset(0).ok()?.and_utc(),
    };
    Some(at.timestamp_millis())
}

/// A stamp without minutes is at the full hour, one without hours at 00:00.
fn time_of_day(parsed: &mut Parsed) -> Option<NaiveTime> {
    if parsed.hour_mod_12().is_none() && parsed.minute().is_none() {
        return Some(NaiveTime::MIN);
    }
    if parsed.minute().is_none() {
        parsed.set_minute(0).ok()?;
    }
    parsed.to_naive_time().ok()
}

/// A stamp of 24:00, which chrono refuses: the midnight that ends its date, without doubt.
fn end_of_day(text: &str, items: &[Item<'_>]) -> Option<Stamp> {
    let mut places: Vec<usize> = text.match_indices("24").map(|(place, _)| place).collect();
    places.reverse();
    let midnight = places.into_iter().find_map(|place| {
        let mut zero = text.to_owned();
        zero.replace_range(place..place + 2, "00");
        by_pattern(&zero, items).filter(|stamp| stamp.sort == Sort::Midnight)
    })?;
    Some(Stamp { wall: midnight.wall.checked_add(DAY)?, sort: Sort::Wall })
}

impl Stamp {
    /// A wall time that leaves open, at 00:00, which day it belongs to.
    pub fn on_the_wall(wall: i64) -> Self {
        let sort = if wall.rem_euclid(DAY) == 0 { Sort::Midnight } else { Sort::Wall };
        Self { wall, sort }
    }

    /// An instant, in milliseconds since 1970 in UTC.
    pub const fn absolute(wall: i64) -> Self {
        Self { wall, sort: Sort::Absolute }
    }
}

pub(super) fn milliseconds(wall: NaiveDateTime) -> i64 {
    wall.and_utc().timestamp_millis()
}

pub(super) fn naive(wall: i64) -> NaiveDateTime {
    let epoch = DateTime::UNIX_EPOCH.naive_utc();
    epoch.checked_add_signed(TimeDelta::milliseconds(wall)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Result<(String, Sort), String> {
        let stamp = StampFormat::new(pattern)?.stamp(text)?;
        Ok((naive(stamp.wall).to_string(), stamp.sort))
    }

    fn is(text: &str, sort: Sort) -> Result<(String, Sort), String> {
        Ok((text.to_owned(), sort))
    }

    #[test]
    fn reads_the_forms_that_files_have() {
        let whole = is("2018-11-22 09:30:00", Sort::Wall);
        assert_eq!(read("%d/%m/%Y %H:%M", "22/11/2018 09:30"), whole);
        assert_eq!(read("%m/%d/%Y %I:%M %p", "11/22/2018 9:30 AM"), whole);
        assert_eq!(read("%y%m%d%H%M", "1811220930"), whole);
        assert_eq!(read("%Y-%m-%d %H", "2018-11-22 09"), is("2018-11-22 09:00:00", Sort::Wall));
        assert_eq!(read("%Y-%m-%d", "2018-11-22"), is("2018-11-22 00:00:00", Sort::Midnight));
        let utc = is("2018-11-22 00:30:00", Sort::Absolute);
        assert_eq!(read("%Y-%m-%dT%H:%M%z", "2018-11-22T09:30+0900"), utc);
        assert_eq!(read("unix-s", "1542846600"), utc);
        assert_eq!(read("unix-s", "1542846600.000"), utc);
        assert_eq!(read("unix-ms", "1542846600000"), utc);
    }

    #[test]
    fn takes_24_for_the_next_midnight() {
        let next = is("2024-12-25 00:00:00", Sort::Wall);
        assert_eq!(read("%d/%m/%Y %H:%M", "24/12/2024 24:00"), next);
        assert_eq!(read("%Y-%m-%d %H:%M:%S", "2024-12-24 24:00:00"), next);
        assert_eq!(read("%Y%m%d%H%M", "202412242400"), next);
        assert_eq!(read("%Y-%m-%d %H", "2024-12-24 24"), next);
        assert!(read("%d/%m/%Y %H:%M", "24/12/2024 24:15").is_err());
        assert!(read("%d/%m/%Y %H:%M", "01/12/2024 25:00").is_err());
    }

    #[test]
    fn refuses_formats_that_give_no_date() {
        for pattern in ["%H:%M", "%d/%m", "%Q", "", "day"] {
            let why = StampFormat::new(pattern).expect_err(pattern);
            assert!(why.contains("expected a pattern such as"), "{why}");
        }
        assert!(StampFormat::new("%+").is_ok_and(|format| format.is_absolute()));
        assert!(StampFormat::new("%d.%m.%Y").is_ok_and(|format| !format.is_absolute()));
    }
}
