//! Child processes: quiet, bounded in time, and never left behind.
//!
//! Each child leads a process group of its own. When it ends, or its time is up, or we are
//! interrupted, the whole group is ended, so that nothing that a test started lives on.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

use crate::trouble::Trouble;

/// How often a running child is looked at.
const GLANCE: Duration = Duration::from_millis(20);
/// What a group gets to end in good order, before it is killed.
const GRACE: Duration = Duration::from_secs(3);

/// The groups that run now.
static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Runs a command to its end with its output appended to `log`.
///
/// # Errors
/// `Missing` when there is no such program, `Failed` when it cannot start or outlasts `limit`.
pub fn run(command: &mut Command, log: &Path, limit: Duration) -> Result<ExitStatus, Trouble> {
    let mut output = open(log)?;
    let name = command.get_program().to_string_lossy().into_owned();
    let noted = writeln!(output, "$ {}", line(command)).and_then(|()| output.try_clone());
    let errors = noted.map_err(|error| Trouble::file("write", log, &error))?;
    command.stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
    let mut child = start(command).map_err(|error| cannot_start(&name, &error))?;
    let group = Pid::from_child(&child);
    let status = wait(&mut child, limit);
    end(group);
    match status {
        Ok(Some(status)) => Ok(status),
        Ok(None) => Err(Trouble::Failed(format!("{name} was stopped after {} s", limit.as_secs()))),
        Err(error) => Err(Trouble::Failed(format!("cannot wait for {name}: {error}"))),
    }
}

/// Like [`run`], and a status other than 0 is an error that names the log.
pub fn succeed(command: &mut Command, log: &Path, limit: Duration) -> Result<(), Trouble> {
    let status = run(command, log, limit)?;
    if status.success() {
        return Ok(());
    }
    let command = line(command);
    Err(Trouble::Failed(format!("`{command}` failed ({status}); see {}", log.display())))
}

/// What a short question answers on standard output, if it answers with status 0.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}

/// Ends all groups and lets no new one start; for a program that is about to exit.
pub fn end_all() {
    let groups = groups();
    signal_all(&groups, Signal::TERM);
    let deadline = Instant::now() + GRACE;
    while groups.iter().any(|group| test_kill_process_group(*group).is_ok()) {
        if Instant::now() > deadline {
            signal_all(&groups, Signal::KILL);
            break;
        }
        thread::sleep(GLANCE);
    }
    // The lock is never given back: whoever wants to start a child now waits until we are gone.
    std::mem::forget(groups);
}

/// Starts the child and notes its group in one step, so that an interrupt misses none.
fn start(command: &mut Command) -> io::Result<Child> {
    let mut groups = groups();
    let child = command.spawn()?;
    groups.push(Pid::from_child(&child));
    Ok(child)
}

/// The status, or `None` when the time was up and the child was ended.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        thread::sleep(GLANCE);
    }
    signal_all(&[Pid::from_child(child)], Signal::KILL);
    child.wait().map(|_| None)
}

/// Ends what is left of a group whose leader has ended.
fn end(group: Pid) {
    signal_all(&[group], Signal::KILL);
    groups().retain(|other| *other != group);
}

fn signal_all(groups: &[Pid], signal: Signal) {
    for group in groups {
        // It fails when the group has ended already, which is what we want.
        let _ = kill_process_group(*group, signal);
    }
}

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open(log: &Path) -> Result<File, Trouble> {
    let file = OpenOptions::new().create(true).append(true).open(log);
    file.map_err(|error| Trouble::file("open", log, &error))
}

fn cannot_start(name: &str, error: &io::Error) -> Trouble {
    match error.kind() {
        io::ErrorKind::NotFound => Trouble::missing(name, "install it and try again"),
        _ => Trouble::Failed(format!("cannot start {name}: {error}")),
    }
}

/// The command as one would type it.
fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
