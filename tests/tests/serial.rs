//! Modbus RTU on a serial port: pymodbus at the other end of a line on which characters take their time.

use std::time::{Duration, Instant};

use millwatt_tests::pymodbus::{self, MeterServer};
use millwatt_tests::rig::{self, Running};
use millwatt_tests::serial_line::SerialLine;

const BAUD: u32 = 9_600;

fn site_file(port: &str, meters: &str) -> String {
    let head = "[site]\nname = \"Xưởng quế\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\ncommit_every = \"1s\"\n\n\
                [[asset]]\nid = \"still\"\nname = \"Nồi chưng\"\n\n[[asset]]\nid = \"press\"\nname = \"Máy ép\"\n\n";
    head.to_owned() + &meters.replace("PORT", port)
}

/// Two meters on one line.
const TWO: &str = r#"
[[meter]]
asset = "still"
protocol = "rtu"
address = "PORT"
profile = "eastron-sdm630"
every = "1s"

[[meter]]
asset = "press"
protocol = "rtu"
address = "PORT"
unit = 7
profile = "eastron-sdm630"
every = "1s"
"#;

#[test]
fn two_meters_on_a_serial_port_say_what_was_served() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let line = SerialLine::new(BAUD);
    let server = MeterServer::on_serial(folder.path(), line.far(), &["1", "7"], "a serial port");
    let Some(server) = server else { return };
    let port = line.near().display().to_string();
    std::fs::write(path("site.toml"), site_file(&port, TWO)).expect("written");
    let mut collector = rig::millwatt();
    collector.arg("run").arg(path("site.toml")).arg("--json").arg("--data").arg(path("data"));
    let mut collector = Running::start(&mut collector, &path("run.log"));
    let said = || std::fs::read_to_string(path("run.log")).unwrap_or_default();
    rig::wait_until("ten polls of both meters", Duration::from_secs(60), || {
        ["1", "7"].iter().all(|unit| server.served(unit).len() > 10)
    });
    assert!(collector.terminate().success(), "{}", said());
    for (asset, unit) in [("still", "1"), ("press", "7")] {
        let (kept, served) = (pymodbus::kept(&path("data"), asset), server.served(unit));
        assert!(kept.len() >= 10, "{asset}: {} kept; {}", kept.len(), said());
        assert_eq!(kept, served[..kept.len()], "{asset}: each value as it was served");
    }
    assert!(!said().contains("fault"), "{}", said());
}

/// Ten numbers in twenty registers, as often as the line carries them.
fn crowded() -> String {
    let register = |place: usize| {
        let phase = place % 3 + 1;
        let quantity = ["voltage", "current", "active_power", "power_factor"][place / 3];
        let unit = ["V", "A", "W", "1"][place / 3];
        format!(
            "\n[[meter.register]]\nquantity = \"{quantity}\"\nphase = {phase}\ntable = \"input\"\naddress = {}\n\
             type = \"float32\"\nunit = \"{unit}\"\ndecimals = 1\n",
            place * 2
        )
    };
    let head = "[[meter]]\nasset = \"still\"\nprotocol = \"rtu\"\naddress = \"PORT\"\nserial = \"9600 8E1\"\nevery = \"1ms\"\n";
    head.to_owned() + &(0..10).map(register).collect::<String>()
}

/// What of the line's time a meter without rest leaves unused: its own time to answer is in it.
#[test]
fn a_line_is_used_as_far_as_it_goes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let line = SerialLine::new(BAUD);
    let server = MeterServer::on_serial(folder.path(), line.far(), &["1"], "a serial port");
    let Some(_server) = server else { return };
    let port = line.near().display().to_string();
    std::fs::write(path("site.toml"), site_file(&port, &crowded())).expect("written");
    let mut collector = rig::millwatt();
    collector.arg("run").arg(path("site.toml")).arg("--data").arg(path("data"));
    let mut collector = Running::start(&mut collector, &path("run.log"));
    rig::wait_until("the line is in use", Duration::from_secs(20), || line.characters() > 200);
    let (begun, before) = (Instant::now(), line.characters());
    std::thread::sleep(Duration::from_secs(10));
    let (seconds, characters) = (begun.elapsed().as_secs_f64(), line.characters() - before);
    assert!(collector.terminate().success());
    // A request of 8 characters, an answer of 45, and the silences of 3.5 that belong to each.
    let polls = characters as f64 / 53.0 / seconds;
    let limit = f64::from(BAUD) / 11.0 / (53.0 + 7.0);
    assert!(polls > 5.0, "{polls} polls a second");
    println!(
        "9600 baud, 20 registers a request: {polls:.1} polls a second, {:.0} % of what the line carries, pymodbus' own time in it",
        polls / limit * 100.0
    );
}
