//! The stages of the full test, in their order: what fails soonest comes first.

use std::process::Command;

use crate::{
    cargo, child, counts, digest, firmware, fuzz, mutants, node_image, page, rigs,
    stage::{Context, Report, Stage},
    trouble::Trouble,
};

/// Every package that the host builds; the firmware has a stage of its own.
const HOST_PACKAGES: [&str; 3] = ["--workspace", "--exclude", "millwatt-firmware"];

/// All stages.
pub const STAGES: [Stage; 14] = [
    Stage { name: "format", about: "cargo fmt --check", run: format },
    Stage { name: "clippy", about: "lints of all targets, warnings denied", run: clippy },
    Stage { name: "rustdoc", about: "documentation, warnings denied", run: rustdoc },
    Stage {
        name: "metrics",
        about: "the metric crate alone, each set of features by itself",
        run: metrics,
    },
    Stage { name: "unit", about: "tests inside the crates: unit, golden, property", run: unit },
    Stage { name: "examples", about: "the examples in the documentation", run: examples },
    Stage {
        name: "cuts",
        about: "the log under a million power cuts (--long: fifty million), crashes of its disk, spoilt lines",
        run: cuts,
    },
    Stage {
        name: "mutants",
        about: "bugs planted in the log, one at a time: cuts and crashes must find each",
        run: mutants::hunt,
    },
    Stage {
        name: "fuzz",
        about: "made-up bytes for every parser, half a minute each (--long: ten minutes)",
        run: fuzz::all,
    },
    Stage { name: "firmware", about: "the firmware on a Cortex-M4 in QEMU", run: in_qemu },
    Stage { name: "page", about: "the page's WebAssembly", run: build_page },
    Stage {
        name: "counts",
        about: "instructions of the metric crate's work, each below its limit",
        run: counts::compare,
    },
    Stage {
        name: "digest",
        about: "every indicator of a seeded year: the same bits on host, Cortex-M4, Node, Chromium",
        run: digest::compare,
    },
    Stage {
        name: "stories",
        about: "simulation and end to end, with real servers and a real browser",
        run: stories,
    },
];

fn format(context: &Context) -> Report {
    check(context, cargo::host().args(["fmt", "--all", "--", "--check", "--color", "never"]))
}

fn clippy(context: &Context) -> Report {
    let mut command = host("clippy");
    command.args(["--features", "millwatt-agent/_sim", "--all-targets", "--keep-going"]);
    let all = check(context, command.args(["--", "-D", "warnings"]));
    // As people build it: everything else here is built with each feature of the gateway.
    let mut plain = cargo::host();
    plain.args(["clippy", "--package", "millwatt-gateway", "--", "-D", "warnings"]);
    all.and(check(context, &mut plain))
}

fn rustdoc(context: &Context) -> Report {
    // Libraries only: the binary `millwatt` would overwrite the crate of the same name.
    let mut command = host("doc");
    check(context, command.args(["--no-deps", "--lib"]).env("RUSTDOCFLAGS", "-D warnings"))
}

/// Each feature set by itself: in one build with the workspace, features would be united.
fn metrics(context: &Context) -> Report {
    let alone = |features: &str| {
        let mut command = cargo::host();
        command.args(["test", "--no-fail-fast", "--package", "millwatt", "--features", features]);
        context.test(&mut command)
    };
    alone("").and(alone("wire")).and(alone("trust")).and(alone("alloc,trust,_digest"))
}

fn unit(context: &Context) -> Report {
    context.test(host("test").args(["--no-fail-fast", "--lib", "--bins"]))
}

fn examples(context: &Context) -> Report {
    context.test(host("test").args(["--no-fail-fast", "--doc"]))
}

fn cuts(context: &Context) -> Report {
    let [ring, rows, seals, worlds, frames, links, nodes] = match context.long {
        true => ["50000000", "5000000", "500000", "20000", "1000000000", "200000", "5000"],
        false => ["1000000", "60000", "12000", "300", "5000000", "2000", "60"],
    };
    let mut command = cargo::host();
    command.args(["test", "--release", "--package", "millwatt-agent", "--features", "_sim"]);
    command.args(["--test", "power_cuts", "--test", "recorder_cuts"]);
    command.args(["--test", "sealer_cuts", "--test", "crash_images", "--test", "whole"]);
    command
        .args(["--test", "node", "--test", "node_link", "--test", "noisy_line"])
        .env("MILLWATT_FRAMES", frames);
    command.env("MILLWATT_CUTS", ring).env("MILLWATT_ROW_CUTS", rows);
    command.env("MILLWATT_SEAL_CUTS", seals).env("MILLWATT_SEEDS", worlds);
    command.env("MILLWATT_LINKS", links).env("MILLWATT_NODES", nodes);
    let report = context.test(&mut command);
    let text = crate::places::read(&context.log).unwrap_or_default();
    let ends = [
        "lost, doubled or invented",
        "every published checkpoint holds",
        "passed for a good one",
        "each arrived, once",
    ];
    let told = text.lines().filter(|line| ends.iter().any(|end| line.ends_with(end)));
    let notes = told.map(str::to_owned).collect();
    Report { notes: [report.notes, notes].concat(), ..report }
}

