//! OEE of a shift, where its time went, and how reliable the machine was.
//!
//! `cargo run -p millwatt --example effectiveness`

use millwatt::production::{Convention, Failures, Loss, LossTally, MachineTime, State, Tally};
use millwatt::time::Span;
use millwatt::units::Amount;

fn main() {
    let limit = Span::from_minutes(5);
    let stretches = [
        (State::Setup, 25),
        (State::Running, 130),
        (State::Idle, 4),
        (State::Running, 96),
        (State::Down, 35),
        (State::Running, 120),
        (State::Idle, 22),
        (State::Running, 48),
    ];
    let (mut time, mut losses) = (MachineTime::default(), LossTally::default());
    for (state, minutes) in stretches {
        let lasted = Span::from_minutes(minutes);
        let loss = Loss::of(state, lasted, limit);
        time.fold(state, lasted);
        losses.fold(loss, lasted);
        loss.iter().for_each(|loss| losses.count(*loss));
    }
    let kilograms = |kg: i128| Amount::from_thousandths(kg * 1_000);
    let made = Tally { good: kilograms(352), reject: kilograms(9) };
    let cycle = Span::from_minutes(1);
    let shown = |figure: Option<millwatt::Decimal>| {
        figure.map_or("unknown".to_owned(), |figure| figure.rounded(4).to_string())
    };
    println!("availability {}", shown(time.availability()));
    println!("performance  {}", shown(made.performance(cycle, &time)));
    println!("quality      {}", shown(made.quality()));
    println!("OEE          {}", shown(made.oee(cycle, &time)));

    let account = losses.account(cycle, &made, Amount::ZERO);
    for loss in Loss::ALL {
        println!("  {:<12}{:>8} h", loss.name(), account.of(loss).rounded(3).to_string());
    }
    println!("  {:<12}{:>8} h", "good", account.good().rounded(3).to_string());
    println!(
        "  {:<12}{:>8} h, all of it accounted for",
        "planned",
        account.whole().rounded(3).to_string()
    );

    let failures = Failures {
        operating: losses.running() + losses.stopped(Loss::Setup),
        repair: losses.stopped(Loss::Breakdown),
        failures: losses.failures(),
    };
    for convention in [Convention::PerFailure, Convention::PlusOne] {
        println!("MTBF {} h ({})", shown(failures.mtbf(convention)), convention.name());
    }
}
