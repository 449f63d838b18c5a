//! Machine states along time: a row for each machine, a window that the reader can drag open.

use super::axis::Axis;
use super::plot::brushed;
use super::{Room, block, clipped, drawing, hint, stroke, word};
use crate::node::Node;

const ROW: f64 = 26.0;
const BAR: f64 = 18.0;
const RIGHT: f64 = 4.0;
/// Over the rows, for the names of what the borders part.
const TOP: f64 = 16.0;
/// Room that a name over the rows needs.
const NAMED: f64 = 48.0;

/// A stretch of one state; places are figures of the axis.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Class, which gives the colour; `None` for what was not measured.
    pub class: Option<&'static str>,
    /// Told on hover.
    pub hint: String,
}

/// One machine.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its states in time order.
    pub stretches: Vec<Stretch>,
    /// What was reported: where, and its words.
    pub marks: Vec<(f64, String)>,
}

/// A stretch that has a name over the rows and lines at its ends: a shift.
#[derive(Debug, Clone)]
pub struct Named {
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// What it is called.
    pub name: String,
}

/// How many units a room leaves for the states.
#[must_use]
pub fn length(room: Room) -> f64 {
    room.width - room.names - RIGHT
}

/// A row for each machine over an axis of time; `brush` names the window that dragging opens.
#[must_use]
pub fn ribbon(
    room: Room,
    axis: &Axis,
    rows: &[Row],
    shifts: &[Named],
    brush: &str,
    label: &str,
) -> Node {
    let whole = if axis.to > axis.from { axis.to - axis.from } else { 1.0 };
    let x = |value: f64| room.names + length(room) * ((value - axis.from) / whole).clamp(0.0, 1.0);
    let foot = TOP + ROW * rows.len() as f64;
    let mut svg = drawing(room.width, foot + 22.0, label);
    for (place, row) in rows.iter().enumerate() {
        let y = TOP + ROW * place as f64;
        svg = svg.child(named(room, y, &row.name)).children(states(y, row, &x));
        svg = svg.children(marks(y, row, &x));
    }
    for shift in shifts {
        let (left, right) = (x(shift.from), x(shift.to));
        svg = svg.child(stroke(left, TOP - 4.0, left, foot, "shift"));
        svg = svg.child(stroke(right, TOP - 4.0, right, foot, "shift"));
        if right - left >= NAMED {
            let name = clipped(&shift.name, right - left - 4.0);
            svg = svg.child(word((left + right) / 2.0, 10.0, "middle", name).class("unit"));
        }
    }
    svg = svg.children(ticks(room, axis, foot, &x));
    let (from, to) = (axis.from.round() as i64, axis.to.round() as i64);
    brushed(svg, brush, from, to, room.names, room.width - RIGHT)
}

fn named(room: Room, y: f64, name: &str) -> Node {
    let shown = clipped(name, room.names - 8.0);
    word(room.names - 8.0, y + 14.0, "end", shown).child(hint(name))
}

fn states(y: f64, row: &Row, x: &impl Fn(f64) -> f64) -> Vec<Node> {
    let drawn = row.stretches.iter().map(|stretch| {
        let bar = block(x(stretch.from), y, x(stretch.to) - x(stretch.from), BAR);
        let bar = match stretch.class {
            Some(class) => bar.class(class),
            None => bar.with("fill", "url(#hatch)"),
        };
        bar.child(hint(&stretch.hint))
    });
    drawn.collect()
}

fn marks(y: f64, row: &Row, x: &impl Fn(f64) -> f64) -> Vec<Node> {
    let marks = row.marks.iter();
    let drawn = marks.map(|(place, words)| {
        block(x(*place) - 1.5, y - 4.0, 3.0, 9.0).class("ink").child(hint(words))
    });
    drawn.collect()
}

fn ticks(room: Room, axis: &Axis, foot: f64, x: &impl Fn(f64) -> f64) -> Vec<Node> {
    let mut drawn = Vec::new();
    for (value, text) in &axis.ticks {
        let place = x(*value);
        let anchor = match place {
            place if place > room.width - 24.0 => "end",
            place if place < room.names + 12.0 => "start",
            _ => "middle",
        };
        drawn.push(stroke(place, TOP, place, foot + 4.0, "grid"));
        drawn.push(word(place, foot + 17.0, anchor, text));
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_goes_where_its_time_is_and_the_svg_tells_the_brush() {
        let axis = Axis::exact(1_000.0, 3_000.0, Vec::new());
        let stretch =
            Stretch { from: 2_000.0, to: 9_000.0, class: Some("idle"), hint: String::new() };
        let row = Row { name: "mill".into(), stretches: vec![stretch], marks: Vec::new() };
        let drawn = ribbon(Room::WIDE, &axis, &[row], &[], "machines.states", "");
        assert_eq!(drawn.attribute("data-from"), Some("1000"));
        assert_eq!(drawn.attribute("data-left"), Some("170"));
        let mut bars = Vec::new();
        drawn.each(&mut |node| {
            if node.attribute("class") == Some("idle") {
                bars.extend(node.attribute("x").zip(node.attribute("width")));
            }
        });
        let half = length(Room::WIDE) / 2.0;
        let ends = (super::super::at(170.0 + half), super::super::at(half));
        assert_eq!(bars, [(ends.0.as_str(), ends.1.as_str())]);
    }
}
