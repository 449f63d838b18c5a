//! The log in files on a disk that loses, reorders and tears what was not synced, and fails at any call, against a
//! list of what was acknowledged.

use millwatt::wire::{FrameKind, Frames, Stamp};
use millwatt_agent::log::{Log, LogError, Pages};
use millwatt_agent::sim::{Fault, Random, SimFiles, Trouble};

const PAGE: usize = 4_096;
const SCRATCH: usize = 4 * PAGE;

/// What the frame with a number carries: the number, and up to 600 bytes that follow from it.
fn content(number: u64) -> Vec<u8> {
    let mut random = Random::new(number);
    let length = if random.one_in(9) { random.below(600) } else { random.below(120) };
    let rest = (0..length).map(|_| random.bits() as u8);
    number.to_le_bytes().into_iter().chain(rest).collect()
}

/// The stamps and numbers of all frames that a reader finds; each must be as it was written.
fn found(files: &SimFiles, what: &str) -> Vec<(Stamp, u64)> {
    let numbered = files.pages().flat_map(Frames::new).map(|frame| {
        let number = frame.payload.first_chunk().map(|bytes| u64::from_le_bytes(*bytes));
        let number = number.unwrap_or_else(|| panic!("{what}: a frame without a number"));
        assert_eq!(frame.payload, content(number), "{what}: frame {number}");
        (frame.stamp, number)
    });
    numbered.collect()
}

/// A collector that writes numbered frames in groups and writes again what was not acknowledged.
#[derive(Debug, Default)]
struct Collector {
    acknowledged: Vec<(Stamp, u64)>,
    /// Numbers from here on were not acknowledged.
    next: u64,
    /// The highest number that was ever tried, and one more.
    tried: u64,
}

impl Collector {
    fn group(&mut self, log: &mut Log<&mut SimFiles>) -> Result<(), LogError<Fault>> {
        let mut random = Random::new(self.next ^ 0x9e37);
        let numbers = self.next..self.next + 1 + random.below(4);
        let mut written = Vec::new();
        for number in numbers.clone() {
            self.tried = self.tried.max(number + 1);
            written.push((log.append(FrameKind::Readings, &content(number))?, number));
        }
        let watermark = log.commit()?;
        assert!(written.iter().all(|(stamp, _)| *stamp <= watermark));
        self.acknowledged.extend(written);
        self.next = numbers.end;
        Ok(())
    }

    /// Writes until a call fails or the count of groups is reached.
    fn run(&mut self, files: &mut SimFiles, groups: usize) -> Result<(), LogError<Fault>> {
        let mut log = Log::recover(files, PAGE, &mut [0; SCRATCH])?;
        let ended = (0..groups).try_for_each(|_| self.group(&mut log));
        if ended.is_err() {
            let again =
                log.append(FrameKind::Readings, b"after a failure").and_then(|_| log.commit());
            assert_eq!(again, Err(LogError::Unusable), "nothing goes on but by a recovery");
        }
        ended
    }

    /// Every acknowledged frame is there once under its stamp, whole and in order, and nothing was invented.
    fn check(&self, files: &SimFiles, what: &str) {
        let found = found(files, what);
        for (_, number) in &found {
            assert!(*number < self.tried, "{what}: frame {number} was invented");
        }
        let mut rest = found.iter();
        for acknowledged in &self.acknowledged {
            let is_there = rest.any(|frame| frame == acknowledged);
            assert!(is_there, "{what}: {acknowledged:?} is lost or out of order");
        }
        let mut stamps: Vec<Stamp> = found.iter().map(|(stamp, _)| *stamp).collect();
        stamps.sort();
        stamps.dedup();
        assert_eq!(stamps.len(), found.len(), "{what}: a stamp stands twice");
    }
}

const GROUPS: usize = 60;

fn calls_of_a_run() -> u64 {
    let mut files = SimFiles::new();
    assert_eq!(Collector::default().run(&mut files, GROUPS), Ok(()));
    files.calls()
}

#[test]
fn every_crash_image_keeps_what_was_acknowledged() {
    let calls = calls_of_a_run();
    assert!(calls >= 200, "{calls} calls");
    let mut images = 0;
    for call in 0..calls {
        let trouble = Some(Trouble { fault: Fault::Power, calls: call..u64::MAX });
        for seed in 0..24 {
            let mut random = Random::new(seed << 32 | call);
            let mut files = SimFiles::new();
            files.set_trouble(trouble.clone());
            let mut collector = Collector::default();
            let cut = Err(LogError::Storage(Fault::Power));
            assert_eq!(collector.run(&mut files, GROUPS), cut);
            // Once more in the middle of recovery and of the first groups after it.
            let mut again = files.after_crash(&mut random);
            collector.check(&again, &format!("cut at call {call}, image {seed}"));
            let next = again.calls() + random.below(40);
            again.set_trouble(Some(Trouble { fault: Fault::Power, calls: next..u64::MAX }));
            let ended = collector.run(&mut again, 6);
            assert!(ended.is_ok() || ended == cut);
            let mut again = again.after_crash(&mut random);
            collector.check(&again, &format!("cut at call {call} and {next}, image {seed}"));
            assert_eq!(collector.run(&mut again, 3), Ok(()));
            collector.check(&again, "after going on");
            images += 2;
        }
    }
    println!(
        "{images} crash images of {calls} system calls: nothing acknowledged lost, doubled or invented"
    );
}

