//! Stamps of other programs: numbers since 1970, ISO 8601 with an offset, or as the map says.

use super::super::number;
use super::super::stamp::{Stamp, StampFormat};
use chrono::DateTime;

/// Seconds since 1970 stay below it until the year 5138, milliseconds are above it since 1973.
const FIRST_MILLISECONDS: f64 = 1e11;

/// How stamps are written.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    /// As the map says, where it does.
    pub format: Option<StampFormat>,
}

impl Clock {
    /// Reads a stamp; what is finer than a millisecond is rounded.
    ///
    /// # Errors
    /// The clause for the report.
    pub fn stamp(&self, text: &str) -> Result<Stamp, String> {
        if let Some(format) = &self.format {
            return format.stamp(text);
        }
        if text.is_empty() {
            return Err("has no stamp".to_owned());
        }
        let found = since_1970(text).or_else(|| with_offset(text));
        found.ok_or_else(|| {
            format!(
                "`{text}` is no stamp: expected seconds or milliseconds since 1970, or a date and \
                 time with its offset; write its `format` and `zone` in [time] of the map"
            )
        })
    }
}

fn since_1970(text: &str) -> Option<Stamp> {
    let size: f64 = text.parse().ok()?;
    let places = if size.abs() < FIRST_MILLISECONDS { 3 } else { 0 };
    let wall = number::parse(text, '.', places).ok()?.scaled(places)?;
    DateTime::from_timestamp_millis(wall)?;
    Some(Stamp::absolute(wall))
}

fn with_offset(text: &str) -> Option<Stamp> {
    let at = DateTime::parse_from_rfc3339(text).ok()?;
    Some(Stamp::absolute(at.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_milliseconds_and_dates_with_an_offset() {
        let wall = |text: &str| Clock::default().stamp(text).map(|stamp| stamp.wall);
        assert_eq!(wall("1767225600"), Ok(1_767_225_600_000));
        assert_eq!(wall("1767225600.1239"), Ok(1_767_225_600_124));
        assert_eq!(wall("1767225600000"), Ok(1_767_225_600_000));
        assert_eq!(wall("1.7672256e9"), Ok(1_767_225_600_000));
        assert_eq!(wall("2026-01-01T07:00:00+07:00"), Ok(1_767_225_600_000));
        assert_eq!(wall("2026-01-01T00:00:00.000Z"), Ok(1_767_225_600_000));
        for text in ["", "2026-01-01 00:00", "now", "NaN", "1e300"] {
            assert!(wall(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_map_has_the_last_word() {
        let format = StampFormat::new("%d/%m/%Y %H:%M").ok();
        let stamp = Clock { format }.stamp("02/01/2026 00:15");
        assert_eq!(stamp.map(|stamp| stamp.wall), Ok(1_767_312_900_000));
    }
}
