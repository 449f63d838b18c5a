//! Columns over days, and bars that are stacked by state.

use super::scale::Scale;
use super::{Room, block, drawing, hint, stroke, word};
use crate::node::Node;

const LEFT: f64 = 46.0;
const HEIGHT: f64 = 220.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 24.0;

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Under it.
    pub label: String,
    /// Its height; `None` where nothing is known.
    pub value: Option<f64>,
    /// Whether it was measured in full.
    pub complete: bool,
    /// Told on hover.
    pub hint: String,
}

/// Columns from zero, with an axis in `unit`.
#[must_use]
pub fn columns(
    room: Room,
    columns: &[Column],
    unit: &str,
    tick: impl Fn(f64) -> String,
    label: &str,
) -> Node {
    let most = columns.iter().filter_map(|column| column.value).fold(0.0, f64::max);
    let scale = Scale::new(most, HEIGHT - BOTTOM, TOP);
    let step = (room.width - LEFT) / columns.len().max(1) as f64;
    let every = (columns.len() as f64 * 34.0 / (room.width - LEFT)).ceil().max(1.0) as usize;
    let mut svg = axis(room, drawing(room.width, HEIGHT, label), &scale, unit, tick);
    for (place, column) in columns.iter().enumerate() {
        let x = LEFT + step * place as f64;
        let y = scale.place(column.value.unwrap_or(0.0));
        if !column.complete {
            let hatched = block(x, TOP, step - 1.0, HEIGHT - BOTTOM - TOP);
            svg = svg.child(hatched.with("fill", "url(#hatch)"));
        }
        let width = step - (step * 0.18).max(1.0);
        let bar = block(x + (step - width) / 2.0, y, width, HEIGHT - BOTTOM - y);
        svg = svg.child(bar.class("energy").child(hint(&column.hint)));
        if place % every == 0 {
            svg = svg.child(word(x + step / 2.0, HEIGHT - 8.0, "middle", &column.label));
        }
    }
    svg
}

/// Horizontal grid lines with their numbers; the unit over them.
pub(super) fn axis(
    room: Room,
    mut svg: Node,
    scale: &Scale,
    unit: &str,
    tick: impl Fn(f64) -> String,
) -> Node {
    for value in scale.ticks() {
        let y = scale.place(value);
        svg = svg.child(stroke(LEFT, y, room.width, y, if value == 0.0 { "zero" } else { "grid" }));
        svg = svg.child(word(LEFT - 6.0, y + 4.0, "end", tick(value)));
    }
    svg.child(word(0.0, 11.0, "start", unit))
}

/// One part of a stacked bar.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its length.
    pub value: f64,
    /// Class, which gives the colour.
    pub class: &'static str,
    /// Told on hover.
    pub hint: String,
}

/// Bars from the left, each a row with its name and its sum.
#[must_use]
pub fn stacked(room: Room, rows: &[(String, Vec<Part>, String)], label: &str) -> Node {
    let (left, right, row_height) = (room.names, 84.0, 30.0);
    let sum = |parts: &[Part]| parts.iter().map(|part| part.value).sum::<f64>();
    let most = rows.iter().map(|(_, parts, _)| sum(parts)).fold(0.0, f64::max);
    let scale = |value: f64| {
        if most > 0.0 { (room.width - left - right) * value / most } else { 0.0 }
    };
    let mut svg = drawing(room.width, row_height * rows.len() as f64 + 4.0, label);
    for (place, (name, parts, total)) in rows.iter().enumerate() {
        let y = row_height * place as f64 + 4.0;
        svg = svg.child(word(left - 8.0, y + 16.0, "end", name));
        let mut x = left;
        for part in parts.iter().filter(|part| part.value > 0.0) {
            let width = scale(part.value);
            let bar = block(x, y, width, row_height - 8.0).class(part.class);
            svg = svg.child(bar.child(hint(&part.hint)));
            x += width;
        }
        svg = svg.child(word(x + 6.0, y + 16.0, "start", total));
    }
    svg
}
