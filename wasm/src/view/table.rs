//! Tables: what is shown, and beside it the exact figure that goes out with a file.

use crate::node::{Node, node};
use millwatt::Decimal;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell(Node);

impl Cell {
    /// A figure as people write it, with the exact one behind it.
    #[must_use]
    pub fn figure(exact: Decimal, shown: impl Into<String>) -> Self {
        Self(node("td").with("data-value", exact).text(shown.into()))
    }

    /// The first of a row names it.
    #[inline(never)]
    fn naming(mut self) -> Node {
        self.0.tag = "th".into();
        self.0.with("scope", "row")
    }
}

impl From<String> for Cell {
    #[inline(never)]
    fn from(shown: String) -> Self {
        Self(node("td").text(shown))
    }
}

impl From<&str> for Cell {
    #[inline(never)]
    fn from(shown: &str) -> Self {
        shown.to_owned().into()
    }
}

/// Rows under their heads; the first cell of a row names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    head: Node,
    body: Node,
}

impl Table {
    /// An empty table.
    #[must_use]
    pub fn new(heads: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let head = |text: String| node("th").with("scope", "col").text(text);
        let heads = heads.into_iter().map(|text| head(text.into()));
        Self { head: node("tr").children(heads), body: node("tbody") }
    }

    /// With one more row.
    #[must_use]
    pub fn row(self, cells: impl IntoIterator<Item = impl Into<Cell>>) -> Self {
        self.whole_row(cells.into_iter().map(Into::into).collect())
    }

    /// With more rows.
    #[must_use]
    pub fn rows(self, rows: impl IntoIterator<Item = Vec<Cell>>) -> Self {
        rows.into_iter().fold(self, Self::whole_row)
    }

    #[inline(never)]
    fn whole_row(mut self, cells: Vec<Cell>) -> Self {
        let mut cells = cells.into_iter();
        let first = cells.next().map(Cell::naming);
        let row = node("tr").children(first).children(cells.map(|cell| cell.0));
        self.body = self.body.child(row);
        self
    }

    /// Its elements.
    #[must_use]
    pub fn shown(self) -> Node {
        node("table").child(node("thead").child(self.head)).child(self.body)
    }
}
