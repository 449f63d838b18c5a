//! InfluxDB's line protocol: `measurement,tag=value field=1.5 1767225600000000000`.
//!
//! A line may hold several fields; each is a series with the measurement's tags. What an export writes
//! besides (comments, `CREATE DATABASE`) is passed over.

use super::super::column::Field;
use super::super::error::ImportError;
use super::super::stamp::Stamp;
use super::lines::Lines;
use super::point::{Point, Series, Sink, Told};
use std::borrow::Cow;
use std::path::Path;

/// What stamps are counted in.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Precision {
    /// Nanoseconds
    #[default]
    #[value(name = "ns")]
    Nanoseconds,
    /// Microseconds
    #[value(name = "us")]
    Microseconds,
    /// Milliseconds
    #[value(name = "ms")]
    Milliseconds,
    /// Seconds
    #[value(name = "s")]
    Seconds,
}

impl Precision {
    const fn word(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns",
            Self::Microseconds => "us",
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
        }
    }

    /// Milliseconds since 1970; what is finer is cut off.
    fn milliseconds(self, stamp: i64) -> Option<i64> {
        match self {
            Self::Nanoseconds => Some(stamp.div_euclid(1_000_000)),
            Self::Microseconds => Some(stamp.div_euclid(1_000)),
            Self::Milliseconds => Some(stamp),
            Self::Seconds => stamp.checked_mul(1_000),
        }
    }
}

/// 1990 to 2100: a stamp outside was counted in another unit.
const PLAUSIBLE: std::ops::Range<i64> = 631_152_000_000..4_102_444_800_000;

/// Reads a file.
pub(super) fn read(
    path: &Path,
    precision: Precision,
    sink: &mut dyn Sink,
) -> Result<Told, ImportError> {
    let mut lines = Lines::open(path)?;
    while let Some(line) = lines.next()? {
        let place = line.number;
        let taken = line.text.and_then(|text| take(place, text, precision, sink));
        if let Err(reason) = taken {
            sink.trouble(place, reason);
        }
    }
    Ok(Told::LINES)
}

fn take(place: usize, text: &str, precision: Precision, sink: &mut dyn Sink) -> Result<(), String> {
    let text = text.trim_start();
    if text.is_empty() || text.starts_with('#') || text.starts_with("CREATE DATABASE ") {
        return Ok(());
    }
    let (mut series, fields, stamp) = parse(text)?;
    let at = instant(stamp, precision)?;
    for (field, value) in fields {
        series.field = field;
        sink.point(&series, Point { place, at, value: Field::Text(&value) });
    }
    Ok(())
}

fn instant(text: &str, precision: Precision) -> Result<Stamp, String> {
    if text.is_empty() {
        return Err("has no timestamp: it would be taken for the moment of the import".to_owned());
    }
    let stamp = text.parse::<i64>();
    let stamp = stamp.map_err(|_| format!("`{text}` is no timestamp: expected an integer"))?;
    let at = precision.milliseconds(stamp).filter(|at| PLAUSIBLE.contains(at));
    let word = precision.word();
    at.map(Stamp::absolute).ok_or_else(|| {
        format!("`{text}` {word} since 1970 is before 1990 or after 2100; give its --precision")
    })
}

/// Fields and their values.
type Fields<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// Measurement with tags, the fields, the timestamp's text.
fn parse(line: &str) -> Result<(Series<'_>, Fields<'_>, &str), String> {
    let (measurement, mut rest) = split_bare(line, b", ");
    if measurement.is_empty() {
        return Err("has no measurement; expected measurement,tag=value field=value stamp".into());
    }
    let mut series = Series::named(bare(measurement));
    while let Some(tags) = rest.strip_prefix(',') {
        let (key, value) = split_bare(tags, b"=, ");
        let value =
            value.strip_prefix('=').ok_or_else(|| format!("the tag `{key}` has no value"))?;
        let (value, after) = split_bare(value, b", ");
        series.labels.push((bare(key), bare(value)));
        rest = after;
    }
    series.labels.sort_unstable();
    let mut fields = Vec::new();
    rest = rest.trim_start_matches(' ');
    loop {
        let (key, value) = split_bare(rest, b"=, ");
        let value = value.strip_prefix('=').filter(|_| !key.is_empty());
        let value = value.ok_or_else(|| format!("the field `{key}` has no value"))?;
        let (value, after) = field_value(value)?;
        fields.push((bare(key), value));
        match after.strip_prefix(',') {
            Some(more) => rest = more,
            None => return Ok((series, fields, after.trim())),
        }
    }
}

/// A field's value as plain text, and what stands behind it.
fn field_value(text: &str) -> Result<(Cow<'_, str>, &str), String> {
    let Some(inside) = text.strip_prefix('"') else {
        let (value, rest) = split_bare(text, b", ");
        return Ok((plain(value), rest));
    };
    let mut escaped = false;
    for (place, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => {
                let (value, rest) = (&inside[..place], &inside[place + 1..]);
                if !(rest.is_empty() || rest.starts_with([',', ' '])) {
                    return Err(format!("something stands behind the text \"{value}\""));
                }
                return Ok((unescaped(value, &['"', '\\']), rest));
            }
            _ => {}
        }
    }
    Err("a text's quote is left open".to_owned())
}

