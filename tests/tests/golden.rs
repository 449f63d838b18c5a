//! The metric crate against independent tools, by golden files that `tests/python/golden` made.
//!
//! `cargo test -p millwatt-tests --test golden -- --nocapture` prints the worst difference of each figure.

use std::collections::BTreeMap;
use std::path::Path;

use millwatt::Decimal;
use millwatt::energy::change_point::{Days, Shape, search};
use millwatt::energy::degree_days::{DegreeDays, Side};
use millwatt::energy::panel::Panel;
use millwatt::energy::regression::{Design, Fit, Moments, Term};
use millwatt::energy::uncertainty::{Polynomial, Reported, saving};
use millwatt::management::lean::takt;
use millwatt::management::quality::{Step, rolled_throughput_yield};
use millwatt::numeric::distribution::ln_gamma;
use millwatt::numeric::{FisherF, StudentT};
use millwatt::production::{Convention, Failures, Loss, LossTally, Tally, TimeModel};
use millwatt::time::Span;
use millwatt::units::Amount;
use serde_json::Value;

fn golden(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).expect("a number")
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

fn count(value: &Value) -> u32 {
    u32::try_from(value.as_u64().expect("a count")).expect("a small count")
}

/// The worst relative difference of each figure.
#[derive(Default)]
struct Worst(BTreeMap<String, f64>);

impl Worst {
    fn hold(&mut self, figure: &str, got: f64, expected: f64) {
        let difference = (got - expected).abs() / expected.abs().max(f64::MIN_POSITIVE);
        let difference = if got == expected { 0.0 } else { difference };
        let worst = self.0.entry(figure.to_owned()).or_insert(0.0);
        *worst = worst.max(difference);
    }

    /// Prints all and fails where one is beyond its limit.
    fn judge(self, tool: &Value, limit: impl Fn(&str) -> f64) {
        println!("against {}", tool.as_str().expect("a tool"));
        for (figure, worst) in &self.0 {
            println!("  {figure:<42}{worst:.1e}");
        }
        for (figure, worst) in self.0 {
            let limit = limit(&figure);
            assert!(worst <= limit, "{figure}: {worst:e} is more than {limit:e}");
        }
    }
}

fn columns(case: &Value) -> Vec<Vec<f64>> {
    let rows: Vec<Vec<f64>> = list(&case["x"]).iter().map(numbers).collect();
    (0..rows[0].len()).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
}

fn hold_model(worst: &mut Worst, fit: &Fit<'_>, expected: &Value) {
    let slopes = (0..fit.terms()).filter_map(|term| fit.coefficient(term));
    let all: Vec<_> = fit.intercept().into_iter().chain(slopes).collect();
    for (place, one) in all.iter().enumerate() {
        let at = |name: &str| number(&expected[name][place]);
        worst.hold("coefficient", one.value, at("coefficients"));
        worst.hold("standard error", one.standard_error, at("standard_errors"));
        worst.hold("t", one.t, at("t"));
        worst.hold("p", one.p, at("p"));
        if place > 0 {
            worst.hold("VIF", one.vif, number(&expected["vif"][place - 1]));
        }
    }
    let panel = Panel::of(fit);
    let figures = [
        ("F", panel.f, "f"),
        ("p of F", panel.f_p, "f_p"),
        ("R²", panel.r2, "r2"),
        ("adjusted R²", panel.adjusted_r2, "adjusted_r2"),
        ("residual deviation", panel.residual_deviation, "residual_sd"),
        ("CV(RMSE)", panel.cv_rmse.expect("a mean"), "cv_rmse"),
        ("Durbin–Watson", panel.durbin_watson.expect("errors"), "durbin_watson"),
        ("lag 1", panel.lag_1.expect("errors"), "lag1_autocorrelation"),
    ];
    for (figure, got, name) in figures {
        worst.hold(figure, got, number(&expected[name]));
    }
    for row in 0..fit.rows() {
        worst.hold("leverage", fit.leverage(row), number(&expected["leverage"][row]));
        worst.hold("Cook", fit.influence(row), number(&expected["cook"][row]));
    }
    let told = &expected["prediction"];
    let expect = fit.expect(&numbers(&told["x"])).expect("a value a term");
    worst.hold("expected energy", expect.energy, number(&told["mean"]));
    worst.hold("its error of the mean", expect.of_mean, number(&told["se_mean"]));
    worst.hold("its error of a row", expect.of_row, number(&told["se_obs"]));
}

