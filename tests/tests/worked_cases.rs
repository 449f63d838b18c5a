//! The indicators against worked cases that others have published: `golden/worked_cases.json` names the
//! source of each. A result must agree to the last digit that the source prints; where a source
//! truncates, or reckons on with what it has rounded, by one more.

use millwatt::Decimal;
use millwatt::energy::action::Action;
use millwatt::energy::degree_days::{DegreeDays, Side};
use millwatt::energy::fuel::{Burnt, VIETNAM, in_force};
use millwatt::energy::reactive::{ReactiveCharge, compensation};
use millwatt::energy::regression::{Design, Moments, Term};
use millwatt::management::lean::{lead_time, takt};
use millwatt::management::productivity::tfp_growth;
use millwatt::management::quality::{Step, defects_per_million, rolled_throughput_yield};
use millwatt::management::work_safety::injury_frequency;
use millwatt::production::compressor::LeakTest;
use millwatt::production::{Convention, Failures, MachineTime, State, Tally};
use millwatt::time::{Date, Instant, Span};
use millwatt::units::{Amount, Energy, Money};
use serde_json::Value;

struct Case<'a> {
    inputs: &'a Value,
    expected: &'a Value,
    decimals: i32,
    title: &'a str,
}

impl Case<'_> {
    fn input(&self, name: &str) -> Option<f64> {
        self.inputs[name].as_f64()
    }

    fn of(&self, name: &str) -> f64 {
        self.input(name).unwrap_or_else(|| panic!("{}: no {name}", self.title))
    }

    fn minutes(&self, name: &str) -> Span {
        Span::from_milliseconds((self.of(name) * 60_000.0).round() as i64)
    }

    fn units(&self, name: &str) -> Amount {
        Amount::from_thousandths((self.of(name) * 1_000.0).round() as i128)
    }

    /// Holds a figure to the printed digits; 0 when the source does not print it.
    fn hold(&self, name: &str, got: f64) -> usize {
        let Some(printed) = self.expected[name].as_f64() else { return 0 };
        let last_digit = 10_f64.powi(-self.decimals);
        let apart = (got - printed).abs();
        assert!(apart <= 1.05 * last_digit, "{}: {name} is {got}, printed {printed}", self.title);
        1
    }
}

fn shown(figure: Option<Decimal>) -> f64 {
    figure.expect("a figure").to_f64()
}

fn effectiveness(case: &Case<'_>) -> usize {
    let (Some(_), Some(_)) = (case.input("total_count"), case.input("down_minutes")) else {
        return 0;
    };
    let mut time = MachineTime::default();
    let down = case.minutes("down_minutes");
    time.fold(State::Running, case.minutes("planned_minutes") - down);
    time.fold(State::Down, down);
    let total = case.units("total_count");
    let good = case.input("good_count").map_or(total, |_| case.units("good_count"));
    let tally = Tally { good, reject: total - good };
    let cycle = Span::from_milliseconds((case.of("ideal_cycle_seconds") * 1e3).round() as i64);
    let figures = [
        ("availability", time.availability()),
        ("performance", tally.performance(cycle, &time)),
        ("quality", tally.quality()),
        ("oee", tally.oee(cycle, &time)),
    ];
    let mut held = 0;
    for (name, figure) in figures {
        held += case.hold(name, shown(figure));
        held += case.hold(&format!("{name}_percent"), shown(figure) * 100.0);
    }
    held
}

fn reliability(case: &Case<'_>) -> usize {
    let hours = |name: &str| Span::from_minutes((case.input(name).unwrap_or(0.0) * 60.0) as i64);
    let failures = Failures {
        operating: hours("operating_hours"),
        repair: hours("repair_hours"),
        failures: case.of("failures") as u32,
    };
    case.hold("mtbf_hours", shown(failures.mtbf(Convention::PerFailure)))
        + case.hold("mttr_hours", shown(failures.mttr(Convention::PerFailure)))
}

fn takt_time(case: &Case<'_>) -> usize {
    let takt = takt(case.minutes("available_minutes"), case.units("demand_units"));
    let minutes = takt.expect("a demand").milliseconds() as f64 / 60_000.0;
    case.hold("takt_minutes", minutes)
}

