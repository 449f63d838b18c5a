//! What an answer means; nothing where it means none.

use crate::site_file;
use crate::site_file::words::{Days, Hours};
use serde::de::DeserializeOwned;
use serde::de::value::{Error, StrDeserializer};

/// A name that people read.
pub(super) fn name(text: &str) -> Option<String> {
    let is_fit = !text.is_empty() && text.chars().count() <= 80;
    (is_fit && !text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// A name, or nothing at all.
pub(super) fn name_or_none(text: &str) -> Option<Option<String>> {
    if text.is_empty() { Some(None) } else { name(text).map(Some) }
}

pub(super) fn zone(text: &str) -> Option<String> {
    text.parse::<chrono_tz::Tz>().ok().map(|zone| zone.name().to_owned())
}

pub(super) fn currency(text: &str) -> Option<String> {
    let is_fit = text.len() == 3 && text.chars().all(|c| c.is_ascii_alphabetic());
    is_fit.then(|| text.to_ascii_uppercase())
}

/// The place in a list that is counted from 1.
pub(super) fn choice(text: &str, count: usize) -> Option<usize> {
    text.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < count)
}

/// As [`choice`], or the word for none of them.
pub(super) fn choice_or_skip(text: &str, count: usize) -> Option<Option<usize>> {
    match text.to_lowercase().as_str() {
        "skip" | "bỏ" | "bỏ qua" | "0" => Some(None),
        number => choice(number, count).map(Some),
    }
}

/// Vietnamese days, and what the site file calls them.
const DAYS: [(&str, &str); 8] = [
    ("t2", "mon"),
    ("t3", "tue"),
    ("t4", "wed"),
    ("t5", "thu"),
    ("t6", "fri"),
    ("t7", "sat"),
    ("cn", "sun"),
    ("cả tuần", "all"),
];

/// Days as the site file has them.
pub(super) fn days(text: &str) -> Option<String> {
    let text = text.to_lowercase().replace('–', "-");
    let text = DAYS.iter().fold(text, |text, (theirs, ours)| text.replace(theirs, ours));
    of_site_file::<Days>(&text).map(|_| text)
}

/// Days of the site file as Vietnamese has them.
pub(super) fn vietnamese_days(text: &str) -> String {
    let theirs = |text: String, (theirs, ours): &(&str, &str)| text.replace(ours, theirs);
    DAYS.iter().fold(text.to_owned(), theirs).to_uppercase()
}

/// Hours as the site file has them.
pub(super) fn hours(text: &str) -> Option<String> {
    let text = text.replace('–', "-");
    of_site_file::<Hours>(&text).map(|_| text)
}

/// A word of the site file, read as it reads it.
fn of_site_file<T: DeserializeOwned>(text: &str) -> Option<T> {
    T::deserialize(StrDeserializer::<Error>::new(text)).ok()
}

/// A number of kilowatts, or nothing at all.
pub(super) fn kilowatts(text: &str) -> Option<Option<f64>> {
    if text.is_empty() {
        return Some(None);
    }
    let number: f64 = text.replace(',', ".").parse().ok()?;
    (number > 0.0 && number <= 1e6).then_some(Some(number))
}

/// An address of a meter, or nothing at all.
pub(super) fn address(text: &str) -> Option<Option<String>> {
    let has_port = |(host, port): (&str, &str)| {
        !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
    };
    let is_fit = text.starts_with('/') || text.rsplit_once(':').is_some_and(has_port);
    match text {
        "" => Some(None),
        text => is_fit.then(|| Some(text.to_owned())),
    }
}

/// Whether shifts have no hour in common, as the site file judges it.
pub(super) fn are_apart<'a>(shifts: impl Iterator<Item = (&'a str, &'a str)>) -> bool {
    let mut text = "[site]\nname = \"x\"\nzone = \"UTC\"\ncurrency = \"USD\"\n".to_owned();
    for (days, hours) in shifts {
        text += &format!("[[shift]]\nname = \"x\"\ndays = \"{days}\"\nhours = \"{hours}\"\n");
    }
    site_file::parse("shifts", &text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_people_write_them() {
        assert_eq!(days("T2-T7").as_deref(), Some("mon-sat"));
        assert_eq!(days("t2,T4, CN").as_deref(), Some("mon,wed, sun"));
        assert_eq!(days("cả tuần").as_deref(), Some("all"));
        assert_eq!((days("monday"), hours("6-14")), (None, None));
        assert_eq!(vietnamese_days("mon-sat"), "T2-T7");
        assert_eq!(hours("22:00–6:00").as_deref(), Some("22:00-6:00"));
        assert_eq!(
            (kilowatts("7,5"), kilowatts(""), kilowatts("-1")),
            (Some(Some(7.5)), Some(None), None)
        );
        assert_eq!((choice("2", 2), choice("3", 2), choice("0", 2)), (Some(1), None, None));
        assert_eq!((choice_or_skip("Bỏ", 2), choice_or_skip("1", 2)), (Some(None), Some(Some(0))));
        assert_eq!(currency("vnd").as_deref(), Some("VND"));
        assert_eq!((address("192.168.1.20"), address("")), (None, Some(None)));
        assert!(address("/dev/ttyUSB0").is_some() && address("meter:502").is_some());
        assert!(zone("Asia/Bangkok").is_some() && zone("Mars/Base").is_none());
        assert!(name("").is_none() && name_or_none("") == Some(None));
    }

    #[test]
    fn shifts_that_overlap_are_seen() {
        assert!(are_apart([("mon-sat", "06:00-14:00"), ("mon-sat", "14:00-22:00")].into_iter()));
        assert!(!are_apart([("all", "22:00-06:00"), ("sun", "05:00-07:00")].into_iter()));
    }
}
