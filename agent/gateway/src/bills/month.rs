//! The month of a bill, as people and spreadsheets write it.

use super::header::plain;
use crate::language::Language;
use millwatt::time::{Date, Span};
use std::fmt;

/// A month of a year: a bill is named by it, whichever day the meter was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

/// What may stand before the number of a month: tháng, Excel's Thg, T.
const WORDS: [&str; 3] = ["thang", "thg", "t"];

const ENGLISH: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

fn english(text: &str) -> Option<u8> {
    let place = ENGLISH.iter().position(|name| text.starts_with(name))?;
    u8::try_from(place + 1).ok()
}

/// Whether a part is a whole year's number; `june` has four letters too.
fn is_year(part: &str) -> bool {
    part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_digit())
}

impl Month {
    /// A month of the years 1990 to 2099.
    pub fn new(year: i32, month: u8) -> Option<Self> {
        let first = Date::checked(year, month, 1)?;
        (1990..2100).contains(&year).then_some(Self(first))
    }

    /// Reads `2025-01`, `01/2025`, `T1/2025`, `tháng 1 năm 2025`, `2025-01-31`, and what Excel makes of
    /// them: `Jan-25`, `Thg1-25`. Two numbers of two digits could be day and month: not read.
    pub fn parse(text: &str) -> Option<Self> {
        let text = plain(text);
        let named = WORDS.iter().find_map(|word| text.strip_prefix(*word));
        let bare = named.unwrap_or(text.as_str());
        let parts: Vec<&str> =
            bare.split('_').filter(|part| !part.is_empty() && *part != "nam").collect();
        match parts.as_slice() {
            [year, month] | [year, month, _] if is_year(year) => {
                Self::new(year.parse().ok()?, month.parse().ok()?)
            }
            [month, year] => {
                let word = english(month);
                let is_short = year.len() == 2 && (word.is_some() || named.is_some());
                let century = if is_short { 2000 } else { 0 };
                let year: i32 = year.parse().ok()?;
                Self::new(century + year, word.or_else(|| month.parse().ok())?)
            }
            _ => None,
        }
    }

    /// Its first day, by which dated factors are found.
    pub const fn first_day(self) -> Date {
        self.0
    }

    /// Its year.
    pub const fn year(self) -> i32 {
        self.0.year
    }

    /// The month so many months later.
    pub const fn plus(self, months: i32) -> Self {
        Self(self.0.plus_months(months))
    }

    /// How long it lasts.
    pub const fn span(self) -> Span {
        Span::DAY.times(self.plus(1).0.day_number() - self.0.day_number())
    }

    /// Every month from this one to another, both included.
    pub fn until(self, last: Self) -> impl Iterator<Item = Self> {
        let following = std::iter::successors(Some(self), |month| Some(month.plus(1)));
        following.take_while(move |month| *month <= last)
    }

    /// As people of a language write it.
    pub fn shown(self, language: Language) -> String {
        match language {
            Language::Vietnamese => format!("{:02}/{}", self.0.month, self.0.year),
            Language::English => self.to_string(),
        }
    }
}

/// As scripts write it: `2025-01`.
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year, self.0.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_and_spreadsheets_write() {
        let january = Month::new(2025, 1);
        for text in [
            "2025-01",
            "2025/1",
            "01/2025",
            "1-2025",
            "1.2025",
            "T1/2025",
            "Tháng 01/2025",
            "tháng 1 năm 2025",
            "Jan-25",
            "January 2025",
            "Thg1-25",
            "2025-01-31",
        ] {
            assert_eq!(Month::parse(text), january, "{text}");
        }
        assert_eq!(Month::parse("June 2025"), Month::new(2025, 6));
        for text in ["", "2025", "13/2025", "2025-00", "01/25", "31/01/2025", "Januar", "1/1/1"] {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }

    #[test]
    fn counts_across_the_year() {
        let last = Month::new(2024, 2).expect("a month");
        assert_eq!(last.span(), Span::DAY.times(29));
        assert_eq!(last.plus(-3).to_string(), "2023-11");
        let names: Vec<String> = last.plus(-3).until(last).map(|month| month.to_string()).collect();
        assert_eq!(names, ["2023-11", "2023-12", "2024-01", "2024-02"]);
    }
}
