//! Flows from sources over uses to their ends, as wide as they are large.

use super::{Room, at, block, clipped, drawing, hint, word};
use crate::node::{Node, node};

/// Units of height for all flows together.
const HEIGHT: f64 = 300.0;
/// The least height of a place: two lines of words.
const SLOT: f64 = 32.0;
/// Between two places of a column.
const GAP: f64 = 6.0;
/// How wide a place is drawn.
const WIDTH: f64 = 8.0;
/// A flow is never thinner than can be seen.
const THINNEST: f64 = 0.8;

/// Somewhere that flows pass; those of one column with equal keys are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// What makes it this one.
    pub key: u32,
    /// What people call it.
    pub name: String,
}

/// One flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Flow {
    /// Where it comes from.
    pub source: Stop,
    /// What it passes on the way.
    pub over: Option<Stop>,
    /// Where it ends.
    pub end: Stop,
    /// How large it is.
    pub value: f64,
    /// Whether it was measured by itself; else it is hatched.
    pub is_measured: bool,
}

/// A place of a column.
#[derive(Debug, Clone, PartialEq)]
struct Place {
    key: (bool, u32),
    /// `None` where a flow goes by.
    name: Option<String>,
    value: f64,
    y: f64,
}

/// Where everything stands.
#[derive(Debug, Clone)]
struct Layout {
    scale: f64,
    columns: [Vec<Place>; 3],
    /// For each flow its place in each column.
    places: Vec<[usize; 3]>,
}

impl Layout {
    fn of(flows: &[Flow]) -> Self {
        let all: f64 = flows.iter().map(|flow| flow.value).sum();
        let scale = if all > 0.0 { HEIGHT / all } else { 0.0 };
        let mut columns = [Vec::new(), Vec::new(), Vec::new()];
        let mut places = vec![[0; 3]; flows.len()];
        for (column, stops) in columns.iter_mut().enumerate() {
            for (flow, place) in flows.iter().zip(&mut places) {
                place[column] = take(stops, column, flow);
            }
            let mut y = 0.0;
            for stop in stops.iter_mut() {
                stop.y = y;
                let least = if stop.name.is_some() { SLOT } else { THINNEST };
                y += (stop.value * scale).max(least) + GAP;
            }
        }
        Self { scale, columns, places }
    }

    fn height(&self) -> f64 {
        let foot = |place: &Place| place.y + (place.value * self.scale).max(SLOT);
        let last = self.columns.iter().filter_map(|column| column.last());
        last.map(foot).fold(SLOT, f64::max)
    }

    /// Where each flow begins within its place of a column, in the order of the places that `towards` tells.
    fn tops(&self, flows: &[Flow], column: usize, towards: [usize; 2]) -> Vec<f64> {
        let mut order: Vec<usize> = (0..flows.len()).collect();
        order.sort_by_key(|flow| towards.map(|column| self.places[*flow][column]));
        let mut filled = vec![0.0; self.columns[column].len()];
        let mut tops = vec![0.0; flows.len()];
        for flow in order {
            let place = self.places[flow][column];
            tops[flow] = self.columns[column][place].y + filled[place];
            filled[place] += flows[flow].value * self.scale;
        }
        tops
    }
}

/// The place of a flow in a column, which is made if it is not there; the flow is added to it.
fn take(stops: &mut Vec<Place>, column: usize, flow: &Flow) -> usize {
    let stop = match column {
        0 => Some(&flow.source),
        1 => flow.over.as_ref(),
        _ => Some(&flow.end),
    };
    let key = stop.map_or((true, flow.end.key), |stop| (false, stop.key));
    let found = stops.iter().position(|place| place.key == key);
    let place = found.unwrap_or(stops.len());
    if found.is_none() {
        let name = stop.map(|stop| stop.name.clone());
        stops.push(Place { key, name, value: 0.0, y: 0.0 });
    }
    if let Some(known) = stops.get_mut(place) {
        known.value += flow.value;
    }
    place
}