#[test]
fn every_call_may_fail_and_what_was_acknowledged_stays() {
    let calls = calls_of_a_run();
    let mut runs = 0;
    for fault in [Fault::Medium, Fault::Full, Fault::ReadOnly] {
        for (call, length) in (0..calls).flat_map(|call| [1, 7].map(|length| (call, length))) {
            let mut files = SimFiles::new();
            files.set_trouble(Some(Trouble { fault, calls: call..call + length }));
            let mut collector = Collector::default();
            let mut random = Random::new(call ^ length << 40);
            let mut attempts = 0;
            while collector.next < 100 {
                let ended = collector.run(&mut files, GROUPS);
                assert!(matches!(ended, Ok(()) | Err(LogError::Storage(_))), "{ended:?}");
                attempts += 1;
                assert!(attempts < 20, "{fault:?} at {call}: the log does not come back");
            }
            let left = files.after_crash(&mut random);
            collector.check(&left, &format!("{fault:?} for {length} calls from {call}"));
            runs += 1;
        }
    }
    println!(
        "{runs} runs with EIO, ENOSPC or EROFS at a call: nothing acknowledged lost, doubled or invented"
    );
}

#[test]
fn what_a_failed_sync_left_readable_is_taken_back() {
    let mut files = SimFiles::new();
    let mut collector = Collector::default();
    let mut log = Log::recover(&mut files, PAGE, &mut [0; SCRATCH]).expect("a new log");
    (0..3).for_each(|_| collector.group(&mut log).expect("kept"));
    log.append(FrameKind::Readings, &content(collector.next)).expect("written");
    let sync = log.pages().calls();
    log.pages().set_trouble(Some(Trouble { fault: Fault::Medium, calls: sync..sync + 1 }));
    assert_eq!(log.commit(), Err(LogError::Storage(Fault::Medium)));
    let readable = found(log.pages(), "after a failed sync").len();
    assert_eq!(readable, collector.acknowledged.len() + 1, "one that is not durable, too");
    assert_eq!(log.give_up(&mut [0; SCRATCH]), Ok(()));
    let again = log.append(FrameKind::Readings, b"after a failure");
    assert_eq!(again, Err(LogError::Unusable), "nothing goes on but by a recovery");
    assert_eq!(found(&files, "taken back"), collector.acknowledged);
    assert_eq!(collector.run(&mut files, 3), Ok(()));
    for seed in 0..50 {
        let left = files.after_crash(&mut Random::new(seed));
        collector.check(&left, &format!("after going on, image {seed}"));
    }
}

/// Writes until a call fails and takes back what is above the watermark, which is given; none where there was no log.
fn fail_and_give_up(collector: &mut Collector, files: &mut SimFiles) -> Option<Stamp> {
    let mut log = Log::recover(files, PAGE, &mut [0; SCRATCH]).ok()?;
    let ended = (0..GROUPS).try_for_each(|_| collector.group(&mut log));
    assert!(matches!(ended, Ok(()) | Err(LogError::Storage(_))), "{ended:?}");
    // Seven calls fail at most, and each attempt makes at least one.
    let is_given_up = (0..8).any(|_| log.give_up(&mut [0; SCRATCH]).is_ok());
    assert!(is_given_up, "the trouble is over");
    Some(log.watermark())
}

#[test]
fn every_call_may_fail_and_what_was_not_acknowledged_is_taken_back() {
    let calls = calls_of_a_run();
    let mut runs = 0;
    for fault in [Fault::Medium, Fault::Full, Fault::ReadOnly] {
        for (call, length) in (0..calls).flat_map(|call| [1, 7].map(|length| (call, length))) {
            let what = format!("{fault:?} for {length} calls from {call}");
            let mut files = SimFiles::new();
            files.set_trouble(Some(Trouble { fault, calls: call..call + length }));
            let mut collector = Collector::default();
            let Some(watermark) = fail_and_give_up(&mut collector, &mut files) else { continue };
            let mut random = Random::new(call ^ length << 40);
            let left = found(&files, &what);
            assert!(left.starts_with(&collector.acknowledged), "{what}");
            assert!(
                left.iter().all(|(stamp, _)| *stamp <= watermark),
                "{what}: above the watermark"
            );
            assert_eq!(
                found(&files.after_crash(&mut random), &what),
                left,
                "{what}, after a crash"
            );
            files.set_trouble(None);
            assert_eq!(collector.run(&mut files, 3), Ok(()), "{what}");
            collector.check(&files.after_crash(&mut random), &what);
            runs += 1;
        }
    }
    println!("{runs} runs with EIO, ENOSPC or EROFS at a call: nothing stays above the watermark");
}

#[test]
fn a_disk_that_drops_unsynced_bytes_is_noticed_by_the_harness() {
    // A log that acknowledges without a sync must fail here: the first test of the harness.
    let mut files = SimFiles::new();
    files.create(1).expect("made");
    files.append(1, b"never synced").expect("written");
    let lost = (0..50).any(|seed| {
        let left = files.after_crash(&mut Random::new(seed));
        left.pages().next().is_none_or(|page| page != b"never synced")
    });
    assert!(lost);
}
