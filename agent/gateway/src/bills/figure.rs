//! A figure of a cell: thousands separators and decimal signs of both languages, to exact integers.
//!
//! `1.234` is a thousand in Vietnamese and little more than one in English. Nothing is guessed: the file's
//! other cells show which sign is decimal (`12,5`, `1.234,5`, `1.234.567`), or its semicolons do, as
//! spreadsheets write them where the comma is decimal; else the caller must be asked.

use crate::import::number;

/// A sign between digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `.`
    Point,
    /// `,`
    Comma,
}

impl Sign {
    /// The character.
    pub const fn character(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }

    const fn of(character: char) -> Option<Self> {
        match character {
            '.' => Some(Self::Point),
            ',' => Some(Self::Comma),
            _ => None,
        }
    }
}

/// What the writing of a figure shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shows {
    /// This sign is decimal.
    Decimal(Sign),
    /// It holds one sign, which may be decimal or part thousands.
    Either,
    /// It holds no sign, or is no figure.
    Nothing,
}

/// What a cell shows of the decimal sign of its file.
pub fn shows(text: &str) -> Shows {
    let text = text.trim_start_matches(['+', '-', '−']);
    if !text.chars().all(|letter| letter.is_ascii_digit() || Sign::of(letter).is_some()) {
        return Shows::Nothing;
    }
    let signs = text.char_indices().filter_map(|(at, letter)| Some((at, Sign::of(letter)?)));
    let signs: Vec<(usize, Sign)> = signs.collect();
    match signs.as_slice() {
        [] => Shows::Nothing,
        [(at, sign)] => {
            let (before, after) = (&text[..*at], text.len() - at - 1);
            let like_a_thousand =
                after == 3 && (1..=3).contains(&before.len()) && !before.starts_with('0');
            if like_a_thousand { Shows::Either } else { Shows::Decimal(*sign) }
        }
        [.., (_, before), (_, last)] if before == last => Shows::Decimal(last.other()),
        [.., (_, last)] => Shows::Decimal(*last),
    }
}

/// Thousandths of a figure of at least zero whose decimal sign is known; `None` where it is none.
///
/// Groups of three may be parted by the other sign or by blanks.
pub fn thousandths(text: &str, decimal: Sign) -> Option<i128> {
    let (whole, fraction) = match text.split_once(decimal.character()) {
        Some((whole, fraction)) => (whole, format!(".{fraction}")),
        None => (text, String::new()),
    };
    let parting = [decimal.other().character(), ' ', '\u{a0}', '\u{202f}'];
    let groups: Vec<&str> = whole.split(parting).collect();
    let (first, rest) = groups.split_first()?;
    let is_grouped = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
    if !(rest.is_empty() || is_grouped) {
        return None;
    }
    let number = number::parse(&format!("{}{fraction}", groups.concat()), '.', 3).ok()?;
    number.scaled(3).map(i128::from).filter(|value| *value >= 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sign::{Comma, Point};

    #[test]
    fn a_figure_shows_its_decimal_sign_or_says_that_it_does_not() {
        let decimal = |text| match shows(text) {
            Shows::Decimal(sign) => Some(sign),
            _ => None,
        };
        for text in ["1.234,5", "12,5", "0,125", "1.234.567", "12345,678"] {
            assert_eq!(decimal(text), Some(Comma), "{text}");
        }
        for text in ["1,234.5", "12.5", "0.125", "1,234,567", "12345.678"] {
            assert_eq!(decimal(text), Some(Point), "{text}");
        }
        assert_eq!((shows("1.234"), shows("12,345")), (Shows::Either, Shows::Either));
        for text in ["", "1234", "12 kWh", "1e5"] {
            assert_eq!(shows(text), Shows::Nothing, "{text}");
        }
    }

    #[test]
    fn figures_of_both_languages_are_the_same_integers() {
        for text in ["1.234,5", "1234,5", "1 234,50", "1\u{a0}234,5"] {
            assert_eq!(thousandths(text, Comma), Some(1_234_500), "{text}");
        }
        for text in ["1,234.5", "1234.5", "1 234.500"] {
            assert_eq!(thousandths(text, Point), Some(1_234_500), "{text}");
        }
        assert_eq!(thousandths("24.000.000", Comma), Some(24_000_000_000));
        assert_eq!(thousandths("0", Comma), Some(0));
    }

    #[test]
    fn what_is_no_figure_is_refused() {
        for text in ["", "12 kWh", "-5", "1.23.456", "1.2345", "12.34", "n/a", "1,2,3", "12 34"] {
            assert_eq!(thousandths(text, Comma), None, "{text}");
        }
    }
}