/// Flows in the order in which they are stacked; `shown` writes an amount with its unit.
#[must_use]
pub fn sankey(room: Room, flows: &[Flow], shown: impl Fn(f64) -> String, label: &str) -> Node {
    let layout = Layout::of(flows);
    let last = room.width - room.names - WIDTH;
    let across = [0.0, last / 2.0, last];
    let mut svg = drawing(room.width, layout.height() + 4.0, label);
    for (from, to) in [(0, 1), (1, 2)] {
        let outer = if from == 0 { 2 } else { 0 };
        let begins = layout.tops(flows, from, [to, outer]);
        let ends = layout.tops(flows, to, [from, outer]);
        for (flow, (top, end)) in flows.iter().zip(begins.into_iter().zip(ends)) {
            let width = (flow.value * layout.scale).max(THINNEST);
            let path = ribbon((across[from] + WIDTH, top), (across[to], end), width);
            let names = [&flow.source.name, &flow.end.name];
            let told = format!("{} → {} · {}", names[0], names[1], shown(flow.value));
            svg = svg.child(coloured(node("path").with("d", path), flow).child(hint(told)));
        }
    }
    for (column, x) in layout.columns.iter().zip(across) {
        let beside = if x < last { last / 2.0 - WIDTH - 12.0 } else { room.names - 8.0 };
        for place in column {
            svg = svg.children(shown_place(place, x, beside, layout.scale, &shown));
        }
    }
    svg
}

fn coloured(path: Node, flow: &Flow) -> Node {
    if flow.is_measured {
        path.class("flow")
    } else {
        path.with("fill", "url(#hatch)").class("flow-unknown")
    }
}

fn ribbon(from: (f64, f64), to: (f64, f64), width: f64) -> String {
    let middle = at(f64::midpoint(from.0, to.0));
    let [left, right] = [from.0, to.0].map(at);
    let [top, end, foot, last] = [from.1, to.1, from.1 + width, to.1 + width].map(at);
    format!(
        "M{left} {top}C{middle} {top} {middle} {end} {right} {end}\
         V{last}C{middle} {last} {middle} {foot} {left} {foot}Z"
    )
}

/// A place that has a name, with its words beside it.
fn shown_place(
    place: &Place,
    x: f64,
    beside: f64,
    scale: f64,
    shown: &impl Fn(f64) -> String,
) -> Vec<Node> {
    let Some(name) = &place.name else { return Vec::new() };
    let amount = shown(place.value);
    let told = format!("{name} · {amount}");
    let bar = block(x, place.y, WIDTH, (place.value * scale).max(THINNEST)).class("ink");
    let left = x + WIDTH + 5.0;
    vec![
        bar.child(hint(told)),
        word(left, place.y + 13.0, "start", clipped(name, beside)),
        word(left, place.y + 27.0, "start", amount).class("soft"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(key: u32) -> Stop {
        Stop { key, name: format!("{key}") }
    }

    fn flows() -> Vec<Flow> {
        let flow = |source, over: Option<u32>, end, value| Flow {
            source: stop(source),
            over: over.map(stop),
            end: stop(end),
            value,
            is_measured: true,
        };
        vec![
            flow(0, Some(7), 1, 50.0),
            flow(0, Some(7), 2, 20.0),
            flow(0, None, 3, 10.0),
            flow(1, Some(7), 1, 40.0),
        ]
    }

    #[test]
    fn what_flows_into_a_column_flows_out_of_it() {
        let layout = Layout::of(&flows());
        for column in &layout.columns {
            assert_eq!(column.iter().map(|place| place.value).sum::<f64>(), 120.0);
        }
        let names: Vec<_> = layout.columns[1].iter().map(|place| place.name.as_deref()).collect();
        assert_eq!(names, [Some("7"), None]);
    }

    #[test]
    fn flows_of_a_place_lie_beside_one_another() {
        let (flows, layout) = (flows(), Layout::of(&flows()));
        let scale = layout.scale;
        let out = layout.tops(&flows, 0, [1, 2]);
        assert_eq!([out[0], out[1], out[2]], [0.0, 50.0 * scale, 70.0 * scale]);
        // At the machine that two sources feed, the first source lies on top.
        let into = layout.tops(&flows, 2, [1, 0]);
        assert_eq!((into[0], into[3]), (0.0, 50.0 * scale));
    }

    #[test]
    fn widths_are_in_proportion_and_nothing_is_drawn_of_nothing() {
        let mut bars = Vec::new();
        let drawn = sankey(Room::NARROW, &flows(), |value| format!("{value}"), "");
        drawn.each(&mut |node| {
            if node.attribute("class") == Some("ink") {
                bars.extend(node.attribute("height").map(str::to_owned));
            }
        });
        assert_eq!(bars, ["200", "100", "275", "225", "50", "25"]);
        let empty = sankey(Room::WIDE, &[], |_| String::new(), "");
        empty.each(&mut |node| assert_ne!(node.tag, "rect"));
    }
}
