//! A real year of a real factory through `millwatt import`: nothing lost, the known totals, the
//! midnights by the general rule; a second import adds nothing.

use std::path::{Path, PathBuf};

use millwatt_tests::rig::{self, told};
use millwatt_tests::steel;

const SITE: &str = r#"
[site]
name = "Steel year"
zone = "Asia/Seoul"
currency = "KRW"
main = "works"

[[asset]]
id = "works"
name = "Works"
"#;

const MAP: &str = r#"
[time]
column = "date"
format = "%d/%m/%Y %H:%M"
zone = "Asia/Seoul"
stamp = "end"
midnight = "auto"

[[channel]]
column = "Usage_kWh"
asset = "works"
quantity = "active_energy"
kind = "amount"
unit = "kWh"

[[channel]]
column = "Lagging_Current_Reactive.Power_kVarh"
asset = "works"
quantity = "reactive_energy_lagging"
kind = "amount"
unit = "kvarh"
"#;

/// The year as CSV in a folder, or `None` after saying that it is not there.
fn steel_year(folder: &Path) -> Option<PathBuf> {
    let path = folder.join("steel.csv");
    std::fs::write(&path, steel::year()?).expect("can be written");
    Some(path)
}

fn import(folder: &Path, csv: &Path) -> serde_json::Value {
    let path = |name: &str| folder.join(name).display().to_string();
    let output = rig::run(&[
        "import",
        "--json",
        "--site",
        &path("site.toml"),
        "--data",
        &path("data"),
        "--csv",
        &csv.display().to_string(),
        "--map",
        &path("map.toml"),
    ]);
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn a_real_year_comes_in_whole() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let Some(csv) = steel_year(folder.path()) else { return };
    std::fs::write(folder.path().join("site.toml"), SITE).expect("can be written");
    std::fs::write(folder.path().join("map.toml"), MAP).expect("can be written");
    let first = import(folder.path(), &csv);
    assert_eq!((&first["added"], &first["already_there"]), (&70_080.into(), &0.into()), "{first}");
    let second = import(folder.path(), &csv);
    assert_eq!((&second["added"], &second["already_there"]), (&0.into(), &70_080.into()));

    let data = folder.path().join("data");
    let year = rig::indicators(&data, &[]);
    let energy = rig::figure(&year, "energy", "works", "");
    assert_eq!(year["from"], "2018-01-01T00:00:00+09:00");
    assert_eq!(year["to"], "2019-01-01T00:00:00+09:00");
    assert_eq!((&energy["value"], &energy["coverage"]), (&"959636.71".into(), &"1".into()));
    assert_eq!(energy["findings"], serde_json::json!([]));
    let peak = rig::figure(&year, "peak_demand_15", "works", "");
    assert_eq!(peak["value"], "628.72");
    assert_eq!(peak["begins"], "2018-11-22T09:30:00+09:00");
    let months = rig::indicators(&data, &["--every", "month"]);
    let june = &months["series"][5];
    assert_eq!(june["from"], "2018-06-01T00:00:00+09:00");
    assert_eq!(rig::figure(june, "energy", "works", "")["value"], "65404.64");
    let log = std::fs::metadata(data.join("00000001.mwlog")).expect("one page").len();
    println!("70080 values in {log} bytes, {:.2} each", log as f64 / 70_080.0);
}
