//! `millwatt check --live` against meters that pymodbus serves, wired rightly and wrongly: it names what to swap, and says
//! nothing of what is right.

use std::path::Path;
use std::process::Command;

use millwatt_gateway::site_file::profile;
use millwatt_tests::rig::{self, Running, told};
use serde_json::Value;

const STORY: &str = "commissioning beside pymodbus";

/// What a check finds of meters, each a profile and its wiring, on one address; the first is the main one.
fn found(python: &Path, meters: &[(&str, &str)], more: &[&str]) -> (Vec<Value>, Option<i32>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let port = rig::free_port();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/scan_server.py");
    let mut server = Command::new(python);
    server.arg(script).arg(port.to_string()).arg("tcp");
    let mut site =
        "[site]\nname = \"x\"\nzone = \"Asia/Bangkok\"\ncurrency = \"VND\"\nmain = \"m1\"\n"
            .to_owned();
    for (unit, (name, wiring)) in (1..).zip(meters) {
        let map = path(name);
        std::fs::write(&map, profile::text(name).expect("a profile")).expect("written");
        server.arg(format!("{unit}={map}{wiring}"));
        site += &format!("\n[[asset]]\nid = \"m{unit}\"\nname = \"m\"\n");
    }
    for (unit, (name, _)) in (1..).zip(meters) {
        site += &format!(
            "\n[[meter]]\nasset = \"m{unit}\"\naddress = \"127.0.0.1:{port}\"\nunit = {unit}\nprofile = \"{name}\"\n"
        );
    }
    std::fs::write(path("site.toml"), site).expect("written");
    let _server = Running::start(&mut server, Path::new(&path("server.log")));
    rig::wait_for_port(port);
    let output = rig::run(&[&["check", &path("site.toml"), "--live", "--json"], more].concat());
    let found: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", told(&output)));
    (found.as_array().expect("a list").clone(), output.status.code())
}

fn sentences(found: &[Value]) -> Vec<&str> {
    found.iter().filter_map(|found| found["sentence"].as_str()).collect()
}

/// Meters whose profiles know power by phase.
const KNOWING: [&str; 5] =
    ["eastron-sdm630", "schneider-pm2100", "carlo-gavazzi-em340", "abb-b23", "socomec-diris-a20"];

#[test]
fn a_meter_that_is_wired_rightly_is_left_alone() {
    let Some(python) = rig::need("MILLWATT_PYTHON", STORY) else { return };
    let names = profile::names();
    let meters: Vec<_> = names.iter().map(|name| (*name, "")).collect();
    let (found, _) = found(&python, &meters, &[]);
    // The counters of these meters stand still, and all of them are said to be below the first.
    let expected = ["counter_stands_still", "subs_above_main"];
    let is_odd = |found: &&Value| expected.iter().all(|name| found["name"] != *name);
    let odd: Vec<_> = found.iter().filter(is_odd).collect();
    assert!(odd.is_empty(), "{odd:?}");
    println!("{} meters wired rightly: nothing said of them", names.len());
}

#[test]
fn a_turned_transformer_and_two_exchanged_ones_are_named() {
    let Some(python) = rig::need("MILLWATT_PYTHON", STORY) else { return };
    for name in KNOWING {
        let (turned, status) = found(&python, &[(name, "@1,-2,3")], &["--lang", "en"]);
        let expected =
            "`m1`: the current transformer of input L2 is turned; swap its wires S1 and S2";
        assert!(sentences(&turned).contains(&expected), "{name}: {turned:?}");
        assert_eq!(status, Some(1));
        let (exchanged, _) = found(&python, &[(name, "@2,1,3")], &["--lang", "en"]);
        let names: Vec<_> = exchanged.iter().map(|found| found["name"].clone()).collect();
        let is_told = names.iter().filter(|name| *name == "exchanged_transformers").count() == 2;
        assert!(
            is_told || names.iter().any(|name| name == "unclear_wiring"),
            "{name}: {exchanged:?}"
        );
        println!(
            "{name}: turned and exchanged, {}",
            if is_told { "both named" } else { "the second unclear" }
        );
    }
}

#[test]
fn what_the_display_says_is_compared_and_meters_with_each_other() {
    let Some(python) = rig::need("MILLWATT_PYTHON", STORY) else { return };
    let one = [("eastron-sdm630", "")];
    // The server's register holds 1,234.567 kWh for unit 1.
    let name = |display: &str| {
        let (found, _) = found(&python, &one, &["--display", display]);
        let names = found.iter().filter_map(|found| found["name"].as_str()).map(str::to_owned);
        names.filter(|name| name != "counter_stands_still").collect::<Vec<_>>()
    };
    assert_eq!(name("m1=1234.6"), [""; 0]);
    assert_eq!(name("m1=49382.7"), ["ratio_missing"]);
    assert_eq!(name("m1=123456.7"), ["digits_wrong"]);
    assert_eq!(name("m1=2000"), ["display_differs"]);
    let (subs, _) = found(&python, &[("eastron-sdm630", ""); 3], &["--lang", "vi"]);
    let told = subs.iter().find(|found| found["name"] == "subs_above_main").expect("told");
    assert!(
        told["sentence"].as_str().is_some_and(|text| text.contains("các công tơ nhánh")),
        "{told}"
    );
    let wrong = rig::run(&["check", "site.toml", "--live", "--display", "main"]);
    assert_eq!(wrong.status.code(), Some(2), "{}", rig::told(&wrong));
}
