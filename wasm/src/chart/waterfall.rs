//! From a whole down to what is left: each row takes its part away.

use super::{Room, block, clipped, drawing, hint, stroke, word};
use crate::node::Node;

const ROW: f64 = 30.0;
const BAR: f64 = 20.0;
/// Right of the bars, for their figures.
const FIGURES: f64 = 96.0;

/// One row.
#[derive(Debug, Clone)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// Where its bar begins, a figure.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// Class, which gives the colour; `None` for what was not measured.
    pub class: Option<&'static str>,
    /// Its figure in words.
    pub shown: String,
    /// Told on hover.
    pub hint: String,
}

/// Bars from the top down, each beginning where the one before ended.
#[must_use]
pub fn waterfall(room: Room, steps: &[Step], label: &str) -> Node {
    let ends = || steps.iter().flat_map(|step| [step.from, step.to]);
    let (least, most) = (ends().fold(0.0, f64::min), ends().fold(0.0, f64::max));
    let length = if most > least { most - least } else { 1.0 };
    let width = room.width - room.names - FIGURES;
    let x = |value: f64| room.names + width * (value - least) / length;
    let height = ROW * steps.len() as f64;
    let mut svg = drawing(room.width, height + 4.0, label);
    for (place, step) in steps.iter().enumerate() {
        let y = ROW * place as f64 + 4.0;
        let (left, right) = (x(step.from.min(step.to)), x(step.from.max(step.to)));
        let bar = block(left, y, (right - left).max(0.8), BAR);
        let bar = match step.class {
            Some(class) => bar.class(class),
            None => bar.with("fill", "url(#hatch)"),
        };
        svg = svg.child(bar.child(hint(&step.hint)));
        if place + 1 < steps.len() {
            svg = svg.child(stroke(x(step.to), y + BAR, x(step.to), y + ROW, "grid"));
        }
        let name = clipped(&step.name, room.names - 8.0);
        let name = word(room.names - 8.0, y + 14.0, "end", name).child(hint(&step.name));
        svg = svg.child(name).child(word(room.width, y + 14.0, "end", &step.shown));
    }
    svg.child(stroke(x(0.0), 0.0, x(0.0), height, "zero"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(from: f64, to: f64) -> Step {
        let text = String::new();
        Step { name: text.clone(), from, to, class: None, shown: text.clone(), hint: text }
    }

    #[test]
    fn bars_meet_where_one_ends_and_the_next_begins() {
        let drawn = waterfall(Room::WIDE, &[step(0.0, 10.0), step(10.0, 4.0), step(0.0, 4.0)], "");
        let mut bars = Vec::new();
        drawn.each(&mut |node| {
            if node.tag == "rect" {
                let read = |name| node.attribute(name).and_then(|text| text.parse::<f64>().ok());
                bars.push((read("x").unwrap_or(-1.0), read("width").unwrap_or(-1.0)));
            }
        });
        let end = |bar: (f64, f64)| bar.0 + bar.1;
        assert_eq!(bars.len(), 3);
        assert!((end(bars[0]) - end(bars[1])).abs() < 0.2);
        assert!((end(bars[2]) - bars[1].0).abs() < 0.2);
    }

    #[test]
    fn nothing_at_all_is_no_bar_outside_the_drawing() {
        let drawn = waterfall(Room::NARROW, &[step(0.0, 0.0)], "");
        drawn.each(&mut |node| assert!(node.attributes.iter().all(|(_, value)| value != "NaN")));
    }
}
