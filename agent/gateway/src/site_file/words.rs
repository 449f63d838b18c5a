//! The small words of a site file: spans, days, hours, dates.

use chrono::NaiveDate;
use millwatt::time::{Date, Span, Weekdays};
use serde::{Deserialize, Deserializer, de::Error};

/// A span as people write it: `10s`, `1min`, `15min`, `1h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duration(pub Span);

/// Days of the week: `all`, `mon-sat`, `sun`, `mon,wed,fri`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days(pub Weekdays);

/// A stretch of the day, `06:00-14:00`; an end at or before the start is on the next day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    /// Minute of the day.
    pub start: u16,
    /// Minute counted from the same midnight, above `start`, up to 2880.
    pub end: u16,
}

/// A calendar date, `2026-01-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub Date);

/// Reads a span; `None` when it is none.
#[must_use]
pub fn span(text: &str) -> Option<Span> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, unit) = text.split_at(digits);
    let milliseconds = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    let span = Span::from_milliseconds(count.parse::<i64>().ok()?.checked_mul(milliseconds)?);
    (span > Span::ZERO && span <= Span::DAY.times(366)).then_some(span)
}

const DAY_NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn days(text: &str) -> Option<Weekdays> {
    if text == "all" {
        return Some(Weekdays::ALL);
    }
    let index = |name: &str| DAY_NAMES.iter().position(|known| *known == name.trim());
    let mut set = 0_u8;
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (index(first)?, index(last)?);
        let length = (last + 7 - first) % 7;
        (0..=length).for_each(|step| set |= 1 << ((first + step) % 7));
    }
    Some(Weekdays(set))
}

fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60 && hour * 60 + minute <= 1_440).then_some(hour * 60 + minute)
}

fn hours(text: &str) -> Option<Hours> {
    let (start, end) = text.split_once('-')?;
    let (start, end) = (minute(start)?, minute(end)?);
    let end = if end <= start { end + 1_440 } else { end };
    (start < 1_440).then_some(Hours { start, end })
}

/// Reads a date; `None` when there is no such day.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    let date: NaiveDate = text.parse().ok()?;
    use chrono::Datelike;
    Date::checked(date.year(), date.month() as u8, date.day() as u8)
}

fn word<'de, D: Deserializer<'de>, T>(
    from: D,
    read: impl Fn(&str) -> Option<T>,
    expected: &str,
) -> Result<T, D::Error> {
    let text = String::deserialize(from)?;
    read(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not {expected}")))
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        word(from, span, "a span such as \"10s\", \"1min\" or \"1h\"").map(Self)
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        word(from, days, "a set of days such as \"mon-sat\", \"sun\" or \"all\"").map(Self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        word(from, hours, "a stretch of the day such as \"06:00-14:00\"")
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let date = toml::value::Datetime::deserialize(from)?;
        day(&date.to_string())
            .map(Self)
            .ok_or_else(|| D::Error::custom(format!("`{date}` is not a date such as 2026-01-31")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write() {
        assert_eq!(span("15min"), Some(Span::from_minutes(15)));
        assert_eq!((span("min"), span("0s"), span("5 weeks"), span("")), (None, None, None, None));
        assert_eq!(days("mon-sat"), Some(Weekdays(0b011_1111)));
        assert_eq!(days("sat-mon"), Some(Weekdays(0b110_0001)));
        assert_eq!(days("mon, wed"), Some(Weekdays(0b000_0101)));
        assert_eq!(days("monday"), None);
        assert_eq!(hours("22:00-06:00"), Some(Hours { start: 1_320, end: 1_800 }));
        assert_eq!(hours("18:00-24:00"), Some(Hours { start: 1_080, end: 1_440 }));
        assert_eq!(hours("25:00-26:00"), None);
    }
}
