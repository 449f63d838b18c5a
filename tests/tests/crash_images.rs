//! The gateway's writer, its signatures, its compaction and its deleting of old pages, and a receiver's copy of a log under
//! power cuts: their system calls are recorded, and wherever the power goes among them, what was acknowledged is there,
//! once, and proved.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use millwatt::wire::{FrameKind, Frames};
use millwatt_gateway::site_file;
use millwatt_tests::crash::cuts::{Count, Cuts, DATA, crashes};
use millwatt_tests::crash::disk::{Disk, Image};
use millwatt_tests::crash::judge::Heir;
use millwatt_tests::crash::record::Recording;
use millwatt_tests::crash::told::Told;
use millwatt_tests::crash::trace::Trace;
use millwatt_tests::rig;

const SITE: &str = include_str!("../src/one_meter.toml");

/// Pages older than so many days go.
const KEEP: &str = "8";
/// Forty minutes of readings, notes that fill the page; the same ten and twenty days later, when the first page goes.
const YEAR: [&str; 15] = [
    "readings:0:40",
    "note:41:300",
    "note:42:300",
    "note:43:300",
    "note:44:300",
    "readings:45:5",
    "readings:14400:20",
    "note:14421:400",
    "note:14422:400",
    "note:14423:400",
    "readings:28800:20",
    "note:28821:500",
    "note:28822:500",
    "gone",
    "readings:28823:20",
];

/// What a receiver copies at first: a page that is not yet full.
const COPIED: [&str; 4] = ["readings:0:40", "note:41:300", "note:42:300", "readings:43:8"];
/// And later: that page was closed, and written anew.
const COPIED_LATER: [&str; 5] =
    ["readings:60:8", "note:69:300", "note:70:300", "note:71:300", "readings:72:40"];

/// A data folder, and who writes to it under strace.
struct Desk {
    folder: tempfile::TempDir,
    strace: PathBuf,
    manifest: Vec<u8>,
}

impl Desk {
    fn new(story: &str) -> Option<Self> {
        let strace = rig::need("MILLWATT_STRACE", story)?;
        let folder = millwatt_tests::crash::folder();
        std::fs::write(folder.path().join("site.toml"), SITE).expect("written");
        let manifest = site_file::read(&folder.path().join("site.toml")).expect("a site").manifest;
        Some(Self { folder, strace, manifest })
    }

    /// The disk's top.
    fn top(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Lays out a disk and lets the program write to it.
    fn write(&self, image: &Image, steps: &[&str], more: &[&str]) -> Trace {
        let top = self.top();
        let _ = std::fs::remove_dir_all(&top);
        std::fs::create_dir(&top).expect("a folder");
        image.lay_out(&top);
        let scribe = self.scribe(&top.join(DATA), steps);
        Recording::start(&self.strace, more, &scribe, self.folder.path(), "scribe").finish()
    }

    fn scribe(&self, data: &Path, steps: &[&str]) -> Command {
        let mut scribe = Command::new(env!("CARGO_BIN_EXE_scribe"));
        scribe.arg(self.folder.path().join("site.toml")).arg(data).arg(KEEP).args(steps);
        scribe
    }

    /// A device's log as it is after some steps, and as it is later, when its first page was written anew.
    fn device(&self, steps: &[&str], more: &[&str]) -> [PathBuf; 2] {
        let [first, later] = ["first", "later"].map(|name| self.folder.path().join(name));
        for steps in [steps, more] {
            let written = self.scribe(&later, steps).stdout(Stdio::null()).status();
            assert!(written.expect("it runs").success());
            if !first.exists() {
                std::fs::create_dir(&first).expect("a folder");
                Image::of(&later).lay_out(&first);
            }
        }
        let page = std::fs::read(later.join("00000001.mwlog")).expect("the first page");
        let kind = Frames::new(&page).next().map(|frame| frame.kind);
        assert_eq!(kind, Some(FrameKind::Compacted), "its first page was written anew");
        [first, later]
    }

    /// Lets a receiver copy a device's log as it is at each time.
    fn copy(&self, devices: &[&Path], more: &[&str]) -> Trace {
        let top = self.top();
        let _ = std::fs::remove_dir_all(&top);
        std::fs::create_dir(&top).expect("a folder");
        let mut copyist = Command::new(env!("CARGO_BIN_EXE_copyist"));
        copyist.arg(top.join(DATA)).args(devices);
        Recording::start(&self.strace, more, &copyist, self.folder.path(), "copyist").finish()
    }

    fn cuts(&self, limit: usize, seed: u64) -> Cuts<'_> {
        Cuts::new(Heir::Gateway(&self.manifest), limit, seed)
    }

    /// Cuts the power at each place of a run over an empty disk.
    fn cut_each(&self, trace: &Trace, limit: usize) -> Count {
        let (mut cuts, mut disk) = (self.cuts(limit, 1), self.disk(&Image::default()));
        cuts.walk(trace, &mut disk, &mut Told::default());
        cuts.finish()
    }

