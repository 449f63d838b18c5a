//! A study as JSON: figures by name, and everything that they are made from.

use crate::figures::local_time;
use millwatt::Decimal;
use millwatt::analysis::baseline::{
    Candidate, Column, Finding, LeftOut, Model, Outcome, Row, Study,
};
use millwatt::energy::rules::Check;
use millwatt::site::Site;
use millwatt::time::{Every, Instant, Period, Zone};
use millwatt::units::Energy;
use serde_json::{Map, Value, json};

/// The whole study.
pub(super) fn of(site: &Site<'_>, study: &Study) -> Value {
    let zone = site.zone_rules();
    let figures: Map<String, Value> = study
        .figures()
        .into_iter()
        .map(|figure| (figure.name, json!(figure.value.map(|value| value.to_string()))))
        .collect();
    let mut whole = stretch(zone, study.reporting);
    whole["site"] = json!(site.name);
    whole["zone"] = json!(site.zone);
    whole["every"] = json!(every(study.every));
    whole["baseline"] = baseline(zone, study);
    whole["model"] = json!(study.model.as_ref().map(|model| study.label(model.chosen)));
    whole["verdict"] = json!(study.account.map(|account| account.verdict.name()));
    whole["figures"] = json!(figures);
    whole["checks"] = study.model.as_ref().map_or(json!([]), |model| checks(study, model));
    whole["models"] = study.candidates.iter().map(|one| candidate(study, one)).collect();
    whole["changes"] = changes(zone, study);
    whole["adjustments"] = adjustments(zone, study);
    whole["findings"] = study.findings.iter().map(|one| finding(study, one)).collect();
    whole["rows"] =
        study.rows.iter().enumerate().map(|(place, one)| row(zone, study, place, one)).collect();
    whole
}

fn stretch(zone: Zone<'_>, period: Period) -> Value {
    let to = match period.to {
        Instant::MAX => Value::Null,
        to => json!(local_time(zone, to)),
    };
    json!({ "from": local_time(zone, period.from), "to": to })
}

/// The word of a length of rows, as a site file has it.
pub(super) const fn every(every: Every) -> &'static str {
    match every {
        Every::Day => "day",
        Every::Week => "week",
        Every::Month => "month",
        Every::Year => "year",
    }
}

fn baseline(zone: Zone<'_>, study: &Study) -> Value {
    let Some(period) = study.baseline else { return Value::Null };
    let mut value = stretch(zone, period);
    value["origin"] = json!(study.origin.name());
    value["note"] = json!(study.note);
    value["target"] = json!(Decimal::new(study.target_per_mille.into(), 3).to_string());
    value
}

fn kwh(energy: Option<Energy>) -> Value {
    json!(energy.map(|energy| energy.kwh().to_string()))
}

fn number(value: f64) -> Value {
    json!(Decimal::from_f64(value, 12).map(|value| value.to_string()))
}

fn name(column: Option<&Column>) -> Value {
    json!(column.map(|column| column.name.as_str()))
}

fn checks(study: &Study, model: &Model) -> Value {
    let driver = |term: usize| study.columns.get(model.drivers.get(term)?.column);
    model.checks.iter().map(|one| check(one, name(one.term.and_then(driver)))).collect()
}

fn check(check: &Check, driver: Value) -> Value {
    json!({
        "criterion": check.criterion.name(),
        "driver": driver,
        "value": number(check.value),
        "limit": number(check.limit),
        "kind": check.severity.name(),
        "passes": check.passes,
    })
}

fn candidate(study: &Study, one: &Candidate) -> Value {
    let (outcome, reason) = match &one.outcome {
        Outcome::Valid(_) => ("valid", Value::Null),
        Outcome::Falls { column, .. } => ("falls", name(study.columns.get(*column))),
        Outcome::Refused { check: failed, .. } => {
            let column = failed.term.and_then(|term| one.columns().nth(term));
            let driver = name(column.and_then(|column| study.columns.get(column)));
            ("refused", check(failed, driver))
        }
        Outcome::NoFit(reason) => ("no_fit", json!(reason.to_string())),
    };
    json!({
        "model": study.label(one.chosen),
        "outcome": outcome,
        "reason": reason,
        "adjusted_r2": one.panel().map_or(Value::Null, |panel| number(panel.adjusted_r2)),
        "cv_rmse": one.panel().and_then(|panel| panel.cv_rmse).map_or(Value::Null, number),
    })
}

