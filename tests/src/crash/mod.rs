//! Power cuts and disk errors under the real programs: their system calls are recorded, and at any place among them
//! the disk is laid out as a crash may have left it.
//!
//! [`record`] runs a program under strace and [`trace`] reads what that wrote down; [`disk`] and [`content`] follow it
//! and say what is certain at each place, [`choices`] what may be of the rest; [`told`] hears what was acknowledged,
//! [`judge`] recovers an image and holds it against that, and [`cuts`] does so at every place.

pub mod choices;
pub mod content;
pub mod copying;
pub mod cuts;
pub mod disk;
pub mod found;
pub mod judge;
pub mod record;
pub mod told;
pub mod trace;

/// Does a piece of work for each item, on as many threads as there are cores.
///
/// # Panics
/// When one of them does.
pub fn in_parallel<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let take = || items.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    std::thread::scope(|scope| {
        for _ in 0..workers() {
            scope.spawn(|| {
                while let Some(item) = take() {
                    work(item);
                }
            });
        }
    });
}

/// How many pieces of work are done side by side.
#[must_use]
pub fn workers() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

/// A disk that refuses more often ends the program.
const TRIES: usize = 50;

/// Does what a disk may refuse.
///
/// # Panics
/// When it refuses fifty times.
pub fn again<T, E: std::fmt::Display>(mut work: impl FnMut() -> Result<T, E>) -> T {
    let mut tries = (0..TRIES).map(|_| work());
    let done = tries.find_map(|outcome| outcome.map_err(|error| eprintln!("{error}")).ok());
    done.unwrap_or_else(|| panic!("refused {TRIES} times"))
}

/// A temporary folder, in memory where the system has a place for that.
///
/// # Panics
/// When none can be made.
#[must_use]
pub fn folder() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    made.expect("a temporary folder")
}