    fn disk(&self, image: &Image) -> Disk {
        Disk::with(&self.top(), image)
    }
}

/// A number from the environment, for longer runs.
fn asked(variable: &str, usual: usize) -> usize {
    let asked = std::env::var(variable).ok().and_then(|text| text.parse().ok());
    asked.unwrap_or(usual)
}

#[test]
fn wherever_the_power_goes_what_was_acknowledged_is_there_once_and_proved() {
    let Some(desk) = Desk::new("crash images") else { return };
    let trace = desk.write(&Image::default(), &YEAR, &[]);
    assert!(!desk.top().join(DATA).join("00000001.mwlog").exists(), "the first page has gone");
    let count = desk.cut_each(&trace, asked("MILLWATT_IMAGES", 4));
    println!("{count}");
    assert!(count.bad == 0 && count.places >= 200, "{:#?}", count.verdict);
}

#[test]
fn a_writer_that_does_not_sync_is_found_out() {
    let Some(desk) = Desk::new("crash images of a writer without syncs") else { return };
    let trace = desk.write(&Image::default(), &["readings:0:20"], &[]);
    assert_eq!(desk.cut_each(&trace, 4).bad, 0);
    for sync in ["fdatasync", "fsync"] {
        let count = desk.cut_each(&trace.clone().without(sync), 4);
        assert!(count.verdict.lost > 0, "without {sync}: {count}");
    }
}

#[test]
fn a_cut_while_a_cut_is_recovered_loses_nothing() {
    let Some(desk) = Desk::new("crash images of a recovery") else { return };
    let trace = desk.write(&Image::default(), &YEAR, &[]);
    let mut count = Count::default();
    for cut in crashes(&trace, &mut desk.disk(&Image::default()), asked("MILLWATT_EVERY", 61)) {
        let again = desk.write(&cut.image, &["readings:57600:16"], &[]);
        let (mut disk, mut told) = (desk.disk(&cut.image), Told::clone(&cut.told));
        told.begin_process();
        let mut cuts = desk.cuts(2, 2);
        cuts.walk(&again, &mut disk, &mut told);
        count.add(&cuts.finish());
    }
    println!("{count}");
    assert!(count.bad == 0 && count.places >= 200, "{:#?}", count.verdict);
}

/// The disk refuses a sync, at each place in turn, once or five times in a row; then the power goes.
#[test]
fn what_a_failing_disk_acknowledged_is_there_after_a_cut() {
    let Some(desk) = Desk::new("crash images of a failing disk") else { return };
    let (mut count, every) = (Count::default(), asked("MILLWATT_FAILS", 7));
    for (call, error) in [("fdatasync", "EIO"), ("fsync", "ENOSPC")] {
        for place in (1..40).step_by(every) {
            let when =
                if place % 2 == 0 { format!("{place}") } else { format!("{place}..{}", place + 4) };
            let inject = format!("inject={call}:error={error}:when={when}");
            let trace = desk.write(&Image::default(), &["readings:0:34"], &["-e", &inject]);
            count.add(&desk.cut_each(&trace, 2));
        }
    }
    println!("{count}");
    assert!(count.bad == 0 && count.places >= 200, "{:#?}", count.verdict);
}

/// Half a page and then the whole, written anew, and what follows; all of it at once; and over a disk that refuses.
#[test]
fn what_a_receiver_says_that_it_keeps_is_there_after_a_cut() {
    let Some(desk) = Desk::new("crash images of a receiver") else { return };
    let [first, later] = desk.device(&COPIED, &COPIED_LATER);
    let (both, whole): ([&Path; 2], [&Path; 1]) = ([&first, &later], [&later]);
    let cut_each = |trace: &Trace, limit| {
        let mut cuts = Cuts::new(Heir::Receiver(&later), limit, 3);
        cuts.walk(trace, &mut desk.disk(&Image::default()), &mut Told::default());
        cuts.finish()
    };
    let mut count = Count::default();
    for (devices, spoiled) in [
        (&both[..], &[][..]),
        (&whole, &[]),
        (&whole, &["-e", "inject=fdatasync:error=EIO:when=3..5"]),
        (&both, &["-e", "inject=fsync:error=ENOSPC:when=4"]),
    ] {
        count.add(&cut_each(&desk.copy(devices, spoiled), asked("MILLWATT_IMAGES", 4)));
    }
    println!("{count}");
    assert!(count.bad == 0 && count.places >= 200, "{:#?}", count.verdict);
    for sync in ["fdatasync", "fsync"] {
        let count = cut_each(&desk.copy(&both, &[]).without(sync), 4);
        assert!(count.verdict.lost > 0, "without {sync}: {count}");
    }
}
