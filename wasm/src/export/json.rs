//! Every indicator for scripts, as `millwatt indicators --json` prints it.

use super::local_time;
use crate::view::View;
use millwatt::Indicator;
use serde::Serialize;

#[derive(Serialize)]
struct Whole<'a> {
    site: &'a str,
    zone: &'a str,
    from: String,
    to: String,
    indicators: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'static str,
    asset: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<&'a str>,
    value: Option<String>,
    unit: String,
    coverage: String,
    findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    begins: Option<String>,
}

#[derive(Serialize)]
struct Finding {
    name: &'static str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// Every indicator of the period to its last digit.
#[must_use]
pub fn indicators(view: &View<'_>) -> Vec<u8> {
    let site = view.model.site;
    let at = |at| local_time(site.zone_rules(), at);
    let whole = Whole {
        site: site.name,
        zone: site.zone,
        from: at(view.model.period.from),
        to: at(view.model.period.to),
        indicators: view.model.indicators.iter().map(|indicator| row(view, indicator)).collect(),
    };
    serde_json::to_vec_pretty(&whole).unwrap_or_default()
}

fn row<'a>(view: &View<'_>, indicator: &Indicator<'a>) -> Row<'a> {
    let zone = view.model.site.zone_rules();
    let findings = indicator.findings.iter().map(|finding| Finding {
        name: finding.cause.name(),
        kind: finding.severity.name(),
        value: finding.evidence.map(|evidence| evidence.to_string()),
    });
    Row {
        name: indicator.name.word(),
        asset: indicator.asset,
        part: indicator.part,
        value: indicator.value.map(|value| value.to_string()),
        unit: indicator.unit.to_string(),
        coverage: indicator.coverage.to_string(),
        findings: findings.collect(),
        begins: indicator.begins.map(|at| local_time(zone, at)),
    }
}
