//! A person opens the report in a real browser, with no network: the numbers are those that the commands print, for
//! every period that is chosen; nothing stands out of the window, has a barrier or is lost; what is saved and what is
//! dropped on the page is what it should be. What happens in the browser is `js/report.cjs`.

use std::path::{Path, PathBuf};
use std::process::Command;

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::Span;
use millwatt_gateway::site_file;
use millwatt_gateway::writer::Writer;
use millwatt_tests::rig::{self, told};
use millwatt_tests::workshop::{self, START};
use serde_json::{Value, json};

/// Days that the workshop is simulated for: enough for a baseline of fourteen.
const DAYS: i64 = 20;
/// What somebody may call a site: markup, were it not text.
const HOSTILE: &str = "</script><img src=x onerror=alert(1)>";

fn text(path: &Path) -> String {
    path.display().to_string()
}

/// The log of a device that reads one meter, three days long.
fn one_meter(folder: &Path, name: &str, site: &str) -> PathBuf {
    let (file, data) = (folder.join(format!("{name}.toml")), folder.join(name));
    std::fs::write(&file, site).expect("written");
    let manifest = site_file::read(&file).expect("a site").manifest;
    let mut writer = Writer::open(&data, manifest).expect("opens");
    let minutes = (0..3 * 1_440).map(|minute| START + Span::from_minutes(minute));
    let readings = minutes.zip(0..).flat_map(|(at, count)| {
        let sample = Sample { at, value: count * 40_000, quality: Quality::Good };
        (0..11).map(move |channel| Reading { channel: ChannelId(channel), sample })
    });
    writer.push(readings);
    writer.commit().expect("kept");
    writer.seal_all().expect("signed");
    data
}

/// A site whose names are markup, a formula, and text from right to left.
fn hostile_site() -> String {
    include_str!("../src/one_meter.toml")
        .replace("\"One meter\"", &format!("\"{HOSTILE}\""))
        .replace("\"Mill\"", "\"\\u202e=cmd|' /C calc'!A0\"")
        .replace(
            "[[meter]]",
            "[[asset]]\nid = \"press\"\nname = \"=HYPERLINK(\\\"http://a\\\")\"\n\n[[meter]]",
        )
}

/// A workshop of two devices, and two other sites, each as a report.
struct Story {
    folder: tempfile::TempDir,
    data: [PathBuf; 2],
    page: PathBuf,
}

