//! PHPFina, the store of emoncms: `N.meta` holds the interval and the beginning, `N.dat` one float of
//! 32 bits for each point of that grid, NaN where there is none.
//!
//! Such a float holds some seven digits: a counter near 1,234,567 kWh moves by eighths there. The
//! shortest text that gives the float back stands for it; what the meter showed beyond that is lost.

use super::super::column::Field;
use super::super::error::ImportError;
use super::super::number::shortest;
use super::super::stamp::Stamp;
use super::point::{Point, Series, Sink, Told};
use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};
use std::path::Path;

/// Where the meta file holds the interval, and then the beginning, each as 32 bits in seconds.
const INTERVAL_AT: usize = 8;
const META_BYTES: usize = 16;

/// The grid of a feed, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Grid {
    start: u32,
    interval: u32,
}

impl Grid {
    /// Milliseconds since 1970 of a point.
    fn at(self, point: usize) -> i64 {
        let point = i64::try_from(point).unwrap_or(i64::MAX);
        let passed = point.saturating_mul(i64::from(self.interval));
        passed.saturating_add(i64::from(self.start)).saturating_mul(1_000)
    }
}

/// Reads a feed by either of its two files.
pub(super) fn read(
    path: &Path,
    series: &Series<'_>,
    sink: &mut dyn Sink,
) -> Result<Told, ImportError> {
    let grid = grid(&path.with_extension("meta"))?;
    let data = path.with_extension("dat");
    let file = data.display().to_string();
    let unreadable = |why: String| ImportError::Unreadable { file: file.clone(), why };
    let opened = File::open(&data).map_err(|error| unreadable(error.to_string()))?;
    let mut reader = BufReader::with_capacity(1 << 16, opened);
    let mut bytes = [0; 4];
    for point in 0_usize.. {
        match fill(&mut reader, &mut bytes).map_err(|error| unreadable(error.to_string()))? {
            4 => pass(point, grid, f32::from_le_bytes(bytes), series, sink),
            0 => break,
            some => {
                let reason = format!("the file ends within it, at byte {}", point * 4 + some);
                sink.trouble(point + 1, reason);
                break;
            }
        }
    }
    Ok(Told::VALUES)
}

fn pass(point: usize, grid: Grid, value: f32, series: &Series<'_>, sink: &mut dyn Sink) {
    if value.is_nan() {
        return;
    }
    if value.is_infinite() {
        return sink.trouble(point + 1, format!("`{value}` at byte {} is no number", point * 4));
    }
    let text = shortest(value);
    let value = Field::Double(value.into(), &text);
    sink.point(series, Point { place: point + 1, at: Stamp::absolute(grid.at(point)), value });
}

/// Fills the bytes as far as there are any.
fn fill(reader: &mut impl Read, bytes: &mut [u8; 4]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < bytes.len() {
        match reader.read(&mut bytes[filled..]) {
            Ok(0) => break,
            Ok(some) => filled += some,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

fn grid(path: &Path) -> Result<Grid, ImportError> {
    let file = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| ImportError::Unreadable {
        file: file.clone(),
        why: format!("{error}; emoncms keeps it beside the .dat file"),
    })?;
    let number = |at: usize| {
        let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
        four.map(u32::from_le_bytes)
    };
    let (interval, start) = (number(INTERVAL_AT), number(INTERVAL_AT + 4));
    match (interval, start) {
        (Some(interval @ 1..), Some(start @ 1..)) if bytes.len() == META_BYTES => {
            Ok(Grid { start, interval })
        }
        _ => {
            let message = format!(
                "is no meta file of PHPFina: expected {META_BYTES} bytes with an interval at byte \
                 {INTERVAL_AT} and a beginning behind it, found {} bytes, interval {}, beginning {}; \
                 export the feed as CSV instead",
                bytes.len(),
                interval.unwrap_or_default(),
                start.unwrap_or_default()
            );
            Err(ImportError::Content { file, message })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a feed gives.
    #[derive(Default)]
    struct Notes(Vec<(usize, i64, String)>, Vec<String>);

    impl Sink for Notes {
        fn point(&mut self, _: &Series<'_>, point: Point<'_>) {
            let (Field::Text(text) | Field::Double(_, text)) = point.value;
            self.0.push((point.place, point.at.wall, text.to_owned()));
        }

        fn trouble(&mut self, _: usize, reason: String) {
            self.1.push(reason);
        }
    }

    fn feed(meta: &[u32], data: &[u8]) -> Result<Notes, ImportError> {
        let folder = tempfile::tempdir().expect("a folder");
        let meta: Vec<u8> = meta.iter().flat_map(|word| word.to_le_bytes()).collect();
        std::fs::write(folder.path().join("5.meta"), meta).expect("a file");
        std::fs::write(folder.path().join("5.dat"), data).expect("a file");
        let mut notes = Notes::default();
        read(&folder.path().join("5.dat"), &Series::named("5"), &mut notes)?;
        Ok(notes)
    }

    #[test]
    fn points_stand_on_their_grid_and_nan_is_a_gap() {
        let floats = [12.3_f32, f32::NAN, 0.1, f32::INFINITY];
        let mut data: Vec<u8> = floats.iter().flat_map(|float| float.to_le_bytes()).collect();
        data.push(1);
        let notes = feed(&[0, 0, 10, 1_767_225_600], &data).expect("a feed");
        let point = |place, at: i64, text: &str| (place, at * 1_000, text.to_owned());
        let expected = [point(1, 1_767_225_600, "12.3"), point(3, 1_767_225_620, "0.1")];
        assert_eq!(notes.0, expected);
        assert!(notes.1[0].contains("byte 12 is no number"), "{:?}", notes.1);
        assert!(notes.1[1].contains("ends within it, at byte 17"), "{:?}", notes.1);
    }

    #[test]
    fn a_meta_file_that_is_none_is_refused() {
        for meta in [&[0, 0, 10][..], &[0, 0, 0, 5], &[0, 0, 10, 0], &[0, 0, 10, 5, 0]] {
            let why = feed(meta, &[]).err().expect("no grid").to_string();
            assert!(why.contains("5.meta") && why.contains("expected 16 bytes"), "{why}");
        }
    }
}
