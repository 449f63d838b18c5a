//! A gateway, an office that keeps its log, and the line between them: what was promised is at the office, once, whatever
//! dies meanwhile, and nothing is taken from a stranger.

use std::path::Path;
use std::time::{Duration, Instant};

use millwatt::reading::{ChannelId, Quality, Reading, Sample};
use millwatt::time::{Instant as Wall, Span};
use millwatt_gateway::site_file;
use millwatt_gateway::trust::DeviceKey;
use millwatt_gateway::writer::Writer;
use millwatt_tests::pymodbus::{MeterServer, kept};
use millwatt_tests::rig::{self, told};
use millwatt_tests::world::World;

#[test]
fn what_an_office_says_it_keeps_is_there_whatever_dies() {
    let world = World::by_http();
    let Some(meter) = MeterServer::start(world.folder.path(), &[], "uplinks") else { return };
    world.introduce(meter.port);
    let mut office = world.office("office.log");
    let mut gateway = world.gateway();
    for round in 0..4_u64 {
        world.wait_for_more_receipts();
        std::thread::sleep(Duration::from_millis(70 * round));
        office.0.kill().expect("SIGKILL is sent");
        office.0.wait().expect("it ends");
        std::thread::sleep(Duration::from_millis(400));
        if round == 2 {
            // The office's disk is lost: it asks for all of it again.
            std::fs::remove_dir_all(world.copy()).expect("deleted");
        }
        office = world.office("office.log");
    }
    world.wait_for_more_receipts();
    let lost = world.events("run.log", "uplink").iter().any(|line| line["what"] == "lost");
    assert!(lost, "the gateway says that the office lost something");
    assert!(gateway.terminate().success());
    // What was written at the end goes out at the next start.
    let mut gateway = world.gateway();
    let whole = kept(&world.path("data"), "mill").len();
    rig::wait_until("the rest", Duration::from_secs(30), || {
        std::fs::read(world.copy().join("00000001.mwlog")).is_ok()
            && kept(&world.copy(), "mill").len() > whole
    });
    assert!(gateway.terminate().success());
    assert!(office.terminate().success());

    let (here, there) = (kept(&world.path("data"), "mill"), kept(&world.copy(), "mill"));
    assert_eq!(here.get(..there.len()), Some(&there[..]), "the same readings, each once");
    let verified = rig::run(&["verify", "--data", &world.copy().display().to_string()]);
    assert!(told(&verified).contains("proved: "), "{}", told(&verified));
    assert!(!told(&verified).contains("fault"), "{}", told(&verified));
    println!(
        "an office killed four times, its disk lost once: {} readings at the mill, {} at the office, each once and \
         signed",
        here.len(),
        there.len()
    );
}

#[test]
fn nothing_is_taken_from_a_stranger_and_the_log_stays() {
    let world = World::by_http();
    let Some(meter) = MeterServer::start(world.folder.path(), &[], "a stranger") else { return };
    world.introduce(meter.port);
    std::fs::write(world.path("fleet/devices"), "").expect("the register is emptied");
    let _office = world.office("office.log");
    let mut gateway = world.gateway();
    let trouble = || {
        let lines = world.events("run.log", "uplink");
        lines.iter().find_map(|line| line["message"].as_str().map(str::to_owned))
    };
    rig::wait_until("the refusal is told", Duration::from_secs(20), || trouble().is_some());
    let message = trouble().unwrap_or_default();
    let way_out = "is not written down here; if its fingerprint is";
    assert!(message.contains("status 403") && message.contains(way_out), "{message}");
    assert!(gateway.terminate().success());
    assert!(!world.copy().exists(), "nothing was written");
    assert!(!world.events("office.log", "refused").is_empty());
}

/// Three days of minutes from as many channels as the site has, written without anybody polling.
fn three_days(site: &Path, data: &Path, channels: u16, step: Span) -> u64 {
    let site = site_file::read(site).expect("a site");
    let mut writer = Writer::open(data, site.manifest).expect("opens");
    let begin = Wall::from_unix_milliseconds(1_795_392_000_000);
    let (mut count, mut at) = (0, begin);
    while at < begin + Span::DAY.times(3) {
        let number = (at - begin).milliseconds() / step.milliseconds();
        writer.push((0..channels).map(|channel| {
            let value = number * i64::from(channel + 3) + (number * 7_919) % 13;
            let sample = Sample { at, value, quality: Quality::Good };
            Reading { channel: ChannelId(channel), sample }
        }));
        count += u64::from(channels);
        if number % 15 == 14 {
            writer.commit().expect("kept");
            writer.seal_due().expect("signed");
        }
        at = at + step;
    }
    writer.commit().expect("kept");
    writer.seal_all().expect("signed");
    count
}

#[test]
fn three_days_without_a_line_go_out_while_new_readings_come_in() {
    let world = World::by_http();
    let Some(meter) = MeterServer::start(world.folder.path(), &[], "three days") else { return };
    world.introduce(meter.port);
    let is_long = std::env::var_os("MILLWATT_LONG").is_some();
    let step = if is_long { Span::from_seconds(1) } else { Span::from_seconds(30) };
    let channels = site_file::read(&world.path("site.toml")).expect("a site").channels.len();
    let channels = u16::try_from(channels).expect("few channels");
    let count = three_days(&world.path("site.toml"), &world.path("data"), channels, step);
    let key = DeviceKey::open(&world.path("data")).expect("its key");
    assert!(key.origin().ends_with("/1"), "one log");

    let _office = world.office("office.log");
    let started = Instant::now();
    let mut gateway = world.gateway();
    let live = || kept(&world.path("data"), "mill").len();
    rig::wait_until("the office has all of it, and more", Duration::from_secs(300), || {
        let line = world.receipted();
        line.is_some_and(|(epoch, sequence)| epoch >= 2 && sequence > 20)
    });
    let took = started.elapsed();
    assert!(gateway.terminate().success());
    let there = kept(&world.copy(), "mill").len();
    assert!(there > (count / u64::from(channels)) as usize, "{there} of {}", live());
    let times = 3.0 * 86_400.0 / took.as_secs_f64();
    assert!(times >= 20.0, "three days in {took:?}");
    println!(
        "{count} readings of three days without a line: all at the office after {:.1} s with new ones among them, {times:.0} \
         times as fast as they came",
        took.as_secs_f64()
    );
}
