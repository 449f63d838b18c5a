//! Whether the tests of power cuts and crashes find bugs: one mistake at a time is put into a copy of the log's source, and
//! each must fail them.

use std::{
    fs,
    panic::resume_unwind,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::{
    cargo, child, places,
    stage::{Context, Report},
    trouble::Trouble,
};

/// A mistake: in a file, these words for those.
struct Mutant {
    about: &'static str,
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
}

/// Which tests must find a mistake, by how its name begins; the ring's own where nothing else fits.
const SUITES: [(&str, &str); 5] = [
    ("files: ", "crash_images"),
    ("journal: ", "recorder_cuts"),
    ("receipts: ", "whole"),
    ("signing: ", "sealer_cuts"),
    ("", "power_cuts"),
];

impl Mutant {
    fn suite(&self) -> &'static str {
        let named = SUITES.iter().find(|(begins, _)| self.about.starts_with(begins));
        named.map_or("", |(_, suite)| suite)
    }
}

const fn mutant(
    about: &'static str,
    file: &'static str,
    right: &'static str,
    wrong: &'static str,
) -> Mutant {
    Mutant { about, file, right, wrong }
}

const APPEND: &str = "agent/core/src/ring/append.rs";
const RECOVER: &str = "agent/core/src/ring/recover.rs";
const READ: &str = "agent/core/src/ring/read.rs";
const RING: &str = "agent/core/src/ring/mod.rs";
const FRAME: &str = "shared/src/wire/frame.rs";
const FILES_APPEND: &str = "agent/core/src/log/append.rs";
const FILES_RECOVER: &str = "agent/core/src/log/recover.rs";

const RECORDER: &str = "agent/core/src/recorder/mod.rs";
const JOURNAL: &str = "agent/core/src/recorder/journal.rs";
const RECORD: &str = "agent/core/src/recorder/record.rs";
const FOLD: &str = "agent/core/src/recorder/fold.rs";
const SEARCH: &str = "agent/core/src/sealer/search.rs";
const WAITING: &str = "agent/core/src/sealer/waiting.rs";
const RECEIPT: &str = "agent/core/src/ring/receipt.rs";

