//! A frame with two axes that lines, bands, bars and points are put into.

use super::axis::Axis;
use super::{Room, at, block, drawing, hint, stroke, word};
use crate::node::{Node, node};

const LEFT: f64 = 46.0;
const RIGHT: f64 = 10.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 24.0;
/// How far a figure may stand outside the frame, in frames: what is drawn there is cut.
const BEYOND: f64 = 2.0;

/// A plot under way; what is put in later lies on top.
#[derive(Debug, Clone)]
pub struct Plot {
    room: Room,
    height: f64,
    x: Axis,
    y: Axis,
    svg: Node,
}

impl Plot {
    /// An empty frame; `label` is for those who cannot see it.
    #[must_use]
    pub fn new(room: Room, height: f64, x: Axis, y: Axis, label: &str) -> Self {
        let svg = drawing(room.width, height, label);
        let mut plot = Self { room, height, x, y, svg };
        plot.draw_axes();
        plot
    }

    fn draw_axes(&mut self) {
        let (left, right, foot) = (LEFT, self.room.width - RIGHT, self.height - BOTTOM);
        let mut parts = Vec::new();
        for (value, text) in &self.y.ticks {
            let y = self.y(*value);
            let class = if *value == 0.0 { "zero" } else { "grid" };
            parts.push(stroke(left, y, right, y, class));
            parts.push(word(left - 6.0, y + 4.0, "end", text));
        }
        for (value, text) in &self.x.ticks {
            let x = self.x(*value);
            let anchor = match x {
                x if x > right - 18.0 => "end",
                x if x < left + 12.0 => "start",
                _ => "middle",
            };
            parts.push(stroke(x, foot, x, foot + 4.0, "grid"));
            parts.push(word(x, self.height - 7.0, anchor, text));
        }
        if !self.y.unit.is_empty() {
            parts.push(word(0.0, 11.0, "start", &self.y.unit));
        }
        if !self.x.unit.is_empty() {
            parts.push(word(right, foot - 5.0, "end", &self.x.unit).class("unit"));
        }
        self.svg.children.extend(parts.into_iter().map(crate::node::Child::Node));
    }

    fn put(mut self, part: Node) -> Self {
        self.svg = self.svg.child(part);
        self
    }

    /// Where a figure stands across.
    #[must_use]
    pub fn x(&self, value: f64) -> f64 {
        let share = (value - self.x.from) / (self.x.to - self.x.from);
        LEFT + (self.room.width - LEFT - RIGHT) * share.clamp(-BEYOND, 1.0 + BEYOND)
    }

    /// Where a figure stands above the foot.
    #[must_use]
    pub fn y(&self, value: f64) -> f64 {
        let share = (value - self.y.from) / (self.y.to - self.y.from);
        let foot = self.height - BOTTOM;
        foot - (foot - TOP) * share.clamp(-BEYOND, 1.0 + BEYOND)
    }

    /// A line through points; `None` breaks it.
    #[must_use]
    pub fn line(
        self,
        class: &'static str,
        points: impl IntoIterator<Item = (f64, Option<f64>)>,
    ) -> Self {
        let mut path = String::new();
        let mut is_down = false;
        for (x, y) in points {
            if let Some(y) = y {
                let pen = if is_down { 'L' } else { 'M' };
                path.push_str(&format!("{pen}{} {}", at(self.x(x)), at(self.y(y))));
            }
            is_down = y.is_some();
        }
        self.put(node("path").with("d", path).class(class))
    }

    /// A staircase: each figure holds until the next place.
    #[must_use]
    pub fn steps(
        self,
        class: &'static str,
        points: impl IntoIterator<Item = (f64, Option<f64>)>,
    ) -> Self {
        let mut before = None;
        let mut corners = Vec::new();
        for (x, y) in points {
            corners.extend(before.map(|held| (x, held)));
            corners.push((x, y));
            before = Some(y);
        }
        self.line(class, corners)
    }

    /// A band between a low and a high figure at each place.
    #[must_use]
    pub fn band(
        self,
        class: &'static str,
        points: impl IntoIterator<Item = (f64, f64, f64)>,
    ) -> Self {
        let points: Vec<_> = points.into_iter().collect();
        let upper = points.iter().map(|(x, _, high)| (*x, *high));
        let lower = points.iter().rev().map(|(x, low, _)| (*x, *low));
        let mut path = String::new();
        for (x, y) in upper.chain(lower) {
            path.push(if path.is_empty() { 'M' } else { 'L' });
            path.push_str(&format!("{} {}", at(self.x(x)), at(self.y(y))));
        }
        path.push_str(if path.is_empty() { "" } else { "Z" });
        self.put(node("path").with("d", path).class(class))
    }

    /// A rectangle from place to place and figure to figure, with words for a pointer that rests on it.
    #[must_use]
    #[inline(never)]
    pub fn bar(
        self,
        class: &'static str,
        from: f64,
        to: f64,
        low: f64,
        high: f64,
        told: &str,
    ) -> Self {
        let (left, right, top, foot) = (self.x(from), self.x(to), self.y(high), self.y(low));
        let gap = ((right - left) * 0.15).clamp(0.0, 4.0);
        let bar = block(left + gap / 2.0, top, right - left - gap, foot - top);
        self.put(bar.class(class).child(hint(told)))
    }

