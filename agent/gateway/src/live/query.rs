//! What a request asks for beyond its path.

use axum::http::StatusCode;

use super::api::Refusal;
use crate::site_file::words;
use millwatt::archive::Archive;
use millwatt::time::{Date, Every, Instant, Period, Span, Zone};

/// The longest period that is reckoned for a request, and the most stretches that it is cut into.
const MOST_DAYS: i64 = 30 * 366;
const MOST_STRETCHES: usize = 1_200;

/// The parameters of a request, each known and given once.
#[derive(Debug)]
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what stands behind the `?` of a path that takes some parameters.
    ///
    /// # Errors
    /// When there is another, or one twice.
    pub(super) fn read(text: Option<&str>, takes: &[&str]) -> Result<Self, Refusal> {
        let pairs = form_urlencoded::parse(text.unwrap_or_default().as_bytes());
        let pairs: Vec<(String, String)> = pairs.into_owned().collect();
        for (place, (name, _)) in pairs.iter().enumerate() {
            if !takes.contains(&name.as_str()) {
                let takes = if takes.is_empty() { "none".to_owned() } else { takes.join(", ") };
                return Err(wrong(format!(
                    "`{name}` is no parameter of this path; it takes {takes}"
                )));
            }
            if pairs[..place].iter().any(|(other, _)| other == name) {
                return Err(wrong(format!("`{name}` stands twice; say it once")));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter, if it was given.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A local day or minute.
    fn minute(&self, name: &str) -> Result<Option<LocalMinute>, Refusal> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let minute = LocalMinute::parse(text).ok_or_else(|| {
            wrong(format!(
                "`{name}` = `{text}` is no local date; write 2026-01-31 or 2026-01-31T06:00"
            ))
        });
        minute.map(Some)
    }
}

fn wrong(sentence: String) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, sentence)
}

/// Calendar date and minute of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LocalMinute(Date, u16);

impl LocalMinute {
    /// As the command line takes it: `2026-01-31`, `2026-01-31T06:00`.
    fn parse(text: &str) -> Option<Self> {
        let Some((date, time)) = text.split_once(['T', ' ']) else {
            return Some(Self(words::day(text)?, 0));
        };
        let (hour, minute) = time.split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        let is_time = hour < 24 && minute < 60;
        is_time.then_some(Self(words::day(date)?, hour * 60 + minute))
    }

    fn instant(self, zone: Zone<'_>) -> Instant {
        zone.instant(self.0, self.1)
    }
}

/// What indicators are asked for.
#[derive(Debug)]
pub(super) struct Asked {
    from: Option<LocalMinute>,
    to: Option<LocalMinute>,
    /// Into what the period is to be cut.
    pub(super) every: Option<Every>,
}

impl Asked {
    /// Reads `from`, `to` and `every`.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(super) fn read(text: Option<&str>) -> Result<Self, Refusal> {
        let query = Query::read(text, &["from", "to", "every"])?;
        let every = match query.get("every") {
            None => None,
            Some("day") => Some(Every::Day),
            Some("week") => Some(Every::Week),
            Some("month") => Some(Every::Month),
            Some("year") => Some(Every::Year),
            Some(other) => {
                let expected = "expected one of: day, week, month, year";
                return Err(wrong(format!("`every` = `{other}` is unknown; {expected}")));
            }
        };
        Ok(Self { from: query.minute("from")?, to: query.minute("to")?, every })
    }

    /// The period, in the site's zone; what is left out is that of the whole record.
    ///
    /// # Errors
    /// When it is none, or too long.
    pub(super) fn period(&self, zone: Zone<'_>, archive: &Archive) -> Result<Period, Refusal> {
        let record = archive.span().ok_or_else(|| {
            Refusal::unavailable("the log holds no reading yet; ask again when /health names one")
        })?;
        let from = self.from.map_or(record.from, |from| from.instant(zone));
        let to = self.to.map_or(record.to, |to| to.instant(zone));
        if from >= to {
            let sentence = "`from` must lie before `to` (`to` is the first day after the period)";
            return Err(wrong(sentence.to_owned()));
        }
        if to - from > Span::DAY.times(MOST_DAYS) {
            return Err(wrong("the period is longer than 30 years; ask for less".to_owned()));
        }
        let period = Period::new(from, to);
        let stretches = |every| period.every(every, zone).take(MOST_STRETCHES + 1).count();
        if self.every.is_some_and(|every| stretches(every) > MOST_STRETCHES) {
            let sentence = format!(
                "`every` cuts the period into more than {MOST_STRETCHES} stretches; choose longer ones, or a shorter period"
            );
            return Err(wrong(sentence));
        }
        Ok(period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Asked::read(Some(text)).expect_err("it is wrong").to_string()
    }

    #[test]
    fn parameters_are_known_and_stand_once() {
        let query = Query::read(Some("asset=c%E1%BB%91i+xay"), &["asset"]).expect("it is right");
        assert_eq!(query.get("asset"), Some("cối xay"));
        assert!(Query::read(None, &[]).is_ok());
        assert!(refused("form=2026-01-01").contains("`form` is no parameter"));
        assert!(refused("from=2026-01-01&from=2026-01-02").contains("twice"));
        let none = Query::read(Some("x=1"), &[]).expect_err("it takes none").to_string();
        assert!(none.contains("takes none"), "{none}");
    }

    #[test]
    fn dates_are_local_days_or_minutes() {
        let asked = Asked::read(Some("from=2026-01-31T06:30&to=2026-02-01&every=day"));
        let asked = asked.expect("it is right");
        let date = Date { year: 2026, month: 1, day: 31 };
        assert_eq!(asked.from, Some(LocalMinute(date, 390)));
        assert_eq!(asked.every, Some(Every::Day));
        for text in ["from=yesterday", "to=2026-02-30", "to=2026-02-01T24:00", "from="] {
            assert!(refused(text).contains("is no local date"), "{text}");
        }
        assert!(refused("every=hour").contains("day, week, month, year"));
    }
}