const MUTANTS: [Mutant; 48] = [
    mutant(
        "a start goes on in the old epoch",
        RECOVER,
        "epoch: ring.last.epoch.saturating_add(1)",
        "epoch: ring.last.epoch.max(1)",
    ),
    mutant(
        "frames are not filled to whole units",
        APPEND,
        "self.filled += padded::<F>(frame.length());",
        "self.filled += frame.length();",
    ),
    mutant(
        "a receipt releases everything",
        APPEND,
        "self.receipted = self.receipted.max(up_to);",
        "self.receipted = self.last;",
    ),
    mutant(
        "a failed program is taken for done",
        APPEND,
        "        self.guard(programmed)?;\n        self.filled += ",
        "        let _ = programmed;\n        self.filled += ",
    ),
    mutant(
        "a block is used without an erase",
        APPEND,
        "let erased = self.flash.erase(address, address + F::ERASE_SIZE as u32);",
        "let erased = Ok(());",
    ),
    mutant(
        "pages are erased that nobody else has",
        APPEND,
        "        end > self.receipted.max(self.given_up)",
        "        end > self.last",
    ),
    mutant(
        "a page skips a block",
        APPEND,
        "self.newest.map_or(Place::FIRST, Place::next);",
        "self.newest.map_or(Place::FIRST, |newest| newest.ahead(2));",
    ),
    mutant(
        "what a page ends with is taken from its own head",
        APPEND,
        "for ahead in first.into_iter().chain(1..blocks) {",
        "for ahead in first.into_iter().chain(0..blocks) {",
    ),
    mutant(
        "reading leaves out the first page of a first lap",
        READ,
        "let is_unused = place.number < u64::from(blocks(&self.flash));",
        "let is_unused = place.number <= u64::from(blocks(&self.flash));",
    ),
    mutant(
        "recovery does not look into the newest page",
        RECOVER,
        "for _ in 0..blocks(&self.flash) {",
        "for _ in 0..0 {",
    ),
    mutant(
        "recovery takes the oldest page for the newest",
        RECOVER,
        "if newest < Some(head.place) {",
        "if newest.is_none() {",
    ),
    mutant(
        "the page of the last start goes on",
        RECOVER,
        "filled: F::ERASE_SIZE,",
        "filled: F::ERASE_SIZE / 2,",
    ),
    mutant(
        "a head does not state its epoch",
        APPEND,
        "            before: self.last,",
        "            before: self.kept,",
    ),
    mutant(
        "a page whose head is lost is lost",
        RECOVER,
        "for _ in 1..blocks(&self.flash) {",
        "for _ in 1..1 {",
    ),
    mutant(
        "reading begins with the newest page",
        READ,
        "for ahead in self.first_above(after, newest)?..=blocks(&self.flash) {",
        "for ahead in 0..blocks(&self.flash) {",
    ),
    mutant(
        "checksums are not compared",
        FRAME,
        "if checksum(&bytes[..20], payload) != expected {",
        "if checksum(&bytes[..20], payload) == !expected {",
    ),
    mutant(
        "a log that failed goes on",
        RING,
        "self.usable &= result.is_ok();",
        "self.usable |= result.is_ok();",
    ),
    mutant(
        "what a start did not find comes back",
        READ,
        "frame.stamp > reached && frame.stamp <= end;",
        "frame.stamp > reached;",
    ),
    mutant(
        "the last frame before a start gets no copy",
        APPEND,
        "            let copied = self.copy(doubtful, address + self.filled as u32);\n            let is_whole = self.guard(copied)?;\n",
        "            let is_whole = true;\n",
    ),
    mutant(
        "a frame is erased before its copy is made",
        APPEND,
        "        while self.is_doubtful(place) {",
        "        while false && self.is_doubtful(place) {",
    ),
    mutant(
        "a copy that may not be whole is believed",
        RECOVER,
        "> Holds::Copy {",
        "> Holds::Nothing {",
    ),
    mutant(
        "a receipt waits for a receipt of its own",
        APPEND,
        "self.receipted >= self.content && self.held.is_none();",
        "self.receipted > self.last;",
    ),
    mutant("a copy gets no mark", APPEND, "                self.mark(address)?;\n", ""),
    mutant(
        "a log is settled by a copy alone",
        APPEND,
        "                let stated = self.append_receipt(when_full);",
        "                let stated = if self.doubtful.is_some() { self.turn(when_full) } else { Ok(()) };",
    ),
    mutant(
        "signing: a checkpoint takes the stamp of rows that wait",
        RECORDER,
        "        folded?;\n        let sealed",
        "        if !matches!(folded, Err(RingError::Full)) {\n            folded?;\n        }\n        let sealed",
    ),
    mutant(
        "signing: rows and checkpoint have one page in reserve",
        RECORDER,
        "        ring.set_reserve(Self::RESERVE);\n",
        "        ring.set_reserve(0);\n",
    ),
    mutant(
        "signing: a tree that took in nothing ends what waits",
        SEARCH,
        "let stamp = if seal.tree.size() == 0 { since } else { frame.stamp };",
        "let stamp = frame.stamp.max(since);",
    ),
    mutant(
        "signing: receipts count for what is not signed",
        APPEND,
        "let up_to = up_to.min(self.held.unwrap_or(self.last)).min(self.last);",
        "let up_to = up_to.min(self.last);",
    ),
    mutant(
        "signing: of more samples than a window the first are left out",
        WAITING,
        "                self.samples.pop();\n",
        "                continue;\n",
    ),
    mutant(
        "journal: acknowledged before it is programmed",
        JOURNAL,
        "        program_bytes(&mut self.flash, address, &[record]).map_err(RingError::Flash)?;\n",
        "",
    ),
    mutant(
        "journal: a run goes on in the page of the last start",
        JOURNAL,
        "filled: J::ERASE_SIZE,",
        "filled: J::ERASE_SIZE / 2,",
    ),
    mutant(
        "journal: a block that may not be whole is believed",
        JOURNAL,
        "kept.epoch <= run.stamp.epoch",
        "kept < run.stamp",
    ),
    mutant(
        "journal: rows that a start finds get no block",
        JOURNAL,
        "if waits { Fold::OfBefore }",
        "if waits { Fold::Done }",
    ),
    mutant(
        "journal: a page is used without an erase",
        JOURNAL,
        "            self.flash.erase(address, address + J::ERASE_SIZE as u32).map_err(RingError::Flash)?;\n",
        "",
    ),
    mutant(
        "journal: a torn record counts",
        RECORD,
        "if record.get(place..place + SUM) != Some(&expected.to_le_bytes()) {",
        "if record.get(place..place + SUM).is_none() {",
    ),
    mutant(
        "journal: a run goes on behind the end of its page",
        JOURNAL,
        "head + record <= J::ERASE_SIZE",
        "head <= J::ERASE_SIZE",
    ),
    mutant(
        "journal: frames overtake the rows before them",
        RECORDER,
        "        self.fold(scratch)?;\n        let appended",
        "        let appended",
    ),
    mutant(
        "journal: a block that is written again gets a new stamp",
        FOLD,
        "ring.append_as(rows.stamp, rows.clock, kind, payload, when_full)?;",
        "ring.append_as(ring.watermark().next(), rows.clock, kind, payload, when_full)?;",
    ),
    mutant(
        "receipts: what is kept elsewhere is not compared",
        RECEIPT,
        "(receiving.receipt(device) != *receipt).then_some(Doubt::Hash)",
        "(receiving.receipt(device) == *receipt).then_some(Doubt::Hash).and(None)",
    ),
    mutant(
        "receipts: one may leave out what came before it",
        RECEIPT,
        "if receipt.after > self.proved.max(self.receipted()) {",
        "if receipt.after > self.kept() {",
    ),
    mutant(
        "receipts: what was lost elsewhere is not needed again",
        APPEND,
        "self.receipted = self.receipted.min(to);",
        "self.receipted = self.receipted.max(to);",
    ),
    mutant(
        "files: a start believes in the name of the last page",
        FILES_RECOVER,
        "                pages.settle(last).map_err(LogError::Storage)?;\n",
        "",
    ),
    mutant(
        "files: a start goes on in the old epoch",
        FILES_RECOVER,
        "epoch: recovery.newest.epoch.saturating_add(1)",
        "epoch: recovery.newest.epoch.max(1)",
    ),
    mutant(
        "files: an empty page hides the ones before it",
        FILES_RECOVER,
        "while recovery.newest == Stamp::default() && earlier > first {",
        "while earlier < first {",
    ),
    mutant(
        "files: acknowledged without a sync",
        FILES_APPEND,
        "            let synced = self.pages.sync(self.page);\n            self.guard(synced)?;\n",
        "",
    ),
    mutant(
        "files: a page is left without a sync",
        FILES_APPEND,
        "        self.commit()?;\n        let next",
        "        let next",
    ),
    mutant(
        "files: what a failed sync left readable stays",
        FILES_APPEND,
        "            self.pages.cut(self.page, durable).map_err(LogError::Storage)?;\n",
        "",
    ),
    mutant(
        "files: a log that failed goes on",
        FILES_APPEND,
        "self.usable &= result.is_ok();",
        "self.usable |= result.is_ok();",
    ),
];

