//! What is known along a period, a row for each meter or device.

use super::say;
use crate::chart::{Room, block, clipped, drawing, hint, stroke, word};
use crate::node::Node;
use crate::view::View;
use millwatt::time::Period;

const ROW: f64 = 26.0;
/// The least width of a stretch, so that it is seen.
const SEEN: f64 = 2.0;

/// A stretch of a row.
#[derive(Debug, Clone)]
pub(in crate::view) struct Stretch {
    /// From when to when.
    pub(in crate::view) span: Period,
    /// Class, which gives the colour.
    pub(in crate::view) class: &'static str,
    /// Told on hover.
    pub(in crate::view) hint: String,
}

/// Rows of stretches over a period, with its dates below; later stretches lie over earlier ones.
pub(in crate::view) fn along(
    view: &View<'_>,
    period: Period,
    rows: &[(String, Vec<Stretch>)],
    label: &str,
) -> Node {
    let room = Room::NARROW;
    let height = ROW * rows.len() as f64;
    let x = |share: f64| room.names + (room.width - room.names) * share;
    let mut svg = drawing(room.width, height + 22.0, label);
    for (row, (name, stretches)) in rows.iter().enumerate() {
        let y = ROW * row as f64;
        let shown = clipped(name, room.names - 12.0);
        svg = svg.child(word(room.names - 8.0, y + 17.0, "end", shown).child(hint(name)));
        for stretch in stretches {
            let [from, to] =
                [stretch.span.from, stretch.span.to].map(|at| x(say::share(period, at)));
            let left = from.min(room.width - SEEN);
            let bar = block(left, y + 3.0, (to - left).max(SEEN), ROW - 8.0).class(stretch.class);
            svg = svg.child(bar.child(hint(&stretch.hint)));
        }
    }
    for (share, date) in say::ends(view, period) {
        let anchor = match share {
            share if share <= 0.0 => "start",
            share if share >= 1.0 => "end",
            _ => "middle",
        };
        svg = svg.child(stroke(x(share), 0.0, x(share), height, "grid"));
        svg = svg.child(word(x(share), height + 15.0, anchor, date));
    }
    svg
}
