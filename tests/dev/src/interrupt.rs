//! Ctrl-C and its kin: children end with us, and a command may ask to finish its work first.

use std::{
    io, process,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use tokio::{
    runtime,
    signal::unix::{SignalKind, signal},
};

use crate::child;

/// A command wants to end by itself at the first signal.
static GENTLE: AtomicBool = AtomicBool::new(false);
/// A signal has come.
static REQUESTED: AtomicBool = AtomicBool::new(false);

/// What a shell reports for a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

/// From now on, Ctrl-C, SIGTERM and a closed terminal end the children, then this program.
pub fn end_children_on_signal() {
    thread::spawn(|| {
        if let Err(error) = watch() {
            eprintln!("warning: Ctrl-C may leave children behind: {error}");
        }
    });
}

/// From now on the first signal only makes [`requested`] true; a second one ends at once.
pub fn be_gentle() {
    GENTLE.store(true, Ordering::SeqCst);
}

/// Whether the user has asked us to stop.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

fn watch() -> io::Result<()> {
    runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hangup = signal(SignalKind::hangup())?;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            act();
        }
    })
}

fn act() {
    let again = REQUESTED.swap(true, Ordering::SeqCst);
    if GENTLE.load(Ordering::SeqCst) && !again {
        return;
    }
    child::end_all();
    process::exit(INTERRUPTED);
}
