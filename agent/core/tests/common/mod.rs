//! What the stories of power cuts share.

/// Cuts on one geometry: so many, from a seed on; gives how many there were.
pub type Story = fn(u64, u64) -> u64;

/// A number from the environment.
pub fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Shares cuts out among some stories on two threads; gives how many there were.
#[allow(dead_code)]
pub fn share_out(stories: &[Story], wanted: u64, seed: u64) -> u64 {
    let share = wanted.div_ceil(stories.len() as u64);
    let run = |stories: &[Story]| stories.iter().map(|story| story(share, seed)).sum::<u64>();
    let (one, other) = stories.split_at(stories.len() / 2);
    std::thread::scope(|scope| {
        let one = scope.spawn(|| run(one));
        run(other) + one.join().expect("nothing acknowledged is lost")
    })
}
