//! Prometheus: text with a stamp on each line, as `promtool tsdb dump`, `promtool tsdb
//! dump-openmetrics` and OpenMetrics write it, or the JSON of a query.

use super::super::column::Field;
use super::super::error::ImportError;
use super::clock::Clock;
use super::lines::{Lines, whole};
use super::point::{Point, Series, Sink, Told};
use super::prometheus_json;
use std::borrow::Cow;
use std::path::Path;

/// Reads a file of either kind.
pub(super) fn read(path: &Path, clock: &Clock, sink: &mut dyn Sink) -> Result<Told, ImportError> {
    let mut lines = Lines::open(path)?;
    if is_json(lines.beginning()?) {
        let file = path.display().to_string();
        prometheus_json::read(file, &whole(path)?, clock, sink)?;
        return Ok(Told::VALUES);
    }
    while let Some(line) = lines.next()? {
        let place = line.number;
        let taken = line.text.and_then(|text| take(place, text, clock, sink));
        if let Err(reason) = taken {
            sink.trouble(place, reason);
        }
    }
    Ok(Told::LINES)
}

/// Whether a file begins as an object of JSON does: with a brace, a quoted key and a colon. A line of
/// text may begin with a brace and a quoted name.
fn is_json(beginning: &[u8]) -> bool {
    let text = String::from_utf8_lossy(beginning.get(..1_000).unwrap_or(beginning));
    let inside = text.trim_start().strip_prefix('{').map(str::trim_start);
    let behind = inside.and_then(|inside| inside.strip_prefix('"')?.split_once('"'));
    behind.is_some_and(|(_, behind)| behind.trim_start().starts_with(':'))
}

fn take(place: usize, text: &str, clock: &Clock, sink: &mut dyn Sink) -> Result<(), String> {
    let text = text.trim();
    if text.is_empty() || text.starts_with('#') {
        return Ok(());
    }
    let (series, value, stamp) = parse(text)?;
    let at = clock.stamp(stamp)?;
    let value = Field::Text(known(value));
    sink.point(&series, Point { place, at, value });
    Ok(())
}

/// A value's text, empty where there was none: NaN also marks a series that has ended.
pub(super) fn known(value: &str) -> &str {
    if value.eq_ignore_ascii_case("nan") { "" } else { value }
}

fn parse(line: &str) -> Result<(Series<'_>, &str, &str), String> {
    let end = line.find(['{', ' ', '\t']).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    let mut series = Series::named(name);
    let rest = match rest.strip_prefix('{') {
        Some(inside) => labels(inside, &mut series)?,
        None => rest,
    };
    if series.name.is_empty() {
        return Err("has no metric name".to_owned());
    }
    series.labels.sort_unstable();
    let figures = rest.split_once(" # ").map_or(rest, |(figures, _exemplar)| figures);
    let mut words = figures.split_whitespace();
    match (words.next(), words.next(), words.next()) {
        (Some(value), Some(stamp), None) => Ok((series, value, stamp)),
        (Some(_), None, _) => Err("has no timestamp: what was scraped once is no history; \
                                   export with `promtool tsdb dump`"
            .to_owned()),
        (None, ..) => Err("has no value".to_owned()),
        _ => Err("has more than a value and a timestamp; histograms are not read".to_owned()),
    }
}

