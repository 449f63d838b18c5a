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

/// How a serial line is set, `9600 8N1`: bits a second, data bits, parity, stop bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SerialLine {
    /// Bits a second.
    pub baud: u32,
    /// Bits of a character; Modbus RTU needs eight.
    pub data_bits: u8,
    /// The bit that checks a character.
    pub parity: Parity,
    /// Bits between characters, one or two.
    pub stop_bits: u8,
}

/// The bit that checks a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parity {
    /// There is none.
    None,
    /// It makes the count of ones even.
    Even,
    /// It makes the count of ones odd.
    Odd,
}

impl Parity {
    const LETTERS: [(char, Self); 3] = [('N', Self::None), ('E', Self::Even), ('O', Self::Odd)];
}

impl std::fmt::Display for SerialLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let letter = Parity::LETTERS.iter().find(|(_, parity)| *parity == self.parity);
        let letter = letter.map_or('N', |(letter, _)| *letter);
        write!(f, "{} {}{letter}{}", self.baud, self.data_bits, self.stop_bits)
    }
}

/// Reads a setting; `None` when no serial port has it.
#[must_use]
pub fn serial_line(text: &str) -> Option<SerialLine> {
    let (baud, frame) = text.trim().split_once(' ')?;
    let baud: u32 = baud.parse().ok().filter(|baud| (300..=4_000_000).contains(baud))?;
    let [data, letter, stop] =
        <[char; 3]>::try_from(frame.trim().chars().collect::<Vec<_>>()).ok()?;
    let (_, parity) = Parity::LETTERS.into_iter().find(|(known, _)| *known == letter)?;
    let data_bits = data.to_digit(10).filter(|bits| *bits == 8)? as u8;
    let stop_bits = stop.to_digit(10).filter(|bits| (1..=2).contains(bits))? as u8;
    Some(SerialLine { baud, data_bits, parity, stop_bits })
}

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

impl<'de> Deserialize<'de> for SerialLine {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        word(from, serial_line, "a serial line's setting such as \"9600 8N1\" or \"19200 8E1\"")
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
        let line = serial_line("19200 8E1").expect("a setting");
        assert_eq!(
            (line.baud, line.parity, line.to_string().as_str()),
            (19_200, Parity::Even, "19200 8E1")
        );
        assert_eq!(
            [serial_line("9600"), serial_line("9600 7N1"), serial_line("9600 8X1")],
            [None; 3]
        );
    }
}
