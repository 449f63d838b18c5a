//! One stage of the full test: what it is given, and what it reports.

use std::path::PathBuf;

use crate::{child, places, tally, tally::Tally, trouble::Trouble};

/// A stage, as the list of stages names it.
pub struct Stage {
    /// What `--only` takes.
    pub name: &'static str,
    /// One line for `--list`.
    pub about: &'static str,
    /// The work.
    pub run: fn(&Context) -> Report,
}

/// What a stage is given.
pub struct Context {
    /// The stage's log file.
    pub log: PathBuf,
    /// Whether counts (kills, cuts, fuzz) are raised.
    pub long: bool,
    /// Whether a missing tool is a failure.
    pub strict: bool,
}

/// What a stage tells.
#[derive(Default)]
pub struct Report {
    /// The counts.
    pub tally: Tally,
    /// Lines worth a reader's time: what was skipped and why, what failed.
    pub notes: Vec<String>,
    /// Output of what failed; when empty, the log's last lines are shown.
    pub failures: String,
}

impl Context {
    /// One check: passed, failed, or skipped for want of a tool.
    pub fn verdict<T>(&self, outcome: Result<T, Trouble>) -> Report {
        match outcome {
            Ok(_) => Report { tally: Tally { passed: 1, ..Tally::default() }, ..Report::default() },
            Err(trouble) => self.trouble(&trouble),
        }
    }

    /// A missing tool is a skip on a user's machine and a failure in CI.
    pub fn trouble(&self, trouble: &Trouble) -> Report {
        let skip = matches!(trouble, Trouble::Missing { .. }) && !self.strict;
        let (word, tally) = match skip {
            true => ("SKIPPED", Tally { skipped: 1, ..Tally::default() }),
            false => ("FAILED", Tally { failed: 1, ..Tally::default() }),
        };
        Report { tally, notes: vec![format!("{word}: {trouble}")], ..Report::default() }
    }

    /// Runs cargo test and counts; `command` is complete up to the `--`.
    pub fn test(&self, command: &mut std::process::Command) -> Report {
        if self.long {
            command.env("MILLWATT_LONG", "1").env("PROPTEST_CASES", "20000");
        }
        command.args(["--", "--show-output"]);
        let status = match child::run(command, &self.log, crate::cargo::LIMIT) {
            Ok(status) => status,
            Err(trouble) => return self.trouble(&trouble),
        };
        let account = tally::account(&places::read(&self.log).unwrap_or_default());
        let mut tally = account.tally;
        if !status.success() && tally.failed == 0 {
            // Did not build, or a test program was ended by a signal.
            tally.failed = 1;
        }
        let notes = account.skips.iter().map(|skip| format!("SKIPPED: {skip}")).collect();
        Report { tally, notes, failures: account.failures }
    }
}

impl Report {
    /// This report and another, as one.
    pub fn and(mut self, other: Self) -> Self {
        self.tally += other.tally;
        self.notes.extend(other.notes);
        self.failures.push_str(&other.failures);
        self
    }
}
