//! A serial line without wires: two pseudo terminals, and between them bytes that take as long as on a line.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// Bits of a character on the line, parity or second stop bit counted.
const BITS: f64 = 11.0;

/// A line with two ends that programs open as serial ports.
#[derive(Debug)]
pub struct SerialLine {
    near: PathBuf,
    far: PathBuf,
    /// Characters that went over it, both ways.
    characters: Arc<AtomicU64>,
    /// Held open, so that an end may be closed and opened again.
    _ends: [File; 2],
}

impl SerialLine {
    /// A line of a rate in bits a second; it lasts as long as the test's process.
    ///
    /// # Panics
    /// When the system has no pseudo terminals.
    #[must_use]
    pub fn new(baud: u32) -> Self {
        let [(near, one, one_end), (far, other, other_end)] = [terminal(), terminal()];
        let characters = Arc::new(AtomicU64::new(0));
        let character = Duration::from_secs_f64(BITS / f64::from(baud));
        for (from, to) in [(&one, &other), (&other, &one)] {
            let (from, to) =
                (from.try_clone().expect("a handle"), to.try_clone().expect("a handle"));
            let characters = Arc::clone(&characters);
            std::thread::spawn(move || carry(from, to, character, &characters));
        }
        Self { near, far, characters, _ends: [one_end, other_end] }
    }

    /// The master's serial port.
    #[must_use]
    pub fn near(&self) -> &Path {
        &self.near
    }

    /// The meters' serial port.
    #[must_use]
    pub fn far(&self) -> &Path {
        &self.far
    }

    /// Characters that went over the line so far.
    #[must_use]
    pub fn characters(&self) -> u64 {
        self.characters.load(Ordering::SeqCst)
    }
}

/// A pseudo terminal: the name of its port, our side of it, and the port held open.
fn terminal() -> (PathBuf, File, File) {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo terminal");
    grantpt(&master).and_then(|()| unlockpt(&master)).expect("it can be opened");
    let name = ptsname(&master, Vec::new()).expect("it has a name");
    let path = PathBuf::from(name.to_str().expect("plain letters"));
    let port = File::options().read(true).write(true).open(&path).expect("it opens");
    let mut settings = tcgetattr(&port).expect("a terminal");
    settings.make_raw();
    tcsetattr(&port, OptionalActions::Now, &settings).expect("it takes settings");
    (path, File::from(master), port)
}

/// Carries characters one by one, each as long as it takes.
fn carry(mut from: File, mut to: File, character: Duration, characters: &AtomicU64) {
    let (mut buffer, mut free) = ([0; 256], Instant::now());
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        free = free.max(Instant::now());
        for byte in &buffer[..length] {
            free += character;
            std::thread::sleep(free.saturating_duration_since(Instant::now()));
            if to.write_all(&[*byte]).is_err() {
                return;
            }
            characters.fetch_add(1, Ordering::SeqCst);
        }
    }
}
