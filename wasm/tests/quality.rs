//! What the page says of missing readings and of clocks.

mod logs;

use logs::{HOSTILE, Log, manifest, part, sections, signed, text};
use millwatt_report::view::{Beside, Part};
use millwatt_report::words::Language;

const SECTIONS: [&str; 5] =
    ["quality.coverage", "quality.gaps", "quality.registers", "quality.believed", "quality.clock"];

#[test]
fn a_gap_is_named_with_its_length_and_its_meter() {
    let mut log = Log::begin(&manifest(HOSTILE, "kg"), true);
    log.read(0..120);
    log.read(240..360);
    let tree = part(&log.bytes, Part::Quality, Language::English, Beside::default());
    logs::assert_harmless(&tree);
    assert_eq!(sections(&tree), SECTIONS);
    let said = text(&tree);
    // From minute 119 to minute 240, of both channels of the one meter.
    assert!(said.contains("1 gaps, the longest of 2 h 1 min"), "{said}");
    assert!(said.contains("23 Nov 2026 01:59"), "{said}");
    assert!(said.contains("No register jumped"), "{said}");
}

#[test]
fn a_log_without_gaps_says_so_in_both_languages() {
    let log = signed("mill", 24 * 60);
    let said = |language| text(&part(&log, Part::Quality, language, Beside::default()));
    assert!(said(Language::Vietnamese).contains("Không chỗ nào mất số đọc"));
    assert!(said(Language::English).contains("No reading is missing in this period"));
    assert!(said(Language::English).contains("No reading came after its span was signed"));
}

#[test]
fn what_came_late_is_counted() {
    let mut log = Log::begin(&manifest("mill", "kg"), true);
    log.read(0..30);
    log.read(45..120);
    // A quarter of an hour of the first hour comes when that hour was signed already.
    log.read(30..45);
    log.read(120..180);
    let said = text(&part(&log.bytes, Part::Quality, Language::English, Beside::default()));
    assert!(said.contains("30 readings came after their span was signed"), "{said}");
}
