//! A feed of emoncms, one to a file: CSV of stamps and values, the JSON of `feed/data.json`, or the
//! PHPFina files that emoncms keeps.

use super::super::column::Field;
use super::super::error::ImportError;
use super::clock::Clock;
use super::lines::{Lines, whole};
use super::phpfina;
use super::point::{Point, Series, Sink, Told};
use super::prometheus_json::plain;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::path::Path;

/// Reads a file of any kind.
pub(super) fn read(path: &Path, clock: &Clock, sink: &mut dyn Sink) -> Result<Told, ImportError> {
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
    if ["dat", "meta"].contains(&ending) {
        return phpfina::read(path, &Series::named(name), sink);
    }
    let mut lines = Lines::open(path)?;
    if matches!(lines.beginning()?.trim_ascii_start().first(), Some(b'[' | b'{')) {
        json(path.display().to_string(), &whole(path)?, name, clock, sink)?;
        return Ok(Told::VALUES);
    }
    csv(lines, &Series::named(name), clock, sink)
}

fn csv(
    mut lines: Lines,
    series: &Series<'_>,
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Result<Told, ImportError> {
    while let Some(line) = lines.next()? {
        let place = line.number;
        let taken = line.text.and_then(|text| take(place, text, series, clock, sink));
        if let Err(reason) = taken {
            sink.trouble(place, reason);
        }
    }
    Ok(Told::LINES)
}

fn take(
    place: usize,
    text: &str,
    series: &Series<'_>,
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Result<(), String> {
    let between = [';', '\t'].into_iter().find(|between| text.contains(*between));
    let Some((stamp, value)) = text.split_once(between.unwrap_or(',')) else {
        return if text.trim().is_empty() {
            Ok(())
        } else {
            Err(format!("`{text}` is no stamp with a value behind it"))
        };
    };
    let unquoted = |text: &str| text.trim().trim_matches('"').to_owned();
    let (stamp, value) = (unquoted(stamp), unquoted(value));
    // Column names, where an export has them.
    if place == 1 && !stamp.contains(|c: char| c.is_ascii_digit()) {
        return Ok(());
    }
    if value.contains(between.unwrap_or(',')) {
        return Err("has more than a stamp and a value; export one feed to a file".to_owned());
    }
    let at = clock.stamp(&stamp)?;
    sink.point(series, Point { place, at, value: Field::Text(known(&value)) });
    Ok(())
}

/// A value's text, empty where there was none.
fn known(value: &str) -> &str {
    if value.eq_ignore_ascii_case("null") || value.eq_ignore_ascii_case("nan") { "" } else { value }
}

/// A stamp and a value.
type Pair<'a> = (&'a RawValue, &'a RawValue);

/// A feed among several, with its number.
#[derive(Deserialize)]
struct Feed<'a> {
    #[serde(borrow)]
    feedid: &'a RawValue,
    #[serde(borrow)]
    data: Vec<Pair<'a>>,
}

/// What emoncms says instead of data.
#[derive(Deserialize)]
struct Refusal {
    message: Option<String>,
}

fn json(
    file: String,
    bytes: &[u8],
    name: &str,
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Result<(), ImportError> {
    let is_object = bytes.trim_ascii_start().starts_with(b"{");
    if let (true, Ok(Refusal { message })) = (is_object, serde_json::from_slice(bytes)) {
        let why = message.unwrap_or_else(|| "it holds no data".to_owned());
        let message = format!("is an answer without data ({why}); ask emoncms again");
        return Err(ImportError::Content { file, message });
    }
    read_json(bytes, name, clock, sink).map_err(|error| {
        let message = format!(
            "holds no feed ({error}); expected the JSON of feed/data.json: [[stamp, value], …]"
        );
        ImportError::Content { file, message }
    })
}

fn read_json(
    bytes: &[u8],
    name: &str,
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Result<(), serde_json::Error> {
    let mut place = 0;
    let whole = Series::named(name);
    for part in serde_json::from_slice::<Vec<&RawValue>>(bytes)? {
        if part.get().starts_with('{') {
            let feed: Feed<'_> = serde_json::from_str(part.get())?;
            let series = Series::named(plain(feed.feedid));
            for pair in feed.data {
                place += 1;
                pass(place, pair, &series, clock, sink);
            }
        } else {
            place += 1;
            pass(place, serde_json::from_str(part.get())?, &whole, clock, sink);
        }
    }
    Ok(())
}

fn pass(place: usize, pair: Pair<'_>, series: &Series<'_>, clock: &Clock, sink: &mut dyn Sink) {
    let (stamp, value) = (plain(pair.0), known(plain(pair.1)));
    match clock.stamp(stamp) {
        // A gap is told as missing points of the grid, not value by value.
        Ok(_) if value.is_empty() => {}
        Ok(at) => sink.point(series, Point { place, at, value: Field::Text(value) }),
        Err(reason) => sink.trouble(place, reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a file gives, written down.
    #[derive(Default)]
    struct Notes(Vec<String>);

    impl Sink for Notes {
        fn point(&mut self, series: &Series<'_>, point: Point<'_>) {
            let (Field::Text(text) | Field::Double(_, text)) = point.value;
            self.0.push(format!("{series} {} {text}", point.at.wall / 1_000));
        }

        fn trouble(&mut self, place: usize, reason: String) {
            self.0.push(format!("{place}: {reason}"));
        }
    }

    fn notes(name: &str, content: &str) -> Result<Vec<String>, ImportError> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        let mut notes = Notes::default();
        read(&path, &Clock::default(), &mut notes)?;
        Ok(notes.0)
    }

    #[test]
    fn csv_may_have_names_quotes_gaps_and_other_separators() {
        let expected = ["5 1767225600 1.5", "5 1767225610 ", "5 1767225620 2"];
        let text = "Time,Value\n1767225600,1.5\n1767225610,null\n\n1767225620,2\n";
        assert_eq!(notes("5.csv", text).expect("a feed"), expected);
        let text = "1767225600;\"1.5\"\n1767225610;NAN\n1767225620;2\n";
        assert_eq!(notes("5.csv", text).expect("a feed"), expected);
        let bad = notes("5.csv", "1767225600,1,2\nsoon,1\n7").expect("lines");
        assert!(bad[0].starts_with("1: has more than a stamp and a value"), "{bad:?}");
        assert!(bad[1].starts_with("2: `soon` is no stamp") && bad[2].starts_with("3: `7`"));
    }

    #[test]
    fn json_is_one_feed_or_several_and_digits_stay() {
        let one = "[[1767225600000,1.50],[1767225610000,null],[1767225620000,\"2\"]]";
        assert_eq!(notes("5.json", one).expect("a feed"), ["5 1767225600 1.50", "5 1767225620 2"]);
        let two =
            r#"[{"feedid":"7","data":[[1767225600,1]]},{"feedid":8,"data":[[1767225600,2]]}]"#;
        assert_eq!(notes("x.json", two).expect("feeds"), ["7 1767225600 1", "8 1767225600 2"]);
        let refused = r#"{"success":false,"message":"Feed does not exist"}"#;
        let why = notes("5.json", refused).expect_err("a refusal").to_string();
        assert!(why.contains("Feed does not exist"), "{why}");
        assert!(notes("5.json", "[[1767225600]]").is_err() && notes("5.json", "[").is_err());
    }
}
