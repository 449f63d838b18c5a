//! The answer of Prometheus's `/api/v1/query_range` or `/api/v1/query`.

use super::super::column::Field;
use super::super::error::ImportError;
use super::clock::Clock;
use super::point::{Point, Series, Sink};
use super::prometheus::known;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// A stamp in seconds and a value in quotes.
type Pair<'a> = (&'a RawValue, &'a RawValue);

#[derive(Deserialize)]
struct Answer<'a> {
    error: Option<String>,
    #[serde(borrow)]
    data: Option<Data<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow)]
    result: Vec<Track<'a>>,
}

#[derive(Deserialize)]
struct Track<'a> {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(borrow, default)]
    values: Vec<Pair<'a>>,
    #[serde(borrow)]
    value: Option<Pair<'a>>,
}

/// Reads an answer.
pub(super) fn read(
    file: String,
    bytes: &[u8],
    clock: &Clock,
    sink: &mut dyn Sink,
) -> Result<(), ImportError> {
    let answer: Answer<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let message = format!(
            "is no answer of Prometheus ({error}); expected the JSON of /api/v1/query_range: \
             a matrix or vector of series"
        );
        ImportError::Content { file: file.clone(), message }
    })?;
    let Some(data) = answer.data else {
        let error = answer.error.unwrap_or_else(|| "it holds no data".to_owned());
        let message = format!("is an answer without data ({error}); ask Prometheus again");
        return Err(ImportError::Content { file, message });
    };
    let mut place = 0;
    for track in &data.result {
        let series = series(&track.metric);
        for (stamp, value) in track.values.iter().chain(&track.value) {
            place += 1;
            let value = Field::Text(known(plain(value)));
            match clock.stamp(plain(stamp)) {
                Ok(at) => sink.point(&series, Point { place, at, value }),
                Err(reason) => sink.trouble(place, reason),
            }
        }
    }
    Ok(())
}

/// A number as it stands, a text without its quotes.
pub(super) fn plain(value: &RawValue) -> &str {
    let text = value.get();
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.unwrap_or(text)
}

fn series(metric: &BTreeMap<String, String>) -> Series<'_> {
    let labels = metric.iter().filter(|(key, _)| *key != "__name__");
    Series {
        name: metric.get("__name__").map_or("", String::as_str).into(),
        labels: labels.map(|(key, value)| (key.into(), value.into())).collect(),
        ..Series::default()
    }
}