fn hold_subsets(worst: &mut Worst, moments: &Moments<'_>, subsets: &[Value]) {
    for subset in subsets {
        let chosen = list(&subset["columns"]).iter().fold(0_u16, |bits, c| bits | 1 << count(c));
        let fit = moments.fit_of(chosen).expect("a model");
        let panel = Panel::of(&fit);
        worst.hold("subset's adjusted R²", panel.adjusted_r2, number(&subset["adjusted_r2"]));
        worst.hold("subset's p of F", panel.f_p, number(&subset["f_p"]));
        for term in 0..fit.terms() {
            let coefficient = fit.coefficient(term).expect("a term");
            let expected = number(&subset["coefficients"][term + 1]);
            worst.hold("subset's coefficient", coefficient.value, expected);
        }
    }
}

#[test]
fn regression_and_panel_agree_with_statsmodels() {
    let golden = golden("regression.json");
    let mut worst = Worst::default();
    for case in list(&golden["cases"]) {
        let (used, columns) = (numbers(&case["y"]), columns(case));
        let terms: Vec<Term<'_>> = columns.iter().map(|column| Term::Value(column)).collect();
        let moments = Moments::of(&used, Design::new(&terms)).expect("numbers");
        let fit = moments.fit().expect("a model");
        // statsmodels itself keeps 10.9 digits of Longley's coefficients and fewer of what is built on
        // them; leverage and Cook's distance of these two come from 60 digits.
        let known_worse = case["name"] == "Longley" || case["name"] == "sixty weeks, eight drivers";
        let mut own = Worst::default();
        hold_model(&mut own, &fit, &case["expected"]);
        for (figure, value) in own.0 {
            let figure = if known_worse { format!("ill-conditioned {figure}") } else { figure };
            let slot = worst.0.entry(figure).or_insert(0.0);
            *slot = slot.max(value);
        }
        hold_subsets(&mut worst, &moments, case["subsets"].as_array().map_or(&[], Vec::as_slice));
    }
    worst.judge(&golden["tool"], |figure| match figure {
        "p" | "p of F" | "subset's p of F" => 1e-8,
        _ if figure.starts_with("ill-conditioned") => 1e-6,
        _ => 1e-9,
    });
}

#[test]
fn tails_of_t_and_f_have_twelve_digits() {
    let golden = golden("distribution.json");
    let mut worst = Worst::default();
    for row in list(&golden["t_two_sided"]) {
        let got = StudentT::new(count(&row["df"])).two_sided(number(&row["t"]));
        worst.hold("p of t", got, number(&row["p"]));
    }
    for row in list(&golden["f_upper"]) {
        let got = FisherF::new(count(&row["d1"]), count(&row["d2"])).upper(number(&row["f"]));
        worst.hold("p of F", got, number(&row["p"]));
    }
    for row in list(&golden["t_quantile"]) {
        let got = StudentT::new(count(&row["df"])).quantile(number(&row["confidence"]));
        worst.hold("quantile of t", got, number(&row["t"]));
    }
    for row in list(&golden["f_critical"]) {
        let got =
            FisherF::new(count(&row["d1"]), count(&row["d2"])).critical(number(&row["alpha"]));
        worst.hold("critical F", got, number(&row["f"]));
    }
    for row in list(&golden["ln_gamma"]) {
        let got = ln_gamma(number(&row["x"]).into()).to_f64();
        worst.hold("ln Γ", got, number(&row["y"]));
    }
    worst.judge(&golden["tool"], |_| 1e-12);
}

fn shape(name: &str) -> Shape {
    match name {
        "heating" => Shape::Heating,
        "cooling" => Shape::Cooling,
        "both" => Shape::Both,
        _ => Shape::Apart,
    }
}

