//! A number as a reader types it, in Vietnamese or in English writing.

use crate::words::Language;
use millwatt::Decimal;

/// Most digits of a number that is believed.
const MOST_DIGITS: usize = 24;
/// Most of them behind the decimal mark.
const MOST_PLACES: usize = 9;

const fn is_mark(letter: char) -> bool {
    matches!(letter, '.' | ',')
}

/// Spaces that people, and programs that they copy from, put between thousands.
const fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// The number that a text says; `None` where it says none.
///
/// Of two different marks the last is the decimal one, and so is one that cannot part thousands: `1.234,5`,
/// `12.5` and `0,125` are read alike everywhere. Where both would do, as in `1.234`, the language decides.
pub(crate) fn read(text: &str, language: Language) -> Option<Decimal> {
    let text = text.trim();
    let (is_negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    };
    let (whole, fraction) = parted(text, language);
    let fraction = fraction.map_or(Some(""), |digits| (!digits.is_empty()).then_some(digits))?;
    let digits = joined(whole)? + fraction;
    let is_number = digits.len() <= MOST_DIGITS && fraction.len() <= MOST_PLACES;
    let is_number = is_number && digits.bytes().all(|byte| byte.is_ascii_digit());
    let units: i128 = is_number.then(|| digits.parse().ok()).flatten()?;
    let places = u8::try_from(fraction.len()).ok()?;
    Some(Decimal::new(if is_negative { -units } else { units }, places))
}

/// What stands before the decimal mark, and what behind it, where there is one.
fn parted(text: &str, language: Language) -> (&str, Option<&str>) {
    let mark = text.chars().rfind(|letter| is_mark(*letter));
    let Some(((whole, behind), mark)) = text.rsplit_once(is_mark).zip(mark) else {
        return (text, None);
    };
    let thousands = behind.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
    let is_parted = whole.chars().any(|letter| is_mark(letter) || is_space(letter));
    let own = if language == Language::Vietnamese { ',' } else { '.' };
    let is_decimal = !whole.contains(mark) && (is_parted || !thousands || mark == own);
    if is_decimal { (whole, Some(behind)) } else { (text, None) }
}

/// The digits of a whole number whose thousands may be parted; `None` where they are parted wrongly.
fn joined(whole: &str) -> Option<String> {
    let mut groups = whole.split(|letter| is_mark(letter) || is_space(letter));
    let first = groups.next().filter(|first| !first.is_empty())?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    let is_mixed = whole.contains('.') && whole.contains(',');
    (!is_mixed).then_some(digits)
}

/// The same number so written that both languages read it alike; a text that says none as it is.
///
/// What was typed stays in a saved copy that somebody may open in the other language.
pub(crate) fn settled(text: &str, language: Language) -> String {
    let Some(number) = read(text, language) else { return text.to_owned() };
    let plain = number.to_string();
    let decimals = plain.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    // Three decimals alone could pass for thousands.
    if decimals == 3 { format!("{plain}0") } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Vietnamese};

    fn said(text: &str, language: Language) -> Option<String> {
        read(text, language).map(|number| number.to_string())
    }

    #[test]
    fn both_writings_are_read() {
        for (text, number) in [
            ("1.234.567", "1234567"),
            ("1.234,5", "1234.5"),
            ("12,5", "12.5"),
            ("12.5", "12.5"),
            ("0.125", "0.125"),
            (" 1 234,5 ", "1234.5"),
            ("1\u{202f}234", "1234"),
            ("−3,5", "-3.5"),
            ("007", "7"),
            ("450000", "450000"),
        ] {
            assert_eq!(said(text, Vietnamese).as_deref(), Some(number), "{text}");
        }
        for (text, number) in
            [("1,234,567.89", "1234567.89"), ("12,5", "12.5"), ("1234.567", "1234.567"), ("0", "0")]
        {
            assert_eq!(said(text, English).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn what_could_be_either_is_read_by_the_language() {
        assert_eq!(said("450.000", Vietnamese).as_deref(), Some("450000"));
        assert_eq!(said("450.000", English).as_deref(), Some("450"));
        assert_eq!(said("1,234", Vietnamese).as_deref(), Some("1.234"));
        assert_eq!(said("1,234", English).as_deref(), Some("1234"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        let long = "9".repeat(40);
        for text in [
            "",
            "-",
            ".",
            ",5",
            "5,",
            "1.23.4",
            "1.2345.678",
            "1234.567.890",
            "1,234.567.890",
            "12 triệu",
            "=1+1",
            "1e9",
            "NaN",
            "١٢",
            "1..2",
            "1 23",
            "- -1",
            "0x10",
            &long,
        ] {
            for language in [Vietnamese, English] {
                assert_eq!(read(text, language), None, "{text}");
            }
        }
    }

    #[test]
    fn what_is_kept_says_the_same_in_both_languages() {
        for text in ["450.000", "1,234", "1.234", "12.5", "0,125", "1.234.567,5", "-1,250"] {
            for language in [Vietnamese, English] {
                let kept = settled(text, language);
                let number = read(text, language);
                assert!(number.is_some());
                for reader in [Vietnamese, English] {
                    let same = said(&kept, reader);
                    assert_eq!(same, number.map(|number| number.to_string()), "{text} as {kept}");
                }
            }
        }
        assert_eq!(settled("about 5", English), "about 5");
    }
}
