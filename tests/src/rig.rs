//! Child processes and the programs that the full test names by environment variables.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A program or folder that the full test has prepared, or `None` after saying that the story is
/// skipped. With `CI` set it must be there.
///
/// # Panics
/// In CI, when it is missing.
#[must_use]
pub fn need(variable: &str, story: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(PathBuf::from(path));
    }
    assert!(std::env::var_os("CI").is_none(), "{story}: {variable} is not set");
    println!("SKIPPED: {story}: {variable} is not set; `cargo full-test` sets it");
    None
}

/// The `millwatt` command.
///
/// # Panics
/// When it is not built.
#[must_use]
pub fn millwatt() -> Command {
    let built = || {
        let test = std::env::current_exe().expect("a test knows its own program");
        test.ancestors().nth(2).expect("target/debug/deps/test").join("millwatt")
    };
    let program = std::env::var_os("MILLWATT_BIN").map_or_else(built, PathBuf::from);
    assert!(
        program.is_file(),
        "{} is not built: cargo build -p millwatt-gateway",
        program.display()
    );
    Command::new(program)
}

/// Runs the `millwatt` command to its end.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(arguments: &[&str]) -> Output {
    millwatt().args(arguments).output().expect("millwatt starts")
}

/// What a run printed and said, for messages.
#[must_use]
pub fn told(output: &Output) -> String {
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

/// The indicators of a data folder as JSON.
///
/// # Panics
/// When the command fails or prints no JSON.
#[must_use]
pub fn indicators(data: &Path, more: &[&str]) -> serde_json::Value {
    let data = data.display().to_string();
    let output = run(&[&["indicators", "--data", &data, "--json"], more].concat());
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).expect("prints JSON")
}

/// One indicator of the command's output; `asset` empty for the whole site.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn figure<'a>(
    json: &'a serde_json::Value,
    name: &str,
    asset: &str,
    part: &str,
) -> &'a serde_json::Value {
    let word = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or("").to_owned();
    let rows = json["indicators"].as_array().expect("has indicators");
    let found = rows.iter().find(|row| {
        word(row, "name") == name && word(row, "asset") == asset && word(row, "part") == part
    });
    found.unwrap_or_else(|| panic!("no indicator {name} of `{asset}` {part}"))
}

/// A child process that does not outlive its test.
#[derive(Debug)]
pub struct Running(pub Child);

impl Running {
    /// Starts a command whose standard output is kept in a file.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(command: &mut Command, output: &Path) -> Self {
        let file = std::fs::File::create(output).expect("the output file can be made");
        let errors = file.try_clone().expect("a file handle can be cloned");
        let command = command.stdin(Stdio::null()).stdout(file).stderr(errors);
        Self(command.spawn().expect("the program starts"))
    }

    /// Asks it to end, as a service manager does, and waits.
    ///
    /// # Panics
    /// When it does not end within ten seconds.
    pub fn terminate(&mut self) -> std::process::ExitStatus {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the process takes signals");
        let mut ended = None;
        wait_until("the process ends", Duration::from_secs(10), || {
            ended = self.0.try_wait().ok().flatten();
            ended.is_some()
        });
        ended.expect("waited for above")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A loopback port that was free a moment ago.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// Waits for something that must happen.
///
/// # Panics
/// When it has not happened in time.
pub fn wait_until(what: &str, limit: Duration, mut happened: impl FnMut() -> bool) {
    let start = Instant::now();
    while !happened() {
        assert!(start.elapsed() < limit, "{what}: not within {limit:?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a loopback port takes connections.
///
/// # Panics
/// When it does not within twenty seconds.
pub fn wait_for_port(port: u16) {
    wait_until("the server listens", Duration::from_secs(20), || {
        std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
}