#[test]
fn change_points_leave_no_more_error_than_brute_force() {
    let golden = golden("change_point.json");
    let mut worst = Worst::default();
    for case in list(&golden["cases"]) {
        let (used, temperatures) = (numbers(&case["used"]), numbers(&case["temperature"]));
        let days = Days { temperatures: &temperatures, ends: &[] };
        let shape = shape(case["shape"].as_str().expect("a shape"));
        let found = search(shape, &used, days, &[]).expect("a model");
        let expected = &case["expected"];
        let more = found.error / number(&expected["sse"]) - 1.0;
        println!("{shape:?}: error {more:+.1e} against brute force");
        assert!(more < 1e-9, "{shape:?} leaves more error");
        let bases = numbers(&expected["bases"]);
        let first = if shape == Shape::Cooling { found.above } else { found.below };
        worst.hold("base", first, bases[0]);
        worst.hold("upper base", found.above, bases[bases.len() - 1]);
        let (terms, count) = found.terms(days);
        let design = Design { searched: found.searched(), ..Design::new(&terms[..count]) };
        let moments = Moments::of(&used, design).expect("numbers");
        let fit = moments.fit().expect("a model");
        let coefficients = numbers(&expected["coefficients"]);
        worst.hold("base load", fit.intercept().expect("one").value, coefficients[0]);
        for term in 0..count {
            let slope = fit.coefficient(term).expect("a term").value;
            worst.hold("slope", slope, coefficients[term + 1]);
        }
    }
    worst.judge(&golden["tool"], |_| 1e-5);
}

#[test]
fn degree_days_agree_with_caltrack_and_leave_no_more_error() {
    let (golden, inputs) = (golden("caltrack.json"), golden("change_point.json"));
    let mut worst = Worst::default();
    for (model, case) in list(&golden["models"]).iter().zip(list(&inputs["cases"])) {
        let (used, temperatures) = (numbers(&case["used"]), numbers(&case["temperature"]));
        let days = Days { temperatures: &temperatures, ends: &[] };
        let told = &model["parameters"];
        let at = |name: &str| number(&told[name]);
        let hinge = |base, side| {
            Term::DegreeDays(DegreeDays { temperatures: &temperatures, ends: &[], base, side })
        };
        let terms = [
            hinge(at("heating_balance_point"), Side::Below),
            hinge(at("cooling_balance_point"), Side::Above),
        ];
        let moments = Moments::of(&used, Design::new(&terms)).expect("numbers");
        let fit = moments.fit().expect("a model");
        let slope = |term| fit.coefficient(term).expect("a term").value;
        worst.hold("intercept", fit.intercept().expect("one").value, at("intercept"));
        worst.hold("heating", slope(0), at("beta_hdd"));
        worst.hold("cooling", slope(1), at("beta_cdd"));
        worst.hold("error", fit.error(), number(&model["sse"]));
        worst.hold("adjusted R²", Panel::of(&fit).adjusted_r2, number(&model["adjusted_r2"]));
        let found = search(Shape::Apart, &used, days, &[]).expect("a model");
        assert!(found.error <= fit.error(), "whole degrees cannot be better than any degrees");
    }
    worst.judge(&golden["tool"], |_| 1e-10);
}

/// A panel of which only what the band needs is filled in.
fn panel(row: &Value) -> Panel {
    let used = [1.0, 2.0, 3.0, 4.5];
    let terms = [Term::Value(&[1.0, 2.0, 3.0, 4.0])];
    let moments = Moments::of(&used, Design::new(&terms)).expect("numbers");
    let any = Panel::of(&moments.fit().expect("a model"));
    Panel {
        rows: count(&row["rows"]) as usize,
        parameters: count(&row["parameters"]) as usize,
        cv_rmse: Some(number(&row["rmse"]) / number(&row["mean"])),
        lag_1: Some(number(&row["rho"])),
        ..any
    }
}

#[test]
fn savings_bands_agree_with_eemeter() {
    let golden = golden("change_point.json");
    let mut worst = Worst::default();
    for row in list(&golden["bands"]) {
        let monthly = row["interval"] == "billing_monthly";
        let rows = count(&row["reported"]) as usize;
        let months = rows as f64 / if monthly { 1.0 } else { 30.0 };
        let expected = number(&row["total"]);
        let reported = Reported { expected, used: expected * 0.9, rows, months };
        let polynomial = if monthly { Polynomial::MONTHLY } else { Polynomial::DAILY };
        let saved = saving(&panel(row), &reported, &polynomial, number(&row["confidence"]));
        worst.hold("band", saved.expect("enough rows").band, number(&row["band"]));
    }
    worst.judge(&golden["tool"], |_| 1e-12);
}

