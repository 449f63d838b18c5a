//! Every table of the page, for a workbook: what stands in a section goes to a sheet of its name.

use super::csv;
use crate::node::{Child, Node};
use crate::view::{Part, View};

/// Sheets by name, each a table of rows of cells, as the module `millwatt-xlsx` takes them.
#[must_use]
pub fn sheets(view: &View<'_>) -> Vec<u8> {
    let indicators = ("indicators".to_owned(), csv::indicator_rows(view).collect());
    let mut sheets: Vec<(String, Vec<Vec<String>>)> = vec![indicators];
    for part in Part::ALL.into_iter().filter(|part| *part != Part::Figures) {
        let drawn = view.part(part);
        drawn.each(&mut |node| {
            let Some(name) = node.attribute("data-section") else { return };
            let rows = rows(node);
            if !rows.is_empty() {
                sheets.push((name.to_owned(), rows));
            }
        });
    }
    postcard::to_allocvec(&sheets).unwrap_or_default()
}

fn rows(section: &Node) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    section.each(&mut |node| {
        if node.tag == "tr" {
            rows.push(cells(node));
        }
    });
    rows
}

fn cells(row: &Node) -> Vec<String> {
    let mut cells = Vec::new();
    row.each(&mut |cell| {
        if cell.tag == "th" || cell.tag == "td" {
            cells.push(cell.attribute("data-value").map_or_else(|| words(cell), str::to_owned));
        }
    });
    cells
}

fn words(node: &Node) -> String {
    let mut words = String::new();
    for child in &node.children {
        match child {
            Child::Text(text) => words.push_str(text),
            Child::Node(node) if node.tag != "svg" => words.push_str(&self::words(node)),
            Child::Node(_) => {}
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::node;

    #[test]
    fn exact_figures_stand_for_what_is_shown() {
        let row = node("tr")
            .child(node("th").text("Máy ").child(node("b").text("sấy")))
            .child(node("td").with("data-value", "1234.5").text("1.234,5 kWh"));
        let section = node("section").child(node("table").child(row));
        assert_eq!(rows(&section), [["Máy sấy", "1234.5"]]);
    }
}
