//! An energy baseline: which drivers, is the model valid, what was saved and how sure that is.
//!
//! `cargo run -p millwatt --example baseline`

use millwatt::energy::panel::Panel;
use millwatt::energy::regression::{Design, Moments, NoFit, Term};
use millwatt::energy::rules::Rules;
use millwatt::energy::subsets::best;
use millwatt::energy::uncertainty::{Polynomial, Reported, saving};

/// Twelve months before the new dryer: kWh, kilograms of leaf, days on which it rained.
const USED: [f64; 12] = [
    31_400.0, 28_900.0, 40_300.0, 52_800.0, 61_900.0, 66_400.0, 64_700.0, 60_200.0, 57_500.0,
    48_900.0, 38_600.0, 33_000.0,
];
const LEAF: [f64; 12] = [
    21_000.0, 18_500.0, 30_100.0, 42_600.0, 51_300.0, 56_200.0, 54_000.0, 50_100.0, 47_000.0,
    38_900.0, 28_000.0, 23_100.0,
];
const RAIN: [f64; 12] = [4.0, 6.0, 7.0, 11.0, 14.0, 17.0, 19.0, 18.0, 12.0, 9.0, 6.0, 3.0];

fn main() -> Result<(), NoFit> {
    let names = ["leaf", "rain"];
    let terms = [Term::Value(&LEAF), Term::Value(&RAIN)];
    let moments = Moments::of(&USED, Design::new(&terms))?;
    let chosen = best(&moments, &Rules::SEP, |candidate| {
        let of = |place: &usize| candidate.chosen >> place & 1 == 1;
        let drivers: Vec<&str> = (0..2).filter(of).map(|place| names[place]).collect();
        match &candidate.outcome {
            Ok((panel, None)) => println!("{drivers:?}: adjusted R² {:.4}", panel.adjusted_r2),
            Ok((_, Some(check))) => println!(
                "{drivers:?}: refused, {} {:.3} against {:.3}",
                check.criterion.name(),
                check.value,
                check.limit
            ),
            Err(reason) => println!("{drivers:?}: {reason}"),
        }
    });
    let Some(chosen) = chosen else {
        println!("no model is valid: measure longer, or find the driver that is missing");
        return Ok(());
    };
    let model = moments.fit_of(chosen)?;
    let panel = Panel::of(&model);
    for (term, c) in (0..model.terms()).filter_map(|term| Some((term, model.coefficient(term)?))) {
        let name = names[model.place(term).expect("it is one of its terms")];
        println!("{name}: {:.4} kWh each, t {:.1}, p {:.1e}, VIF {:.1}", c.value, c.t, c.p, c.vif);
    }
    println!("CV(RMSE) {:.2} %", panel.cv_rmse.unwrap_or(0.0) * 100.0);

    // Three months after, with the leaf they had.
    let (used, leaf) = ([47_300.0, 55_100.0, 59_600.0], [41_800.0, 50_600.0, 55_900.0]);
    let expect = |leaf: &f64| model.expect(&[*leaf]).map_or(0.0, |expected| expected.energy);
    let expected = leaf.iter().map(expect).sum();
    let reported = Reported { expected, used: used.iter().sum(), rows: 3, months: 3.0 };
    match saving(&panel, &reported, &Polynomial::MONTHLY, 0.9) {
        Some(saved) => println!(
            "saved {:.0} ± {:.0} kWh at 90 %{}",
            saved.energy,
            saved.band,
            if saved.is_proved() { "" } else { ": not proved" }
        ),
        None => println!("the months resemble each other too much to claim anything"),
    }
    Ok(())
}