fn yields(case: &Case<'_>) -> usize {
    let step = |entered: u64, passed: f64| Step { entered, passed: passed.round() as u64 };
    let steps: Vec<Step> = (1..=3)
        .filter_map(|place| {
            let direct = case.input(&format!("step_{place}_yield")).map(|share| share * 1e6);
            let defects = case.input(&format!("step_{place}_defects"));
            let units = case.input("units").unwrap_or(1.0);
            let by_defects = defects.map(|defects| (units - defects) / units * 1e6);
            direct.or(by_defects).map(|passed| step(1_000_000, passed))
        })
        .collect();
    case.hold("rolled_throughput_yield", shown(rolled_throughput_yield(&steps)))
}

fn leak(case: &Case<'_>) -> usize {
    let test =
        LeakTest { loaded: case.minutes("load_minutes"), unloaded: case.minutes("unload_minutes") };
    let share = shown(test.leak_share());
    case.hold("leak_fraction", share) + case.hold("leak_percent", share * 100.0)
}

fn load_factor(case: &Case<'_>) -> usize {
    let energy = Energy::from_kwh(case.of("energy_kwh")).expect("a number");
    let span = Span::DAY.times(case.of("days") as i64);
    let mean = energy.mean_power(span).expect("days").kw().to_f64();
    let factor = mean / case.of("peak_kw");
    case.hold("load_factor_percent", factor * 100.0)
        + case.hold("load_factor", factor)
        + case.hold("average_kw", mean)
}

fn degree_days(case: &Case<'_>) -> usize {
    let mean = case.input("mean_f").unwrap_or_else(|| (case.of("max_f") + case.of("min_f")) / 2.0);
    let on = |side| {
        let days = DegreeDays { temperatures: &[mean], ends: &[], base: case.of("base_f"), side };
        days.of_row(0).to_f64()
    };
    case.hold("hdd", on(Side::Below)) + case.hold("cdd", on(Side::Above))
}

fn payback(case: &Case<'_>) -> usize {
    let money = |value: f64| Money::from_thousandths((value * 1e3) as i128);
    let gross =
        case.input("annual_saving").or(case.input("gross_annual_saving")).expect("a saving");
    let net = gross - case.input("annual_cost").unwrap_or(0.0);
    let action = Action {
        what: "",
        decided: Instant::MIN,
        investment: money(case.of("investment")),
        expected_energy: Energy::ZERO,
        expected_money: money(net),
    };
    case.hold("payback_years", shown(action.payback_months()) / 12.0)
}

fn growth(case: &Case<'_>) -> usize {
    let (Some(value), Some(share)) = (case.input("va_growth_percent"), case.input("labour_share"))
    else {
        // Output per worker is value added with labour held still.
        let capital = case.of("capital_per_worker_growth_percent");
        let value = case.of("output_per_worker_growth_percent");
        let growth = tfp_growth(value, capital, 0.0, 1.0 - case.of("capital_share"));
        return case.hold("tfp_growth_percent", growth.tfp)
            + case.hold("capital_deepening_contribution", growth.by_capital);
    };
    let of = |name| case.of(name);
    let growth =
        tfp_growth(value, of("capital_growth_percent"), of("labour_growth_percent"), share);
    case.hold("tfp_growth_percent", growth.tfp)
        + case.hold("capital_contribution", growth.by_capital)
        + case.hold("labour_contribution", growth.by_labour)
}

fn regression(case: &Case<'_>) -> usize {
    let column =
        |axis: &str| -> Vec<f64> { (1..=9).map(|row| case.of(&format!("{axis}_{row}"))).collect() };
    let (x, y) = (column("x"), column("y"));
    let terms = [Term::Value(&x)];
    let moments = Moments::of(&y, Design::new(&terms)).expect("numbers");
    let fit = moments.fit().expect("a model");
    case.hold("slope", fit.coefficient(0).expect("one").value)
        + case.hold("intercept", fit.intercept().expect("one").value)
        + case.hold("prediction", fit.expect(&[case.of("predict_at_x")]).expect("one").energy)
}

