//! `millwatt indicators`: the figures for scripts, as JSON, and for people, as a table.

use std::fmt::Write as _;

use millwatt::archive::Archive;
use millwatt::finding::Finding;
use millwatt::site::Site;
use millwatt::time::{Every, Instant, Period, Zone};
use millwatt::{Indicator, evaluate};
use serde_json::{Value, json};

/// An instant as local time with its offset: `2026-01-31T06:00:00+07:00`.
#[must_use]
pub fn local_time(zone: Zone<'_>, at: Instant) -> String {
    let offset = zone.offset(at).milliseconds() / 60_000;
    let local = zone.local(at);
    let seconds = at.unix_milliseconds().rem_euclid(60_000) / 1_000;
    let (date, minute) = (local.date, local.minute_of_day);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{seconds:02}{}{:02}:{:02}",
        date.year,
        date.month,
        date.day,
        minute / 60,
        minute % 60,
        if offset < 0 { '-' } else { '+' },
        offset.abs() / 60,
        offset.abs() % 60
    )
}

fn finding(finding: Finding) -> Value {
    let mut row = json!({ "name": finding.cause.name(), "kind": finding.severity.name() });
    if let Some(evidence) = finding.evidence {
        row["value"] = json!(evidence.to_string());
    }
    row
}

fn row(zone: Zone<'_>, indicator: &Indicator<'_>) -> Value {
    let mut row = json!({
        "name": indicator.name.word(),
        "asset": indicator.asset,
        "value": indicator.value.map(|value| value.to_string()),
        "unit": indicator.unit.to_string(),
        "coverage": indicator.coverage.to_string(),
        "findings": indicator.findings.iter().map(finding).collect::<Vec<_>>(),
    });
    if let Some(part) = indicator.part {
        row["part"] = json!(part);
    }
    if let Some(begins) = indicator.begins {
        row["begins"] = json!(local_time(zone, begins));
    }
    row
}

fn rows(site: &Site<'_>, archive: &Archive, period: Period) -> Vec<Value> {
    let zone = site.zone_rules();
    let mut rows = Vec::new();
    evaluate(site, archive, period, |indicator| rows.push(row(zone, &indicator)));
    rows
}

/// All indicators of a period, or of each local day, week, month or year of it.
#[must_use]
pub fn json_of(site: &Site<'_>, archive: &Archive, period: Period, every: Option<Every>) -> Value {
    let zone = site.zone_rules();
    let stretch = |period: Period| json!({ "from": local_time(zone, period.from), "to": local_time(zone, period.to) });
    let mut whole = stretch(period);
    whole["site"] = json!(site.name);
    whole["zone"] = json!(site.zone);
    match every {
        None => whole["indicators"] = json!(rows(site, archive, period)),
        Some(every) => {
            let series = period.every(every, zone).map(|cut| {
                let mut part = stretch(cut);
                part["indicators"] = json!(rows(site, archive, cut));
                part
            });
            whole["series"] = series.collect();
        }
    }
    whole
}

/// All indicators of a period as a table for the terminal.
#[must_use]
pub fn table_of(site: &Site<'_>, archive: &Archive, period: Period) -> String {
    let zone = site.zone_rules();
    let mut text = format!(
        "{}, {} to {}\n\n{:<18} {:<14} {:<12} {:>18} {:<10} {:>9}  findings\n",
        site.name,
        local_time(zone, period.from),
        local_time(zone, period.to),
        "indicator",
        "asset",
        "part",
        "value",
        "unit",
        "coverage"
    );
    evaluate(site, archive, period, |indicator| {
        let findings: Vec<_> = indicator.findings.iter().map(|f| f.cause.name()).collect();
        let percent = millwatt::Decimal::new(indicator.coverage.units(), 4).rounded(2);
        let value = indicator.value.map_or("–".to_owned(), |value| value.rounded(3).to_string());
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{:<18} {:<14} {:<12} {value:>18} {:<10} {:>8}%  {}",
            indicator.name.word(),
            indicator.asset.unwrap_or("(site)"),
            indicator.part.unwrap_or(""),
            indicator.unit.to_string(),
            percent.to_string(),
            findings.join(", ")
        );
    });
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use millwatt::time::Offset;

    #[test]
    fn local_time_carries_its_offset() {
        let at = Instant::from_unix_milliseconds(1_795_392_061_000);
        let east = [Offset { since: Instant::MIN, minutes: 345 }];
        assert_eq!(local_time(Zone::new(&east), at), "2026-11-23T05:46:01+05:45");
        let west = [Offset { since: Instant::MIN, minutes: -210 }];
        assert_eq!(local_time(Zone::new(&west), at), "2026-11-22T20:31:01-03:30");
    }
}