fn changes(zone: Zone<'_>, study: &Study) -> Value {
    let change = study.changes.iter().map(|change| {
        json!({
            "at": local_time(zone, change.at),
            "before": number(change.before),
            "after": number(change.after),
            "explains": number(change.explains),
        })
    });
    change.collect()
}

fn adjustments(zone: Zone<'_>, study: &Study) -> Value {
    let adjustment = study.adjustments.iter().map(|one| {
        let mut value = stretch(zone, one.period);
        value["kwh_a_day"] = kwh(Some(one.a_day));
        value["reported_kwh"] = kwh(Some(one.reported));
        value["note"] = json!(one.note);
        value["source"] = json!(one.source);
        value
    });
    adjustment.collect()
}

/// A finding with the numbers behind it.
pub(super) fn finding(study: &Study, finding: &Finding) -> Value {
    let mut value = json!({ "name": finding.name(), "kind": finding.severity().name() });
    match finding {
        Finding::ShortRecord { rows, needed } | Finding::FewRows { rows, needed } => {
            value["rows"] = json!(rows);
            value["needed"] = json!(needed);
        }
        Finding::UnknownDriver { name } | Finding::Falls { name } => value["driver"] = json!(name),
        Finding::SparseDriver { name, rows, of } => {
            value["driver"] = json!(name);
            value["rows"] = json!(rows);
            value["of"] = json!(of);
        }
        Finding::ManyDrivers { rest } => value["rest"] = json!(rest),
        Finding::NoModel(reason) => value["reason"] = json!(reason.to_string()),
        Finding::Refused { limits } => value["limits"] = json!(limits),
        Finding::OutOfRange { name, mean, least, most } => {
            value["driver"] = json!(name);
            value["mean"] = number(*mean);
            value["least"] = number(*least);
            value["most"] = number(*most);
        }
        Finding::NothingReported { rows } | Finding::Provisional { rows } => {
            value["rows"] = json!(rows)
        }
        Finding::FewIndependentRows { rows } => value["rows"] = number(*rows),
        Finding::ShortBaseline { days } => value["days"] = json!(days),
        Finding::LeftOut { role, cause, rows } => {
            value["part"] = json!(role.name());
            value["cause"] = json!(cause_name(*cause));
            value["rows"] = json!(rows);
            if let LeftOut::Driver { column } = cause {
                value["driver"] = name(study.columns.get(*column));
            }
        }
        Finding::NoMeter | Finding::NoDrivers | Finding::NotRecorded => {}
    }
    value
}

const fn cause_name(cause: LeftOut) -> &'static str {
    match cause {
        LeftOut::LowCoverage => "low_coverage",
        LeftOut::Driver { .. } => "no_driver",
    }
}

fn row(zone: Zone<'_>, study: &Study, place: usize, row: &Row) -> Value {
    let mut value = stretch(zone, row.period);
    let drivers: Map<String, Value> = study
        .columns
        .iter()
        .map(|column| {
            let figure = column.value(place).map(|value| value.to_string());
            (column.name.clone(), json!(figure))
        })
        .collect();
    value["part"] = json!(row.role.name());
    value["coverage"] = json!(row.coverage.to_string());
    value["left_out"] = json!(row.left_out.map(cause_name));
    value["used"] = kwh(row.used);
    value["adjustment"] = kwh(Some(row.adjustment));
    value["expected"] = kwh(row.expected.map(|one| one.energy));
    value["band"] = kwh(row.expected.map(|one| one.band));
    value["deviation"] = kwh(row.deviation());
    value["cusum"] = kwh(row.cusum);
    value["drivers"] = json!(drivers);
    value
}
