//! Machine states along time.

use super::{Room, block, drawing, hint, stroke, word};
use crate::node::Node;

const ROW: f64 = 26.0;

/// A stretch of one state, as shares of the whole length.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Where it begins, 0 to 1.
    pub from: f64,
    /// Where it ends, 0 to 1.
    pub to: f64,
    /// Class, which gives the colour.
    pub class: &'static str,
    /// Told on hover.
    pub hint: String,
}

/// A row for each machine; marks say where along the length a time stands.
#[must_use]
pub fn ribbon(
    room: Room,
    rows: &[(String, Vec<Stretch>)],
    marks: &[(f64, String)],
    label: &str,
) -> Node {
    let height = ROW * rows.len() as f64;
    let x = |share: f64| room.names + (room.width - room.names) * share;
    let mut svg = drawing(room.width, height + 22.0, label);
    for (row, (name, stretches)) in rows.iter().enumerate() {
        let y = ROW * row as f64;
        svg = svg.child(word(room.names - 8.0, y + 17.0, "end", name));
        for stretch in stretches {
            let width = x(stretch.to) - x(stretch.from);
            let bar = block(x(stretch.from), y + 2.0, width, ROW - 6.0).class(stretch.class);
            svg = svg.child(bar.child(hint(&stretch.hint)));
        }
    }
    for (place, name) in marks {
        svg = svg.child(stroke(x(*place), 0.0, x(*place), height, "grid"));
        let anchor = if *place > 0.97 { "end" } else { "start" };
        svg = svg.child(word(x(*place), height + 15.0, anchor, name));
    }
    svg
}
