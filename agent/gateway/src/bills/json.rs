//! The bills for scripts: exact figures as decimal text, a model's figures as numbers, what is not known
//! as null.

use super::Report;
use super::account::{Carrier, MonthAccount, Sum};
use super::baseline::Model;
use super::month::Month;
use super::plan::{Line, Worth};
use super::sentences::{assumption, effort, sure, verdict, what, why, worth};
use super::table::Bill;
use crate::language::Language;
use millwatt::Decimal;
use millwatt::energy::regression::Coefficient;
use millwatt::units::Money;
use serde_json::{Value, json};

fn exact(value: Option<Decimal>) -> Value {
    json!(value.map(|value| value.to_string()))
}

fn amount(thousandths: Option<i128>) -> Value {
    exact(thousandths.map(|thousandths| Decimal::new(thousandths, 3)))
}

fn sum(sum: Sum) -> Value {
    json!({ "value": exact(sum.figure()), "months": sum.months })
}

fn months(months: &[Month]) -> Value {
    months.iter().map(|month| json!(month.to_string())).collect()
}

/// The whole report; sentences are in `language`.
pub fn json(report: &Report, language: Language) -> Value {
    let (bills, account) = (&report.bills, &report.account);
    let rows = bills.bills.iter().zip(&account.months);
    let notes = report.notes.iter().map(|note| {
        let text = note.text(&report.factors, language);
        json!({ "name": note.word(), "months": months(note.months()), "text": text })
    });
    let sources = report.sources(language);
    let sources = sources.iter().map(|(name, source)| json!({ "name": name, "source": source }));
    let carriers = account.carriers.iter().map(|row| carrier(report, row));
    json!({
        "file": bills.file,
        "factors": report.factors.file,
        "output_unit": bills.unit,
        "months": rows.map(|(bill, month)| month_row(report, bill, month)).collect::<Value>(),
        "missing_months": months(&bills.missing()),
        "totals": totals(report),
        "carriers": carriers.collect::<Value>(),
        "per_output": per_output(report),
        "designated": designated(report),
        "baseline": baseline(report, language),
        "plan": report.plan.iter().map(|row| line(report, row, language)).collect::<Value>(),
        "notes": notes.collect::<Value>(),
        "sources": sources.collect::<Value>(),
    })
}

fn month_row(report: &Report, bill: &Bill, month: &MonthAccount) -> Value {
    let burnt = report.bills.burnt.iter();
    let fuels = burnt.filter_map(|place| {
        let name = report.factors.fuels.get(*place)?.column.clone();
        Some((name, amount(bill.fuels.get(*place).copied().flatten())))
    });
    json!({
        "month": bill.month.to_string(),
        "kwh": amount(bill.kwh),
        "kvarh": amount(bill.kvarh),
        "cost_vnd": amount(bill.cost),
        "output": amount(bill.output),
        "fuel_vnd": amount(bill.fuel_cost),
        "fuels": fuels.collect::<Value>(),
        "toe": exact(month.oil.map(|oil| oil.toe())),
        "tco2e": exact(month.fossil.map(|carbon| carbon.tonnes())),
        "tco2_biogenic": exact(month.biogenic.map(|carbon| carbon.tonnes())),
        "grid_year": month.grid_year,
        "power_factor": exact(month.power_factor),
        "reactive_vnd": exact(month.charge.map(Money::units)),
    })
}

fn totals(report: &Report) -> Value {
    let account = &report.account;
    let whole =
        |value: Decimal, months: usize| json!({ "value": value.to_string(), "months": months });
    let carbon = account.carbon_months;
    json!({
        "months": report.bills.bills.len(),
        "kwh": sum(Sum::of(report.bills.bills.iter().map(|bill| bill.kwh))),
        "kvarh": sum(account.kvarh),
        "cost_vnd": sum(account.cost),
        "fuel_vnd": sum(account.fuel_cost),
        "output": sum(account.output),
        "toe": whole(account.burnt.oil.toe(), account.oil_months),
        "tco2e": whole(account.burnt.fossil.tonnes(), carbon),
        "tco2_biogenic": whole(account.burnt.biogenic.tonnes(), carbon),
        "vnd_per_kwh": exact(account.price),
        "power_factor": exact(account.power_factor),
        "reactive_vnd": sum(account.charge),
        "reactive_charge_is_proved": account.is_charge_proved,
    })
}

