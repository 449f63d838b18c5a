//! A factory and an office in one folder, and what is said between them.

use std::path::PathBuf;
use std::time::Duration;

use crate::rig::{self, Running, told};
use serde_json::Value;

/// A mill with a meter at the port METER, read twenty times a second; how it sends comes behind.
pub const MILL: &str = r#"
[site]
name = "Mill"
zone = "Asia/Bangkok"
currency = "VND"
commit_every = "100ms"

[[asset]]
id = "mill"
name = "Mill"

[[meter]]
asset = "mill"
address = "127.0.0.1:METER"
profile = "eastron-sdm630"
every = "50ms"
"#;

const UPLINK: &str = r#"
[[uplink]]
name = "office"
LINE
send = ["frames"]
receiver = "RECEIVER"
"#;

/// A factory and an office in one folder.
#[derive(Debug)]
pub struct World {
    /// Where all of it lies.
    pub folder: tempfile::TempDir,
    /// What the site file says of the way to the office.
    line: String,
    /// What the office listens to.
    office: Vec<String>,
}

impl World {
    /// Whose gateway and office speak HTTP.
    ///
    /// # Panics
    /// When there is no folder to be had.
    #[must_use]
    pub fn by_http() -> Self {
        let place = format!("127.0.0.1:{}", rig::free_port());
        let line = format!("http = \"http://{place}\"");
        Self::new(line, vec!["--listen".to_owned(), place])
    }

    /// With lines of the site file and words to `millwatt receive run`.
    ///
    /// # Panics
    /// When there is no folder to be had.
    #[must_use]
    pub fn new(line: String, office: Vec<String>) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder"), line, office }
    }

    /// A file of it.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What a command prints.
    ///
    /// # Panics
    /// When it fails.
    #[must_use]
    pub fn word(&self, arguments: &[&str]) -> String {
        let output = rig::run(arguments);
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A file's path as text.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// Writes the site file and makes gateway and office known to each other.
    ///
    /// # Panics
    /// When something fails.
    pub fn introduce(&self, meter: u16) {
        let (data, fleet) = (self.text("data"), self.text("fleet"));
        let receiver =
            self.word(&["receive", "key", "--data", &fleet, "--name", "example.org/office"]);
        let site = format!("{MILL}{UPLINK}")
            .replace("METER", &meter.to_string())
            .replace("LINE", &self.line)
            .replace("RECEIVER", &receiver);
        std::fs::write(self.path("site.toml"), site).expect("written");
        std::fs::create_dir_all(&data).expect("made");
        let key = self.word(&["key", "--data", &data, "--vkey"]);
        let _ = self.word(&["receive", "add", "suoi-giang", "--data", &fleet, "--key", &key]);
    }

    /// Starts the gateway.
    #[must_use]
    pub fn gateway(&self) -> Running {
        let mut command = rig::millwatt();
        command.arg("run").arg(self.path("site.toml")).arg("--json");
        command.arg("--data").arg(self.path("data"));
        Running::start(&mut command, &self.path("run.log"))
    }

    /// Starts the office, and waits until it is there.
    ///
    /// # Panics
    /// When it is not.
    #[must_use]
    pub fn office(&self, said: &str) -> Running {
        let mut command = rig::millwatt();
        command.args(["receive", "run", "--json", "--data"]).arg(self.path("fleet"));
        let running = Running::start(command.args(&self.office), &self.path(said));
        let is_there =
            || ["listening", "connected"].iter().any(|event| !self.events(said, event).is_empty());
        rig::wait_until("the office is there", Duration::from_secs(30), is_there);
        running
    }

    /// Lines of an event that a log of JSON lines holds.
    #[must_use]
    pub fn events(&self, log: &str, event: &str) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path(log)).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.filter(|line| line["event"] == event).collect()
    }

    /// The newest frame that the gateway says the office keeps.
    #[must_use]
    pub fn receipted(&self) -> Option<(u64, u64)> {
        let lines = self.events("run.log", "uplink");
        let last = lines.iter().rfind(|line| line["what"] == "kept")?;
        Some((last["epoch"].as_u64()?, last["sequence"].as_u64()?))
    }

    /// Waits for another receipt.
    ///
    /// # Panics
    /// When none comes.
    pub fn wait_for_more_receipts(&self) {
        let before = self.receipted();
        rig::wait_until("another receipt", Duration::from_secs(30), || self.receipted() > before);
    }

    /// The office's copy of the log.
    #[must_use]
    pub fn copy(&self) -> PathBuf {
        self.path("fleet/suoi-giang")
    }
}
