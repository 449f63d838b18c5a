//! A broker that nobody here wrote: Eclipse Mosquitto, on loopback.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::rig::{self, Running, told};

/// The broker.
#[derive(Debug)]
pub struct Mosquitto {
    /// Where it listens.
    pub port: u16,
    program: PathBuf,
    folder: PathBuf,
    process: Option<Running>,
}

impl Mosquitto {
    /// One that lets everybody in and keeps on its disk what it has not delivered; `None` after saying that the story is
    /// skipped. `more` are further lines of its configuration.
    ///
    /// # Panics
    /// When it does not start; in CI, when it is missing.
    #[must_use]
    pub fn start(folder: &Path, more: &str, story: &str) -> Option<Self> {
        let program = rig::need("MILLWATT_MOSQUITTO", story)?;
        let (port, folder) = (rig::free_port(), folder.join("broker"));
        std::fs::create_dir_all(&folder).expect("made");
        let mut lines = format!(
            "listener {port} 127.0.0.1\npersistence true\nautosave_interval 1\nuser root\n"
        );
        if !more.contains("allow_anonymous") {
            lines += "allow_anonymous true\n";
        }
        let _ = writeln!(lines, "persistence_location {}/\n{more}", folder.display());
        std::fs::write(folder.join("mosquitto.conf"), lines).expect("written");
        let mut broker = Self { port, program, folder, process: None };
        broker.again();
        Some(broker)
    }

    /// Starts it after it was killed.
    ///
    /// # Panics
    /// When it does not start.
    pub fn again(&mut self) {
        let mut command = Command::new(&self.program);
        command.arg("-c").arg(self.folder.join("mosquitto.conf"));
        self.process = Some(Running::start(&mut command, &self.folder.join("broker.log")));
        rig::wait_for_port(self.port);
    }

    /// Ends it without a warning.
    pub fn kill(&mut self) {
        self.process = None;
    }

    /// Deletes what it kept.
    pub fn forget(&self) {
        // It may have kept nothing.
        let _ = std::fs::remove_file(self.folder.join("mosquitto.db"));
    }

    /// Writes down who may come in, in Mosquitto's own form.
    ///
    /// # Panics
    /// When its tool cannot be run.
    pub fn passwords(program: &Path, file: &Path, people: &[(&str, &str)]) {
        std::fs::write(file, "").expect("written");
        for (user, password) in people {
            let mut tool = Command::new(beside(program, "mosquitto_passwd"));
            let output = tool.arg("-b").arg(file).args([user, password]).output();
            let output = output.expect("mosquitto_passwd starts");
            assert!(output.status.success(), "{}", told(&output));
        }
    }

    /// Runs `mosquitto_pub` or `mosquitto_sub` against it.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn client(&self, name: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(beside(&self.program, name));
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]).args(arguments);
        command.output().expect("the client starts")
    }
}

/// A tool that comes with the broker: in its folder, or where `PATH` leads.
fn beside(program: &Path, name: &str) -> PathBuf {
    let beside = program.with_file_name(name);
    if beside.is_file() { beside } else { PathBuf::from(name) }
}
