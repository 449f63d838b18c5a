//! Cells in rows: a week by the hour, a calendar of coverage.

use super::{block, drawing, hint, word};
use crate::node::Node;

/// One cell.
#[derive(Debug, Clone)]
pub struct Cell {
    /// 0 to 1; `None` where nothing was measured.
    pub share: Option<f64>,
    /// Told on hover.
    pub hint: String,
}

/// Rows of cells with their names in the first `left` of the width; `class` colours them by
/// opacity.
#[must_use]
pub fn cells(
    width: f64,
    left: f64,
    rows: &[(String, Vec<Cell>)],
    columns: &[(usize, String)],
    class: &'static str,
    label: &str,
) -> Node {
    let row_height = 22.0;
    let count = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(1).max(1);
    let step = (width - left) / count as f64;
    let mut svg = drawing(width, row_height * rows.len() as f64 + 22.0, label);
    for (row, (name, cells)) in rows.iter().enumerate() {
        let y = row_height * row as f64;
        svg = svg.child(word(left - 8.0, y + 15.0, "end", name));
        for (place, cell) in cells.iter().enumerate() {
            let shape = block(left + step * place as f64, y, step - 1.0, row_height - 1.0);
            let shape = match cell.share {
                Some(share) => shape.class(class).with("fill-opacity", super::at2(share)),
                None => shape.with("fill", "url(#hatch)"),
            };
            svg = svg.child(shape.child(hint(&cell.hint)));
        }
    }
    let y = row_height * rows.len() as f64 + 15.0;
    svg.children(
        columns
            .iter()
            .map(|(place, name)| word(left + step * (*place as f64 + 0.5), y, "middle", name)),
    )
}
