//! Few causes of much: bars from the largest down, and a line of what they add up to.

use super::{Room, at, block, clipped, drawing, hint, stroke, word};
use crate::node::{Node, node};

const ROW: f64 = 28.0;
const BAR: f64 = 18.0;
const TOP: f64 = 18.0;
/// Right of the bars, for the figures of each and for the share so far.
const FIGURES: f64 = 134.0;
const SHARES: f64 = 54.0;

/// One cause.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Class, which gives the colour.
    pub class: &'static str,
    /// Its figure in words.
    pub shown: String,
    /// The share of this and of all before it, in words.
    pub so_far: String,
    /// Told on hover.
    pub hint: String,
}

/// Bars on a scale from nothing to the sum of all, under heads for both columns of figures; the
/// line tells what the rows so far add up to.
#[must_use]
pub fn pareto(room: Room, rows: &[Row], heads: [&str; 2], label: &str) -> Node {
    let sum: f64 = rows.iter().map(|row| row.value).sum();
    let width = room.width - room.names - FIGURES;
    let x = |value: f64| room.names + if sum > 0.0 { width * value / sum } else { 0.0 };
    let foot = TOP + ROW * rows.len() as f64;
    let mut svg = drawing(room.width, foot + 2.0, label);
    let [figures, shares] = heads;
    svg = svg.child(word(room.width - SHARES, 11.0, "end", figures).class("unit"));
    svg = svg.child(word(room.width, 11.0, "end", shares).class("unit"));
    let (mut so_far, mut line, mut points) = (0.0, String::new(), Vec::new());
    for (place, row) in rows.iter().enumerate() {
        let y = TOP + ROW * place as f64;
        let bar = block(room.names, y, (x(row.value) - room.names).max(0.8), BAR).class(row.class);
        let name = clipped(&row.name, room.names - 8.0);
        let name = word(room.names - 8.0, y + 13.0, "end", name).child(hint(&row.name));
        svg = svg.child(bar.child(hint(&row.hint))).child(name);
        svg = svg.child(word(room.width - SHARES, y + 13.0, "end", &row.shown));
        svg = svg.child(word(room.width, y + 13.0, "end", &row.so_far));
        so_far += row.value;
        let middle = y + BAR / 2.0;
        line.push_str(&format!(
            "{}{} {}",
            if place == 0 { 'M' } else { 'L' },
            at(x(so_far)),
            at(middle)
        ));
        let point = node("circle").with("cx", at(x(so_far))).with("cy", at(middle));
        points.push(point.with("r", "3").class("ink").child(hint(&row.so_far)));
    }
    svg = svg.child(stroke(room.names, TOP - 2.0, room.names, foot, "zero"));
    svg.child(node("path").with("d", line).class("line ink")).children(points)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_ends_at_the_whole() {
        let row = |value| {
            let text = String::new();
            let (shown, so_far, hint) = (text.clone(), text.clone(), text.clone());
            Row { name: text, value, class: "down", shown, so_far, hint }
        };
        let drawn = pareto(Room::WIDE, &[row(6.0), row(3.0), row(1.0)], ["h", "%"], "");
        let mut ends = Vec::new();
        drawn.each(&mut |node| ends.extend(node.attribute("cx").map(str::to_owned)));
        assert_eq!(ends.last(), Some(&at(Room::WIDE.width - FIGURES)));
        let nothing = pareto(Room::WIDE, &[row(0.0)], ["h", "%"], "");
        nothing.each(&mut |node| assert!(node.attribute("cx") != Some("NaN")));
    }
}