fn carrier(report: &Report, carrier: &Carrier) -> Value {
    let fuel = carrier.fuel.and_then(|fuel| report.factors.fuels.get(fuel));
    json!({
        "name": fuel.map_or("electricity", |fuel| fuel.column.as_str()),
        "unit": fuel.map_or("kWh", |fuel| fuel.unit.as_str()),
        "amount": sum(carrier.amount),
        "toe": carrier.burnt.oil.toe().to_string(),
        "toe_share": exact(report.account.oil_share(carrier)),
        "tco2e": carrier.burnt.fossil.tonnes().to_string(),
        "tco2_biogenic": carrier.burnt.biogenic.tonnes().to_string(),
        "per_output": exact(carrier.per_output),
    })
}

fn per_output(report: &Report) -> Value {
    let per = &report.account.per_output;
    json!({
        "kwh": exact(per.kwh),
        "cost_vnd": exact(per.cost),
        "energy_vnd": exact(per.energy_cost),
        "kgoe": exact(per.oil),
        "kgco2e": exact(per.fossil),
        "kgco2_biogenic": exact(per.biogenic),
    })
}

fn designated(report: &Report) -> Value {
    let year = &report.account.designated;
    json!({
        "from": year.from.to_string(),
        "to": year.to.to_string(),
        "months": year.months,
        "toe": year.oil.toe().to_string(),
        "share_of_1000_toe": year.share.to_string(),
    })
}

fn baseline(report: &Report, language: Language) -> Value {
    let baseline = &report.baseline;
    let said = verdict(report, language);
    let said = said.iter().map(|(name, text)| json!({ "name": name, "text": text }));
    let model = baseline.model.as_ref().ok();
    json!({
        "is_baseline": baseline.valid().is_some(),
        "rows": baseline.months.len(),
        "rows_needed": baseline.needed,
        "lacking_months": months(&baseline.lacking),
        "enough_with": baseline.enough_with.map(|month| month.to_string()),
        "model": model.map(|row| json_of_model(report, row)),
        "verdict": said.collect::<Value>(),
    })
}

fn coefficient(row: &Coefficient) -> Value {
    json!({ "value": row.value, "standard_error": row.standard_error, "t": row.t, "p": row.p })
}

fn json_of_model(report: &Report, model: &Model) -> Value {
    let panel = &model.panel;
    let price = report.account.price.map(Decimal::to_f64);
    let checks = model.checks.iter().map(|check| {
        json!({
            "name": check.criterion.name(),
            "value": check.value,
            "limit": check.limit,
            "kind": check.severity.name(),
            "passes": check.passes,
        })
    });
    json!({
        "intercept": coefficient(&model.intercept),
        "slope": coefficient(&model.slope),
        "r2": panel.r2,
        "adjusted_r2": panel.adjusted_r2,
        "f": panel.f,
        "f_p": panel.f_p,
        "cv_rmse": panel.cv_rmse,
        "durbin_watson": panel.durbin_watson,
        "base_load": {
            "kwh_a_month": model.base(),
            "band_90": model.band,
            "share": model.base_share(),
            "vnd_a_month": model.base().zip(price).map(|(base, price)| base * price),
        },
        "checks": checks.collect::<Value>(),
    })
}

fn line(report: &Report, line: &Line, language: Language) -> Value {
    let money = |money: Money| Some(money.units().to_string());
    let (kind, least, most) = match line.worth {
        Worth::Unlocks => ("unlocks", None, None),
        Worth::Unknown => ("unknown", None, None),
        Worth::Exactly(paid) => ("exactly", money(paid), money(paid)),
        Worth::AtMost(most) => ("at_most", None, money(most)),
        Worth::Between(least, most) => ("between", money(least), money(most)),
    };
    let assumed = assumption(report, line)
        .map(|(saving, source)| json!({ "saving": saving, "source": source }));
    json!({
        "what": line.what.word(),
        "worth": {
            "kind": kind,
            "least_vnd": least,
            "most_vnd": most,
            "months": report.bills.year().len(),
            "assumption": assumed,
        },
        "confidence": line.confidence.word(),
        "text": {
            "what": what(report, line, language),
            "why": why(report, line, language),
            "worth": worth(report, line, language),
            "effort": effort(line).of(language),
            "confidence": sure(line).of(language),
        },
    })
}
