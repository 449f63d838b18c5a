//! NIST's linear Statistical Reference Datasets: how many digits of each certified value come out.
//!
//! `cargo test -p millwatt --test strd -- --nocapture` prints the table. The data is in the public
//! domain; `strd/certified.json` says for each set how many digits an exact solver can reach once the
//! data was rounded to doubles.

use millwatt::energy::panel::Panel;
use millwatt::energy::regression::{Coefficient, Design, Moments, Term};
use serde_json::Value;

struct Set {
    name: String,
    certified: Value,
    degree: u32,
    intercept: bool,
    reachable: f64,
    used: Vec<f64>,
    columns: Vec<Vec<f64>>,
}

fn sets() -> Vec<Set> {
    let text = include_str!("strd/certified.json");
    let all: Value = serde_json::from_str(text).expect("JSON");
    all.as_array().expect("a list").iter().map(read).collect()
}

fn read(entry: &Value) -> Set {
    let name = entry["set"].as_str().expect("a name").to_owned();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/strd");
    let text = std::fs::read_to_string(format!("{folder}/{name}.csv")).expect("the set");
    let rows: Vec<Vec<f64>> = text.lines().skip(1).map(numbers).collect();
    let drivers = rows[0].len() - 1;
    Set {
        name,
        certified: entry["certified"].clone(),
        degree: entry["polynomial_degree"].as_u64().expect("a degree") as u32,
        intercept: entry["intercept"].as_bool().expect("yes or no"),
        reachable: entry["digits_reachable_with_f64_input"].as_f64().expect("digits"),
        used: rows.iter().map(|row| row[drivers]).collect(),
        columns: (0..drivers).map(|j| rows.iter().map(|row| row[j]).collect()).collect(),
    }
}

fn numbers(line: &str) -> Vec<f64> {
    line.split(',').map(|cell| cell.parse().expect("a number")).collect()
}

/// Correct decimal digits, 15 at most; of the absolute error where the certified value is zero.
fn digits(got: f64, certified: &Value) -> f64 {
    let certified: f64 = certified.as_str().expect("a number").parse().expect("a number");
    let scale = if certified == 0.0 { 1.0 } else { certified.abs() };
    let error = (got - certified).abs() / scale;
    if error == 0.0 { 15.0 } else { (-error.log10()).clamp(0.0, 15.0) }
}

fn worst<'a>(got: impl Iterator<Item = f64>, certified: &'a Value) -> f64 {
    let certified: Vec<&'a Value> = certified.as_array().expect("a list").iter().collect();
    let got: Vec<f64> = got.collect();
    assert_eq!(got.len(), certified.len());
    got.into_iter().zip(certified).map(|(got, value)| digits(got, value)).fold(15.0, f64::min)
}

impl Set {
    fn terms(&self) -> Vec<Term<'_>> {
        match self.degree {
            0 => self.columns.iter().map(|column| Term::Value(column)).collect(),
            degree => (1..=degree).map(|power| Term::Power(&self.columns[0], power)).collect(),
        }
    }

    /// Worst digits of coefficients, standard errors, residual deviation and R².
    fn reached(&self) -> [f64; 4] {
        let terms = self.terms();
        let design = Design { intercept: self.intercept, ..Design::new(&terms) };
        let moments = Moments::of(&self.used, design).expect("numbers");
        let fit = moments.fit().expect("a model");
        let slopes = (0..fit.terms()).filter_map(|term| fit.coefficient(term));
        let all: Vec<Coefficient> = fit.intercept().into_iter().chain(slopes).collect();
        let panel = Panel::of(&fit);
        [
            worst(all.iter().map(|one| one.value), &self.certified["coef"]),
            worst(all.iter().map(|one| one.standard_error), &self.certified["se"]),
            digits(fit.residual_deviation(), &self.certified["residual_sd"]),
            digits(panel.r2, &self.certified["r2"]),
        ]
    }
}

#[test]
fn thirteen_digits_of_every_certified_value() {
    println!("set       coefficients  standard errors  deviation  R²    (reachable)");
    for set in sets() {
        let [values, errors, deviation, r2] = set.reached();
        let (name, reachable) = (&set.name, set.reachable);
        println!(
            "{name:<10}{values:>12.1}{errors:>17.1}{deviation:>11.1}{r2:>6.1}{reachable:>11.1}"
        );
        let asked = reachable.min(13.0);
        for got in [values, errors, deviation, r2] {
            assert!(got >= asked, "{name}: {got:.1} digits, {asked:.1} asked");
        }
    }
}
