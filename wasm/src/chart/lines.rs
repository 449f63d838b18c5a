//! A line with its band over the time of day.

use super::bars::axis;
use super::scale::Scale;
use super::{Room, at, drawing, hint, word};
use crate::node::{Node, node};

const LEFT: f64 = 46.0;
const HEIGHT: f64 = 220.0;
const TOP: f64 = 18.0;
const BOTTOM: f64 = 24.0;

/// Least, mean and most of successive times of day.
#[must_use]
pub fn profile(
    room: Room,
    points: &[(f64, f64, f64)],
    unit: &str,
    tick: impl Fn(f64) -> String,
    told: &str,
    label: &str,
) -> Node {
    let most = points.iter().map(|(_, _, most)| *most).fold(0.0, f64::max);
    let scale = Scale::new(most, HEIGHT - BOTTOM, TOP);
    let step = (room.width - LEFT) / points.len().max(1) as f64;
    let x = |place: usize| LEFT + step * (place as f64 + 0.5);
    let path = |pick: fn(&(f64, f64, f64)) -> f64| {
        points.iter().enumerate().map(move |(place, point)| (x(place), scale.place(pick(point))))
    };
    let upper = path(|point| point.2);
    let lower = path(|point| point.0).collect::<Vec<_>>().into_iter().rev();
    let band = node("path").with("d", joined(upper.chain(lower)) + "Z").class("band");
    let mean = node("path").with("d", joined(path(|point| point.1))).class("mean");
    let mut svg = axis(room, drawing(room.width, HEIGHT, label), &scale, unit, tick);
    svg = svg.child(band).child(mean.child(hint(told)));
    for hour in (0..=24).step_by(if room == Room::NARROW { 6 } else { 3 }) {
        let x = LEFT + (room.width - LEFT) * f64::from(hour) / 24.0;
        let anchor = if hour == 24 { "end" } else { "middle" };
        svg = svg.child(word(x, HEIGHT - 8.0, anchor, format!("{hour:02}:00")));
    }
    svg
}

fn joined(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    for (x, y) in points {
        path.push(if path.is_empty() { 'M' } else { 'L' });
        path.push_str(&format!("{} {}", at(x), at(y)));
    }
    path
}
