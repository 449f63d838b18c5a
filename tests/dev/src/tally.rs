//! Counts of tests, read from what `cargo test -- --show-output` prints.

use std::{collections::BTreeMap, fmt, ops::AddAssign};

/// How many passed, failed and were skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Ran and were right.
    pub passed: usize,
    /// Ran and were wrong, or could not be built.
    pub failed: usize,
    /// Did not run, or ended early with a line `SKIPPED: reason`.
    pub skipped: usize,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// What one run of cargo test told.
#[derive(Debug, Default)]
pub struct Account {
    /// The counts; a test that skipped itself counts as skipped, not as passed.
    pub tally: Tally,
    /// `test name: reason`, for each test that skipped itself.
    pub skips: Vec<String>,
    /// The output of failed tests.
    pub failures: String,
}

/// Which part of a test program's output a line belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Progress,
    Successes,
    Failures,
}

/// Reads the output of `cargo test -- --show-output`, of any number of test programs.
pub fn account(output: &str) -> Account {
    let mut account = Account::default();
    let mut part = Part::Progress;
    let mut test = String::new();
    let mut skips = BTreeMap::new();
    for line in output.lines() {
        part = match line {
            "successes:" => Part::Successes,
            "failures:" => Part::Failures,
            _ if line.starts_with("test result: ") => {
                finish_program(&mut account, line, &mut skips);
                Part::Progress
            }
            _ => part,
        };
        if let Some(name) = section(line) {
            test = name.to_owned();
        }
        if part == Part::Failures {
            account.failures.extend([line, "\n"]);
        }
        let reason = line.strip_prefix("SKIPPED: ").filter(|_| part == Part::Successes);
        if let Some(reason) = reason {
            skips.entry(test.clone()).or_insert_with(|| reason.to_owned());
        }
    }
    account
}

/// Adds the counts of one test program, at its last line.
fn finish_program(account: &mut Account, line: &str, skips: &mut BTreeMap<String, String>) {
    let skipped = skips.len();
    account.tally += Tally {
        passed: number_before(line, " passed").saturating_sub(skipped),
        failed: number_before(line, " failed"),
        skipped: number_before(line, " ignored") + skipped,
    };
    let lines = std::mem::take(skips).into_iter().map(|(test, reason)| format!("{test}: {reason}"));
    account.skips.extend(lines);
}

/// The test's name in `---- name stdout ----`.
fn section(line: &str) -> Option<&str> {
    line.strip_prefix("---- ")?.strip_suffix(" ----")?.strip_suffix(" stdout")
}

fn number_before(line: &str, word: &str) -> usize {
    let before = line.find(word).map_or("", |end| &line[..end]);
    before.rsplit(' ').next().and_then(|digits| digits.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTPUT: &str = "\
running 4 tests
test a ... ok
test b ... ok
test c ... FAILED
test d ... ignored

successes:

---- a stdout ----
SKIPPED: no ../shared/data
SKIPPED: nor anything else

---- b stdout ----
fine

successes:
    a
    b

failures:

---- c stdout ----
SKIPPED: is what a failed test may print too
boom

failures:
    c

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 10 tests
test result: ok. 10 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
";

    #[test]
    fn a_test_that_skips_itself_is_skipped_once_and_not_passed() {
        let account = account(OUTPUT);
        assert_eq!(account.tally, Tally { passed: 11, failed: 1, skipped: 2 });
        assert_eq!(account.skips, ["a: no ../shared/data"]);
    }

    #[test]
    fn failures_are_kept_and_successes_are_not() {
        let account = account(OUTPUT);
        assert!(account.failures.contains("boom"));
        assert!(!account.failures.contains("fine"));
    }

    #[test]
    fn the_last_line_has_its_form() {
        let tally = Tally { passed: 3, failed: 2, skipped: 1 };
        assert_eq!(tally.to_string(), "3 passed, 2 failed, 1 skipped");
    }
}