/// Reads the labels behind an open brace; gives what stands behind the closed one.
fn labels<'a>(inside: &'a str, series: &mut Series<'a>) -> Result<&'a str, String> {
    let mut rest = inside.trim_start();
    loop {
        if let Some(behind) = rest.strip_prefix('}') {
            return Ok(behind);
        }
        let (key, behind) = key(rest)?;
        let behind = behind.trim_start();
        rest = match behind.strip_prefix('=') {
            Some(behind) => {
                let (value, behind) = quoted(behind.trim_start())?;
                match &*key {
                    "__name__" => series.name = value,
                    _ => series.labels.push((key, value)),
                }
                behind.trim_start()
            }
            // A quoted name that stands among the labels, as names beyond ASCII do.
            None if rest.starts_with('"') => {
                series.name = key;
                behind
            }
            None => return Err(format!("the label `{key}` has no value")),
        };
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
}

/// A label's name, quoted or not, and what stands behind it.
fn key(text: &str) -> Result<(Cow<'_, str>, &str), String> {
    if text.starts_with('"') {
        return quoted(text);
    }
    let end = text.find(['=', '}', ',']).ok_or("the brace of its labels is left open")?;
    let (key, behind) = text.split_at(end);
    Ok((key.trim().into(), behind))
}

/// A text in quotes, and what stands behind it.
fn quoted(text: &str) -> Result<(Cow<'_, str>, &str), String> {
    let inside = text.strip_prefix('"').ok_or("a label's value stands in no quotes")?;
    let mut plain = String::new();
    let (mut escaped, mut start) = (false, 0);
    for (place, c) in inside.char_indices() {
        match c {
            _ if escaped => {
                plain.push(if c == 'n' { '\n' } else { c });
                (escaped, start) = (false, place + c.len_utf8());
            }
            '\\' => {
                plain.push_str(&inside[start..place]);
                escaped = true;
            }
            '"' => {
                let (last, behind) = (&inside[start..place], &inside[place + 1..]);
                let value = if plain.is_empty() { last.into() } else { (plain + last).into() };
                return Ok((value, behind));
            }
            _ => {}
        }
    }
    Err("a quote is left open".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(String, &str, &str), String> {
        parse(line).map(|(series, value, stamp)| (series.to_string(), value, stamp))
    }

    #[test]
    fn reads_the_lines_of_all_writers() {
        let dump =
            r#"{__name__="energy_kwh", device="main, \"A\"", room="läb"} 1e+06 1767225600000"#;
        let name = r#"energy_kwh{device="main, \"A\"", room="läb"}"#;
        assert_eq!(read(dump), Ok((name.to_owned(), "1e+06", "1767225600000")));
        let metrics =
            r#"energy_kwh{room="läb",device="main, \"A\""} 1.5 1767225600.123 # {id="x"} 1"#;
        assert_eq!(read(metrics), Ok((name.to_owned(), "1.5", "1767225600.123")));
        assert_eq!(read("up 1 5"), Ok(("up".to_owned(), "1", "5")));
        assert_eq!(read("up{} 1 5"), Ok(("up".to_owned(), "1", "5")));
        assert_eq!(read("up{a=\"b\",} 1 5"), Ok(("up{a=\"b\"}".to_owned(), "1", "5")));
        let named = r#"{"my.energy", "site.id"="a}b"} 2 5"#;
        assert_eq!(read(named), Ok((r#"my.energy{site.id="a}b"}"#.to_owned(), "2", "5")));
    }

    #[test]
    fn what_is_no_line_says_why() {
        for (line, what) in [
            ("up 1", "no timestamp"),
            ("up", "no value"),
            ("up{a=\"b\" 1 5", "brace of its labels is left open"),
            ("up{a=\"b 1 5", "quote is left open"),
            ("up{a=b} 1 5", "no quotes"),
            ("up{a} 1 5", "the label `a` has no value"),
            ("{a=\"b\"} 1 5", "no metric name"),
            ("h {count:2, sum:3} 5", "histograms"),
        ] {
            let why = read(line).expect_err(line);
            assert!(why.contains(what), "{line}: {why}");
        }
    }

    #[test]
    fn json_is_told_from_lines() {
        assert!(is_json(b"{\"status\":\"success\"}") && is_json(b"\n{ \"status\" : 1}"));
        assert!(!is_json(b"{\"my.energy\", a=\"b\"} 1 5") && !is_json(b"{__name__=\"up\"} 1 5"));
        assert!(!is_json(b"") && !is_json(b"# EOF"));
    }
}
