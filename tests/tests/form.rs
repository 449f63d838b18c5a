//! The form of the shop floor: who may use it, what it keeps, and that it keeps it once, whatever dies.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use crate::form_rig::{self, Gateway, look, people, running};
use millwatt::event::EventKind;
use millwatt_tests::rig::{self, Running, told};
use serde_json::{Value, json};

const SITE: &str = r#"
[site]
name = "Tinh dầu <b>quế</b>"
zone = "Asia/Bangkok"
currency = "VND"
output = "still"
output_unit = "kg"
commit_every = "200ms"

[[asset]]
id = "still"
name = "Nồi <script>alert(1)</script>"
machine = true
"#;

fn start() -> Gateway {
    Gateway::start(form_rig::set_up(SITE))
}

fn output(id: &str, at: &str, good: &str) -> Value {
    json!({ "id": id, "kind": "output", "at": at, "asset": "still", "good": good })
}

#[test]
fn five_wrong_pins_lock_a_person_across_a_restart() {
    let mut gateway = start();
    let wrong = gateway.try_pin("Lan", "0000");
    assert_eq!(wrong.status, 403);
    for _ in 0..4 {
        assert_eq!(gateway.try_pin("Lan", "1111").status, 403);
    }
    let locked = gateway.try_pin("Lan", "7391");
    assert_eq!((locked.status, &locked.body), (403, &wrong.body), "one answer for all");
    assert_eq!(gateway.try_pin("Nobody", "7391").body, wrong.body);
    gateway.kill_and_start_again();
    assert_eq!(gateway.try_pin("Lan", "7391").status, 403, "the disk remembers");
    let renewed = people(&gateway.data(), &["pin", "Lan"], "2580");
    assert!(renewed.status.success(), "{}", told(&renewed));
    assert_eq!(gateway.try_pin("Lan", "2580").status, 200, "a new PIN is not locked");
}

#[test]
fn what_is_kept_survives_kill_9_and_stands_once() {
    let mut gateway = start();
    let (cookie, at) = (gateway.sign_in(), gateway.now());
    let entry = output("00000000000000a1", &at, "7.5");
    assert_eq!(gateway.send(&cookie, &entry).0, "kept");
    gateway.kill_and_start_again();
    let found = gateway.events();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].0, found[0].1), (EventKind::Output, 7_500));
    let list = people(&gateway.data(), &["list", "--json"], "");
    let list: Value = serde_json::from_slice(&list.stdout).expect("JSON");
    let by = format!("by:{} entry:00000000000000a1 ", list[0]["id"].as_str().expect("an id"));
    assert!(found[0].2.starts_with(&by) && !found[0].2.contains("Lan"), "{found:?}");

    let answer = gateway.ask("POST", "/form/entries", &cookie, Some(&json!([entry])));
    assert_eq!(answer.status, 401, "sessions do not outlive the program");
    let cookie = gateway.sign_in();
    assert_eq!(gateway.send(&cookie, &entry).0, "kept", "the phone never heard of the first");
    assert_eq!(gateway.send(&cookie, &entry).0, "kept");
    assert_eq!(gateway.events().len(), 1, "and yet it stands once");
}

#[test]
fn kills_while_entries_arrive_lose_none_that_was_kept() {
    let mut gateway = start();
    let (mut kept, mut number) = (0, 0_u64);
    for round in 0..3 {
        let (cookie, at) = (gateway.sign_in(), gateway.now());
        for _ in 0..4 + round {
            number += 1;
            let entry = output(&format!("{number:016x}"), &at, &number.to_string());
            kept += usize::from(gateway.send(&cookie, &entry).0 == "kept");
        }
        gateway.kill_and_start_again();
    }
    let mut found: Vec<i64> = gateway.events().iter().map(|(_, amount, _)| *amount).collect();
    found.sort_unstable();
    assert_eq!(kept, found.len());
    assert_eq!(found, (1..=number as i64).map(|number| number * 1_000).collect::<Vec<_>>());
}