impl Story {
    fn new(page: PathBuf) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        workshop::simulate(&data, START + Span::DAY.times(DAYS));
        let site = include_str!("../src/one_meter.toml").replace("\"mill\"", "\"boiler\"");
        let boiler = one_meter(folder.path(), "boiler", &site);
        Self { data: [data, boiler], folder, page }
    }

    fn report(&self, name: &str, data: &[&Path]) -> String {
        let out = text(&self.folder.path().join(name));
        let data: Vec<String> = data.iter().copied().map(text).collect();
        let page = text(&self.page);
        let data = data.iter().flat_map(|data| ["--data", data]);
        let words: Vec<&str> =
            ["report", "--out", &out, "--page", &page].into_iter().chain(data).collect();
        let output = rig::run(&words);
        assert!(output.status.success(), "{}", told(&output));
        out
    }

    /// What the browser tells; `None` where there is none.
    fn look(&self) -> Option<Value> {
        let js = rig::need("MILLWATT_JS", "report in a browser")?;
        let chromium = rig::need("MILLWATT_CHROMIUM", "report in a browser")?;
        let artefacts = rig::need("MILLWATT_ARTEFACTS", "report in a browser")?;
        let hostile = one_meter(self.folder.path(), "hostile", &hostile_site());
        let [workshop, boiler] = self.data.each_ref().map(PathBuf::as_path);
        let plan = json!({
            "report": self.report("report.html", &[workshop, boiler]),
            "other": self.report("other.html", &[boiler]),
            "hostile": self.report("hostile.html", &[&hostile]),
            "name": HOSTILE,
            "folder": artefacts,
            "chromium": chromium,
            "modules": js.join("node_modules"),
        });
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("js/report.cjs");
        let output = Command::new("node").arg(script).arg(plan.to_string()).output();
        let output = output.expect("node runs");
        assert!(output.status.success(), "{}", told(&output));
        serde_json::from_slice(&output.stdout).ok()
    }

    /// What a command prints as JSON about both devices from one local day to another.
    fn printed(&self, command: &str, dates: &Value, more: &[&str]) -> Value {
        let [one, other] = self.data.each_ref().map(|data| text(data));
        let (from, to) = (word(&dates[0]), next_day(&dates[1]));
        let words =
            [command, "--json", "--data", &one, "--data", &other, "--from", &from, "--to", &to];
        let output = rig::run(&[&words[..], more].concat());
        assert!(output.status.success(), "{}", told(&output));
        serde_json::from_slice(&output.stdout).expect("prints JSON")
    }

    /// The page shows the indicators that the command prints; gives how many.
    fn same_indicators(&self, shown: &Value) -> usize {
        let printed = self.printed("indicators", &shown["dates"], &[]);
        let row =
            |row: &Value| ["name", "asset", "part", "value", "coverage"].map(|key| word(&row[key]));
        let rows =
            |rows: &Value| rows.as_array().expect("rows").iter().map(row).collect::<Vec<_>>();
        let printed = rows(&printed["indicators"]);
        assert_eq!(rows(&shown["figures"]), printed, "{}", shown["dates"]);
        printed.len()
    }

    /// The page shows the baseline that the command prints, over the whole record; gives how many figures.
    fn same_baseline(&self, whole: &Value, shown: &Value) -> usize {
        let period = format!("{}..{}", word(&shown["dates"][0]), next_day(&shown["dates"][1]));
        let printed = self.printed("baseline", whole, &["--baseline", &period]);
        let mut expected = printed["figures"].as_object().expect("figures").clone();
        let shown = shown["figures"].as_object().expect("figures");
        let beside = [("verdict", &printed["verdict"]), ("target", &printed["baseline"]["target"])];
        expected.extend(beside.map(|(name, value)| (name.to_owned(), value.clone())));
        for (name, value) in shown {
            assert_eq!(word(value), word(&expected[name]), "{name} of baseline {period}");
        }
        let missing: Vec<_> = expected.keys().filter(|name| !shown.contains_key(*name)).collect();
        assert!(missing.iter().all(|name| *name == "target"), "{missing:?} of baseline {period}");
        shown.len()
    }

    /// What was entered comes into the log once, however often it is imported.
    fn takes(&self, events: &str) {
        let data = text(&self.data[0]);
        for (added, already_there) in [(2, 0), (0, 2)] {
            let output = rig::run(&["import", "--data", &data, "--events", events, "--json"]);
            assert!(output.status.success(), "{}", told(&output));
            let report: Value = serde_json::from_slice(&output.stdout).expect("prints JSON");
            let counted = json!([report["added"], report["already_there"]]);
            assert_eq!(counted, json!([added, already_there]));
        }
    }
}

/// A word, or nothing.
fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The day after a date input's value.
fn next_day(date: &Value) -> String {
    let date = date.as_str().and_then(site_file::words::day).expect("a date");
    let next = date.plus_days(1);
    format!("{:04}-{:02}-{:02}", next.year, next.month, next.day)
}

#[test]
fn the_report_does_what_a_reader_wants() {
    let Some(page) = rig::need("MILLWATT_PAGE", "report in a browser") else { return };
    let story = Story::new(page);
    let Some(told) = story.look() else { return };

    assert_eq!(told["wrong"], json!([]), "what the reader expects");
    assert_eq!(told["console"], json!([]), "a silent console");
    assert_eq!(told["requests"], json!([]), "no request");
    assert_eq!(told["language"], json!(["vi", "en"]));
    let periods = ["whole", "week", "day"].map(|period| story.same_indicators(&told[period]));
    assert_eq!(told["week"]["figures"], told["english"]["figures"], "words change, figures do not");
    assert_ne!(told["whole"]["figures"], told["week"]["figures"], "another period, other numbers");
    assert_ne!(told["week"]["figures"], told["day"]["figures"]);
    let whole = &told["whole"]["dates"];
    let baselines = ["taken", "dragged"].map(|chosen| story.same_baseline(whole, &told[chosen]));
    assert!(baselines.iter().all(|count| *count > 20), "{baselines:?}");
    let saved = std::fs::read(word(&told["json"]["file"])).expect("saved");
    let saved: Value = serde_json::from_slice(&saved).expect("JSON");
    assert_eq!(
        saved,
        story.printed("indicators", &told["json"]["dates"], &[]),
        "as the command prints it"
    );
    let verified = rig::run(&["verify", "--report", &word(&told["copy"])]);
    assert!(verified.status.success(), "{}", self::told(&verified));
    story.takes(&word(&told["events"]));
    println!(
        "{}: {} figures of three periods and {} of two baselines as printed; {} sheets, {} printed pages; \
         longest freezes in ms: {}; seconds: {}; labels that touch: {}",
        told["title"],
        periods.iter().sum::<usize>(),
        baselines.iter().sum::<usize>(),
        told["sheets"],
        told["pages"],
        told["freezes"],
        told["seconds"],
        told["overlaps"]
    );
}
