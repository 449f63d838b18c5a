//! The site file read again at SIGHUP: no reading of a meter that stays is missed or doubled, and a file that is wrong
//! changes nothing.

use crate::form_rig;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use millwatt::Series as _;
use millwatt::site::Quantity;
use millwatt_tests::pymodbus::{self, MeterServer};
use millwatt_tests::rig::{self, Running, told};

/// From one reading to the next, in milliseconds.
const EVERY: i64 = 500;

const SITE: &str = r#"
[site]
name = "Reload"
zone = "Asia/Bangkok"
currency = "THB"
commit_every = "300ms"

[[asset]]
id = "mill"
name = "Mill"

[[asset]]
id = "press"
name = "Press"

[[asset]]
id = "mute"
name = "Mute"

[[meter]]
asset = "mill"
address = "127.0.0.1:NEAR"
profile = "eastron-sdm630"
every = "500ms"

[[meter]]
asset = "press"
address = "127.0.0.1:FAR"
profile = "eastron-sdm630"
every = "500ms"

# Its round is in the way of every change: it ends with the patience.
[[meter]]
asset = "mute"
address = "127.0.0.1:MUTE"
profile = "eastron-sdm630"
every = "500ms"
timeout = "400ms"
retries = 1
"#;

/// Stands before all others, so that every channel gets another number.
const SAW: &str = r#"
[[meter]]
asset = "saw"
address = "127.0.0.1:NEAR"
unit = 2
profile = "eastron-sdm630"
every = "500ms"

[[meter]]
asset = "mill""#;

/// A collector with a form and an API, whose site file changes.
struct Site {
    folder: PathBuf,
    ports: [String; 3],
    run: Running,
}

impl Site {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.path("run.log")).unwrap_or_default()
    }

    /// Writes a site file and asks for it to be read again.
    fn reload(&self, text: &str) {
        fs::write(self.path("site.toml"), filled(text, &self.ports)).expect("can be written");
        let id = self.run.0.id().to_string();
        let sent = Command::new("kill").args(["-HUP", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the process takes signals");
    }

    /// Waits until a line is told so often.
    fn wait_for(&self, line: &str, times: usize) {
        rig::wait_until(line, Duration::from_secs(20), || {
            self.log().matches(line).count() >= times
        });
    }

    /// Reloads a site file that is fine; lets it be polled for a while that ends anywhere in a period.
    fn follow(&self, text: &str, rest: u64) {
        let before = self.log().matches(FOLLOWED).count();
        self.reload(text);
        self.wait_for(FOLLOWED, before + 1);
        std::thread::sleep(Duration::from_millis(rest));
    }
}

const FOLLOWED: &str = "holds from now on";

fn filled(text: &str, ports: &[String; 3]) -> String {
    let [near, far, mute] = ports;
    text.replace("NEAR", near).replace("FAR", far).replace("MUTE", mute)
}

fn renamed(text: &str, name: &str) -> String {
    text.replace("name = \"Mill\"", &format!("name = \"{name}\""))
}

fn with_saw(text: &str) -> String {
    without_meter_of_saw(text).replacen("\n[[meter]]\nasset = \"mill\"", SAW, 1)
}

/// An asset that is named as long as what was read of it is to be seen.
fn without_meter_of_saw(text: &str) -> String {
    let asset = "[[asset]]\nid = \"saw\"\nname = \"Saw\"\n\n[[asset]]\nid = \"mill\"";
    text.replacen("[[asset]]\nid = \"mill\"", asset, 1)
}

/// A page's folder that a server takes; nobody looks at what is in it.
fn make_page(folder: &Path) {
    fs::create_dir(folder).expect("can be made");
    let parts = [
        "index.html",
        "style.css",
        "millwatt_report.js",
        "millwatt_xlsx.js",
        "files.js",
        "sites.js",
        "boot.js",
        "worker.js",
        "millwatt_report_bg.wasm",
        "millwatt_xlsx_bg.wasm",
    ];
    parts.iter().for_each(|part| fs::write(folder.join(part), "").expect("can be written"));
}

fn start(folder: &Path, ports: [String; 3], form: u16, live: u16) -> Site {
    let path = |name: &str| folder.join(name);
    fs::write(path("site.toml"), filled(SITE, &ports)).expect("can be written");
    let added = form_rig::people(&path("data"), &["add", "Lan"], "7391");
    assert!(added.status.success(), "{}", told(&added));
    make_page(&path("page"));
    let mut command = rig::millwatt();
    command.arg("run").arg(path("site.toml")).arg("--data").arg(path("data"));
    command.args(["--form", &format!("127.0.0.1:{form}")]);
    command.args(["--listen", &format!("127.0.0.1:{live}"), "--page"]).arg(path("page"));
    let run = Running::start(&mut command, &path("run.log"));
    rig::wait_for_port(form);
    rig::wait_for_port(live);
    Site { folder: folder.to_owned(), ports, run }
}

/// An open stream of events.
fn stream(port: u16) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the API is served");
    let request = b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    stream.write_all(request).expect("takes a request");
    stream.set_read_timeout(Some(Duration::from_secs(5))).expect("can be set");
    stream
}

