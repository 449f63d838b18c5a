//! A collector with a form, and somebody who asks it as a phone does.
#![allow(dead_code, reason = "each story needs a part of it")]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use millwatt::event::EventKind;
use millwatt::wire::{FrameKind, Frames, events};
use millwatt_tests::rig::{self, Running, told};
use serde_json::{Value, json};

/// A folder with a site file and one person, Lan, whose PIN is 7391.
pub fn set_up(site: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("site.toml"), site).expect("can be written");
    let added = people(&folder.path().join("data"), &["add", "Lan"], "7391");
    assert!(added.status.success(), "{}", told(&added));
    folder
}

/// A collector with a form, and the folder that it writes to.
pub struct Gateway {
    pub folder: tempfile::TempDir,
    pub port: u16,
    pub run: Running,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The cookie that it sets, as a browser sends it back.
    pub fn cookie(&self) -> String {
        let line = self.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        let line = line.unwrap_or_else(|| panic!("no cookie in {}", self.head));
        line.split(';').next().unwrap_or_default().to_owned()
    }
}

/// `millwatt people`, with a PIN on its standard input.
pub fn people(data: &Path, words: &[&str], pin: &str) -> Output {
    let mut command = rig::millwatt();
    command.arg("people").args(words).arg("--data").arg(data);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("millwatt starts");
    let mut input = child.stdin.take().expect("piped");
    // A command that asks for no PIN may have ended before it is written.
    let _ = writeln!(input, "{pin}");
    drop(input);
    child.wait_with_output().expect("it ends")
}

pub fn running(folder: &Path, at: &str, more: &[&str]) -> Running {
    let mut command = rig::millwatt();
    command.arg("run").arg(folder.join("site.toml")).arg("--json");
    command.arg("--data").arg(folder.join("data")).args(["--form", at]).args(more);
    Running::start(&mut command, &folder.join("run.log"))
}

impl Gateway {
    /// Over a folder that was set up.
    pub fn start(folder: tempfile::TempDir) -> Self {
        let port = rig::free_port();
        let run = running(folder.path(), &format!("127.0.0.1:{port}"), &[]);
        rig::wait_for_port(port);
        Self { folder, port, run }
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn kill_and_start_again(&mut self) {
        self.run.0.kill().expect("SIGKILL is sent");
        self.run.0.wait().expect("it ends");
        self.run = running(self.folder.path(), &format!("127.0.0.1:{}", self.port), &[]);
        rig::wait_for_port(self.port);
    }

    pub fn ask(&self, method: &str, path: &str, cookie: &str, body: Option<&Value>) -> Answer {
        ask(self.port, method, path, cookie, body)
    }

    pub fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask("GET", path, cookie, None)
    }

    pub fn try_pin(&self, person: &str, pin: &str) -> Answer {
        let body = json!({ "person": person, "pin": pin });
        self.ask("POST", "/form/session", "", Some(&body))
    }

    pub fn sign_in(&self) -> String {
        self.sign_in_as("Lan", "7391")
    }

    pub fn sign_in_as(&self, person: &str, pin: &str) -> String {
        let answer = self.try_pin(person, pin);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.cookie()
    }

    /// Sends one entry; its outcome and reason.
    pub fn send(&self, cookie: &str, entry: &Value) -> (String, String) {
        let answer = self.ask("POST", "/form/entries", cookie, Some(&json!([entry])));
        assert_eq!(answer.status, 200, "{}", answer.body);
        let told = answer.json();
        let one = &told["entries"][0];
        let word = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
        (word("outcome"), word("reason"))
    }

    /// The site's time as the form tells it.
    pub fn now(&self) -> String {
        self.get("/form/config", "").json()["now"].as_str().expect("a time").to_owned()
    }

    /// Kind, amount and note of every event in the frames of the log, each as often as it stands there.
    pub fn events(&self) -> Vec<(EventKind, i64, String)> {
        let entries = std::fs::read_dir(self.data()).expect("a folder").flatten();
        let pages = entries.map(|entry| entry.path());
        let pages = pages.filter(|path| path.extension().is_some_and(|suffix| suffix == "mwlog"));
        let mut found = Vec::new();
        for page in pages {
            let bytes = std::fs::read(page).expect("a page");
            for frame in Frames::new(&bytes).filter(|frame| frame.kind == FrameKind::Events) {
                let all = events(frame.payload).map(|event| event.expect("sound"));
                found.extend(all.map(|one| (one.kind, one.thousandths, one.note.to_owned())));
            }
        }
        found
    }
}

pub fn ask(port: u16, method: &str, path: &str, cookie: &str, body: Option<&Value>) -> Answer {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the form is served");
    let body = body.map(Value::to_string).unwrap_or_default();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: a=b; {cookie}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).expect("takes a request");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answers with text");
    let (head, body) = answer.split_once("\r\n\r\n").expect("has headers");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Answer { status: status.expect("a status"), head: head.to_owned(), body: body.to_owned() }
}

/// What a browser saw; `None` after saying that the story is skipped.
pub fn look(script: &str, folder: &Path, port: u16) -> Option<Value> {
    let story = "form in a browser";
    let js = rig::need("MILLWATT_JS", story)?;
    let chromium = rig::need("MILLWATT_CHROMIUM", story)?;
    let artefacts = rig::need("MILLWATT_ARTEFACTS", story)?;
    let text = |path: &Path| path.display().to_string();
    let program = rig::millwatt();
    let (site, data) = (text(&folder.join("site.toml")), text(&folder.join("data")));
    let at = format!("0.0.0.0:{port}");
    let plan = json!({
        "program": text(Path::new(program.get_program())),
        "words": ["run", site, "--json", "--data", data, "--form", at],
        "url": format!("https://127.0.0.1:{port}/form"),
        "port": port,
        "person": "Lan",
        "pin": "7391",
        "artefacts": text(&artefacts),
        "chromium": text(&chromium),
        "modules": text(&js.join("node_modules")),
    });
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("js").join(script);
    let output = Command::new("node").arg(script).arg(plan.to_string()).output();
    let output = output.expect("node runs");
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).ok()
}

/// What no story of the form may see.
pub fn nothing_is_wrong(seen: &Value) {
    assert_eq!(seen["console"], json!([]), "a silent console");
    assert_eq!(seen["strangers"], json!([]), "it asks nobody but its own server");
    assert_eq!(seen["unlabelled"], json!([]), "each control has its label");
    assert_eq!(seen["small"], json!([]), "each can be hit with a thumb");
    for (view, width) in seen["overflow"].as_object().expect("views") {
        assert_eq!(width, 0, "{view}: nothing stands out of the window");
    }
    for (view, found) in seen["barriers"].as_object().expect("views") {
        assert_eq!(found, &json!([]), "{view}: axe finds nothing");
    }
}