/// What the Vietnamese tables call a fuel, and what ours does.
const FUELS: [(&str, &str, &str, f64); 6] = [
    ("electricity_kwh", "electricity", "kWh", 1.0),
    ("coal_grade_1_2_tonnes", "coal 1-2", "kg", 1_000.0),
    ("coal_grade_3_4_tonnes", "coal 3-4", "kg", 1_000.0),
    ("diesel_tonnes", "diesel", "kg", 1_000.0),
    ("fuel_oil_tonnes", "fuel oil", "kg", 1_000.0),
    ("lpg_tonnes", "LPG", "kg", 1_000.0),
];

fn oil_equivalent(case: &Case<'_>) -> usize {
    let known = FUELS.iter().find(|(input, ..)| case.input(input).is_some());
    let Some((input, fuel, unit, units)) = known else { return 0 };
    let day = Date { year: 2023, month: 1, day: 1 };
    let factor = in_force(&VIETNAM, fuel, unit, day).expect("in the table");
    let mut burnt = Burnt::default();
    let thousandths = (case.of(input) * units * 1e3) as i128;
    burnt.fold(Amount::from_thousandths(thousandths), factor);
    case.hold("toe", burnt.oil.toe().to_f64())
}

fn reactive(case: &Case<'_>) -> usize {
    let factor = Decimal::from_f64(case.of("cos_phi"), 2).expect("a number");
    let share = ReactiveCharge::CIRCULAR_15_2014.share(factor).to_f64();
    case.hold("k_percent", share * 100.0)
}

fn lead(case: &Case<'_>) -> usize {
    let Some(in_process) = case.input("wip_units") else { return 0 };
    let amount = |units: f64| Amount::from_thousandths((units * 1e3) as i128);
    let year = Span::DAY.times(365);
    let lead = lead_time(amount(in_process), case.units("throughput_per_year"), year);
    let years = lead.expect("throughput").milliseconds() as f64 / year.milliseconds() as f64;
    case.hold("lead_time_years", years)
}

fn hold(topic: &str, case: &Case<'_>) -> usize {
    match topic {
        "oee" => effectiveness(case),
        "mtbf_mttr" => reliability(case),
        "takt_time" => takt_time(case),
        "rolled_throughput_yield" | "first_pass_yield" => yields(case),
        "compressed_air_leak" => leak(case),
        "load_factor" => load_factor(case),
        "degree_days" => degree_days(case),
        "simple_payback" => payback(case),
        "tfp_growth" => growth(case),
        "regression_baseline" => regression(case),
        "toe_factor_table" => oil_equivalent(case),
        "vn_reactive_k_table" => reactive(case),
        "littles_law" => lead(case),
        "dpmo" => {
            let whole = |name| case.of(name) as u64;
            let chances = case.of("opportunities_per_unit") as u32;
            let got = defects_per_million(whole("defects"), whole("units"), chances);
            case.hold("dpmo", shown(got))
        }
        "power_factor_correction" => {
            let of = |name| case.of(name);
            let got = compensation(of("active_kw"), of("cos_phi_before"), of("cos_phi_after"));
            case.hold("kvar", got.expect("a lower factor"))
        }
        "injury_rate" => {
            let whole = |name| case.of(name) as u64;
            let cases = case.of("cases") as u32;
            let got = shown(injury_frequency(cases, whole("hours_worked"), whole("base_hours")));
            case.hold("incident_rate", got) + case.hold("dart_rate", got)
        }
        _ => 0,
    }
}

#[test]
fn published_cases_come_out_as_printed() {
    let golden: Value =
        serde_json::from_str(include_str!("../golden/worked_cases.json")).expect("JSON");
    let (mut figures, mut topics) = (0, std::collections::BTreeSet::new());
    for row in golden["cases"].as_array().expect("a list") {
        let case = Case {
            inputs: &row["inputs"],
            expected: &row["expected"],
            decimals: row["decimals"].as_i64().expect("a count") as i32,
            title: row["title"].as_str().expect("a title"),
        };
        let topic = row["topic"].as_str().expect("a topic");
        let held = hold(topic, &case);
        figures += held;
        topics.extend((held > 0).then_some(topic));
    }
    println!("{figures} published figures in {} topics: {topics:?}", topics.len());
    assert!(figures >= 80 && topics.len() >= 15, "{figures} figures in {} topics", topics.len());
}
