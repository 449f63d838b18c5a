//! The part of the period that the states are drawn of, and how the reader moves it.

use std::ops::Range;

use super::strip::Strip;
use super::words::Word;
use super::{Chapter, MOST_ROWS};
use crate::chart::ribbon;
use crate::node::{Node, node};
use crate::view::View;
use millwatt::time::{Period, Span};

/// The window's name among the reader's choices.
pub(super) const WINDOW: &str = "machines.states";
/// Days that are drawn where the reader has not chosen.
const DAYS: i64 = 3;
/// The shortest window.
const SHORTEST: Span = Span::from_seconds(10);
/// Columns that a unit of a drawing holds.
const FINE: f64 = 3.0;

/// What the reader dragged open, or the last days of the period.
pub(super) fn shown(view: &View<'_>) -> Period {
    let period = view.model.period;
    let chosen = view.choice.window(WINDOW).and_then(|window| window.overlap(period));
    if let Some(window) = chosen {
        let to = window.to.max(window.from + SHORTEST);
        return inside(Period::new(window.from, to), period);
    }
    let zone = view.model.site.zone_rules();
    let last = zone.local(period.to - Span::from_milliseconds(1)).date;
    let from = zone.instant(last.plus_days(1 - DAYS), 0);
    Period::new(period.from.max(from), period.to)
}

/// The same length, moved so that it lies in a whole; all of the whole where it is longer.
fn inside(window: Period, whole: Period) -> Period {
    let length = window.span().min(whole.span());
    let from = window.from.min(whole.to - length).max(whole.from);
    Period::new(from, from + length)
}

/// Around the same middle: longer by half its length at either end, or shorter by a quarter.
fn scaled(window: Period, is_nearer: bool) -> Period {
    let length = window.span().milliseconds();
    if is_nearer {
        let quarter = Span::from_milliseconds(length / 4);
        return Period::new(window.from + quarter, window.to - quarter);
    }
    let half = Span::from_milliseconds(length / 2);
    Period::new(window.from - half, window.to + half)
}

fn moved(window: Period, is_later: bool) -> Period {
    let half = Span::from_milliseconds(window.span().milliseconds() / 2);
    match is_later {
        true => Period::new(window.from + half, window.to + half),
        false => Period::new(window.from - half, window.to - half),
    }
}

impl Chapter<'_> {
    /// The machines that the reader looks at, by place among all.
    pub(super) fn rows(&self, count: usize) -> Range<usize> {
        let chosen = self.view.choice.option("machines.rows").and_then(|text| text.parse().ok());
        let first = chosen.filter(|first: &usize| *first < count).unwrap_or(0);
        first..first.saturating_add(MOST_ROWS).min(count)
    }

    /// An empty strip over the window.
    pub(super) fn strip(&self) -> Strip {
        Strip::new(self.window, (ribbon::length(self.view.room()) * FINE) as usize)
    }

    /// Buttons that move the window, and a choice of rows where there are too many.
    pub(super) fn window_controls(&self) -> Node {
        let (window, whole) = (self.window, self.shop.period);
        let nearer = if window.span() > SHORTEST { scaled(window, true) } else { window };
        let moves = [
            (Word::Nearer, Some(inside(nearer, whole))),
            (Word::Farther, Some(inside(scaled(window, false), whole))),
            (Word::Earlier, Some(inside(moved(window, false), whole))),
            (Word::Later, Some(inside(moved(window, true), whole))),
            (Word::WholePeriod, Some(whole)),
            (Word::LastDays, None),
        ];
        let buttons = moves.map(|(word, to)| {
            let button = node("button").with("type", "button");
            let button = button.with("data-act", format!("brush:{WINDOW}"));
            let button = match to {
                Some(to) => {
                    let (from, to) = (to.from.unix_milliseconds(), to.to.unix_milliseconds());
                    button.with("data-to", format!("{from}..{to}"))
                }
                None => button,
            };
            button.text(self.view.text(word))
        });
        let group = node("div").class("picker").with("role", "group");
        let group = group.with("aria-label", self.view.text(Word::WindowLabel)).children(buttons);
        group.children(self.rows_choice())
    }

    fn rows_choice(&self) -> Option<Node> {
        let count = self.shop.site.assets.iter().filter(|asset| asset.machine).count();
        let option = |first: usize| {
            let last = first.saturating_add(MOST_ROWS).min(count);
            (first.to_string(), format!("{} – {last} / {count}", first + 1))
        };
        let options: Vec<_> = (0..count).step_by(MOST_ROWS).map(option).collect();
        let first = self.rows(count).start.to_string();
        (count > MOST_ROWS).then(|| self.select("rows", Word::RowsLabel, &options, &first))
    }
}

#[cfg(test)]
mod tests {
    use super::super::hand::period;
    use super::*;

    #[test]
    fn a_window_never_leaves_the_period() {
        let whole = period(0, 1_000);
        assert_eq!(inside(period(-50, 50), whole), period(0, 100));
        assert_eq!(inside(period(990, 1_090), whole), period(900, 1_000));
        assert_eq!(inside(period(-500, 4_000), whole), whole);
        assert_eq!(inside(moved(period(400, 600), true), whole), period(500, 700));
    }

    #[test]
    fn nearer_and_farther_keep_the_middle() {
        let window = period(400, 600);
        assert_eq!(scaled(window, true), period(450, 550));
        assert_eq!(scaled(window, false), period(300, 700));
        assert_eq!(scaled(scaled(window, true), false), window);
    }
}
