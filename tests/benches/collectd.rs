//! What a gateway costs beside collectd: memory, processor time a value and requests, for the same registers of the same
//! server in one run, both with Modbus and files alone.
//!
//! `cargo figures --only collectd` builds the program, installs the peer and runs it. Registers of 16 bits, 20 a unit, each
//! every second: neighbours, which may be asked for together, and far apart, one request each. collectd asks for each by
//! itself and writes CSV; ours writes the signed log, durable every ten seconds.

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Registers of a unit.
const REGISTERS: usize = 20;
/// Units behind a port.
const UNITS: usize = 50;
const START_UP: Duration = Duration::from_secs(12);
const MEASURED: Duration = Duration::from_secs(30);

/// A Modbus TCP server that answers at once and counts the requests and the registers that it gave.
#[derive(Debug, Default)]
struct Served {
    requests: AtomicU64,
    registers: AtomicU64,
}

impl Served {
    /// Listens at so many ports of loopback for as long as the program runs.
    fn listen(self: &Arc<Self>, ports: usize) -> Vec<u16> {
        let listen = |_| {
            let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has ports");
            let port = listener.local_addr().expect("an address").port();
            let served = self.clone();
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let served = served.clone();
                    std::thread::spawn(move || served.answer(stream));
                }
            });
            port
        };
        (0..ports).map(listen).collect()
    }

    fn answer(&self, mut stream: TcpStream) {
        stream.set_nodelay(true).expect("a socket");
        let mut request = [0; 12];
        while stream.read_exact(&mut request).is_ok() {
            let count = u16::from_be_bytes([request[10], request[11]]);
            let mut answer = request[..4].to_vec();
            answer.extend((count * 2 + 3).to_be_bytes());
            answer.extend([request[6], request[7], (count * 2) as u8]);
            let first = u16::from_be_bytes([request[8], request[9]]);
            let turn = self.requests.fetch_add(1, Ordering::Relaxed) as u16;
            self.registers.fetch_add(count.into(), Ordering::Relaxed);
            let value = |place: u16| 1_000 + (first.wrapping_add(place).wrapping_add(turn)) % 50;
            answer.extend((0..count).flat_map(|place| value(place).to_be_bytes()));
            if stream.write_all(&answer).is_err() {
                return;
            }
        }
    }

    fn so_far(&self) -> [u64; 2] {
        [&self.requests, &self.registers].map(|count| count.load(Ordering::Relaxed))
    }
}

/// What a program used while it was measured.
struct Used {
    anonymous_kb: u64,
    resident_kb: u64,
    /// Hundredths of a second.
    processor: u64,
    requests: u64,
    registers: u64,
}

fn status(process: u32, row: &str) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).expect("it runs");
    let row = text.lines().find_map(|line| line.strip_prefix(row)).expect("of Linux");
    row.trim().trim_end_matches(" kB").parse().expect("a number")
}

fn processor(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let fields = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    fields.split(' ').skip(11).take(2).map(|field| field.parse::<u64>().expect("a count")).sum()
}

fn measure(mut child: Child, served: &Served) -> Used {
    std::thread::sleep(START_UP);
    let (before, cpu) = (served.so_far(), processor(child.id()));
    std::thread::sleep(MEASURED);
    let (after, process) = (served.so_far(), child.id());
    let used = Used {
        anonymous_kb: status(process, "RssAnon:"),
        resident_kb: status(process, "VmRSS:"),
        processor: processor(process) - cpu,
        requests: after[0] - before[0],
        registers: after[1] - before[1],
    };
    let _ = child.kill();
    let _ = child.wait();
    used
}

fn print(name: &str, used: &Used) -> f64 {
    let seconds = MEASURED.as_secs_f64();
    let micros = used.processor as f64 * 10_000.0 / used.registers.max(1) as f64;
    println!(
        "  {name:<44}{:>7.1} MB anonymous {:>7.1} resident {micros:>7.1} µs a value {:>7.0} values/s {:>6.0} requests/s",
        used.anonymous_kb as f64 / 1e3,
        used.resident_kb as f64 / 1e3,
        used.registers as f64 / seconds,
        used.requests as f64 / seconds
    );
    micros
}

fn start(command: &mut Command, folder: &Path) -> Child {
    let log = fs::File::create(folder.join("log")).expect("a file");
    let errors = log.try_clone().expect("a file");
    command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn().expect("it starts")
}

