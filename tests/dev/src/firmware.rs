//! The firmware, built and run in QEMU.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{
    cargo, child, packages, places,
    toolchain::{self, Order, Target},
    trouble::Trouble,
};

/// A self-check with the digest of a year takes most of a minute where the machine is busy; a hanging one must not
/// hold the tests.
const LIMIT: Duration = Duration::from_secs(300);

/// What a run in QEMU gave.
pub struct Run {
    /// What the firmware printed.
    pub text: String,
    /// Whether it ended with status 0.
    pub sound: bool,
}

/// Builds the firmware and returns its ELF file.
pub fn build(log: &Path) -> Result<PathBuf, Trouble> {
    build_with("", log)
}

fn build_with(features: &str, log: &Path) -> Result<PathBuf, Trouble> {
    let (package, profile) = ("millwatt-firmware", "firmware");
    let (target, binary, variable) = (Target::Microcontroller, Some(package), None);
    let order = Order { target, package, binary, variable, features, profile, log };
    Ok(toolchain::build(&order)?.join(package))
}

/// How many crates the firmware is linked from, our own counted; `None` where cargo does not say.
pub fn crates(log: &Path) -> Option<usize> {
    let mut command = cargo::host();
    command.args(["tree", "--package", "millwatt-firmware", "--edges", "normal,no-proc-macro"]);
    command.args(["--target", Target::Microcontroller.triple(), "--prefix", "none"]);
    let text = child::answer(&mut command)?;
    let mut names: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    names.sort_unstable();
    names.dedup();
    append(log, &text).ok()?;
    Some(names.len())
}

/// What the codec costs on the microcontroller, a line each. QEMU runs an instruction in a nanosecond of the
/// board's time, so that its timer counts them.
pub fn costs(log: &Path) -> Result<Vec<String>, Trouble> {
    let run = run_with(&["-icount", "shift=0"], &build_with("_cost", log)?, log)?;
    let lines = run.text.lines().skip(1).map(str::to_owned).collect();
    if run.sound { Ok(lines) } else { Err(Trouble::Failed(format!("wrong: {}", run.text))) }
}

/// Runs an ELF file on a Cortex-M4 in QEMU; semihosting carries its output and status.
pub fn run(elf: &Path, log: &Path) -> Result<Run, Trouble> {
    run_with(&[], elf, log)
}

fn run_with(arguments: &[&str], elf: &Path, log: &Path) -> Result<Run, Trouble> {
    let qemu = packages::have("qemu-system-arm", &["qemu-system-arm"], log)?;
    let printed = places::log("firmware-output")?;
    places::write(&printed, "")?;
    let mut command = Command::new(qemu);
    command.args(["-cpu", "cortex-m4", "-machine", "mps2-an386", "-nographic"]).args(arguments);
    command.args(["-semihosting-config", "enable=on,target=native", "-kernel"]).arg(elf);
    let status = child::run(&mut command, &printed, LIMIT)?;
    let text = places::read(&printed)?;
    // The first line is the command.
    let text = text.lines().skip(1).collect::<Vec<_>>().join("\n");
    append(log, &text)?;
    Ok(Run { text, sound: status.success() })
}

fn append(log: &Path, text: &str) -> Result<(), Trouble> {
    let before = fs::read_to_string(log).unwrap_or_default();
    places::write(log, format!("{before}{text}\n"))
}