/// Fails when a mutant passes the tests.
pub fn hunt(context: &Context) -> Report {
    match try_all(&context.log) {
        Ok(missed) if missed.is_empty() => {
            let report = context.verdict(Ok(()));
            let note = format!("{} planted bugs, each found", MUTANTS.len());
            Report { notes: vec![note], ..report }
        }
        Ok(missed) => {
            context.trouble(&Trouble::Failed(format!("not found: {}", missed.join("; "))))
        }
        Err(trouble) => context.trouble(&trouble),
    }
}

/// Every mistake must find its place, before an hour is spent on the others.
fn check_places() -> Result<(), Trouble> {
    for mutant in &MUTANTS {
        let text = places::read(&places::root().join(mutant.file))?;
        if text.matches(mutant.right).count() != 1 {
            let message = format!("`{}` does not stand once in {}", mutant.right, mutant.file);
            return Err(Trouble::Failed(message));
        }
    }
    Ok(())
}

/// One thing to try: a suite on the source as it is, or a mistake.
type Task = Option<&'static Mutant>;

/// Two hunters, each with a copy of its own, share the work: while one compiles on one core, the other's tests run.
fn try_all(log: &Path) -> Result<Vec<&'static str>, Trouble> {
    check_places()?;
    let next = AtomicUsize::new(0);
    let tasks: Vec<(&str, Task)> = SUITES
        .iter()
        .map(|(_, suite)| (*suite, None))
        .chain(MUTANTS.iter().map(|mutant| (mutant.suite(), Some(mutant))))
        .collect();
    thread::scope(|scope| {
        let hunters = ["mutants", "mutants-beside"].map(|name| {
            let (tasks, next) = (&tasks, &next);
            scope.spawn(move || hunt_in(&places::target().join(name), tasks, next, log))
        });
        let found =
            hunters.map(|hunter| hunter.join().unwrap_or_else(|panic| resume_unwind(panic)));
        let mut missed = Vec::new();
        for found in found {
            missed.extend(found?);
        }
        Ok(missed)
    })
}

