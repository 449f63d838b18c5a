//! Decimal text to exact integers: no float comes between a file and the log.

use millwatt::decimal::{div_round, power_of_ten};
use std::fmt::{Display, LowerExp};

/// Most digits that are read exactly.
const MOST_DIGITS: usize = 30;

/// A figure as it stood in a file: `digits` × 10^−`places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    digits: i64,
    places: u8,
    rounded: bool,
}

impl Number {
    /// A whole number.
    #[must_use]
    pub const fn whole(digits: i64) -> Self {
        Self { digits, places: 0, rounded: false }
    }

    /// How many digits stood behind the point, as far as they are kept.
    #[must_use]
    pub const fn places(self) -> u8 {
        self.places
    }

    /// Whether the file gave more digits than are kept, and they were not zeros.
    #[must_use]
    pub const fn rounded(self) -> bool {
        self.rounded
    }

    /// The value in units of 10^−`decimals`; `None` where an `i64` does not hold it.
    ///
    /// `decimals` is at least [`places`](Self::places).
    #[must_use]
    pub fn scaled(self, decimals: u8) -> Option<i64> {
        let factor = power_of_ten(decimals.saturating_sub(self.places));
        i64::try_from(i128::from(self.digits).checked_mul(factor)?).ok()
    }
}

/// Reads a figure such as `-12.5`, `+3`, `03.06` or `1.2E-05`, keeping `keep` digits behind the
/// point, halves away from zero.
///
/// # Errors
/// Why it is none, as a clause for the report.
pub fn parse(text: &str, decimal: char, keep: u8) -> Result<Number, String> {
    let (negative, unsigned) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (plain, power) = unsigned
        .split_once(['e', 'E'])
        .map_or((unsigned, Some(0)), |(plain, power)| (plain, exponent(power)));
    let (whole, fraction) = plain.split_once(decimal).unwrap_or((plain, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let some = !(whole.is_empty() && fraction.is_empty());
    let Some(power) = power.filter(|_| some && all_digits(whole) && all_digits(fraction)) else {
        return Err(refusal(text, decimal));
    };
    let digits = whole.bytes().chain(fraction.bytes());
    let digits: String = digits.map(char::from).collect();
    let digits = digits.trim_start_matches('0');
    if digits.len() > MOST_DIGITS {
        return Err(format!("`{text}` has more than {MOST_DIGITS} digits"));
    }
    let magnitude: i128 = format!("0{digits}").parse().unwrap_or_default();
    let places = i32::try_from(fraction.len()).unwrap_or(i32::MAX) - power;
    let value = if negative { -magnitude } else { magnitude };
    fit(value, places, keep).ok_or_else(|| format!("`{text}` is too large a number"))
}

/// Reads a binary figure by the decimal text that stands for it; where that has more than `keep`
/// digits behind the point, the figure itself is rounded, halves to even.
///
/// # Errors
/// Why it is none, as a clause for the report.
pub fn of_double(value: f64, text: &str, keep: u8) -> Result<Number, String> {
    let number = parse(text, '.', keep)?;
    if !number.rounded() {
        return Ok(number);
    }
    let even = parse(&format!("{value:.*}", usize::from(keep)), '.', keep)?;
    Ok(Number { rounded: true, ..even })
}

/// A binary figure in the fewest decimal digits that give it back.
pub fn shortest<F: Copy + Display + LowerExp + Into<f64>>(value: F) -> String {
    let size = value.into().abs();
    if size == 0.0 || (1e-7..1e18).contains(&size) {
        value.to_string()
    } else {
        format!("{value:e}")
    }
}

fn exponent(text: &str) -> Option<i32> {
    let power: i32 = text.parse().ok()?;
    (-999..=999).contains(&power).then_some(power)
}

fn fit(value: i128, places: i32, keep: u8) -> Option<Number> {
    let surplus = places - i32::from(keep);
    let (kept, places, rounded) = if places < 0 {
        let power = u8::try_from(-places).ok().filter(|power| *power <= 38 || value == 0)?;
        (value.checked_mul(power_of_ten(power))?, 0, false)
    } else if surplus <= 0 {
        (value, u8::try_from(places).ok()?, false)
    } else if surplus > 38 {
        (0, keep, value != 0)
    } else {
        let part = power_of_ten(u8::try_from(surplus).ok()?);
        (div_round(value, part), keep, value % part != 0)
    };
    let digits = i64::try_from(kept).ok()?;
    Some(Number { digits, places, rounded })
}

fn refusal(text: &str, decimal: char) -> String {
    let separated = text.starts_with(|c: char| c.is_ascii_digit() || "+-".contains(c))
        && text.contains([',', '.', ' ', '\'', '\u{a0}', '\u{202f}'])
        && !text.contains(|c: char| c.is_alphabetic());
    if separated {
        return format!(
            "`{text}` holds a thousands separator or another decimal sign than `{decimal}`"
        );
    }
    format!("`{text}` is no number")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scaled(text: &str, decimals: u8) -> Option<i64> {
        parse(text, '.', decimals).ok()?.scaled(decimals)
    }

    #[test]
    fn reads_what_files_hold() {
        assert_eq!(scaled("3.17", 2), Some(317));
        assert_eq!(scaled("4", 2), Some(400));
        assert_eq!(scaled("03.06", 2), Some(306));
        assert_eq!(scaled("-0.5", 3), Some(-500));
        assert_eq!(scaled("−0.5", 3), Some(-500));
        assert_eq!(scaled("+.5", 1), Some(5));
        assert_eq!(scaled("5.", 0), Some(5));
        assert_eq!(scaled("1.2E-05", 6), Some(12));
        assert_eq!(scaled("1.2e+3", 1), Some(12_000));
        assert_eq!(scaled("9223372036854775807", 0), Some(i64::MAX));
        assert_eq!(parse("12,5", ',', 2).ok().and_then(|n| n.scaled(2)), Some(1_250));
    }

    #[test]
    fn says_when_digits_were_dropped() {
        let rounded = |text| parse(text, '.', 2).map(|n| (n.scaled(2), n.rounded()));
        assert_eq!(rounded("1.005"), Ok((Some(101), true)));
        assert_eq!(rounded("-1.005"), Ok((Some(-101), true)));
        assert_eq!(rounded("1.2000"), Ok((Some(120), false)));
        assert_eq!(rounded("1e-99"), Ok((Some(0), true)));
        assert_eq!(rounded("0e99"), Ok((Some(0), false)));
    }

    #[test]
    fn binary_figures_are_read_as_they_are_written_and_rounded_to_even() {
        let read = |value: f64, keep| {
            of_double(value, &shortest(value), keep).map(|n| (n.scaled(keep), n.rounded()))
        };
        assert_eq!(read(12.3, 2), Ok((Some(1_230), false)));
        assert_eq!(read(0.125, 2), Ok((Some(12), true)));
        assert_eq!(read(0.375, 2), Ok((Some(38), true)));
        assert_eq!(read(-2.5, 0), Ok((Some(-2), true)));
        assert_eq!(read(1.5e-9, 6), Ok((Some(0), true)));
        assert_eq!(shortest(12.3_f32), "12.3");
        assert_eq!(shortest(1.5e-9_f64), "1.5e-9");
        assert!(read(f64::NAN, 2).is_err() && read(f64::INFINITY, 2).is_err());
        assert!(read(1e300, 2).is_err());
    }

    #[test]
    fn refuses_what_could_mean_two_things() {
        for text in ["1,234.5", "1.234.567", "1 234", "12,5"] {
            let why = parse(text, '.', 2).expect_err(text);
            assert!(why.contains("thousands separator"), "{why}");
        }
        for text in ["", "-", ".", "n/a", "12kWh", "1e", "1e5.0", "NaN", "inf", "0x10"] {
            let why = parse(text, '.', 2).expect_err(text);
            assert!(why.contains("no number"), "{why}");
        }
        assert!(parse("1e30", '.', 2).is_err() && parse("1e400", '.', 2).is_err());
        assert!(parse(&"9".repeat(31), '.', 2).is_err());
    }
}