fn stories(context: &Context) -> Report {
    let rigs = rigs::prepare(context);
    let mut command = host("test");
    rigs.tell(&mut command);
    // The agent's tests of this kind are the stage `cuts`, with a feature that nothing else wants.
    command.args(["--exclude", "millwatt-agent"]);
    let report = context.test(command.args(["--no-fail-fast", "--test", "*"]));
    let notes = figures_told(&crate::places::read(&context.log).unwrap_or_default());
    rigs.report.and(Report { notes: [report.notes, notes].concat(), ..report })
}

/// Tests that say more print tables, which `cargo figures` shows, or the report of an import.
const MOST_LINES: usize = 2;

/// What each test that passed said, where that is a line or two.
fn figures_told(output: &str) -> Vec<String> {
    // The word stands before what the tests said and again before their names.
    let parts = output.split("\nsuccesses:\n").filter(|part| part.starts_with("\n---- "));
    parts.flat_map(|part| part.split("\n---- ").skip(1)).flat_map(told_briefly).collect()
}

/// The lines below a test's name, or none where there are too many.
fn told_briefly(section: &str) -> Vec<String> {
    let is_told = |line: &&str| !line.is_empty() && !line.starts_with("SKIPPED: ");
    let lines: Vec<String> = section.lines().skip(1).filter(is_told).map(str::to_owned).collect();
    if lines.len() <= MOST_LINES { lines } else { Vec::new() }
}

fn build_page(context: &Context) -> Report {
    context.verdict(page::ensure_page())
}

fn in_qemu(context: &Context) -> Report {
    match firmware::build(&context.log).and_then(|elf| firmware::run(&elf, &context.log)) {
        Ok(run) => {
            let report = context.verdict(sound(&run));
            let report = Report { notes: [report.notes, told(&run)].concat(), ..report };
            report.and(small(context)).and(context.verdict(node_image::second_board(&context.log)))
        }
        Err(trouble) => context.trouble(&trouble),
    }
}

/// The node's image within its limits.
fn small(context: &Context) -> Report {
    match node_image::sizes(&context.log) {
        Ok((lines, judged)) => {
            let report = context.verdict(judged);
            Report { notes: [report.notes, lines].concat(), ..report }
        }
        Err(trouble) => context.trouble(&trouble),
    }
}

fn sound(run: &firmware::Run) -> Result<(), Trouble> {
    if run.sound && run.text.starts_with("millwatt-firmware ") {
        return Ok(());
    }
    Err(Trouble::Failed("the firmware did not end its self-check with status 0".to_owned()))
}

fn told(run: &firmware::Run) -> Vec<String> {
    run.text.lines().map(str::to_owned).collect()
}

fn host(subcommand: &str) -> Command {
    let mut command = cargo::host();
    command.arg(subcommand).args(HOST_PACKAGES);
    command
}

fn check(context: &Context, command: &mut Command) -> Report {
    context.verdict(child::succeed(command, &context.log, cargo::LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
     Running tests/one.rs (target/debug/deps/one-0)

running 5 tests
test a ... ok

successes:

---- a stdout ----
10 kills, 900 kept

---- b stdout ----
SKIPPED: no server

---- c stdout ----
mill: 400 polls
saw: 401 polls

---- d stdout ----
a table
of
three lines


successes:
    a
    b
    c
    d

failures:

---- e stdout ----
boom

failures:
    e

test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s

     Running tests/two.rs (target/debug/deps/two-0)

running 1 test
test quiet ... ok

successes:

successes:
    quiet

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/three.rs (target/debug/deps/three-0)

running 1 test
test f ... ok

successes:

---- f stdout ----
145 checkpoints


successes:
    f

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn what_passing_tests_say_in_a_line_or_two_is_told() {
        let expected =
            ["10 kills, 900 kept", "mill: 400 polls", "saw: 401 polls", "145 checkpoints"];
        assert_eq!(figures_told(OUTPUT), expected);
    }
}