/// A number without the letter of its kind, a truth value in one spelling.
fn plain(value: &str) -> Cow<'_, str> {
    match value {
        "t" | "T" | "true" | "True" | "TRUE" => "true".into(),
        "f" | "F" | "false" | "False" | "FALSE" => "false".into(),
        _ => {
            let digits = value.strip_suffix(['i', 'u']).filter(|digits| {
                let unsigned = digits.strip_prefix('-').unwrap_or(digits);
                !unsigned.is_empty() && unsigned.bytes().all(|byte| byte.is_ascii_digit())
            });
            digits.unwrap_or(value).into()
        }
    }
}

/// Splits before the first of some characters that no backslash stands before.
fn split_bare<'a>(text: &'a str, stops: &[u8]) -> (&'a str, &'a str) {
    let bytes = text.as_bytes();
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        let next = bytes.get(place + 1);
        if *byte == b'\\' && next.is_some_and(|next| b", =".contains(next)) {
            place += 2;
        } else if stops.contains(byte) {
            break;
        } else {
            place += 1;
        }
    }
    text.split_at(place)
}

/// A name or tag without its backslashes.
fn bare(text: &str) -> Cow<'_, str> {
    unescaped(text, &[',', ' ', '='])
}

/// A text without the backslashes before some characters; others are the text's own.
fn unescaped<'a>(text: &'a str, special: &[char]) -> Cow<'a, str> {
    if !text.contains('\\') {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match rest.peek() {
            Some(next) if c == '\\' && special.contains(next) => plain.extend(rest.next()),
            _ => plain.push(c),
        }
    }
    plain.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Vec<(String, String, i64)>, String> {
        let (mut series, fields, stamp) = parse(line)?;
        let at = instant(stamp, Precision::Seconds)?;
        let mut found = Vec::new();
        for (field, value) in fields {
            series.field = field;
            found.push((series.to_string(), value.into_owned(), at.wall));
        }
        Ok(found)
    }

    const AT: i64 = 1_767_225_600_000;

    fn is(series: &str, value: &str) -> (String, String, i64) {
        (series.to_owned(), value.to_owned(), AT)
    }

    #[test]
    fn reads_numbers_truth_values_and_texts() {
        let line = r#"m,a=1 x=-1.5e3,n=42i,u=7u,on=T,off=False,s="a \"b\", \\c=d" 1767225600"#;
        let expected = [
            is(r#"m{a="1"} x"#, "-1.5e3"),
            is(r#"m{a="1"} n"#, "42"),
            is(r#"m{a="1"} u"#, "7"),
            is(r#"m{a="1"} on"#, "true"),
            is(r#"m{a="1"} off"#, "false"),
            is(r#"m{a="1"} s"#, r#"a "b", \c=d"#),
        ];
        assert_eq!(read(line), Ok(expected.to_vec()));
        assert_eq!(read("m v=1   1767225600 "), Ok(vec![is("m v", "1")]));
    }

    #[test]
    fn names_may_hold_commas_blanks_and_backslashes() {
        let line = r"power\ meter\,x,room=läb\ 1\,a\=b,path=C:\dir the\ field=2 1767225600";
        let series = r#"power meter,x{path="C:\\dir", room="läb 1,a=b"} the field"#;
        assert_eq!(read(line), Ok(vec![is(series, "2")]));
    }

    #[test]
    fn what_is_no_line_says_why() {
        for (line, what) in [
            ("m v=1", "no timestamp"),
            ("m v=1 soon", "expected an integer"),
            ("m v=1 1767225600000", "give its --precision"),
            ("m v=1 9223372036854775807", "give its --precision"),
            ("m 1767225600", "the field `1767225600` has no value"),
            ("m", "the field `` has no value"),
            ("m,tag v=1 1767225600", "the tag `tag` has no value"),
            (",a=b v=1 1767225600", "no measurement"),
            ("m v=\"open 1767225600", "left open"),
            ("m v=\"a\"b 1767225600", "behind the text"),
            ("m v=1 , 1767225600", "expected an integer"),
        ] {
            let why = read(line).expect_err(line);
            assert!(why.contains(what), "{line}: {why}");
        }
    }

    #[test]
    fn precision_is_cut_to_milliseconds() {
        let stamp = |text, precision| instant(text, precision).map(|stamp| stamp.wall);
        assert_eq!(stamp("1767225600000999999", Precision::Nanoseconds), Ok(AT));
        assert_eq!(stamp("1767225600000999", Precision::Microseconds), Ok(AT));
        assert_eq!(stamp("1767225600000", Precision::Milliseconds), Ok(AT));
    }
}
