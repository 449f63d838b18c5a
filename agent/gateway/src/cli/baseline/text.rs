//! A study for the terminal.

use std::fmt::Write as _;

use super::json;
use crate::figures::local_time;
use millwatt::analysis::baseline::{Model, RULES, Study};
use millwatt::finding::Severity;
use millwatt::site::Site;
use millwatt::time::{Period, Zone};

/// The study in lines; the rows are left to JSON.
pub(super) fn of(site: &Site<'_>, study: &Study) -> String {
    let zone = site.zone_rules();
    let mut text = format!("{}\n", site.name);
    // Writing to a String cannot fail.
    let baseline = study.baseline.map_or_else(
        || "none".to_owned(),
        |period| format!("{}, {}", dates(zone, period), study.origin.name()),
    );
    let _ = writeln!(text, "baseline   {baseline}, rows of a {}", json::every(study.every));
    let _ = writeln!(text, "reporting  {}", dates(zone, study.reporting));
    if let Some(model) = &study.model {
        let _ = writeln!(text, "model      {}", study.label(model.chosen));
        text.push_str(&checks(study, model));
    }
    text.push_str(&figures(site, study));
    text.push_str(&changes(zone, study));
    text.push_str(&findings(study));
    let verdict = study.account.map_or("no_claim", |account| account.verdict.name());
    let _ = writeln!(text, "\nverdict    {verdict}");
    text
}

fn dates(zone: Zone<'_>, period: Period) -> String {
    format!("{} to {}", local_time(zone, period.from), local_time(zone, period.to))
}

fn checks(study: &Study, model: &Model) -> String {
    let mut text = format!("\nchecks ({} and scatter)\n", RULES.name);
    for check in &model.checks {
        let driver = check.term.and_then(|term| model.drivers.get(term));
        let driver = driver.and_then(|driver| study.columns.get(driver.column));
        let stands = match (check.passes, check.severity) {
            (true, _) => "passed",
            (false, Severity::Disqualifies) => "REFUSED",
            (false, Severity::Warns) => "warning",
        };
        let _ = writeln!(
            text,
            "  {:<14} {:<24} {:>14} limit {:>6}  {stands}",
            check.criterion.name(),
            driver.map_or("", |column| column.name.as_str()),
            shown(check.value),
            shown(check.limit),
        );
    }
    text
}

fn shown(value: f64) -> String {
    millwatt::Decimal::from_f64(value, 6).map_or("–".to_owned(), |value| value.to_string())
}

fn figures(site: &Site<'_>, study: &Study) -> String {
    let mut text = String::from("\nfigures\n");
    for figure in study.figures() {
        let unit = if figure.unit == "currency" { site.currency } else { figure.unit };
        let value = figure.value.map_or("–".to_owned(), |value| value.to_string());
        let _ = writeln!(text, "  {:<40} {value:>22} {unit}", figure.name);
    }
    text
}

fn changes(zone: Zone<'_>, study: &Study) -> String {
    let mut text = String::new();
    for change in &study.changes {
        let (at, step) = (local_time(zone, change.at), change.after - change.before);
        let _ =
            writeln!(text, "\nchange     {at}: {} kWh a {}", shown(step), json::every(study.every));
    }
    text
}

fn findings(study: &Study) -> String {
    let mut text = String::new();
    for finding in &study.findings {
        let _ = writeln!(text, "\nfinding    {}", json::finding(study, finding));
    }
    text
}
