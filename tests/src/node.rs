//! A node in QEMU: the firmware on a simulated board whose flash is a file, so that it lasts through a kill.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use crate::rig::{self, Running};
use millwatt::wire::frame::checksum;

/// Bytes of the board's PSRAM, and of a block of the flash that it stands for.
const MEMORY: u64 = 16 << 20;
const BLOCK: u64 = 4_096;
/// The block of the seed: behind the ring, the journal, and the pages of failure and key (`agent/firmware/src/node/flash.rs`).
const SEED_AT: u64 = (1_024 + 4 + 2) * BLOCK;

/// A loopback port that is free and none that the system gives to outgoing connections: while the board is off, another
/// program, or a connection of the gateway to itself, could take it.
fn quiet_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 5_000) as u16 * 2;
    let is_free = |port: &u16| std::net::TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = std::iter::repeat_with(|| first + NEXT.fetch_add(1, Ordering::SeqCst));
    ports.by_ref().take(1_000).find(is_free).expect("a port is free")
}

/// A board with its flash, which is switched on and off.
#[derive(Debug)]
pub struct Board {
    qemu: PathBuf,
    program: PathBuf,
    folder: PathBuf,
    /// The serial port of the meters' line, if there is one.
    meters: Option<PathBuf>,
    /// Where the gateway's line is reached, on loopback.
    pub port: u16,
    running: Option<Running>,
}

impl Board {
    /// A new board that was never switched on, its seed in place; `None` after saying that the story is skipped.
    ///
    /// # Panics
    /// In CI, when QEMU or the firmware is missing.
    #[must_use]
    pub fn new(folder: &Path, meters: Option<&Path>, seed: [u8; 32], story: &str) -> Option<Self> {
        let qemu = rig::need("MILLWATT_QEMU", story)?;
        let program = rig::need("MILLWATT_NODE_ELF", story)?;
        let (folder, meters) = (folder.to_owned(), meters.map(Path::to_owned));
        let board = Self { qemu, program, folder, meters, port: quiet_port(), running: None };
        board.forget(seed);
        Some(board)
    }

    /// Another board in its place: an empty flash with another seed.
    ///
    /// # Panics
    /// When the file cannot be written.
    pub fn forget(&self, seed: [u8; 32]) {
        let mut file = std::fs::File::create(self.flash()).expect("the flash's file");
        file.set_len(MEMORY).expect("room for the flash");
        file.seek(SeekFrom::Start(SEED_AT)).expect("it is long enough");
        let length = seed.len() as u32;
        let head = [u32::from_le_bytes(*b"mwpg"), length, checksum(&seed, &[])];
        file.write_all(head.map(u32::to_le_bytes).as_flattened()).expect("written");
        file.write_all(&seed).expect("written");
    }

    fn flash(&self) -> PathBuf {
        self.folder.join("flash")
    }

    fn socket(&self) -> PathBuf {
        self.folder.join("console.socket")
    }

    /// Switches it on.
    ///
    /// # Panics
    /// When QEMU does not start.
    pub fn switch_on(&mut self) {
        let path = |path: &Path| path.display().to_string();
        let memory = format!(
            "memory-backend-file,id=psram,size=16M,mem-path={},share=on",
            path(&self.flash())
        );
        let meters = match &self.meters {
            Some(port) => format!("serial,id=meters,path={}", path(port)),
            None => "null,id=meters".to_owned(),
        };
        let gateway =
            format!("socket,id=gateway,host=127.0.0.1,port={},server=on,wait=off", self.port);
        let console = format!(
            "socket,id=console,path={},server=on,wait=off,logfile={},logappend=on",
            path(&self.socket()),
            path(&self.folder.join("console"))
        );
        let _ = std::fs::remove_file(self.socket());
        let mut command = Command::new(&self.qemu);
        command.args(["-cpu", "cortex-m4", "-machine", "mps2-an386,memory-backend=psram"]);
        command.args(["-display", "none", "-monitor", "none", "-object", &memory]);
        for (name, port) in [("meters", meters), ("gateway", gateway), ("console", console)] {
            command.args(["-chardev", &port, "-serial", &format!("chardev:{name}")]);
        }
        command.arg("-kernel").arg(&self.program);
        self.running = Some(Running::start(&mut command, &self.folder.join("qemu.log")));
    }

    /// Takes the power away: SIGKILL.
    ///
    /// # Panics
    /// When it was not on.
    pub fn cut(&mut self) {
        let mut running = self.running.take().expect("it is on");
        let log = std::fs::read_to_string(self.folder.join("qemu.log")).unwrap_or_default();
        assert!(matches!(running.0.try_wait(), Ok(None)), "QEMU has ended by itself: {log}");
        running.0.kill().expect("SIGKILL is sent");
        running.0.wait().expect("it ends");
    }

    /// What it has said at its console so far, whole lines, over all starts.
    #[must_use]
    pub fn said(&self) -> Vec<String> {
        let text = std::fs::read(self.folder.join("console")).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        lines.map(|line| line.trim_end().to_owned()).collect()
    }

    /// How many lines of what it has said begin with a word.
    #[must_use]
    pub fn count(&self, word: &str) -> usize {
        self.said().iter().filter(|line| line.starts_with(word)).count()
    }

    /// Types a letter at its console; gives what it says within half a second.
    ///
    /// # Panics
    /// When the console cannot be reached.
    pub fn types(&self, letter: u8) -> String {
        let mut console = None;
        rig::wait_until("the console can be reached", Duration::from_secs(20), || {
            console = UnixStream::connect(self.socket()).ok();
            console.is_some()
        });
        let mut console = console.expect("waited for above");
        console.set_read_timeout(Some(Duration::from_millis(500))).expect("a socket");
        console.write_all(&[letter]).expect("typed");
        let (mut said, mut buffer) = (Vec::new(), [0; 512]);
        while let Ok(count @ 1..) = console.read(&mut buffer) {
            said.extend(&buffer[..count]);
        }
        String::from_utf8_lossy(&said).into_owned()
    }
}
