//! Columns over time that are stacked, with what of them is estimated and what was not measured.

use super::bars::{Part, axis};
use super::scale::Scale;
use super::{Room, block, clipped, drawing, hint, stroke, word};
use crate::node::Node;

const LEFT: f64 = 46.0;
const HEIGHT: f64 = 240.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 24.0;
const FOOT: f64 = HEIGHT - BOTTOM;
/// The least distance between names of parts.
const LINE: f64 = 15.0;

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Under it.
    pub label: String,
    /// From the foot up; empty where nothing is known.
    pub parts: Vec<Part>,
    /// How much of it is known in sum but not in time.
    pub estimated: f64,
    /// Whether it was measured in full.
    pub complete: bool,
    /// Told on hover.
    pub hint: String,
}

impl Column {
    fn sum(&self) -> f64 {
        self.parts.iter().map(|part| part.value.max(0.0)).sum()
    }
}

/// What stands beside stacked columns.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// The names of the parts, from the foot up.
    pub names: Vec<String>,
    /// A level with its words.
    pub level: Option<(f64, String)>,
}

/// Stacked columns from zero, with an axis in `unit`; the parts are named at the right.
#[must_use]
pub fn columns(
    room: Room,
    columns: &[Column],
    beside: &Beside,
    unit: &str,
    tick: impl Fn(f64) -> String,
    label: &str,
) -> Node {
    let right = room.width - names_room(room, beside);
    let most = columns.iter().map(Column::sum).fold(0.0, f64::max);
    let scale = Scale::new(most, FOOT, TOP);
    let step = (right - LEFT) / columns.len().max(1) as f64;
    let narrowed = Room { width: right, ..room };
    let mut svg = axis(narrowed, drawing(room.width, HEIGHT, label), &scale, unit, tick);
    for (place, column) in columns.iter().enumerate() {
        let x = LEFT + step * place as f64;
        svg = svg.children(drawn(column, &scale, x, step));
    }
    svg.children(labels(columns, step, right))
        .children(level(beside, &scale, right))
        .children(names(columns, beside, &scale, room, right))
}

fn names_room(room: Room, beside: &Beside) -> f64 {
    match (beside.names.len() > 1, room == Room::NARROW) {
        (false, _) => 0.0,
        (true, true) => 66.0,
        (true, false) => 96.0,
    }
}

/// A column: hatched behind where it was not measured in full, hatched over where it is estimated.
fn drawn(column: &Column, scale: &Scale, x: f64, step: f64) -> Vec<Node> {
    let width = step - (step * 0.18).max(1.0);
    let left = x + (step - width) / 2.0;
    let mut shapes = Vec::new();
    if !column.complete {
        let hatched = block(x, TOP, step - 1.0, FOOT - TOP).with("fill", "url(#hatch)");
        shapes.push(hatched.child(hint(&column.hint)));
    }
    let mut sum = 0.0;
    for part in column.parts.iter().filter(|part| part.value > 0.0) {
        let foot = scale.place(sum);
        sum += part.value;
        let bar = block(left, scale.place(sum), width, foot - scale.place(sum));
        shapes.push(bar.class(part.class).child(hint(&part.hint)));
    }
    if column.estimated > 0.0 && sum > 0.0 {
        let (top, foot) = (scale.place(sum), scale.place((sum - column.estimated).max(0.0)));
        let over = block(left, top, width, foot - top).with("fill", "url(#hatch)");
        let over = over.class("estimate");
        shapes.push(over.child(hint(&column.hint)));
    }
    shapes
}

/// As many labels as have room.
fn labels(columns: &[Column], step: f64, right: f64) -> Vec<Node> {
    let longest = columns.iter().map(|column| column.label.chars().count()).max().unwrap_or(1);
    let room = (longest as f64 * 7.0 + 10.0).max(34.0);
    let every = (columns.len() as f64 * room / (right - LEFT)).ceil().max(1.0) as usize;
    let kept = columns.iter().enumerate().step_by(every);
    kept.map(|(place, column)| {
        let x = LEFT + step * (place as f64 + 0.5);
        word(x, HEIGHT - 8.0, "middle", &column.label)
    })
    .collect()
}

fn level(beside: &Beside, scale: &Scale, right: f64) -> Vec<Node> {
    let Some((value, words)) = &beside.level else { return Vec::new() };
    let y = scale.place(*value);
    vec![
        stroke(LEFT, y, right, y, "level"),
        // Over the frame, where no column is.
        word(right, 11.0, "end", format!("··· {words}")),
    ]
}

/// The parts' names at the height that they have in the last column with the most of them.
fn names(columns: &[Column], beside: &Beside, scale: &Scale, room: Room, right: f64) -> Vec<Node> {
    let count = |column: &&Column| column.parts.iter().filter(|part| part.value > 0.0).count();
    let Some(fullest) = columns.iter().max_by_key(count).filter(|_| beside.names.len() > 1) else {
        return Vec::new();
    };
    let (mut sum, mut free) = (0.0, FOOT);
    let mut shown = Vec::new();
    for (part, name) in fullest.parts.iter().zip(&beside.names) {
        let middle = scale.place(sum + part.value.max(0.0) / 2.0) + 4.0;
        sum += part.value.max(0.0);
        let y = middle.min(free);
        free = y - LINE;
        shown.push(word(right + 6.0, y, "start", clipped(name, room.width - right - 6.0)));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: [f64; 2], estimated: f64, complete: bool) -> Column {
        let part = |value| Part { value, class: "energy", hint: String::new() };
        let (label, hint) = ("1".to_owned(), String::new());
        Column { label, parts: values.map(part).to_vec(), estimated, complete, hint }
    }

    fn counted(node: &Node, name: &str, value: &str) -> usize {
        let mut count = 0;
        node.each(&mut |one| count += usize::from(one.attribute(name) == Some(value)));
        count
    }

    #[test]
    fn parts_stand_on_one_another_and_estimates_are_hatched() {
        let all = [column([30.0, 10.0], 0.0, true), column([20.0, 0.0], 5.0, false)];
        let beside =
            Beside { names: vec!["a".into(), "b".into()], level: Some((30.0, "m".into())) };
        let drawn = columns(Room::WIDE, &all, &beside, "kWh", |value| format!("{value}"), "");
        assert_eq!(counted(&drawn, "class", "energy"), 3);
        assert_eq!(counted(&drawn, "class", "estimate"), 1);
        assert_eq!(
            counted(&drawn, "fill", "url(#hatch)"),
            2,
            "an estimate, and a day not measured"
        );
        assert_eq!(counted(&drawn, "class", "level"), 1);
    }

    #[test]
    fn names_keep_their_distance() {
        let all = [column([1.0, 1.0], 0.0, true), column([200.0, 0.0], 0.0, true)];
        let beside = Beside { names: vec!["a".into(), "b".into()], level: None };
        let scale = Scale::new(200.0, FOOT, TOP);
        let shown = names(&all, &beside, &scale, Room::NARROW, 314.0);
        let heights: Vec<f64> =
            shown.iter().filter_map(|word| word.attribute("y")?.parse().ok()).collect();
        assert!(heights.len() == 2 && heights[0] - heights[1] >= LINE - 0.1, "{heights:?}");
    }

    #[test]
    fn nothing_is_drawn_without_columns() {
        let drawn = columns(Room::NARROW, &[], &Beside::default(), "", |_| String::new(), "");
        assert_eq!(counted(&drawn, "class", "energy"), 0);
    }
}
