//! Tables: what is shown, and beside it the exact figure that goes out with a file.

use crate::node::{Node, node};
use millwatt::Decimal;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    shown: String,
    exact: Option<Decimal>,
}

impl Cell {
    /// A figure as people write it, with the exact one behind it.
    #[must_use]
    pub fn figure(exact: Decimal, shown: impl Into<String>) -> Self {
        Self { shown: shown.into(), exact: Some(exact) }
    }
}

impl From<String> for Cell {
    fn from(shown: String) -> Self {
        Self { shown, exact: None }
    }
}

impl From<&str> for Cell {
    fn from(shown: &str) -> Self {
        shown.to_owned().into()
    }
}

/// Rows under their heads; the first cell of a row names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    heads: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(heads: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { heads: heads.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// With one more row.
    #[must_use]
    pub fn row(mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) -> Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    /// With more rows.
    #[must_use]
    pub fn rows(mut self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// Its elements.
    #[must_use]
    pub fn shown(self) -> Node {
        let head = |text: String| node("th").with("scope", "col").text(text);
        let heads = node("tr").children(self.heads.into_iter().map(head));
        let rows = self.rows.into_iter().map(|cells| {
            let places = cells.into_iter().enumerate();
            node("tr").children(places.map(|(place, cell)| cell.in_place(place)))
        });
        node("table").child(node("thead").child(heads)).child(node("tbody").children(rows))
    }
}

impl Cell {
    fn in_place(self, place: usize) -> Node {
        let cell = match place {
            0 => node("th").with("scope", "row"),
            _ => node("td"),
        };
        match self.exact {
            Some(exact) => cell.with("data-value", exact).text(self.shown),
            None => cell.text(self.shown),
        }
    }
}
