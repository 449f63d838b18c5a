//! A figure of a named series, as every reader gives it.

use super::super::column::Field;
use super::super::stamp::Stamp;
use std::borrow::Cow;
use std::fmt;

/// What a series is called in its program.
#[derive(Debug, Clone, Default)]
pub(super) struct Series<'a> {
    /// Measurement, metric, statistic or feed.
    pub name: Cow<'a, str>,
    /// Tags or labels, sorted: their order means nothing.
    pub labels: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Which of several figures; empty where there is one.
    pub field: Cow<'a, str>,
    /// The unit, where the file tells it.
    pub unit: Cow<'a, str>,
}

impl<'a> Series<'a> {
    /// A series without labels and field.
    pub fn named(name: impl Into<Cow<'a, str>>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Whether it is called as another; the unit is no part of that.
    pub fn is(&self, other: &Series<'_>) -> bool {
        (&self.name, &self.field, &self.labels) == (&other.name, &other.field, &other.labels)
    }

    /// The same, owned.
    pub fn owned(&self) -> Series<'static> {
        let own = |text: &Cow<'_, str>| Cow::Owned(text.clone().into_owned());
        Series {
            name: own(&self.name),
            labels: self.labels.iter().map(|(key, value)| (own(key), own(value))).collect(),
            field: own(&self.field),
            unit: own(&self.unit),
        }
    }
}

/// As its users write it: `power{room="hall"} watts`.
impl fmt::Display for Series<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let labels = self.labels.iter().map(|(key, value)| (&**key, &**value));
        write_series(f, &self.name, labels, &self.field)
    }
}

/// Writes what a series is called.
pub(super) fn write_series<'t>(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    labels: impl Iterator<Item = (&'t str, &'t str)>,
    field: &str,
) -> fmt::Result {
    f.write_str(name)?;
    let mut open = false;
    for (key, value) in labels {
        write!(f, "{}{key}={value:?}", if open { ", " } else { "{" })?;
        open = true;
    }
    if open {
        f.write_str("}")?;
    }
    if field.is_empty() { Ok(()) } else { write!(f, " {field}") }
}

/// A figure and its moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Point<'a> {
    /// Its line, or its number among the values.
    pub place: usize,
    /// When.
    pub at: Stamp,
    /// How much; empty text where it is missing.
    pub value: Field<'a>,
}

/// Who takes the figures of a file.
pub(super) trait Sink {
    /// Takes a figure.
    fn point(&mut self, series: &Series<'_>, point: Point<'_>);

    /// Counts a line of which nothing can be read.
    fn trouble(&mut self, place: usize, reason: String);
}

/// What a reader tells of a file behind its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// What places are counted in.
    pub place: &'static str,
    /// Whether stamps name the beginning of their interval.
    pub begins: bool,
}

impl Told {
    /// Stamps are moments, counted by lines.
    pub const LINES: Self = Self { place: "line", begins: false };
    /// Stamps are moments, counted by values.
    pub const VALUES: Self = Self { place: "value", begins: false };
}
