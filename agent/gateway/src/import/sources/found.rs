//! All series of a file, and the map that a user would else write from nothing.

use super::super::column::Field;
use super::super::error::ImportError;
use super::super::stamp::{Sort, naive};
use super::Source;
use super::guess::{Guess, guess};
use super::point::{Point, Series, Sink};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Most series that are listed.
const MOST_SERIES: usize = 2_000;

/// Most words of a series that are listed as states.
const MOST_WORDS: usize = 20;

/// What is known of a series.
struct Known {
    series: Series<'static>,
    values: usize,
    first: i64,
    last: i64,
    absolute: bool,
    low: f64,
    high: f64,
    previous: Option<f64>,
    falls: bool,
    words: BTreeSet<String>,
}

/// Takes note of every series.
#[derive(Default)]
pub(super) struct Found {
    known: BTreeMap<String, Known>,
    /// Figures of series beyond those that are listed.
    beyond: usize,
    unreadable: usize,
    first_trouble: Option<(usize, String)>,
}

impl Sink for Found {
    fn point(&mut self, series: &Series<'_>, point: Point<'_>) {
        let name = series.to_string();
        if !self.known.contains_key(&name) && self.known.len() >= MOST_SERIES {
            self.beyond += 1;
            return;
        }
        self.known.entry(name).or_insert_with(|| Known::of(series, &point)).take(point);
    }

    fn trouble(&mut self, place: usize, reason: String) {
        self.unreadable += 1;
        self.first_trouble.get_or_insert((place, reason));
    }
}

impl Known {
    fn of(series: &Series<'_>, point: &Point<'_>) -> Self {
        Self {
            series: series.owned(),
            values: 0,
            first: point.at.wall,
            last: point.at.wall,
            absolute: point.at.sort == Sort::Absolute,
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
            previous: None,
            falls: false,
            words: BTreeSet::new(),
        }
    }

    fn take(&mut self, point: Point<'_>) {
        self.values += 1;
        self.first = self.first.min(point.at.wall);
        self.last = self.last.max(point.at.wall);
        let value = match point.value {
            Field::Double(value, _) => Some(value),
            Field::Text("") => return,
            Field::Text(text) => text.parse().ok().filter(|value: &f64| value.is_finite()),
        };
        let Some(value) = value else {
            if let (Field::Text(text), true) = (point.value, self.words.len() < MOST_WORDS) {
                self.words.insert(text.chars().take(60).collect());
            }
            return;
        };
        self.low = self.low.min(value);
        self.high = self.high.max(value);
        self.falls |= self.previous.is_some_and(|previous| value < previous);
        self.previous = Some(value);
    }

    fn is_words(&self) -> bool {
        self.previous.is_none() && !self.words.is_empty()
    }

    /// A comment on what was seen.
    fn seen(&self) -> String {
        let (first, last) = (naive(self.first), naive(self.last));
        let day = |at: chrono::NaiveDateTime| at.format("%Y-%m-%d %H:%M").to_string();
        let zone = if self.absolute { " UTC" } else { "" };
        let mut text = format!("# {} values, {} to {}{zone}", self.values, day(first), day(last));
        if self.previous.is_some() {
            let course = if self.falls { "up and down" } else { "never down" };
            let _ = write!(text, ", from {} to {}, {course}", self.low, self.high);
        }
        text
    }

    fn guess(&self) -> Guess {
        if self.is_words() {
            return Guess { quantity: "state", kind: "state", unit: "" };
        }
        guess(&[&self.series.name, &self.series.field], &self.series.unit, self.falls)
    }

    /// Its `[[channel]]`.
    fn channel(&self, source: Source) -> String {
        let (name_word, labels_word) = source.words();
        let mut rows = vec![self.seen(), "[[channel]]".to_owned()];
        rows.push(format!("{name_word} = {}", quoted(&self.series.name)));
        if !self.series.labels.is_empty() {
            let labels = self.series.labels.iter();
            let labels: Vec<_> = labels
                .map(|(key, value)| format!("{} = {}", key_text(key), quoted(value)))
                .collect();
            rows.push(format!("{labels_word} = {{ {} }}", labels.join(", ")));
        }
        if !self.series.field.is_empty() {
            rows.push(format!("field = {}", quoted(&self.series.field)));
        }
        rows.push(self.guess().rows());
        if self.is_words() {
            let states = self.words.iter().map(|word| format!("{} = \"\"", quoted(word)));
            let states: Vec<_> = states.collect();
            rows.push(format!("states = {{ {} }}", states.join(", ")));
        }
        rows.join("\n")
    }
}

impl Found {
    /// The map.
    ///
    /// # Errors
    /// When there is no series.
    pub fn map(self, path: &Path, source: Source) -> Result<String, ImportError> {
        let file = path.display().to_string();
        if self.known.is_empty() {
            return Err(self.nothing(file));
        }
        let mut text = format!(
            "# The series of {}, as `millwatt import --suggest` found them.\n\
             # Keep the channels that are wanted and name an asset of the site in each;\n\
             # quantity, kind and unit are guesses, every map key is told by `millwatt import --help`.\n",
            one_line(&file)
        );
        for known in self.known.values() {
            let _ = write!(text, "\n{}\n", known.channel(source));
        }
        if self.beyond > 0 {
            let beyond = self.beyond;
            let _ = write!(text, "\n# … and {beyond} values of more than {MOST_SERIES} series\n");
        }
        if let Some((place, reason)) = &self.first_trouble {
            let (lost, reason) = (self.unreadable, one_line(reason));
            let _ = write!(text, "\n# not read: {lost} lines; the first, {place}: {reason}\n");
        }
        Ok(text)
    }

    fn nothing(self, file: String) -> ImportError {
        match self.first_trouble {
            Some((place, reason)) => ImportError::NothingRead {
                file,
                rows: self.unreadable,
                first: format!("{place}: {reason}"),
            },
            None => {
                ImportError::NoSeries { file, wanted: String::new(), known: Vec::new(), more: 0 }
            }
        }
    }
}

/// A text that a comment may hold.
fn one_line(text: &str) -> String {
    text.chars().take(300).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A text as TOML writes it.
pub(in crate::import) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn key_text(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { quoted(key) }
}
