//! A thousand times `kill -9` while a log is written and signed: what was acknowledged is there, once, and proved.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use millwatt::reading::ChannelId;
use millwatt::series::Series as _;
use millwatt::time::{Instant, Period};
use millwatt::trust::Audit;
use millwatt_gateway::file_log::read_archive;
use millwatt_gateway::trust::verify::audit_folder;

const SITE: &str = include_str!("../src/one_meter.toml");

const KILLS: u64 = 1_000;

/// Lets the program write for some milliseconds, kills it, and gives the last minute that it acknowledged.
fn run(site: &Path, data: &Path, minute: i64, milliseconds: u64) -> Option<i64> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_appender"))
        .args([site, data])
        .arg(minute.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    std::thread::sleep(Duration::from_millis(milliseconds));
    child.kill().expect("killed");
    child.wait().expect("ended");
    let mut text = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut text).expect("UTF-8");
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    whole.lines().last().map(|line| line.parse().expect("a minute"))
}

/// Kills come within so many milliseconds at least.
const SHORTEST: u64 = 43;

#[test]
fn a_thousand_kills_lose_nothing_acknowledged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (site, data) = (folder.path().join("site.toml"), folder.path().join("data"));
    std::fs::write(&site, SITE).expect("written");
    let (mut next, mut idle, mut window) = (0, 0, SHORTEST);
    for kill in 0..KILLS {
        // From before the first byte to some dozens of commits; how slow a start is, the runs themselves tell.
        let milliseconds = 3 + kill * 7_919 % KILLS * window / KILLS;
        if let Some(last) = run(&site, &data, next, milliseconds) {
            next = last + 1;
            window = u64::max(SHORTEST, window - 1);
        } else {
            idle += 1;
            window += 1;
        }
    }
    let archive = read_archive(&data).expect("a log");
    let all = Period::new(Instant::MIN, Instant::MAX);
    for channel in 0..4 {
        let values: Vec<i64> =
            archive.samples(ChannelId(channel), all).map(|sample| sample.value).collect();
        let expected = (0..next).map(|minute| minute * (i64::from(channel) + 1));
        // A kill may come between the disk and the word about it: one minute more can be there.
        assert!(values.iter().copied().take(values.len().min(next as usize)).eq(expected.clone()));
        assert!((next..=next + 1).contains(&(values.len() as i64)), "{} of {next}", values.len());
    }
    let mut audit = Audit::new();
    audit_folder(&data, &mut audit).expect("read");
    let outcome = audit.finish();
    assert_eq!(outcome.findings, []);
    assert_eq!(outcome.logs.len(), 1, "no log was given up");
    println!(
        "{KILLS} kills, {idle} before the first commit: {next} minutes acknowledged, all kept and proved"
    );
    assert!(next > 1_000 && idle < KILLS * 3 / 4);
}
