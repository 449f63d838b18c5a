//! Charts as trees of SVG elements.

pub mod axis;
pub mod bars;
pub mod heat;
pub mod lines;
pub mod pareto;
pub mod plot;
pub mod ribbon;
pub mod sankey;
pub mod scale;
pub mod stack;
pub mod waterfall;

use crate::node::{Node, node};

/// How much room a chart has, in its own units; the page scales it to its column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Room {
    /// Across.
    pub width: f64,
    /// Of that, left of the drawing for the names of rows.
    pub names: f64,
}

impl Room {
    /// On a laptop or on paper.
    pub const WIDE: Self = Self { width: 720.0, names: 170.0 };
    /// On a phone: letters stay as large as those of the text around.
    pub const NARROW: Self = Self { width: 380.0, names: 112.0 };
}

/// A length or place with one decimal: finer is not seen.
#[must_use]
#[inline(never)]
pub fn at(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// An empty drawing of a height, with its words for those who cannot see it.
#[must_use]
#[inline(never)]
pub fn drawing(width: f64, height: f64, label: &str) -> Node {
    node("svg")
        .with("viewBox", format!("0 0 {} {}", at(width), at(height)))
        .with("role", "img")
        .with("aria-label", label)
        .child(hatching())
}

/// The stripes of what was not measured: a gradient, which browsers print as lines; a pattern becomes a picture of the
/// whole page.
fn hatching() -> Node {
    let stop = |offset: &str, opacity: &str| {
        node("stop").with("offset", offset).with("stop-opacity", opacity).class("hatch")
    };
    let stripes = node("linearGradient")
        .with("id", "hatch")
        .with("gradientUnits", "userSpaceOnUse")
        .with("spreadMethod", "repeat")
        .with("x1", "0")
        .with("y1", "0")
        .with("x2", "3")
        .with("y2", "3")
        .children([stop("0", "1"), stop("0.2", "1"), stop("0.2", "0"), stop("1", "0")]);
    node("defs").child(stripes)
}

/// A rectangle.
#[must_use]
#[inline(never)]
pub fn block(x: f64, y: f64, width: f64, height: f64) -> Node {
    node("rect")
        .with("x", at(x))
        .with("y", at(y))
        .with("width", at(width.max(0.0)))
        .with("height", at(height.max(0.0)))
}

/// A word at a place; `anchor` is `start`, `middle` or `end`.
#[must_use]
pub fn word(x: f64, y: f64, anchor: &'static str, text: impl ToString) -> Node {
    node("text").with("x", at(x)).with("y", at(y)).with("text-anchor", anchor).text(text)
}

/// A straight line.
#[must_use]
#[inline(never)]
pub fn stroke(x1: f64, y1: f64, x2: f64, y2: f64, class: &'static str) -> Node {
    node("line")
        .with("x1", at(x1))
        .with("y1", at(y1))
        .with("x2", at(x2))
        .with("y2", at(y2))
        .class(class)
}

/// What a pointer that rests here is told.
#[must_use]
pub fn hint(text: impl ToString) -> Node {
    node("title").text(text)
}

/// A share with two decimals.
#[must_use]
#[inline(never)]
pub fn at2(value: f64) -> String {
    format!("{:.2}", value.clamp(0.0, 1.0))
}

/// A name cut to about `room` units of a chart's letters, with an ellipsis where something went.
#[must_use]
#[inline(never)]
pub fn clipped(name: &str, room: f64) -> String {
    const LETTER: f64 = 6.4;
    let most = (room / LETTER).max(1.0) as usize;
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let kept: String = name.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
