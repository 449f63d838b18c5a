//! A folder that gets a file for each finished day: away at first, then there, and the gateway killed in between.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant, Span};
use millwatt_gateway::run::wall_clock;
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;
use millwatt_tests::rig::{self, Running, told};

const SITE: &str = include_str!("../src/one_meter.toml");
const CHANNELS: u16 = 3;
/// Minutes between two readings.
const PACE: i64 = 5;
const UTC7: Span = Span::from_minutes(7 * 60);

/// Midnight of a local day, counted from today.
fn midnight(now: Instant, days: i64) -> Instant {
    (now + UTC7).floor(Span::DAY) - UTC7 + Span::DAY.times(days)
}

/// Three and a half days up to now.
fn write_history(data: &Path, manifest: Vec<u8>, now: Instant) {
    let mut writer = Writer::open(data, manifest).expect("opens");
    let mut at = midnight(now, -3) + Span::from_minutes(8 * 60);
    let mut value = 0;
    while at <= now {
        let sample = Sample { at, value, quality: Quality::Good };
        writer.push((0..CHANNELS).map(|n| Reading { channel: ChannelId(n), sample }));
        (at, value) = (at + Span::from_minutes(PACE), value + 7);
    }
    writer.commit().expect("kept");
    writer.seal_all().expect("signed");
}

/// Tables that are whole; one that is being written is none yet.
fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let whole = paths.filter(|path| path.extension().is_some_and(|ending| ending == "csv"));
    let read = |path: PathBuf| (path.clone(), std::fs::read_to_string(path).expect("text"));
    whole.map(read).collect()
}

/// Days that a file is due for.
fn finished(now: Instant) -> usize {
    let is_over = |day: &i64| now - midnight(now, day + 1) >= Span::from_minutes(15);
    (-3..0).filter(is_over).count()
}

fn start(site: &Path, data: &Path, output: &Path) -> Running {
    let mut run = rig::millwatt();
    run.arg("run").arg(site).arg("--data").arg(data);
    Running::start(&mut run, output)
}

/// What `millwatt export` gives of a local day; rows of the midnight that ends it left out.
fn exported(data: &Path, from: &str, to: &str) -> Vec<String> {
    let data = data.display().to_string();
    let output = rig::run(&["export", "--data", &data, "--from", from, "--to", to]);
    assert!(output.status.success(), "{}", told(&output));
    let text = String::from_utf8(output.stdout).expect("text");
    let end = format!("{to}T00:00");
    text.lines().filter(|line| !line.contains(&end)).map(str::to_owned).collect()
}

/// Rows and the sum of values in all Parquet files of a folder.
const COLUMNS: &str = "import duckdb, sys\n\
    print(*duckdb.execute('SELECT count(*), sum(value) FROM read_parquet(?)', [sys.argv[1]]).fetchone())";

/// The same of tables.
fn added_up(tables: &[&String]) -> (usize, f64) {
    let rows = tables.iter().flat_map(|text| text.lines().skip(1));
    let values = rows.map(|row| row.rsplit(',').nth(1).expect("a value").parse::<f64>());
    let values: Vec<f64> = values.map(|value| value.expect("a number")).collect();
    (values.len(), values.iter().sum())
}

#[test]
fn a_folder_of_parquet_is_one_table() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "folder") else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let row = |name: &str, form: &str| {
        std::fs::create_dir(path(name)).expect("made");
        let folder = path(name).display().to_string();
        format!("[[uplink]]\nname = \"{name}\"\nfolder = \"{folder}\"\nsend = [\"{form}\"]\n")
    };
    let rows = [row("tables", "csv"), row("columns", "parquet")].concat();
    std::fs::write(path("site.toml"), format!("{SITE}\n{rows}")).expect("written");
    let manifest = site_file::read(&path("site.toml")).expect("a site").manifest;
    let now = wall_clock().floor(Span::from_minutes(PACE));
    write_history(&path("data"), manifest, now);
    let mut run = start(&path("site.toml"), &path("data"), &path("said"));
    let names = |name: &str, ending: &str| {
        let entries = std::fs::read_dir(path(name)).expect("read").flatten();
        let mut names: Vec<String> =
            entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names.retain(|name| name.ends_with(ending));
        names.iter().map(|name| name.trim_end_matches(ending).to_owned()).collect::<Vec<_>>()
    };
    rig::wait_until("the days are written", Duration::from_secs(40), || {
        let [tables, columns] = [names("tables", ".csv"), names("columns", ".parquet")];
        tables.len() == finished(now) && tables == columns
    });
    assert!(run.terminate().success());
    let written = files(&path("tables"));
    let (count, sum) = added_up(&written.values().collect::<Vec<_>>());
    let all = path("columns").join("*.parquet").display().to_string();
    let read = Command::new(python).args(["-c", COLUMNS, &all]).output().expect("Python starts");
    let told = told(&read);
    let (rows, added) = told.trim().split_once(' ').expect("two numbers");
    assert_eq!(rows, count.to_string(), "{told}");
    let added: f64 = added.parse().expect("a number");
    assert!((added - sum).abs() < 1e-6 * sum, "{added} {sum}");
}

#[test]
fn each_finished_day_is_a_file_once_whatever_happens() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let (data, stick) = (path("data"), path("stick"));
    let row = format!(
        "[[uplink]]\nname = \"stick\"\nfolder = \"{}\"\nsend = [\"csv\"]\n",
        stick.display()
    );
    std::fs::write(path("site.toml"), format!("{SITE}\n{row}")).expect("written");
    let manifest = site_file::read(&path("site.toml")).expect("a site").manifest;
    let now = wall_clock().floor(Span::from_minutes(PACE));
    write_history(&data, manifest, now);

    let mut run = start(&path("site.toml"), &data, &path("first"));
    let says = |file: &str, words: &str| {
        std::fs::read_to_string(path(file)).unwrap_or_default().contains(words)
    };
    rig::wait_until("it says that the folder is away", Duration::from_secs(20), || {
        says("first", "check the path")
    });
    std::fs::create_dir(&stick).expect("put in");
    let finished = finished(now);
    let are_there = || files(&stick).len() == finished && says("first", "works again");
    rig::wait_until("the days are written", Duration::from_secs(40), are_there);
    let _ = run.0.kill();
    let written = files(&stick);

    let names: Vec<_> = written.keys().filter_map(|path| path.file_name()?.to_str()).collect();
    assert!(names.iter().all(|name| name.starts_with("one-meter-2")), "{names:?}");
    let dates: Vec<&str> = names.iter().map(|name| &name["one-meter-".len()..][..10]).collect();
    for (date, text) in dates.iter().zip(written.values()) {
        let next = site_file::words::day(date).expect("a date").plus_days(1);
        let next = format!("{:04}-{:02}-{:02}", next.year, next.month, next.day);
        assert_eq!(
            text.lines().map(str::to_owned).collect::<Vec<_>>(),
            exported(&data, date, &next)
        );
    }
    let rows: usize = written.values().map(|text| text.lines().count() - 1).sum();
    let minutes = (midnight(now, finished as i64 - 3) - midnight(now, -3)).milliseconds() / 60_000;
    let expected = (minutes - 8 * 60) / PACE * i64::from(CHANNELS);
    assert_eq!(rows as i64, expected);

    std::fs::remove_file(written.keys().next().expect("a day")).expect("taken away");
    let mut run = start(&path("site.toml"), &data, &path("second"));
    std::thread::sleep(Duration::from_secs(3));
    assert!(run.terminate().success());
    assert_eq!(files(&stick).len(), finished - 1, "what was taken away is not written again");
}