/// A site whose units have their registers so many addresses apart.
fn site(ports: &[u16], apart: usize) -> String {
    const QUANTITIES: [(&str, &str); 5] = [
        ("voltage", "V"),
        ("current", "A"),
        ("active_power", "W"),
        ("reactive_power", "var"),
        ("apparent_power", "VA"),
    ];
    let mut text =
        "[site]\nname = \"Bench\"\nzone = \"UTC\"\ncurrency = \"USD\"\ncommit_every = \"10s\"\n"
            .to_owned();
    for (bus, port) in ports.iter().enumerate() {
        for unit in 1..=UNITS {
            let asset = format!("b{bus}u{unit}");
            let _ = write!(
                text,
                "\n[[asset]]\nid = \"{asset}\"\nname = \"{asset}\"\n\n[[meter]]\nasset = \"{asset}\"\n\
                 address = \"127.0.0.1:{port}\"\nunit = {unit}\nevery = \"1s\"\n"
            );
            for register in 0..REGISTERS {
                let (quantity, unit) = QUANTITIES[register / 4];
                let (phase, address) = (register % 4, register * apart);
                let _ = write!(
                    text,
                    "[[meter.register]]\nquantity = \"{quantity}\"\nphase = {phase}\ntable = \"input\"\n\
                     address = {address}\ntype = \"uint16\"\nunit = \"{unit}\"\n"
                );
            }
        }
    }
    text
}

fn ours(program: &Path, folder: &Path, served: &Served, ports: &[u16], apart: usize) -> Used {
    let folder = folder.join(format!("ours-{apart}"));
    fs::create_dir(&folder).expect("a folder");
    fs::write(folder.join("site.toml"), site(ports, apart)).expect("a file");
    let mut command = Command::new(program);
    command.arg("run").arg(folder.join("site.toml")).arg("--data").arg(folder.join("data"));
    measure(start(&mut command, &folder), served)
}

/// collectd's word for the same.
fn configuration(folder: &Path, ports: &[u16]) -> String {
    let mut text = format!(
        "Hostname \"bench\"\nFQDNLookup false\nInterval 1\nBaseDir \"{0}\"\nPIDFile \"{0}/pid\"\n\
         TypesDB \"/usr/share/collectd/types.db\"\nLoadPlugin csv\nLoadPlugin modbus\n\
         <Plugin csv>\nDataDir \"{0}/csv\"\nStoreRates false\n</Plugin>\n<Plugin modbus>\n",
        folder.display()
    );
    for register in 0..REGISTERS {
        let _ = write!(
            text,
            "<Data \"r{register}\">\nRegisterBase {register}\nRegisterType Uint16\nRegisterCmd ReadInput\n\
             Type gauge\nInstance \"r{register}\"\n</Data>\n"
        );
    }
    for (bus, port) in ports.iter().enumerate() {
        let _ =
            write!(text, "<Host \"b{bus}\">\nAddress \"127.0.0.1\"\nPort \"{port}\"\nInterval 1\n");
        for unit in 1..=UNITS {
            let _ = writeln!(text, "<Slave {unit}>\nInstance \"u{unit}\"");
            (0..REGISTERS).for_each(|register| {
                let _ = writeln!(text, "Collect \"r{register}\"");
            });
            text.push_str("</Slave>\n");
        }
        text.push_str("</Host>\n");
    }
    text.push_str("</Plugin>\n");
    text
}

fn theirs(program: &Path, folder: &Path, served: &Served, ports: &[u16]) -> Used {
    let folder = folder.join("collectd");
    fs::create_dir(&folder).expect("a folder");
    let file = folder.join("collectd.conf");
    fs::write(&file, configuration(&folder, ports)).expect("a file");
    let mut command = Command::new(program);
    measure(start(command.arg("-f").arg("-C").arg(file), &folder), served)
}

fn main() {
    let program = |variable: &str| std::env::var_os(variable).map(PathBuf::from);
    let (Some(millwatt), Some(collectd)) = (program("MILLWATT_BIN"), program("MILLWATT_COLLECTD"))
    else {
        println!(
            "  needs MILLWATT_BIN and MILLWATT_COLLECTD; `cargo figures --only collectd` has them"
        );
        return;
    };
    let size = fs::metadata(&millwatt).map_or(0, |file| file.len());
    println!("  the program: {:.1} MB, with everything that it can do", size as f64 / 1e6);
    for buses in [1, 10] {
        println!("{} values a second", buses * UNITS * REGISTERS);
        let folder = tempfile::tempdir().expect("a folder");
        let served = Arc::new(Served::default());
        let ports = served.listen(buses);
        let peer = theirs(&collectd, folder.path(), &served, &ports);
        let together = ours(&millwatt, folder.path(), &served, &ports, 1);
        let apart = ours(&millwatt, folder.path(), &served, &ports, 300);
        let theirs = print("collectd, a request a value", &peer);
        let together = print("millwatt, neighbours together", &together);
        let apart = print("millwatt, a request a value", &apart);
        println!(
            "  processor time a value: {:.2} and {:.2} of collectd's",
            together / theirs,
            apart / theirs
        );
    }
}
