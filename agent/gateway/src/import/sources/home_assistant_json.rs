//! The answer of Home Assistant's `recorder/statistics_during_period`, or of its action
//! `recorder.get_statistics`.

use super::super::column::Field;
use super::super::error::ImportError;
use super::clock::Clock;
use super::home_assistant::FIGURES;
use super::point::{Point, Series, Sink, Told};
use super::prometheus_json::plain;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A row: older versions give no end, and stamps as text.
#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    start: &'a RawValue,
    #[serde(borrow)]
    end: Option<&'a RawValue>,
    #[serde(borrow)]
    sum: Option<&'a RawValue>,
    #[serde(borrow)]
    state: Option<&'a RawValue>,
    #[serde(borrow)]
    mean: Option<&'a RawValue>,
    #[serde(borrow)]
    min: Option<&'a RawValue>,
    #[serde(borrow)]
    max: Option<&'a RawValue>,
}

type Object<'a> = BTreeMap<String, &'a RawValue>;
type Tracks<'a> = BTreeMap<String, Vec<Row<'a>>>;

/// Reads an answer, with the message around it or without.
pub(super) fn read(
    file: String,
    bytes: &[u8],
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Result<Told, ImportError> {
    let tracks = tracks(bytes).map_err(|error| {
        let message = format!(
            "holds no statistics ({error}); expected the answer of recorder/statistics_during_period: \
             each statistic's id with rows of start, end, sum, state, mean, min, max"
        );
        ImportError::Content { file, message }
    })?;
    let ends = tracks.values().flatten().any(|row| row.end.is_some());
    let mut place = 0;
    for (name, rows) in &tracks {
        let mut series = Series::named(name);
        for row in rows {
            place += 1;
            take(place, row, ends, &mut series, clock, sink);
        }
    }
    Ok(Told { place: "row", begins: !ends })
}

fn take(
    place: usize,
    row: &Row<'_>,
    ends: bool,
    series: &mut Series<'_>,
    clock: &Clock,
    sink: &mut dyn Sink,
) {
    let stamp = if ends { row.end } else { Some(row.start) };
    let Some(stamp) = stamp else {
        return sink.trouble(place, "has no end, which other rows have".to_owned());
    };
    let at = match clock.stamp(plain(stamp)) {
        Ok(at) => at,
        Err(reason) => return sink.trouble(place, reason),
    };
    let figures = [row.sum, row.state, row.mean, row.min, row.max];
    for (figure, value) in FIGURES.into_iter().zip(figures) {
        if let Some(value) = value {
            series.field = figure.into();
            sink.point(series, Point { place, at, value: Field::Text(plain(value)) });
        }
    }
}

fn tracks(bytes: &[u8]) -> Result<Tracks<'_>, serde_json::Error> {
    let mut object: Object<'_> = serde_json::from_slice(bytes)?;
    for around in ["result", "service_response", "response", "statistics"] {
        if let Some(inside) = object.get(around).copied() {
            object = serde_json::from_str(inside.get())?;
        }
    }
    let mut tracks = Tracks::new();
    for (name, rows) in object {
        tracks.insert(name, serde_json::from_str(rows.get())?);
    }
    Ok(tracks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_found_inside_its_messages() {
        let inside = r#"{"sensor.a": [{"start": 1767225600000, "end": 1767229200000, "sum": 1.50,
            "state": null}]}"#;
        for text in [
            inside.to_owned(),
            format!(r#"{{"id": 1, "type": "result", "success": true, "result": {inside}}}"#),
            format!(r#"{{"statistics": {inside}}}"#),
            format!(r#"{{"service_response": {{"statistics": {inside}}}}}"#),
        ] {
            let tracks = tracks(text.as_bytes()).expect("statistics");
            let row = &tracks["sensor.a"][0];
            assert_eq!(row.sum.map(plain), Some("1.50"), "digits stay as they are");
            assert!(row.state.is_none() && row.mean.is_none() && row.end.is_some());
        }
        assert!(tracks(br#"{"success": false, "error": {"code": "x"}}"#).is_err());
    }
}