fn hold_effectiveness(worst: &mut Worst, row: &Value) {
    let of = |name: &str| i64::from(count(&row[name]));
    let minutes = |name| Span::from_minutes(of(name));
    let units = |units: i64| Amount::from_thousandths(i128::from(units) * 1_000);
    let made = Tally { good: units(of("total") - of("reject")), reject: units(of("reject")) };
    let cycle = Span::from_milliseconds(of("cycle_ms"));
    let running = minutes("planned") - minutes("down");
    let model = TimeModel {
        calendar: Span::DAY,
        planned_operation: minutes("planned") + minutes("closed"),
        planned_busy: minutes("planned"),
        production: running,
        setup: minutes("setup"),
        delay: minutes("down") - minutes("setup"),
    };
    let mut hold = |figure: &str, got: Option<Decimal>| {
        // Ours is exact to a millionth.
        let expected = Decimal::from_f64(number(&row[figure]), 6).expect("a figure");
        worst.hold(figure, got.expect("a figure").to_f64(), expected.to_f64());
    };
    hold("oee", model.oee(&made, cycle));
    hold("teep", model.teep(&made, cycle));
    hold("ooe", model.ooe(&made, cycle));
    hold("quality", made.quality());
    let mut tally = LossTally::default();
    tally.fold(None, running);
    tally.fold(Some(Loss::Setup), minutes("setup"));
    tally.fold(Some(Loss::Breakdown), model.delay);
    let account = tally.account(cycle, &made, units(of("start_up")));
    let losses = [
        (Loss::Breakdown, "breakdowns"),
        (Loss::Setup, "setup_and_adjustments"),
        (Loss::Speed, "minor_stops_and_reduced_speed"),
        (Loss::Defect, "process_defects"),
        (Loss::StartUp, "reduced_yield"),
    ];
    for (loss, name) in losses {
        let hours = number(&row["six_losses"][name]) / 60.0;
        let difference = (account.of(loss).to_f64() - hours).abs();
        assert!(difference < 1e-6, "{name}: {difference:e} h");
    }
}

#[test]
fn effectiveness_agrees_with_the_package_oee() {
    let golden = golden("effectiveness.json");
    let mut worst = Worst::default();
    let rows = list(&golden["effectiveness"]);
    rows.iter().for_each(|row| hold_effectiveness(&mut worst, row));
    for row in list(&golden["reliability"]) {
        let hours = |name: &str| Span::from_minutes(i64::from(count(&row[name])) * 60);
        let failures = Failures {
            operating: hours("operating_h"),
            repair: hours("repair_h"),
            failures: count(&row["failures"]),
        };
        let mut hold = |figure: &str, got: Option<Decimal>| {
            let expected = Decimal::from_f64(number(&row[figure]), 6).expect("a figure");
            worst.hold(figure, got.expect("a figure").to_f64(), expected.to_f64());
        };
        hold("mtbf", failures.mtbf(Convention::PerFailure));
        hold("mttr", failures.mttr(Convention::PerFailure));
        hold("availability", failures.inherent_availability());
    }
    for row in list(&golden["yields"]) {
        let step =
            |step: &Value| Step { passed: count(&step[0]).into(), entered: count(&step[1]).into() };
        let steps: Vec<Step> = list(&row["steps"]).iter().map(step).collect();
        let expected = Decimal::from_f64(number(&row["rty"]), 6).expect("a figure");
        let got = rolled_throughput_yield(&steps).expect("every step ran");
        worst.hold("rolled throughput yield", got.to_f64(), expected.to_f64());
    }
    for row in list(&golden["takt_minutes"]) {
        let available = Span::from_minutes(i64::from(count(&row["available"])));
        let demand = Amount::from_thousandths(i128::from(count(&row["demand"])) * 1_000);
        let got = takt(available, demand).expect("a demand").milliseconds() as f64 / 60_000.0;
        worst.hold("takt", got, number(&row["takt"]));
    }
    worst.judge(&golden["tool"], |_| 1e-12);
}