    /// A point, with words for a pointer that rests on it.
    #[must_use]
    #[inline(never)]
    pub fn point(self, class: &'static str, x: f64, y: f64, told: &str) -> Self {
        let (x, y) = (at(self.x(x)), at(self.y(y)));
        let point = node("circle").with("cx", x).with("cy", y).with("r", "3.5").class(class);
        self.put(point.child(hint(told)))
    }

    /// What was not measured: hatched over the full height.
    #[must_use]
    #[inline(never)]
    pub fn unmeasured(self, from: f64, to: f64) -> Self {
        let (left, right, foot) = (self.x(from), self.x(to), self.height - BOTTOM);
        let hatched = block(left, TOP, right - left, foot - TOP);
        self.put(hatched.with("fill", "url(#hatch)"))
    }

    /// A horizontal line with its words: a limit, a mean.
    #[must_use]
    #[inline(never)]
    pub fn level(self, class: &'static str, y: f64, text: &str) -> Self {
        let (right, place) = (self.room.width - RIGHT, self.y(y));
        let above = if place < TOP + 14.0 { place + 14.0 } else { place - 5.0 };
        let line = node("path").with("d", format!("M{} {}H{}", at(LEFT), at(place), at(right)));
        self.put(line.class(class)).put(word(right, above, "end", text).class("told"))
    }

    /// A dated vertical line with its words.
    #[must_use]
    #[inline(never)]
    pub fn mark(self, x: f64, text: &str) -> Self {
        let (place, foot) = (self.x(x), self.height - BOTTOM);
        let (anchor, beside) = match place > self.room.width * 0.6 {
            true => ("end", place - 4.0),
            false => ("start", place + 4.0),
        };
        let line = stroke(place, TOP, place, foot, "mark");
        self.put(line).put(word(beside, TOP + 10.0, anchor, text).class("told"))
    }

    /// Words beside a line, instead of a legend.
    #[must_use]
    #[inline(never)]
    pub fn name(self, class: &'static str, x: f64, y: f64, text: &str) -> Self {
        let place = self.x(x);
        let anchor = if place > self.room.width * 0.7 { "end" } else { "start" };
        let named = word(place, self.y(y) - 6.0, anchor, text).class(class);
        self.put(named)
    }

    /// Words in the middle of a stretch; none where they have no room.
    #[must_use]
    pub fn within(self, class: &'static str, from: f64, to: f64, y: f64, text: &str) -> Self {
        let (left, right) = (self.x(from), self.x(to));
        if super::clipped(text, right - left - 4.0) != text {
            return self;
        }
        let place = self.y(y);
        self.put(word(f64::midpoint(left, right), place - 6.0, "middle", text).class(class))
    }

    /// Lets the reader drag a window of the axis of time open; see [`Choice`](crate::choice::Choice).
    #[must_use]
    #[inline(never)]
    pub fn brush(mut self, name: &str) -> Self {
        if self.x.is_time {
            let (from, to) = (self.x.from.round() as i64, self.x.to.round() as i64);
            self.svg = brushed(self.svg, name, from, to, LEFT, self.room.width - RIGHT);
        }
        self
    }

    /// The drawing.
    #[must_use]
    pub fn finish(self) -> Node {
        self.svg
    }
}

/// A drawing whose stretch from `left` to `right` stands for time, in Unix milliseconds, and can be
/// dragged over.
#[must_use]
pub fn brushed(svg: Node, name: &str, from: i64, to: i64, left: f64, right: f64) -> Node {
    svg.with("data-brush", name)
        .with("data-from", from)
        .with("data-to", to)
        .with("data-left", at(left))
        .with("data-right", at(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot() -> Plot {
        let across = Axis::exact(0.0, 10.0, Vec::new());
        let up = Axis::exact(0.0, 100.0, Vec::new());
        Plot::new(Room::WIDE, 220.0, across, up, "test")
    }

    #[test]
    fn ends_of_the_axes_are_ends_of_the_frame() {
        assert_eq!((plot().x(0.0), plot().x(10.0)), (LEFT, Room::WIDE.width - RIGHT));
        assert_eq!((plot().y(0.0), plot().y(100.0)), (196.0, TOP));
    }

    #[test]
    fn a_gap_breaks_the_line() {
        let drawn = plot().line("line", [(0.0, Some(1.0)), (1.0, None), (2.0, Some(1.0))]).finish();
        let mut pens = Vec::new();
        drawn.each(&mut |node| {
            if node.attribute("class") == Some("line") {
                pens.extend(node.attribute("d").map(|path| path.matches('M').count()));
            }
        });
        assert_eq!(pens, [2]);
    }

    #[test]
    fn what_no_number_is_stays_inside() {
        assert!(plot().bar("energy", 0.0, f64::MAX, 0.0, f64::MAX, "").x(f64::MAX).is_finite());
    }
}
