//! Cooling that begins at a temperature: the change point is searched, and the saving is watched by CUSUM.
//!
//! `cargo run -p millwatt --example change_point`

use millwatt::energy::change_point::{Days, Shape, search};
use millwatt::energy::cusum::{Tabular, change};
use millwatt::energy::panel::Panel;
use millwatt::energy::regression::{Design, Moments, NoFit};

fn main() -> Result<(), NoFit> {
    // A year of days: 300 kWh and 12 kWh for each degree above 24.
    let temperature: Vec<f64> =
        (0..365).map(|day| 22.0 + 8.0 * f64::sin(day as f64 / 58.0)).collect();
    let chance = |day: usize| ((day * 7_919) % 41) as f64 - 20.0;
    let used: Vec<f64> = (0..365)
        .map(|day| 300.0 + 12.0 * f64::max(0.0, temperature[day] - 24.0) + chance(day))
        .collect();

    let days = Days { temperatures: &temperature, ends: &[] };
    for shape in Shape::ALL {
        let found = search(shape, &used, days, &[])?;
        let (terms, count) = found.terms(days);
        let design = Design { searched: found.searched(), ..Design::new(&terms[..count]) };
        let moments = Moments::of(&used, design)?;
        let panel = Panel::of(&moments.fit()?);
        println!(
            "{shape:?}: below {:.2}, above {:.2}, adjusted R² {:.4}, CV(RMSE) {:.2} %",
            found.below,
            found.above,
            panel.adjusted_r2,
            panel.cv_rmse.unwrap_or(0.0) * 100.0
        );
    }

    // A valve is mended on day 40 of the next season: 25 kWh a day less than expected.
    let deviations: Vec<f64> =
        (0..90).map(|day| chance(day + 3) - if day >= 40 { 25.0 } else { 0.0 }).collect();
    let mut watch = Tabular::new(6.0, 60.0);
    let alarm = deviations.iter().enumerate().find_map(|(day, d)| Some((day, watch.fold(*d)?)));
    if let Some((day, alarm)) = alarm {
        println!("alarm on day {day}: {:?}, since day {}", alarm.direction, alarm.since);
    }
    if let Some(change) = change(&deviations) {
        println!(
            "the step is at day {}: {:.1} before, {:.1} after",
            change.row, change.before, change.after
        );
    }
    Ok(())
}
