//! What a reader enters on the page comes into the log, and back onto the page, letter by letter.

use std::path::Path;

use millwatt::archive::Archive;
use millwatt_gateway::file_log;
use millwatt_report::choice::{Choice, Record};
use millwatt_report::model::Model;
use millwatt_report::node::{Child, Node};
use millwatt_report::view::{Part, View};
use millwatt_tests::rig::{self, told};

const SITE: &str = r#"
[site]
name = "Tinh dầu quế Văn Yên"
zone = "Asia/Bangkok"
currency = "VND"

[[asset]]
id = "still"
name = "Nồi chưng cất"
"#;

const EVENTS: &str = "\
time,kind,asset,product,quantity,unit,until,note
2026-03-02 06:10,fuel,still,firewood,310.5,kg,,
2026-03-02 16:00,output,still,cassia-oil,7.5,kg,,
";

/// What spreadsheets take for formulas, what CSV files must quote, and two languages.
const TYPED: [(&str, &str); 8] = [
    ("review.earlier", "=1+1"),
    ("review.issues", "+84 912 345 678"),
    ("review.compliance", "-5 %, \"xem lại\""),
    ("review.audits", "@lan; 'nháy'"),
    ("review.policy", "dòng một\ndòng hai"),
    ("review.decide_policy", "3: không phải bản sửa"),
    ("review.decide_people", "đào tạo; #chú thích"),
    ("review.decide_targets", "giảm 5 %"),
];

fn import(folder: &Path, csv: &str) -> serde_json::Value {
    let path = |name: &str| folder.join(name).display().to_string();
    std::fs::write(folder.join("events.csv"), csv).expect("can be written");
    let (site, data, events) = (path("site.toml"), path("data"), path("events.csv"));
    let words = ["import", "--json", "--site", &site, "--data", &data, "--events", &events];
    let output = rig::run(&words);
    assert!(output.status.success(), "{}", told(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn with_view<T>(archive: &Archive, choice: &Choice, look: impl FnOnce(&View<'_>) -> T) -> T {
    let parts = archive.parts().expect("a manifest");
    let record = archive.span().expect("events");
    let model = Model::new(parts.site(), archive, record, record);
    look(&View { model: &model, archive, log: &[], choice, beside: Default::default() })
}

fn typed(archive: &Archive) -> Choice {
    let parts = archive.parts().expect("a manifest");
    let period = archive.span().expect("events");
    let record = Record { period, zone: parts.site().zone_rules(), first_shift: 0 };
    let mut choice = Choice::default();
    for (name, value) in TYPED {
        choice.act(&format!("edit:{name}"), value, record);
    }
    choice
}

/// What stands in a field of many lines.
fn written(page: &Node, name: &str) -> Option<String> {
    let mut found = None;
    page.each(&mut |node| {
        let is_it = node.attribute("data-act") == Some(format!("edit:{name}").as_str());
        for child in node.children.iter().filter(|_| is_it) {
            if let Child::Text(text) = child {
                found = Some(text.clone());
            }
        }
    });
    found
}

#[test]
fn entries_come_back_letter_by_letter_and_are_imported_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("site.toml"), SITE).expect("can be written");
    import(folder.path(), EVENTS);
    let data = folder.path().join("data");
    let read = || file_log::read_archive(&data).expect("a log");

    let archive = read();
    let choice = typed(&archive);
    let csv = with_view(&archive, &choice, |view| view.events());
    let first = import(folder.path(), &csv);
    assert_eq!((&first["added"], &first["already_there"]), (&8.into(), &0.into()), "{first}");
    let second = import(folder.path(), &csv);
    assert_eq!((&second["added"], &second["already_there"]), (&0.into(), &8.into()));

    let archive = read();
    let page = with_view(&archive, &Choice::default(), |view| view.part(Part::Review));
    for (name, value) in TYPED {
        assert_eq!(written(&page, name).as_deref(), Some(value), "{name}");
    }
    let again = with_view(&archive, &typed(&archive), |view| view.events());
    assert_eq!(again.lines().count(), 1, "the log holds all of it: {again}");
}
