//! Several sites side by side, with names and files that mean harm.

mod logs;

use logs::{
    HOSTILE, Log, assert_harmless, manifest, part_as, sections, signed, text, whole_choice,
};
use millwatt_report::choice::{Record, Scope};
use millwatt_report::node::{Child, Node};
use millwatt_report::opening::{Looks, MOST_BYTES, Opening, open};
use millwatt_report::view::{Beside, Other, Part, remove_wanted};
use millwatt_report::words::Language;

const DAY: i64 = 24 * 60;
const FILE: &str = "=HYPERLINK(\"x\")<svg onload=alert(1)>\u{202e}lmth.html";

fn log(name: &str, unit: &str, watt_hours: i64) -> Vec<u8> {
    let mut log = Log::begin(&manifest(name, unit), true);
    log.watt_hours = watt_hours;
    log.read(0..DAY);
    log.bytes
}

fn other(name: &str, bytes: &[u8]) -> Other {
    Other::open(name.to_owned(), bytes.len() as u64, bytes)
}

fn drawn(others: &[Other], language: Language) -> Node {
    let own = log("Lower mill", "kg", 10);
    let beside = Beside { others, ..Beside::default() };
    part_as(&own, Part::Sites, &whole_choice(language), beside)
}

#[test]
fn without_other_sites_there_is_nothing() {
    assert_eq!(text(&drawn(&[], Language::English)), "");
}

#[test]
fn hostile_names_are_text_and_the_thriftiest_is_named() {
    let others = [other(FILE, &log(HOSTILE, "kg", 30))];
    for language in [Language::Vietnamese, Language::English] {
        let tree = drawn(&others, language);
        assert_harmless(&tree);
        let names = ["sites.files", "sites.compared", "sites.specific", "sites.oee"];
        assert_eq!(sections(&tree), names);
    }
    let tree = drawn(&others, Language::English);
    let said = text(&tree);
    assert!(said.contains("Lower mill takes the least for one kg"), "{said}");
    assert!(said.contains("3 times as much"), "{said}");
    let mut files = 0;
    tree.each(&mut |node| {
        let is_file = node.tag == "bdi" && node.children.contains(&Child::Text(FILE.to_owned()));
        files += usize::from(is_file);
    });
    assert_eq!(files, 1, "the file's name is shown as it is, within its own direction");
}

#[test]
fn units_that_differ_are_said_and_not_compared() {
    let others = [other("wood.mwlog", &log("Sawmill", "m³", 30))];
    let said = text(&drawn(&others, Language::English));
    assert!(said.contains("cannot be compared: at least two sites with output in kg"), "{said}");
    assert!(said.contains("Sawmill uses"), "use by day is still compared: {said}");
}

#[test]
fn a_bad_file_gets_one_sentence_and_the_others_stay() {
    let good = log("Upper mill", "kg", 20);
    let others = [
        other("broken.html", b"<html>no log"),
        other("upper.mwlog", &good[..good.len() - 5]),
        Other::open("huge.mwlog".to_owned(), MOST_BYTES as u64 + 1, &[]),
    ];
    assert_eq!(others[0].opening, Opening::Foreign(Looks::Page));
    assert!(matches!(others[1].opening, Opening::Truncated { torn: 1.., .. }));
    assert!(matches!(others[2].opening, Opening::Enormous { .. }));
    let tree = drawn(&others, Language::English);
    let said = text(&tree);
    assert!(said.contains("2 sites compared"), "{said}");
    let told = others.iter().map(|other| other.opening.sentence(Language::English));
    for sentence in told {
        assert_eq!(said.matches(&sentence).count(), 1, "{sentence}");
    }
}

#[test]
fn a_site_is_removed_by_its_place() {
    let mut others = vec![other("a", b""), other("b", b""), other("c", b"")];
    let mut choice = whole_choice(Language::English);
    let log = signed("mill", 60);
    let (archive, _) = open(&log).expect("a log");
    let period = archive.span().expect("readings");
    let record = Record { period, zone: millwatt::time::Zone::new(&[]), first_shift: 0 };
    assert_eq!(choice.act("set:sites.remove=1", "", record), Scope::Some(&[Part::Sites]));
    remove_wanted(&mut others, &mut choice);
    let names: Vec<&str> = others.iter().map(|other| other.name.as_str()).collect();
    assert_eq!(names, ["a", "c"]);
    // The wish is gone with its fulfilment; a place beyond the end removes nothing.
    remove_wanted(&mut others, &mut choice);
    choice.act("set:sites.remove=9", "", record);
    remove_wanted(&mut others, &mut choice);
    assert_eq!(others.len(), 2);
}
