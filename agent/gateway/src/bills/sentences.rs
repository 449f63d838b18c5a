//! What the figures mean, in sentences: the verdict on the line, and each line of the plan.

use super::Report;
use super::account::{CHARGE, MonthAccount};
use super::baseline::{Baseline, Model, NoModel, RULES, limit};
use super::plan::{Confidence, Line, What, Worth};
use super::words::Text;
use crate::language::Language;
use millwatt::energy::rules::{Check, Criterion, Rules};

/// A stable word and its sentence.
pub type Said = (&'static str, String);

/// What the rules say of the line, the gravest first.
pub fn verdict(report: &Report, language: Language) -> Vec<Said> {
    let baseline = &report.baseline;
    let mut said = Vec::new();
    match &baseline.model {
        Err(reason) => said.push(no_model(report, *reason, language)),
        Ok(model) => {
            if model.is_valid() {
                let r2 = language.percent(model.panel.r2);
                said.push(("valid", Text::VerdictValid.fill(language, &[&r2, RULES.name])));
            }
            if model.falls() {
                said.push(("slope", Text::VerdictFalls.of(language).to_owned()));
            }
            said.extend(failures(report, model, language));
            said.extend(scatter(model, language));
        }
    }
    if !baseline.is_long_enough() && report.account.output.months > 0 {
        said.push(("months", enough(baseline, language)));
    }
    said
}

fn no_model(report: &Report, reason: NoModel, language: Language) -> Said {
    match reason {
        NoModel::TooFew if report.account.output.months == 0 => {
            ("no_output", Text::VerdictNoOutput.of(language).to_owned())
        }
        NoModel::TooFew => ("too_few", Text::VerdictTooFew.of(language).to_owned()),
        NoModel::SameOutput => ("same_output", Text::VerdictSameOutput.of(language).to_owned()),
        NoModel::SameUse => ("same_use", Text::VerdictSameUse.of(language).to_owned()),
        NoModel::Unfit(reason) => {
            ("unfit", Text::VerdictUnfit.fill(language, &[&reason.to_string()]))
        }
    }
}

/// One sentence a broken rule; the line has one driver, so the three p-values are the same one.
fn failures(report: &Report, model: &Model, language: Language) -> Vec<Said> {
    let mut is_chance_said = false;
    let mut said = Vec::new();
    for check in model.failures() {
        let is_chance = matches!(
            check.criterion,
            Criterion::ModelP | Criterion::EveryTermP | Criterion::BestTermP
        );
        if !(is_chance && is_chance_said) {
            said.extend(failure(report, model, check, language));
        }
        is_chance_said |= is_chance;
    }
    said
}

fn failure(report: &Report, model: &Model, check: &Check, language: Language) -> Option<Said> {
    let word = check.criterion.name();
    let shown =
        |places| [language.number(check.value, places), language.number(check.limit, places)];
    let text = match check.criterion {
        Criterion::Rows => {
            let [rows, needed] = shown(0);
            Text::VerdictRows.fill(language, &[&rows, &needed])
        }
        Criterion::ModelP | Criterion::EveryTermP | Criterion::BestTermP => {
            let limit = language.number(check.limit, 2);
            Text::VerdictChance.fill(language, &[&language.probability(check.value), &limit])
        }
        Criterion::R2 => {
            let figures = [check.value, check.limit].map(|share| language.percent(share));
            Text::VerdictR2.fill(language, &[&figures[0], &figures[1]])
        }
        Criterion::DurbinWatson => {
            let [value, limit] = shown(2);
            Text::VerdictDurbinWatson.fill(language, &[&value, &limit])
        }
        Criterion::Influence => {
            let row = model.panel.most_influence?.row;
            let month = report.baseline.months.get(row)?.shown(language);
            Text::VerdictInfluence.fill(language, &[&month, &language.number(check.value, 1)])
        }
        Criterion::TermT | Criterion::CvRmse | Criterion::Nmbe | Criterion::Vif => return None,
    };
    Some((word, text))
}

/// Whether the line's scatter is within what a calibrated model may have.
fn scatter(model: &Model, language: Language) -> Option<Said> {
    let rules = Rules::ASHRAE_14_MONTHLY;
    let (cv, limit) = model.panel.cv_rmse.zip(limit(&rules, Criterion::CvRmse))?;
    let key = if cv <= limit { Text::VerdictCvFine } else { Text::VerdictCv };
    let figures = [cv, limit].map(|share| language.percent(share));
    let text = key.fill(language, &[&figures[0], &figures[1], rules.name]);
    Some((Criterion::CvRmse.name(), text))
}

/// From when on there will be months enough.
fn enough(baseline: &Baseline, language: Language) -> String {
    let lacking = language.months(&baseline.lacking);
    let needed = baseline.needed.to_string();
    match (baseline.lacking.is_empty(), baseline.enough_with) {
        (true, Some(month)) => Text::EnoughWith.fill(language, &[&needed, &month.shown(language)]),
        (true, None) => String::new(),
        (false, None) => Text::EnoughEntered.fill(language, &[&needed, &lacking]),
        (false, Some(month)) => {
            Text::EnoughBoth.fill(language, &[&needed, &lacking, &month.shown(language)])
        }
    }
}

/// What a line of the plan asks for.
pub fn what(report: &Report, line: &Line, language: Language) -> String {
    let key = match line.what {
        What::Months => Text::WhatMonths,
        What::Output => Text::WhatOutput,
        What::Cost => Text::WhatCost,
        What::Kvarh => Text::WhatKvarh,
        What::FuelCost => Text::WhatFuelCost,
        What::MainMeter => Text::WhatMainMeter,
        What::Reactive => Text::WhatReactive,
        What::Submeter => Text::WhatSubmeter,
        What::Fuel(fuel) => return Text::WhatFuel.fill(language, &[report.fuel(fuel, language)]),
    };
    key.of(language).to_owned()
}

/// Why, with the number that says so.
pub fn why(report: &Report, line: &Line, language: Language) -> String {
    match line.what {
        What::Months => why_months(&report.baseline, language),
        What::Output => Text::WhyOutput.of(language).to_owned(),
        What::Cost => {
            let lacking = report.bills.without(|bill| bill.cost);
            Text::WhyCost.fill(language, &[&language.months(&lacking)])
        }
        What::Kvarh => Text::WhyKvarh.fill(language, &[CHARGE.source]),
        What::FuelCost => Text::WhyFuelCost.of(language).to_owned(),
        What::MainMeter => why_main_meter(report, language),
        What::Reactive => why_reactive(report, language),
        What::Submeter => why_submeter(report, language),
        What::Fuel(fuel) => why_fuel(report, fuel, language),
    }
}

fn why_months(baseline: &Baseline, language: Language) -> String {
    let known = baseline.months.len().to_string();
    if !baseline.is_long_enough() {
        let needed = baseline.needed.to_string();
        let enough = enough(baseline, language);
        return Text::WhyMonthsFew.fill(language, &[&known, &needed, &enough]);
    }
    Text::WhyMonthsHoles.fill(language, &[&language.months(&baseline.lacking)])
}

fn why_main_meter(report: &Report, language: Language) -> String {
    let model = report.baseline.valid();
    let Some((model, base, share)) =
        model.and_then(|model| Some((model, model.base()?, model.base_share()?)))
    else {
        return Text::WhyMainMeterBlind.of(language).to_owned();
    };
    let base = language.number(base, 0);
    let band = language.number(model.band, 0);
    Text::WhyMainMeter.fill(language, &[&base, &band, &language.percent(share)])
}

fn why_reactive(report: &Report, language: Language) -> String {
    let charged = report.account.months.iter().map(MonthAccount::is_charged);
    let months = report.bills.bills.iter().zip(charged).filter(|(_, is_charged)| *is_charged);
    let months: Vec<_> = months.map(|(bill, _)| bill.month).collect();
    let factor = language.maybe(report.account.power_factor, 2);
    let proved = if report.account.is_charge_proved {
        Text::ChargeProved.of(language)
    } else {
        Text::ChargeDepends.of(language)
    };
    Text::WhyReactive.fill(language, &[&factor, &language.months(&months), CHARGE.source, proved])
}

fn why_submeter(report: &Report, language: Language) -> String {
    let Ok(model) = &report.baseline.model else { return String::new() };
    let since = report.bills.last().plus(-11);
    let above = report.baseline.above_the_line(since).unwrap_or(0.0);
    let cv = model.panel.cv_rmse.unwrap_or(0.0);
    let figures = [model.panel.r2, cv].map(|share| language.percent(share));
    Text::WhySubmeter.fill(language, &[&figures[0], &figures[1], &language.number(above, 0)])
}

fn why_fuel(report: &Report, fuel: usize, language: Language) -> String {
    let carrier = report.account.carriers.iter().find(|carrier| carrier.fuel == Some(fuel));
    let share = carrier.and_then(|carrier| report.account.oil_share(carrier));
    let share = language.percent(share.map_or(0.0, |share| share.to_f64()));
    let factor = report.factors.fuel(fuel, report.bills.last());
    let is_recalled = factor.is_some_and(|factor| factor.general_knowledge);
    let key = if is_recalled { Text::WhyFuelRecalled } else { Text::WhyFuel };
    key.fill(language, &[report.fuel(fuel, language), &share])
}

/// What it could be worth.
pub fn worth(report: &Report, line: &Line, language: Language) -> String {
    let stretch = stretch(report, language);
    match line.worth {
        Worth::Unlocks => Text::WorthUnlocks.of(language).to_owned(),
        Worth::Unknown => Text::WorthUnknown.of(language).to_owned(),
        Worth::Exactly(paid) => {
            Text::WorthExactly.fill(language, &[&language.money(paid), &stretch])
        }
        Worth::AtMost(most) => Text::WorthAtMost.fill(language, &[&language.money(most), &stretch]),
        Worth::Between(least, most) => {
            let [least, most] = [least, most].map(|money| language.money(money));
            let Some((saving, source)) = assumption(report, line) else { return least };
            let [from, to] = saving.map(|share| language.percent(share));
            Text::WorthBetween.fill(language, &[&least, &most, &stretch, &from, &to, source])
        }
    }
}

/// A year, or as many months as there are.
fn stretch(report: &Report, language: Language) -> String {
    match report.bills.year().len() {
        12 => Text::AYear.of(language).to_owned(),
        months => Text::InMonths.fill(language, &[&months.to_string()]),
    }
}

/// The saving that a line assumes and where that is from.
pub fn assumption<'a>(report: &'a Report, line: &Line) -> Option<([f64; 2], &'a str)> {
    let plan = &report.factors.plan;
    let saving = match (line.what, line.worth) {
        (What::MainMeter, Worth::Between(..)) => plan.base_load_saving,
        (What::Fuel(_), Worth::Between(..)) => plan.fuel_saving,
        _ => return None,
    };
    Some((saving, plan.source.as_str()))
}

/// What it costs to find out.
pub const fn effort(line: &Line) -> Text {
    match line.what {
        What::Months | What::Output | What::Cost | What::Kvarh | What::FuelCost => {
            Text::EffortPaper
        }
        What::MainMeter => Text::EffortMainMeter,
        What::Reactive => Text::EffortReactive,
        What::Submeter => Text::EffortSubmeter,
        What::Fuel(_) => Text::EffortFuel,
    }
}

/// How sure it is.
pub const fn sure(line: &Line) -> Text {
    match line.confidence {
        Confidence::High => Text::SureHigh,
        Confidence::Medium => Text::SureMedium,
        Confidence::Low => Text::SureLow,
    }
}
