//! How counts, instants and lengths of time are said in the chapters on data.

use super::words::Word;
use crate::format;
use crate::node::{Node, node};
use crate::view::View;
use millwatt::Decimal;
use millwatt::time::{Instant, Period, Span};

/// A whole number as people of the language write it.
pub(in crate::view) fn count(view: &View<'_>, count: u64) -> String {
    view.exact(Decimal::new(count.into(), 0))
}

/// Day and time to the minute, by the site's clocks.
pub(in crate::view) fn moment(view: &View<'_>, at: Instant) -> String {
    format::moment(view.model.site.zone_rules().local(at), view.choice.language)
}

/// A length of time in its two largest units.
pub(in crate::view) fn lasted(view: &View<'_>, span: Span) -> String {
    let seconds = span.milliseconds().unsigned_abs() / 1_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400);
    let fill = |word, figures: &[u64]| {
        let figures: Vec<String> = figures.iter().map(|figure| count(view, *figure)).collect();
        view.fill(word, &figures.iter().map(String::as_str).collect::<Vec<_>>())
    };
    match seconds {
        0..60 => fill(Word::Seconds, &[seconds]),
        60..3_600 => fill(Word::Minutes, &[minutes]),
        3_600..172_800 if minutes.is_multiple_of(60) => fill(Word::Hours, &[hours]),
        3_600..172_800 => fill(Word::HoursMinutes, &[hours, minutes % 60]),
        _ if hours.is_multiple_of(24) => fill(Word::Days, &[days]),
        _ => fill(Word::DaysHours, &[days, hours % 24]),
    }
}

/// Sentences below each other.
pub(in crate::view) fn list(lines: impl IntoIterator<Item = String>) -> Node {
    node("ul").class("facts").children(lines.into_iter().map(|line| node("li").text(line)))
}

/// Where an instant stands along a period, 0 to 1.
pub(in crate::view) fn share(period: Period, at: Instant) -> f64 {
    let length = period.span().milliseconds().max(1) as f64;
    ((at - period.from).milliseconds() as f64 / length).clamp(0.0, 1.0)
}

/// The dates at a period's beginning, middle and end, for a drawing along it.
pub(in crate::view) fn ends(view: &View<'_>, period: Period) -> Vec<(f64, String)> {
    let length = period.span().milliseconds();
    let places = [(0.0, 0), (0.5, length / 2), (1.0, length - 1)];
    let mut marks: Vec<_> = places
        .into_iter()
        .map(|(place, after)| (place, view.date(period.from + Span::from_milliseconds(after))))
        .collect();
    marks.dedup_by(|later, earlier| later.1 == earlier.1);
    marks
}