/// Reads on until a word comes.
fn read_until(stream: &mut TcpStream, word: &str) {
    let (mut text, mut buffer) = (String::new(), [0; 4_096]);
    while !text.contains(word) {
        let length = stream.read(&mut buffer).unwrap_or(0);
        assert!(length > 0, "the stream ends without {word}: {text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
}

/// Every reading of a meter is kept, as it was served, one for each point of the grid.
fn expect_whole(data: &Path, asset: &str, served: &[i64]) -> usize {
    let kept = pymodbus::kept(data, asset);
    assert!(served.len() - kept.len() <= 1, "{} served, {} kept", served.len(), kept.len());
    assert_eq!(kept, served[..kept.len()], "{asset}: what was served last may be on its way");
    let archive = millwatt_gateway::file_log::read_archive(data).expect("a log");
    let parts = archive.parts().expect("a manifest");
    let site = parts.site();
    let id = site.asset_named(asset).expect("the asset");
    let channel = site.channel_of(id, Quantity::ActiveEnergy).expect("its channel");
    let whole = archive.span().expect("readings");
    let instants: Vec<i64> =
        archive.samples(channel, whole).map(|sample| sample.at.unix_milliseconds()).collect();
    let steps: Vec<i64> = instants.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(steps.iter().all(|step| *step == EVERY), "{asset}: {steps:?}");
    kept.len()
}

#[test]
fn a_site_file_is_exchanged_without_a_gap() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [near, far] = ["near", "far"].map(|name| folder.path().join(name));
    [&near, &far].into_iter().for_each(|folder| fs::create_dir(folder).expect("can be made"));
    let Some(near) = MeterServer::start(&near, &["1", "2"], "reload") else { return };
    let Some(far) = MeterServer::start(&far, &[], "reload") else { return };
    let mute = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let mute_port = mute.local_addr().expect("bound").port();
    let ports = [near.port, far.port, mute_port].map(|port| port.to_string());
    let (form, live) = (rig::free_port(), rig::free_port());
    let mut site = start(folder.path(), ports, form, live);
    let person = serde_json::json!({ "person": "Lan", "pin": "7391" });
    let cookie = form_rig::ask(form, "POST", "/form/session", "", Some(&person)).cookie();
    let mut events = stream(live);
    site.wait_for("meter of `mute`", 1);

    site.follow(&with_saw(SITE), 410);
    read_until(&mut events, "saw.active_energy");
    site.follow(&renamed(&with_saw(SITE), "Big mill"), 530);

    let broken = renamed(&with_saw(SITE), "Never").replace("currency", "curency");
    site.reload(&broken);
    site.wait_for("the site file as it was before goes on", 1);
    let check = rig::run(&["check", &site.path("site.toml").display().to_string()]);
    let wrong = told(&check).replace("millwatt: ", "");
    assert!(!check.status.success() && site.log().contains(wrong.trim()), "{wrong}");
    std::thread::sleep(Duration::from_millis(300));

    for (number, rest) in [70, 190, 310, 20].into_iter().enumerate() {
        site.follow(&renamed(&with_saw(SITE), &format!("Mill {number}")), rest);
    }
    let last = renamed(&without_meter_of_saw(SITE), "Mill at last");
    (0..5).for_each(|_| site.reload(&last));
    site.follow(&last, 400);

    let choices = form_rig::ask(form, "GET", "/form/config", &cookie, None);
    assert!(choices.body.contains("Mill at last"), "signed in all the time: {}", choices.body);
    let api = form_rig::ask(live, "GET", "/api/v1/site", "", None);
    assert!(api.body.contains("Mill at last"), "{}", api.body);
    drop(events);
    assert!(site.run.terminate().success(), "{}", site.log());

    let data = site.path("data");
    let counts = [("mill", near.served("1")), ("press", far.served("1"))]
        .map(|(asset, served)| expect_whole(&data, asset, &served));
    let saw = pymodbus::kept(&data, "saw");
    assert!(saw.len() > 3 && saw == near.served("2"), "the meter that came and went: {saw:?}");
    println!(
        "{counts:?} readings of the meters that stayed, over {} changes",
        site.log().matches(FOLLOWED).count()
    );
}