#[test]
fn a_correction_is_a_new_entry_and_the_figure_is_right() {
    let mut gateway = start();
    let (cookie, at) = (gateway.sign_in(), gateway.now());
    assert_eq!(gateway.send(&cookie, &output("00000000000000a1", &at, "100")).0, "kept");
    let mut better = output("00000000000000a2", &at, "90");
    better["corrects"] = json!("00000000000000a1");
    assert_eq!(gateway.send(&cookie, &better).0, "kept");
    let mut third = output("00000000000000a3", &at, "80");
    third["corrects"] = json!("00000000000000a1");
    assert_eq!(gateway.send(&cookie, &third), ("refused".to_owned(), "corrects".to_owned()));
    let recent = gateway.get("/form/recent", &cookie).json();
    let told: Vec<_> = recent["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| (entry["id"].as_str().unwrap_or_default(), &entry["corrected"]))
        .collect();
    assert_eq!(
        told,
        [("00000000000000a2", &json!(false)), ("00000000000000a1", &json!(true))],
        "{recent}"
    );
    assert!(gateway.run.terminate().success());
    let figures = rig::indicators(&gateway.data(), &[]);
    assert_eq!(rig::figure(&figures, "output", "", "")["value"], "90");
}

#[test]
fn hostile_words_stay_words() {
    let gateway = start();
    let (cookie, at) = (gateway.sign_in(), gateway.now());
    let note = |id: &str, words: &str| json!({ "id": id, "kind": "note", "at": at, "note": words });
    let hostile = ["<script>alert(1)</script>", "=cmd|' /C calc'!A0", "a\u{0}b\r\nc"];
    for (number, words) in hostile.iter().enumerate() {
        assert_eq!(gateway.send(&cookie, &note(&format!("{number:016x}"), words)).0, "kept");
    }
    let mut product = output("00000000000000b1", &at, "1");
    for label in ["<script>", "=1+1", "@SUM(A1)"] {
        product["product"] = json!(label);
        let refused = ("refused".to_owned(), "product".to_owned());
        assert_eq!(gateway.send(&cookie, &product), refused, "{label}");
    }
    let strange = json!([{ "id": "00000000000000b2", "kind": "note", "more": 1 }, 7]);
    let answer = gateway.ask("POST", "/form/entries", &cookie, Some(&strange)).json();
    assert_eq!(answer["entries"][0]["reason"], "shape");
    assert_eq!(answer["entries"][1]["reason"], "shape");

    let recent = gateway.get("/form/recent", &cookie);
    assert!(recent.head.contains("application/json") && recent.head.contains("nosniff"));
    let notes: Vec<Value> = recent.json()["entries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["note"].clone())
        .collect();
    assert_eq!(notes, [json!("a b  c"), json!(hostile[1]), json!(hostile[0])]);
    for (_, _, note) in gateway.events() {
        assert!(note.starts_with("by:"), "no cell begins as a formula: {note}");
    }
}

#[test]
fn nothing_is_told_or_taken_without_a_session() {
    let gateway = start();
    let page = gateway.get("/form", "");
    assert_eq!(page.status, 200);
    let policy = "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; \
                  connect-src 'self'; img-src 'self' data:; form-action 'none'; base-uri 'none'; \
                  frame-ancestors 'none'";
    assert!(page.head.contains(policy), "{}", page.head);
    for path in ["/form/app.js", "/form/style.css"] {
        assert_eq!(gateway.get(path, "").status, 200, "{path}");
    }
    let entry = json!([output("00000000000000a1", &gateway.now(), "1")]);
    let strangers = ["", "millwatt_form=", "millwatt_form=0000", "millwatt_form=\u{e9}"];
    for cookie in strangers {
        assert_eq!(gateway.ask("POST", "/form/entries", cookie, Some(&entry)).status, 401);
        assert_eq!(gateway.get("/form/recent", cookie).status, 401);
        let config = gateway.get("/form/config", cookie).json();
        assert!(config["choices"].is_null() && config["me"].is_null(), "{config}");
    }
    let cookie = gateway.sign_in();
    assert!(!gateway.get("/form/config", &cookie).json()["choices"]["reasons"].is_null());
    let out = gateway.ask("DELETE", "/form/session", &cookie, None);
    assert!(out.head.contains("Max-Age=0"), "{}", out.head);
    assert_eq!(gateway.get("/form/recent", &cookie).status, 401, "signed out");

    let cookie = gateway.sign_in();
    let removed = people(&gateway.data(), &["remove", "Lan"], "");
    assert!(removed.status.success(), "{}", told(&removed));
    assert_eq!(gateway.ask("POST", "/form/entries", &cookie, Some(&entry)).status, 401);
    assert!(gateway.events().is_empty(), "nothing was written");
    let config = gateway.get("/form/config", "").json();
    assert_eq!(config["people"], json!([]));
    let data = gateway.data().display().to_string();
    assert_eq!(config["data"], json!(data), "says where to add somebody");
    let table = std::fs::read_to_string(gateway.data().join("people.json")).expect("there");
    assert!(!table.contains("Lan") && !table.contains("salt"), "{table}");
}

#[test]
fn beyond_this_machine_plain_http_is_refused_unless_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("site.toml"), SITE).expect("can be written");
    let port = rig::free_port();
    let told = |run: &mut Running| {
        rig::wait_for_port(port);
        let log = folder.path().join("run.log");
        let mut line = Value::Null;
        rig::wait_until("the form is announced", Duration::from_secs(20), || {
            let text = std::fs::read_to_string(&log).unwrap_or_default();
            let mut lines =
                text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            line = lines.rfind(|line| line["event"] == "form").unwrap_or_default();
            !line.is_null()
        });
        let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("listens");
        let _ = stream.write_all(b"GET /form HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(run.terminate().success());
        (line, answer.starts_with(b"HTTP/1.1 200"))
    };
    let at = format!("0.0.0.0:{port}");
    let (line, plain) = told(&mut running(folder.path(), &at, &[]));
    assert!(line["url"].as_str().is_some_and(|url| url.starts_with("https://")), "{line}");
    let fingerprint = line["sha256"].as_str().expect("a fingerprint").to_owned();
    assert!(!plain && fingerprint.len() == 95, "{line}");
    let (line, _) = told(&mut running(folder.path(), &at, &[]));
    assert_eq!(line["sha256"], json!(fingerprint), "the certificate stays");
    let (line, plain) = told(&mut running(folder.path(), &at, &["--plain-http"]));
    assert!(plain && line["open"] == json!(true), "{line}");
}

#[test]
fn an_entry_waits_on_the_phone_while_the_gateway_is_away() {
    let folder = form_rig::set_up(SITE);
    let Some(seen) = look("form.cjs", folder.path(), rig::free_port()) else { return };
    form_rig::nothing_is_wrong(&seen);
    assert!(seen["doubt"].as_str().is_some_and(|text| text.contains("1250")), "{seen}");
    assert!(seen["away"].as_str().is_some_and(|text| text.contains("1 mục chờ gửi")), "{seen}");
    assert!(seen["awayAll"].as_str().is_some_and(|text| text.contains("4 mục chờ gửi")), "{seen}");
    assert!(seen["back"].as_str().is_some_and(|text| text.contains("Đã ghi")), "{seen}");
    let mut amounts = Vec::new();
    let archive = millwatt_gateway::file_log::read_archive(&folder.path().join("data"));
    let archive = archive.expect("a log");
    let always =
        millwatt::time::Period::new(millwatt::time::Instant::MIN, millwatt::time::Instant::MAX);
    for event in millwatt::Series::events(&archive, always) {
        amounts.push((event.product.to_owned(), event.kind, event.thousandths));
    }
    amounts.sort_by_key(|(product, _, amount)| (product.clone(), *amount));
    let expected = [
        ("", EventKind::Note, 0),
        ("", EventKind::Reject, 250),
        ("", EventKind::Output, 7_500),
        ("", EventKind::Output, 1_250_500),
        ("Lá quế khô", EventKind::Note, 850_000),
        ("Tinh dầu", EventKind::Note, 0),
    ];
    let expected = expected.map(|(product, kind, amount)| (product.to_owned(), kind, amount));
    assert_eq!(amounts, expected);
}
