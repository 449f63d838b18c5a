//! Why bills cannot be reckoned, in both languages: the place, what stands there, what was expected.

use super::month::Month;
use super::words::Text;
use crate::import::ImportError;
use crate::language::Language;
use std::fmt;

/// How many wrong cells are named at once.
const MOST_NAMED: usize = 10;

/// A cell and what stands in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Counted from 1.
    pub line: usize,
    /// The column as the file names it.
    pub column: String,
    /// As it stands there.
    pub text: String,
}

impl Cell {
    fn shown(&self, language: Language) -> String {
        let Self { line, column, text } = self;
        Text::ErrorCell.fill(language, &[&line.to_string(), column, text])
    }
}

/// What a cell should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A month.
    Month,
    /// A figure of at least zero.
    Figure,
    /// As many fields as there are columns.
    Fields,
    /// The unit of the other rows.
    SameUnit,
}

impl Expected {
    const fn key(self) -> Text {
        match self {
            Self::Month => Text::ExpectedMonth,
            Self::Figure => Text::ExpectedFigure,
            Self::Fields => Text::ExpectedFields,
            Self::SameUnit => Text::ExpectedUnit,
        }
    }
}

/// Nothing was reckoned; each says what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillsError {
    /// A file cannot be read.
    Unreadable {
        /// The file as it was named.
        file: String,
        /// What the system says.
        why: String,
    },
    /// The file is not text in UTF-8.
    Encoding {
        /// The file as it was named.
        file: String,
    },
    /// There is no header, or no row below it.
    Empty {
        /// The file as it was named.
        file: String,
    },
    /// A column means nothing here.
    UnknownColumn {
        /// The file as it was named.
        file: String,
        /// The column.
        column: String,
        /// The columns that are understood.
        understood: String,
    },
    /// Two columns mean the same.
    TwiceColumn {
        /// The file as it was named.
        file: String,
        /// Both.
        columns: [String; 2],
    },
    /// A column that is needed is not there.
    NoColumn {
        /// The file as it was named.
        file: String,
        /// As the template names it.
        column: &'static str,
    },
    /// Cells hold something else than they should.
    Cells {
        /// The file as it was named.
        file: String,
        /// All of them.
        wrong: Vec<(Cell, Expected)>,
    },
    /// One cell has a decimal point, another a decimal comma.
    Signs {
        /// The file as it was named.
        file: String,
        /// The two.
        cells: Box<[Cell; 2]>,
    },
    /// A figure such as `1.234` could be either, and no other cell shows which.
    WhichSign {
        /// The file as it was named.
        file: String,
        /// The first such cell.
        cell: Cell,
    },
    /// A month stands twice.
    TwiceMonth {
        /// The file as it was named.
        file: String,
        /// The month.
        month: Month,
        /// Its lines.
        lines: [usize; 2],
    },
    /// The file of factors cannot be meant so.
    Factors {
        /// The file as it was named.
        file: String,
        /// The line, where one is to blame.
        line: Option<usize>,
        /// What is wrong and what was expected.
        message: String,
    },
}

impl BillsError {
    /// The sentence in a language.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let say = |key: Text, figures: &[&str]| key.fill(language, figures);
        match self {
            Self::Unreadable { file, why } => say(Text::ErrorUnreadable, &[file, why]),
            Self::Encoding { file } => say(Text::ErrorEncoding, &[file]),
            Self::Empty { file } => say(Text::ErrorEmpty, &[file]),
            Self::UnknownColumn { file, column, understood } => {
                say(Text::ErrorUnknownColumn, &[file, column, understood])
            }
            Self::TwiceColumn { file, columns: [one, other] } => {
                say(Text::ErrorTwiceColumn, &[file, one, other])
            }
            Self::NoColumn { file, column } => say(Text::ErrorNoColumn, &[file, column]),
            Self::Cells { file, wrong } => cells(file, wrong, language),
            Self::Signs { file, cells } => {
                let [one, other] = &**cells;
                say(Text::ErrorSigns, &[file, &one.shown(language), &other.shown(language)])
            }
            Self::WhichSign { file, cell } => {
                say(Text::ErrorWhichSign, &[file, &cell.shown(language)])
            }
            Self::TwiceMonth { file, month, lines } => {
                let [first, second] = lines.map(|line| line.to_string());
                say(Text::ErrorTwiceMonth, &[file, &month.shown(language), &first, &second])
            }
            Self::Factors { file, line: Some(line), message } => {
                say(Text::ErrorFactorsLine, &[file, &line.to_string(), message])
            }
            Self::Factors { file, line: None, message } => {
                say(Text::ErrorFactors, &[file, message])
            }
        }
    }
}

/// One line a cell, the first ones named and the rest counted.
fn cells(file: &str, wrong: &[(Cell, Expected)], language: Language) -> String {
    let named = wrong.iter().take(MOST_NAMED).map(|(cell, expected)| {
        let cell = cell.shown(language);
        Text::ErrorWrong.fill(language, &[file, &cell, expected.key().of(language)])
    });
    let mut lines: Vec<String> = named.collect();
    if wrong.len() > MOST_NAMED {
        let more = (wrong.len() - MOST_NAMED).to_string();
        lines.push(Text::ErrorMore.fill(language, &[&more]));
    }
    lines.join("\n  ")
}

impl fmt::Display for BillsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

impl std::error::Error for BillsError {}

/// What reading a CSV file can say; the rest cannot come from there.
impl From<ImportError> for BillsError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unreadable { file, why } => Self::Unreadable { file, why },
            ImportError::Encoding { file } => Self::Encoding { file },
            ImportError::Empty { file } => Self::Empty { file },
            other => Self::Unreadable { file: String::new(), why: other.to_string() },
        }
    }
}
