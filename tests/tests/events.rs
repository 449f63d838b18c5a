//! A site without a single meter: what people wrote down is enough for a first figure.

use std::path::Path;

use millwatt_tests::rig::{self, told};

const SITE: &str = r#"
[site]
name = "Tinh dầu quế Văn Yên"
zone = "Asia/Bangkok"
currency = "VND"
output = "still"
output_unit = "kg"

[[asset]]
id = "still"
name = "Nồi chưng cất"
"#;

const EVENTS: &str = "\
time,kind,asset,product,quantity,unit,until,note
2026-03-02 06:00,raw-material,still,cassia-leaf,1250,kg,,
2026-03-02 06:10,fuel,still,firewood,310.5,kg,,
2026-03-02 11:00,fuel,still,firewood,289.5,kg,,
2026-03-02 16:00,output,still,cassia-oil,7.5,kg,,mẻ 1
2026-03-02 16:05,reject,still,cassia-oil,0.25,kg,,
2026-03-02 17:00,stop,still,,,,2026-03-02 17:40,tắc ống ngưng
2026-03-02 18:00,people,,,4,person,,
2026-03-03 08:00,moonlight,still,,1,kg,,
";

fn import(folder: &Path) -> serde_json::Value {
    let path = |name: &str| folder.join(name).display().to_string();
    let (site, data, events) = (path("site.toml"), path("data"), path("events.csv"));
    let words = ["import", "--json", "--site", &site, "--data", &data, "--events", &events];
    let output = rig::run(&words);
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn paper_gives_fuel_and_yield_and_a_second_import_adds_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("site.toml"), SITE).expect("can be written");
    std::fs::write(folder.path().join("events.csv"), EVENTS).expect("can be written");
    let first = import(folder.path());
    assert_eq!((&first["added"], &first["already_there"]), (&7.into(), &0.into()), "{first}");
    let report = first["report"].to_string();
    assert!(report.contains("moonlight"), "the unreadable row is told: {report}");
    let second = import(folder.path());
    assert_eq!((&second["added"], &second["already_there"]), (&0.into(), &7.into()));

    let json = rig::indicators(&folder.path().join("data"), &[]);
    let value = |name: &str, part: &str| {
        rig::figure(&json, name, "", part)["value"].as_str().map(str::to_owned)
    };
    assert_eq!(value("fuel_use", "firewood").as_deref(), Some("600"));
    assert_eq!(value("specific_fuel", "firewood").as_deref(), Some("80"));
    assert_eq!(value("raw_material", "cassia-leaf").as_deref(), Some("1250"));
    assert_eq!(value("output", "").as_deref(), Some("7.5"));
    let specific = rig::figure(&json, "specific_energy", "", "");
    assert!(specific["value"].is_null(), "nothing measures electricity: {specific}");
    assert!(specific["findings"].to_string().contains("not_measured"));
}
