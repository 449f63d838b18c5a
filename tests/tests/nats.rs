//! Readings to a stream of NATS JetStream over TLS: no server at first, then no stream, then both are killed and the gateway, too.
//! The stream holds every reading, in order, each once.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use millwatt_gateway::tls::Identity;
use millwatt_tests::pushed::{Request, begins_with, count, exported, once, readings};
use millwatt_tests::pymodbus::MeterServer;
use millwatt_tests::rig::{self, Running, told};
use millwatt_tests::world::MILL;
use serde_json::Value;

const UPLINK: &str = r#"
[[uplink]]
name = "bus"
nats = "tls://127.0.0.1:SERVER"
send = ["json"]
subject = "plant.mill"
user = "gateway"
password_file = "FOLDER/bus.password"
ca = "FOLDER/bus.crt"
"#;

/// Of the server.
const SERVER: &str = r#"
listen: "127.0.0.1:SERVER"
jetstream { store_dir: "FOLDER/streams" }
tls { cert_file: "FOLDER/bus.crt", key_file: "FOLDER/bus.key" }
authorization { user: "gateway", password: "a password" }
"#;

struct World {
    folder: tempfile::TempDir,
    server: u16,
    program: PathBuf,
    python: PathBuf,
}

impl World {
    fn new(meter: u16, program: PathBuf, python: PathBuf) -> Self {
        let (folder, server) = (tempfile::tempdir().expect("a folder"), rig::free_port());
        let place = folder.path().display().to_string();
        for (name, text) in
            [("site.toml", format!("{MILL}{UPLINK}")), ("nats.conf", SERVER.to_owned())]
        {
            let text = text.replace("METER", &meter.to_string()).replace("FOLDER", &place);
            let text = text.replace("SERVER", &server.to_string());
            std::fs::write(folder.path().join(name), text).expect("written");
        }
        std::fs::write(folder.path().join("bus.password"), "a password\n").expect("written");
        Identity::open(folder.path(), "bus", &[[127, 0, 0, 1].into()]).expect("a certificate");
        Self { folder, server, program, python }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn gateway(&self) -> Running {
        let mut command = rig::millwatt();
        command.arg("run").arg(self.path("site.toml")).arg("--json");
        command.arg("--data").arg(self.path("data"));
        Running::start(&mut command, &self.path("run.log"))
    }

    fn server(&self) -> Running {
        let mut command = Command::new(&self.program);
        command.arg("--config").arg(self.path("nats.conf"));
        let server = Running::start(&mut command, &self.path("server.log"));
        rig::wait_for_port(self.server);
        server
    }

    /// What the client of the NATS authors prints.
    fn client(&self, what: &str) -> String {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/read_stream.py");
        let url = format!("tls://127.0.0.1:{}", self.server);
        let mut command = Command::new(&self.python);
        command.arg(script).args([what, &url]).arg(self.path("bus.crt"));
        let output = command.args(["gateway", "a password", "plant.mill"]).output();
        let output = output.expect("Python starts");
        assert!(output.status.success(), "{}", told(&output));
        String::from_utf8(output.stdout).expect("text")
    }

    fn lines(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.path("run.log")).unwrap_or_default();
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Pieces that this run of the gateway has handed over.
    fn taken(&self) -> Vec<Value> {
        let mut lines = self.lines();
        lines.retain(|line| line["event"] == "uplink" && line["what"] == "taken");
        lines
    }

    fn wait_for(&self, more: usize) {
        let before = self.taken().len();
        rig::wait_until("the stream takes more", Duration::from_secs(60), || {
            self.taken().len() >= before + more
        });
    }

    /// Waits until all that runs before this one kept is in the stream: what this one kept comes behind it.
    fn wait_for_own(&self) {
        let epoch = |line: &Value| line["epoch"].as_u64();
        rig::wait_until("the rest", Duration::from_secs(60), || {
            let lines = self.lines();
            let own = lines.iter().find(|line| line["event"] == "watermark").and_then(epoch);
            own.is_some() && self.taken().iter().any(|line| epoch(line) >= own)
        });
    }
}

#[test]
fn a_stream_holds_every_reading_once_whatever_dies() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "nats") else { return };
    let Some(program) = rig::need("MILLWATT_NATS", "nats") else { return };
    let meters = tempfile::tempdir().expect("a folder");
    let Some(meter) = MeterServer::start(meters.path(), &[], "nats") else { return };
    let world = World::new(meter.port, program, python);
    let says = |words: &str| {
        rig::wait_until(words, Duration::from_secs(40), || {
            std::fs::read_to_string(world.path("run.log")).is_ok_and(|text| text.contains(words))
        });
    };
    let mut gateway = world.gateway();
    says("check `nats` and the network");
    let mut server = world.server();
    says("nats stream add --subjects plant.mill");
    world.client("make");
    for round in 0..3_u64 {
        world.wait_for(3);
        std::thread::sleep(Duration::from_millis(130 * round));
        server.0.kill().expect("SIGKILL is sent");
        server.0.wait().expect("it ends");
        std::thread::sleep(Duration::from_millis(400));
        gateway.0.kill().expect("SIGKILL is sent");
        gateway.0.wait().expect("it ends");
        server = world.server();
        gateway = world.gateway();
    }
    world.wait_for(1);
    assert!(gateway.terminate().success());
    let whole = exported(&world.path("data"));
    gateway = world.gateway();
    world.wait_for_own();
    assert!(gateway.terminate().success());

    let read = world.client("read");
    let lines = read.lines().map(|line| serde_json::from_str(line).expect("an id and a body"));
    let messages: Vec<Request> = lines.collect();
    let taken = once(&messages);
    begins_with(&exported(&world.path("data")), &taken);
    assert!(count(&taken) >= count(&whole), "all that was kept before");
    let all: usize = messages.iter().map(|(_, body)| readings(body).len()).sum();
    assert_eq!(all, count(&taken), "the stream itself drops what comes twice");
    println!(
        "a stream of NATS, server and gateway killed three times: {all} readings in {} messages, in order and as exported, \
         each once",
        messages.len()
    );
}