/// Takes tasks until none is left; gives the mistakes that passed the tests.
fn hunt_in(
    copy: &Path,
    tasks: &[(&'static str, Task)],
    next: &AtomicUsize,
    log: &Path,
) -> Result<Vec<&'static str>, Trouble> {
    for folder in ["shared", "agent", "wasm", "tests"] {
        copy_folder(&places::root().join(folder), &copy.join(folder))?;
    }
    for file in ["Cargo.toml", "Cargo.lock"] {
        copy_file(&places::root().join(file), &copy.join(file))?;
    }
    let mut missed = Vec::new();
    while let Some((suite, task)) = tasks.get(next.fetch_add(1, Ordering::Relaxed)) {
        match task {
            None if !survives(copy, suite, log)? => {
                return Err(Trouble::Failed(format!("{suite} fails on the source as it is")));
            }
            None => {}
            Some(mutant) if survives_with(mutant, copy, log)? => missed.push(mutant.about),
            Some(_) => {}
        }
    }
    Ok(missed)
}

fn survives_with(mutant: &Mutant, copy: &Path, log: &Path) -> Result<bool, Trouble> {
    let (original, file) = (places::root().join(mutant.file), copy.join(mutant.file));
    let text = places::read(&original)?;
    places::write(&file, text.replace(mutant.right, mutant.wrong))?;
    let survived = survives(copy, mutant.suite(), log);
    places::write(&file, text)?;
    survived
}

/// Whether a suite's tests pass on the copy, which must build.
fn survives(copy: &Path, suite: &str, log: &Path) -> Result<bool, Trouble> {
    let command = |more: &[&str]| {
        let mut command = cargo::host();
        command.current_dir(copy).env("CARGO_TARGET_DIR", copy.join("target"));
        command
            .env("MILLWATT_CUTS", "20000")
            .env("MILLWATT_ROW_CUTS", "6000")
            .env("MILLWATT_SEAL_CUTS", "2500")
            .env("CARGO_INCREMENTAL", "1")
            .env("RUST_BACKTRACE", "0");
        command.args(["test", "--release", "--package", "millwatt-agent", "--features", "_sim"]);
        command.args(["--test", suite]).args(more);
        command
    };
    child::succeed(&mut command(&["--no-run"]), log, cargo::LIMIT)?;
    Ok(child::run(&mut command(&[]), log, cargo::LIMIT)?.success())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Trouble> {
    places::make_folder(to)?;
    let entries = fs::read_dir(from).map_err(|error| Trouble::file("read", from, &error))?;
    for entry in entries {
        let path = entry.map_err(|error| Trouble::file("read", from, &error))?.path();
        let Some(name) = path.file_name() else { continue };
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            copy_file(&path, &to.join(name))?;
        }
    }
    Ok(())
}

/// Leaves a file alone that is the same, so that nothing is built again for it.
fn copy_file(from: &Path, to: &Path) -> Result<(), Trouble> {
    let bytes = fs::read(from).map_err(|error| Trouble::file("read", from, &error))?;
    if fs::read(to).is_ok_and(|held| held == bytes) {
        return Ok(());
    }
    places::write(to, bytes)
}
