//! What the alarms of a site file may say but must not mean.

use axum::http::Uri;
use millwatt::time::Span;
use toml::Spanned;

use super::{KindWord, Refusal, Row, Ways};

/// The first thing that is wrong; `assets` are the short names that the file knows.
///
/// # Errors
/// A sentence that says what was expected, with its place in the text.
pub fn judge(rows: &[Row], ways: &Ways, assets: &[&str]) -> Result<(), Refusal> {
    ways.webhook.as_ref().map_or(Ok(()), webhook)?;
    rows.iter().try_for_each(|row| {
        asset(row, assets)?;
        keys(row)?;
        numbers(row)?;
        spans(row)
    })
}

fn webhook(url: &Spanned<String>) -> Result<(), Refusal> {
    let known = url.get_ref().parse::<Uri>().ok().filter(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https"))
            && uri.host().is_some_and(|host| !host.is_empty())
    });
    known.map(|_| ()).ok_or_else(|| {
        let text = url.get_ref();
        let message =
            format!("`webhook` = `{text}`: expected a URL such as http://192.168.1.5:8123/alarms");
        Refusal::at(url, message)
    })
}

fn asset(row: &Row, assets: &[&str]) -> Result<(), Refusal> {
    let id = row.asset.get_ref();
    if assets.contains(&id.as_str()) {
        return Ok(());
    }
    let known = match assets {
        [] => "(none is written yet)".to_owned(),
        assets => assets.join(", "),
    };
    let message = format!("`asset` = `{id}` names no asset; expected one of: {known}");
    Err(Refusal::at(&row.asset, message))
}

/// Whether the keys are those of the kind.
fn keys(row: &Row) -> Result<(), Refusal> {
    let kind = *row.kind.get_ref();
    let written = row.written();
    if let Some((key, _)) = written.iter().find(|(key, _)| !kind.keys().contains(key)) {
        let message = format!(
            "`{key}` is not for an alarm of kind `{}`; expected some of: {}",
            kind.word(),
            kind.keys().join(", ")
        );
        return Err(Refusal::at(&row.kind, message));
    }
    let is_missing = |key: &&&str| !written.iter().any(|(known, _)| known == *key);
    if let Some(key) = kind.needed().iter().find(is_missing) {
        let message = format!("an alarm of kind `{}` needs `{key}`", kind.word());
        return Err(Refusal::at(&row.kind, message));
    }
    if kind == KindWord::Limits && row.low.is_none() && row.high.is_none() {
        return Err(Refusal::at(
            &row.kind,
            "an alarm of kind `limits` needs `low`, `high` or both",
        ));
    }
    Ok(())
}

/// Keys whose number may be less than zero.
const SIGNED: [&str; 4] = ["low", "high", "intercept_kwh", "slope_kwh"];
/// Keys whose number must be more than zero.
const POSITIVE: [&str; 5] = ["limit_kw", "limit_kwh", "below", "steps", "still"];

fn numbers(row: &Row) -> Result<(), Refusal> {
    for (key, value) in row.written() {
        let Some(value) = value else { continue };
        let (is_fit, expected) = match key {
            "below" => (value > 0.0 && value <= 1.0, "a number above 0, up to 1"),
            key if SIGNED.contains(&key) => (value.abs() <= 1e9, "a number"),
            key if POSITIVE.contains(&key) => (value > 0.0 && value <= 1e9, "a number above 0"),
            _ => ((0.0..=1e9).contains(&value), "a number from 0 up"),
        };
        if !is_fit {
            let message = format!("`{key}` = {value}: expected {expected}");
            return Err(Refusal::at(&row.kind, message));
        }
    }
    if let (Some(low), Some(high)) = (row.low, row.high)
        && low + 2.0 * row.margin.unwrap_or(0.0) > high
    {
        let message = format!("`low` = {low} and `high` = {high} leave no room between them");
        return Err(Refusal::at(&row.kind, message));
    }
    Ok(())
}

fn spans(row: &Row) -> Result<(), Refusal> {
    let minutes = Span::from_minutes;
    let wrong = |message: &str| Err(Refusal::at(&row.kind, message));
    if row.window.is_some_and(|window| ![15, 30].map(minutes).contains(&window.0)) {
        return wrong("`window`: expected \"15min\" or \"30min\", as the bill has it");
    }
    if row.span.is_some_and(|span| span.0 < minutes(1) || span.0 > Span::DAY) {
        return wrong("`span`: expected a span from \"1min\" to \"1d\"");
    }
    if row.every.is_some_and(|every| every.0 < minutes(1) || every.0 > Span::DAY) {
        return wrong("`every`: expected a span from \"1min\" to \"1d\"");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> String {
        let row: Row = toml::from_str(text).expect("a row");
        judge(&[row], &Ways::default(), &["mill"])
            .map_or_else(|wrong| wrong.message, |()| String::new())
    }

    #[test]
    fn what_is_wrong_is_said_with_what_was_expected() {
        let fine = [
            "kind = \"idle\"\nasset = \"mill\"",
            "kind = \"peak\"\nasset = \"mill\"\nlimit_kw = 300\nwindow = \"30min\"",
            "kind = \"limits\"\nasset = \"mill\"\nchannel = \"mill.temperature\"\nlow = -5",
            "kind = \"cusum\"\nasset = \"mill\"\nintercept_kwh = 3\nallowance_kwh = 1\nlimit_kwh = 5",
        ];
        fine.iter().for_each(|text| assert_eq!(judged(text), "", "{text}"));
        let wrong = [
            ("kind = \"idle\"\nasset = \"mil\"", "expected one of: mill"),
            (
                "kind = \"idle\"\nasset = \"mill\"\nlow = 3",
                "`low` is not for an alarm of kind `idle`",
            ),
            ("kind = \"peak\"\nasset = \"mill\"", "needs `limit_kw`"),
            (
                "kind = \"peak\"\nasset = \"mill\"\nlimit_kw = 0",
                "`limit_kw` = 0: expected a number above 0",
            ),
            ("kind = \"power_factor\"\nasset = \"mill\"\nbelow = 90", "above 0, up to 1"),
            ("kind = \"limits\"\nasset = \"mill\"\nchannel = \"x\"", "needs `low`, `high` or both"),
            (
                "kind = \"peak\"\nasset = \"mill\"\nlimit_kw = 9\nwindow = \"20min\"",
                "as the bill has it",
            ),
        ];
        for (text, expected) in wrong {
            assert!(judged(text).contains(expected), "{text}: {}", judged(text));
        }
    }

    #[test]
    fn a_webhook_is_a_url() {
        let judged = |url: &str| {
            let ways: Ways = toml::from_str(&format!("webhook = \"{url}\"")).expect("a table");
            judge(&[], &ways, &[]).is_ok()
        };
        assert!(judged("http://127.0.0.1:9000/hook") && judged("https://example.org/a?b=c"));
        assert!(!judged("example.org/hook") && !judged("ftp://example.org/") && !judged("http://"));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let text = "kind = \"idle\"\nasset = \"mill\"\nminuts = 5";
        assert!(toml::from_str::<Row>(text).is_err());
    }
}
