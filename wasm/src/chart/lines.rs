//! Lines with their bands over the time of day.

use super::Room;
use super::axis::Axis;
use super::plot::Plot;
use super::scale::Scale;
use crate::node::Node;

const HEIGHT: f64 = 220.0;

/// A line is named at its first place that has this share of its top.
const HIGH: f64 = 0.95;
/// How high the strip of prices is, as a share of the scale.
const STRIP: f64 = 0.09;

/// Times of day of one kind of day.
#[derive(Debug, Clone)]
pub struct Times {
    /// Class of the line.
    pub class: &'static str,
    /// Written beside it.
    pub name: String,
    /// Low, middle and high of successive equal parts of a day; `None` where nothing is known.
    pub points: Vec<Option<(f64, f64, f64)>>,
    /// Whether low and high mean something.
    pub has_band: bool,
}

/// A stretch of the day under the axis.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Minute of the day at which it begins.
    pub from: f64,
    /// Minute at which it ends.
    pub to: f64,
    /// Class of its rectangle.
    pub class: &'static str,
    /// Class of its words.
    pub word: &'static str,
    /// Its words.
    pub name: String,
}

/// Kinds of days over the time of day, over a strip of stretches.
#[must_use]
pub fn typical(
    room: Room,
    kinds: &[Times],
    strip: &[Stretch],
    unit: &str,
    tick: impl Fn(f64) -> String,
    label: &str,
) -> Node {
    let known = || kinds.iter().flat_map(|kind| kind.points.iter().flatten());
    let most = known().map(|(_, middle, high)| high.max(*middle)).fold(0.0, f64::max);
    let ticks = Scale::new(most, 0.0, 1.0).ticks();
    let top = ticks.last().copied().unwrap_or(1.0);
    let foot = if strip.is_empty() { 0.0 } else { -STRIP * top };
    let mut up = Axis::exact(foot, top, ticks.iter().map(|at| (*at, tick(*at))).collect());
    unit.clone_into(&mut up.unit);
    let hours = (0..=24).step_by(if room == Room::NARROW { 6 } else { 3 });
    let hours = hours.map(|hour: u32| (f64::from(hour) * 60.0, format!("{hour:02}:00")));
    let across = Axis::exact(0.0, 1_440.0, hours.collect());
    let mut plot = Plot::new(room, HEIGHT + 30.0, across, up, label);
    for part in strip {
        plot = plot.bar(part.class, part.from, part.to, foot, 0.0, &part.name);
        plot = plot.within(part.word, part.from, part.to, foot, &part.name);
    }
    let (behind, before) = kinds.split_at(kinds.len().min(1));
    before.iter().chain(behind).fold(plot, with_times).finish()
}

fn with_times(mut plot: Plot, kind: &Times) -> Plot {
    let step = 1_440.0 / kind.points.len().max(1) as f64;
    let places = kind.points.iter().enumerate();
    let places = places.map(|(place, point)| (step * (place as f64 + 0.5), *point));
    let places = places.collect::<Vec<_>>();
    if kind.has_band {
        for run in places.split(|(_, point)| point.is_none()).filter(|run| !run.is_empty()) {
            let known =
                run.iter().filter_map(|(x, point)| point.map(|(low, _, high)| (*x, low, high)));
            plot = plot.band("band", known);
        }
    }
    let middle = places.iter().map(|(x, point)| (*x, point.map(|(_, middle, _)| middle)));
    plot = plot.line(kind.class, middle);
    let known = places.iter().filter_map(|(x, point)| point.map(|(_, middle, _)| (*x, middle)));
    let known: Vec<(f64, f64)> = known.collect();
    let top = known.iter().map(|(_, y)| *y).fold(0.0, f64::max);
    match known.iter().find(|(_, y)| *y >= top * HIGH) {
        Some((x, y)) => plot.name("told", *x, *y, &kind.name),
        None => plot,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_figure_breaks_line_and_band() {
        let point = Some((1.0, 2.0, 3.0));
        let points = vec![point, point, None, point];
        let kind = Times { class: "line energy", name: "days".to_owned(), points, has_band: true };
        let drawn = typical(Room::WIDE, &[kind], &[], "kW", |at| format!("{at}"), "");
        let mut paths = Vec::new();
        drawn.each(&mut |node| {
            let class = node.attribute("class").unwrap_or_default();
            if class == "line energy" || class == "band" {
                paths.extend(node.attribute("d").map(|path| path.matches('M').count()));
            }
        });
        assert_eq!(paths, [1, 1, 2]);
    }
}
