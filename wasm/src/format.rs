//! Numbers, dates and units as people of a language write them.

use crate::words::Language;
use millwatt::Decimal;
use millwatt::time::{Date, Local};

/// Between a number and its unit: narrow, and never at a line's end.
pub const NARROW: char = '\u{202f}';

fn grouped(digits: &str, language: Language) -> String {
    let separator = if language == Language::Vietnamese { '.' } else { ',' };
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out
}

/// Every digit of a figure.
#[must_use]
pub fn exact(value: Decimal, language: Language) -> String {
    let plain = value.to_string();
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("−", rest));
    let (whole, decimals) = plain.split_once('.').unwrap_or((plain, ""));
    let whole = grouped(whole, language);
    if decimals.is_empty() {
        return format!("{sign}{whole}");
    }
    let point = if language == Language::Vietnamese { ',' } else { '.' };
    format!("{sign}{whole}{point}{decimals}")
}

/// A figure rounded to some places, trailing zeros dropped.
#[must_use]
pub fn places(value: Decimal, places: u8, language: Language) -> String {
    exact(value.rounded(places), language)
}

/// A figure to three significant digits; whole digits are never replaced by zeros.
#[must_use]
pub fn short(value: Decimal, language: Language) -> String {
    let magnitude = value.to_f64().abs();
    let wanted = match magnitude {
        m if m >= 99.95 => 0,
        m if m >= 9.995 => 1,
        m if m >= 0.9995 => 2,
        _ => 3,
    };
    places(value, wanted, language)
}

/// A share as a percentage with one decimal.
#[must_use]
pub fn percent(share: Decimal, language: Language) -> String {
    let hundredfold = Decimal::new(share.units() * 100, share.places());
    format!("{}{NARROW}%", places(hundredfold, 1, language))
}

/// A number with its unit.
#[must_use]
pub fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() || unit == "1" {
        number.to_owned()
    } else {
        format!("{number}{NARROW}{unit}")
    }
}

/// An amount of money: đồng without decimals, others with two at most.
#[must_use]
pub fn money(value: Decimal, currency: &str, language: Language) -> String {
    let (decimals, sign) = if currency == "VND" { (0, "đ") } else { (2, currency) };
    with_unit(&places(value, decimals, language), sign)
}

/// Day and month, `06/04` in Vietnamese, `6 Apr` in English.
#[must_use]
pub fn day(date: Date, language: Language) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match language {
        Language::Vietnamese => format!("{:02}/{:02}", date.day, date.month),
        Language::English => {
            let month = MONTHS.get(usize::from(date.month) - 1).copied().unwrap_or("");
            format!("{} {month}", date.day)
        }
    }
}

/// Day, month and year.
#[must_use]
pub fn full_day(date: Date, language: Language) -> String {
    match language {
        Language::Vietnamese => format!("{}/{}", day(date, language), date.year),
        Language::English => format!("{} {}", day(date, language), date.year),
    }
}

/// Day and time to the minute.
#[must_use]
pub fn moment(local: Local, language: Language) -> String {
    let minute = local.minute_of_day;
    format!("{} {:02}:{:02}", full_day(local.date, language), minute / 60, minute % 60)
}

/// As a date input takes it: `2026-01-31`.
#[must_use]
pub fn iso(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Vietnamese};

    #[test]
    fn both_languages_write_numbers_their_way() {
        let value = Decimal::new(-1_234_567_890, 3);
        assert_eq!(exact(value, Vietnamese), "−1.234.567,89");
        assert_eq!(exact(value, English), "−1,234,567.89");
    }

    #[test]
    fn cards_show_three_digits() {
        let shown = |units, places| short(Decimal::new(units, places), English);
        assert_eq!(shown(75_470_123, 4), "7,547");
        assert_eq!(shown(456_789, 4), "45.7");
        assert_eq!(shown(6_789, 4), "0.679");
        assert_eq!(shown(0, 4), "0");
    }

    #[test]
    fn money_and_shares() {
        let sum = Decimal::new(15_123_456_789, 3);
        assert_eq!(money(sum, "VND", Vietnamese), "15.123.457\u{202f}đ");
        assert_eq!(money(sum, "USD", English), "15,123,456.79\u{202f}USD");
        assert_eq!(percent(Decimal::new(9_954, 4), Vietnamese), "99,5\u{202f}%");
    }
}
