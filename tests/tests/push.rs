//! JSON to a server of a bad mood: it is away at first, refuses, hangs up and dies, the gateway is killed, too. It gets every reading,
//! in order, once where it drops the keys that it has seen, and nothing of the log waits for it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use millwatt_gateway::tls::Identity;
use millwatt_tests::pushed::{Request, begins_with, count, exported, once, readings};
use millwatt_tests::pymodbus::MeterServer;
use millwatt_tests::rig::{self, Running};
use millwatt_tests::world::MILL;

const UPLINK: &str = r#"
[[uplink]]
name = "cloud"
http = "https://127.0.0.1:SERVER/in?site=1"
send = ["json"]
token_file = "FOLDER/cloud.token"
ca = "FOLDER/cloud.crt"
"#;

const TOKEN: &str = "a token of some length";

struct World {
    folder: tempfile::TempDir,
    server: u16,
}

impl World {
    fn new(meter: u16) -> Self {
        let (folder, server) = (tempfile::tempdir().expect("a folder"), rig::free_port());
        let place = folder.path().display().to_string();
        let site = format!("{MILL}{UPLINK}")
            .replace("METER", &meter.to_string())
            .replace("FOLDER", &place);
        let site = site.replace("SERVER", &server.to_string());
        std::fs::write(folder.path().join("site.toml"), site).expect("written");
        Identity::open(folder.path(), "cloud", &[[127, 0, 0, 1].into()]).expect("a certificate");
        Self { folder, server }
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

    fn server(&self, python: &Path) -> Running {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/push_server.py");
        let mut command = Command::new(python);
        command.arg(script).arg(self.server.to_string()).arg(self.path("taken"));
        command.arg(self.path("cloud.crt")).arg(self.path("cloud.key")).arg(TOKEN);
        let server = Running::start(&mut command, &self.path("server.log"));
        rig::wait_for_port(self.server);
        server
    }

    /// What the gateway says that is wrong.
    fn says(&self, words: &str) -> bool {
        std::fs::read_to_string(self.path("run.log")).unwrap_or_default().contains(words)
    }

    /// Requests that the server took, each with its key.
    fn requests(&self) -> Vec<Request> {
        let text = std::fs::read_to_string(self.path("taken")).unwrap_or_default();
        let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        whole.map(|line| serde_json::from_str(line).expect("a key and a body")).collect()
    }

    /// Waits until it took so many more.
    fn wait_for(&self, more: usize) {
        let before = self.requests().len();
        rig::wait_until("the server takes more", Duration::from_secs(60), || {
            self.requests().len() >= before + more
        });
    }
}

#[test]
fn a_server_of_a_bad_mood_gets_every_reading_in_order() {
    let Some(python) = rig::need("MILLWATT_PYTHON", "push") else { return };
    let meters = tempfile::tempdir().expect("a folder");
    let Some(meter) = MeterServer::start(meters.path(), &[], "push") else { return };
    let world = World::new(meter.port);
    let mut gateway = world.gateway();
    let soon = Duration::from_secs(20);
    rig::wait_until("the missing token is told", soon, || world.says("cloud.token: No such file"));
    std::fs::write(world.path("cloud.token"), "another token\n").expect("written");
    rig::wait_until("nobody is there", soon, || world.says("check `http`"));
    let mut server = world.server(&python);
    rig::wait_until("the wrong token is told", soon, || world.says("status 401: who are you?"));
    std::fs::write(world.path("cloud.token"), format!("{TOKEN}\n")).expect("written");
    world.wait_for(2);
    for round in 0..4_u64 {
        world.wait_for(3);
        std::thread::sleep(Duration::from_millis(130 * round));
        gateway.0.kill().expect("SIGKILL is sent");
        gateway.0.wait().expect("it ends");
        if round % 2 == 1 {
            server.0.kill().expect("SIGKILL is sent");
            server.0.wait().expect("it ends");
        }
        gateway = world.gateway();
        if round % 2 == 1 {
            rig::wait_until("nobody is there", soon, || world.says("check `http`"));
            server = world.server(&python);
        }
    }
    assert!(gateway.terminate().success());
    // What was written at the end goes out at the next start.
    let whole = exported(&world.path("data"));
    let mut gateway = world.gateway();
    rig::wait_until("the rest", Duration::from_secs(60), || {
        let taken = once(&world.requests());
        whole.iter().all(|(channel, readings)| {
            taken.get(channel).is_some_and(|taken| taken.len() >= readings.len())
        })
    });
    assert!(gateway.terminate().success());

    let (requests, exported) = (world.requests(), exported(&world.path("data")));
    let taken = once(&requests);
    begins_with(&exported, &taken);
    assert!(requests.iter().all(|(key, body)| body["key"] == key.as_str()));
    let all: usize = requests.iter().map(|(_, body)| readings(body).len()).sum();
    println!(
        "JSON to a server that refuses, hangs up and dies, the gateway killed four times: {} readings in {} requests, in order \
         and as exported, {} of them twice",
        count(&taken),
        requests.len(),
        all - count(&taken)
    );
}
